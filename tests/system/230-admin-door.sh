#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-3 type=test
# Administration from outside, over TLS: its listener opens to declared addresses alone, of both families; forged headers
# change nothing; acts that administer are refused at the usual listener; who cuts himself off gets his way back, also
# over a restart; the machine itself always works.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
password='ひみつの horse 9 battery!'

get() { page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" "${more[@]}" -w '\n%{http_code}' "$1"); http=${page##*$'\n'}; }
post() { # URL NAME=VALUE...: the form's token from ${from:-URL}
	local url=$1 form fields=() f
	shift
	get "${from:-$url}"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	for f in "form=$form" "$@"; do fields+=(--data-urlencode "$f"); done
	page=$(curl -sk --max-time 20 -b "$tmp/jar" -c "$tmp/jar" "${more[@]}" -H "Origin: $(cut -d/ -f1-3 <<<"$url")" "${fields[@]}" -w '\n%{http_code} %{redirect_url}' "$url")
	read -r http to <<<"${page##*$'\n'}"
}
cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@"; }
declared() { cli register show admin-address --json | python3 -c 'import json,sys; print(" ".join(sorted(r["values"]["prefix"] for r in json.load(sys.stdin)["rows"])))'; }
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_declared() { for ((i = 0; i < 150; i++)); do [ "$(declared)" = "$1" ] && return 0; sleep 0.1; done; fail "declared is '$(declared)', want '$1'"; }

admin_door() {
	station_for "$who"
	rm -f "$tmp/jar"
	more=() from=
	link=$(cli init --admin taro --display 見本 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[1])')
	console_port=$(port) admin_port=$(port)
	printf 'port: %d\nlisten: ["127.0.0.1"]\nadmin_port: %d\nadmin_listen: ["127.0.0.1", "::1"]\nconfirm_s: 5\n' "$console_port" "$admin_port" >>"$root/tsujiban.yaml"
	base=https://localhost:$console_port admin=https://127.0.0.1:$admin_port admin6="https://[::1]:$admin_port"
	station_start || { station_stop; return; }

	# ---- nothing is declared: closed to everybody, whatever he says of himself
	get "$admin/sign-in"; [[ $http = 403 && $page == *届け出られていません* ]] || fail "the listener of administration is open: $http"
	cli register add admin-address prefix=198.51.100.7 owner=見本 reason=試験 approval=第1号 until=2037-03-31 >/dev/null || fail "the machine itself cannot declare"
	for header in 'X-Forwarded-For: 198.51.100.7' 'Forwarded: for=198.51.100.7' 'X-Real-IP: 198.51.100.7' 'Client-IP: 198.51.100.7'; do
		more=(-H "$header"); get "$admin/sign-in"; [ "$http" = 403 ] || fail "a forged header opens it: $header"
	done
	more=()
	for wrong in 0.0.0.0/0 ::/0 127.0.0.0/8; do
		cli register add admin-address "prefix=$wrong" owner=x reason=x approval=x until=2037-03-31 >/dev/null 2>&1 && fail "$wrong was declared"
	done
	cli register add admin-address prefix=127.0.0.1 owner=x reason=x approval=x until=2020-03-31 >/dev/null 2>&1 && fail "an address that ran out was declared"

	# ---- declared, each family for itself
	cli register add admin-address prefix=::ffff:127.0.0.1 owner=見本 reason=試験 approval=第1号 until=2037-03-31 >/dev/null || fail "a mapped address is refused"
	get "$admin/sign-in"; [ "$http" = 200 ] || fail "declared, yet closed: $http"
	if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
		get "$admin6/sign-in"; [ "$http" = 403 ] || fail "the other family came in with it: $http"
		cli register add admin-address prefix=::1 owner=見本 reason=試験 approval=第1号 until=2037-03-31 >/dev/null
		get "$admin6/sign-in"; [ "$http" = 200 ] || fail "::1 is declared, yet closed: $http"
		cli register end "$(cli register show admin-address --json | python3 -c 'import json,sys; print([r["id"] for r in json.load(sys.stdin)["rows"] if r["values"]["prefix"] == "::1/128"][0])')" >/dev/null || fail "it cannot be ended"
		get "$admin6/sign-in"; [ "$http" = 403 ] || fail "::1 ended, yet open: $http"
	fi

	# ---- signed in: acts of administration at their own listener alone
	get "$base/enrol/$link"
	seed=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	post "$base/enrol/$link" "password=$password" "again=$password" "code=$(oathtool --totp -b "$seed")"
	post "$admin/sign-in" name=taro "password=$password" "code=$(oathtool --totp -b "$seed" --now "@$(($(date +%s) + 30))")" to=/
	[ "$http" = 303 ] || fail "sign-in at the listener of administration: $http"
	cookie=$(grep __Host-session "$tmp/jar" | awk '{print $7}')
	more=(-b "__Host-session=$cookie")
	from=$base/account post "$base/account" name=hanako display=見本 role=operator
	[[ $http = 403* && $page == *":$admin_port/"* ]] || fail "an act of administration at the usual listener: $http"
	more=()
	from=$admin/account post "$admin/account" name=hanako display=見本 role=operator
	[[ $http = 200 && $page == */enrol/* ]] || fail "an account cannot be added from a declared address: $http"

	# ---- ends the own address: out at once, back by itself, also when the station was restarted meanwhile
	mine=$(cli register show admin-address --json | python3 -c 'import json,sys; print([r["id"] for r in json.load(sys.stdin)["rows"] if r["values"]["prefix"] == "127.0.0.1/32"][0])')
	for restart in no yes; do
		from=$admin/register-row/$mine post "$admin/register-row/$mine/end"
		[[ $http = 303 && $to == */trial ]] || fail "the own address cannot be ended: $http $to"
		get "$admin/sign-in"; [ "$http" = 403 ] || fail "ended, yet open: $http"
		[ $restart = no ] || { station_stop; station_start || break; }
		until_declared "127.0.0.1/32 198.51.100.7/32"
		get "$admin/sign-in"; [ "$http" = 200 ] || fail "undone, yet closed: $http"
	done

	# ---- confirmed over a new connection it stays
	from=$admin/register/admin-address/add post "$admin/register/admin-address/add" v.prefix=192.0.2.0/28 v.owner=見本 v.reason=試験 v.approval=第2号 v.until=2037-03-31
	[[ $http = 303 && $to == */trial ]] || fail "an address cannot be declared: $http"
	get "$admin/trial"; [[ $page == *'http-equiv="refresh"'* ]] || fail "no countdown"
	id=$(grep -o '/trial/[0-9]*/confirm' <<<"$page" | head -1)
	from=$admin/trial post "$admin$id"; [ "$http" = 303 ] || fail "it cannot be confirmed: $http"
	sleep 6
	[ "$(declared)" = "127.0.0.1/32 192.0.2.0/28 198.51.100.7/32" ] || fail "confirmed, yet undone: $(declared)"

	# ---- or is undone at once: by its author on the page, by whoever stands at the machine with the command
	for way in page machine; do
		from=$admin/register/admin-address/add post "$admin/register/admin-address/add" v.prefix=203.0.113.0/28 v.owner=見本 v.reason=試験 v.approval=第3号 v.until=2037-03-31
		[[ $http = 303 && $to == */trial ]] || fail "another address cannot be declared: $http"
		id=$(cli trial list --json | python3 -c 'import json,sys; print([r["id"] for r in json.load(sys.stdin)["rows"] if r["state"] == "waiting"][0])')
		if [ $way = page ]; then
			from=$admin/trial post "$admin/trial/$id/rollback"; [ "$http" = 303 ] || fail "its author cannot undo it: $http"
		else
			cli trial list --lang en | grep -q 'to confirm' || fail "the command does not show what waits"
			cli trial confirm "$id" >/dev/null 2>&1 && fail "somebody else confirmed it"
			cli trial rollback "$id" >/dev/null || fail "the machine itself cannot undo it"
		fi
		until_declared "127.0.0.1/32 192.0.2.0/28 198.51.100.7/32"
		cli trial rollback "$id" >/dev/null 2>&1 && fail "undone twice"
	done
	cli ledger show --json | grep -q trial-undo || fail "the undo is not in the ledger"
	station_stop
	cli ledger verify >/dev/null 2>&1 || fail "the ledger does not hold together"
}
each_station admin_door

[ $bad = 0 ]
