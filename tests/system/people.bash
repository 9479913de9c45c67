# SPDX-License-Identifier: Apache-2.0
# People of a test: enrolled through the console's own pages, signed in, each with a cookie jar of its name in $tmp. Source after common.bash.
# All of them are invented; one password does for all.
password='ひみつの horse 9 battery!'
declare -A seeds

cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@"; }
code_of() { oathtool --totp -b "${seeds[$1]}" --now "@$(($(date +%s) + ${2:-0}))"; }

# get JAR PATH, post JAR PATH NAME=VALUE...: $page, $http and the address it leads to in $to; forms carry their token.
get() {
	local head
	page=$(curl -sk --max-time 20 -b "$tmp/$1" -c "$tmp/$1" -D "$tmp/head" "$base$2")
	head=$(tr -d '\r' <"$tmp/head")
	http=$(head -1 <<<"$head" | cut -d' ' -f2) to=$(sed -n 's/^[Ll]ocation: //p' <<<"$head")
}
post() {
	local jar=$1 path=$2 form fields=() f
	shift 2
	get "$jar" "${from:-$([[ $path == /me/* ]] && echo /me || echo "$path")}"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	for f in "form=$form" "$@"; do fields+=(--data-urlencode "$f"); done
	page=$(curl -sk --max-time 20 -b "$tmp/$jar" -c "$tmp/$jar" -D "$tmp/head" -H "Origin: $base" "${fields[@]}" "$base$path")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2) to=$(tr -d '\r' <"$tmp/head" | sed -n 's/^[Ll]ocation: //p')
}

# people_station: a station of its own for $who, started, with the administrator's link in $first_link.
people_station() {
	station_for "$who"
	first_link=$(cli init --admin taro --display '見本 taro' --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[-1])')
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'port: %d\nlisten: ["127.0.0.1"]\n%s' "$port" "${more_conf:-}" >>"$root/tsujiban.yaml"
	base=https://localhost:$port
	seeds=()
	station_start || { station_stop; return 1; }
}

# person NAME ROLE: enrolled and signed in; the first one is taro, made by init.
person() {
	local link=$first_link
	[ "$1" = taro ] || link=$(cli account add "$1" "見本 $1" "$2" --json 2>/dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].rsplit("/", 1)[-1])')
	rm -f "$tmp/$1"
	get "$1" "/enrol/$link"
	seeds[$1]=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	[ ${#seeds[$1]} = 32 ] || { fail "$1 got no seed ($http)"; return 1; }
	post "$1" "/enrol/$link" "password=$password" "again=$password" "code=$(code_of "$1")"
	[ "$http" = 303 ] || { fail "$1 did not enrol: $http"; return 1; }
	person_in "$1" "$1"
}

# person_in JAR NAME [SECONDS]: signs in with the code of then.
person_in() {
	post "$1" /sign-in "name=$2" "password=$password" "code=$(code_of "$2" "${3:-0}")" to=/
	[ "$http" = 303 ] || { fail "$2 did not sign in: $http"; return 1; }
}
