#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= S-3-2 type=test
# An account of the machine is locked and unlocked by the station: declared and undeclared, its processes ended, the file as
# passwd(1) and chage(1) read it; root and the system's accounts refused; a station of an ordinary user says what to do by hand.
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and mount namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$(realpath "${BUILD:-build}") exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin
ip link set lo up || exit 1
# An /etc of this namespace alone, with two people in it.
cp -a /etc "$tmp/etc" && mount --bind "$tmp/etc" /etc || exit 1
useradd -M -u 59991 -s /bin/bash tj-taro && useradd -M -u 59992 -s /bin/bash tj-hana && useradd -M -o -u 59992 tj-twin && useradd -M -u 59993 tj-jiro || exit 1
for one in tj-taro tj-hana tj-jiro; do usermod -p '$6$mihon$not-a-hash' $one || exit 1; done

member() { python3 -c 'import json,sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$out"; }
shadow() { getent shadow "$1"; }
locked() { [[ $(shadow "$1" | cut -d: -f2) == '!'* && $(shadow "$1" | cut -d: -f8) = 1 ]]; }

as_root() {
	local before sleeper
	station_for root
	cli init >/dev/null && station_start --no-listen || { fail "it does not start"; return; }
	cli register add os-account account=tj-taro person=見本太郎 kind=user >/dev/null || fail "an account cannot be declared"
	setpriv --reuid 59991 --regid 59991 --clear-groups sleep 300 &
	sleeper=$!
	before=$(md5sum /etc/passwd /etc/group)
	out=$(cli os-account lock tj-taro --json) || fail "it was not locked: $out"
	[ "$(member 'd["ended"]')" = 1 ] || fail "what ran under it was not ended: $out"
	locked tj-taro || kill $sleeper
	wait $sleeper; [ $? = 137 ] || fail "the process ended otherwise"
	locked tj-taro || fail "shadow says otherwise: $(shadow tj-taro)"
	locked tj-hana && fail "another one is locked"
	[ "$(md5sum /etc/passwd /etc/group)" = "$before" ] || fail "more than shadow changed"
	[ "$(stat -c '%a %U %G' /etc/shadow)" = "$(stat -c '%a %U %G' /etc/shadow-)" ] && [ "$(stat -c %U /etc/shadow)" = root ] || fail "the file changed hands: $(stat -c '%a %U %G' /etc/shadow)"
	ls /etc/*.lock /etc/shadow+ 2>/dev/null && fail "something was left in /etc"
	out=$(cli register show os-account --json)
	[ "$(member 'd["rows"][0]["values"]["locked_on"]')" = "$(TZ=Asia/Tokyo date +%F)" ] || fail "the register does not say so: $out"
	out=$(cli containment list --json)
	[ "$(member '[r["object"] for r in d["rows"] if r["act"] == "os-account-lock"]')" = "['tj-taro']" ] || fail "it is not on the list of containments: $out"

	# ---- its undo, after a restart
	station_stop && station_start --no-listen || return
	out=$(cli os-account unlock tj-taro --json) || fail "it was not unlocked: $out"
	locked tj-taro && fail "still locked"
	[ "$(shadow tj-taro | cut -d: -f2,8)" = '$6$mihon$not-a-hash:' ] || fail "not as it was: $(shadow tj-taro)"
	out=$(cli register show os-account --json)
	[ "$(member '"locked_on" in d["rows"][0]["values"]')" = False ] || fail "the register keeps the day"

	# ---- one that nobody declared; twice is as once
	cli os-account lock tj-jiro >/dev/null && locked tj-jiro || fail "an undeclared one was not locked"
	cli os-account lock tj-jiro >/dev/null && locked tj-jiro || fail "a second time is refused"

	# ---- what is not touched
	for one in root daemon nobody tj-hana tj-twin tj-nobody '' -h '../x' 'tj-taro tj-hana' "$(printf 'tj-taro\nroot')"; do
		out=$(cli os-account lock "$one" 2>&1) && fail "'$one' was taken"
	done
	[[ $(cli os-account lock root 2>&1) == *人のアカウントではない* ]] || fail "it does not say why root is refused"
	[[ $(cli os-account lock tj-hana 2>&1) == *番号を共に* ]] || fail "it does not say why a shared number is refused"
	locked root && fail "root is locked"
	locked tj-hana && fail "a shared one is locked"

	# ---- the file cannot be written: said, and nothing half done
	mount -o bind,ro "$tmp/etc" /etc
	out=$(cli os-account lock tj-taro 2>&1) && fail "locked in a folder that cannot be written"
	umount -l /etc # the one on top
	locked tj-taro && fail "half locked"
	pgrep -P "$warden" -f tsujiban-apply >/dev/null && fail "an apply is still there"
	station_stop
	cli ledger verify >/dev/null || fail "the ledger does not verify"
}

as_user() {
	station_for "ordinary user"
	cli init >/dev/null && station_start --no-listen || { fail "it does not start"; return; }
	out=$(cli os-account lock tj-taro 2>&1) && fail "an ordinary user locked an account"
	[[ $out == *usermod* ]] || fail "it does not say what to do by hand: $out"
	locked tj-taro && fail "it is locked all the same"
	station_stop
}

as_root
as_user
umount -l /etc
exit $bad
