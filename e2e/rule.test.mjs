// One rule of a proposal is edited: in its sentence with the keyboard alone, as
// text with an error that is mended, and both again without JavaScript. What it
// does is said before it is saved, and nothing that was typed gets lost.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, tabTo, widths } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'
import { Keyboard } from './keyboard.mjs'

const regulation = 'individuele-inkomenstoeslag'

test('een regel aanpassen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  /** Opens a proposal as Karim, by the address of the form of a knelpunt. */
  async function sketch(page, title) {
    await chooseRole(page, 'karim')
    const made = await page.request.post('/voorstellen', { form: { regeling: regulation, titel: title }, maxRedirects: 0 })
    assert.equal(made.status(), 303)
    return new URL(made.headers().location, demo.url).pathname
  }

  /** What was asked for as a refusal is no problem; everything else is. */
  const unexpected = (problems) => problems.filter((p) => !/(antwoord|status of) 4(00|09)/.test(p))

  async function sound(page, what) {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `${what} op ${width} px`)
      await assertAccessible(page, `${what} op ${width} px`)
    }
  }

  const state = (page) => page.locator('#gevolg-stand')
  const save = (page) => page.locator('button[formaction$="/bewaren"]')

  await t.test('in de zin, met het toetsenbord', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url)
    const keys = new Keyboard(page)
    const proposal = await sketch(page, 'In de zin')
    await page.goto(proposal)
    await keys.press(page.locator('.sentence a[href$=".bedrag-alleenstaande"]'))
    assert.match(await state(page).innerText(), /nog niets gewijzigd/)
    await sound(page, 'een regel')
    await page.setViewportSize({ width: 1280, height: 900 })

    // Another comparison: what it does is told at once, and nothing is kept.
    await keys.choose(page.locator('[name=toets-1]'), 'heeft geen')
    await page.waitForFunction(() => document.querySelector('#gevolg-stand').textContent.includes('nog niet bewaard'))
    assert.match(await page.locator('#gevolg .text-changes').innerText(), /heeft geen recht op individuele inkomenstoeslag/)
    assert.ok((await page.locator('#gevolg .outcome-changes li').count()) > 0, 'voorbeelden die anders uitkomen')
    await keys.choose(page.locator('[name=toets-1]'), 'heeft')

    // A condition comes, and gets a number. Enter in a field looks; it takes nothing away.
    const add = page.locator('.sheet-add').first()
    await keys.choose(add.locator('select'), 'persoon.gemiddelde-maandinkomen')
    await keys.press(add.locator('button'))
    assert.equal(await page.locator('.sheet-bullet').count(), 4)
    const amount = page.locator('[name=vergeleken-1]')
    await keys.type(amount, 'veel')
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    const summary = page.locator('#fouten')
    assert.ok(await summary.evaluate((e) => e === document.activeElement), 'de samenvatting heeft de focus')
    assert.match(await summary.innerText(), /veel/)
    assert.equal(await page.locator('.sheet-bullet').count(), 4, 'er is niets weg')
    assert.equal(await amount.inputValue(), 'veel', 'wat getypt is staat er nog')
    await sound(page, 'een regel met een fout')
    await page.setViewportSize({ width: 1280, height: 900 })
    await keys.press(summary.locator('a').first(), { stays: true })
    assert.ok(await amount.evaluate((e) => e === document.activeElement), 'de koppeling gaat naar het veld')
    await keys.type(amount, '1.500')
    await keys.choose(page.locator('[name=vergelijking-1]'), 'is kleiner dan')

    // A condition goes.
    await keys.press(page.locator('.sheet-bullet').nth(2).locator('.sheet-remove'))
    assert.equal(await page.locator('.sheet-bullet').count(), 3)
    assert.match(await page.locator('#gevolg .rule-echo').innerText(), /zijn gemiddelde maandinkomen is kleiner dan 1\.500 €\/mnd\./)
    await sound(page, 'een regel onder handen')
    await page.setViewportSize({ width: 1280, height: 900 })

    await keys.press(save(page))
    assert.equal(new URL(page.url()).pathname, proposal)
    const diff = await page.locator('.diff').innerText()
    assert.match(diff, /Nieuw is ‘zijn gemiddelde maandinkomen is kleiner dan 1\.500 €\/mnd’/)
    assert.match(diff, /‘hij is niet alleenstaande ouder’ vervalt/)
    assert.match(await page.locator('.sentence').first().innerText(), /gemiddelde maandinkomen is kleiner dan 1\.500 €\/mnd/)
    await sound(page, 'voorstel met een andere regel')
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('als tekst, met fout en herstel', async (t) => {
    const { page, context, problems } = await openPage(t, browser, demo.url)
    const keys = new Keyboard(page)
    const proposal = await sketch(page, 'Als tekst')
    await page.goto(`${proposal}/regels/${regulation}.geen-recht`)
    assert.equal(await page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('/vast/editor.')).length), 0, 'de zin laadt de teksteditor niet')
    await keys.press(page.locator('button[name=doe][value=tekst]'))
    const editor = page.locator('.cm-content')
    await editor.waitFor()
    await sound(page, 'de tekst')
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.equal(await page.getByRole('textbox', { name: 'Tekst van de regel' }).count(), 1, 'de editor heeft een naam')

    // Tab goes in and out: nobody gets stuck.
    await tabTo(page, editor, { limit: 400 })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    assert.ok(!(await editor.evaluate((e) => e === document.activeElement)), 'Tab verlaat de editor')
    await page.keyboard.press('Shift+Tab')

    // Completion by the server: a condition more, after the last one.
    const before = await page.locator('#regel-tekst').inputValue()
    for (const key of ['ControlOrMeta+End', 'ArrowLeft', 'Backspace', 'Enter']) await page.keyboard.press(key)
    await page.keyboard.type('- zijn bijstandsv')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'bijstandsvermogen' }).first().waitFor()
    await page.locator('.cm-tooltip-autocomplete li[aria-selected=true]').waitFor()
    await page.waitForTimeout(500) // a choice that has just appeared is not taken yet
    await page.keyboard.press('Enter')
    await page.keyboard.type(' is gruter dan 5 €.')
    assert.match(await page.locator('#regel-tekst').inputValue(), /- zijn bijstandsvermogen is gruter dan 5 €\.\n$/)
    // The fault is told at its place: in the margin, in the list, with its line.
    await page.locator('.cm-lint-marker-error').waitFor()
    await page.keyboard.press('Escape')
    const link = page.locator('#gevolg:not([aria-busy]) a[data-to-line="6"]').first()
    await link.waitFor()
    assert.match(await state(page).innerText(), /fout/)
    await sound(page, 'tekst met een fout')
    await page.setViewportSize({ width: 1280, height: 900 })
    await keys.press(link, { stays: true })
    assert.ok(await editor.evaluate((e) => e === document.activeElement), 'de koppeling gaat naar de plek')
    assert.match(await page.locator('.cm-activeLine').innerText(), /gruter/)
    for (let n = 0; n < 40 && (await page.locator('#regel-tekst').inputValue()) !== before; n++) await page.keyboard.press('ControlOrMeta+z')
    assert.equal(await page.locator('#regel-tekst').inputValue(), before, 'ongedaan maken werkt')
    // Cut and pasted it is the same, and needs no style of its own.
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    for (const key of ['a', 'x', 'v']) await page.keyboard.press(`ControlOrMeta+${key}`)
    await page.waitForFunction((text) => document.getElementById('regel-tekst').value === text, before)

    // Ctrl+S looks, and does not save the page.
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.press('ControlOrMeta+s')
    await page.waitForFunction(() => document.querySelector('.cm-lint-marker-error') === null && !document.querySelector('#gevolg-stand').textContent.includes('fout'))

    // Hover tells what a name means.
    await page.locator('.cm-line', { hasText: 'De individuele inkomenstoeslag' }).hover({ position: { x: 130, y: 8 } })
    await page.locator('.cm-help', { hasText: 'individuele inkomenstoeslag' }).waitFor()

    // 0 € at the end of the third line becomes 25 €. The line may be broken.
    await editor.click()
    for (const key of ['ControlOrMeta+Home', 'ArrowDown', 'ArrowDown', 'Home', 'Home']) await page.keyboard.press(key)
    const line = (await page.locator('#regel-tekst').inputValue()).split('\n')[2]
    assert.match(line, /0 €$/)
    for (let n = 0; n < line.length - 2; n++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('25')
    await page.waitForFunction(() => document.querySelector('#gevolg-stand').textContent.includes('nog niet bewaard'))
    assert.match(await page.locator('#gevolg .text-changes').innerText(), /25 €/)
    await keys.press(save(page))
    assert.match(await page.locator('.diff').innerText(), /wordt ‘.*25 €’/)
    assert.deepEqual(unexpected(problems), [], 'ook niets tegen het beleid voor scripts en stijl')
  })

  await t.test('zonder JavaScript', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    const proposal = await sketch(page, 'Zonder script')
    await page.goto(`${proposal}/regels/${regulation}.laag-inkomen`)
    await page.locator('[name=vergelijking-1]').selectOption('is kleiner dan')
    await leave(page, () => page.locator('.buttons button[value=bekijk]').click())
    assert.match(await state(page).innerText(), /nog niet bewaard/)
    assert.match(await page.locator('#gevolg .text-changes').innerText(), /kleiner dan zijn grensbedrag/)
    await leave(page, () => page.locator('button[name=doe][value=tekst]').click())
    const area = page.locator('textarea[name=tekst]')
    const text = await area.inputValue()
    assert.match(text, /is kleiner dan zijn grensbedrag\./, 'wat in de zin stond staat in de tekst')
    await area.fill(text.replace('grensbedrag.', 'grensbedraag.'))
    await leave(page, () => page.locator('.buttons button[value=bekijk]').click())
    const link = page.locator('#fouten a').first()
    assert.match(await page.locator('#fouten').innerText(), /grensbedraag/)
    const line = page.locator(await link.getAttribute('href'))
    assert.match(await line.innerText(), /grensbedraag/, 'de koppeling gaat naar de regel met de fout')
    assert.match(await area.inputValue(), /grensbedraag/)
    await leave(page, () => save(page).click())
    assert.match(await page.locator('#fouten').innerText(), /grensbedraag/, 'ook bewaren kan niet')
    await area.fill(text)
    await leave(page, () => save(page).click())
    assert.equal(new URL(page.url()).pathname, proposal)
    assert.match(await page.locator('.diff').innerText(), /wordt ‘.*is kleiner dan zijn grensbedrag’/)
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('iemand anders was eerder', async (t) => {
    const mine = await openPage(t, browser, demo.url)
    const proposal = await sketch(mine.page, 'Samen')
    const path = `${proposal}/regels/${regulation}.geen-recht`
    await mine.page.goto(path)
    const theirs = await openPage(t, browser, demo.url)
    await chooseRole(theirs.page, 'femke')
    await theirs.page.goto(path)
    await theirs.page.locator('[name=waarde-1]').fill('20')
    await leave(theirs.page, () => save(theirs.page).click())
    assert.equal(new URL(theirs.page.url()).pathname, proposal)

    await mine.page.locator('[name=waarde-1]').fill('10')
    await leave(mine.page, () => save(mine.page).click())
    const conflict = mine.page.locator('.conflict')
    assert.match(await conflict.innerText(), /Femke de Wit/)
    assert.match(await conflict.innerText(), /20 €/)
    assert.equal(await mine.page.locator('[name=waarde-1]').inputValue(), '10', 'niets is weg')
    await sound(mine.page, 'een botsing')
    await leave(mine.page, () => conflict.locator('button[name=over]').click())
    assert.equal(new URL(mine.page.url()).pathname, proposal)
    assert.match(await mine.page.locator('.diff').innerText(), /10 €/)
    assert.deepEqual(unexpected([...mine.problems, ...theirs.problems]), [])
  })

  await t.test('wie niet mag wijzigen leest', async (t) => {
    const karim = await openPage(t, browser, demo.url)
    const proposal = await sketch(karim.page, 'Lezen')
    for (const person of ['', 'samira', 'anneke']) {
      const { page, problems } = await openPage(t, browser, demo.url)
      if (person) await chooseRole(page, person)
      await page.goto(`${proposal}/regels/${regulation}.laag-inkomen?als=tekst`)
      assert.equal(await page.locator('main form').count(), 0, `${person}: geen formulier`)
      assert.match(await page.locator('main').innerText(), /zijn gezamenlijke maandinkomen is kleiner dan of gelijk aan zijn grensbedrag/)
      await sound(page, `een regel voor ${person || 'niemand'}`)
      assert.deepEqual(problems, [])
    }
  })
})
