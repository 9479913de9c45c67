#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
writers - many at once do acts over a station's own socket and note what was acknowledged; then the ledger is asked.

  writers.py work ROOT FILE N SECONDS    N writers; FILE gets the name of every acknowledged act, one a line
  writers.py check ROOT FILE             each of them has begin and outcome in ROOT/ledger's bundles; prints counts and what became of processes

An act is named by its argument "id", which no such act uses: its begin leaf keeps the object id made of it.
"""
import hashlib, http.client, json, os, socket, struct, sys, threading, time

ACT, BEGIN, OUTCOME, STATION = 'proof-get', 2, 3, 7


class Local(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def work(root, out, n, seconds):
    os.chdir(os.path.join(root, 'run'))  # an address holds 107 bytes
    until, lock, file, failures = time.monotonic() + float(seconds), threading.Lock(), open(out, 'w', buffering=1), {}

    def writer(me):
        number = 0
        while time.monotonic() < until:
            number += 1
            name, say = 'w%d-%d' % (me, number), 'none'
            try:
                token = open(os.path.join(root, 'auth/console.token')).read().strip()
                c = Local('station.sock')
                c.request('POST', '/api/act/' + ACT, json.dumps({'index': 0, 'id': name}), {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'})
                answer = c.getresponse()
                body = answer.read()
                c.close()
                if answer.status == 200 and b'"proof"' in body:
                    with lock:
                        file.write(name + '\n')
                    continue
                say = str(answer.status)
            except (OSError, http.client.HTTPException) as e:
                say = type(e).__name__
            with lock:
                failures[say] = failures.get(say, 0) + 1
            time.sleep(0.05)

    threads = [threading.Thread(target=writer, args=(i,)) for i in range(int(n))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    file.close()
    print('refused or cut off:', json.dumps(failures, sort_keys=True))


def leaves(folder):
    size = int(open(os.path.join(folder, 'checkpoint')).read().split('\n')[1])
    for n in range(-(-size // 256)):
        width, path = min(256, size - n * 256), '%03d' % (n % 1000)
        m = n
        while m >= 1000:
            m //= 1000
            path = 'x%03d/' % (m % 1000) + path
        path = os.path.join(folder, 'tile/entries', path)
        bundle, at = open(path if width == 256 else path + '.p/%d' % width, 'rb').read(), 0
        for i in range(width):
            length, = struct.unpack_from('>H', bundle, at)
            e, at = bundle[at + 2:at + 2 + length], at + 2 + length
            _, kind, source, verdict, _, _, received = struct.unpack_from('>BBBBQqq', e)
            named = e[60]
            begin, = struct.unpack_from('>Q', e, 61 + named + 8)
            yield n * 256 + i, kind, source, verdict, e[44:60], e[61:61 + named].decode(), begin, received


EVENTS = {1: 'started', 2: 'exited', 3: 'killed', 4: 'nonsense'}  # the verdict of a STATION leaf named after a process


def check(root, out):
    acknowledged = {hashlib.sha256(('tsujiban object v1\n%s\n%s' % (ACT, line.strip())).encode()).digest()[:16]: line.strip() for line in open(out)}
    begins, outcomes, events, interrupted, back, before = {}, {}, {}, 0, 0, 0
    for index, kind, source, verdict, obj, name, begin, received in leaves(os.path.join(root, 'ledger')):
        back += received < before
        before = received
        if kind == BEGIN and name == ACT:
            begins[obj] = index
        elif kind == OUTCOME:
            outcomes.setdefault(begin, []).append(verdict)
            interrupted += verdict == 4
        elif kind == STATION:
            event = name + ' ' + EVENTS[verdict] if verdict in EVENTS else name
            events[event] = events.get(event, 0) + 1
    lost = [w for o, w in acknowledged.items() if o not in begins or 1 not in outcomes.get(begins[o], [])]
    open_still = [i for i in begins.values() if i not in outcomes]
    print('%d acknowledged, %d begun, %d interrupted, %d lost, %d without an end, %d times back' % (len(acknowledged), len(begins), interrupted, len(lost), len(open_still), back))
    for event in sorted(events):
        print('station:', event, events[event])
    return 1 if lost or open_still or back else 0


if __name__ == '__main__':
    if len(sys.argv) == 6 and sys.argv[1] == 'work':
        work(*sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == 'check':
        sys.exit(check(*sys.argv[2:]))
    else:
        sys.exit(2)
