// Package regelspraak turns rule text into the typed model of package rule and
// back: a scanner, a symbol table of declared multi-word names, a parser in two
// passes, a canonical printer, and diagnostics in Dutch.
//
// The language is the profile that docs/regelspraak-profiel.md defines. Pass 1
// reads the declarations of all blocks, pass 2 the rules. Because names consist
// of ordinary words ("het inkomen en vermogen van de partner"), the parser
// keeps every reading of a phrase that the symbol table allows; types weed
// them out, and two readings that are left over are an error that shows both.
//
// The package does no I/O and keeps no state; text cannot make it loop or use
// memory without bound (see limit.go).
package regelspraak

import (
	"lemniscaat/internal/rule"
)

// Source is one fenced block of rule text.
type Source struct {
	File       string // for diagnostics
	Line       int    // line in File of the first line of Text; 0 is read as 1
	Regulation string // id of the regulation: the first part of parameter and rule ids
	Article    string // id of the article (file) the block stands in
	Text       string
}

// Parse reads a whole set of blocks as one model: first the declarations of
// all blocks, then the rules of all blocks. The order of the blocks does not
// matter, except that it is the order of the model's lists.
//
// What is wrong comes back as diagnostics, sorted by place, all of them at
// once. A declaration or rule that is in error is left out of the model; the
// rest stands. Parameter.Values is empty: values are not part of the text.
func Parse(sources []Source) (*rule.Model, rule.Diagnostics) {
	p := newParser()
	units := make([]*unit, 0, len(sources))
	for i := range sources {
		if u := p.open(&sources[i]); u != nil {
			units = append(units, u)
		}
	}
	p.declare(units)
	p.rules(units)
	return p.model, p.finish()
}

// ParseRules reads the rules of one block against the declarations of a model,
// for a rule that is being edited or laid over another. The block may not
// declare anything, and m is not changed. Ids of other rules in m are not
// looked at.
func ParseRules(m *rule.Model, source Source) ([]*rule.Rule, rule.Diagnostics) {
	p := newParser()
	p.adopt(m)
	u := p.open(&source)
	if u == nil {
		return nil, p.finish()
	}
	for _, b := range u.blocks {
		if b.kind != blockRule && b.kind != blockGroup && b.kind != blockRefused {
			p.report(errorAt(u.pos(b.head()), CodeDeclaration,
				"hier kan niets worden gedeclareerd", "laat alleen regels staan; declaraties horen in gegevens.md"))
		}
	}
	p.rules([]*unit{u})
	return p.model.Rules, p.finish()
}
