#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#= O1-2-2 type=test
# Evidence on the client's order: held and bundled by itself, enveloped to its certificate, checked three ways without the
# station: tsujiban-verify, and sha256sum with openssl alone. A bundle with one file changed, removed, added or renamed, with a
# line of omissions deleted, or of another ledger is refused; a bundle survives a restart and is made again when it is lost.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/people.bash"
bin=$BUILD/bin who=${whose[-1]}
verify() { "$bin/tsujiban-verify" bundle "$@" --key "@$tmp/key.pub" --lang en; }
orders() { cli evidence list --json; }
ready() { for ((i = 0; i < 150; i++)); do [ "$(orders | jq -r --arg n "$1" '.rows[] | select(.number == $n) | .state')" = ready ] && return; sleep 0.2; done; orders | head -40; return 1; }
id_of() { orders | jq -r --arg n "$1" '.rows[] | select(.number == $n) | .id'; }
fetch() { # NUMBER FILE
	cli evidence get "$(id_of "$1")" >"$2.cms" || return 1
	openssl cms -decrypt -inform DER -in "$2.cms" -inkey "$tmp/client.key" -out "$2"
}
# unpack BUNDLE FOLDER, pack FOLDER BUNDLE: as somebody who tampers would
unpack() { rm -rf "$2"; mkdir "$2"; tar -xf "$1" -C "$2"; tar -tf "$1" >"$2.list"; }
pack() { # python writes the archive exactly as the station does, so that nothing but the change is wrong
	python3 - "$1" "$1.list" "$2" <<'P'
import sys, os, io, tarfile
folder, names, out = sys.argv[1:]
with open(out, 'wb') as f:
    for name in open(names).read().split():
        b = open(os.path.join(folder, name), 'rb').read()
        t = tarfile.TarInfo(name); t.size = len(b); t.mode = 0o644; t.mtime = 0
        h = bytearray(512)
        h[0:len(name)] = name.encode(); h[100:107] = b'0000644'; h[108:115] = b'0000000'; h[116:123] = b'0000000'
        h[124:135] = b'%011o' % len(b); h[136:147] = b'%011o' % 0; h[156:157] = b'0'; h[257:265] = b'ustar\x0000'
        h[148:156] = b' ' * 8
        h[148:154] = b'%06o' % sum(h); h[154] = 0; h[155] = 32
        f.write(h); f.write(b); f.write(b'\0' * (-len(b) % 512))
    f.write(b'\0' * 1024)
P
}
# refused FILE FAULT
refused() { verify "$1" >"$tmp/out" 2>&1; [ $? = 3 ] && grep -q "^  $2" "$tmp/out" || { fail "$3: not refused as $2"; head -5 "$tmp/out"; }; }

