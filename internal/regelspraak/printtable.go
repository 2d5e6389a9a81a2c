package regelspraak

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// table writes a beslistabel with its columns aligned. The conclusion stands
// right after the number of the row.
func (p *printer) table(subject *rule.Binding, t *rule.Table) {
	texts := p.cells(subject, t)
	widths := make([]int, len(texts[0]))
	for _, line := range texts {
		for k, c := range line {
			widths[k] = max(widths[k], c.width())
		}
	}
	for i, line := range texts {
		if i > 0 {
			p.text("\n")
		}
		p.text(indentVersion + "|")
		for k, c := range line {
			p.text(" ")
			p.paste(c)
			p.text(strings.Repeat(" ", widths[k]-c.width()) + " |")
		}
		if i == 0 {
			p.text("\n" + indentVersion + "|")
			for _, w := range widths {
				p.text(strings.Repeat("-", w+2) + "|")
			}
		}
	}
}

// cells writes every cell of a table, the headings first.
func (p *printer) cells(subject *rule.Binding, t *rule.Table) [][]piece {
	texts := [][]piece{{piece{}, p.apart(func(p *printer) { p.conclusion(subject, t.Target) })}}
	for _, c := range t.Columns {
		texts[0] = append(texts[0], p.apart(func(p *printer) { p.heading(c) }))
	}
	for i, r := range t.Rows {
		line := []piece{{out: []Fragment{{Kind: FragmentText, Text: strconv.Itoa(i + 1)}}}, p.apart(func(p *printer) { p.expr(r.Result, levelRound, true) })}
		for k, values := range r.Cells {
			line = append(line, p.apart(func(p *printer) { p.cell(t.Columns[k], values) }))
		}
		texts = append(texts, line)
	}
	return texts
}

// piece is a cell that was written on its own, to know how wide it is.
type piece struct {
	out   []Fragment
	spans []Span
}

func (p *printer) apart(write func(p *printer)) piece {
	q := &printer{scopes: p.scopes, placed: p.placed}
	write(q)
	return piece{q.out, q.spans}
}

func (p *printer) paste(c piece) {
	for _, s := range c.spans {
		p.spans = append(p.spans, Span{Start: p.length + s.Start, End: p.length + s.End, Node: s.Node})
	}
	for _, f := range c.out {
		p.add(f)
	}
}

func (c piece) width() int {
	n := 0
	for _, f := range c.out {
		n += utf8.RuneCountInString(f.Text)
	}
	return n
}

// conclusion writes the heading of what a table decides.
func (p *printer) conclusion(subject *rule.Binding, a *rule.Attribute) {
	if a.Kind.IsKenmerk() {
		p.text("een ")
		p.subject(subject)
		p.text(" ")
		p.kenmerk(a, false)
		return
	}
	p.text(a.Article + " ")
	p.attribute(a)
	p.text(" van een ")
	p.subject(subject)
	p.keyword(" moet gesteld worden op")
}

// heading writes the heading of a column of conditions.
func (p *printer) heading(c *rule.TableColumn) {
	p.keyword("indien ")
	if c.Kenmerk != nil {
		p.condition(c.Kenmerk, true)
		return
	}
	p.expr(c.Left, levelExtreme, false)
	p.keyword(" " + comparisonWords(c.Op, c.Left.Type(), verbLast))
}

// cell writes the values of one cell.
func (p *printer) cell(c *rule.TableColumn, values []rule.Expr) {
	if len(values) == 0 {
		p.keyword("n.v.t.")
		return
	}
	if len(values) == 1 {
		p.expr(values[0], levelRound, true)
		return
	}
	for i, v := range values {
		switch {
		case i == 0:
		case i < len(values)-1:
			p.text(", ")
		case c.Op == rule.NotEqual:
			p.keyword(" en ")
		default:
			p.keyword(" of ")
		}
		p.expr(v, levelPrimary, true)
	}
}
