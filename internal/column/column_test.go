package column_test

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

const variantFile = "individuele-inkomenstoeslag/varianten/ruimere-grens.yaml"

func withVariant(tb testing.TB, set *regulation.Set, date rule.Date) *regulation.Set {
	tb.Helper()
	text, err := regelingen.Files.ReadFile(variantFile)
	if err != nil {
		tb.Fatal(err)
	}
	v, ds := regulation.ReadVariant("ruimere-grens.yaml", text)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	v.From = date
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	return changed
}

// A variant that moves one threshold adds the few operations that it touches,
// not a second program.
func TestVariantSharesWhatItDoesNotTouch(t *testing.T) {
	t.Parallel()
	date := rule.MustDate("2026-06-01")
	set := shipped(t)
	ids := []string{"persoon.zorgtoeslag-per-maand", "persoon.individuele-inkomenstoeslag"}
	base, changed := outcomeSide(t, set.Scope("zorgtoeslag", "individuele-inkomenstoeslag"), date, ids...), outcomeSide(t, withVariant(t, set, date).Scope("zorgtoeslag", "individuele-inkomenstoeslag"), date, ids...)
	operations := func(sides ...column.Side) int {
		p, err := column.Compile(sides...)
		if err != nil {
			t.Fatal(err)
		}
		b := country(t, p, 1, 64)[0]
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
		return b.Operations()
	}
	one, both, same := operations(base), operations(base, changed), operations(base, base)
	if same != one {
		t.Errorf("the same rules twice take %d operations, once %d", same, one)
	}
	if both <= one || both > one+one/3 {
		t.Errorf("baseline and variant take %d operations, the baseline %d", both, one)
	}
}

// The sides of one program give what each gives alone.
func TestSidesAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("compares random households in three sets of rules")
	}
	t.Parallel()
	date := rule.MustDate("2026-06-01")
	set := shipped(t)
	sides := []column.Side{sideOf(t, set.Model, date), sideOf(t, withVariant(t, set, date).Model, date), sideOf(t, set.Model, rule.MustDate("2026-12-01"))}
	p, err := column.Compile(sides...)
	if err != nil {
		t.Fatal(err)
	}
	values := newPool(set.Model, date)
	b := p.NewBlock()
	for seed := range 4 {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		values.settle(r, p)
		w := &world{p: p}
		for range 100 {
			w.cases = append(w.cases, values.random(r, p))
		}
		w.agree(t, b, sides...)
	}
}

