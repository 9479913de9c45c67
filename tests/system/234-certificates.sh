#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-4 type=test
# IC cards: certificates of openssl(1) in real handshakes of curl(1): registered, signed in and stepped up with, revoked; every wrong one refused in words.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin

# authority NAME: a key, a certificate, a register of what it issued.
authority() {
	local dir=$tmp/$1
	mkdir -p "$dir" && : >"$dir/index" && echo 1000 >"$dir/serial" && echo 01 >"$dir/number"
	cat >"$dir/ca.conf" <<-END
		[ca]
		default_ca = own
		[own]
		dir = $dir
		database = $dir/index
		serial = $dir/serial
		crlnumber = $dir/number
		new_certs_dir = $dir
		certificate = $dir/ca.pem
		private_key = $dir/ca.key
		default_md = sha256
		default_days = 90
		default_crl_days = 30
		policy = any
		unique_subject = no
		x509_extensions = card
		[any]
		commonName = supplied
		[card]
		extendedKeyUsage = clientAuth
		basicConstraints = CA:FALSE
	END
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" -subj "/CN=見本認証局 $1" -utf8 -days 3650 2>/dev/null || fail "authority $1"
}
# card NAME AUTHORITY KIND [MORE of openssl ca]: a card in $tmp/NAME.pem and .key.
card() {
	local name=$1 by=$tmp/$2 kind=(ec -pkeyopt ec_paramgen_curve:P-256)
	[ "$3" = rsa ] && kind=(rsa:2048)
	shift 3
	openssl req -new -newkey "${kind[@]}" -nodes -keyout "$tmp/$name.key" -out "$tmp/$name.csr" -subj "/CN=$name" -utf8 2>/dev/null
	openssl ca -batch -notext -utf8 -config "$by/ca.conf" -in "$tmp/$name.csr" -out "$tmp/$name.pem" "$@" 2>/dev/null || fail "card $name"
}
# shown JAR CARD [curl's words]: the page of the listener for cards.
shown() {
	local jar=$1 name=$2
	shift 2
	page=$(curl -sk --max-time 20 -b "$tmp/$jar" -c "$tmp/$jar" ${name:+--cert "$tmp/$name.pem" --key "$tmp/$name.key"} "$@" "$cards/certificate")
}
# asks JAR CARD PATH NAME=VALUE...: its form, sent over a new connection as a browser does after each page.
asks() {
	local jar=$1 name=$2 path=$3 form fields=() f
	shift 3
	shown "$jar" "$name"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	[ -n "$form" ] || form=$(curl -sk -b "$tmp/$jar" "$base/me" | grep -o 'name="form" value="[0-9a-f]*"' | head -1 | cut -d'"' -f4) # the page offers none: asked for all the same
	for f in "form=$form" "$@"; do fields+=(--data-urlencode "$f"); done
	page=$(curl -sk --max-time 20 -b "$tmp/$jar" -c "$tmp/$jar" -D "$tmp/head" -H "Origin: $cards" --cert "$tmp/$name.pem" --key "$tmp/$name.key" "${fields[@]}" "$cards$path")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2)
}
says() { [[ $page == *"$2"* ]] || fail "$1: the page does not say $2"; }

authority city && authority other
card yamada city rsa && card suzuki city ec && card gone city ec && card strange other ec
card expired city ec -startdate 20200101000000Z -enddate 20210101000000Z
card early city ec -startdate 20400101000000Z -enddate 20410101000000Z
openssl ca -config "$tmp/city/ca.conf" -revoke "$tmp/gone.pem" 2>/dev/null
openssl ca -config "$tmp/city/ca.conf" -gencrl -out "$tmp/city/crl.pem" 2>/dev/null || fail "no list of revoked certificates"
cat "$tmp/city/ca.pem" "$tmp/city/crl.pem" >"$tmp/authorities.pem"
chmod 755 "$tmp" && chmod 644 "$tmp/authorities.pem"

