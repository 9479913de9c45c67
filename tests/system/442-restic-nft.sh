#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Repositories made by restic itself, and rules loaded into a network namespace of its own: what backup-schedule, off-host-copy and drift-free see of them.
# Clause: S-8-1 type=test
# Clause: S-3-1 type=test
# Clause: S-7-2 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
command -v restic >/dev/null || { echo "restic is not installed"; exit 77; }
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
tmp=$(mktemp -d) passed=0 failed=0
trap 'rm -rf "$tmp"' EXIT
export RESTIC_PASSWORD_FILE=$tmp/password RESTIC_CACHE_DIR=$tmp/cache GOMAXPROCS=1
echo not-a-real-password >"$tmp/password" && chmod 600 "$tmp/password"
mkdir "$tmp/data" && echo something >"$tmp/data/file"

same() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "$1: $2, want $3"
	fi
}
# backup REPOSITORY HOURS-AGO…; 0: now, without a typed time
backup() {
	local repository=$tmp/$1 hours
	shift
	[ -e "$repository/config" ] || restic -q -r "$repository" init >/dev/null || exit 1
	for hours; do
		typed=(--time "$(date -d "-$hours hours" '+%F %T')")
		[ "$hours" != 0 ] || typed=()
		restic -q -r "$repository" backup --host db "${typed[@]}" "$tmp/data" >/dev/null || exit 1
	done
}
schedule() { # REPOSITORY [PASSWORD-FILE]: verdict, message, generations of the first set, usable snapshots
	timeout 60 "$look" backup-schedule "own.path=$tmp/$1" "own.password_file=${2:-$tmp/password}" own.every_h=24 2>/dev/null |
		jq -r '([.facts[] | select(.key == "generations") | .value] + ["-"])[0] as $g | ([.facts[] | select(.key == "snapshots") | .value] + ["-"])[0] as $n | "\(.verdict) \(.message) \($g) \($n)"'
}

backup good 26 50 0
same "three days" "$(schedule good)" "1 3200 3 3"
backup close 0 0 0
same "three copies of an hour" "$(schedule close)" "1 3200 1 3"
backup typed 2 26
same "times that were typed" "$(schedule typed)" "0 3229 2 2"
cp -r "$tmp/good" "$tmp/older" && find "$tmp/older/snapshots" -type f -exec touch -d '-3 days' {} +
same "files older than the times they tell" "$(schedule older)" "0 3229 3 3"
backup late 40 64
same "a missed run" "$(schedule late)" "2 3202 2 2"
backup empty
same "no snapshot" "$(schedule empty)" "2 3204 - 0"
same "no repository" "$(schedule nowhere)" "2 3206 - -"
echo wrong >"$tmp/wrong" && chmod 600 "$tmp/wrong"
same "a wrong password" "$(schedule good "$tmp/wrong")" "0 3210 - -"
same "no password" "$(schedule good "$tmp/nothing")" "0 3207 - -"
cp -r "$tmp/good" "$tmp/damaged" && echo damaged >"$tmp/damaged/config"
same "a damaged repository" "$(schedule damaged)" "0 3210 - -"
cp -r "$tmp/good" "$tmp/locked" && touch -d '-3 days' "$tmp/locked/locks/$(printf 'a%.0s' {1..64})"
same "a lock left behind" "$(schedule locked)" "1 3201 3 3"
cp -r "$tmp/late" "$tmp/retired" && restic -q -r "$tmp/retired" tag --add retired >/dev/null && restic -q -r "$tmp/retired" backup --host new "$tmp/data" >/dev/null
same "tagged as its remedy says" "$(schedule retired)" "1 3200 2 3"
before=$(find "$tmp/good" -type f | sort | xargs sha256sum | sha256sum)
schedule good >/dev/null
same "looking changes nothing" "$(find "$tmp/good" -type f | sort | xargs sha256sum | sha256sum)" "$before"

# places
place() { timeout 20 "$look" off-host-copy "own.path=$1" own.name=x 2>/dev/null | jq -r '(.facts[] | select(.key == "place") | .value)'; }
wanted=system-disk
[ "$(stat -c %d "$tmp")" = "$(stat -c %d /)" ] || wanted=$(place "$tmp/good")
same "beside the system" "$(place "$tmp/good")" "$wanted"

