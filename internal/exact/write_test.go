package exact_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// ask makes a case of one person with some inputs.
func ask(t *testing.T, p *exact.Program, inputs map[*rule.Attribute]rule.Datum) (*exact.Case, int) {
	t.Helper()
	c := p.NewCase(rule.MustDate("2026-06-01"))
	who := c.Add(p.ObjectType("persoon"), "p1")
	for a, d := range inputs {
		if err := c.Set(who, a, d); err != nil {
			t.Fatalf("set: %v", err)
		}
	}
	return c, who
}

type given = map[*rule.Attribute]rule.Datum

// An initialisatie fills what would be leeg, and nothing else.
func TestInitialise(t *testing.T) {
	t.Parallel()
	w := newWorld()
	fallback := w.attr(w.person, "terugval", rule.Amount)
	opt := w.attr(w.person, "opgave", rule.Amount)   // only initialised
	ruled := w.attr(w.person, "bedrag", rule.Amount) // by a rule and an initialisatie
	when := w.kenmerk("gekozen", rule.Adjective)
	some := w.attr(w.person, "soms", rule.Amount) // initialised under a condition
	self := w.self()
	w.action("proef.opgave", self, &rule.Initialise{Target: opt, Expr: get(self, fallback)}, nil)
	w.rule("proef.bedrag", ruled, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return subFrom(get(s, opt), lit(amount("1"))), &rule.HasKenmerk{From: s, Kenmerk: when}
	})
	w.action("proef.bedrag-begin", self, &rule.Initialise{Target: ruled, Expr: lit(amount("7"))}, nil)
	w.action("proef.soms", self, &rule.Initialise{Target: some, Expr: lit(amount("9"))}, &rule.HasKenmerk{From: self, Kenmerk: when})
	p := w.compile(t)
	day := rule.MustDate("2026-06-01")
	for a, want := range map[*rule.Attribute][2]bool{opt: {true, true}, ruled: {false, false}, some: {true, true}, fallback: {true, false}} {
		if got := [2]bool{p.IsInput(a, day), p.Optional(a, day)}; got != want {
			t.Errorf("%s: input and optional %v, want %v", a.Name, got, want)
		}
	}
	cases := []struct {
		name string
		in   given
		ask  *rule.Attribute
		want string
	}{
		{"given", given{opt: amount("3")}, opt, "3"},
		{"given as 0", given{opt: amount("0")}, opt, "0"},
		{"given leeg", given{opt: leeg, fallback: amount("5")}, opt, "5"},
		{"not given", given{fallback: amount("5")}, opt, "5"},
		{"its expression lacks a datum", given{}, opt, "fout: ontbrekend-gegeven"},
		{"its expression is leeg", given{fallback: leeg}, opt, "leeg"},
		{"its expression is not looked at", given{opt: amount("3")}, opt, "3"},
		{"a rule gives a value", given{when: yes(true), opt: amount("3")}, ruled, "2"},
		{"no rule applies", given{when: yes(false)}, ruled, "7"},
		{"a rule gives leeg", given{when: yes(true), fallback: leeg}, ruled, "7"},
		{"a rule errs", given{when: yes(true)}, ruled, "fout: ontbrekend-gegeven"},
		{"its condition is not met", given{when: yes(false)}, some, "leeg"},
		{"its condition is met", given{when: yes(true)}, some, "9"},
		{"its condition is unknown", given{}, some, "fout: ontbrekend-gegeven"},
		{"its condition does not matter", given{some: amount("1")}, some, "1"},
	}
	for _, x := range cases {
		c, who := ask(t, p, x.in)
		if got := show(c.Value(who, x.ask)); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
		d := c.Derive(who, x.ask)
		if got := show(d.Value, errOf(d.Err)); got != x.want {
			t.Errorf("%s: derived %s, want %s", x.name, got, x.want)
		}
		_, said := x.in[x.ask]
		filled := !x.in[x.ask].IsEmpty()
		if s := d.Steps[0]; (s.Origin == exact.Given) != (said && filled) {
			t.Errorf("%s: origin %d", x.name, s.Origin)
		}
	}
	c, who := ask(t, p, nil)
	if c.Set(who, ruled, amount("1")) == nil {
		t.Error("what a rule writes can be given, because it is initialised as well")
	}
	// The derivation names the initialisatie only when it was looked at.
	c, who = ask(t, p, given{when: yes(true), opt: amount("3")})
	if n := len(c.Derive(who, ruled).Steps[0].Candidates); n != 1 {
		t.Errorf("%d candidates where a rule gave the value, want 1", n)
	}
	c, who = ask(t, p, given{when: yes(false)})
	s := c.Derive(who, ruled).Steps[0]
	if k := s.Applied(); s.Origin != exact.Ruled || len(s.Candidates) != 2 || k == nil || k.Rule.ID != "proef.bedrag-begin" {
		t.Errorf("origin %d, candidates %d, applied %+v", s.Origin, len(s.Candidates), k)
	}
}

