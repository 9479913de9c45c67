# SPDX-License-Identifier: Apache-2.0
"""nft_oracle.py BUILD - rulesets in namespaces, scanned by nmap, against ask_nft and two controls; see 431-nft-oracle.sh. Prints its seed."""
import concurrent.futures
import ctypes
import json
import os
import random
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time

BUILD = sys.argv[1]
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
RANDOM = 360 if os.environ.get("LONG") == "1" else 60
print(f"seed {SEED}", flush=True)
dice = random.Random(SEED)
libc = ctypes.CDLL(None, use_errno=True)
tmp = tempfile.mkdtemp()
heads = [] # of what is wrong: said again at the end, where the log is read

PORTS = sorted({7, 9, 22, 23, 25, 53, 80, 443, 999, 1000, 1001, 1050, 1100, 1101, 1023, 1024, 3306, 5432, 5433, 8000, 8050, 8080, 8443, 32767, 32768, 60000, 65535} | set(random.Random(1).sample(range(1, 65535), 173)))
NAMED = [p for p in PORTS if p < 1200] + [3306, 5432, 5433, 8000, 8050, 8080, 8443, 60000]
RANGES = [(1, 1023), (1000, 1100), (8000, 8100), (1024, 65535), (1, 65535), (1, 40000), (32768, 60999), (20, 25)]
# A stranger no rule names, and somebody many rules do.
STRANGER = {4: "100.64.9.9", 6: "2001:db8:9::9"}
KNOWN = {4: "198.51.100.9", 6: "2001:db8:1::9"}
NETS = {4: ["198.51.100.0/24", "198.51.100.9", "10.0.0.0/8", "203.0.113.0/24", "198.51.100.0-198.51.100.20"], 6: ["2001:db8:1::/48", "2001:db8:1::9", "fd00::/8", "2001:db8:1::1-2001:db8:1::ff"]}


def fail(words):
    heads.append(words.partition("\n")[0])
    print(words, flush=True)


def run(*words, given=None, check=True):
    got = subprocess.run(words, input=given, capture_output=True, text=True, timeout=60, check=False)
    if check and got.returncode:
        raise RuntimeError(f"{words}: {got.stderr}")
    return got


# ---- random rulesets
def ports():
    kind = dice.randrange(4)
    if kind == 0:
        return str(dice.choice(NAMED))
    if kind == 1:
        return "%d-%d" % dice.choice(RANGES)
    if kind == 2:
        return "{ " + ", ".join(map(str, dice.sample(NAMED, dice.randint(1, 6)))) + " }"
    return "!= " + str(dice.choice(NAMED))


def address(family, word):
    field = f"{'ip' if family == 4 else 'ip6'} {word}"
    if dice.random() < 0.25:
        return f"{field} {{ {', '.join(a for a in dice.sample(NETS[family], 2) if '-' not in a) or NETS[family][0]} }}" if dice.random() < 0.5 else f"{field} @from{family}"
    return f"{field} {'!= ' if dice.random() < 0.2 else ''}{dice.choice(NETS[family])}"


