// The text editor of a rule: a plain field becomes CodeMirror, with what the
// server says about the text. Bundled by tools/assets; nothing is fetched from
// elsewhere.
import { autocompletion, completionKeymap, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands"
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language"
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint"
import { EditorState } from "@codemirror/state"
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, type Tooltip } from "@codemirror/view"
import { tags } from "@lezer/highlight"

interface Options {
  field: HTMLTextAreaElement
  label: HTMLElement
  help: HTMLElement | null
  nonce: string
  address: string // of the rule; the questions are below it
  changed: () => void // the text is another one
  check: () => Promise<void> // look now
  effect: HTMLElement // where the faults are listed, with links to their place
}

/** What the server says about a text; places count in characters, from 1. */
interface Fault { regel: number; teken: number; fout: boolean; tekst: string; hint?: string }
interface Help { tekst: string; soort?: string; uitleg?: string; van: number; tot: number }

const dutch = EditorState.phrases.of({
  "Diagnostics": "Meldingen", "No diagnostics": "Geen meldingen", "close": "sluit",
  "Completions": "Aanvullingen", "Control character": "Stuurteken",
})

// The words of the rule language that are not names.
const keywords = new Set(`regel consistentieregel beslistabel geldig altijd vanaf van tot en met moet moeten gesteld berekend geïnitialiseerd worden als op
  indien hij er aan alle volgende voorwaarde voorwaarden criterium criteria voldoet voldoen voldaan geen ten minste hoogste precies één twee drie vier is
  heeft hebben zijn niet leeg gevuld uniek groter kleiner gelijk ongelijk later eerder dan plus min maal gedeeld door verminderd minimum maximum minimale
  maximale som die dat afgerond naar boven beneden rekenkundig richting weg nul decimalen daarbij geldt de het een in hele jaren maanden
  dagen tijdsduur rekendatum waar onwaar`.split(/\s+/))
const strong = new Set(["regel", "consistentieregel", "beslistabel", "geldig", "indien", "daarbij", "moet", "moeten", "alle", "geen", "minste", "hoogste", "precies"])

const language = StreamLanguage.define<null>({
  startState: () => null,
  token(stream) {
    if (stream.match("//")) {
      stream.skipToEnd()
      return "comment"
    }
    if (stream.match(/'[^'\n]*'/)) return "string"
    if (stream.match(/\d[\d.,]*\s?((%|€|ct|jr|kw|mnd|wk|dg|uur)(\/(jr|kw|mnd|wk|dg|uur))?)?/)) return "number"
    const word = stream.match(/[\p{L}][\p{L}\p{N}-]*/u) as RegExpMatchArray | null
    if (word) {
      const w = word[0].toLowerCase()
      return strong.has(w) ? "keyword" : keywords.has(w) ? "operator" : "variableName"
    }
    stream.next()
    return null
  },
  languageData: { commentTokens: { line: "//" } },
})

// Colours come from the theme of the pages; each has enough contrast there.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--lem-accent-strong)", fontWeight: "600" },
  { tag: tags.operator, color: "var(--lem-soft)" },
  { tag: tags.number, color: "#8a2f0e", fontWeight: "500" },
  { tag: tags.string, color: "var(--lem-gold-ink)" },
  { tag: tags.comment, color: "var(--lem-soft)", fontStyle: "italic" },
])

