// SPDX-License-Identifier: Apache-2.0
// The pages about people and permission, filled, at the width of a desk and of a telephone, in both languages: nothing is wider than
// the screen, nothing is left untranslated, the menu says where one is, and each page says how it is read. Then a decision by
// keyboard alone, and pages on A4.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { visit } from './visit.mjs'

const japanese = /[\u3040-\u30ff]/ // kana: names of places and people may be Chinese characters, sentences have kana
const pages = { found: '/account-found', removal: '/removal', trial: '/trial', delegation: '/delegation', operation: '/operation', permission: '/permission', 'own-access': '/me/access', board: '/', paper: '/paper' }

await visit(async ({ station, check, shot, text, accessible, person, account }) => {
	const admin = await person(station.link, 'admin'), { page, again } = admin
	const lead = await person(await account(admin, 'lead1', '見本 葉子', 'security-lead'), 'lead1')
	const officer = await person(await account(admin, 'officer1', '見本 市子', 'client-officer'), 'officer1')
	await person(await account(admin, 'op1', '見本 次郎', 'operator'), 'op1')

	// something to show: an address on trial, a lent role, a person whose term is over, an alarm for many exports
	const field = async (name, value) => { const one = page.locator(`[name="v.${name}"]`); if (await one.count()) await ((await one.evaluate(e => e.tagName)) === 'SELECT' ? one.selectOption(value) : one.fill(value)) }
	await page.goto(station.admin + '/register/admin-address/add')
	for (const [name, value] of [['prefix', '192.0.2.0/28'], ['owner', '見本保守'], ['reason', '試験'], ['approval', '見本 第2号'], ['until', '2037-03-31']]) await field(name, value)
	await page.click('main button.primary'); await again()
	check('a change waits', /確定/.test(await text(page)))
	await page.goto(station.url + '/delegation')
	await page.selectOption('#f-to', 'lead1'); await page.check('[name="role_administrator"]'); await page.fill('#f-until', new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10)); await page.fill('#f-reason', '休暇のため')
	await page.click('main button.primary'); await again()
	for (let i = 0; i < 10; i++) await lead.page.request.get(station.url + '/board.csv')

	// each page, both widths, both languages
	const look = async (who, name, address) => {
		await who.goto(address)
		for (const lang of ['ja', 'en']) {
			if (await who.locator('html').getAttribute('lang') !== lang) await who.click('.language')
			if (!who.url().includes(new URL(address).pathname)) await who.goto(address)
			for (const width of [1360, 360]) {
				await who.setViewportSize({ width, height: 900 })
				await accessible(who, `${name} ${lang} ${width}`, name === 'trial' ? ['meta-refresh'] : []) // a change on trial counts down by loading again: there is no script that could
				const wide = await who.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
				check(`${name} at ${width} px (${lang}) is not wider than the screen: ${wide}`, wide <= 0)
			}
			check(`${name} (${lang}) says how it is read`, await who.locator('details.help p').count() > 0)
			check(`${name} (${lang}) marks its place in the menu`, address.endsWith('/me/access') || await who.locator('.menu a[aria-current]').count() === 1)
			if (lang === 'en') {
				// what people wrote, in cells and fields, is theirs; the words of the page are ours
				const left = await who.evaluate(() => [...document.querySelectorAll('h1,h2,th[scope=col],label,legend,button,summary,.lead,.asof,.help p,.empty,.menu a,.chips a,.tag')].map(e => e.innerText.trim()))
				const foreign = left.filter(s => japanese.test(s) && s !== '日本語')
				check(`${name} in English has no Japanese sentence: ${foreign.slice(0, 3).join(' | ')}`, foreign.length === 0)
			}
		}
		await who.click('.language')
		await who.setViewportSize({ width: 1280, height: 900 })
	}
	for (const [name, path] of Object.entries(pages)) await look(page, name, station.admin + path)
	await look(page, 'account', station.admin + '/account/op1')
	for (const [name, path] of [['access', '/access'], ['watch', '/watch'], ['officer-board', '/'], ['officer-paper', '/paper']]) await look(officer.page, name, station.url + path)

	// the same words in the own log and in everyone's
	await page.goto(station.url + '/me/access')
	const raw = (await page.locator('table.list td').allInnerTexts()).filter(s => /^[a-z]+(-[a-z]+)+$/.test(s.trim()))
	check('the own log has words, no names of acts: ' + raw.slice(0, 3).join(' '), raw.length === 0)

	// an account is removed for good: by a procedure that was read, said what goes, asked why, and another person and time stand between
	station.cli('register', 'add', 'operation', 'name=アカウントを取り除く', 'system=station', 'act=account-remove', 'effect=irreversible', 'procedure=見本手順書7', 'version=1', 'who=管理者', 'alert=not-built')
	await page.goto(station.admin + '/account/op1')
	await page.locator('details:has(form[action="/account/op1/remove"]) summary').click()
	await page.locator('form[action="/account/op1/remove"] button').click(); await again()
	await accessible(page, 'removal asks')
	check('it asks for a reason, a ticket and the name again', await page.locator('[name="g.reason"], [name="g.ticket"], [name="g.words"]').count() === 3)
	await page.check('[name="g.read"]')
	await page.fill('[name="g.reason"]', '契約の終わり'); await page.fill('[name="g.ticket"]', '見本-12'); await page.fill('[name="g.words"]', 'op1')
	await page.click('main button.primary'); await again()
	await accessible(page, 'removal waits')
	check('it waits for another person', /\/approval\//.test(page.url()))
	check('the account still stands', /op1/.test(await (await page.goto(station.admin + '/account'), page.locator('table').first().innerText())))

	// A4
	const folder = process.env.SHOTS
	for (const [name, path] of [['board', '/'], ['clause', '/clause/S-3-4'], ['paper', '/paper']]) {
		await page.goto(station.url + path)
		await page.emulateMedia({ media: 'print' })
		check(`${name} in print has no menu`, !await page.locator('.menu').isVisible())
		const pdf = await page.pdf({ format: 'A4', landscape: name === 'board', ...(folder ? { path: join((mkdirSync(folder, { recursive: true }), folder), name + '.pdf') } : {}) })
		check(`${name} in print has pages`, pdf.length > 1000)
		await page.emulateMedia({ media: null })
	}
})
