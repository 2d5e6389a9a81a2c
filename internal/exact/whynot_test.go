package exact_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// labyrinth is a random model in which a whole number, a date, an enumeration
// and a kenmerk of two partners in one household lead to one outcome, by every
// form of rule and expression.
type labyrinth struct {
	*world
	count, born, form, fit, outcome *rule.Attribute
}

func drawLabyrinth(t *rapid.T) *labyrinth {
	w := newWorld()
	m := &labyrinth{world: w}
	whole := rule.Type{Kind: rule.Number, Whole: true}
	m.count = w.attr(w.person, "aantal", rule.Number)
	m.count.Type = whole
	m.born = w.attr(w.person, "geboortedatum", rule.DateKind)
	m.form = w.attr(w.person, "woonvorm", rule.Enum)
	m.form.Type.Domain = &rule.Domain{Name: "Woonvorm", Values: []string{"alleen", "samen", "zwervend"}}
	m.fit = w.kenmerk("fit", rule.Adjective)
	m.m.Domains = append(m.m.Domains, m.form.Type.Domain)

	known := []*rule.Attribute{m.count} // numbers that a rule may read
	kenmerken := []*rule.Attribute{m.fit}
	pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "keuze") }
	small := func(low, high int) rule.Expr {
		return lit(number(fmt.Sprint(rapid.IntRange(low, high).Draw(t, "getal"))))
	}
	var num func(b *rule.Binding, depth int) rule.Expr
	var cond func(b *rule.Binding, depth int) rule.Condition
	when := func(b *rule.Binding, depth int) rule.Expr { // a date
		d := rule.Expr(get(b, m.born))
		switch pick(4) {
		case 0:
			d = &rule.DateShift{Date: d, Amount: small(-2, 20), Unit: rule.TimeUnit(pick(3)), Minus: pick(2) == 0}
		case 1:
			d = &rule.FirstDay{Date: d, Unit: rule.TimeUnit(1 + pick(2)), Next: pick(2) == 0}
		case 2:
			if depth > 0 {
				d = &rule.DateShift{Date: d, Amount: &rule.Round{Expr: num(b, depth-1)}, Unit: rule.Days}
			}
		}
		return d
	}
	num = func(b *rule.Binding, depth int) rule.Expr {
		if depth == 0 {
			switch pick(4) {
			case 0:
				return small(-3, 12)
			case 1:
				return get(b, known[pick(len(known))], w.partner)
			}
			return get(b, known[pick(len(known))])
		}
		sub := func() rule.Expr { return num(b, depth-1) }
		switch pick(12) {
		case 0, 1, 2:
			return arith(rule.ArithOp(pick(4)), sub(), sub())
		case 3:
			return arith(rule.Div, sub(), sub())
		case 4:
			return &rule.PercentOf{Percent: lit(percent(fmt.Sprint(rapid.IntRange(-30, 150).Draw(t, "procent")))), Of: sub()}
		case 5:
			return &rule.Clamp{Expr: sub(), Min: sub()}
		case 6:
			return &rule.Clamp{Expr: sub(), Max: sub()}
		case 7:
			return &rule.Round{Expr: sub(), Mode: rule.RoundMode(pick(5)), Decimals: pick(2)}
		case 8:
			return &rule.Extreme{Max: pick(2) == 0, Args: []rule.Expr{sub(), sub()}}
		case 9:
			return &rule.Duration{From: when(b, 0), To: &rule.ReferenceDate{}, Unit: rule.TimeUnit(pick(3))}
		case 10:
			return &rule.DatePart{Date: when(b, 0), Unit: rule.TimeUnit(pick(3))}
		}
		element := &rule.Binding{Object: w.person, Depth: b.Depth + 1}
		if b.Depth > 0 {
			return sub()
		}
		a := &rule.Aggregate{Op: rule.AggregateOp(pick(4)), From: b, Via: []*rule.Role{w.home, w.members}, Element: element}
		if pick(2) == 0 {
			a.Filter = cond(element, 0)
		}
		if a.Op != rule.Count {
			a.Of = num(element, depth-1)
		}
		return a
	}
	cond = func(b *rule.Binding, depth int) rule.Condition {
		if depth > 0 && pick(2) == 0 {
			items := []rule.Condition{cond(b, depth-1), cond(b, depth-1), cond(b, depth-1)}
			return &rule.Compound{Quantifier: rule.Quantifier(pick(5)), N: 1 + pick(2), Items: items}
		}
		via := []*rule.Role{w.partner}[:pick(2)]
		switch pick(6) {
		case 0:
			return &rule.HasKenmerk{From: b, Via: via, Kenmerk: kenmerken[pick(len(kenmerken))], Not: pick(2) == 0}
		case 1:
			return compare(rule.CompareOp(pick(2)), get(b, m.form, via...), lit(rule.Datum{Kind: rule.Enum, Text: m.form.Type.Domain.Values[pick(3)]}))
		case 2:
			return compare(rule.CompareOp(pick(6)), when(b, depth), &rule.DateShift{Date: &rule.ReferenceDate{}, Amount: small(0, 3), Unit: rule.Months, Minus: true})
		case 3:
			return &rule.IsEmpty{Expr: get(b, known[pick(len(known))], via...), Not: pick(2) == 0}
		}
		return compare(rule.CompareOp(pick(6)), num(b, depth), num(b, 0))
	}
	for i := range 1 + pick(3) {
		k := w.kenmerk(fmt.Sprint("kenmerk ", i), rule.Adjective)
		a := w.attr(w.person, fmt.Sprint("tussen ", i), rule.Number)
		w.rule(fmt.Sprint("kenmerk-", i), k, func(b *rule.Binding) (rule.Expr, rule.Condition) { return nil, cond(b, 1) })
		b := w.self()
		id := fmt.Sprint("tussen-", i)
		switch pick(4) {
		case 0:
			t := &rule.Table{Target: a}
			for range 2 {
				t.Rows = append(t.Rows, &rule.TableRow{Result: num(b, 1), When: cond(b, 0)})
			}
			w.action(id, b, t, nil)
		case 1:
			w.action(id, b, &rule.Assign{Target: a, Expr: num(b, 1)}, cond(b, 1))
			c := w.self()
			w.action(id+"-anders", c, &rule.Initialise{Target: a, Expr: small(-3, 12)}, nil)
		case 2:
			v := &rule.Variable{Name: "hulp", Expr: num(b, 1)}
			x := w.action(id, b, &rule.Assign{Target: a, Expr: arith(rule.Add, &rule.VariableRef{Variable: v}, &rule.VariableRef{Variable: v})}, nil)
			x.Variables = []*rule.Variable{v}
		default:
			w.action(id, b, &rule.Assign{Target: a, Expr: num(b, 2)}, nil)
		}
		known, kenmerken = append(known, a), append(kenmerken, k)
	}
	m.outcome = w.attr(w.person, "uitkomst", rule.Number)
	b := w.self()
	w.action("uitkomst", b, &rule.Assign{Target: m.outcome, Expr: &rule.Round{Expr: &rule.Clamp{Expr: num(b, 1), Min: lit(number("0"))}}}, cond(b, 1))
	return m
}

