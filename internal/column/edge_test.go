package column_test

import (
	"errors"
	"math/big"
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// small is persons in houses, with one rule a test adds.
type small struct {
	m             *rule.Model
	person, house *rule.ObjectType
	home, members *rule.Role
}

func newSmall() *small {
	s := &small{person: &rule.ObjectType{Article: "de", Name: "Persoon", Plural: "personen"}, house: &rule.ObjectType{Article: "het", Name: "Huis", Plural: "huizen"}}
	f := &rule.FactType{Name: "Wonen"}
	s.home = &rule.Role{Fact: f, Name: "huis", Owner: s.person, Target: s.house}
	s.members = &rule.Role{Fact: f, Name: "lid", Plural: "leden", Owner: s.house, Target: s.person, Many: true}
	s.home.Inverse, s.members.Inverse = s.members, s.home
	f.Roles = []*rule.Role{s.home, s.members}
	s.m = &rule.Model{Objects: []*rule.ObjectType{s.person, s.house}, Facts: []*rule.FactType{f}}
	return s
}

func (s *small) attr(o *rule.ObjectType, name string, t rule.Type) *rule.Attribute {
	a := &rule.Attribute{Owner: o, Article: "het", Name: name, Type: t}
	o.Attributes = append(o.Attributes, a)
	return a
}

func (s *small) assign(a *rule.Attribute, expr func(self *rule.Binding) rule.Expr) {
	self := &rule.Binding{Object: a.Owner}
	s.m.Rules = append(s.m.Rules, &rule.Rule{ID: "r-" + a.Name, Name: a.Name, Versions: []*rule.Version{{Subject: self, Action: &rule.Assign{Target: a, Expr: expr(self)}}}})
}

func (s *small) block(t *testing.T, outcomes ...*rule.Attribute) *column.Block {
	t.Helper()
	p, ds := exact.Compile(s.m)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	prog, err := column.Compile(column.Side{Program: p, Date: rule.MustDate("2026-06-01"), Outcomes: outcomes})
	if err != nil {
		t.Fatal(err)
	}
	return prog.NewBlock()
}

// Whoever lives nowhere lives with nobody: none, which is not leeg; but a sum
// over nobody is leeg. Nothing here needs exact.
func TestAggregationOverNobody(t *testing.T) {
	t.Parallel()
	s := newSmall()
	income := s.attr(s.person, "inkomen", rule.Type{Kind: rule.Amount})
	count := s.attr(s.person, "aantal", rule.Type{Kind: rule.Number})
	sum := s.attr(s.person, "som", rule.Type{Kind: rule.Amount})
	over := func(op rule.AggregateOp, k rule.Kind) func(self *rule.Binding) rule.Expr {
		return func(self *rule.Binding) rule.Expr {
			element := &rule.Binding{Object: s.person, Depth: 1}
			a := &rule.Aggregate{Node: node(k), Op: op, From: self, Via: []*rule.Role{s.home, s.members}, Element: element}
			if op != rule.Count {
				a.Of = &rule.AttributeRef{Node: node(k), From: element, Attribute: income}
			}
			return a
		}
	}
	s.assign(count, over(rule.Count, rule.Number))
	s.assign(sum, over(rule.Sum, rule.Amount))
	b := s.block(t, count, sum)
	p := b.Program()
	persons, houses := p.Table("persoon"), p.Table("huis")
	rows := []int{3, 3}
	rows[persons], rows[houses] = 3, 1
	b.Reset(1, rows...)
	r, swapped := p.Relation("persoon.huis")
	if r < 0 || swapped {
		t.Fatal(r, swapped)
	}
	copy(b.Relation(r), []int32{0, -1, 0})
	_, i, _ := p.Input(income.ID())
	copy(b.Input(persons, i).Int, []int64{1050, 99, 25})
	b.Input(persons, i).All(column.Known)
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	for row, want := range []struct {
		count int64
		sum   rule.Datum
	}{
		{2, rule.Datum{Kind: rule.Amount, Num: big.NewRat(1075, 100)}}, {0, rule.Datum{}}, {2, rule.Datum{Kind: rule.Amount, Num: big.NewRat(1075, 100)}},
	} {
		n, err := b.Value(0, 0, row)
		if err != nil || !n.Equal(rule.Datum{Kind: rule.Number, Num: big.NewRat(want.count, 1)}) {
			t.Errorf("person %d lives with %v (%v), expected %d", row, n, err, want.count)
		}
		total, err := b.Value(0, 1, row)
		if err != nil || !total.Equal(want.sum) {
			t.Errorf("of person %d the sum is %v (%v), expected %v", row, total, err, want.sum)
		}
	}
	if n := b.Stats().Again; n != 0 {
		t.Errorf("%d cases again", n)
	}
}

// What the type of an input does not hold is refused by exact, never counted
// with; what it just holds is.
func TestInputsOutsideTheirType(t *testing.T) {
	t.Parallel()
	list := &rule.Domain{Name: "Kleur", Values: []string{"rood", "groen"}}
	number := func(s string) rule.Datum {
		n, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatal(s)
		}
		return rule.Datum{Kind: rule.Number, Num: n}
	}
	colour := func(s string) rule.Datum { return rule.Datum{Kind: rule.Enum, Text: s} }
	for name, test := range map[string]struct {
		typ       rule.Type
		good, bad []rule.Datum
	}{
		"geheel":        {rule.Type{Kind: rule.Number, Whole: true}, []rule.Datum{number("-3"), number("99999999999")}, []rule.Datum{number("0.5"), number("1e-9")}},
		"twee decimaal": {rule.Type{Kind: rule.Number, Decimals: 2}, []rule.Datum{number("0.05")}, []rule.Datum{number("0.005"), number("1/3")}},
		"positief":      {rule.Type{Kind: rule.Number, Sign: rule.Positive}, []rule.Datum{number("0.01"), number("1/3")}, []rule.Datum{number("0"), number("-0.01")}},
		"niet-negatief": {rule.Type{Kind: rule.Number, Sign: rule.NonNegative}, []rule.Datum{number("0")}, []rule.Datum{number("-0.01"), number("-1/3")}},
		"negatief":      {rule.Type{Kind: rule.Number, Sign: rule.Negative}, []rule.Datum{number("-0.01")}, []rule.Datum{number("0"), number("1e12")}},
		"kleur":         {rule.Type{Kind: rule.Enum, Domain: list}, []rule.Datum{colour("groen")}, []rule.Datum{colour("paars"), colour("")}},
	} {
		s := newSmall()
		in := s.attr(s.person, "gegeven", test.typ)
		out := s.attr(s.person, "uitkomst", rule.Type{Kind: test.typ.Kind, Domain: test.typ.Domain})
		s.assign(out, func(self *rule.Binding) rule.Expr {
			return &rule.AttributeRef{Node: rule.Node{Typ: test.typ}, From: self, Attribute: in}
		})
		s.m.Domains = []*rule.Domain{list}
		b := s.block(t, out)
		try := func(d rule.Datum) (rule.Datum, error) {
			b.Reset(1, 1)
			if err := b.Set(0, 0, 0, d); err != nil {
				t.Fatal(err)
			}
			if err := b.Run(); err != nil {
				t.Fatal(err)
			}
			return b.Value(0, 0, 0)
		}
		for _, d := range test.good {
			if got, err := try(d); err != nil || !got.Equal(d) {
				t.Errorf("%s: %v gives %v (%v)", name, d, got, err)
			}
		}
		for _, d := range test.bad {
			if got, err := try(d); !errors.Is(err, exact.ErrInput) {
				t.Errorf("%s: %v gives %v (%v), expected it to be refused", name, d, got, err)
			}
		}
	}
}

