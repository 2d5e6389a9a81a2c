package lsp_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/lsp"
)

const article2 = "zorgtoeslag/artikel-2.md"

func TestLifecycle(t *testing.T) {
	t.Parallel()
	c := start(t)
	if got := c.refused(-32002, "textDocument/hover", map[string]any{}); !strings.Contains(got, "initialize") {
		t.Errorf("before initialize: %q", got)
	}
	c.notify("textDocument/didOpen", map[string]any{}) // too early: dropped
	var r struct {
		Capabilities struct {
			PositionEncoding string `json:"positionEncoding"`
			HoverProvider    bool   `json:"hoverProvider"`
		} `json:"capabilities"`
	}
	if err := json.Unmarshal(c.initialize(), &r); err != nil || r.Capabilities.PositionEncoding != "utf-16" || !r.Capabilities.HoverProvider {
		t.Errorf("%v %+v", err, r)
	}
	c.refused(-32600, "initialize", map[string]any{})
	c.refused(-32601, "textDocument/paint", map[string]any{})
	c.refused(-32602, "textDocument/hover", []int{1})
	c.refused(-32602, "textDocument/hover", map[string]any{})
	c.notify("$/setTrace", map[string]any{})
	c.notify("unknown/thing", nil)
	if a := c.ask("shutdown", nil); a.Error != nil || string(a.Result) != "null" {
		t.Errorf("shutdown: %+v", a)
	}
	c.refused(-32600, "textDocument/hover", map[string]any{})
	c.notify("exit", nil)
	if err := c.exit(); err != nil {
		t.Errorf("after a proper end: %v", err)
	}
}

func TestExitWithoutShutdown(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	c.notify("exit", nil)
	if err := c.exit(); !errors.Is(err, lsp.ErrExit) {
		t.Errorf("got %v", err)
	}
	c = start(t)
	c.in.Close()
	if err := c.exit(); !errors.Is(err, lsp.ErrExit) {
		t.Errorf("an editor that went away: got %v", err)
	}
}

// A message that cannot be read gets an error, and the next one is read.
func TestMalformedMessages(t *testing.T) {
	t.Parallel()
	for _, m := range []struct {
		text string
		code int
	}{
		{"Content-Length: 5\r\n\r\n{nee}", -32700},
		{"Content-Length: 2\r\n\r\n[]", -32600},
		{"Content-Length: 17\r\n\r\n{\"jsonrpc\":\"1.0\"}", -32600},
		{"Content-Length: veel\r\n\r\n", -32700},
		{"Content-Length: -4\r\n\r\n", -32700},
		{"Content-Type: tekst\r\n\r\n", -32700},
		{"X: " + strings.Repeat("x", 100_000) + "\r\n\r\n", -32700},
		{"Content-Length: 41\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"init\"}", -32600},
		{"Content-Length: 33554433\r\n\r\n" + strings.Repeat(" ", 33554433), -32600},
	} {
		c := start(t)
		c.raw(m.text)
		a := c.heard("an error", func(a answer) bool { return a.Error != nil })
		if a.Error.Code != m.code || string(a.ID) != "null" && a.ID != nil {
			t.Errorf("%.40q: %d with id %s", m.text, a.Error.Code, a.ID)
		}
		c.initialize()
	}
}

func TestHalfAMessageEndsTheSession(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.raw("Content-Length: 500\r\n\r\n{")
	c.in.Close()
	if err := c.exit(); err == nil || errors.Is(err, lsp.ErrExit) {
		t.Errorf("got %v", err)
	}
}

