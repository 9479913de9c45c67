// SPDX-License-Identifier: Apache-2.0
// The board and the list of controls as far as they concern one system or one subject, by keyboard too; and the ledger taken out as
// a file: every row of the list, not one page.
import { visit } from './visit.mjs'

await visit(async ({ station, check, text, accessible, person }) => {
	const { page } = await person(station.link, 'admin')
	for (let i = 0; i < 8; i++) station.cli('register', 'add', 'endpoint', `name=窓口${i}`, `host_name=w${i}.example.jp`, 'address=127.0.0.1', `port=${2000 + i}`, 'kind=https', `system=${i < 3 ? '税システム' : '図書館システム'}`)
	station.cli('register', 'add', 'room', 'name=サーバ室', 'source=none', 'system=図書館システム')
	for (let i = 0; i < 25; i++) station.cli('register', 'add', 'account', `name=見本${i}`) // refused or not: an entry each
	station.cli('control', 'run', 'web-tls')

	await page.goto(station.url + '/control')
	const all = await page.locator('table.list tbody tr').count()
	check('systems are offered', /税システム/.test(await page.locator('#choice-system').innerText()))
	check('subjects are offered', /窓口7/.test(await page.locator('#choice-subject').innerText()))
	await page.selectOption('#choice-system', '税システム'); await page.click('.search button')
	check('fewer controls concern one system', await page.locator('table.list tbody tr').count() < all && await page.locator('table.list tbody tr').count() > 0)
	check('the list says web-tls', /web-tls|TLS/.test(await text(page)))
	check('the choice stands', await page.locator('#choice-system').inputValue() === '税システム')
	check('only its subjects are offered', !/窓口7/.test(await page.locator('#choice-subject').innerText()) && /窓口1/.test(await page.locator('#choice-subject').innerText()))
	const one = await page.locator('#choice-subject option', { hasText: '窓口1' }).getAttribute('value')
	await page.selectOption('#choice-subject', one); await page.focus('.search button'); await page.keyboard.press('Enter'); await page.waitForURL(/subject=./)
	check('one subject, by keyboard', new URL(page.url()).searchParams.get('subject') === one)
	const csv = await (await page.request.get(station.url + '/control.csv?' + new URL(page.url()).searchParams)).text()
	check('its file has the same rows', csv.trim().split('\r\n').length - 1 === await page.locator('table.list tbody tr').count())
	await page.fill('#q', 'no such control'); await page.keyboard.press('Enter'); await page.waitForURL(/q=no/)
	check('a search within keeps the choice', await page.locator('#choice-subject').inputValue() === one && await page.locator('.empty').count() === 1)

	for (const lang of ['ja', 'en']) {
		await page.goto(station.url + '/?system=' + encodeURIComponent('税システム'))
		if (await page.locator('html').getAttribute('lang') !== lang) await page.click('.language')
		await page.goto(station.url + '/?system=' + encodeURIComponent('税システム'))
		for (const width of [1360, 360]) {
			await page.setViewportSize({ width, height: 900 })
			await accessible(page, `board of a system ${lang} ${width}`)
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
			check(`the board at ${width} px (${lang}) is not wider than the screen: ${wide}`, wide <= 0)
		}
		await page.goto(station.url + '/control?system=' + encodeURIComponent('図書館システム'))
		for (const width of [1360, 360]) {
			await page.setViewportSize({ width, height: 900 })
			await accessible(page, `controls of a system ${lang} ${width}`)
			check(`the list at ${width} px (${lang}) is not wider than the screen`, await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
		}
	}
	await page.goto(station.url + '/')
	const whole = await page.locator('table.board tbody tr:not(.section)').count()
	await page.goto(station.url + '/?system=' + encodeURIComponent('税システム'))
	const some = await page.locator('table.board tbody tr:not(.section)').count()
	check(`the board is narrower: ${some} of ${whole}`, some > 0 && some < whole)

	// the ledger as a file
	await page.goto(station.url + '/ledger')
	check('a page of the ledger has fifty', await page.locator('table.list tbody tr').count() === 50)
	const rows = (await (await page.request.get(station.url + '/ledger.csv')).text()).trim().split('\r\n').length - 1
	check(`its file has more than a page: ${rows}`, rows > 60)
	const findings = (await (await page.request.get(station.url + '/ledger.csv?type=finding')).text()).trim().split('\r\n').length - 1
	check(`and of what was filtered only that: ${findings}`, findings > 0 && findings < rows)
	const older = (await (await page.request.get(station.url + '/ledger.csv?before=10')).text()).trim().split('\r\n').length - 1
	check('from whatever page it was asked', older >= rows)
})
