// SPDX-License-Identifier: Apache-2.0
//= S-3-5 type=test
// Somebody else's verifier before our real output: the transparency log code of @sigstore/verify, as published, opens the
// checkpoints and proofs of a real station and of a larger ledger, and refuses each of them with one byte changed.
import { spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, stationStart } from './station.mjs'

const require = createRequire(import.meta.url)
let verifyCheckpoint, verifyMerkleInclusion
try {
	({ verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js'));
	({ verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js'))
} catch (e) {
	console.log('@sigstore/verify is not installed: ' + e.code)
	process.exit(77)
}

let passed = 0, failed = 0
const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }

// A verifier key "NAME+ID+BASE64" as the log the foreign code wants to trust.
const trusted = vkey => {
	const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+?)\n?$/.exec(vkey), bytes = Buffer.from(key, 'base64')
	return [{ baseURL: name, logID: Buffer.from(id, 'hex'), publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') }, format: 'jwk' }) }]
}
// A proof file taken apart: what stands above the checkpoint in bytes, the checkpoint as it is.
const parts = text => {
	const at = text.indexOf('\n\n'), [form, extra, index, ...hashes] = text.slice(0, at).split('\n')
	if (form !== 'c2sp.org/tlog-proof@v1') throw new Error('form: ' + form)
	return { entry: Buffer.from(extra.slice('extra '.length), 'base64'), index: index.slice('index '.length), hashes: hashes.map(h => Buffer.from(h, 'base64')), note: text.slice(at + 2) }
}
const judge = (p, logs) => {
	const inclusionProof = { logIndex: p.index, hashes: p.hashes, checkpoint: { envelope: p.note } }
	const checkpoint = verifyCheckpoint({ inclusionProof }, logs)
	verifyMerkleInclusion({ inclusionProof, canonicalizedBody: p.entry }, checkpoint)
	return checkpoint
}
const accepts = (p, logs) => {
	try { return judge(p, logs) } catch (e) { console.log(e.message); return null }
}
const refuses = (p, logs) => {
	try { judge(p, logs); return false } catch (e) { return e.name === 'VerificationError' }
}
const bent = (bytes, at) => { const b = Buffer.from(bytes); b[at] ^= 1; return b }

function proofOf(what, text, vkey, index) {
	const logs = trusted(vkey), p = parts(text), checkpoint = accepts(p, logs)
	check(`${what}: accepted`, checkpoint !== null && checkpoint.logSize > BigInt(index))
	for (const at of [0, 1, 40, p.entry.length - 1]) check(`${what}: byte ${at} of the entry`, refuses({ ...p, entry: bent(p.entry, at) }, logs))
	p.hashes.forEach((h, i) => check(`${what}: hash ${i}`, refuses({ ...p, hashes: p.hashes.map((x, j) => j === i ? bent(h, i) : x) }, logs)))
	if (p.hashes.length) check(`${what}: a hash less`, refuses({ ...p, hashes: p.hashes.slice(1) }, logs))
	check(`${what}: another place`, refuses({ ...p, index: String(index ^ 1) }, logs))
	const lines = p.note.split('\n'), [, size, root] = lines
	const note = (i, line) => ({ ...p, note: lines.map((l, j) => j === i ? line : l).join('\n') })
	check(`${what}: size`, refuses(note(1, String(Number(size) + 1)), logs))
	check(`${what}: root`, refuses(note(2, bent(Buffer.from(root, 'base64'), 7).toString('base64')), logs))
	const [dash, name, signature] = lines[4].split(' ')
	for (const at of [0, 4, 35, 67]) check(`${what}: byte ${at} of the signature`, refuses(note(4, [dash, name, bent(Buffer.from(signature, 'base64'), at).toString('base64')].join(' ')), logs))
	check(`${what}: another key`, refuses(p, [{ ...logs[0], publicKey: trusted(otherKey)[0].publicKey }]))
}

const tmp = mkdtempSync(join(tmpdir(), 'tsujiban-verifier-'))
const run = (program, ...args) => {
	const r = spawnSync(program, args, { encoding: 'utf8', timeout: 20000 })
	if (r.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${r.status} ${r.stdout}${r.stderr}`)
	return r.stdout
}
let otherKey
let station
try {
	// a ledger over more than one tile, among others the first and last entry of each
	const folder = join(tmp, 'larger'), wanted = [0, 1, 255, 256, 511, 512, 599]
	run('mkdir', folder)
	run(join(build, 'tests/make_ledger'), folder, 'log.example/1', 'a', '600', ...wanted.flatMap(i => ['proof', String(i), join(tmp, 'proof-' + i)]))
	const larger = readFileSync(join(folder, 'key.pub'), 'utf8')

	station = await stationStart()
	const cli = (...args) => run(join(build, 'bin/tsujiban'), '--root', station.root, ...args)
	const vkey = cli('ledger', 'key')
	otherKey = larger
	let entries = 0
	for (let i = 0; i < 50 && entries < 10; i++) {
		entries = JSON.parse(cli('status', '--json')).head.covered
		await new Promise(done => setTimeout(done, 100))
	}
	check('the station has recorded its start', entries >= 10)
	for (const index of [0, 1, entries >> 1, entries - 1]) proofOf(`station, entry ${index} of ${entries}`, cli('ledger', 'proof', String(index)), vkey, index)
	const head = readFileSync(join(station.root, 'ledger/checkpoint'), 'utf8')
	let opened = null
	try { opened = verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: head } } }, trusted(vkey)) } catch (e) { console.log(e.message) }
	check('the checkpoint in the folder', opened !== null && opened.origin === vkey.split('+')[0] && opened.logSize >= BigInt(entries))

	otherKey = vkey
	for (const index of wanted) proofOf(`larger, entry ${index}`, readFileSync(join(tmp, 'proof-' + index), 'utf8'), larger, index)
} catch (e) {
	failed++
	console.log(e.stack)
} finally {
	await station?.stop()
	rmSync(tmp, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
