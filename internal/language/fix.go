package language

import (
	"strings"
	"unicode"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/spelling"
)

// Fix is an edit of the file of its diagnostic.
type Fix struct {
	Title string // "vervang door «standaardpremie»"
	Edits []Edit
}

// fix gives the edit that a diagnostic asks for. The codes of diagnostics are
// stable, and what stands between « and » in a hint is what to write.
func (d *document) fix(diag Diagnostic) *Fix {
	var hints []string
	for _, m := range quoted.FindAllStringSubmatch(diag.Hint, -1) {
		hints = append(hints, m[1])
	}
	at := diag.From
	replace := func(r Range, text string) *Fix {
		return &Fix{"vervang «" + strings.Join(strings.Fields(d.slice(r)), " ") + "» door «" + text + "»", []Edit{{r, text}}}
	}
	switch {
	case strings.HasPrefix(diag.Hint, "bedoelde u «") && len(hints) == 1:
		if r, ok := d.misspelt(diag, hints[0]); ok {
			return replace(r, hints[0])
		}
	case diag.Code == regelspraak.CodeArticle && len(hints) == 1:
		article, _, _ := strings.Cut(hints[0], " ")
		b := d.at(at.Line)
		if b == nil || b.kind != ruleBlock {
			break
		}
		i := tokenAt(b.tokens, at)
		if i >= 0 && b.tokens[i].Heading && i+1 < len(b.tokens) {
			i++ // "Objecttype het Persoon"
		}
		if i >= 0 && (strings.EqualFold(b.tokens[i].Text, "de") || strings.EqualFold(b.tokens[i].Text, "het")) {
			t := b.tokens[i]
			if unicode.IsUpper([]rune(t.Text)[0]) {
				article = spelling.Capital(article)
			}
			return replace(Range{Place{t.Line, t.Column}, Place{t.Line, t.End}}, article)
		}
	case diag.Code == regelspraak.CodeRuleID && len(hints) == 1 && strings.HasPrefix(hints[0], "// Id:"):
		line := d.line(at.Line)
		indent := line[:offset(line, at.Column)]
		p := Place{at.Line, 1}
		return &Fix{"voeg «" + hints[0] + "» toe", []Edit{{Range{p, p}, indent + hints[0] + d.eol}}}
	case diag.Code == regelspraak.CodeStop:
		return &Fix{"zet er een punt achter", []Edit{{Range{diag.To, diag.To}, "."}}}
	case diag.Code == regelspraak.CodeUnit && len(hints) == 1 && strings.HasPrefix(diag.Message, "onbekende eenheid"):
		if b := d.at(at.Line); b != nil && b.kind == ruleBlock {
			i := tokenAt(b.tokens, at)
			if i > 0 && b.tokens[i].Kind != regelspraak.TokenNumber {
				i-- // at the unit, after the number
			}
			if i >= 0 && i+1 < len(b.tokens) && b.tokens[i].Kind == regelspraak.TokenNumber {
				n, t := b.tokens[i], b.tokens[i+1]
				return replace(Range{Place{n.Line, n.Column}, Place{t.Line, t.End}}, hints[0])
			}
		}
	case diag.Code == regelspraak.CodeSyntax && len(hints) == 1 && strings.HasPrefix(diag.Message, "onbekend teken") && hints[0] != "'…'":
		return replace(diag.Range, hints[0])
	}
	return nil
}

// misspelt gives the words that a suggestion replaces: as many as it has
// itself, or those that the message quotes.
func (d *document) misspelt(diag Diagnostic, name string) (Range, bool) {
	b := d.at(diag.From.Line)
	if b == nil || b.kind != ruleBlock {
		return diag.Range, diag.From.Line == diag.To.Line && diag.From != diag.To
	}
	i := tokenAt(b.tokens, diag.From)
	if i < 0 {
		return Range{}, false
	}
	// Of the stretches of about as many words the one that looks most like it.
	n := len(strings.Fields(name))
	best, distance := 0, -1
	for k := max(1, n-1); k <= n+1 && i+k <= len(b.tokens); k++ {
		if b.tokens[i+k-1].Kind != regelspraak.TokenWord {
			break
		}
		var words []string
		for _, t := range b.tokens[i : i+k] {
			words = append(words, t.Text)
		}
		if e := spelling.Distance(strings.Join(words, " "), name, len(name)); distance < 0 || e < distance {
			best, distance = k, e
		}
	}
	if best == 0 {
		return diag.Range, true
	}
	last := b.tokens[i+best-1]
	return Range{diag.From, Place{last.Line, last.End}}, true
}
