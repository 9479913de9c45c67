// SPDX-License-Identifier: Apache-2.0
// A third contract on the day it is signed: the client's list of clauses as a workbook and a catalog of OSCAL, columns assigned,
// controls named, taken up by the client, judged on the board of both sides; the acceptance table as a workbook.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { visit } from './visit.mjs'

// as offices send it: a title, headings of their own, merged cells, a heading of a section on its own line
const rows = [['架空市 情報システム仕様 別表'], ['', '', '', '令和8年4月'], ['項番', '分類', '要求事項', '備考'], ['1-1', '管理', '利用者の識別に2つの要素を使うこと。', ''], ['1-2', '', '時刻を合わせること。', 'x'], ['', '保守', '', ''], ['2-1', '', '保守の記録を残すこと。', '']]
const workbook = folder => {
	const file = join(folder, 'clauses.xlsx')
	execFileSync('python3', ['-c', `
import json, sys, zipfile
rows = json.loads(sys.argv[2])
sheet = ''.join('<row r="%d">%s</row>' % (i + 1, ''.join('<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>' % (chr(65 + k), i + 1, c) for k, c in enumerate(r) if c)) for i, r in enumerate(rows))
z = zipfile.ZipFile(sys.argv[1], 'w')
z.writestr('xl/workbook.xml', '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="x"/></sheets></workbook>')
z.writestr('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="x" Target="worksheets/s.xml"/></Relationships>')
z.writestr('xl/worksheets/s.xml', '<worksheet><sheetData>' + sheet + '</sheetData></worksheet>')
z.close()`, file, JSON.stringify(rows)])
	return readFileSync(file)
}
const oscal = JSON.stringify({ catalog: { uuid: 'x', metadata: { title: 'x' }, groups: [{ title: '物理', controls: [{ id: 'pe-3', title: '入退室', props: [{ name: 'label', value: '3-1' }], parts: [{ name: 'statement', prose: '部屋に入る人を限ること。' }] }] }] } })

