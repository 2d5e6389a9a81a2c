// Makes the picture of README.md from the running demo: node e2e/screenshots.mjs
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
} finally {
  await browser.close()
  await demo.stop()
}
