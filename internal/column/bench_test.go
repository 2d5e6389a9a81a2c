package column_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// sixty is rules of exactly sixty operations: ten times add, subtract, multiply,
// compare, select (a rule with a condition and one with its opposite) and min.
// Each needs the ones before it.
type sixty struct {
	m      *rule.Model
	person *rule.ObjectType
	inputs []*rule.Attribute
	out    *rule.Attribute
}

func newSixty() *sixty {
	s := &sixty{person: &rule.ObjectType{Article: "de", Name: "Persoon", Plural: "personen"}}
	s.m = &rule.Model{Objects: []*rule.ObjectType{s.person}}
	attr := func(name string) *rule.Attribute {
		a := &rule.Attribute{Owner: s.person, Article: "het", Name: name, Type: rule.Type{Kind: rule.Amount}}
		s.person.Attributes = append(s.person.Attributes, a)
		return a
	}
	for i := range 6 {
		s.inputs = append(s.inputs, attr(fmt.Sprintf("gegeven %d", i)))
	}
	amount := rule.Node{Typ: rule.Type{Kind: rule.Amount}}
	euros := func(n int64) rule.Expr {
		return &rule.Literal{Node: amount, Value: rule.Datum{Kind: rule.Amount, Num: big.NewRat(n, 1)}}
	}
	last, before := s.inputs[0], s.inputs[1]
	for i := range 10 {
		in := s.inputs[i%6]
		step := attr(fmt.Sprintf("stap %d", i))
		get := func(b *rule.Binding, a *rule.Attribute) rule.Expr {
			return &rule.AttributeRef{Node: amount, From: b, Attribute: a}
		}
		for _, low := range []bool{true, false} {
			self := &rule.Binding{Object: s.person}
			var e rule.Expr
			op := rule.Less
			if low { // add
				e = &rule.Arith{Node: amount, Op: rule.Add, L: get(self, last), R: get(self, before)}
			} else { // subtract, times
				op = rule.GreaterEqual
				e = &rule.Arith{Node: amount, Op: rule.Sub, L: get(self, in), R: &rule.Arith{Node: amount, Op: rule.Mul, L: get(self, last),
					R: &rule.Literal{Node: rule.Node{Typ: rule.Type{Kind: rule.Number}}, Value: rule.Datum{Kind: rule.Number, Num: big.NewRat(int64(i%3+2), 1)}}}}
			}
			v := &rule.Version{Subject: self, Action: &rule.Assign{Target: step, Expr: e},
				Condition: &rule.Compare{Op: op, L: get(self, last), R: euros(int64(1000 * (i + 1)))}}
			s.m.Rules = append(s.m.Rules, &rule.Rule{ID: fmt.Sprintf("r%d-%v", i, low), Name: fmt.Sprintf("r %d %v", i, low), Versions: []*rule.Version{v}})
		}
		bounded := attr(fmt.Sprintf("begrensd %d", i))
		self := &rule.Binding{Object: s.person}
		v := &rule.Version{Subject: self, Action: &rule.Assign{Target: bounded, Expr: &rule.Clamp{Node: amount, Max: euros(90_000), Expr: get(self, step)}}}
		s.m.Rules = append(s.m.Rules, &rule.Rule{ID: fmt.Sprintf("b%d", i), Name: fmt.Sprintf("b %d", i), Versions: []*rule.Version{v}})
		before, last = last, bounded
	}
	s.out = last
	return s
}

func (s *sixty) side(tb testing.TB) column.Side {
	tb.Helper()
	p, ds := exact.Compile(s.m)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	return column.Side{Program: p, Date: rule.MustDate("2026-06-01"), Outcomes: []*rule.Attribute{s.out}}
}

func (s *sixty) fill(b *column.Block, rows int) {
	r := rand.New(rand.NewPCG(1, 2))
	b.Reset(rows, rows)
	for i := range b.Starts(0) {
		b.Starts(0)[i] = int32(i)
	}
	for i := range s.inputs {
		_, at, ok := b.Program().Input(s.inputs[i].ID())
		if !ok {
			continue
		}
		c := b.Input(0, at)
		for row := range c.Int {
			c.Int[row] = r.Int64N(5_000_000)
		}
		c.All(column.Known)
	}
}

// BenchmarkKernel60 measures operations on rows a second, on one core, by size
// of the block; BenchmarkExact60 the same rules by exact.
func BenchmarkKernel60(b *testing.B) {
	for _, rows := range []int{128, 256, 512, 1024, 2048, 4096} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			s := newSixty()
			p, err := column.Compile(s.side(b))
			if err != nil {
				b.Fatal(err)
			}
			blk := p.NewBlock()
			s.fill(blk, rows)
			if err := blk.Run(); err != nil {
				b.Fatal(err)
			}
			ops := blk.Operations()
			if ops != 60 {
				b.Fatalf("%d operations: %s", ops, blk.Codes())
			}
			b.ReportAllocs()
			start := busy()
			for b.Loop() {
				if err := blk.Run(); err != nil {
					b.Fatal(err)
				}
			}
			if n := blk.Stats().Again; n > 0 {
				b.Fatalf("%d cases again", n)
			}
			b.ReportMetric(60*float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "per_s")
			b.ReportMetric(60*float64(rows)*float64(b.N)/(busy()-start).Seconds(), "per_cpu_s")
		})
	}
}

func BenchmarkExact60(b *testing.B) {
	s := newSixty()
	side := s.side(b)
	r := rand.New(rand.NewPCG(1, 2))
	c := side.Program.NewCase(side.Date)
	start := busy()
	for b.Loop() {
		c.Reset(side.Date)
		o := c.Add(s.person, "p")
		for _, in := range s.inputs {
			if err := c.SetFraction(o, in, r.Int64N(5_000_000), 100); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := c.Value(o, s.out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(60*float64(b.N)/b.Elapsed().Seconds(), "per_s")
	b.ReportMetric(60*float64(b.N)/(busy()-start).Seconds(), "per_cpu_s")
}
