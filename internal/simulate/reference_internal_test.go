package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// reference computes what engine computes, one household at a time on package
// exact, from the households themselves.
type reference struct {
	run     *run
	inputs  [][]*rule.Attribute // by side: all inputs that the population has
	columns map[string]population.Column
}

func newReference(r *run) evaluator {
	ref := &reference{run: r, columns: map[string]population.Column{}}
	for _, c := range population.KnownOf(r.spec.People).Columns {
		ref.columns[c.ID] = c
	}
	for _, b := range r.sides {
		var list []*rule.Attribute
		for _, o := range b.program.Model().Objects {
			for _, a := range o.Attributes {
				if _, ok := ref.columns[a.ID()]; ok && b.program.IsInput(a, b.date) && !b.derived[a.ID()] {
					list = append(list, a)
				}
			}
		}
		ref.inputs = append(ref.inputs, list)
	}
	return ref
}

func (ref *reference) worker() evaluating {
	w := &referenceWorker{reference: ref}
	for _, b := range ref.run.sides {
		w.cases = append(w.cases, b.program.NewCase(b.date))
	}
	return w
}

type referenceWorker struct {
	*reference
	cases   []*exact.Case
	members [][]int // objects, by side
	houses  []int
	// parts are the estimates of the members, while settling: nil, as it is.
	parts []int64
}

func (w *referenceWorker) chunk(b *population.Block, p *part, f *findings) error {
	var h population.Household
	for i := range b.Len() {
		w.run.people.Household(b.First+i, &h)
		w.members, w.houses = nil, nil
		for k := range w.cases {
			if err := w.fill(k, &h); err != nil {
				return err
			}
		}
		for s := range p.claims {
			applicants := true
			for _, side := range w.run.sides {
				applicants = applicants && side.outcomes[s].applicants
			}
			if w.run.sides[0].outcomes[s].household {
				w.claim(b, p, f, &h, i, s, -1)
				continue
			}
			for m := range h.Persons {
				if !applicants || h.Persons[m].Applicant {
					w.claim(b, p, f, &h, i, s, m)
				}
			}
		}
		w.measure(b, p, f, &h, i)
		if err := w.settle(b, p, &h, i); err != nil {
			return err
		}
	}
	return nil
}

// settle works out what the household would get on the incomes that it expects,
// for whoever can be worked out on those that it has.
func (w *referenceWorker) settle(b *population.Block, p *part, h *population.Household, i int) error {
	settled := w.run.settles
	if len(settled) == 0 {
		return nil
	}
	work := func() (out [][][]int64, err error) { // by scheme, member and side; −1: an error
		w.members, w.houses = nil, nil
		for k := range w.cases {
			if err := w.fill(k, h); err != nil {
				return nil, err
			}
		}
		for _, s := range settled {
			var units [][]int64
			for m := -1; m < len(h.Persons); m++ {
				var cents []int64
				house := w.run.sides[0].outcomes[s].household
				if house != (m < 0) {
					units = append(units, nil)
					continue
				}
				for k := range w.cases {
					x, err := w.yearly(k, s, m)
					if err != nil {
						x = unknown
					}
					cents = append(cents, x)
				}
				units = append(units, cents)
			}
			out = append(out, units)
		}
		return out, nil
	}
	rights, err := work()
	if err != nil {
		return err
	}
	w.parts = nil
	for m := range h.Persons {
		w.parts = append(w.parts, w.run.estimating.of(b.First+i, m, h.Persons[m].Status))
	}
	advances, err := work()
	w.parts = nil
	if err != nil {
		return err
	}
	for at, s := range settled {
		applicants := true
		for _, side := range w.run.sides {
			applicants = applicants && side.outcomes[s].applicants
		}
		for m, right := range rights[at] {
			if right == nil || slices.Contains(right, unknown) || applicants && m > 0 && !h.Persons[m-1].Applicant {
				continue
			}
			p.late(s, i, m-1, b, right, advances[at][m])
		}
	}
	return nil
}

