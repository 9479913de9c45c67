#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copies of the ledger's entries at a real collector: rsyslog over TLS. It is away, comes back, shows a wrong certificate, hangs,
# is slow; the queue fills; courier and the whole station start anew. Nothing is lost but what is counted and said.
# Clause: S-3-5 type=test
BUILD=$(realpath "${BUILD:-build}")
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -x /usr/sbin/rsyslogd ] && [ -e /usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so ] || { echo "rsyslog or rsyslog-openssl is not installed"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/certificate.bash"
bin=$BUILD/bin collector='' other=''
trap 'kill $collector $other 2>/dev/null; cleanup' EXIT
ip link set lo up || exit 1
station_for root
c=$tmp/collector
mkdir -p "$c"
certificate "$c" right log.example.jp
certificate "$c" wrong log.example.jp
collect() { # NAME: rsyslog with that authority's certificate
	cat >"$c/rsyslog.conf" <<END
global(workDirectory="$c" defaultNetstreamDriverCAFile="$c/$1-ca.pem" defaultNetstreamDriverCertFile="$c/$1.pem" defaultNetstreamDriverKeyFile="$c/$1.key" maxMessageSize="16k")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" port="6514" address="127.0.0.1")
template(name="raw" type="string" string="%rawmsg%\\n")
action(type="omfile" file="$c/got" template="raw" asyncWriting="off" flushOnTXEnd="on")
END
	/usr/sbin/rsyslogd -n -f "$c/rsyslog.conf" -i "$c/pid" >>"$c/log" 2>&1 &
	collector=$!
}
collector_stop() { kill -9 "$collector"; wait "$collector" 2>/dev/null; collector=; }
cli() { timeout 30 "$BUILD/bin/tsujiban" --root "$root" "$@" 2>"$tmp/said"; }
sending() { cli --json status | jq -r ".collector.$1"; }
until_is() { # SECONDS FIELD VALUE
	local got
	for ((i = 0; i < $1 * 5; i++)); do got=$(sending "$2"); [ "$got" = "$3" ] && return 0; sleep 0.2; done
	fail "collector.$2 is '$got', not '$3': $(cli --json status | jq -c .collector)"
}
newest() { cli --json status | jq -r .head.entries; }
arrived() { # all entries from the first that arrived up to the newest, each at least once, but for COUNT missed
	local want
	for ((i = 0; i < 75; i++)); do
		grep -o 'index="[0-9]*"' "$c/got" 2>/dev/null | tr -dc '0-9\n' | sort -nu >"$c/indexes"
		want=$(($(newest) - $(head -1 "$c/indexes" || echo 0) - ${1:-0}))
		# page views and findings go on: the last few may be on their way
		[ "$(wc -l <"$c/indexes")" -ge $((want - 3)) ] && [ "$want" -gt 0 ] && return 0
		sleep 0.2
	done
	fail "$(wc -l <"$c/indexes") entries arrived, $want are there: $(cli --json status | jq -c .collector)"
}
busy() { for ((k = 0; k < $1; k++)); do cli ledger proof 0 >/dev/null || { fail "an act: $(<"$tmp/said")"; break; }; done; }

cli init --admin taro --display 太郎 >/dev/null || fail "init: $(<"$tmp/said")"
cat >"$root/tsujiban.yaml" <<END
collector_address: "127.0.0.1"
collector_name: log.example.jp
collector_ca: $c/right-ca.pem
collector_queue: 1000
END

# ---- away from the beginning: the station works, entries wait
station_start --no-listen || { station_stop; exit 1; }
until_is 10 state away
busy 3
for ((i = 0; i < 25; i++)); do [ "$(sending waiting)" -gt 0 ] && break; sleep 0.2; done # core hands them over after the act
[ "$(sending waiting)" -gt 0 ] || fail "nothing waits while the collector is away"

# ---- it comes: everything arrives, without a name or an address
collect right
until_is 40 state connected
busy 3
arrived
grep -q ' tsujiban-core - act-begin \[entry@32473 index="' "$c/got" || fail "no begin of an act: $(head -3 "$c/got")"
grep -q '太郎\|127\.0\.0\.1\|uid:' "$c/got" && fail "a name or an address left: $(grep -m1 '太郎\|127\.0\.0\.1\|uid:' "$c/got")"

# ---- outage, and courier killed in it: the queue is on the disk
collector_stop
busy 5
sleep 2.5
kill -9 "$(pid_of courier)"
busy 5
for ((i = 0; i < 50; i++)); do [ -n "$(pid_of courier)" ] && break; sleep 0.2; done
collect right
until_is 40 state connected
arrived

# ---- the whole station starts anew in an outage
collector_stop
busy 3
station_stop
station_start --no-listen || { station_stop; exit 1; }
busy 2
collect right
until_is 60 state connected
arrived

# ---- somebody else answers: not a byte goes out
collector_stop
: >"$c/strange"
mv "$c/got" "$c/got.before"
collect wrong
until_is 40 state refused
busy 2
sleep 1
[ -s "$c/got" ] && fail "entries went to a collector that proved nothing"
[[ $(sending trouble) == *certificate* ]] || fail "why: $(sending trouble)"
collector_stop
mv "$c/got.before" "$c/got"

# ---- one that takes the connection and nothing else; acts go on at their pace
python3 - <<'P' &
import socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 6514))
s.listen(8)
kept = []
while True:
    kept.append(s.accept())
P
other=$!
began=$(date +%s%N)
busy 10
[ $((($(date +%s%N) - began) / 1000000)) -lt 8000 ] || fail "ten acts took $((($(date +%s%N) - began) / 1000000)) ms beside a hanging collector"
kill -9 "$other"
wait "$other" 2>/dev/null
other=
collect right
until_is 90 state connected
arrived

# ---- more than the queue holds: counted, said in the ledger and to the collector
collector_stop
until_is 20 state away
python3 - "$root" "$BUILD/bin/tsujiban" <<'P'
import concurrent.futures, subprocess, sys
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    list(pool.map(lambda _: subprocess.run([sys.argv[2], "--root", sys.argv[1], "ledger", "proof", "0"], capture_output=True), range(620)))
P
for ((i = 0; i < 50; i++)); do [ "$(sending missed)" -gt 0 ] && break; sleep 0.2; done
missed=$(sending missed)
[ "$missed" -gt 100 ] || fail "$missed missed"
collect right
until_is 90 waiting 0
for ((i = 0; i < 50; i++)); do grep -q 'name="log-gap"' "$c/got" && break; sleep 0.2; done
gap=$(grep -o 'name="log-gap".* from="[0-9]*" to="[0-9]*" count="[0-9]*"' "$c/got" | head -1)
[ -n "$gap" ] || fail "the collector was not told of its gap"
arrived "$(sending missed)"
station_stop
grep -ac 'AddressSanitizer\|runtime error' "$log" | grep -qx 0 || fail "$(grep -a -m3 'Sanitizer\|runtime error' "$log")"
[ $bad = 0 ] && echo "entries at the collector: outage, restarts, wrong certificate, hanging collector, full queue ($missed missed, said)"
exit $bad
