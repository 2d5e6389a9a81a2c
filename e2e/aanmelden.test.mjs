// Signing in with a passkey and at the organisation: making, using, confirming and
// losing a passkey with Chromium's own authenticator, and an identity provider in
// this process that says yes, no, too little and nothing. By keyboard, on two widths.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createServer as listen } from 'node:net'
import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startServe, tabTo, widths } from './harness.mjs'

const password = 'vier gewone losse woorden'
const shots = process.env.PLAATJES

let shot = 0
async function look(page, what) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await assertReflow(page, `${what}, ${width}`)
    await assertAccessible(page, `${what}, ${width}`)
    if (shots) await page.screenshot({ path: join(shots, `${String(++shot).padStart(3, '0')}-${what.replace(/[^a-z0-9]+/gi, '-')}-${width}.png`), fullPage: true })
  }
}

async function type(page, label, text) {
  const field = page.getByLabel(label, { exact: true })
  await tabTo(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

async function focus(page, role, name) {
  await tabTo(page, page.locator('main, header, .who').getByRole(role, { name, exact: true }).first())
}

async function press(page, role, name) {
  await focus(page, role, name)
  await leave(page, () => page.keyboard.press('Enter'))
}

/** Says that these faults were meant: nothing else went wrong. */
function expected(problems, pattern) {
  assert.ok(problems.some((p) => pattern.test(p)), `verwacht ${pattern}, was ${problems}`)
  assert.deepEqual(problems.filter((p) => !pattern.test(p)), [])
  problems.length = 0
}

/** A port that nobody has, from those that the system gives to nobody for a connection out. */
const free = () => new Promise((done) => {
  const s = listen()
  const choose = () => s.listen(20_000 + Math.floor(Math.random() * 12_000), '127.0.0.1')
  s.on('error', choose)
  s.on('listening', () => {
    const { port } = s.address()
    s.close(() => done(port))
  })
  choose()
})

/** An authenticator of Chromium itself, in the place of a finger and a chip. */
async function authenticator(page, options = {}) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  })
  return { verified: (yes) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes }) }
}

/**
 * An identity provider (OpenID Connect). It checks the code, PKCE and the signed
 * assertion of the client (RS256) as a real one does.
 */
