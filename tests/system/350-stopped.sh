#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Stopped for longer than findings are good for: what they said ends at the instant each ran out, not when the station came
# back, in the history, in the minutes of the month and in the ledger. Nobody waits five hours here: while the station is
# stopped, every instant its store holds is moved five hours back, as if it had stopped then.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
cli() { "${as[@]}" timeout 60 "$BUILD/bin/tsujiban" --root "$root" --json "$@" 2>"$tmp/said"; }

for who in "${whose[@]}"; do
	station_for "$who"
	chmod 755 "$tmp"
	cli init --admin taro --display 太郎 >/dev/null || { fail "init: $(<"$tmp/said")"; continue; }
	station_start --no-listen || { station_stop; continue; }
	# the first round is over, and one clause that rests on one control alone is known
	for ((i = 0; i < 60; i++)); do
		for rests in "S-2-2 malware-signatures" "S-3-7a ports-closed" "S-2-3 os-patches"; do
			read -r clause control <<<"$rests"
			status=$(cli clause show "$clause" | jq -r .status)
			[ "$status" = PASS ] || [ "$status" = FAIL ] && break 2
		done
		sleep 0.5
	done
	station_stop
	[ "$status" = PASS ] || [ "$status" = FAIL ] || { fail "$who: nothing is known"; continue; }
	until=$(python3 - "$root/core/state.db" "$control" <<'END'
import sqlite3, sys
HOURS = 5 * 3600 * 10**6
db = sqlite3.connect(sys.argv[1])
for table, columns in {"held": ("at_us", "valid_until_us", "since_us"), "looked": ("at_us", "valid_until_us"), "verdict_change": ("from_us",), "status_change": ("from_us",), "point": ("at_us",)}.items():
    db.execute("update %s set %s" % (table, ", ".join("%s = %s - %d" % (c, c, HOURS) for c in columns)))
db.commit()
db.execute("pragma wal_checkpoint(truncate)")
(until,), = db.execute(
    "select min(coalesce(l.valid_until_us, h.valid_until_us)) from held h left join looked l using (control, subject, clause)"
    " where h.control = ? and h.clause = ''", (sys.argv[2],))
db.close()
print(until)
END
	) || { fail "the store could not be moved"; continue; }
	station_start --no-listen || { station_stop; continue; }
	for ((i = 0; i < 60; i++)); do
		cli clause show "$clause" >"$tmp/clause"
		[ "$(jq -r .status <"$tmp/clause")" = "$status" ] && break
		sleep 0.5
	done
	cli ledger show >"$tmp/entries"
	python3 - "$tmp/clause" "$tmp/entries" "$until" "$status" <<'END' || fail "not as it stood"
import json, sys, datetime
page, entries, until, status = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), int(sys.argv[3]), sys.argv[4]
def check(ok, what):
    if not ok:
        sys.exit("%s: until %d, %s, %s" % (what, until, page["history"], page["period"]))
history = page["history"]
gap = [i for i in history if i["status"] == "UNKNOWN" and i["from"] >= until - 10**6]
check(len(gap) == 1 and gap[0]["from"] == until, "the history does not turn unknown at the instant it ran out")
at = history.index(gap[0])
check(at > 0 and history[at - 1]["status"] == status, "before it, it was something else")
check(at + 1 < len(history) and history[at + 1]["status"] == status, "after it, nothing new was seen")
back = history[at + 1]["from"]
check(back - until > 3 * 3600 * 10**6, "it was back too soon")
jst = datetime.timezone(datetime.timedelta(hours=9))
now = datetime.datetime.fromtimestamp(back / 1e6, jst)
month_us = int(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()) * 10**6
lost = (back - max(until, month_us)) // (60 * 10**6)
known = page["period"]["unknown_min"]
check(lost <= known <= lost + 3, "the month counts %d minutes unknown, not %d" % (known, lost)) # and the first seconds, before anything was seen
END
	jq -e --arg clause "$clause" --argjson until "$until" 'any(.rows[]; .name == $clause and .verdict == "UNKNOWN" and .claimed_at == $until and .received_at > $until)' <"$tmp/entries" >/dev/null || fail "the ledger does not say since when"
	station_stop
	cli ledger verify >/dev/null || fail "the ledger does not verify"
done
[ $bad = 0 ]
