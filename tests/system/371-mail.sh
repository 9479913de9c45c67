#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Notices at a real mail server: only over proven TLS and only to what the client declared; refusals are seen, what was put off
# comes later, an outage and a restart lose nothing; PART=lies (374-mail-lies.sh): a server that hangs or speaks out of turn gets nothing.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
. "$(dirname "$0")/certificate.bash"
. "$(dirname "$0")/mail.bash"
bin=$BUILD/bin
trap 'kill $server 2>/dev/null; cleanup' EXIT
certificate "$m" wrong mail.example.jp
mails() { cli mail list --json; }
until_is() { # SECONDS JQ VALUE
	local got
	for ((i = 0; i < $1 * 5; i++)); do got=$(mails | jq -r "$2"); [ "$got" = "$3" ] && return 0; sleep 0.2; done
	fail "$2 is '$got', not '$3': $(mails | jq -c '.sending, .rows[:2]')"
}
fate() { echo ".rows | map(select(.to == \"$1\"))[0].state"; }
destination() { # NAME ADDRESS
	from=/register/mail-destination/add post kenji /register/mail-destination/add "v.name=$1" "v.address=$2" v.lang=ja v.urgent=yes v.digest=no
	[ "$http" = 303 ] || fail "declaring $1: $http $(grep -o 'error-text[^<]*<[^<]*' <<<"$page" | head -3)"
}

who=root
people_station || exit 1
person taro administrator && person kenji client-officer || { station_stop; exit 1; }
destination duty duty@example.jp
destination gone nobody@example.jp
destination late later@example.jp
from=/register/mail-destination/add post taro /register/mail-destination/add v.name=x v.address=x@example.jp v.lang=ja v.urgent=yes v.digest=no
[ "$http" = 303 ] && fail "the contractor approved a destination"

if [ "${PART:-taken}" = taken ]; then
# ---- away: it waits; then taken, refused, put off
cli mail test duty >/dev/null || fail "a test: $(cli mail test duty 2>&1)"
cli mail test stranger@example.com >/dev/null 2>&1 && fail "a test to an address nobody declared"
until_is 20 .sending.state away
[ "$(mails | jq -r "$(fate duty@example.jp)")" = waiting ] || fail "it does not wait"
station_stop
station_start --no-listen || exit 1
serve starttls
until_is 40 "$(fate duty@example.jp)" sent
cli mail test gone >/dev/null; cli mail test late >/dev/null
until_is 30 "$(fate nobody@example.jp)" refused
[[ $(mails | jq -r '.rows | map(select(.to == "nobody@example.jp"))[0].trouble') == *"550 5.1.1"* ]] || fail "why it was refused is not said"
until_is 20 "$(fate later@example.jp)" waiting
python3 - "$m/got" <<'P' || fail "what arrived: $(cat "$m/got")"
import json, sys
got = [json.loads(l) for l in open(sys.argv[1])]
assert got and all(g['tls'] and g['from'] == 'tsujiban@example.jp' for g in got), got
assert got[0]['to'] == ['duty@example.jp'] and '試し' in got[0]['subject'] and 'http' not in got[0]['body'] and 'taro' not in got[0]['body'], got
assert got[0]['headers'] == ['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'], got[0]['headers']
P
until_is 60 "$(fate later@example.jp)" sent

# ---- an incident goes at once, without what it is about
cli register add incident name='見本の件 2026' kind=misdelivery drill=no >/dev/null || fail "an incident: $(cli register add incident name=x 2>&1 | head -2)"
for ((i = 0; i < 100; i++)); do grep -q '事案が1件' "$m/got" && break; sleep 0.2; done
grep -q '事案が1件' "$m/got" || fail "no notice of an incident: $(tail -1 "$m/got")"
grep -q '見本の件' "$m/got" && fail "what it is about was mailed"

station_stop
exit "$bad"
fi

# ---- nobody who does not prove himself gets a byte of it
touch "$m/got"
n=$(wc -l <"$m/got")
for mode in 'starttls wrong' plain inject hang; do
	serve $mode
	cli mail test duty >/dev/null
	case $mode in hang) until_is 60 .sending.state away ;; *) until_is 90 .sending.state refused ;; esac
done
[ "$(wc -l <"$m/got")" = "$n" ] || fail "a mail went to a server that proved nothing"
timeout 10 "$BUILD/bin/tsujiban" --root "$root" status >/dev/null 2>&1
[ $? = 124 ] && fail "the station waits for the mail server"
# ---- answers that are none of SMTP say nothing about a mail: it waits
serve babble
cli mail test duty >/dev/null
until_is 90 '.rows | map(select(.trouble | test("not an answer of SMTP"))) | length > 0' true
[ "$(mails | jq '.rows | map(select(.state == "refused" and (.trouble | test("not an answer of SMTP")))) | length')" = 0 ] || fail "a mail was given up for an answer that is none"
serve starttls
until_is 90 '.sending.waiting' 0
[ "$(wc -l <"$m/got")" = "$((n + 5))" ] || fail "$(($(wc -l <"$m/got") - n)) of 5 mails arrived after the outage"
station_stop
exit "$bad"