def condition(families):
    family = dice.choice(families)
    both = len(families) == 2
    return dice.choice([
        lambda: f"tcp dport {ports()}", lambda: f"tcp dport {ports()}", lambda: f"tcp dport {ports()}", lambda: "tcp dport @doors", lambda: "tcp dport != @doors",
        lambda: f"udp dport {ports()}", lambda: f"th dport {ports()}", lambda: f"tcp dport {dice.choice(['<', '<=', '>', '>='])} {dice.choice(NAMED)}",
        lambda: address(family, "saddr"), lambda: address(family, "saddr"), lambda: address(family, "saddr"),
        lambda: "meta l4proto tcp", lambda: "meta l4proto { tcp, udp }", lambda: "meta l4proto != tcp", lambda: "meta l4proto udp",
        lambda: "ct state new", lambda: "ct state established,related", lambda: "ct state invalid", lambda: "ct state != established", lambda: "ct state { new, established }",
        lambda: 'iifname "lo"', lambda: 'iifname "eth0"', lambda: 'iifname != "lo"', lambda: 'iifname "e*"', lambda: "iif lo",
        lambda: "tcp flags syn", lambda: "tcp flags & (fin | syn | rst | ack) == syn", lambda: "tcp flags & (syn | ack) == ack", lambda: "tcp flags ! syn",
        lambda: "meta mark 7", lambda: "limit rate 1000000/second burst 50000 packets", lambda: "tcp sport 1024-65535", lambda: "meta pkttype host", lambda: "meta pkttype multicast",
        lambda: "fib daddr type local", lambda: "fib saddr . iif oif missing" if both else "fib daddr type broadcast",
        lambda: f"{'ip' if family == 4 else 'ip6'} {'daddr 192.0.2.0/24' if family == 4 else 'daddr fd00:2::/64'}",
        lambda: ("ip protocol tcp" if family == 4 else "ip6 nexthdr tcp"), lambda: (f"meta nfproto ipv{family}" if both else "meta l4proto tcp"),
        lambda: f"{'ip' if family == 4 else 'ip6'} saddr . tcp dport @pairs{family}", lambda: "counter", lambda: "ct direction original", lambda: "icmp type echo-request" if family == 4 else "icmpv6 type echo-request",
    ])()


def verdict(families, later):
    word = dice.choice(["accept", "accept", "accept", "drop", "drop", "reject", "reject with tcp reset", "return", "continue", "counter", "log"] + ["jump", "jump", "goto"] * bool(later))
    if word in ("jump", "goto"):
        return f"{word} {dice.choice(later)}"
    return "meta l4proto tcp reject with tcp reset" if word.endswith("reset") else word


def rule(families, later):
    if dice.random() < 0.12:
        words = ["accept", "drop", "return", "continue"] + [f"jump {c}" for c in later]
        def some(values):
            return "{ " + ", ".join(f"{v} : {dice.choice(words)}" for v in values) + " }"
        return dice.choice([
            lambda: f"tcp dport vmap {some(dice.sample(NAMED, 4))}", lambda: "tcp dport vmap @ways",
            lambda: "ct state vmap { new : %s, established : accept, invalid : drop }" % dice.choice(words),
            lambda: 'iifname vmap { "eth0" : %s, "lo" : accept }' % dice.choice(words), lambda: f"meta l4proto vmap {some(['tcp', 'udp'])}",
            lambda: "tcp dport vmap { 1-1023 : %s, 1024-65535 : %s }" % (dice.choice(words), dice.choice(words)),
            lambda: ("ip saddr vmap { 198.51.100.0/24 : %s, 0.0.0.0/1 : %s }" if families[0] == 4 else "ip6 saddr vmap { 2001:db8:1::/48 : %s, fd00::/8 : %s }") % (dice.choice(words), dice.choice(words)),
        ])()
    conditions = [condition(families) for _ in range(dice.choice([0, 1, 1, 1, 2, 2, 3]))]
    return " ".join(conditions + [verdict(families, later)])


def accepted(text):
    """Only what nft itself takes: words that contradict each other in one rule are left out."""
    return run("nft", "-c", "-f", "-", given=text, check=False).returncode == 0


def possible(line):
    """Not two protocols or two families in one rule."""
    def has(*words):
        return any(re.search(rf"(?<![\\w@]){w} ", line) for w in words)
    return not (has("tcp") and has("udp", "icmp", "icmpv6")) and not (has("ip", "icmp") and has("ip6", "icmpv6")) and not (has("udp") and has("icmp", "icmpv6")) and not (has("th") and has("icmp", "icmpv6"))


