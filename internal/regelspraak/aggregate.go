package regelspraak

import (
	"maps"

	"lemniscaat/internal/rule"
)

// count reads "het aantal leden van zijn huishouden", with a subselection.
func (g *region) count(i int) []reading {
	pos := g.pos(i)
	var out []reading
	g.needName(i+2, nameMany, nil)
	for _, m := range g.p.names.at(g.toks, i+2) {
		for _, s := range m.symbols {
			var qs []manyPath
			switch {
			case s.role != nil && s.role.Many && s.plural:
				qs = g.manyOf(i+1, m.end, s.role)
			case s.broken:
				for _, q := range g.ofPath(m.end) {
					qs = append(qs, manyPath{end: q.end, from: q.from, faults: wrong(nil)})
				}
			}
			for _, q := range qs {
				out = g.selected(out, pos, rule.Count, q, nil, rule.Type{Kind: rule.Number, Whole: true})
			}
		}
	}
	return out
}

// aggregate reads "de som van het vermogen van de leden van zijn huishouden",
// and het minimum van and het maximum van.
func (g *region) aggregate(i int, op rule.AggregateOp) []reading {
	pos := g.pos(i)
	j := g.words(i+2, "van")
	if j < 0 || !g.tok(j).is("de") && !g.tok(j).is("het") {
		return nil
	}
	var out []reading
	g.needName(j+1, nameValue, nil)
	for _, m := range g.p.names.at(g.toks, j+1) {
		for _, s := range m.symbols {
			a := s.attribute
			isAttribute := a != nil && a.Kind == rule.Value && !s.plural
			if !isAttribute && !s.broken {
				continue
			}
			g.ended(j+1, m.end)
			if !g.tok(m.end).is("van") {
				g.need(m.end, wantVan)
				continue
			}
			for _, q := range g.many(m.end + 1) {
				if s.broken {
					q.faults = join(q.faults, wrong(nil))
					out = g.selected(out, pos, op, q, nil, rule.Type{})
					continue
				}
				q.faults = join(q.faults, g.article(j, a.Article, m.end))
				if last := q.last(); last != nil && last.Target != a.Owner {
					at, owner := g.pos(j+1), last.Target
					q.faults = join(q.faults, wrong(func() rule.Diagnostic {
						return errorAt(at, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name), quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
					}))
				}
				t := a.Type.Plain()
				if ordered := t.Kind == rule.Amount || t.Kind == rule.Number || op != rule.Sum && (t.Kind == rule.Percentage || t.Kind == rule.DateKind); !ordered {
					at := g.pos(j)
					q.faults = join(q.faults, wrong(func() rule.Diagnostic {
						return errorAt(at, CodeMismatch, g.p.describe(t)+" kan hier niet worden samengenomen", "gebruik een bedrag of een getal")
					}))
				}
				out = g.selected(out, pos, op, q, &rule.AttributeRef{Node: rule.Node{Typ: t, Pos: g.pos(j)}, Via: q.after, Attribute: a}, t)
			}
		}
	}
	return out
}

// selected adds the aggregation over q, with and without the subselection that
// may follow.
func (g *region) selected(out []reading, pos rule.Pos, op rule.AggregateOp, q manyPath, of *rule.AttributeRef, t rule.Type) []reading {
	if len(q.via) == 0 { // in error already
		return g.keep(out, reading{end: q.end, expr: broken(pos), faults: q.faults})
	}
	add := func(end int, element *rule.Binding, filter rule.Condition, f *fault) {
		e := &rule.Aggregate{Node: rule.Node{Typ: t, Pos: pos}, Op: op, From: q.from, Via: q.via, Element: element, Filter: filter}
		if of != nil {
			read := *of
			read.From = element
			e.Of = &read
		}
		out = g.keep(out, reading{end: end, expr: e, faults: join(q.faults, f)})
	}
	sc := g.sc.element(q.via[len(q.via)-1])
	add(q.end, sc.binding, nil, nil)
	if !g.tok(q.end).is("die") && !g.tok(q.end).is("dat") {
		g.need(q.end, wantDie)
		return out
	}
	for _, s := range g.subselection(q.end+1, sc) {
		add(s.end, s.element, s.filter, join(s.faults, join(g.plural(q, s), g.whose(q, s))))
	}
	return out
}

