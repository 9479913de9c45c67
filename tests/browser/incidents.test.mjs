// SPDX-License-Identifier: Apache-2.0
// An incident against a real station: declared with what is known, told, preserved before it is restored, known by the client,
// reported; the clocks say what is in time. With axe, and on a phone.
//= S-1-3 type=test
import { visit } from './visit.mjs'

await visit(async ({ station, check, shot, accessible, person, account }) => {
	const admin = await person(station.link, 'admin'), { page, again } = admin
	const link = await account(admin, 'client1', '見本 花子', 'client-officer')

	await page.goto(station.url + '/incident')
	await accessible(page, 'no incident')
	await page.click('main a.primary')
	await page.fill('[name="v.name"]', '見本の事案 2026-11-23')
	await page.selectOption('[name="v.kind"]', 'intrusion')
	await page.fill('[name="v.suspected"]', '120')
	await page.click('main button.primary')
	await page.goto(station.url + '/incident')
	await page.click('a:has-text("見本の事案")')
	await accessible(page, 'an incident')
	const incident = page.url()
	check('the law of offices asks', (await page.innerText('main')).includes('発注者（行政機関等）に報告の義務'))
	check('the clocks run', await page.locator('main .tag:has-text("時間内")').count() >= 3)

	// restoring waits for what was preserved; what was typed is not lost
	const note = async (kind, text) => { await page.goto(incident); await page.selectOption('[name="kind"]', kind); await page.fill('[name="text"]', text); await page.click('main section form button') }
	await note('restore', '元に戻した')
	check('restoring is refused in words', (await page.innerText('body')).includes('保全'))
	check('what was typed is still there', await page.inputValue('[name="text"]') === '元に戻した' && await page.inputValue('[name="kind"]') === 'restore')
	await note('preserve', '記録を別の機械に写した')
	await note('restore', '元に戻した')
	check('it is in the chronology', (await page.innerText('main')).includes('元に戻した'))

	// the client knows
	const { page: client, again: clientAgain } = await person(link, 'client1')
	await client.goto(incident)
	await accessible(client, 'an incident for the client')
	await client.click('form[action$="/receive"] button')
	check('the client knew in time', await client.locator('main .tag:has-text("済み")').count() === 1)
	await client.goto(station.url + '/incident')
	await accessible(client, 'incidents')
	await shot(client, 'incidents')
	for (const [one, path] of [[client, '/incident'], [page, new URL(incident).pathname]]) {
		await one.setViewportSize({ width: 360, height: 740 })
		await one.goto(station.url + path)
		check(path + ' does not scroll sideways', await one.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	}
	await page.setViewportSize({ width: 1280, height: 900 })
	await page.goto(incident)
	await shot(page, 'incident')
	await page.click('form[action$="/incident-report/add"] button')
	check('the report knows its incident', await page.inputValue('[name="v.incident"]') === '見本の事案 2026-11-23' && await page.locator('.error-text').count() === 0)
	await page.selectOption('[name="v.stage"]', 'first')
	await page.fill('[name="v.outline"]', '見本の概要')
	await page.click('main button.primary')
	await again()
	await page.goto(incident)
	check('the first report is in time', await page.locator('main .tag:has-text("済み")').count() === 2)
	await page.goto(station.url + '/incident')
	const csv = await (await client.request.get(station.url + '/incident.csv')).text()
	check('the list goes out as CSV', /見本の事案/.test(csv))
})
