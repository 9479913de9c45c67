// SPDX-License-Identifier: Apache-2.0
// Registers as people use them, against a real station: declare, errors beside their fields, change, history, import with its
// preview, search and order, export, end; by keyboard, on a phone, with axe. No page has a script.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeSource, browserOptions, build, stationStart, totp } from './station.mjs'

let passed = 0, failed = 0, context_page
const check = (what, good) => { good ? passed++ : failed++; if (!good) console.log('not true: ' + what) }
const password = '正しい馬 battery 42 staple'
const shots = process.env.SHOTS
if (shots) mkdirSync(shots, { recursive: true })

const station = await stationStart()
const browser = await chromium.launch(browserOptions)
try {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 }, acceptDownloads: true })
	const page = context_page = await context.newPage(), axe = axeSource()
	const shot = async name => { if (shots) await page.screenshot({ path: join(shots, name + '.png'), fullPage: true }) }
	const text = async () => page.locator('body').innerText()
	const open = path => page.goto(station.url + path)
	const accessible = async name => {
		const result = await page.evaluate(async code => { (0, eval)(code); return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) }, axe).catch(e => ({ violations: [{ id: String(e), nodes: [] }] }))
		for (const v of result.violations) console.log(`axe, ${name}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)
		check(name + ' has no accessibility violation', result.violations.length === 0)
	}
	const fits = async name => check(name + ' does not scroll sideways', await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
	const put = async values => {
		for (const [name, value] of Object.entries(values)) {
			const field = page.locator(`[name="v.${name}"]`)
			await (await field.evaluate(e => e.tagName) === 'SELECT' ? field.selectOption(value) : field.fill(value))
		}
	}

	await open('/enrol/' + station.link)
	const secret = (await page.locator('.link-once').innerText()).trim()
	await page.fill('#f-password', password); await page.fill('#f-again', password); await page.fill('#f-code', totp(secret)); await page.click('button.primary')
	await page.waitForTimeout(30000 - Date.now() % 30000 + 200) // a code is good once
	await page.fill('#f-name', 'admin'); await page.fill('#f-password', password); await page.fill('#f-code', totp(secret)); await page.click('button.primary')

	// what there is, and nothing declared yet
	await page.click('nav.menu >> text=届出台帳')
	check('the registers are listed', /公開する窓口/.test(await text()) && /保守元アドレス/.test(await text()))
	await accessible('registers')
	await shot('registers')
	await page.click('main >> text=公開する窓口')
	check('an empty one says what to declare', /まだ何も届け出てありません/.test(await text()) && /接続先/.test(await text()))
	await accessible('an empty register')

	// declared, with errors beside their fields and what was typed kept
	await page.click('text=届け出る')
	await accessible('the form')
	await put({ name: '窓口', host_name: '192.0.2.1', address: '192.0.2.1', port: '443', kind: 'https' })
	await page.click('button.primary')
	check('a name that is none is refused beside its field', /www\.example\.jp/.test(await page.locator('[id="e-v.host_name"]').innerText()))
	check('what was typed stays', await page.inputValue('[name="v.name"]') === '窓口' && await page.inputValue('[name="v.kind"]') === 'https')
	check('the field says that it is wrong', await page.getAttribute('[name="v.host_name"]', 'aria-invalid') === 'true')
	await accessible('the form with an error')
	await shot('register-form')
	await put({ host_name: 'www.example.jp' })
	await page.click('button.primary')
	check('it stands in the list', /\/register\/endpoint$/.test(page.url()) && /www\.example\.jp/.test(await text()) && /HTTPS/.test(await text()))
	await shot('register-list')
	await accessible('a register')

	// changed: a new version that names what changed
	await page.click('table.list tbody th a')
	await put({ port: '8443' })
	await page.click('text=変更を届け出る')
	check('the history says what changed', /443 → 8443/.test(await text()) && /最初の届出/.test(await text()))
	await accessible('a row')
	await shot('register-row')

	// imported: checked first, whole or not at all
	const upload = async csv => { await open('/register/endpoint/add'); await page.setInputFiles('#f-csv', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }); await page.click('text=取り込む前に確かめる') }
	const head = '\ufeff名前,ホスト名（証明書の名前）,接続するアドレス,ポート,種類\r\n'
	await upload(head + 'A,a.example.jp,192.0.2.2,443,HTTPS\r\nB,b.example.jp,192.0.2.999,443,HTTPS\r\n')
	check('a wrong line is named, and nothing can be imported', /誤り1件/.test(await text()) && await page.locator('text=この内容で取り込む').count() === 0 && await page.locator('.error-text').count() === 1)
	await accessible('a preview with an error')
	await shot('register-preview')
	await upload(Buffer.from([0x96, 0xbc, 0x91, 0x4f, 0x0a, 0x41, 0x0a]))
	check('another encoding is refused in words', /UTF-8/.test(await text()))
	await upload(head + Array.from({ length: 119 }, (_, i) => `N${String(i).padStart(3, '0')},n${i}.example.jp,192.0.2.${i + 3},443,HTTPS\r\n`).join(''))
	check('a right one is previewed', /加える119件/.test(await text()))
	await accessible('a preview')
	await page.click('text=この内容で取り込む')
	check('it is imported whole', /119件を加え/.test(await text()) && /120件中100件/.test(await text()))
	await page.click('text=次へ')
	check('pages follow', /120件中20件/.test(await text()))
	await page.fill('#q', 'n77.example'); await page.press('#q', 'Enter')
	check('a row is found', /1件中1件/.test(await text()) && /N077/.test(await text()))
	await open('/register/endpoint?sort=-host_name')
	check('rows are put in order', /www\.example\.jp/.test(await page.locator('tbody tr').first().innerText()))

	// exported, and the same table comes back as nothing new
	const download = page.waitForEvent('download')
	await page.click('text=CSV')
	const csv = await (await download).path()
	const again = spawnSync(join(build, 'bin/tsujiban'), ['--root', station.root, 'register', 'check', 'endpoint', csv], { encoding: 'utf8' })
	check('what is exported can be imported', /同じ120件/.test(again.stdout) && again.status === 0)
	if (again.status) console.log((again.stdout + again.stderr).slice(-600))
	check('the command line lists it', /www\.example\.jp/.test(spawnSync(join(build, 'bin/tsujiban'), ['--root', station.root, 'register', 'show', 'endpoint', '--q', 'www'], { encoding: 'utf8' }).stdout))

	// the subject is there within seconds
	let subjects = ''
	for (let i = 0; i < 20 && !/endpoint:[0-9a-f]{8}/.test(subjects); i++) {
		await page.waitForTimeout(500)
		await open('/register/endpoint?q=www'); await page.click('table.list tbody th a')
		subjects = JSON.stringify(JSON.parse(spawnSync(join(build, 'bin/tsujiban'), ['--root', station.root, '--json', 'register', 'row', page.url().split('/').pop()], { encoding: 'utf8' }).stdout).subject)
	}
	spawnSync(join(build, 'bin/tsujiban'), ['--root', station.root, 'register', 'add', 'application', 'name=端末から（見本）'], { encoding: 'utf8' })
	await open('/register/application')
	check('what was declared at the machine names whose process did', new RegExp(`uid ${process.getuid()}）`).test(await text()))
	check('the row is a subject', /endpoint:[0-9a-f]{8}/.test(subjects))

	// pages of controls call it by its name, with a chart for each number, on a phone too
	for (let i = 0; i < 20 && !/公開する窓口: 窓口/.test(await text()); i++) { await page.waitForTimeout(500); await open('/control/service-monitoring') }
	check('a control names its subjects', /公開する窓口: 窓口/.test(await text()) && !/endpoint:[0-9a-f]{8}/.test(await page.locator('main').innerText()))
	check('fifty subjects a page', await page.locator('.pager').count() === 1)
	await accessible('a control of many subjects')
	await open('/control/clock-sync')
	check('charts have their names', await page.locator('svg.steps-chart').count() >= 2 && /時刻サーバに合っている/.test(await text()))
	check('no fact is shown by its key', !/[a-z]+_[a-z_]+/.test(await page.locator('section.facts').innerText()))
	await accessible('a control with charts')
	await shot('control-chart')
	await page.setViewportSize({ width: 360, height: 740 })
	for (const path of ['/', '/control/service-monitoring', '/control/clock-sync', '/me', '/ledger', '/clause/S-6-6']) { await open(path); await fits(path + ' on a phone') }
	await page.setViewportSize({ width: 1280, height: 900 })
	await open('/register/endpoint?q=www'); await page.click('table.list tbody th a')

	// ended: it stays in the history
	await page.click('summary >> text=届出を終える')
	await page.click('button >> text=終える')
	check('it is gone from the list', /119件中/.test(await text()))
	await page.click('text=終わった届出')
	check('and stands among the ended', /www\.example\.jp/.test(await text()))
	await accessible('ended rows')
	await page.click('table.list tbody th a')
	check('an ended row is read only', /終了/.test(await text()) && await page.locator('form[action^="/register-row"]').count() === 0)

	// by keyboard, on a phone, in English
	await open('/register/endpoint')
	for (let i = 0; i < 40 && !(await page.evaluate(() => /\/add$/.test(document.activeElement.href || ''))); i++) await page.keyboard.press('Tab')
	await page.keyboard.press('Enter')
	await page.waitForURL(/\/add$/)
	check('the form opens by keyboard', /届け出る/.test(await text()))
	await page.setViewportSize({ width: 360, height: 740 })
	for (const path of ['/register', '/register/endpoint', '/register/endpoint/add']) { await open(path); await fits(path); await accessible(path + ' on a phone') }
	await shot('register-form-phone')
	await open('/register/endpoint')
	await shot('register-phone')
	await open('/language/en?back=/register/endpoint')
	check('it speaks English', /Endpoints/.test(await text()) && /Declared by/.test(await text()))
} catch (error) {
	console.log(String(error.stack || error)); failed++; if (shots) await (context_page || { screenshot() {} }).screenshot({ path: join(shots, 'failed.png'), fullPage: true })
	if (process.env.LOG) console.log(station.log())
} finally {
	await browser.close()
	await station.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
