#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/hosts/accounts/*: machines whose accounts, sshd, sudo and listeners differ. All stand at the instant of make.py.

fresh    Debian 12 as installed with a root password and one user, no sudo: nothing to blame, nothing declared.
kept     key and password for two administrators with sudo, sshd open to 192.0.2.0/28 by its rules, root locked.
broken   root over ssh by password, a second uid 0, an empty password, NOPASSWD sudo for an ordinary account, an old account with a key, telnet, weak ciphers, open rules.
shared   one key under two names, a copied password entry, an account in group docker, an account never used.
cut      passwd is empty: nothing that stands or does not stand in it proves anything.
closed   nobody can sign in, not even root.
root-only  root alone has a password.
"""
import base64, json, os, shutil, socket, struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "accounts")
NOW, DAY = 1767225600, 86400
TODAY = NOW // DAY


def put(host, path, data):
    full = os.path.join(HERE, host, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def key(n, options="", kind="ssh-ed25519"):
    blob = struct.pack(">I", len(kind)) + kind.encode() + struct.pack(">I", 32) + bytes([n]) * 32 + (struct.pack(">I", 4) + b"ssh:" if kind.startswith("sk-") else b"")
    return (options + " " if options else "") + kind + " " + base64.b64encode(blob).decode() + "\n"


def utmp(at, user, host):
    return struct.pack("<hxxi32s4s32s256shhiii4i20x", 7, 100, b"pts/0", b"ts/0", user, host, 0, 0, 0, at, 0, 0, 0, 0, 0)


def lastlog(times):
    return b"".join(struct.pack("<i32s256s", times.get(uid, 0), b"pts/0" if uid in times else b"", b"") for uid in range(max(times) + 1))


def sockets(host, listeners):
    for family in (socket.AF_INET, socket.AF_INET6):
        for protocol, number, state in (("tcp", 6, 10), ("udp", 17, 7)):
            dump = b""
            for p, address, port, inode in listeners:
                if p == protocol and (":" in address) == (family == socket.AF_INET6):
                    body = struct.pack("<BBBB", family, state, 0, 0) + struct.pack(">HH", port, 0) + socket.inet_pton(family, address).ljust(16, b"\0") + bytes(16)
                    body += struct.pack("<III", 0, 0xffffffff, 0xffffffff) + struct.pack("<IIIII", 0, 0, 0, 0, inode)
                    dump += struct.pack("<IHHII", 16 + len(body), 20, 2, 1, 0) + body
            put(host, f"netlink/4-20-{family:02x}{number:02x}", dump)


def process(host, pid, exe, inodes):
    base = os.path.join(HERE, host, f"root/proc/{pid}")
    os.makedirs(base + "/fd", exist_ok=True)
    os.symlink(exe, base + "/exe")
    if exe == "/usr/sbin/sshd":
        put(host, f"root/proc/{pid}/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0")
    for n, inode in enumerate(inodes):
        os.symlink(f"socket:[{inode}]", f"{base}/fd/{n + 3}")


def nft(host, policy, *exprs):
    items = [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}, {"table": {"family": "inet", "name": "filter", "handle": 1}},
             {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": policy}}]
    items += [{"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": 2, "expr": list(e)}} for e in exprs]
    for row in ("nft", "nft-sets"):
        put(host, "run/" + row, json.dumps({"nftables": items}))


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


SSH = match({"payload": {"protocol": "tcp", "field": "dport"}}, 22)
FROM4 = match({"payload": {"protocol": "ip", "field": "saddr"}}, {"prefix": {"addr": "192.0.2.0", "len": 28}})
FROM6 = match({"payload": {"protocol": "ip6", "field": "saddr"}}, {"prefix": {"addr": "2001:db8:1::", "len": 64}})
ACCEPT = {"accept": None}
PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nsync:x:4:65534:sync:/bin:/bin/sync\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
SHADOW = "daemon:*:19000:0:99999:7:::\nsync:*:19000:0:99999:7:::\nwww-data:*:19000:0:99999:7:::\nsshd:!:19000::::::\n"
GROUP = "root:x:0:\ndaemon:x:1:\nsudo:x:27:%s\nwww-data:x:33:\nshadow:x:42:\nusers:x:100:\nnogroup:x:65534:\n"
SSHD = "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\n"
SUDOERS = "Defaults\tenv_reset\nDefaults\tmail_badpass\nroot\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"
PAM = "auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth\trequisite\tpam_deny.so\nauth\trequired\tpam_permit.so\n"


def machine(host, people, sudo="", groups="", sshd="", sudoers=None, root="*"):
    """people: (name, uid, password, shell, expires)"""
    put(host, "clock", f"{NOW * 10**6} 1 120 2500 8193\n")
    put(host, "uname", "6.1.0-39-amd64\n")
    put(host, "root/etc/hostname", "web1\n")
    put(host, "root/etc/nsswitch.conf", "passwd:         files systemd\ngroup:          files systemd\nshadow:         files systemd\nhosts:          files dns\n")
    put(host, "root/etc/passwd", PASSWD + "".join(f"{n}:x:{u}:{u if u else 0}:,,,:/home/{n}:{s}\n" for n, u, _, s, _ in people))
    put(host, "root/etc/shadow", f"root:{root}:19700:0:99999:7:::\n" + SHADOW + "".join(f"{n}:{p}:{TODAY - 300}:0:99999:7::{e}:\n" for n, _, p, _, e in people))
    put(host, "root/etc/group", GROUP % sudo + groups + "".join(f"{n}:x:{u}:\n" for n, u, *_ in people if u))
    put(host, "root/usr/sbin/sshd", "")
    put(host, "root/etc/ssh/sshd_config", SSHD)
    put(host, "root/etc/pam.d/sshd", "@include common-auth\naccount required pam_nologin.so\n")
    put(host, "root/etc/pam.d/common-auth", PAM)
    if sshd:
        put(host, "root/etc/ssh/sshd_config.d/10-site.conf", sshd)
    if sudoers is not None:
        put(host, "root/usr/bin/sudo", "")
        put(host, "root/etc/sudoers", SUDOERS)
        put(host, "root/etc/sudoers.d/site", sudoers)
        put(host, "root/etc/sudoers.d/README", "# names with a dot are passed over\n")
        put(host, "root/etc/sudoers.d/old.bak", "ALL ALL=(ALL) NOPASSWD: ALL\n")


shutil.rmtree(HERE, ignore_errors=True)
HASH = "$y$j9T$%s$none"

machine("fresh", [("taro", 1000, HASH % "taro", "/bin/bash", "")], root=HASH % "root")
sockets("fresh", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 22, 12)])
process("fresh", 100, "/usr/sbin/sshd", (11, 12))
put("fresh", "root/var/log/wtmp", utmp(NOW - DAY, b"taro", b"192.0.2.3"))
put("fresh", "root/var/log/lastlog", lastlog({1000: NOW - DAY}))
nft("fresh", "accept")

machine("kept", [("taro-adm", 1000, HASH % "taro", "/bin/bash", ""), ("hanako-adm", 1001, HASH % "hanako", "/bin/bash", ""), ("old", 1002, "!" + HASH % "old", "/bin/bash", "1")], sudo="taro-adm,hanako-adm",
        sshd="PermitRootLogin no\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\nAuthenticationMethods publickey,keyboard-interactive\n", sudoers="# nothing\n")
put("kept", "root/home/taro-adm/.ssh/authorized_keys", key(1))
put("kept", "root/home/hanako-adm/.ssh/authorized_keys", key(2, 'from="192.0.2.0/28"'))
sockets("kept", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 22, 12)])
process("kept", 100, "/usr/sbin/sshd", (11, 12))
put("kept", "root/var/log/wtmp", utmp(NOW - DAY, b"taro-adm", b"192.0.2.3") + utmp(NOW - DAY // 2, b"hanako-adm", b"::ffff:192.0.2.4") + utmp(NOW + DAY, b"hanako-adm", b"198.51.100.1"))
put("kept", "root/var/log/auth.log", "2025-11-01T00:00:00.000000+09:00 kept sshd[100]: Server listening on 0.0.0.0 port 22.\n")
put("kept", "root/var/log/lastlog", lastlog({1000: NOW - DAY, 1001: NOW - 2 * DAY}))
put("kept", "root/usr/sbin/reset-line", "#!/bin/sh\n")
put("kept", "root/opt/shared/tool", "#!/bin/sh\n")
put("kept", "root/opt/sticky/tool", "#!/bin/sh\n")
put("kept", "stat", f"{NOW - 300 * DAY} 0755 0 0 /usr/sbin/reset-line\n" + "".join(f"{NOW - 300 * DAY} {mode} 0 0 {path}\n" for mode, path in (("0755", "/opt/shared/tool"), ("0777", "/opt/shared"), ("0755", "/opt/sticky/tool"), ("1777", "/opt/sticky"))))
nft("kept", "drop", (SSH, FROM4, ACCEPT), (SSH, FROM6, ACCEPT))

machine("jobs", [("old", 1002, "!", "/bin/bash", ""), ("late", 1003, "!", "/bin/bash", ""), ("quiet", 1004, "!", "/bin/bash", ""), ("taro", 1000, HASH % "taro", "/bin/bash", "")], root=HASH % "root")
process("jobs", 100, "/usr/sbin/cron", ())
put("jobs", "root/etc/cron.d/report", "# quiet does nothing\nMAILTO=quiet\n0 3 * * 0 old /opt/report quiet\n@daily root /opt/other\n")
put("jobs", "root/etc/cron.d/report.bak", "0 3 * * 0 quiet /opt/report\n")
put("jobs", "root/var/spool/cron/atjobs/a0000101b5c0f8", "#!/bin/sh\n")
put("jobs", "stat", f"{NOW - DAY} 0700 1003 1 /var/spool/cron/atjobs/a0000101b5c0f8\n")

machine("broken", [("toor", 0, HASH % "toor", "/bin/bash", ""), ("taro", 1000, HASH % "taro", "/bin/bash", ""), ("guest", 1001, "", "/bin/sh", ""), ("old", 1002, "!", "/bin/bash", "")],
        sshd="PermitRootLogin yes\nCiphers +aes128-cbc\n", sudoers="taro ALL=(ALL) NOPASSWD: ALL\n", root=HASH % "root")
put("broken", "root/home/old/.ssh/authorized_keys", "# his\ngarbage\n" + key(3))
sockets("broken", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 22, 12), ("tcp", "0.0.0.0", 23, 13)])
process("broken", 100, "/usr/sbin/sshd", (11, 12))
process("broken", 101, "/usr/sbin/in.telnetd", (13,))
put("broken", "root/var/log/wtmp", utmp(NOW - DAY, b"taro", b"198.51.100.77"))
put("broken", "root/var/log/lastlog", lastlog({1000: NOW - 200 * DAY}))
put("broken", "root/usr/sbin/reset-line", "#!/bin/sh\n")
put("broken", "stat", f"{NOW - 300 * DAY} 0777 0 0 /usr/sbin/reset-line\n")
nft("broken", "drop", (SSH, ACCEPT))

machine("shared", [("taro", 1000, HASH % "same", "/bin/bash", ""), ("hanako", 1001, HASH % "same", "/bin/bash", ""), ("jiro", 1002, "!", "/bin/bash", ""), ("saburo", 1003, "!", "/bin/bash", "")],
        groups="docker:x:999:jiro\n", sshd="PasswordAuthentication no\n", sudoers="")
put("shared", "root/home/jiro/.ssh/authorized_keys", key(4, kind="sk-ssh-ed25519@openssh.com"))
put("shared", "root/home/saburo/.ssh/authorized_keys", key(4, 'from="192.0.2.3"', kind="sk-ssh-ed25519@openssh.com"))
sockets("shared", [("tcp", "127.0.0.1", 22, 11)])
put("shared", "root/proc/version", "")
put("shared", "root/var/log/lastlog", lastlog({1000: NOW - DAY}))
nft("shared", "accept")

machine("cut", [], root="*")
put("cut", "root/etc/passwd", "")
put("cut", "root/proc/version", "")
put("cut", "root/var/log/lastlog", lastlog({1000: NOW - DAY}))
put("cut", "root/usr/sbin/reset-line", "#!/bin/sh\n")

def named(n, who, options=""):
    return key(n, options).rstrip("\n") + f" {who}\n"


machine("keys", [(name, 1000 + i, "!", "/bin/bash", "") for i, name in enumerate(("taro", "hanako", "team", "crew"))])
put("keys", "root/home/taro/.ssh/authorized_keys", named(11, "taro@laptop") + named(12, "Taro@desk") + named(13, "hanako@backup", 'command="/usr/bin/true"'))
put("keys", "root/home/hanako/.ssh/authorized_keys", key(14))
put("keys", "root/home/team/.ssh/authorized_keys", named(15, "team@pc") + named(16, "hanako@pc") + named(16, "hanako@pc"))
put("keys", "root/home/crew/.ssh/authorized_keys", named(17, "a@pc") + named(18, "root@b"))
put("keys", "root/proc/version", "")

machine("closed", [("taro", 1000, "!", "/bin/bash", "")])
put("closed", "root/var/log/lastlog", lastlog({1000: NOW - DAY}))

machine("root-only", [], root=HASH % "root")
put("root-only", "root/var/log/lastlog", lastlog({0: NOW - DAY}))
