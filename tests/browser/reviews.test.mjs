// SPDX-License-Identifier: Apache-2.0
// The half-yearly review of accounts between two people: opened, its accounts listed by themselves, decided as shown, signed with
// a code, returned and confirmed by the client, and taken away as PDF and Excel.
import { visit } from './visit.mjs'

await visit(async ({ station, check, text, accessible, person, account }) => {
	const admin = await person(station.link, 'admin'), { page, again } = admin
	const hiroko = await person(await account(admin, 'hiroko', '見本ひろ子', 'client-officer'), 'hiroko')

	await page.goto(station.url + '/me')
	await page.fill('#f-token_label', '見本の集計'); await page.fill('#f-token_acts', 'read'); await page.fill('#f-token_days', '30')
	await page.click('form[action="/me/token-add"] button')
	await page.waitForURL('**/me/token-add')
	check('a token was made', /tsujiban-[0-9a-f]+/.test(await text(page)))
	await page.goto(station.url + '/review')
	check('no review yet', /棚卸しはまだありません/.test(await text(page)))
	await accessible(page, 'review-empty')
	await page.fill('#f-name', '見本の下期')
	await page.click('main button.primary')
	check('opened', /\/review\/[0-9a-f]{32}$/.test(page.url()) && /実施中/.test(await text(page)))
	const url = new URL(page.url()).pathname
	check('it lists the accounts by itself', await page.locator('table.list th:has-text("hiroko@tsujiban")').count() === 1)
	check('and the API tokens of each', await page.locator('table.list tr:has-text("admin@tsujiban API: 見本の集計 (")', { hasText: 'APIトークン' }).count() === 1)
	await accessible(page, 'review-open')
	check('nothing to sign yet', await page.locator('form[action$="/sign"]').count() === 0)

	// one is not needed any more, the rest is kept as shown
	await page.check('input[aria-label="hiroko@tsujiban"]')
	await page.check('input[name=decision][value=remove]')
	await page.fill('#f-reason', '見本: 担当が替わった')
	await page.click('#decide button')
	check('what is open is shown next', page.url().endsWith('?show=open') && !/hiroko@tsujiban/.test(await page.locator('table.list').last().innerText()))
	while (await page.locator('a:has-text("表示中のIDをすべて選ぶ")').count()) {
		await page.click('a:has-text("表示中のIDをすべて選ぶ")')
		await page.check('input[name=decision][value=keep]')
		await page.fill('#f-reason', '見本: 業務で使う')
		await page.click('#decide button')
		if (!page.url().endsWith('?show=open')) break
	}
	await page.goto(station.url + url)
	check('all are decided', await page.locator('form[action$="/sign"]').count() === 1)
	check('what goes leads to where it is removed', await page.locator('a[href="/account/hiroko"]').count() === 1 && /まだ残っている/.test(await text(page)))
	await accessible(page, 'review-decided')
	const hash = await page.locator('.id.break').innerText()

	await page.click('form[action$="/sign"] button'); await again()
	check('signed', /発注者確認待ち/.test(await text(page)) && await page.locator('.id.break').innerText() === hash)
	await accessible(page, 'review-signed')

	// the client returns it, then confirms what was mended
	await hiroko.page.goto(station.url + url)
	await hiroko.page.check('input[name=decision][value=no]')
	await hiroko.page.fill('#f-answer', '見本: 理由を詳しく')
	await hiroko.page.click('form[action$="/answer"] button'); await hiroko.again()
	check('returned', /差戻し/.test(await text(hiroko.page)))
	await page.goto(station.url + url + '?show=remove')
	await page.check('input[aria-label="hiroko@tsujiban"]')
	await page.check('input[name=decision][value=remove]')
	await page.fill('#f-reason', '見本: 10月の異動で担当が替わった')
	await page.click('#decide button')
	await page.click('form[action$="/sign"] button'); await again()
	await hiroko.page.goto(station.url + url)
	await accessible(hiroko.page, 'review-answer')
	await hiroko.page.check('input[name=decision][value=yes]')
	await hiroko.page.click('form[action$="/answer"] button'); await hiroko.again()
	check('confirmed', /確認済み/.test(await text(hiroko.page)))
	await accessible(hiroko.page, 'review-confirmed')

	// on paper and as a workbook
	for (const [ending, begins] of [['pdf', '%PDF-'], ['xlsx', 'PK']]) {
		const answer = await hiroko.page.request.get(station.url + url + '.' + ending)
		check(ending + ' comes', answer.status() === 200 && (await answer.body()).subarray(0, begins.length).toString() === begins)
		if (process.env.SHOTS) (await import('node:fs')).writeFileSync(process.env.SHOTS + '/review.' + ending, await answer.body())
	}
	const csv = await (await page.request.get(station.url + url + '.csv')).text()
	check('csv has the reason', /10月の異動/.test(csv))
	await page.goto(station.url + '/review')
	await accessible(page, 'review-list')
})
