#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-5 type=test
# kill -9 of each process of a real station in turn while 64 writers work through it: each comes back, its restart is on record, and
# every acknowledged act stands in the ledger with begin and outcome; what was cut off says that it was interrupted.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
for who in "${whose[@]}"; do
	station_for "$who"
	"${as[@]}" "$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; continue; }
	station_start --no-listen || continue
	acts=$tmp/acts-${who// /-}
	/usr/bin/python3 "$source_top/tests/system/writers.py" work "$root" "$acts" 64 13 >"$tmp/work" 2>&1 &
	writers=$!
	sleep 1
	for p in web core auth probe ledger vault; do
		: >"$log"
		kill -9 "$(pid_of $p)"
		wait_log "tsujiban-warden: $p ready" 1 15 || tail -5 "$log"
		before=$(wc -l <"$acts")
		sleep 0.5
		for ((i = 0; i < 50; i++)); do [ "$(wc -l <"$acts")" -gt "$((before + 64))" ] && break; sleep 0.1; done
		[ "$i" -lt 50 ] || fail "no work after $p was killed"
	done
	wait "$writers" || fail "the writers: $(tail -3 "$tmp/work")"
	sed "s/^/$who: /" "$tmp/work"
	station_stop
	[ "$stopped" = 0 ] || fail "stopped with status $stopped"
	/usr/bin/python3 "$source_top/tests/system/writers.py" check "$root" "$acts" >"$tmp/checked" || fail "acts are lost"
	echo "$who: $(head -1 "$tmp/checked")"
	[ "$(wc -l <"$acts")" -ge 640 ] || fail "too few acts to mean anything: $(wc -l <"$acts")"
	for p in web core auth probe ledger vault; do
		grep -qx "station: $p killed 1" "$tmp/checked" && grep -qx "station: $p started [2-9]" "$tmp/checked" || fail "not on record: that $p was killed and came back"
	done
	"${as[@]}" "$bin/tsujiban" --root "$root" ledger verify >"$tmp/verify" 2>&1 || fail "ledger verify: $(tail -3 "$tmp/verify")"
	"$bin/tsujiban-verify" ledger "$root/ledger" --key "$("$bin/tsujiban" --root "$root" ledger key)" >"$tmp/verify" 2>&1 || fail "tsujiban-verify: $(tail -3 "$tmp/verify")"
done
exit $bad
