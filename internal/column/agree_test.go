package column_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seed"
	"lemniscaat/regelingen"
)

// setting reads a whole number from the environment.
func setting(tb testing.TB, name string, otherwise int) int {
	tb.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		tb.Fatalf("%s=%q is no whole number", name, s)
	}
	return n
}

// ships is what ships, read once: nothing changes a set that has been read.
var ships = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func shipped(tb testing.TB) *regulation.Set {
	tb.Helper()
	set, err := ships()
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func sideOf(tb testing.TB, m *rule.Model, date rule.Date) column.Side {
	tb.Helper()
	p, ds := exact.Compile(m)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	s := column.Side{Program: p, Date: date}
	for _, o := range m.Objects {
		for _, a := range o.Attributes {
			if len(p.Writers(a, date)) > 0 {
				s.Outcomes = append(s.Outcomes, a)
			}
		}
	}
	return s
}

// A parameter without a value is an error of nearly everybody. Its cause is known
// without computing anybody again; its words are asked for one by one.
func TestToldErrors(t *testing.T) {
	t.Parallel()
	side := outcomeSide(t, shipped(t).Scope("zorgtoeslag"), rule.MustDate("2040-01-01"), "persoon.zorgtoeslag-per-maand")
	p, err := column.Compile(side)
	if err != nil {
		t.Fatal(err)
	}
	b := country(t, p, 1, 500)[0]
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	s := b.Stats()
	if s.Again != 0 || s.Errors != 0 || s.Told < 400 {
		t.Fatalf("%+v; want more than 400 errors told and nobody computed again", s)
	}
	for row, state := range b.Outcome(0, 0).State {
		if state != column.Failed {
			continue
		}
		code, id := b.Cause(0, 0, row)
		_, err := b.Value(0, 0, row)
		if e, ok := errors.AsType[*exact.Error](err); !ok || e.Code != exact.CodeParameter || e.Code != code || e.Rule.ID != id || e.ObjectID == "" {
			t.Fatalf("row %d: cause %s of %s, and exact says %v", row, code, id, err)
		}
	}
}

// TestShippedAgree compares every attribute that the shipped rules compute with
// package exact, on random households around every number that the rules name.
// AGREE sets how many (make agree: a million), SEED which.
func TestShippedAgree(t *testing.T) {
	t.Parallel()
	n := 20_000
	if testing.Short() {
		n = 2_000
	}
	n = setting(t, "AGREE", n)
	begin := seed.Of()
	t.Logf("AGREE=%d %s=%d", n, seed.Env, begin)
	set := shipped(t)
	var dates []rule.Date
	for _, on := range []string{
		"2019-10-22", "2019-10-23", "2020-06-01", "2021-01-15", // before and after the all-or-nothing rule; Tozo
		"2024-07-01", "2025-12-31", "2026-06-01", "2026-12-01",
		"2027-03-01", "2040-01-01", // parameters without a value
	} {
		dates = append(dates, rule.MustDate(on))
	}
	const perBlock = 500
	for d, date := range dates {
		t.Run(date.String(), func(t *testing.T) {
			t.Parallel()
			side := sideOf(t, set.Model, date)
			if len(side.Outcomes) == 0 {
				t.Skip("no rules on this date")
			}
			p, err := column.Compile(side)
			if err != nil {
				t.Fatal(err)
			}
			values := newPool(set.Model, date)
			b := p.NewBlock()
			for done := 0; done < n/len(dates); done += perBlock {
				r := rand.New(rand.NewPCG(begin, uint64(d<<32+done)))
				values.settle(r, p)
				w := &world{p: p}
				for range perBlock {
					w.cases = append(w.cases, values.random(r, p))
				}
				w.agree(t, b, side)
			}
			t.Logf("%+v", b.Stats())
		})
	}
}
