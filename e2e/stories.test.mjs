// The stories, read with the keyboard: the list, a time line, a live page of a
// step and the way back; that nothing can be changed there; and that the demo
// itself has nothing of a story in it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, widths } from './harness.mjs'
import { Keyboard } from './keyboard.mjs'
import { chooseRole } from './lemniscaat.mjs'

test('verhalen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())
  const { page, problems } = await openPage(t, browser, demo.url)
  const keys = new Keyboard(page)

  async function sound(what) {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `${what} op ${width} px`)
      await assertAccessible(page, `${what} op ${width} px`)
    }
  }

  /** Every live page that the story on the screen leads to is there. */
  async function opens() {
    for (const href of await page.locator('.story-shown a.utrecht-button').evaluateAll((as) => as.map((a) => a.getAttribute('href')))) {
      const answer = await page.request.get(href)
      assert.equal(answer.status(), 200, href)
      assert.match(await answer.text(), /class="demo story-bar"/, href)
    }
  }

  const before = await (await page.request.get('/register')).text()

  await t.test('van de lijst naar een verhaal, met het toetsenbord', async () => {
    await page.goto('/')
    await keys.press(page.locator('.subnav a[href="/verhalen"]'))
    assert.equal(await page.locator('h1').innerText(), 'Verhalen')
    assert.equal(await page.locator('.cards .card').count(), 2)
    await sound('de lijst')
    await keys.press(page.locator('a[href="/verhalen/toeslagen"]'))
    assert.match(await page.locator('main').innerText(), /Alles klopt\./)
    assert.match(await page.locator('main').innerText(), /Het bewijst niet dat mensen dan iets hadden gedaan\./)
    assert.equal(await page.locator('.story-wrong').count(), 0)
    const steps = page.locator('.story-step')
    assert.ok((await steps.count()) >= 14)
    assert.match(await page.locator('#stop').innerText(), /232 van de 232 besluiten zijn tegengehouden/)
    assert.match(await page.locator('#memo time').innerText(), /^maart\s2017$/)
    await sound('een verhaal')
    await opens()
    // Every fact has a source on the page.
    for (const href of await page.locator('.story-ref').evaluateAll((as) => as.map((a) => a.getAttribute('href')))) {
      assert.equal(await page.locator(href).count(), 1, href)
    }
  })

  await t.test('een scherm van toen, en terug', async () => {
    await keys.press(page.locator('#memo a[href^="/verhaal/toeslagen/memo/"]'))
    const bar = page.locator('.story-bar')
    assert.match(await bar.innerText(), /Zo was het op 1\smaart\s2017\./)
    assert.match(await page.locator('main').innerText(), /12\s(april|apr)\s2017/)
    await sound('een scherm van een verhaal')
    await leave(page, () => page.locator('.nav a').nth(2).click())
    assert.match(new URL(page.url()).pathname, /^\/verhaal\/toeslagen\/memo\/knelpunten$/)
    await keys.press(page.locator('.story-back'))
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, '/verhalen/toeslagen#memo')
  })

  await t.test('kijken mag, veranderen niet', async () => {
    const answer = await page.request.post('/verhaal/toeslagen/ladder-1/knelpunten/k-memo/ook-bij-mij', { form: { formulier: 'ook' }, maxRedirects: 0 })
    assert.equal(answer.status(), 409)
    assert.match(await answer.text(), /Hier kunt u alleen kijken\./)
    assert.equal((await page.request.get('/verhaal/toeslagen/nooit/register')).status(), 404)
    assert.equal((await page.request.get('/verhaal/nooit/memo/register')).status(), 404)
  })

  await t.test('het tweede verhaal', async () => {
    await page.goto('/verhalen/tozo')
    assert.match(await page.locator('main').innerText(), /Alles klopt\./)
    await sound('het tweede verhaal')
    await opens()
    await page.goto(await page.locator('#doorrekenen a.utrecht-button').getAttribute('href'))
    await sound('een voorstel in een verhaal')
  })

  await t.test('in het Engels', async () => {
    await page.goto('/verhalen/toeslagen')
    await leave(page, () => page.locator('form[action="/taal"] button').click())
    const text = await page.locator('main').innerText()
    assert.match(text, /Everything holds\./)
    assert.match(text, /232 of the 232 decisions were held back/)
    // The difference between two rules is quoted in the language of the law.
    const steps = (await page.locator('.story-step:not(#uitspraak)').allInnerTexts()).join('\n')
    assert.doesNotMatch(steps, /\b(het|een|niet|geen|wordt|van)\b/)
    await leave(page, () => page.locator('form[action="/taal"] button').click())
  })

  await t.test('zonder JavaScript, en de demo is nog zoals zij was', async (t) => {
    const plain = await openPage(t, browser, demo.url, { javaScript: false })
    await plain.page.goto('/verhalen/toeslagen')
    assert.match(await plain.page.locator('main').innerText(), /Ongekend onrecht/)
    await chooseRole(page, 'femke')
    const strip = (s) => s.replace(/[\s\S]*<main/, '').replace(/<\/main>[\s\S]*/, '').replace(/name="sleutel" value="[^"]*"/g, '')
    const after = await (await page.request.get('/register')).text()
    assert.equal(strip(after).includes('k-memo'), false)
    assert.equal(strip(after).length, strip(before).length, 'het register van de demo is even lang')
  })

  assert.deepEqual(problems.filter((p) => !/409|404/.test(p)), [])
})
