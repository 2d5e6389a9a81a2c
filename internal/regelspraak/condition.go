package regelspraak

import (
	"fmt"
	"slices"
	"strconv"

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

// condition reads a condition at i. A subordinate one stands after "indien"
// and may have its verb at the end ("indien hij verzekerd is").
func (g *region) condition(i int, subordinate bool) []test {
	g.need(i, wantCondition)
	var out []test
	for _, t := range g.compound(i, subordinate) {
		out = g.keepTest(out, t)
	}
	for _, q := range g.persons(i) {
		for _, t := range g.aboutObject(i, q, subordinate) {
			out = g.keepTest(out, t)
		}
	}
	for _, l := range g.full(i) {
		for _, t := range g.compared(i, l, subordinate) {
			out = g.keepTest(out, t)
		}
	}
	return out
}

// persons reads what a kenmerk can be said of: "hij", or an object.
func (g *region) persons(i int) []path {
	b := g.sc.binding
	switch t := g.tok(i); {
	case t.is("hij") || t.is("het") && !b.Object.Animate && (g.tok(i+1).is("is") || g.tok(i+1).is("heeft") || g.tok(i+1).is("voldoet")):
		q := path{end: i + 1, from: b, target: b.Object}
		if t.is("hij") && !b.Object.Animate {
			pos, o := g.u.pos(t), b.Object
			q.faults = wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeSyntax, quote("hij")+" kan alleen van iets dat bezield is worden gezegd", "schrijf "+quote(o.Article+" "+lowerName(o.Name)))
			})
		}
		return []path{q}
	}
	return g.paths(i)
}

