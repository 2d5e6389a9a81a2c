package regelspraak

import (
	"lemniscaat/internal/rule"
)

// clause is the order of the words: where the verb of a predicate stands.
type clause uint8

const (
	verbSecond clause = iota // "hij is verzekerd"
	verbLast                 // "indien hij verzekerd is"; verbSecond is read there as well
	infinitive               // "hij moet verzekerd zijn"
)

// verb reports whether token i is a form of zijn (or hebben) that a clause may
// have.
func (g *region) verb(i int, form clause, have bool) bool {
	t := g.tok(i)
	if have {
		return t.is("hebben") || form != infinitive && t.is("heeft")
	}
	return t.is("zijn") || form != infinitive && t.is("is")
}

// comparator is an operator as it is written.
type comparator struct {
	op          rule.CompareOp
	date, plain bool // only for dates; only for what is not a date
	end         int
}

// comparator reads "is groter dan", "groter is dan of gelijk is aan", "gelijk
// zijn aan" and their sisters at i.
func (g *region) comparator(i int, form clause) (comparator, bool) {
	if form != infinitive && g.verb(i, form, false) {
		if c, ok := g.comparatorAfter(i+1, form, true); ok {
			return c, true
		}
	}
	if form == verbSecond {
		return comparator{}, false
	}
	return g.comparatorAfter(i, form, false)
}

// comparatorAfter reads the words of a comparison; done says that its verb
// stands before them.
func (g *region) comparatorAfter(i int, form clause, done bool) (comparator, bool) {
	first := done
	verb := func(i int) int { // steps over a verb
		if !first && g.verb(i, form, false) {
			done = true
			return i + 1
		}
		return i
	}
	// order reads "groter", "later" and so on.
	order := func(i int) (c comparator, ok bool) {
		switch t := g.tok(i); {
		case t.is("groter"):
			return comparator{op: rule.Greater, plain: true}, true
		case t.is("kleiner"):
			return comparator{op: rule.Less, plain: true}, true
		case t.is("later"):
			return comparator{op: rule.Greater, date: true}, true
		case t.is("eerder"):
			return comparator{op: rule.Less, date: true}, true
		}
		return c, false
	}
	orEqual := func(c comparator, end int) (comparator, bool) {
		if c.op == rule.Greater {
			c.op = rule.GreaterEqual
		} else {
			c.op = rule.LessEqual
		}
		c.end = end
		return c, done
	}
	if c, ok := order(i); ok {
		i = verb(i + 1)
		dan := g.words(i, "dan")
		if dan > 0 {
			i = dan
		}
		if j := g.words(i, "of", "gelijk"); j > 0 {
			was := done
			if j = g.words(verb(j), "aan"); j > 0 && done {
				return orEqual(c, j)
			}
			done = was
		}
		c.end = dan
		return c, dan > 0 && done
	}
	t := g.tok(i)
	if !t.is("gelijk") && !t.is("ongelijk") {
		return comparator{}, false
	}
	end := g.words(verb(i+1), "aan")
	if end < 0 {
		return comparator{}, false
	}
	if t.is("ongelijk") {
		return comparator{op: rule.NotEqual, end: end}, done
	}
	if g.tok(end).is("of") {
		if c, ok := order(end + 1); ok {
			if j := g.words(verb(end+2), "dan"); j > 0 && done {
				return orEqual(c, j)
			}
		}
	}
	return comparator{op: rule.Equal, end: end}, done
}

// compared reads a comparison or "is leeg" after the value l.
func (g *region) compared(i int, l reading, form clause) []test {
	pos := g.pos(i)
	var out []test
	at := l.end
	if g.tok(at).is(",") { // closes ", met een minimum van …"
		at++
	}
	if end, not := g.emptiness(at, form); end > 0 {
		return append(out, test{end, &rule.IsEmpty{Node: truth(pos), Expr: l.expr, Not: not}, l.faults})
	}
	if c, ok := g.comparator(at, form); ok {
		for _, r := range g.full(c.end) {
			cond, f := g.comparison(c, l.expr, r.expr, pos, at)
			out = g.keepTest(out, test{r.end, cond, join(join(l.faults, r.faults), f)})
		}
		return out
	}
	g.need(l.end, wantComparison)
	if form != infinitive && g.verb(at, form, false) {
		g.need(at+1, wantLeeg)
	}
	return out
}

// emptiness reads "is leeg", "gevuld is" and their sisters.
func (g *region) emptiness(i int, form clause) (end int, not bool) {
	var word int
	switch {
	case form != infinitive && g.verb(i, form, false):
		word = i + 1
	case form != verbSecond && g.verb(i+1, form, false):
		word = i
	default:
		return -1, false
	}
	if t := g.tok(word); !t.is("leeg") && !t.is("gevuld") {
		return -1, false
	}
	return i + 2, g.tok(word).is("gevuld")
}

// comparison compares two values, or says why they cannot be compared.
func (g *region) comparison(c comparator, l, r rule.Expr, pos rule.Pos, at int) (rule.Condition, *fault) {
	e := &rule.Compare{Node: truth(pos), Op: c.op, L: l, R: r}
	a, b, place := l.Type(), r.Type(), l.Position()
	if !known(a) || !known(b) {
		return e, nil
	}
	right, code, hint := g.p.fit(a, r)
	if e.R = right; code != "" {
		if a.Kind == rule.Text && b.Kind == rule.Enum {
			_, _, hint = g.p.fit(b, l)
		}
		return e, wrong(func() rule.Diagnostic {
			return errorAt(place, code, g.p.describe(l.Type())+" kan niet worden vergeleken met "+g.p.describe(r.Type()), hint)
		})
	}
	where := g.pos(at)
	switch {
	case orders(c.op) && (a.Kind == rule.Text || a.Kind == rule.Enum || a.Kind == rule.Boolean):
		return e, wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, g.p.describe(a)+" is niet groter of kleiner", "gebruik "+quote("is gelijk aan")+" of "+quote("is ongelijk aan"))
		})
	case c.date && a.Kind != rule.DateKind:
		return e, wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, g.p.describe(a)+" is niet eerder of later", "gebruik "+quote("is groter dan")+" of "+quote("is kleiner dan"))
		})
	case c.plain && a.Kind == rule.DateKind:
		return e, wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, "een datum is niet groter of kleiner", "gebruik "+quote("is later dan")+" of "+quote("is eerder dan"))
		})
	}
	return e, nil
}
