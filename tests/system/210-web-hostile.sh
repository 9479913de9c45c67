#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Hostile bytes over TLS to a real station: each is refused or cut off, none reaches a page, and the console still answers afterwards.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
[ "${#whose[@]}" -gt 1 ] && whose=("root")
for who in "${whose[@]}"; do
	station_for "$who"
	"$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; continue; }
	port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
	station_start || continue
	timeout 70 /usr/bin/python3 "$(dirname "$0")/web_hostile.py" "$port" "$root/run/station.sock" || bad=1
	for version in -tls1_2 -tls1_3; do
		openssl s_client "$version" -connect "127.0.0.1:$port" </dev/null 2>/dev/null | grep -q 'BEGIN CERTIFICATE' || fail "no handshake with $version"
	done
	for version in -tls1 -tls1_1; do
		openssl s_client "$version" -cipher ALL:@SECLEVEL=0 -connect "127.0.0.1:$port" </dev/null 2>/dev/null | grep -q '^New, TLS.*Cipher is [A-Z]' && fail "handshake with $version"
	done
	grep -c 'web ended' "$log" | grep -qx 0 || fail "web ended: $(grep 'web ended' "$log" | head -1)"
	station_stop
done
exit $bad
