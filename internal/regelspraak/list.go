package regelspraak

import (
	"fmt"
	"slices"
	"strconv"

	"lemniscaat/internal/rule"
)

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
	tail := func(j int) bool { // "[van] [de] volgende voorwaarden"
		k := j
		if g.tok(k).is("van") {
			k++
		}
		if g.tok(k).is("de") {
			k++
		}
		if g.tok(k).is("volgende") {
			switch t := g.tok(k + 1); {
			case t.is("voorwaarden"), t.is("voorwaarde"), t.is("criteria"), t.is("criterium"):
				q.end = k + 2
				return true
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
	case g.words(i, "de", "volgende", "voorwaarde") > 0, g.words(i, "het", "volgende", "criterium") > 0:
		q.one, q.end = true, i+3
		return q, true
	}
	return q, false
}

// compound reads "hij aan alle volgende voorwaarden voldoet:" or "er is
// voldaan aan …:" and the list after it.
func (g *region) compound(i int, form clause) []test {
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
		if j := g.words(i+1, "aan"); form == verbLast && j > 0 {
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
		if g.tok(s.end).is("aan") && form == verbLast {
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
	best, found := g.whole(g.condition(0, verbLast))
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
			about = about || g.toks[j].is("voldoet") || g.toks[j].is("voldaan") || g.toks[j].is("voorwaarden") || g.toks[j].is("criteria") || g.toks[j].is("criterium")
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
