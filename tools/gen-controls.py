#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gen-controls OUT NAME...: the list of all written controls, from the names of their files."""
import sys

out, names = sys.argv[1], sorted(sys.argv[2:])
with open(out, "w") as f:
    f.write("/* Made by tools/gen-controls.py from the file names in src/control. */\n#include \"control/control.h\"\n\n")
    for name in names:
        f.write(f"extern const struct control control_{name};\n")
    f.write("\nconst struct control *const controls[] = {\n")
    for name in names:
        f.write(f"\t&control_{name},\n")
    f.write("\tNULL,\n};\n")
