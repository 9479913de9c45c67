#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Journal files made by systemd itself: do we read the sign-ins journalctl reads, and say so where we cannot?
# usage: [JOURNAL_REMOTE=/path] 402-journal.sh
# Clause: S-3-3 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look remote=${JOURNAL_REMOTE:-/lib/systemd/systemd-journal-remote}
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
[ -x "$remote" ] && command -v journalctl jq >/dev/null || { echo "needs systemd-journal-remote, journalctl, jq"; exit 77; }
tmp=$(mktemp -d) failed=0
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root id=0123456789abcdef0123456789abcdef
mkdir -p "$root/var/log/journal/$id" "$root/etc/ssh" "$root/usr/sbin"
: >"$root/usr/sbin/sshd"
echo 'Port 22' >"$root/etc/ssh/sshd_config"
printf 'root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n' >"$root/etc/passwd"
printf 'root:*:20000::::::\nalice:$y$x$y:18000::::::\n' >"$root/etc/shadow"
printf 'root:x:0:\nalice:x:1000:\n' >"$root/etc/group"
now=$(date +%s)
entry() { # SECONDS-AGO UID IDENTIFIER MESSAGE
	n=$((n + 1))
	printf '__CURSOR=s=00000000000000000000000000000001;i=%x\n__REALTIME_TIMESTAMP=%d000000\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=00000000000000000000000000000002\n' "$n" $((now - $1)) "$n"
	printf '_UID=%s\nSYSLOG_IDENTIFIER=%s\n_COMM=%s\nMESSAGE=%s\nPRIORITY=6\n\n' "$2" "$3" "$3" "$4"
}
make() { # FILE
	"$remote" -o "$root/var/log/journal/$id/$1" - >/dev/null 2>"$tmp/err" || { cat "$tmp/err"; exit 1; }
}
n=0 long=$(head -c 700 /dev/zero | tr '\0' a)
{
	for i in $(seq 3000 -1 1); do
		entry $((i * 300 + 7)) 0 sshd "Invalid user $long$i from 198.51.100.9 port $i"
		entry $((i * 300 + 6)) 0 cron "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0) $i"
		[ $((i % 10)) = 0 ] && entry $((i * 300 + 5)) 0 sshd "Accepted publickey for alice from 192.0.2.$((i % 200 + 1)) port $i ssh2: ED25519 SHA256:x"
		[ $((i % 50)) = 0 ] && entry $((i * 300 + 4)) 1000 sshd "Accepted publickey for root from 203.0.113.1 port $i ssh2"
	done
} >"$tmp/export"
make system.journal <"$tmp/export"
journalctl --file "$root/var/log/journal/$id/system.journal" -o json _UID=0 SYSLOG_IDENTIFIER=sshd --output-fields=MESSAGE,__REALTIME_TIMESTAMP |
	jq -r 'select(.MESSAGE | type == "string" and startswith("Accepted")) | .MESSAGE | capture("for (?<u>.*) from (?<a>[^ ]*) port") | "\(.u) \(.a)"' | sort -u >"$tmp/theirs"
seen() { timeout 20 "$look" "$1" "$root" | tee "$tmp/json" >/dev/null; }
seen admin-source
jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.session) | "\(.user) \(.session)"' <"$tmp/json" | sort -u >"$tmp/ours"
[ "$(wc -l <"$tmp/theirs")" -ge 20 ] || { failed=1; echo "journalctl saw only $(wc -l <"$tmp/theirs")"; }
diff "$tmp/theirs" "$tmp/ours" >"$tmp/diff" || { failed=1; echo "sign-ins (< journalctl, > control)"; head -5 "$tmp/diff"; head -c 600 "$tmp/json"; }
jq -e '[.facts[] | select(.key == "sessions_unread")][0].value | . == 0 or . == "1970-01-01T00:00:00Z"' <"$tmp/json" >/dev/null || { failed=1; echo "all was there to be read, and it says it was not"; }
seen dormant-accounts
last=$(jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.account == "alice") | .last_at' <"$tmp/json")
[ -n "$last" ] && [ "$last" != null ] || { failed=1; echo "no last use of alice: $(head -c 600 "$tmp/json")"; }
# a file cut in the middle says so
size=$(stat -c %s "$root/var/log/journal/$id/system.journal")
head -c $((size / 3)) "$root/var/log/journal/$id/system.journal" >"$tmp/cut" && cp "$tmp/cut" "$root/var/log/journal/$id/system.journal"
seen admin-source
jq -e '[.facts[] | select(.key == "sessions_unread")][0].value | . != 0 and . != "1970-01-01T00:00:00Z"' <"$tmp/json" >/dev/null || { failed=1; echo "a file cut short, and not said"; }
# a full scan by a unit, of which the journal alone tells: its end counts as journalctl has it
rm -f "$root/var/log/journal/$id/"*
mkdir -p "$root/etc/systemd/system" "$root/usr/bin"
: >"$root/usr/bin/clamscan"
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/clamscan -ri /\n' >"$root/etc/systemd/system/scan.service"
scan() { # SECONDS-AGO MESSAGE
	n=$((n + 1))
	printf '__CURSOR=s=00000000000000000000000000000001;i=%x\n__REALTIME_TIMESTAMP=%d000000\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=00000000000000000000000000000002\n' "$n" $((now - $1)) "$n"
	printf '_UID=0\n_SYSTEMD_UNIT=scan.service\nSYSLOG_IDENTIFIER=clamscan\nMESSAGE=%s\nPRIORITY=6\n\n' "$2"
}
{
	entry 2000000 0 cron "long ago"
	for back in 900000 90000; do
		scan $back "----------- SCAN SUMMARY -----------"
		scan $((back - 1)) "Infected files: 0"
		scan $((back - 2)) "End Date:   2026:01:01 00:00:00"
	done
	for i in $(seq 500); do entry $((80000 - i)) 0 cron "line $i of $long"; done
} >"$tmp/export"
make system.journal <"$tmp/export"
theirs=$(journalctl --file "$root/var/log/journal/$id/system.journal" -o json _SYSTEMD_UNIT=scan.service | jq -r 'select(.MESSAGE | startswith("End Date")) | .__REALTIME_TIMESTAMP' | tail -n 1)
seen malware-scan
ours=$(jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.log == "journal:scan.service") | .ended_at' <"$tmp/json")
[ -n "$theirs" ] && [ "$ours" = "$theirs" ] || { failed=1; echo "a scan ended at $theirs by journalctl, at $ours by us"; head -c 900 "$tmp/json"; }
echo "$(wc -l <"$tmp/theirs") sign-ins of $n entries compared"
exit "$failed"
