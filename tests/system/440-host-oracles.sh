#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the controls of the host itself see on this machine, beside other people's programs that look at the same.
# Clause: S-3-7c type=test
# Clause: O1-2-3 type=test
# Clause: O2-4-1 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
tmp=$(mktemp -d) passed=0 failed=0 skipped=0
trap 'rm -rf "$tmp"' EXIT
same() { # NAME FILE FILE
	if diff "$2" "$3" >"$tmp/diff"; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "$1 (< other program, > control):"
		head -10 "$tmp/diff"
	fi
}
skip() { skipped=$((skipped + 1)); echo "skipped: $1"; }

# conffiles that differ from their package: dpkg-query names them and their sums, md5sum reads them
if [ "$(id -u)" = 0 ]; then
	dpkg-query -W -f='${Conffiles}\n' | while read -r path sum more; do
		[[ -n "$sum" && "$more" != *obsolete* && "$more" != *remove-on-upgrade* ]] || continue
		to=$(dpkg-divert --truename "$path") # diverted by another package, or not
		now=$(md5sum "$to" 2>/dev/null | cut -d' ' -f1)
		[ "$now" = "$sum" ] || echo "$to"
	done | sort -u >"$tmp/dpkg"
	timeout 60 "$look" config-integrity >"$tmp/config.json"
	jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.package and (.state | startswith("packaged") | not)) | .path' <"$tmp/config.json" | sort -u >"$tmp/all"
	dpkg-query -W -f='${Conffiles}\n' | grep -E 'obsolete|remove-on-upgrade' | awk '{print $1}' | sort -u >"$tmp/obsolete"
	comm -23 "$tmp/all" "$tmp/obsolete" >"$tmp/seen"
	same "changed conffiles" "$tmp/dpkg" "$tmp/seen"
else
	skip "conffiles: not root"
fi

# installed packages that no list of apt offers in this or a newer version
if command -v apt-cache >/dev/null && ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
	timeout 60 "$look" licence-register | jq -r '.facts[] | select(.row == 0 and .key == "installed") | .value' >"$tmp/seen"
	dpkg-query -W -f='${db:Status-Abbrev}\n' | grep -c '^.[iUFWt]' >"$tmp/other"
	same "installed packages" "$tmp/other" "$tmp/seen"
else
	skip "apt: no lists"
fi

# mounts of block devices: what lsblk says lies below
if command -v lsblk >/dev/null && [ -r /proc/1/mountinfo ]; then
	timeout 20 "$look" storage-encryption | jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.mount and .state != "unknown") | "\(.mount) \(.state)"' | sort >"$tmp/seen"
	while read -r mount _; do
		if lsblk -sno TYPE "$(findmnt -no SOURCE --mountpoint "$mount" | sed 's/\[.*//')" 2>/dev/null | grep -q '^.*crypt'; then echo "$mount encrypted"; else echo "$mount plain"; fi
	done <"$tmp/seen" | sort >"$tmp/other"
	same "encryption of mounts" "$tmp/other" "$tmp/seen"
else
	skip "no lsblk"
fi

# a real dm-crypt below a file system, on a loop device of its own; the same device without it beside
mapped=tsujiban-test-$$
crypt_end() {
	umount "$tmp/crypt" "$tmp/plain" 2>/dev/null
	dmsetup remove "$mapped" 2>/dev/null
	for one in $crypt_loop $plain_loop; do losetup -d "$one" 2>/dev/null; done
}
crypt_loop='' plain_loop=''
mkdir -p "$tmp/crypt" "$tmp/plain"
truncate -s 8M "$tmp/crypt.img" "$tmp/plain.img"
if [ "$(id -u)" != 0 ]; then
	skip "a real dm-crypt: not root"
elif ! command -v dmsetup mkfs.ext2 losetup >/dev/null; then
	skip "a real dm-crypt: needs dmsetup, losetup, mkfs.ext2"
elif ! dmsetup targets 2>/dev/null | grep -q '^crypt'; then
	skip "a real dm-crypt: this kernel has no device-mapper with crypt ($(dmsetup targets 2>&1 | head -1)); tests/hosts has it recorded"
elif ! crypt_loop=$(losetup --show -f "$tmp/crypt.img" 2>/dev/null) || ! plain_loop=$(losetup --show -f "$tmp/plain.img" 2>/dev/null); then
	skip "a real dm-crypt: this machine gives tests no loop device; tests/hosts has it recorded"
else
	trap 'crypt_end; rm -rf "$tmp"' EXIT
	dmsetup create --uuid "CRYPT-PLAIN-$mapped" "$mapped" --table "0 16384 crypt aes-xts-plain64 $(head -c 32 /dev/zero | od -An -tx1 | tr -d ' \n') 0 $crypt_loop 0" &&
		mkfs.ext2 -q "/dev/mapper/$mapped" && mkfs.ext2 -q "$plain_loop" && mount "/dev/mapper/$mapped" "$tmp/crypt" && mount "$plain_loop" "$tmp/plain" || { failed=$((failed + 1)); echo "could not set up dm-crypt"; }
	timeout 20 "$look" storage-encryption | jq -r '.facts | group_by(.row)[] | map({(.key): .value}) | add | select(.mount) | "\(.mount) \(.state)"' | grep -F "$tmp/" | sort >"$tmp/seen"
	printf '%s encrypted\n%s plain\n' "$tmp/crypt" "$tmp/plain" | sort >"$tmp/other"
	same "dm-crypt on a loop device, and a loop device without" "$tmp/other" "$tmp/seen"
	crypt_end
fi

# logrotate reads the same: it takes a file the control has read, and refuses one cut in the middle
if command -v logrotate >/dev/null; then
	mkdir -p "$tmp/root/etc" "$tmp/root/var/log" "$tmp/log"
	printf 'weekly\nrotate 4\n%s/log/auth.log {\n\trotate 60\n\tmissingok\n}\n' "$tmp" >"$tmp/logrotate.conf"
	: >"$tmp/log/auth.log"
	logrotate -d -s "$tmp/state" "$tmp/logrotate.conf" 2>&1 | sed -n 's/.*after 1 week.*(\([0-9]*\) rotations).*/\1/p; s/.*weekly *(\([0-9]*\) rotations).*/\1/p' | head -1 >"$tmp/other"
	printf 'weekly\nrotate 4\n/var/log/auth.log {\n\trotate 60\n\tmissingok\n}\n' >"$tmp/root/etc/logrotate.conf"
	echo '2026-01-01T00:00:00.000000+00:00 host sshd[1]: x' >"$tmp/root/var/log/auth.log"
	timeout 20 "$look" log-retention "$tmp/root" | jq -r '[.facts[] | select(.key == "days")][0].value / 7' >"$tmp/seen"
	same "weeks kept" "$tmp/other" "$tmp/seen"
else
	skip "no logrotate"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
