#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-2 type=test
#= O1-1-2 type=test
# An account and a person are removed as people do it: nobody is stuck for want of a procedure; asked for, approved by another,
# the station restarted before the window is over, cancelled by another, done after it; refused when what it is about changed.
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and mount namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$(realpath "${BUILD:-build}") exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin
ip link set lo up || exit 1
# A machine whose clock can be put ahead: an /etc of this namespace alone.
cp -a /etc "$tmp/etc" && cp "$BUILD/tests/later.so" "$tmp/etc/later.so" && echo 0 >"$tmp/etc/later" && mount --bind "$tmp/etc" /etc || exit 1
chmod 755 /etc/later.so && echo /etc/later.so >/etc/ld.so.preload
later() { station_stop; echo "$1" >/etc/later; station_start; }

member() { python3 -c 'import json,sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$out"; }
state() { out=$(cli approval show "$1" --json); member 'd["state"]'; }
# ask_account NAME: by the command line; $out
ask_account() { out=$(cli account remove "$1" --reason 契約の終わり --ticket 見本-12 --confirm "$1" --json 2>&1); }
# approve JAR ID [SECONDS]: by the client's page, with a code of then when it is time to show one again
approve() {
	local hash
	out=$(cli approval show "$2" --json); hash=$(member 'd["hash"]')
	from=/approval/$2 post "$1" "/approval/$2/approve" "hash=$hash" ${3:+"step_up=$(code_of "$1" "$3")"}
}
account_gone() { out=$(cli account show "$1" --json); [ "$(member 'd["removed_at"] is not None')" = True ]; }

removal() {
	declare -A ids=()
	admin_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	more_conf=$(printf 'admin_port: %d\nadmin_listen: ["127.0.0.1"]\n ' "$admin_port")
	people_station || return
	cli register add admin-address prefix=127.0.0.1 owner=見本 reason=試験 approval=第1号 until=2037-03-31 >/dev/null || fail "the address cannot be declared"
	person taro administrator && person kenji client-officer || { station_stop; return; }
	for name in hana jiro saki nobu; do cli account add $name "見本 $name" operator >/dev/null 2>&1 || fail "$name was not added"; done

	# ---- a bad name with a privileged role is told at the form, and asks for nothing more
	from=/account post taro /account name='Bad Name' 'display=見本' role=administrator
	[[ $http = 400 && $page == *'value="Bad Name"'* && $page != *'name="g.words"'* ]] || fail "a bad name was not told at the form: $http"
	from=/account post taro /account name=hana 'display=見本 別' role=administrator
	[[ $http = 409 && $page != *'name="g.words"'* ]] || fail "a taken name was not told at the form: $http"
	out=$(cli account add 'Bad Name' 見本 administrator --reason x --confirm 'Bad Name' 2>&1) && fail "a bad name was taken"

	# ---- no procedure: both ways say what to do, and the page leads to a form that has what the station knows
	ask_account hana && fail "removed without a procedure"
	[[ $out == *register*operation*account-remove* ]] || fail "the command line does not say what to do: $out"
	office=$base base=https://localhost:$admin_port
	from=/account/hana post taro /account/hana/remove
	link=$(grep -o '/register/operation/add?[^"]*' <<<"$page" | head -1 | sed 's/&amp;/\&/g')
	[ -n "$link" ] || fail "the page does not lead to the form: $http"
	get taro "$link"
	[[ $http = 200 && $page == *'value="account-remove"'* && $page == *'<option value="irreversible" selected>'* ]] || fail "the form is empty: $http"
	from=$link post taro /register/operation/add 'v.name=アカウントを取り除く' v.system=station v.act=account-remove v.effect=irreversible 'v.procedure=見本手順書7' v.version=1 'v.who=管理者' v.alert=not-built
	[ "$http" = 303 ] || fail "the procedure was not declared: $http"
	base=$office
	cli register add operation 'name=人を取り除く' system=station act=person-remove effect=irreversible procedure=見本手順書8 version=1 who=管理者 alert=not-built >/dev/null || fail "the second procedure"
	ask_account hana && fail "removed without having read it"
	[[ $out == *"operation read"* ]] || fail "it does not say to read it: $out"
	out=$(cli operation list --json)
	for act in account-remove person-remove; do
		cli operation read "$(member "next(r['row'] for r in d['rows'] if r['act'] == '$act')")" 1 >/dev/null || fail "not read: $act"
	done

	# ---- a token asks for nothing that needs its holder's factor
	from=/me post taro /me/token-add 'token_label=test' 'token_acts=account-remove' token_days=1
	token=$(grep -o 'tsujiban-[0-9a-f]\{55\}' <<<"$page" | head -1)
	http=$(curl -sk --max-time 20 -o "$tmp/answer" -w '%{http_code}' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data '{"id":"hana","guard":{"reason":"x","ticket":"x"}}' "https://localhost:$admin_port/api/v1/act/account-remove")
	[[ $http = 403 && $(<"$tmp/answer") == *トークンでは* ]] || fail "a token removes: $http $(<"$tmp/answer")"

	# ---- asked for by each, and approved by another
	for name in hana jiro saki nobu; do
		ask_account $name || fail "$name could not be asked for: $out"
		ids[$name]=$(member 'd["request"]')
	done
	account_gone hana && fail "gone without a second person"
	cli approval approve "${ids[hana]}" "$(cli approval show "${ids[hana]}" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["hash"])')" >/dev/null 2>&1 && fail "the console approved what it asked for"
	approve kenji "${ids[hana]}" 30
	for name in hana jiro saki; do
		id=${ids[$name]}
		[ "$(state "$id")" = window ] || approve kenji "$id"
		[ "$(state "$id")" = window ] || fail "$name is not in its window: $http $(state "$id")"
	done
	account_gone hana && fail "gone before its window is over"

	# ---- a person with an account of the console and one of a host
	cli register add company name=見本会社 kind=contractor >/dev/null || fail "company"
	cli register add person number=P-1 name=見本一郎 company=見本会社 work=operator from=2026-01-01 >/dev/null || fail "person"
	cli register add os-account account=mihon1 person=見本一郎 owner=P-1 kind=user >/dev/null || fail "account of a host"
	userdel mihon1 2>/dev/null
	useradd -M -u 59990 mihon1 && usermod -p '$6$mihon$not-a-hash' mihon1 || fail "this machine takes no account"
	cli account add ichiro 見本一郎 operator --person P-1 >/dev/null 2>&1 || fail "ichiro"
	out=$(cli person remove P-1 --reason 退職 --ticket 見本-13 --confirm P-1 --json 2>&1) || fail "the person could not be asked for: $out"
	ids[ichiro]=$(member 'd["request"]')
	approve kenji "${ids[ichiro]}"
	[ "$(state "${ids[ichiro]}")" = window ] || fail "the person is not in its window: $http"

	# ---- it changes meanwhile: what was approved is not what would be done
	cli account suspend jiro >/dev/null || fail "suspend"
	cli account suspend nobu >/dev/null || fail "suspend"
	approve kenji "${ids[nobu]}"
	[ "$(state "${ids[nobu]}")" = waiting ] || fail "approved after the object had changed: $(state "${ids[nobu]}")"

	# ---- a restart loses nothing; another one cancels
	station_stop; station_start || { station_stop; return; }
	[ "$(state "${ids[hana]}")" = window ] || fail "a restart lost the window: $(state "${ids[hana]}")"
	account_gone hana && fail "a restart hurried it"
	from=/approval/${ids[saki]} post taro "/approval/${ids[saki]}/cancel" reason=人違い
	[ "$(state "${ids[saki]}")" = cancelled ] || fail "another one could not cancel: $http $(state "${ids[saki]}")"

	# ---- the window is over
	later 1860 || { station_stop; return; }
	for ((i = 0; i < 60; i++)); do account_gone hana && break; sleep 0.25; done
	account_gone hana || fail "not gone after its window: $(state "${ids[hana]}")"
	[ "$(state "${ids[hana]}")" = done ] || fail "it is not said to be done: $(state "${ids[hana]}")"
	[ "$(state "${ids[jiro]}")" = changed ] || fail "done though the object changed: $(state "${ids[jiro]}")"
	account_gone jiro && fail "jiro is gone"
	account_gone saki && fail "cancelled, and yet gone"
	for ((i = 0; i < 40; i++)); do account_gone ichiro && break; sleep 0.25; done
	account_gone ichiro || fail "the person's account stands: $(state "${ids[ichiro]}")"
	out=$(cli register show os-account --json)
	[ "$(member 'd["rows"][0]["values"].get("unneeded_on") is not None')" = True ] || fail "the account of the host is not marked as unneeded"
	# a station of root locks it on this machine; another one leaves it to a hand, and says so
	if [ "$who" = root ]; then open=0 locked_on=True sign='!'; else open=1 locked_on=False sign='$'; fi
	[ "$(member 'd["rows"][0]["values"].get("locked_on") is not None')" = $locked_on ] || fail "the register says otherwise of the lock: $out"
	[[ $(getent shadow mihon1 | cut -d: -f2) == "$sign"* ]] || fail "the machine's account: $(getent shadow mihon1)"
	row=$(member 'd["rows"][0]["id"]')
	out=$(cli removal list --json)
	[ "$(member 'd["rows"][0]["open"]')" = $open ] || fail "what is left of the person is not told: $out"
	if [ "$who" = root ]; then
		base=https://localhost:$admin_port
		rm -f "$tmp/taro"; person_in taro taro
		get taro "/register-row/$row"
		[[ $page == *'action="/os-account/mihon1/unlock"'* && $page != *'action="/os-account/mihon1/lock"'* ]] || fail "the page offers no undo: $http"
		from=/register-row/$row post taro /os-account/mihon1/unlock
		[[ $http = 303 && $to == */register-row/$row ]] || fail "the page could not undo: $http $to"
		[[ $(getent shadow mihon1 | cut -d: -f2) != '!'* ]] || fail "still locked"
		base=$office
	fi
	station_stop
	echo 0 >/etc/later
}

for who in "${whose[@]}"; do removal; done
[ $bad = 0 ]
