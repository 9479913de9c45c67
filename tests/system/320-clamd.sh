#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real clamd with a tiny signature of our own; then daemons that hang, flood, lie and hang up.
# Clause: S-2-1 type=test
# Clause: S-2-2 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
command -v clamd >/dev/null || { echo "clamd is not installed"; exit 77; }
tmp=$(mktemp -d) bad=0 pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null; rm -rf "$tmp"' EXIT
root=$tmp/root
mkdir -p "$root/etc/clamav" "$root/run" "$root/var/lib/clamav" "$tmp/db"
printf 'LocalSocket /run/clamd.ctl\nDatabaseDirectory /var/lib/clamav\n' >"$root/etc/clamav/clamd.conf"
want() { # NAME CONTROL FILTER VALUE
	local got
	"$look" "$2" "$root" >"$tmp/out" 2>"$tmp/err"
	got=$(jq -c "$3" <"$tmp/out") && [ "$got" = "$4" ] || { echo "$1: $got, want $4 ($(cat "$tmp/err"))"; bad=1; }
}

want "no daemon: an answer" malware-engine '[.rc, .verdict, .message]' '["OK",2,2302]'
want "no daemon: no signatures" malware-signatures '[.rc, .verdict, .message]' '["OK",2,2404]'

# the test file is put together here and only its hash is written down
part='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-'
hash=$(printf '%s%s' "$part" 'ANTIVIRUS-TEST-FILE!$H+H*' | sha256sum | cut -d' ' -f1)
echo "$hash:68:Own-Test-Signature" >"$tmp/db/own.hsb"
{
	printf 'Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nSelfCheck 0\nConcurrentDatabaseReload no\n' "$root/run/clamd.ctl" "$tmp/db"
	[ "$(id -u)" = 0 ] && echo 'User root'
} >"$tmp/clamd.conf"
clamd -c "$tmp/clamd.conf" >"$tmp/clamd.log" 2>&1 &
pids+=($!)
for ((i = 0; i < 200; i++)); do [ -S "$root/run/clamd.ctl" ] && break; sleep 0.1; done
want "real clamd finds the test file" malware-engine '[.rc, .verdict, .message]' '["OK",1,2301]'
want "and calls text clean" malware-engine '[.facts[] | select(.key == "clean_text_clean") | .value]' '[true]'
want "signatures of its own have no date" malware-signatures '[.rc, .verdict]' '["OK",0]'
kill "${pids[0]}"; wait "${pids[0]}" 2>/dev/null
want "stopped: an answer" malware-engine '[.rc, .verdict, .message]' '["OK",2,2302]'

fake() { # HOW: serves until killed
	rm -f "$root/run/clamd.ctl"
	python3 - "$root/run/clamd.ctl" "$1" <<'PY' &
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
os.chdir(os.path.dirname(sys.argv[1]))
s.bind("clamd.ctl")
s.listen(8)
answers = {"wrong": b"HELLO\0", "two": b"PONG\0PONG\0", "binary": bytes(range(256)), "empty": b"", "nul": b"\0" * 100, "half": b"PO"}
held = []
while True:
    c, _ = s.accept()
    try:
        if sys.argv[2] == "hang":
            held.append(c)
            continue
        if sys.argv[2] == "flood":
            for _ in range(160):
                c.sendall(b"A" * 65536)
        elif sys.argv[2] == "liar":
            q = c.recv(65536)
            c.sendall(b"PONG\0" if q == b"zPING\0" else b"ClamAV 9.9.9/99999/Thu Jan  1 00:00:00 2099\0" if q == b"zVERSION\0" else b"stream: Everything FOUND\0")
        else:
            c.recv(65536)
            c.sendall(answers[sys.argv[2]])
    except OSError:
        pass
    c.close()
PY
	pids=($!)
	for ((i = 0; i < 100; i++)); do [ -S "$root/run/clamd.ctl" ] && break; sleep 0.05; done
}
for how in wrong two binary empty nul half; do
	fake "$how"
	want "$how" malware-engine '[.rc, .verdict]' '["SYNTAX",0]'
	kill "${pids[0]}"; wait "${pids[0]}" 2>/dev/null
done
fake flood
want "ten megabytes" malware-engine '[.rc, .verdict, .bytes < 100000]' '["LIMIT",0,true]'
kill "${pids[0]}"; wait "${pids[0]}" 2>/dev/null
fake liar
want "one that finds everything" malware-engine '[.rc, .verdict, .message]' '["OK",2,2305]'
want "signatures of the future" malware-signatures '[.rc, .verdict]' '["OK",0]'
kill "${pids[0]}"; wait "${pids[0]}" 2>/dev/null
fake hang
started=$SECONDS
want "one that hangs" malware-engine '[.rc, .verdict]' '["TIMEOUT",0]'
[ $((SECONDS - started)) -le 10 ] || { echo "it was waited for $((SECONDS - started)) s"; bad=1; }
kill -9 "${pids[0]}"; wait "${pids[0]}" 2>/dev/null
exit $bad