# rules in force
if ip link set lo up && nft list ruleset >/dev/null 2>&1; then
	drift() { timeout 20 "$look" drift-free 1:config_change.path=/nft:ruleset "1:config_change.state=$1" 2>/dev/null | jq -r '"\(.verdict) \(.message)"'; }
	print() { timeout 20 "$look" drift-free 2>/dev/null | jq -r '[.facts[] | select(.row == 1 and .key == "fingerprint") | .value][0]'; }
	cat >"$tmp/rules" <<-'RULES'
		table inet f {
			set admins { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2, 192.0.2.3 } }
			set seen { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 1h; }
			chain input {
				type filter hook input priority 0; policy drop;
				iif lo counter accept
				ip saddr @admins tcp dport 22 accept
			}
		}
	RULES
	nft -f "$tmp/rules"
	accepted=$(print)
	same "accepted" "$(drift "$accepted")" "1 3240"
	ping -c 2 -i 0.2 -W 1 127.0.0.1 >/dev/null 2>&1 || (exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null # the counter runs
	nft add element inet f seen '{ 203.0.113.9 }'
	same "counters and expiring elements" "$(drift "$accepted")" "1 3240"
	nft delete table inet f && nft -f "$tmp/rules" # other handles
	same "loaded again" "$(drift "$accepted")" "1 3240"
	nft add element inet f admins '{ 203.0.113.66 }'
	same "an address more" "$(drift "$accepted")" "2 3241"
	nft delete element inet f admins '{ 203.0.113.66 }'
	same "taken back" "$(drift "$accepted")" "1 3240"
	nft insert rule inet f input tcp dport 8080 accept
	same "a rule more" "$(drift "$accepted")" "2 3241"
	nft flush ruleset
	same "flushed" "$(drift "$accepted")" "2 3241"
else
	echo "skipped: no nft in this namespace"
fi

# nodes: a listener, and nobody
python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 8443)); time.sleep(60)' &
listener=$!
for ((i = 0; i < 50; i++)); do ss -ltn | grep -q ':8443' && break || sleep 0.1; done
nodes() { timeout 20 "$look" node-redundancy 1:node.name=a 1:node.kind=web 1:node.address=127.0.0.1 1:node.port=8443 1:node.machine=A "$@" 2>/dev/null | jq -r '"\(.verdict) \(.message)"'; }
same "this machine twice" "$(nodes 2:node.name=b 2:node.kind=web 2:node.address=127.0.0.2 2:node.port=8443 2:node.machine=B)" "2 3231"
same "alone" "$(nodes)" "2 3231"
ip addr add 192.0.2.7/32 dev lo
same "one refuses" "$(nodes 2:node.name=b 2:node.kind=web 2:node.address=192.0.2.7 2:node.port=9 2:node.machine=B)" "2 3232"
kill "$listener" 2>/dev/null
wait "$listener" 2>/dev/null

# a server that only has a name: one of our own addresses, another's, none, nobody who says
ip link set lo up
cat >"$tmp/names.py" <<'PY'
import socket
import struct
KNOWN = {"vault.example.jp": "192.0.2.10", "far.example.jp": "198.51.100.9", "short.branch.example": "192.0.2.10"}
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 53))
while True:
    q, who = s.recvfrom(4096)
    at, labels = 12, []
    while q[at]:
        labels.append(q[at + 1:at + 1 + q[at]].decode())
        at += q[at] + 1
    name, kind, question = ".".join(labels), struct.unpack(">H", q[at + 1:at + 3])[0], q[12:at + 5]
    if name.startswith("silent"):
        continue
    if name.startswith("liar"):
        q = bytes([q[0] ^ 1]) + q[1:]
    address = "192.0.2.10" if name.startswith("liar") else KNOWN.get(name)
    body = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 1, 4) + socket.inet_aton(address) if address and kind == 1 else b""
    s.sendto(q[:2] + struct.pack(">HHHHH", 0x8180 if address else 0x8183, 1, 1 if body else 0, 0, 0) + question + body, who)
PY
python3 "$tmp/names.py" &
names=$!
for ((i = 0; i < 50; i++)); do ss -lun | grep -q ':53 ' && break || sleep 0.1; done
host=$tmp/host
mkdir -p "$host/proc/1" "$host/proc/net" "$host/etc"
printf 'nameserver 127.0.0.1\nsearch branch.example\n' >"$host/etc/resolv.conf"
echo station >"$host/etc/hostname"
printf 'Local:\n        |-- 192.0.2.10\n           /32 host LOCAL\n' >"$host/proc/net/fib_trie"
echo '20 1 8:1 / / rw - ext4 /dev/sda1 rw' >"$host/proc/1/mountinfo"
for name in vault.example.jp far.example.jp short none.example.jp silent.example.jp liar.example.jp; do
	mkdir -p "$host/mnt/$name/r/snapshots" && : >"$host/mnt/$name/r/config" && : >"$host/mnt/$name/r/snapshots/x"
	echo "21 20 0:$((n = ${n:-40} + 1)) / /mnt/$name rw - fuse.sshfs backup@$name:/srv rw" >>"$host/proc/1/mountinfo"
done
named() { timeout 30 "$look" off-host-copy "$host" "own.path=/mnt/$1/r" own.name=x 2>/dev/null | jq -r '"\(.verdict) \(.message) \([.facts[] | select(.key == "place") | .value][0])"'; }
same "an alias of this machine" "$(named vault.example.jp)" "2 3222 itself"
same "another machine" "$(named far.example.jp)" "1 3220 network"
same "a short name, with its domain" "$(named short)" "2 3222 itself"
same "no such name" "$(named none.example.jp)" "0 8615 unresolved"
same "an answer to another question" "$(named liar.example.jp)" "0 8615 unresolved"
at=$(date +%s%N)
same "a name server that is silent" "$(named silent.example.jp)" "0 8615 unresolved"
[ $((($(date +%s%N) - at) / 1000000)) -le 9000 ] || same "its time" "$((($(date +%s%N) - at) / 1000000)) ms" "at most 9000 ms"
kill "$names"
wait "$names" 2>/dev/null
same "no name server" "$(named far.example.jp)" "0 8615 unresolved"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
