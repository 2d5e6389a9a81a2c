package regelspraak

import (
	"lemniscaat/internal/rule"
)

// path is one way to read a phrase as an object: "zijn toeslagpartner", "het
// huishouden van de persoon".
type path struct {
	end    int
	from   *rule.Binding
	via    []*rule.Role
	target *rule.ObjectType
	plural bool // there may be several; the faults say so
	faults *fault
}

// paths gives the readings of the phrase at i as one object.
func (g *region) paths(i int) []path {
	if i > len(g.toks) || g.over {
		return nil
	}
	m := &g.memo[i*phrases+phrasePath]
	if !m.done {
		m.done = true
		m.paths = g.readPaths(i)
	}
	return m.paths
}

func (g *region) readPaths(i int) []path {
	t := g.tok(i)
	var out []path
	add := func(q path) {
		if g.p.readings++; g.p.readings > maxReadings {
			g.over = true
			return
		}
		out = append(out, q)
	}
	switch {
	case t.is("zijn"):
		g.needName(i+1, nameOfOwner, g.sc.binding.Object)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				if s.broken {
					add(path{end: m.end, from: g.sc.binding, faults: wrong(nil)})
				}
				if s.role != nil && s.role.Owner == g.sc.binding.Object && (!s.plural || s.role.Many) {
					g.ended(i+1, m.end)
					add(path{end: m.end, from: g.sc.binding, via: []*rule.Role{s.role}, target: s.role.Target,
						plural: s.role.Many, faults: g.single(i, s.role)})
				}
			}
		}
	case t.is("een") && g.subjectEnd > 0 && i == g.subjectAt:
		add(path{end: g.subjectEnd, from: g.sc.binding, target: g.sc.binding.Object})
	case t.is("de") || t.is("het"):
		g.needName(i+1, nameAfterArticle, nil)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				if s.broken {
					add(path{end: m.end, from: g.sc.binding, faults: wrong(nil)})
					for _, q := range g.ofPath(m.end) {
						add(path{end: q.end, from: q.from, faults: join(q.faults, wrong(nil))})
					}
				}
				for sc := g.sc; sc != nil; sc = sc.parent {
					if article, ok := sc.named(s, g.sc); ok {
						g.ended(i+1, m.end)
						add(path{end: m.end, from: sc.binding, target: sc.binding.Object,
							faults: g.article(i, article, m.end)})
					}
				}
				if s.role != nil && (!s.plural || s.role.Many) {
					g.ended(i+1, m.end)
					for _, q := range g.ofPath(m.end) {
						add(g.extend(i, q, s.role, s.plural, m.end))
					}
				}
			}
		}
	}
	return out
}

// ofPath reads "van" and an object.
func (g *region) ofPath(i int) []path {
	if !g.tok(i).is("van") {
		g.need(i, wantVan)
		return nil
	}
	return g.paths(i + 1)
}

// extend goes one role further: q is what stands after "van".
func (g *region) extend(i int, q path, r *rule.Role, plural bool, nameEnd int) path {
	f := q.faults
	switch {
	case q.target == nil: // in error already
	case r.Owner != q.target:
		pos, owner := g.pos(i+1), q.target
		f = join(f, wrong(func() rule.Diagnostic {
			return errorAt(pos, CodeName, lowerName(owner.Name)+" heeft geen rol "+quote(r.Name),
				quote(r.Name)+" is een rol van "+lowerName(r.Owner.Name))
		}))
	}
	article := r.Article
	if plural {
		article = "de"
	}
	f = join(f, g.article(i, article, nameEnd))
	via := make([]*rule.Role, 0, len(q.via)+1)
	via = append(append(via, q.via...), r)
	return path{end: q.end, from: q.from, via: via, target: r.Target, plural: q.plural || r.Many, faults: join(f, g.single(i, r))}
}

// single says that a to-many role does not give one object.
func (g *region) single(i int, r *rule.Role) *fault {
	if !r.Many {
		return nil
	}
	pos := g.pos(i)
	return wrong(func() rule.Diagnostic {
		return errorAt(pos, CodePlural, "een "+lowerName(r.Owner.Name)+" kan meer "+r.Plural+" hebben; hier is er één nodig",
			"gebruik "+either([]string{quote("het aantal " + r.Plural + " van …"), quote("de som van … van de " + r.Plural + " van …")}))
	})
}

// article warns when the article at i is not the one that was declared.
func (g *region) article(i int, want string, end int) *fault {
	t := g.tok(i)
	if t.is(want) || t.is("alle") || want != "de" && want != "het" {
		return nil
	}
	pos, text := g.u.pos(t), joinWords(g.toks[i+1:end])
	return odd(func() rule.Diagnostic { return wrongArticle(pos, want, text) })
}

