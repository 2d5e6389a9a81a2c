// Who is who, who owes what, what is late, and an answer by link: whole tasks by
// keyboard, on pages that axe and a window of 320 px find sound.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, openPage, startBrowser, startDemo, tabTo, widths } from './harness.mjs'

test('wie is wie, wie is wat schuldig, en een antwoord met een link', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  /** A refusal that was asked for is no problem; everything else is. */
  const unexpected = (problems) => problems.filter((p) => !/(antwoord|status of) (400|409)/.test(p))
  const sound = async (page, what) => {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await assertReflow(page, `${what} op ${width} px`)
      await assertAccessible(page, `${what} op ${width} px`)
    }
  }
  const as = (context, who) => context.addCookies([{ name: 'rol', value: who, url: demo.url }])
  /** Opens what is folded by keyboard. */
  const unfold = async (page, name) => {
    const summary = page.locator('summary', { hasText: name }).first()
    await tabTo(page, summary, { limit: 250 })
    await page.keyboard.press('Enter')
  }
  const press = async (page, button) => {
    await tabTo(page, button, { limit: 250 })
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  }

  await t.test('een partij zonder account antwoordt één keer', async (t) => {
    const { page, context, problems } = await openPage(t, browser, demo.url)
    await as(context, 'anneke')
    await page.goto('/register')
    await Promise.all([page.waitForURL('**/verplichtingen'), page.locator('main a[href="/verplichtingen"]').first().click()])
    await sound(page, 'wie is wat schuldig')
    await press(page, page.locator('a', { hasText: 'Maak een antwoordlink' }).first())
    await sound(page, 'een link maken')
    await tabTo(page, page.locator('[name=adres]'))
    await page.keyboard.type('geen adres')
    await press(page, page.locator('main form[action="/verplichtingen/link"] button'))
    assert.match(await page.locator('#fouten').innerText(), /Schrijf één adres/)
    await sound(page, 'een link met een fout')
    await page.locator('[name=adres]').fill('')
    await press(page, page.locator('main form[action="/verplichtingen/link"] button'))
    const href = await page.locator('#link-adres').inputValue()
    assert.match(href, /^http:\/\/127\.0\.0\.1:\d+\/antwoord\/[A-Z2-7]{26}$/)
    await sound(page, 'de link, één keer getoond')

    const party = await openPage(t, browser, demo.url) // nobody is signed in here
    await party.page.goto(href)
    await sound(party.page, 'de vraag achter de link')
    await press(party.page, party.page.locator('main form.answers button'))
    assert.match(await party.page.locator('#fouten').innerText(), /Kies een antwoord/)
    await sound(party.page, 'de vraag met een fout')
    await party.page.locator('[name=keuze][value=uitleggen]').focus()
    await party.page.keyboard.press('Space')
    await tabTo(party.page, party.page.locator('[name=reden]'))
    await party.page.keyboard.type('De peildatum staat zo in de wet.')
    await press(party.page, party.page.locator('main form.answers button'))
    assert.match(await party.page.locator('main').innerText(), /Dit verstuurt u[\s\S]*De peildatum staat zo in de wet/)
    await sound(party.page, 'het voorbeeld')
    // Looking back keeps what was typed, and changed nothing.
    await press(party.page, party.page.locator('button', { hasText: 'Verander het eerst' }))
    assert.equal(await party.page.locator('[name=reden]').inputValue(), 'De peildatum staat zo in de wet.')
    await press(party.page, party.page.locator('main form.answers button'))
    await press(party.page, party.page.locator('button', { hasText: 'Verstuur het antwoord' }))
    assert.match(await party.page.locator('main').innerText(), /Uw antwoord is binnen/)
    await sound(party.page, 'na het antwoord')
    const again = await party.page.request.post(href, { form: { keuze: 'uitleggen', reden: 'nog eens' } })
    assert.equal(again.status(), 409)
    assert.deepEqual(unexpected(party.problems), [])

    await page.goto('/register')
    assert.match(await page.locator('main').innerText(), /Antwoorden met een link/)
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('de kaart: een lege post, een opvolger, een dubbele aanspraak', async (t) => {
    const { page, context, problems } = await openPage(t, browser, demo.url)
    await as(context, 'anneke')
    await page.goto('/driehoeken')
    await sound(page, 'de kaart')
    await page.goto('/driehoeken/individuele-inkomenstoeslag')
    await sound(page, 'een driehoek')
    await unfold(page, 'Vertrekt: Femke')
    const leave = page.locator('form[action$="/vertrek"]', { has: page.locator('[name=persoon][value=femke]') })
    await press(page, leave.locator('button'))
    await page.goto('/driehoeken?alleen=vacant&op=2026-09-08')
    assert.match(await page.locator('main').innerText(), /Individuele inkomenstoeslag 1 lege post/)
    await sound(page, 'de kaart met een lege post')
    await page.goto('/driehoeken/individuele-inkomenstoeslag')
    await unfold(page, 'Benoem iemand')
    await press(page, page.locator('form[action$="/benoem"] button'))
    assert.match(await page.locator('#fouten').innerText(), /Kies een post/)
    await page.evaluate(() => document.querySelectorAll('main details').forEach((d) => (d.open = true)))
    await sound(page, 'een driehoek met een fout, alles open')
    await page.locator('form[action$="/benoem"] [name=post]').selectOption('beleid')
    await page.locator('form[action$="/benoem"] [name=persoon]').selectOption('femke')
    await page.locator('form[action$="/benoem"] [name=vanaf]').fill('2026-09-08')
    await press(page, page.locator('form[action$="/benoem"] button'))
    assert.match(await page.locator('[role=status]').first().innerText(), /De benoeming is vastgelegd/)
    // Two who both say that an article is theirs.
    for (const who of ['femke', 'karim']) {
      await as(context, who)
      await page.goto('/driehoeken')
      await unfold(page, 'Leg een driehoek vast')
      await page.locator('[name=bereik]').selectOption('individuele-inkomenstoeslag')
      await page.locator('[name=artikel]').fill('verordening-artikel-3')
      await page.locator('[name=persoon-0]').selectOption(who)
      await press(page, page.locator('form.arrange button'))
    }
    await page.goto('/driehoeken?alleen=dubbel')
    assert.match(await page.locator('main').innerText(), /Twee driehoeken over hetzelfde/)
    await sound(page, 'de kaart met een dubbele aanspraak')
    assert.deepEqual(unexpected(problems), [])
  })

  await t.test('wat te laat is, klimt', async (t) => {
    const { page, context, problems } = await openPage(t, browser, demo.url)
    await as(context, 'anneke')
    await page.goto('/te-laat?trede=te-laat')
    await sound(page, 'te laat')
    await press(page, page.locator('button', { hasText: 'Ik heb dit gezien' }).first())
    assert.match(await page.locator('main').innerText(), /Gezien door:\s*Anneke/)
    await sound(page, 'te laat en gezien')
    await context.clearCookies()
    await page.goto('/te-laat?trede=te-laat')
    assert.match(await page.locator('main').innerText(), /voor wie in de driehoek zit/)
    for (const path of ['/voor-de-raad', '/vastgelopen', '/te-laat', '/verplichtingen?te-laat=ja&zoek=bestaat-niet']) {
      await page.goto(path)
      await sound(page, path)
    }
    assert.deepEqual(unexpected(problems), [])
  })
})
