// Words of the pages, in one place: when a page changes, this file does.
import { leave } from './harness.mjs'

/**
 * The people of the demo, as the role switch names them.
 * @param {string} url
 * @returns {Promise<string[]>} ids
 */
export async function people(url) {
  const html = await (await fetch(url)).text()
  const options = html.match(/<select id="rol"[\s\S]*?<\/select>/)?.[0] ?? ''
  return [...options.matchAll(/<option value="([^"]+)"/g)].map((m) => m[1])
}

/**
 * Acts as somebody from now on, with the keyboard or without.
 * @param {import('playwright-core').Page} page on any page
 * @param {string} person id
 */
export async function chooseRole(page, person) {
  if (page.url() === 'about:blank') await page.goto('/')
  await page.locator('#rol').selectOption(person)
  await leave(page, () => page.locator('form[action="/rol"]:has(#rol) button').click())
}