func TestDiagnosticsOfAnUnsavedText(t *testing.T) {
	t.Parallel()
	for _, eol := range []string{"\n", "\r\n"} {
		c := start(t)
		c.initialize()
		text := c.open(article2)
		text = strings.ReplaceAll(text, "\n", eol)
		c.change(article2, map[string]any{"text": text})
		c.notes(article2, func(ns []note) bool { return !slices.ContainsFunc(ns, func(n note) bool { return n.Severity == 1 }) })

		// An emoji and an accent stand before the place, on its line.
		at := find(t, text, "zijn |toetsingsinkomen plus")
		c.change(article2, map[string]any{"range": span{at, at}, "text": "// é 🙂" + eol + "  /* */ "},
			map[string]any{"range": span{place{at.Line + 1, 2}, place{at.Line + 1, 8}}, "text": ""})
		line := strings.Split(text, eol)[at.Line]
		changed := strings.Replace(text, line, line[:at.Character]+"// é 🙂"+eol+"  "+line[at.Character:], 1)
		wrong := find(t, changed, "toets|ingsinkomen plus")
		c.change(article2, map[string]any{"range": span{wrong, place{wrong.Line, wrong.Character + 3}}, "text": "inx"})
		changed = strings.Replace(changed, "toetsingsinkomen plus", "toetsinxsinkomen plus", 1)
		ns := c.notes(article2, has("onbekende-naam"))
		if got := ns[0].Range; got.Start != find(t, changed, "|toetsinxsinkomen") || got.End != find(t, changed, "toetsinxsinkomen|") {
			t.Errorf("the diagnostic is at %+v", got)
		}

		type action struct {
			Title string `json:"title"`
			Edit  struct {
				Changes map[string][]edit `json:"changes"`
			} `json:"edit"`
		}
		as := get[[]action](c, "textDocument/codeAction", map[string]any{"textDocument": c.doc(article2), "range": ns[0].Range, "context": map[string]any{"diagnostics": ns}})
		if len(as) != 1 || !strings.Contains(apply(t, changed, as[0].Edit.Changes[c.uri(article2)]), "toetsingsinkomen plus") {
			t.Fatalf("actions: %+v", as)
		}
		if as := get[[]action](c, "textDocument/codeAction", map[string]any{"textDocument": c.doc(article2), "range": ns[0].Range, "context": map[string]any{"only": []string{"refactor"}}}); len(as) != 0 {
			t.Errorf("a fix is no refactoring: %+v", as)
		}

		// Closing the file takes the unsaved text away.
		c.notify("textDocument/didClose", map[string]any{"textDocument": c.doc(article2)})
		c.notes(article2, func(ns []note) bool { return !has("onbekende-naam")(ns) })
	}
}

// A change in one file shows in another; slow findings come after a pause.
func TestTwoFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("checks all that ships")
	}
	t.Parallel()
	c := start(t)
	c.initialize()
	c.notes("zorgtoeslag/stappen.yaml", has("bekend-bij-register"))
	words := c.open("zorgtoeslag/gegevens.md")
	c.change("zorgtoeslag/gegevens.md", map[string]any{"text": strings.Replace(words, "Parameter het drempelinkomen", "Parameter het basisbedrag", 1)})
	c.notes(article2, has("onbekende-naam"))
	c.change("zorgtoeslag/gegevens.md", map[string]any{"text": strings.Replace(words, "de normpremie ", "de normpremie Bedrag;\n    de normpremie ", 1)})
	ns := c.notes("zorgtoeslag/gegevens.md", has("dubbele-declaratie"))
	i := slices.IndexFunc(ns, func(n note) bool { return n.Code == "dubbele-declaratie" })
	if len(ns[i].RelatedInformation) != 1 || ns[i].RelatedInformation[0].Location.URI != c.uri("zorgtoeslag/gegevens.md") {
		t.Errorf("no other place: %+v", ns[i])
	}
}

func TestChangesOnDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("checks all that ships")
	}
	t.Parallel()
	c := start(t)
	c.initialize()
	c.notes("zorgtoeslag/stappen.yaml", has("bekend-bij-register"))
	file := filepath.Join(c.root, "zorgtoeslag", "artikel-9.md")
	if err := os.WriteFile(file, []byte("---\nid: artikel-9\ntitel: Nieuw\n---\n```regelspraak\nRegel x\n```\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	changed := map[string]any{"changes": []any{map[string]any{"uri": c.uri("zorgtoeslag/artikel-9.md"), "type": 1}}}
	c.notify("workspace/didChangeWatchedFiles", changed)
	c.notes("zorgtoeslag/artikel-9.md", has("geldigheid"))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didChangeWatchedFiles", changed)
	c.notes("zorgtoeslag/artikel-9.md", func(ns []note) bool { return len(ns) == 0 })
}

func TestCompletionHoverAndDefinition(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	// A half typed rule, after text with signs of two units.
	text := "🙂 é " + c.open(article2)
	text = strings.TrimPrefix(text, "🙂 é ")
	text = strings.Replace(text, "# Hoe hoog", "# 🙂 Hoe hoog", 1)
	text = strings.Replace(text, "zijn toetsingsinkomen plus het", "/* 🙂 */ zijn toet", 1)
	text = strings.Replace(text, "/* 🙂 */ ", "", 1)
	c.change(article2, map[string]any{"text": text})
	type item struct {
		Label         string `json:"label"`
		Detail        string `json:"detail"`
		Documentation struct {
			Value string `json:"value"`
		} `json:"documentation"`
		TextEdit edit `json:"textEdit"`
	}
	list := get[struct {
		Items []item `json:"items"`
	}](c, "textDocument/completion", c.at(article2, text, "zijn toet|"))
	if len(list.Items) == 0 || list.Items[0].Label != "toetsingsinkomen" {
		t.Fatalf("completion: %+v", list.Items)
	}
	if got := apply(t, text, []edit{list.Items[0].TextEdit}); !strings.Contains(got, "zijn toetsingsinkomen toetsingsinkomen van") {
		t.Error("the completion does not replace what was typed")
	}

	at := c.at(article2, text, "van het drempel|inkomen\n")
	h := get[struct {
		Contents struct {
			Value string `json:"value"`
		} `json:"contents"`
		Range span `json:"range"`
	}](c, "textDocument/hover", at)
	for _, part := range []string{"parameter van zorgtoeslag", "Bedrag", "29.736 €", "folder Dienst Toeslagen 2026", "niet geverifieerd"} {
		if !strings.Contains(h.Contents.Value, part) {
			t.Errorf("the hover does not say %q: %s", part, h.Contents.Value)
		}
	}
	if h.Range.Start != find(t, text, "van het |drempelinkomen\n") {
		t.Errorf("hover at %+v", h.Range)
	}
	type location struct {
		URI   string `json:"uri"`
		Range span   `json:"range"`
	}
	var files []string
	for _, l := range get[[]location](c, "textDocument/definition", at) {
		files = append(files, strings.TrimPrefix(l.URI, c.uri("")+"/"))
	}
	slices.Sort(files)
	if !slices.Equal(files, []string{"zorgtoeslag/gegevens.md", "zorgtoeslag/parameters.yaml"}) {
		t.Errorf("definition: %q", files)
	}
	at["context"] = map[string]any{"includeDeclaration": false}
	if ls := get[[]location](c, "textDocument/references", at); len(ls) != 5 {
		t.Errorf("references: %+v", ls)
	}
	// Nothing there, and a file that is of no regulation.
	if a := c.ask("textDocument/hover", c.at(article2, text, "moet |berekend")); string(a.Result) != "null" {
		t.Errorf("hover over a keyword: %s", a.Result)
	}
	for _, uri := range []string{"untitled:Untitled-1", "file:///er/is/niets.md", "http://x/y.md", ":"} {
		if a := c.ask("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": uri}, "position": place{1, 1}}); a.Error != nil || string(a.Result) != "null" {
			t.Errorf("%s: %+v", uri, a)
		}
	}
}

