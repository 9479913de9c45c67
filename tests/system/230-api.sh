#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-4 type=test
#= S-7-1 type=test
# The API with curl: a token does what its scope names and its holder may, and nothing more; it ends with its day, its
# account and its holder's word; no cookie counts; a contractor's token does no client's act; wrong tokens are slowed down.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin

# api TOKEN METHOD PATH [BODY] [CURL...]: $http, $body
api() {
	local token=$1 method=$2 path=$3 data=${4:-}
	shift 3
	[ $# -gt 0 ] && shift
	body=$(curl -sk --max-time 20 -X "$method" -D "$tmp/head" -H "Authorization: Bearer $token" ${data:+-H 'Content-Type: application/json' --data "$data"} "$@" "$base/api/v1$path")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2)
}
# token_of PERSON ACTS DAYS: makes one on the person's page; $token
token_of() {
	local id
	post "$1" /me/token-add "token_label=test $RANDOM" "token_acts=$2" "token_days=$3"
	token=$(grep -o 'tsujiban-[0-9a-f]\{55\}' <<<"$page" | head -1)
	[ ${#token} = 64 ] || fail "no token for $1 ($2): $http $(grep -o 'class="error-text[^<]*' <<<"$page" | head -2)"
}

for who in "${whose[@]}"; do
	people_station || continue
	person taro administrator && person hana operator && person kenji client-officer || { station_stop; continue; }

	# ---- what needs no token, and what comes without one
	curl -sk --max-time 10 "$base/api/v1/openapi.json" | python3 -c 'import json,sys; d = json.load(sys.stdin); assert d["openapi"] == "3.1.0" and "/act/control-run" in d["paths"] and "/clause/{id}" in d["paths"]' ||
		fail "openapi.json"
	body=$(curl -sk --max-time 10 -o /dev/null -w '%{http_code}' "$base/api/v1/board"); [ "$body" = 401 ] || fail "without a token: $body"
	get hana /; [ "$http" = 200 ] || fail "hana is not signed in: $http"
	body=$(curl -sk --max-time 10 -b "$tmp/hana" -o /dev/null -w '%{http_code}' "$base/api/v1/board"); [ "$body" = 401 ] || fail "a cookie counts for the API: $body"

	# ---- a token that reads
	token_of hana read 30
	reads=$token
	api "$reads" GET /board; [[ $http = 200 && $body == *'"rows"'* ]] || fail "a read with a token: $http"
	grep -qi '^set-cookie' "$tmp/head" && fail "the API sets a cookie"
	api "$reads" GET /clause/S-3-4?lang=en; [[ $http = 200 && $body == *'"S-3-4"'* ]] || fail "one clause: $http"
	api "$reads" POST /act/clause-show '{"id":"S-3-4"}'; [ "$http" = 200 ] || fail "the same by its act: $http"
	api "$reads" POST /act/control-run '{"id":"clock-sync"}'; [ "$http" = 403 ] || fail "what the role may not: $http $body"
	api "$reads" GET /account; [ "$http" = 403 ] || fail "what the role may not, the token may: $http"
	get away "/" ; page=$(curl -sk --max-time 10 -b "__Host-session=$reads" -o /dev/null -w '%{http_code}' "$base/"); [ "$page" != 200 ] || fail "an API token works as a cookie"
	session=$(awk '$6 == "__Host-session" {print $7}' "$tmp/hana")
	api "$session" GET /board; [ "$http" = 401 ] || fail "a session works as an API token: $http"

	# ---- each act is the one decision: side, factor, scope
	token_of taro read 1
	api "$token" POST /act/control-run '{"id":"clock-sync"}'; [[ $http = 403 && $body == *許されていない* ]] || fail "wrong scope: $http $body"
	token_of taro 'read control-run exception-decide account-unlock account-add' 1
	works=$token
	api "$works" POST /act/control-run '{"id":"clock-sync"}'; [ "$http" = 200 ] || fail "an act in scope: $http $body"
	api "$works" POST /act/exception-decide '{"id":"00112233445566778899aabbccddeeff","leaf":1,"decision":"approve","reason":"x"}'
	[ "$http" = 403 ] || fail "contractor_calls_a_clients_act: $http $body"
	cli exception decide 00112233445566778899aabbccddeeff 1 approve x >/dev/null 2>&1 && fail "contractor_calls_a_clients_act by the command line"
	refused=$(cli ledger show --json | python3 -c 'import json,sys; rows=json.load(sys.stdin)["rows"]; print(sum(r["name"] == "exception-decide" for r in rows))')
	[ "${refused:-0}" -ge 2 ] || fail "contractor_calls_a_clients_act is not recorded: $refused"
	api "$works" POST /act/account-add '{"name":"jiro","display":"見本 次郎","role":"operator"}'
	[[ $http = 403 && ( $body == *要素* || $body == *address* ) ]] || fail "an act that asks for a factor: $http $body"
	api "$works" POST /act/nothing '{}'; [ "$http" = 404 ] || fail "no such act: $http"
	api "$works" POST /act/control-run '{"id":"a","id":"b"}'; [ "$http" = 400 ] || fail "a name twice: $http"
	api "$works" POST /act/control-run '[1]'; [ "$http" = 400 ] || fail "no object: $http"
	code=$(curl -sk --max-time 10 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $works" --data 'id=clock-sync' "$base/api/v1/act/control-run"); [ "$code" = 400 ] || fail "a form to the API: $code"
	post taro /me/token-add token_label=x token_acts=no-such-act token_days=3; [ "$http" = 400 ] || fail "an unknown act in a scope: $http"
	post taro /me/token-add token_label=x token_acts=read token_days=3660; [ "$http" = 400 ] || fail "ten years: $http"

	# ---- a calendar's address: a token for what is due and nothing else
	calendar() { code=$(curl -sk --max-time 20 -D "$tmp/head" -o "$tmp/ics" -w '%{http_code}' "$base/calendar/$1.ics"); }
	token_of hana deadline-list 30
	grep -q "https://[^<]*/calendar/$token.ics" <<<"$page" || fail "the address of the calendar is not shown"
	calendar "$token"; [ "$code" = 200 ] || fail "a calendar: $code"
	grep -qi '^content-type: text/calendar' "$tmp/head" || fail "not a calendar: $(grep -i ^content-type "$tmp/head")"
	grep -qi '^set-cookie' "$tmp/head" && fail "a calendar sets a cookie"
	python3 - "$tmp/ics" <<'P' || fail "the calendar: $(head -c 600 "$tmp/ics")"
import sys
raw = open(sys.argv[1], 'rb').read()
assert raw.endswith(b'\r\n') and all(len(l) <= 75 for l in raw.split(b'\r\n')), 'lines'
lines, open_, events = raw.decode().replace('\r\n ', '').split('\r\n')[:-1], [], 0
for l in lines:
    name, _, value = l.partition(':')
    if name == 'BEGIN': open_.append(value); events += value == 'VEVENT'
    elif name == 'END': assert open_.pop() == value, l
    else: assert open_ and name, l
assert not open_ and events > 3, (open_, events)
text = '\n'.join(lines)
assert 'taro' not in text and '見本' not in text, 'a name'
P
	calendar "$works"; [ "$code" = 404 ] || fail "a token that may do more, in an address: $code"
	calendar "${token%?}0"; [ "$code" = 404 ] || [ "${token: -1}" = 0 ] || fail "a wrong token: $code"
	api "$token" GET /board; [ "$http" = 403 ] || fail "a calendar's token reads the board: $http"
	id=$(grep -o 'deadline-list.*' <<<"$(get hana /me; tr -d '\n' <<<"$page")" | grep -o 'name="id" value="[0-9a-f]*"' | head -1 | cut -d'"' -f4)
	from=/me post hana /me/token-end "id=$id"; [ "$http" = 200 ] || fail "ending a calendar's token: $http"
	calendar "$token"; [ "$code" = 404 ] || fail "a calendar whose token ended: $code"

	# ---- ended: by its holder, by its account
	id=$(grep -o 'action="/me/token-end"[^>]*>.\{0,160\}' <<<"$(get hana /me; echo "$page")" | grep -o 'name="id" value="[0-9a-f]*"' | head -1 | cut -d'"' -f4)
	from=/me post hana /me/token-end "id=$id"; [ "$http" = 200 ] || fail "ending a token: $http"
	api "$reads" GET /board; [ "$http" = 401 ] || fail "an ended token reads: $http"
	token_of hana read 30
	api "$token" GET /board; [ "$http" = 200 ] || fail "the next token: $http"
	cli account suspend hana >/dev/null || fail "suspend"
	api "$token" GET /board; [ "$http" = 401 ] || fail "token_of_a_removed_account: $http"
	cli account resume hana >/dev/null || fail "resume"
	api "$token" GET /board; [ "$http" = 401 ] || fail "a resumed account has its token back: $http"

	# ---- it stands in the ledger as the person; nowhere in clear
	cli ledger show --json | python3 -c '
import json, sys
rows = json.load(sys.stdin)["rows"]
assert any(r["name"] == "token-add" for r in rows), "no leaf for a token"
assert any(r["name"] == "control-run" and "taro" in r.get("actor_text", "") or "見本 taro" == r.get("actor_text") for r in rows), [r["actor_text"] for r in rows if r["name"] == "control-run"]
' || fail "the ledger lacks something"
	grep -rqF "$works" "$root" "$log" && fail "a token rests somewhere in clear"

	# ---- guessing is slowed down
	for i in $(seq 32); do api "tsujiban-$(printf '%055d' "$i")" GET /board; done
	[ "$http" = 429 ] || fail "32 wrong tokens in a minute: $http"
	station_stop
	python3 - "$root/auth/auth.db" <<'P' || fail "expiry cannot be set"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE api_token SET expires_at = 1"); db.commit()
P
	station_start || { station_stop; continue; }
	api "$works" GET /board; [ "$http" = 401 ] || fail "expired: $http"
	station_stop
done

[ $bad = 0 ]
