package regelspraak

import "lemniscaat/internal/rule"

// Span is where an expression or condition stands in a canonical text.
type Span struct {
	Start, End int // bytes; End is exclusive
	Node       rule.Condition
}

// PrintSpans gives the canonical text of a version, as PrintVersion does, and
// where the expressions and conditions of its action, condition and variables
// stand in it: in the order of the text, parents before what is in them. A node
// between parentheses has two spans, with and without them.
func PrintSpans(v *rule.Version) (string, []Span) {
	p := &printer{placed: true}
	p.version(v)
	return joinFragments(p.out), p.spans
}

// span notes where a node begins; the function that it gives notes where it
// ends. Every rule.Expr is a rule.Condition: both have a position.
func (p *printer) span(n rule.Condition) func() {
	if !p.placed {
		return func() {}
	}
	at := len(p.spans)
	p.spans = append(p.spans, Span{Start: p.length, Node: n})
	return func() { p.spans[at].End = p.length }
}

// Quantity gives how a compound condition says how many items have to hold:
// "ten minste twee van de volgende voorwaarden".
func Quantity(c *rule.Compound) string { return quantityWords(c) }

// Comparison gives a comparison of values of a type as it stands in a main
// clause: "is groter dan", of dates "is later dan".
func Comparison(op rule.CompareOp, t rule.Type) string { return comparisonWords(op, t, verbSecond) }