func TestRenameFormatAndSymbols(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	text := c.open(article2)
	at := c.at(article2, text, "zijn norm|premie")
	p := get[struct {
		Range       span   `json:"range"`
		Placeholder string `json:"placeholder"`
	}](c, "textDocument/prepareRename", at)
	if p.Placeholder != "normpremie" {
		t.Errorf("prepare: %+v", p)
	}
	at["newName"] = "eigen bijdrage"
	r := get[struct {
		Changes map[string][]edit `json:"changes"`
	}](c, "textDocument/rename", at)
	after := apply(t, text, r.Changes[c.uri(article2)])
	if len(r.Changes) < 2 || strings.Contains(after, "zijn normpremie") || !strings.Contains(after, "zijn eigen bijdrage") || !strings.Contains(after, "De eigen bijdrage van") {
		t.Errorf("rename: %v", r.Changes)
	}
	at["newName"] = "vermogen"
	if why := c.refused(-32803, "textDocument/rename", at); !strings.Contains(why, "al gedeclareerd") {
		t.Errorf("a clash: %s", why)
	}
	c.refused(-32803, "textDocument/prepareRename", c.at(article2, text, "moet |berekend"))

	messy := strings.Replace(text, "\n        Het gezamenlijke toetsingsinkomen", "\n  Het   gezamenlijke toetsingsinkomen", 1)
	c.change(article2, map[string]any{"text": messy})
	es := get[[]edit](c, "textDocument/formatting", map[string]any{"textDocument": c.doc(article2), "options": map[string]any{"tabSize": 4}})
	if got := apply(t, messy, es); strings.Contains(got, "Het   gezamenlijke") || !strings.Contains(got, "\n        Het gezamenlijke") {
		t.Errorf("format: %+v", es)
	}
	ss := get[[]struct {
		Name  string `json:"name"`
		Range span   `json:"range"`
	}](c, "textDocument/documentSymbol", map[string]any{"textDocument": c.doc(article2)})
	if len(ss) < 10 || ss[0].Name != "gezamenlijk toetsingsinkomen" {
		t.Errorf("symbols: %+v", ss)
	}
}

// The editor may count bytes instead of UTF-16.
func TestPositionEncoding(t *testing.T) {
	t.Parallel()
	c := start(t)
	if got := string(c.initialize("utf-8", "utf-16")); !strings.Contains(got, `"positionEncoding":"utf-8"`) {
		t.Fatal(got)
	}
	text := c.open(article2)
	text = strings.Replace(text, "Regel gezamenlijk toetsingsinkomen", "Regel gezamenlijk één 🙂 inkomen", 1)
	c.change(article2, map[string]any{"text": text})
	line := find(t, text, "|Regel gezamenlijk één").Line
	ss := get[[]struct {
		SelectionRange span `json:"selectionRange"`
	}](c, "textDocument/documentSymbol", map[string]any{"textDocument": c.doc(article2)})
	if want := (span{place{line, 6}, place{line, len("Regel gezamenlijk één 🙂 inkomen")}}); ss[0].SelectionRange != want {
		t.Errorf("got %+v, want %+v", ss[0].SelectionRange, want)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	text := c.open(article2)
	type asked struct {
		id string
		ch chan answer
	}
	var all []asked
	for range 40 {
		id, ch := c.begin("textDocument/references", c.at(article2, text, "zijn norm|premie"))
		c.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`)
		all = append(all, asked{id, ch})
	}
	cancelled := 0
	for _, a := range all {
		if got := c.wait(a.id, a.ch); got.Error != nil {
			if got.Error.Code != -32800 {
				t.Errorf("%+v", got.Error)
			}
			cancelled++
		}
	}
	if cancelled == 0 {
		t.Error("nothing was cancelled")
	}
}

// A huge text gets a diagnostic and no trouble.
func TestHugeText(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	text := c.open(article2)
	c.change(article2, map[string]any{"text": text + strings.Repeat("Heel veel tekst.\n", 60_000)})
	c.notes(article2, has("te-groot"))
	c.ask("textDocument/completion", c.at(article2, text, "zijn norm|premie"))
	c.change(article2, map[string]any{"text": text})
	c.notes(article2, func(ns []note) bool { return !has("te-groot")(ns) })
}

// A regulation that stands by itself is read with the words of the program.
func TestARegulationByItself(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.initialize()
	alone := t.TempDir()
	if err := os.CopyFS(alone, os.DirFS(c.root)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(alone, "gemeenschappelijk")); err != nil {
		t.Fatal(err)
	}
	c.root = alone
	text := c.open(article2)
	if a := c.ask("textDocument/definition", c.at(article2, text, "zijn toetsings|inkomen")); string(a.Result) != "[]" {
		t.Errorf("a place that is not on disk: %s", a.Result)
	}
	at := c.at(article2, text, "zijn toetsings|inkomen")
	at["newName"] = "x"
	if why := c.refused(-32803, "textDocument/rename", at); !strings.Contains(why, "gemeenschappelijk") {
		t.Errorf("got %q", why)
	}
	c.notes(article2, func(ns []note) bool { return !slices.ContainsFunc(ns, func(n note) bool { return n.Severity == 1 }) })
}
