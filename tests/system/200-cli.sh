#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The command line as a person uses it: an empty place, a look with no station running, a running station asked,
# the ledger checked and tampered with, every refusal in words with its exit code.
. "$(dirname "$0")/common.bash"
golden=$source_top/tests/golden

# run CODE ARGUMENT...: the command line; its output in $out, what it said in $said.
run() {
	local want=$1 code
	shift
	out=$("${as[@]}" timeout 60 "$BUILD/bin/tsujiban" --root "$root" "$@" 2>"$tmp/said")
	code=$?
	said=$(<"$tmp/said")
	[ "$code" = "$want" ] || fail "tsujiban $*: exit $code, wanted $want: $out $said"
}
says() { [[ $out$said == *"$1"* ]] || fail "no \"$1\" in: $out $said"; }
json() { python3 -c "import json,sys; d=json.load(sys.stdin); assert ($1), d" <<<"$out" || fail "json: not $1"; }

# ---- help and completion print from the table
who=any as=() root=$tmp/none
for lang in ja en; do
	run 0 --lang $lang help
	diff -u "$golden/help-$lang.txt" <(echo "$out") || fail "help-$lang.txt differs: it is made by tsujiban --lang $lang help"
done
run 0 completion
(
	eval "$out"
	COMP_WORDS=(tsujiban clause "") COMP_CWORD=2 && _tsujiban
	[ "${COMPREPLY[*]}" = "list show" ]
) || fail "completion of clause"
run 2 clause lisst; says "clause list"
run 2 clause show; says "clause show ID"
run 2 clause show S-3-4 more
run 2 assess --nonsense 1
run 2 ledger proof minus
run 2 ledger show --from yesterday
run 2 --lang fr help
run 1 status; says "tsujiban init"
run 1 ledger verify; says "tsujiban init"

