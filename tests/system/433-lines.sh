#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two lines to two carriers, each a namespace behind a veth pair; then one is pulled, comes back, is black-holed, loses its route, and is
# routed by rules: what line-redundancy says of it, and within how many seconds.
# Clause: S-7-4 type=test
BUILD=$(realpath "${BUILD:-build}")
[ -x "$BUILD/src/control/look" ] || { echo "no look in this build"; exit 77; }
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
who=root look=$BUILD/src/control/look pids=()
trap 'kill "${pids[@]}" 2>/dev/null; cleanup' EXIT
mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip link set lo up || exit 1

# carrier NAME NUMBER: its end of the line, and a server far behind it that both reach (each has one of the same address)
carrier() {
	ip netns add "$1" && ip link add "line$2" type veth peer name "end$2" netns "$1" || exit 1
	ip -n "$1" link set "end$2" address "0$((2 * $2)):00:5e:00:53:0$2" # each carrier's router is of another maker
	ip addr add "198.51.$2.2/30" dev "line$2" && ip link set "line$2" up
	ip -n "$1" addr add "198.51.$2.1/30" dev "end$2" && ip -n "$1" link set lo up && ip -n "$1" link set "end$2" up
	ip -n "$1" addr add 203.0.113.53/32 dev lo
	ip netns exec "$1" sysctl -qw net.ipv4.conf.all.arp_ignore=1 # what is behind a carrier is reached through it alone
	ip netns exec "$1" python3 -c 'import socket, time
s = socket.create_server(("203.0.113.53", 53))
time.sleep(300)' &
	pids+=($!)
}
carrier A 1
carrier B 2
ip route add default via 198.51.1.1 dev line1 metric 100
ip route add default via 198.51.2.1 dev line2 metric 200
sleep 1

declared=(1:line.name=first 1:line.carrier=A 1:line.interface=line1 2:line.name=second 2:line.carrier=B 2:line.interface=line2)
for i in 1 2; do declared+=("$i:line.probe_address=203.0.113.53" "$i:line.probe_port=53"); done
want() { # WHAT VERDICT MESSAGE SECONDS [DECLARED…]
	local at=$EPOCHREALTIME what=$1 verdict=$2 message=$3 most=$4 got took one
	shift 4
	for one in "${declared[@]}"; do # what is said here comes in place of what is declared
		[[ " $*" = *" ${one%%=*}="* ]] || set -- "$@" "$one"
	done
	got=$("$look" line-redundancy "$@" 2>&1)
	took=$(((${EPOCHREALTIME/./} - ${at/./}) / 1000))
	echo "$what: $took ms"
	[ "$(jq -c '[.verdict,.message]' <<<"$got" 2>/dev/null)" = "[$verdict,$message]" ] || fail "$what: $got, want [$verdict,$message]"
	[ "$took" -le "${most}000" ] || fail "$what: $took ms, more than $most s"
}
want "both hold" 1 2960 2
want "their gateways as declared" 1 2960 2 1:line.gateway=198.51.1.1 2:line.gateway=198.51.2.1
ip -n B link set end2 address 02:00:5e:11:22:33 && ip neigh flush all
want "gateways of one maker: one router with two ports, or two" 0 8617 2
ip -n B link set end2 address 04:00:5e:00:53:02 && ip neigh flush all
want "another gateway than declared" 2 2962 2 2:line.gateway=198.51.9.1
want "one carrier twice" 2 2961 2 2:line.carrier=A
want "no address to reach" 0 2964 2 2:line.probe_address=
ip -n B link set end2 down
want "the far end is down" 2 2962 2
ip -n B link set end2 up
sleep 1
want "it is back" 1 2960 2
ip -n B addr del 203.0.113.53/32 dev lo && ip -n B route add blackhole 203.0.113.53/32
ip netns exec B sysctl -qw net.ipv4.ip_forward=1
want "the second is black-holed" 2 2962 5
ip -n B route del blackhole 203.0.113.53/32 && ip -n B addr add 203.0.113.53/32 dev lo
want "it is back again" 1 2960 2
ip -n A link set end1 down
want "the first is down" 2 2962 2
ip -n A link set end1 up
sleep 1
ip route replace default via 198.51.1.1 dev line1 metric 100
kill "${pids[0]}" && wait "${pids[0]}" 2>/dev/null
want "refused is an answer" 1 2960 2

# ---- rules: a route of a table nothing leads to is none
ip route del default via 198.51.2.1 dev line2 && ip route add default via 198.51.2.1 dev line2 table 77
want "a table no rule leads to" 2 2962 2
ip rule add oif line2 lookup 77 priority 1000
want "a rule for what goes out there" 1 2960 2
ip rule del priority 1000 && ip rule add fwmark 7 lookup 77 priority 1000
want "a rule for what bears a mark" 2 2962 2
ip rule del priority 1000 && ip rule add from 198.51.2.2 lookup 77 priority 1000
want "a rule for what comes from its address" 1 2960 2
ip rule del priority 1000 && ip rule add from 198.51.2.9 lookup 77 priority 1000
want "a rule for what comes from an address it may have" 0 2964 5
ip rule del priority 1000 && ip rule add lookup 77 priority 40000
want "a rule that comes last" 1 2960 2
ip rule add prohibit priority 39000
want "a rule before it that forbids" 2 2962 2
ip rule del priority 39000 && ip rule del priority 40000

# ---- one switch: two cables to one bridge with one router behind it, declared as of two carriers
ip netns add C && ip -n C link add switch type bridge && ip -n C link set switch up && ip -n C link set lo up && ip -n C addr add 198.51.5.1/24 dev switch
ip -n C addr add 203.0.113.53/32 dev lo
for i in 5 6; do
	ip link add "line$i" type veth peer name "end$i" netns C && ip -n C link set "end$i" master switch up && ip addr add "198.51.5.$i/24" dev "line$i" && ip link set "line$i" up
	ip route add default via 198.51.5.1 dev "line$i" metric "$((300 + i))"
done
sleep 1
want "one switch, refused or not" 2 2973 2 1:line.interface=line5 2:line.interface=line6
want "another carrier's line beside it" 1 2960 2 1:line.interface=line1 2:line.interface=line6
exit $bad
