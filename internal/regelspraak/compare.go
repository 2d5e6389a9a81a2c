package regelspraak

import (
	"lemniscaat/internal/rule"
)

// comparisons lists the forms in main clauses ("is groter dan") and in
// subordinate ones ("groter is dan"), longest first.
var comparisons = []struct {
	words       []string
	op          rule.CompareOp
	subordinate bool
	date, plain bool // only for dates; only for what is not a date
}{
	{[]string{"is", "groter", "dan", "of", "gelijk", "aan"}, rule.GreaterEqual, false, false, true},
	{[]string{"is", "kleiner", "dan", "of", "gelijk", "aan"}, rule.LessEqual, false, false, true},
	{[]string{"is", "later", "dan", "of", "gelijk", "aan"}, rule.GreaterEqual, false, true, false},
	{[]string{"is", "eerder", "dan", "of", "gelijk", "aan"}, rule.LessEqual, false, true, false},
	{[]string{"is", "groter", "of", "gelijk", "aan"}, rule.GreaterEqual, false, false, true},
	{[]string{"is", "kleiner", "of", "gelijk", "aan"}, rule.LessEqual, false, false, true},
	{[]string{"is", "later", "of", "gelijk", "aan"}, rule.GreaterEqual, false, true, false},
	{[]string{"is", "eerder", "of", "gelijk", "aan"}, rule.LessEqual, false, true, false},
	{[]string{"is", "groter", "dan"}, rule.Greater, false, false, true},
	{[]string{"is", "kleiner", "dan"}, rule.Less, false, false, true},
	{[]string{"is", "later", "dan"}, rule.Greater, false, true, false},
	{[]string{"is", "eerder", "dan"}, rule.Less, false, true, false},
	{[]string{"is", "gelijk", "aan"}, rule.Equal, false, false, false},
	{[]string{"is", "ongelijk", "aan"}, rule.NotEqual, false, false, false},
	{[]string{"groter", "is", "dan", "of", "gelijk", "is", "aan"}, rule.GreaterEqual, true, false, true},
	{[]string{"kleiner", "is", "dan", "of", "gelijk", "is", "aan"}, rule.LessEqual, true, false, true},
	{[]string{"later", "is", "dan", "of", "gelijk", "is", "aan"}, rule.GreaterEqual, true, true, false},
	{[]string{"eerder", "is", "dan", "of", "gelijk", "is", "aan"}, rule.LessEqual, true, true, false},
	{[]string{"groter", "is", "dan", "of", "gelijk", "aan"}, rule.GreaterEqual, true, false, true},
	{[]string{"kleiner", "is", "dan", "of", "gelijk", "aan"}, rule.LessEqual, true, false, true},
	{[]string{"later", "is", "dan", "of", "gelijk", "aan"}, rule.GreaterEqual, true, true, false},
	{[]string{"eerder", "is", "dan", "of", "gelijk", "aan"}, rule.LessEqual, true, true, false},
	{[]string{"groter", "of", "gelijk", "is", "aan"}, rule.GreaterEqual, true, false, true},
	{[]string{"kleiner", "of", "gelijk", "is", "aan"}, rule.LessEqual, true, false, true},
	{[]string{"later", "of", "gelijk", "is", "aan"}, rule.GreaterEqual, true, true, false},
	{[]string{"eerder", "of", "gelijk", "is", "aan"}, rule.LessEqual, true, true, false},
	{[]string{"groter", "is", "dan"}, rule.Greater, true, false, true},
	{[]string{"kleiner", "is", "dan"}, rule.Less, true, false, true},
	{[]string{"later", "is", "dan"}, rule.Greater, true, true, false},
	{[]string{"eerder", "is", "dan"}, rule.Less, true, true, false},
	{[]string{"gelijk", "is", "aan"}, rule.Equal, true, false, false},
	{[]string{"ongelijk", "is", "aan"}, rule.NotEqual, true, false, false},
}

// compared reads a comparison or "is leeg" after the value l.
func (g *region) compared(i int, l reading, subordinate bool) []test {
	pos := g.pos(i)
	var out []test
	at := l.end
	if g.tok(at).is(",") { // closes ", met een minimum van …"
		at++
	}
	for _, e := range []struct {
		words       [2]string
		not         bool
		subordinate bool
	}{{[2]string{"is", "leeg"}, false, false}, {[2]string{"is", "gevuld"}, true, false},
		{[2]string{"leeg", "is"}, false, true}, {[2]string{"gevuld", "is"}, true, true}} {
		if end := g.words(at, e.words[0], e.words[1]); end > 0 && (!e.subordinate || subordinate) {
			out = append(out, test{end, &rule.IsEmpty{Node: truth(pos), Expr: l.expr, Not: e.not}, l.faults})
			return out
		}
	}
	for _, c := range comparisons {
		if c.subordinate && !subordinate {
			continue
		}
		next := g.words(at, c.words...)
		if next < 0 {
			continue
		}
		for _, r := range g.full(next) {
			f := join(join(l.faults, r.faults), g.comparison(c.op, c.date, c.plain, l.expr, r.expr, at))
			out = g.keepTest(out, test{r.end, &rule.Compare{Node: truth(pos), Op: c.op, L: l.expr, R: r.expr}, f})
		}
		return out
	}
	g.need(l.end, wantComparison)
	if g.tok(at).is("is") {
		g.need(at+1, wantLeeg)
	}
	return out
}

// comparison says why two values cannot be compared.
func (g *region) comparison(op rule.CompareOp, date, plain bool, l, r rule.Expr, at int) *fault {
	a, b, pos := l.Type(), r.Type(), l.Position()
	if !known(a) || !known(b) {
		return nil
	}
	if code, hint, ok := fits(a, b); !ok {
		if a.Kind == rule.Text && b.Kind == rule.Enum {
			a, b = b, a
			_, hint, _ = fits(a, b)
		}
		return wrong(func() rule.Diagnostic {
			return errorAt(pos, code, describe(l.Type())+" kan niet worden vergeleken met "+describe(r.Type()), hint)
		})
	}
	where := g.pos(at)
	switch {
	case orders(op) && (a.Kind == rule.Text || a.Kind == rule.Enum || a.Kind == rule.Boolean):
		return wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, describe(a)+" is niet groter of kleiner", "gebruik "+quote("is gelijk aan")+" of "+quote("is ongelijk aan"))
		})
	case date && a.Kind != rule.DateKind:
		return wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, describe(a)+" is niet eerder of later", "gebruik "+quote("is groter dan")+" of "+quote("is kleiner dan"))
		})
	case plain && a.Kind == rule.DateKind:
		return wrong(func() rule.Diagnostic {
			return errorAt(where, CodeMismatch, "een datum is niet groter of kleiner", "gebruik "+quote("is later dan")+" of "+quote("is eerder dan"))
		})
	}
	return nil
}