for who in "${whose[@]}"; do
	station_for "$who"
	chmod 755 "$tmp"

	# ---- an empty place
	echo x >"$root/something" && run 1 init && says "something" && rm "$root/something"
	run 0 init --admin taro --display 太郎 --json
	json 'd["name"] == "taro" and d["link"].startswith("https://localhost:8443/enrol/") and len(d["link"].rsplit("/", 1)[1]) == 64'
	[ -s "$root/tsujiban.yaml" ] && [ -s "$root/catalogue/contracts/01-sapporo.yaml" ] || fail "init left something out"
	[ "$(stat -c %a "$root/vault")$(stat -c %a "$root/auth")" = 700700 ] || fail "keys or accounts can be read by others"
	[ -z "$(find "$root" -name console.token)" ] || fail "init started something"
	run 1 init; says "空ではありません"
	run 0 ledger key; key=$out
	[[ $key == tsujiban.local/*+*+* ]] || fail "no verifier key: $key"
	run 0 config check
	run 0 config show --json; json 'd["port"]["value"] == 8443 and not d["port"]["set"]'
	run 0 catalogue check "$root/catalogue/contracts/02-osaka.yaml"
	sed 's/strength: must/strength: mustard/' "$root/catalogue/contracts/02-osaka.yaml" >"$tmp/bad.yaml" && chmod 644 "$tmp/bad.yaml"
	run 1 catalogue check "$tmp/bad.yaml"; says "bad.yaml:"
	printf 'port: 8443\nport: 8444\n' >"$tmp/bad.conf" && chmod 644 "$tmp/bad.conf"
	run 1 config check "$tmp/bad.conf"; says "bad.conf:2"

	# ---- a look with no station running: started, asked, stopped
	run 1 clause list; says "動いていません"
	run 3 assess --json
	json 'len(d["rows"]) >= 60 and any(c["written"] and c["at"] for c in d["controls"])'
	[ -z "$(pgrep -f "$BUILD/bin/tsujiban-[a-z]* .*$root")" ] || fail "assess left processes"
	[ ! -e "$root/auth/console.token" ] || fail "assess left its key"
	run 0 ledger verify --json; json 'd["entries"] > 10 and d["entries"] == d["covered"] and not d["problems"] and d["payloads_checked"] == d["payloads"] > 0'
	run 0 ledger verify --key "$key"

	# ---- a running one
	bin=$BUILD/bin
	station_start --no-listen || { station_stop; continue; }
	run 0; says "tsujiban.local/"
	run 0 status --json; json '{p["name"] for p in d["processes"]} >= {"web", "core", "auth", "ledger", "vault"}'
	run 3 clause list --json; json 'len(d["rows"]) >= 60'
	run 3 clause show S-3-4; says "S-3-4"
	run 0 oscal get catalog; json 'len([k for g in d["catalog"]["groups"] for s in g["groups"] for k in s["controls"]]) >= 60'
	run 0 oscal get results; json 'd["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] in ("satisfied", "not-satisfied")'
	run 0 oscal get poam; json 'len(d["plan-of-action-and-milestones"]["poam-items"]) > 0'
	run 1 oscal get plan; says "catalog"
	run 1 clause show S-99-9; says "ありません"
	run 0 control list; says "ports-closed"
	run 3 control run clock-sync --json || run 0 control run clock-sync --json
	run 0 control explain firewall; says "firewall"
	run 0 control explain access-log; grep -q 'machine_since *20[0-9][0-9]' <<<"$out" && ! grep -Eq '[0-9]{13}' <<<"$out" || fail "an instant as a number: $out"
	run 0 account add hanako 花子 operator --json; json 'd["name"] == "hanako" and d["link"]'
	run 1 account add hanako 別人 operator; says "使われています"
	run 2 account add jiro 次郎 emperor; says "emperor"
	run 0 account link hanako --json; json 'd["name"] == "hanako" and d["link"]'
	run 1 account link nobody; says "ありません"
	run 0 account list --json; json '[r["name"] for r in d["rows"]] == ["hanako", "taro"] and not any(r["enrolled"] for r in d["rows"])'
	run 0 catalogue list; says "sapporo"
	run 1 catalogue reload; says "reason"
	run 1 catalogue reload --reason 見直し --ticket T-1; says "--confirm '60'"
	run 1 catalogue reload --reason 見直し --ticket T-1 --confirm 59
	run 1 catalogue reload --reason 見直し --ticket T-1 --confirm 60; says "guard:procedure"
	run 0 register add operation name=定義の読み直し system=station act=catalogue-reload effect=service procedure=手順書7 version=1 who=管理者 alert=not-built --json
	row=$(python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])' <<<"$out")
	run 1 operation read "$row" 2
	run 0 operation read "$row" 1; says "手順書7"
	run 0 catalogue reload --reason 見直し --ticket T-1 --confirm 60
	run 0 ledger show --json; json 'd["total"] > 10 and any(r["name"] == "account-add" and r["actor_text"] for r in d["rows"])'
	for i in 1 2 3 4 5 6 7 8 9 10; do run 0 ledger proof 3 && break; sleep 0.2; done
	printf '%s\n' "$out" >"$tmp/proof"
	"$BUILD/bin/tsujiban-verify" proof "$tmp/proof" --key "$key" >/dev/null || fail "the proof is not accepted"
	sed 's/^index 3$/index 4/' "$tmp/proof" >"$tmp/proof2"
	"$BUILD/bin/tsujiban-verify" proof "$tmp/proof2" --key "$key" >/dev/null && fail "a proof of another entry is accepted"
	[ "$(stat -c %a "$root/auth/console.token")" = 600 ] || fail "others can read the key to the console"
	if [ "$(id -u)" = 0 ]; then
		stranger=$(setpriv --reuid 64299 --regid 64299 --clear-groups "$BUILD/bin/tsujiban" --root "$root" status 2>&1) && fail "a stranger is let in: $stranger"
	fi
	station_stop
	run 0 ledger verify

	# ---- tampered with: named, and 3
	python3 - "$root/ledger/checkpoint" <<'END'
import sys
path = sys.argv[1]
lines = open(path, encoding="utf-8").read().split("\n")
lines[2] = ("B" if lines[2][0] != "B" else "C") + lines[2][1:]
open(path, "w", encoding="utf-8").write("\n".join(lines))
END
	run 3 ledger verify
	run 3 ledger verify --json; json 'd["problems"]'
done

[ $bad = 0 ]
