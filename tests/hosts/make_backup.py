# SPDX-License-Identifier: Apache-2.0
"""make_backup.py - the machine "backups": repositories by the name of what is wrong with them, RAID, peers, rules that drift. Part of make.py."""
import datetime
import json
import os
import shutil
from __main__ import DAY, HERE, HOUR, NOW, clock, put

M = "backups"
for part in ("root", "run", "tcp", "stat", "refuse"):
    full = os.path.join(HERE, M, part)
    shutil.rmtree(full, ignore_errors=True) if os.path.isdir(full) else os.path.exists(full) and os.remove(full)
clock(M)


def snapshot(ago_s, host="db", paths=("/srv/data",), **more):
    at = datetime.datetime.fromtimestamp(NOW - ago_s, datetime.timezone(datetime.timedelta(hours=9)))
    number = f"{abs(ago_s):x}{len(host):x}{len(paths[0]) if paths else 0:x}".rjust(64, "0")
    one = {"time": at.strftime("%Y-%m-%dT%H:%M:%S.123456789+09:00"), "tree": "9" * 64, "paths": list(paths), "hostname": host, "username": "root", "id": number, "short_id": number[:8]}
    one.update(more)
    return {k: v for k, v in one.items() if v is not None}


WRITTEN = []  # lines of "stat": the files of snapshots


def repository(name, *snapshots, raw=None, files=True):
    for one in snapshots if files else ():
        if not one.get("id", "short").startswith("short"):
            at = one.get("written") or int(datetime.datetime.fromisoformat(one["time"][:19] + one["time"][-6:].replace("Z", "+00:00")[-6:] if one["time"][-1] != "Z" else one["time"][:19] + "+00:00").timestamp()) + 600
            put(M, f"root/srv/backup/{name}/snapshots/{one['id']}", "x\n")
            WRITTEN.append(f"{at} 100400 0 0 /srv/backup/{name}/snapshots/{one['id']}\n")
    snapshots = [{k: v for k, v in one.items() if k != "written"} for one in snapshots]
    put(M, f"root/srv/backup/{name}/config", "x\n")
    put(M, f"root/srv/backup/{name}/snapshots/{'0' * 64}", "x\n")
    put(M, f"run/restic-_srv_backup_{name}", raw if raw is not None else json.dumps(list(snapshots)) + "\n")


