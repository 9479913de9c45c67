// SPDX-License-Identifier: Apache-2.0
// Hardware tokens from the screen: a list checked with what is wrong in each row, imported, handed out, taken back; its secrets stay on no page.
import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, stationStart, totp } from './station.mjs'

let passed = 0, failed = 0
const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
const password = '正しい馬 battery 42 staple', shots = process.env.SHOTS
if (shots) mkdirSync(shots, { recursive: true })

const station = await stationStart()
const browser = await chromium.launch(browserOptions)
try {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 } })
	const page = await context.newPage()
	const text = async () => page.locator('body').innerText()
	const shot = async name => { if (shots) await page.screenshot({ path: join(shots, name + '.png'), fullPage: true }) }
	const axe = axeSource()
	const accessible = async name => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
	}

	await page.goto(station.url + '/enrol/' + station.link)
	const secret = (await page.locator('.link-once').innerText()).trim()
	await page.fill('#f-password', password); await page.fill('#f-again', password); await page.fill('#f-code', totp(secret)); await page.click('button.primary')
	const hana = station.link_of('hana', '見本 花子', 'operator')
	await page.goto(station.admin + '/sign-in')
	await page.fill('#f-name', 'admin'); await page.fill('#f-password', password); await page.fill('#f-code', totp(secret, Date.now() + 30000)); await page.click('main button.primary')

	await page.goto(station.admin + '/account')
	await page.click('a[href="/generator"]')
	check('nothing yet', /トークンはまだありません/.test(await text()))
	await accessible('the empty page')
	await shot('generators-empty')

	const seed = '7473756a6962616e2d62726f777365722d3031', file = join(station.root, 'list.csv'), head = 'serial,seed,digits,period,algorithm\n'
	const send = async rows => { writeFileSync(file, head + rows); await page.setInputFiles('#f-csv', file); await page.click('form[enctype] button') }
	await send(`HT-001,hex:${seed}31,6,30,SHA1\nHT-001,hex:${seed}32,6,30,SHA1\nHT-002,xx,6,30,SHA1\nHT-003,hex:${seed}33,5,30,SHA1\n`)
	const all = await text()
	check('what is wrong is said by rows', /4件のうち3件にまちがいがあります/.test(await text()) && ['同じ製造番号が上の行に', 'base32 でも16進でもありません', '桁数は6〜8'].every(x => all.includes(x)))
	check('nothing to import', await page.locator('form[action="/generator/import"]').count() === 0)
	check('no secret on the page', !(await page.content()).includes(seed))
	await accessible('a list with mistakes')
	await shot('generators-wrong')

	await send(`HT-001,hex:${seed}31,6,30,SHA1\nHT-002,hex:${seed}32,6,30,SHA1\n`)
	check('all of it is good', /2件すべて取り込めます/.test(await text()) && !(await page.content()).includes(seed))
	await shot('generators-good')
	await page.click('form[action="/generator/import"] button')
	check('imported', page.url() === station.admin + '/generator' && await page.locator('table.list tbody tr').count() === 2)

	await page.selectOption('#f-free', 'HT-001'); await page.fill('#f-holder', 'nobody'); await page.click('form[action="/generator/assign"] button')
	check('nobody of this name', /その名前のアカウントはありません/.test(await text()))
	await page.selectOption('#f-free', 'HT-001'); await page.fill('#f-holder', 'hana'); await page.click('form[action="/generator/assign"] button')
	check('handed out', /まだ確かめていません/.test(await text()) && await page.locator('a[href="/account/hana"]').count() === 1)
	await accessible('tokens')
	await shot('generators')

	// hana enrols with it, by its first code
	const mac = createHmac('sha1', Buffer.from(seed + '31', 'hex')), counter = Buffer.alloc(8)
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)))
	const digest = mac.update(counter).digest(), code = String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0')
	const other = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
	await other.goto(station.url + '/enrol/' + hana)
	await other.fill('#f-password', password); await other.fill('#f-again', password); await other.fill('#f-code', code); await other.click('button.primary')
	check('enrolled by its first code', /sign-in\?enrolled/.test(other.url()))
	await page.reload()
	check('it is known to be proven', !/まだ確かめていません/.test(await text()))

	await page.selectOption('#f-held', 'HT-001'); await page.click('form[action="/generator/end"] button')
	check('taken back', await page.locator('table.list tbody tr').count() === 1 && !/hana/.test(await page.locator('table.list').innerText()))
	await page.setViewportSize({ width: 390, height: 844 })
	await shot('generators-phone')

	// the console itself imports nothing: that is done at the listener of administration
	await page.setViewportSize({ width: 1280, height: 900 })
	await page.goto(station.url + '/generator')
	await send(`HT-009,hex:${seed}39,6,30,SHA1\n`)
	check('not at the console', (await text()).includes(station.admin.replace('https://', '')))
	check('no secret in the log', !station.log().includes(seed))
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
