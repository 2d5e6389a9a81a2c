// Makes the pictures of README.md and docs/gebruik from the running program:
// node e2e/screenshots.mjs [NAME …]
import { createHmac } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { leave, startBrowser, startDemo } from './harness.mjs'
import { chooseRole } from './lemniscaat.mjs'

const images = fileURLToPath(new URL('../docs/images', import.meta.url))
const regulation = 'individuele-inkomenstoeslag'
/** No picture of docs/gebruik is larger: they are in the repository. */
const most = 120 * 1024
const wanted = process.argv.slice(2)

/**
 * Keeps what is seen from the top of an element, at most `height` pixels high.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {{top?: string, height?: number}} [part] top: selector; without: main
 */
async function shoot(page, name, part = {}) {
  await page.evaluate(() => document.fonts.ready)
  const box = await page.locator(part.top ?? 'main').first().boundingBox()
  const size = page.viewportSize()
  const y = Math.max(0, box.y - 8)
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  const path = join(images, `${name}.png`)
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y, width: size.width, height: Math.min(part.height ?? 520, whole - y) } })
  const bytes = statSync(path).size
  console.log(`${name} ${Math.ceil(bytes / 1024)} kB`)
  if (bytes > most) throw new Error(`${name}: ${bytes} bytes, ten hoogste ${most}`)
}

/** The pictures of README.md. */
async function readme(page) {
  await chooseRole(page, 'karim')
  await page.goto(`/regelingen/${regulation}`)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(images, 'regeling.png') })

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
  await page.evaluate(() => scrollTo(0, document.querySelector('.where').offsetTop))
  await page.screenshot({ path: join(images, 'simulatie.png') })
}

/** One per role, of the demo. */
const roles = {
  async balie(page) {
    await chooseRole(page, 'samira')
    await page.goto('/')
    await shoot(page, 'gebruik-balie-start')
    await page.goto(`/signaal?regeling=${regulation}&artikel=verordening-artikel-2`)
    await shoot(page, 'gebruik-balie-signaal', { height: 640 })
  },
  async teamleider(page) {
    await chooseRole(page, 'marijke')
    await page.goto('/team')
    await shoot(page, 'gebruik-teamleider-team')
    await page.goto('/maatwerk')
    await shoot(page, 'gebruik-teamleider-maatwerk')
  },
  async beleid(page) {
    await chooseRole(page, 'femke')
    await page.goto('/knelpunten')
    await leave(page, () => page.getByRole('link', { name: /36 maanden inkomen/ }).first().click())
    await shoot(page, 'gebruik-beleid-knelpunt', { height: 640 })
  },
  async uitvoering(page) {
    await chooseRole(page, 'karim')
    await page.goto('/')
    await shoot(page, 'gebruik-uitvoering-start')
    await page.goto(`/regelingen/${regulation}/proberen`)
    await shoot(page, 'gebruik-uitvoering-proberen')
  },
  async inwoner(page) {
    await page.goto('/')
    await chooseRole(page, '')
    await page.setViewportSize({ width: 640, height: 900 })
    await page.goto('/er-ging-iets-mis')
    await shoot(page, 'gebruik-inwoner-bericht', { height: 760 })
  },
  async raad(page) {
    // What is due climbs to the council when it is late for eight weeks.
    await page.goto('/')
    const moved = await page.request.post('/demo/klok', { form: { klok: '2026-11-20', terug: '/' } })
    if (!moved.ok()) throw new Error(`de klok: ${moved.status()}`)
    await chooseRole(page, '')
    await page.goto('/voor-de-raad')
    await shoot(page, 'gebruik-raad-lijst', { height: 620 })
    await page.goto('/veranderd')
    await leave(page, () => page.getByRole('link', { name: 'De maand van de wijziging hiervoor' }).click())
    await shoot(page, 'gebruik-raad-veranderd')
  },
}

/** The code that an app shows now, for a secret in base32 (RFC 6238). */
function code(secret) {
  let bits = ''
  for (const c of secret.replace(/[ =]/g, '')) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const at = Buffer.alloc(8)
  at.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(at).digest()
  const from = mac[19] & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** An own installation, from the first link to the accounts. */
async function manager(browser) {
  const data = await mkdtemp(join(tmpdir(), 'lemniscaat-'))
  const binary = fileURLToPath(new URL('../build/lemniscaat', import.meta.url))
  const child = spawn(binary, ['serve', '--addr', '127.0.0.1:0', '--data', join(data, 'eigen')], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise((done) => child.once('exit', done))
  try {
    const link = await new Promise((found, failed) => {
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          said += line + '\n'
          const m = line.match(/http:\/\/127\.0\.0\.1:\d+\/uitnodiging\S*/)
          if (m) found(m[0])
        })
      }
      exited.then((status) => failed(new Error(`serve stopte met ${status}\n${said}`)))
      setTimeout(() => failed(new Error(`geen link\n${said}`)), 60_000).unref()
    })
    const context = await browser.newContext({ baseURL: new URL(link).origin, viewport: { width: 1000, height: 900 }, locale: 'nl-NL' })
    const page = await context.newPage()
    await page.goto(link)
    await manage(page)
  } finally {
    child.kill('SIGINT')
    await exited
    await rm(data, { recursive: true, force: true })
  }
}

/** Makes the first manager, with an app for codes, and looks at the accounts. */
async function manage(page) {
  await page.locator('input[name="naam"]').fill('Robin de Boer')
  await page.locator('input[name="inlognaam"]').fill('robin')
  await page.locator('input[name="nieuw"]').fill('paarse fiets onder water')
  await shoot(page, 'gebruik-beheerder-eerste')
  await leave(page, () => page.locator('main form button').first().click())
  await page.locator('input[name="code"]').fill(code(await page.locator('code.secret').innerText()))
  await leave(page, () => page.locator('main form.panel button').first().click())
  await page.goto('/beheer/accounts')
  await shoot(page, 'gebruik-beheerder-accounts')
}

mkdirSync(images, { recursive: true })
const browser = await startBrowser()
const demo = await startDemo()
try {
  for (const [name, make] of [['readme', readme], ...Object.entries(roles)]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const height = name === 'readme' ? { width: 1280, height: 1010 } : { width: 1000, height: 900 }
    const context = await browser.newContext({ baseURL: demo.url, viewport: height, locale: 'nl-NL' })
    await make(await context.newPage())
    await context.close()
  }
  if (wanted.length === 0 || wanted.includes('beheerder')) await manager(browser)
} finally {
  await browser.close()
  await demo.stop()
}