def table(family, name):
    families = {"inet": [4, 6], "ip": [4], "ip6": [6]}[family]
    def some(values):
        return "{ " + ", ".join(map(str, values)) + " }"
    sets = ["set doors { type inet_service; flags interval; elements = " + some(dice.sample([p for p in NAMED if p != 8000], 3) + ["8000-8020"]) + "; }",
            "map ways { type inet_service : verdict; elements = { " + ", ".join(f"{p} : {dice.choice(('accept', 'drop', 'return'))}" for p in dice.sample(NAMED, 3)) + " }; }"]
    for n in (4, 6):
        known, other = KNOWN[n], "192.0.2.77" if n == 4 else "fd00::77"
        kind = "ipv4_addr" if n == 4 else "ipv6_addr"
        sets.append(f"set from{n} {{ type {kind}; flags interval; elements = {some(dice.sample([a for a in NETS[n][1:4] if '-' not in a], 2))}; }}")
        sets.append(f"set pairs{n} {{ type {kind} . inet_service; elements = {{ {', '.join(f'{dice.choice([known, other])} . {p}' for p in dice.sample(NAMED, 4))} }}; }}")
    head = f"table {family} {name} {{\n" + "".join(f"\t{s}\n" for s in sets)
    chains, later = [], []
    for i in reversed(range(dice.randint(0, 3))):
        chains.append((f"c{i}", "", later[:]))
        later.append(f"c{i}")
    for i in range(dice.choice([1, 1, 1, 2])):
        hook, policy = dice.choice(["input"] * 6 + ["prerouting"]), dice.choice(["drop", "drop", "accept"])
        # A connection once let in stays: what nft_reach answers is for its first packet, and nmap sees a whole handshake.
        chains.append((f"in{i}", f"type filter hook {hook} priority {dice.choice([-10, 0, 10]) + i}; policy {policy};\n\t\tct state established,related accept", later[:]))
    made = [(chain, start, [r for r in (rule(families, targets) for _ in range(dice.randint(0 if start else 1, 8))) if possible(r)]) for chain, start, targets in chains]
    text = lambda kept: head + "".join(f"\tchain {chain} {{\n\t\t{start}\n" + "".join(f"\t\t{l}\n" for l in lines) + "\t}\n" for chain, start, lines in kept) + "}\n"
    if accepted(text(made)):
        return text(made)
    kept = []
    for chain, start, lines in made: # leave out what nft does not take
        kept.append((chain, start, []))
        for line in lines:
            kept[-1][2].append(line)
            if not accepted(text(kept)):
                kept[-1][2].pop()
    return text(kept)


def ruleset():
    kind = dice.random()
    if kind < 0.7:
        return table("inet", "f")
    return table("ip", "four") + (table("ip6", "six") if kind < 0.9 else table("inet", "f"))


BY_HAND = {
    "nothing": "",
    "policy drop": "table inet f { chain i { type filter hook input priority 0; policy drop; ct state established,related accept; iif lo accept; tcp dport { 22, 443 } accept; }; }",
    "last rule": "table inet f { chain i { type filter hook input priority 0; tcp dport 22 accept; reject with icmpx admin-prohibited; }; }",
    "IPv4 alone": "table ip f { chain i { type filter hook input priority 0; policy drop; tcp dport 22 accept; }; }",
    "any": "table inet f { chain i { type filter hook input priority 0; policy drop; accept; }; }",
    "later table": "table inet a { chain i { type filter hook input priority 0; policy accept; tcp dport 22 accept; }; }; table inet b { chain i { type filter hook input priority 5; policy drop; tcp dport { 22, 80 } accept; }; }",
    "asleep": "table inet f { flags dormant; chain i { type filter hook input priority 0; policy drop; }; }",
    "ranges": "table inet f { chain i { type filter hook input priority 0; policy drop; tcp dport 1-20000 accept; tcp dport 20001-65535 accept; }; }",
}


# ---- namespaces: one for who scans, one for each ruleset
def at(i):
    return {4: f"192.0.2.{i + 1}", 6: f"fd00:2::{i + 1:x}"} if i < 254 else {4: f"192.0.3.{i - 253}", 6: f"fd00:2::{i + 1:x}"}


def batch(namespace, lines):
    run("ip", *(["-n", namespace] if namespace else []), "-batch", "-", given="\n".join(lines) + "\n")


