#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-4 type=test
#= S-7-1 type=test
# Attacks on signing in and on sessions, each under its name. A line "attack NAME" for every one that was tried.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin

store() { python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=10); db.execute(sys.argv[2]); db.commit()' "$root/auth/auth.db" "$1"; }
attack() { echo "attack $1"; }
# raw PATH CURL...: status alone
raw() { local path=$1; shift; curl -sk --max-time 20 -o "$tmp/body" -D "$tmp/head" -w '%{http_code}' "$@" "$base$path"; }
form_of() { grep -o 'name="form" value="[^"]*"' <<<"$page" | head -1 | cut -d'"' -f4; }

for who in "${whose[@]}"; do
	people_station || continue
	person taro administrator && person hana operator || { station_stop; continue; }
	cookie=$(awk '$6 == "__Host-session" {print $7}' "$tmp/taro")

	attack stolen_cookie # it shows pages until it is ended, but no act that asks for a factor, and no factor is added with it
	store "UPDATE session SET stepped_up_at = 1"
	[ "$(raw / -b "__Host-session=$cookie")" = 200 ] || fail "the cookie itself"
	get taro /account; form=$(form_of)
	got=$(raw /account -b "__Host-session=$cookie" -H "Origin: $base" --data-urlencode "form=$form" -d 'name=mallory&display=x&role=administrator'); [ "$got" = 403 ] || fail "an account added with a stolen cookie: $got"
	got=$(raw /me/recovery-new -b "__Host-session=$cookie" -H "Origin: $base" --data-urlencode "form=$form"); [ "$got" = 403 ] || fail "recovery codes with a stolen cookie: $got"
	from=/me post taro /me/others-end; from=/ post taro /sign-out
	[ "$(raw / -b "__Host-session=$cookie")" != 200 ] || fail "a stolen cookie outlives the sign-out"

	attack replayed_totp
	store "UPDATE account SET last_step = 0"
	now=$(code_of taro); rm -f "$tmp/taro" "$tmp/thief"
	post taro /sign-in name=taro "password=$password" "code=$now" to=/; [ "$http" = 303 ] || fail "sign-in: $http"
	post thief /sign-in name=taro "password=$password" "code=$now" to=/; [ "$http" = 403 ] || fail "a code twice: $http"

	attack other_origin
	get taro /me; form=$(form_of)
	got=$(raw /me/others-end -b "$tmp/taro" -H 'Origin: https://evil.example' --data-urlencode "form=$form"); [ "$got" = 403 ] || fail "another origin: $got"
	got=$(raw /me/others-end -b "$tmp/taro" -H 'Sec-Fetch-Site: cross-site' --data-urlencode "form=$form"); [ "$got" = 403 ] || fail "another site: $got"
	attack csrf
	got=$(raw /me/others-end -b "$tmp/taro" -H "Origin: $base" -d x=1); [ "$got" = 403 ] || fail "no form token: $got"
	got=$(raw /me/others-end -b "$tmp/taro" -H "Origin: $base" -d "form=${form//[0-9]/0}"); [ "$got" = 403 ] || fail "another form token: $got"
	got=$(raw /me/others-end -b "$tmp/taro" --data-urlencode "form=$form"); [ "$got" = 403 ] || fail "no origin said: $got"
	got=$(raw /api/v1/act/control-run -b "$tmp/taro" -H 'Content-Type: application/json' -d '{"id":"clock-sync"}'); [ "$got" = 401 ] || fail "the API by a cookie: $got"

	attack fixation # a session chosen by someone else is no session, and signing in makes a new one
	chosen=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
	[ "$(raw / -b "__Host-session=$chosen")" != 200 ] || fail "a chosen session"
	page=$(curl -sk -b "__Host-session=$chosen" -c "$tmp/fixed" "$base/sign-in"); form=$(form_of)
	store "UPDATE account SET last_step = 0"
	raw /sign-in -b "__Host-session=$chosen" -c "$tmp/fixed" -H "Origin: $base" --data-urlencode "form=$form" --data-urlencode "password=$password" -d "name=hana&code=$(code_of hana)&to=/" >/dev/null
	grep -q "$chosen" "$tmp/fixed" && fail "the chosen session was taken over"
	[ "$(raw / -b "__Host-session=$chosen")" != 200 ] || fail "the chosen session became one"

	attack open_redirect
	for to in https://evil.example/ //evil.example/ '/\evil.example' 'https:evil.example' '/%2f%2fevil.example' $'/\tevil' '/a/../..//evil.example'; do
		store "UPDATE account SET last_step = 0"
		post thief /sign-in name=hana "password=$password" "code=$(code_of hana)" "to=$to"
		loc=$(tr -d '\r' <"$tmp/head" | sed -n 's/^[Ll]ocation: //p')
		[[ $http = 303 && $loc == /* && $loc != //* && $loc != /\\* ]] || fail "to=$to leads to '$loc' ($http)"
		from=/ post thief /sign-out
	done

	attack header_injection
	got=$(raw '/language/en?back=/%0d%0aSet-Cookie:%20a=b'); grep -qi '^set-cookie: a=b' "$tmp/head" && fail "a header was put in: $got"
	got=$(printf 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\rSet-Cookie: c=d\r\n\r\n' | timeout 5 openssl s_client -quiet -connect "127.0.0.1:$port" 2>/dev/null | head -1)
	[[ $got == *' 400 '* || -z $got ]] || fail "a bare CR in a header: $got"
	got=$(raw / -H 'Host: evil.example'); grep -qi 'evil.example' "$tmp/head" "$tmp/body" && fail "a foreign Host is written back"

	attack form_of_10_mb
	head -c 10485760 /dev/zero | tr '\0' a >"$tmp/big"
	got=$(raw /sign-in -H "Origin: $base" -H 'Content-Type: application/x-www-form-urlencoded' --data-binary "@$tmp/big"); [ "$got" = 413 ] || fail "10 MB: $got"
	attack name_of_1_mb
	{ printf 'name='; head -c 1048576 /dev/zero | tr '\0' a; } >"$tmp/name"
	got=$(raw /sign-in -H "Origin: $base" -H 'Content-Type: application/x-www-form-urlencoded' --data-binary "@$tmp/name"); [ "$got" = 413 ] || fail "1 MB user name: $got"
	post thief /sign-in "name=$(head -c 100000 "$tmp/name")" password=x code=0 to=/; [[ $http = 403 || $http = 400 ]] || fail "100 KB user name: $http"

	attack homoglyph_name # Cyrillic а, full-width t, capital, blanks
	for name in 'tаro' 'ｔaro' 'TARO' 'taro ' 'ta​ro' $'taro\n'; do
		"${as[@]}" "$bin/tsujiban" --root "$root" account add "$name" '見本 偽' operator >/dev/null 2>&1 && fail "a name like taro was taken: '$name'"
	done
	"${as[@]}" "$bin/tsujiban" --root "$root" account add mallory '見本  ｔaro' operator >/dev/null 2>&1 && fail "a display name that reads like another's was taken"
	"${as[@]}" "$bin/tsujiban" --root "$root" account add mallory '見本 tаro' operator >/dev/null 2>&1 && fail "a display name of two scripts that reads like another's was taken"

	attack secret_question_as_second_factor # there is no such factor: whatever stands in the field is no code
	store "UPDATE account SET last_step = 0"
	post thief /sign-in name=hana "password=$password" 'code=ポチ' 'question=pet' 'answer=ポチ' to=/; [ "$http" = 403 ] || fail "an answer to a question: $http"
	post thief /sign-in name=hana "password=$password" "code=$password" to=/; [ "$http" = 403 ] || fail "the password twice: $http"

	attack clock_skew # a session or token of tomorrow is none; a code of five minutes ago or ahead neither
	store "UPDATE account SET last_step = 0, failures = 0, locked_until = 0"; store 'DELETE FROM device'
	for s in -300 300; do post thief /sign-in name=hana "password=$password" "code=$(code_of hana $s)" to=/; [ "$http" = 403 ] || fail "a code $s s away: $http"; done
	store "UPDATE account SET failures = 0, locked_until = 0"
	person_in hana hana; store "UPDATE session SET signed_in_at = signed_in_at + 86400000000"
	get hana /; [ "$http" != 200 ] || fail "a session of tomorrow"

	attack token_of_a_removed_person
	store "UPDATE account SET last_step = 0"; person_in hana hana
	post hana /me/token-add token_label=x token_acts=read token_days=3; token=$(grep -o 'tsujiban-[0-9a-f]\{55\}' <<<"$page" | head -1)
	[ "$(raw /api/v1/board -H "Authorization: Bearer $token")" = 200 ] || fail "the token"
	cli account suspend hana >/dev/null
	[ "$(raw /api/v1/board -H "Authorization: Bearer $token")" = 401 ] || fail "the token of a removed person"
	cli account resume hana >/dev/null

	attack known_and_unknown_names # the same answer, and the same time within what hashing varies by
	store "UPDATE account SET failures = 0, locked_until = 0"
	for name in hana nobody; do
		for i in 1 2 3; do
			get thief /sign-in; form=$(form_of)
			curl -sk -o "$tmp/answer.$name" -w '%{time_total}\n' -b "$tmp/thief" -H "Origin: $base" --data-urlencode "form=$form" -d "name=$name&password=wrong+password+here&code=000000&to=/" "$base/sign-in" >>"$tmp/times.$name"
			store "UPDATE account SET failures = 0, locked_until = 0"
		done
	done
	same() { sed 's/name="form" value="[^"]*"//; s/data-challenge="[0-9a-f]*"//; s/value="\(hana\|nobody\)"//' "$tmp/answer.$1"; }
	[ "$(same hana)" = "$(same nobody)" ] || fail "the answers differ"
	python3 - "$tmp/times.hana" "$tmp/times.nobody" <<'P' || fail "the times differ: $(paste "$tmp/times.hana" "$tmp/times.nobody" | tr '\n' ';')"
import sys
known, unknown = (min(float(l) for l in open(f)) for f in sys.argv[1:])
print(f"known {known*1000:.0f} ms, unknown {unknown*1000:.0f} ms")
sys.exit(abs(known - unknown) > 0.35 * max(known, unknown) + 0.02)
P
	rm -f "$tmp"/times.*

	attack strangers_lock_nobody_out # five failures from strangers lock strangers, not the device that was here before
	store "UPDATE account SET last_step = 0, failures = 0, locked_until = 0"; rm -f "$tmp/home"; person_in home hana
	from=/ post home /sign-out
	for i in 1 2 3 4 5 6; do rm -f "$tmp/thief"; post thief /sign-in name=hana password=wrong-$i-wrong code=000000 to=/; done
	store "UPDATE account SET last_step = 0"
	rm -f "$tmp/thief"; post thief /sign-in name=hana "password=$password" "code=$(code_of hana)" to=/; [ "$http" = 403 ] || fail "locked, yet a stranger is let in: $http"
	post home /sign-in name=hana "password=$password" "code=$(code_of hana)" to=/; [ "$http" = 303 ] || fail "strangers locked the holder's own device out: $http"
	station_stop
done

[ $bad = 0 ]