// aboutObject reads "… is [niet] verzekerd", "… heeft [geen] recht op …", "…
// is [g]een aanvrager", "… is leeg" after an object, or the same with the verb
// at the end.
func (g *region) aboutObject(i int, q path, subordinate bool) []test {
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
	t := g.tok(q.end)
	if q.target == nil { // a broken name: read on without complaint
		for j := q.end; j <= len(g.toks); j++ {
			if j == len(g.toks) {
				out = g.keepTest(out, test{j, &rule.Compound{Node: truth(pos)}, q.faults})
			}
		}
		return out
	}
	g.need(q.end, wantVerb)
	switch {
	case t.is("is"):
		g.need(q.end+1, wantEmpty)
		switch n := g.tok(q.end + 1); {
		case n.is("leeg"):
			empty(q.end+2, false)
		case n.is("gevuld"):
			empty(q.end+2, true)
		}
		g.kenmerken(q.end+1, q.target, rule.Adjective, has, false)
		g.kenmerken(q.end+1, q.target, rule.Noun, has, false)
	case t.is("heeft"):
		g.kenmerken(q.end+1, q.target, rule.Possessive, has, false)
	case subordinate:
		closed := func(verb string) func(end int, a *rule.Attribute, not bool) {
			return func(end int, a *rule.Attribute, not bool) {
				if g.tok(end).is(verb) {
					has(end+1, a, not)
				} else {
					g.need(end, wantVerb)
				}
			}
		}
		switch {
		case g.words(q.end, "leeg", "is") > 0:
			empty(q.end+2, false)
		case g.words(q.end, "gevuld", "is") > 0:
			empty(q.end+2, true)
		}
		g.kenmerken(q.end, q.target, rule.Adjective, closed("is"), false)
		g.kenmerken(q.end, q.target, rule.Noun, closed("is"), false)
		g.kenmerken(q.end, q.target, rule.Possessive, closed("heeft"), false)
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

// quantity is the introduction of a list: "alle volgende voorwaarden".
type quantity struct {
	q   rule.Quantifier
	n   int
	end int
	pos rule.Pos
	one bool // "de volgende voorwaarde": the condition itself
}

var counts = []string{"nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"}

func countOf(t *token) (int, bool) {
	if t.kind == kindNumber {
		n, err := strconv.Atoi(t.text)
		return n, err == nil && n >= 0
	}
	if isOne(t) {
		return 1, true
	}
	i := slices.Index(counts, t.fold)
	return i, i >= 0 && t.kind == kindWord
}

// quantity reads how many of the conditions must hold.
func (g *region) quantity(i int) (quantity, bool) {
	q := quantity{pos: g.pos(i)}
	g.need(i, wantQuantity)
	tail := func(j int) bool {
		for _, w := range []string{"voorwaarden", "voorwaarde"} {
			for _, lead := range [][]string{{"van", "de", "volgende"}, {"volgende"}, {"de", "volgende"}} {
				if k := g.words(j, append(append([]string{}, lead...), w)...); k > 0 {
					q.end = k
					return true
				}
			}
		}
		g.need(j, wantQuantity)
		return false
	}
	counted := func(j int, kind rule.Quantifier) bool {
		n, ok := countOf(g.tok(j))
		if !ok {
			g.need(j, wantNumber)
			return false
		}
		q.q, q.n = kind, n
		return tail(j + 1)
	}
	switch t := g.tok(i); {
	case t.is("alle"):
		q.q = rule.All
		return q, tail(i + 1)
	case t.is("geen"):
		q.q = rule.None
		if g.tok(i + 1).is("enkele") {
			i++
		}
		return q, tail(i + 1)
	case g.words(i, "ten", "minste") > 0:
		return q, counted(i+2, rule.AtLeast)
	case g.words(i, "ten", "hoogste") > 0:
		return q, counted(i+2, rule.AtMost)
	case t.is("precies"):
		return q, counted(i+1, rule.Exactly)
	case g.words(i, "de", "volgende", "voorwaarde") > 0:
		q.one, q.end = true, i+3
		return q, true
	}
	return q, false
}

// compound reads "hij aan alle volgende voorwaarden voldoet:" or "er is
// voldaan aan …:" and the list after it.
func (g *region) compound(i int, subordinate bool) []test {
	var out []test
	add := func(q quantity, end int, f *fault) {
		sc := g.sc
		for _, t := range g.listed(q, end, sc) {
			t.faults = join(f, t.faults)
			out = append(out, t)
		}
	}
	if t := g.tok(i); t.is("er") {
		if g.tok(i+1).is("is") || g.tok(i+1).is("wordt") {
			if j := g.words(i+2, "voldaan", "aan"); j > 0 {
				if q, ok := g.quantity(j); ok {
					add(q, q.end, nil)
				}
			}
		}
		if j := g.words(i+1, "aan"); subordinate && j > 0 {
			if q, ok := g.quantity(j); ok {
				for _, v := range [][2]string{{"is", "voldaan"}, {"wordt", "voldaan"}, {"voldaan", "is"}, {"voldaan", "wordt"}} {
					if end := g.words(q.end, v[0], v[1]); end > 0 {
						add(q, end, nil)
					}
				}
			}
		}
		return out
	}
	for _, s := range g.persons(i) {
		f := s.faults
		if len(s.via) > 0 || s.from != g.sc.binding {
			pos := g.pos(i)
			f = join(f, wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeSyntax, "een opsomming gaat altijd over het onderwerp van de regel", "schrijf "+quote("er aan alle volgende voorwaarden is voldaan")+", en noem het object in elk onderdeel")
			}))
		}
		if j := g.words(s.end, "voldoet", "aan"); j > 0 {
			if q, ok := g.quantity(j); ok {
				add(q, q.end, f)
			}
		}
		if g.tok(s.end).is("aan") && subordinate {
			if q, ok := g.quantity(s.end + 1); ok {
				if g.tok(q.end).is("voldoet") {
					add(q, q.end+1, f)
				} else {
					g.need(q.end, wantVerb)
				}
			}
		}
	}
	return out
}

// parsedList is what the items of a list mean in one scope.
type parsedList struct {
	scope  *scope
	items  []rule.Condition
	faults *fault
}