// A computed value that its type does not hold is an error of the case, of the
// same kind as exact gives; at the edge it is a value.
func TestComputedOutsideItsType(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typ       rule.Type
		good, bad string
	}{
		"geheel":        {rule.Type{Kind: rule.Number, Whole: true}, "4", "4.5"},
		"een decimaal":  {rule.Type{Kind: rule.Number, Decimals: 1}, "4.5", "4.55"},
		"positief":      {rule.Type{Kind: rule.Number, Sign: rule.Positive}, "0.01", "0"},
		"niet-negatief": {rule.Type{Kind: rule.Number, Sign: rule.NonNegative}, "0", "-0.01"},
		"negatief":      {rule.Type{Kind: rule.Number, Sign: rule.Negative}, "-0.01", "0"},
	} {
		s := newSmall()
		in := s.attr(s.person, "gegeven", rule.Type{Kind: rule.Number})
		out := s.attr(s.person, "uitkomst", test.typ)
		s.assign(out, func(self *rule.Binding) rule.Expr {
			return &rule.AttributeRef{Node: node(rule.Number), From: self, Attribute: in}
		})
		b := s.block(t, out)
		b.Reset(1, 2)
		want, _ := new(big.Rat).SetString(test.good)
		wrong, _ := new(big.Rat).SetString(test.bad)
		for row, n := range []*big.Rat{want, wrong} {
			if err := b.Set(0, 0, row, rule.Datum{Kind: rule.Number, Num: n}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Value(0, 0, 0); err != nil || !got.Equal(rule.Datum{Kind: rule.Number, Num: want}) {
			t.Errorf("%s: %s gives %v (%v)", name, test.good, got, err)
		}
		if got, err := b.Value(0, 0, 1); !errors.Is(err, exact.ErrInput) {
			t.Errorf("%s: %s gives %v (%v)", name, test.bad, got, err)
		}
	}
}

// A bound that is a ratio, of a house that a person may not have: nobody's bound
// does not bind, and the calculation with it needs no exact.
func TestRatioOfNobody(t *testing.T) {
	t.Parallel()
	s := newSmall()
	parts := s.attr(s.house, "delen", rule.Type{Kind: rule.Number, Whole: true})
	share := s.attr(s.house, "deel", rule.Type{Kind: rule.Amount})
	out := s.attr(s.person, "uitkomst", rule.Type{Kind: rule.Amount})
	euros := func(n int64) rule.Expr {
		return &rule.Literal{Node: node(rule.Amount), Value: rule.Datum{Kind: rule.Amount, Num: big.NewRat(n, 1)}}
	}
	s.assign(share, func(self *rule.Binding) rule.Expr {
		return &rule.Arith{Node: node(rule.Amount), Op: rule.Div, L: euros(10), R: &rule.AttributeRef{Node: node(rule.Number), From: self, Attribute: parts}}
	})
	s.assign(out, func(self *rule.Binding) rule.Expr {
		of := &rule.AttributeRef{Node: node(rule.Amount), From: self, Via: []*rule.Role{s.home}, Attribute: share}
		return &rule.Round{Node: node(rule.Amount), Mode: rule.RoundHalfUp, Decimals: 2, Expr: &rule.Clamp{Node: node(rule.Amount), Expr: euros(5), Max: of}}
	})
	b := s.block(t, out)
	p := b.Program()
	persons, houses := p.Table("persoon"), p.Table("huis")
	rows := make([]int, 2)
	rows[persons], rows[houses] = 3, 2
	b.Reset(1, rows...)
	r, _ := p.Relation("persoon.huis")
	copy(b.Relation(r), []int32{0, -1, 1})
	_, i, _ := p.Input(parts.ID())
	copy(b.Input(houses, i).Int, []int64{3, 1})
	b.Input(houses, i).All(column.Known)
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	for row, cents := range []int64{333, 500, 500} {
		if got, err := b.Value(0, 0, row); err != nil || !got.Equal(rule.Datum{Kind: rule.Amount, Num: big.NewRat(cents, 100)}) {
			t.Errorf("person %d has %v (%v), expected %d cents", row, got, err, cents)
		}
	}
	if n := b.Stats().Again; n != 0 {
		t.Errorf("%d cases again", n)
	}
}

// One attribute that two sides type differently: each judges by its own type.
func TestSidesWithOtherTypes(t *testing.T) {
	t.Parallel()
	var sides []column.Side
	for _, typ := range []rule.Type{{Kind: rule.Number, Decimals: 2}, {Kind: rule.Number, Whole: true}} {
		s := newSmall()
		in := s.attr(s.person, "gegeven", typ)
		out := s.attr(s.person, "uitkomst", rule.Type{Kind: rule.Number})
		s.assign(out, func(self *rule.Binding) rule.Expr {
			return &rule.AttributeRef{Node: node(rule.Number), From: self, Attribute: in}
		})
		p, ds := exact.Compile(s.m)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		sides = append(sides, column.Side{Program: p, Date: rule.MustDate("2026-06-01"), Outcomes: []*rule.Attribute{out}})
	}
	p, err := column.Compile(sides...)
	if err != nil {
		t.Fatal(err)
	}
	b := p.NewBlock()
	b.Reset(1, 1)
	b.Input(0, 0).Int[0] = p.Tables()[0].Inputs[0].Den / 2
	b.Input(0, 0).All(column.Known)
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Value(0, 0, 0); err != nil || !got.Equal(rule.Datum{Kind: rule.Number, Num: big.NewRat(1, 2)}) {
		t.Errorf("with decimals: %v (%v)", got, err)
	}
	if got, err := b.Value(1, 0, 0); !errors.Is(err, exact.ErrInput) {
		t.Errorf("whole: %v (%v)", got, err)
	}
}

// A sum of what has no bound that fits is added up with care, and one of
// quotients where they come out: only what does not is computed again.
func TestSumsOfProductsAndQuotients(t *testing.T) {
	t.Parallel()
	s := newSmall()
	income := s.attr(s.person, "inkomen", rule.Type{Kind: rule.Amount})
	many := s.attr(s.person, "aantal", rule.Type{Kind: rule.Number, Whole: true})
	part := s.attr(s.person, "deel", rule.Type{Kind: rule.Amount})
	products := s.attr(s.person, "produkten", rule.Type{Kind: rule.Amount})
	quotients := s.attr(s.person, "quotienten", rule.Type{Kind: rule.Amount})
	read := func(from *rule.Binding, a *rule.Attribute) rule.Expr {
		return &rule.AttributeRef{Node: node(a.Type.Kind), From: from, Attribute: a}
	}
	s.assign(part, func(self *rule.Binding) rule.Expr {
		return &rule.Arith{Node: node(rule.Amount), Op: rule.Div, L: read(self, income), R: read(self, many)}
	})
	sum := func(of func(element *rule.Binding) rule.Expr) func(self *rule.Binding) rule.Expr {
		return func(self *rule.Binding) rule.Expr {
			element := &rule.Binding{Object: s.person, Depth: 1}
			return &rule.Aggregate{Node: node(rule.Amount), Op: rule.Sum, From: self, Via: []*rule.Role{s.home, s.members}, Element: element, Of: of(element)}
		}
	}
	s.assign(products, sum(func(x *rule.Binding) rule.Expr {
		return &rule.Arith{Node: node(rule.Amount), Op: rule.Mul, L: read(x, income), R: read(x, many)}
	}))
	s.assign(quotients, sum(func(x *rule.Binding) rule.Expr { return read(x, part) }))
	b := s.block(t, products, quotients)
	p := b.Program()
	persons, houses := p.Table("persoon"), p.Table("huis")
	_, incomes, _ := p.Input(income.ID())
	_, counts, _ := p.Input(many.ID())
	r, _ := p.Relation("persoon.huis")
	for _, x := range []struct {
		name           string
		income, many   [3]int64 // cents; persons
		again          int
		products, rest string // euros, of who lives in the house
	}{
		{"gewoon", [3]int64{1000, 7700, 250}, [3]int64{10, 7, 1}, 0, "641.5", "14.5"},
		{"deelt niet", [3]int64{1000, 7700, 250}, [3]int64{3, 7, 1}, 1, "571.5", "101/6"},
		{"te groot", [3]int64{9_000_000_000_000, 100, 9_000_000_000_000}, [3]int64{90_000_000, 1, 90_000_000}, 1, "16200000000000000001", ""},
	} {
		rows := []int{3, 3}
		rows[persons], rows[houses] = 3, 1
		b.Reset(1, rows...)
		copy(b.Relation(r), []int32{0, 0, 0})
		copy(b.Input(persons, incomes).Int, x.income[:])
		copy(b.Input(persons, counts).Int, x.many[:])
		b.Input(persons, incomes).All(column.Known)
		b.Input(persons, counts).All(column.Known)
		before := b.Stats().Again
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
		if n := b.Stats().Again - before; n != x.again {
			t.Errorf("%s: %d cases again, want %d", x.name, n, x.again)
		}
		for i, want := range []string{x.products, x.rest} {
			if want == "" {
				continue
			}
			n, ok := new(big.Rat).SetString(want)
			if !ok {
				t.Fatal(want)
			}
			got, err := b.Value(0, i, 0)
			if err != nil || !got.Equal(rule.Datum{Kind: rule.Amount, Num: n}) {
				t.Errorf("%s: outcome %d is %v (%v), want %s", x.name, i, got, err, want)
			}
		}
	}
}

// A sum that may not fit, of which nobody asks whether it does, is added up without
// a flag.
func TestSumWithoutFlag(t *testing.T) {
	t.Parallel()
	s := newSmall()
	income := s.attr(s.person, "inkomen", rule.Type{Kind: rule.Amount})
	many := s.attr(s.person, "aantal", rule.Type{Kind: rule.Number, Whole: true})
	products := s.attr(s.house, "produkten", rule.Type{Kind: rule.Amount})
	s.assign(products, func(self *rule.Binding) rule.Expr {
		x := &rule.Binding{Object: s.person, Depth: 1}
		read := func(a *rule.Attribute) rule.Expr {
			return &rule.AttributeRef{Node: node(a.Type.Kind), From: x, Attribute: a}
		}
		return &rule.Aggregate{Node: node(rule.Amount), Op: rule.Sum, From: self, Via: []*rule.Role{s.members}, Element: x,
			Of: &rule.Arith{Node: node(rule.Amount), Op: rule.Mul, L: read(income), R: read(many)}}
	})
	b := s.block(t, products)
	p := b.Program()
	persons, houses := p.Table("persoon"), p.Table("huis")
	_, incomes, _ := p.Input(income.ID())
	_, counts, _ := p.Input(many.ID())
	r, _ := p.Relation("persoon.huis")
	rows := []int{2, 2}
	rows[persons], rows[houses] = 2, 1
	for _, first := range []bool{true, false} {
		b.Reset(1, rows...)
		copy(b.Relation(r), []int32{0, 0})
		copy(b.Input(persons, incomes).Int, []int64{1000, 7700})
		copy(b.Input(persons, counts).Int, []int64{10, 7})
		b.Input(persons, incomes).All(column.Known)
		b.Input(persons, counts).All(column.Known)
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Value(0, 0, 0); err != nil || !got.Equal(rule.Datum{Kind: rule.Amount, Num: big.NewRat(639, 1)}) {
			t.Errorf("first %v: %v (%v), want 639", first, got, err)
		}
		if first && b.DropFlags() == 0 {
			t.Fatal("no sum is added up with care")
		}
	}
}
