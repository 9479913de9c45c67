#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole station with its real processes: init, start, serve; each process killed in turn and back at work;
# idle memory within its budget; stopped cleanly; the ledger it leaves verifies and names what was killed.
. "$(dirname "$0")/common.bash"
bin=$tmp/bin
mkdir -p "$bin" && chmod 755 "$bin" && cp "$BUILD"/bin/tsujiban* "$bin/" 2>/dev/null

# serves: the sign-in page over TLS, with a signature made by vault
serves() {
	for ((i = 0; i < 100; i++)); do
		[ "$(curl -sk --max-time 5 -o "$tmp/page" -w '%{http_code}' "https://127.0.0.1:$port/sign-in")" = 200 ] && return 0
		sleep 0.1
	done
	fail "no sign-in page $1"
}

for who in "${whose[@]}"; do
	station_for "$who"
	"${as[@]}" "$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(cat "$tmp/init")"; continue; }
	port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
	station_start || continue
	serves "after the start"

	# only what is meant to be open to others is
	for p in vault ledger auth core probe web; do
		pid=$(pid_of $p)
		[ -n "$pid" ] || { fail "$p is not running"; continue; }
		grep -q '^NoNewPrivs:.*1' "/proc/$pid/status" && grep -q '^Seccomp:.*2' "/proc/$pid/status" || fail "$p is not locked in"
		[ "$p" = probe ] || grep -q '^CapEff:.*0000000000000000' "/proc/$pid/status" || fail "$p has capabilities"
		[ "$who" != root ] || [ "$(awk '/^Uid:/ { print ($2 >= 64200 && $2 == $3 && $2 == $4 && $2 == $5) }' "/proc/$pid/status")" = 1 ] || fail "$p has not its own user"
	done

	for p in vault ledger auth probe core web; do
		: >"$log"
		kill -9 "$(pid_of $p)"
		wait_log "tsujiban-warden: $p ready" 1 20 || tail -5 "$log"
		serves "after $p was killed"
	done

	kilobytes=0
	for pid in $warden $(pgrep -P "$warden"); do
		kilobytes=$((kilobytes + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)))
	done
	[ "$kilobytes" -le 49152 ] || fail "idle station: $kilobytes KiB PSS, 49152 permitted"
	echo "$who: $kilobytes KiB PSS"

	sleep 2 # a head is signed over what was recorded
	station_stop
	[ "$stopped" = 0 ] || fail "stopped with status $stopped"
	[ -z "$(pgrep -f "$bin/tsujiban-")" ] || fail "processes are left"
	"${as[@]}" "$bin/tsujiban-verify" ledger "$root/ledger" >"$tmp/verify" 2>&1 || fail "the ledger does not verify: $(tail -3 "$tmp/verify")"

	# and it starts again on what it left, now with a certificate of the administrator's
	mkdir "$root/own" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=own.example -keyout "$root/own/key.pem" -out "$root/own/cert.pem" 2>/dev/null
	chmod 600 "$root/own/key.pem"
	[ "${#as[@]}" = 0 ] || chown -R 64298:64298 "$root/own"
	printf 'tls_cert: "%s"\ntls_key: "%s"\n' "$root/own/cert.pem" "$root/own/key.pem" >>"$root/tsujiban.yaml"
	station_start && serves "after a second start" || continue
	for p in web vault; do
		curl -s --max-time 5 --cacert "$root/own/cert.pem" --connect-to "own.example:443:127.0.0.1:$port" -o "$tmp/page" https://own.example/sign-in || fail "not served with the certificate of tls_cert ($?)"
		: >"$log"
		kill -9 "$(pid_of $p)" && wait_log "tsujiban-warden: $p ready" && serves "after $p was killed"
	done
	station_stop

	# a pipe, a folder or a device for a file is refused in words, and not waited for
	"${as[@]}" mkfifo -m 600 "$root/own/pipe"
	for other in "$root/own/pipe" "$root/own" /dev/zero; do
		for setting in tls_cert tls_key; do
			cp "$root/tsujiban.yaml" "$tmp/kept"
			sed -i "s|^$setting: .*|$setting: \"$other\"|" "$root/tsujiban.yaml"
			said=$("${as[@]}" timeout 10 "$bin/tsujiban-warden" --root "$root" --no-listen 2>&1)
			[ $? = 1 ] && [[ $said == *"$other is not a regular file"* ]] || fail "$setting: $other: $said"
			cat "$tmp/kept" >"$root/tsujiban.yaml"
		done
	done
done
exit $bad
