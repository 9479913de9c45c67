#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# act_bench.sh - a permitted act from web through core to auth and back, of an act that writes no entry: so without durability.
# One TLS connection that stays open; /healthz, which web answers alone, says what asking itself costs. Usage: BUILD=build bench/act_bench.sh [TIMES]
. "$(dirname "$0")/../tests/system/common.bash"
. "$(dirname "$0")/../tests/system/people.bash"
bin=$BUILD/bin who=root
[ "$(id -u)" = 0 ] || who="ordinary user"
people_station && person taro administrator || exit 1
cookie=$(awk '$6 == "__Host-session" {print $7}' "$tmp/taro")
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
python3 - "$port" "$cookie" "${1:-2000}" "$tmp" <<'P'
import glob, os, socket, ssl, sys, time
port, cookie, times = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def text(pid, name):
    try: return open(f"/proc/{pid}/{name}", "rb").read().decode(errors="replace")
    except OSError: return ""
pids = {}
for pid in (os.path.basename(d) for d in glob.glob("/proc/[0-9]*")):
    name = text(pid, "cmdline").split("\0")[0].rpartition("/tsujiban-")[2]
    if name in ("web", "core", "auth") and sys.argv[4] in text(text(pid, "stat").rpartition(")")[2].split()[1], "cmdline"): pids[name] = pid
def used():
    return {n: sum(map(int, text(p, "stat").rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK") for n, p in pids.items()}
context = ssl._create_unverified_context()
s = socket.create_connection(("localhost", port)); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s = context.wrap_socket(s, server_hostname="localhost")
def ask(path):
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: __Host-session={cookie}\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got: got += s.recv(65536)
    head, body = got.split(b"\r\n\r\n", 1)
    length = int([l for l in head.split(b"\r\n") if l.lower().startswith(b"content-length:")][0].split(b":")[1])
    while len(body) < length: body += s.recv(65536)
    return head.split(b" ")[1], length
def measure(path):
    took, before = [], used()
    for _ in range(times):
        t = time.perf_counter(); status, size = ask(path); took.append(time.perf_counter() - t)
        assert status == b"200", (path, status)
    after = used()
    took.sort()
    print(f"{path}: {sum(took):.1f} s, p50 {took[times//2]*1e6:.0f} us, p99 {took[int(times*.99)]*1e6:.0f} us ({size} bytes); processor, each: " + ", ".join(f"{n} {(after[n] - before[n]) / times * 1e6:.0f} us" for n in sorted(pids)))
    return took[times//2]
for path in ("/healthz", "/question.json", "/healthz", "/question.json"): measure(path)
before, began = used(), time.time(); time.sleep(4); after, seconds = used(), time.time() - began
print("at rest, a second: " + ", ".join(f"{n} {(after[n] - before[n]) / seconds * 1e3:.1f} ms" for n in sorted(pids)))
P
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
station_stop
