#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pam_oracle.py - random PAM stacks, judged by the machine's own libpam and by pam_walk.

usage: pam_oracle.py PAM_WALK ROOT SEED COUNT. ROOT/etc/pam.d is bound over /etc/pam.d by the caller (and /usr/lib/pam.d likewise), in a
mount namespace of its own. Modules are pam_debug, pam_permit and pam_deny, so each answer is known. Prints what differs; exit 1 then.
"""
import os
import random
import subprocess
import sys

import pam_talk

RESULTS = ("success open_err symbol_err service_err system_err buf_err perm_denied auth_err cred_insufficient authinfo_unavail user_unknown maxtries new_authtok_reqd acct_expired "
           "session_err cred_unavail cred_expired cred_err no_module_data conv_err authtok_err authtok_recover_err authtok_lock_busy authtok_disable_aging try_again ignore abort "
           "authtok_expired module_unknown bad_item conv_again").split()
COMMON = ["success", "success", "success", "auth_err", "ignore", "user_unknown", "perm_denied", "new_authtok_reqd", "authtok_err", "abort", "module_unknown"]
ACTIONS = ["ignore", "ok", "done", "bad", "die", "reset", "1", "1", "2", "3", "7", "40"]
WORDS = ["required", "requisite", "sufficient", "optional"]
TYPES = ["auth", "account", "password"]


def case(r, s):
    return r.choice([s, s, s, s.upper(), s.capitalize()])


def blanks(r):
    return r.choice([" ", " ", "\t", "  \t", " \\\n\t", "\\\n"]) if r.random() < 0.3 else " "


def control(r):
    if r.random() < 0.55:
        return case(r, r.choice(WORDS))
    pairs = []
    for _ in range(r.randint(0, 4)):
        eq = r.choice(["=", "=", "=", " =", "= ", " = "])
        pairs.append(r.choice(COMMON + RESULTS[:31]) + eq + r.choice(ACTIONS))
    if r.random() < 0.6:
        pairs.insert(r.randint(0, len(pairs)), "default=" + r.choice(ACTIONS))
    text = r.choice([" ", "", "  "]) + r.choice([" ", "  ", "\t"]).join(pairs)
    odd = r.random()
    if odd < 0.02:
        text += " default=0"
    elif odd < 0.04:
        text += " nonsense=ok"
    elif odd < 0.06:
        text += " success="
    elif odd < 0.08:
        text += " success=ok\\]"
    elif odd < 0.1:
        text = text.replace(" ", "")
    return "[" + text + "]"


def module(r):
    x = r.random()
    if x < 0.1:
        return "pam_permit.so"
    if x < 0.2:
        return "pam_deny.so"
    if x < 0.23:
        return "pam_none_of_that_name.so"
    if x < 0.25:
        return ""
    args = [f"{key}={r.choice(COMMON if r.random() < 0.8 else RESULTS)}" for key in ("auth", "acct", "prechauthtok", "chauthtok") if r.random() < 0.85]
    if r.random() < 0.2:
        args.append(r.choice(["[with blanks]", "[a \\] b]", "debug", "[open"]))
    r.shuffle(args)
    name = r.choice(["pam_debug.so", "/lib/x86_64-linux-gnu/security/pam_debug.so"] if os.uname().machine == "x86_64" and r.random() < 0.1 else ["pam_debug.so"])
    return name + blanks(r) + " ".join(args)


def line(r, parts):
    t = case(r, r.choice(TYPES if r.random() < 0.97 else ["session", "aut", "authx"]))
    if r.random() < 0.06:
        t = "-" + t
    x = r.random()
    if parts and x < 0.13:
        return f"{t}{blanks(r)}{case(r, 'include')}{blanks(r)}{r.choice(parts)}"
    if parts and x < 0.28:
        return f"{t}{blanks(r)}{case(r, 'substack')}{blanks(r)}{r.choice(parts)}"
    if parts and x < 0.33:
        return f"@include{blanks(r)}{r.choice(parts)}"
    if x < 0.35:
        return r.choice(["auth", "account required", "password [", "auth []", "[auth required] x", "auth substack nowhere", "account include nowhere"])
    if x < 0.37:
        return r.choice(["", "   ", "# nothing", "  # auth required pam_deny.so", "\t"])
    text = f"{t}{blanks(r)}{control(r)}{blanks(r)}{module(r)}"
    if r.random() < 0.05:
        text += " # auth required pam_permit.so"
    if r.random() < 0.01:
        text += " " + "x" * r.choice([900, 1000, 1023, 1100, 2100]) + " auth required pam_permit.so"
    if r.random() < 0.01:
        text = "#" + "y" * r.choice([1021, 1022, 1023, 1500]) + text
    return text


def write(folder, name, r, parts):
    lines = [line(r, parts) for _ in range(r.choice([0, 1, 1, 2, 3, 4, 6, 9]))]
    text = r.choice(["\n", "\n", "\n", "\n\n"]).join(lines)
    end = r.random()
    text += "" if end < 0.08 else "\n\\\n" if end < 0.1 else " \\" if end < 0.11 else "\r\n" if end < 0.13 else "\n"
    with open(os.path.join(folder, name), "w", encoding="ascii") as f:
        f.write(text)


def ask(service):
    return [pam_talk.ask(function, service, "root") for function in ("pam_authenticate", "pam_acct_mgmt", "pam_chauthtok")]


def main():
    walk, root, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    etc, vendor = os.path.join(root, "etc/pam.d"), os.path.join(root, "usr/lib/pam.d")
    print(f"seed {seed}", flush=True)
    bad = asked = refused = 0
    for n in range(count):
        r = random.Random(seed * 1000003 + n)
        for folder in (etc, vendor):
            for old in os.listdir(folder):
                os.unlink(os.path.join(folder, old))
        parts = [f"part{i}" for i in range(r.randint(0, 4))]
        for i, name in enumerate(parts):
            write(etc if r.random() < 0.95 else vendor, name, r, parts[i + 1:] + (["missing"] if r.random() < 0.1 else []))
        if r.random() < 0.9:
            write(etc if r.random() < 0.9 else vendor, "other", r, parts)
        services = [f"s{i}" for i in range(4)]
        for name in services[:r.choice([4, 4, 4, 3])]:
            write(etc if r.random() < 0.9 else vendor, name, r, parts + (["/etc/pam.d/" + p for p in parts] if r.random() < 0.2 else []))
        if r.random() < 0.05:
            os.symlink("part0", os.path.join(etc, "s9"))
            services.append("s9")
        ours = {}
        for answer in subprocess.run([walk, root] + services, capture_output=True, text=True, check=True).stdout.splitlines():
            service, which, result = answer.split()
            if which == "-":
                ours[service] = result
            else:
                ours.setdefault(service, []).append(int(result))
        for service in services:
            if isinstance(ours[service], str):
                refused += 1
                continue
            theirs = ask(service)
            asked += 1
            if theirs != ours[service]:
                bad += 1
                print(f"stack {n} of seed {seed}: {service}: libpam {theirs}, ours {ours[service]}")
                if bad <= 2:
                    for folder in (etc, vendor):
                        for name in sorted(os.listdir(folder)):
                            try:
                                with open(os.path.join(folder, name), encoding="ascii") as f:
                                    print(f"--- {folder}/{name}\n{f.read()}")
                            except OSError as e:
                                print(f"--- {name}: {e}")
    print(f"{asked} services asked, {refused} not defined, {bad} differ")
    return 1 if bad or asked < 2 * count else 0


sys.exit(main())