// tabled is a model with a table on a number and one on a kenmerk.
type tabled struct {
	*world
	age, norm     *rule.Attribute
	single, grant *rule.Attribute
	table         *rule.Table
}

func newTabled() *tabled {
	w := newWorld()
	x := &tabled{world: w, age: w.attr(w.person, "leeftijd", rule.Number), norm: w.attr(w.person, "norm", rule.Amount)}
	x.single, x.grant = w.kenmerk("alleenstaand", rule.Adjective), w.kenmerk("begunstigd", rule.Adjective)
	self := w.self()
	older := func(n string) rule.Condition { return compare(rule.GreaterEqual, get(self, x.age), lit(number(n))) }
	alone := func(not bool) rule.Condition { return &rule.HasKenmerk{From: self, Kenmerk: x.single, Not: not} }
	x.table = &rule.Table{Target: x.norm, Rows: []*rule.TableRow{
		{Result: lit(amount("100")), When: all(compare(rule.Less, get(self, x.age), lit(number("18"))))},
		{Result: lit(amount("200")), When: all(older("18"), alone(false))},
		{Result: lit(amount("300")), When: all(older("18"), alone(true))},
		{Result: lit(amount("400")), When: older("67")},
	}}
	w.action("proef.norm", self, x.table, nil)
	w.action("proef.begunstigd", self, &rule.Table{Target: x.grant, Rows: []*rule.TableRow{
		{Result: lit(yes(true)), When: older("18")},
		{Result: lit(yes(true)), When: compare(rule.Equal, get(self, x.age), lit(number("3")))},
	}}, nil)
	return x
}

func TestTable(t *testing.T) {
	t.Parallel()
	x := newTabled()
	p := x.compile(t)
	cases := []struct {
		in      given
		norm    string
		row     int
		granted string
	}{
		{given{x.age: number("17"), x.single: yes(true)}, "100", 1, "nee"},
		{given{x.age: number("17")}, "100", 1, "nee"}, // a row whose first column is not met does not ask for the second
		{given{x.age: number("18"), x.single: yes(true)}, "200", 2, "ja"},
		{given{x.age: number("66"), x.single: yes(false)}, "300", 3, "ja"},
		{given{x.age: number("67"), x.single: yes(true)}, "fout: regels-botsen", 0, "ja"},
		{given{x.age: number("67"), x.single: leeg}, "400", 4, "ja"},
		{given{x.age: leeg, x.single: yes(true)}, "leeg", 0, "nee"},
		{given{x.age: number("3"), x.single: leeg}, "100", 1, "ja"},
		{given{x.single: yes(true)}, "fout: ontbrekend-gegeven", 0, "fout: ontbrekend-gegeven"},
	}
	for i, k := range cases {
		c, who := ask(t, p, k.in)
		if got := show(c.Value(who, x.norm)); got != k.norm {
			t.Errorf("case %d: norm %s, want %s", i, got, k.norm)
		}
		if got := show(c.Value(who, x.grant)); got != k.granted {
			t.Errorf("case %d: granted %s, want %s", i, got, k.granted)
		}
		d := c.Derive(who, x.norm)
		can := d.Steps[0].Candidates[0]
		applies := can.Outcome == exact.Yes && can.Err == nil
		if len(can.Rows) != 4 || applies != (k.row > 0) || applies && can.Row != k.row {
			t.Errorf("case %d: derivation has %d rows, outcome %d, row %d", i, len(can.Rows), can.Outcome, can.Row)
		}
		if k.row > 0 && (can.Value != can.Rows[k.row-1].Value || show(can.Value.Value, nil) != k.norm) {
			t.Errorf("case %d: the value of the candidate is not that of its row", i)
		}
	}
	c, who := ask(t, p, cases[4].in)
	_, err := c.Value(who, x.norm)
	var e *exact.Error
	if !errors.As(err, &e) || e.Error() != "Rij 2 en rij 4 van de beslistabel in regel proef.norm gelden allebei voor p1. Er mag er maar één gelden." ||
		!slices.Equal(e.Rows, []int{2, 4}) || len(e.Rules) != 1 {
		t.Errorf("conflict: %+v", e)
	}
	// What would have given another outcome is found in the rows.
	c, who = ask(t, p, given{x.age: number("2"), x.single: yes(true)})
	ch := c.WhyNot(who, x.grant)
	if len(ch) != 1 || ch[0].To.Num.RatString() != "3" {
		t.Errorf("why not: %+v", ch)
	}
}

