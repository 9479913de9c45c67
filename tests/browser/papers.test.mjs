// SPDX-License-Identifier: Apache-2.0
// A paper against a real station: the contractor files the demarcation of responsibility, the client's approver agrees with a
// code, and the control is 適合 from then on; ended, it no longer is. With axe, and on a phone. No page has a script.
import { visit } from './visit.mjs'

await visit(async ({ station, check, shot, text, accessible, person, account }) => {
	const judged = async (page, what) => { await page.goto(station.url + '/control/responsibility-demarcation'); return (await page.locator('main .status').first().innerText()).includes(what) }

	const admin = await person(station.link, 'admin'), { page, again } = admin
	const link = await account(admin, 'client1', '見本 花子', 'client-approver')
	const hands = [['hiroko', await account(admin, 'hiroko', '見本ひろ子', 'client-officer')], ['tadashi', await account(admin, 'tadashi', '見本 正', 'client-security')]]

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
	await page.setInputFiles('[name="file1"]', { name: '分界点の図.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n見本の図') })
	await page.click('main button.primary')
	await again()
	check('it is filed', /\/paper\/[0-9a-f]{32}$/.test(page.url()))
	check('who filed it cannot agree to it', await page.locator('form[action$="/approve"]').count() === 0)
	await accessible(page, 'a paper filed')
	const paper = page.url()
	const attachment = page.locator('a:has-text("分界点の図.pdf")')
	check('what was attached stands there with its hash', await attachment.count() === 1 && /[0-9a-f]{64}/.test(await page.locator('main').innerText()))
	const file = await page.request.get(station.url + await attachment.getAttribute('href'))
	if ((await page.locator('main').innerText()).includes('検査待ち')) /* clamd is configured here and does not run */
		check('what waits to be scanned is given to nobody', file.status() === 409 && (await file.text()).includes('clamd'))
	else
		check('it comes back as it was, and is never shown in the page', (await file.text()) === '%PDF-1.4\n見本の図' && /^attachment; /.test(file.headers()['content-disposition']) && file.headers()['x-content-type-options'] === 'nosniff')
	check('a paper dated earlier says so', (await page.locator('main').innerText()).includes('後日登録'))
	const pdf = await page.request.get(paper + '.pdf')
	check('it goes out as PDF', pdf.headers()['content-type'] === 'application/pdf' && (await pdf.body()).subarray(0, 5).toString() === '%PDF-')
	if (process.env.SHOTS) (await import('node:fs')).writeFileSync(process.env.SHOTS + '/paper.pdf', await pdf.body())
	check('and as a workbook', (await (await page.request.get(paper + '.xlsx')).body()).subarray(0, 2).toString() === 'PK')
	check('filed is not agreed', !await judged(page, '適合'))

	// the client's approver agrees with a code
	const { page: client, again: clientAgain } = await person(link, 'client1')
	await client.goto(station.url + '/today')
	await accessible(client, 'the client\'s today')
	check('it waits on the client\'s today', await client.locator('main a:has-text("責任分界点（見本）")').count() === 1)
	await shot(client, 'today-client')
	await page.goto(station.url + '/today')
	await accessible(page, 'today')
	check('it waits on nobody else\'s', await page.locator('main a:has-text("責任分界点（見本）")').count() === 0)
	await shot(page, 'today')
	await page.goto(station.url + '/deadline')
	await accessible(page, 'what is due')
	check('what only a control counts is due too', await page.locator('main a[href="/control/account-review"]').count() >= 1 && await page.locator('main a[href="/control/misuse-watch"]').count() >= 1)
	await shot(page, 'deadlines')
	const ics = await client.request.get(station.url + '/deadline.ics')
	check('it is a calendar', ics.headers()['content-type'].startsWith('text/calendar') && /^BEGIN:VCALENDAR\r\n[^]*SUMMARY:月次報告書[^]*END:VCALENDAR\r\n$/.test(await ics.text()))
	check('nothing else is one', (await client.request.get(station.url + '/paper.ics')).status() === 404)
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

	// a new version: what changed stands side by side, before it is agreed to
	await page.goto(paper)
	check('a first version changes nothing', await page.locator('h2:has-text("変わったところ")').count() === 0)
	await page.click('.exports a.primary')
	check('a new version begins with the one before it', await page.inputValue('[name="v.client"]') === '庁内の回線と端末')
	await page.fill('[name="v.client"]', '庁内の回線、端末、認証基盤')
	await page.click('main button.primary')
	await client.goto(paper)
	const changed = client.locator('h2:has-text("変わったところ") ~ *').first()
	check('old and new stand side by side', /第1版 → 第2版[^]*庁内の回線と端末[^]*庁内の回線、端末、認証基盤/.test(await changed.innerText()))
	await accessible(client, 'a paper with changes')
	await shot(client, 'paper-changes')

	// acceptance in stages: two by their roles, in order, then the approver
	const staff = []
	for (const [name, invited] of hands) staff.push(await person(invited, name))
	await page.goto(station.url + '/paper-form/subcontract-request/add')
	for (const [field, value] of Object.entries({ company: '再委託の見本', effective_on: '2026-04-01', until: '2099-03-31', address: '大阪市', work: '保守の一部', reason: '専門の機器', measures: '対策の資料のとおり' }))
		await page.fill(`[name="v.${field}"]`, value)
	if (await page.locator('select[name="v.scope"]').count()) await page.selectOption('[name="v.scope"]', 'part'); else await page.check('[name="v.scope"][value="part"]')
	await page.click('main button.primary')
	const request = page.url()
	check('it is filed in its first stage', /担当者の点検/.test(await page.locator('main .asof').innerText()))
	await client.goto(request)
	check('nobody approves before the stages', await client.locator('form[action$="/approve"], form[action$="/receive"]').count() === 0)
	await staff[1].page.goto(request)
	check('no stage before its turn', await staff[1].page.locator('form[action$="/receive"]').count() === 0)
	for (const { page: one } of staff) {
		await one.goto(request)
		await accessible(one, 'a stage of a paper')
		await shot(one, 'paper-stage')
		await one.click('form[action$="/receive"] button')
		check('a stage is passed once', await one.locator('form[action$="/receive"]').count() === 0)
	}
	await client.goto(request)
	await client.click('form[action$="/approve"] button')
	check('then the approver approves', await client.locator('form[action$="/approve"]').count() === 0 && (await client.locator('h1 .tag').innerText()) === '効力あり')
	await shot(client, 'paper-stages')

	// what is agreed on is the number that a control judges by
	const days = async () => { await page.goto(station.url + '/control/patch-deadlines'); return page.locator('main').innerText() }
	const before = await days()
	await page.goto(station.url + '/paper-form/vulnerability-procedure/add')
	for (const [field, value] of Object.entries({ title: '手順書の見本', effective_on: '2026-04-01', sources: 'JVN、毎日', scope: 'すべて', critical_days: '3', high_days: '21', other_days: '61', exceptions: '発注者の承認', roles: '統括責任者' }))
		await page.fill(`[name="v.${field}"]`, value)
	await page.click('main button.primary')
	await client.goto(page.url())
	await client.click('form[action$="/approve"] button')
	await clientAgain()
	check('the days agreed on are the control\'s', !/\b61\b/.test(before) && /\b61\b/.test(await days()) && /\b21\b/.test(await days()))
	await shot(page, 'patch-deadlines')

	// what runs out by a day is renewed on one screen, with one signature
	for (const [policy, until] of [['見本-1', '2027-02-28'], ['見本-2', '2027-03-31']]) {
		await page.goto(station.url + '/paper-form/insurance/add')
		for (const [field, value] of Object.entries({ policy, insurer: '見本損保', effective_on: '2026-04-01', until, covers: '情報漏えい 1億円' })) await page.fill(`[name="v.${field}"]`, value)
		await page.click('main button.primary')
		await client.goto(page.url())
		await client.click('form[action$="/receive"] button')
	}
	await page.goto(station.url + '/paper')
	await page.click('main a[href="/paper-renewal"]')
	await page.fill('[name="by"]', '2027-03-31')
	await page.click('form.search button')
	check('both stand there ticked', await page.locator('.renewal input[type=checkbox]:checked').count() === 2)
	check('with a year on', await page.inputValue('[aria-label="保険の証書: 見本-1: 有効期限"]') === '2028-02-29' && await page.inputValue('[aria-label="保険の証書: 見本-2: 有効期限"]') === '2028-03-31')
	await accessible(page, 'papers to renew')
	await shot(page, 'renewal')
	await page.fill('[aria-label="保険の証書: 見本-2: 有効期限"]', '2027-01-01')
	await page.click('main button.primary')
	await again()
	check('one is wrong: its row says so', await page.locator('.renewal .error-text').count() === 1 && await page.inputValue('[aria-label="保険の証書: 見本-1: 有効期限"]') === '2028-02-29')
	await accessible(page, 'papers to renew with an error')
	await shot(page, 'renewal-error')
	await page.setViewportSize({ width: 360, height: 740 })
	check('it does not scroll sideways on a phone', await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	await shot(page, 'renewal-360')
	await page.setViewportSize({ width: 1280, height: 900 })
	await page.fill('[aria-label="保険の証書: 見本-2: 有効期限"]', '2028-03-31')
	await page.click('main button.primary')
	await again()
	check('both are filed', /filed=2/.test(page.url()) && (await page.locator('.notice').innerText()).includes('2件') && await page.locator('.renewal input').count() === 0)
	await shot(page, 'renewal-filed')
	await client.goto(station.url + '/paper')
	check('both wait for the client', await client.locator('main a:has-text("保険の証書: 見本-")').count() === 2)

	// gates
	await client.goto(station.url + '/gate')
	await accessible(client, 'gates')
	check('each gate says what is missing', await client.locator('main a:has-text("実施体制図")').count() >= 1 && (await client.locator('main').innerText()).includes('人の受入れ'))

	// on a phone
	for (const [one, path] of [[client, '/paper'], [client, '/today'], [page, '/deadline'], [client, '/gate'], [client, '/paper-form/demarcation'], [client, new URL(paper).pathname], [page, '/paper-form/demarcation/add'], [page, '/paper']]) {
		await one.setViewportSize({ width: 360, height: 740 })
		await one.goto(station.url + path)
		check(path + ' does not scroll sideways', await one.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	}
	await shot(page, 'papers-360')
	await page.setViewportSize({ width: 1280, height: 900 })

	const csv = await (await client.request.get(station.url + '/paper-form/demarcation.csv')).text()
	check('the list goes out as CSV', /責任分界点（見本）/.test(csv))
})
