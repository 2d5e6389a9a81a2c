package regelspraak

import (
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// require writes a consistentieregel: "De leeftijd van een persoon moet groter
// zijn dan 18 jr". What has no form of its own becomes a list of criteria.
func (p *printer) require(subject *rule.Binding, c rule.Condition) {
	p.demand = true
	defer func() { p.demand = false }()
	about := func(start string, write func()) {
		p.text(start)
		p.a = true
		write()
		p.a = false
		p.keyword(" moet ")
	}
	switch x := c.(type) {
	case *rule.Compound:
		about("Een ", func() { p.subject(subject) })
		p.keyword("voldoen aan " + p.quantity(x) + ":")
		p.list(x.Items)
		return
	case *rule.HasKenmerk:
		switch {
		case x.From.Depth > 0:
		case len(x.Via) == 0:
			about("Een ", func() { p.subject(subject) })
			p.predicate(x.Kenmerk, x.Not)
			return
		default:
			p.capital(func() { about("", func() { p.path(x.From, x.Via) }) })
			p.predicate(x.Kenmerk, x.Not)
			return
		}
	case *rule.IsEmpty:
		if leadsTo(x.Expr) {
			p.capital(func() { about("", func() { p.expr(x.Expr, levelExtreme, false) }) })
			if x.Not {
				p.keyword("gevuld zijn")
			} else {
				p.keyword("leeg zijn")
			}
			return
		}
	case *rule.Compare:
		if leadsTo(x.L) {
			p.capital(func() { about("", func() { p.expr(x.L, levelExtreme, false) }) })
			p.keyword(comparisonWords(x.Op, x.L.Type(), infinitive) + " ")
			p.expr(x.R, levelExtreme, true)
			return
		}
	}
	about("Een ", func() { p.subject(subject) })
	p.keyword("voldoen aan het volgende criterium:")
	p.list([]rule.Condition{c})
}

// leadsTo reports whether an expression ends with the name of the subject:
// "het inkomen van de partner van een persoon".
func leadsTo(e rule.Expr) bool {
	switch x := e.(type) {
	case *rule.AttributeRef:
		return x.From.Depth == 0
	case *rule.ObjectRef:
		return x.From.Depth == 0
	case *rule.Aggregate:
		return x.From.Depth == 0 && x.Filter == nil
	}
	return false
}

// capital writes what begins a sentence.
func (p *printer) capital(write func()) {
	n := len(p.out)
	first := 0
	if n > 0 {
		first = len(p.out[n-1].Text)
	}
	write()
	if n > 0 && len(p.out[n-1].Text) > first { // joined to what stood before
		t := p.out[n-1].Text
		p.out[n-1].Text = t[:first] + spelling.Capital(t[first:])
		return
	}
	p.out[n].Text = spelling.Capital(p.out[n].Text)
}

// unique writes "De nummers van alle personen moeten uniek zijn".
func (p *printer) unique(subject *rule.Binding, a *rule.Attribute) {
	if a.Plural == "" {
		p.text(spelling.Capital(a.Article) + " ")
		p.attribute(a)
		p.text(" van een ")
		p.subject(subject)
		p.keyword(" moet uniek zijn")
		return
	}
	p.text("De ")
	p.add(Fragment{Kind: FragmentAttribute, Text: a.Plural, Ref: a.ID(), Type: a.Type})
	p.text(" van alle ")
	p.add(Fragment{Kind: FragmentObject, Text: lowerName(subject.Object.Plural), Ref: subject.Object.Name})
	p.keyword(" moeten uniek zijn")
}
