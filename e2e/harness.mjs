// What every browser test needs: the demo as a user starts it, a real Chromium,
// and pages on which nothing may go wrong unseen.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import axe from 'axe-core'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const binary = join(root, 'build', 'lemniscaat')

/** The widths on which every page is checked, in CSS pixels. */
export const widths = [320, 1280]

/**
 * Starts the demo in an empty data folder on a free port.
 * @param {{data?: string, args?: string[]}} [options] data: a folder to go on with
 * @returns {Promise<{url: string, data: string, millis: number, kill: (signal?: NodeJS.Signals) => Promise<number|null>, stop: () => Promise<void>}>}
 *   millis: from start to the first page that answers
 */
export function startDemo(options = {}) {
  return start('demo', options)
}

/**
 * Starts an own installation, with accounts. `first` is the link for the first
 * manager; '' when there is one.
 * @param {{data?: string, args?: string[]}} [options]
 * @returns {Promise<{url: string, data: string, first: () => string, millis: number, kill: (signal?: NodeJS.Signals) => Promise<number|null>, stop: () => Promise<void>}>}
 */
export function startServe(options = {}) {
  return start('serve', options)
}

async function start(command, options) {
  assert.ok(existsSync(binary), `${binary} bestaat niet: make build`)
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'lemniscaat-')))
  const started = performance.now()
  const child = spawn(binary, [command, '--addr', '127.0.0.1:0', '--data', data, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (part) => (log += part))
  const exited = new Promise((done) => child.once('exit', (code) => done(code)))
  let out = ''
  const url = await new Promise((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      out += `${line}\n`
      const match = line.match(/http:\/\/127\.0\.0\.1:\d+/)
      if (match) found(match[0])
    })
    exited.then((code) => failed(new Error(`${command} stopte met ${code}\n${log}`)))
  })
  const answer = await fetch(url)
  assert.equal(answer.status, 200, 'de eerste pagina antwoordt')
  await answer.text()
  const millis = performance.now() - started
  const first = () => out.match(/http:\S+\/uitnodiging\/\S+/)?.[0] ?? ''
  const kill = async (signal = 'SIGINT') => {
    child.kill(signal)
    return exited
  }
  const stop = async () => {
    await kill()
    if (!options.data) await rm(data, { recursive: true, force: true })
  }
  return { url, data, first, millis, kill, stop }
}

/** Starts Debian's Chromium with an empty profile and no traffic of its own. */
export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    timeout: 180_000, // a busy machine is slow, not broken
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

/**
 * A page in a context of its own. Whatever goes wrong on it (a message on the
 * console, an error in a script, a refused resource, an answer of 400 or more,
 * a request to elsewhere) is kept in `problems`.
 * @param {import('node:test').TestContext} t closes the page when it ends
 * @param {import('playwright-core').Browser} browser
 * @param {string} base
 * @param {{width?: number, height?: number, javaScript?: boolean}} [options]
 */
export async function openPage(t, browser, base, options = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    javaScriptEnabled: options.javaScript ?? true,
    locale: 'nl-NL',
    reducedMotion: 'reduce',
  })
  t.after(() => context.close())
  context.setDefaultTimeout(120_000) // a busy machine is slow, not broken
  const page = await context.newPage()
  /** @type {string[]} */
  const problems = []
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') problems.push(`console: ${m.text()} (${page.url()})`)
  })
  page.on('pageerror', (e) => problems.push(`script: ${e.message} (${page.url()})`))
  page.on('requestfailed', (r) => {
    // A page that is left breaks off what it was still fetching.
    if (r.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`aanvraag: ${r.url()} ${r.failure()?.errorText}`)
  })
  page.on('request', (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith('data:')) problems.push(`naar buiten: ${r.url()}`)
  })
  page.on('response', (r) => {
    if (r.status() >= 400) problems.push(`antwoord ${r.status()}: ${r.url()}`)
  })
  return { page, context, problems }
}

/** What axe looks for: WCAG 2.2 A and AA, and good practice. */
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Fails when axe finds a violation of WCAG 2.2 A or AA or of good practice.
 * axe is put in by the test driver, outside the page's content security policy,
 * once for as long as the page is not left. It looks at one frame: a page with
 * another one in it is refused.
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertAccessible(page, what) {
  assert.equal(page.frames().length, 1, `${what}: axe ziet niet in een frame`)
  if (!(await page.evaluate(() => typeof globalThis.axe?.run === 'function'))) await page.evaluate(axe.source)
  const { violations, passes } = await page.evaluate(
    async (runOnly) => {
      // The elements of what is right are not listed: that takes most of the time.
      const found = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] })
      return {
        violations: found.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, targets: nodes.map((n) => n.target.join(' ')) })),
        passes: found.passes.length,
      }
    },
    axeTags,
  )
  assert.ok(passes >= 10, `${what}: axe keek maar naar ${passes} dingen`)
  const found = violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.targets.slice(0, 5).join('\n    ')}`)
  assert.deepEqual(found, [], `${what}: axe vindt\n${found.join('\n')}`)
}

/**
 * Fails when the page is wider than the window: at 320 px nobody scrolls
 * sideways (WCAG 1.4.10). A table may scroll inside itself.
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertReflow(page, what) {
  const sizes = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }))
  assert.ok(sizes.content <= sizes.window, `${what}: ${sizes.content} px breed in een venster van ${sizes.window} px`)
}

/**
 * Presses Tab until the element has the focus, as someone without a mouse does.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} target
 * @param {{key?: string, limit?: number}} [options]
 * @returns {Promise<number>} how often the key was pressed
 */
export async function tabTo(page, target, options = {}) {
  const key = options.key ?? 'Tab'
  const wanted = await target.elementHandle()
  for (let n = 0; n <= (options.limit ?? 150); n++) {
    if (await wanted.evaluate((e) => e === document.activeElement)) return n
    await page.keyboard.press(key)
  }
  throw new Error(`niet te bereiken met ${key}: ${target}`)
}

/**
 * Does something that leads to another page, and waits until that page is there.
 * Waiting afterwards is too late: the old page is loaded already.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<void>} act
 */
export async function leave(page, act) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), act()])
}
