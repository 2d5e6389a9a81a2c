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

  for (const person of ['', ...(await people(demo.url))]) {
    await t.test(person || 'niemand gekozen', async (t) => {
      const { page, problems } = await openPage(t, browser, demo.url)
      if (person) await chooseRole(page, person)
      /** @type {Map<string, string>} the shape of an address to an address */
      const shapes = new Map()
      const queue = ['/']
      const seen = new Set(queue)
      while (queue.length > 0) {
        const path = queue.shift()
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 })
          await page.goto(path)
          await assertReflow(page, `${path} op ${width} px`)
          await assertAccessible(page, `${path} op ${width} px`)
        }
        assert.equal(await page.locator('h1').count(), 1, `${path}: één h1`)
        assert.match((await page.title()).trim(), /\S/, `${path}: titel`)
        for (const href of await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.href))) {
          const url = new URL(href)
          const next = url.pathname + url.search
          if (url.origin !== demo.url || seen.has(next) || url.pathname.startsWith('/vast/')) continue
          seen.add(next)
          // Of pages that differ in an id only, three are enough.
          const shape = next.replace(/[a-z]-[0-9a-f]{6,}/g, '*').replace(/artikel-\w+/g, '*')
          const count = Number(shapes.get(shape) ?? 0)
          shapes.set(shape, String(count + 1))
          if (count < 3 && /html|^$/.test((await fetch(url, { method: 'HEAD' })).headers.get('content-type') ?? '')) queue.push(next)
        }
      }
      assert.deepEqual(problems, [])
      assert.ok(seen.size >= 5, `maar ${seen.size} pagina's gevonden`)
      t.diagnostic(`${seen.size} adressen, ${shapes.size} vormen`)
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
