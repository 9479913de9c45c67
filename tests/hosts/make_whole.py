# SPDX-License-Identifier: Apache-2.0
"""make_whole.py - whole machines below debian/, put together from the recorded ones, for the table of right answers (ANSWERS). Part of make.py.

fresh      Debian 12 as installed three days ago: root's password, one user, sshd, no sudo, no firewall
upgraded   the same an hour after apt-get upgrade, restarted into the new kernel
week       the same after a week in which logrotate did its work
hardened   kept in every respect, a code from a device on top, two administrators
half       settings that look right and are not: PAM in the wrong order, a firewall that was not loaded, a disk whose key lies beside it
broken     on purpose: everything a control can find
container  a program and its libraries in a container
vm         fresh, as a guest of QEMU
"""
import os
import shutil
import make_accounts  # noqa: F401  writes accounts/
from __main__ import DAY, HERE, HOUR, KERNEL, NOW, installed, kernel, put
from make_host import FRESH, NGINX, configured

WHOLE = os.path.join(HERE, "debian")
shutil.rmtree(WHOLE, ignore_errors=True)


def lay(machine, *parts, leave=()):
    """One recorded machine over another; "stat" and "xattr" are joined, later lines count."""
    to = os.path.join(WHOLE, machine)
    for part in parts:
        for folder, _, names in os.walk(os.path.join(HERE, part)):
            inside = os.path.relpath(folder, os.path.join(HERE, part))
            for name in names + [n for n in os.listdir(folder) if os.path.islink(os.path.join(folder, n)) and n not in names]:
                path = os.path.normpath(os.path.join(inside, name))
                if any(path.startswith(p) for p in leave) and os.path.lexists(os.path.join(to, path)):
                    continue
                full = os.path.join(to, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                if path in ("stat", "xattr"):
                    with open(os.path.join(folder, name), encoding="ascii") as f, open(full, "a", encoding="ascii") as g:
                        g.write(f.read())
                    continue
                if os.path.lexists(full):
                    os.unlink(full)
                shutil.copyfile(os.path.join(folder, name), full, follow_symlinks=False)


def text(machine, path):
    with open(os.path.join(WHOLE, machine, path), encoding="utf-8") as f:
        return f.read()


def add(machine, path, more):
    put(f"debian/{machine}", path, (text(machine, path) if os.path.exists(os.path.join(WHOLE, machine, path)) else "") + more)


LASTLOG = "root/var/log/lastlog"  # sparse where it is written; here a place for each uid up to 1000 would be 300 kB: of the people only

# ---- fresh, upgraded, week, vm
PATCHED = (installed("openssl", "3.0.17-1~deb12u3") + installed("libssl3", "3.0.17-1~deb12u3", Source="openssl") + installed("curl", "7.88.1-10+deb12u14") +
    installed("linux-image-6.1.0-39-amd64", KERNEL) + installed("linux-image-6.1.0-40-amd64", "6.1.153-1"))
for name in ("fresh", "upgraded", "week", "vm"):
    lay(name, "fresh")
    lay(name, "accounts/fresh", leave=("clock", "uname", "run", "netlink", "root/etc/pam.d", "root/etc/ssh", "root/proc", "root/usr", LASTLOG))
    packages = PATCHED if name == "upgraded" else FRESH
    stat = configured(f"debian/{name}", "", packages=packages, when=NOW - HOUR if name == "upgraded" else NOW - 3 * DAY,
                      nginx=NGINX + "# newer\n" if name == "upgraded" else NGINX, logged=NOW - HOUR + 1 if name == "upgraded" else NOW - 3 * DAY)
    add(name, "stat", stat + f"{NOW - 10 * DAY} /etc/machine-id\n")
    # what lay put there and the configuration of another machine replaced
    for part in ("fresh", "accounts/fresh"):
        for path in ("etc/passwd", "etc/group", "etc/shadow", "etc/pam.d/common-auth", "etc/pam.d/sudo", "etc/ssh/sshd_config"):
            if os.path.exists(os.path.join(HERE, part, "root", path)) and not (part == "accounts/fresh" and path.startswith(("etc/pam.d", "etc/ssh"))):
                shutil.copyfile(os.path.join(HERE, part, "root", path), os.path.join(WHOLE, name, "root", path))
    for path in ("etc/sudoers", "etc/pam.d/sudo", "usr/bin/sudo"):
        if os.path.exists(os.path.join(WHOLE, name, "root", path)):
            os.unlink(os.path.join(WHOLE, name, "root", path))
put("debian/upgraded", "uname", "6.1.0-40-amd64\n")
put("debian/upgraded", "root/proc/version", kernel("6.1.0-40-amd64", "6.1.153-1"))
put("debian/upgraded", "root/var/log/dpkg.log", "2026-01-01 07:50:00 startup archives unpack\n2026-01-01 08:00:01 status installed nginx:amd64 1.22.1-9+deb12u3\n")
# a week of logrotate: what was the log is the log of yesterday, the new one is empty
for log in ("wtmp", "lastlog", "auth.log", "dpkg.log"):
    here = os.path.join(WHOLE, "week/root/var/log", log)
    if log != "lastlog" and os.path.exists(here):
        os.rename(here, here + ".1")
        open(here, "wb").close()
put("debian/week", "root/var/lib/logrotate/status", "logrotate state -- version 2\n\"/var/log/wtmp\" 2025-12-31-0:0:0\n")
lay("vm", "virtual", leave=("clock",))
put("debian/vm", "root/proc/1/mountinfo", open(os.path.join(HERE, "virtual/root/proc/1/mountinfo"), encoding="ascii").read())

# ---- hardened
lay("hardened", "kept")
lay("hardened", "accounts/kept", leave=("clock", "uname", "root/etc/pam.d", "root/proc", "root/usr/bin", "root/etc/hostname", "root/var/log/wtmp", LASTLOG, "run", "netlink"))
lay("hardened", "hardened", leave=("clock", "uname", "root/etc/shadow"))
# ---- half: sshd and PAM that look right; a list of accounts with a shared key; the disk of key-beside; rules in a file that was never loaded
lay("half", "fresh")
lay("half", "accounts/shared", leave=("clock", "uname", "run", "netlink", "root/etc/pam.d", "root/etc/ssh/sshd_config", "root/proc", "root/usr", LASTLOG))
lay("half", "half", leave=("clock", "uname"))
shutil.rmtree(os.path.join(WHOLE, "half/root/sys"), ignore_errors=True)
lay("half", "key-beside", leave=("clock",))
put("debian/half", "root/etc/nftables.conf", "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n")
# ---- broken
lay("broken", "broken")
lay("broken", "accounts/broken", leave=("clock", "uname", "root/etc/pam.d", "root/proc", "run", "netlink", "root/var/log/wtmp", LASTLOG))
# ---- container
lay("container", "container")
put("debian/container", "root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n")
put("debian/container", "root/etc/shadow", "root:*:20000:0:99999:7:::\nwww-data:*:20000:0:99999:7:::\n")
put("debian/container", "root/etc/group", "root:x:0:\nwww-data:x:33:\n")
put("debian/container", "root/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\n")
