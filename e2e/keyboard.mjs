// Somebody without a mouse: reaches everything with Tab, and types.
import assert from 'node:assert/strict'
import { tabTo } from './harness.mjs'

export class Keyboard {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page
    /** How many keys and choices it took, for the budget of a signal. */
    this.presses = 0
  }

  /** Follows a link or presses a button, and waits for the page that comes of it. */
  async press(target, { stays = false } = {}) {
    await this.reach(target)
    await this.assertFocusVisible(target)
    this.presses++
    if (stays) {
      await this.page.keyboard.press('Enter')
      return
    }
    await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), this.page.keyboard.press('Enter')])
  }

  async reach(target) {
    await target.waitFor({ state: 'attached' })
    // What is folded away cannot have the focus: open it as a person would.
    // From the outside in; an opened one is no longer among them.
    for (let folded; (folded = target.locator('xpath=ancestor::details[not(@open)][last()]')) && (await folded.count()) > 0; ) {
      await tabTo(this.page, folded.locator('> summary'), { limit: 400 })
      await this.page.keyboard.press('Enter')
    }
    await tabTo(this.page, target, { limit: 400 })
  }

  /** Types into a field, over what stands there. */
  async type(target, text) {
    await this.reach(target)
    if ((await target.getAttribute('type')) === 'date') {
      // A date field has the order of the browser's own language.
      const [year, month, day] = text.split('-')
      for (const digits of [day + month + year, month + day + year]) {
        for (let n = 0; n < 3; n++) await this.page.keyboard.press('ArrowLeft')
        await this.page.keyboard.type(digits)
        if ((await target.inputValue()) === text) break
      }
    } else {
      await this.page.keyboard.press('ControlOrMeta+A')
      await this.page.keyboard.type(text)
    }
    assert.equal(await target.inputValue(), text, 'wat er in het veld staat')
  }

  /** Chooses an option of a select with the arrows. */
  async choose(target, value) {
    await this.reach(target)
    await this.page.keyboard.press('Home')
    for (let n = 0; n < 200 && (await target.inputValue()) !== value; n++) await this.page.keyboard.press('ArrowDown')
    assert.equal(await target.inputValue(), value)
  }

  /** Chooses a radio button: Tab to the group, arrows within it. */
  async radio(form, name, value) {
    const group = form.locator(`input[type=radio][name="${name}"]`)
    const checked = group.and(this.page.locator(':checked'))
    await this.reach((await checked.count()) > 0 ? checked : group.first())
    this.presses++
    await this.page.keyboard.press('Space')
    for (let n = 0; n < 20; n++) {
      if (await group.and(this.page.locator(`[value="${value}"]`)).isChecked()) return
      await this.page.keyboard.press('ArrowDown')
    }
    throw new Error(`${name}: ${value} is niet te kiezen`)
  }

  /** What has the focus must show it: an outline or another look (WCAG 2.4.7). */
  async assertFocusVisible(target) {
    // The browser scrolls to the focus in a frame of its own, after the key.
    const shown = await target.evaluate(async (e) => {
      const inView = () => {
        const box = e.getBoundingClientRect()
        return box.bottom > 0 && box.top < innerHeight
      }
      for (let n = 0; n < 200 && !inView(); n++) await new Promise((done) => setTimeout(done, 50))
      const s = getComputedStyle(e)
      return {
        ring: (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none',
        inside: inView(),
        name: e.textContent.trim().slice(0, 60),
      }
    })
    assert.ok(shown.ring, `"${shown.name}" laat niet zien dat het de focus heeft`)
    assert.ok(shown.inside, `"${shown.name}" heeft de focus maar is niet in beeld`)
  }
}
