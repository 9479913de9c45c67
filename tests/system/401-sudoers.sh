#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Generated sudoers files: does visudo take what we take, and do we answer what follows from cvtsudoers' own reading?
# usage: [SEED=n] [ROUNDS=n] [VISUDO=/path] [CVTSUDOERS=/path] 401-sudoers.sh
# Clause: O1-1-1 type=test
BUILD=$(realpath "${BUILD:-build}")
export ask=$BUILD/src/control/ask_sudoers visudo=${VISUDO:-/usr/sbin/visudo} cvtsudoers=${CVTSUDOERS:-/usr/bin/cvtsudoers} SEED=${SEED:-$RANDOM} ROUNDS=${ROUNDS:-200}
[ -x "$ask" ] || { echo "no $ask (a sanitizer build)"; exit 77; }
[ -x "$visudo" ] && [ -x "$cvtsudoers" ] || { echo "needs sudo"; exit 77; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export tmp
timeout 300 python3 - <<'PY'
import fnmatch, json, os, random, re, subprocess, sys
seed, rounds, tmp = int(os.environ["SEED"]), int(os.environ["ROUNDS"]), os.environ["tmp"]
r = random.Random(seed)
HOST = "web1.example.org"
people = {"root": (0, 0, ["root"]), "alice": (1000, 1000, ["alice", "sudo"]), "bob": (1001, 1001, ["bob", "staff", "dev ops"]), "carol": (1002, 1002, ["carol"])}
users = ["root", "alice", "bob", "carol", "ALL", "%sudo", "%staff", "%dev\\ ops", '"%dev ops"', "#1001", "#0", "ADMINS", "OTHERS", "NOBODY", "bo\\b"]
hosts = ["ALL", "ALL", "web1", "web1.example.org", "web*", "db1", "SERVERS"]
paths = ["/bin/sh", "/usr/bin/apt", "/usr/bin/systemctl", "/usr/sbin/reboot"]
commands = ["ALL", "/bin/sh", "/usr/bin/apt", "/usr/bin/apt update", "/usr/bin/systemctl restart nginx\\:x", "/usr/sbin/", "SHELLS", "BOOT", 'sudoedit /etc/motd', '/usr/sbin/reboot ""', "/usr/bin/a\\,b", "/usr/sbin/reboot"]
tags = ["NOPASSWD:", "PASSWD:", "NOEXEC:", "SETENV: ", "NOPASSWD : LOG_OUTPUT:"]
def some(values, most=3): return [r.choice(values) for _ in range(r.randint(1, most))]
def neg(x, p=0.15): return ("!" if r.random() < p else "") + x
def comma(): return r.choice([",", ", ", " , ", ",\\\n\t"])
def join(xs): return comma().join(xs)
def command():
    c = neg(r.choice(commands), 0.2)
    if r.random() < 0.04 and c.startswith("/"): c = "sha256:" + "ab" * 32 + " " + c
    return c
def spec():
    out = ""
    if r.random() < 0.5:
        out += r.choice(["(root)", "(ALL)", "(ALL:ALL)", "(:adm)", "(bob)", "(RUN)", "(ALL, !root)", "(#0)", "( root : adm )", "()"]) + r.choice(["", " "])
    if r.random() < 0.08: out += r.choice(["TIMEOUT=5m ", "NOTAFTER=20300101000000Z "])
    if r.random() < 0.35: out += r.choice(tags) + r.choice(["", " "])
    return out + command()
def rule():
    privilege = lambda: join([neg(h, 0.08) for h in some(hosts, 2)]) + r.choice([" = ", "=", " =\\\n "]) + join([spec() for _ in range(r.randint(1, 3))])
    return join([neg(u) for u in some(users)]) + " " + " : ".join(privilege() for _ in range(r.choice([1, 1, 1, 2])))
wrong = ["alice ALL", "alice ALL = ", "User_Alias lower = alice", "alice ALL = (root ALL", "ALL ALL = apt", "Defaults", "alice, ALL = ALL", "= ALL", "alice ALL = NOSUCH: ALL", 'Cmnd_Alias X', "User_Alias ADMINS = bob"]
def lines(depth):
    out = []
    for _ in range(r.randint(1, 6)):
        x = r.random()
        if x < 0.1: out.append(r.choice(["# comment", "", "   ", "#"]))
        elif x < 0.2: out.append(r.choice(["Defaults env_reset", "Defaults secure_path=\"/usr/sbin:/usr/bin\"", "Defaults:alice !requiretty, timestamp_timeout=5", "Defaults@web1 lecture=never", "Defaults>root mail_badpass", "Defaults!/bin/sh noexec", "Defaults !env_editor", "Defaults env_keep += \"A B\""]))
        elif x < 0.28 and depth < 3:
            name = "%s/inc%d" % (tmp, r.randint(0, 10**9))
            open(name, "w").write("\n".join(lines(depth + 1)) + "\n"); os.chmod(name, 0o440)
            out.append(r.choice(["@include ", "#include "]) + name)
        elif x < 0.34 and depth < 2:
            name = "%s/d%d" % (tmp, r.randint(0, 10**9)); os.mkdir(name)
            for f in ["10a", "b.conf", "c~", "9"]:
                open(name + "/" + f, "w").write("\n".join(lines(depth + 2)) + "\n"); os.chmod(name + "/" + f, 0o440)
            out.append(r.choice(["@includedir ", "#includedir "]) + name)
        elif x < 0.36: out.append(r.choice(wrong))
        else: out.append(rule() + r.choice(["", "", " # why"]))
    return out
aliases = lambda: ["User_Alias ADMINS = alice, %staff : OTHERS = ALL, !ADMINS", "Runas_Alias RUN = " + r.choice(["root", "bob", "ALL"]), "Host_Alias SERVERS = web1, db*",
    "Cmnd_Alias SHELLS = /bin/sh, /bin/bash", "Cmnd_Alias BOOT = /usr/sbin/reboot, !/usr/sbin/halt : MORE = SHELLS, BOOT"]

# ---- what follows from cvtsudoers' reading
def last(items, hit):
    for i in reversed(items):
        m = hit(i)
        if m is not None: return m != bool(i.get("negated"))
    return None
def user_hit(t, kind, name, uid, gid, groups):
    def hit(i):
        if i.get("username") == "ALL" or i.get("username") == name: return True
        if "userid" in i: return True if i["userid"] == uid else None
        if "usergroup" in i: return True if i["usergroup"] in groups else None
        a = i.get("useralias") or i.get("runasalias")
        if a:
            table = t.get(kind, {})
            return last(table[a], hit) if a in table else (True if a == name else None)
        return None
    return hit
def host_hit(t):
    def hit(i):
        h = i.get("hostname")
        if h is not None: return True if h == "ALL" or fnmatch.fnmatch(HOST, h) or fnmatch.fnmatch("web1", h) else None
        return last(t.get("Host_Aliases", {}).get(i.get("hostalias"), []), hit)
    return hit
def command_of(i):
    c = i.get("command")
    return c["command"] if isinstance(c, dict) else c
def run_hit(t, path):
    def hit(i):
        if "cmndalias" in i: return last(t.get("Command_Aliases", {}).get(i["cmndalias"], []), hit)
        c = command_of(i)
        if c == "ALL": return True
        if not c.startswith("/"): return None
        w = re.split(r"(?<!\\) ", c, maxsplit=1)
        if w[0].endswith("/"): return True if path.startswith(w[0]) and "/" not in path[len(w[0]):] else None
        if w[0].replace("\\", "") != path: return None
        if i.get("negated") and len(w) > 1: return "some"
        return True
    return hit
def answers(t, name):
    uid, gid, groups = people[name]
    got, runs = [], {p: False for p in paths}
    for s in t.get("User_Specs", []):
        if last(s["User_List"], user_hit(t, "User_Aliases", name, uid, gid, groups)) is not True or last(s["Host_List"], host_hit(t)) is not True: continue
        for c in s["Cmnd_Specs"]:
            if "runasusers" in c:
                if last(c["runasusers"], user_hit(t, "Runas_Aliases", "root", 0, 0, [])) is not True: continue
            elif "runasgroups" in c: continue
            for i in c["Commands"]:
                got.append((i, c))
                for p in paths:
                    m = run_hit(t, p)(i)
                    if m == "some" or m is None: continue
                    runs[p] = bool(m) != bool(i.get("negated"))
    return got, runs
bad = compared = broken = 0
for n in range(rounds):
    subprocess.run("rm -rf %s/*" % tmp, shell=True)
    text = "\n".join(r.choice([aliases(), aliases()]) + lines(0)) + "\n"
    path = tmp + "/sudoers"
    open(path, "w").write(text); os.chmod(path, 0o440)
    v = subprocess.run([os.environ["visudo"], "-c", "-f", path], capture_output=True, text=True)
    ask = lambda u: subprocess.run([os.environ["ask"], path, HOST, "%s:%d:%d:%s" % (u, *people[u][:2], ",".join(people[u][2])), *paths], capture_output=True, text=True)
    out = ask("alice")
    ours = int(out.stdout.split()[1]) if out.returncode == 0 else -1
    if (v.returncode == 0) != (ours == 0):
        print("round %d: visudo %d %s, ours broken %d %s" % (n, v.returncode, (v.stderr + v.stdout).strip()[-300:], ours, out.stderr)); bad += 1
        if os.environ.get("KEEP"): print(text); break
        continue
    if v.returncode:
        broken += 1
        continue
    j = subprocess.run([os.environ["cvtsudoers"], "-f", "json", path], capture_output=True, text=True, cwd=tmp)
    try: t = json.loads(j.stdout) if j.stdout.strip() else {}
    except ValueError as e: print(j.stdout[e.pos - 300:e.pos + 60]); sys.exit(1)
    for u in people:
        lines_ = ask(u).stdout.splitlines()
        right = int(lines_[1].split()[1]); runs = {l.split()[1]: int(l.split()[2]) for l in lines_[2:]}
        got, want = answers(t, u)
        for p in paths:
            if runs[p] != 1 and (runs[p] > 0) != want[p]:
                print("round %d %s %s: ours %d, from cvtsudoers %s" % (n, u, p, runs[p], want[p])); bad += 1
        plain = [i for i, c in got if not i.get("negated") and "cmndalias" not in i]
        if right == 0 and any(want.values()): print("round %d %s: no right, and yet %s" % (n, u, want)); bad += 1
        if right == 3 and not any(command_of(i) == "ALL" for i, c in got if "cmndalias" not in i): print("round %d %s: everything, of %s" % (n, u, got)); bad += 1
        if right and not got: print("round %d %s: a right out of nothing" % (n, u)); bad += 1
        compared += 1
    if bad and os.environ.get("KEEP"): print(text); break
    if bad > 20: break
print("seed %d: %d files, %d accounts compared, %d refused by both, %d differences" % (seed, rounds, compared, broken, bad))
sys.exit(bad > 0)
PY
