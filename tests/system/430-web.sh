#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole station in a network namespace of its own, its readers locked in: a plain HTTP entrance nobody declared is found,
# a TLS one is none; real servers of TLS 1.0, with wrong names and expired, by the command "look".
# Clause: S-4-2 type=test
# Clause: S-3-1 type=test
BUILD=$(realpath "${BUILD:-build}")
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
who=root root=$tmp/station bin=$tmp/bin look=$BUILD/src/control/look pids=()
trap 'kill "${pids[@]}" 2>/dev/null; cleanup' EXIT
mkdir -p "$root" "$bin" && chmod 755 "$bin" && cp "$BUILD"/bin/tsujiban* "$bin/" 2>/dev/null
[ -x "$bin/tsujiban-reader" ] || { echo "no station in this build"; exit 77; }
ip link set lo up || exit 1

pem=$source_top/tests/hosts/peers/certificates
serve() { # PORT CERTIFICATE OPTION…
	local port=$1 certificate=$2
	shift 2
	openssl s_server -accept "$port" -cert "$pem/$certificate.pem" -key "$pem/$certificate.pem" -www -quiet "$@" >/dev/null 2>&1 &
	pids+=($!)
}
serve 8443 good -cert_chain "$pem/good.pem"
serve 8444 rsa -tls1 -cipher 'ALL:@SECLEVEL=0'
serve 8445 self
serve 8446 small -tls1_2 -cipher 'ECDHE+AESGCM:@SECLEVEL=0'
serve 8447 rsa -tls1_2 -cipher 'ECDHE+AESGCM'
python3 - <<'PY' &
import socket, threading, time
def serve(port, how):
    s = socket.create_server(("0.0.0.0", port))
    while True:
        c, _ = s.accept()
        threading.Thread(target=how, args=(c,), daemon=True).start()
def plain(c):
    c.recv(4096)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    c.close()
def hang(c):
    time.sleep(60)
def flood(c):
    c.recv(4096)
    try:
        while True:
            c.sendall(b"x" * 65536)
    except OSError:
        pass
for port, how in ((8080, plain), (8081, hang), (8082, flood)):
    threading.Thread(target=serve, args=(port, how), daemon=True).start()
time.sleep(120)
PY
pids+=($!)
sleep 1

want() { # CONTROL PORT KIND VERDICT MESSAGE
	local got
	got=$("$look" "$1" own.name=x own.host_name=www.example.jp own.address=127.0.0.1 "own.port=$2" "own.kind=$3" own.path=/ 2>/dev/null | jq -c '[.verdict,.message]')
	[ "$got" = "[$4,$5]" ] || fail "$1 of port $2: $got, want [$4,$5]"
}
want tls-profile 8444 https 2 2927 # TLS 1.0 only
want tls-profile 8446 https 2 2928 # 1024 bits
want tls-profile 8447 https 1 2926 # 1.2 and sound
want tls-profile 8081 https 0 2931 # it hangs
want tls-profile 8082 https 0 2931 # it floods
want hsts 8443 https 2 2936
want hsts 8082 http 3 2939
want cookie-flags 8080 http 1 2941
want cookie-flags 8082 http 0 2943
want service-monitoring 8080 http 1 2955
want service-monitoring 8081 http 0 2956
want service-monitoring 9 tcp 0 2956

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; exit 1; }
printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
nft -f - <<'RULES'
table inet f {
	chain input {
		type filter hook input priority 0; policy drop;
		iif lo accept
		tcp dport 22 accept
	}
}
RULES
timeout 90 "$bin/tsujiban" --root "$root" --json assess >"$tmp/out" 2>"$tmp/err"
[ -s "$tmp/out" ] || { fail "assess: $(tail -3 "$tmp/err")"; exit 1; }
row() { jq -r --arg id "$1" ".controls[] | select(.id == \$id and .subject == \"host:local\") | .verdict" <"$tmp/out"; }
[ "$(row web-tls)" = FAIL ] || fail "web-tls is $(row web-tls): a plain entrance was not found; $(tail -3 "$tmp/err")"
[ "$(row default-drop)" = PASS ] || fail "default-drop is $(row default-drop)"
[ "$(row no-any-any)" = PASS ] || fail "no-any-any is $(row no-any-any)"
exit $bad
