// Every page that can be reached by links from the first one, as every person
// of the demo, at both widths: no violation for axe, nothing wider than the
// window, nothing on the console, no answer of 400 or more.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, openPage, startBrowser, startDemo, widths } from './harness.mjs'
import { chooseRole, people } from './lemniscaat.mjs'

/**
 * What a page shows, without what is different every time, and where it leads.
 * It runs in the browser. Links of the ∞ stand in SVG, so href is read as text.
 */
function parse(html) {
  const doc = new DOMParser().parseFromString(html, 'text/html')
  const links = [...doc.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))
  const main = doc.querySelector('main')
  main.querySelectorAll('input[type=hidden]').forEach((e) => e.remove())
  main.querySelectorAll('[data-nonce]').forEach((e) => e.removeAttribute('data-nonce'))
  return { shown: main.innerHTML, links }
}

/**
 * The address without what only names one thing of many: an id, an article, a
 * rule, a month, a regulation of which the page is one of many of its kind.
 * The page of each regulation itself and of its articles stays.
 */
function shapeOf(address) {
  return address
    .replace(/^\/(gevolgen|driehoeken|stand)\/[^/?]+/, '/$1/*')
    .replace(/^\/regelingen\/[^/?]+\/(vergelijk|proberen|gegevens)/, '/regelingen/*/$1')
    .replace(/\b[a-z]-[0-9a-f]{6,}/g, '*')
    .replace(/(artikel|regel|regeling|maand)=[^&]+/g, '$1=*')
    .replace(/artikel-[\w-]+/g, '*')
    .replace(/\/regels\/[^?]+/, '/regels/*')
    .replace(/\d{4}-\d{2}-\d{2}/g, '*')
}

test('elke pagina, als iedereen', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  await t.test('het begin', (t) => {
    // The bar stands in make start: here other tests run at the same time.
    t.diagnostic(`de eerste pagina na ${Math.round(demo.millis)} ms`)
    assert.ok(demo.millis < 300_000)
  })

  await t.test('een voorstel, zodat ook de regels daarvan bekeken worden', async (t) => {
    const { page } = await openPage(t, browser, demo.url)
    await chooseRole(page, 'karim')
    const made = await page.request.post('/voorstellen', { form: { regeling: 'individuele-inkomenstoeslag', titel: 'Ruimere grens' }, maxRedirects: 0 })
    assert.equal(made.status(), 303)
  })

  /** What was checked: a page that shows one person the same as another is checked once. */
  const checked = new Set()
  let looked = 0
  for (const person of ['', ...(await people(demo.url))]) {
    await t.test(person || 'niemand gekozen', async (t) => {
      const { page, problems } = await openPage(t, browser, demo.url)
      await page.goto('/')
      if (person) await chooseRole(page, person)
      /** @type {Map<string, number>} pages per shape of address */
      const shapes = new Map()
      const queue = ['/']
      const seen = new Set(queue)
      let fresh = 0
      let visited = 0
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
        const answer = await page.request.get(path)
        if (!answer.headers()['content-type']?.includes('html')) continue
        visited++
        if (answer.status() !== 200) wrong.push(`antwoord ${answer.status()}: ${path}`)
        const { shown, links } = await page.evaluate(parse, await answer.text())
        if (!checked.has(shown)) {
          checked.add(shown)
          fresh++
          await page.goto(path)
          for (const width of widths) {
            await page.setViewportSize({ width, height: 900 })
            await note(() => assertReflow(page, `${path} op ${width} px`))
            await note(() => assertAccessible(page, `${path} op ${width} px`))
            looked++
          }
          await note(async () => assert.equal(await page.locator('h1').count(), 1, `${path}: één h1`))
          await note(async () => assert.match(await page.title(), /\S · Lemniscaat$/, `${path}: titel`))
        }
        for (const href of links) {
          const url = new URL(href, answer.url())
          const next = url.pathname + url.search
          if (url.origin !== demo.url || seen.has(next) || url.pathname.startsWith('/vast/') || url.pathname.startsWith('/verhaal/')) continue // pages of a story are these pages: stories.test.mjs
          seen.add(next)
          // Of pages that differ in an id only, two are enough.
          const shape = shapeOf(next)
          shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
          if (shapes.get(shape) > 2) continue
          queue.push(next)
        }
      }
      assert.deepEqual([...new Set([...wrong, ...problems])], [])
      assert.ok(seen.size >= 5, `maar ${seen.size} pagina's gevonden`)
      t.diagnostic(`${seen.size} adressen, ${visited} pagina's bekeken, ${fresh} nieuw`)
    })
  }

  await t.test('genoeg gezien', (t) => {
    assert.equal(looked, checked.size * widths.length, 'elke andere pagina op elke breedte')
    assert.ok(checked.size >= 100, `maar ${checked.size} verschillende pagina's`)
    t.diagnostic(`${checked.size} verschillende pagina's, ${looked} keer axe`)
  })

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
