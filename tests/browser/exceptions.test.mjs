// SPDX-License-Identifier: Apache-2.0
// An exception against a real station: the contractor's account asks, the client's approves with a code, and the clause is
// 条件付き on the board; revoked, it is what its findings say. By keyboard, on a phone, with axe. No page has a script.
import { visit } from './visit.mjs'

await visit(async ({ station, check, shot, text, accessible, person, account }) => {
	const admin = await person(station.link, 'admin'), { page, again } = admin
	const link = await account(admin, 'client1', '見本 花子', 'client-approver')

	// the contractor asks, errors beside their fields and what was typed kept
	await page.goto(station.url + '/clause/S-6-5')
	await page.click('text=例外を申請する')
	await accessible(page, 'the form')
	await page.selectOption('[name="v.kind"]', 'exception')
	await page.fill('[name="v.reason"]', '耐震工事は来年3月に終わる予定です。'); await page.fill('[name="v.until"]', '2099-01-01')
	await page.click('main button.primary')
	check('a date too far ahead is refused beside its field', /1年先/.test(await page.locator('[id="e-v.until"]').innerText()) && /入れてください/.test(await page.locator('[id="e-v.instead"]').innerText()))
	check('what was typed stays', /耐震工事/.test(await page.inputValue('[name="v.reason"]')))
	await shot(page, 'exception-form')
	await accessible(page, 'the form with errors')
	await page.fill('[name="v.instead"]', '棚を固定し、毎週点検します。')
	await page.fill('[name="v.until"]', new Date(Date.now() + 9 * 3600e3 + 5 * 86400e3).toISOString().slice(0, 10))
	await page.click('main button.primary')
	check('it waits', /\/exception\/[0-9a-f]{32}$/.test(page.url()) && /決定待ち/.test(await text(page)))
	check('who asked cannot decide', await page.locator('[name="decision"]').count() === 0)
	const request = page.url()

	// the client is told, decides with a reason, and the clause is conditional
	const { page: client, again: clientAgain } = await person(link, 'client1')
	check('the board says that one waits', /1件、決定を待っています/.test(await text(client)))
	await shot(client, 'exception-board')
	await client.click('.notice >> text=例外・対象外')
	await accessible(client, 'the list')
	await shot(client, 'exception-list')
	await client.click('table.list tbody th a')
	await accessible(client, 'a request')
	await client.focus('[value="approve"]'); await client.keyboard.press('Space')
	await client.fill('#f-reason', '代わりの対策を確かめました。')
	await shot(client, 'exception-decide')
	await client.keyboard.press('Tab'); await client.keyboard.press('Enter') // the button, by keyboard alone
	await client.waitForLoadState()
	await clientAgain()
	check('it is approved', client.url() === request && /承認/.test(await text(client)) && /見本 花子/.test(await text(client)))
	await client.goto(station.url + '/?q=S-6-5')
	check('the board says 条件付き', /条件付き/.test(await client.locator('table.board').first().innerText()))
	for (const one of [client, page]) { // both sides see that it ends soon
		await one.goto(station.url + '/')
		check('the board says that it ends in five days', /期限の近い例外・対象外が1件/.test(await text(one)) && /あと5日/.test(await one.locator('.notice.late').innerText()))
	}
	await accessible(client, 'the board with a notice')
	await shot(client, 'exception-board')
	await client.goto(station.url + '/control/seismic')
	check('the control says that an exception answers, and until when', /認めた例外があります/.test(await text(client)) && /S-6-5/.test(await client.locator('.notice').first().innerText()) && /あと5日/.test(await text(client)))
	await accessible(client, 'the control with an answer')
	await shot(client, 'exception-control')
	await client.goto(station.url + '/clause/S-6-5')
	check('the clause says until when, why and who', /例外が?/.test(await text(client)) && /耐震工事/.test(await text(client)) && /見本 花子/.test(await text(client)))
	check('the client asks for none', await client.locator('text=例外を申請する').count() === 0)
	await accessible(client, 'the clause')
	await shot(client, 'exception-clause')

	// a decision about what was decided meanwhile
	const late = await page.request.post(request + '/decide', { form: { form: 'x' }, maxRedirects: 0 })
	check('a form of nobody is refused', late.status() === 403)

	// on a phone
	await client.setViewportSize({ width: 360, height: 740 })
	for (const path of ['/exception', new URL(request).pathname, '/clause/S-6-5']) {
		await client.goto(station.url + path)
		check(path + ' does not scroll sideways', await client.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	}
	await page.setViewportSize({ width: 360, height: 740 })
	await page.goto(station.url + '/clause/S-6-5/exception')
	check('the form does not scroll sideways', await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))

	// revoked: from then on what its findings say
	await client.goto(request)
	await client.click('summary:has-text("承認を取り消す")')
	await client.fill('#f-reason', '工事が中止になったため。')
	await client.click('text="取り消す"')
	await clientAgain()
	check('it is revoked', /取消し/.test(await text(client)))
	await client.goto(station.url + '/?q=S-6-5')
	check('the board no longer says 条件付き', !/条件付き/.test(await client.locator('table.board').first().innerText()))
	const csv = await client.request.get(station.url + '/exception.csv'), json = await client.request.get(station.url + '/exception.json')
	check('the list goes out as CSV and JSON', /S-6-5.*取消し/.test(await csv.text()) && (await json.json()).rows.length === 1)
})
