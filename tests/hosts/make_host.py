# SPDX-License-Identifier: Apache-2.0
"""make_host.py - the machine itself: its configuration at four times, its storage, logs, scans. Part of make.py."""
import gzip
import hashlib
import os
import shutil
import time
from __main__ import DAY, HERE, HOUR, KERNEL, LISTS, MAIN, NOW, SECURITY, available, clock, installed, journal, journal_of, link, put, release

put("kept", "root/etc/hostname", "kept\n")
put("fresh", "root/etc/hostname", "fresh\n")


# ---- one machine at four times: installed, after apt-get upgrade, a week later, tampered with
def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


NGINX = "user www-data;\nworker_processes auto;\n"
SUDOERS = "Defaults\tenv_reset\nroot\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"
PASSWD = "root:x:0:0:root:/root:/bin/bash\nsomeone:x:1000:1000::/home/someone:/bin/bash\n"
UNIT = "[Unit]\nDescription=a service\n[Service]\nExecStart=/usr/bin/true\n"


def conffiles(*pairs):
    return "".join(f"\n {path} {md5(text)}" for path, text in pairs)


def configured(host, status, nginx=NGINX, passwd=PASSWD, packages="", when=NOW - 3 * DAY, log="", logged=NOW - 3 * DAY):
    """The configuration of a machine as Debian installs it; returns the lines of its file "stat"."""
    put(host, "root/var/lib/dpkg/status", status + packages +
        installed("nginx", "1.22.1-9+deb12u2", Conffiles=conffiles(("/etc/nginx/nginx.conf", nginx), ("/etc/logrotate.d/nginx", "weekly\n"))) +
        installed("sudo", "1.9.13p3-1+deb12u2", Conffiles=conffiles(("/etc/sudoers", SUDOERS), ("/etc/pam.d/sudo", "@include common-auth\n"), ("/etc/sudo_logsrvd.conf", "gone\n")) + "\n /etc/old.conf " + md5("old\n") + " obsolete") +
        installed("dash", "0.5.12-2", Conffiles=conffiles(("/etc/diverted", "dash\n"))))
    put(host, "root/var/lib/dpkg/diversions", "/etc/diverted\n/etc/diverted.by-other\nother\n")
    put(host, "root/etc/diverted", "the other package's\n")
    put(host, "root/etc/diverted.by-other", "dash\n")
    put(host, "root/etc/nginx/nginx.conf", nginx)
    put(host, "root/etc/logrotate.d/nginx", "weekly\nrotate 14\n")     # changed locally before the first inspection
    put(host, "root/etc/sudoers", SUDOERS)                             # 0440: packaged, yet not ordinary
    put(host, "root/etc/pam.d/sudo", "@include common-auth\n")
    put(host, "root/etc/pam.d/common-auth", "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n")
    put(host, "root/etc/passwd", passwd)
    put(host, "root/etc/group", "root:x:0:\n")
    put(host, "root/etc/shadow", "root:!:20000::::::\nsomeone:$y$j9T$none$none:20000:0:99999:7:::\n")
    put(host, "root/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n")
    put(host, "root/etc/systemd/system/own.service", UNIT)
    link(host, "root/etc/systemd/system/multi-user.target.wants/own.service", "/etc/systemd/system/own.service")
    link(host, "root/etc/systemd/system/multi-user.target.wants/nginx.service", "/lib/systemd/system/nginx.service")
    put(host, "root/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.1.0-39-amd64 root=/dev/mapper/vg-root ro quiet\n")
    put(host, "root/var/log/dpkg.log", log or "2025-12-28 23:58:01 startup archives unpack\n2025-12-29 00:00:00 status installed nginx:amd64 1.22.1-9+deb12u2\n")
    stat = [f"{logged} 0644 0 0 /var/log/dpkg.log", f"{when} 0440 0 0 /etc/sudoers", f"{when} 0640 0 42 /etc/shadow"]
    stat += [f"{when} {path}" for path in ("/etc/passwd", "/etc/nginx/nginx.conf", "/etc/systemd/system/own.service", "/etc/pam.d/common-auth", "/etc", "/etc/cron.d", "/etc/sudoers.d", "/etc/pam.d")]
    return "".join(line + "\n" for line in stat)


