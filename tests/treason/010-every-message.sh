#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every process says every message to every other: exactly the rows of routes.def are answered.
. "$(dirname "$0")/../system/common.bash"
who=${whose[0]}
station_for "$who"
bin=$tmp/bin
mkdir "$bin" && cp "$BUILD"/bin/tsujiban* "$BUILD/tests/treason" "$bin/" 2>/dev/null
chmod 755 "$bin"
"${as[@]}" "$bin/tsujiban" --root "$root" init --catalogue "$source_top/catalogue" >"$tmp/init" 2>&1 || { cat "$tmp/init"; exit 1; }
"${as[@]}" timeout 80 "$bin/treason" "$root"
