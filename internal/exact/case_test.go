package exact_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

func TestLinksKeepBothEndsAndRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.attr(w.person, "inkomen", rule.Amount)
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1, p2, p3 := c.Add(w.person, "p1"), c.Add(w.person, "p2"), c.Add(w.person, "p3")
	h1, h2 := c.Add(w.household, "h1"), c.Add(w.household, "h2")
	good := []error{
		c.Link(w.partner, p1, p2), c.Link(w.partner, p2, p1), // the same fact, said twice
		c.Link(w.members, h1, p1), c.Link(w.home, p2, h1), c.Link(w.home, p1, h1),
	}
	for i, err := range good {
		if err != nil {
			t.Fatalf("link %d: %v", i, err)
		}
	}
	if diff := cmp.Diff([]int{p1}, c.Linked(w.partner, p2)); diff != "" {
		t.Error("partner of p2:", diff)
	}
	if diff := cmp.Diff([]int{p1, p2}, c.Linked(w.members, h1)); diff != "" {
		t.Error("members:", diff)
	}
	bad := []struct {
		err  error
		says string
	}{
		{c.Link(w.partner, p1, p3), "p1 heeft al p2 als partner; p3 kan er niet bij."},
		{c.Link(w.partner, p3, p1), "p1 heeft al p2 als partner; p3 kan er niet bij."},
		{c.Link(w.partner, p3, p3), "p3 kan niet zijn eigen partner zijn."},
		{c.Link(w.home, p1, h2), "p1 heeft al h1 als huishouden; h2 kan er niet bij."},
		{c.Link(w.members, h2, p2), "p2 heeft al h1 als huishouden; h2 kan er niet bij."},
		{c.Link(w.members, p1, h1), "passen daar niet op"},
		{c.Link(w.partner, p1, 99), "niet in de casus"},
		{c.Link(w.partner, -1, p1), "niet in de casus"},
		{c.Link(newWorld().partner, p1, p2), "hoort niet bij deze regelset"},
	}
	for i, b := range bad {
		if b.err == nil || !strings.Contains(b.err.Error(), b.says) {
			t.Errorf("refusal %d: got %v, want %q", i, b.err, b.says)
		}
	}
	// A refused link leaves nothing behind.
	if diff := cmp.Diff([]int(nil), c.Linked(w.members, h2)); diff != "" {
		t.Error("members of h2:", diff)
	}
	if diff := cmp.Diff([]int(nil), c.Linked(w.partner, p3)); diff != "" {
		t.Error("partner of p3:", diff)
	}
}

func TestSetRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income := w.attr(w.person, "inkomen", rule.Amount)
	children := w.attr(w.person, "aantal kinderen", rule.Number)
	children.Type.Whole = true
	born := w.attr(w.person, "geboortedatum", rule.DateKind)
	form := w.attr(w.person, "woonvorm", rule.Enum)
	form.Type.Domain = &rule.Domain{Name: "Woonvorm", Values: []string{"alleen", "samen"}}
	double := w.attr(w.person, "dubbel", rule.Amount)
	w.rule("proef.dubbel", double, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return add(get(self, income), get(self, income)), nil
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1, h1 := c.Add(w.person, "p1"), c.Add(w.household, "h1")
	huge := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 5000))
	for i, tc := range []struct {
		obj  int
		a    *rule.Attribute
		d    rule.Datum
		code exact.Code
		says string
	}{
		{p1, income, number("3"), exact.CodeInput, "er hoort een bedrag, dit is een getal"},
		{p1, income, rule.Datum{Kind: rule.Amount}, exact.CodeInput, "ontbreekt"},
		{p1, income, rule.Datum{Kind: rule.Amount, Num: huge}, exact.CodeInput, "te veel cijfers"},
		{p1, children, number("1.5"), exact.CodeInput, "1.5 is geen geheel getal"},
		{p1, born, rule.Datum{Kind: rule.DateKind, Date: rule.Date{Year: 2025, Month: 2, Day: 29}}, exact.CodeInput, "2025-02-29 is geen bestaande dag"},
		{p1, form, rule.Datum{Kind: rule.Enum, Text: "anders"}, exact.CodeInput, `"anders" staat niet in de lijst van Woonvorm`},
		{p1, double, amount("3"), exact.CodeDerived, "wordt berekend door regel proef.dubbel"},
		{h1, income, amount("3"), exact.CodeUnknown, `h1 heeft geen "inkomen": dat hoort bij persoon`},
		{7, income, amount("3"), exact.CodeUnknown, "Object nummer 7 bestaat niet"},
		{-1, income, amount("3"), exact.CodeUnknown, "bestaat niet"},
		{p1, nil, leeg, exact.CodeUnknown, "hoort niet bij deze regelset"},
	} {
		if tc.a == nil {
			tc.a = &rule.Attribute{Owner: w.person, Name: "vreemd"}
		}
		err := c.Set(tc.obj, tc.a, tc.d)
		var e *exact.Error
		if !errors.As(err, &e) || e.Code != tc.code || !strings.Contains(e.Message, tc.says) {
			t.Errorf("case %d: got %v, want %s: %q", i, err, tc.code, tc.says)
		}
	}
	if got := show(c.Value(p1, double)); got != "fout: ontbrekend-gegeven" {
		t.Errorf("after refusals: got %s", got)
	}
}

