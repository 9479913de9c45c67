#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What people write: a third contract is accepted; every hostile catalogue and configuration is refused in words, never by a crash.
BUILD=$(realpath "${BUILD:-build}")
cd "$(dirname "$0")/../.." || exit 1
tool=$BUILD/bin/tsujiban
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
passed=0 bad=0

# expect NAME CODE PATTERN COMMAND...: that exit code, and a line of output that matches.
expect() {
	local name=$1 code=$2 pattern=$3 out rc
	shift 3
	out=$(timeout 20 "$@" 2>&1)
	rc=$?
	if [ $rc -eq "$code" ] && grep -qE "$pattern" <<<"$out"; then
		passed=$((passed + 1))
	else
		echo "$name: exit $rc (want $code): $out"
		bad=$((bad + 1))
	fi
}

sed -e 's/^id: sapporo/id: third-city/' -e 's/^  - id: S-/  - id: T-/' catalogue/contracts/01-sapporo.yaml >"$tmp/third.yaml"
expect "a third contract" 0 'third-city' "$tool" catalogue check "$tmp/third.yaml"
expect "its own older version" 0 'sapporo' "$tool" catalogue check catalogue/contracts/01-sapporo.yaml
expect "no such file" 1 'nowhere.yaml' "$tool" catalogue check "$tmp/nowhere.yaml"
expect "a folder" 1 '.' "$tool" catalogue check "$tmp/."
for file in tests/hostile/*.yaml; do
	expect "catalogue check $file" 1 "$file:[0-9]+: .+ / .+" "$tool" catalogue check "$file"
	case $file in
	*/empty.yaml | */only_comment.yaml) expect "config check $file" 0 . "$tool" config check "$file" ;; # says nothing: the defaults
	*) expect "config check $file" 1 "$file:[0-9]+: .+ / .+|ceiling of" "$tool" config check "$file" ;;
	esac
done
echo "$passed passed, $bad failed"
[ $bad -eq 0 ]