for name in ("installed", "upgraded", "week-later", "tampered"):
    shutil.rmtree(os.path.join(HERE, name, "root"), ignore_errors=True)
FRESH = (installed("openssl", "3.0.17-1~deb12u2") + installed("libssl3", "3.0.17-1~deb12u2", Source="openssl") + installed("curl", "7.88.1-10+deb12u12") +
    installed("linux-image-6.1.0-39-amd64", KERNEL))
put("installed", "stat", configured("installed", FRESH))
clock("installed")

# ---- after apt-get upgrade: nginx came with a new conffile and made its user (the log is written in Japan's time)
AT = NOW - HOUR
upgraded_stat = configured("upgraded", FRESH, NGINX + "# newer\n", PASSWD + "www-log:x:33:33::/nonexistent:/usr/sbin/nologin\n", when=AT, logged=AT + 1,
                           log="2026-01-01 07:50:00 startup archives unpack\n2026-01-01 07:59:30 status unpacked nginx:amd64 1.22.1-9+deb12u3\n2026-01-01 08:00:01 status installed nginx:amd64 1.22.1-9+deb12u3\n")
put("upgraded", "root/etc/systemd/system/own.service", UNIT)
for name, text in (("installed", "#!/bin/sh\nexec tool 1\n"), ("upgraded", "#!/bin/sh\nexec tool 2\n")):  # files of a package that are no conffiles
    put(name, "root/usr/share/tool/rules", text)
    put(name, "root/usr/lib/tool/run", text)
    put(name, "root/usr/share/tool/by-hand", text)
    put(name, "root/var/lib/dpkg/info/tool:amd64.md5sums", f"{md5(text)}  usr/share/tool/rules\n{md5(text)}  lib/tool/run\n{md5('another')}  usr/share/tool/by-hand\n")
upgraded_stat += "".join(f"{AT} /usr/{path}\n" for path in ("share/tool/rules", "lib/tool/run", "share/tool/by-hand"))
put("upgraded", "stat", upgraded_stat.replace(f"{AT} /etc/systemd/system/own.service", f"{NOW - 3 * DAY} /etc/systemd/system/own.service"))
put("upgraded", "root/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=/dev/mapper/vg-root ro quiet\n")
clock("upgraded")

# ---- the same, and logrotate came before anybody looked
for name, log in (("rotated/plain", "dpkg.log.1"), ("rotated/dated", "dpkg.log-20260101"), ("rotated/packed", "dpkg.log.1.gz")):
    shutil.rmtree(os.path.join(HERE, name), ignore_errors=True)
    shutil.copytree(os.path.join(HERE, "upgraded"), os.path.join(HERE, name), symlinks=True)
    with open(os.path.join(HERE, name, "root/var/log/dpkg.log"), encoding="ascii") as f:
        text = f.read()
    put(name, "root/var/log/dpkg.log", "")
    put(name, "root/var/log/" + log, gzip.compress(text.encode(), mtime=0) if log.endswith(".gz") else text)
    put(name, "stat", upgraded_stat.replace("/var/log/dpkg.log\n", f"/var/log/{log}\n").replace(f"{AT} /etc/systemd/system/own.service", f"{NOW - 3 * DAY} /etc/systemd/system/own.service") + f"{NOW} 0644 0 0 /var/log/dpkg.log\n")

# ---- a week later: logs were rotated, nothing else
put("week-later", "stat", configured("week-later", FRESH))
put("week-later", "root/var/log/dpkg.log.1", "2025-12-28 23:58:01 startup archives unpack\n")
put("week-later", "root/var/log/dpkg.log", "")
put("week-later", "root/var/log/nginx/access.log.1", "192.0.2.1 - - [31/Dec/2025:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n")
put("week-later", "root/var/lib/logrotate/status", "logrotate state -- version 2\n\"/var/log/nginx/access.log\" 2025-12-31-0:0:0\n")
clock("week-later")