// listed reads the colon and the list at i as the items of q.
func (g *region) listed(q quantity, i int, sc *scope) []test {
	if !g.tok(i).is(":") {
		g.need(i, wantColon)
		return nil
	}
	if g.tok(i+1).kind != kindList {
		g.need(i+1, wantList)
		return nil
	}
	l := g.tok(i + 1).list
	parsed := g.items(l, sc)
	f := parsed.faults
	n := len(l.items)
	impossible := func(severity rule.Severity, message, hint string) {
		d := errorAt(q.pos, CodeQuantity, message, hint)
		d.Severity = severity
		if severity == rule.Error {
			f = join(f, wrong(func() rule.Diagnostic { return d }))
		} else {
			f = join(f, odd(func() rule.Diagnostic { return d }))
		}
	}
	switch {
	case q.one && n != 1:
		impossible(rule.Error, fmt.Sprintf("na %s staan %d voorwaarden", quote("de volgende voorwaarde"), n), "schrijf "+quote("alle volgende voorwaarden"))
	case q.q == rule.AtLeast && q.n > n || q.q == rule.Exactly && q.n > n:
		impossible(rule.Error, fmt.Sprintf("van %d voorwaarden kunnen er geen %d gelden", n, q.n), "voeg een voorwaarde toe of verlaag het aantal")
	case q.q >= rule.AtLeast && q.n == 0:
		impossible(rule.Error, "nul voorwaarden is geen eis", "schrijf "+quote("geen van de volgende voorwaarden"))
	case q.q == rule.AtMost && q.n >= n:
		impossible(rule.Warning, fmt.Sprintf("ten hoogste %d van %d voorwaarden is altijd waar", q.n, n), "verlaag het aantal of laat de opsomming weg")
	}
	if q.one && n == 1 {
		return []test{{i + 2, parsed.items[0], f}}
	}
	return []test{{i + 2, &rule.Compound{Node: truth(q.pos), Quantifier: q.q, N: q.n, Items: parsed.items}, f}}
}

// items parses the items of a list once per scope.
func (g *region) items(l *list, sc *scope) parsedList {
	if got, ok := g.lists[l]; ok && got.scope == sc {
		return got
	}
	out := parsedList{scope: sc}
	for k := range l.items {
		c, f := g.p.item(g.u, sc, &l.items[k])
		out.items = append(out.items, c)
		out.faults = join(out.faults, f)
	}
	if g.lists == nil {
		g.lists = map[*list]parsedList{}
	}
	g.lists[l] = out
	return out
}

// item parses one item of a list as a whole.
func (p *parser) item(u *unit, sc *scope, s *segment) (rule.Condition, *fault) {
	g := p.region(u, sc, s.tokens, nil)
	last := &s.tokens[len(s.tokens)-1]
	g.stop.line, g.stop.column = last.line, last.column+int32(len([]rune(u.text[last.start:last.end])))
	defer g.release()
	best, found := g.whole(g.condition(0, false))
	if found {
		return best.cond, best.faults
	}
	d := g.failure()
	f := wrong(func() rule.Diagnostic { return d })
	return &rule.Compound{Node: truth(u.pos(&s.tokens[0]))}, join(f, g.nested())
}

// whole gives the best reading that covers the region.
func (g *region) whole(ts []test) (test, bool) {
	var full []test
	for _, t := range ts {
		if t.end == len(g.toks) {
			full = g.keepTest(full, t)
		} else {
			g.need(t.end, wantEnd)
		}
	}
	if len(full) == 0 || g.over {
		return test{}, false
	}
	return full[0], true
}

// nested looks for errors in lists under a segment that cannot be read itself.
func (g *region) nested() *fault {
	var f *fault
	for i := range g.toks {
		t := &g.toks[i]
		if t.kind != kindList {
			continue
		}
		if _, done := g.lists[t.list]; done {
			f = join(f, g.lists[t.list].faults)
			continue
		}
		about := false // "voldoen" opens a subselection: its scope is not known
		for j := max(0, i-4); j < i; j++ {
			about = about || g.toks[j].is("voldoet") || g.toks[j].is("voldaan") || g.toks[j].is("voorwaarden")
		}
		for j := max(0, i-4); j < i; j++ {
			about = about && !g.toks[j].is("voldoen")
		}
		if about {
			f = join(f, g.items(t.list, g.sc).faults)
		}
	}
	return f
}

// selection is one way to read what follows "die".
type selection struct {
	end     int
	element *rule.Binding
	filter  rule.Condition
	faults  *fault
}

// subselection reads "minderjarig zijn", "geen recht op toeslag hebben", "een
// aanvrager zijn" or "aan alle volgende voorwaarden voldoen:" with a list.
func (g *region) subselection(i int, sc *scope) []selection {
	pos := g.pos(i)
	o := sc.binding.Object
	var out []selection
	verb := func(word string) func(end int, a *rule.Attribute, not bool) {
		return func(end int, a *rule.Attribute, not bool) {
			if !g.tok(end).is(word) {
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
		if !g.tok(q.end).is("voldoen") {
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
	g.kenmerken(i, o, rule.Adjective, verb("zijn"), true)
	g.kenmerken(i, o, rule.Noun, verb("zijn"), true)
	g.kenmerken(i, o, rule.Possessive, verb("hebben"), true)
	return out
}
