// SPDX-License-Identifier: Apache-2.0
// The door for emergencies, at the machine itself: the form, a wrong code, the right one, and what everybody sees after it.
//= S-3-3 type=test
import { visit } from './visit.mjs'

await visit(async ({ station, check, shot, accessible, person }) => {
	const { page } = await person(station.link, 'admin')
	const code = station.cli('glass', 'seal', 'administrator', '30', '--reason', '年次の取替え').trim().split('\n').at(-1).trim()

	await page.context().clearCookies()
	await page.goto(station.admin + '/break-glass')
	await accessible(page, 'break-glass')
	await shot(page, 'break-glass')
	const open = async (typed) => { await page.fill('[name="name"]', 'admin'); await page.fill('[name="code"]', typed); await page.fill('[name="reason"]', '停電で機器が使えない'); await page.click('main button') }
	await open('0000-0000-0000-0000-0000-0000')
	check('a wrong code is refused in words, the reason is kept', await page.locator('#problem').count() === 1 && await page.inputValue('[name="reason"]') === '停電で機器が使えない')
	check('the code is not shown again', await page.inputValue('[name="code"]') === '')
	await open(code)
	for (let i = 0; i < 50 && !(await page.innerText('main')).includes('非常用'); i++) await page.goto(station.admin + '/')
	await accessible(page, 'the first screen after it')
	check('the first screen tells it', (await page.innerText('main')).includes('非常用'))
	await shot(page, 'break-glass-board')
	await page.goto(station.admin + '/containment')
	check('it waits to be looked at', (await page.innerText('main')).includes('非常用'))
	await shot(page, 'break-glass-containment')
})
