package regelspraak

import (
	"lemniscaat/internal/rule"
)

// requirement is the beginning of a consistentieregel: everything up to its
// "moet" or "moeten".
type requirement struct {
	must    int // the token "moet"
	at, end int // of the subject, from its "een"; "De leeftijd van [een persoon] moet …"
	subject *rule.Binding
	faults  *fault
	unique  *rule.Attribute // "De nummers van alle personen moeten uniek zijn"
}

// requirement recognises a consistentieregel: a "moet" that no "berekend
// worden" and the like follows, right after the name of the subject.
func (g *region) requirement() (requirement, bool) {
	var out []requirement
	for k := 1; k < len(g.toks); k++ {
		t := &g.toks[k]
		if t.is("indien") && len(out) > 0 || len(out) > 8 {
			break
		}
		switch {
		case t.is("moet") && !g.assigns(k+1):
			for j := k - 2; j >= 0; j-- {
				if !g.toks[j].is("een") {
					continue
				}
				for _, s := range g.subjects(j + 1) {
					if s.end == k {
						out = append(out, requirement{must: k, at: j, end: k, subject: s.subject})
					}
				}
			}
		case t.is("moeten"):
			if r, ok := g.uniqueness(k); ok {
				return r, true
			}
		}
	}
	// A subject that leaves a whole phrase before it is the one.
	var good []requirement
	for _, r := range out {
		if r.at == 0 || g.leads(r) {
			good = append(good, r)
		}
	}
	switch {
	case len(out) == 0:
		g.far, g.wants, g.wantNames, g.matched = 0, 0, nil, -1
		return requirement{}, false
	case len(good) == 0:
		return out[0], true
	case len(good) > 1:
		a, b := subjectName(good[0].subject), subjectName(good[1].subject)
		pos := g.pos(0)
		good[0].faults = unclear(func() rule.Diagnostic {
			return errorAt(pos, CodeAmbiguous, "dit is op twee manieren te lezen: over een "+quote(a)+" en over een "+quote(b), "geef een van de namen een andere naam")
		})
	}
	return good[0], true
}

// assigns reports whether what follows "moet" announces a value, also when it
// is misspelt.
func (g *region) assigns(i int) bool {
	if g.tok(i+1).is("worden") || g.tok(i).is("worden") {
		return true
	}
	for _, w := range []string{"berekend", "gesteld", "geïnitialiseerd"} {
		if t := g.tok(i); t.is(w) || t.kind == kindWord && len(t.text) > 4 && nearest(t.text, []string{w}) != "" {
			return true
		}
	}
	return false
}

// leads reports whether what stands before "moet" can be read as a value or an
// object of the subject.
func (g *region) leads(r requirement) bool {
	sub := g.p.region(g.u, &scope{binding: r.subject}, g.toks[:r.must], &g.toks[r.must])
	defer sub.release()
	sub.subjectAt, sub.subjectEnd = r.at, r.end
	for _, q := range sub.paths(0) {
		if q.end == r.must && q.faults.errors() == 0 {
			return true
		}
	}
	for _, l := range sub.full(0) {
		if l.end == r.must && l.faults.errors() == 0 {
			return true
		}
	}
	return false
}

// uniqueness reads "De nummers van alle personen moeten uniek zijn" with its
// "moeten" at k.
func (g *region) uniqueness(k int) (requirement, bool) {
	if g.words(k+1, "uniek", "zijn") < 0 {
		return requirement{}, false
	}
	r := requirement{must: k, end: k}
	for i := range k {
		if g.toks[i].is("concatenatie") || g.words(i, "verenigd", "met") > 0 {
			r.subject = &rule.Binding{}
			at := g.pos(i)
			r.faults = wrong(func() rule.Diagnostic { return outside(at, "uniek zijn over meer attributen samen") })
		}
	}
	for _, m := range g.p.names.at(g.toks, 1) {
		for _, s := range m.symbols {
			j := g.words(m.end, "van", "alle")
			if a := s.attribute; j > 0 && a != nil && a.Kind == rule.Value && s.plural && g.tok(0).is("de") {
				for _, o := range g.p.names.at(g.toks, j) {
					for _, os := range o.symbols {
						switch {
						case o.end != k || !os.plural:
						case os.object == a.Owner:
							return requirement{must: k, end: k, subject: &rule.Binding{Object: a.Owner}, unique: a}, true
						case os.object != nil:
							owner := os.object
							r.subject, r.unique = &rule.Binding{Object: owner}, a
							r.faults = wrong(func() rule.Diagnostic {
								return errorAt(g.pos(1), CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name), quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
							})
						default:
							at := g.pos(j)
							r.subject, r.unique = &rule.Binding{Object: a.Owner}, a
							r.faults = wrong(func() rule.Diagnostic { return outside(at, "uniek zijn onder een deel van de objecten") })
						}
					}
				}
			}
		}
	}
	if r.subject == nil {
		r.subject = &rule.Binding{}
		r.faults = wrong(func() rule.Diagnostic {
			return errorAt(g.pos(1), CodeSyntax, "wat hier uniek moet zijn is niet te lezen", "schrijf "+quote("De nummers van alle personen moeten uniek zijn")+
				"; het meervoud van een attribuut staat in zijn declaratie: "+quote("het nummer (mv: nummers)"))
		})
	}
	return r, true
}