# ---- tampered with on the quiet; a package was worked on at another time
tampered_stat = configured("tampered", FRESH, when=NOW - 2 * HOUR, logged=AT + 1, log="2025-12-31 22:58:00 startup archives unpack\n2025-12-31 23:00:01 status installed curl:amd64 1\n")
put("tampered", "root/etc/sudoers", SUDOERS + "someone ALL=(ALL) NOPASSWD: ALL\n")
put("tampered", "root/etc/cron.d/backdoor", "* * * * * root /tmp/x\n")
put("tampered", "root/etc/nginx/nginx.conf", NGINX + "# more\n")
put("tampered", "root/etc/passwd", PASSWD + "toor:x:0:0::/root:/bin/bash\n")
os.unlink(os.path.join(HERE, "tampered/root/etc/pam.d/common-auth"))
os.unlink(os.path.join(HERE, "tampered/root/etc/systemd/system/multi-user.target.wants/nginx.service"))
link("tampered", "root/etc/systemd/system/multi-user.target.wants/nginx.service", "/tmp/nginx.service")
put("tampered", "xattr", "system.posix_acl_access 0200000001000600ffffffff /etc/group\n")
put("tampered", "stat", tampered_stat.replace("0640 0 42 /etc/shadow", "0644 0 42 /etc/shadow"))
clock("tampered")

# ---- somebody changed his password with passwd; somebody put in another hash by hand (its day is old); unlocked root beside it
for name, shadow in (("passwd", "root:!:20000::::::\nsomeone:$y$j9T$other$other:20454:0:99999:7:::\n"), ("swapped", "root:!:20000::::::\nsomeone:$y$j9T$other$other:20000:0:99999:7:::\n"),
                     ("unlocked", "root:$y$j9T$other$other:20454::::::\nsomeone:$y$j9T$none$none:20000:0:99999:7:::\n"), ("added", "root:!:20000::::::\nsomeone:$y$j9T$other$other:20454:0:99999:7:::\nnew:$y$j9T$none$none:20454:0:99999:7:::\n")):
    shutil.rmtree(os.path.join(HERE, "shadow", name), ignore_errors=True)
    put("shadow/" + name, "stat", configured("shadow/" + name, FRESH))
    put("shadow/" + name, "root/etc/shadow", shadow)
    clock("shadow/" + name)


# ---- storage
def block(host, number, name, uuid="", slaves=(), partition_of=""):
    """A block device below /sys: its folder, and the ways that lead to it."""
    real = f"root/sys/devices/{partition_of + '/' if partition_of else ''}{name}"
    put(host, f"{real}/dev", number + "\n")
    if uuid:
        put(host, f"{real}/dm/uuid", uuid + "\n")
    if partition_of:
        put(host, f"{real}/partition", "1\n")
    for slave in slaves:
        put(host, f"{real}/slaves/{slave}", "")
    target = real[len("root"):]
    link(host, f"root/sys/dev/block/{number}", target)
    link(host, f"root/sys/class/block/{name}", target)


def mounts(host, *lines):
    put(host, "root/proc/1/mountinfo", "".join(f"{20 + n} 1 {line}\n" for n, line in enumerate(lines)))