// many reads the phrase at i as the objects of a to-many role, "de leden van
// zijn huishouden": from that role on the rest is the path to its owner.
// Further roles in front ("de toeslagpartner van de leden van …") come back in
// after, to be followed from each element.
type manyPath struct {
	end    int
	from   *rule.Binding
	via    []*rule.Role // the last one is to-many
	after  []*rule.Role // to-one, from the element on
	faults *fault
}

func (g *region) many(i int) []manyPath {
	if out, done := g.manys[i]; done || g.over {
		return out
	}
	out := g.readMany(i)
	if g.p.readings += len(out); g.p.readings > maxReadings {
		g.over = true
	}
	if g.manys == nil {
		g.manys = map[int][]manyPath{}
	}
	g.manys[i] = out
	return out
}

func (g *region) readMany(i int) []manyPath {
	t := g.tok(i)
	var out []manyPath
	switch {
	case t.is("zijn"):
		g.needName(i+1, nameMany, nil)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				if s.role != nil && s.plural && s.role.Many && s.role.Owner == g.sc.binding.Object {
					out = append(out, manyPath{end: m.end, from: g.sc.binding, via: []*rule.Role{s.role}})
				}
			}
		}
	case t.is("de") || t.is("het") || t.is("alle"):
		g.needName(i+1, nameMany, nil)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				switch {
				case s.broken:
					out = append(out, manyPath{end: m.end, from: g.sc.binding, faults: wrong(nil)})
					for _, q := range g.ofPath(m.end) {
						out = append(out, manyPath{end: q.end, from: q.from, faults: wrong(nil)})
					}
				case s.role == nil:
				case s.role.Many && s.plural:
					out = append(out, g.manyOf(i, m.end, s.role)...)
				case !s.role.Many && !s.plural && !t.is("alle"):
					g.ended(i+1, m.end)
					if !g.tok(m.end).is("van") {
						g.need(m.end, wantVan)
						break
					}
					for _, q := range g.many(m.end + 1) {
						if last := q.last(); last != nil && last.Target == s.role.Owner {
							q.after = append(append([]*rule.Role{}, q.after...), s.role)
							q.faults = join(q.faults, g.article(i, s.role.Article, m.end))
							out = append(out, q)
						}
					}
				}
			}
		}
	}
	return out
}

// last is the role that was followed last.
func (q manyPath) last() *rule.Role {
	if n := len(q.after); n > 0 {
		return q.after[n-1]
	}
	if n := len(q.via); n > 0 {
		return q.via[n-1]
	}
	return nil
}

// manyOf reads "van" and the owner after the plural of a to-many role: one
// object, or the elements of another to-many role ("de kinderen van de leden
// van zijn huishouden").
func (g *region) manyOf(i, end int, r *rule.Role) []manyPath {
	g.ended(i+1, end)
	var out []manyPath
	one := g.ofPath(end)
	if g.tok(end).is("van") {
		for _, q := range g.many(end + 1) {
			last := q.last()
			if last == nil || last.Target != r.Owner {
				continue
			}
			q.faults = join(q.faults, g.once(i, q, r))
			q.via = append(append(make([]*rule.Role, 0, len(q.via)+1), q.via...), r)
			q.after = nil
			out = append(out, q)
		}
	}
	chained := len(out) > 0
	for _, q := range one {
		f := q.faults
		switch {
		case q.plural && chained:
			continue // in error: several where one is needed
		case q.target != nil && q.target != r.Owner:
			pos, owner := g.pos(i+1), q.target
			f = join(f, wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeName, lowerName(owner.Name)+" heeft geen "+quote(r.Plural),
					quote(r.Plural)+" is een rol van "+lowerName(r.Owner.Name))
			}))
		}
		via := append(append(make([]*rule.Role, 0, len(q.via)+1), q.via...), r)
		out = append(out, manyPath{end: q.end, from: q.from, via: via, faults: f})
	}
	return out
}

// once says why going on with r from the elements of q could come to one object
// twice.
func (g *region) once(i int, q manyPath, r *rule.Role) *fault {
	pos := g.pos(i + 1)
	switch {
	case len(q.after) > 0:
		between := q.after[0]
		return wrong(func() rule.Diagnostic {
			return outside(pos, "een enkele rol ("+between.Name+") tussen twee meervoudige, waardoor iets twee keer kan meetellen,")
		})
	case r.Inverse.Many:
		return wrong(func() rule.Diagnostic {
			return errorAt(pos, CodePlural, "zo kan "+r.Article+" "+r.Name+" twee keer meetellen: die kan meer "+r.Inverse.Plural+" hebben",
				"reken per "+lowerName(r.Owner.Name)+": geef elk eerst een eigen uitkomst en neem die samen")
		})
	}
	return nil
}