DAILY = [snapshot(n * DAY + 2 * HOUR) for n in range(7)]
repository("good", *DAILY)
repository("longrun", snapshot(29 * HOUR), snapshot(53 * HOUR))                       # still within the grace
repository("late", snapshot(31 * HOUR), snapshot(55 * HOUR))
repository("close", snapshot(2 * HOUR), snapshot(2 * HOUR + 120), snapshot(2 * HOUR + 240))
repository("half", snapshot(2 * HOUR), snapshot(14 * HOUR))                           # exactly half the interval apart
repository("under-half", snapshot(2 * HOUR), snapshot(14 * HOUR - 1))
repository("one", snapshot(2 * HOUR))
repository("none")
repository("null", raw="null\n")
repository("ahead", snapshot(-40 * DAY), snapshot(31 * HOUR), snapshot(55 * HOUR))    # a clock that went wrong hides nothing
repository("partial", snapshot(2 * HOUR, tree=None), snapshot(26 * HOUR, id="short"), snapshot(50 * HOUR, summary={"total_files_processed": 0}), snapshot(3 * HOUR, paths=()))
repository("once", *DAILY, snapshot(20 * DAY, paths=("/etc",)))                       # taken once, for its own sake
repository("second-late", *DAILY, snapshot(3 * DAY, paths=("/etc",)), snapshot(4 * DAY, paths=("/etc",)))
repository("stopped", *DAILY, snapshot(200 * DAY, host="old"), snapshot(201 * DAY, host="old"))
repository("retired", *DAILY, snapshot(200 * DAY, host="old", tags=["retired"]), snapshot(201 * DAY, host="old"))
repository("all-retired", snapshot(2 * HOUR, tags=["retired"]), snapshot(26 * HOUR))
repository("second-few", *DAILY, snapshot(2 * HOUR, paths=("/etc",)))
repository("locked", *DAILY)
put(M, "root/srv/backup/locked/locks/" + "a" * 64, "x\n")
repository("in-use", *DAILY)
put(M, "root/srv/backup/in-use/locks/" + "b" * 64, "x\n")
repository("touched-up", snapshot(2 * HOUR, written=NOW - 31 * HOUR), *DAILY[2:])            # its file was there a day before the time it tells
repository("lost-files", *DAILY, files=False)                                         # listed, and no file of it is there
repository("forged", *[snapshot(n * DAY + 2 * HOUR, written=NOW - 2 * HOUR + 600, summary={"backup_start": "2025-12-31T22:00:00.5Z", "total_files_processed": 3}) for n in range(7)])  # one day's work, dated as seven
TYPED = [snapshot(n * DAY + 2 * HOUR, host="typed", time=datetime.datetime.fromtimestamp(NOW - n * DAY - 2 * HOUR, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")) for n in range(7)]
repository("typed", *DAILY, *TYPED)                                                   # --time: said, not seen
repository("typed-some", *TYPED, *[snapshot(n * DAY + 2 * HOUR, host="typed") for n in range(2)])
repository("typed-few", *DAILY, TYPED[0])
repository("shut", raw="")
repository("hangs", raw="")
repository("forbidden", *DAILY)
repository("html", raw="<html>no</html>\n")
repository("cut", raw=json.dumps(DAILY)[:-40])
repository("numbers", raw="[1, 2, 3]\n")
repository("object", raw='{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}\n')
repository("twice", raw='[{"time":"2025-12-31T22:00:00Z","time":"2025-12-31T22:00:00Z"}]\n')
put(M, "root/srv/backup/no-config/data/x", "x\n")
os.symlink("good", os.path.join(HERE, M, "root/srv/backup/linked"))
put(M, "root/etc/restic/password", "not-a-real-password\n")
put(M, "root/etc/restic/open", "not-a-real-password\n")
put(M, "root/var/private/open", "not-a-real-password\n")                               # nobody gets to it
put(M, "stat", f"{NOW - DAY} 100600 0 0 /etc/restic/password\n{NOW - DAY} 100644 0 0 /etc/restic/open\n{NOW - DAY} 100644 0 0 /var/private/open\n{NOW - DAY} 40700 0 0 /var/private\n"
    f"{NOW - 3 * DAY} 100400 0 0 /srv/backup/locked/locks/{'a' * 64}\n{NOW - HOUR} 100400 0 0 /srv/backup/in-use/locks/{'b' * 64}\n" + "".join(WRITTEN))
put(M, "refuse", "IO run/restic-_srv_backup_shut\nTIMEOUT run/restic-_srv_backup_hangs\nDENIED /srv/backup/forbidden/config\nTIMEOUT tcp/192.0.2.43-5432\nTIMEOUT tcp/192.0.2.44-5432\n")

# ---- where folders lie
for place in ("nfs", "self", "self6", "named", "cifs", "sshfs", "disk", "memory", "virtio", "empty-nfs", "alias", "short", "mapped", "local", "at", "theirs"):
    put(M, f"root/mnt/{place}/r/config", "x\n")
    if place != "empty-nfs":
        put(M, f"root/mnt/{place}/r/snapshots/x", "x\n")
put(M, "root/mnt/nfsx/config", "x\n")                                                  # beside a mount of almost the same name
put(M, "root/mnt/nfsx/snapshots/x", "x\n")
put(M, "root/etc/hostname", "station.example.jp\n")
put(M, "root/proc/1/mountinfo", "".join(f"{20 + n} 1 {line}\n" for n, line in enumerate((
    "8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "0:40 / /mnt/nfs rw,relatime shared:2 - nfs4 nas.example.jp:/export/b\\040c rw,vers=4.2,clientaddr=192.0.2.10,addr=192.0.2.80",
    "0:41 / /mnt/self rw,relatime - nfs4 nas2.example.jp:/export rw,vers=4.2,addr=192.0.2.10",
    "0:42 / /mnt/self6 rw,relatime - nfs4 [2001:db8::10]:/export rw,vers=4.2,addr=2001:db8::10",
    "0:43 / /mnt/named rw,relatime - fuse.sshfs backup@STATION:/srv rw",
    "0:44 / /mnt/cifs rw,relatime - cifs //filer/share rw,vers=3.1.1,addr=192.0.2.81",
    "0:45 / /mnt/sshfs rw,relatime - fuse.sshfs backup@other.example.jp:/srv rw",
    "8:17 / /mnt/disk rw,relatime - ext4 /dev/sdb1 rw",
    "0:46 / /mnt/memory rw,relatime - tmpfs tmpfs rw",
    "0:47 / /mnt/virtio rw,relatime - virtiofs share rw",
    "0:48 / /mnt/empty-nfs rw,relatime - nfs nas.example.jp:/empty rw,addr=192.0.2.80",
    "0:49 / /mnt/alias rw,relatime - fuse.sshfs backup@Vault-Room:/srv rw",
    "0:50 / /mnt/short rw,relatime - fuse.sshfs backup@127.1:/srv rw",
    "0:51 / /mnt/mapped rw,relatime - fuse.sshfs backup@[::ffff:192.0.2.10]:/srv rw",
    "0:52 / /mnt/local rw,relatime - fuse.sshfs LocalHost.:/srv rw",
    "0:53 / /mnt/at rw,relatime - fuse.sshfs localhost:/a@b:c rw",
    "0:54 / /mnt/theirs rw,relatime - fuse.sshfs backup@archive:/srv rw"))))
put(M, "root/etc/hosts", "127.0.0.1\tlocalhost\n192.0.2.10 station.example.jp station vault-room # itself\n192.0.2.80 archive\n# 192.0.2.10 archive\n")
put(M, "root/proc/net/fib_trie", """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.10
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
""")
put(M, "root/proc/net/if_inet6", "20010db8000000000000000000000010 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n")

# ---- RAID, and who takes a connection
put(M, "root/proc/mdstat", """Personalities : [raid1] [raid6] [raid5] [raid4]
md0 : active raid1 sdb1[1] sda1[0]
      1046528 blocks super 1.2 [2/2] [UU]

md1 : active (auto-read-only) raid5 sdc1[0] sdd1[1](F) sde1[2]
      2093056 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [U_U]
      bitmap: 0/8 pages [0KB], 65536KB chunk

unused devices: <none>
""")
put(M, "root/sys/block/md0/md/degraded", "0\n")
put(M, "root/sys/block/md1/md/degraded", "1\n")
for number, port in ((41, 5432), (42, 5432), (41, 443), (42, 443), (45, 443)):
    put(M, f"tcp/192.0.2.{number}-{port}/greeting", "")
put(M, "tcp/127.0.0.1-443/greeting", "")
put(M, "tcp/__1-443/greeting", "")

# ---- rules: the same ones as they change by themselves, then by somebody
def listing(machine, text):
    shutil.rmtree(os.path.join(HERE, machine), ignore_errors=True)
    put(machine, "root/etc/hostname", "drift\n")
    put(machine, "run/nft-sets", text)


def rules(dport=22, policy="drop", packets=0, handle=1, bans=(), banned=(), admins=("192.0.2.1", "192.0.2.2"), extra=(), flip=False, used=5):
    filters = [
        {"table": {"family": "inet", "name": "filter", "handle": handle}},
        {"set": {"family": "inet", "name": "admins", "table": "filter", "type": "ipv4_addr", "handle": handle + 1, "elem": list(admins)}},
        {"set": {"family": "inet", "name": "seen", "table": "filter", "type": "ipv4_addr", "handle": handle + 2, "flags": ["dynamic", "timeout"], "elem": list(bans)}},
        {"quota": {"family": "inet", "name": "q", "table": "filter", "handle": handle + 3, "bytes": 1000000, "used": used, "inv": True}},
        {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": handle + 4, "type": "filter", "hook": "input", "prio": 0, "policy": policy}},
        *[{"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": handle + 5 + n, "expr": e}} for n, e in enumerate((
            [{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}, {"counter": {"packets": packets, "bytes": packets * 60}}, {"accept": None}],
            [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@admins"}}, {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": dport}}, {"accept": None}],
            *extra))]]
    fail2ban = [
        {"table": {"family": "inet", "name": "f2b-table", "handle": handle + 20}},
        {"set": {"family": "inet", "name": "addr-set-sshd", "table": "f2b-table", "type": "ipv4_addr", "handle": handle + 21, "elem": list(banned)}}]
    return json.dumps({"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}, *(fail2ban + filters if flip else filters + fail2ban)]})


listing("drift/accepted", rules())
listing("drift/running", rules(packets=900, handle=70, used=77, bans=({"elem": {"val": "203.0.113.9", "timeout": 600, "expires": 12}},), banned=("203.0.113.7",), admins=("192.0.2.2", "192.0.2.1"), flip=True))
listing("drift/port", rules(dport=2222))
listing("drift/policy", rules(policy="accept"))
listing("drift/address", rules(admins=("192.0.2.1", "192.0.2.2", "203.0.113.66")))
listing("drift/rule", rules(extra=([{"accept": None}],)))
listing("drift/order", rules(extra=([{"accept": None}], [{"drop": None}])))
listing("drift/order-other", rules(extra=([{"drop": None}], [{"accept": None}])))
listing("drift/flushed", json.dumps({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}]}))
listing("drift/hostile", json.dumps({"nftables": [{"rule": {"family": "inet"}}]}))
listing("drift/deep", '{"nftables": [{"table": {"family": "inet", "name": "x", "y": ' + "[" * 500 + "]" * 500 + "}}]}")
listing("drift/old", rules())
put("drift/old", "root/proc/net/ip_tables_names", "filter\n")
