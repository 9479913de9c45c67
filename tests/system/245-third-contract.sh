#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A third contract by the command line: an office's table and a catalog of OSCAL become drafts, which the station reads as a
# contract; the contractor cannot take it up; a contract's file may bring controls of its own.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
cli() { "${as[@]}" "$bin/tsujiban" --root "$root" "$@"; }

station_for "ordinary user"
cli init --admin taro --display 見本 >/dev/null
printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')" >>"$root/tsujiban.yaml"
station_start || exit 1

cli register add contract-draft id=kakuu prefix=K name=架空市 version=2026-04-01 client=架空市 contractor=見本 phase=operate >/dev/null || fail "no draft"
printf '架空市の別表,,\n項番,分類,要求事項\n1-1,管理,2つの要素を使うこと。\n1-2,,時刻を合わせること。\n,保守,\n2-1,,記録を残すこと。\n' >"$tmp/office.csv"
cli register convert "$tmp/office.csv" --columns 'number=項番,section=分類+,text=要求事項,contract:=kakuu' >"$tmp/clauses.csv" || fail "the table is not converted"
chmod 644 "$tmp"/*.csv
cli register import clause-draft "$tmp/clauses.csv" >/dev/null || fail "the table is not imported"
printf '{"catalog":{"groups":[{"title":"物理","controls":[{"id":"pe-3","title":"入退室","parts":[{"name":"statement","prose":"人を限ること。"}]}]}]}}' >"$tmp/catalog.json"
cli register convert "$tmp/catalog.json" --columns 'number=number,section=section,title=title,text=text,contract:=kakuu' >"$tmp/oscal.csv" || fail "the catalog is not converted"
chmod 644 "$tmp"/*.csv
cli register import clause-draft "$tmp/oscal.csv" >/dev/null || fail "the catalog is not imported"
cli register convert "$tmp/catalog.json" --columns 'number=nothing' >/dev/null 2>"$tmp/err" && fail "a column that is not there is taken"
grep -q nothing "$tmp/err" || fail "it is not said which column"

cli contract list --json >"$tmp/list" || fail "contract list"
[ "$(jq -r '.drafts[0] | "\(.id) \(.state) \(.clauses) \(.statements)"' "$tmp/list")" = "kakuu new 4 4" ] || { fail "the draft:"; cat "$tmp/list"; }
[ "$(jq '.rows | length' "$tmp/list")" = 2 ] || fail "a draft is judged already"
cli contract adopt kakuu "$(jq -r '.drafts[0].hash' "$tmp/list")" 第1号 >/dev/null 2>"$tmp/err" && fail "the contractor took it up"
cli ledger show --json | jq -r '.rows[] | .name' | grep -q '^contract-adopt$' || fail "nothing tells that it was tried"
cli contract show sapporo | grep -q 'S-3-4' || fail "no table of acceptance"
[ "$(cli contract list --json | jq '.rows | length')" = 2 ] || fail "refused, and judged"
station_stop

# ---- a file with controls of its own
cat >"$tmp/own.yaml" <<'Y'
format: 1
id: kakuu
version: "1"
name: {ja: "架空市", en: "Nowhere"}
client: {ja: "架空市", en: "Nowhere"}
contractor: {ja: "見本", en: "Sample"}
phase: operate
controls:
  - {id: kakuu-keys, name: {ja: "鍵の覚書", en: "Keys"}, reads: {ja: "書面。", en: "A paper."}, remedy: {ja: "出す。", en: "File it."}, route: attested, turn: contractor, subject: contract, papers: [{form: clause-statement, where: clause=K-1}]}
sections: [{id: "1", title: {ja: "鍵", en: "Keys"}}]
clauses:
  - {id: K-1, cite: "1", section: "1", title: {ja: "鍵", en: "Keys"}, text: {ja: "鍵を守る。", en: "Keep keys."}, strength: must, phases: [operate], closes: [agree], holds: kakuu-keys, turn: contractor}
Y
chmod 644 "$tmp/own.yaml"
cli catalogue check "$tmp/own.yaml" >/dev/null || fail "controls of a contract's own are refused"
sed 's/clause-statement/no-such-form/' "$tmp/own.yaml" >"$tmp/bad.yaml"; chmod 644 "$tmp/bad.yaml"
cli catalogue check "$tmp/bad.yaml" >/dev/null 2>&1 && fail "a control over no form is taken"
sed 's/id: kakuu-keys,/id: mfa,/; s/holds: kakuu-keys/holds: mfa/' "$tmp/own.yaml" >"$tmp/bad.yaml"
cli catalogue check "$tmp/bad.yaml" >/dev/null 2>&1 && fail "a contract takes over a control of everybody's"
[ $bad = 0 ] && echo "ok: a third contract" || exit 1
