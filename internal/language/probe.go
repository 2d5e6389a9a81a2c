package language

import (
	"fmt"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// verdict is what the parser says of a candidate.
type verdict uint8

const (
	refusedThere verdict = iota
	otherType            // its type is another than the text before it asks; a calculation can mend that
	oddThere             // it can stand there, with a warning
	fitsThere            // it can stand there, and the sentence has to go on
	wholeThere           // it makes a whole sentence
)

// prober asks the parser what can stand at a place.
type prober struct {
	w      *Workspace
	source regelspraak.Source
	before string // the rule from "geldig" up to the place
	after  string // what closes it: parentheses, the full stop, the variables
	filler string // a text of the right type, where that is known
	head   string // the word that begins the rule
	from   Place  // the place, in the text that is tried, on lines from 1
}

// maxAtOnce keeps the messages of one call under the limit of the parser.
const maxAtOnce = 40

func (w *Workspace) newProber(b *block, version, cut int, from Place) *prober {
	start := b.tokens[version]
	before := b.doc.slice(Range{Place{start.Line, start.Column}, from})
	lines := strings.Count(before, "\n")
	p := &prober{w: w, source: b.source(), before: before, from: Place{Line: lines + 1}, head: "Regel"}
	last := before[strings.LastIndex(before, "\n")+1:]
	p.from.Column = column(last, len(last)) // on the line of its own
	open, defined := 0, false
	for _, t := range b.tokens[version:cut] {
		switch {
		case t.Text == "(" && t.Kind == regelspraak.TokenMark:
			open++
		case t.Text == ")" && t.Kind == regelspraak.TokenMark:
			open = max(0, open-1)
		case t.First && t.Text == "Daarbij":
			defined = true
		}
	}
	end := missing(b.tokens[version:cut])
	if end != "" {
		p.filler = "de rekendatum"
	}
	p.after = end + strings.Repeat(")", open) + "."
	if row, columns := tableRow(b.tokens[version:cut]); row > 0 {
		p.head = "Beslistabel"
		p.after = end + strings.Repeat(")", open) + " |" + strings.Repeat(" n.v.t. |", max(0, columns-row))
	}
	if !defined { // the variables below the place can be used in it
		for i := cut; i < len(b.tokens) && !b.tokens[i].Heading && !(b.tokens[i].First && b.tokens[i].Text == "geldig"); i++ {
			if t := b.tokens[i]; t.First && t.Text == "Daarbij" {
				j := i
				for j+1 < len(b.tokens) && !b.tokens[j+1].Heading && !(b.tokens[j+1].First && b.tokens[j+1].Text == "geldig") {
					j++
				}
				lead := strings.Repeat(" ", t.Column-1)
				p.after += "\n" + lead + b.doc.slice(Range{Place{t.Line, t.Column}, Place{b.tokens[j].Line, b.tokens[j].End}})
				break
			}
		}
	}
	return p
}

// tableRow tells in which column of a decision table the text ends, from 1, and
// how many it has as far as its heading is known; 0 outside a table.
func tableRow(tokens []regelspraak.Token) (column, columns int) {
	first, line := 0, 0 // of the table, and the line at hand
	marks := 0
	for _, t := range tokens {
		if t.Text != "|" {
			if t.First && t.Text != "|" && first > 0 {
				return 0, 0 // the table has ended
			}
			continue
		}
		if first == 0 {
			first = t.Line
		}
		if t.First {
			line, marks = t.Line, 0
		}
		if t.Line == line {
			marks++
		}
		if line == first {
			columns = marks - 1
		}
	}
	if first == 0 {
		return 0, 0
	}
	return marks, max(columns, marks)
}

// nonsense is a word that no name has.
const nonsense = "qzxwq"

// ask gives a verdict for each candidate: the best of those with the ways to go
// on after it. When the parser cannot read the text before the place it is not
// understood, and the verdicts mean nothing.
func (p *prober) ask(cs []candidate) (out []verdict, understood bool) {
	type item struct{ of, width int }
	var items []item
	var bodies []string
	push := func(of int, text string) {
		items = append(items, item{of, len([]rune(text))})
		bodies = append(bodies, p.before+text+p.after)
	}
	push(-1, nonsense)
	push(-1, nonsense)
	if p.filler != "" { // in place of an article as well
		before := strings.TrimRight(p.before, " ")
		for _, w := range []string{" de", " het", " zijn"} {
			before = strings.TrimSuffix(before, w)
		}
		bodies[1] = before + " " + p.filler + p.after
	}
	for i, c := range cs {
		push(i, c.text)
		for _, tail := range c.more {
			push(i, c.text+tail)
		}
	}
	found := p.parse(bodies)
	out = make([]verdict, len(cs))

	// What is wrong before the place is so whatever stands there. That
	// something is wrong with nonsense shows that it was read as far as here.
	base := map[mark]bool{}
	for _, d := range found[0] {
		if d.place.Before(p.from) {
			base[d] = true
		} else if d.error {
			understood = true
		}
	}
	for _, d := range found[1] {
		if p.filler != "" && d.place.Before(p.from) {
			base[d] = true
		}
	}
	for i, it := range items[2:] {
		end := Place{p.from.Line, p.from.Column + it.width}
		v := wholeThere
		for _, d := range found[i+2] {
			switch {
			case base[d]:
			case !d.place.Before(end):
				if d.error {
					v = min(v, fitsThere)
				}
			case d.error && d.place.Before(p.from) && ofType(d.code):
				v = min(v, otherType)
			case d.error:
				v = refusedThere
			case d.code == regelspraak.CodeArticle:
				v = min(v, oddThere)
			}
		}
		out[it.of] = max(out[it.of], v)
	}
	return out, understood
}

// ofType reports whether a message is about a type, or about a rounding that the
// rest of the sentence can still mend.
func ofType(code string) bool {
	switch code {
	case regelspraak.CodeMismatch, regelspraak.CodeUnit, regelspraak.CodeWhole, regelspraak.CodeRounding:
		return true
	}
	return false
}

// missing gives the words that close what was begun: a duration has an end and
// a unit. Without them its types could not be judged.
func missing(tokens []regelspraak.Token) string {
	for i := len(tokens) - 1; i >= 0; i-- {
		switch tokens[i].Text {
		case "hele", "indien", "voldoet":
			return ""
		case "tot":
			for j := i; j > 0; j-- {
				if tokens[j].Text == "tijdsduur" {
					return " in hele jaren"
				}
			}
			return ""
		case "tijdsduur":
			if i+1 < len(tokens) && tokens[i+1].Text == "van" {
				return " tot de rekendatum in hele jaren"
			}
			return ""
		}
	}
	return ""
}

// mark is a message of the parser at a place of the text that was tried.
type mark struct {
	place Place
	code  string
	error bool
}

// parse reads each body as a rule of its own and gives what was found in it.
func (p *prober) parse(bodies []string) [][]mark {
	out := make([][]mark, len(bodies))
	for start := 0; start < len(bodies); start += maxAtOnce {
		part := bodies[start:min(len(bodies), start+maxAtOnce)]
		var b strings.Builder
		first := make([]int, len(part)) // line of the first line of each body
		line := 1
		for i, body := range part {
			fmt.Fprintf(&b, "// Id: %s.proef-%d\n%s proef\n", p.source.Regulation, i, p.head)
			first[i] = line + 2
			b.WriteString(body + "\n")
			line += 3 + strings.Count(body, "\n")
		}
		src := p.source
		src.Line, src.Text = 1, b.String()
		_, ds := regelspraak.ParseRules(p.w.set.Model, src)
		for _, d := range ds {
			i := 0
			for i+1 < len(first) && first[i+1] <= d.Pos.Line {
				i++
			}
			if d.Pos.Line < first[i] {
				continue
			}
			out[start+i] = append(out[start+i], mark{Place{d.Pos.Line - first[i] + 1, d.Pos.Column}, d.Code, d.Severity == rule.Error})
		}
	}
	return out
}
