#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Loads each tests/hosts/rules/NAME.nft into a network namespace of its own and records what nft says of it:
# the machine tests/hosts/rules/NAME. Each line "# sys PATH VALUE" of a ruleset is a file of its /proc.
cd "$(dirname "$0")/rules" || exit 1
for file in *.nft; do
	name=${file%.nft}
	rm -rf "$name"
	mkdir -p "$name/run" "$name/root/proc/net"
	unshare -Un --map-root-user bash -c 'ip link add dummy0 type dummy 2>/dev/null; nft -f "$1" && nft -j list ruleset >"$2/run/nft-sets" && nft -j -t list ruleset >"$2/run/nft"' - "$file" "$name" ||
		{ echo "$file: cannot be loaded"; exit 1; }
	sed -n 's/^# sys //p' "$file" | while read -r path value; do
		mkdir -p "$name/root$(dirname "$path")"
		printf '%b\n' "$value" >"$name/root$path"
	done
	printf '1767225600000000 1 0 0 0\n' >"$name/clock"
	[ -n "$(ls "$name/root/proc/net")" ] || echo 'Iface' >"$name/root/proc/net/route"
done
