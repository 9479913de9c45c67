#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A second verifier, written from docs/format-ledger.md alone: hashlib, and openssl for Ed25519. `ledger DIR VKEY` or `proof FILE VKEY`.
import base64, hashlib, os, struct, subprocess, sys, tempfile

def need(ok, why):
    if not ok:
        sys.exit(why)

sha = lambda b: hashlib.sha256(b).digest()
node = lambda l, r: sha(b'\1' + l + r)

def root(h):
    if len(h) < 2:
        return h[0] if h else sha(b'')
    k = 1 << (len(h) - 1).bit_length() - 1
    return node(root(h[:k]), root(h[k:]))

def open_note(note, vkey):                       # -> origin, size, root
    text, _, lines = note.decode().rpartition('\n\n')
    text += '\n'
    name, number, top = text.removesuffix('\n').split('\n')
    key_name, key_id, material = vkey.split('+', 2)
    public = base64.b64decode(material, validate=True)
    base = lambda n: n.rpartition('/epoch-')[0] or n
    need(public[0] == 1 and sha(key_name.encode() + b'\n' + public)[:4].hex() == key_id, 'verifier key')
    need(base(name) == base(key_name), 'origin')
    mine = [l for l in (base64.b64decode(l.split(' ')[2]) for l in lines.split('\n') if l.startswith('— ' + name + ' ')) if l[:4] == sha(name.encode() + b'\n' + public)[:4]]
    need(len(mine) == 1, 'signature missing or doubled')
    with tempfile.TemporaryDirectory() as d:
        for f, b in ('k', bytes.fromhex('302a300506032b6570032100') + public[1:]), ('m', text.encode()), ('s', mine[0][4:]):
            open(os.path.join(d, f), 'wb').write(b)
        need(not subprocess.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', d + '/k', '-rawin', '-in', d + '/m', '-sigfile', d + '/s'],
             capture_output=True).returncode, 'signature')
    return name, int(number), base64.b64decode(top, validate=True)

def read(folder, level, n, width):
    path = '%03d' % (n % 1000)
    while n >= 1000:
        n //= 1000
        path = 'x%03d/' % (n % 1000) + path
    path = '%s/tile/%s/%s' % (folder, level, path)
    return open(path + '.p/%d' % width if width < 256 and os.path.exists(path + '.p/%d' % width) else path, 'rb').read()

def ledger(folder, vkey):
    origin, size, top = open_note(open(folder + '/checkpoint', 'rb').read(), vkey)
    row, last, before, epochs = [], {}, 0, []
    for n in range(-(-size // 256)):
        bundle, at = read(folder, 'entries', n, min(256, size - n * 256)), 0
        for i in range(n * 256, min(size, n * 256 + 256)):
            length = struct.unpack_from('>H', bundle, at)[0]
            entry, at = bundle[at + 2:at + 2 + length], at + 2 + length
            row.append(sha(b'\0' + entry))
            version, kind, source, verdict, seq, claimed, received = struct.unpack_from('>BBBBQqq', entry)
            until, begin, end, commitment = struct.unpack_from('>qQQ32s', entry, 61 + entry[60])
            need(version == 1 and 1 <= kind <= 10 and len(entry) == 117 + entry[60] and seq == last.get(source, 0) + 1 and received >= before, 'leaf %d' % i)
            last[source], before = seq, received
            if kind == 1:
                epochs.append(struct.unpack_from('>I', entry, 56)[0])
                need(begin == i and (root(row[:end]) == commitment or end == 0 and not any(commitment)), 'epoch at %d' % i)
    number = int(origin.rpartition('/epoch-')[2]) if '/epoch-' in origin else 1
    need(epochs and epochs[0] == 1 and epochs == sorted(set(epochs)) and epochs[-1] == number, 'epochs')
    need(root(row) == top, 'root')
    level, hashes = 0, row
    while hashes:
        for n in range(-(-len(hashes) // 256)):
            want = hashes[n * 256:n * 256 + 256]
            need(read(folder, level, n, len(want))[:32 * len(want)] == b''.join(want), 'tile %d/%d' % (level, n))
        level, hashes = level + 1, [root(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
    print('accepted', origin, size)

def climb(m, n, h, proof):                       # RFC 6962 2.1.1, from the root down
    if n == 1:
        return h
    need(proof, 'proof')
    k = 1 << (n - 1).bit_length() - 1
    return node(climb(m, k, h, proof[:-1]), proof[-1]) if m < k else node(proof[-1], climb(m - k, n - k, h, proof[:-1]))

def proof(file, vkey):
    head, _, note = open(file, 'rb').read().partition(b'\n\n')
    lines = head.decode().split('\n')
    need(lines[0] == 'c2sp.org/tlog-proof@v1' and lines[1].startswith('extra ') and lines[2].startswith('index '), 'form')
    origin, size, top = open_note(note, vkey)
    index, hashes = int(lines[2][6:]), [base64.b64decode(l, validate=True) for l in lines[3:]]
    need(index < size and climb(index, size, sha(b'\0' + base64.b64decode(lines[1][6:], validate=True)), hashes) == top, 'proof')
    print('accepted', origin, index)

{'ledger': ledger, 'proof': proof}[sys.argv[1]](sys.argv[2], sys.argv[3])