// measure computes the income of a household, and what it does not keep of a
// thousand euros more wage.
func (w *referenceWorker) measure(b *population.Block, p *part, f *findings, h *population.Household, i int) {
	if w.run.income() == nil {
		return
	}
	income := func(k int) (int64, error) {
		o := w.run.sides[k].income
		d, err := w.cases[k].Value(w.houses[k], o.attr)
		if err != nil || d.IsEmpty() {
			return 0, err
		}
		cents, ok := signedBig(d.Num, o.times)
		if !ok {
			err = wrong(o.attr, d)
		}
		return cents, err
	}
	home, before := &p.homes[i], make([]int64, len(w.cases))
	for k := range w.cases {
		var err error
		if before[k], err = income(k); err != nil {
			home.lost = true
			failed(f.unmeasured[k], b.First+i, h.Weight, keyOf(err), func() error { return err })
		}
	}
	if p.incomes = append(p.incomes, before...); !home.lost {
		home.disposable = floorEuros(before[0])
	}
	earner := -1
	for m := range h.Persons {
		if of := func(m int) int { return h.Persons[m].Wage + h.Persons[m].Profit }; of(m) > 0 && (earner < 0 || of(m) > of(earner)) {
			earner = m
		}
	}
	unkept := make([]int32, len(w.cases))
	for k := range w.cases {
		a := w.run.sides[k].program.Attribute(wageID)
		if earner < 0 || home.lost || a == nil || !slices.Contains(w.inputs[k], a) {
			for k := range unkept {
				unkept[k] = noEarner
			}
			break
		}
		obj, col := w.object(k, earner), w.columns[wageID]
		v := col.Of(h, earner)
		if err := w.cases[k].SetFraction(obj, a, v.Cents+pressureStep, 100); err != nil {
			panic(err)
		}
		after, err := income(k)
		if err != nil {
			for k := range unkept {
				unkept[k] = noPressure
			}
			break
		}
		unkept[k] = int32(pressureStep - (after - before[k]))
	}
	p.unkept = append(p.unkept, unkept...)
}

func (w *referenceWorker) fill(k int, h *population.Household) error {
	side, c := w.run.sides[k], w.cases[k]
	c.Reset(side.date)
	var members []int
	for m := range h.Persons {
		members = append(members, c.Add(side.person, fmt.Sprint("p", m+1)))
	}
	house := -1
	if t := side.program.ObjectType("Huishouden"); t != nil {
		house = c.Add(t, "h")
	}
	var contracts []int
	if t := side.program.ObjectType("Opvangovereenkomst"); t != nil {
		for i := range h.Contracts {
			contracts = append(contracts, c.Add(t, fmt.Sprint("o", i+1)))
		}
	}
	for _, a := range w.inputs[k] {
		col, objects := w.columns[a.ID()], members
		if col.Object() == contractTable {
			objects = contracts
		}
		for m, obj := range objects {
			v := col.Of(h, m)
			if col.Income && w.parts != nil {
				v.Cents = estimated(v.Cents/col.Cents, w.parts[m]) * col.Cents
			}
			if err := c.Set(obj, a, col.Datum(v)); err != nil {
				return err
			}
		}
	}
	for _, rel := range population.KnownOf(w.run.spec.People).Relations {
		role := side.program.Role(rel.Role)
		if role == nil {
			continue
		}
		for _, pair := range rel.Pairs(h) {
			from, to := house, members
			if pair[0] >= 0 {
				from = members[pair[0]]
			}
			if rel.Between == population.Cared {
				to = contracts
			}
			if err := c.Link(role, from, to[pair[1]]); err != nil {
				return err
			}
		}
	}
	w.members, w.houses = append(w.members, members), append(w.houses, house)
	return nil
}

// keyOf tells failures apart as the engine does, from the error itself.
func keyOf(err error) failureKey {
	e, ok := errors.AsType[*exact.Error](err)
	switch {
	case !ok:
		return failureKey{code: codeAmount}
	case e.Rule == nil:
		return failureKey{code: string(e.Code)}
	}
	return failureKey{string(e.Code), e.Rule.ID}
}

func (w *referenceWorker) object(k, m int) int {
	if m < 0 {
		return w.houses[k]
	}
	return w.members[k][m]
}

