#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Generated configurations, what we make of them against the real `sshd -T -C …` over the same files (its words, its refusals).
# usage: [SEED=n] [ROUNDS=n] [SSHD=/path] 400-sshd-config.sh
# Clause: S-3-3 type=test
BUILD=$(realpath "${BUILD:-build}")
export ask=$BUILD/src/control/ask_sshd sshd=${SSHD:-/usr/sbin/sshd} SEED=${SEED:-$RANDOM} ROUNDS=${ROUNDS:-250}
[ -x "$ask" ] || { echo "no $ask (a sanitizer build)"; exit 77; }
[ -x "$sshd" ] && command -v ssh-keygen >/dev/null || { echo "needs openssh-server"; exit 77; }
# as an ordinary user sshd wants no user of its own; root becomes one, after giving sshd an /etc/ssh of the test's own where it can
if [ "$(id -u)" = 0 ] && [ -z "$INSIDE" ]; then
	tmp=$(mktemp -d) && chmod 755 "$tmp" || exit 1
	trap 'rm -rf "$tmp"' EXIT
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/key" && mkdir -p "$tmp/ssh/more.d" && cp -r "$BUILD/src/control/ask_sshd" "$tmp/" && chown -R 64298 "$tmp"
	export tmp INSIDE=1 ask=$tmp/ask_sshd
	unshare -m bash -c 'mount --make-rprivate / && mount --bind "$tmp/ssh" /etc/ssh && exec setpriv --reuid 64298 --regid 64298 --clear-groups "$0"' "$(realpath "$0")"
	exit
