#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A ledger restored from a copy: refused as it is, goes on under a new name once an epoch was opened on purpose, and both
# verifiers say what happened and what is missing.
set -u
BUILD=$(realpath "${BUILD:-build}")
tsujiban="$BUILD/bin/tsujiban --lang en" verify=$BUILD/bin/tsujiban-verify
python="/usr/bin/python3 $(dirname "$(realpath "$0")")/../verify/independent.py"
tmp=$(mktemp -d) && chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
fail() { echo "$*"; exit 1; }
assess() { timeout 60 $tsujiban --root "$tmp/s" assess >"$tmp/out" 2>&1; local code=$?; [ $code = 3 ] || [ $code = 0 ]; }

mkdir "$tmp/s"
timeout 30 $tsujiban --root "$tmp/s" init >"$tmp/out" 2>&1 || fail "init: $(tail -3 "$tmp/out")"
assess || fail "assess: $(tail -3 "$tmp/out")"
key=$($tsujiban --root "$tmp/s" ledger key)
cp -a "$tmp/s/ledger" "$tmp/copy"                 # the backup
assess || fail "second assess: $(tail -3 "$tmp/out")"
cp "$tmp/s/ledger/checkpoint" "$tmp/late"         # a head somebody kept
"$verify" ledger "$tmp/s/ledger" --key "$key" --head "$tmp/copy/checkpoint" >/dev/null || fail "the honest ledger is refused"

rm -rf "$tmp/s/ledger" && cp -a "$tmp/copy" "$tmp/s/ledger"
"$verify" ledger "$tmp/s/ledger" --key "$key" --head "$tmp/late" --json | grep -q '"rolled-back"' || fail "the rollback is not named"
timeout 60 $tsujiban --root "$tmp/s" assess >"$tmp/out" 2>&1; [ $? = 1 ] || fail "a restored copy was taken as it is: $(tail -3 "$tmp/out")"

timeout 10 $tsujiban --root "$tmp/s" ledger epoch >"$tmp/out" 2>&1; [ $? = 3 ] || fail "an epoch was not asked about first"
grep -q -- '--confirm 2' "$tmp/out" || fail "does not say what would be: $(cat "$tmp/out")"
timeout 10 $tsujiban --root "$tmp/s" ledger epoch --confirm 3 >/dev/null 2>&1; [ $? = 3 ] || fail "another number confirmed it"
timeout 10 $tsujiban --root "$tmp/s" ledger epoch --confirm 2 >"$tmp/out" 2>&1 || fail "ledger epoch: $(cat "$tmp/out")"
assess || fail "assess in the second epoch: $(tail -3 "$tmp/out")"

"$verify" ledger "$tmp/s/ledger" --key "$key" --head "$tmp/copy/checkpoint" --json >"$tmp/out" || fail "the second epoch is refused: $(cat "$tmp/out")"
grep -q '"epoch":2,' "$tmp/out" || fail "no second epoch: $(cat "$tmp/out")"
"$verify" ledger "$tmp/s/ledger" --key "$key" --head "$tmp/late" --json | grep -q '"epoch-lost"' || fail "what was lost is not named"
$python ledger "$tmp/s/ledger" "$key" >"$tmp/out" || fail "the second verifier refuses the second epoch"
timeout 30 $tsujiban --root "$tmp/s" ledger verify >"$tmp/out" 2>&1 || fail "tsujiban ledger verify: $(tail -5 "$tmp/out")"
