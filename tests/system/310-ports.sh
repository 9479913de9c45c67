#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Real listeners and a real ruleset in a network namespace of our own: what ports-closed and firewall see.
# Clause: S-3-7a type=test
# Clause: S-3-1 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
command -v nft >/dev/null && unshare -Un --map-root-user true 2>/dev/null || { echo "needs nft and network namespaces"; exit 77; }
# an ordinary user may not read whether old iptables rules are loaded: every answer would rightly be UNKNOWN
[ -n "$INSIDE" ] || [ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -Un --map-root-user "$0"

tmp=$(mktemp -d) bad=0 pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$tmp"' EXIT
want() { # NAME FILTER VALUE
	local got
	got=$(jq -c "$2" <"$tmp/out") && [ "$got" = "$3" ] || { echo "$1: $got, want $3"; bad=1; }
}
ip link set lo up || exit 1
nft -f - <<'RULES' || exit 1
table inet f {
	chain input {
		type filter hook input priority 0; policy drop;
		iif lo accept
		ct state established,related accept
		tcp dport 22 accept
	}
}
table ip n {
	chain pre {
		type nat hook prerouting priority -100;
		tcp dport 8080 dnat to 192.0.2.1:80
	}
}
RULES
python3 - >"$tmp/ready" <<'PY' &
import socket, time
s = []
def sock(family, kind, address, only=False):
    k = socket.socket(family, kind)
    if family == socket.AF_INET6:
        k.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(only))
    k.bind(address)
    if kind == socket.SOCK_STREAM:
        k.listen(1)
    s.append(k)
sock(socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 2201))
sock(socket.AF_INET6, socket.SOCK_STREAM, ("::", 2202), True)
sock(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 2203))
sock(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 2204))
sock(socket.AF_INET6, socket.SOCK_STREAM, ("::ffff:127.0.0.1", 2205))
sock(socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 2206))
sock(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 2207))
sock(socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 50000))
print("ready", flush=True)
time.sleep(60)
PY
pids+=($!)
for ((i = 0; i < 100; i++)); do [ -s "$tmp/ready" ] && break; sleep 0.1; done

"$look" ports-closed >"$tmp/out" || { echo "ports-closed could not look"; bad=1; }
want "ports seen" '[.facts[] | select(.key == "port") | .value] | sort' '[2201,2202,2206,8080,50000]'
want "the client's port is marked" '[.facts[] | select(.key == "client") | .row] | length' 1
want "programs named" '[.facts[] | select(.key == "program") | .value | select(test("python"))] | length' 4
want "the rule named" '[.facts[] | select(.key == "program") | .value | select(. == "DNAT")] | length' 1
want "no list: unknown" .verdict 0
"$look" ports-closed "ports=2201/tcp 2202/tcp 2206/udp 8080/tcp" >"$tmp/out"
want "all declared, and forwards seen" '[.verdict, (.facts[] | select(.key == "forwards_seen") | .value)]' '[1,true]'
"$look" ports-closed "ports=2201/tcp 2202/tcp 8080/tcp" >"$tmp/out"
want "one undeclared" .verdict 2
"$look" ports-closed "ports=2201/tcp 2202/tcp 2206/udp" >"$tmp/out"
want "the forward undeclared" .verdict 2

"$look" firewall >"$tmp/out"
want "firewall drops" '[.verdict, .message]' '[1,2501]'
nft add rule inet f input accept
"$look" firewall >"$tmp/out"
want "an accept-all rule at the end" '[.verdict, .message]' '[2,2505]'
nft flush ruleset && nft 'add table ip f; add chain ip f i { type filter hook input priority 0; policy drop; }'
"$look" firewall >"$tmp/out"
want "IPv6 left open" '[.verdict, .message]' '[2,2503]'
nft 'add table ip6 f; add chain ip6 f i { type filter hook input priority 0; policy drop; }'
"$look" firewall >"$tmp/out"
want "two tables, both families" '[.verdict, .message]' '[1,2501]'
nft 'add table ip f { flags dormant; }'
"$look" firewall >"$tmp/out"
want "a dormant table is not trusted" '[.verdict, .message]' '[0,2504]'
nft flush ruleset
"$look" firewall >"$tmp/out"
want "no rules" '[.verdict, .message]' '[2,2502]'
exit $bad
