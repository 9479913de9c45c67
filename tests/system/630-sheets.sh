#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Workbooks from outside, over TLS: every list leaves as one, a register comes in as one by the same preview as a CSV; what is
# made to break the reader (bomb, DTD, link to another workbook, macro, formula without a value, 10^6 rows, password) is refused
# in words, and the station goes on. A worker is there for one job and leaves nothing.
. "$(dirname "$0")/common.bash"
bin=$BUILD/bin
password='ひみつの horse 9 battery!'
command -v zip >/dev/null || { echo "needs zip"; exit 77; }

get() {
	page=$(curl -sk --max-time 20 -b "$tmp/$1" -c "$tmp/$1" -D "$tmp/head" "$base$2")
	http=$(head -1 "$tmp/head" | cut -d' ' -f2)
}
post() {
	local jar=$1 path=$2 fields=() f
	shift 2
	get "$jar" "${from:-$path}"
	form=$(grep -o 'name="form" value="[0-9a-f]*"' <<<"$page" | head -1 | cut -d'"' -f4)
	for f in "form=$form" "$@"; do fields+=("${kind:---data-urlencode}" "$f"); done
	page=$(curl -sk --max-time 60 -b "$tmp/$jar" -c "$tmp/$jar" -D "$tmp/head" -H "Origin: $base" "${fields[@]}" "$base$path")
	http=$(grep '^HTTP' "$tmp/head" | tail -1 | cut -d' ' -f2)
}
code() { oathtool --totp -b "$seed" --now "@$(($(date +%s) + ${1:-0}))"; }
upload() { from=/register/endpoint/add kind=-F post home /register/endpoint/preview "csv=@$1;filename=x.xlsx"; }
refused() { upload "$tmp/$1"; [[ $http =~ ^4 && $page == *"$2"* ]] || { fail "$1: $http, no \"$2\""; grep -o '<main.*' <<<"$page" | sed 's/<[^>]*>//g' | head -c 600; }; }

# workbook NAME SHEET-XML [WORKBOOK-XML]: made by hand, as nobody else would.
workbook() {
	rm -rf "${tmp:?}/book" "${tmp:?}/$1"; mkdir -p "$tmp/book/xl/_rels" "$tmp/book/xl/worksheets"
	printf '%s' "${3:-<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"x\"/></sheets></workbook>}" >"$tmp/book/xl/workbook.xml"
	printf '<Relationships><Relationship Id="x" Target="worksheets/s.xml"/></Relationships>' >"$tmp/book/xl/_rels/workbook.xml.rels"
	printf '%s' "$2" >"$tmp/book/xl/worksheets/s.xml"
	(cd "$tmp/book" && zip -qr "$tmp/$1" .)
}
text() { printf '<c t="inlineStr"><is><t>%s</t></is></c>' "$1"; }