await visit(async ({ station, check, text, accessible, person, account }) => {
	const folder = mkdtempSync(join(tmpdir(), 'contracts-'))
	const admin = await person(station.link, 'admin'), { page } = admin
	const hiroko = await person(await account(admin, 'hiroko', '見本ひろ子', 'client-officer'), 'hiroko')

	await page.goto(station.url + '/contract')
	check('the two contracts stand', await page.locator('table.list').first().locator('tbody tr').count() === 2 && /下書きはありません/.test(await text(page)))
	await accessible(page, 'contracts')
	await page.click('a[href="/register/contract-draft/add"]')
	for (const [id, value] of [['id', 'kakuu'], ['prefix', 'K'], ['name', '架空市 情報システム'], ['version', '2026-04-01'], ['client', '架空市'], ['contractor', '見本株式会社']]) await page.fill(`[name="v.${id}"]`, value)
	await page.selectOption('[name="v.phase"]', 'operate')
	await page.click('main button.primary')
	check('drafted', page.url().endsWith('/register/contract-draft'))

	// the workbook: its headings are not the register's, so columns are assigned
	await page.goto(station.url + '/register/clause-draft/add')
	await page.setInputFiles('#f-csv', { name: 'clauses.xlsx', mimeType: 'application/octet-stream', buffer: workbook(folder) })
	await page.click('form[action$="/preview"] button')
	check('columns are asked for', /列の割り当て/.test(await text(page)) && await page.locator('[name="col.number"]').count() === 1)
	check('the likeliest heading is taken', /3: 項番/.test(await page.locator('#f-heading option:checked').innerText()))
	check('a column of the same name is taken', await page.inputValue('[name="col.number"]') === '1')
	await accessible(page, 'columns')
	await page.selectOption('[name="col.section"]', '2'); await page.check('[name="down.section"]')
	await page.selectOption('[name="col.text"]', '3')
	await page.click('main button.primary')
	check('a field that is needed is asked for in words, nothing is lost', await page.locator('.error-text').count() >= 3)
	await page.click('button:has-text("列の割り当てを変える")')
	check('columns again', await page.inputValue('[name="col.section"]') !== '0')
	await page.selectOption('[name="fix.contract"]', { index: 1 })
	await page.click('main button.primary')
	check('three clauses', /追加 3/.test(await text(page)) || await page.locator('table.list tbody tr').count() === 3)
	await accessible(page, 'clauses-preview')
	await page.click('main button.primary')
	check('imported', /clause-draft\?added=3/.test(page.url()))

	// a catalog of OSCAL brings its own names
	await page.goto(station.url + '/register/clause-draft/add')
	await page.setInputFiles('#f-csv', { name: 'catalog.json', mimeType: 'application/json', buffer: Buffer.from(oscal) })
	await page.click('form[action$="/preview"] button')
	check('OSCAL: its columns are known', await page.inputValue('[name="col.number"]') === '1' && await page.inputValue('[name="col.text"]') === '4')
	await page.selectOption('[name="fix.contract"]', { index: 1 })
	await page.click('main button.primary')
	await page.click('main button.primary')
	check('OSCAL: imported', /clause-draft\?added=1/.test(page.url()))
	await page.goto(station.url + '/register/clause-draft/add')
	await page.setInputFiles('#f-csv', { name: 'profile.json', mimeType: 'application/json', buffer: Buffer.from('{"profile":{}}') })
	await page.click('form[action$="/preview"] button')
	check('a profile is refused in words', /カタログに解決/.test(await text(page)))

	// controls for one clause; what is none is refused
	await page.goto(station.url + '/register/clause-draft')
	await page.click('table.list a:has-text("1-1")')
	await page.fill('[name="v.holds"]', 'mfa and nothing-like-it')
	await page.click('main form button.primary')
	check('a control that is none is refused, what was typed stays', await page.locator('.error-text').count() === 1 && await page.inputValue('[name="v.holds"]') === 'mfa and nothing-like-it')
	await page.fill('[name="v.holds"]', 'mfa')
	await page.click('main form button.primary')
	check('the control is named', await page.inputValue('[name="v.holds"]') === 'mfa')

	// taken up: not by the contractor
	await page.goto(station.url + '/contract')
	check('the contractor cannot take it up', await page.locator('form[action$="/adopt"]').count() === 0 && /まだ採用されていない/.test(await text(page)))
	await hiroko.page.goto(station.url + '/contract')
	check('four clauses, three of them by statement', /4個の項目/.test(await text(hiroko.page)) && /3個は/.test(await text(hiroko.page)))
	await accessible(hiroko.page, 'contract-adopt')
	await hiroko.page.fill('#f-kakuu', '見本: 令和8年度 契約 第1号')
	await hiroko.page.click('form[action$="/adopt"] button'); await hiroko.again()
	check('taken up', hiroko.page.url() === station.url + '/contract' && /画面で採用/.test(await text(hiroko.page)))
	await hiroko.page.goto(station.url + '/?contract=kakuu')
	check('its clauses are judged on the board', /K-1-1/.test(await text(hiroko.page)) && /K-3-1/.test(await text(hiroko.page)))
	await accessible(hiroko.page, 'contract-board')
	await hiroko.page.goto(station.url + '/clause/K-1-2')
	check('a clause without controls says which paper is missing', /履行確認書/.test(await text(hiroko.page)))
	await accessible(hiroko.page, 'contract-clause')
	await hiroko.page.goto(station.url + '/contract/kakuu')
	check('acceptance: a line per clause', await hiroko.page.locator('table.list tbody tr').count() === 4)
	await accessible(hiroko.page, 'acceptance')
	const book = await hiroko.page.request.get(station.url + '/contract/kakuu.xlsx'), csv = await (await hiroko.page.request.get(station.url + '/contract/kakuu.csv')).text()
	check('acceptance as a workbook', book.status() === 200 && (await book.body()).subarray(0, 2).toString() === 'PK')
	check('acceptance has a place to sign', /検査員/.test(csv) && /K-2-1/.test(csv))

	// a question about it, with a day; the other side answers, the one that asked closes
	await hiroko.page.goto(station.url + '/clause/K-1-1')
	await hiroko.page.click('summary:has-text("質問・コメントを送る")')
	await hiroko.page.fill('#f-question', '見本: 2つ目の要素は何ですか。'); await hiroko.page.fill('#f-due', '2037-03-31')
	await hiroko.page.click('form[action$="/question"] button')
	check('asked', /回答待ち/.test(await text(hiroko.page)) && /2037-03-31/.test(await text(hiroko.page)))
	await page.goto(station.url + '/')
	check('the board says that a question waits', /回答を待つ質問が1件/.test(await text(page)) && /続いている事案/.test(await text(page)))
	await page.goto(station.url + '/question')
	await accessible(page, 'questions')
	await page.click('table.list a:has-text("K-1-1")')
	await page.fill('article textarea', '見本: ハードウェアトークンです。'); await page.click('article form[action$="/answer"] button')
	check('answered', /ハードウェアトークンです/.test(await text(page)) && page.url().includes('/clause/K-1-1'))
	await hiroko.page.goto(station.url + '/clause/K-1-1')
	await accessible(hiroko.page, 'question-answered')
	await hiroko.page.click('form[action$="/close"] button')
	check('closed', /済み/.test(await hiroko.page.locator('#questions').innerText()))

	await hiroko.page.goto(station.url + '/contract')
	await hiroko.page.click('summary:has-text("採用をやめる")')
	await hiroko.page.fill('#e-kakuu', '見本: 誤って採用した')
	await hiroko.page.click('form[action$="/end"] button'); await hiroko.again()
	check('taken back', !/画面で採用/.test(await text(hiroko.page)))
	rmSync(folder, { recursive: true })
})