people_station || exit 1
person taro administrator && person hiroko client-officer || { station_stop; exit 1; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/client.key" -out "$tmp/client.pem" -days 30 -subj '/O=Sample City/CN=evidence' 2>/dev/null
cp "$root/ledger/key.pub" "$tmp/key.pub" # as it was received the other way
from=/register/evidence-recipient/add post hiroko /register/evidence-recipient/add v.name=監査 "v.certificate=$(cat "$tmp/client.pem")"
[ "$http" = 303 ] || fail "the certificate cannot be declared: $http"

# ---- an order for one clause: made by itself, opened by its recipient alone
from=/register/evidence-order/add post hiroko /register/evidence-order/add v.number=第1号 "v.recipient=監査" v.clause=S-3-4 v.reason=見本
[ "$http" = 303 ] || fail "nothing can be ordered: $http $(grep -o 'error-text.*' <<<"$page" | head -3)"
ready 第1号 || { fail "the bundle is not made"; station_stop; exit 1; }
fetch 第1号 "$tmp/one.tar" || fail "it cannot be fetched and opened"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/other.key" -out "$tmp/other.pem" -days 30 -subj /CN=other 2>/dev/null
openssl cms -decrypt -inform DER -in "$tmp/one.tar.cms" -recip "$tmp/other.pem" -inkey "$tmp/other.key" -out /dev/null 2>/dev/null && fail "somebody else opens it"
grep -qa 'mfa' "$tmp/one.tar.cms" && fail "the envelope can be read"
verify "$tmp/one.tar" >"$tmp/out" || { fail "a good bundle is refused"; cat "$tmp/out"; }
grep -q 'S-3-4' "$tmp/out" && grep -q 'payloads: [1-9]' "$tmp/out" || { fail "it does not say what it is about"; cat "$tmp/out"; }
verify "$tmp/one.tar" --json | jq -e '.accepted and .omitted > 0 and .shown > 0' >/dev/null || fail "no account of what is left out"
unpack "$tmp/one.tar" "$tmp/one"
[ "$(cat "$tmp"/one/entries-*.txt | wc -l)" = "$(orders | jq '.rows[0].bundle.entries')" ] || fail "the screen counts otherwise"
grep -q '"control":"mfa"' "$tmp"/one/entries-*.txt || fail "what was found is not in it"
cmp -s "$tmp/one/manifest.txt" <(cd "$tmp/one" && sed -n '/^manifest.txt$/q;p' ../one.list | xargs sha256sum) || fail "the manifest is not as sha256sum writes it"

# ---- a third way: sha256sum and openssl alone
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { printf '%b' "$(sed 's/../\\x&/g')"; }
third() { # FOLDER: the steps of docs/format-bundle.md
	cd "$1" || return 1
	sha256sum --quiet -c manifest.txt || return 1
	# the seal names this manifest, and its entry commits to it
	cut -d' ' -f2- seal.txt | grep -q "\"manifest\":\"$(sha256sum manifest.txt | cut -d' ' -f1)\"" || return 1
	salt=$(cut -d' ' -f1 seal.txt)
	committed=$({ printf 'tsujiban payload v1\n'; base64 -d <<<"$salt"; cut -d' ' -f2- seal.txt | tr -d '\n'; } | sha256sum | cut -d' ' -f1)
	sed -n 's/^extra //p' seal.tlog-proof | base64 -d >"$tmp/leaf"
	[ "$(tail -c 32 "$tmp/leaf" | hex)" = "$committed" ] || return 1
	# the head is signed by the key
	sed '1,/^$/d' seal.tlog-proof >"$tmp/note"
	sed '/^$/q' "$tmp/note" | sed '$d' >"$tmp/text"
	sed -n 's/^— [^ ]* //p' "$tmp/note" | head -1 | base64 -d | tail -c 64 >"$tmp/sig"
	{ printf '302a300506032b6570032100'; cut -d+ -f3- "$tmp/key.pub" | base64 -d | tail -c 32 | hex; } | unhex >"$tmp/pub.der"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$tmp/pub.der" -rawin -in "$tmp/text" -sigfile "$tmp/sig" >/dev/null 2>&1 || return 1
	# from the entry to the root, a hash at a time
	index=$(sed -n 's/^index //p' seal.tlog-proof) size=$(sed -n 2p "$tmp/text")
	hash=$({ printf '\000'; cat "$tmp/leaf"; } | sha256sum | cut -d' ' -f1)
	fn=$index sn=$((size - 1))
	for node in $(sed -n '/^index/,/^$/p' seal.tlog-proof | sed '1d;$d'); do
		node=$(base64 -d <<<"$node" | hex)
		if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
			hash=$(unhex <<<"01$node$hash" | sha256sum | cut -d' ' -f1)
			while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
		else
			hash=$(unhex <<<"01$hash$node" | sha256sum | cut -d' ' -f1)
		fi
		fn=$((fn / 2)) sn=$((sn / 2))
	done
	[ "$hash" = "$(sed -n 3p "$tmp/text" | base64 -d | hex)" ]
}
(third "$tmp/one") || fail "sha256sum and openssl alone do not accept it"

cp -r "$tmp/one" "$tmp/bent"; sed -i 's/"entries":/"entries" :/' "$tmp/bent/seal.txt"
(third "$tmp/bent") && fail "sha256sum and openssl alone accept another seal"

# ---- one thing changed at a time
change() { unpack "$tmp/one.tar" "$tmp/bad"; (cd "$tmp/bad" && eval "$1"); [ -z "${2:-}" ] || sed -i "$2" "$tmp/bad.list"; pack "$tmp/bad" "$tmp/bad.tar"; }
change true; verify "$tmp/bad.tar" >"$tmp/out" || { fail "packed again it is refused"; cat "$tmp/out"; }
change 'sed -i "s/S-3-4/S-3-5/" order.json'; refused "$tmp/bad.tar" file-differs "the order changed"
change true '/^omitted.txt$/d'; refused "$tmp/bad.tar" file-missing "a file removed"
change 'echo x >extra.txt' 's/^manifest.txt$/extra.txt\n&/'; refused "$tmp/bad.tar" file-unlisted "a file added"
change 'mv custody.txt custodian.txt' 's/^custody/custodian/'; refused "$tmp/bad.tar" file-missing "a file renamed"
again() { # the manifest made to fit: now only the ledger knows better
	unpack "$tmp/one.tar" "$tmp/bad"; (cd "$tmp/bad" && eval "$1" && sed -n '/^manifest.txt$/q;p' ../bad.list | xargs sha256sum >manifest.txt); pack "$tmp/bad" "$tmp/bad.tar"
}
again 'sed -i 1d omitted.txt'; refused "$tmp/bad.tar" omitted-wrong "a line of omissions deleted"
grep -q '^  seal-wrong' "$tmp/out" || fail "a manifest made to fit is not told apart by the ledger"
again 'sed -i "1s/not-selected/erased/" omitted.txt'; refused "$tmp/bad.tar" seal-wrong "a reason changed"
again 'f=$(ls entries-*); sed -i "0,/\"control\":\"mfa\"/s//\"control\":\"mfx\"/" $f'; refused "$tmp/bad.tar" payload-differs "a payload changed"
again 'f=$(ls entries-*); sed -i 2d $f'; refused "$tmp/bad.tar" omitted-wrong "an entry taken out"
again 'sed -i 1d proof.txt'; refused "$tmp/bad.tar" entries-unproven "a hash of the proof taken out"
head -c $(($(stat -c %s "$tmp/one.tar") / 2)) "$tmp/one.tar" >"$tmp/bad.tar"; refused "$tmp/bad.tar" archive-malformed "cut short"
printf 'x' | cat "$tmp/one.tar" - >"$tmp/bad.tar"; refused "$tmp/bad.tar" archive-malformed "something behind it"
sed 's/^[^+]*/tsujiban.local\/00000000/' "$tmp/key.pub" >"$tmp/key.other"
"$bin/tsujiban-verify" bundle "$tmp/one.tar" --key "@$tmp/key.other" >/dev/null 2>&1 && fail "another ledger's key accepts it"

# ---- by phone: entered by the contractor with its number; everything of one account; what cannot be made says why
cli register add evidence-order number=電話-2 recipient=監査 person=taro reason=見本 >/dev/null || fail "an order by phone is not entered"
ready 電話-2 || fail "the second bundle is not made"
fetch 電話-2 "$tmp/two.tar" && verify "$tmp/two.tar" >/dev/null || fail "the second bundle is refused"
cli register add evidence-order number=第3号 recipient=監査 clause=S-99-9 >/dev/null
for ((i = 0; i < 50; i++)); do [ "$(orders | jq -r '.rows[] | select(.number == "第3号") | .state')" = wrong ] && break; sleep 0.2; done
orders | jq -r '.rows[] | select(.number == "第3号") | .error' | grep -q 'S-99-9' || fail "an order for a clause that is none says nothing"

# ---- an order of all there is: nothing of it is missing, and where something is, both say so
cli register add evidence-order number=第4号 recipient=監査 from=2020-01-01 >/dev/null
ready 第4号 || fail "the bundle of everything is not made"
fetch 第4号 "$tmp/one.tar" && verify "$tmp/one.tar" --json >"$tmp/out" || fail "the bundle of everything is refused"
jq -e '.accepted and .partial == 0 and .omitted == 0' "$tmp/out" >/dev/null || fail "entries that were ordered are left out: $(jq -c '{partial, omitted, withheld, erased}' "$tmp/out") $(tar -xOf "$tmp/one.tar" omitted.txt | head -5) $(tar -xOf "$tmp/one.tar" checkpoint | sed -n 2p)"
again 'f=$(ls entries-*.txt | head -1); awk '"'"'NR == 5 { print $1 - 0 > "../gone"; next } 1'"'"' $f >x; mv x $f; g=$(cat ../gone); echo "$g $g not-selected" >omitted.txt'
refused "$tmp/bad.tar" entries-unproven "an entry of the period left out"
grep -q 'partial delivery: at least 1 ' "$tmp/out" || fail "that an ordered entry is not there is not said: $(cat "$tmp/out")"
again 'f=$(ls entries-*.txt | head -1); awk '"'"'!done && $3 != "-" && NR > 5 { print $1, $2, "-", "withheld"; done = 1; next } 1'"'"' $f >x; mv x $f'
refused "$tmp/bad.tar" seal-wrong "a payload of the period kept back"
grep -q 'partial delivery: at least 1 ' "$tmp/out" || fail "that an ordered payload is kept back is not said"

# ---- receipt, restart, a lost bundle
post hiroko "/evidence/$(id_of 第1号)/receive" 2>/dev/null || true
from=/evidence post hiroko "/evidence/$(id_of 第1号)/receive"
[ "$(orders | jq -r '.rows[] | select(.number == "第1号") | .state')" = received ] || fail "the receipt is not on record: $http"
station_stop; rm -f "$root"/core/evidence-*.json; station_start || { station_stop; exit 1; }
for ((i = 0; i < 100; i++)); do [ "$(orders | jq '[.rows[] | select(.bundle != null)] | length')" = 3 ] && break; sleep 0.2; done
fetch 第1号 "$tmp/again.tar" && verify "$tmp/again.tar" >/dev/null || fail "after a restart it is not made again"
[ "$(orders | jq -r '.rows[] | select(.number == "第1号") | .state')" = received ] || fail "the receipt is forgotten"
ls "$root"/core/evidence-*.part >/dev/null 2>&1 && fail "something half made is left"
station_stop
[ $bad = 0 ] && echo "ok: evidence" || exit 1
