// The desk: a stop of another system waits until somebody was spoken to; maatwerk
// and its agreements; the detectors and who is touched.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, widths } from './harness.mjs'

test('beslissen, eerst bellen en wie het raakt', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())
  const { page } = await openPage(t, browser, demo.url)
  const sound = async (what) => {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `${what} op ${width} px`)
      await assertAccessible(page, `${what} op ${width} px`)
    }
  }
  const be = async (id) => {
    await page.locator('form[action="/rol"] select').selectOption(id)
    await leave(page, () => page.locator('form[action="/rol"] button').click())
  }
  await page.goto('/')
  await be('samira')

  await page.goto('/beslissingen/nieuw')
  await leave(page, () => page.locator('main form button').last().press('Enter'))
  assert.ok((await page.locator('#fouten li').count()) >= 3, 'wat ontbreekt staat bij elkaar')
  await sound('vastleggen met fouten')
  await page.fill('[name=zaak]', '2026-4411')
  await page.locator('[name=plek]').selectOption({ index: 1 })
  await page.locator('[name=besluit]').selectOption('stopzetting')
  await page.fill('[name=verlies]', '1.401,50')
  await leave(page, () => page.locator('main form button').last().press('Enter'))
  assert.match(await page.locator('.intended').innerText(), /nog niets besloten/)
  assert.equal(await page.locator('form[action$="/neem"]').count(), 0, 'zonder gesprek geen knop')
  await sound('een voorgenomen stopzetting')
  await page.locator('[name=bereikt][value=ja]').press('Space')
  await leave(page, () => page.locator('form[action$="/contact"] button').press('Enter'))
  await leave(page, () => page.locator('form[action$="/neem"] button').press('Enter'))
  assert.match(await page.locator('main').innerText(), /bezwaar kan tot en met/)
  await sound('een genomen beslissing')

  await page.goto('/maatwerk')
  assert.match(await page.locator('main').innerText(), /OV-kaart voor een maand/)
  await sound('maatwerk')
  await page.goto('/beslissingen?zoek=zzzz')
  assert.match(await page.locator('main').innerText(), /Geen beslissing gevonden/)
  await sound('niets gevonden')

  await be('anneke')
  await page.goto('/detectoren?regeling=individuele-inkomenstoeslag')
  assert.match(await page.locator('main').innerText(), /verwacht: ten hoogste 5 %/)
  await sound('detectoren')
  await page.goto('/wie-raakt-dit?regeling=individuele-inkomenstoeslag')
  assert.ok((await page.locator('table tbody tr').count()) > 5)
  assert.match(await page.locator('main').innerText(), /synthetisch/)
  await sound('wie raakt dit')
})