// The population has nothing that the program cannot do itself.
func TestPopulationNeedsNoExact(t *testing.T) {
	t.Parallel()
	p, err := column.Compile(outcomeSide(t, shipped(t).Scope("zorgtoeslag", "individuele-inkomenstoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand", "persoon.individuele-inkomenstoeslag"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range country(t, p, 2, 500) {
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
		if s := b.Stats(); s.Cases != 500 || s.Again != 0 {
			t.Errorf("%+v", s)
		}
	}
}

// Running a filled block again takes no memory.
func TestRunDoesNotAllocate(t *testing.T) {
	p, err := column.Compile(outcomeSide(t, shipped(t).Scope("zorgtoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand"))
	if err != nil {
		t.Fatal(err)
	}
	b := country(t, p, 1, 300)[0]
	run := func() {
		if err := b.Run(); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The sum over blocks does not depend on how many workers there are, and
// exactly the households' own amounts are in it.
func TestTheSameForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	side := outcomeSide(t, shipped(t).Scope("zorgtoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand")
	p, err := column.Compile(side)
	if err != nil {
		t.Fatal(err)
	}
	const blocks = 12
	total := func(workers int) (sum int64) {
		filled := country(t, p, blocks, 50)
		var all atomic.Int64
		err := population.Each(context.Background(), workers, blocks, func(int) func(int) error {
			return func(i int) error {
				if err := filled[i].Run(); err != nil {
					return err
				}
				o := filled[i].Outcome(0, 0)
				for row, v := range o.Int {
					if o.State[row] == column.Known {
						all.Add(v * 100 / o.Den)
					}
				}
				return nil
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.Load()
	}
	one := total(1)
	for _, workers := range []int{2, 3, 16} {
		if got := total(workers); got != one {
			t.Errorf("%d workers: %d, one: %d", workers, got, one)
		}
	}
	// By exact.
	pop, err := population.New(population.Spec{N: blocks * 50, Year: 2026, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var want int64
	for i := range pop.Len() {
		want += byExact(t, side, pop.At(i))
	}
	if one != want || want == 0 {
		t.Errorf("columns give %d cents, exact %d", one, want)
	}
}

// byExact computes the first outcome of all members in cents.
func byExact(tb testing.TB, s column.Side, h *population.Household) (sum int64) {
	tb.Helper()
	c := s.Program.NewCase(s.Date)
	for range h.Persons {
		c.Add(s.Outcomes[0].Owner, "p")
	}
	for _, col := range population.Columns() {
		a := s.Program.Attribute(col.ID)
		if a == nil || a.Owner != s.Outcomes[0].Owner { // a datum of a regulation that is not in the set, or of a contract
			continue
		}
		for m := range h.Persons {
			if err := c.Set(m, a, col.Datum(col.Of(h, m))); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if x := h.Partner(0); x >= 0 {
		if err := c.Link(s.Program.Role("persoon.toeslagpartner"), 0, x); err != nil {
			tb.Fatal(err)
		}
	}
	for m := range h.Persons {
		d, err := c.Value(m, s.Outcomes[0])
		if err != nil {
			tb.Fatal(err)
		}
		if !d.IsEmpty() {
			sum += new(big.Rat).Mul(d.Num, big.NewRat(100, 1)).Num().Int64()
		}
	}
	return sum
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	s := newSixty()
	good := s.side(t)
	other := &rule.Attribute{Owner: s.person, Name: "vreemd", Type: rule.Type{Kind: rule.Amount}}
	for name, side := range map[string]column.Side{
		"no program":  {Date: good.Date, Outcomes: good.Outcomes},
		"no outcome":  {Program: good.Program, Date: good.Date},
		"a stranger":  {Program: good.Program, Date: good.Date, Outcomes: []*rule.Attribute{other}},
		"no attr":     {Program: good.Program, Date: good.Date, Outcomes: []*rule.Attribute{nil}},
		"no such day": {Program: good.Program, Date: rule.Date{Year: 2026, Month: 2, Day: 30}, Outcomes: good.Outcomes},
	} {
		if _, err := column.Compile(side); !errors.Is(err, column.ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := column.Compile(); !errors.Is(err, column.ErrSpec) {
		t.Errorf("no side: %v", err)
	}
}

// A block that no case can be is refused, and can be used afterwards.
func TestRunRefuses(t *testing.T) {
	t.Parallel()
	p, err := column.Compile(outcomeSide(t, shipped(t).Scope("zorgtoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand"))
	if err != nil {
		t.Fatal(err)
	}
	partner, _ := p.Relation("persoon.toeslagpartner")
	_, insured, ok := p.Input("persoon.verzekerd")
	if !ok {
		t.Fatal("no input persoon.verzekerd")
	}
	b := p.NewBlock()
	for name, spoil := range map[string]func(){
		"rows of no case":        func() { b.Starts(0)[0] = 1 },
		"cases that go back":     func() { b.Starts(0)[1] = 4 },
		"a partner elsewhere":    func() { b.Relation(partner)[0], b.Relation(partner)[2] = 2, 0 },
		"a partner on one side":  func() { b.Relation(partner)[0] = 1 },
		"one's own partner":      func() { b.Relation(partner)[1] = 1 },
		"a partner of no row":    func() { b.Relation(partner)[0] = 99 },
		"a partner before row 0": func() { b.Relation(partner)[0] = -2 },
		"a Boolean of 2":         func() { b.Input(0, insured).Bool[0] = 2; b.Input(0, insured).All(column.Known) },
	} {
		fill := func() {
			b.Reset(2, 3)
			copy(b.Starts(0), []int32{0, 2, 3})
		}
		fill()
		spoil()
		if err := b.Run(); !errors.Is(err, column.ErrBlock) {
			t.Errorf("%s: %v", name, err)
		}
		fill()
		if err := b.Run(); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
		if _, err := b.Value(0, 0, 2); !errors.Is(err, exact.ErrMissing) {
			t.Errorf("an empty case gives %v", err)
		}
	}
}

// What a column cannot hold, or what is outside the range that is computed
// without looking, is still exact.
func TestHugeAndFineNumbersStayExact(t *testing.T) {
	t.Parallel()
	s := newSixty()
	side := s.side(t)
	p, err := column.Compile(side)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{p: p}
	for _, text := range []string{"0", "1/3", "99999999999.99", "100000000000", "100000000000.01", "-100000000000.01", "1e30", "92233720368547758.07", "-92233720368547758.08"} {
		c := newClosed(p)
		row := map[string]rule.Datum{}
		for _, a := range s.inputs {
			n, ok := new(big.Rat).SetString(text)
			if !ok {
				t.Fatal(text)
			}
			row[a.ID()] = rule.Datum{Kind: rule.Amount, Num: n}
		}
		c.rows[0] = append(c.rows[0], row)
		w.cases = append(w.cases, c)
	}
	b := p.NewBlock()
	w.agree(t, b, side)
	if n := b.Stats().Again; n != 6 {
		t.Errorf("%d cases were computed again, expected the 6 that do not fit", n)
	}
}

// A case with very many objects is decided by exact, which may give up.
func TestCrowdedCase(t *testing.T) {
	t.Parallel()
	side := outcomeSide(t, shipped(t).Scope("zorgtoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand")
	p, err := column.Compile(side)
	if err != nil {
		t.Fatal(err)
	}
	b := p.NewBlock()
	b.Reset(1, 12_000)
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Value(0, 0, 0); err == nil || b.Stats().Crowded != 12_000 {
		t.Errorf("%v %+v", err, b.Stats())
	}
}