fi
[ -n "$tmp" ] || { tmp=$(mktemp -d) || exit 1; trap 'rm -rf "$tmp"' EXIT; export tmp; }
[ -f "$tmp/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$tmp/key" || exit 1
timeout 300 python3 - <<'PY'
import glob, os, random, subprocess, sys
seed, rounds, tmp = int(os.environ["SEED"]), int(os.environ["ROUNDS"]), os.environ["tmp"]
r = random.Random(seed)
relative = os.path.realpath("/etc/ssh") == "/etc/ssh" and os.access("/etc/ssh", os.W_OK)   # ours, by a mount of our own
folder = "/etc/ssh" if relative else tmp
os.makedirs(folder + "/more.d", exist_ok=True)
users = ["root", "daemon", "nobody", "bin", "nosuch"]
groups = {u: (subprocess.run(["id", "-Gn", u], capture_output=True, text=True).stdout.split()) for u in users}
addresses = ["192.0.2.1", "192.0.2.200", "198.51.100.7", "2001:db8::1", "2001:db8:1::9", "::1", "::ffff:192.0.2.1"]
hosts = ["a.example.org", "b.example.com", "UPPER.example.org"]
case = lambda w: r.choice([w, w.lower(), w.upper(), w])
sep = lambda: r.choice([" ", "\t", "  ", "=", " = ", " ="])
def quoted(v): return r.choice([v, v, v, '"%s"' % v]) if " " not in v else '"%s"' % v
def some(values, most=3): return [r.choice(values) for _ in range(r.randint(1, most))]
nets = ["192.0.2.0/24", "192.0.2.1", "!192.0.2.1", "198.51.100.0/25", "2001:db8::/32", "!2001:db8:1::/48", "::/0", "0.0.0.0/0", "*", "192.0.2.*", "::ffff:192.0.2.0/120", "10.1"]
upats = ["root", "daemon", "no*", "!nobody", "?in", "*", "!root", "b??"]
gpats = ["root", "nogroup", "d*", "!bin", "*", "daemon"]
hpats = ["*.example.org", "!a.example.org", "b.example.com", "*", "UPPER.*"]
userat = ["root", "root@192.0.2.0/24", "no*@*.example.org", "daemon@!192.0.2.1,192.0.2.*", "*@2001:db8::/32", "*", "b*"]
ways = ["publickey", "password", "publickey,password", "publickey,keyboard-interactive:pam", "hostbased", "gssapi-with-mic,publickey", "any", "publickey,none"]
def flag(): return r.choice(["yes", "no", "YES", "No"])
def names(default, more):
    how = r.choice(["", "+", "-", "^"])
    return how + ",".join(some(default + more, 3)) if how != "-" else how + ",".join(some(default + ["*cbc", "hmac*", "*256*"], 3))
ciphers = ["aes128-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"]; macs = ["hmac-sha2-256", "umac-64@openssh.com", "hmac-sha1"]; kex = ["curve25519-sha256", "ecdh-sha2-nistp256"]
in_match = {
    "PermitRootLogin": lambda: r.choice(["yes", "no", "prohibit-password", "without-password", "forced-commands-only", "Yes"]), "PubkeyAuthentication": flag,
    "PasswordAuthentication": flag, "KbdInteractiveAuthentication": flag, "ChallengeResponseAuthentication": flag, "HostbasedAuthentication": flag, "GSSAPIAuthentication": flag,
    "KerberosAuthentication": lambda: "no", "PermitEmptyPasswords": flag, "AuthenticationMethods": lambda: r.choice(["any", " ".join(quoted(w) for w in some(ways[:-2] + ways[-1:]))]),
    "AllowUsers": lambda: " ".join(quoted(u) for u in some(userat)), "DenyUsers": lambda: " ".join(some(userat)), "AllowGroups": lambda: " ".join(some(gpats)),
    "DenyGroups": lambda: " ".join(some(gpats)), "AuthorizedKeysFile": lambda: " ".join(some(["none", ".ssh/a", "/etc/keys/%u", '"with space"'])),
    "AuthorizedKeysCommand": lambda: r.choice(["none", "/usr/bin/keys %u  %k"]), "TrustedUserCAKeys": lambda: r.choice(["none", "/etc/ca.pub"]),
    "PubkeyAuthOptions": lambda: r.choice(["none", "touch-required", "verify-required touch-required"]), "AuthorizedKeysCommandUser": lambda: "nobody", "ForceCommand": lambda: r.choice(["none", "/bin/x -y", '"a b" c # d']),
    "ChrootDirectory": lambda: r.choice(["none", "/srv/%u"]), "X11Forwarding": flag, "LogLevel": lambda: r.choice(["INFO", "VERBOSE"]),
    "PubkeyAcceptedAlgorithms": lambda: names(["ssh-ed25519", "rsa-sha2-256"], ["ssh-rsa"]),
}
only_global = {
    "UsePAM": flag, "Port": lambda: str(r.randint(1, 65535)), "ListenAddress": lambda: r.choice(["127.0.0.1", "127.0.0.1:2222", "[::1]:22", "::1"]), "AddressFamily": lambda: r.choice(["any", "inet", "INET6"]),
    "StrictModes": flag, "UseDNS": flag, "Ciphers": lambda: names(ciphers, ["aes128-cbc", "3des-cbc"]), "MACs": lambda: names(macs, ["hmac-md5"]), "KexAlgorithms": lambda: names(kex, ["diffie-hellman-group1-sha1"]),
    "Protocol": lambda: "2", "DebianBanner": flag, "AcceptEnv": lambda: "LANG LC_*", "PrintMotd": flag,
}
wrong = ["Nonsense yes", "PasswordAuthentication maybe", "Port", "Match", "Match all User root", "Banner \"open", "UsePAM yes no", "Match Address 192.0.2.1/24", "AuthenticationMethods x",
         "AllowUsers root@192.0.2.1/24", "Match Nobody x", "PermitRootLogin perhaps", "AuthenticationMethods any publickey"]
def match():
    if r.random() < 0.12: return "Match " + case("all")
    parts = []
    for _ in range(r.randint(1, 3)):
        what = r.choice(["User", "Group", "Host", "Address", "LocalAddress", "LocalPort", "RDomain"])
        value = {"User": lambda: ",".join(some(upats)), "Group": lambda: ",".join(some(gpats)), "Host": lambda: ",".join(some(hpats)), "Address": lambda: ",".join(some(nets)),
                 "LocalAddress": lambda: ",".join(some(nets)), "LocalPort": lambda: r.choice(["22", "2222"]), "RDomain": lambda: r.choice(["red", "*", "!red,*", "blue"])}[what]()
        parts.append(case(what) + sep() + (value if "," in value and what == "Address" else quoted(value)))
    return case("Match") + " " + " ".join(parts) + r.choice(["", "", " # why"])
def lines(depth, inside):
    out, seen = [], False
    for _ in range(r.randint(0, 9)):
        x = r.random()
        if x < 0.06: out.append(r.choice(["", "# comment", "   ", "\t# x"]))
        elif x < 0.16 and depth < 3:
            out.append(case("Include") + " " + " ".join(some(includes(depth + 1), 2)))
        elif x < 0.34: out.append(match()); seen = True
        elif x < 0.345: out.append(r.choice(wrong))
        else:
            table = in_match if (inside or seen) and r.random() < 0.995 else {**in_match, **only_global}
            k = r.choice(list(table)); v = table[k]()
            out.append(r.choice(["", "\t", "  "]) + case(k) + sep() + v + r.choice(["", "", "", "  ", "\r" if False else ""]))
    return out
count = 0
def includes(depth):
    global count
    made = []
    for _ in range(r.randint(1, 2)):
        count += 1
        name = "%s/more.d/%s%d.conf" % (folder, r.choice(["a", "z", ".h"]), count)
        with open(name, "w") as f: f.write("\n".join(lines(depth, True)) + r.choice(["", "\n"]))
        made.append(name)
    pick = [made[0], folder + "/more.d/*%d.conf" % count, folder + "/more.d/[az]*.conf", folder + "/nothing/*", folder + "/mo*d/?%d.conf" % count]
    if relative: pick += ["more.d/*%d.conf" % count, os.path.relpath(made[0], "/etc/ssh")]
    return pick
def table(text):
    t = {}
    for l in text.splitlines():
        k, _, v = l.partition(" ")
        t.setdefault(k.lower(), []).append(v)
    return t
keys = ["usepam", "port", "addressfamily", "permitrootlogin", "pubkeyauthentication", "passwordauthentication", "kbdinteractiveauthentication", "hostbasedauthentication", "gssapiauthentication",
        "kerberosauthentication", "permitemptypasswords", "authenticationmethods", "allowusers", "denyusers", "allowgroups", "denygroups", "authorizedkeysfile", "authorizedkeyscommand", "trustedusercakeys",
        "pubkeyauthoptions", "pubkeyacceptedalgorithms", "forcecommand", "chrootdirectory", "strictmodes", "usedns", "ciphers", "macs", "kexalgorithms"]
def shape(k, v):
    v = " ".join(x for x in v if x)
    return sorted(v.split()) if k in ("pubkeyauthoptions", "pubkeyacceptedalgorithms") else v
bad = refused = compared = 0
for n in range(rounds):
    for old in glob.glob(folder + "/more.d/*") + glob.glob(folder + "/more.d/.h*"): os.unlink(old)
    count = 0
    text = "\n".join(lines(0, False)) + "\n"
    path = folder + "/main"
    with open(path, "w") as f: f.write("HostKey %s/key\n" % tmp + text)
    for _ in range(2):
        u, a, h, la, lp = r.choice(users), r.choice(addresses), r.choice(hosts), r.choice(["192.0.2.1", "::1"]), r.choice(["22", "2222"])
        spec = "user=%s,host=%s,addr=%s,laddr=%s,lport=%s,rdomain=red" % (u, h, a, la, lp)
        want = subprocess.run([os.environ["sshd"], "-T", "-f", path, "-C", spec], capture_output=True, text=True)
        got = subprocess.run([os.environ["ask"], path, "user=" + u, "host=" + h.lower(), "addr=" + a, "laddr=" + la, "lport=" + lp, "rdomain=red"] + ["group=" + g for g in groups[u]], capture_output=True, text=True)
        if (want.returncode != 0) != (got.returncode == 3) or got.returncode not in (0, 3):
            print("round %d: sshd %d %s, ours %d %s" % (n, want.returncode, want.stderr.strip()[-200:], got.returncode, got.stderr.strip())); bad += 1
            break
        if want.returncode:
            refused += 1
            break
        w, g = table(want.stdout), table(got.stdout)
        for k in keys:
            if shape(k, w.get(k, [])) != shape(k, g.get(k, [])):
                print("round %d %s: %s: sshd %s, ours %s" % (n, spec, k, w.get(k), g.get(k))); bad += 1
        compared += 1
    if bad and os.environ.get("KEEP"):
        print(text); sys.exit(1)
    if bad > 20: break
print("seed %d: %d configurations, %d compared, %d refused by both, %d differences" % (seed, rounds, compared, refused, bad))
sys.exit(bad > 0)
PY