// plural is the doubt in "het aantal leden van zijn huishouden dat zuinig is":
// what follows speaks of one, and so of the household, where the members are
// meant to be chosen.
func (g *region) plural(q manyPath, s selection) *fault {
	if s.faults.fatal() {
		return nil
	}
	at := q.end // "dat"
	if !g.tok(at).is("dat") {
		for at++; at < s.end-1 && !g.tok(at+1).is(":"); at++ {
		}
		if t := g.tok(at); !t.is("is") && !t.is("heeft") && !t.is("voldoet") {
			return nil
		}
	}
	pos, found, many := g.pos(at), g.tok(at).text, q.via[len(q.via)-1].Plural
	return wrong(func() rule.Diagnostic {
		return errorAt(pos, CodeSyntax, quote(found)+" gaat over één, en "+quote(many)+" zijn er meer",
			"schrijf "+quote("die … zijn")+", "+quote("die … hebben")+" of "+quote("die … voldoen:")+"; gaat het over een ander dan de "+many+", reken dan in twee stappen")
	})
}

// selection is one way to read what follows "die".
type selection struct {
	end     int
	element *rule.Binding
	filter  rule.Condition
	faults  *fault
}

// manyOthers gives the to-many roles of a chain before the last.
func manyOthers(via []*rule.Role) []*rule.Role {
	var out []*rule.Role
	for _, r := range via[:len(via)-1] {
		if r.Many {
			out = append(out, r)
		}
	}
	return out
}

// whose is the doubt in "de kinderen van de leden van zijn huishouden die
// verzekerd zijn": the children, or the members. There is none when what
// follows "die" can be said of one of them only, by its type or its name.
func (g *region) whose(q manyPath, s selection) *fault {
	if s.filter == nil || s.faults.fatal() {
		return nil
	}
	at := q.end + 1
	for _, r := range manyOthers(q.via) {
		kept := maps.Clone(g.lists)
		others := g.subselection(at, g.sc.element(r))
		g.lists = kept
		for _, o := range others {
			if o.end != s.end || o.filter == nil || o.faults.fatal() {
				continue
			}
			pos, element := g.pos(q.end), q.via[len(q.via)-1]
			words := g.selectionWords(at, s)
			hint := "gaat het over de " + element.Plural + ", schrijf dan een opsomming na " + quote("die aan de volgende voorwaarde voldoen:") +
				" en noem daarin " + quote(element.Article+" "+element.Name) + " in plaats van hij of zijn; gaat het over de " + r.Plural + ", reken dan in twee stappen: eerst een eigen attribuut voor elk van hen"
			if r == element { // one name for both
				hint = "reken in twee stappen: geef eerst elk van hen een eigen attribuut, en neem die samen"
			}
			return unclear(func() rule.Diagnostic {
				return errorAt(pos, CodeAmbiguous,
					"dit is op twee manieren te lezen: als "+quote(element.Plural+" die "+words)+" en als "+quote(r.Plural+" die "+words), hint)
			})
		}
	}
	return nil
}

// selectionWords gives what stands after "die" without the items of a list.
func (g *region) selectionWords(i int, s selection) string {
	end := i
	for end < s.end && !g.tok(end).is(":") {
		end++
	}
	return joinWords(g.toks[i:end])
}

// subselection reads "minderjarig zijn", "geen recht op toeslag hebben", "een
// aanvrager zijn" or "aan alle volgende voorwaarden voldoen:" with a list.
func (g *region) subselection(i int, sc *scope) []selection {
	pos := g.pos(i)
	o := sc.binding.Object
	var out []selection
	verb := func(have bool) func(end int, a *rule.Attribute, not bool) {
		return func(end int, a *rule.Attribute, not bool) {
			if !g.verb(end, verbLast, have) {
				g.need(end, wantVerb)
				return
			}
			if a == nil { // a broken name
				out = append(out, selection{end + 1, sc.binding, nil, wrong(nil)})
				return
			}
			out = append(out, selection{end + 1, sc.binding, &rule.HasKenmerk{Node: truth(pos), From: sc.binding, Kenmerk: a, Not: not}, nil})
		}
	}
	if g.tok(i).is("aan") {
		q, ok := g.quantity(i + 1)
		if !ok {
			return nil
		}
		if !g.tok(q.end).is("voldoen") && !g.tok(q.end).is("voldoet") {
			g.need(q.end, wantVerb)
			return nil
		}
		// One scope for one list: its items are parsed once.
		if t := g.tok(q.end + 2); t.kind == kindList {
			if got, ok := g.lists[t.list]; ok && got.scope.role == sc.role && got.scope.parent == sc.parent {
				sc = got.scope
			}
		}
		for _, t := range g.listed(q, q.end+1, sc) {
			out = append(out, selection{t.end, sc.binding, t.cond, t.faults})
		}
		return out
	}
	g.kenmerken(i, o, rule.Adjective, verb(false), true)
	g.kenmerken(i, o, rule.Noun, verb(false), true)
	g.kenmerken(i, o, rule.Possessive, verb(true), true)
	return out
}
