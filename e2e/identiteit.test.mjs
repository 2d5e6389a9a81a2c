// Accounts of an own installation: the first manager, the second step, a colleague,
// keys of programs, break-glass, sessions and signing out. By keyboard; every page
// filled, empty and with an error, on two widths; signing in without JavaScript too.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startServe, tabTo, widths } from './harness.mjs'

const password = 'vier gewone losse woorden'

/** The code of an app (RFC 6238: SHA-1, 30 seconds, six digits); steps from now. */
function totp(secret, steps = 0) {
  const bits = [...secret.replace(/[^A-Z2-7]/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const mac = createHmac('sha1', key).update(counter).digest()
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Looks at the page as it is now, on every width. */
async function look(page, what) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await assertReflow(page, `${what}, ${width}`)
    await assertAccessible(page, `${what}, ${width}`)
  }
}

/** Types in the field with this label, as someone without a mouse does. */
async function type(page, label, text) {
  const field = page.getByLabel(label, { exact: true })
  await tabTo(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

/** Presses a button or a link, and waits for the next page. */
async function press(page, role, name) {
  const target = page.locator('main, header, .who').getByRole(role, { name, exact: true }).first()
  await tabTo(page, target)
  await leave(page, () => page.keyboard.press('Enter'))
}

/** A refused form: the summary has the focus or is there, and says what is wrong. */
async function refused(page, problems, what, text) {
  assert.match(await page.locator('main').innerText(), text, what)
  const expected = problems.filter((p) => /antwoord 4(00|09|29)|status of 4(00|09|29)/.test(p))
  assert.ok(expected.length > 0, `${what}: niet geweigerd`)
  assert.deepEqual(problems.filter((p) => !expected.includes(p)), [])
  problems.length = 0
  await look(page, `fout ${what}`)
}

test('identiteit', async (t) => {
  const house = await startServe()
  t.after(house.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())
  const { page, problems } = await openPage(t, browser, house.url)
  let secret = ''
  let recovery = []
  let link = ''

  await t.test('de eerste beheerder, met een tweede stap', async () => {
    await page.goto(house.first())
    await look(page, 'de eerste beheerder')
    await press(page, 'button', 'Bewaar en ga verder')
    await refused(page, problems, 'lege uitnodiging', /Vul een naam in/)
    await type(page, 'Naam', 'Wilma Jansen')
    await type(page, 'Inlognaam', 'wilma')
    await type(page, 'Wachtwoord', 'welkom123')
    await press(page, 'button', 'Bewaar en ga verder')
    await refused(page, problems, 'kort wachtwoord', /Neem ten minste 12 tekens/)
    assert.equal(await page.getByLabel('Naam', { exact: true }).inputValue(), 'Wilma Jansen')
    assert.equal(await page.getByLabel('Wachtwoord', { exact: true }).inputValue(), '')
    await type(page, 'Wachtwoord', password)
    await press(page, 'button', 'Bewaar en ga verder')
    assert.match(page.url(), /\/inloggen\/instellen/)
    secret = await page.locator('code.secret').innerText()
    await look(page, 'app instellen')
    await type(page, 'Code uit de app', '000')
    await press(page, 'button', 'Zet de app aan')
    await refused(page, problems, 'code van de app', /Deze code klopt niet/)
    assert.equal(await page.locator('code.secret').innerText(), secret, 'de letters blijven dezelfde')
    await type(page, 'Code uit de app', totp(secret))
    await press(page, 'button', 'Zet de app aan')
    recovery = await page.locator('.codes code').allInnerTexts()
    assert.ok(recovery.length >= 8, 'herstelcodes')
    await look(page, 'herstelcodes')
    await press(page, 'link', 'Ga verder')
    await look(page, 'na de eerste keer inloggen')
    assert.equal(await (await fetch(house.first())).status, 404, 'de link werkt een keer')
    assert.deepEqual(problems, [])
  })

  await t.test('beheer: een collega, en een sleutel', async () => {
    await press(page, 'link', 'Mijn account')
    await look(page, 'mijn account')
    await press(page, 'link', 'Beheer')
    await look(page, 'beheer')
    await press(page, 'link', 'Accounts')
    await look(page, 'accounts')
    await press(page, 'button', 'Maak account en link')
    await refused(page, problems, 'leeg account', /Vul een naam in/)
    await type(page, 'Naam', 'Daan de Vries')
    await type(page, 'Inlognaam', 'daan@voorbeeld.nl')
    const role = page.getByRole('checkbox', { name: /^auditor/ })
    await tabTo(page, role)
    await page.keyboard.press('Space')
    await press(page, 'button', 'Maak account en link')
    link = await page.locator('code.secret').innerText()
    await look(page, 'link voor een collega')
    await press(page, 'link', 'Terug naar de accounts')
    await press(page, 'link', 'Daan de Vries')
    await look(page, 'een account')
    await page.goto('/beheer/sleutels')
    await look(page, 'sleutels leeg')
    await press(page, 'button', 'Maak de sleutel')
    await refused(page, problems, 'lege sleutel', /Kies ten minste een ding/)
    await type(page, 'Waar is deze sleutel voor?', 'Zaaksysteem')
    await tabTo(page, page.getByRole('checkbox').first())
    await page.keyboard.press('Space')
    await press(page, 'button', 'Maak de sleutel')
    await look(page, 'sleutel een keer')
    await press(page, 'link', 'Terug naar de sleutels')
    await look(page, 'sleutels')
    await press(page, 'button', 'Trek in Zaaksysteem')
    assert.match(await page.locator('main').innerText(), /Ingetrokken op/)
    assert.deepEqual(problems, [])
  })

  await t.test('de collega, zonder JavaScript: wachtwoord kiezen, uit en weer in', async (t) => {
    const { page, problems } = await openPage(t, browser, house.url, { javaScript: false })
    const reads = async (text) => assert.match(await page.locator('main').innerText(), text)
    await page.goto(link)
    await reads(/Welkom, Daan de Vries/)
    await page.getByLabel('Wachtwoord', { exact: true }).fill(password)
    await leave(page, () => page.getByRole('button', { name: 'Bewaar en ga verder' }).press('Enter'))
    await leave(page, () => page.getByRole('button', { name: 'Uitloggen' }).press('Enter'))
    await page.getByLabel('Inlognaam').fill('daan@voorbeeld.nl')
    await page.getByLabel('Wachtwoord', { exact: true }).fill('iets heel anders')
    await leave(page, () => page.locator('main').getByRole('button', { name: 'Inloggen' }).press('Enter'))
    await reads(/De inlognaam of het wachtwoord klopt niet/)
    problems.length = 0
    await page.getByLabel('Wachtwoord', { exact: true }).fill(password)
    await leave(page, () => page.locator('main').getByRole('button', { name: 'Inloggen' }).press('Enter'))
    assert.match(await page.locator('.who').innerText(), /Daan de Vries/)
    await page.goto('/account')
    await reads(/Waar bent u ingelogd/)
    assert.deepEqual(problems, [])
  })

  await t.test('noodtoegang: openen, zien, stoppen', async () => {
    await page.goto('/noodtoegang')
    await look(page, 'noodtoegang leeg')
    await type(page, 'Waarom is het nodig?', 'kort')
    await press(page, 'button', 'Open noodtoegang')
    await refused(page, problems, 'noodtoegang', /Schrijf een reden van 20/)
    await type(page, 'Waarom is het nodig?', 'De enige teamleider is ziek en er ligt een spoedzaak.')
    await press(page, 'button', 'Open noodtoegang')
    assert.match(await page.locator('.who-alarm').first().innerText(), /Er is noodtoegang tot/)
    await look(page, 'noodtoegang open')
    await press(page, 'button', 'Stop de noodtoegang')
    await look(page, 'noodtoegang voorbij')
    assert.deepEqual(problems, [])
  })

  await t.test('uit, met een herstelcode weer in, en de andere sessies uit', async (t) => {
    await press(page, 'button', 'Uitloggen')
    await look(page, 'inloggen')
    await type(page, 'Inlognaam', 'wilma')
    await type(page, 'Wachtwoord', 'verkeerd en lang genoeg')
    await press(page, 'button', 'Inloggen')
    await refused(page, problems, 'inloggen', /De inlognaam of het wachtwoord klopt niet/)
    await type(page, 'Wachtwoord', password)
    await press(page, 'button', 'Inloggen')
    await look(page, 'tweede stap')
    await type(page, 'Code', 'nietgoed')
    await press(page, 'button', 'Inloggen')
    await refused(page, problems, 'tweede stap', /Deze code klopt niet/)
    await type(page, 'Code', recovery[0])
    await press(page, 'button', 'Inloggen')
    assert.match(await page.locator('.who').first().innerText(), /Wilma Jansen|noodtoegang/)

    const other = await openPage(t, browser, house.url)
    await other.page.goto('/inloggen')
    await type(other.page, 'Inlognaam', 'wilma')
    await type(other.page, 'Wachtwoord', password)
    await press(other.page, 'button', 'Inloggen')
    await type(other.page, 'Code', totp(secret, 1))
    await press(other.page, 'button', 'Inloggen')
    await page.goto('/account')
    await look(page, 'mijn account, twee sessies')
    await press(page, 'button', 'Log overal uit, behalve hier')
    await other.page.goto('/account')
    assert.match(other.page.url(), /\/inloggen/, 'elders is het meteen uit')
    assert.deepEqual(problems, [])
  })

  await t.test('te vaak proberen', async (t) => {
    const { page, problems } = await openPage(t, browser, house.url)
    let tries = 0
    for (let status = 0; status !== 429; tries++) {
      assert.ok(tries < 25, 'raden houdt niet op')
      status = (await page.request.post('/inloggen', { form: { formulier: 'inloggen', inlognaam: 'niemand', wachtwoord: 'gok' }, maxRedirects: 0 })).status()
      assert.ok([400, 429].includes(status), `${status}`)
    }
    assert.ok(tries > 5, 'een paar keer mag')
    await page.goto('/inloggen')
    await type(page, 'Inlognaam', 'niemand')
    // What was counted is forgotten every quarter of an hour, perhaps just now: then
    // again until it is too often.
    for (let more = 0; more < 25; more++) {
      await type(page, 'Wachtwoord', 'gok')
      await press(page, 'button', 'Inloggen')
      if (problems.some((p) => /antwoord 429/.test(p))) break
    }
    await refused(page, problems, 'te vaak', /te vaak geprobeerd[\s\S]*minu/)
  })
})