// demand is one way to read a whole consistentieregel.
type demand struct {
	test   test
	cond   rule.Condition // after "indien"
	faults *fault
}

// require reads what the subject has to meet, and the condition after it.
func (p *parser) require(g *region, v *rule.Version, r requirement, variables []*variable, ok bool) {
	p.bind(g, v, r.subject, variables)
	r.faults.report(p)
	if !ok || r.subject.Object == nil {
		return
	}
	g.far, g.wants, g.wantNames, g.matched = 0, 0, nil, -1
	if r.unique != nil {
		v.Action = &rule.Unique{Attribute: r.unique, Pos: g.pos(0)}
		p.noCondition(g, r.must+3)
		return
	}
	g.subjectAt, g.subjectEnd = r.at, r.end
	tests, unique := g.criteria(r)
	// The subject has had its turn: what follows calls it by its name.
	g.subjectEnd = 0
	if unique != nil {
		v.Action = &rule.Unique{Attribute: unique, Pos: g.pos(0)}
		p.noCondition(g, r.must+3)
		return
	}
	var best []demand
	add := func(d demand) {
		if len(best) == 0 {
			best = append(best, d)
			return
		}
		switch c := d.faults.compare(best[0].faults); {
		case c < 0:
			best[0] = d
		case c == 0 && d.faults.errors() == 0:
			a, sc := best[0], g.sc
			best[0].faults = join(a.faults, unclear(func() rule.Diagnostic {
				return ambiguous(g.pos(0), a.fragments(sc), d.fragments(sc))
			}))
		}
	}
	var atIndien *test
	for _, t := range tests {
		switch {
		case t.end == len(g.toks):
			add(demand{test: t, faults: t.faults})
		case g.tok(t.end).is("indien"):
			if atIndien == nil || t.faults.compare(atIndien.faults) < 0 {
				t := t
				atIndien = &t
			}
			for _, c := range g.condition(t.end+1, verbLast) {
				if c.end == len(g.toks) {
					add(demand{test: t, cond: c.cond, faults: join(t.faults, c.faults)})
				} else {
					g.need(c.end, wantEnd)
				}
			}
		default:
			g.need(t.end, wantIndien|wantEnd)
		}
	}
	if len(best) > 0 && !g.over {
		best[0].faults.report(p)
		v.Action = &rule.Require{Condition: best[0].test.cond, Pos: g.pos(0)}
		v.Condition = best[0].cond
		return
	}
	if atIndien != nil {
		atIndien.faults.report(p)
	}
	p.report(g.failure())
	g.nested().report(p)
}

// fragments shows a demand among others.
func (d demand) fragments(sc *scope) []Fragment {
	out := fragmentsOf(sc, nil, d.test.cond)
	if d.cond != nil {
		out = append(append(out, Fragment{Kind: FragmentKeyword, Text: " indien "}), fragmentsOf(sc, nil, d.cond)...)
	}
	return out
}

// noCondition refuses what follows "uniek zijn".
func (p *parser) noCondition(g *region, end int) {
	switch t := g.tok(end); {
	case t.kind == kindEnd:
	case t.is("indien"):
		p.report(outside(g.pos(end), "uniek zijn met een voorwaarde"))
	default:
		g.need(end, wantEnd)
		p.report(g.failure())
	}
}

// criteria reads what follows "moet": "groter zijn dan …", "verzekerd zijn",
// "voldoen aan alle volgende criteria:".
func (g *region) criteria(r requirement) (tests []test, unique *rule.Attribute) {
	at := r.must + 1
	if r.at == 0 {
		g.need(at, wantCriterion)
		self := path{end: at, from: r.subject, target: r.subject.Object}
		for _, t := range g.aboutObject(0, self, infinitive) {
			tests = g.keepTest(tests, t)
		}
		if j := g.words(at, "voldoen", "aan"); j > 0 {
			if q, ok := g.quantity(j); ok {
				tests = append(tests, g.listed(q, q.end, g.sc)...)
			}
		}
		if g.tok(at).is("aan") {
			if q, ok := g.quantity(at + 1); ok && g.tok(q.end).is("voldoen") {
				tests = append(tests, g.listed(q, q.end+1, g.sc)...)
			}
		}
		return tests, nil
	}
	for _, q := range g.paths(0) {
		if q.end == r.must {
			q.end = at
			g.need(at, wantCriterion)
			for _, t := range g.aboutObject(0, q, infinitive) {
				tests = g.keepTest(tests, t)
			}
		}
	}
	for _, l := range g.full(0) {
		if l.end != r.must {
			g.need(l.end, wantOperator)
			continue
		}
		if a, ok := l.expr.(*rule.AttributeRef); ok && len(a.Via) == 0 && g.words(at, "uniek", "zijn") > 0 {
			return nil, a.Attribute
		}
		l.end = at
		g.need(at, wantCriterion)
		for _, t := range g.compared(0, l, infinitive) {
			tests = g.keepTest(tests, t)
		}
	}
	return tests, nil
}
