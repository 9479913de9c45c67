#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The devices of power and room, each really run: NUT's upsd, snmpd, ipmi_sim, a Redfish service; then peers that hang, flood and lie.
# Clause: S-6-4 type=test
# Clause: S-6-6 type=test
# Clause: S-7-5 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
here=$(dirname "$(realpath "$0")")
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "upsd and snmpd need root to become nobody else"; exit 77; }
for p in /lib/nut/upsd /lib/nut/dummy-ups /usr/sbin/snmpd /usr/bin/ipmi_sim /usr/bin/ipmitool; do [ -x "$p" ] || { echo "$p is not installed"; exit 77; }; done
ulimit -n 1024 # programs that close every number there could be
tmp=$(mktemp -d) bad=0 pids=() sections=()
chmod 755 "$tmp"
trap 'kill -9 "${pids[@]}" 2>/dev/null; rm -rf "$tmp"' EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
want() { # NAME FILTER VALUE CONTROL GIVEN...
	local name=$1 filter=$2 value=$3 me=$BASHPID got
	shift 3
	"$look" "$@" >"$tmp/out.$me" 2>"$tmp/err.$me"
	got=$(jq -c "$filter" <"$tmp/out.$me") && [ "$got" = "$value" ] || { echo "$name: $got, want $value ($(head -c 300 "$tmp/err.$me"))"; bad=1; }
}
until_true() { for ((i = 0; i < 100; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; echo "not in 10 s: $*"; bad=1; }

section() { # FUNCTION ARGUMENT...: beside the others, with processes of its own
	(pids=(); trap 'kill -9 "${pids[@]}" 2>/dev/null' EXIT; "$@"; exit $bad) &
	sections+=($!)
}
secret() { # NAME LINES
	(umask 077 && printf '%b' "$2" >"$tmp/$1.secret")
}
secret good 'auth sha256 first passphrase\npriv aes second-passphrase\n'
secret older 'auth sha first passphrase\npriv aes second-passphrase\n'
for bits in 224 384 512; do secret "sha$bits" "auth sha$bits first passphrase\\npriv aes second-passphrase\\n"; done
secret wrong 'auth sha256 wrong passphrase\npriv aes second-passphrase\n'
secret halfwrong 'auth sha256 first passphrase\npriv aes wrong-passphrase\n'
secret v2c 'community public\n'
secret open 'auth sha256 first passphrase\npriv aes second-passphrase\n'
chmod 644 "$tmp/open.secret"
secret bmc 'room-Secret1\n'
secret bmcwrong 'another\n'
t=own.temperature_oid=1.3.6.1.4.1.8072.9999.1.1.0 h=own.humidity_oid=1.3.6.1.4.1.8072.9999.1.2.0

# ---- NUT: a simulated UPS, and a repeater that hands it on as its own
nut() {
	nut=$(free_port)
	mkdir -p "$tmp/nut/state"
	cd "$tmp/nut" || exit 1
	printf '[sp]\ndriver = dummy-ups\nport = sp.dev\nmode = dummy-loop\n[rep]\ndriver = dummy-ups\nport = sp@127.0.0.1:%s\nmode = repeater\n' "$nut" >ups.conf
	cat >sp.dev <<'END'
ups.model: "UPS \"1500\""
ups.status: OL CHRG
battery.charge: 87
battery.runtime: 1830
battery.date: 2024-04-01
ups.test.result: Done and passed
ambient.temperature: 24.7
ambient.humidity: 45.5
TIMER 300
END
	printf 'LISTEN 127.0.0.1 %s\n' "$nut" >upsd.conf
	: >upsd.users
	chmod 640 ups.conf upsd.conf upsd.users
	export NUT_CONFPATH=$tmp/nut NUT_STATEPATH=$tmp/nut/state NUT_ALTPIDPATH=$tmp/nut/state
	/lib/nut/dummy-ups -a sp -u root -D >"$tmp/dummy.log" 2>&1 &
	dummy=$!
	pids+=("$dummy")
	until_true test -S state/dummy-ups-sp
	/lib/nut/upsd -u root -D >"$tmp/upsd.log" 2>&1 &
	upsd=$!
	pids+=("$upsd")
	until_true bash -c "exec 9<>/dev/tcp/127.0.0.1/$nut"
	/lib/nut/dummy-ups -a rep -u root -D >"$tmp/rep.log" 2>&1 &
	pids+=($!)
	ups=(own.kind=ups own.source=nut own.address=127.0.0.1 "own.port=$nut" 1:power.kind=ups)
	until_true bash -c "'$look' ups ${ups[*]} own.unit=rep | grep -q '\"verdict\":1'"
	want "a real upsd" '[.verdict, .message, (.facts[] | select(.key == "battery.charge_mp") | .value)]' '[1,3265,87000]' ups "${ups[@]}" own.unit=rep
	want "a simulated UPS is none" '[.verdict, .message]' '[0,3274]' ups "${ups[@]}" own.unit=sp
	want "a UPS of another name" '[.verdict, .message]' '[0,3259]' ups "${ups[@]}" own.unit=nope
	want "age by the device's day" '[.verdict, .message]' '[1,3276]' battery-age "${ups[@]}" own.unit=rep
	want "a test without a day" '[.verdict, .message]' '[0,3284]' ups-self-test "${ups[@]}" own.unit=rep
	want "a test with a declared day" '[.verdict, .message]' '[1,3280]' ups-self-test "${ups[@]}" own.unit=rep "own.tested_on=$(date -d '-30 days' +%F)"
	want "the sensor of the UPS" '[.verdict, .message, (.facts[] | select(.key == "temperature_mc") | .value)]' '[1,3292,24700]' room-climate "${ups[@]}" own.unit=rep own.sensor=room
	sed -i 's/^ups.status:.*/ups.status: OB LB DISCHRG/; s/^battery.charge:.*/battery.charge: 5/' sp.dev
	kill "$dummy"; wait "$dummy" 2>/dev/null
	until_true bash -c "'$look' ups ${ups[*]} own.unit=sp | grep -q '\"message\":3258'"
	want "its driver is gone: no old value" '[.verdict, .message]' '[0,3258]' ups "${ups[@]}" own.unit=sp
	/lib/nut/dummy-ups -a sp -u root -D >"$tmp/dummy.log" 2>&1 &
	pids+=($!)
	until_true bash -c "'$look' ups ${ups[*]} own.unit=rep | grep -q '\"verdict\":2'"
	want "on a battery that ends" '[.verdict, .message]' '[2,3271]' ups "${ups[@]}" own.unit=rep
	kill "$upsd"; wait "$upsd" 2>/dev/null
	want "upsd stopped" '[.verdict, .message]' '[0,3252]' ups "${ups[@]}" own.unit=rep
}

# ---- SNMP v3
snmp() {
	snmp=$(free_port)
	mkdir -p "$tmp/snmp"
	cat >"$tmp/snmp/pass.sh" <<'END'
#!/bin/sh
[ "$1" = -g ] || exit 0
case $2 in
.1.3.6.1.4.1.8072.9999.1.1.0) printf '%s\ninteger\n243\n' "$2" ;;
.1.3.6.1.4.1.8072.9999.1.2.0) printf '%s\ngauge\n455\n' "$2" ;;
.1.3.6.1.4.1.8072.9999.1.3.0) printf '%s\nstring\n999 bottles\n' "$2" ;;
esac
END
	chmod 755 "$tmp/snmp/pass.sh"
	cat >"$tmp/snmp/snmpd.conf" <<END