// A table competes with other rules as an assignment does.
func TestTableCompetes(t *testing.T) {
	t.Parallel()
	x := newTabled()
	x.rule("proef.ander", x.norm, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return lit(amount("1")), compare(rule.Less, get(s, x.age), lit(number("10")))
	})
	p := x.compile(t)
	for age, want := range map[string]string{"9": "fout: regels-botsen", "10": "100"} {
		c, who := ask(t, p, given{x.age: number(age), x.single: yes(true)})
		if got := show(c.Value(who, x.norm)); got != want {
			t.Errorf("%s: %s, want %s", age, got, want)
		}
	}
}

// What is compiled refuses: surely conflicting tables and initialisaties, and
// shapes that cannot be.
func TestCompileRefusesWriters(t *testing.T) {
	t.Parallel()
	always := func(n string) *rule.TableRow { return &rule.TableRow{Result: lit(amount(n))} }
	cases := []struct {
		name, says string
		make       func(w *world, a, b *rule.Attribute, self *rule.Binding)
	}{
		{"two rows always", "Rij 1 en rij 3 van de beslistabel in regel proef.a gelden allebei altijd", func(w *world, a, b *rule.Attribute, self *rule.Binding) {
			never := &rule.TableRow{Result: lit(amount("2")), When: compare(rule.Equal, get(self, b), lit(amount("1")))}
			w.action("proef.a", self, &rule.Table{Target: a, Rows: []*rule.TableRow{always("1"), never, always("3")}}, nil)
		}},
		{"a row always beside a rule", "proef.a en proef.b geven allebei een waarde", func(w *world, a, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Table{Target: a, Rows: []*rule.TableRow{always("1")}}, nil)
			w.action("proef.b", self, &rule.Assign{Target: a, Expr: lit(amount("1"))}, nil)
		}},
		{"two initialisaties", "proef.a en proef.b geven allebei een waarde", func(w *world, a, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Initialise{Target: a, Expr: lit(amount("1"))}, nil)
			w.action("proef.b", self, &rule.Initialise{Target: a, Expr: lit(amount("1"))}, nil)
		}},
		{"an initialisatie in a circle", "hebben elkaar nodig", func(w *world, a, b *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Initialise{Target: a, Expr: get(self, b)}, nil)
			w.action("proef.b", self, &rule.Initialise{Target: b, Expr: get(self, a)}, nil)
		}},
		{"a table in a circle through a cell", "hebben elkaar nodig", func(w *world, a, b *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Table{Target: a, Rows: []*rule.TableRow{{Result: lit(amount("1")), When: compare(rule.Equal, get(self, b), lit(amount("1")))}}}, nil)
			w.action("proef.b", self, &rule.Assign{Target: b, Expr: get(self, a)}, nil)
		}},
		{"an empty table", "ten minste één rij", func(w *world, a, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Table{Target: a}, nil)
		}},
		{"a row of another kind", "krijgt een getal", func(w *world, a, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Table{Target: a, Rows: []*rule.TableRow{{Result: lit(number("1"))}}}, nil)
		}},
		{"a kenmerk initialised", "niet geïnitialiseerd", func(w *world, _, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Initialise{Target: w.kenmerk("k", rule.Adjective), Expr: lit(yes(true))}, nil)
		}},
		{"a row that grants onwaar", "is dan waar", func(w *world, _, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Table{Target: w.kenmerk("k", rule.Adjective), Rows: []*rule.TableRow{{Result: lit(yes(false))}}}, nil)
		}},
		{"uniqueness of a kenmerk", "kan niet uniek zijn", func(w *world, _, _ *rule.Attribute, self *rule.Binding) {
			w.action("proef.a", self, &rule.Unique{Attribute: w.kenmerk("k", rule.Adjective)}, nil)
		}},
		{"two versions of a consistentieregel on one day", "Twee versies van regel proef.a", func(w *world, a, _ *rule.Attribute, self *rule.Binding) {
			v := w.action("proef.a", self, &rule.Unique{Attribute: a}, nil)
			r := w.m.Rules[len(w.m.Rules)-1]
			r.Versions = append(r.Versions, &rule.Version{From: rule.MustDate("2026-01-01"), Subject: self, Action: v.Action})
		}},
	}
	for _, x := range cases {
		w := newWorld()
		x.make(w, w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount), w.self())
		_, diags := exact.Compile(w.m)
		if err := diags.Err(); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v, want %q", x.name, err, x.says)
		}
	}
	// An initialisatie beside an assignment without condition is no conflict,
	// nor is a table whose rows have conditions.
	x := newTabled()
	self := x.self()
	x.action("proef.norm-begin", self, &rule.Initialise{Target: x.norm, Expr: lit(amount("1"))}, nil)
	x.compile(t)
}

