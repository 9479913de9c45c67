#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""devices.py - devices for 460-devices.sh: "sim FOLDER PORT" writes what ipmi_sim reads, "redfish …" and "peer …" serve until killed."""
import base64
import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time


def sdr(number, name, code):
    """A compact sensor record (type 2) of sensor type power supply, entity 10."""
    body = [0x20, 0, number, 10, number, 0x67, 0x40, 8, code, 0xff, 0, 0xff, 0, 0xff, 0, 0xc0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    body += [0xc0 | len(name)] + list(name.encode())
    return "main_sdr_add 0x20 " + " ".join(f"0x{b:02x}" for b in [number, 0, 0x51, 2, len(body)] + body)


def sim(folder, port):
    with open(f"{folder}/lan.conf", "w") as f:
        f.write(f'name "bmc"\nset_working_mc 0x20\nstartlan 1\n  addr 127.0.0.1 {port}\n  priv_limit admin\n')
        f.writelines(f"  allowed_auths_{who} none md2 md5 straight\n" for who in ("callback", "user", "operator", "admin"))
        f.write('  guid a123456789abcdefa123456789abcdef\nendlan\nuser 2 true "monitor" "room-Secret1" admin 10 none md2 md5 straight\n')
    states = {"two": ((0,), (0,), 0), "one": ((0,), (), None), "failed": ((0,), (0, 1), 1), "lost": ((0,), (0,), 1)}
    for name, (first, second, redundancy) in states.items():
        lines = ["mc_setbmc 0x20", "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr"]
        sensors = [(1, "PS1 Status", 0x6f, first), (2, "PS2 Status", 0x6f, second)] + ([(3, "PS Redundancy", 0x0b, (redundancy,))] if redundancy is not None else [])
        for number, label, code, bits in sensors:
            bit = "000000000111111"
            lines += [f"sensor_add 0x20 0 {number} 0x08 {code}", f"sensor_set_event_support 0x20 0 {number} enable scanning per-state {bit} {bit} {bit} {bit}", sdr(number, label, code)]
            lines += [f"sensor_set_bit 0x20 0 {number} {b} 1 0" for b in bits]
        with open(f"{folder}/{name}.emu", "w") as f:
            f.write("\n".join(lines + ["mc_enable 0x20"]) + "\n")


ROOT, ONE = "/redfish/v1/Chassis", "/redfish/v1/Chassis/1U"


def supply(name, state="Enabled", health="OK"):
    return {"Id": name, "MemberId": name, "Name": f"Power Supply Bay {name}", "Status": {"State": state, "Health": health}, "LineInputStatus": "Normal"}


def tree(kind):
    second = {"critical": supply("2", health="Critical"), "absent": supply("2", "Absent", None)}.get(kind, supply("2"))
    mode = "NotRedundant" if kind == "notredundant" else "N+m"
    pages = {ROOT: {"@odata.id": ROOT, "Name": "Chassis Collection", "Members": [{"@odata.id": ONE}], "Members@odata.count": 1}, ONE: {"@odata.id": ONE, "Id": "1U", "Name": "Computer System Chassis"}}
    if kind in ("subsystem", "closes-often"):
        sub = f"{ONE}/PowerSubsystem"
        pages[ONE]["PowerSubsystem"] = {"@odata.id": sub}
        pages[sub] = {"@odata.id": sub, "Id": "PowerSubsystem", "PowerSupplies": {"@odata.id": f"{sub}/PowerSupplies"},
                      "PowerSupplyRedundancy": [{"RedundancyType": "NPlusM", "MinNeededInGroup": 1, "Status": {"State": "Enabled", "Health": "OK"}}]}
        pages[f"{sub}/PowerSupplies"] = {"Members": [{"@odata.id": f"{sub}/PowerSupplies/Bay{n}"} for n in range(1, 3 if kind == "subsystem" else 7)]}
        for n in range(1, 3 if kind == "subsystem" else 7):
            pages[f"{sub}/PowerSupplies/Bay{n}"] = supply(str(n))
    else:
        pages[ONE]["Power"] = {"@odata.id": f"{ONE}/Power"}
        pages[f"{ONE}/Power"] = {"@odata.id": f"{ONE}/Power", "Id": "Power", "PowerSupplies": [supply("1"), second],
                                 "Redundancy": [] if kind == "absent" else [{"Mode": mode, "MinNumNeeded": 1, "Status": {"State": "Enabled", "Health": "OK"}}]}
    if kind == "away":
        pages[ONE]["Power"] = {"@odata.id": "http://192.0.2.1/redfish/v1/Power"}
    if kind == "loop":
        pages[ONE]["Power"] = {"@odata.id": ROOT}
    return pages


def redfish(port, certificate, key, user, password, kind, asked):
    pages, secret = tree(kind), "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        if kind in ("closes", "closes-often"):
            protocol_version = "HTTP/1.0"

        def do_GET(self):
            with open(asked, "a") as f:
                f.write(self.path + "\n")
            right = self.headers.get("Authorization") == secret
            page = pages.get(self.path) if right else None
            body = json.dumps(page if page else {"error": {"code": "Base.1.0.GeneralError"}}).encode()
            if kind == "noise":
                body = os.urandom(2000)
            if kind == "flood":
                body = b'{"Members":"' + b"A" * 10_000_000 + b'"}'
            self.send_response(401 if not right else 200 if page else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass

        def log_message(self, *args):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request, address):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", int(port)), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def peer(port, how):
    def udp():
        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        u.bind(("127.0.0.1", int(port)))
        while True:
            asked, who = u.recvfrom(65536)
            if how == "flood":
                u.sendto(b"\x30\x82\xff\xff" + b"A" * 60000, who)
            elif how == "nonsense":
                u.sendto(asked[:-5], who)  # the question itself, cut

    threading.Thread(target=udp, daemon=True).start()
    t = socket.create_server(("127.0.0.1", int(port)))
    held = []
    while True:
        c, _ = t.accept()
        held.append(c)
        try:
            if how == "flood":
                for _ in range(160):
                    c.sendall(b"A" * 65536)
            elif how == "nonsense":
                c.sendall(b"BEGIN LIST VAR sp\nVAR sp ups.status \"OL\"\n")
                c.close()
        except OSError:
            pass
        time.sleep(0.01)


def mute(port, behind):
    """Hands on what comes to a BMC behind it, but for questions about cipher suites (Get Channel Cipher Suites), which stay without an answer."""
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind(("127.0.0.1", int(port)))
    backs = {}

    def answers(back, who):
        while True:
            front.sendto(back.recv(65536), who)

    while True:
        asked, who = front.recvfrom(65536)
        if len(asked) > 19 and asked[4] == 6 and asked[16] == 0x20 and asked[17] >> 2 == 6 and asked[21:22] == b"\x54":
            continue
        if len(asked) > 21 and asked[15] == 0x18 and asked[19] == 0x54:
            continue
        if who not in backs:
            backs[who] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            backs[who].connect(("127.0.0.1", int(behind)))
            threading.Thread(target=answers, args=(backs[who], who), daemon=True).start()
        backs[who].send(asked)


{"sim": sim, "redfish": redfish, "peer": peer, "mute": mute}[sys.argv[1]](*sys.argv[2:])
