// SPDX-License-Identifier: Apache-2.0
// The console as people use it, against a real station: enrol, sign in, board, clause, proof, ledger, accounts, status,
// language, 360 px, 200 %, print, accessibility, sign out, lockout. No page has a script, so all of it works without.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, build, stationStart, totp } from './station.mjs'

let passed = 0, failed = 0
const began = Date.now()
const check = (what, good) => { if (process.env.TIMES) console.log(((Date.now() - began) / 1000).toFixed(1), what); good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
const password = '正しい馬 battery 42 staple'
const shots = process.env.SHOTS // a folder to keep pictures in
if (shots) mkdirSync(shots, { recursive: true })

const station = await stationStart()
const browser = await chromium.launch(browserOptions)
try {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 }, acceptDownloads: true })
	const page = await context.newPage(), errors = []
	page.on('console', message => { if (message.type() === 'error' && !/status of 4/.test(message.text())) errors.push(message.text()) })
	const shot = async name => { if (shots) await page.screenshot({ path: join(shots, name + '.png'), fullPage: true }) }
	const text = async () => page.locator('body').innerText()
	const axe = axeSource()
	const accessible = async name => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
	}
	const fits = async name => check(name + ' does not scroll sideways', await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))

	// the door is shut
	let response = await page.goto(station.url + '/clause/S-3-4')
	check('a page asks for sign-in first', page.url() === station.url + '/sign-in?to=%2Fclause%2FS-3-4' && response.status() === 200)
	const headers = response.headers()
	check('strict headers', /default-src 'none'/.test(headers['content-security-policy']) && /max-age/.test(headers['strict-transport-security']) && headers['x-content-type-options'] === 'nosniff' &&
		headers['cache-control'] === 'no-store' && headers['referrer-policy'] === 'no-referrer' && headers['cross-origin-opener-policy'] === 'same-origin')
	await accessible('sign-in')
	await shot('sign-in')

	// enrolment
	await page.goto(station.url + '/enrol/' + '0'.repeat(64))
	check('an unknown link says so', /登録用リンク/.test(await text()))
	await page.goto(station.url + '/enrol/' + station.link)
	await accessible('enrolment')
	await shot('enrol')
	const secret = (await page.locator('.link-once').innerText()).trim()
	check('the secret stands in text and as a picture', /^[A-Z2-7 ]{16,}$/.test(secret) && await page.locator('.qr svg path').count() === 1)
	const enrol = async (one, two, code) => {
		await page.fill('#f-password', one); await page.fill('#f-again', two); await page.fill('#f-code', code); await page.click('button.primary')
	}
	await enrol('short', 'short', totp(secret))
	check('a short password is refused at its field', /12文字以上/.test(await page.locator('#e-password').innerText()))
	await enrol(password, password + 'x', totp(secret))
	check('two different passwords are refused', await page.locator('#e-password').count() === 1)
	await enrol(password, password, totp(secret) === '000000' ? '000001' : '000000')
	check('a wrong code is refused at its field', await page.locator('#e-code').count() === 1)
	check('the secret stays the same while one tries', (await page.locator('.link-once').innerText()).trim() === secret)
	const enrolledAt = Date.now()
	await enrol(password, password, totp(secret))
	check('enrolled', /sign-in\?enrolled=1/.test(page.url()))

	// sign-in
	const signIn = async (name, pass, code) => {
		await page.fill('#f-name', name); await page.fill('#f-password', pass); await page.fill('#f-code', code); await page.click('main button.primary')
	}
	await signIn('admin', 'wrong ' + password, '000000')
	check('one sentence for every wrong part, name kept', /どれかが違います/.test(await page.locator('#problem').innerText()) && await page.inputValue('#f-name') === 'admin')
	await page.goto(station.url + '/sign-in?to=%2Fclause%2FS-3-4')
	let next = totp(secret, enrolledAt + 30000) // the code of the enrolment is spent
	await signIn('admin', password, next)
	check('signed in and where one wanted to go', page.url() === station.url + '/clause/S-3-4')
	const cookies = await context.cookies()
	const session = cookies.find(c => c.name === '__Host-session')
	check('the session cookie is host-only, Secure, HttpOnly, Strict', session && session.secure && session.httpOnly && session.sameSite === 'Strict' && session.domain === 'localhost' && session.expires === -1)

	// the clause
	await accessible('clause')
	await fits('clause')
	await shot('clause')
	check('the clause shows its logic', await page.locator('.tree .op').count() >= 2 && await page.locator('.tree .status').count() >= 4)

	// the board: wait until the first looks are in
	for (let i = 0; i < 20; i++) {
		await page.goto(station.url + '/')
		if (await page.locator('.board .status.s-PASS, .board .status.s-FAIL').count() > 0) break
		await page.waitForTimeout(500)
	}
	check('60 clauses', await page.locator('.board tbody tr:not(.section)').count() === 60)
	check('two contracts, own sections', await page.locator('section.contract').count() === 2 && await page.locator('tr.section').count() >= 10)
	check('as of when, with the era', /令和\d+年.*現在/.test(await page.locator('.asof').innerText()))
	check('who is signed in', /システム管理者/.test(await page.locator('.who').innerText()))
	await accessible('board')
	await shot('board')
	await page.fill('#q', 'バックアップ'); await Promise.all([page.waitForURL(/q=/), page.keyboard.press('Enter')])
	check('search', /q=/.test(page.url()) && await page.locator('.board tbody tr:not(.section)').count() < 10 && await page.locator('.board tbody tr:not(.section)').count() >= 1)
	await page.goto(station.url + '/')
	await page.click('.chips a:has-text("大阪府")')
	check('one contract', await page.locator('.board tbody tr:not(.section)').count() === 27)
	await page.click('.chips a:has-text("不適合・未確認だけ")')
	check('filters combine', /contract=/.test(page.url()) && /open=1/.test(page.url()) && await page.locator('.board .status.s-PASS').count() === 0)
	await page.click('.chips a:has-text("自分の番だけ")')
	check('my turn', /turn=contractor/.test(page.url()))
	await page.goto(station.url + '/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E')
	check('an empty list says what to do', await page.locator('.empty').count() === 1 && await page.locator('.empty a').count() === 1 && await page.locator('script').count() === 0)
	await page.goto(station.url + '/?sort=status')
	check('sorted, the worst first', await page.locator('.board tbody tr:not(.section) .status').first().evaluate(e => /s-(FAIL|EXPIRED|UNKNOWN)/.test(e.className)))

	// exports
	const csv = await (await context.request.get(station.url + '/board.csv?contract=sapporo')).body()
	check('CSV with BOM and 33 rows', csv[0] === 0xef && csv.toString().trim().split('\r\n').length === 34)
	const json = await (await context.request.get(station.url + '/board.json')).json()
	check('JSON of all rows', json.rows.length === 60)
	for (const list of ['control', 'ledger', 'status', 'account'])
		check(list + '.csv', (await context.request.get(`${station.url}/${list}.csv`)).headers()['content-type'].startsWith('text/csv'))

	const ledgerCsv = (await (await context.request.get(station.url + '/ledger.csv')).body()).toString()
	check('the ledger\'s CSV has words for results', /"済み"/.test(ledgerCsv) && /"未確認"/.test(ledgerCsv) && !/"(DONE|UNKNOWN)"/.test(ledgerCsv))

	// controls: one that is written, its facts, a new look
	await page.click('.menu a:has-text("確認項目")')
	await accessible('controls')
	await shot('controls')
	await page.fill('#q', 'ファイアウォール'); await Promise.all([page.waitForURL(/q=/), page.keyboard.press('Enter')])
	const found = await page.locator('.list tbody tr').count(), controlCsv = await (await context.request.get(page.url().replace('/control?', '/control.csv?'))).text()
	check('controls are found, and exported as found', found >= 1 && found < 10 && controlCsv.trim().split('\r\n').length === found + 1)
	await page.goto(station.url + '/control?sort=status')
	check('controls, the worst first', /s-FAIL/.test(await page.locator('.list tbody tr .status').first().getAttribute('class')))
	await page.goto(station.url + '/control/ports-closed')
	await accessible('control')
	await shot('control')
	await page.click('button:has-text("今すぐ確認する")')
	check('looked again', page.url() === station.url + '/control/ports-closed' && /秒前/.test(await page.locator('.asof').innerText()))

	// evidence and its proof
	await page.goto(station.url + '/clause/S-3-7a')
	check('evidence is listed', await page.locator('a.proof').count() >= 1)
	const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a.proof').first().click()])
	const proof = join(station.root, '..', 'one.tlog-proof')
	await download.saveAs(proof)
	const verify = file => spawnSync(join(build, 'bin/tsujiban-verify'), ['proof', file, '--key', readFileSync(join(station.root, 'ledger/key.pub'), 'utf8').trim()], { encoding: 'utf8' })
	check('the proof is one', /^c2sp.org\/tlog-proof@v1/.test(readFileSync(proof, 'utf8')))
	let said = verify(proof)
	check('the verifier accepts it: ' + said.stdout + said.stderr, said.status === 0)
	const bytes = readFileSync(proof, 'utf8'), at = bytes.search(/\n[0-9]+\n/) + 30
	writeFileSync(proof, bytes.slice(0, at) + (bytes[at] === 'A' ? 'B' : 'A') + bytes.slice(at + 1))
	said = verify(proof)
	check('with one byte changed it does not', said.status !== 0)

	// the ledger
	await page.click('.menu a:has-text("台帳")')
	await accessible('ledger')
	await shot('ledger')
	const all = await page.locator('.list tbody tr').count()
	await page.selectOption('#f-type', 'sign-in'); await page.click('button:has-text("検索")')
	const some = await page.locator('.list tbody tr').count()
	check('what: sign-ins only', some >= 2 && some <= all && (await page.locator('.list tbody tr').allInnerTexts()).every(t => /サインイン|登録/.test(t)))
	await page.fill('#f-from', '2001-01-01'); await page.fill('#f-to', '2001-01-02'); await page.click('button:has-text("検索")')
	check('when: none then', await page.locator('.empty').count() === 1)
	await page.goto(station.url + '/ledger'); await page.fill('#q', 'admin'); await Promise.all([page.waitForURL(/q=/), page.keyboard.press('Enter')])
	check('who', /q=admin/.test(page.url()) && (await page.locator('.list tbody tr').count()) >= 1)
	await page.locator('.list tbody th a').first().click()
	await accessible('entry')
	await shot('entry')
	check('an entry has its hash', /[0-9a-f]{64}/.test(await text()))
	check('a date that is none is refused in words', (await page.goto(station.url + '/ledger?from=2026-02-30')).status() === 400)

	// status, accounts
	await page.click('.menu a:has-text("状態")')
	check('processes and walls', await page.locator('.list tbody tr').count() >= 7)
	await accessible('status')
	await shot('status')
	await page.goto(station.admin + '/account')
	await page.fill('#f-name', 'Bad Name'); await page.fill('#f-display', '発注 花子'); await page.selectOption('#f-role', 'client-auditor'); await page.click('main button.primary')
	check('a bad name is refused at its field, input kept', await page.locator('#e-name').count() === 1 && await page.inputValue('#f-display') === '発注 花子')
	await page.fill('#f-name', 'hanako'); await page.selectOption('#f-role', 'client-auditor'); await page.click('main button.primary')
	const second = await page.locator('.link-once').innerText()
	check('the enrolment link is shown once', second.startsWith(station.url + '/enrol/') && /hanako/.test(await text()))
	await accessible('accounts')
	await page.goto(station.url + '/account'); await page.fill('#q', '花子'); await Promise.all([page.waitForURL(/q=/), page.keyboard.press('Enter')])
	check('an account is found', await page.locator('.list tbody tr').count() === 1 && /発注 花子/.test(await text()))
	await page.goto(station.url + '/account'); await page.click('thead a:has-text("名前")'); await page.click('thead a:has-text("名前")')
	check('accounts are sorted both ways', /sort=-/.test(page.url()))
	await shot('accounts')

	// forged and stale forms
	const forged = await context.request.post(station.url + '/control/ports-closed/run', { form: { form: '0'.repeat(32) }, headers: { origin: station.url, 'sec-fetch-site': 'same-origin' } })
	check('a form without its token is refused', forged.status() === 403)
	const foreign = await context.request.post(station.url + '/sign-out', { form: {}, headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' } })
	check('a form of another site is refused', foreign.status() === 403)

	// language
	await page.goto(station.url + '/control')
	await page.click('.language')
	check('English, on the same page', page.url() === station.url + '/control' && await page.locator('html').getAttribute('lang') === 'en' && /Controls/.test(await page.locator('h1').innerText()))
	await page.goto(station.url + '/')
	await accessible('board in English')
	await shot('board-en')
	await page.click('.language')

	// 404, widths, zoom, print
	check('404 with a way on', (await page.goto(station.url + '/nowhere')).status() === 404 && await page.locator('main a.button').count() === 1)
	await accessible('not found')
	await page.setViewportSize({ width: 360, height: 740 })
	for (const path of ['/', '/clause/S-3-4', '/control', '/control/ports-closed', '/ledger', '/ledger/0', '/status', '/account']) {
		await page.goto(station.url + path)
		await fits('360 px: ' + path)
		if (path !== '/ledger/0') check('help: ' + path, (await page.locator('details.help p').count()) >= 1)
	}
	await page.goto(station.url + '/')
	await accessible('board at 360 px')
	await shot('board-360')
	await page.setViewportSize({ width: 640, height: 450 }) // 1280 at 200 %
	await page.goto(station.url + '/')
	await fits('200 %: board')
	await page.setViewportSize({ width: 1280, height: 900 })
	await page.goto(station.url + '/')
	const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
	const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length
	check(`the board prints on at most two pages (${pages})`, pages <= 2)
	if (shots) writeFileSync(join(shots, 'board.pdf'), pdf)

	// keyboard: the first stop leads past the menu
	await page.goto(station.url + '/')
	await page.keyboard.press('Tab')
	check('the first stop is the skip link', await page.evaluate(() => document.activeElement.className) === 'skip')

	// sign-out
	const old = (await context.cookies()).find(c => c.name === '__Host-session').value
	await page.click('button:has-text("サインアウト")')
	check('signed out', /sign-in\?out=1/.test(page.url()) && !(await context.cookies()).some(c => c.name === '__Host-session'))
	await context.addCookies([{ name: '__Host-session', value: old, url: station.url, secure: true, httpOnly: true, sameSite: 'Strict' }])
	await page.goto(station.url + '/')
	check('the old session is worth nothing', /\/sign-in/.test(page.url()))

	// lockout
	for (let i = 0; i < 6; i++) {
		await page.goto(station.url + '/sign-in')
		await signIn('admin', 'wrong', '123456')
	}
	check('locked, and until when', /まで使えません/.test(await page.locator('#problem').innerText()))
	await shot('locked')

	check('no error in the console: ' + errors.join('; '), errors.length === 0)
} catch (e) {
	failed++
	console.log(String(e.stack || e))
	console.log(station.log().split('\n').slice(-10).join('\n'))
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