async function provider(clientKey) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'een', use: 'sig', alg: 'ES256' }
  const p = { mode: 'ok', subject: 'wilma-daar', codes: new Map(), said: [] }
  const json = (res, body, status = 200) => res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  const server = createServer(async (req, res) => {
    const u = new URL(req.url, p.url)
    if (p.mode === 'stuk' && u.pathname !== '/auth') return res.writeHead(503).end() // it falls away while somebody is there
    if (u.pathname === '/.well-known/openid-configuration') {
      return json(res, {
        issuer: p.url, authorization_endpoint: `${p.url}/auth`, token_endpoint: `${p.url}/token`, jwks_uri: `${p.url}/keys`, end_session_endpoint: `${p.url}/uit`,
        authorization_response_iss_parameter_supported: true, id_token_signing_alg_values_supported: ['ES256'],
      })
    }
    if (u.pathname === '/keys') return json(res, { keys: [jwk] })
    if (u.pathname === '/uit') return res.writeHead(302, { Location: u.searchParams.get('post_logout_redirect_uri') }).end()
    if (u.pathname === '/auth') {
      const code = randomUUID()
      p.codes.set(code, u.searchParams)
      const back = new URL(u.searchParams.get('redirect_uri'))
      back.searchParams.set('iss', p.url)
      back.searchParams.set('state', p.mode === 'andere-staat' ? 'A'.repeat(43) : u.searchParams.get('state'))
      if (p.mode === 'nee') back.searchParams.set('error', 'access_denied')
      else back.searchParams.set('code', code)
      return res.writeHead(302, { Location: back.href }).end()
    }
    let body = ''
    for await (const part of req) body += part
    const form = new URLSearchParams(body)
    const asked = p.codes.get(form.get('code'))
    p.codes.delete(form.get('code'))
    const [head, claims, signature] = (form.get('client_assertion') ?? '..').split('.')
    const right = asked && createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === asked.get('code_challenge') &&
      JSON.parse(Buffer.from(head, 'base64url')).alg === 'RS256' && JSON.parse(Buffer.from(claims, 'base64url')).aud !== undefined &&
      verify('sha256', Buffer.from(`${head}.${claims}`), clientKey, Buffer.from(signature, 'base64url'))
    p.said.push(right)
    if (!right) return json(res, { error: 'invalid_grant' }, 400)
    const now = Math.floor(Date.now() / 1000)
    const part = (v) => Buffer.from(JSON.stringify(v)).toString('base64url')
    const text = `${part({ alg: 'ES256', kid: 'een' })}.${part({
      iss: p.url, sub: p.subject, aud: 'lemniscaat', nonce: asked.get('nonce'), acr: p.mode === 'zwak' ? 'laag' : 'hoog', auth_time: now, iat: now, exp: now + 300,
    })}`
    const id_token = `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    return json(res, { access_token: 'x', token_type: 'Bearer', id_token })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  p.url = `http://127.0.0.1:${server.address().port}`
  p.stop = () => new Promise((done) => { server.closeAllConnections(); server.close(done) })
  return p
}

test('inloggen met een passkey en bij de organisatie', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lemniscaat-oidc-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(join(folder, 'oidc.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const idp = await provider(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })))
  t.after(idp.stop)
  const port = await free()
  const site = `http://localhost:${port}`
  await writeFile(join(folder, 'lemniscaat.yaml'), [
    `oidc-uitgever: ${idp.url}`, 'oidc-naam: Gemeente Voorbeeldstad', 'oidc-client: lemniscaat', `oidc-sleutel-bestand: ${join(folder, 'oidc.pem')}`, 'oidc-acr: hoog=twee-factor', '',
  ].join('\n'))
  const house = await startServe({ args: ['--addr', `127.0.0.1:${port}`, '--url', site, '--config', join(folder, 'lemniscaat.yaml')] })
  t.after(house.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())
  const { page, problems } = await openPage(t, browser, site)
  const finger = await authenticator(page)
  const main = () => page.locator('main').innerText()
  // The way to the provider and back is meant.
  const elsewhere = () => {
    const kept = problems.filter((p) => !p.startsWith(`naar buiten: ${idp.url}`))
    problems.length = 0
    problems.push(...kept)
  }

  await t.test('een passkey als tweede stap', async () => {
    await page.goto(house.first().replace(/^http:\/\/[^/]+/, site))
    await type(page, 'Naam', 'Wilma Jansen')
    await type(page, 'Inlognaam', 'wilma')
    await type(page, 'Wachtwoord', password)
    await press(page, 'button', 'Bewaar en ga verder')
    await press(page, 'link', 'Liever een passkey dan een app?')
    await look(page, 'passkey maken')
    await type(page, 'Naam', 'n'.repeat(61))
    await press(page, 'button', 'Maak de passkey')
    assert.match(await main(), /hoogstens 60 tekens/)
    expected(problems, /400/)
    await look(page, 'passkey maken fout')
    await type(page, 'Naam', 'mijn telefoon')
    await press(page, 'button', 'Maak de passkey')
    assert.equal(await page.locator('.codes code').count(), 10)
    await page.goto('/account')
    assert.match(await main(), /Passkey mijn telefoon/)
    assert.deepEqual(problems, [])
  })

  await t.test('weer in: met alleen de passkey, en na het wachtwoord', async () => {
    await press(page, 'button', 'Uitloggen')
    await look(page, 'inloggen')
    await press(page, 'button', 'Log in met een passkey')
    assert.match(await page.locator('.who').innerText(), /Wilma Jansen/)
    await press(page, 'button', 'Uitloggen')
    await type(page, 'Inlognaam', 'wilma')
    await type(page, 'Wachtwoord', password)
    await press(page, 'button', 'Inloggen')
    await look(page, 'tweede stap met een passkey')
    await press(page, 'button', 'Gebruik uw passkey')
    assert.match(await page.locator('.who').innerText(), /Wilma Jansen/)
    await page.goto('/account/bevestig?terug=/account')
    await look(page, 'bevestigen')
    await press(page, 'button', 'Bevestig met uw passkey')
    assert.match(page.url(), /\/account$/)
    assert.match(await main(), /Laatst gebruikt op/)
    await press(page, 'button', 'Haal weg mijn telefoon')
    assert.match(await main(), /U moet een tweede stap houden/)
    expected(problems, /409/)
    assert.deepEqual(problems, [])
  })

  await t.test('zonder vinger, zonder browser die het kan, zonder JavaScript', async (t) => {
    await press(page, 'button', 'Uitloggen')
    await finger.verified(false)
    await focus(page, 'button', 'Log in met een passkey')
    await page.keyboard.press('Enter')
    await page.getByText('Er is geen passkey gekozen').waitFor()
    await look(page, 'niet gelukt')
    await finger.verified(true)
    assert.deepEqual(problems, [])
    const old = await openPage(t, browser, site)
    await old.page.addInitScript(() => delete window.PublicKeyCredential)
    await old.page.goto('/inloggen')
    await focus(old.page, 'button', 'Log in met een passkey')
    await old.page.keyboard.press('Enter')
    await old.page.getByText('Deze browser kan hier geen passkey gebruiken').waitFor()
    assert.deepEqual(old.problems, [])
    const bare = await openPage(t, browser, site, { javaScript: false })
    await bare.page.goto('/inloggen')
    await leave(bare.page, () => bare.page.getByRole('button', { name: 'Log in met een passkey' }).press('Enter'))
    assert.match(await bare.page.locator('main').innerText(), /is JavaScript nodig/)
  })

  await t.test('een collega verliest een passkey', async (t) => {
    await press(page, 'button', 'Log in met een passkey')
    await page.goto('/beheer/accounts')
    await type(page, 'Naam', 'Daan de Vries')
    await type(page, 'Inlognaam', 'daan@voorbeeld.nl')
    await press(page, 'button', 'Maak account en link')
    const link = await page.locator('code.secret').innerText()
    const other = await openPage(t, browser, site)
    await authenticator(other.page)
    await other.page.goto(link)
    await type(other.page, 'Wachtwoord', password)
    await press(other.page, 'button', 'Bewaar en ga verder')
    await other.page.goto('/account/passkey')
    await press(other.page, 'button', 'Maak de passkey')
    assert.match(await other.page.locator('main').innerText(), /Herstelcodes/)
    await page.goto('/beheer/accounts')
    await press(page, 'link', 'Daan de Vries')
    await look(page, 'account van een ander met een passkey')
    await tabTo(page, page.getByRole('button', { name: /^Haal weg / }))
    await leave(page, () => page.keyboard.press('Enter'))
    assert.match(await page.locator('body').innerText(), /De passkey is weg/)
    await other.page.goto('/account')
    assert.match(other.page.url(), /\/inloggen/, 'meteen uitgelogd')
    assert.deepEqual([...problems, ...other.problems], [])
  })

  await t.test('koppelen en inloggen bij de organisatie', async () => {
    await page.goto('/account')
    await press(page, 'link', 'Koppel aan Gemeente Voorbeeldstad')
    assert.match(await page.locator('body').innerText(), /U kunt nu ook inloggen bij uw organisatie/)
    await look(page, 'account gekoppeld')
    await press(page, 'button', 'Uitloggen')
    await press(page, 'link', 'Log in met Gemeente Voorbeeldstad')
    assert.match(await page.locator('.who').innerText(), /Wilma Jansen/)
    await press(page, 'button', 'Uitloggen')
    await look(page, 'uitgelogd, daar nog niet')
    await press(page, 'link', 'Log uit bij Gemeente Voorbeeldstad')
    assert.match(page.url(), /\/inloggen$/)
    assert.deepEqual(idp.said, [true, true], 'code, PKCE en handtekening kloppen')
    elsewhere()
    assert.deepEqual(problems, [])
  })

  await t.test('wat er daar mis kan gaan', async () => {
    for (const [mode, status, text] of [
      ['nee', 403, /Daar stopte het inloggen/], ['andere-staat', 400, /Dit duurde te lang/], ['zwak', 403, /niet sterk genoeg/],
      ['onbekend', 403, /kennen u hier nog niet[\s\S]*Vraag toegang/], ['stuk', 502, /antwoordt niet/],
    ]) {
      await page.goto('/inloggen')
      await focus(page, 'link', 'Log in met Gemeente Voorbeeldstad')
      idp.mode = mode
      idp.subject = mode === 'onbekend' ? 'iemand-anders' : 'wilma-daar'
      await leave(page, () => page.keyboard.press('Enter'))
      assert.match(await main(), text, mode)
      elsewhere()
      expected(problems, new RegExp(status))
      if (['onbekend', 'stuk'].includes(mode)) await look(page, `daar mis ${mode}`) // the others differ in one sentence
    }
  })
})
