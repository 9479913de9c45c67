#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A watched file that somebody changed opens an incident by itself: destinations of number 1 get their mail, those of number 2 do not yet;
# an administrator takes it on, stops an address for real, over a restart, and lets it in again.
#= S-1-3 type=test
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
. "$(dirname "$0")/certificate.bash"
. "$(dirname "$0")/mail.bash"
bin=$BUILD/bin
trap 'kill $server 2>/dev/null; cleanup' EXIT
watched=$tmp/watched
mkdir -p "$watched" && chmod 755 "$watched"

who=root
people_station || exit 1
person taro administrator && person kenji client-officer || { station_stop; exit 1; }
touch "$m/got"
serve starttls
for n in 1 2; do
	from=/register/mail-destination/add post kenji /register/mail-destination/add v.name=step$n v.address=step$n@example.jp v.lang=ja v.urgent=yes v.digest=no v.step=$n
	[ "$http" = 303 ] || fail "destination $n: $http"
done
sleep 11 # the first turn of mail begins at what is there

# ---- what nobody accepted becomes an incident, once
echo one >"$watched/conf"
cli register add watched-file path="$watched/conf" reason=見本 >/dev/null || fail "it is not watched"
cli control run config-integrity >/dev/null 2>&1
echo two >"$watched/conf"
cli control run config-integrity >/dev/null 2>&1
incidents() { cli incident list --json; }
for ((i = 0; i < 150; i++)); do [ "$(incidents | jq '.rows | length')" = 1 ] && break; sleep 0.2; done
id=$(incidents | jq -r '.rows[0].id')
[ "$(incidents | jq -r '.rows | map(.kind + " " + .state) | join(",")')" = 'tampering open' ] || fail "incidents: $(incidents | jq -c .rows) $(cli control show config-integrity --json 2>/dev/null | jq -c '.verdict' 2>/dev/null)"
for ((i = 0; i < 150; i++)); do grep -q '事案が1件' "$m/got" && break; sleep 0.2; done
grep -q step1@example.jp "$m/got" || fail "nobody was called: $(tail -n 2 "$m/got")"
grep -q step2@example.jp "$m/got" && fail "the second were called at once"
grep -q "$watched" "$m/got" && fail "what it is about was mailed"

# ---- taken on, by one who may; the chronology tells it
from=/incident/$id post taro "/incident/$id/acknowledge"
[ "$http" = 303 ] || fail "taking it on: $http"
[ "$(cli incident show "$id" --json | jq -r '[.taker, (.steps | map(.kind) | join(" "))] | join(": ")')" = '見本 taro: noticed notice acknowledge' ] || fail "chronology: $(cli incident show "$id" --json | jq -c '[.taker, .steps]')"

# ---- an address is stopped before anything is asked of it, over a restart, and let in again; others go on
cli hold begin address --address 127.0.0.2 --incident "$id" --reason 見本 >/dev/null || fail "hold begin: $(cli hold begin address --address 127.0.0.2 2>&1)"
stopped() { curl -sk --interface "$1" --max-time 20 -b "$tmp/$2" "${base}/" | grep -c 'お使いのアドレスからの利用は、いま止めています'; }
sign_in() { # ADDRESS: with the form of the page, as a browser that has it open
	local form
	rm -f "$tmp/door"
	form=$(curl -sk --interface 127.0.0.9 --max-time 20 -c "$tmp/door" "$base/sign-in" | grep -o 'name="form" value="[0-9a-f]*"' | head -1 | cut -d'"' -f4)
	curl -sk --interface "$1" --max-time 20 -b "$tmp/door" --data-urlencode "form=$form" --data-urlencode name=taro --data-urlencode password=x --data-urlencode code=000000 -H "Origin: $base" "$base/sign-in" | grep -c 'お使いのアドレスからの利用は、いま止めています'
}
[ "$(sign_in 127.0.0.2)" = 1 ] || fail "sign-in from a stopped address: $(sign_in 127.0.0.2)"
[ "$(sign_in 127.0.0.3)" = 0 ] || fail "another address is stopped"
for page in /sign-in /me /enrol/x; do
	curl -sk --interface 127.0.0.2 --max-time 20 -b "$tmp/taro" "$base$page" | grep -q 'お使いのアドレスからの利用は、いま止めています' || fail "$page opens at a stopped address"
	curl -sk --interface 127.0.0.3 --max-time 20 -b "$tmp/taro" "$base$page" | grep -q 'お使いのアドレスからの利用は、いま止めています' && fail "$page is stopped elsewhere"
done
[ "$(stopped 127.0.0.2 taro)" != 0 ] || fail "a session goes on from a stopped address"
[ "$(stopped 127.0.0.3 taro)" = 0 ] || fail "the same session is stopped elsewhere"
station_stop
station_start || exit 1
[ "$(sign_in 127.0.0.2)" = 1 ] || fail "a restart lets it in"
hold=$(cli hold list --json | jq -r '.rows[0].id')
cli hold end "$hold" >/dev/null || fail "hold end"
[ "$(sign_in 127.0.0.2)" = 0 ] || fail "it stays stopped"
cli hold begin service --hours 2 >/dev/null || fail "maintenance"
person saburo operator
get saburo /
[ "$http" = 503 ] && grep -q '保守中' <<<"$page" || fail "an operator is let in: $http"
get taro /
[ "$http" = 200 ] || fail "the person on call is not let in: $http"
[ "$(cli containment list --json | jq '.waiting')" = 3 ] || fail "containments to look at: $(cli containment list --json | jq -c '.rows[] | [.act, .object]')"
[ "$(cli incident show "$id" --json | jq '.contained != null and (.steps | map(select(.kind == "contain")) | length) == 2')" = true ] || fail "the chronology: $(cli incident show "$id" --json | jq -c .steps)"
station_stop
exit "$bad"