// A value that is computed outside the limits of its type is an error of the
// case; an input outside them is refused.
func TestLimitsOfTypes(t *testing.T) {
	t.Parallel()
	money := &rule.Domain{Name: "Geld", Base: rule.Type{Kind: rule.Amount, Unit: "€", Decimals: 2, Sign: rule.NonNegative}}
	cases := []struct {
		name     string
		typ      rule.Type
		fits     []string
		not      []string
		says     string
		computed string
	}{
		{"two decimals", rule.Type{Kind: rule.Amount, Decimals: 2}, []string{"1.23", "-1.2", "0"}, []string{"1.234", "1/3"}, "meer dan 2 decimalen", "waarde-past-niet"},
		{"whole", rule.Type{Kind: rule.Amount, Whole: true}, []string{"3", "-3"}, []string{"0.5"}, "geen geheel getal", "geen-geheel-getal"},
		{"not negative", rule.Type{Kind: rule.Amount, Sign: rule.NonNegative}, []string{"0", "1/3"}, []string{"-1/3"}, "is negatief", "waarde-past-niet"},
		{"positive", rule.Type{Kind: rule.Amount, Sign: rule.Positive}, []string{"0.01"}, []string{"0", "-1"}, "niet groter dan 0", "waarde-past-niet"},
		{"negative", rule.Type{Kind: rule.Amount, Sign: rule.Negative}, []string{"-0.01"}, []string{"0", "1"}, "niet kleiner dan 0", "waarde-past-niet"},
		{"a domain", rule.Type{Kind: rule.Amount, Domain: money}, []string{"1.23"}, []string{"-1"}, "is negatief", "waarde-past-niet"},
		{"the decimals of a domain", rule.Type{Kind: rule.Amount, Domain: money}, nil, []string{"1.234"}, "meer dan 2 decimalen", "waarde-past-niet"},
	}
	for _, x := range cases {
		w := newWorld()
		in := w.attr(w.person, "invoer", rule.Amount)
		limited, out := w.attr(w.person, "begrensd", rule.Amount), w.attr(w.person, "uitkomst", rule.Amount)
		limited.Type, out.Type = x.typ, x.typ
		w.rule("proef.uitkomst", out, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, in), nil })
		p := w.compile(t)
		for _, n := range append(slices.Clone(x.fits), x.not...) {
			bad := slices.Contains(x.not, n)
			c, who := ask(t, p, given{in: amount(n)})
			want := show(amount(n), nil)
			if bad {
				want = "fout: " + x.computed
			}
			if got := show(c.Value(who, out)); got != want {
				t.Errorf("%s: %s gives %s, want %s", x.name, n, got, want)
			}
			for how, err := range map[string]error{
				"set": c.Set(who, limited, amount(n)), "fraction": c.SetFraction(who, limited, rat(n).Num().Int64(), rat(n).Denom().Int64()),
			} {
				if (err != nil) != bad || bad && !strings.Contains(err.Error(), x.says) {
					t.Errorf("%s: %s of %s: %v", x.name, how, n, err)
				}
			}
		}
		c, who := ask(t, p, given{in: leeg})
		if show(c.Value(who, out)) != "leeg" || c.Set(who, limited, leeg) != nil {
			t.Errorf("%s: leeg does not fit", x.name)
		}
	}
}

