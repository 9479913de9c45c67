#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-4 type=test
#= S-3-5 type=test
# Enrolment and sign-in from outside, over TLS: the link works once, both factors are needed, a code works once,
# failures lock strangers but not the holder's own device, the lock survives a restart, all of it stands in the ledger.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
password='ひみつの horse 9 battery!'

# get JAR PATH, post JAR PATH NAME=VALUE...: $page, $http and the address it leads to in $to; forms carry their token.
get() {
	local head
	page=$(curl -sk --max-time 20 -b "$tmp/$1" -c "$tmp/$1" -D "$tmp/head" "$base$2")
	head=$(tr -d '\r' <"$tmp/head")
	http=$(head -1 <<<"$head" | cut -d' ' -f2) to=$(sed -n 's/^[Ll]ocation: //p' <<<"$head")
}
post() {
	local jar=$1 path=$2 form fields=()
	shift 2
	get "$jar" "${from:-$path}"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	for f in "form=$form" "$@"; do fields+=(--data-urlencode "$f"); done
	page=$(curl -sk --max-time 20 -b "$tmp/$jar" -c "$tmp/$jar" -D "$tmp/head" -H "Origin: $base" "${fields[@]}" "$base$path")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2) to=$(tr -d '\r' <"$tmp/head" | sed -n 's/^[Ll]ocation: //p')
}
code() { oathtool --totp -b "$seed" --now "@$(($(date +%s) + ${1:-0}))"; }
sign_in() { post "$1" /sign-in name=taro "password=$2" "code=$3" to=/; }
cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@"; }

for who in "${whose[@]}"; do
	station_for "$who"
	link=$(cli init --admin taro --display 山田太郎 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[1])')
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
	base=https://localhost:$port
	rm -f "$tmp"/{home,away,enrol}
	station_start || { station_stop; continue; }

	# ---- enrolment: rules named, then once
	get enrol "/enrol/${link//[0-9]/f}"
	[ "$http" = 404 ] || fail "an unknown link answers $http"
	get enrol "/enrol/$link"
	seed=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	[ ${#seed} = 32 ] || fail "no seed on the page"
	post enrol "/enrol/$link" password=short again=short "code=$(code)"
	[[ $http = 400 && $page == *12文字以上* ]] || fail "a short password: $http"
	post enrol "/enrol/$link" "password=$password" "again=$password" code=000000
	[ "$http" = 400 ] || fail "a wrong code at enrolment: $http"
	post enrol "/enrol/$link" "password=$password" "again=$password" "code=$(code)"
	[ "$http" = 303 ] || fail "enrolment: $http"
	get enrol "/enrol/$link"
	[ "$http" = 404 ] || fail "a spent link answers $http"

	# ---- sign-in: both factors; the same page for every wrong part
	sign_in away "$password" 000000; [ "$http" = 403 ] || fail "a wrong code: $http"
	plain='s/name="form" value="[^"]*"//; s/data-challenge="[0-9a-f]*"//' # what differs from page to page
	wrong_code=$(sed "$plain" <<<"$page")
	post away /sign-in name=nobody "password=$password" code=000000 to=/
	[ "$(sed "$plain; s/value=\"nobody\"/value=\"taro\"/" <<<"$page")" = "$wrong_code" ] || fail "an unknown name is answered otherwise"
	now=$(code)
	sign_in home "$password" "$now"
	[[ $http = 303 && $to == / ]] || fail "sign-in: $http $to"
	get home /; [[ $http = 200 && $page == *S-3-4* ]] || fail "the board: $http"
	get away /; [ "$http" != 200 ] || fail "the board without a session"
	sign_in away "$password" "$now"; [ "$http" = 403 ] || fail "the same code twice: $http"

	# ---- locked for strangers, over a restart, not for the device that was here before
	for i in 1 2 3 4; do sign_in away "wrong password $i" 000000; [ "$http" = 403 ] || fail "failure $i: $http"; done
	station_stop
	station_start || { station_stop; continue; }
	get home /; [ "$http" = 200 ] || fail "the session does not survive a restart: $http"
	sign_in away "$password" "$(code 30)"; [ "$http" = 403 ] || fail "locked, yet let in: $http"
	cli account list | grep -q '^taro .*20[0-9][0-9]-.*20[0-9][0-9]-' || fail "the lock is not shown: $(cli account list)"
	from=/ post home /sign-out; [ "$http" = 303 ] || fail "sign-out: $http"
	get home /; [ "$http" != 200 ] || fail "signed out, yet let in"
	sign_in home "$password" "$(code 30)"; [ "$http" = 303 ] || fail "the holder's own device is locked out: $http"

	# ---- who did what when
	cli ledger show --json --type sign-in | python3 -c '
import json, sys
rows = json.load(sys.stdin)["rows"]
seen = {(r["name"], r["verdict"]) for r in rows}
for want in [("enrol-open", "DONE"), ("sign-in", "DONE"), ("sign-in", "REFUSED"), ("account-locked", "DONE"), ("sign-out", "DONE")]:
    assert want in seen, (want, seen)
assert any(r["name"] == "sign-in" and r["verdict"] == "DONE" and r["actor_text"] == "山田太郎" for r in rows), rows[0]
' || fail "the ledger lacks something"
	station_stop
	cli ledger verify >/dev/null 2>&1 || fail "the ledger does not hold together"
	grep -rqF "$password" "$root" "$log" && fail "the password rests somewhere"
	grep -rqF "$seed" "$root" "$log" && fail "the seed rests somewhere"
	grep -qF 山田 "$log" && fail "a name stands in the log"
done

[ $bad = 0 ]
