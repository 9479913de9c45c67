#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# web_bench - the console beside nginx, one run: an answer web gives alone against nginx's static file (ratio), and the
# signed-in board at 200 requests/s (p50, p99). About 25 s; server on one core, client on the other when there are two.
. "$(dirname "$0")/../tests/system/common.bash"
command -v nginx >/dev/null && command -v wrk >/dev/null || { echo "nginx or wrk is not installed"; exit 77; }
seconds=${SECONDS_EACH:-4} bin=$BUILD/bin who=bench root=$tmp/station as=()
mkdir -p "$root"
ports=($(/usr/bin/python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
[x.bind(("127.0.0.1", 0)) for x in s]
print(*[x.getsockname()[1] for x in s])'))
link=$("$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" 2>&1 | grep -o 'enrol/[0-9a-f]*')
printf 'port: %d\nlisten: ["127.0.0.1"]\n' "${ports[0]}" >>"$root/tsujiban.yaml"
station_start || exit 1

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout "$tmp/key.pem" -out "$tmp/cert.pem" -days 2 2>/dev/null
mkdir -p "$tmp/www/static" && cp "$source_top/web/static/style.css" "$tmp/www/static/" && echo ok >"$tmp/www/healthz"
cat >"$tmp/nginx.conf" <<END
daemon off; pid $tmp/nginx.pid; error_log $tmp/nginx.log; worker_processes 1; $([ "$(id -u)" = 0 ] && echo 'user root;')
events { worker_connections 512; }
http { access_log off; client_body_temp_path $tmp/b; proxy_temp_path $tmp/p; fastcgi_temp_path $tmp/f; uwsgi_temp_path $tmp/u; scgi_temp_path $tmp/s; keepalive_requests 1000000;
 server { listen 127.0.0.1:${ports[1]} ssl; ssl_certificate $tmp/cert.pem; ssl_certificate_key $tmp/key.pem; ssl_protocols TLSv1.3; root $tmp/www; } }
END
nginx -c "$tmp/nginx.conf" -p "$tmp" 2>/dev/null &
nginx=$!
trap 'kill "$nginx" 2>/dev/null; cleanup' EXIT
sleep 0.5
if [ "$(nproc)" -ge 2 ]; then
	for pid in "$nginx" $(pgrep -P "$nginx") "$(pid_of web)"; do taskset -acp 0 "$pid" >/dev/null; done
	client=(taskset -c 1)
else
	client=()
fi
rate() { "${client[@]}" wrk -t1 -c32 -d"${seconds}s" "https://127.0.0.1:$1$2" | awk '/Requests\/sec/ { print $2 }'; }
for path in /healthz /static/style.css; do
	peer=$(rate "${ports[1]}" "$path") ours=$(rate "${ports[0]}" "$path")
	awk -v p="$path" -v a="$ours" -v b="$peer" 'BEGIN { printf "%s: web %.0f/s, nginx %.0f/s, ratio %.2f (wanted: 0.60)\n", p, a, b, a / b }'
done
cpu() { awk '{ print ($14 + $15) * 10 }' "/proc/$(pid_of "$1")/stat"; } # ms
web0=$(cpu web) core0=$(cpu core)
for pid in "$(pid_of web)"; do taskset -acp "0-$(($(nproc) - 1))" "$pid" >/dev/null; done
/usr/bin/python3 "$(dirname "$0")/web_board.py" "${ports[0]}" "$link" "${RATE:-200}" "${seconds}"
awk -v n="$((${RATE:-200} * seconds))" -v w="$(($(cpu web) - web0))" -v c="$(($(cpu core) - core0))" 'BEGIN { printf "CPU a board: web %.2f ms, core %.2f ms\n", w / n, c / n }'