// ids gives what the tests compare of violations.
func ids(vs []exact.Violation) []string {
	var out []string
	for _, v := range vs {
		s := v.Anchor() + " " + strings.Join(v.ObjectIDs, "+")
		if v.Err != nil {
			s += " fout: " + string(v.Err.Code)
		}
		out = append(out, s)
	}
	return out
}

func TestViolations(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income, number1 := w.attr(w.person, "inkomen", rule.Amount), w.attr(w.person, "nummer", rule.Number)
	asks := w.kenmerk("aanvrager", rule.Noun)
	self := &rule.Binding{Object: w.person, Kenmerk: asks}
	bound := compare(rule.Less, arith(rule.Div, lit(amount("100")), arith(rule.Div, get(self, income), lit(amount("1")))), lit(amount("50")))
	w.action("proef.grens", self, &rule.Require{Condition: bound}, nil)
	w.action("proef.uniek", w.self(), &rule.Unique{Attribute: number1}, nil)
	later := w.action("proef.later", w.self(), &rule.Unique{Attribute: number1}, nil)
	later.From = rule.MustDate("2027-01-01")
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	for i, x := range []struct {
		income, number rule.Datum
		asks           bool
	}{
		{amount("1"), number("1"), true},    // 100 ≥ 50: violates
		{amount("3"), number("2"), true},    // meets
		{amount("1"), number("1.0"), false}, // not asked; shares its number with the first
		{amount("0"), leeg, true},           // divides by 0: not known
		{leeg, leeg, false},                 // leeg is no double
		{amount("3"), number("4/2"), true},  // shares its number with the second
	} {
		who := c.Add(w.person, "p"+string(rune('1'+i)))
		in := given{income: x.income, number1: x.number, asks: yes(x.asks)}
		for a, d := range in {
			if err := c.Set(who, a, d); err != nil {
				t.Fatal(err)
			}
		}
	}
	lost := c.Add(w.person, "p7") // nothing is known
	got := c.Violations()
	want := []string{
		"proef/artikel-1#proef.grens p1",
		"proef/artikel-1#proef.grens p4 fout: deling-door-nul",
		"proef/artikel-1#proef.grens p7 fout: ontbrekend-gegeven",
		"proef/artikel-1#proef.uniek p1+p3",
		"proef/artikel-1#proef.uniek p2+p6",
		"proef/artikel-1#proef.uniek p7 fout: ontbrekend-gegeven",
	}
	if diff := cmp.Diff(want, ids(got)); diff != "" {
		t.Fatal(diff)
	}
	if got[0].Failed != rule.Condition(bound) || got[1].Failed != nil || got[3].Value.Num.RatString() != "1" {
		t.Errorf("failed %v, %v; value %v", got[0].Failed, got[1].Failed, got[3].Value)
	}
	// The derivation of each says the same and names what was read.
	for i, v := range got {
		d := c.DeriveViolation(v)
		if len(d.Check) != len(v.Objects) || (d.Err == nil) != (v.Err == nil) {
			t.Fatalf("violation %d: %d checks, error %v", i, len(d.Check), d.Err)
		}
		for _, k := range d.Check {
			switch {
			case v.Err != nil && k.Err == nil, v.Err == nil && k.Outcome != exact.Yes:
				t.Errorf("violation %d: outcome %d, error %v", i, k.Outcome, k.Err)
			case v.Err == nil && v.Failed != nil && (k.Require == nil || k.Require.Outcome != exact.No):
				t.Errorf("violation %d: requirement %+v", i, k.Require)
			case v.Err == nil && v.Failed == nil && !k.Value.Value.Equal(v.Value):
				t.Errorf("violation %d: value %v, want %v", i, k.Value.Value, v.Value)
			}
		}
		if len(d.Steps) == 0 {
			t.Errorf("violation %d: nothing was read", i)
		}
	}
	if d := c.DeriveViolation(exact.Violation{Version: later, Objects: []int{0}}); d.Err == nil {
		t.Error("a rule that is not in force has a derivation")
	}
	// They are results of the case: mending the data mends them.
	if err := c.Set(lost, number1, number("9")); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(lost, asks, yes(false)); err != nil {
		t.Fatal(err)
	}
	if n := len(c.Violations()); n != len(want)-2 {
		t.Errorf("%d violations left, want %d", n, len(want)-2)
	}
}

