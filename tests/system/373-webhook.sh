#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Notices at a real webhook over HTTPS: only over proven TLS and only where the client declared it; what it refuses for good is seen, what it
# puts off comes later, an outage loses nothing; its path stands nowhere but in its file.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
. "$(dirname "$0")/certificate.bash"
bin=$BUILD/bin server=
trap 'kill $server 2>/dev/null; cleanup' EXIT
m=$tmp/hook
mkdir -p "$m" && chmod 755 "$m"
certificate "$m" right chat.example.jp
certificate "$m" wrong chat.example.jp
cat >"$m/server.py" <<'P'
import http.server, json, ssl, sys
port, cert, key, out, codes = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5].split(',')
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        code = int(codes.pop(0) if len(codes) > 1 else codes[0])
        with open(out, 'a') as f:
            f.write(json.dumps({'code': code, 'path': self.path, 'host': self.headers['Host'], 'body': body}, ensure_ascii=False) + '\n')
        self.send_response(code)
        self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(('127.0.0.1', port), Hook)
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
c.load_cert_chain(cert, key)
s.socket = c.wrap_socket(s.socket, server_side=True)
s.serve_forever()
P
serve() { # CERTIFICATE CODES
	[ -n "$server" ] && { kill -9 "$server"; wait "$server" 2>/dev/null; }
	python3 "$m/server.py" "$hook_port" "$m/$1.pem" "$m/$1.key" "$m/got" "$2" >>"$m/log" 2>&1 &
	server=$!
}
mails() { cli mail list --json; }
until_is() { # SECONDS JQ VALUE
	local got
	for ((i = 0; i < $1 * 5; i++)); do got=$(mails | jq -r "$2"); [ "$got" = "$3" ] && return 0; sleep 0.2; done
	fail "$2 is '$got', not '$3': $(mails | jq -c '.hook, .rows[:2]')"
}

who=root
hook_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo /hooks/secret-4b7e >"$m/path" && chmod 640 "$m/path"
more_conf="webhook_address: \"127.0.0.1\"
webhook_port: $hook_port
webhook_name: chat.example.jp
webhook_ca: $m/right-ca.pem
webhook_path: $m/path"
people_station || exit 1
person kenji client-officer || { station_stop; exit 1; }
for one in chat=webhook duty=duty@example.jp; do
	from=/register/mail-destination/add post kenji /register/mail-destination/add "v.name=${one%%=*}" "v.address=${one#*=}" v.lang=ja v.urgent=yes v.digest=no
	[ "$http" = 303 ] || fail "declaring $one: $http"
done
cli mail test duty 2>&1 | grep -q mail_address || fail "a mail without a mail server: $(cli mail test duty 2>&1)"

# ---- away, then somebody else, then the right one
cli mail test chat >/dev/null || fail "a test: $(cli mail test chat 2>&1)"
until_is 30 .hook.state away
serve wrong 200
until_is 60 .hook.state refused
[ -s "$m/got" ] && fail "somebody else got it: $(cat "$m/got")"
serve right 200
until_is 60 '.rows[0].state' sent
python3 - "$m/got" <<'P' || fail "what arrived: $(cat "$m/got")"
import json, sys
got = [json.loads(l) for l in open(sys.argv[1])]
assert len(got) == 1 and got[0]['path'] == '/hooks/secret-4b7e' and got[0]['host'] == 'chat.example.jp', got
assert list(got[0]['body']) == ['text'] and '試し' in got[0]['body']['text'] and 'http' not in got[0]['body']['text'], got
P

# ---- refused for good; put off, and taken half a minute later
serve right 404
cli mail test chat >/dev/null
until_is 30 '.rows[0].state' refused
[[ $(mails | jq -r '.rows[0].trouble') == *404* ]] || fail "why it was refused is not said"
serve right 429,200
cli mail test chat >/dev/null
until_is 90 '.rows[0].state' sent
[ "$(tail -n 2 "$m/got" | jq -s -c 'map(.code)')" = "[429,200]" ] || fail "put off and taken: $(tail -n 2 "$m/got")"

# ---- an incident goes at once, without what it is about
cli register add incident name='見本の件 2026' kind=misdelivery drill=no >/dev/null || fail "an incident"
for ((i = 0; i < 100; i++)); do grep -q '事案が1件' "$m/got" && break; sleep 0.2; done
grep -q '事案が1件' "$m/got" || fail "no notice of an incident: $(tail -n 1 "$m/got")"
grep -q '見本の件' "$m/got" && fail "what it is about went out"
grep -rqs secret-4b7e "$root" "$log" && fail "its path stands in $(grep -rls secret-4b7e "$root" "$log")"
station_stop
exit "$bad"
