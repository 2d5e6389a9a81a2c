// The harness itself must be able to fail: without this, a green run says little.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { assertAccessible, assertReflow, openPage, startBrowser, tabTo } from './harness.mjs'

/** Serves one page of HTML under a strict policy. */
async function serve(t, body) {
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end()
      return
    }
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'self'; script-src 'self'",
    })
    response.end(`<!doctype html><html lang="nl"><head><title>Proef</title></head><body><main><h1>Proef</h1>${body}</main></body></html>`)
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${server.address().port}`
}

test('het gereedschap vindt wat er mis is', async (t) => {
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('een goede pagina geeft niets', async (t) => {
    const url = await serve(t, '<p>Goed zo.</p>')
    const { page, problems } = await openPage(t, browser, url, { width: 320 })
    await page.goto('/')
    await assertAccessible(page, 'goed')
    await assertReflow(page, 'goed')
    assert.deepEqual(problems, [])
  })

  await t.test('een plaatje zonder tekst', async (t) => {
    const url = await serve(t, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')
    const { page } = await openPage(t, browser, url)
    await page.goto('/')
    await assert.rejects(assertAccessible(page, 'plaatje'), /image-alt/)
  })

  await t.test('te weinig contrast, een veld zonder naam, een kop te diep', async (t) => {
    const url = await serve(t, '<form><input id="a"></form><table><tr><td>x</td></tr></table><p><font color="#aaaaaa">Bleek</font></p><h4>Te diep</h4>')
    const { page } = await openPage(t, browser, url)
    await page.goto('/')
    await assert.rejects(assertAccessible(page, 'fout'), (e) => {
      for (const rule of ['color-contrast', 'label', 'heading-order']) assert.match(e.message, new RegExp(`^${rule} `, 'm'))
      return true
    })
    // What is mended is no longer found: every look is a new one.
    await page.evaluate(() => document.querySelectorAll('form, font, h4').forEach((e) => e.remove()))
    await assertAccessible(page, 'hersteld')
  })

  await t.test('een pagina in een pagina', async (t) => {
    const url = await serve(t, '<iframe title="Binnen" src="about:blank"></iframe>')
    const { page } = await openPage(t, browser, url)
    await page.goto('/')
    await assert.rejects(assertAccessible(page, 'frame'), /ziet niet in een frame/)
  })

  await t.test('een script in de pagina', async (t) => {
    const url = await serve(t, '<script>window.kwaad = true</script>')
    const { page, problems } = await openPage(t, browser, url)
    await page.goto('/')
    assert.ok(problems.some((p) => /Content Security Policy/.test(p)), problems.join('\n'))
  })

  await t.test('iets dat er niet is, en iets van elders', async (t) => {
    const url = await serve(t, '<img alt="" src="/weg.png"><img alt="" src="http://127.0.0.1:9/x.png">')
    const { page, problems } = await openPage(t, browser, url)
    await page.goto('/')
    assert.ok(problems.some((p) => p.startsWith('antwoord 404')), problems.join('\n'))
    assert.ok(problems.some((p) => /Content Security Policy|naar buiten/.test(p)), problems.join('\n'))
  })

  await t.test('te breed, en niet te bereiken', async (t) => {
    const url = await serve(t, '<p>Eenheelonbreekbaarwoord'.padEnd(200, 'a') + '</p><button tabindex="-1">Weg</button><a href="/">Hier</a>')
    const { page } = await openPage(t, browser, url, { width: 320 })
    await page.goto('/')
    await assert.rejects(assertReflow(page, 'breed'), /px breed/)
    await tabTo(page, page.getByRole('link', { name: 'Hier' }), { limit: 5 })
    await assert.rejects(tabTo(page, page.getByRole('button', { name: 'Weg' }), { limit: 5 }), /niet te bereiken/)
  })
})
