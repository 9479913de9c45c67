#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A daemon that hangs makes its own control UNKNOWN and delays no other: the whole station, in a mount namespace with a clamd that never answers.
BUILD=$(realpath "${BUILD:-build}")
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || { echo "needs root and mount namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -m --propagation private "$0"
. "$(dirname "$0")/common.bash"
who=root root=$tmp/station bin=$tmp/bin
mkdir -p "$root" "$bin" && chmod 755 "$bin" && cp "$BUILD"/bin/tsujiban* "$bin/" 2>/dev/null
[ -x "$bin/tsujiban-reader" ] || { echo "no station in this build"; exit 77; }

mount -t tmpfs none /run && mkdir -p /run/clamav || exit 1
[ ! -d /etc/clamav ] || mount -t tmpfs none /etc/clamav || exit 1
python3 - <<'PY' &
import os, socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("/run/clamav/clamd.ctl")
os.chmod("/run/clamav/clamd.ctl", 0o666)
s.listen(64)
held = []
while True:
    held.append(s.accept())
PY
hanging=$!
for ((i = 0; i < 100; i++)); do [ -S /run/clamav/clamd.ctl ] && break; sleep 0.05; done

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; exit 1; }
printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
started=$(date +%s%6N)
timeout 60 "$bin/tsujiban" --root "$root" --json assess >"$tmp/out" 2>"$tmp/err"
[ -s "$tmp/out" ] || { fail "assess: $(tail -3 "$tmp/err")"; exit 1; }
row() { jq -r --arg id "$1" ".controls[] | select(.id == \$id and .subject == \"host:local\") | $2" <"$tmp/out"; }
for c in clock-sync firewall os-patches ports-closed access-log; do
	at=$(row $c .at)
	case $at in '' | null) fail "$c was not judged" ;; *) [ $((at - started)) -lt 6000000 ] || fail "$c was judged $(((at - started) / 1000)) ms after the start" ;; esac
done
[ "$(row malware-engine .verdict)" = UNKNOWN ] || fail "malware-engine is $(row malware-engine .verdict) while clamd hangs"
kill "$hanging" 2>/dev/null
exit $bad
