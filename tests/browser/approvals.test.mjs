// SPDX-License-Identifier: Apache-2.0
// A change of roles against a real station: the page says what changes and asks for reason, typed words and a code; another
// person approves exactly that, and it is done. Then the lists around it: operations, delegations, containments, permissions.
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
	}
	// A person with a device of their own: enrolled by the link, signed in; `code` is one that was not used yet.
	const person = async (link, name) => {
		const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 } })
		const page = await context.newPage()
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

	const { page, again } = await person(station.link, 'admin')
	const add = async (name, display, role) => {
		await page.goto(station.admin + '/account')
		await page.fill('#f-name', name); await page.fill('#f-display', display); await page.selectOption('#f-role', role); await page.click('main button.primary')
		await again()
		return /enrol\/([0-9a-f]{64})/.exec(await text(page))[1]
	}
	const link = await add('lead1', '見本 葉子', 'security-lead')
	await person(await add('op1', '見本 次郎', 'operator'), 'op1')
	const lead = await person(link, 'lead1')

	// what changes, in names; wrong words are told apart from missing ones, and what was typed stays
	await page.goto(station.admin + '/account/op1')
	await page.check('[name="role_on-call"]')
	await page.locator('form[action="/account/op1/roles"] button').click()
	check('what changes is shown', /当番/.test(await text(page)) && /今/.test(await text(page)))
	await accessible(page, 'the page before an act')
	await shot(page, 'guard')
	await page.fill('[name="g.reason"]', '夜間の当番に入るため'); await page.fill('[name="g.words"]', 'op2')
	if (await page.locator('#f-step_up').count()) await again()
	else await page.click('main button.primary')
	check('other words are refused', /文字が違うか/.test(await text(page)))
	check('the reason stays', await page.locator('[name="g.reason"]').inputValue().catch(() => '') === '夜間の当番に入るため' || await page.locator('input[name="g.reason"]').count() === 1)
	await page.fill('[name="g.words"]', 'op1')
	if (await page.locator('#f-step_up').count()) await again()
	else await page.click('main button.primary')
	check('it became a request', /\/approval\/[0-9a-f]{32}$/.test(page.url()))
	check('who asked cannot approve', /自分の依頼は承認できません/.test(await text(page)) && await page.locator('text=この内容を承認する').count() === 0)
	await accessible(page, 'a request')
	await shot(page, 'approval-own')

	// another person
	await lead.page.goto(station.url + '/approval')
	await accessible(lead.page, 'the list of requests')
	await shot(lead.page, 'approvals')
	await lead.page.click('text=アカウントの役割を変える')
	await lead.page.click('text=この内容を承認する')
	await lead.again()
	check('it was done', /実行済み/.test(await text(lead.page)) && /見込みどおり/.test(await text(lead.page)))
	await shot(lead.page, 'approval-done')
	await page.goto(station.admin + '/account/op1')
	check('the role is there', await page.locator('[name="role_on-call"]').isChecked())

	// containment waits for nobody, and is looked at by another
	await page.locator('form[action="/account/op1/suspend"] button').click()
	await again()
	await lead.page.goto(station.url + '/containment')
	await accessible(lead.page, 'containments')
	await shot(lead.page, 'containments')
	await lead.page.fill('textarea[name="reason"]', '記録のとおりで問題なし'); await lead.page.click('text=見直し済みにする')
	check('it was looked at', /記録のとおりで問題なし/.test(await text(lead.page)))

	// a role is lent, and ended
	await page.goto(station.url + '/delegation')
	await accessible(page, 'delegations')
	await page.selectOption('#f-to', 'lead1'); await page.check('[name="role_administrator"]'); await page.fill('#f-until', '2099-01-01'); await page.fill('#f-reason', '休暇のため')
	await page.click('main button.primary'); await again()
	check('an end too far is refused, what was typed stays', /1年先まで/.test(await text(page)) && await page.locator('#f-reason').inputValue() === '休暇のため')
	await page.fill('#f-until', new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10)); await page.click('main button.primary'); await again()
	check('it is lent', /見本 葉子/.test(await text(page)) && /有効/.test(await text(page)))
	await shot(page, 'delegations')
	await page.click('text=終える')
	check('it is ended', /終了/.test(await text(page)))

	for (const [name, path] of [['operations', '/operation'], ['permissions', '/permission']]) {
		await page.goto(station.url + path)
		await accessible(page, name)
		await shot(page, name)
	}
} catch (e) {
	failed++
	console.log(e)
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
