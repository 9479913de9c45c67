#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make.py - writes the recorded machines beside it, in the formats their owners write.

Six machines: kept (well kept), fresh (Debian 12 as installed), broken (on purpose),
container, silent (every question refused), hostile (every answer nonsense).
All of them stand at the same instant, NOW.
"""
import json
import os
import shutil
import socket
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = 1767225600            # 2026-01-01T00:00:00Z
HOUR, DAY = 3600, 86400


def put(host, path, data, mode="w"):
    full = os.path.join(HERE, host, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def link(host, path, to):
    full = os.path.join(HERE, host, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    os.symlink(to, full)


def diag(family, address, port, inode, state, interface=0):
    a = socket.inet_pton(family, address).ljust(16, b"\0")
    body = struct.pack("<BBBB", family, state, 0, 0) + struct.pack(">HH", port, 0) + a + bytes(16)
    body += struct.pack("<III", interface, 0xffffffff, 0xffffffff) + struct.pack("<IIIII", 0, 0, 0, 0, inode)
    return struct.pack("<IHHII", 16 + len(body), 20, 2, 1, 0) + body


def sockets(host, listeners):
    """listeners: (protocol, address, port, inode)"""
    for family in (socket.AF_INET, socket.AF_INET6):
        for protocol, number, state in (("tcp", 6, 10), ("udp", 17, 7)):
            dump = b""
            for p, address, port, inode in listeners:
                if p == protocol and (":" in address) == (family == socket.AF_INET6):
                    dump += diag(family, address, port, inode, state)
            put(host, f"netlink/4-20-{family:02x}{number:02x}", dump)


def process(host, pid, exe, inodes=(), maps=""):
    base = f"root/proc/{pid}"
    link(host, f"{base}/exe", exe)
    if exe == "/usr/sbin/sshd":
        put(host, f"{base}/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0")
    put(host, f"{base}/maps", maps)
    link(host, f"{base}/fd/0", "/dev/null")
    for n, inode in enumerate(inodes):
        link(host, f"{base}/fd/{n + 3}", f"socket:[{inode}]")


META = {"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}


def table(family, name, flags=None):
    t = {"family": family, "name": name, "handle": 1}
    if flags:
        t["flags"] = flags
    return {"table": t}


def chain(family, tab, name, hook=None, policy="accept", kind="filter"):
    c = {"family": family, "table": tab, "name": name, "handle": 1}
    if hook:
        c.update({"type": kind, "hook": hook, "prio": 0, "policy": policy})
    return {"chain": c}


def rule(family, tab, name, *expr):
    return {"rule": {"family": family, "table": tab, "chain": name, "handle": 2, "expr": list(expr)}}


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


def dport(protocol, right, op="=="):
    return match({"payload": {"protocol": protocol, "field": "dport"}}, right, op)


LO = match({"meta": {"key": "iifname"}}, "lo")
KNOWN = match({"ct": {"key": "state"}}, {"set": ["established", "related"]}, "in")
ACCEPT, DROP = {"accept": None}, {"drop": None}
COUNTER = {"counter": {"packets": 0, "bytes": 0}}


def nft(host, *items):
    for row in ("nft", "nft-sets"):
        put(host, f"run/{row}", json.dumps({"nftables": [META, *items]}))


def clamd(host, version, found="stream: Eicar-Test-Signature FOUND", clean="stream: OK"):
    put(host, "unix/zPING", "PONG\0")
    put(host, "unix/zVERSION", version + "\0")
    put(host, "unix/zINSTREAM-86", found + "\0")   # the test file; every other stream gets the plain answer
    put(host, "unix/zINSTREAM", clean + "\0")


def utmp(kind, at, user=b"someone"):
    return struct.pack("<hxxi32s4s32s256shhiii4i20x", kind, 100, b"pts/0", b"ts/0", user, b"192.0.2.1", 0, 0, 0, at, 0, 0, 0, 0, 0)


def journal(head, tail, header_size=272):
    h = bytearray(header_size)
    h[0:8] = b"LPKSHHRH"
    struct.pack_into("<Q", h, 88, header_size)
    struct.pack_into("<Q", h, 152, 1000)                   # entries
    struct.pack_into("<QQ", h, 184, head * 10**6, tail * 10**6)
    struct.pack_into("<Q", h, 136, header_size)            # the last object: an entry that says nothing
    entry = struct.pack("<BB6xQQQ", 3, 0, 64, 1000, tail * 10**6) + bytes(32)
    return bytes(h) + entry + bytes(448)


def journal_of(entries, header_size=272):
    """A journal file with entries (at, ["FIELD=value", ...]): each field stands once, as journald writes it."""
    h = bytearray(header_size)
    body, where, last = bytearray(), {}, header_size

    def add(kind, payload):
        nonlocal last
        last = header_size + len(body)
        body.extend(struct.pack("<BB6xQ", kind, 0, 16 + len(payload)) + payload)
        body.extend(bytes(-len(body) % 8))
        return last

    for n, (at, fields) in enumerate(entries):
        for field in fields:
            if field not in where:
                where[field] = add(1, bytes(48) + field.encode())
        add(3, struct.pack("<QQQ", n + 1, at * 10**6, at * 10**6) + bytes(24) + b"".join(struct.pack("<QQ", where[field], 0) for field in fields))
    h[0:8] = b"LPKSHHRH"
    struct.pack_into("<I", h, 12, 4)
    struct.pack_into("<Q", h, 88, header_size)
    struct.pack_into("<Q", h, 136, last)
    struct.pack_into("<Q", h, 152, len(entries))
    struct.pack_into("<QQ", h, 184, entries[0][0] * 10**6, entries[-1][0] * 10**6)
    return bytes(h + body)


def stanza(**fields):
    return "".join(f"{k.replace('_', '-')}: {v}\n" for k, v in fields.items()) + "\n"


def installed(name, version, status="install ok installed", **more):
    return stanza(Package=name, Status=status, Priority="optional", Section="misc", Maintainer="Nobody <nobody@example.org>", Architecture="amd64", Version=version,
                  **more, Description=f"{name} for the test\n with a second line\n .\n and a third")


def available(name, version, **more):
    return stanza(Package=name, Version=version, Architecture=more.pop("Architecture", "amd64"), **more, Filename=f"pool/{name}.deb", Size="1", SHA256="00")


def release(suite, codename, label, date, valid=None):
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
    text += f"Origin: Debian\nLabel: {label}\nSuite: {suite}\nCodename: {codename}\nDate: {date}\n"
    if valid:
        text += f"Valid-Until: {valid}\n"
    return text + "Acquire-By-Hash: yes\nSHA256:\n 00 1 main/binary-amd64/Packages\n-----BEGIN PGP SIGNATURE-----\n\nnone\n-----END PGP SIGNATURE-----\n"


LISTS = "root/var/lib/apt/lists/"
SECURITY, MAIN = "deb.debian.org_debian-security_dists_bookworm-security_", "deb.debian.org_debian_dists_bookworm_"


def apt(host, security, main, date="Wed, 31 Dec 2025 12:00:00 UTC", valid="Wed, 07 Jan 2026 12:00:00 UTC"):
    put(host, LISTS + SECURITY + "InRelease", release("oldstable-security", "bookworm-security", "Debian-Security", date, valid))
    put(host, LISTS + SECURITY + "main_binary-amd64_Packages", security)
    put(host, LISTS + MAIN + "InRelease", release("oldstable", "bookworm", "Debian", "Sat, 06 Sep 2025 09:00:00 UTC"))
    put(host, LISTS + MAIN + "main_binary-amd64_Packages", main)


def clock(host, synchronised=1, offset=120, error=2500, status=8193):
    put(host, "clock", f"{NOW * 10**6} {synchronised} {offset} {error} {status}\n")


MAIN_LIST = available("openssl", "3.0.17-1~deb12u2") + available("libssl3", "3.0.17-1~deb12u2", Source="openssl") + available("curl", "7.88.1-10+deb12u14")
KERNEL = "6.1.148-1"


def kernel(release_name, version):
    return f"Linux version {release_name} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld 2.40) #1 SMP PREEMPT_DYNAMIC Debian {version} (2025-08-26)\n"


PAM_UNIX = "auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth\trequisite\t\t\tpam_deny.so\nauth\trequired\t\t\tpam_permit.so\n"
PAM_UNIX_PASSWORD = "password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt\npassword\trequisite\t\t\tpam_deny.so\npassword\trequired\t\t\tpam_permit.so\n"
PAM_FAILLOCK = "auth\trequisite\t\t\tpam_faillock.so preauth\nauth\t[success=3 default=ignore]\tpam_unix.so nullok\nauth\t[default=die]\t\t\tpam_faillock.so authfail\n" \
    "auth\tsufficient\t\t\tpam_faillock.so authsucc\nauth\trequisite\t\t\tpam_deny.so\nauth\trequired\t\t\tpam_permit.so\n"
PAM_QUALITY = "password\trequisite\t\t\tpam_pwquality.so retry=3\npassword\t[success=1 default=ignore]\tpam_unix.so obscure use_authtok try_first_pass yescrypt\n" \
    "password\trequisite\t\t\tpam_deny.so\npassword\trequired\t\t\tpam_permit.so\n"


def pam(host, auth=PAM_UNIX, password=PAM_UNIX_PASSWORD, account="", services=("login", "sshd", "su", "sudo"), **own):
    """The PAM files of Debian 12 without their words, and the programs that ask them."""
    etc = "root/etc/pam.d/"
    put(host, etc + "common-auth", "# managed by pam-auth-update\n" + auth)
    put(host, etc + "common-account", "account\t[success=1 new_authtok_reqd=done default=ignore]\tpam_unix.so\naccount\trequisite\t\t\tpam_deny.so\naccount\trequired\t\t\tpam_permit.so\n" + account)
    put(host, etc + "common-password", "# managed by pam-auth-update\n" + password)
    put(host, etc + "common-session", "session\t[default=1]\t\t\tpam_permit.so\nsession\trequisite\t\t\tpam_deny.so\nsession\trequired\t\t\tpam_permit.so\nsession\trequired\tpam_unix.so\n")
    put(host, etc + "other", "@include common-auth\n@include common-account\n@include common-password\n@include common-session\n")
    put(host, etc + "passwd", "@include common-password\n")
    files = {
        "login": "auth       optional   pam_faildelay.so  delay=3000000\nauth       requisite  pam_nologin.so\nsession    required     pam_loginuid.so\n@include common-auth\nauth       optional   pam_group.so\n"
                 "@include common-account\n@include common-session\n@include common-password\n",
        "sshd": "@include common-auth\naccount    required     pam_nologin.so\n@include common-account\n@include common-session\n@include common-password\n",
        "su": "auth       sufficient pam_rootok.so\nsession    required   pam_limits.so\n@include common-auth\n@include common-account\n@include common-session\n",
        "sudo": "session    required   pam_limits.so\n\n@include common-auth\n@include common-account\n@include common-session-noninteractive\n",
    }
    files.update(own)
    for name in services:
        put(host, etc + name, files[name])
        put(host, "root/usr/sbin/sshd" if name == "sshd" else "root/usr/bin/" + name, "")
    if "sshd" in services:
        put(host, "root/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\n"
            "AcceptEnv LANG LC_*\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server\n")
    put(host, etc + "cron", "@include common-auth\n@include common-account\n")


MAPS = "55d0-55d1 r-xp 00000000 fe:01 100                        /usr/sbin/sshd\n7f00-7f01 r-xp 00000000 fe:01 101                        /usr/lib/x86_64-linux-gnu/libc.so.6\n"
STALE = MAPS + "7f02-7f03 r-xp 00000000 fe:01 102                        /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n" \
    "7f04-7f05 rw-s 00000000 00:01 103                        /memfd:x (deleted)\n7f06-7f07 r--p 00000000 fe:01 104                        /usr/share/mime/mime.cache (deleted)\n"

for name in ("kept", "fresh", "broken", "container", "silent", "hostile", "hardened", "half"):
    for part in ("root", "netlink", "run", "unix"):
        shutil.rmtree(os.path.join(HERE, name, part), ignore_errors=True)

# ---- kept: everything as it should be
clock("kept")
put("kept", "uname", "6.1.0-39-amd64\n")
put("kept", "root/proc/version", kernel("6.1.0-39-amd64", KERNEL))
put("kept", "root/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
sockets("kept", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 22, 12), ("tcp", "127.0.0.1", 5432, 13), ("tcp", "::1", 5432, 14), ("tcp", "::ffff:127.0.0.1", 5433, 15),
                 ("tcp", "192.0.2.10", 443, 16), ("udp", "127.0.0.54", 53, 17), ("udp", "0.0.0.0", 40000, 18), ("tcp", "::", 8443, 19)])
process("kept", 100, "/usr/sbin/sshd", (11, 12), MAPS)
process("kept", 200, "/usr/sbin/nginx", (16,), MAPS)
process("kept", 300, "/usr/bin/program (deleted)", (18, 19), MAPS)
nft("kept", table("inet", "filter"), chain("inet", "filter", "input", "input", "drop"), rule("inet", "filter", "input", LO, ACCEPT), rule("inet", "filter", "input", KNOWN, ACCEPT),
    rule("inet", "filter", "input", dport("tcp", {"set": [22, 443, 8443]}), COUNTER, ACCEPT))
put("kept", "root/etc/clamav/clamd.conf", "# as installed\nLocalSocket /run/clamav/clamd.ctl\nDatabaseDirectory /var/lib/clamav\nLogTime true\n")
clamd("kept", "ClamAV 1.4.3/27863/Wed Dec 31 18:25:35 2025")
put("kept", "root/var/lib/clamav/daily.cld", ("ClamAV-VDB:31 Dec 2025 09-25 +0000:27863:2077000:90:X:X:raynman:%d" % (NOW - 15 * HOUR)).ljust(512).encode() + b"\x1f\x8bbinary")
put("kept", "root/var/lib/dpkg/status", installed("openssl", "3.0.17-1~deb12u3") + installed("libssl3", "3.0.17-1~deb12u3", Source="openssl") + installed("curl", "7.88.1-10+deb12u14") +
    installed("linux-image-6.1.0-39-amd64", KERNEL, Source=f"linux-signed-amd64 ({KERNEL})") + installed("gone", "1.0", "deinstall ok config-files"))
apt("kept", available("openssl", "3.0.17-1~deb12u3") + available("libssl3", "3.0.17-1~deb12u3", Source="openssl") + available("gone", "2.0") + available("never-installed", "9"), MAIN_LIST)
put("kept", "root/var/log/wtmp", utmp(2, NOW - 400 * DAY, b"reboot") + utmp(7, NOW - 399 * DAY) + utmp(7, NOW - HOUR))
put("kept", "root/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
put("kept", "root/var/log/journal/0123456789abcdef0123456789abcdef/system@1.journal~", journal(NOW - 400 * DAY, NOW - 10 * DAY))  # the power failed
put("kept", "root/var/log/journal/0123456789abcdef0123456789abcdef/system@2.journal~", b"\0" * 512)  # and once before anything reached the disk
put("kept", "root/var/log/journal/0123456789abcdef0123456789abcdef/system.journal", journal(NOW - 10 * DAY, NOW - 60))
put("kept", "root/usr/bin/ping", "\x7fELF\n")
put("kept", "xattr", "security.capability 0100000200200000000000000000000000000000 /usr/bin/ping\n")  # cap_net_raw=ep
put("kept", "root/etc/shadow", "root:!:20000::::::\nsomeone:$y$j9T$none$none:20000:0:99999:7:::\n")
put("kept", "stat", f"{NOW - 400 * DAY} /etc/machine-id\n{NOW - 12 * HOUR} /var/lib/apt/lists\n{NOW - 300 * DAY} 0640 0 42 /etc/shadow\n")

# ---- fresh: Debian 12 as installed three days ago
clock("fresh", 0, 0, 16000000, 64)
put("fresh", "uname", "6.1.0-39-amd64\n")
put("fresh", "root/proc/version", kernel("6.1.0-39-amd64", KERNEL))
sockets("fresh", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 22, 12), ("udp", "0.0.0.0", 68, 13)])
process("fresh", 100, "/usr/sbin/sshd", (11, 12), MAPS)
process("fresh", 101, "/usr/sbin/dhclient", (13,), MAPS)
nft("fresh")
put("fresh", "root/var/lib/dpkg/status", installed("openssl", "3.0.17-1~deb12u2") + installed("libssl3", "3.0.17-1~deb12u2", Source="openssl") + installed("curl", "7.88.1-10+deb12u12") +
    installed("linux-image-6.1.0-39-amd64", KERNEL))
apt("fresh", available("openssl", "3.0.17-1~deb12u3") + available("libssl3", "3.0.17-1~deb12u3", Source="openssl"), MAIN_LIST)
put("fresh", "root/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
put("fresh", "root/var/log/journal/0123456789abcdef0123456789abcdef/system.journal", journal(NOW - 3 * DAY, NOW - 60))
put("fresh", "root/var/log/wtmp", utmp(2, NOW - 3 * DAY, b"reboot") + utmp(7, NOW - 2 * DAY))
put("fresh", "stat", f"{NOW - 3 * DAY} /etc/machine-id\n{NOW - 90 * DAY} /lost+found\n{NOW - 12 * HOUR} /var/lib/apt/lists\n")

# ---- broken: on purpose
clock("broken", 1, -4200000, 5000)
put("broken", "uname", "6.1.0-38-amd64\n")
put("broken", "root/proc/version", kernel("6.1.0-38-amd64", "6.1.147-1"))
sockets("broken", [("tcp", "0.0.0.0", 22, 11), ("tcp", "::", 3306, 12), ("udp", "0.0.0.0", 111, 13), ("tcp", "192.0.2.10", 6379, 99)])
process("broken", 100, "/usr/sbin/sshd", (11,), STALE)
process("broken", 101, "/usr/sbin/mariadbd", (12,), MAPS)
process("broken", 102, "/usr/sbin/rpcbind", (13,), MAPS)
nft("broken", table("ip", "filter"), chain("ip", "filter", "input", "input", "drop"), table("ip", "nat"), chain("ip", "nat", "pre", "prerouting", "accept", "nat"),
    chain("ip", "nat", "more"), rule("ip", "nat", "pre", {"jump": {"target": "more"}}), rule("ip", "nat", "more", dport("tcp", 8080), {"dnat": {"addr": "10.0.0.1", "port": 80}}),
    rule("ip", "nat", "pre", LO, dport("tcp", 9), {"redirect": {"port": 10}}))
clamd("broken", "ClamAV 1.0.3/27000/Mon Aug 14 07:24:35 2023", "stream: OK")
put("broken", "root/var/lib/dpkg/status", installed("openssl", "3.0.14-1~deb12u2") + installed("libssl3", "3.0.14-1~deb12u2", Source="openssl") + installed("bash", "5.2.15-2+b7", "hold ok installed", Source="bash (5.2.15-2)") +
    installed("linux-image-6.1.0-38-amd64", "6.1.147-1") + installed("linux-image-6.1.0-39-amd64", KERNEL) + installed("linux-image-6.1.0-40-cloud-amd64", "6.1.153-1"))
apt("broken", available("openssl", "3.0.17-1~deb12u3") + available("libssl3", "3.0.17-1~deb12u3", Source="openssl") + available("bash", "5.2.15-2+deb12u1"), MAIN_LIST)
put("broken", "root/run/reboot-required", "*** System restart required ***\n")
put("broken", "root/var/log/wtmp", "")
put("broken", "root/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
put("broken", "root/var/log/auth.log", "")
put("broken", "stat", f"{NOW - 400 * DAY} /etc/machine-id\n{NOW - 12 * HOUR} /var/lib/apt/lists\n")

# ---- container: no kernel, no nft, no logs of its own
clock("container")
put("container", "uname", "6.8.0-generic\n")
put("container", "root/proc/version", "Linux version 6.8.0-generic (someone@example) #1 SMP\n")
put("container", "root/.dockerenv", "")
sockets("container", [("tcp", "0.0.0.0", 443, 11)])
process("container", 1, "/usr/sbin/nginx", (11,), MAPS)
put("container", "root/var/lib/dpkg/status", installed("openssl", "3.0.17-1~deb12u3"))
put("container", "root/etc/debian_version", "12.11\n")

# ---- silent: nobody answers
clock("silent")
put("silent", "uname", "6.1.0-39-amd64\n")
put("silent", "root/etc/hostname", "silent\n")
refused = ["/etc/pam.d", "/etc/pam.d/login", "/etc/pam.d/passwd", "clock", "/var/lib/dpkg/status", "/var/lib/apt/lists", "/var/log/wtmp", "/var/log/journal", "/var/log/audit", "/var/log/auth.log", "/etc/machine-id", "/proc",
           "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names", "/var/lib/dpkg/diversions", "/etc", "/etc/clamav/clamd.conf", "run/nft", "run/nft-sets", "/run/clamav/clamd.ctl", "/run/log/journal"]
refused += [f"netlink/4-20-{f:02x}{p:02x}" for f in (2, 10) for p in (6, 17)]
put("silent", "refuse", "".join(f"DENIED {path}\n" for path in refused))

# ---- hostile: every answer is nonsense
put("hostile", "clock", f"{NOW * 10**6} 1 120 2500 8193\n")
put("hostile", "uname", "6.1.0-18-amd64\n")
put("hostile", "refuse", "DENIED /var/log/wtmp\n")
put("hostile", "root/etc/hostname", "hostile\n")
for family in (2, 10):
    for protocol in (6, 17):
        put("hostile", f"netlink/4-20-{family:02x}{protocol:02x}", struct.pack("<IHHII", 0x7fffffff, 20, 2, 1, 0) + bytes(20))
put("hostile", "run/nft-sets", '{"nftables": [{"metainfo": {"json_schema_version": 1}}, {"rule": {"family": "inet", "table": "t", "chain": "nowhere", "expr": 7}}]}')
put("hostile", "run/nft", '{"nftables": [{"metainfo": {"json_schema_version": 1}}, {"chain": {"family": "inet", "table": "t"')
put("hostile", "unix/zPING", "PONG\0and more\0")
put("hostile", "unix/zVERSION", "ClamAV 1.4.3/99999999999999999999/Foo Bar 99 99:99:99 20255\0")
put("hostile", "unix/zINSTREAM", "stream: \x1b[31mFOUND\0")
put("hostile", "root/etc/clamav/clamd.conf", "LocalSocket /run/clamav/clamd.ctl\nDatabaseDirectory relative\n")
put("hostile", "root/var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: \x00\n\n no field\n: :\n")
put("hostile", LISTS + SECURITY + "InRelease", "Date: nonsense\nValid-Until: more\nLabel: Debian-Security\n")
put("hostile", LISTS + SECURITY + "main_binary-amd64_Packages", "\xff\xfe not a list\n" * 3)
put("hostile", "root/var/log/journal/0123456789abcdef0123456789abcdef/system.journal", b"LPKSHHRH" + b"\xff" * 400)

# ---- passwords, lockout and factors
pam("kept", PAM_FAILLOCK, PAM_QUALITY, "account\trequired\t\t\tpam_faillock.so\n")
put("kept", "root/etc/security/faillock.conf", "# deny = 3\ndeny = 5\nunlock_time = 900 # a quarter of an hour\n")
put("kept", "root/etc/security/pwquality.conf", "minlen = 12\nminclass = 3\n")
pam("fresh")
put("fresh", "root/etc/security/faillock.conf", "# deny = 3\n# unlock_time = 600\n")
# the counter is read but never written; pam_pwquality was removed and its line is still there
pam("broken", "auth\trequisite\t\t\tpam_faillock.so preauth\n" + PAM_UNIX, PAM_QUALITY, sshd="auth sufficient pam_rootok.so\n@include common-auth\n@include common-account\n")
for module in ("unix", "deny", "permit", "faillock", "rootok", "nologin", "faildelay", "group", "limits", "loginuid"):
    put("broken", f"root/usr/lib/x86_64-linux-gnu/security/pam_{module}.so", "")
put("silent", "root/etc/pam.d/login", "@include common-auth\n")
put("silent", "root/usr/bin/login", "")
put("hostile", "root/etc/pam.d/login", "@include login\n@include login\n")
put("hostile", "root/etc/pam.d/passwd", "password required pam_\0.so\n")
put("hostile", "root/usr/bin/login", "")

# ---- hardened: a code from a device on top
clock("hardened")
put("hardened", "uname", "6.1.0-39-amd64\n")
pam("hardened", PAM_FAILLOCK.replace(" nullok", "") + "auth\trequired\t\t\tpam_google_authenticator.so\n", PAM_QUALITY)
put("hardened", "root/etc/ssh/sshd_config.d/10-site.conf", "PermitRootLogin no\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\nAuthenticationMethods publickey,keyboard-interactive\n")
put("hardened", "root/etc/security/faillock.conf", "deny = 5\nunlock_time = never\neven_deny_root\n")
put("hardened", "root/etc/security/pwquality.conf", "minlen = 14\ndcredit = -1\nucredit = -1\nlcredit = -1\nocredit = -1\nenforce_for_root\n")
put("hardened", "root/etc/security/pwquality.conf.d/50-site.conf", "minlen = 8\n")
put("hardened", "root/etc/shadow", "root:*:19700:0:99999:7:::\nsomeone:$y$j9T$none$none:19700:0:99999:7:::\n")

# ---- half: settings that look right
clock("half")
put("half", "uname", "6.1.0-39-amd64\n")
pam("half", "auth\tsufficient\t\t\tpam_unix.so\nauth\t[default=die]\t\t\tpam_faillock.so authfail\nauth\trequired\t\t\tpam_google_authenticator.so nullok\n",
    "password\toptional\t\t\tpam_pwquality.so\npassword\trequired\t\t\tpam_unix.so yescrypt\n")
put("half", "root/etc/security/faillock.conf", "deny = 5\n")
put("half", "root/etc/security/pwquality.conf", "minclass = 3\n")

import make_host  # noqa: E402,F401  the machine itself: configuration, storage, logs, scans
import make_devices  # noqa: E402,F401  devices that people declared
import make_backup  # noqa: E402,F401  repositories, RAID, rules that drift
import make_whole  # noqa: E402,F401  whole machines of these