def build(count):
    os.makedirs("/run/netns", exist_ok=True)
    run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
    own = ["link set lo up"] + [f"addr add {a}/{'32' if n == 4 else '128 nodad'} dev lo" for table_ in (STRANGER, KNOWN) for n, a in table_.items()]
    batch(None, own)
    for i in range(count):
        batch(None, [f"netns add t{i}", f"link add v{i} address 02:00:00:01:00:01 type veth peer name eth0 address 02:00:00:00:00:01 netns t{i}", f"link set v{i} up",
                     f"neigh replace {at(i)[4]} lladdr 02:00:00:00:00:01 dev v{i} nud permanent", f"neigh replace {at(i)[6]} lladdr 02:00:00:00:00:01 dev v{i} nud permanent"])
        there = ["link set lo up", "link set eth0 up", f"addr add {at(i)[4]}/32 dev eth0", f"addr add {at(i)[6]}/128 dev eth0 nodad",
                 "neigh replace 169.254.7.1 lladdr 02:00:00:01:00:01 dev eth0 nud permanent", "neigh replace fe80::7 lladdr 02:00:00:01:00:01 dev eth0 nud permanent",
                 "route add default via 169.254.7.1 dev eth0 onlink", "route add ::/0 via fe80::7 dev eth0"]
        batch(f"t{i}", there)


def listen(i):
    """A child that listens on every port of the list, so that open is open and all else is kept out; it writes down datagrams."""
    ready, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        if os.read(ready, 1) != b"1":
            raise RuntimeError(f"no listeners in t{i}")
        os.close(ready)
        return
    libc.prctl(1, signal.SIGKILL)
    there = os.open(f"/run/netns/t{i}", os.O_RDONLY)
    sockets = []
    if libc.setns(there, 0x40000000) == 0:
        ears = selectors.EpollSelector()
        for port in PORTS:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                s = socket.socket(socket.AF_INET6, kind)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                s.bind(("::", port))
                sockets.append(s)
                if kind == socket.SOCK_STREAM:
                    s.listen(64)
                else:
                    ears.register(s, selectors.EVENT_READ, port)
        with open(f"{tmp}/{i}.udp", "w", encoding="ascii", buffering=1) as heard:
            os.write(tell, b"1")
            while True:
                for key, _ in ears.select():
                    heard.write(f"{key.fileobj.recvfrom(64)[1][0].removeprefix('::ffff:')} {key.data}\n")
    os._exit(1)


def scan(family, source, targets, slow=False, only=PORTS):
    """Ports nmap finds open, by target."""
    batch(None, [f"route replace {at(i)[family]} dev v{i} src {source}" for i in targets])
    pace = ["--min-rtt-timeout", "300ms", "--max-retries", "3"] if slow else ["--initial-rtt-timeout", "120ms", "--min-rtt-timeout", "60ms", "--max-rtt-timeout", "150ms", "--max-retries", "1", "--min-hostgroup", "100", "--min-parallelism", "300"]
    got = run("nmap", "-sT", "-Pn", "-n", "--privileged", *(["-6"] if family == 6 else []), *pace, "-p", ",".join(map(str, only)), "-oG", "-", *[at(i)[family] for i in targets])
    found = {i: set() for i in targets}
    back = {at(i)[family]: i for i in targets}
    for line in got.stdout.splitlines():
        head = re.match(r"Host: (\S+) .*Ports: (.*)", line)
        if head:
            found[back[head[1]]] = {int(p) for p in re.findall(r"(\d+)/open/tcp", head[2])}
    return found


