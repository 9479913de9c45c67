#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The misuse watch in a real station: a ninth export in a day raises an alarm within a second; it stands in the ledger, on the
# board's count and in the access log's own account of who exported; a restart raises nothing twice.
# Clause: O2-3-2 type=test
# Clause: S-3-5 type=test
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin who=${whose[-1]}
password='ひみつの horse 9 battery!'
get() { page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" -D "$tmp/head" "$base$1"); http=$(head -1 "$tmp/head" | cut -d' ' -f2); }
post() {
	local path=$1 form fields=()
	shift
	get "${from:-$path}"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	for f in "form=$form" "$@"; do fields+=(--data-urlencode "$f"); done
	page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" -D "$tmp/head" -H "Origin: $base" "${fields[@]}" "$base$path")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2)
}
code() { oathtool --totp -b "$seed" --now "@$(($(date +%s) + ${1:-0}))"; }
cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@" 2>/dev/null; }
entries() { cli --json ledger show "$1"; }

station_for "$who"
link=$(cli init --admin taro --display 見本太郎 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[1])')
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
base=https://localhost:$port
station_start || { station_stop; exit 1; }
get "/enrol/$link"
seed=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
post "/enrol/$link" "password=$password" "again=$password" "code=$(code)"
[ "$http" = 303 ] || fail "enrolment: $http"
post /sign-in name=taro "password=$password" "code=$(code 30)" to=/
[ "$http" = 303 ] || fail "sign-in: $http"

for ((i = 1; i <= 9; i++)); do get /board.csv; [ "$http" = 200 ] || fail "an export: $http"; done
sleep 1.5 # longer than an alarm may take
entries misuse-alert >"$tmp/alerts"
entries board-show >"$tmp/exports"
late=$(($(jq '[.rows[].received_at] | max' <"$tmp/alerts") - $(jq '[.rows[] | select(.type == "act-outcome") | .received_at] | max' <"$tmp/exports")))
late=$((late / 1000))
[ "$late" -gt 0 ] && [ "$late" -le 1000 ] || fail "an alarm after $late ms"
get /me/access.ecs.ndjson
[ "$(jq -r 'select(.event.action == "board-show") | [.event.outcome, .source.ip, .user.full_name] | join(" ")' <<<"$page" | sort | uniq -c | sed 's/^ *//')" = "9 success 127.0.0.1 見本太郎" ] || fail "own log: $(head -c 400 <<<"$page")"
get /access
[ "$http" = 403 ] || fail "the whole log for an administrator: $http"
get /watch
[ "$http" = 403 ] || fail "the alarms for an administrator: $http"
sleep 1
before=$(entries misuse-alert | jq .total)
station_stop
station_start || { station_stop; exit 1; }
sleep 2
[ "$(entries misuse-alert | jq .total)" = "$before" ] || fail "a restart raised again"
for c in misuse-watch impersonation-watch; do
	verdict=$(cli --json control list | jq -r --arg c $c 'first(.rows[] | select(.id == $c)) | .verdict')
	[ "$verdict" = "$([ $c = misuse-watch ] && echo UNKNOWN || echo PASS)" ] || # no month was reviewed yet
		 fail "$c: $verdict, $(cli --json control list | jq -c --arg c $c 'first(.rows[] | select(.id == $c)) | .message')"
done
station_stop
[ $bad = 0 ] && echo "misuse watch: an alarm $late ms after the act, nothing twice after a restart"
exit $bad
