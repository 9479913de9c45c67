#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make_peers.py [--certificates] - writes the recorded machine "peers": others it can ask over the network.

NOW is that of make.py. Certificates are kept from run to run, unless they are asked for: they are of nobody,
for names that belong to nobody, and their keys lie here for everyone to read.
"""
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
NOW = 1767225600            # 2026-01-01T00:00:00Z


def put(path, data):
    full = os.path.join(HERE, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def peer(kind, address, port, files, interface=None):
    for word, data in files.items():
        put(f"{kind}/{address}-{port}" + (f"@{interface}" if interface else "") + f"/{word}", data)


# ---- certificates: NAME.pem is a key, its certificate, then the others it sends
CERTIFICATES = os.path.join(HERE, "certificates")
USUAL = "DNS:www.example.jp,IP:192.0.2.20"
CONFIG = """
[ca]
default_ca = d
[d]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = p
unique_subject = no
email_in_dn = no
[p]
commonName = supplied
[req]
distinguished_name = n
[n]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:false
subjectAltName = ${ENV::NAMES}
[nameless]
basicConstraints = CA:false
[client]
basicConstraints = CA:false
subjectAltName = ${ENV::NAMES}
extendedKeyUsage = clientAuth
"""


def run(*words, names=USUAL):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "NAMES": names})


def certify(name, cn, by, ext, start="20251001000000Z", end="20261001000000Z", names=USUAL, digest="sha256", key=("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")):
    run("openssl", "genpkey", *key, "-out", f"{name}.key")
    run("openssl", "req", "-new", "-config", "ca.cnf", "-key", f"{name}.key", "-subj", f"/CN={cn}", "-out", f"{name}.csr", names=names)
    run("openssl", "ca", "-batch", "-config", "ca.cnf", "-notext", "-md", digest, "-extensions", ext, "-startdate", start, "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.crt",
        *(["-selfsign", "-keyfile", f"{name}.key"] if by is None else ["-cert", f"{by}.crt", "-keyfile", f"{by}.key"]), names=names)


def certificates():
    os.makedirs(CERTIFICATES, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in (("ca.cnf", CONFIG), ("index.txt", ""), ("serial", "01")):
            with open(name, "w", encoding="ascii") as f:
                f.write(text)
        long = {"start": "20200101000000Z", "end": "20400101000000Z"}
        certify("root", "Test Root", None, "root", **long)
        certify("between", "Test Between", "root", "root", **long)
        certify("elsewhere", "Test Elsewhere", None, "root", **long)
        certify("good", "www.example.jp", "between", "leaf")
        certify("soon", "www.example.jp", "between", "leaf", end="20260110000000Z")
        certify("twenty", "www.example.jp", "between", "leaf", end="20260121120000Z")
        certify("three", "www.example.jp", "between", "leaf", end="20260104120000Z")
        certify("wildcard", "*.example.jp", "between", "leaf", names="DNS:*.example.jp")
        certify("expired", "www.example.jp", "between", "leaf", end="20251231000000Z")
        certify("future", "www.example.jp", "between", "leaf", start="20260201000000Z")
        certify("self", "www.example.jp", None, "leaf")
        certify("stranger", "www.example.jp", "elsewhere", "leaf")
        certify("client", "www.example.jp", "between", "client")
        certify("common-name", "www.example.jp", "between", "nameless")
        certify("sha1", "www.example.jp", "between", "leaf", digest="sha1")
        certify("small", "www.example.jp", "between", "leaf", key=("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"))
        certify("rsa", "www.example.jp", "between", "leaf", key=("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"))
        os.symlink("good.key", "headless.key")
        os.symlink("good.crt", "headless.crt")
        for name in ("good", "soon", "twenty", "three", "wildcard", "expired", "future", "self", "stranger", "client", "common-name", "sha1", "small", "rsa", "headless"):
            with open(os.path.join(CERTIFICATES, f"{name}.pem"), "w", encoding="ascii") as f:
                for part in [f"{name}.key", f"{name}.crt"] + (["between.crt"] if name not in ("self", "stranger", "headless") else []):
                    with open(part, encoding="ascii") as piece:
                        f.write(piece.read())
        shutil.copy("root.crt", os.path.join(CERTIFICATES, "roots.pem"))
        os.chdir(HERE)


if "--certificates" in sys.argv:
    certificates()
for entry in os.listdir(HERE):
    if entry != "certificates":
        full = os.path.join(HERE, entry)
        shutil.rmtree(full) if os.path.isdir(full) else os.remove(full)


def pem(name):
    with open(os.path.join(CERTIFICATES, f"{name}.pem"), encoding="ascii") as f:
        return f.read()


put("root/etc/debian_version", "12.5\n")
put("clock", f"{NOW * 1000000} 1 0 0 0\n")
put("refuse", "TIMEOUT tcp/192.0.2.12-80\n")

# ---- for src/os/host_tree_test.c
peer("tcp", "192.0.2.10", 80, {"greeting": "hello\n", "GET___HTTP_1.1": "slash\n", "any": "other\n"})
peer("udp", "2001:db8::1", 161, {"any": "datagram\n"})

# ---- for src/control/web_ask_test.c and the controls of web servers
OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"


def server(address, certificate, answer=OK, how="version 1.2 1.3\n", port=443):
    peer("tcp", address, port, {"tls": how, "pem": pem(certificate), "any": answer})


put("root/etc/ssl/certs/ca-certificates.crt", pem("roots"))
server("192.0.2.20", "good")
peer("tcp", "192.0.2.30", 80, {"any": "HTTP/1.1 301 Moved Permanently\r\nLocation: https://www.example.jp/\r\nContent-Length: 0\r\n\r\n"})
peer("tcp", "192.0.2.31", 80, {"any": "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + "x" * 300000})
peer("tcp", "192.0.2.32", 80, {"any": "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nx"})

# ---- tls-profile
server("192.0.2.41", "good", how="version 1.0 1.3\n")
server("192.0.2.42", "good", how="version 1.1 1.1\n")
server("192.0.2.43", "rsa", how="version 1.2 1.2\nciphers ECDHE+AESGCM\n")
server("192.0.2.44", "rsa", how="version 1.2 1.3\nciphers HIGH:!aNULL\n")
server("192.0.2.45", "rsa", how="version 1.2 1.3\nciphers ECDHE+AESGCM:eNULL:@SECLEVEL=0\n")
server("192.0.2.46", "small", how="version 1.2 1.3\nciphers ECDHE+AESGCM:@SECLEVEL=0\n")
server("192.0.2.47", "sha1")


# ---- hsts, cookie-flags, service-monitoring
def headed(*headers, status="200 OK", body="yes"):
    return f"HTTP/1.1 {status}\r\n" + "".join(f"{h}\r\n" for h in headers) + f"Content-Length: {len(body)}\r\n\r\n{body}"


server("192.0.2.50", "good", headed("Strict-Transport-Security: max-age=31536000; includeSubDomains", "Set-Cookie: id=1; Path=/; Secure; HttpOnly; SameSite=Lax", "Set-Cookie: old=; Path=/; Max-Age=0"))
server("192.0.2.51", "good", headed('strict-transport-security: preload ; MAX-AGE="015552000"', "Set-Cookie: a=1; secure; httponly; samesite=strict", "set-cookie: b=2; Secure; SameSite=Lax"))
server("192.0.2.52", "good", headed("Strict-Transport-Security: max-age=3600", "Set-Cookie: a=1; Secure; HttpOnly; SameSite=None"))
server("192.0.2.53", "good", headed("Strict-Transport-Security: max-age=0", "Set-Cookie: a=Secure HttpOnly SameSite"))
server("192.0.2.54", "good", headed("Strict-Transport-Security: max-age=31536000; max-age=31536000"))
server("192.0.2.55", "good", headed("Strict-Transport-Security: max-age=1", "Strict-Transport-Security: max-age=31536000"))
server("192.0.2.56", "good", headed(status="503 Service Unavailable"))
server("192.0.2.58", "good", "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=31536000\r\nContent-Length: 10000000\r\n\r\n" + "x" * 900000)

# ---- expiry-notice
server("192.0.2.60", "soon")
server("192.0.2.61", "expired")
server("192.0.2.62", "twenty")
server("192.0.2.63", "three")

# ---- web-tls
peer("tcp", "192.0.2.33", 80, {"any": headed()})
server("192.0.2.70", "future")
server("192.0.2.71", "self")
server("192.0.2.72", "headless")
server("192.0.2.73", "common-name")


def diag(family, address, port, inode):
    body = struct.pack("<BBBB", family, 10, 0, 0) + struct.pack(">HH", port, 0) + socket.inet_pton(family, address).ljust(16, b"\0") + bytes(16)
    body += struct.pack("<III", 0, 0xffffffff, 0xffffffff) + struct.pack("<IIIII", 0, 0, 0, 0, inode)
    return struct.pack("<IHHII", 16 + len(body), 20, 2, 1, 0) + body


def listeners(*at):
    for family in (socket.AF_INET, socket.AF_INET6):
        put(f"netlink/4-20-{family:02x}06", b"".join(diag(family, a, p, 100 + i) for i, (a, p) in enumerate(at) if (":" in a) == (family == socket.AF_INET6)))
        put(f"netlink/4-20-{family:02x}11", b"")


listeners()
HERE = os.path.join(os.path.dirname(HERE), "listeners")
shutil.rmtree(HERE, ignore_errors=True)
shutil.copytree(os.path.join(os.path.dirname(HERE), "peers", "tcp", "192.0.2.20-443"), os.path.join(HERE, "tcp/192.0.2.20-443"))
put("root/etc/ssl/certs/ca-certificates.crt", pem("roots"))
put("clock", f"{NOW * 1000000} 1 0 0 0\n")
peer("tcp", "127.0.0.1", 22, {"greeting": "SSH-2.0-OpenSSH_9.2p1\r\n"})
peer("tcp", "127.0.0.1", 8080, {"any": headed("Server: demo")})
peer("tcp", "192.0.2.5", 8081, {"any": headed("Location: https://www.example.jp/", status="301 Moved")})
peer("tcp", "::1", 9443, {"tls": "version 1.2 1.3\n", "pem": pem("self"), "any": "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"})
put("root/proc/net/fib_trie", "Main:\n        |-- 192.0.2.5\n           /32 host LOCAL\n        |-- 192.0.2.255\n           /32 link BROADCAST\n")
listeners(("0.0.0.0", 22), ("0.0.0.0", 8080), ("192.0.2.5", 8081), ("::", 9443), ("0.0.0.0", 443))

# ---- line-redundancy: eth0, eth1 whole; eth2 without carrier; eth3 without route; eth4 silent; eth0.7 on eth0; eth5, eth6 in bond0; eth7 behind eth0's gateway; eth8's gateway in eth0's net, too; of ppp0 none is known; eth10's is of the maker of eth0's
HERE = os.path.join(os.path.dirname(HERE), "lines")
shutil.rmtree(HERE, ignore_errors=True)


def attribute(kind, value):
    return struct.pack("<HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(kind, body):
    return struct.pack("<IHHII", 16 + len(body), kind, 2, 1, 0) + body


def link(index, name, carrier=1, master=0, below=0, bond=False):
    body = struct.pack("<BBHiII", 0, 0, 1, index, 0x10043, 0) + attribute(3, name.encode() + b"\0") + attribute(33, bytes([carrier]))
    body += attribute(10, struct.pack("<i", master)) if master else b""
    body += attribute(5, struct.pack("<i", below)) if below else b""
    body += attribute(18, attribute(1, b"bond\0")) if bond else b""
    return message(16, body)


def route(link_index, gateway, metric):
    return message(24, struct.pack("<BBBBBBBBI", 2, 0, 0, 0, 254, 3, 0, 1, 0) + attribute(4, struct.pack("<i", link_index)) + attribute(5, socket.inet_aton(gateway)) +
                   attribute(6, struct.pack("<I", metric)))


def neighbour(link_index, address, mac, state=4):
    return message(28, struct.pack("<BBHiHBB", 2, 0, 0, link_index, state, 0, 1) + attribute(1, socket.inet_aton(address)) + attribute(2, bytes.fromhex(mac)))


def rule(family, priority, table, more=b""):
    return message(32, struct.pack("<BBBBBBBBI", family, 0, 0, 0, table, 0, 0, 1, 0) + attribute(15, struct.pack("<I", table)) + attribute(6, struct.pack("<I", priority)) + more)


put("root/etc/hostname", "lines\n")
put("clock", f"{NOW * 1000000} 1 0 0 0\n")
put("refuse", "TIMEOUT tcp/192.0.2.53-53@eth4\n")
put("netlink/0-18-0000", link(1, "lo") + link(2, "eth0") + link(3, "eth1") + link(4, "eth2", carrier=0) + link(5, "eth3") + link(6, "eth4") + link(7, "eth0.7", below=2) +
    link(8, "eth5", master=10) + link(9, "eth6", master=10) + link(10, "bond0", bond=True) + link(11, "eth7") + link(12, "eth8") + link(13, "ppp0") + link(14, "eth10"))
put("netlink/0-26-0200", b"".join(route(i, f"192.0.2.{i}", 100 + i) for i in (2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14)))
put("netlink/0-26-0a00", b"")
put("netlink/0-34-0000", b"".join(rule(2, priority, table) for priority, table in ((0, 255), (32766, 254), (32767, 253))) + rule(2, 900, 77, attribute(10, struct.pack("<I", 7))))
put("netlink/0-30-0000", b"".join(neighbour(i, f"192.0.2.{i}", mac) for i, mac in ((2, "040000000002"), (3, "060000000003"), (4, "080000000004"), (6, "0c0000000006"), (7, "0e0000000007"), (8, "100000000008"),
                                                                                   (9, "120000000009"), (11, "040000000002"), (12, "18000000000c"))) +
    neighbour(2, "192.0.2.12", "18000000000c") + neighbour(13, "192.0.2.13", "000000000000", 64) + neighbour(14, "192.0.2.14", "04000000000e") + neighbour(2, "192.0.2.99", "060000000003"))
for interface in ("eth0", "eth1", "eth0.7", "eth5", "eth6", "eth7", "eth8", "ppp0", "eth10"):
    peer("tcp", "192.0.2.53", 53, {"greeting": "x"}, interface)
