// SPDX-License-Identifier: Apache-2.0
// A visit of several people to a station of its own: what such tests share. `steps` gets the station and its tools; the last
// line printed is "N passed, N failed", and the exit code says the same.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, stationStart, totp } from './station.mjs'

const password = '正しい馬 battery 42 staple'

export async function visit(steps) {
	let passed = 0, failed = 0
	const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
	const shots = process.env.SHOTS
	if (shots) mkdirSync(shots, { recursive: true })
	const station = await stationStart(), browser = await chromium.launch(browserOptions), axe = axeSource()
	const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, name.replace(/[^A-Za-z0-9-]+/g, '-') + '.png'), fullPage: true }) }
	const text = page => page.locator('body').innerText()
	// a page for everyone, without a script; `except`: rules that it breaks on purpose
	const accessible = async (page, name, except = []) => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		result.violations = result.violations.filter(v => !except.includes(v.id))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
		check(name + ' has no script', await page.locator('script').count() === 0)
		await shot(page, name)
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
	// Another account, made by an administrator; answers its enrolment link. A privileged role is given by the console that builds the station: later it takes a second person.
	const account = async ({ page, again }, name, display, role) => {
		if (!['operator', 'supervisor', 'auditor', 'client-auditor', 'client-department'].includes(role)) return station.link_of(name, display, role)
		await page.goto(station.admin + '/account')
		await page.fill('#f-name', name); await page.fill('#f-display', display); await page.selectOption('#f-role', role); await page.click('main button.primary')
		await again()
		return /enrol\/([0-9a-f]{64})/.exec(await text(page))[1]
	}
	try {
		await steps({ station, check, shot, text, accessible, person, account })
	} catch (e) {
		failed++
		console.log(e)
	} finally {
		await browser.close()
		await station.stop()
	}
	console.log(`${passed} passed, ${failed} failed`)
	process.exit(failed ? 1 : 0)
}
