// SPDX-License-Identifier: Apache-2.0
// A change of roles against a real station: the page says what changes and asks for reason, typed words and a code; another
// person approves exactly that, and it is done. Then the lists around it: operations, delegations, containments, permissions.
import { visit } from './visit.mjs'

await visit(async ({ station, check, shot, text, accessible, person, account }) => {
	const admin = await person(station.link, 'admin'), { page, again } = admin
	const add = (name, display, role) => account(admin, name, display, role)
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
})
