package regelspraak

import (
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// head is one way to read the beginning of a sentence, up to the expression of
// a gelijkstelling or all of a kenmerktoekenning.
type head struct {
	end     int
	subject *rule.Binding
	target  *rule.Attribute
	grant   bool
	initial bool // "geïnitialiseerd"
	faults  *fault
}

func (g *region) keepHead(hs []head, h head) []head {
	if len(hs) == 0 {
		return append(hs, h)
	}
	o := &hs[0]
	switch c := h.faults.compare(o.faults); {
	case c < 0:
		*o = h
	case c == 0 && h.faults.errors() == 0 && (o.target != h.target || !equalBinding(o.subject, h.subject) || o.end != h.end):
		a, b, pos := *o, h, g.pos(0)
		o.faults = join(o.faults, unclear(func() rule.Diagnostic { return ambiguous(pos, a.fragments(), b.fragments()) }))
	}
	return hs
}

// fragments gives the beginning of the sentence in canonical form.
func (h head) fragments() []Fragment {
	p := &printer{}
	if h.grant {
		p.text("Een ")
		p.subject(h.subject)
		p.text(" ")
		p.kenmerk(h.target, false)
		return p.out
	}
	p.text(spelling.Capital(h.target.Article) + " ")
	p.attribute(h.target)
	p.text(" van een ")
	p.subject(h.subject)
	return p.out
}

// heads reads the beginning of a sentence in all ways.
func (g *region) heads() []head {
	switch t := g.tok(0); {
	case t.is("een"):
		return g.grantHeads()
	case t.is("de") || t.is("het"):
		return g.assignHeads()
	case t.is("er") || g.words(0, "iedere") > 0 || t.is("elke") || t.is("alle"):
		g.need(0, wantSubject)
	}
	return nil
}

// subjects reads the name of an object type or noun kenmerk.
func (g *region) subjects(i int) []head {
	g.needName(i, nameSubject, nil)
	var out []head
	for _, m := range g.p.names.at(g.toks, i) {
		for _, s := range m.symbols {
			switch a := s.attribute; {
			case s.plural:
			case s.object != nil:
				out = append(out, head{end: m.end, subject: &rule.Binding{Object: s.object}})
			case a != nil && a.Kind == rule.Noun:
				out = append(out, head{end: m.end, subject: &rule.Binding{Object: a.Owner, Kenmerk: a}})
			}
			if !s.plural {
				g.ended(i, m.end)
			}
		}
	}
	return out
}

// grantHeads reads "Een persoon is verzekerd".
func (g *region) grantHeads() []head {
	var out []head
	for _, s := range g.subjects(1) {
		t := g.tok(s.end)
		found := func(end int, a *rule.Attribute, not bool) {
			h := head{end: end, subject: s.subject, target: a, grant: true}
			if a == nil { // a broken name
				h.faults = wrong(nil)
			}
			if not {
				pos := g.pos(s.end)
				h.faults = join(h.faults, wrong(func() rule.Diagnostic {
					return errorAt(pos, CodeSyntax, "een regel kan een kenmerk geven, niet afnemen", "schrijf wie het kenmerk wel heeft; wie het niet krijgt heeft het niet")
				}))
			}
			if next := g.tok(end); next.is("indien") || next.kind == kindEnd {
				out = append(out, h)
			} else {
				g.need(end, wantIndien|wantEnd)
			}
		}
		switch {
		case t.is("is"):
			g.kenmerken(s.end+1, s.subject.Object, rule.Adjective, found, false)
			g.kenmerken(s.end+1, s.subject.Object, rule.Noun, found, false)
		case t.is("heeft"):
			g.kenmerken(s.end+1, s.subject.Object, rule.Possessive, found, false)
		default:
			g.need(s.end, wantVerb)
		}
	}
	return out
}

// assignHeads reads "De normpremie van een persoon moet berekend worden als".
func (g *region) assignHeads() []head {
	var out []head
	g.needName(1, nameValue, nil)
	for _, m := range g.p.names.at(g.toks, 1) {
		for _, sym := range m.symbols {
			a := sym.attribute
			if !sym.broken && (a == nil || sym.plural) {
				continue
			}
			g.ended(1, m.end)
			if j := g.words(m.end, "van", "een"); j < 0 {
				g.need(m.end, wantVan)
				if g.tok(m.end).is("van") {
					g.needName(m.end+1, nameSubject, nil)
					if a != nil {
						out = append(out, g.otherTarget(m.end+1)...)
					}
				}
				continue
			}
			for _, s := range g.subjects(m.end + 2) {
				end, initial := g.must(s.end)
				if end < 0 {
					continue
				}
				h := head{end: end, subject: s.subject, target: a, initial: initial}
				pos, owner := g.pos(1), s.subject.Object
				switch {
				case a == nil: // a broken name
					h.faults = wrong(nil)
				case a.Kind != rule.Value:
					h.faults = wrong(func() rule.Diagnostic {
						return errorAt(pos, CodeMismatch, quote(a.Name)+" is een kenmerk en heeft geen waarde", "schrijf "+quote("Een "+lowerName(owner.Name)+" "+kenmerkWords(a)+" indien …"))
					})
				case a.Owner != owner:
					h.faults = wrong(func() rule.Diagnostic {
						return errorAt(pos, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name), quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
					})
				default:
					h.faults = g.article(0, a.Article, m.end)
				}
				out = append(out, h)
			}
		}
	}
	return out
}

// otherTarget recognises "de leden van een huishouden moet …" at i: a value
// for another object than the subject, which the profile does not have.
func (g *region) otherTarget(i int) []head {
	if t := g.tok(i); !t.is("de") && !t.is("het") && !t.is("alle") {
		return nil
	}
	for _, m := range g.p.names.at(g.toks, i+1) {
		for _, s := range m.symbols {
			j := g.words(m.end, "van", "een")
			if s.role == nil || j < 0 {
				continue
			}
			what := "een waarde voor een ander object dan het onderwerp"
			if s.plural {
				what = "een gelijkstelling voor meer objecten tegelijk"
			}
			for _, o := range g.subjects(j) {
				if end, _ := g.must(o.end); end > 0 {
					pos := g.pos(i)
					return []head{{end: end, subject: o.subject, faults: wrong(func() rule.Diagnostic { return outside(pos, what) })}}
				}
			}
		}
	}
	return nil
}

// must reads "moet berekend worden als", "moet gesteld worden op" or, initial,
// "moet geïnitialiseerd worden op".
func (g *region) must(i int) (end int, initial bool) {
	if !g.tok(i).is("moet") {
		g.need(i, wantMoet)
		return -1, false
	}
	if j := g.words(i+1, "berekend", "worden", "als"); j > 0 {
		return j, false
	}
	if j := g.words(i+1, "gesteld", "worden", "op"); j > 0 {
		return j, false
	}
	if j := g.words(i+1, "geïnitialiseerd", "worden", "op"); j > 0 {
		return j, true
	}
	g.need(i+1, wantGesteld)
	return -1, false
}

// guess finds the subject of a sentence whose beginning cannot be read, so
// that the rest of it is checked all the same.
func (g *region) guess() (head, bool) {
	for i := range g.toks {
		end := -1
		if g.words(i, "berekend", "worden", "als") > 0 || g.words(i, "gesteld", "worden", "op") > 0 || g.words(i, "geïnitialiseerd", "worden", "op") > 0 {
			end = i + 3
		}
		if g.toks[i].is("indien") && g.tok(0).is("een") {
			end = i
		}
		if end < 0 {
			continue
		}
		for j := i; j >= 0; j-- {
			if !g.toks[j].is("een") {
				continue
			}
			for _, s := range g.subjects(j + 1) {
				return head{end: end, subject: s.subject, grant: g.tok(0).is("een"), faults: nil}, true
			}
		}
		return head{}, false
	}
	return head{}, false
}
