#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-3 type=test
# A code sealed for emergencies: told once, good once, from a declared address or the machine itself, for minutes, with the
# sealed roles; a wrong code and an unknown name get one answer; both sides see that it was opened until another looked at it.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin

get() { page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" -w '\n%{http_code}' "$1"); http=${page##*$'\n'}; }
open_with() { # BASE NAME CODE REASON
	local form
	get "$1/break-glass"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" -H "Origin: $1" --data-urlencode "form=$form" --data-urlencode "name=$2" --data-urlencode "code=$3" --data-urlencode "reason=$4" -w '\n%{http_code}' "$1/break-glass")
	http=${page##*$'\n'}
}
says() { for ((i = 0; i < 100; i++)); do get "$1"; [[ $page == *"$2"* ]] && return; sleep 0.2; done; return 1; } # what the ledger tells core comes a moment later
cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@"; }
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

glass() {
	station_for "$who"
	rm -f "$tmp/jar"
	cli init --admin taro --display 見本 >/dev/null
	console_port=$(port) admin_port=$(port)
	printf 'port: %d\nlisten: ["127.0.0.1"]\nadmin_port: %d\nadmin_listen: ["127.0.0.1"]\n' "$console_port" "$admin_port" >>"$root/tsujiban.yaml"
	admin=https://127.0.0.1:$admin_port
	station_start || { station_stop; return; }

	# ---- only the contractor's roles, for a bounded time
	cli glass seal client-officer 30 --reason 試験 >/dev/null 2>&1 && fail "a role of the client was sealed"
	cli glass seal administrator 100000 --reason 試験 >/dev/null 2>&1 && fail "it was sealed for months"
	old=$(cli glass seal administrator 30 --reason 年次の取替え | tail -1 | tr -d ' ')
	code=$(cli glass seal administrator 30 --reason 年次の取替え | tail -1 | tr -d ' ')
	[[ $code =~ ^([0-9a-f]{4}-){5}[0-9a-f]{4}$ ]] || fail "no code: $code"

	# ---- from an address that is not declared there is no door
	get "$admin/break-glass"; [ "$http" = 403 ] || fail "an undeclared address sees it: $http"
	cli register add admin-address prefix=127.0.0.1 owner=見本 reason=試験 approval=第1号 until=2037-03-31 >/dev/null || fail "the address cannot be declared"
	get "$admin/break-glass"; [ "$http" = 200 ] || fail "declared, yet no door: $http"

	# ---- one answer for every wrong part; a reason is asked
	open_with "$admin" taro 0000-0000-0000-0000-0000-0000 障害; [ "$http" = 403 ] || fail "a wrong code: $http"
	wrong=$(grep -o 'id="problem">.*' <<<"$page")
	open_with "$admin" jiro "$code" 障害; [ "$http" = 403 ] || fail "an unknown name: $http"
	[ "$(grep -o 'id="problem">.*' <<<"$page")" = "$wrong" ] || fail "an unknown name is told apart"
	[ -n "$wrong" ] || fail "it is not said in words"
	open_with "$admin" taro "$old" 障害; [ "$http" = 403 ] || fail "the code before still opens: $http"
	open_with "$admin" taro "$code" ' '; [ "$http" = 403 ] || fail "no reason was needed: $http"

	# ---- good once, typed as people type it
	open_with "$admin" Taro "$(tr a-f- 'A-F ' <<<"$code")" '第3棟の停電。トークンが届かない'; [ "$http" = 303 ] || fail "the right code: $http"
	get "$admin/account"; [ "$http" = 200 ] || fail "it does not let work: $http"
	says "$admin/containment" 非常用 || fail "nobody is asked to look at it"
	says "$admin/" 'href="/containment"' || fail "the first screen says nothing"
	mv "$tmp/jar" "$tmp/jar.first"
	open_with "$admin" taro "$code" 障害; [ "$http" = 403 ] || fail "it is good twice: $http"

	# ---- over a restart: still spent, still waiting to be looked at
	station_stop; station_start || { station_stop; return; }
	open_with "$admin" taro "$code" 障害; [ "$http" = 403 ] || fail "a restart made it good again: $http"
	cli containment list --json | python3 -c 'import json,sys; r=[x for x in json.load(sys.stdin)["rows"] if x["act"] == "glass-open"]; assert len(r) == 1 and r[0]["state"] == "waiting", r' || fail "the opening is not on the list"
	cli control run break-glass-reviewed --json >"$tmp/finding" || true
	grep -q '"FAIL"' "$tmp/finding" && fail "it fails before the next business day is over"

	# ---- the code stands nowhere
	station_stop
	bare=$(tr -d - <<<"$code")
	if grep -rqaE "$code|$bare" "$root" "$tmp/finding"; then fail "the code stands in the station's folders"; fi
}

each_station glass

[ $bad = 0 ]
