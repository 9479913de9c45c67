#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tsujiban-verify against an attacker who holds the folder: every change is refused with exit code 3 and its own name,
# and a second verifier, written from the format's document alone, agrees.
set -u
BUILD=$(realpath "${BUILD:-build}")
verify=$BUILD/bin/tsujiban-verify make=$BUILD/tests/make_ledger python="/usr/bin/python3 $(dirname "$(realpath "$0")")/../verify/independent.py"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "$*"; bad=1; }

# refused NAME ARGUMENTS…: exit 3 and that fault among those named
refused() {
	local want=$1 out code
	shift
	out=$("$verify" "$@" --json); code=$?
	[ $code = 3 ] && [[ $out == *"\"name\":\"$want\""* ]] || fail "$*: exit $code, want 3 and $want: ${out:0:200}"
}
accepted() { "$verify" "$@" >"$tmp/out" || fail "$*: exit $?: $(head -3 "$tmp/out")"; }
usage() { "$verify" "$@" >/dev/null 2>&1; [ $? = 2 ] || fail "$*: not taken as wrong usage"; }
fresh() { rm -rf "$tmp/l"; cp -r "$tmp/good" "$tmp/l"; }

case $(file -L "$verify" 2>/dev/null) in *"statically linked"* | *static-pie*) ;; *) ldd "$verify" 2>&1 | grep -qE 'statically|not a dynamic' || fail "tsujiban-verify needs libraries: $(ldd "$verify")" ;; esac

mkdir "$tmp/good" "$tmp/fork" "$tmp/foreign"
"$make" "$tmp/good" log.example/1 a 300 head "$tmp/old" add 30 proof 270 "$tmp/p" bare 270 "$tmp/bare" entry 270 "$tmp/entry" entry 271 "$tmp/other-entry" || fail "make_ledger"
"$make" "$tmp/fork" log.example/1 a 260 sign-ins 75 head "$tmp/forked" || fail "make_ledger"
"$make" "$tmp/foreign" log.example/2 b 330 proof 270 "$tmp/foreign-p" || fail "make_ledger"
key=$(cat "$tmp/good/key.pub")
foreign=$(cat "$tmp/foreign/key.pub")

# --- what is true is accepted, by both programs
accepted ledger "$tmp/good" --key "$key" --origin log.example/1 --head "$tmp/old"
accepted ledger "$tmp/good" --lang ja
grep -q 'key.pub' "$tmp/out" && grep -q -- '--head' "$tmp/out" || fail "does not say what it cannot know"
accepted proof "$tmp/p" --key "@$tmp/good/key.pub"
accepted proof "$tmp/bare" --key "$key" --entry "$tmp/entry"
accepted checkpoint "$tmp/good/checkpoint" --key "$key"
accepted consistency "$tmp/old" "$tmp/good/checkpoint" "$tmp/good" --key "$key"
$python ledger "$tmp/good" "$key" >/dev/null || fail "the second verifier refuses the folder"
$python proof "$tmp/p" "$key" >/dev/null || fail "the second verifier refuses the proof"

# --- usage and what cannot be looked at
usage; usage ledger; usage nonsense "$tmp"; usage ledger "$tmp/good" --key junk; usage ledger "$tmp/good" --key "$key" --lang fr; usage proof; usage ledger "$tmp/good" --no-such-option x
"$verify" ledger "$tmp/none" >/dev/null 2>&1; [ $? = 1 ] || fail "a folder that is not there: not exit 1"
"$verify" proof "$tmp/none" --key "$key" >/dev/null 2>&1; [ $? = 1 ] || fail "a file that is not there: not exit 1"

