#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A real mail server (aiosmtpd) for 371-mail.sh: STARTTLS required or TLS from the first byte, mails as JSON lines into a file.
# smtp_server.py PORT CERT KEY OUT MODE [USER PASSWORD]: starttls, tls, plain (offers none), inject (speaks on behind STARTTLS), hang, babble (answers what is no SMTP, over good TLS); with a user nobody else may send
import asyncio, base64, email, email.policy, json, socket, ssl, sys, time

port, cert, key, out, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5]

def tells():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', port))
    s.listen(8)
    while True:
        c, _ = s.accept()
        if mode == 'hang':
            time.sleep(600)
        c.sendall(b'220 mail.example.jp\r\n')
        c.recv(1000)
        c.sendall(b'250-mail.example.jp\r\n250 STARTTLS\r\n')
        c.recv(1000)
        c.sendall(b'220 go\r\n250 and something more\r\n')
        time.sleep(1)
        c.close()

def babbles():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', port))
    s.listen(8)
    c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    c.load_cert_chain(cert, key)
    while True:
        line, _ = s.accept()
        try:
            line.sendall(b'220 mail.example.jp\r\n')
            line.recv(1000)
            line.sendall(b'250-mail.example.jp\r\n250 STARTTLS\r\n')
            line.recv(1000)
            line.sendall(b'220 go\r\n')
            safe = c.wrap_socket(line, server_side=True)
            while (said := safe.recv(70000)):
                safe.sendall(b'250 mail.example.jp\r\n' if said.startswith(b'EHLO') else b'<html>502 Bad Gateway</html>\r\n')
            safe.close()
        except OSError:
            line.close()

if mode in ('hang', 'inject'):
    tells()
if mode == 'babble':
    babbles()

from aiosmtpd.smtp import SMTP, AuthResult

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody@'):
            return '550 5.1.1 no such user'
        if address.startswith('later@') and time.time() - Handler.began < 20:
            return '450 4.2.0 later'
        envelope.rcpt_tos.append(address)
        return '250 ok'

    async def handle_DATA(self, server, session, envelope):
        m = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with open(out, 'a') as f:
            f.write(json.dumps({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'subject': m['subject'], 'body': m.get_content(), 'headers': sorted(m.keys()), 'tls': session.ssl is not None or mode == 'tls'}, ensure_ascii=False) + '\n')
        return '250 taken'

Handler.began = time.time()
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)

def is_right(server, session, envelope, mechanism, data):
    return AuthResult(success=[data.login.decode(), data.password.decode()] == sys.argv[6:8], handled=False)

# Whatever speaks TLS from the first byte aiosmtpd does not know to be TLS.
auth = {'authenticator': is_right, 'auth_required': True, 'auth_require_tls': mode != 'tls'} if len(sys.argv) > 6 else {}

async def main():
    made = {'starttls': lambda: SMTP(Handler(), tls_context=context, require_starttls=True, **auth), 'plain': lambda: SMTP(Handler()), 'tls': lambda: SMTP(Handler(), **auth)}[mode]
    server = await asyncio.get_running_loop().create_server(made, '127.0.0.1', port, ssl=context if mode == 'tls' else None)
    await server.serve_forever()

asyncio.run(main())
