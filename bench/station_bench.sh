#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# station_bench - what a whole station costs: a cold assessment, memory when idle, the board under load.
# Peers in the same run: an all-in-one audit of the host by lynis when it is installed. Prints figures and ratios.
# usage: BUILD=build bench/station_bench.sh   (about 40 seconds; its own station in a folder of its own)
set -euo pipefail
BUILD=$(realpath "${BUILD:-build}")
bin=$BUILD/bin
tmp=$(mktemp -d) warden=
cleanup() { [ -z "$warden" ] || { kill "$warden" 2>/dev/null; wait "$warden" 2>/dev/null || true; }; rm -rf "$tmp"; }
trap cleanup EXIT
root=$tmp/station
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin/tsujiban" --root "$root" init >"$tmp/init"
sed -i "s/^# *port:.*/port: $port/" "$root/tsujiban.yaml"
grep -q "^port: $port" "$root/tsujiban.yaml" || printf 'port: %s\n' "$port" >>"$root/tsujiban.yaml"
milliseconds() { local from=$EPOCHREALTIME; "$@" >/dev/null 2>&1 || true; local to=$EPOCHREALTIME; echo $(((${to/./} - ${from/./}) / 1000)); }
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "assess, no station running (start, look, judge, record, stop), five runs:"
cold=$(for _ in 1 2 3 4 5; do
	[ ! -w /proc/sys/vm/drop_caches ] || { sync; echo 3 >/proc/sys/vm/drop_caches; }
	milliseconds "$bin/tsujiban" --root "$root" assess
done | middle)
warm=$(for _ in 1 2 3 4 5; do milliseconds "$bin/tsujiban" --root "$root" assess; done | middle)
echo "  median with cold file cache ${cold} ms, warm ${warm} ms (limit: 2000 ms)"
if command -v lynis >/dev/null; then
	peer=$(milliseconds timeout 100 lynis audit system --quick --quiet --no-log)
	echo "  lynis, the same host, once: ${peer} ms; ratio lynis / assess $(awk "BEGIN { printf \"%.1f\", $peer / $cold }")"
fi

mkfifo "$tmp/ready"
"$bin/tsujiban-warden" --root "$root" --ready-fd 9 9<>"$tmp/ready" 2>"$tmp/log" &
warden=$!
exec 8<>"$tmp/ready"
read -r -n 1 -t 20 -u 8 _
sleep 8
pss=0
for pid in $warden $(pgrep -P "$warden"); do
	pss=$((pss + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)))
done
before=$(awk '{ print $14 + $15 }' $(for p in $warden $(pgrep -P "$warden"); do echo "/proc/$p/stat"; done) | paste -sd+ | bc)
sleep 5
after=$(awk '{ print $14 + $15 }' $(for p in $warden $(pgrep -P "$warden"); do echo "/proc/$p/stat"; done) | paste -sd+ | bc)
echo "idle: $((pss / 1024)).$((pss % 1024 * 10 / 1024)) MiB PSS over all processes (limit: 48), CPU $(awk "BEGIN { printf \"%.2f\", ($after - $before) / 5 }") % of a core"
echo "done: $(wc -l <"$tmp/log") lines of the station's own log"
