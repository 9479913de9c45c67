#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# sign_in_bench.sh - how many sign-ins a second (argon2id, 64 MiB, t = 3), and how long a board page takes meanwhile.
# A wrong password costs the same work as the right one. Usage: BUILD=build bench/sign_in_bench.sh [SECONDS]
. "$(dirname "$0")/../tests/system/common.bash"
. "$(dirname "$0")/../tests/system/people.bash"
bin=$BUILD/bin who=root
[ "$(id -u)" = 0 ] || who="ordinary user"
people_station && person taro administrator || exit 1
cookie=$(awk '$6 == "__Host-session" {print $7}' "$tmp/taro")
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
python3 - "$port" "$cookie" "${1:-8}" <<'P'
import http.client, re, ssl, sys, threading, time
port, cookie, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
context = ssl._create_unverified_context()
def connection(): return http.client.HTTPSConnection("localhost", port, context=context, timeout=30)
end, done, refused, pages = time.time() + seconds, 0, 0, []
def sign_in():
    global done, refused
    c = connection(); c.request("GET", "/sign-in"); r = c.getresponse(); body = r.read().decode()
    jar = r.getheader("Set-Cookie").split(";")[0]; form = re.search('name="form" value="([0-9a-f]*)"', body)[1]
    while time.time() < end:
        c.request("POST", "/sign-in", f"form={form}&name=nobody&password=wrong+password&code=000000&to=/", {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://localhost:{port}", "Cookie": jar})
        r = c.getresponse(); r.read()
        if r.status == 403: done += 1
        else: refused += 1
def board():
    c = connection()
    while time.time() < end:
        t = time.time(); c.request("GET", "/", headers={"Cookie": f"__Host-session={cookie}"}); r = c.getresponse(); r.read()
        if r.status == 200: pages.append(time.time() - t)
        time.sleep(0.02)
threads = [threading.Thread(target=sign_in) for _ in range(3)] + [threading.Thread(target=board)]
[t.start() for t in threads]; [t.join() for t in threads]
pages.sort()
print(f"{done / seconds:.1f} sign-ins a second ({refused} told to try again); board pages meanwhile: {len(pages)}, p50 {pages[len(pages)//2]*1000:.0f} ms, p99 {pages[int(len(pages)*0.99)]*1000:.0f} ms")
P
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
station_stop
