#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-4 type=test
# Hardware tokens: a list is checked, imported whole, assigned, proven by the first code; a seed stands nowhere in clear again.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin
seed=7473756a6962616e2d68617264776172652d3031 # 20 bytes that nothing else holds

for who in "${whose[@]}"; do
	people_station || continue
	person taro administrator || { station_stop; continue; }
	code() { oathtool --totp -d 8 "$seed" --now "@$(($(date +%s) + ${1:-0}))"; }
	printf 'serial,seed,digits,period,algorithm\nHT-01,hex:%s,8,30,SHA1\nHT-01,xx,6,30,SHA1\n' "$seed" >"$tmp/bad.csv"
	printf 'serial,seed,digits,period,algorithm\nHT-01,hex:%s,8,30,SHA1\n' "$seed" >"$tmp/good.csv"
	out=$(cli generator check "$tmp/bad.csv" --lang en 2>&1) && fail "a list with a wrong row was taken"
	[[ $out == *"same serial"* || $out == *"neither base32"* ]] || fail "what is wrong is not said: $out"
	digest=$(sha256sum <"$tmp/bad.csv" | cut -d' ' -f1)
	cli generator import "$digest" >/dev/null 2>&1 && fail "part of a wrong list was imported"
	out=$(cli generator check "$tmp/good.csv" --lang en 2>&1) || fail "check: $out"
	digest=$(sed -n 's/.*generator import //p' <<<"$out")
	out=$(cli generator import "$digest" --lang en 2>&1) || fail "import: $out"
	[[ $out == *HT-01* ]] || fail "the list after it: $out"
	link=$(cli account add hana '見本 hana' operator --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[-1])')
	cli generator assign HT-01 hana >/dev/null || fail "assign"
	get hana "/enrol/$link"
	[[ $page == *HT-01* && $page != *otpauth* && $page != *secret=* ]] || fail "the page of enrolment"
	post hana "/enrol/$link" "password=$password" "again=$password" code=00000000; [ "$http" = 400 ] || fail "a wrong first code: $http"
	now=$(code)
	post hana "/enrol/$link" "password=$password" "again=$password" "code=$now"; [ "$http" = 303 ] || fail "the first code: $http"
	post hana /sign-in name=hana "password=$password" "code=$now" to=/; [ "$http" = 403 ] || fail "the same code again: $http"
	post hana /sign-in name=hana "password=$password" "code=$(code 30)" to=/; [ "$http" = 303 ] || fail "sign-in: $http"
	get hana /me; [[ $page == *HT-01* ]] || fail "the own account does not name it"
	cli generator end HT-01 >/dev/null || fail "end"
	get hana /; [ "$http" != 200 ] || fail "its factor is gone, the session lives"
	station_stop
	for found in $(grep -rla -e "$seed" -e 'tsujiban-hardware-01' "$root" "$log" 2>/dev/null); do fail "a seed stands in $found"; done
done

[ $bad = 0 ]