// A value that a rule gives on other days only is not simply missing: what has
// to be said is that the rule does not hold yet.
func TestMissingRuleIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld()
	part := w.attr(w.person, "deelbedrag", rule.Amount)
	out := w.attr(w.person, "toeslag", rule.Amount)
	w.rule("proef.deel", part, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("10")), nil }).From = rule.MustDate("2028-02-29")
	w.rule("proef.toeslag", out, func(self *rule.Binding) (rule.Expr, rule.Condition) { return get(self, part), nil })
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2028-02-28"))
	p1 := c.Add(w.person, "p1")
	_, err := c.Value(p1, out)
	const want = "Op 2028-02-28 geldt geen regel die het deelbedrag van persoon p1 bepaalt, en het dossier zegt het niet. Regel proef.toeslag vraagt ernaar."
	if !errors.Is(err, exact.ErrMissing) || err.Error() != want {
		t.Errorf("got %v", err)
	}
	must(t, c.Set(p1, part, amount("3")))
	if got := show(c.Value(p1, out)); got != "3" {
		t.Errorf("given: %s", got)
	}
	c.Reset(rule.MustDate("2028-02-29"))
	if got := show(c.Value(c.Add(w.person, "p1"), out)); got != "10" {
		t.Errorf("on the day: %s", got)
	}
}

