#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-2 type=test
#= S-3-4 type=test
# A session ends at the next request when its account, roles or factors change, by rest and by age, by role; what was
# typed meanwhile is kept for its writer alone.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin
more_conf=$'session_roles: [operator=5/1]\n'

store() { python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=10); db.execute(sys.argv[2]); db.commit()' "$root/auth/auth.db" "$1"; }
lives() { get "$1" /; [ "$http" = 200 ]; }

for who in "${whose[@]}"; do
	people_station || continue
	person taro administrator && person hana operator && person kenji supervisor || { station_stop; continue; }
	lives hana || fail "hana is not in"

	# ---- by administration: the next request is refused
	cli account sign-out hana >/dev/null || fail "sign-out by another"
	lives hana && fail "ended by another, yet let in"
	person_in hana hana 30
	lives hana || fail "hana is not back"

	# ---- by rest and age, each role its own
	store "DELETE FROM device"; store "UPDATE account SET last_step = 0"
	person_in hana hana; person_in kenji kenji
	store "UPDATE session SET seen_at = seen_at - 400000000"
	lives hana && fail "six minutes of rest, five allowed to an operator"
	lives kenji || fail "six minutes of rest, thirty allowed to a supervisor"
	store "UPDATE account SET last_step = 0"; person_in hana hana
	store "UPDATE session SET signed_in_at = signed_in_at - 4000000000"
	lives hana && fail "past an hour, one allowed"
	lives kenji || fail "past an hour, twelve allowed"

	# ---- a factor or password changed: every other session ends, this one stays
	store "UPDATE account SET last_step = 0"; rm -f "$tmp/kenji2"; person_in kenji2 kenji
	lives kenji2 || fail "a second session"
	post kenji2 /me/password "old=$password" "password=$password 2" "again=$password 2" "step_up=$(code_of kenji 30)"
	[ "$http" = 200 ] || fail "changing the password: $http"
	lives kenji && fail "the password changed, the other session lives"
	lives kenji2 || fail "the own session ended"

	# ---- a new enrolment ends what was there
	link=$(cli account link kenji --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[-1])')
	lives kenji2 || fail "the link alone ended a session"
	first_link=$link; rm -f "$tmp/new"
	get new "/enrol/$link"; seeds[kenji]=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	post new "/enrol/$link" "password=$password" "again=$password" "code=$(code_of kenji)"
	[ "$http" = 303 ] || fail "enrolling anew: $http"
	lives kenji2 && fail "reset_by_another: the old session lives"

	# ---- the company's approval: without it nobody of it goes on, from the next request
	row() { cli register add "$@" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])'; }
	firm=$(row company name=見本の会社 kind=contractor) || fail "a company"
	post kenji /sign-out >/dev/null; rm -f "$tmp/sato"
	row person number=P-9 name='見本 佐藤' "company=$firm" work=応対 from=2026-04-01 >/dev/null
	link=$(cli account add sato '見本 佐藤' operator --person P-9 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[-1])')
	get sato "/enrol/$link"; seeds[sato]=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	post sato "/enrol/$link" "password=$password" "again=$password" "code=$(code_of sato)"; person_in sato sato
	lives sato || fail "sato is not in"
	cli register change "$firm" name=見本の会社 kind=subcontractor >/dev/null || fail "the company becomes a subcontractor"
	lives sato && fail "company_unapproved: no consent to the company, the session lives"
	cli register change "$firm" name=見本の会社 kind=contractor >/dev/null; store "UPDATE account SET last_step = 0"; person_in sato sato
	lives sato || fail "approved again, sato is not back"
	# ---- a role: the next request asks anew (the console is alone while nobody of the client could approve)
	cli account roles sato supervisor --reason 夜勤のため --confirm sato >"$tmp/out" 2>&1 || fail "roles: $(cat "$tmp/out")"
	lives sato && fail "role_changed: the session lives"

	# ---- a draft is not lost, and nobody else's
	store "UPDATE account SET last_step = 0"; rm -f "$tmp/hana"; person_in hana hana
	get hana /register/contact/add; [ "$http" = 200 ] || get hana /register
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	[[ $form == *68616e61 ]] || fail "a form does not say whose it is: $form"
	store "UPDATE session SET seen_at = 1 WHERE account = (SELECT id FROM account WHERE name = 'hana')"
	page=$(curl -sk -b "$tmp/hana" -c "$tmp/hana" -D "$tmp/head" -H "Origin: $base" --data-urlencode "form=$form" --data-urlencode 'text=大切な下書き' --data-urlencode 'happened=no' "$base/clause/S-1-3/declare")
	to=$(tr -d '\r' <"$tmp/head" | sed -n 's/^[Ll]ocation: //p')
	[[ $to == /sign-in?to=%2Fdraft%2F* ]] || fail "the draft is not kept: $to"
	back=$to draft=/draft/$(sed 's/.*draft%2F//; s/&.*//' <<<"$to")
	get stranger "$draft"; [ "$http" = 303 ] || fail "a stranger opens a draft: $http"
	get taro "$draft"; [[ $http = 404 && $page != *大切な下書き* ]] || fail "another person reads a draft: $http"
	get hana "$back"; [[ $page == *残っています* ]] || fail "nobody says that it is kept"
	store "UPDATE account SET last_step = 0"; person_in hana hana
	get hana "$draft"; [[ $http = 200 && $page == *大切な下書き* && $page == *'action="/clause/S-1-3/declare"'* ]] || fail "the draft is lost: $http $(sed -n '/<main/,/<.main/p' <<<"$page" | head -20)"
	station_stop
	grep -qF 大切な下書き "$log" && fail "a draft stands in the log"
done

[ $bad = 0 ]
