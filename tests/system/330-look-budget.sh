#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a round of all controls costs on this machine: the stated budget, and the memory of a whole assessment.
set -u
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
seconds_max=2 pss_max=65536
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "$1"; bad=1; }

# programs: nft, for firewall, ports-closed, default-drop, no-any-any, admin-source and drift-free
execs_max=6
# files: a fixed part; for each process of root its name nine times more (which sshd runs, asked by each control of ways in and of people); for each process its descriptors twice (ports-closed, admin-encryption) and its program and maps once (os-patches); each file of the configuration and who owns it
processes=$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)
of_root=$(find /proc -maxdepth 1 -name '[0-9]*' -uid 0 | wc -l)
configured=$(find /etc /var/spool/cron -type f 2>/dev/null | wc -l)
files_max=$((180 + 4 * processes + 9 * of_root + 2 * configured))
# bytes: lists of packages twice (os-patches, licence-register), dpkg's status once more (config-integrity) and its log, maps, the configuration, certificates, and a fixed part
lists=$(cat /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*Release 2>/dev/null | wc -c)
status=$(wc -c </var/lib/dpkg/status)
logs=$(stat -c %s /var/log/dpkg.log 2>/dev/null || echo 0)
etc=$(find /etc -type f -size -4096k -exec cat {} + 2>/dev/null | wc -c)
bytes_max=$((2 * lists + 3 * status + logs + etc + 1048576 + 16384 * processes))
files=0 bytes=0 execs=0 looks=0
while read -r control; do
	"$look" "$control" >"$tmp/one" 2>"$tmp/said" # one that could not look has its reason; what it cost counts all the same
	read -r f b e < <(jq -r '"\(.files) \(.bytes) \(.execs)"' "$tmp/one")
	[ -n "${f:-}" ] || { fail "$control: no answer: $(head -c 200 "$tmp/said")"; continue; }
	files=$((files + f)) bytes=$((bytes + b)) execs=$((execs + e)) looks=$((looks + 1))
done < <("$look" --host)
echo "$looks looks: $files files (limit $files_max), $bytes bytes (limit $bytes_max), $execs programs (limit $execs_max)"
if [ "$looks" -lt 20 ] || [ "$files" -eq 0 ] || [ "$files" -gt "$files_max" ] || [ "$bytes" -gt "$bytes_max" ] || [ "$execs" -gt "$execs_max" ]; then fail "over the budget"; fi

# a whole assessment: start, look, judge, record, stop
"$BUILD/bin/tsujiban" --root "$tmp/station" init >/dev/null 2>&1 || fail "init"
read -r ms pss < <(/usr/bin/python3 - "$BUILD/bin/tsujiban" --root "$tmp/station" assess <<'P'
import os, subprocess, sys, time


def family(pid):
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as f:
                for child in f.read().split():
                    found += family(int(child))
    except OSError:
        pass  # it ended meanwhile
    return found


def pss(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            return next((int(line.split()[1]) for line in f if line.startswith("Pss:")), 0)
    except OSError:
        return 0


def run(sample):
    began, peak = time.monotonic(), 0
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        while sample and p.poll() is None:
            peak = max(peak, sum(map(pss, family(p.pid))))
        p.wait()
    return int((time.monotonic() - began) * 1000), peak


print(run(False)[0], run(True)[1])
P
)
echo "assess: ${ms:-?} ms (limit $((seconds_max * 1000))), at most ${pss:-?} kB of memory over all processes (limit $pss_max)"
if [ "${pss:-0}" -eq 0 ] || [ "$pss" -gt "$pss_max" ]; then fail "too much memory"; fi
if [ "${ms:-999999}" -gt $((seconds_max * 1000)) ]; then
	# a machine that others keep busy says nothing about us
	if [ "$(cut -d. -f1 /proc/loadavg)" -lt "$(nproc)" ]; then fail "slower than $seconds_max s"; else echo "slower than $seconds_max s on a busy machine: counted, not failed"; fi
fi
exit $bad