// From a household through its members to their children, counted once each.
func TestSeveralToManyRoles(t *testing.T) {
	t.Parallel()
	w := newWorld()
	link := func(name, one, many string, manyBack bool) (to, back *rule.Role) {
		f := &rule.FactType{Name: name}
		back = &rule.Role{Fact: f, Article: "de", Name: one, Plural: one + "s", Owner: w.person, Target: w.person, Many: manyBack}
		to = &rule.Role{Fact: f, Article: "het", Name: many, Plural: many + "en", Owner: w.person, Target: w.person, Many: true}
		to.Inverse, back.Inverse, f.Roles = back, to, []*rule.Role{back, to}
		w.m.Facts = append(w.m.Facts, f)
		return to, back
	}
	child, _ := link("Afstamming", "ouder", "kind", false)
	friend, _ := link("Vriendschap", "vriend", "kennis", true)
	income := w.attr(w.person, "inkomen", rule.Amount)
	count, sum, known := w.attr(w.person, "aantal", rule.Number), w.attr(w.person, "som", rule.Amount), w.attr(w.person, "kennissenkinderen", rule.Amount)
	over := func(s *rule.Binding, op rule.AggregateOp, via ...*rule.Role) *rule.Aggregate {
		el := &rule.Binding{Object: w.person, Depth: 1}
		a := &rule.Aggregate{Op: op, From: s, Via: via, Element: el}
		if op != rule.Count {
			a.Of = get(el, income)
		}
		return a
	}
	w.rule("proef.aantal", count, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return over(s, rule.Count, w.home, w.members, child), nil
	})
	w.rule("proef.som", sum, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return over(s, rule.Sum, w.home, w.members, child, child), nil
	})
	w.rule("proef.kennissen", known, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return over(s, rule.Sum, friend, child), nil
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	for i := range 8 {
		who := c.Add(w.person, "p"+string(rune('0'+i)))
		if err := c.Set(who, income, amount(string(rune('0'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	h := c.Add(w.household, "h")
	for _, l := range []struct {
		r        *rule.Role
		from, to int
	}{
		{w.members, h, 0}, {w.members, h, 1},
		{child, 0, 2}, {child, 0, 3}, {child, 1, 4}, {child, 4, 5}, {child, 2, 6},
		{friend, 0, 1}, {friend, 0, 2}, {friend, 7, 1}, {friend, 0, 1},
	} {
		if err := c.Link(l.r, l.from, l.to); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		who  int
		a    *rule.Attribute
		want string
	}{
		{0, count, "3"}, {0, sum, "11"}, {0, known, "10"}, {7, known, "4"}, {5, count, "0"}, {5, sum, "leeg"}, {5, known, "leeg"},
	} {
		if got := show(c.Value(x.who, x.a)); got != x.want {
			t.Errorf("%s of p%d: %s, want %s", x.a.Name, x.who, got, x.want)
		}
	}
	if got := c.Linked(friend.Inverse, 1); !slices.Equal(got, []int{0, 7}) {
		t.Errorf("who know p1: %v", got)
	}
	d := c.Derive(0, sum)
	if v := d.Steps[0].Candidates[0].Value; v.Seen != 2 || v.Counted != 2 || len(v.Terms) != 2 {
		t.Errorf("derivation saw %d, counted %d", v.Seen, v.Counted)
	}
	// A way on which an object could be met twice is refused.
	w.rule("proef.dubbel", w.attr(w.person, "dubbel", rule.Number), func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return over(s, rule.Count, child, friend), nil
	})
	if _, diags := exact.Compile(w.m); diags.Err() == nil || !strings.Contains(diags.Error(), "misschien twee keer") {
		t.Errorf("two roles on which one object can be met twice: %v", diags)
	}
}

// Composite units: the kind of a product or quotient follows from its unit.
func TestCompositeUnits(t *testing.T) {
	t.Parallel()
	unit := func(a *rule.Attribute, u string) *rule.Attribute { a.Type.Unit = u; return a }
	w := newWorld()
	rent := unit(w.attr(w.person, "huur", rule.Amount), "€/mnd")
	months := unit(w.attr(w.person, "maanden", rule.Number), "mnd")
	total := unit(w.attr(w.person, "totaal", rule.Amount), "€")
	yearly := unit(w.attr(w.person, "jaarhuur", rule.Amount), "€/jr")
	long := unit(w.attr(w.person, "duur", rule.Number), "mnd")
	per := unit(w.attr(w.person, "per maand", rule.Amount), "€/mnd")
	w.rule("proef.totaal", total, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return mul(get(s, rent), get(s, months)), nil
	})
	w.rule("proef.jaarhuur", yearly, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return &rule.Convert{Node: rule.Node{Typ: yearly.Type}, Expr: get(s, rent), Factor: rat("12")}, nil
	})
	w.rule("proef.duur", long, func(s *rule.Binding) (rule.Expr, rule.Condition) { return div(get(s, total), get(s, rent)), nil })
	w.rule("proef.per-maand", per, func(s *rule.Binding) (rule.Expr, rule.Condition) { return div(get(s, total), get(s, months)), nil })
	p := w.compile(t)
	c, who := ask(t, p, given{rent: amount("123.45"), months: number("7")})
	for a, want := range map[*rule.Attribute]string{total: "864.15", yearly: "1481.4", long: "7", per: "123.45"} {
		if got := show(c.Value(who, a)); got != want {
			t.Errorf("%s: %s, want %s", a.Name, got, want)
		}
	}
	c, who = ask(t, p, given{rent: leeg, months: number("7")})
	if show(c.Value(who, yearly)) != "leeg" {
		t.Error("converting leeg gives something")
	}
	d := c.Derive(who, yearly)
	if v := d.Steps[0].Candidates[0].Value; len(v.Terms) != 1 || v.Terms[0].Attribute != rent {
		t.Errorf("derivation of a conversion: %+v", v)
	}
}

func TestMakeDate(t *testing.T) {
	t.Parallel()
	w := newWorld()
	y, m, d := w.attr(w.person, "jaar", rule.Number), w.attr(w.person, "maand", rule.Number), w.attr(w.person, "dag", rule.Number)
	out := w.attr(w.person, "datum", rule.DateKind)
	w.rule("proef.datum", out, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return &rule.MakeDate{Year: get(s, y), Month: get(s, m), Day: get(s, d)}, nil
	})
	p := w.compile(t)
	for _, x := range []struct {
		y, m, d rule.Datum
		want    string
	}{
		{number("2024"), number("2"), number("29"), "2024-02-29"},
		{number("2026"), number("2"), number("29"), "fout: geen-bestaande-dag"},
		{number("2026"), number("13"), number("1"), "fout: geen-bestaande-dag"},
		{number("2026"), number("0"), number("1"), "fout: geen-bestaande-dag"},
		{number("0"), number("1"), number("1"), "fout: geen-bestaande-dag"},
		{number("9999"), number("12"), number("31"), "9999-12-31"},
		{number("10000"), number("1"), number("1"), "fout: geen-bestaande-dag"},
		{number("-1"), number("1"), number("1"), "fout: geen-bestaande-dag"},
		{number("1e30"), number("1"), number("1"), "fout: geen-bestaande-dag"},
		{number("4052/2"), number("4/2"), number("1"), "2026-02-01"},
		{number("2026"), number("1.5"), number("1"), "fout: geen-geheel-getal"},
		{leeg, number("1.5"), number("1"), "leeg"},
		{number("2026"), leeg, number("99"), "leeg"},
		{number("2026"), number("1"), leeg, "leeg"},
	} {
		c, who := ask(t, p, given{y: x.y, m: x.m, d: x.d})
		if got := show(c.Value(who, out)); got != x.want {
			t.Errorf("%v-%v-%v: %s, want %s", x.y, x.m, x.d, got, x.want)
		}
	}
	c, who := ask(t, p, given{y: leeg, m: leeg})
	if got := show(c.Value(who, out)); got != "fout: ontbrekend-gegeven" {
		t.Errorf("a missing day gives %s", got)
	}
}
