#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Notices at a mail server that wants a login: TLS from the first byte at port 465, a wrong password, a right one after a restart, a server
# that takes no login any more; the password stands in no log and no process title, and a login anybody can read starts no station.
[ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 exec unshare -n "$0"
ip link set lo up || exit 1
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
. "$(dirname "$0")/certificate.bash"
bin=$BUILD/bin server=
/usr/bin/python3 -c 'import aiosmtpd.smtp' 2>/dev/null || { echo "python3-aiosmtpd is not installed"; exit 77; }
trap 'kill $server 2>/dev/null; cleanup' EXIT
m=$tmp/mail
mkdir -p "$m" && chmod 755 "$m"
certificate "$m" mail mail.example.jp
serve() { # MODE [USER PASSWORD]
	[ -n "$server" ] && { kill -9 "$server"; wait "$server" 2>/dev/null; }
	/usr/bin/python3 "$(dirname "$0")/smtp_server.py" 465 "$m/mail.pem" "$m/mail.key" "$m/got" "$@" >>"$m/log" 2>&1 &
	server=$!
}
until_is() { # SECONDS JQ VALUE
	local got
	for ((i = 0; i < $1 * 5; i++)); do got=$(cli mail list --json | jq -r "$2"); [ "$got" = "$3" ] && return 0; sleep 0.2; done
	fail "$2 is '$got', not '$3': $(cli mail list --json | jq -c '.sending, .rows[:2]')"
}
again() { # LOGIN: with another one
	station_stop
	printf '%s\n' "$@" >"$m/login"
	station_start --no-listen
}

who=root
printf 'tsujiban\nwrong-7f3a\n' >"$m/login" && chmod 640 "$m/login"
more_conf="mail_address: \"127.0.0.1\"
mail_name: mail.example.jp
mail_ca: $m/mail-ca.pem
mail_from: tsujiban@example.jp
mail_login: $m/login"
people_station || exit 1
person taro administrator && person kenji client-officer || { station_stop; exit 1; }
from=/register/mail-destination/add post kenji /register/mail-destination/add v.name=duty v.address=duty@example.jp v.lang=ja v.urgent=yes v.digest=no
[ "$http" = 303 ] || fail "declaring a destination: $http"

serve tls tsujiban right-51c9
cli mail test duty >/dev/null || fail "a test: $(cli mail test duty 2>&1)"
until_is 30 .sending.state refused
[[ $(cli mail list --json | jq -r .sending.trouble) == *535* ]] || fail "why the login failed is not said: $(cli mail list --json | jq -c .sending)"
[ -s "$m/got" ] && fail "a mail went without a login"
again tsujiban right-51c9 || exit 1
until_is 60 '.rows[0].state' sent
grep -q '"tls": true' "$m/got" || fail "not over TLS: $(cat "$m/got")"

# ---- nobody is told the password who does not take one
serve tls
cli mail test duty >/dev/null
until_is 60 .sending.state refused
[[ $(cli mail list --json | jq -r .sending.trouble) == *"AUTH PLAIN"* ]] || fail "that no login is taken is not said: $(cli mail list --json | jq -c .sending)"
grep -rqs -e wrong-7f3a -e right-51c9 "$root" "$log" && fail "the password stands in $(grep -rls -e wrong-7f3a -e right-51c9 "$root" "$log")"
grep -aqs -e right-51c9 /proc/[0-9]*/cmdline /proc/[0-9]*/environ && [ "$(grep -als -e right-51c9 /proc/[0-9]*/cmdline | grep -vc "/$server/")" != 0 ] && fail "the password stands in a title"
station_stop

# ---- a login that anybody can read, one that is none
chmod 644 "$m/login"
(station_start --no-listen && station_stop) >/dev/null 2>&1 && fail "it starts with a login that anybody can read" # that it does not is no failure here
grep -q 'can be read by anybody' "$log" || fail "why it does not start is not said: $(tail -3 "$log")"
exit "$bad"
