package language

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Diagnostic is a diagnostic at the words it is about.
type Diagnostic struct {
	Range
	Severity rule.Severity
	Code     string
	Message  string // one Dutch sentence
	Hint     string // what to do; may be empty
	// Related is the other place that the message speaks of, if any.
	Related []Related
	// Fix is an edit that solves it, when there is only one that makes sense.
	Fix *Fix
}

// Text gives the message with its hint.
func (d Diagnostic) Text() string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + " – " + d.Hint
}

// Related is another place that belongs to a diagnostic.
type Related struct {
	Location
	Message string
}

// place puts diagnostics at words, by file.
func (w *Workspace) place(ds rule.Diagnostics) map[string][]Diagnostic {
	out := map[string][]Diagnostic{}
	for name := range w.files {
		out[name] = nil
	}
	for _, d := range ds {
		doc := w.docs[d.Pos.File]
		if doc == nil {
			if folder := firstFile(w.files, d.Pos.File); folder != "" {
				d.Pos = rule.Pos{File: folder, Line: 1, Column: 1}
				doc = w.docs[folder]
			} else {
				continue
			}
		}
		out[doc.name] = append(out[doc.name], w.diagnostic(doc, d))
	}
	return out
}

// firstFile gives the file to show a message about a folder at.
func firstFile(files Files, folder string) string {
	for _, name := range []string{"regeling.yaml", "gegevens.md", "parameters.yaml"} {
		if _, ok := files[folder+"/"+name]; ok {
			return folder + "/" + name
		}
	}
	return ""
}

func (w *Workspace) diagnostic(doc *document, d rule.Diagnostic) Diagnostic {
	at := Place{max(1, d.Pos.Line), max(1, d.Pos.Column)}
	out := Diagnostic{Range: doc.words(at, d), Severity: d.Severity, Code: d.Code, Message: d.Message, Hint: d.Hint}
	out.Related = w.related(doc, d)
	out.Fix = doc.fix(out)
	return out
}

var quoted = regexp.MustCompile(`«([^»]*)»`)

// words gives the stretch that a diagnostic at a place is about: the phrase
// that its message quotes when that stands there, otherwise the word.
func (d *document) words(at Place, diag rule.Diagnostic) Range {
	b := d.at(at.Line)
	if b == nil || b.kind != ruleBlock {
		return d.word(at)
	}
	i := tokenAt(b.tokens, at)
	if i < 0 { // just after the text that is too short, or in a comment
		line := d.line(at.Line)
		end := column(line, len(strings.TrimRightFunc(line, unicode.IsSpace)))
		if j := lastBefore(b.tokens, at); j >= 0 && b.tokens[j].Line == at.Line && b.tokens[j].End == at.Column {
			return Range{Place{at.Line, b.tokens[j].Column}, at}
		}
		if strings.HasPrefix(strings.TrimSpace(line[offset(line, at.Column):]), "//") {
			return Range{at, Place{at.Line, end}}
		}
		return Range{at, Place{at.Line, max(at.Column, end)}}
	}
	t := b.tokens[i]
	if t.Heading || diag.Code == regelspraak.CodeValidity || diag.Code == regelspraak.CodeOverlap {
		return Range{at, b.lineEnd(i)}
	}
	end := Place{t.Line, t.End}
	for _, q := range quoted.FindAllStringSubmatch(diag.Message, -1) {
		if j := phraseAt(b.tokens, i, q[1]); j > i {
			end = Place{b.tokens[j-1].Line, b.tokens[j-1].End}
		} else if j := phraseAt(b.tokens, i+1, q[1]); i+1 < len(b.tokens) && j > i+1 { // after its article
			end = Place{b.tokens[j-1].Line, b.tokens[j-1].End}
		}
	}
	return Range{at, end}
}

// word gives the word of plain text or YAML at a place.
func (d *document) word(at Place) Range {
	line := d.line(at.Line)
	start := offset(line, at.Column)
	end := start
	for end < len(line) && !strings.ContainsRune(" \t:,{}[]", rune(line[end])) {
		end++
	}
	if end == start {
		end = len(strings.TrimRight(line, " \t"))
	}
	return Range{at, Place{at.Line, max(at.Column, column(line, end))}}
}

// lineEnd gives the end of the line that token i stands on.
func (b *block) lineEnd(i int) Place {
	for i+1 < len(b.tokens) && b.tokens[i+1].Line == b.tokens[i].Line {
		i++
	}
	return Place{b.tokens[i].Line, b.tokens[i].End}
}

// tokenAt gives the token that begins at a place or holds it, or -1.
func tokenAt(tokens []regelspraak.Token, at Place) int {
	for i := range tokens {
		if t := &tokens[i]; t.Line == at.Line && t.Column <= at.Column && at.Column < t.End {
			return i
		}
	}
	return -1
}

// lastBefore gives the last token that ends at or before a place, or -1.
func lastBefore(tokens []regelspraak.Token, at Place) int {
	last := -1
	for i := range tokens {
		if t := &tokens[i]; t.Line < at.Line || t.Line == at.Line && t.End <= at.Column {
			last = i
		}
	}
	return last
}

// phraseAt gives the token after the words of a phrase at token i, or -1.
func phraseAt(tokens []regelspraak.Token, i int, phrase string) int {
	words := strings.Fields(phrase)
	if len(words) == 0 || i+len(words) > len(tokens) {
		return -1
	}
	for k, word := range words {
		t := &tokens[i+k]
		if t.Text != word && (k > 0 || !strings.EqualFold(t.Text, word)) {
			return -1
		}
	}
	return i + len(words)
}

var elsewhere = regexp.MustCompile(`(?:^|\s)in (\S+), regel (\d+)`)

// related finds the place that a message names: "… is al gedeclareerd in
// zorgtoeslag/gegevens.md, regel 12".
func (w *Workspace) related(doc *document, d rule.Diagnostic) []Related {
	var out []Related
	for _, m := range elsewhere.FindAllStringSubmatch(d.Message, -1) {
		line, _ := strconv.Atoi(m[2])
		other := w.docs[m[1]]
		if other == nil || line < 1 || line > len(other.lines) || other == doc && line == d.Pos.Line {
			continue
		}
		text := other.line(line)
		trimmed := strings.TrimSpace(text)
		from := column(text, strings.Index(text, trimmed))
		out = append(out, Related{Message: "hier staat de andere",
			Location: Location{other.name, Range{Place{line, from}, Place{line, column(text, strings.Index(text, trimmed)+len(trimmed))}}}})
	}
	return out
}