def throw(targets, ports=PORTS):
    """A datagram to every port, as each source; what arrived until now, by family, source and target."""
    for who in (STRANGER, KNOWN):
        for n in (4, 6):
            with socket.socket(socket.AF_INET if n == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as s:
                s.bind((who[n], 0))
                for i in targets:
                    for port in ports:
                        try:
                            s.sendto(b"x", (at(i)[n], port))
                        except OSError: # refused before, by ICMP
                            s.sendto(b"x", (at(i)[n], port))
    time.sleep(1)
    got = {(n, who[n]): {i: set() for i in targets} for who in (STRANGER, KNOWN) for n in (4, 6)}
    for i in targets:
        with open(f"{tmp}/{i}.udp", encoding="ascii") as f:
            for source, port in map(str.split, f):
                got[6 if ":" in source else 4, source][i].add(int(port))
    return got


def main():
    texts = list(BY_HAND.values())
    while len(texts) < RANDOM + len(BY_HAND):
        text = ruleset()
        if accepted(text):
            texts.append(text)
    build(len(texts))
    for i, text in enumerate(texts):
        run("ip", "netns", "exec", f"t{i}", "nft", "-f", "-", given=text)
        with open(f"{tmp}/{i}.json", "w", encoding="utf-8") as f:
            f.write(run("ip", "netns", "exec", f"t{i}", "nft", "-j", "list", "ruleset").stdout)
        listen(i)
    everyone = list(range(len(texts)))
    seen = {"tcp": {}, "udp": None}
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        for who in (STRANGER, KNOWN):
            both = {n: two.submit(scan, n, who[n], everyone) for n in (4, 6)}
            seen["tcp"].update({(n, who[n]): one.result() for n, one in both.items()})
    seen["udp"] = throw(everyone)
    sure = maybe = 0
    for i in everyone:
        words = []
        for source in [k[1] for k in seen["tcp"]]:
            words += [source, ",".join(map(str, PORTS))]
        for protocol, outside in (("tcp", "eth0"), ("tcp", "-"), ("udp", "eth0")):
            lines = run(f"{BUILD}/src/control/ask_nft", f"{tmp}/{i}.json", outside, protocol, *words).stdout.split()
            for (family, source), answers in zip(seen[protocol], lines[1::2]):
                there = seen[protocol][family, source]
                wrong = [p for p, word in zip(PORTS, answers) if word != "m" and (p in there[i]) != (word == "i")]
                if wrong and protocol == "tcp": # a loaded machine may lose a probe: only what is seen twice counts
                    again = scan(family, source, [i], slow=True, only=wrong)[i]
                    there[i] = (there[i] - set(wrong)) | again
                    wrong = [p for p in wrong if (p in again) != (dict(zip(PORTS, answers))[p] == "i")]
                if wrong and protocol == "udp": # and a datagram
                    there[i] |= throw([i], wrong)[family, source][i]
                    wrong = [p for p in wrong if (p in there[i]) != (dict(zip(PORTS, answers))[p] == "i")]
                if wrong:
                    fail(f"ruleset {i} ({'by hand' if i < len(BY_HAND) else 'random'}), {protocol} from {source}, outside {outside}: nft_reach is wrong about {wrong[:12]} (open: {sorted(there[i] & set(wrong))[:12]})\n{texts[i]}")
                sure += sum(a != "m" for a in answers)
                maybe += sum(a == "m" for a in answers)
    print(f"{len(texts)} rulesets: {sure} answers compared, {maybe} that may be either")
    if sure < maybe:
        fail("more is unsure than sure: this proves little")
    controls(texts, seen)


def controls(texts, seen):
    """What nobody named is asked of both controls; a verdict may be UNKNOWN, never wrong."""
    unnamed = [p for p in PORTS if p not in NAMED and not any(a <= p <= b for a, b in RANGES[1:3] + RANGES[-1:])]
    counts = {}
    for i, text in enumerate(texts):
        share = max(len([p for p in unnamed if p in seen[t][n, STRANGER[n]][i]]) for t in seen for n in (4, 6)) / len(unnamed)
        said = {}
        for control in ("default-drop", "no-any-any"):
            got = json.loads(run("ip", "netns", "exec", f"t{i}", f"{BUILD}/src/control/look", control, check=False).stdout)
            said[control] = {0: "UNKNOWN", 1: "PASS", 2: "FAIL"}.get(got["verdict"], "?")
            counts[control, said[control]] = counts.get((control, said[control]), 0) + 1
            if said[control] == "FAIL" and share < 0.2:
                fail(f"ruleset {i}: {control} is FAIL, and {share:.0%} of the ports nobody names are open\n{text}")
        # a rule for anyone above a policy that drops is no-any-any's matter; of half the ports it passes
        if set(said.values()) == {"PASS"} and share > 0.6:
            fail(f"ruleset {i}: both pass, and {share:.0%} of the ports nobody names are open\n{text}")
    print("verdicts:", ", ".join(f"{c} {v} {n}" for (c, v), n in sorted(counts.items())))
    for control in ("default-drop", "no-any-any"):
        if not counts.get((control, "PASS")) or not counts.get((control, "FAIL")):
            fail(f"{control}: not both verdicts came up")


main()
if heads:
    print(*heads, f"again with SEED={SEED}", sep="\n")
sys.exit(bool(heads))
