// What the browser masks while typing is what the server refuses: both are held
// to one list of texts (internal/privacy/testdata/teksten.json).
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import '../internal/web/static/own/mask.js'

test('maskeren in de browser is maskeren op de server', async (t) => {
  const list = JSON.parse(await readFile(new URL('../internal/privacy/testdata/teksten.json', import.meta.url)))
  const other = list.filter(({ tekst, gemaskeerd }) => globalThis.lemniscaatMask.mask(tekst) !== gemaskeerd)
  assert.deepEqual(
    other.map(({ tekst, gemaskeerd }) => ({ tekst, server: gemaskeerd, browser: globalThis.lemniscaatMask.mask(tekst) })),
    [],
  )
  assert.ok(list.length >= 600)
  t.diagnostic(`${list.length} teksten, overal gelijk`)
})

test('een lange tekst is snel gemaskeerd', () => {
  for (const piece of ['1 ', '06', 'NL91 ', 'a@', '1234 AB ', 'a.', '+', '((']) {
    const began = performance.now()
    globalThis.lemniscaatMask.mask(piece.repeat(2000 / piece.length))
    const took = performance.now() - began
    assert.ok(took < 20_000, `${piece}: ${Math.round(took)} ms`)
  }
})
