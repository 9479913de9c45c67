#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make_peers.py - writes the recorded machine "peers": others it can ask over the network. NOW is that of make.py."""
import os
import shutil

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


shutil.rmtree(HERE, ignore_errors=True)
put("root/etc/debian_version", "12.5\n")
put("clock", f"{NOW * 1000000} 1 0 0 0\n")
put("refuse", "TIMEOUT tcp/192.0.2.12-80\n")

# ---- for src/os/host_tree_test.c
peer("tcp", "192.0.2.10", 80, {"greeting": "hello\n", "GET___HTTP_1.1": "slash\n", "any": "other\n"})
peer("udp", "2001:db8::1", 161, {"any": "datagram\n"})