for who in "${whose[@]}"; do
	card_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cards=https://localhost:$card_port
	printf -v more_conf 'certificate_authorities: %s\ncertificate_port: %d\n' "$tmp/authorities.pem" "$card_port"
	people_station || continue
	person taro administrator || { station_stop; continue; }

	# what is said before anybody types a password
	rm -f "$tmp/nobody"
	shown nobody ''; says "no certificate" '示されていません'
	shown nobody yamada; says "a certificate of nobody" 'どのアカウントにも登録されていません'; says "its holder" 'CN=yamada'
	for pair in expired:有効期限が切れて early:まだ有効期間に gone:認証局が失効 strange:契約で認められていません; do
		shown nobody "${pair%%:*}"; says "${pair%%:*}" "${pair#*:}"
	done

	# registered, by both versions of TLS; a second time never
	asks taro yamada /certificate/add label=職員証; [ "$http" = 200 ] || fail "registering: $http"
	says "registered" '証明書を登録しました'
	asks taro expired /certificate/add label=古い; [ "$http" = 409 ] || fail "an expired one was registered: $http"
	asks taro strange /certificate/add label=よそ; [ "$http" = 409 ] || fail "one of another authority was registered: $http"
	get taro /me; says "the own account" 職員証

	# the same file, another key: what TLS itself refuses never reaches us
	curl -sk --max-time 5 --cert "$tmp/yamada.pem" --key "$tmp/suzuki.key" "$cards/certificate" >/dev/null 2>&1 && fail "a handshake with another's key"

	# signed in by the card and the password; by the card alone not
	for version in 1.3 1.2; do
		rm -f "$tmp/card"
		asks card yamada /certificate/sign-in 'password=ちがう horse 9 battery!'; [ "$http" = 403 ] || fail "TLS $version: the card alone: $http"
		sleep 1.1 # a known device waits a little after a failure
		shown card yamada --tls-max "$version"; says "TLS $version" 'action="/certificate/sign-in"'
		form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
		http=$(curl -sk --tls-max "$version" -o /dev/null -w '%{http_code}' -b "$tmp/card" -c "$tmp/card" -H "Origin: $cards" --cert "$tmp/yamada.pem" --key "$tmp/yamada.key" --data-urlencode "form=$form" --data-urlencode "password=$password" "$cards/certificate/sign-in")
		[ "$http" = 200 ] || fail "TLS $version: sign-in by card: $http"
		get card /; [ "$http" = 200 ] || fail "TLS $version: the session does not open the console: $http $to"
	done
	rm -f "$tmp/thief"
	shown thief yamada # a form to send
	asks thief suzuki /certificate/sign-in "password=$password"; [ "$http" = 403 ] || fail "another's card with the right password: $http"
	rm -f "$tmp/thief"
	post thief /sign-in name=taro "password=$password" code= handshake=x to=/; [ "$http" = 403 ] || fail "a form that says there was a card: $http"
	get taro /certificate; [[ $http = 303 && $to = "$cards/certificate" ]] || fail "the console does not lead to the cards: $http $to"

	# a factor once more: this card and the password
	asks card yamada /certificate/step-up "password=$password"; [ "$http" = 200 ] || fail "step-up: $http"; says "step-up" '本人を確かめました'
	asks card suzuki /certificate/step-up "password=$password"; [ "$http" = 409 ] || fail "step-up by a card that is nobody's: $http"

	# another person's card
	person hana operator
	asks hana yamada /certificate/add label=横取り; [ "$http" = 409 ] || fail "hana registered taro's card: $http"
	asks hana yamada /certificate/step-up "password=$password"; [ "$http" = 409 ] || fail "hana stepped up by taro's card: $http"
	shown hana yamada; says "taro's card in hana's session" '別の人の証明書'
	asks hana suzuki /certificate/add label=鈴木; [ "$http" = 200 ] || fail "hana's own card: $http"
	[ "$(cli account show hana --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["certificates"])')" = 1 ] || fail "the account does not count its certificates"

	# its holder revokes it
	get taro /me
	id=$(grep -o '/me/certificate-remove.*' <<<"$page" | grep -o 'name="id" value="[0-9A-Fa-f]*"' | head -1 | cut -d'"' -f4)
	post taro /me/certificate-remove "id=$id"; [ "$http" = 200 ] || fail "revoking: $http"
	rm -f "$tmp/late"
	shown late yamada; says "a revoked card" '二度と使えません'
	asks taro yamada /certificate/add label=もう一度; [ "$http" = 409 ] || fail "a revoked card came back: $http"
	station_stop
	[ $bad = 0 ] && grep -aq 'CN=yamada' "$log" && fail "a name of a certificate stands in the log"
done

[ $bad = 0 ]
