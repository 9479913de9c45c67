#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pam_lock_oracle.py - does an account lock? Asked of pam_unix and pam_faillock themselves, and of the control "lockout".

usage: pam_lock_oracle.py LOOK ROOT SEED COUNT. /etc is a copy in a mount namespace of its own, with an account "pamtest" whose password is
RIGHT. Each random stack is tried for real: wrong once, right once, wrong past the limit, right again. Prints what differs; exit 1 then.
"""
import json
import os
import random
import subprocess
import sys

import pam_talk

RIGHT, WRONG = b"Right-1", b"wrong"
HOLDS, FAILS = 1, 2


WORDS = ["required", "requisite", "sufficient", "optional", "[default=die]", "[success=1 default=ignore]", "[success=1 default=bad]", "[success=2 default=ignore]", "[success=ok default=1]",
         "[default=ignore]", "[auth_err=die default=ignore]", "[ignore=ignore success=done default=die]"]
MODULES = ["pam_unix.so nodelay", "pam_unix.so nodelay try_first_pass", "pam_faillock.so preauth", "pam_faillock.so authfail", "pam_faillock.so authsucc", "pam_faillock.so", "pam_deny.so", "pam_permit.so"]
GOOD = [  # what manuals give; a mutation away from them lie the mistakes people make
    [("requisite", 2), ("[success=2 default=ignore]", 0), ("[default=die]", 3), ("sufficient", 4), ("requisite", 6), ("required", 7)],
    [("required", 2), ("sufficient", 0), ("[default=die]", 3), ("required", 6)],
    [("[success=1 default=bad]", 0), ("[default=die]", 3), ("sufficient", 4), ("required", 6)],
    [("required", 2), ("[success=1 default=ignore]", 0), ("[default=die]", 3), ("required", 7)],
]


def stack(r, tally):
    if r.random() < 0.25:
        lines = [(r.choice(WORDS), r.randrange(len(MODULES))) for _ in range(r.choice([2, 3, 3, 4, 4, 5, 6]))]
    else:
        lines = list(r.choice(GOOD))
        for _ in range(r.choice([0, 1, 1, 1, 2, 3])):
            at, how = r.randrange(len(lines)), r.random()
            if how < 0.35:
                lines[at] = (r.choice(WORDS), lines[at][1])
            elif how < 0.55 and len(lines) > 1:
                del lines[at]
            elif how < 0.75 and at:
                lines[at - 1], lines[at] = lines[at], lines[at - 1]
            else:
                lines[at] = (lines[at][0], r.randrange(len(MODULES)))
    return "".join(f"auth {word} {MODULES[m]}" + (f" nodelay dir={tally}" if "faillock" in MODULES[m] else "") + "\n" for word, m in lines)


def main():
    look, root, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    tally = os.path.join(root, "tally")
    os.makedirs(os.path.join(root, "etc/pam.d"))
    os.makedirs(os.path.join(root, "usr/bin"))
    for path in ("usr/bin/login", "etc/pam.d/other"):
        open(os.path.join(root, path), "w").close()
    print(f"seed {seed}", flush=True)
    bad, seen = 0, {}

    def clear():
        for name in os.listdir(tally) if os.path.isdir(tally) else []:
            os.unlink(os.path.join(tally, name))

    def enters(password):
        return pam_talk.authenticate("login", "pamtest", password) == 0

    for n in range(count):
        text = stack(random.Random(seed * 1000003 + n), tally)
        for folder in ("/etc/pam.d", os.path.join(root, "etc/pam.d")):
            with open(os.path.join(folder, "login"), "w", encoding="ascii") as f:
                f.write(text.replace(tally, "/tally") if folder != "/etc/pam.d" else text)
        os.makedirs(tally, exist_ok=True)
        clear()
        wrong_enters = enters(WRONG)
        clear()
        right_enters = enters(RIGHT)
        clear()
        for _ in range(4):
            enters(WRONG)
        locked = not enters(RIGHT)
        answer = json.loads(subprocess.run([look, "lockout", root], capture_output=True, text=True, check=True).stdout)
        state = [f["value"] for f in answer["facts"] if f["key"] == "state"][0]
        if not right_enters and not wrong_enters:
            want = ("shut",)
        elif wrong_enters:
            want = ("open",)
        elif locked:
            want = ("holds",)
        else:
            want = ("gap",)
        seen[state] = seen.get(state, 0) + 1
        if state not in want:
            bad += 1
            print(f"stack {n} of seed {seed}: ours {state}, wanted {want}; wrong enters {wrong_enters}, right enters {right_enters}, locked {locked}\n{text}")
    print(f"{count} stacks {seen}, {bad} differ")
    return 1 if bad or len(seen) < 4 else 0


sys.exit(main())
