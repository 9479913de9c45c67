#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""table.py ROWS [DOCUMENT] - what run.sh saw as a table; a row where the four do not agree needs its explanation in explained.txt.

Prints the table, or puts it between the marks in DOCUMENT. Ends with 1 when a disagreement is not explained, or ours says the
opposite of the thing itself and the explanation does not begin with which side is right ("tsujiban is right:", "tsujiban is wrong:").
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {"root-ssh": "root comes in over SSH by a password", "ssh-ciphers": "SSH takes weak ciphers", "lockout": "wrong passwords lock an account", "passwords": "letters, digits, symbols can be set",
         "one-root": "one account has number 0", "firewall": "a port nobody opened is shut", "patches": "no security fix waits"}
explained = {}
with open(os.path.join(HERE, "explained.txt"), encoding="utf-8") as f:
    for line in f:
        if line.strip() and not line.startswith("#"):
            what, why = line.split(":", 1)
            explained[tuple(what.split())] = why.strip()

lines, bad, used = [], [], set()
with open(sys.argv[1], encoding="utf-8") as f:
    rows = [line.rstrip("\n").split("|") for line in f]
for item, machine, *said in rows:
    plain = [s.split(",")[0].split(" ")[0] for s in said]
    why = ""
    if len({p for p in plain if p != "-"}) > 1:
        key = (item, machine) if (item, machine) in explained else (item, "*")
        why = explained.get(key, "")
        used.add(key)
        if not why:
            bad.append(f"not explained: {item} on {machine}: {said}")
    if {plain[0], plain[3]} == {"yes", "no"} and not why.startswith(("tsujiban is right:", "tsujiban is wrong:")):
        bad.append(f"against the oracle: {item} on {machine}: {said}")
    lines.append(f"| {NAMES[item]} | {machine} | " + " | ".join(said) + f" | {why} |")
lines.sort(key=lambda text: list(NAMES.values()).index(text.split(" | ")[0][2:]))
table = "| item | machine | tsujiban | lynis | oscap | the thing itself | why they differ |\n|---|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
if len(sys.argv) > 2:
    with open(sys.argv[2], encoding="utf-8") as f:
        head, rest = f.read().split("<!-- table:begin -->", 1)
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        f.write(head + "<!-- table:begin -->\n" + table + "<!-- table:end -->" + rest.split("<!-- table:end -->", 1)[1])
else:
    print(table)
for key in set(explained) - used:
    bad.append(f"explained, and they agree: {' '.join(key)}")
print("\n".join(bad) if bad else f"{len(rows)} rows, {len(used)} explanations, ours never against the thing itself unexplained")
sys.exit(1 if bad else 0)
