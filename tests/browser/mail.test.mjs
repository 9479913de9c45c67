// SPDX-License-Identifier: Apache-2.0
// Mail without a server: the page says so, the client alone approves destinations.
import { visit } from './visit.mjs'

await visit(async ({ station, check, text, accessible, person, account }) => {
	const admin = await person(station.link, 'admin')
	const hiroko = await person(await account(admin, 'hiroko', '見本ひろ子', 'client-officer'), 'hiroko')
	await admin.page.goto(station.url + '/mail')
	check('no server is declared, and it says so', /設定されていません/.test(await text(admin.page)))
	check('the contractor approves nothing', await admin.page.locator('a[href="/register/mail-destination/add"]').count() === 0)
	await accessible(admin.page, 'mail-off')
	await hiroko.page.goto(station.url + '/mail')
	await hiroko.page.click('a[href="/register/mail-destination/add"]')
	await hiroko.page.fill('[name="v.name"]', '所管課の窓口'); await hiroko.page.fill('[name="v.address"]', 'office@example.lg.jp')
	await hiroko.page.selectOption('[name="v.lang"]', 'ja'); await hiroko.page.selectOption('[name="v.urgent"]', 'yes'); await hiroko.page.selectOption('[name="v.digest"]', 'yes')
	await hiroko.page.click('main button.primary')
	await hiroko.page.goto(station.url + '/mail')
	check('the destination stands', /office@example\.lg\.jp/.test(await text(hiroko.page)))
	check('no test without a server', await hiroko.page.locator('form[action$="/test"]').count() === 0)
	await accessible(hiroko.page, 'mail')
})
