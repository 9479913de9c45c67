#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gen-routes.py - the process and message tables of ARCHITECTURE.md, made of routes.def, launch.c and src/proc/*.c; to standard output."""
import pathlib
import re

root = pathlib.Path(__file__).resolve().parent.parent
text = re.sub(r"(?s)/\*.*?\*/", "", (root / "src/ipc/routes.def").read_text(encoding="utf-8"))
processes = re.findall(r"^PROCESS\((\w+),\s*(\w+)\)", text, re.M)
messages = re.findall(r'^MESSAGE\((\w+),\s*(\w+),\s*(\d+),\s*(\d+),\s*"([^"]*)"\)', text, re.M)
routes = re.findall(r"^ROUTE\((\w+),\s*(\w+),\s*(\w+),\s*(\w+)\)", text, re.M)
name = dict(processes)
given = dict(re.findall(r"\{ PROC_(\w+),\s+([A-Z |]+?) \}", (root / "src/proc/launch.c").read_text(encoding="utf-8")))
words = {"FOLDER": "its own folder", "TREE": "the host's files, read-only", "CATALOGUE": "the catalogue, read-only", "LISTENERS": "listening sockets",
         "CERTIFICATE": "the configured certificate", "KEY": "the configured TLS key", "COLLECTOR": "the collector's authority", "AUTHORITIES": "the authorities of people's certificates"}


def block(process):
    """NAME, DOES, MAY NEVER … of the comment at the top of its main file."""
    path = root / "src/proc" / f"{process}.c"
    head = path.read_text(encoding="utf-8").split("*/")[0] if path.exists() else ""
    found = re.findall(r"^ \* ([A-Z][A-Z -]+?)  +(.*(?:\n \*   +.*)*)", head, re.M)
    return {k.strip(): re.sub(r"\n \*\s+", " ", v) for k, v in found}


def size(n):
    n = int(n)
    return f"{n >> 20} MiB" if n >= 1 << 20 and not n % (1 << 20) else f"{n >> 10} KiB" if n >= 1024 and not n % 1024 else f"{n} B"


print("| process | does | is given | asks | if it falls |\n|---|---|---|---|---|")
for upper, lower in processes:
    b = block(lower)
    asks = sorted({name[to] for m, to, *_ in messages for r in routes if r[0] == m and r[1] == upper})
    gives = ", ".join(words[g] for g in given.get(upper, "").split(" | ") if g in words) or "–"
    print(f"| {lower} | {b.get('DOES', '–')} | {gives} | {', '.join(asks) or '–'} | {b.get('IF IT FALLS', '–')} |")

print("\n| message | from | to | question, answer at most | when | leaf | meaning |\n|---|---|---|---|---|---|---|")
for m, to, request, reply, sentence in messages:
    senders = [r for r in routes if r[0] == m]
    once = "once" if any(r[2] == "ONCE" for r in senders) else "any time"
    leaf = "yes" if any(r[3] == "LEAF" for r in senders) else "–"
    print(f"| {m} | {', '.join(name[r[1]] for r in senders)} | {name[to]} | {size(request)}, {size(reply)} | {once} | {leaf} | {sentence} |")
