// SPDX-License-Identifier: Apache-2.0
// Evidence on order, as an officer gets it: the certificate, the order, the bundle made meanwhile, and the offline page that checks it
// without station or network; it refuses what was changed, and says when it cannot look.
//= O1-2-2 type=test
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { visit } from './visit.mjs'

const offline = new URL('../../docs/verify-bundle.html', import.meta.url)

await visit(async ({ station, check, shot, text, accessible, person, account }) => {
	const folder = mkdtempSync(join(tmpdir(), 'evidence-')), at = name => join(folder, name)
	const admin = await person(station.link, 'admin')
	const hiroko = await person(await account(admin, 'hiroko', '見本ひろ子', 'client-officer'), 'hiroko'), { page } = hiroko
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('cert.pem'), '-days', '30', '-subj', '/CN=Sample'], { stdio: 'ignore' })

	await page.goto(station.url + '/evidence')
	check('no order yet', /命令はありません/.test(await text(page)))
	await accessible(page, 'evidence-empty')
	await page.goto(station.url + '/register/evidence-recipient/add')
	await page.fill('[name="v.name"]', '見本市 監査'); await page.fill('[name="v.certificate"]', readFileSync(at('cert.pem'), 'utf8')); await page.click('main button.primary')
	await page.goto(station.url + '/register/evidence-order/add')
	await page.fill('[name="v.number"]', '令8-12'); await page.selectOption('[name="v.recipient"]', { index: 1 }); await page.fill('[name="v.clause"]', 'S-3-4'); await page.fill('[name="v.reason"]', '見本: 半期の検査'); await page.click('main button.primary')
	check('ordered', page.url().endsWith('/register/evidence-order'))
	for (let i = 0; i < 60; i++) { await page.goto(station.url + '/evidence'); if (/受け取れる/.test(await text(page))) break; await page.waitForTimeout(250) }
	check('made by itself', /受け取れる/.test(await text(page)))
	await accessible(page, 'evidence')
	const href = await page.locator('a[href^="/evidence-file/"]').getAttribute('href')
	const answer = await page.request.get(station.url + href)
	check('it comes as a file', answer.status() === 200 && /attachment/.test(answer.headers()['content-disposition']))
	writeFileSync(at('bundle.cms'), await answer.body())
	execFileSync('openssl', ['cms', '-decrypt', '-inform', 'DER', '-in', at('bundle.cms'), '-inkey', at('key.pem'), '-out', at('bundle.tar')])
	await page.click('form[action$="/receive"] button')
	check('its receipt is on record', /受領済み/.test(await text(page)))

	// the offline page: opened from a file, in a context without network
	const context = await page.context().browser().newContext({ offline: true, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1000, height: 900 } }), desk = await context.newPage()
	const key = station.cli('ledger', 'key').trim().split('\n').find(l => /\+/.test(l)).trim().split(/\s+/).find(w => /\+[0-9a-f]{8}\+/.test(w))
	const judge = async file => {
		await desk.setInputFiles('#file', file); await desk.fill('#key', key); await desk.click('button.primary')
		await desk.waitForSelector('.verdict')
		return (await desk.locator('.verdict').getAttribute('class')) + ' ' + await desk.locator('.verdict').innerText()
	}
	await desk.goto(offline.href)
	const said = await judge(at('bundle.tar'))
	check('a good bundle is accepted: ' + said, /good/.test(said) && /改ざんは見つかりませんでした/.test(said))
	check('it says what it is about', /S-3-4/.test(await desk.locator('#result').innerText()))
	await shot(desk, 'verify-bundle')
	const bundle = readFileSync(at('bundle.tar'))
	const changed = (from, to) => { const b = Buffer.from(bundle), i = b.indexOf(from); if (i < 0 || from.length !== to.length) throw new Error(from); b.write(to, i); writeFileSync(at('bad.tar'), b); return at('bad.tar') }
	for (const [from, to, why] of [['"clause":"S-3-4"', '"clause":"S-3-5"', /書き換えられています/], ['"control":"mfa"', '"control":"mfx"', /書き換え|本文/], ['not-selected', 'not-selectEd', /書き換えられています/]]) {
		await desk.reload()
		const bad = await judge(changed(from, to))
		check(`${from} changed is refused`, /bad/.test(bad) && why.test(bad))
	}
	await shot(desk, 'verify-bundle-bad')
	await desk.reload()
	writeFileSync(at('bad.tar'), bundle.subarray(0, bundle.length >> 1))
	check('cut short is refused', /途中で切れています/.test(await judge(at('bad.tar'))))
	await desk.reload()
	await desk.evaluate(() => { crypto.subtle.importKey = () => Promise.reject(new Error('no Ed25519')) })
	const unable = await judge(at('bundle.tar'))
	check('a browser without Ed25519 says that it cannot look', /unknown/.test(unable) && /確かめられません/.test(unable))
	await desk.click('#language')
	check('English is there', /Checking a bundle/.test(await desk.locator('h1').innerText()))
	await context.close()
	rmSync(folder, { recursive: true })
})
