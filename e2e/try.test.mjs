// A value moves in the sentence, and what it does follows: from a knelpunt, with
// the keyboard, as server-sent events; then a proposal is made of it. Without
// JavaScript a button does the same.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'
import { Keyboard } from './keyboard.mjs'

const regulation = 'individuele-inkomenstoeslag'
const field = `[name="parameter:${regulation}.inkomensgrens"]`

test('proberen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  async function sound(page, what) {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `${what} op ${width} px`)
      await assertAccessible(page, `${what} op ${width} px`)
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  const state = (page) => page.locator('#proberen-stand')
  const verdict = (page) => page.locator('.trying-run .verdict').innerText()
  /** Waits for the result of what was typed. */
  const told = (page, text) =>
    page.waitForFunction(
      (text) => document.querySelector('#proberen-stand').textContent.replaceAll('\u00a0', ' ').includes(text) && !document.querySelector('#proberen-uitkomst').hasAttribute('aria-busy'),
      text,
    )

  /** Opens the page by the knelpunt of the demo about this regulation. */
  async function fromIssue(page) {
    await page.goto(`/knelpunten?regeling=${regulation}`)
    await leave(page, () => page.locator('main a[href^="/knelpunten/"]', { hasText: 'Mensen met bijstand' }).first().click())
    const issue = new URL(page.url()).pathname
    await leave(page, () => page.locator('a[href*="/proberen?knelpunt="]').click())
    return issue
  }

  await t.test('met het toetsenbord, terwijl de pagina meegaat', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    const keys = new Keyboard(page)
    await chooseRole(page, 'karim')
    const issue = await fromIssue(page)
    assert.match(await state(page).innerText(), /nog niets veranderd/)
    await sound(page, 'proberen')

    const input = page.locator(field)
    assert.ok(await input.isVisible(), 'het artikel van het knelpunt staat open')
    await input.focus()
    await input.fill('')
    await page.keyboard.type('120 %')
    await told(page, 'naar 120 %')
    const first = await verdict(page)
    assert.match(new URL(page.url()).search, /inkomensgrens=120/, 'het adres zegt wat er geprobeerd wordt')
    assert.equal(await page.evaluate(() => document.activeElement.name), `parameter:${regulation}.inkomensgrens`, 'de focus blijft in het veld')
    await sound(page, 'een uitkomst')

    // What cannot be: said at the field, and the result stays, as old.
    await input.fill('veel')
    await page.waitForFunction((s) => document.querySelector(s).getAttribute('aria-invalid') === 'true', field)
    assert.match(await page.locator('.utrecht-form-field-error-message').innerText(), /Vul in/)
    assert.equal(await verdict(page), first)
    await sound(page, 'een fout')

    // Fast typing: only the last question is asked. The letters come without a pause:
    // how fast this machine types is not what is looked at.
    const asked = []
    page.on('request', (r) => r.url().includes('/stroom') && asked.push(r.url()))
    await input.evaluate((e) => {
      for (const text of ['', '1', '11', '110', '110,', '110,5', '110,5 ', '110,5 %', '110,5 ', '110,5 %']) {
        e.value = text
        e.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }))
      }
    })
    await told(page, 'naar 110,5 %')
    assert.ok(asked.length < 4, `${asked.length} vragen`)
    assert.notEqual(await verdict(page), first)

    // The address is the page: somebody else sees the same.
    const same = await verdict(page)
    await page.reload()
    assert.equal(await verdict(page), same)

    await keys.type(page.locator('.trying-propose input[name=titel]'), 'Ruimere grens')
    await keys.press(page.locator('button[formaction$="/voorstel"]'))
    await page.waitForURL('**/voorstellen/**')
    assert.match((await page.locator('main').innerText()).replaceAll('\u00a0', ' '), /110,5 %/)
    assert.match(issue, /^\/knelpunten\//)
    assert.deepEqual(problems, [])
  })

  await t.test('zonder JavaScript', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    const issue = await fromIssue(page)
    await page.locator(field).fill('veel')
    await leave(page, () => page.locator('.trying .buttons button').click())
    assert.match(await page.locator('#fouten').innerText(), /Vul in/)
    assert.equal(await page.locator(field).inputValue(), 'veel')
    await page.locator(field).fill('120 %')
    await leave(page, () => page.locator('.trying .buttons button').click())
    assert.match((await state(page).innerText()).replaceAll('\u00a0', ' '), /naar 120 %/)
    assert.ok((await verdict(page)).length > 10)
    assert.equal(await page.locator('.trying-propose').count(), 0, 'wie niemand koos opent geen voorstel')
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `zonder JavaScript op ${width} px`)
    }
    await leave(page, () => page.locator(`a[href="${issue}"]`).first().click())
    assert.equal(new URL(page.url()).pathname, issue, 'en terug')
    assert.deepEqual(problems, [])
  })
})