func (w *referenceWorker) claim(b *population.Block, p *part, f *findings, h *population.Household, i, s, m int) {
	cents, failed := make([]int64, len(w.cases)), false
	for k := range w.cases {
		var err error
		if cents[k], err = w.yearly(k, s, m); err != nil {
			failed = true
			f.fail(s, k, b.First+i, h.Weight, keyOf(err), func() error { return err })
		}
	}
	if failed {
		return
	}
	p.claim(s, i, m, b, f, cents)
	for k, before := range cents {
		if before <= 12*2500 || m < 0 || w.run.sides[0].Schemes[s].Owed {
			continue
		}
		for _, a := range w.inputs[k] {
			col := w.columns[a.ID()]
			if col.Step == 0 {
				continue
			}
			v := col.Of(h, m)
			obj := w.object(k, m)
			if err := w.cases[k].SetFraction(obj, a, v.Cents+col.Step, 100); err != nil {
				continue
			}
			after, err := w.yearly(k, s, m)
			if loss := before - after; err == nil && loss > 12*2500 {
				f.cliff(s, k, a.ID(), col.Label, h.Weight, loss)
			}
			if err := w.cases[k].Set(obj, a, col.Datum(v)); err != nil {
				panic(err)
			}
		}
	}
}

// yearly gives an outcome in cents a year, by big numbers.
func (w *referenceWorker) yearly(k, s, m int) (int64, error) {
	o := w.run.sides[k].outcomes[s]
	d, err := w.cases[k].Value(w.object(k, m), o.attr)
	if err != nil || d.IsEmpty() {
		return 0, err
	}
	cents := new(big.Rat).Mul(d.Num, big.NewRat(100, 1))
	if !cents.IsInt() || cents.Sign() < 0 || cents.Num().BitLen() > maxBits {
		return 0, wrong(o.attr, d)
	}
	return cents.Num().Int64() * o.times, nil
}

// Reference gives the spec with the exact evaluator instead of the engine.
func Reference(s Spec) Spec {
	s.reference = newReference
	return s
}

// Whole says what the comparison of two results looks into.
var Whole = cmp.AllowUnexported(Failure{}, Cliff{}, population.Sum{})

// ships is what ships, read once: nothing changes a set that has been read.
var ships = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func shippedSet(t testing.TB) *regulation.Set {
	t.Helper()
	set, err := ships()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func variantOf(t testing.TB, set *regulation.Set, date rule.Date, text string, ids ...string) Side {
	t.Helper()
	v, ds := regulation.ReadVariant("v.yaml", []byte(text))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	s, err := NewSide(changed, date, ids...)
	if err != nil {
		t.Fatal(err)
	}
	s.ID, s.Name = v.ID, v.Name
	return s
}

const variantText = `variant: ruimer
naam: Ruimer
vanaf: 2020-01-01
parameters:
  individuele-inkomenstoeslag.inkomensgrens: "120 %"
  kinderbijslag.percentage-tot-6-jaar: "80 %"
  kindgebonden-budget.afbouwpercentage: "9 %"
  zorgtoeslag.afbouwpercentage: "12 %"
stappen: {individuele-inkomenstoeslag.inkomen-bewijzen: vervalt}
`

// changedBy gives the regulations of which a variant changes a parameter.
func changedBy(variant string) []string {
	var ids []string
	for line := range strings.Lines(variant) {
		if id, _, ok := strings.Cut(line, "."); ok && strings.HasPrefix(line, "  ") {
			ids = append(ids, strings.TrimSpace(id))
		}
	}
	return ids
}

// The engine gives the result of the exact evaluator for every regulation that
// ships, today's rules and a variant, failures and cliffs included: on a date on
// which everything holds, and on one for which parameters are missing.
func TestEngineIsReference(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates slowly, beside the engine")
	}
	t.Parallel()
	set := shippedSet(t)
	for _, on := range []string{"2026-06-01", "2025-03-15", "2027-06-01", "2024-01-01"} {
		date := rule.MustDate(on)
		base, err := NewSide(set, date)
		if err != nil {
			t.Fatal(err)
		}
		ids := base.IDs()
		variant := variantOf(t, set, date, variantText, ids...)
		p, err := population.New(population.Spec{N: 2000, Seed: 3, Year: date.Year})
		if err != nil {
			t.Fatal(err)
		}
		spec := Spec{People: p, Seed: 5, Date: date, Baseline: base, Variant: &variant, Workers: 2, Advances: true, reference: newReference}
		want, err := Run(context.Background(), spec, nil)
		if err != nil {
			t.Fatal(err)
		}
		spec.reference = nil
		got, err := Run(context.Background(), spec, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, Whole); d != "" {
			t.Errorf("on %s the engine differs from the reference (-reference +engine):\n%.3000s", on, d)
		}
		for _, id := range changedBy(variantText) {
			s, ok := want.Find(id)
			if !ok {
				if on == "2026-06-01" {
					t.Errorf("%s is not run", id)
				}
				continue
			}
			if on == "2026-06-01" && s.Variant.Entitled == s.Baseline.Entitled {
				t.Errorf("nothing to compare: the variant has no effect on %s", id)
			}
			switch {
			case id != "zorgtoeslag":
			case on == "2026-06-01" && (s.Baseline.Advances == nil || s.Baseline.Advances.TooHigh.Rows == 0 || s.Variant.Advances.TooLow.Rows == 0 || s.Unsettled != ""):
				t.Errorf("nothing to compare: %+v is settled", s.Baseline.Advances)
			case on == "2027-06-01" && (s.Baseline.Advances != nil || s.Unsettled == ""):
				t.Error("settled without a threshold")
			}
			if on == "2026-06-01" && id == "individuele-inkomenstoeslag" && len(s.Baseline.Cliffs) == 0 {
				t.Errorf("nothing to compare: no cliffs in %s", id)
			}
			if on == "2027-06-01" && id != "individuele-inkomenstoeslag" && len(s.Baseline.Failures) == 0 {
				t.Errorf("nothing to compare: no failures of %s", id)
			}
		}
	}
}