agentAddress udp:127.0.0.1:$snmp
createUser monitor SHA-256 "first passphrase" AES "second-passphrase"
createUser older SHA "first passphrase" AES "second-passphrase"
createUser u224 SHA-224 "first passphrase" AES "second-passphrase"
createUser u384 SHA-384 "first passphrase" AES "second-passphrase"
createUser u512 SHA-512 "first passphrase" AES "second-passphrase"
rouser monitor priv
rouser older priv
rouser u224 priv
rouser u384 priv
rouser u512 priv
rocommunity public
extend air /bin/echo 21.25
pass .1.3.6.1.4.1.8072.9999.1 $tmp/snmp/pass.sh
END
	SNMP_PERSISTENT_DIR=$tmp/snmp /usr/sbin/snmpd -f -Lo -C -c "$tmp/snmp/snmpd.conf" -p "$tmp/snmp/pid" -I '-smux,mteTrigger,mteTriggerConf' >"$tmp/snmpd.log" 2>&1 &
	agent=$!
	pids+=("$agent")
	room=(own.source=snmp own.sensor=room own.address=127.0.0.1 "own.port=$snmp")
	until_true bash -c "'$look' room-climate ${room[*]} own.unit=monitor $t $h own.scale=10 own.secret_file=$tmp/good.secret | grep -q '\"verdict\":1'"
	want "SNMP v3 with SHA-256" '[.verdict, .message, [.facts[] | select(.key == "temperature_mc" or .key == "humidity_mp") | .value]]' '[1,3292,[24300,45500]]' room-climate "${room[@]}" own.unit=monitor "$t" "$h" own.scale=10 "own.secret_file=$tmp/good.secret"
	want "SNMP v3 with SHA" '[.verdict, .message]' '[1,3292]' room-climate "${room[@]}" own.unit=older "$t" "$h" own.scale=10 "own.secret_file=$tmp/older.secret"
	for bits in 224 384 512; do
		want "SNMP v3 with SHA-$bits" '[.verdict, .message]' '[1,3292]' room-climate "${room[@]}" "own.unit=u$bits" "$t" "$h" own.scale=10 "own.secret_file=$tmp/sha$bits.secret"
	done
	want "SHA-512 is not SHA-256" '[.verdict, .message]' '[0,3254]' room-climate "${room[@]}" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/sha512.secret"
	want "a text of an extension" '[.facts[] | select(.key == "temperature_mc") | .value]' '[21250]' room-climate "${room[@]}" own.unit=monitor 'own.temperature_oid=1.3.6.1.4.1.8072.1.3.2.3.1.1.3.97.105.114' "$h" "own.secret_file=$tmp/good.secret"
	want "a text that is no number" '[.verdict, [.facts[] | select(.key == "temperature_mc")]]' '[0,[]]' room-climate "${room[@]}" own.unit=monitor own.temperature_oid=1.3.6.1.4.1.8072.9999.1.3.0 "$h" "own.secret_file=$tmp/good.secret"
	want "an object that is not there" '[.verdict, .message]' '[0,3299]' room-climate "${room[@]}" own.unit=monitor own.temperature_oid=1.3.6.1.4.1.8072.9999.1.9.0 "$h" own.scale=10 "own.secret_file=$tmp/good.secret"
	want "a wrong key" '[.verdict, .message]' '[0,3254]' room-climate "${room[@]}" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/wrong.secret"
	want "a wrong key of privacy" '.verdict' '0' room-climate "${room[@]}" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/halfwrong.secret"
	want "an unknown user" '[.verdict, .message]' '[0,3254]' room-climate "${room[@]}" own.unit=nobody "$t" "$h" "own.secret_file=$tmp/good.secret"
	want "v2c is refused" '[.verdict, .message]' '[0,3256]' room-climate "${room[@]}" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/v2c.secret"
	want "a secret others can read" '[.verdict, .message]' '[0,3256]' room-climate "${room[@]}" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/open.secret"
	kill "$agent"; wait "$agent" 2>/dev/null
}

