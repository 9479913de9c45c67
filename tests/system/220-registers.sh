#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Registers by the command line: a row is declared, changed and ended; a table is checked line by line and taken whole or not at
# all. In a network of its own a declared entrance without TLS turns the finding of web-tls within seconds, and back at its end.
BUILD=$(realpath "${BUILD:-build}")
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin served=
trap 'kill $served 2>/dev/null; cleanup' EXIT
ip link set lo up || exit 1
station_for root
chmod 755 "$tmp"

run() { # CODE ARGUMENT…
	local want=$1 code
	shift
	out=$(timeout 60 "$BUILD/bin/tsujiban" --root "$root" "$@" 2>"$tmp/said")
	code=$?
	said=$(<"$tmp/said")
	[ "$code" = "$want" ] || fail "tsujiban $*: exit $code, wanted $want: $out $said"
}
says() { [[ $out$said == *"$1"* ]] || fail "no \"$1\" in: $out $said"; }
holds() { jq -e "$@" <<<"$out" >/dev/null || fail "not so: $* in $(head -c 600 <<<"$out")"; }
# finding CONTROL SUBJECT-PREFIX VERDICT: within ten seconds.
finding() {
	for ((i = 0; i < 40; i++)); do
		out=$("$BUILD/bin/tsujiban" --root "$root" --json control list 2>/dev/null)
		[ "$(jq -r --arg c "$1" --arg s "$2" 'first(.rows[] | select(.id == $c and (.subject | startswith($s)))) | .verdict' <<<"$out")" = "$3" ] && return 0
		sleep 0.25
	done
	fail "$1 about $2 is not $3 within 10 s: $(jq -c --arg c "$1" '[.rows[] | select(.id == $c) | [.subject, .verdict, .message]]' <<<"$out")"
}

run 0 init --admin taro --display 太郎
station_start --no-listen || { station_stop; exit 1; }
python3 -c '
import http.server
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), type("H", (http.server.BaseHTTPRequestHandler,), {
    "do_GET": lambda h: (h.send_response(200), h.send_header("Content-Length", "2"), h.end_headers(), h.wfile.write(b"ok")), "log_message": lambda *a: None})).serve_forever()' &
served=$!
for ((i = 0; i < 50; i++)); do (: </dev/tcp/127.0.0.1/8080) 2>/dev/null && break; sleep 0.1; done

# ---- one row: declared, seen, changed, ended
run 0 register list --json
holds '[.rows[].id] | index("endpoint") and index("statement")'
finding service-monitoring endpoint:none UNKNOWN
run 0 register add endpoint name=窓口 host_name=WWW.example.jp address=127.0.0.1 port=8080 kind=http path=/ --json
holds '.values.host_name == "www.example.jp" and .values.port == "8080" and (.id | length) == 32'
id=$(jq -r .id <<<"$out")
finding web-tls host:local FAIL
finding service-monitoring "endpoint:" PASS
run 0 register show endpoint; says 窓口; says 8080
run 0 register change "$id" path=/health --json
holds '.values.path == "/health" and .values.port == "8080" and (.history | length) == 2'
run 0 register row "$id"; says /health
run 0 register change "$id" path= --json
holds '.values.path == null and (.history | length) == 3'

# ---- what is wrong is refused in words, and nothing changes
run 1 register add endpoint name=別 host_name=www.example.jp address=192.0.2.1 port=99999 kind=https; says 65535
run 1 register add endpoint name=別; says ホスト名
run 1 register add endpoint name=窓口 host_name=a.example.jp address=192.0.2.1 port=443 kind=https; says 名前
run 1 register add endpoint name=別 colour=red
run 1 register add nothing name=x
run 1 register add admin-address prefix=0.0.0.0/0 owner=x reason=x until=2030-01-01
run 1 register add endpoint; says 名前
run 2 register change
run 1 register change 0123456789abcdef0123456789abcdef path=/
run 1 register end 0123456789abcdef0123456789abcdef
run 0 register show endpoint --json; holds '.total == 1'

# ---- a table: each line with its errors; whole or not at all
cat >"$tmp/rows.csv" <<'CSV'
name,host_name,address,port,kind,owner
窓口,www.example.jp,127.0.0.1,8080,http,情報政策課
二番,b.example.jp,192.0.2.2,443,https,
三番,not a host,192.0.2.3,99999,https,
四番,d.example.jp,,443,gopher,
CSV
run 3 register check endpoint "$tmp/rows.csv"; says "4: "; says "5: "; says 65535
run 3 register check endpoint "$tmp/rows.csv" --json
holds '.counts == {"add": 1, "change": 1, "same": 0, "wrong": 2}'
holds '[.rows[] | select((.errors // {}) != {}) | [.line, (.errors | keys)]] == [[4, ["host_name", "port"]], [5, ["address", "kind"]]]'
run 1 register import endpoint "$tmp/rows.csv"
run 0 register show endpoint --json; holds '.total == 1 and (.rows[0].values.owner == null)'
sed -i '4,5d' "$tmp/rows.csv"
run 0 register check endpoint "$tmp/rows.csv"
run 0 register import endpoint "$tmp/rows.csv" --json
holds '.total == 2 and .imported.added == 1 and .imported.changed == 1'
run 0 register import endpoint "$tmp/rows.csv" --json; holds '.total == 2 and .imported.added == 0 and .imported.changed == 0'
printf 'name,colour\nx,red\n' >"$tmp/rows.csv"
run 1 register import endpoint "$tmp/rows.csv"
run 0 register show endpoint --q 二番 --json; holds '.total == 1'
other=$(jq -r '.rows[0].id' <<<"$out")

# ---- ended: the row stays in the history, its subject goes, the finding follows
run 0 register end "$other"
run 0 register end "$id" --json; holds '.history[-1].ended_who != null or .history[0].ended_who != null'
run 1 register end "$id"
finding web-tls host:local FAIL # the entrance is still there: now one that nobody declared
kill "$served" && wait "$served" 2>/dev/null
served=
run 0 register show endpoint --json; holds '.total == 0'
run 0 register show endpoint --ended yes --json; holds '[.rows[].id] | length >= 2'
finding service-monitoring "endpoint:none" UNKNOWN
run 0 ledger show --json
holds '[.rows[].name] | index("register-add") and index("register-change") and index("register-end") and index("register-import")'
station_stop
run 0 ledger verify
[ $bad = 0 ]
