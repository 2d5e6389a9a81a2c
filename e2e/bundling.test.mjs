// Bundling by keyboard: two knelpunten that may be the same are put together and
// taken apart again; a pair that is not the same does not come back. And notices.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

test('bundelen met het toetsenbord, en berichten', async (t) => {
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
  await page.goto('/')
  await chooseRole(page, 'samira')
  const report = async (key, tekst) => {
    const answer = await page.request.post('/signaal', {
      maxRedirects: 0,
      form: { regeling: 'individuele-inkomenstoeslag', artikel: 'verordening-artikel-4', soort: key === 'a' ? 'te-hard' : 'onduidelijk', tekst, 'hoe-vaak': 'wekelijks', sleutel: `bundel-${key}` },
    })
    assert.equal(answer.status(), 303, await answer.text())
  }
  await report('a', 'Zelfstandigen kunnen de jaarcijfers van hun boekhouder niet op tijd leveren.')
  await report('b', 'De boekhouder van zelfstandigen levert de jaarcijfers te laat voor de aanvraag.')

  await chooseRole(page, 'karim')
  await page.goto('/bundelen')
  const pairs = page.locator('[data-pairs] > li')
  const before = await pairs.count()
  assert.ok(before >= 1, 'er is een paar')
  await sound('bundelen')

  // j goes to the first pair, Enter puts it together, u takes it back.
  await page.keyboard.press('j')
  assert.equal(await pairs.first().evaluate((e) => e === document.activeElement), true)
  await page.keyboard.press('Enter')
  await page.waitForURL(/gedaan=/)
  assert.ok((await pairs.count()) < before, 'het paar is weg')
  await sound('na samenvoegen')
  await leave(page, () => page.keyboard.press('u'))
  await page.goto('/bundelen')
  assert.equal(await pairs.count(), before, 'ongedaan gemaakt')

  // n says that it is not the same, and that is remembered.
  await page.keyboard.press('j')
  await page.keyboard.press('n')
  await page.waitForURL(/gedaan=/)
  await page.goto('/bundelen')
  assert.ok((await pairs.count()) < before, 'dit paar komt niet terug')
  await page.goto('/bundelen?zoek=zzzz')
  await sound('niets gevonden')

  await page.goto('/knelpunten?zoek=boekhouder')
  assert.match(await page.locator('main').innerText(), /gevonden met/)
  await sound('knelpunten gezocht')

  await chooseRole(page, 'femke')
  await page.goto('/meldingen')
  assert.match(await page.locator('main').innerText(), /\S/)
  await sound('meldingen')
  await page.goto('/meldingen/instellen')
  await sound('berichten instellen')
})
