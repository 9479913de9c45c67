#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gen-messages - turns messages/*.yaml into messages.h (enum msg) and messages.c (tables).

usage: gen-messages.py OUT.h OUT.c FILE.yaml...
acts.yaml names the acts, words.yaml the closed vocabularies; every other file is a list of
{number, name, ja, en, next_ja, next_en}. A mistake is "file:line: sentence" and stops the build.
"""
import os
import re
import sys
import yaml

ARG = re.compile(r"\{([a-z_]+)(?::(time|date|tenths))?\}")


def die(path, node, what):
    sys.exit(f"{path}:{node.start_mark.line + 1}: {what}")


def pairs(path, node):
    """A mapping as {key: node}; a key that stands twice is refused."""
    if not isinstance(node, yaml.MappingNode):
        die(path, node, "a mapping is expected here")
    found = {}
    for key, value in node.value:
        if key.value in found:
            die(path, key, f"'{key.value}' stands twice")
        found[key.value] = value
    return found


def words(path, node, allowed, needed=("ja", "en")):
    row = pairs(path, node)
    for key in row:
        if key not in allowed:
            die(path, node, f"unknown key '{key}'")
    for key in needed:
        if key not in row or not row[key].value:
            die(path, node, f"'{key}' is missing")
    return {key: value.value for key, value in row.items()}


def c(text):
    return '"' + "".join(ch if ch not in '"\\\n' else {'"': '\\"', "\\": "\\\\", "\n": "\\n"}[ch] for ch in text) + '"'


def read_messages(path, root, seen):
    rows = []
    for node in root.value:
        row = words(path, node, ("number", "name", "ja", "en", "next_ja", "next_en"), ("number", "name", "ja", "en"))
        if not re.fullmatch(r"T-[1-9]\d{3}", row["number"]) or not re.fullmatch(r"[A-Z][A-Z0-9_]+", row["name"]):
            die(path, node, "number is T-NNNN, name is UPPER_CASE")
        for key in (row["number"], row["name"]):
            if key in seen:
                die(path, node, f"{key} stands already in {seen[key]}")
            seen[key] = path
        for one, other in (("ja", "en"), ("next_ja", "next_en")):
            if sorted(set(ARG.findall(row.get(one, "")))) != sorted(set(ARG.findall(row.get(other, "")))):
                die(path, node, f"{row['name']}: {one} and {other} do not take the same arguments")
            if (one in row) != (other in row):
                die(path, node, f"{row['name']}: {one} without {other}")
        if re.search(r"[{}]", "".join(ARG.sub("", row.get(key, "")) for key in ("ja", "en", "next_ja", "next_en"))):
            die(path, node, f"{row['name']}: an argument is {{name}}, {{name:time}}, {{name:date}} or {{name:tenths}}")
        rows.append(row)
    return rows


def main():
    out_h, out_c, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    rows, seen, acts, vocabularies = [], {}, [], []
    for path in files:
        root = yaml.compose(open(path, encoding="utf-8"), Loader=yaml.SafeLoader)
        name = os.path.basename(path)
        if name == "acts.yaml":
            acts = [(key, words(path, node, ("ja", "en", "menu_ja", "menu_en"))) for key, node in pairs(path, root).items()]
        elif name == "words.yaml":
            vocabularies = [(key, [(e, words(path, n, ("ja", "en"))) for e, n in pairs(path, node).items()]) for key, node in pairs(path, root).items()]
        else:
            rows += read_messages(path, root, seen)
    rows.sort(key=lambda row: row["number"])
    mark = "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by tools/gen-messages.py from messages/; do not edit. */\n"
    with open(out_h, "w", encoding="utf-8") as h:
        h.write(mark + "#ifndef MESSAGE_MESSAGES_H\n#define MESSAGE_MESSAGES_H\n\nenum msg {\n\tMSG_NONE = 0,\n")
        h.writelines(f"\tMSG_{row['name']} = {row['number'][2:]},\n" for row in rows)
        h.write("};\n\n#endif\n")
    with open(out_c, "w", encoding="utf-8") as f:
        f.write(mark + '#include "message/table.h"\n\nconst struct message_row message_rows[] = {\n')
        f.writelines("\t{ %s, { %s }, { %s } },\n" % (row["number"][2:], ", ".join(c(row[k]) for k in ("ja", "en")), ", ".join(c(row.get(k, "")) for k in ("next_ja", "next_en"))) for row in rows)
        f.write("};\nconst size_t message_rows_count = sizeof(message_rows) / sizeof(*message_rows);\n\nconst struct act_words act_words[ACT_COUNT] = {\n")
        f.writelines("\t[ACT_%s] = { { %s }, { %s } },\n" % (key.upper().replace("-", "_"), ", ".join(c(w[k]) for k in ("ja", "en")), ", ".join(c(w.get(k, w[k[-2:]])) for k in ("menu_ja", "menu_en"))) for key, w in acts)
        f.write("};\n")
        for name, entries in vocabularies:
            f.write(f"\nconst char *\nword_{name}(enum {name} value, enum lang lang)\n{{\n\tswitch ((int)value) {{\n")
            f.writelines(f"\tcase {e}: return lang == LANG_EN ? {c(w['en'])} : {c(w['ja'])};\n" for e, w in entries)
            f.write('\t}\n\treturn "";\n}\n')


main()
