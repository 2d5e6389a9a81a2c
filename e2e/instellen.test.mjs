// What somebody sets and makes: which mail to get, the dossier of a proposal for the
// archive. By keyboard, with a mistake first, on pages that axe and a window of 320 px
// find sound.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, tabTo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

async function look(page, what) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await assertReflow(page, `${what} op ${width} px`)
    await assertAccessible(page, `${what} op ${width} px`)
  }
}

/** Fills a field and presses a button, without a mouse. */
async function send(page, button) {
  await tabTo(page, page.getByRole('button', { name: button, exact: true }))
  await leave(page, () => page.keyboard.press('Enter'))
}

/** A refusal that was asked for is no problem; everything else is. */
const unexpected = (problems) => problems.filter((p) => !/(antwoord|status of) 400/.test(p))

test('instellen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('welke mail iemand krijgt', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await page.goto('/meldingen/instellen')
    assert.equal(await page.locator('main form').count(), 0, 'zonder iemand te kiezen is er niets in te stellen')
    await chooseRole(page, 'femke')
    await page.goto('/meldingen')
    await leave(page, () => page.getByRole('link', { name: 'Mail instellen' }).press('Enter'))
    await look(page, 'mail instellen')
    const address = page.getByLabel('Uw e-mailadres')
    await tabTo(page, address)
    await page.keyboard.type('geen adres')
    await page.getByRole('radio', { name: 'één keer per dag' }).press('Space')
    await send(page, 'Bewaar')
    assert.equal(await page.locator('#fouten').count(), 1, 'een adres dat niet kan')
    assert.equal(await address.inputValue(), 'geen adres', 'wat getypt is, blijft staan')
    await look(page, 'mail instellen met een fout')
    await address.fill('femke@voorbeeld.nl')
    const kind = page.locator('input[name=soort]').first()
    const was = await kind.isChecked()
    await kind.press('Space')
    await page.locator('input[name=taal][value=en]').press('Space')
    await send(page, 'Bewaar')

    await page.goto('/meldingen/instellen')
    assert.equal(await address.inputValue(), 'femke@voorbeeld.nl')
    assert.ok(await page.locator('input[name=tempo][value=dagelijks]').isChecked())
    assert.ok(await page.locator('input[name=taal][value=en]').isChecked())
    assert.equal(await kind.isChecked(), !was)
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('het dossier van een besloten voorstel', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'karim')
    await page.goto('/vastgelopen')
    await leave(page, () => page.getByRole('link', { name: 'Eén keer opgeven wie er bij u wonen' }).first().press('Enter'))
    await leave(page, () => page.getByRole('link', { name: 'Dossier voor het archief' }).press('Enter'))
    await look(page, 'dossier')
    await page.getByLabel('Tijdelijk, zo lang als hieronder staat').press('Space')
    const term = page.getByLabel('Bewaartermijn')
    await term.fill('twintig jaar')
    await send(page, 'Maak het dossier')
    assert.equal(await page.locator('#fouten').count(), 1, 'een termijn die niet kan')
    assert.equal(await term.inputValue(), 'twintig jaar')
    await look(page, 'dossier met een fout')
    await term.fill('P20Y')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Maak het dossier' }).press('Enter')])
    assert.match(file.suggestedFilename(), /\.zip$/)
    assert.equal(await file.failure(), null)
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('een inwoner volgt zijn bericht met de code van de demo', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    await page.goto('/volgen')
    const code = (await page.locator('main').innerText()).match(/met code ([0-9A-Z-]{19})/)?.[1]
    assert.ok(code, 'de demo noemt een code')
    await page.locator('[name=code]').fill(code.toLowerCase())
    await leave(page, () => page.locator('main form button').press('Enter'))
    assert.match(await page.locator('main').innerText(), /loonstroken/)
    assert.deepEqual(problems, [])
  })
})