const look = EditorView.theme({
  "&": { border: "1px solid var(--lem-line-strong)", borderRadius: "4px", backgroundColor: "var(--lem-paper)", color: "var(--lem-ink)" },
  "&.cm-focused": { outline: "3px solid var(--lem-ink)", outlineOffset: "2px", boxShadow: "0 0 0 6px var(--basis-focus-background-color)" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace", fontSize: "0.9375rem", lineHeight: "1.65" },
  ".cm-content": { minHeight: "14rem", paddingBlock: "0.6rem" },
  ".cm-content:focus-visible": { outline: "none", boxShadow: "none" }, // the frame shows it
  ".cm-gutters": { backgroundColor: "var(--lem-ground)", color: "var(--lem-soft)", borderInlineEnd: "1px solid var(--lem-line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--lem-accent-weak)" },
  ".cm-tooltip": { border: "1px solid var(--lem-line-strong)", borderRadius: "4px", backgroundColor: "var(--lem-paper)", color: "var(--lem-ink)", maxWidth: "26rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--lem-accent)", color: "#fff" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxWidth: "min(40rem, 90vw)" },
  ".cm-completionIcon": { display: "none" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
  ".cm-help": { padding: "0.5rem 0.75rem", fontSize: "0.9375rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic": { padding: "0.4rem 0.75rem" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--lem-rust) 2px", textUnderlineOffset: "3px" },
  // Drawn, not pictures in data: addresses, which the policy of the pages refuses.
  ".cm-lint-marker": { content: "normal", inlineSize: "0.7rem", blockSize: "0.7rem", borderRadius: "50%", marginBlockStart: "0.45rem", backgroundColor: "var(--lem-gold)" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--lem-rust)", borderRadius: "2px" },
  ".cm-lint-marker-warning": { content: "normal" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--lem-gold-ink) 2px", textUnderlineOffset: "3px" },
})

/** The offset of a place that counts in characters, as the server does. */
function offset(state: EditorState, line: number, column: number): number {
  const l = state.doc.line(Math.min(Math.max(1, line), state.doc.lines))
  let units = 0
  for (const c of l.text) {
    if (--column < 1) break
    units += c.length
  }
  return l.from + units
}

const characters = (text: string) => [...text].length

/** From a number of characters to an offset in the text. */
function units(text: string, n: number): number {
  let at = 0
  for (const c of text) {
    if (n-- <= 0) break
    at += c.length
  }
  return at
}

export function edit(o: Options): EditorView {
  const ask = async <T>(what: string, extra: Record<string, string>, signal?: AbortSignal): Promise<T | null> => {
    const body = new URLSearchParams({ tekst: view.state.doc.toString(), als: "tekst", ...extra })
    try {
      const answer = await fetch(`${o.address}/${what}`, { method: "POST", body, signal })
      return answer.ok ? ((await answer.json()) as T) : null
    } catch {
      return null // broken off, or no network: the button still works
    }
  }

  let asked: AbortController | null = null
  let timer = 0
  async function check() {
    clearTimeout(timer)
    asked?.abort()
    asked = new AbortController()
    const doc = view.state.doc
    const said = await ask<{ meldingen: Fault[] }>("controle", {}, asked.signal)
    if (!said || view.state.doc !== doc) return // typed on: the next answer counts
    const found = said.meldingen.map((f): Diagnostic => {
      const from = offset(view.state, f.regel, f.teken)
      const rest = view.state.doc.lineAt(from).text.slice(from - view.state.doc.lineAt(from).from)
      const word = rest.match(/^\S+/)?.[0].length ?? 0
      return { from, to: from + word, severity: f.fout ? "error" : "warning", message: f.hint ? `${f.tekst}. ${f.hint}` : `${f.tekst}.` }
    })
    view.dispatch(setDiagnostics(view.state, found.sort((a, b) => a.from - b.from)))
  }

  async function complete(context: CompletionContext): Promise<CompletionResult | null> {
    if (!context.explicit && !context.matchBefore(/[\p{L}]{2,}$/u)) return null
    const text = context.state.doc.toString()
    const stop = new AbortController()
    context.addEventListener("abort", () => stop.abort())
    const list = await ask<Help[]>("aanvullen", { plek: String(characters(text.slice(0, context.pos))) }, stop.signal)
    if (!list || list.length === 0) return null
    // Each may begin elsewhere: all are shown from the earliest on.
    const from = Math.min(...list.map((h) => units(text, h.van)))
    const options = list.map((h): Completion => ({
      label: text.slice(from, units(text, h.van)) + h.tekst, displayLabel: h.tekst, detail: [h.soort, h.uitleg].filter(Boolean).join(", "),
    }))
    return { from, options }
  }

  async function hover(view: EditorView, pos: number): Promise<Tooltip | null> {
    const text = view.state.doc.toString()
    const h = await ask<Help>("uitleg", { plek: String(characters(text.slice(0, pos))) })
    if (!h || !h.tekst) return null
    return {
      pos: units(text, h.van), end: units(text, h.tot), above: true,
      create() {
        const dom = document.createElement("div")
        dom.className = "cm-help"
        for (const [n, line] of (h.uitleg ?? h.tekst).split("\n").entries()) {
          const part = document.createElement(n === 0 ? "strong" : "div")
          part.textContent = line
          dom.append(part)
        }
        return { dom }
      },
    }
  }

  // Tab moves on in the page, as everywhere; Ctrl+] and Ctrl+[ indent.
  const view: EditorView = new EditorView({
    doc: o.field.value,
    extensions: [
      EditorView.cspNonce.of(o.nonce),
      dutch,
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(), lintGutter(), EditorView.lineWrapping,
      language, syntaxHighlighting(colours), look,
      autocompletion({ override: [complete], activateOnTypingDelay: 300 }),
      hoverTooltip(hover, { hoverTime: 400 }),
      keymap.of([
        { key: "Mod-s", preventDefault: true, run: () => { void Promise.all([check(), o.check()]); return true } },
        { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess },
        ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap,
      ]),
      EditorView.contentAttributes.of({
        "aria-labelledby": o.label.id, "aria-describedby": [o.field.getAttribute("aria-describedby"), o.help?.id].filter(Boolean).join(" "),
        "aria-multiline": "true", spellcheck: "false",
      }),
      EditorView.updateListener.of((u) => {
        if (!u.docChanged) return
        o.field.value = u.state.doc.toString()
        o.changed()
        clearTimeout(timer)
        timer = window.setTimeout(check, 300)
      }),
    ],
  })
  o.field.hidden = true
  o.field.after(view.dom)
  o.label.addEventListener("click", (e) => { e.preventDefault(); view.focus() })
  if (o.help) o.help.hidden = false

  /** Puts the cursor where a fault is. */
  function go(line: number, column: number) {
    const at = offset(view.state, line, column)
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) })
    view.focus()
  }
  for (const place of [o.effect, document.getElementById("fouten")]) {
    place?.addEventListener("click", (e) => {
      const link = (e.target as HTMLElement).closest("a")
      const line = link?.dataset.toLine ?? link?.hash.match(/^#regel-regel-(\d+)$/)?.[1]
      if (!line) return
      e.preventDefault()
      go(Number(line), Number(link?.dataset.toColumn ?? 1))
    })
  }
  void check()
  return view
}
