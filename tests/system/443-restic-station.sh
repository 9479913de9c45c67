#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Repositories of restic as a running station reads them: declared on the command line, restic started by the locked-in reader of its row.
# Clause: S-8-1 type=test
. "$(dirname "$0")/common.bash"
command -v restic >/dev/null || { echo "restic is not installed"; exit 77; }
bin=$tmp/bin
mkdir -p "$bin" && chmod 755 "$bin" && cp "$BUILD"/bin/tsujiban* "$bin/" 2>/dev/null

# backup REPOSITORY HOURS-AGO…; 0: now, without a typed time
backup() {
	local hours typed
	[ -e "$backups/$1/config" ] || "${as[@]}" restic -q -r "$backups/$1" init >/dev/null || fail "restic init"
	for hours in "${@:2}"; do
		typed=(--time "$(date -d "-$hours hours" '+%F %T')")
		[ "$hours" != 0 ] || typed=()
		"${as[@]}" restic -q -r "$backups/$1" backup --host db "${typed[@]}" "$backups/data" >/dev/null || fail "restic backup"
	done
}
run() { # CONTROL
	control=$1
	"${as[@]}" timeout 90 "$bin/tsujiban" --root "$root" --lang en control run "$1" --json >"$tmp/run" 2>"$tmp/said"
}
shown() { # REPOSITORY VERDICT
	/usr/bin/python3 -c '
import json, sys
of = [s for s in json.load(open(sys.argv[1]))["subjects"] if sys.argv[2] in json.dumps(s, ensure_ascii=False)]
print(of[0]["verdict"], json.dumps(of[0]["message"], ensure_ascii=False) if of else "")' "$tmp/run" "$1" >"$tmp/got" 2>&1
	grep -q "^$2 " "$tmp/got" || fail "$control of $1: $(tail -1 "$tmp/got"), want $2 ($(head -c 300 "$tmp/said"))"
	echo "$who: $control: $(head -c 200 "$tmp/got")"
}
add() { "${as[@]}" timeout 30 "$bin/tsujiban" --root "$root" register add repository "name=$1" "path=$backups/$2" "password_file=$3" every_h=24 covers=/srv >"$tmp/added" 2>&1 || fail "register add $1: $(<"$tmp/added")"; }

restic_station() {
	station_for "$who"
	backups=$tmp/backups-${who// /-}
	mkdir -p "$backups/data" && echo something >"$backups/data/file"
	echo not-a-real-password >"$backups/password"
	echo another >"$backups/wrong"
	chmod 600 "$backups/password" "$backups/wrong"
	[ "${#as[@]}" = 0 ] || chown -R 64298:64298 "$backups"
	export RESTIC_PASSWORD_FILE=$backups/password RESTIC_CACHE_DIR=$backups/cache GOMAXPROCS=1
	backup good-one 26 50 0
	backup late-one 40 64
	before=$(cd "$backups/good-one" && find . -type f | sort | xargs sha256sum | sha256sum)
	"${as[@]}" "$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(<"$tmp/init")"; return; }
	station_start --no-listen || return
	add kept good-one "$backups/password"
	add missed late-one "$backups/password"
	add shut good-one "$backups/wrong"
	add nowhere none-here "$backups/password"
	run backup-schedule
	shown kept PASS
	shown missed FAIL
	shown shut UNKNOWN
	shown nowhere FAIL
	run backup-generations
	shown kept UNKNOWN # three, but the times of two were typed: they show nothing
	grep -q 'Of 3 generations' "$tmp/got" || fail "not the three generations: $(<"$tmp/got")"
	[ "$(cd "$backups/good-one" && find . -type f | sort | xargs sha256sum | sha256sum)" = "$before" ] || fail "looking changed the repository"
	grep -rl 'not-a-real-password' "$root" && fail "a password in what the station keeps"
	station_stop
	"${as[@]}" "$bin/tsujiban-verify" ledger "$root/ledger" >"$tmp/verify" 2>&1 || fail "the ledger does not verify: $(tail -3 "$tmp/verify")"
}
each_station restic_station
exit $bad