func TestMissingDatumNamesWhoAsks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income := w.attr(w.person, "inkomen", rule.Amount)
	insured := w.kenmerk("verzekerd", rule.Adjective)
	joint := w.attr(w.person, "gezamenlijke inkomen", rule.Amount)
	out := w.attr(w.person, "toeslag", rule.Amount)
	w.rule("proef.samen", joint, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return add(get(self, income), get(self, income, w.partner)), nil
	})
	w.rule("proef.toeslag", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return get(self, joint), &rule.HasKenmerk{From: self, Kenmerk: insured}
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1, p2 := c.Add(w.person, "p1"), c.Add(w.person, "p2")
	if err := c.Link(w.partner, p1, p2); err != nil {
		t.Fatal(err)
	}
	check := func(want exact.Error) {
		t.Helper()
		_, err := c.Value(p1, out)
		var e *exact.Error
		if !errors.As(err, &e) || !errors.Is(err, exact.ErrMissing) {
			t.Fatalf("got %v", err)
		}
		if e.Message != want.Message || e.ObjectID != want.ObjectID || e.Attribute != want.Attribute || e.Rule.ID != want.Rule.ID {
			t.Errorf("got %+v, want %+v", e, want)
		}
	}
	check(exact.Error{Message: "Niet bekend is of persoon p1 verzekerd is. Regel proef.toeslag vraagt ernaar.", ObjectID: "p1", Attribute: insured, Rule: w.m.Rules[1]})
	must(t, c.Set(p1, insured, yes(true)))
	must(t, c.Set(p1, income, amount("10")))
	check(exact.Error{Message: "Het inkomen van persoon p2 ontbreekt. Regel proef.samen vraagt ernaar.", ObjectID: "p2", Attribute: income, Rule: w.m.Rules[0]})
	// Leeg is said, so it is not missing; a changed input is seen at once.
	must(t, c.Set(p2, income, leeg))
	if got := show(c.Value(p1, out)); got != "10" {
		t.Errorf("with leeg: got %s", got)
	}
	must(t, c.Set(p2, income, amount("5")))
	if got := show(c.Value(p1, out)); got != "15" {
		t.Errorf("with 5: got %s", got)
	}
	must(t, c.Unset(p2, income))
	if got := show(c.Value(p1, out)); got != "fout: ontbrekend-gegeven" {
		t.Errorf("unset: got %s", got)
	}
	// A condition that fails guards: the error behind it does not exist.
	must(t, c.Set(p1, insured, yes(false)))
	if got := show(c.Value(p1, out)); got != "leeg" {
		t.Errorf("guarded: got %s", got)
	}
	// No partner: that term is leeg, not missing.
	c.Reset(rule.MustDate("2026-06-01"))
	p1 = c.Add(w.person, "alleen")
	must(t, c.Set(p1, insured, yes(true)))
	must(t, c.Set(p1, income, amount("10")))
	if got := show(c.Value(p1, out)); got != "10" {
		t.Errorf("single: got %s", got)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestVersionsAndParametersByDate(t *testing.T) {
	t.Parallel()
	w := newWorld()
	limit := w.param("proef.grens", rule.Amount,
		rule.ParameterValue{From: rule.MustDate("2024-01-01"), Value: amount("100")},
		rule.ParameterValue{From: rule.MustDate("2026-01-01"), Value: amount("200")},
		rule.ParameterValue{From: rule.MustDate("2027-01-01"), Value: leeg})
	out := w.attr(w.person, "bedrag", rule.Amount)
	first := w.rule("proef.bedrag", out, func(*rule.Binding) (rule.Expr, rule.Condition) {
		return &rule.ParameterRef{Parameter: limit}, nil
	})
	first.From, first.Until = rule.MustDate("2023-01-01"), rule.MustDate("2026-06-30")
	second := w.rule("proef.bedrag-2", out, func(*rule.Binding) (rule.Expr, rule.Condition) {
		return mul(lit(number("2")), &rule.ParameterRef{Parameter: limit}), nil
	})
	second.From = rule.MustDate("2026-07-01")
	p := w.compile(t)
	for date, want := range map[string]string{
		"2022-12-31": "fout: ontbrekend-gegeven", // no rule yet: an input
		"2023-01-01": "fout: geen-parameterwaarde",
		"2024-01-01": "100", "2025-12-31": "100", "2026-01-01": "200", "2026-06-30": "200",
		"2026-07-01": "400", "2026-12-31": "400", "2027-01-01": "fout: geen-parameterwaarde",
		"9999-12-31": "fout: geen-parameterwaarde",
	} {
		c := p.NewCase(rule.MustDate(date))
		if got := show(c.Value(c.Add(w.person, "p1"), out)); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
	for _, d := range []rule.Date{{}, {Year: 2025, Month: 2, Day: 29}, {Year: 10000, Month: 1, Day: 1}, {Year: -4, Month: 1, Day: 1}} {
		c := p.NewCase(d)
		if got := show(c.Value(c.Add(w.person, "p1"), out)); got != "fout: ongeldige-rekendatum" {
			t.Errorf("%v: got %s", d, got)
		}
	}
	if !p.IsInput(out, rule.MustDate("2022-12-31")) || p.IsInput(out, rule.MustDate("2023-01-01")) {
		t.Error("IsInput does not follow the validity of the rules")
	}
}

func TestConflictPerObjectAndGrants(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income := w.attr(w.person, "inkomen", rule.Amount)
	out := w.attr(w.person, "bedrag", rule.Amount)
	poor := w.kenmerk("arm", rule.Adjective)
	over := func(n string, op rule.CompareOp) func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return func(self *rule.Binding) (rule.Expr, rule.Condition) {
			return lit(amount("1")), compare(op, get(self, income), lit(amount(n)))
		}
	}
	w.rule("proef.laag", out, over("10", rule.LessEqual))
	w.rule("proef.hoog", out, over("8", rule.Greater))
	for _, id := range []string{"proef.arm-1", "proef.arm-2"} {
		w.rule(id, poor, func(self *rule.Binding) (rule.Expr, rule.Condition) {
			return nil, compare(rule.Less, get(self, income), lit(amount("9")))
		})
	}
	for in, want := range map[string]string{"8": "1", "9": "fout: regels-botsen", "10": "fout: regels-botsen", "10.01": "1"} {
		if got := show(value(t, w, out, map[*rule.Attribute]rule.Datum{income: amount(in)})); got != want {
			t.Errorf("income %s: got %s, want %s", in, got, want)
		}
	}
	// Two rules that grant the same kenmerk agree; none leaves it untrue.
	for in, want := range map[string]string{"8": "ja", "9": "nee"} {
		if got := show(value(t, w, poor, map[*rule.Attribute]rule.Datum{income: amount(in)})); got != want {
			t.Errorf("grant at %s: got %s, want %s", in, got, want)
		}
	}
	_, err := value(t, w, out, map[*rule.Attribute]rule.Datum{income: amount("9")})
	if want := "De regels proef.laag en proef.hoog geven allebei een waarde aan het bedrag van persoon p1. Er mag er maar één gelden."; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestComparisonsWithLeeg(t *testing.T) {
	t.Parallel()
	w := newWorld()
	x := w.attr(w.person, "waarde", rule.Amount)
	k := w.kenmerk("verzekerd", rule.Adjective)
	conditions := map[string]func(self *rule.Binding) rule.Condition{
		"gelijk":         func(s *rule.Binding) rule.Condition { return compare(rule.Equal, get(s, x), lit(amount("0"))) },
		"ongelijk":       func(s *rule.Binding) rule.Condition { return compare(rule.NotEqual, get(s, x), lit(amount("0"))) },
		"kleiner":        func(s *rule.Binding) rule.Condition { return compare(rule.Less, get(s, x), lit(amount("1"))) },
		"leeg":           func(s *rule.Binding) rule.Condition { return &rule.IsEmpty{Expr: get(s, x)} },
		"gevuld":         func(s *rule.Binding) rule.Condition { return &rule.IsEmpty{Expr: get(s, x), Not: true} },
		"verzekerd":      func(s *rule.Binding) rule.Condition { return &rule.HasKenmerk{From: s, Kenmerk: k} },
		"niet verzekerd": func(s *rule.Binding) rule.Condition { return &rule.HasKenmerk{From: s, Kenmerk: k, Not: true} },
		"partner niet verzekerd": func(s *rule.Binding) rule.Condition {
			return &rule.HasKenmerk{From: s, Via: []*rule.Role{w.partner}, Kenmerk: k, Not: true}
		},
		"partner leeg": func(s *rule.Binding) rule.Condition {
			return &rule.IsEmpty{Expr: &rule.ObjectRef{From: s, Via: []*rule.Role{w.partner}}}
		},
	}
	names := []string{"gelijk", "ongelijk", "kleiner", "leeg", "gevuld", "verzekerd", "niet verzekerd", "partner niet verzekerd", "partner leeg"}
	out := map[string]*rule.Attribute{}
	for _, n := range names {
		out[n] = w.kenmerk("test "+n, rule.Adjective)
		w.rule("proef."+rule.Slug(n), out[n], func(s *rule.Binding) (rule.Expr, rule.Condition) { return nil, conditions[n](s) })
	}
	for _, tc := range []struct {
		x, k rule.Datum
		yes  []string
	}{
		{leeg, leeg, []string{"leeg", "partner leeg"}},
		{amount("0"), yes(true), []string{"gelijk", "kleiner", "gevuld", "verzekerd", "partner leeg"}},
		{amount("1"), yes(false), []string{"ongelijk", "gevuld", "niet verzekerd", "partner leeg"}},
	} {
		var got []string
		for _, n := range names {
			v, err := value(t, w, out[n], map[*rule.Attribute]rule.Datum{x: tc.x, k: tc.k})
			must(t, err)
			if v.Bool {
				got = append(got, n)
			}
		}
		if diff := cmp.Diff(tc.yes, got); diff != "" {
			t.Errorf("with %v and %v: %s", tc.x, tc.k, diff)
		}
	}
}

// An item of a compound condition is yes, no or an error. The answer must be
// what every way of settling the errors agrees on, whatever the order.
func TestCompoundIsStrongThreeValued(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.IntRange(0, 2), 1, 6).Draw(t, "onderdelen") // 0 no, 1 yes, 2 error
		quant := rule.Quantifier(rapid.IntRange(0, 4).Draw(t, "kwantor"))
		n := rapid.IntRange(0, len(items)+1).Draw(t, "n")
		w := newWorld()
		in := []*rule.Attribute{w.kenmerk("nee", rule.Adjective), w.kenmerk("ja", rule.Adjective), w.kenmerk("onbekend", rule.Adjective)}
		out := w.kenmerk("uitkomst", rule.Adjective)
		w.rule("proef.uitkomst", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
			c := &rule.Compound{Quantifier: quant, N: n}
			for _, i := range items {
				c.Items = append(c.Items, &rule.HasKenmerk{From: self, Kenmerk: in[i]})
			}
			return nil, c
		})
		p, diags := exact.Compile(w.m)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		c := p.NewCase(rule.MustDate("2026-06-01"))
		who := c.Add(w.person, "p1")
		_ = c.Set(who, in[0], yes(false))
		_ = c.Set(who, in[1], yes(true))
		got := show(c.Value(who, out))

		sure, open := 0, 0
		for _, i := range items {
			sure, open = sure+i%2, open+i/2
		}
		seen := map[bool]bool{}
		for k := sure; k <= sure+open; k++ {
			seen[map[rule.Quantifier]bool{
				rule.All: k == len(items), rule.None: k == 0, rule.AtLeast: k >= n, rule.AtMost: k <= n, rule.Exactly: k == n,
			}[quant]] = true
		}
		want := "fout: ontbrekend-gegeven"
		if len(seen) == 1 {
			want = map[bool]string{true: "ja", false: "nee"}[seen[true]]
		}
		if got != want {
			t.Fatalf("%v, kwantor %d van %d: %s, verwacht %s", items, quant, n, got, want)
		}
	})
}

