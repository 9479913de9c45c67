#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tidy-list - the C files of ours that BUILD compiles, once each; tests and fuzz targets are left to the compilers."""
import json
import os
import sys

build = sys.argv[1]
seen = set()
for entry in json.load(open(os.path.join(build, "compile_commands.json"), encoding="utf-8")):
    path = os.path.relpath(os.path.join(entry["directory"], entry["file"]))
    if path.startswith(("src/", "bin/")) and not path.endswith(("_test.c", "_fuzz.c")):
        seen.add(path)
print("\n".join(sorted(seen)))
