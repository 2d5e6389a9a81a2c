// Signals by keyboard: from a case in three clicks and a line, from nothing by
// searching, what is kept on the device, and a citizen with a code.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, tabTo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

const place = 'regeling=individuele-inkomenstoeslag&artikel=verordening-artikel-2'

async function look(page, what) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await assertReflow(page, `${what} op ${width} px`)
    await assertAccessible(page, `${what} op ${width} px`)
  }
}

test('signalen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('uit een zaak: drie keuzes en een zin, met het toetsenbord', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'samira')
    await page.goto(`/signaal?${place}&zaak=Z-2026-0417`)
    assert.ok(!page.url().includes('Z-2026'), `de verwijzing staat niet in het adres: ${page.url()}`)
    assert.match(await page.locator('#plek-regel').innerText(), /zaak v1:/)
    await look(page, 'signaal uit een zaak')
    await tabTo(page, page.locator('input[name=soort]').first())
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    assert.ok(await page.locator('input[value=te-hard]').isChecked())
    await tabTo(page, page.locator('#signaal-tekst'))
    await page.keyboard.type('Bel 06-12345678 over vijf euro te veel. ')
    assert.equal(await page.locator('#signaal-tekst').inputValue(), 'Bel [telefoonnummer] over vijf euro te veel. ', 'gemaskeerd tijdens het typen')
    await tabTo(page, page.locator('input[name=hoe-vaak]').first())
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/signalen\/s-/)
    assert.match(await page.locator('main').innerText(), /Uw signaal is binnen/)
    assert.match(await page.locator('main').innerText(), /Alleen wie het antwoord geeft ziet dat u dit meldde/)
    assert.equal(await page.evaluate(() => localStorage.length), 0, 'het concept is weg na ontvangst')
    await look(page, 'ontvangst')
    assert.deepEqual(problems, [])
  })

  await t.test('van niets: zoeken in gewone woorden, ook zonder JavaScript', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    await page.goto('/signaal')
    await page.locator('#zoek').fill('bewijs van inkomn')
    await leave(page, () => page.keyboard.press('Enter'))
    assert.match(await page.locator('.found').innerText(), /lijkt op “inkomen”/)
    await leave(page, () => page.locator('.found-list a').first().click())
    assert.equal(await page.locator('#plek-regel').count(), 1)
    assert.deepEqual(problems, [])
  })

  await t.test('zoeken, gevuld en leeg', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'samira')
    await page.goto('/signaal?zoek=bewijs')
    await look(page, 'gevonden')
    await page.goto('/signaal?zoek=xylofoon')
    assert.match(await page.locator('.found').innerText(), /0 plekken/)
    await look(page, 'niets gevonden')
    await page.goto('/signaal/inbedden')
    await look(page, 'inbedden')
    // The component opens the form in a new tab, with the reference in no address.
    const [opened] = await Promise.all([page.context().waitForEvent('page'), page.locator('lemniscaat-signaal button').click()])
    await opened.waitForURL(/zaak=v1/)
    assert.ok(!opened.url().includes('Z-2026'))
    await opened.close()
    assert.deepEqual(problems, [])
  })

  await t.test('een concept blijft op dit apparaat tot het is ontvangen', async (t) => {
    const { page, context, problems } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'joost')
    await page.goto(`/signaal?${place}&zaak=Z-2026-0418`)
    await page.locator('.tile', { hasText: 'Te hard' }).click()
    await page.locator('#signaal-tekst').fill('De grens knelt bij een bonus.')
    await page.waitForFunction(() => localStorage.length > 0)
    const kept = await page.evaluate(() => JSON.stringify(localStorage))
    assert.ok(!/v1:|Z-2026|zaak/.test(kept), `geen zaak op het apparaat: ${kept}`)
    // No connection: nothing is sent, nothing is lost.
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Verstuur' }).click()
    await page.locator('[data-draft-state]', { hasText: 'Er is geen verbinding' }).waitFor()
    await context.setOffline(false)
    // The tab is gone; another page says that there is a draft, and leads back.
    await page.goto('/signaal')
    await page.locator('[data-draft-bar]', { hasText: 'De grens knelt bij een bonus' }).waitFor()
    await look(page, 'signaal met een concept')
    await leave(page, () => page.locator('[data-draft-go]').click())
    assert.equal(await page.locator('#signaal-tekst').inputValue(), 'De grens knelt bij een bonus.')
    assert.ok(await page.locator('input[value=te-hard]').isChecked())
    // A refusal keeps it: how often was not chosen.
    await leave(page, () => page.getByRole('button', { name: 'Verstuur' }).click())
    await page.locator('#fouten').waitFor()
    await look(page, 'signaal met een fout')
    assert.ok((await page.evaluate(() => localStorage.length)) > 0)
    await page.locator('.pill', { hasText: 'elke week' }).click()
    await page.locator('details.signal-more summary').click()
    await page.locator('.pill', { hasText: 'niemand' }).click()
    await page.locator('#signaal-bijlage').setInputFiles({ name: 'notitie.txt', mimeType: 'text/plain', buffer: Buffer.from('Zo stond het in de brief.') })
    await page.getByRole('button', { name: 'Verstuur' }).click()
    await page.waitForURL(/\/signalen\/s-/)
    await page.waitForFunction(() => localStorage.length === 0)
    assert.match(await page.locator('main').innerText(), /notitie\.txt/)
    await page.goto('/signalen')
    await look(page, 'mijn signalen met een bijlage')
    assert.deepEqual(problems.filter((p) => !/400|ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(p)), [])
  })

  await t.test('een inwoner: twee vragen, een code, een bezwaar', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    await page.goto('/er-ging-iets-mis')
    await leave(page, () => page.getByRole('button', { name: 'Verstuur' }).click())
    assert.match(await page.locator('#fouten').innerText(), /Schrijf wat er mis ging/)
    await page.locator('textarea').fill('Mijn aanvraag is afgewezen op 1 september 2026 en dat is onterecht.')
    await page.locator('[name=onderwerp][value=individuele-inkomenstoeslag]').check()
    await leave(page, () => page.getByRole('button', { name: 'Verstuur' }).click())
    const code = (await page.locator('.code-big').innerText()).trim()
    assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    assert.ok(!page.url().includes(code))
    assert.match(await page.locator('main').innerText(), /Wilt u bezwaar maken\?[\s\S]*13\s+oktober\s+2026/)
    await page.goto('/volgen')
    await page.locator('#volgen-code').fill(code.toLowerCase())
    await leave(page, () => page.getByRole('button', { name: 'Bekijk' }).click())
    await page.locator('#formeel-bereikbaar').fill('F. Voorbeeld, Dorpsstraat 1')
    await leave(page, () => page.getByRole('button', { name: 'Stuur het door' }).click())
    assert.match(await page.locator('main').innerText(), /Uw bericht is ook een bezwaar/)
    assert.deepEqual(problems.filter((p) => !/400/.test(p)), [])
  })

  await t.test("pagina's van inwoners, en wie doorstuurt", async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    await page.goto('/er-ging-iets-mis')
    await look(page, 'er ging iets mis')
    await page.locator('textarea').fill('De medewerker was onbeleefd.')
    await page.locator('[name=onderwerp][value=overig]').check()
    await leave(page, () => page.getByRole('button', { name: 'Verstuur' }).click())
    await page.locator('.code-big').waitFor()
    await look(page, 'bericht binnen')
    await page.goto('/volgen')
    await look(page, 'volgen')
    await chooseRole(page, 'karim')
    await page.goto('/doorsturen')
    assert.match(await page.locator('main').innerText(), /Ontvangen op 7\s+september\s+2026/)
    await look(page, 'doorsturen')
    await tabTo(page, page.getByRole('textbox', { name: 'Waarheen stuurde u het, en hoe?' }).first())
    await page.keyboard.type('Naar de commissie bezwaar.')
    await leave(page, () => page.keyboard.press('Enter'))
    assert.match(await page.locator('main').innerText(), /Doorgestuurd op/)
    assert.deepEqual(problems, [])
  })
})
