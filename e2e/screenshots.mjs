// Makes the pictures of README.md from the running demo: node e2e/screenshots.mjs
import { mkdirSync } from 'node:fs'
import { startBrowser, startDemo } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

const demo = await startDemo()
const browser = await startBrowser()
try {
  const context = await browser.newContext({ baseURL: demo.url, viewport: { width: 1280, height: 1010 }, locale: 'nl-NL' })
  const page = await context.newPage()
  await chooseRole(page, 'karim')
  mkdirSync(new URL('../docs/images', import.meta.url), { recursive: true })
  await page.goto('/regelingen/individuele-inkomenstoeslag')
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: new URL('../docs/images/regeling.png', import.meta.url).pathname })

  await page.goto('/simulaties')
  await page.locator('main select').first().selectOption({ label: 'Toeslagen bouwen rustiger af' })
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Start de simulatie' }).click()])
  const verdict = page.locator('h1.verdict')
  for (let n = 0; n < 120 && (await verdict.count()) === 0; n++) {
    await page.waitForTimeout(1000)
    await page.reload()
  }
  await verdict.waitFor()
  // The sentence, and below it who wins and who loses.
  await page.setViewportSize({ width: 1280, height: 620 })
  await page.evaluate(() => scrollTo(0, 140))
  await page.screenshot({ path: new URL('../docs/images/simulatie.png', import.meta.url).pathname })
} finally {
  await browser.close()
  await demo.stop()
}
