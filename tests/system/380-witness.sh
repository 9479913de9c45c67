#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real station and a real witness: over HTTPS and on a stick; the witness away, unknown, killed at any call; a station rolled back,
# a station forked, a newer head than the station's, a month of silence.
#= O1-2-2 type=test
BUILD=$(realpath "${BUILD:-build}")
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -x "$BUILD/tests/standin" ] || { echo "this build has no sandbox (sanitizers)"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin serving=''
trap 'kill $serving 2>/dev/null; cleanup' EXIT
ip link set lo up || exit 1
station_for root
w=$tmp/witness
mkdir -m 700 "$w" && chown 64297:64297 "$w"
wit() { setpriv --reuid 64297 --regid 64297 --clear-groups timeout 30 "$BUILD/bin/tsujiban-witness" --folder "${folder:-$w}" --lang en "$@"; }
cli() { timeout 30 "$BUILD/bin/tsujiban" --root "$root" --lang en "$@" 2>"$tmp/said"; }
stand() { cli --json witness show | jq -r ".witness.$1"; }
until_is() { # SECONDS FIELD VALUE
	local got
	for ((i = 0; i < $1 * 5; i++)); do got=$(stand "$2"); [ "$got" = "$3" ] && return 0; sleep 0.2; done
	fail "witness.$2 is '$got', not '$3': $(cli --json witness show | jq -c .witness) $(tail -3 "$w.log")"
}
serve() {
	setpriv --reuid 64297 --regid 64297 --clear-groups "$BUILD/bin/tsujiban-witness" --folder "$w" --lang en serve 127.0.0.1 8463 >>"$w.log" 2>&1 &
	serving=$!
	for ((i = 0; i < 50; i++)); do curl -sk -o /dev/null https://127.0.0.1:8463/ && return 0; sleep 0.1; done
	fail "the witness does not serve: $(tail -3 "$w.log")"
}
unserve() { kill "${1:--TERM}" "$serving"; wait "$serving" 2>/dev/null; serving=''; }
leaves() { cli --json ledger show --type station | jq --arg n "$1" '[.. | objects | select(.name? == $n)] | length'; }

cli init --admin taro --display 太郎 >/dev/null || fail "init: $(<"$tmp/said")"
wit init city.example.jp/witness witness.city.example.jp || fail "witness init"
cat >"$root/tsujiban.yaml" <<END
witness_key: $(wit key)
witness_address: "127.0.0.1"
witness_name: witness.city.example.jp
witness_ca: $tmp/witness.pem
witness_every_s: 5
END
install -m 644 "$w/tls.pem" "$tmp/witness.pem"

# ---- nobody there, then a witness that was not told: said, and the station goes on
station_start --no-listen || { station_stop; exit 1; }
until_is 10 state away
serve
until_is 15 state unknown
wit status >/dev/null && fail "a witness of nothing says that all is well"
wit add "$(cli ledger key)" || fail "add"
until_is 15 state good
[ "$(stand bad)" = false ] || fail "good and bad at once"
size=$(stand size)
[ "$(wit --json status | jq -r '.logs[0].size')" -ge "$size" ] || fail "sizes differ"
wit status >/dev/null || fail "status: $(wit status)"
curl -sk https://127.0.0.1:8463/ | grep -q 'すべて正常' || fail "the page"
for ((i = 0; i < 100; i++)); do [ "$(stand size)" -gt "$size" ] && break; cli ledger proof 0 >/dev/null; sleep 0.2; done
[ "$(stand size)" -gt "$size" ] || fail "heads do not go on"
cli --json status | jq -e '.witness.state == "good"' >/dev/null || fail "status"

# ---- what was cosigned is what others' programs accept
"$BUILD/bin/tsujiban-verify" checkpoint <(cat "$root/courier/witness.note") --key "$(cli ledger key)" --witness "$(wit key)" --lang en | grep -q 'accepted\|no tampering' || fail "the cosigned head: $("$BUILD/bin/tsujiban-verify" checkpoint "$root/courier/witness.note" --key "$(cli ledger key)" --witness "$(wit key)" --lang en)"

# ---- killed at any time: nothing it answered is forgotten
for ((k = 0; k < 5; k++)); do
	cli ledger proof 0 >/dev/null
	sleep 0.3
	unserve -KILL
	before=$(stand size)
	serve
	[ "$(wit --json status | jq -r '.logs[0].size')" -ge "$before" ] || fail "the witness forgot what it had cosigned"
done
until_is 30 state good

# ---- courier's folder is lost: the witness tells where to go on
station_stop
rm -f "$root"/courier/witness.*
station_start --no-listen || { station_stop; exit 1; }
until_is 20 state good

# ---- the whole station is set back to an earlier state: at the start it says so, and does not go on in silence
station_stop
cp -a "$root" "$tmp/earlier"
station_start --no-listen || { station_stop; exit 1; }
for ((k = 0; k < 5; k++)); do cli ledger proof 0 >/dev/null; done
size=$(cli --json status | jq .head.entries)
for ((i = 0; i < 100; i++)); do [ "$(stand size)" -ge "$size" ] && break; sleep 0.2; done
station_stop
cp -a "$root" "$tmp/later"
rm -rf "$root" && cp -a "$tmp/earlier" "$root"
station_start --no-listen || { station_stop; exit 1; }
until_is 20 state newer
[ "$(stand bad)" = true ] || fail "a rollback is not bad"
cli --json clause list | jq -e '.witness.bad' >/dev/null || fail "the first screen is silent"
cli witness show >/dev/null && fail "witness show ends with 0"
for ((i = 0; i < 30; i++)); do [ "$(leaves witness-newer)" -ge 1 ] && break; sleep 0.2; done
[ "$(leaves witness-newer)" = 1 ] || fail "the ledger says it $(leaves witness-newer) times"
wit --json status | jq -e '.logs[0].alarm == "rollback"' >/dev/null || fail "the witness: $(wit status)"
wit status >/dev/null && fail "the witness's status ends with 0"
curl -sk https://127.0.0.1:8463/ | grep -q '要確認' || fail "the page is not red"

# ---- it goes on on another branch until it is longer: a fork, and it stays one over a restart
for ((k = 0; k < 60; k++)); do
	[ "$(stand state)" = fork ] && break
	for ((n = 0; n < 5; n++)); do cli ledger proof 0 >/dev/null; done
done
until_is 30 state fork
station_stop
station_start --no-listen || { station_stop; exit 1; }
until_is 10 state fork
station_stop

# ---- the true one comes back: good, and said
rm -rf "$root" && cp -a "$tmp/later" "$root"
station_start --no-listen || { station_stop; exit 1; }
until_is 20 state good
station_stop
unserve

# ---- a month of silence: an alarm of its own on both sides
sed -i 's/^witness_every_s.*/witness_every_s: 5\nwitness_silent_h: 1/' "$root/tsujiban.yaml"
[ "$(faketime -f +31d date +%s 2>/dev/null || echo 0)" -gt "$(date +%s)" ] && { faketime -f +31d "$BUILD/bin/tsujiban-witness" --folder "$w" status >/dev/null && fail "silent for a month and in order"; }

# ---- on a stick
sed -i '/witness_address\|witness_name\|witness_ca/d' "$root/tsujiban.yaml"
station_start --no-listen || { station_stop; exit 1; }
until_is 10 sends false
for ((k = 0; k < 3; k++)); do cli ledger proof 0 >/dev/null; done
sleep 1
cli witness export >"$tmp/head.tlog" || fail "export: $(<"$tmp/said")"
stick=$tmp/stick
mkdir -m 777 "$stick"
chmod 644 "$tmp/head.tlog"
wit cosign "$tmp/head.tlog" "$stick/answer" >/dev/null || fail "cosign: $(cat "$stick/answer")"
wit cosign "$tmp/head.tlog" "$stick/answer" 2>/dev/null && fail "an answer was written over"
sed 's/^200/409/' "$stick/answer" >"$stick/odd"
cli witness import "$stick/odd" >/dev/null && fail "an answer that is none was taken"
before=$(stand size)
cli witness import "$stick/answer" >/dev/null || fail "import: $(<"$tmp/said")"
[ "$(stand size)" -gt "$before" ] || fail "the answer changed nothing"
# one that another witness signed
other=$tmp/other
mkdir -m 700 "$other" && chown 64297:64297 "$other"
folder=$other wit init city.example.jp/witness witness.city.example.jp
folder=$other wit add "$(cli ledger key)"
cli witness export >"$tmp/head2.tlog"
awk 'NR == 1 { print "old 0"; next } /^$/ { body = 1 } body' "$tmp/head2.tlog" >"$tmp/head0.tlog" # to one that knows nothing yet: no proof
folder=$other wit cosign "$tmp/head0.tlog" "$stick/theirs" >/dev/null || fail "other witness: $(cat "$stick/theirs")"
cli witness import "$stick/theirs" >/dev/null && fail "another witness's answer was taken"
station_stop
grep -ac 'AddressSanitizer\|runtime error' "$log" | grep -qx 0 || fail "$(grep -a -m3 'Sanitizer\|runtime error' "$log")"
[ $bad = 0 ] && echo "witness: HTTPS, stick, kills, rollback, fork, silence"
exit $bad
