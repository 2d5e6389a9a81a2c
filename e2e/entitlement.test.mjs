// What a household is entitled to: from the first page to an amount, with
// questions that are asked once, without JavaScript too, at both widths.
import test from 'node:test'
import assert from 'node:assert/strict'
import { assertAccessible, assertReflow, leave, openPage, startBrowser, startDemo, widths } from './harness.mjs'

test('waar heeft dit huishouden recht op', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await startBrowser()
  t.after(() => browser.close())

  /** A refusal that was asked for is no problem; everything else is. */
  const unexpected = (problems) => problems.filter((p) => !/(antwoord|status of) 400/.test(p))

  for (const javaScript of [true, false]) {
    await t.test(javaScript ? 'met JavaScript' : 'zonder JavaScript', async (t) => {
      const { page, problems } = await openPage(t, browser, demo.url, { javaScript })
      const field = (name) => page.locator(`[name="${name}"]`)
      /** A field that may be needed stands folded. */
      const visible = async (name) => {
        const folded = page.locator(`details:not([open]):has([name="${name}"]) > summary`)
        if (await folded.count()) await folded.first().click()
        return field(name)
      }
      const send = async () => {
        await leave(page, () => page.locator('form[action="/recht"] > button').click())
      }
      const sound = async (what) => {
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 })
          await assertReflow(page, `${what} op ${width} px`)
          if (javaScript) await assertAccessible(page, `${what} op ${width} px`)
        }
      }
      await page.goto('/')
      await leave(page, () => page.locator('main a[href="/recht"]').click())
      await sound('het begin')
      for (const box of await page.locator('[name=regeling]').all()) {
        assert.ok(await box.isChecked(), 'alles is gekozen')
        await box.uncheck()
      }
      await field('volwassenen').fill('300')
      await send()
      assert.equal(await page.locator('#fouten li').count(), 2)
      await sound('een huishouden dat niet kan')
      await page.locator('[name=regeling][value=zorgtoeslag]').check()
      await page.locator('[name=regeling][value=aow]').check()
      await field('volwassenen').fill('1')
      await send()

      // Every question stands there once; a wrong answer stops nothing else.
      await (await visible('aanvrager.verzekerd')).selectOption('ja')
      await (await visible('aanvrager.geboortedatum')).fill('31-2-1990')
      await sound('de vragen')
      await send()
      assert.match(await page.locator('#recht-aanvrager-geboortedatum-fout').innerText(), /geen bestaande datum/)
      assert.equal(await field('aanvrager.geboortedatum').inputValue(), '31-2-1990')
      await sound('een fout bij een veld')
      await field('aanvrager.geboortedatum').fill('2-4-1990')
      await (await visible('aanvrager.vermogen')).fill('0')
      await (await visible('aanvrager.toetsingsinkomen')).fill('0')
      await send()
      assert.equal(await page.locator('.entitlements a[href^="#"]').count(), 0, 'er ontbreekt niets')
      assert.match(await page.locator('.entitlements').innerText(), /€\s129\s+per maand/)
      await page.locator('#uitleg-zorgtoeslag > summary').click()
      assert.match(await page.locator('#uitleg-zorgtoeslag').innerText(), /U krijgt .*zorgtoeslag/)
      await sound('de uitkomst')
      assert.equal(new URL(page.url()).search, '', 'niets in het adres')
      assert.deepEqual(unexpected(problems), [])
    })
  }
})