PSEUDO = ("0:20 / /proc rw - proc proc rw", "0:21 / /run rw,nosuid - tmpfs tmpfs rw,size=1", "0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
for name in ("virtual", "key-beside"):
    for part in ("root",):
        shutil.rmtree(os.path.join(HERE, name, part), ignore_errors=True)
    clock(name)
for name in ("kept", "key-beside"):
    block(name, "8:0", "sda")
    for n in (1, 2, 3):
        block(name, f"8:{n}", f"sda{n}", partition_of="sda")
    block(name, "253:0", "dm-0", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-sda3_crypt", ["sda3"])
    block(name, "253:1", "dm-1", "LVM-aaaa", ["dm-0"])
    block(name, "253:2", "dm-2", "LVM-bbbb", ["dm-0"])
    block(name, "253:3", "dm-3", "CRYPT-LUKS1-00-data", ["sda2"])
    mounts(name, *PSEUDO, "253:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw,errors=remount-ro", "8:1 / /boot rw - ext4 /dev/sda1 rw",
           "253:3 / /srv/with\\040blank rw - ext4 /dev/mapper/data rw", "253:1 /srv /srv/again rw - ext4 /dev/mapper/vg-root rw", "11:0 / /media/cd ro - iso9660 /dev/sr0 ro")
    put(name, "root/proc/swaps", SWAPS + "/dev/dm-2                               partition\t999420\t\t0\t\t-2\n")
put("kept", "root/etc/crypttab", "# name device key options\nsda3_crypt UUID=0123 none luks,discard\ndata /dev/sda2 /etc/keys/data.key luks\nswap /dev/sda9 /dev/urandom swap\n")
put("key-beside", "root/etc/crypttab", "sda3_crypt UUID=0123 /boot/disk.key luks\n")
block("fresh", "8:0", "sda")
block("fresh", "8:1", "sda1", partition_of="sda")
block("fresh", "8:5", "sda5", partition_of="sda")
mounts("fresh", *PSEUDO, "8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro")
put("fresh", "root/proc/swaps", SWAPS + "/dev/sda5                               partition\t999420\t\t0\t\t-2\n")
put("fresh", "root/sys/class/dmi/id/sys_vendor", "Example Computers\n")
for n, letter in enumerate("ab"):
    block("broken", f"8:{16 * n}", f"sd{letter}")
block("broken", "253:0", "dm-0", "CRYPT-LUKS2-00-one", ["sda"])
block("broken", "9:0", "md0", "", ["dm-0", "sdb"])
block("broken", "253:1", "dm-1", "CRYPT-VERITY-00-v", ["sda"])
mounts("broken", *PSEUDO, "9:0 / / rw - ext4 /dev/md0 rw", "253:1 / /mnt/verity rw - ext4 /dev/mapper/v rw", "0:50 / /mnt/nfs rw - nfs4 192.0.2.9:/x rw", "0:60 / /mnt/dav rw - fuse https://dav.example.jp/ rw")
put("broken", "root/proc/swaps", SWAPS + "/swapfile                               file\t\t999420\t\t0\t\t-2\n")
mounts("container", *PSEUDO, "0:60 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/var/lib/x/diff,workdir=/var/lib/x/work")
block("virtual", "254:0", "vda")
block("virtual", "254:1", "vda1", partition_of="vda")
mounts("virtual", *PSEUDO, "254:1 / / rw - ext4 /dev/vda1 rw")
put("virtual", "root/proc/swaps", SWAPS)
put("virtual", "root/sys/class/dmi/id/sys_vendor", "QEMU\n")
put("virtual", "root/sys/class/dmi/id/product_name", "Standard PC (Q35 + ICH9, 2009)\n")
put("hostile", "root/proc/1/mountinfo", "1 2 3\n" + "x" * 3000 + "\n")
with open(os.path.join(HERE, "silent", "refuse"), "a", encoding="ascii") as f:
    f.write("".join(f"DENIED {path}\n" for path in ("/etc/hostname", "/proc/1/mountinfo", "/proc/self/mountinfo", "/proc/swaps", "/etc/crypttab")))


# ---- mixed: software from several places
shutil.rmtree(os.path.join(HERE, "mixed", "root"), ignore_errors=True)
clock("mixed")
put("mixed", "root/var/lib/dpkg/status", installed("curl", "7.88.1-10+deb12u12") + installed("openssl", "3.0.17-1~deb12u3") + installed("linux-image-6.1.0-39-amd64", KERNEL, Source="linux-signed-amd64") +
    installed("linux-image-6.1.0-9-amd64", "6.1.27-1", Source="linux-signed-amd64 (6.1.27+1)") + installed("firmware-x", "1") + installed("vendor-agent", "2.0") + installed("home-made", "1.0"))


def origin(name, text):
    return text.replace("Origin: Debian", f"Origin: {name}")


put("mixed", LISTS + SECURITY + "InRelease", release("oldstable-security", "bookworm-security", "Debian-Security", "Wed, 31 Dec 2025 12:00:00 UTC"))
put("mixed", LISTS + SECURITY + "main_binary-amd64_Packages", available("openssl", "3.0.17-1~deb12u3"))
put("mixed", LISTS + MAIN + "InRelease", release("oldstable", "bookworm", "Debian", "Sat, 06 Sep 2025 09:00:00 UTC"))
put("mixed", LISTS + MAIN + "main_binary-amd64_Packages", available("curl", "7.88.1-10+deb12u14") + available("linux-image-6.1.0-39-amd64", KERNEL, Source="linux-signed-amd64"))
put("mixed", LISTS + MAIN + "non-free-firmware_binary-amd64_Packages", available("firmware-x", "1"))
put("mixed", LISTS + "apt.example.org_dists_stable_InRelease", origin("Example", release("stable", "stable", "Example", "Sat, 06 Sep 2025 09:00:00 UTC")))
put("mixed", LISTS + "apt.example.org_dists_stable_main_binary-amd64_Packages", available("vendor-agent", "2.0") + available("home-made", "0.9"))


# ---- scans
def summary(ended, infected=0, errors=0):
    text = "----------- SCAN SUMMARY -----------\nKnown viruses: 8708653\nEngine version: 1.4.3\nScanned directories: 12\nScanned files: 345\n"
    text += f"Infected files: {infected}\n" + (f"Total errors: {errors}\n" if errors else "")
    return text + f"Data scanned: 12.00 MB\nTime: 600.000 sec (10 m 0 s)\nStart Date: {ended}\nEnd Date:   {ended}\n"


RULE = "\n" + "-" * 79 + "\n\n"
for name in ("scan-partial", "scan-found", "scan-unseen", "scan-excluded", "scan-script", "scan-drop-in", "scan-drop-in-output"):
    shutil.rmtree(os.path.join(HERE, name, "root"), ignore_errors=True)
    clock(name)
JOURNALS = ("ended", "broken-off", "young", "found", "elsewhere", "torn", "file", "quiet")
for name in JOURNALS:
    shutil.rmtree(os.path.join(HERE, "scan-journal", name), ignore_errors=True)
    clock(f"scan-journal/{name}")
for name in ("kept", "broken", "scan-partial", "scan-found", "scan-unseen", "scan-excluded", "scan-script", "scan-drop-in", "scan-drop-in-output", "hostile", *(f"scan-journal/{name}" for name in JOURNALS)):
    put(name, "root/usr/bin/clamscan", "")
put("kept", "root/etc/cron.weekly/full-scan", "#!/bin/sh\n[ -x /usr/bin/clamscan ] || exit 0\nnice clamscan -r -i \\\n  --log=/var/log/clamav/full.log --exclude-dir='^/proc' --exclude-dir='^/sys' /\n")
put("kept", "root/var/log/clamav/full.log", "")
put("kept", "root/var/log/clamav/full.log.1", RULE + summary("2025:12:21 12:00:00") + RULE + summary("2025:12:31 09:00:00"))
put("broken", "root/etc/cron.d/scan", "# full scan\n0 3 * * 0 root clamscan -ri -l /var/log/clamav/full.log /\n")
put("broken", "root/var/log/clamav/full.log", RULE + summary("2025:12:01 03:10:00") + RULE + "/home/x: OK\n")
put("scan-partial", "root/etc/crontab", "0 3 * * 0 root clamscan -i --log=/var/log/a.log /\n0 4 * * * root clamdscan --log=/var/log/b.log /home\n0 5 * * 0 root clamscan -r --exclude-dir=^/srv --log=/var/log/c.log /\n")
put("scan-partial", "root/etc/systemd/system/scan.service", "[Service]\nExecStart=/usr/bin/clamdscan --fdpass --log=/var/log/d.log /\n")
for letter in "abcd":
    put("scan-partial", f"root/var/log/{letter}.log", RULE + summary("2025:12:31 03:10:00", 0, 17 if letter == "d" else 0))
put("scan-partial", "stat", f"{NOW - 100 * DAY} /etc/systemd/system/scan.service\n")
put("scan-found", "root/etc/cron.d/scan", "0 3 * * 0 root clamscan -ri -l /var/log/full.log /\n")
put("scan-found", "root/var/log/full.log", RULE + summary("2025:12:31 03:10:00", 2))
put("scan-script", "root/etc/cron.d/scan", "0 3 * * 0 root nice /usr/local/sbin/full-scan\n")
put("scan-script", "root/usr/local/sbin/full-scan", "#!/bin/sh\ncd / && clamscan -r -i --log=/var/log/full.log .\n")
put("scan-script", "root/var/log/full.log", RULE + summary("2025:12:31 03:10:00", 0))
put("scan-drop-in", "root/etc/systemd/system/scan.service", "[Service]\nExecStart=/bin/true\n")
put("scan-drop-in", "root/etc/systemd/system/scan.service.d/real.conf", "[Service]\nExecStart=\nExecStart=-/usr/local/sbin/full-scan\n")
put("scan-drop-in", "root/usr/local/sbin/full-scan", "#!/bin/sh\nclamscan -r -i --log=/var/log/full.log /\n")
put("scan-drop-in", "root/var/log/full.log", RULE + summary("2025:12:31 03:10:00", 3))
put("scan-drop-in-output", "root/etc/systemd/system/scan.service", "[Service]\nExecStart=/bin/true\nStandardOutput=append:/var/log/full.log\n")
put("scan-drop-in-output", "root/etc/systemd/system/scan.service.d/real.conf", "[Service]\nExecStart=\nExecStart=/usr/bin/clamscan -r -i /\n")
put("scan-excluded", "root/etc/cron.d/scan", "0 3 * * 0 root clamdscan --fdpass -l /var/log/full.log /\n")
put("scan-excluded", "root/var/log/full.log", RULE + summary("2025:12:31 03:10:00", 0))
put("scan-excluded", "root/etc/clamav/clamd.conf", "LocalSocket /run/clamav/clamd.ctl\nExcludePath ^/proc/\nExcludePath ^/srv/\n")
put("scan-unseen", "root/etc/cron.daily/scan", "#!/bin/bash\nLOG=/var/log/scan-$(date +%F).log\nclamscan -r --log=\"$LOG\" $DIRS\n")
SCAN_UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/clamscan -ri --exclude-dir=^/proc --exclude-dir=^/sys /\n"
SCAN_JOURNAL = "root/var/log/journal/0123456789abcdef0123456789abcdef/"


def said(at, text, unit="scan.service"):
    return [(at + i, [f"_SYSTEMD_UNIT={unit}", "_UID=0", "SYSLOG_IDENTIFIER=clamscan", f"MESSAGE={line}"]) for i, line in enumerate(text.split("\n")) if line]


def noise(at):
    return (at, ["_SYSTEMD_UNIT=cron.service", "_UID=0", "MESSAGE=(root) CMD (true)"])


for name in JOURNALS:
    put(f"scan-journal/{name}", "root/etc/systemd/system/scan.service", SCAN_UNIT)
    put(f"scan-journal/{name}", "stat", f"{NOW - 100 * DAY} /etc/systemd/system/scan.service\n")
week, weeks = said(NOW - DAY, summary("2025:12:31 09:00:00")), said(NOW - 20 * DAY, summary("2025:12:12 09:00:00"))
put("scan-journal/ended", SCAN_JOURNAL + "system@1.journal", journal_of([noise(NOW - 50 * DAY), *weeks, noise(NOW - 9 * DAY)]))
put("scan-journal/ended", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 8 * DAY), *week, noise(NOW - 60)]))
put("scan-journal/broken-off", SCAN_JOURNAL + "system@1.journal", journal_of([noise(NOW - 50 * DAY), *weeks, noise(NOW - 9 * DAY)]))
put("scan-journal/broken-off", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 8 * DAY), *week[:6], noise(NOW - 60)]))  # no end
put("scan-journal/young", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 3 * DAY), noise(NOW - 60)]))  # the last one may lie before it
put("scan-journal/found", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 8 * DAY), *said(NOW - DAY, summary("2025:12:31 09:00:00", 3)), noise(NOW - 60)]))
put("scan-journal/elsewhere", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 50 * DAY), *said(NOW - DAY, summary("2025:12:31 09:00:00"), "other.service"), noise(NOW - 60)]))
put("scan-journal/torn", SCAN_JOURNAL + "system@1.journal", journal_of([noise(NOW - 50 * DAY), *weeks, *week[:5]]))  # a file that ended within a summary
put("scan-journal/torn", SCAN_JOURNAL + "system.journal", journal_of([*week[5:], noise(NOW - 60)]))
put("scan-journal/file", "root/etc/systemd/system/scan.service", SCAN_UNIT + "StandardOutput=append:/var/log/scan.log\n")
put("scan-journal/file", "root/var/log/scan.log", summary("2025:12:31 09:00:00"))
put("scan-journal/quiet", "root/etc/systemd/system/scan.service", SCAN_UNIT.replace("-ri", "-ri --quiet"))
put("scan-journal/quiet", SCAN_JOURNAL + "system.journal", journal_of([noise(NOW - 50 * DAY), noise(NOW - 60)]))
put("hostile", "root/etc/cron.d/scan", "0 3 * * 0 root clamscan -ri -l /var/log/full.log /\n" + "x" * 3000 + "\n")
put("hostile", "root/var/log/full.log", b"----------- SCAN SUMMARY -----------\nInfected files: many\nEnd Date: never\n\xff\xfe\0")
put("hostile", "stat", f"{NOW - 100 * DAY} /etc/cron.d/scan\n")
with open(os.path.join(HERE, "silent", "refuse"), "a", encoding="ascii") as f:
    f.write("".join(f"DENIED {path}\n" for path in ("/usr/bin/clamscan", "/usr/bin/clamdscan", "/etc/crontab", "/etc/cron.d")))


