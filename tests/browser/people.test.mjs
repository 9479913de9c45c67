// SPDX-License-Identifier: Apache-2.0
// A person's own factors against a real station: a code once more, passkeys by Chromium's virtual authenticator
// (added, used alone and beside the password, copied, of another site, removed), recovery codes, password, devices.
import { X509Certificate, createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, stationStart, totp } from './station.mjs'

let passed = 0, failed = 0
const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
const password = '正しい馬 battery 42 staple', changed = 'むらさき 紫陽花 77 umbrella'
const shots = process.env.SHOTS
if (shots) mkdirSync(shots, { recursive: true })

const station = await stationStart()
// WebAuthn refuses pages whose certificate is in doubt: this one is named as good by its key.
const key = new X509Certificate(readFileSync(join(station.root, 'web/cert.pem'))).publicKey.export({ type: 'spki', format: 'der' })
const browser = await chromium.launch({ ...browserOptions, args: [...browserOptions.args, '--ignore-certificate-errors-spki-list=' + createHash('sha256').update(key).digest('base64')] })
try {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 } })
	const page = await context.newPage(), errors = []
	page.on('console', message => { if (message.type() === 'error' && !/status of 4/.test(message.text())) errors.push(message.text()) })
	const text = async () => page.locator('body').innerText()
	const shot = async name => { if (shots) await page.screenshot({ path: join(shots, name + '.png'), fullPage: true }) }
	const axe = axeSource()
	const accessible = async name => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
	}

	// enrol, sign in
	await page.goto(station.url + '/enrol/' + station.link)
	const secret = (await page.locator('.link-once').innerText()).trim()
	await page.fill('#f-password', password); await page.fill('#f-again', password); await page.fill('#f-code', totp(secret)); await page.click('button.primary')
	let step = Math.floor(Date.now() / 30000) // of the last code that was used
	// A code that was not used yet: the next step is good half a minute early; past that, wait.
	const fresh = async () => {
		const now = () => Math.floor(Date.now() / 30000)
		while (step + 1 > now() + 1) await page.waitForTimeout(500)
		step = Math.max(step + 1, now())
		return totp(secret, step * 30000)
	}
	const signIn = async (pass, code) => {
		await page.goto(station.url + '/sign-in')
		await page.fill('#f-name', 'admin'); await page.fill('#f-password', pass); await page.fill('#f-code', code); await page.click('main button.primary')
	}
	step-- // the code of the enrolment may open the first session
	await signIn(password, await fresh())
	check('signed in', page.url() === station.url + '/')
	const signOut = async () => { await page.click('.person button') }

	// the virtual authenticator
	const cdp = await context.newCDPSession(page)
	await cdp.send('WebAuthn.enable')
	const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
	let { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options })

	// add one; a moment after sign-in no code is asked for
	await page.click('.who a')
	check('the own account', page.url() === station.url + '/me' && /パスキーはまだありません/.test(await text()))
	await accessible('own account')
	await shot('me')
	await page.fill('#f-label', '事務所のPC（見本）')
	await Promise.all([page.waitForNavigation(), page.click('button.passkey')])
	check('a passkey is added', /パスキーを加えました/.test(await text()) && await page.locator('th:has-text("事務所のPC")').count() === 1)
	await shot('me-added')
	const credentials = (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
	check('the authenticator holds it as a discoverable one', credentials.length === 1 && credentials[0].isResidentCredential && credentials[0].rpId === 'localhost')

	// sign in by it alone: it checks its holder
	const press = async () => {
		await page.click('button.passkey')
		await Promise.race([page.waitForURL(u => u.pathname !== '/sign-in'), page.waitForSelector('#problem'), page.waitForSelector('.passkey-problem:visible')])
		if (await page.locator('.passkey-problem:visible').count()) console.log('the browser refused: ' + await page.locator('.passkey-problem').getAttribute('data-reason'))
	}
	const byPasskey = async () => { await page.goto(station.url + '/sign-in'); await press() }
	await signOut()
	await page.goto(station.url + '/sign-in')
	await accessible('sign-in with a passkey')
	await shot('sign-in-passkey')
	await byPasskey()
	check('signed in by the passkey alone', page.url() === station.url + '/')

	// one that does not check its holder needs the password beside it
	await signOut()
	const move = async (more, count) => { // the same key in another authenticator
		const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
		await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
		({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...more } }))
		await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credentials[0], signCount: count ?? credentials[0].signCount } })
	}
	await move({ transport: 'usb', hasUserVerification: false, isUserVerified: false })
	await page.goto(station.url + '/sign-in')
	await page.fill('#f-name', 'admin'); await page.fill('#f-password', 'wrong ' + password)
	await press()
	check('presence alone is one factor: refused', /使えません/.test(await text()))
	await page.waitForTimeout(2500) // a device that failed waits a little
	await page.fill('#f-name', 'admin'); await page.fill('#f-password', password)
	await press()
	check('password and passkey are two', page.url() === station.url + '/')
	await move({})

	// an assertion works once
	await signOut()
	await page.goto(station.url + '/sign-in')
	let body
	const catching = request => { if (request.method() === 'POST' && /sign-in$/.test(request.url())) body = request.postData() }
	page.on('request', catching)
	await press()
	page.off('request', catching)
	check('signed in, the assertion kept', page.url() === station.url + '/' && /credential=/.test(body))
	await signOut()
	await page.goto(station.url + '/sign-in')
	await page.evaluate(sent => {
		const f = document.querySelector('form[data-passkey]'), old = new URLSearchParams(sent)
		for (const name of ['credential', 'client_data', 'authenticator_data', 'signature']) f.elements[name].value = old.get(name)
		f.submit()
	}, body)
	await page.waitForSelector('#problem')
	check('a used assertion is refused', /どれかが違います/.test(await text()))

	// of another origin: the client data says so
	await page.goto(station.url + '/sign-in')
	await page.evaluate(sent => {
		const f = document.querySelector('form[data-passkey]'), old = new URLSearchParams(sent), from = s => atob(s.replace(/-/g, '+').replace(/_/g, '/'))
		for (const name of ['credential', 'authenticator_data', 'signature']) f.elements[name].value = old.get(name)
		const data = JSON.parse(from(old.get('client_data')))
		data.origin = 'https://localhost.example'
		data.challenge = btoa(String.fromCharCode(...f.dataset.challenge.match(/../g).map(x => parseInt(x, 16)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
		f.elements.client_data.value = btoa(JSON.stringify(data)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
		f.submit()
	}, body)
	await page.waitForSelector('#problem')
	check('another origin is refused', /どれかが違います/.test(await text()))

	// a copy: its counter is behind
	await byPasskey()
	check('the real one goes on', page.url() === station.url + '/')
	await signOut()
	await move({}, 1)
	await byPasskey()
	check('a copied authenticator is refused', /どれかが違います/.test(await text()))
	await move({}, 500)
	await byPasskey()
	check('and stays refused whatever it counts', /どれかが違います/.test(await text()))
	await signIn(password, await fresh())
	await page.goto(station.url + '/me')
	check('its holder sees that', /複製の疑い/.test(await text()))
	await page.goto(station.url + '/ledger?q=' + encodeURIComponent('複製'))
	await shot('ledger-copied')

	// removed: no way in
	await page.goto(station.url + '/me')
	await page.click('button[aria-label*="事務所のPC"]')
	check('removed', /パスキーを外しました/.test(await text()) && await page.locator('th:has-text("事務所のPC")').count() === 0)

	// recovery codes: once each
	await page.click('button:has-text("新しい回復コードを作る")')
	const codes = await page.locator('.codes li').allInnerTexts()
	check('ten codes, shown once', codes.length === 10 && new Set(codes).size === 10 && codes.every(c => /^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/.test(c)))
	await accessible('recovery codes')
	await shot('me-codes')
	await page.goto(station.url + '/me')
	check('not shown again', await page.locator('.codes').count() === 0 && /回復コードは10個/.test(await text()))
	await signOut()
	await signIn(password, codes[0].toUpperCase().replace(/-/g, ' '))
	check('a recovery code stands for a code', page.url() === station.url + '/')
	await signOut()
	await signIn(password, codes[0])
	check('but once', /使えません/.test(await text()))
	await page.waitForTimeout(2500)
	await signIn(password, codes[1])

	// two devices: one signs the other out; a new password signs out both others
	const other = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP' }), elsewhere = await other.newPage()
	await elsewhere.goto(station.url + '/sign-in')
	await elsewhere.fill('#f-name', 'admin'); await elsewhere.fill('#f-password', password); await elsewhere.fill('#f-code', codes[2]); await elsewhere.click('main button.primary')
	check('signed in elsewhere', elsewhere.url() === station.url + '/')
	await page.goto(station.url + '/me')
	check('both are listed', await page.locator('button:has-text("サインアウトさせる")').count() >= 2)
	await page.locator('td button:has-text("サインアウトさせる")').first().click()
	await elsewhere.goto(station.url + '/')
	check('the next request of the other is refused', /sign-in/.test(elsewhere.url()))
	await elsewhere.fill('#f-name', 'admin'); await elsewhere.fill('#f-password', password); await elsewhere.fill('#f-code', codes[3]); await elsewhere.click('main button.primary')
	await page.goto(station.url + '/me')
	const change = async (old, next) => { await page.fill('#f-old', old); await page.fill('#f-password', next); await page.fill('#f-again', next); await page.click('button:has-text("パスワードを変える")') }
	await change('wrong ' + password, changed)
	if (!await page.locator('#e-old').count()) console.log(page.url(), await text())
	check('the old password must be right', /今のパスワードが違います/.test(await page.locator('#e-old').innerText()))
	await change(password, 'short')
	check('the new one must keep the rules', await page.locator('#e-password').count() === 1)
	await change(password, changed)
	check('changed', /パスワードを変えました/.test(await text()))
	await elsewhere.goto(station.url + '/')
	check('other devices are signed out', /sign-in/.test(elsewhere.url()))
	await signOut()
	await signIn(changed, codes[4])
	check('the new password works', page.url() === station.url + '/')
	check('no error on any page: ' + errors.join(' | '), errors.length === 0)
} catch (error) {
	failed++
	console.log(String(error.stack || error))
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
