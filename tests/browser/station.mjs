// SPDX-License-Identifier: Apache-2.0
// A real station of its own for a browser test: prepared, started, and stopped by its process number.
import { spawn, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const build = resolve(process.env.BUILD || join(source, 'build'))

const freePort = () => new Promise(done => {
	const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)) })
})

export async function stationStart() {
	const tmp = mkdtempSync(join(tmpdir(), 'tsujiban-browser-')), root = join(tmp, 'station')
	const init = spawnSync(join(build, 'bin/tsujiban'), ['--root', root, 'init', '--catalogue', join(source, 'catalogue')], { encoding: 'utf8' })
	const link = /enrol\/([0-9a-f]{64})/.exec(init.stdout + init.stderr)
	if (!link) throw new Error('init: ' + init.stdout + init.stderr)
	const port = await freePort(), adminPort = await freePort()
	appendFileSync(join(root, 'tsujiban.yaml'), `port: ${port}\nlisten: ["127.0.0.1"]\nadmin_port: ${adminPort}\nadmin_listen: ["127.0.0.1"]\nhost_name: localhost\n`)
	const warden = spawn(join(build, 'bin/tsujiban-warden'), ['--root', root, '--ready-fd', '3'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
	let log = ''
	for (const stream of [warden.stdout, warden.stderr]) stream.on('data', data => { log += data })
	await new Promise((ready, never) => {
		warden.stdio[3].once('data', ready)
		warden.once('exit', () => never(new Error('the station ended: ' + log)))
		setTimeout(() => never(new Error('not ready in 30 s: ' + log)), 30000).unref()
	})
	const declared = spawnSync(join(build, 'bin/tsujiban'), ['--root', root, 'register', 'add', 'admin-address', 'prefix=127.0.0.1', 'owner=見本', 'reason=試験', 'approval=見本 第1号', 'until=2037-03-31'], { encoding: 'utf8' })
	if (declared.status !== 0) throw new Error('admin-address: ' + declared.stdout + declared.stderr)
	return {
		root, port, admin: `https://localhost:${adminPort}`, /* acts of administration are done there */ link: link[1], url: `https://localhost:${port}`, log: () => log,
		link_of: (name, display, role) => /enrol\/([0-9a-f]{64})/.exec(spawnSync(join(build, 'bin/tsujiban'), ['--root', root, 'account', 'add', name, display, role], { encoding: 'utf8' }).stdout)[1],
		cli: (...words) => spawnSync(join(build, 'bin/tsujiban'), ['--root', root, ...words], { encoding: 'utf8' }).stdout,
		stop: () => new Promise(done => {
			warden.removeAllListeners('exit')
			warden.once('exit', () => { rmSync(tmp, { recursive: true, force: true }); done() })
			warden.kill('SIGTERM')
			setTimeout(() => warden.kill('SIGKILL'), 15000).unref()
		}),
	}
}

// RFC 6238, six digits, 30 s: what an authenticator shows at that time.
export function totp(base32, at = Date.now()) {
	let bits = ''
	for (const c of base32.replace(/[\s=]/g, '')) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')
	const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2))), counter = Buffer.alloc(8)
	counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)))
	const mac = createHmac('sha1', key).update(counter).digest(), from = mac[19] & 15
	return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0')
}

export const browserOptions = {
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}
export const axeSource = () => readFileSync(join(source, 'tests/browser/node_modules/axe-core/axe.min.js'), 'utf8')
