package column_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
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

func shipped(tb testing.TB) *regulation.Set {
	tb.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
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
	seed := setting(t, "SEED", int(time.Now().Unix()/86400))
	t.Logf("AGREE=%d SEED=%d", n, seed)
	set := shipped(t)
	dates := []rule.Date{rule.MustDate("2026-06-01"), rule.MustDate("2026-12-01")}
	const perBlock = 500
	for d, date := range dates {
		t.Run(date.String(), func(t *testing.T) {
			t.Parallel()
			side := sideOf(t, set.Model, date)
			p, err := column.Compile(side)
			if err != nil {
				t.Fatal(err)
			}
			values := newPool(set.Model, date)
			b := p.NewBlock()
			for done := 0; done < n/len(dates); done += perBlock {
				r := rand.New(rand.NewPCG(uint64(seed), uint64(d<<32+done)))
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