# ---- logs
JOURNAL = "root/var/log/journal/0123456789abcdef0123456789abcdef/system.journal"


def auth(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00", time.gmtime(at)) + " host sshd[1]: Server listening\n"


for name in ("logs-short", "logs-volatile", "logs-young", "logs-cut", "logs-rate"):
    shutil.rmtree(os.path.join(HERE, name, "root"), ignore_errors=True)
    clock(name)
    put(name, "root/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    born = NOW - (30 if name == "logs-young" else 400) * DAY
    put(name, "stat", f"{born} /etc/machine-id\n{NOW - 60} /var/log/auth.log\n")
ROTATE = "weekly\nrotate 4\ncreate\ninclude /etc/logrotate.d\n"
RSYSLOG = "/var/log/syslog\n/var/log/auth.log\n{\n\trotate %d\n\tweekly\n\tmissingok\n\tpostrotate\n\t\t/usr/lib/rsyslog/rsyslog-rotate\n\tendscript\n}\n"
put("logs-short", "root/etc/systemd/journald.conf", "[Journal]\n#Storage=auto\nMaxRetentionSec=2year\n")
put("logs-short", "root/usr/lib/systemd/journald.conf.d/50-keep.conf", "[Journal]\nMaxRetentionSec=3year\n")
put("logs-short", "root/etc/systemd/journald.conf.d/50-keep.conf", "[Journal]\nMaxRetentionSec=1month\n")
put("logs-short", JOURNAL, journal(NOW - 30 * DAY, NOW - 60))
put("logs-short", "root/etc/logrotate.conf", ROTATE)
put("logs-short", "root/etc/logrotate.d/rsyslog", RSYSLOG % 4)
put("logs-short", "root/etc/logrotate.d/rsyslog.dpkg-new", RSYSLOG % 400)
put("logs-short", "root/var/log/auth.log", auth(NOW - 5 * DAY))
put("logs-short", "root/var/log/auth.log.1", auth(NOW - 28 * DAY))
put("logs-volatile", "root/etc/systemd/journald.conf.d/mem.conf", "[Journal]\nStorage=volatile\n")
put("logs-volatile", JOURNAL, journal(NOW - 400 * DAY, NOW - 60))
put("logs-young", "root/etc/logrotate.conf", ROTATE)
put("logs-young", "root/etc/logrotate.d/rsyslog", RSYSLOG % 60)
put("logs-young", "root/var/log/auth.log", auth(NOW - 3 * DAY))
put("logs-young", "root/var/log/auth.log.1", auth(NOW - 30 * DAY))
put("logs-cut", "root/etc/logrotate.conf", ROTATE)
put("logs-cut", "root/etc/logrotate.d/rsyslog", RSYSLOG % 60)
put("logs-cut", "root/var/log/auth.log", auth(NOW - 30 * DAY))
put("logs-rate", "root/etc/systemd/journald.conf", "[Journal]\nSystemMaxUse=1G\n")
put("logs-rate", "stat", f"{NOW - 100 * DAY} /etc/machine-id\n")
put("logs-rate", JOURNAL, journal(NOW - 100 * DAY, NOW - 60))
with open(os.path.join(HERE, "silent", "refuse"), "a", encoding="ascii") as f:
    f.write("".join(f"DENIED {path}\n" for path in ("/etc/systemd/journald.conf", "/etc/logrotate.conf", "/etc/audit/auditd.conf")))