# ---- IPMI
bmc() { # STATE WANTED: of those written by devices.py
	local home=$tmp/ipmi-$1 ipmi
	ipmi=$(free_port)
	mkdir -p "$home/state"
	python3 "$here/devices.py" sim "$home" "$ipmi"
	mkfifo "$home/hold"
	exec 7<>"$home/hold"
	(cd "$home" && exec ipmi_sim -c lan.conf -f "$1.emu" -s state -n) <"$home/hold" >"$home/log" 2>&1 &
	pids+=("$!")
	until_true ipmitool -I lanplus -C 3 -L USER -H 127.0.0.1 -p "$ipmi" -U monitor -f "$tmp/bmc.secret" mc info
	want "ipmi_sim: $1" '[.verdict, .message]' "$2" power-redundancy own.kind=units own.source=ipmi own.address=127.0.0.1 "own.port=$ipmi" own.user=monitor "own.secret_file=$tmp/bmc.secret" 1:power.kind=units
}

# A BMC that never tells its cipher suites is asked with the one that each must know; no question is waited for longer than three seconds.
silent_suites() {
	local home=$tmp/ipmi-mute ipmi front started
	ipmi=$(free_port) front=$(free_port)
	mkdir -p "$home/state"
	python3 "$here/devices.py" sim "$home" "$ipmi"
	mkfifo "$home/hold"
	exec 7<>"$home/hold"
	(cd "$home" && exec ipmi_sim -c lan.conf -f two.emu -s state -n) <"$home/hold" >"$home/log" 2>&1 &
	pids+=("$!")
	python3 "$here/devices.py" mute "$front" "$ipmi" &
	pids+=("$!")
	until_true ipmitool -I lanplus -C 3 -L USER -H 127.0.0.1 -p "$front" -U monitor -f "$tmp/bmc.secret" mc info
	started=$(date +%s%N)
	want "a BMC silent on cipher suites" '[.verdict, .message]' '[1,3286]' power-redundancy own.kind=units own.source=ipmi own.address=127.0.0.1 "own.port=$front" own.user=monitor "own.secret_file=$tmp/bmc.secret" 1:power.kind=units
	took=$((($(date +%s%N) - started) / 1000000))
	[ "$took" -ge 2500 ] && [ "$took" -le 7000 ] || { echo "a BMC silent on cipher suites held the look for $took ms"; bad=1; }
}