// The result does not depend on the number of workers or the size of chunks.
func TestSameForAnyChunk(t *testing.T) {
	t.Parallel()
	set := shippedSet(t)
	date := rule.MustDate("2026-06-01")
	base, err := NewSide(set, date)
	if err != nil {
		t.Fatal(err)
	}
	variant := variantOf(t, set, date, variantText)
	p, err := population.New(population.Spec{N: 3000, Seed: 3, Year: date.Year})
	if err != nil {
		t.Fatal(err)
	}
	var want *Result
	for _, size := range []struct{ chunk, workers int }{{0, 1}, {1, 3}, {77, 2}, {1500, 4}, {3000, 1}} {
		got, err := Run(context.Background(), Spec{People: p, Seed: 5, Date: date, Baseline: base, Variant: &variant, Workers: size.workers, Advances: true, chunk: size.chunk}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		} else if d := cmp.Diff(want, got, Whole); d != "" {
			t.Errorf("%+v gives another result:\n%.2000s", size, d)
		}
	}
}

// Several variants at once give what they give one by one.
func TestCompareIsRun(t *testing.T) {
	t.Parallel()
	set := shippedSet(t)
	date := rule.MustDate("2026-06-01")
	base, err := NewSide(set, date)
	if err != nil {
		t.Fatal(err)
	}
	p, err := population.New(population.Spec{N: 1500, Seed: 3, Year: date.Year})
	if err != nil {
		t.Fatal(err)
	}
	variants := []Side{variantOf(t, set, date, variantText),
		variantOf(t, set, date, "variant: v2\nnaam: V2\nvanaf: 2020-01-01\nparameters: {zorgtoeslag.afbouwpercentage: \"15 %\"}\n"),
		variantOf(t, set, date, "variant: v3\nnaam: V3\nvanaf: 2020-01-01\nstappen: {zorgtoeslag.aanvragen: vervalt}\n")}
	spec := Spec{People: p, Seed: 5, Date: date, Baseline: base, Workers: 2, Advances: true}
	got, err := Compare(context.Background(), spec, variants, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range variants {
		spec.Variant = &variants[i]
		want, err := Run(context.Background(), spec, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got[i], Whole); d != "" {
			t.Errorf("%s:\n%.2000s", variants[i].ID, d)
		}
	}
	if _, err := Compare(context.Background(), spec, nil, nil); err == nil {
		t.Error("no variants: no error")
	}
	if _, err := Compare(context.Background(), spec, append(variants, variants...), nil); err == nil {
		t.Error("six variants: no error")
	}
}

// Expected gives the income that a person expects when it gets some income.
func Expected(seed uint64, household, member int, status population.Status, income int64) int64 {
	e, err := newEstimating(seed)
	if err != nil {
		panic(err)
	}
	return estimated(income, e.of(household, member, status))
}
