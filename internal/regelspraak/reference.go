package regelspraak

import (
	"lemniscaat/internal/rule"
)

// references reads the name of a parameter, a variable or an attribute of some
// object.
func (g *region) references(i int) []reading {
	t := g.tok(i)
	pos := g.u.pos(t)
	var out []reading
	add := func(end int, e rule.Expr, f *fault) { out = g.keep(out, reading{end: end, expr: e, faults: f}) }

	switch {
	case t.is("zijn"):
		owner := g.sc.binding.Object
		g.needName(i+1, nameOfOwner, owner)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				switch a := s.attribute; {
				case s.broken:
					add(m.end, broken(pos), wrong(nil))
				case a != nil && a.Kind == rule.Value && !s.plural && a.Owner == owner:
					g.ended(i+1, m.end)
					add(m.end, &rule.AttributeRef{Node: rule.Node{Typ: a.Type.Plain(), Pos: pos}, From: g.sc.binding, Attribute: a}, nil)
				}
			}
		}
		return out

	case t.is("de") || t.is("het"):
		g.needName(i+1, nameAfterArticle, nil)
		for _, m := range g.p.names.at(g.toks, i+1) {
			if e, f, ok := g.parameter(i, m); ok {
				g.ended(i+1, m.end)
				add(m.end, e, f)
			}
			for _, s := range m.symbols {
				switch a := s.attribute; {
				case s.broken:
					add(m.end, broken(pos), wrong(nil))
					for _, q := range g.ofPath(m.end) {
						add(q.end, broken(pos), wrong(nil))
					}
				case a != nil && a.Kind == rule.Value && !s.plural:
					g.ended(i+1, m.end)
					for _, q := range g.ofPath(m.end) {
						e := &rule.AttributeRef{Node: rule.Node{Typ: a.Type.Plain(), Pos: pos}, From: q.from, Via: q.via, Attribute: a}
						f := join(q.faults, g.article(i, a.Article, m.end))
						if q.target != nil && q.target != a.Owner {
							owner := q.target
							at := g.pos(i + 1)
							f = join(f, wrong(func() rule.Diagnostic {
								return errorAt(at, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name),
									quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
							}))
						}
						add(q.end, e, f)
					}
				}
			}
		}
	}

	at := i
	if t.is("de") || t.is("het") {
		at++
	}
	for _, v := range g.sc.all() {
		if end := matchWords(g.toks, at, v.words); end > 0 && (at > i) == (v.rule.Article != "") {
			g.ended(at, end)
			e, f := g.variable(v, pos)
			if at > i {
				f = join(f, g.article(i, v.rule.Article, end))
			}
			add(end, e, f)
		}
	}
	return out
}

// matchWords gives the token after the words of a name at i, or -1.
func matchWords(toks []token, i int, words []string) int {
	if len(words) == 0 || i+len(words) > len(toks) {
		return -1
	}
	for k, w := range words {
		t := &toks[i+k]
		if t.kind != kindWord && t.kind != kindNumber {
			return -1
		}
		if t.text != w && (k > 0 || t.fold != foldFirst(w)) {
			return -1
		}
	}
	return i + len(words)
}

// parameter gives the parameter that a name means here: that of the own
// regulation, or else the only one there is.
func (g *region) parameter(i int, m match) (rule.Expr, *fault, bool) {
	var own, other *rule.Parameter
	var others []string
	for _, s := range m.symbols {
		if q := s.parameter; q != nil {
			if g.p.home[q] == g.u.src.Regulation {
				own = q
			} else {
				other = q
				others = append(others, g.p.home[q])
			}
		}
	}
	if own == nil {
		own = other
	}
	if own == nil {
		return nil, nil, false
	}
	pos := g.pos(i)
	if own == other && len(others) > 1 {
		text := own.Name
		return broken(pos), wrong(func() rule.Diagnostic {
			return errorAt(pos, CodeAmbiguous, "de parameter "+quote(text)+" staat in meer regelingen: "+enumerate(others, "en"),
				"declareer hem in de eigen regeling, of geef een van beide een andere naam")
		}), true
	}
	return &rule.ParameterRef{Node: rule.Node{Typ: own.Type.Plain(), Pos: pos}, Parameter: own}, g.article(i, own.Article, m.end), true
}
