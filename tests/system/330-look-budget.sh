#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a round of all controls costs on this machine: the stated budget.
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
execs_max=4 seconds_max=2
# files: a fixed part, and for each process its list of descriptors, maps and program; bytes: the package lists twice (fixes, origins), maps, and a fixed part
processes=$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)
conffiles=$(dpkg-query -W -f='${Conffiles}\n' | grep -c .)
files_max=$((900 + 4 * processes + 3 * conffiles)) # each conffile: its sum, its attributes
lists=$(cat /var/lib/dpkg/status /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*Release 2>/dev/null | wc -c)
bytes_max=$((2 * lists + 8388608 + $(stat -c %s /var/log/dpkg.log 2>/dev/null || echo 0) + 65536 * processes))
files=0 bytes=0 execs=0 bad=0
started=$(date +%s%N)
for control in access-log clock-sync config-integrity firewall licence-register log-retention malware-scan other-antivirus storage-encryption malware-engine malware-signatures os-patches ports-closed; do
	read -r f b e < <("$look" "$control" 2>/dev/null | jq -r '"\(.files) \(.bytes) \(.execs)"')
	files=$((files + ${f:-0})) bytes=$((bytes + ${b:-0})) execs=$((execs + ${e:-0}))
done
ms=$((($(date +%s%N) - started) / 1000000))
echo "$files files (limit $files_max), $bytes bytes (limit $bytes_max), $execs execs (limit $execs_max), $ms ms one after the other"
[ "$files" -gt 0 ] && [ "$files" -le "$files_max" ] && [ "$bytes" -le "$bytes_max" ] && [ "$execs" -le "$execs_max" ] || bad=1
[ "$ms" -le $((seconds_max * 1000)) ] || { echo "slower than $seconds_max s; counted, not failed: others may be at work"; }
exit $bad