func TestAggregation(t *testing.T) {
	t.Parallel()
	w := newWorld()
	age := w.attr(w.person, "leeftijd", rule.Number)
	money := w.attr(w.person, "vermogen", rule.Amount)
	agg := func(name string, kind rule.Kind, op rule.AggregateOp, of *rule.Attribute, filter bool) *rule.Attribute {
		out := w.attr(w.person, name, kind)
		w.rule("proef."+rule.Slug(name), out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
			el := &rule.Binding{Object: w.person, Depth: 1}
			a := &rule.Aggregate{Op: op, From: self, Via: []*rule.Role{w.home, w.members}, Element: el}
			if of != nil {
				a.Of = get(el, of)
			}
			if filter { // younger than the subject: both bindings in one filter
				a.Filter = compare(rule.Less, get(el, age), get(self, age))
			}
			return a, nil
		})
		return out
	}
	count := agg("aantal", rule.Number, rule.Count, nil, false)
	younger := agg("aantal jonger", rule.Number, rule.Count, nil, true)
	sum := agg("som", rule.Amount, rule.Sum, money, false)
	sumYounger := agg("som jonger", rule.Amount, rule.Sum, money, true)
	low, high := agg("laagste", rule.Amount, rule.Min, money, false), agg("hoogste", rule.Amount, rule.Max, money, false)
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	h, other := c.Add(w.household, "h1"), c.Add(w.household, "h2")
	var people []int
	for i, m := range []rule.Datum{amount("10"), leeg, amount("-3")} {
		who := c.Add(w.person, fmt.Sprint("p", i))
		people = append(people, who)
		must(t, c.Set(who, age, number(fmt.Sprint(40-10*i))))
		must(t, c.Set(who, money, m))
		must(t, c.Link(w.members, h, who))
	}
	stranger := c.Add(w.person, "buur") // in the case, in another household: must not count
	must(t, c.Set(stranger, age, number("1")))
	must(t, c.Set(stranger, money, amount("1000")))
	must(t, c.Link(w.members, other, stranger))
	homeless := c.Add(w.person, "zonder")
	must(t, c.Set(homeless, age, number("1")))
	got := map[string][]string{}
	for _, a := range []*rule.Attribute{count, younger, sum, sumYounger, low, high} {
		for _, who := range []int{people[0], people[1], people[2], homeless} {
			got[a.Name] = append(got[a.Name], show(c.Value(who, a)))
		}
	}
	want := map[string][]string{
		"aantal":        {"3", "3", "3", "0"},
		"aantal jonger": {"2", "1", "0", "0"},
		"som":           {"7", "7", "7", "leeg"},
		"som jonger":    {"-3", "-3", "leeg", "leeg"},
		"laagste":       {"-3", "-3", "-3", "leeg"},
		"hoogste":       {"10", "10", "10", "leeg"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVariablesAreLazyAndOnce(t *testing.T) {
	t.Parallel()
	w := newWorld()
	x := w.attr(w.person, "waarde", rule.Number)
	out := w.attr(w.person, "uitkomst", rule.Number)
	v := w.rule("proef.uitkomst", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return get(self, x), nil
	})
	// A chain of doublings: 2^60 if every use were computed again, and an
	// unused variable that would be an error.
	prev := &rule.Variable{Name: "v0", Expr: get(v.Subject, x)}
	v.Variables = []*rule.Variable{prev, {Name: "ongebruikt", Expr: div(lit(number("1")), lit(number("0")))}}
	for i := range 60 {
		next := &rule.Variable{Name: fmt.Sprint("v", i+1), Expr: add(&rule.VariableRef{Variable: prev}, &rule.VariableRef{Variable: prev})}
		v.Variables = append(v.Variables, next)
		prev = next
	}
	slices.Reverse(v.Variables)
	v.Action = &rule.Assign{Target: out, Expr: &rule.VariableRef{Variable: prev}}
	if got := show(value(t, w, out, map[*rule.Attribute]rule.Datum{x: number("3")})); got != "3458764513820540928" {
		t.Errorf("got %s", got)
	}
}

// A variable speaks of the subject of the rule, also where it is used inside an
// aggregation over others, and of this subject, not the first of the case.
func TestVariableKnowsTheSubject(t *testing.T) {
	t.Parallel()
	w := newWorld()
	x := w.attr(w.person, "waarde", rule.Number)
	out := w.attr(w.person, "aantal kleinere", rule.Number)
	v := w.rule("proef.aantal", out, func(self *rule.Binding) (rule.Expr, rule.Condition) { return get(self, x), nil })
	mine := &rule.Variable{Name: "mijn waarde", Expr: get(v.Subject, x)}
	el := &rule.Binding{Object: w.person, Depth: 1}
	v.Variables = []*rule.Variable{mine}
	v.Action = &rule.Assign{Target: out, Expr: &rule.Aggregate{
		Op: rule.Count, From: v.Subject, Via: []*rule.Role{w.home, w.members}, Element: el,
		Filter: compare(rule.Less, get(el, x), &rule.VariableRef{Variable: mine}),
	}}
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	h := c.Add(w.household, "h")
	var got []string
	for i := range 3 {
		who := c.Add(w.person, fmt.Sprint("p", i))
		must(t, c.Set(who, x, number(fmt.Sprint(10*i))))
		must(t, c.Link(w.home, who, h))
	}
	for who := 1; who <= 3; who++ {
		got = append(got, show(c.Value(who, out)))
	}
	if diff := cmp.Diff([]string{"0", "1", "2"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWholeNumbersAreWhole(t *testing.T) {
	t.Parallel()
	w := newWorld()
	x := w.attr(w.person, "waarde", rule.Number)
	out := w.attr(w.person, "aantal", rule.Number)
	out.Type.Whole = true
	w.rule("proef.aantal", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return div(get(self, x), lit(number("2"))), nil
	})
	for in, want := range map[string]string{"4": "2", "3": "fout: geen-geheel-getal", "-6": "-3"} {
		if got := show(value(t, w, out, map[*rule.Attribute]rule.Datum{x: number(in)})); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestLimitsStopHostileRules(t *testing.T) {
	t.Parallel()
	t.Run("digits", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		prev := w.attr(w.person, "x0", rule.Number)
		w.rule("proef.x0", prev, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(number("999999999999999999")), nil })
		for i := range 40 { // squares 40 times: 10^(18·2^40)
			next := w.attr(w.person, fmt.Sprint("x", i+1), rule.Number)
			from := prev
			w.rule("proef."+next.Name, next, func(s *rule.Binding) (rule.Expr, rule.Condition) { return mul(get(s, from), get(s, from)), nil })
			prev = next
		}
		if got := show(value(t, w, prev, nil)); got != "fout: limiet-overschreden" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("digits of a sum, a quotient and another unit", func(t *testing.T) {
		t.Parallel()
		ones := strings.Repeat("1", 1200)
		for name, e := range map[string]rule.Expr{
			"fits":     div(lit(number(ones)), lit(number("7"))),
			"sum":      add(lit(number("1/"+ones)), lit(number("1/1"+ones))),
			"quotient": div(lit(number("1/"+ones)), lit(number(ones))),
			"percent":  &rule.PercentOf{Percent: lit(percent(ones)), Of: lit(number(ones))},
			"unit":     &rule.Convert{Expr: lit(number(ones)), Factor: rat(ones)},
		} {
			w := newWorld()
			out := w.attr(w.person, "uitkomst", rule.Number)
			w.rule("proef.uitkomst", out, func(*rule.Binding) (rule.Expr, rule.Condition) { return e, nil })
			if got := show(value(t, w, out, nil)); (got == "fout: limiet-overschreden") != (name != "fits") {
				t.Errorf("%s: got %.40s", name, got)
			}
		}
	})
	t.Run("steps", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		out := w.attr(w.person, "uitkomst", rule.Number)
		w.rule("proef.uitkomst", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
			via := []*rule.Role{w.home, w.members}
			var nest func(from *rule.Binding, left int) rule.Expr
			nest = func(from *rule.Binding, left int) rule.Expr {
				el := &rule.Binding{Object: w.person, Depth: from.Depth + 1}
				if left == 0 {
					return &rule.Aggregate{Op: rule.Count, From: from, Via: via, Element: el}
				}
				return &rule.Aggregate{Op: rule.Sum, From: from, Via: via, Element: el, Of: nest(el, left-1)}
			}
			return nest(self, 5), nil
		})
		p := w.compile(t)
		c := p.NewCase(rule.MustDate("2026-06-01"))
		h := c.Add(w.household, "h")
		who := -1
		for i := range 200 { // 200^6 elements
			who = c.Add(w.person, fmt.Sprint(i))
			must(t, c.Link(w.members, h, who))
		}
		if got := show(c.Value(who, out)); got != "fout: limiet-overschreden" {
			t.Errorf("got %s", got)
		}
		if d := c.Derive(who, out); d.Err == nil || d.Err.Code != exact.CodeLimit {
			t.Errorf("derivation: got %v", d.Err)
		}
	})
	t.Run("nesting", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		out := w.attr(w.person, "uitkomst", rule.Number)
		w.rule("proef.uitkomst", out, func(*rule.Binding) (rule.Expr, rule.Condition) {
			e := lit(number("1"))
			for range 100_000 {
				e = add(e, lit(number("1")))
			}
			return e, nil
		})
		if _, diags := exact.Compile(w.m); diags.Err() == nil || !strings.Contains(diags.Error(), "dieper genest dan 200 niveaus") {
			t.Errorf("got %v", diags)
		}
	})
	t.Run("depth", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		prev := w.attr(w.person, "x0", rule.Number)
		for i := range 3000 {
			next := w.attr(w.person, fmt.Sprint("x", i+1), rule.Number)
			from := prev
			w.rule(fmt.Sprint("proef.x", i+1), next, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, from), nil })
			prev = next
		}
		if _, diags := exact.Compile(w.m); diags.Err() == nil || !strings.Contains(diags.Error(), "Meer dan 2000 regels") {
			t.Errorf("got %v", diags)
		}
	})
	t.Run("objects", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		x := w.attr(w.person, "waarde", rule.Number)
		c := w.compile(t).NewCase(rule.MustDate("2026-06-01"))
		last := 0
		for range 10_001 {
			last = c.Add(w.person, "p")
		}
		if last != -1 {
			t.Errorf("object %d was added", last)
		}
		if err := c.Set(last, x, number("1")); err == nil {
			t.Error("an object that does not exist took a datum")
		}
	})
}

func TestResetForgetsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income := w.attr(w.person, "inkomen", rule.Amount)
	out := w.attr(w.person, "samen", rule.Amount)
	w.rule("proef.samen", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
		return add(get(self, income), get(self, income, w.partner)), nil
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "personen")
		c.Reset(rule.MustDate("2026-06-01"))
		fresh := p.NewCase(rule.MustDate("2026-06-01"))
		for i := range n {
			for _, k := range []*exact.Case{c, fresh} {
				k.Add(w.person, fmt.Sprint(i))
			}
			if rapid.Bool().Draw(t, "inkomen bekend") {
				d := amount(fmt.Sprint(rapid.IntRange(0, 100).Draw(t, "inkomen")))
				_, _ = c.Set(i, income, d), fresh.Set(i, income, d)
			}
			if i > 0 && rapid.Bool().Draw(t, "partner") {
				_, _ = c.Link(w.partner, i, i-1), fresh.Link(w.partner, i, i-1)
			}
		}
		for i := range n {
			if got, want := show(c.Value(i, out)), show(fresh.Value(i, out)); got != want {
				t.Fatalf("person %d: reused case %s, new case %s", i, got, want)
			}
		}
	})
}
