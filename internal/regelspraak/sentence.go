package regelspraak

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// sentence reads the result, the condition and the variables of a version.
func (p *parser) sentence(u *unit, v *rule.Version, tokens []token, stop *token, definitions []token) {
	variables := p.variables(u, definitions)
	seg, ok := p.segments(u, tokens)
	g := p.region(u, &scope{binding: &rule.Binding{}, variables: variables}, seg.tokens, stop)
	if stop == nil {
		last := &tokens[len(tokens)-1]
		g.stop.line, g.stop.column = last.line, last.column+int32(len([]rune(u.text[last.start:last.end])))
	}
	defer g.release()

	if r, found := g.requirement(); found {
		p.require(g, v, r, variables, ok)
		p.finishVariables(u, v, variables)
		return
	}
	var heads []head
	for _, h := range g.heads() {
		heads = g.keepHead(heads, h)
	}
	if len(heads) == 0 {
		p.report(g.failure())
		// Read on with the subject that it seems to have.
		h, found := g.guess()
		if !found {
			return
		}
		heads = []head{h}
	}
	h := heads[0]
	h.faults.report(p)
	p.bind(g, v, h.subject, variables)
	if ok {
		p.body(g, v, h)
	}
	p.finishVariables(u, v, variables)
}

// bind makes the subject what the rest of the rule speaks of.
func (p *parser) bind(g *region, v *rule.Version, subject *rule.Binding, variables []*variable) {
	g.sc = &scope{binding: subject, variables: variables}
	v.Subject = subject
	for _, d := range variables {
		d.scope = g.sc
	}
	p.settle(g.sc)
}

// body reads the expression and the condition after the head.
func (p *parser) body(g *region, v *rule.Version, h head) {
	g.far, g.wants, g.wantNames, g.matched = h.end, 0, nil, -1
	if h.grant {
		v.Action = &rule.Grant{Kenmerk: h.target, Pos: g.pos(0)}
		if h.end < len(g.toks) {
			p.conditionAfter(g, v, h.end)
		}
		return
	}

	var want rule.Type
	if h.target != nil && !h.faults.fatal() {
		want = h.target.Type
	}
	var best []reading // one per whole sentence; the condition is kept aside
	conds := map[rule.Expr]rule.Condition{}
	var atIndien *reading
	for _, r := range g.full(h.end) {
		e, f := g.assignable(want, r.expr, h.target)
		r.expr, r.faults = e, join(r.faults, f)
		switch t := g.tok(r.end); {
		case r.end == len(g.toks):
			best = g.keepSentence(best, conds, r, nil)
		case t.is("indien"):
			if atIndien == nil || r.faults.compare(atIndien.faults) < 0 {
				r := r
				atIndien = &r
			}
			for _, c := range g.condition(r.end+1, verbLast) {
				if c.end == len(g.toks) {
					s := reading{end: c.end, expr: r.expr, faults: join(r.faults, c.faults)}
					best = g.keepSentence(best, conds, s, c.cond)
				} else {
					g.need(c.end, wantEnd)
				}
			}
		default:
			g.need(r.end, wantIndien|wantEnd)
		}
	}
	if len(best) > 0 && !g.over {
		b := best[0]
		b.faults.report(p)
		if h.initial {
			v.Action = &rule.Initialise{Target: h.target, Expr: b.expr, Pos: g.pos(0)}
		} else {
			v.Action = &rule.Assign{Target: h.target, Expr: b.expr, Pos: g.pos(0)}
		}
		v.Condition = conds[b.expr]
		return
	}
	if atIndien != nil {
		atIndien.faults.report(p)
	}
	p.report(g.failure())
	g.nested().report(p)
	if atIndien == nil && !g.over { // the condition is worth reading on its own
		for i := g.far; i < len(g.toks); i++ {
			if g.toks[i].is("indien") {
				p.conditionAfter(g, v, i)
				break
			}
		}
	}
}

// keepSentence keeps the best reading of a whole sentence.
func (g *region) keepSentence(best []reading, conds map[rule.Expr]rule.Condition, s reading, c rule.Condition) []reading {
	if len(best) == 0 {
		conds[s.expr] = c
		return append(best, s)
	}
	o := &best[0]
	switch k := s.faults.compare(o.faults); {
	case k < 0:
		conds[s.expr] = c
		*o = s
	case k == 0 && s.faults.errors() == 0:
		a, b, pos, sc := *o, s, o.expr.Position(), g.sc
		ac := conds[o.expr]
		o.faults = join(o.faults, unclear(func() rule.Diagnostic {
			return ambiguous(pos, fragmentsOf(sc, a.expr, ac), fragmentsOf(sc, b.expr, c))
		}))
	}
	return best
}

// conditionAfter reads "indien …" at i to the end of the sentence.
func (p *parser) conditionAfter(g *region, v *rule.Version, i int) {
	g.far, g.wants, g.wantNames, g.matched = i+1, 0, nil, -1
	if best, found := g.whole(g.condition(i+1, verbLast)); found {
		best.faults.report(p)
		v.Condition = best.cond
		return
	}
	p.report(g.failure())
	g.nested().report(p)
}

// assignable gives a value as the attribute takes it, or says why it does not.
func (g *region) assignable(want rule.Type, e rule.Expr, a *rule.Attribute) (rule.Expr, *fault) {
	t := e.Type()
	out, code, hint := g.p.fit(want, e)
	if code != "" {
		return e, wrong(func() rule.Diagnostic {
			return errorAt(e.Position(), code, quote(a.Name)+" is "+g.p.describe(want)+"; hier staat "+g.p.describe(t), hint)
		})
	}
	if f := g.converted(e, out); f != nil {
		return out, f
	}
	most := want.Decimals
	if !known(t) || !want.Whole && most == 0 {
		return out, nil
	}
	if n, ok := decimals(out); ok && n <= most {
		return out, nil
	}
	return out, wrong(func() rule.Diagnostic {
		if want.Whole {
			return errorAt(e.Position(), CodeWhole, quote(a.Name)+" is een geheel getal; deze uitkomst hoeft dat niet te zijn",
				"zet erachter hoe er wordt afgerond: "+quote("naar beneden afgerond op 0 decimalen"))
		}
		return errorAt(e.Position(), CodeRounding, fmt.Sprintf("%s heeft hoogstens %d %s; deze uitkomst kan er meer hebben", quote(a.Name), most, plural(most, "decimaal", "decimalen")),
			"zet erachter hoe er wordt afgerond: "+quote(fmt.Sprintf("naar beneden afgerond op %d decimalen", most)))
	})
}

// converted refuses a rounding or a bound whose result would still be
// converted, as out, to the unit of the attribute: it is not to be seen in
// which of the two units it was meant.
func (g *region) converted(e, out rule.Expr) *fault {
	if out == e {
		return nil
	}
	what, act, done := "", "", ""
	switch e.(type) {
	case *rule.Round:
		what, act, done = "deze afronding", "rond dat af", "de afgeronde waarde"
	case *rule.Clamp:
		what, act, done = "deze grens", "begrens dat", "de begrensde waarde"
	default:
		return nil
	}
	from, to := e.Type().Unit, out.Type().Unit
	return wrong(func() rule.Diagnostic {
		return errorAt(e.Position(), CodeRounding, what+" geldt in "+quote(from)+", en daarna wordt de uitkomst omgerekend naar "+quote(to),
			"reken eerst om: geef de waarde ervoor een eigen attribuut in "+quote(to)+" en "+act+
				"; is "+quote(from)+" bedoeld, zet "+done+" dan onder "+quote("Daarbij geldt:"))
	})
}