# ---- Redfish, and what only looks like it
redfish() {
	redfish=$(free_port)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bmc -keyout "$tmp/key.pem" -out "$tmp/cert.pem" 2>/dev/null
	print=$(openssl x509 -in "$tmp/cert.pem" -outform DER | sha256sum | cut -d' ' -f1)
	service=(own.kind=units own.source=redfish own.address=127.0.0.1 "own.port=$redfish" own.user=monitor "own.secret_file=$tmp/bmc.secret" 1:power.kind=units)
	serve() { # KIND
		python3 "$here/devices.py" redfish "$redfish" "$tmp/cert.pem" "$tmp/key.pem" monitor room-Secret1 "$1" "$tmp/asked" &
		web=$!
		pids+=("$web")
		until_true bash -c "exec 9<>/dev/tcp/127.0.0.1/$redfish"
	}
	for kind in 'power [1,3286]' 'subsystem [1,3286]' 'closes [1,3286]' 'closes-often [0,3253]' 'critical [2,3288]' 'notredundant [2,3289]' 'flood [0,3253]' 'away [0,3253]'; do
		serve "${kind% *}"
		want "Redfish: $kind" '[.verdict, .message]' "${kind#* }" power-redundancy "${service[@]}" "own.fingerprint=$print"
		if [ "${kind% *}" = power ]; then
			want "a wrong password" '[.verdict, .message]' '[0,3254]' power-redundancy "${service[@]:0:5}" "own.secret_file=$tmp/bmcwrong.secret" "own.fingerprint=$print" 1:power.kind=units
			: >"$tmp/asked"
			want "a certificate nobody proves" '[.verdict, .message]' '[0,3254]' power-redundancy "${service[@]}"
			want "another fingerprint" '[.verdict, .message]' '[0,3254]' power-redundancy "${service[@]}" "own.fingerprint=${print//[0-9]/0}"
			[ -s "$tmp/asked" ] && { echo "a password was said to a stranger"; bad=1; }
		fi
		kill "$web"; wait "$web" 2>/dev/null
	done
}

# ---- peers that hang, flood and lie, on TCP and UDP
lying_peer() { # HOW
	local how=$1
	port=$(free_port)
	python3 "$here/devices.py" peer "$port" "$how" &
	peer=$!
	pids+=("$peer")
	until_true bash -c "exec 9<>/dev/tcp/127.0.0.1/$port"
	started=$SECONDS
	want "upsd that does: $how" .verdict 0 ups own.kind=ups own.source=nut own.address=127.0.0.1 "own.port=$port" own.unit=sp 1:power.kind=ups
	want "agent that does: $how" .verdict 0 room-climate own.source=snmp own.sensor=room own.address=127.0.0.1 "own.port=$port" own.unit=monitor "$t" "$h" "own.secret_file=$tmp/good.secret"
	[ $((SECONDS - started)) -le 20 ] || { echo "$how: waited for $((SECONDS - started)) s"; bad=1; }
	kill -9 "$peer"; wait "$peer" 2>/dev/null
}

section nut
section snmp
section bmc two '[1,3286]'
section bmc failed '[2,3288]'
section silent_suites
section redfish
for how in hang flood nonsense; do section lying_peer $how; done
for one in "${sections[@]}"; do wait "$one" || bad=1; done
grep -l 'room-Secret1\|passphrase' "$tmp"/out.* "$tmp"/err.* && { echo "a secret in what was seen"; bad=1; }
exit $bad