# --- truncate
fresh; rm "$tmp/l/tile/entries/001.p/74"; refused bundle-missing ledger "$tmp/l" --key "$key"
fresh; truncate -s -1 "$tmp/l/tile/entries/001.p/74"; refused bundle-cut ledger "$tmp/l" --key "$key"
fresh; truncate -s -32 "$tmp/l/tile/0/001.p/74"; refused tile-size ledger "$tmp/l" --key "$key"
fresh; rm "$tmp/l/tile/0/000"; refused tile-missing ledger "$tmp/l" --key "$key"
fresh; rm "$tmp/l/checkpoint"; refused checkpoint-missing ledger "$tmp/l" --key "$key"
fresh; printf x >>"$tmp/l/tile/entries/001.p/74"; refused bundle-long ledger "$tmp/l" --key "$key"
# --- re-order, swap: two neighbours of equal length change places; one leaf takes another's commitment
swap() { /usr/bin/python3 - "$tmp/l/tile/entries/000" "$1" <<'P'
import struct, sys
b, e = open(sys.argv[1], 'rb').read(), []
while b:
    n = struct.unpack('>H', b[:2])[0]
    e.append(b[2:2 + n]); b = b[2 + n:]
if sys.argv[2] == 'order':
    e[10], e[12] = e[12], e[10]
else:
    e[10] = e[10][:-32] + e[12][-32:]
open(sys.argv[1], 'wb').write(b''.join(struct.pack('>H', len(x)) + x for x in e))
P
}
fresh; swap order; refused entries-reordered ledger "$tmp/l" --key "$key"
$python ledger "$tmp/l" "$key" >/dev/null 2>&1 && fail "the second verifier accepts re-ordered entries"
fresh; swap payload; refused entry-differs ledger "$tmp/l" --key "$key"
$python ledger "$tmp/l" "$key" >/dev/null 2>&1 && fail "the second verifier accepts a swapped payload"
# --- one bit, in every kind of file
flip() { /usr/bin/python3 -c 'import sys; f = open(sys.argv[1], "r+b"); b = bytearray(f.read()); b[int(sys.argv[2]) % len(b)] ^= 1 << int(sys.argv[2]) % 8; f.seek(0); f.write(b)' "$1" "$2"; }
for at in 5 77 1001 4242 8191; do
	fresh; flip "$tmp/l/tile/0/000" $at; refused tile-differs ledger "$tmp/l" --key "$key"
	fresh; flip "$tmp/l/tile/1/000.p/1" $at; refused tile-differs ledger "$tmp/l" --key "$key"
	fresh; flip "$tmp/l/tile/entries/000" $((at | 1)); "$verify" ledger "$tmp/l" --key "$key" >/dev/null; [ $? = 3 ] || fail "bit in bundle at $at"
done
size=$(stat -c %s "$tmp/good/checkpoint")
for ((at = 0; at < size; at += 5)); do
	fresh; flip "$tmp/l/checkpoint" $at
	"$verify" ledger "$tmp/l" --key "$key" >/dev/null; [ $? = 3 ] || fail "bit in checkpoint at $at"
done
size=$(stat -c %s "$tmp/p")
for ((at = 0; at < size; at += 11)); do
	cp "$tmp/p" "$tmp/q"; flip "$tmp/q" $at
	"$verify" proof "$tmp/q" --key "$key" >/dev/null; [ $? = 3 ] || fail "bit in proof at $at"
done
# --- fork, roll back
refused forked ledger "$tmp/fork" --key "$key" --head "$tmp/old"
refused forked consistency "$tmp/old" "$tmp/forked" "$tmp/fork" --key "$key"
fresh; cp "$tmp/old" "$tmp/l/checkpoint"; accepted ledger "$tmp/l" --key "$key"
refused rolled-back ledger "$tmp/l" --key "$key" --head "$tmp/good/checkpoint"
refused rolled-back consistency "$tmp/good/checkpoint" "$tmp/old" "$tmp/good" --key "$key"
# --- wrong key, other origin, stripped or doubled signature
refused origin-other ledger "$tmp/good" --key "$foreign"
refused origin-other ledger "$tmp/good" --key "$key" --origin log.example/9
refused origin-other proof "$tmp/foreign-p" --key "$key"
mkdir "$tmp/same"; "$make" "$tmp/same" log.example/1 z 3
refused signature-missing ledger "$tmp/good" --key "$(cat "$tmp/same/key.pub")"
fresh; head -3 "$tmp/good/checkpoint" >"$tmp/l/checkpoint"; refused signature-missing ledger "$tmp/l" --key "$key"
fresh; tail -1 "$tmp/good/checkpoint" >>"$tmp/l/checkpoint"; refused signature-doubled ledger "$tmp/l" --key "$key"
fresh; sed -i '2s/.*/329/' "$tmp/l/checkpoint"; refused signature-wrong ledger "$tmp/l" --key "$key"
fresh; rm "$tmp/l/key.pub"; refused key-missing ledger "$tmp/l"
fresh; echo junk >"$tmp/l/key.pub"; refused key-malformed ledger "$tmp/l"
# --- proofs
refused entry-missing proof "$tmp/bare" --key "$key"
refused proof-wrong proof "$tmp/bare" --key "$key" --entry "$tmp/other-entry"
refused key-missing proof "$tmp/p"
head -c 200 "$tmp/p" >"$tmp/q"; refused proof-malformed proof "$tmp/q" --key "$key"
$python proof "$tmp/foreign-p" "$key" >/dev/null 2>&1 && fail "the second verifier accepts a foreign proof"
# --- epochs
mkdir "$tmp/e"; "$make" "$tmp/e" log.example/1 a 300 head "$tmp/e1" epoch add 40
accepted ledger "$tmp/e" --key "$key" --head "$tmp/e1"
refused epoch-lost ledger "$tmp/e" --key "$key" --head "$tmp/good/checkpoint"
$python ledger "$tmp/e" "$key" >/dev/null || fail "the second verifier refuses the second epoch"
exit $bad
