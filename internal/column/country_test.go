package column_test

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// households is how many private households the country has.
const households = 8_374_404

// country fills blocks with households of the synthetic population.
func country(tb testing.TB, p *column.Program, blocks, perBlock int) []*column.Block {
	tb.Helper()
	pop, err := population.New(population.Spec{N: blocks * perBlock, Year: 2026, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	columns := map[string]population.Column{}
	for _, c := range population.Columns() {
		columns[c.ID] = c
	}
	var out []*column.Block
	for n := range blocks {
		var hs []*population.Household
		persons := 0
		for i := range perBlock {
			h := pop.At(n*perBlock + i)
			hs = append(hs, h)
			persons += len(h.Persons)
		}
		b := p.NewBlock()
		rows := make([]int, len(p.Tables()))
		for t, table := range p.Tables() {
			rows[t] = persons
			if table.ID == "huishouden" {
				rows[t] = perBlock
			}
		}
		b.Reset(perBlock, rows...)
		for t, table := range p.Tables() {
			at := 0
			for k, h := range hs {
				b.Starts(t)[k] = int32(at)
				if table.ID == "huishouden" {
					at++
				} else {
					at += len(h.Persons)
				}
			}
			for i, in := range table.Inputs {
				row := 0
				c, given := columns[in.ID]
				if !given {
					continue // left out: an initialisatie gives it
				}
				col := b.Input(t, i)
				all := true
				for _, h := range hs {
					for m := range h.Persons {
						d := c.Datum(c.Of(h, m))
						if err := b.Set(t, i, row, d); err != nil {
							tb.Fatal(err)
						}
						all = all && !d.IsEmpty()
						row++
					}
				}
				if all {
					col.All(column.Known)
				}
			}
		}
		for r, rel := range p.Relations() {
			if rel.Many {
				offsets, items := lists(hs, rel.Role.ID())
				b.Lists(r, offsets, items)
				continue
			}
			at, one := int32(0), b.Relation(r)
			for k, h := range hs {
				for m := range h.Persons {
					switch {
					case rel.Reciprocal:
						if x := h.Partner(m); x >= 0 {
							one[at+int32(m)] = at + int32(x)
						}
					default:
						one[at+int32(m)] = int32(k)
					}
				}
				at += int32(len(h.Persons))
			}
		}
		out = append(out, b)
	}
	return out
}

// lists gives, for a relation from persons to several, the rows by person.
func lists(hs []*population.Household, role string) (offsets, items []int32) {
	offsets = []int32{0}
	of := population.Relations()[slices.IndexFunc(population.Relations(), func(r population.Relation) bool { return r.Role == role })]
	at := 0
	for _, h := range hs {
		pairs := of.Pairs(h)
		for m := range h.Persons {
			for _, p := range pairs {
				if p[0] == m {
					items = append(items, int32(at+p[1]))
				}
			}
			offsets = append(offsets, int32(len(items)))
		}
		at += len(h.Persons)
	}
	return offsets, items
}

func outcomeSide(tb testing.TB, m *rule.Model, date rule.Date, ids ...string) column.Side {
	tb.Helper()
	p, ds := exact.Compile(m)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	s := column.Side{Program: p, Date: date}
	for _, id := range ids {
		a := p.Attribute(id)
		if a == nil {
			tb.Fatalf("no attribute %s", id)
		}
		s.Outcomes = append(s.Outcomes, a)
	}
	return s
}

// BenchmarkCountry evaluates zorgtoeslag for as many households as the country
// has, from filled blocks, on one core and on two.
func BenchmarkCountry(b *testing.B) {
	side := outcomeSide(b, shipped(b).Scope("zorgtoeslag"), rule.MustDate("2026-06-01"), "persoon.zorgtoeslag-per-maand")
	p, err := column.Compile(side)
	if err != nil {
		b.Fatal(err)
	}
	for _, perBlock := range []int{256, 512, 1024, 2048} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%d/workers=%d", perBlock, workers), func(b *testing.B) {
				blocks := country(b, p, 8, perBlock)
				b.ResetTimer()
				start := busy()
				for b.Loop() {
					err := population.Each(context.Background(), workers, households/perBlock+1, func(w int) func(int) error {
						return func(i int) error { return blocks[i%(8/workers)+w*(8/workers)].Run() }
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((busy()-start).Seconds()/float64(b.N), "cpu-s/country")
				b.ReportMetric(float64(blocks[0].Operations()), "operations")
				b.ReportMetric(float64(households)*float64(b.N)/b.Elapsed().Seconds(), "huishoudens/s")
			})
		}
	}
}

// busy gives the processor time of this process so far: on a machine that does
// other things as well it says more than the clock.
func busy() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
