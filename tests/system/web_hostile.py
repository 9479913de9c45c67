#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""web_hostile PORT SOCKET - raw bytes over TLS, and over the station's own socket; says what was not as it must be."""
import base64
import hashlib
import os
import re
import socket
import ssl
import sys
import time

port, local = int(sys.argv[1]), sys.argv[2]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
bad = 0


def connect(patience=6):
    raw = socket.create_connection(("127.0.0.1", port), timeout=patience)
    return context.wrap_socket(raw, server_hostname="localhost")


def answer(stream):
    data = b""
    try:
        while len(data) < 1 << 20:
            piece = stream.recv(65536)
            if not piece:
                break
            data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:") and len(body) >= int(line.split(b":")[1]):
                    return data
    except (ssl.SSLError, OSError):
        pass
    return data


def say(request):
    with connect() as stream:
        try:
            stream.sendall(request)
        except (ssl.SSLError, OSError):
            pass
        return answer(stream)


def must(what, good):
    global bad
    if not good:
        bad += 1
        print("not as it must be: " + what)


def status(data):
    return int(data[9:12]) if data.startswith(b"HTTP/1.1 ") and data[9:12].isdigit() else 0


HOST = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
OURS = b"Origin: https://localhost\r\nSec-Fetch-Site: same-origin\r\n"
refused = {
    "both lengths": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "chunked": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: elsewhere\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a bad host": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a host with a path": b"GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
    "NUL in the path": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "control byte in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x02b\r\n\r\n",
    "two cookies": b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: a=1\r\nCookie: b=2\r\n\r\n",
    "a cookie twice": b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: a=1; a=2\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "negative length": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: -4\r\n\r\n",
    "length over the ceiling": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 140000\r\n\r\n",
    "length of many digits": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "long address": b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "long header": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 100000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 2000 + b"\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a GET with a body": b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc",
    "dots in the path": b"GET /static/../healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "encoded dots": b"GET /static/%2e%2e/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "encoded slash": b"GET /static%2fstyle.css HTTP/1.1\r\n" + HOST + b"\r\n",
    "encoded NUL": b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "bytes that are not UTF-8": b"GET /%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    "half an escape": b"GET /?q=%e HTTP/1.1\r\n" + HOST + b"\r\n",
    "a name twice in the query": b"GET /?a=1&a=2 HTTP/1.1\r\n" + HOST + b"\r\n",
    "JSON where a form is due": b"POST /sign-in HTTP/1.1\r\n" + HOST + OURS + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "a form without its token": b"POST /sign-in HTTP/1.1\r\n" + HOST + OURS + FORM + b"Content-Length: 6\r\n\r\nname=a",
    "a form of another site": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Origin: https://elsewhere\r\nSec-Fetch-Site: cross-site\r\n" + FORM + b"Content-Length: 6\r\n\r\nname=a",
    "a form of nobody": b"POST /sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 6\r\n\r\nname=a",
    "the local interface from outside": b"POST /api/act/board-show HTTP/1.1\r\n" + HOST + b"Authorization: Bearer 00\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "nonsense": os.urandom(4000),
}
for name, request in refused.items():
    got = say(request)
    must("%s (%r)" % (name, got[:40]), status(got) in (0, 400, 403, 404, 405, 411, 413, 414, 431, 505))

for name, request in {"sign-in": b"GET /sign-in HTTP/1.1\r\n" + HOST + b"\r\n", "bad session": b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: __Host-session=" + b"0" * 64 + b"\r\n\r\n"}.items():
    got = say(request)
    must(name, status(got) == (200 if name == "sign-in" else 303))
    must(name + ": strict policy", b"default-src 'none'" in got and b"unsafe" not in got and b"script-src 'self'" not in got)
    scripts = re.findall(rb"<script[^>]*>(.*?)</script>", got, re.S)
    must(name + ": no script but the one that the policy names by its hash", len(scripts) <= (name == "sign-in") and
         all(b"script-src 'sha256-" + base64.b64encode(hashlib.sha256(text).digest()) + b"'" in got for text in scripts) and got.count(b"<script") == len(scripts))
got = say(b"GET /nowhere/%3Cscript%3E HTTP/1.1\r\n" + HOST + b"Cookie: __Host-lang=en\r\n\r\n")
must("markup in the path comes back escaped or not at all", status(got) in (303, 404) and b"<script" not in got)
must("a line break in a redirect", b"\r\nX-Evil" not in say(b"GET /language/en?back=/%0d%0aX-Evil:1 HTTP/1.1\r\n" + HOST + b"\r\n"))
got = say(b"GET /language/en?back=//elsewhere.example HTTP/1.1\r\n" + HOST + b"\r\n")
must("a redirect to elsewhere", b"elsewhere" not in got)

# pipelined requests: each its own answer
with connect() as stream:
    stream.sendall((b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n") * 3)
    time.sleep(0.5)
    must("three at once", stream.recv(65536).count(b"HTTP/1.1 200") >= 1)

# dripping bytes end at the deadline, and many idle connections of one address do not shut others out for ever
slow = connect(40)
slow.sendall(b"GET / HTTP/1.1\r\n")
began, alive = time.time(), True
idle = []
for _ in range(40):
    try:
        idle.append(socket.create_connection(("127.0.0.1", port), timeout=2))
    except OSError:
        break
while alive and time.time() - began < 32:
    try:
        slow.sendall(b"X")
        slow.settimeout(1)
        alive = slow.recv(1) != b""
    except (socket.timeout, TimeoutError, ssl.SSLWantReadError):
        pass
    except (ssl.SSLError, OSError):
        alive = False
must("dripping bytes are cut off (after %.0f s)" % (time.time() - began), not alive)
for one in idle:
    one.close()
must("serves afterwards", status(say(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")) == 200)


def local_say(request):
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(6)
        stream.connect(local)
        stream.sendall(request)
        return answer(stream)


LOCAL = b"Host: station\r\nContent-Type: application/json\r\n"
for name, request, want in (
    ("no token", b"POST /api/act/board-show HTTP/1.1\r\n" + LOCAL + b"Content-Length: 2\r\n\r\n{}", (400, 403)),
    ("a wrong token", b"POST /api/act/board-show HTTP/1.1\r\n" + LOCAL + b"Authorization: Bearer " + b"0" * 64 + b"\r\nContent-Length: 2\r\n\r\n{}", (403,)),
    ("no such act", b"POST /api/act/none HTTP/1.1\r\n" + LOCAL + b"Authorization: Bearer 00\r\nContent-Length: 2\r\n\r\n{}", (404,)),
    ("no object", b"POST /api/act/board-show HTTP/1.1\r\n" + LOCAL + b"Authorization: Bearer 00\r\nContent-Length: 2\r\n\r\n[]", (400,)),
    ("a page", b"GET /sign-in HTTP/1.1\r\n" + LOCAL + b"\r\n", (404,)),
):
    got = local_say(request)
    must("own socket, %s (%r)" % (name, got[:30]), status(got) in want and b'"error"' in got)
sys.exit(1 if bad else 0)
