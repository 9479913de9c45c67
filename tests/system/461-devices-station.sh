#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Power and rooms as a station reads them: declared on the command line, asked by the locked-in readers of rows 20 and 21.
# Clause: S-6-4 type=test
# Clause: S-6-6 type=test
. "$(dirname "$0")/common.bash"
here=$source_top/tests/system
[ "$(id -u)" = 0 ] || { echo "upsd needs root to become nobody else"; exit 77; }
for p in /lib/nut/upsd /lib/nut/dummy-ups /usr/sbin/snmpd /usr/bin/ipmi_sim /usr/bin/ipmitool; do [ -x "$p" ] || { echo "$p is not installed"; exit 77; }; done
ulimit -n 1024
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null; cleanup' EXIT
free_port() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_true() { for ((i = 0; i < 100; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; echo "not in 10 s: $*"; bad=1; }

# ---- a UPS with a sensor, handed on by a repeater, and a Redfish service
nut=$(free_port)
mkdir -p "$tmp/nut/state"
cd "$tmp/nut" || exit 1
printf '[sp]\ndriver = dummy-ups\nport = sp.dev\nmode = dummy-loop\n[rep]\ndriver = dummy-ups\nport = sp@127.0.0.1:%s\nmode = repeater\n' "$nut" >ups.conf
printf 'ups.status: OL CHRG\nbattery.charge: 87\nbattery.runtime: 1830\nbattery.date: 2024-04-01\nambient.temperature: 24.7\nambient.humidity: 45.5\nTIMER 300\n' >sp.dev
printf 'LISTEN 127.0.0.1 %s\n' "$nut" >upsd.conf
: >upsd.users
chmod 640 ups.conf upsd.conf upsd.users
export NUT_CONFPATH=$tmp/nut NUT_STATEPATH=$tmp/nut/state NUT_ALTPIDPATH=$tmp/nut/state
/lib/nut/dummy-ups -a sp -u root -D >"$tmp/dummy.log" 2>&1 &
pids+=($!)
until_true test -S state/dummy-ups-sp
/lib/nut/upsd -u root -D >"$tmp/upsd.log" 2>&1 &
pids+=($!)
until_true bash -c "exec 9<>/dev/tcp/127.0.0.1/$nut"
/lib/nut/dummy-ups -a rep -u root -D >"$tmp/rep.log" 2>&1 &
pids+=($!)
until_true test -S state/dummy-ups-rep
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bmc -keyout "$tmp/key.pem" -out "$tmp/cert.pem" 2>/dev/null
print=$(openssl x509 -in "$tmp/cert.pem" -outform DER | sha256sum | cut -d' ' -f1)

# ---- an SNMP agent with the readings of a room, and a BMC
snmp=$(free_port)
mkdir -p "$tmp/snmp"
cat >"$tmp/snmp/snmpd.conf" <<CONF
agentAddress udp:127.0.0.1:$snmp
createUser monitor SHA-256 "first passphrase" AES "second-passphrase"
rouser monitor priv
extend air /bin/echo 21.25
extend wet /bin/echo 45.5
CONF
SNMP_PERSISTENT_DIR=$tmp/snmp /usr/sbin/snmpd -f -Lo -C -c "$tmp/snmp/snmpd.conf" -p "$tmp/snmp/pid" -I '-smux,mteTrigger,mteTriggerConf' >"$tmp/snmpd.log" 2>&1 &
pids+=($!)
ipmi=$(free_port)
mkdir -p "$tmp/ipmi/state"
/usr/bin/python3 "$here/devices.py" sim "$tmp/ipmi" "$ipmi"
mkfifo "$tmp/ipmi/hold"
exec 7<>"$tmp/ipmi/hold"
(cd "$tmp/ipmi" && exec ipmi_sim -c lan.conf -f two.emu -s state -n) <"$tmp/ipmi/hold" >"$tmp/sim.log" 2>&1 &
pids+=($!)
printf 'room-Secret1\n' >"$tmp/bmc.secret"
printf 'auth sha256 first passphrase\npriv aes second-passphrase\n' >"$tmp/snmp.secret"
printf 'room-Secret1\n' >"$tmp/other.secret" # of another user than an ordinary one's station
chmod 600 "$tmp"/*.secret
until_true ipmitool -I lanplus -C 3 -L USER -H 127.0.0.1 -p "$ipmi" -U monitor -f "$tmp/bmc.secret" mc info

# run CONTROL; shown SUBJECT-NAME VERDICT: what it said of the subject of that name.
run() {
	control=$1
	"${as[@]}" timeout 90 "$bin/tsujiban" --root "$root" --lang en control run "$1" --json >"$tmp/run" 2>"$tmp/said"
}
shown() {
	/usr/bin/python3 -c '
import json, sys
of = [s for s in json.load(open(sys.argv[1]))["subjects"] if sys.argv[2] in json.dumps(s, ensure_ascii=False)]
print(of[0]["verdict"], json.dumps(of[0]["message"], ensure_ascii=False) if of else "")' "$tmp/run" "$1" >"$tmp/got" 2>&1
	grep -q "^$2 " "$tmp/got" || fail "$control of $1: $(tail -1 "$tmp/got"), want $2 ($(head -c 300 "$tmp/said"))"
	echo "$who: $control: $(head -c 300 "$tmp/got")"
}
add() { "${as[@]}" timeout 30 "$bin/tsujiban" --root "$root" register add "$@" >"$tmp/added" 2>&1 || fail "register add $*: $(<"$tmp/added")"; }

bin=$tmp/bin
mkdir -p "$bin" && chmod 755 "$bin" && cp "$BUILD"/bin/tsujiban* "$bin/" 2>/dev/null
devices=$tmp
devices() {
	station_for "$who"
	cp -p "$devices"/*.secret "$tmp/"
	[ "${#as[@]}" = 0 ] || chown 64298:64298 "$tmp/bmc.secret" "$tmp/snmp.secret"
	redfish=$(free_port) pids=()
	/usr/bin/python3 "$here/devices.py" redfish "$redfish" "$devices/cert.pem" "$devices/key.pem" monitor room-Secret1 power "$tmp/asked" &
	pids+=($!)
	trap 'kill -9 "${pids[@]}" 2>/dev/null; cleanup' EXIT
	until_true bash -c "exec 9<>/dev/tcp/127.0.0.1/$redfish"
	"${as[@]}" "$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { fail "init: $(<"$tmp/init")"; return; }
	station_start --no-listen || return
	add power name=first-ups kind=ups source=nut address=127.0.0.1 "port=$nut" unit=rep
	add power name=server-units kind=units source=redfish address=127.0.0.1 "port=$redfish" user=monitor "secret_file=$tmp/bmc.secret" "fingerprint=$print"
	add power name=bmc-units kind=units source=ipmi address=127.0.0.1 "port=$ipmi" user=monitor "secret_file=$tmp/bmc.secret"
	add power name=other-units kind=units source=ipmi address=127.0.0.1 "port=$ipmi" user=monitor "secret_file=$tmp/other.secret"
	add room name=snmp-room source=snmp sensor=room address=127.0.0.1 "port=$snmp" unit=monitor temperature_oid=1.3.6.1.4.1.8072.1.3.2.3.1.1.3.97.105.114 humidity_oid=1.3.6.1.4.1.8072.1.3.2.3.1.1.3.119.101.116 "secret_file=$tmp/snmp.secret"
	add room name=first-room source=nut sensor=room address=127.0.0.1 "port=$nut" unit=rep
	run ups
	shown first-ups PASS
	run room-climate
	shown first-room PASS
	shown snmp-room PASS
	: >"$tmp/asked"
	run power-redundancy
	shown server-units PASS
	shown bmc-units PASS
	if [ "$who" = root ]; then shown other-units PASS; else shown other-units UNKNOWN; fi # no right to read it, and it says so
	[ -s "$tmp/asked" ] || fail "the Redfish service was not asked"
	grep -rl 'room-Secret1\|passphrase' "$root" && fail "a secret in what the station keeps"
	station_stop
	"${as[@]}" "$bin/tsujiban-verify" ledger "$root/ledger" >"$tmp/verify" 2>&1 || fail "the ledger does not verify: $(tail -3 "$tmp/verify")"
}
each_station devices
exit $bad