for who in "${whose[@]}"; do
	station_for "$who"
	link=$("${as[@]}" "$bin/tsujiban" --root "$root" init --admin taro --display 見本太郎 --json | jq -r '.link | split("/") | last')
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'port: %d\nlisten: ["127.0.0.1"]\n' "$port" >>"$root/tsujiban.yaml"
	base=https://localhost:$port
	rm -f "$tmp"/{home,enrol}
	station_start || { station_stop; continue; }
	get enrol "/enrol/$link"
	seed=$(grep -o '[A-Z2-7]\{4\}\( [A-Z2-7]\{4\}\)\{7\}' <<<"$page" | head -1 | tr -d ' ')
	post enrol "/enrol/$link" "password=$password" "again=$password" "code=$(code)"
	post home /sign-in name=taro "password=$password" "code=$(code 30)" to=/
	[ "$http" = 303 ] || fail "sign-in: $http"

	# ---- out: each list is a workbook, and nobody's name is in its properties
	for list in board control ledger register exception account register/endpoint status; do
		curl -sk -b "$tmp/home" -o "$tmp/out.xlsx" -D "$tmp/head" "$base/$list.xlsx"
		grep -qi 'spreadsheetml.sheet' "$tmp/head" || fail "$list.xlsx: $(head -1 "$tmp/head")"
		[ "$(unzip -Z1 "$tmp/out.xlsx" | grep -c 'docProps\|\.bin')" = 0 ] || fail "$list.xlsx has a part that hides something"
		[ "$list" = board ] && unzip -p "$tmp/out.xlsx" xl/worksheets/sheet1.xml | grep -q '<row r="5"' || [ "$list" != board ] || fail "the board has no rows"
	done
	[ -z "$KEEP" ] || cp "$tmp/out.xlsx" "$KEEP/status.xlsx"

	# ---- in: preview, then all or nothing
	rows="<row r=\"1\">$(text name)$(text host_name)$(text address)$(text port)$(text kind)$(text path)</row>"
	good="<row r=\"2\">$(text 窓口)$(text www.example.jp)$(text 192.0.2.1)<c><v>443</v></c>$(text https)$(text /)</row>"
	workbook wrong.xlsx "<worksheet><sheetData>$rows$good<row r=\"7\">$(text 別)$(text 'not a host')$(text 192.0.2.2)<c><v>99999</v></c>$(text https)$(text /)</row></sheetData></worksheet>"
	upload "$tmp/wrong.xlsx"
	[[ $http = 200 && $(tr -d "\n" <<<"$page") =~ \>7\</ && $page == *65535* ]] || { fail "the preview of a wrong row: $http"; [ -z "$KEEP" ] || echo "$page" >"$KEEP/wrong.html"; }
	workbook good.xlsx "<worksheet><sheetData>$rows$good</sheetData></worksheet>"
	upload "$tmp/good.xlsx"
	[[ $http = 200 && $page == *窓口* ]] || fail "the preview: $http"
	from=/register/endpoint/add kind=-F post home /register/endpoint/import "csv=@$tmp/good.xlsx;filename=x.xlsx"
	[ "$http" = 303 ] || fail "the import: $http"
	get home /register/endpoint.json
	jq -e '.total == 1 and .rows[0].values.port == "443"' <<<"$page" >/dev/null || fail "what was imported: $page"
	# what went out comes in again, and nothing changes
	curl -sk -b "$tmp/home" -o "$tmp/again.xlsx" "$base/register/endpoint.xlsx"
	[ -z "$KEEP" ] || cp "$tmp/again.xlsx" "$KEEP/endpoint.xlsx"
	upload "$tmp/again.xlsx"
	[[ $http = 200 && $page == *同じ* ]] || fail "an export imported again: $http"
	if command -v soffice >/dev/null; then # an office suite's own file: our export, saved by it
		rm -rf "$tmp/office" && mkdir "$tmp/office" && HOME=$tmp/office timeout 50 soffice --headless --convert-to xlsx --outdir "$tmp/office" "$tmp/again.xlsx" >/dev/null 2>&1
		upload "$tmp/office/again.xlsx"
		[[ $http = 200 && $page == *同じ* ]] || fail "an office suite's file: $http"
	fi

	# ---- made to break it
	workbook dtd.xlsx '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
	refused dtd.xlsx DTD
	workbook outside.xlsx "<worksheet><sheetData>$rows</sheetData></worksheet>"
	mkdir -p "$tmp/book/xl/externalLinks" && echo x >"$tmp/book/xl/externalLinks/externalLink1.xml" && (cd "$tmp/book" && zip -qr "$tmp/outside.xlsx" .)
	refused outside.xlsx リンク
	workbook formula.xlsx '<worksheet><sheetData><row r="1"><c r="A1"><f>HYPERLINK("http://192.0.2.9/")</f></c></row></sheetData></worksheet>'
	refused formula.xlsx 数式
	workbook rows.xlsx '<worksheet><sheetData><row r="1000000"><c r="A1000000"><v>1</v></c></row></sheetData></worksheet>'
	refused rows.xlsx 10000行
	workbook bomb.xlsx "<worksheet>"
	{ printf '<worksheet><sheetData>'; head -c 90000000 /dev/zero | tr '\0' ' '; } >"$tmp/book/xl/worksheets/s.xml"
	rm "$tmp/bomb.xlsx" && (cd "$tmp/book" && zip -qr "$tmp/bomb.xlsx" .)
	refused bomb.xlsx MiB; [ -z "$KEEP" ] || cp "$tmp/bomb.xlsx" "$KEEP/"
	printf '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1secret' >"$tmp/old.xlsx"
	refused old.xlsx パスワード
	head -c 3000 /dev/urandom >"$tmp/noise" && printf 'PK\x03\x04' | cat - "$tmp/noise" >"$tmp/noise.xlsx"
	refused noise.xlsx 読めません
	get home /
	[ "$http" = 200 ] || fail "the console after all that: $http"
	sleep 0.5
	[ -z "$(pgrep -P "$warden" -f tsujiban-worker)" ] || fail "a worker is still there"
	grep -q 'nonsense' "$log" && fail "$(grep nonsense "$log" | head -1)"
	station_stop
done

[ $bad = 0 ]
