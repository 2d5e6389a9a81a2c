package regelspraak

import (
	"lemniscaat/internal/rule"
)

// test is one way to read a phrase as a condition.
type test struct {
	end    int
	cond   rule.Condition
	faults *fault
}

// keepTest is keep for conditions, which have no type.
func (g *region) keepTest(ts []test, t test) []test {
	if g.p.readings++; g.p.readings > maxReadings {
		g.over = true
		return ts
	}
	for i := range ts {
		o := &ts[i]
		if o.end != t.end {
			continue
		}
		switch c := t.faults.compare(o.faults); {
		case c < 0:
			*o = t
		case c == 0 && t.faults.errors() == 0 && !equalCondition(o.cond, t.cond):
			a, b, pos, sc := o.cond, t.cond, o.cond.Position(), g.sc
			o.faults = join(o.faults, unclear(func() rule.Diagnostic {
				return ambiguous(pos, fragmentsOf(sc, nil, a), fragmentsOf(sc, nil, b))
			}))
		}
		return ts
	}
	return append(ts, t)
}

func truth(pos rule.Pos) rule.Node {
	return rule.Node{Typ: rule.Type{Kind: rule.Boolean}, Pos: pos}
}

// condition reads a condition at i in one or more orders of words.
func (g *region) condition(i int, form clause) []test {
	g.need(i, wantCondition)
	var out []test
	for _, t := range g.compound(i, form) {
		out = g.keepTest(out, t)
	}
	for _, q := range g.persons(i) {
		for _, t := range g.aboutObject(i, q, form) {
			out = g.keepTest(out, t)
		}
	}
	for _, l := range g.full(i) {
		for _, t := range g.compared(i, l, form) {
			out = g.keepTest(out, t)
		}
	}
	return out
}

// persons reads what a kenmerk can be said of: "hij", or an object.
func (g *region) persons(i int) []path {
	b := g.sc.binding
	switch t := g.tok(i); {
	case t.is("hij") || t.is("het") && b.Object != nil && !b.Object.Animate:
		q := path{end: i + 1, from: b, target: b.Object}
		if t.is("hij") && !b.Object.Animate {
			pos, o := g.u.pos(t), b.Object
			q.faults = wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeSyntax, quote("hij")+" kan alleen van iets dat bezield is worden gezegd", "schrijf "+quote(o.Article+" "+lowerName(o.Name)))
			})
		}
		return append([]path{q}, g.paths(i)...)
	}
	return g.paths(i)
}

// aboutObject reads "… is [niet] verzekerd", "… heeft [geen] recht op …", "…
// is [g]een aanvrager", "… is leeg" after an object, or the same with the verb
// at the end.
func (g *region) aboutObject(i int, q path, form clause) []test {
	pos := g.pos(i)
	var out []test
	has := func(end int, a *rule.Attribute, not bool) {
		if a == nil { // a broken name
			out = g.keepTest(out, test{end, &rule.Compound{Node: truth(pos)}, join(q.faults, wrong(nil))})
			return
		}
		out = g.keepTest(out, test{end, &rule.HasKenmerk{Node: truth(pos), From: q.from, Via: q.via, Kenmerk: a, Not: not}, q.faults})
	}
	empty := func(end int, not bool) {
		if len(q.via) == 0 {
			return
		}
		ref := &rule.ObjectRef{Node: rule.Node{Typ: rule.Type{Kind: rule.Object, Object: q.target}, Pos: pos}, From: q.from, Via: q.via}
		out = g.keepTest(out, test{end, &rule.IsEmpty{Node: truth(pos), Expr: ref, Not: not}, q.faults})
	}
	if q.target == nil { // a broken name: read on without complaint
		for j := q.end; j <= len(g.toks); j++ {
			if j == len(g.toks) {
				out = g.keepTest(out, test{j, &rule.Compound{Node: truth(pos)}, q.faults})
			}
		}
		return out
	}
	g.need(q.end, wantVerb)
	if end, not := g.emptiness(q.end, form); end > 0 {
		empty(end, not)
	}
	if c, ok := g.comparator(q.end, form); ok {
		at := g.pos(q.end)
		for _, o := range g.persons(c.end) {
			out = g.keepTest(out, test{o.end, &rule.Compound{Node: truth(pos)}, wrong(func() rule.Diagnostic { return outside(at, "objecten met elkaar vergelijken") })})
		}
	}
	switch {
	case form == infinitive:
	case g.verb(q.end, form, false):
		g.need(q.end+1, wantEmpty)
		g.kenmerken(q.end+1, q.target, rule.Adjective, has, false)
		g.kenmerken(q.end+1, q.target, rule.Noun, has, false)
		return out
	case g.verb(q.end, form, true):
		g.kenmerken(q.end+1, q.target, rule.Possessive, has, false)
		return out
	}
	if form != verbSecond {
		closed := func(have bool) func(end int, a *rule.Attribute, not bool) {
			return func(end int, a *rule.Attribute, not bool) {
				if g.verb(end, form, have) {
					has(end+1, a, not)
				} else {
					g.need(end, wantVerb)
				}
			}
		}
		g.kenmerken(q.end, q.target, rule.Adjective, closed(false), false)
		g.kenmerken(q.end, q.target, rule.Noun, closed(false), false)
		g.kenmerken(q.end, q.target, rule.Possessive, closed(true), false)
	}
	return out
}

// kenmerken reads the name of a kenmerk of one kind, with its negation: "niet
// verzekerd", "geen aanvrager", "geen recht op zorgtoeslag". In the plural
// ("die geen aanvragers zijn") a noun needs no "een". For a name whose
// declaration is broken found gets nil.
func (g *region) kenmerken(i int, o *rule.ObjectType, kind rule.AttributeKind, found func(end int, a *rule.Attribute, not bool), many bool) {
	match := func(j int, not, allowSingular, allowPlural bool) {
		g.needName(j, map[rule.AttributeKind]nameKind{rule.Adjective: nameAdjective, rule.Possessive: namePossessive, rule.Noun: nameNoun}[kind], o)
		for _, m := range g.p.names.at(g.toks, j) {
			for _, s := range m.symbols {
				if s.broken {
					found(m.end, nil, not)
				}
				if a := s.attribute; a != nil && a.Kind == kind && a.Owner == o && (s.plural && allowPlural || !s.plural && allowSingular) {
					g.ended(j, m.end)
					found(m.end, a, not)
				}
			}
		}
	}
	t := g.tok(i)
	switch kind {
	case rule.Adjective:
		if t.is("niet") {
			match(i+1, true, true, false)
		}
		match(i, false, true, false)
	case rule.Possessive:
		if t.is("geen") || t.is("niet") {
			match(i+1, true, true, false)
		}
		match(i, false, true, false)
	case rule.Noun:
		switch {
		case t.is("een"):
			match(i+1, false, true, false)
		case t.is("geen"):
			match(i+1, true, true, many)
		case many:
			match(i, false, false, true)
		}
	}
}
