// Every page that can be reached by links from the first one, as every person
// of the demo, at both widths: no violation for axe, nothing wider than the
// window, nothing on the console, no answer of 400 or more.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, openPage, startBrowser, startDemo, widths } from './harness.mjs'
import { chooseRole, people } from './lemniscaat.mjs'

test('elke pagina, als iedereen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('start binnen twee seconden', () => {
    assert.ok(demo.millis < 2000, `${Math.round(demo.millis)} ms`)
  })

  await t.test('een voorstel, zodat ook de regels daarvan bekeken worden', async (t) => {
    const { page } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'karim')
    const made = await page.request.post('/voorstellen', { form: { regeling: 'individuele-inkomenstoeslag', titel: 'Ruimere grens' }, maxRedirects: 0 })
    assert.equal(made.status(), 303)
  })

  /** What was checked: a page that shows one person the same as another is checked once. */
  const checked = new Set()
  for (const person of ['', ...(await people(demo.url))]) {
    await t.test(person || 'niemand gekozen', async (t) => {
      const { page, problems } = await openPage(t, browser, demo.url)
      if (person) await chooseRole(page, person)
      /** @type {Map<string, number>} pages per shape of address */
      const shapes = new Map()
      const queue = ['/']
      const seen = new Set(queue)
      let fresh = 0
      /** @type {string[]} everything that is wrong, not only the first */
      const wrong = []
      const note = async (check) => {
        try {
          await check()
        } catch (e) {
          wrong.push(e.message)
        }
      }
      while (queue.length > 0) {
        const path = queue.shift()
        await page.setViewportSize({ width: widths[0], height: 900 })
        await page.goto(path)
        const shown = await page.locator('main').evaluate((main) => {
          const copy = main.cloneNode(true)
          copy.querySelectorAll('input[type=hidden]').forEach((e) => e.remove())
          return copy.innerHTML
        })
        if (!checked.has(shown)) {
          checked.add(shown)
          fresh++
          for (const width of widths) {
            await page.setViewportSize({ width, height: 900 })
            await note(() => assertReflow(page, `${path} op ${width} px`))
            await note(() => assertAccessible(page, `${path} op ${width} px`))
          }
          await note(async () => assert.equal(await page.locator('h1').count(), 1, `${path}: één h1`))
          await note(async () => assert.match(await page.title(), /\S · Lemniscaat$/, `${path}: titel`))
        }
        // Links of the ∞ stand in SVG: there href is not a text.
        for (const href of await page.locator('a[href]').evaluateAll((all) => all.map((a) => new URL(a.getAttribute('href'), location.href).href))) {
          const url = new URL(href)
          const next = url.pathname + url.search
          if (url.origin !== demo.url || seen.has(next) || url.pathname.startsWith('/vast/')) continue
          seen.add(next)
          // Of pages that differ in an id only, two are enough.
          const shape = next.replace(/\b[a-z]-[0-9a-f]{6,}/g, '*').replace(/artikel[-=][\w-]+/g, '*').replace(/\/regels\/[^?]+/, '/regels/*').replace(/regeling=[\w-]+/, '*')
          shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
          if (shapes.get(shape) > 2) continue
          const kind = (await fetch(url, { method: 'HEAD' })).headers.get('content-type') ?? ''
          if (kind.includes('html')) queue.push(next)
        }
      }
      assert.deepEqual([...new Set([...wrong, ...problems])], [])
      assert.ok(seen.size >= 5, `maar ${seen.size} pagina's gevonden`)
      t.diagnostic(`${seen.size} adressen, ${fresh} nieuw`)
    })
  }

  await t.test('lezen zonder JavaScript', async (t) => {
    const { page, problems } = await openPage(t, browser, demo.url, { javaScript: false })
    for (const path of ['/', '/rondleiding', '/regelingen/individuele-inkomenstoeslag', '/register', '/signaal']) {
      await page.goto(path)
      assert.ok((await page.locator('main').innerText()).length > 100, `${path}: er staat tekst`)
      assert.equal(await page.locator('[aria-busy=true]').count(), 0, `${path}: niets wacht op een script`)
    }
    assert.deepEqual(problems, [])
  })

  await t.test('koppen van elk antwoord', async () => {
    for (const path of ['/', '/bestaat-niet', '/register']) {
      const answer = await fetch(demo.url + path)
      const policy = answer.headers.get('content-security-policy') ?? ''
      assert.ok(policy.includes("default-src") && !policy.includes('unsafe'), `${path}: ${policy}`)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
      assert.match(policy, /frame-ancestors 'none'/, path)
    }
    assert.equal((await fetch(demo.url + '/bestaat-niet')).status, 404)
    assert.equal((await fetch(demo.url + '/register', { method: 'DELETE' })).status, 405)
    const foreign = await fetch(demo.url + '/rol', { method: 'POST', headers: { Origin: 'http://kwaad.example', 'Sec-Fetch-Site': 'cross-site' } })
    assert.equal(foreign.status, 403, 'een formulier van elders')
  })
})
