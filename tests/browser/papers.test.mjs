// SPDX-License-Identifier: Apache-2.0
// A paper against a real station: the contractor files the demarcation of responsibility, the client's approver agrees with a
// code, and the control is 適合 from then on; ended, it no longer is. With axe, and on a phone. No page has a script.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, stationStart, totp } from './station.mjs'

let passed = 0, failed = 0
const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
const password = '正しい馬 battery 42 staple'
const shots = process.env.SHOTS
if (shots) mkdirSync(shots, { recursive: true })

const station = await stationStart()
const browser = await chromium.launch(browserOptions)
try {
	const axe = axeSource()
	const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, name + '.png'), fullPage: true }) }
	const text = page => page.locator('body').innerText()
	const accessible = async (page, name) => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
		check(name + ' has no script', await page.locator('script').count() === 0)
		await shot(page, name.replace(/[^a-z0-9]+/g, '-'))
	}
	// A person with a device of their own: enrolled by the link, signed in; `code` is one that was not used yet.
	const person = async (link, name) => {
		const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 } })
		const page = await context.newPage()
		page.setDefaultTimeout(10000)
		await page.goto(station.url + '/enrol/' + link)
		const secret = (await page.locator('.link-once').innerText()).trim()
		let step = Math.floor(Date.now() / 30000)
		await page.fill('#f-password', password); await page.fill('#f-again', password); await page.fill('#f-code', totp(secret)); await page.click('button.primary')
		const code = async () => {
			while (step + 1 > Math.floor(Date.now() / 30000) + 1) await page.waitForTimeout(500)
			step = Math.max(step + 1, Math.floor(Date.now() / 30000))
			return totp(secret, step * 30000)
		}
		await page.goto(station.url + '/sign-in')
		await page.fill('#f-name', name); await page.fill('#f-password', password); await page.fill('#f-code', await code()); await page.click('main button.primary')
		check(name + ' is signed in', page.url() === station.url + '/')
		// an act that wants a code once more: asked for, given, done
		const again = async () => { if (await page.locator('#f-step_up').count()) { await page.fill('#f-step_up', await code()); await page.click('main button.primary') } }
		return { page, again }
	}
	const judged = async (page, what) => { await page.goto(station.url + '/control/responsibility-demarcation'); return (await page.locator('main .status').first().innerText()).includes(what) }

	const { page, again } = await person(station.link, 'admin')
	await page.goto(station.admin + '/account')
	await page.fill('#f-name', 'client1'); await page.fill('#f-display', '見本 花子'); await page.selectOption('#f-role', 'client-approver'); await page.click('main button.primary')
	await again()
	const link = /enrol\/([0-9a-f]{64})/.exec(await text(page))[1]

	// the contractor files it: what is missing is said beside its field, what was typed stays
	check('nobody has proven it', !await judged(page, '適合'))
	await page.goto(station.url + '/paper')
	await accessible(page, 'papers')
	await page.click('a:has-text("責任分界点合意書")')
	await accessible(page, 'papers of a form')
	await page.click('.exports a.primary')
	await accessible(page, 'the form of a paper')
	await page.fill('[name="v.title"]', '責任分界点（見本）')
	await page.fill('[name="v.effective_on"]', '2026-04-01')
	await page.fill('[name="v.contractor"]', '機器、OS、ミドルウェア、アプリケーション')
	await page.evaluate(() => { for (const f of document.forms) f.noValidate = true })
	await page.click('main button.primary')
	check('a missing field is said', await page.locator('[id="e-v.client"]').count() === 1)
	check('what was typed stays', await page.inputValue('[name="v.title"]') === '責任分界点（見本）')
	await accessible(page, 'the form with an error')
	await page.fill('[name="v.client"]', '庁内の回線と端末')
	await page.click('main button.primary')
	await again()
	check('it is filed', /\/paper\/[0-9a-f]{32}$/.test(page.url()))
	check('who filed it cannot agree to it', await page.locator('form[action$="/approve"]').count() === 0)
	await accessible(page, 'a paper filed')
	const paper = page.url()
	check('filed is not agreed', !await judged(page, '適合'))

	// the client's approver agrees with a code
	const { page: client, again: clientAgain } = await person(link, 'client1')
	await client.goto(station.url + '/paper')
	await accessible(client, 'papers of the client')
	check('it waits for the client', await client.locator('a:has-text("責任分界点（見本）")').count() >= 1)
	await client.click('a:has-text("責任分界点（見本）")')
	await accessible(client, 'a paper to agree to')
	await client.click('form[action$="/approve"] button')
	await clientAgain()
	check('it is agreed', client.url() === paper && await client.locator('form[action$="/approve"]').count() === 0)
	await accessible(client, 'a paper agreed')
	check('the control is 適合', await judged(client, '適合') && !await judged(client, '不適合'))
	await shot(client, 'control')

	// on a phone
	for (const [one, path] of [[client, '/paper'], [client, '/paper-form/demarcation'], [client, new URL(paper).pathname], [page, '/paper-form/demarcation/add'], [page, '/paper']]) {
		await one.setViewportSize({ width: 360, height: 740 })
		await one.goto(station.url + path)
		check(path + ' does not scroll sideways', await one.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	}
	await shot(page, 'papers-360')
	await page.setViewportSize({ width: 1280, height: 900 })

	const csv = await (await client.request.get(station.url + '/paper-form/demarcation.csv')).text()
	check('the list goes out as CSV', /責任分界点（見本）/.test(csv))
} catch (e) {
	failed++
	console.log(e)
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