// WhyNot gives for every datum the nearest value that flips the outcome, and
// nothing where there is none: the same as trying every value around.
func TestWhyNotIsTheNearestOfAll(t *testing.T) {
	t.Parallel()
	const window = 250
	today := rule.MustDate("2026-06-01")
	flips, checked := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m := drawLabyrinth(t)
		p, diags := exact.Compile(m.m)
		if diags.Err() != nil {
			t.Fatal(diags.Err())
		}
		c := p.NewCase(today)
		people := []int{c.Add(m.person, "p1"), c.Add(m.person, "p2")}
		home := c.Add(m.household, "h1")
		for _, who := range people {
			for a, d := range map[*rule.Attribute]rule.Datum{
				m.count: number(fmt.Sprint(rapid.IntRange(-5, 100).Draw(t, "aantal"))),
				m.born:  {Kind: rule.DateKind, Date: today.AddDays(-rapid.IntRange(0, 300).Draw(t, "dagen geleden"))},
				m.form:  {Kind: rule.Enum, Text: rapid.SampledFrom(m.form.Type.Domain.Values).Draw(t, "woonvorm")},
				m.fit:   yes(rapid.Bool().Draw(t, "fit")),
			} {
				if err := c.Set(who, a, d); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Link(m.home, who, home); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Link(m.partner, 0, 1); err != nil {
			t.Fatal(err)
		}
		now, err := c.Value(0, m.outcome)
		before := c.Derive(0, m.outcome)
		changes := c.WhyNot(0, m.outcome)
		if again := c.Derive(0, m.outcome); !again.Value.Equal(before.Value) {
			t.Fatalf("WhyNot changed the case: %v became %v", before.Value, again.Value)
		}
		if err != nil {
			if len(changes) > 0 {
				t.Fatalf("an error has no other side: %+v", changes)
			}
			return
		}
		gives := func(d rule.Datum) bool { return !d.IsEmpty() && d.Num.Sign() != 0 }
		// try reports whether the outcome flips, in the case itself.
		try := func(who int, a *rule.Attribute, to rule.Datum) (rule.Datum, bool) {
			from, _ := c.Input(who, a)
			if c.Set(who, a, to) != nil {
				return rule.Datum{}, false
			}
			v, err := c.Value(0, m.outcome)
			if back := c.Set(who, a, from); back != nil {
				t.Fatal(back)
			}
			return v, err == nil && gives(v) != gives(now)
		}
		of := map[string]exact.Change{}
		for _, k := range changes {
			of[k.ObjectID+k.Attribute.Name] = k
			v, ok := try(k.Object, k.Attribute, k.To)
			if !ok || !v.Equal(k.Result) {
				t.Fatalf("%s van %s naar %v geeft %v, beloofd was %v", k.Attribute.Name, k.ObjectID, k.To, v, k.Result)
			}
			if !k.Last.IsEmpty() {
				if _, ok := try(k.Object, k.Attribute, k.Last); ok {
					t.Fatalf("%s van %s naar %v kantelt al", k.Attribute.Name, k.ObjectID, k.Last)
				}
			}
			flips++
		}
		for _, who := range people {
			id := c.ID(who)
			// The nearest by trying all around, in the order of distance.
			nearest := func(a *rule.Attribute, at func(int) (rule.Datum, bool)) {
				checked++
				got, found := of[id+a.Name]
				for n := 1; n <= window; n++ {
					for _, by := range []int{-n, n} {
						d, sensible := at(by)
						if !sensible {
							continue
						}
						if _, ok := try(who, a, d); !ok {
							continue
						}
						if want := big.NewRat(int64(n), 1); !found || got.Distance.Num.Cmp(want) != 0 {
							t.Fatalf("%s van %s: %v kantelt op afstand %d, gevonden: %+v", a.Name, id, d, n, got)
						}
						return
					}
				}
				if found && got.Distance.Num.Cmp(big.NewRat(window, 1)) <= 0 {
					t.Fatalf("%s van %s: %v gevonden, maar proberen vindt niets", a.Name, id, got.To)
				}
			}
			count, _ := c.Input(who, m.count)
			nearest(m.count, func(by int) (rule.Datum, bool) {
				to := new(big.Rat).Add(count.Num, big.NewRat(int64(by), 1))
				return rule.Datum{Kind: rule.Number, Num: to}, to.Sign() >= 0 || count.Num.Sign() < 0
			})
			born, _ := c.Input(who, m.born)
			nearest(m.born, func(by int) (rule.Datum, bool) {
				to := born.Date.AddDays(by)
				return rule.Datum{Kind: rule.DateKind, Date: to}, !to.After(today)
			})
			fit, _ := c.Input(who, m.fit)
			if _, ok := try(who, m.fit, yes(!fit.Bool)); ok != (of[id+m.fit.Name].Attribute != nil) {
				t.Fatalf("fit van %s: %v", id, ok)
			}
			other := false
			for _, v := range m.form.Type.Domain.Values {
				_, ok := try(who, m.form, rule.Datum{Kind: rule.Enum, Text: v})
				other = other || ok
			}
			if other != (of[id+m.form.Name].Attribute != nil) {
				t.Fatalf("woonvorm van %s: %v", id, other)
			}
		}
	})
	if !testing.Short() && (flips < 10 || checked < 100) {
		t.Errorf("the random models say too little: %d changes, %d searches", flips, checked)
	}
}

// What cannot be said is not said: a search that takes too long gives nothing,
// in bounded time.
func TestWhyNotIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	x := w.attr(w.person, "x", rule.Number)
	out := w.attr(w.person, "uitkomst", rule.Number)
	w.rule("uitkomst", out, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		// x·x − x·x is 0, but as far as intervals see it can be anything.
		square := func() rule.Expr { return arith(rule.Mul, get(b, x), get(b, x)) }
		return arith(rule.Sub, square(), square()), nil
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	who := c.Add(w.person, "p1")
	must(t, c.Set(who, x, number("12.34")))
	if got := c.WhyNot(who, out); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}
