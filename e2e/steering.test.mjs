// Steering: the menu by keyboard, a Stand written and published, a learning case
// made and read, and the pages that everybody may read without JavaScript.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, tabTo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

test('sturen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('met het toetsenbord door het menu naar een Stand, en die publiceren', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'karim')
    const press = async (link) => {
      await tabTo(page, link)
      await leave(page, () => page.keyboard.press('Enter'))
    }
    await press(page.getByRole('navigation', { name: 'Hoofdmenu' }).getByRole('link', { name: 'Sturen' }))
    await press(page.getByRole('navigation', { name: 'Bij Sturen' }).getByRole('link', { name: 'Stand van de Uitvoering' }))
    await press(page.getByRole('link', { name: 'augustus 2026' }))
    await tabTo(page, page.getByLabel('Schrijf het voorwoord'))
    await page.keyboard.type('Aan de balie was het druk.')
    await leave(page, () => page.getByRole('button', { name: 'Bewaar het voorwoord' }).press('Enter'))
    await leave(page, () => page.getByRole('button', { name: 'Publiceer deze Stand' }).press('Enter'))
    const text = await page.locator('main').innerText()
    assert.ok(text.includes('De cijfers veranderen niet meer.') && text.includes('Aan de balie was het druk.'), text.slice(0, 400))
    await leave(page, () => page.getByRole('link', { name: 'Reken deze Stand na' }).press('Enter'))
    assert.match(await page.locator('main').innerText(), /Opnieuw tellen gaf precies hetzelfde/)
    assert.deepEqual(problems, [])
  })

  await t.test('een leerzaak: eerst kiezen, dan lezen', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'femke')
    await page.goto('/cijfers')
    await page.goto('/knelpunten?staat=opgelost')
    await leave(page, () => page.locator('main a[href^="/knelpunten/k-"]').first().click())
    await leave(page, () => page.getByRole('link', { name: 'Maak een leerzaak' }).press('Enter'))
    await page.getByLabel('Het dilemma').fill('Wie vraagt aan: de school of de ouder?')
    await page.getByLabel('Keuze 1').fill('De school')
    await page.getByLabel('Keuze 2', { exact: true }).fill('De ouder')
    await page.getByLabel('Welke keuze werd het?').selectOption('2')
    await page.getByLabel('Welk beginsel hier speelt').selectOption('motivering')
    await page.getByRole('button', { name: 'Bekijk eerst' }).press('Enter')
    await page.getByRole('heading', { name: 'Zo leest een collega het' }).waitFor()
    await leave(page, () => page.getByRole('button', { name: 'Publiceer de leerzaak' }).press('Enter'))
    assert.doesNotMatch(await page.locator('main').innerText(), /dit werd het/i)
    await page.getByLabel('De school').check()
    await leave(page, () => page.getByRole('button', { name: 'Kies, en lees verder' }).press('Enter'))
    assert.match(await page.locator('main').innerText(), /dit werd het[\s\S]*Awb 3:46/i)
    assert.deepEqual(problems, [])
  })

  await t.test('openbaar: zonder iemand te kiezen, zonder JavaScript, op elke breedte', async (t) => {
    const plain = await openPage(t, browser, demo.url, { javaScript: false })
    const { page } = await openPage(t, browser, demo.url)
    for (const path of ['/', '/wegwijzer', '/metingen', '/cijfers', '/toezeggingen', '/gevolgen', '/stand/2026-08', '/leren', '/veranderd?maand=2026-01', '/lus/signaleer', '/team']) {
      const answer = await plain.page.goto(path)
      assert.equal(answer.status(), 200, path)
      assert.ok((await plain.page.locator('main').innerText()).length > 60, `${path}: er staat tekst`)
      await page.goto(path)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        await assertReflow(page, `${path} op ${width} px`)
        await assertAccessible(page, `${path} op ${width} px`)
      }
    }
  })
})
