#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-5 type=test
# The disk runs full under a working station, on a small file system that nobody else sees: an act is refused in words, what was
# acknowledged stays, a killed ledger comes back on the full disk, and with room again the work goes on; the time it was full is on record.
if [ -z "${DISK_FULL_APART:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "only root may mount a small file system of its own"; exit 77; }
	unshare -m true 2>/dev/null || { echo "no mount namespace of its own can be made here"; exit 77; }
	DISK_FULL_APART=1 exec unshare -m --propagation private "$0" "$@"
fi
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
trap 'umount -l "$tmp"/station-* 2>/dev/null; cleanup' EXIT
for who in "${whose[@]}"; do
	station_for "$who"
	mount -t tmpfs -o size=112m,mode=755 tmpfs "$root" || { echo "no small file system can be mounted here"; exit 77; }
	[ "${#as[@]}" = 0 ] || chown 64298:64298 "$root"
	cli() { "${as[@]}" timeout 20 "$bin/tsujiban" --root "$root" "$@"; }
	cli init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; continue; }
	station_start --no-listen || continue
	acts=$tmp/acts-${who// /-}
	/usr/bin/python3 "$source_top/tests/system/writers.py" work "$root" "$acts" 8 8 >"$tmp/work" 2>&1 &
	writers=$!
	sleep 1

	# full, to the last byte
	dd if=/dev/zero of="$root/fill" bs=1M 2>"$tmp/dd"
	grep -q 'No space left' "$tmp/dd" || fail "not full: $(tail -1 "$tmp/dd")"
	for ((i = 0; i < 60; i++)); do cli ledger proof 0 >"$tmp/act" 2>&1 || break; sleep 0.1; done
	echo "$who: $(cat "$tmp/act")"
	[ "$i" -lt 60 ] || fail "an act is done on a full disk"
	grep -q '空きがない' "$tmp/act" && grep -q 'disk full' "$tmp/act" || fail "not refused in words: $(cat "$tmp/act")"
	cli status >"$tmp/status" 2>&1 || fail "nothing can be looked at on a full disk: $(tail -2 "$tmp/status")"
	: >"$log"
	kill -9 "$(pid_of ledger)"
	wait_log "tsujiban-warden: ledger ready" 1 15 || tail -5 "$log"
	for p in vault ledger auth core web; do [ -n "$(pid_of $p)" ] || fail "$p is not running on the full disk"; done
	cli ledger proof 0 >"$tmp/act" 2>&1 && fail "an act is done by a ledger that started on a full disk"

	# room again
	rm "$root/fill"
	before=$(wc -l <"$acts")
	for ((i = 0; i < 100; i++)); do cli ledger proof 0 >"$tmp/act" 2>&1 && break; sleep 0.1; done
	[ "$i" -lt 100 ] || fail "no act is taken with room again: $(cat "$tmp/act")"
	wait "$writers" || fail "the writers: $(tail -3 "$tmp/work")"
	[ "$(wc -l <"$acts")" -gt "$((before + 8))" ] || fail "the writers do not come back to work"
	sed "s/^/$who: /" "$tmp/work"
	station_stop
	[ "$stopped" = 0 ] || fail "stopped with status $stopped"
	/usr/bin/python3 "$source_top/tests/system/writers.py" check "$root" "$acts" >"$tmp/checked" || fail "acts are lost"
	echo "$who: $(head -1 "$tmp/checked")"
	grep -q '^station: disk-full' "$tmp/checked" || fail "the full disk is not on record: $(cat "$tmp/checked")"
	cli ledger verify >"$tmp/verify" 2>&1 || fail "ledger verify: $(tail -3 "$tmp/verify")"
	"$bin/tsujiban-verify" ledger "$root/ledger" --key "$(cli ledger key)" >"$tmp/verify" 2>&1 || fail "tsujiban-verify: $(tail -3 "$tmp/verify")"
done
exit $bad
