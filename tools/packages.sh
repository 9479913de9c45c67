# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# packages.sh - what is missing of packages.txt, and how it is installed; sourced by ./run and ./check.

# packages_missing SECTION...: prints the packages of these sections that are not installed, one a line.
# A package whose command is there by another way (npm from elsewhere) is not missing.
packages_missing() {
	local wanted
	wanted=$(awk -v sections=" $* " '
		/^\[/ { at = substr($1, 2, length($1) - 2); next }
		{ sub(/#.*/, "") }
		NF && index(sections, " " at " ") { print $1 }' packages.txt | sort -u)
	comm -23 <(printf '%s\n' "$wanted") \
		<(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '/^.i/ { print $NF }' | sort -u) |
		while read -r package; do
			command -v "$package" >/dev/null || printf '%s\n' "$package"
		done
}

# packages_install PACKAGE...: as root; no daemon is started by the installation, and the machine's own policy is put back.
packages_install() (
	policy=/usr/sbin/policy-rc.d
	saved=''
	# shellcheck disable=SC2317 # called by the trap
	restore() {
		rm -f "$policy"
		[ -z "$saved" ] || mv -f "$saved" "$policy"
	}
	if ! { [ -x "$policy" ] && { "$policy" tsujiban start >/dev/null 2>&1; [ $? -eq 101 ]; }; }; then
		if [ -e "$policy" ]; then
			saved=$policy.before-tsujiban
			mv -f "$policy" "$saved"
		fi
		trap restore EXIT
		trap 'exit 130' INT TERM
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update && apt-get -q -y --no-install-recommends install "$@"
)
