package column_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// failer is a test, of package testing or rapid.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// world is some cases, held in a form of its own, from which both a block and
// the cases of package exact are made.
type world struct {
	p     *column.Program
	cases []*closed
}

// closed is one case: what it knows of the rows of each table, and pairs per
// relation of rows within the case. What an input map does not have is missing.
type closed struct {
	rows  [][]map[string]rule.Datum
	pairs [][][2]int
}

func newClosed(p *column.Program) *closed {
	return &closed{rows: make([][]map[string]rule.Datum, len(p.Tables())), pairs: make([][][2]int, len(p.Relations()))}
}

// fill puts the cases in a block.
func (w *world) fill(tb failer, b *column.Block) {
	tb.Helper()
	rows := make([]int, len(w.p.Tables()))
	for _, c := range w.cases {
		for t := range rows {
			rows[t] += len(c.rows[t])
		}
	}
	b.Reset(len(w.cases), rows...)
	at := make([]int, len(rows))
	type list struct{ items [][]int32 }
	lists := make([]list, len(w.p.Relations()))
	for r, rel := range w.p.Relations() {
		lists[r].items = make([][]int32, rows[rel.From])
	}
	for k, c := range w.cases {
		for t, table := range w.p.Tables() {
			b.Starts(t)[k] = int32(at[t])
			for i, in := range table.Inputs {
				for n, row := range c.rows[t] {
					if d, ok := row[in.ID]; ok {
						if err := b.Set(t, i, at[t]+n, d); err != nil {
							tb.Fatal(err)
						}
					}
				}
			}
		}
		for r, rel := range w.p.Relations() {
			for _, pair := range c.pairs[r] {
				from, to := at[rel.From]+pair[0], int32(at[rel.To]+pair[1])
				lists[r].items[from] = append(lists[r].items[from], to)
				if rel.Reciprocal {
					lists[r].items[to] = append(lists[r].items[to], int32(from))
				}
			}
		}
		for t := range rows {
			at[t] += len(c.rows[t])
		}
	}
	for r, rel := range w.p.Relations() {
		if !rel.Many {
			for from, to := range lists[r].items {
				if len(to) > 0 {
					b.Relation(r)[from] = to[0]
				}
			}
			continue
		}
		offsets, items := []int32{0}, []int32{}
		for _, to := range lists[r].items {
			items = append(items, to...)
			offsets = append(offsets, int32(len(items)))
		}
		b.Lists(r, offsets, items)
	}
}

// exact makes case k; objects has its objects by table and row.
func (w *world) exact(s column.Side, k int) (c *exact.Case, objects [][]int, err error) {
	c = s.Program.NewCase(s.Date)
	objects = make([][]int, len(w.p.Tables()))
	for t, table := range w.p.Tables() {
		o := s.Program.ObjectType(table.ID)
		for n := range w.cases[k].rows[t] {
			objects[t] = append(objects[t], c.Add(o, fmt.Sprintf("%s %d", table.ID, n+1)))
		}
	}
	for t, table := range w.p.Tables() {
		for _, in := range table.Inputs {
			a := s.Program.Attribute(in.ID)
			if a == nil {
				continue
			}
			for n, row := range w.cases[k].rows[t] {
				d, ok := row[in.ID]
				if !ok {
					continue
				}
				if e := c.Set(objects[t][n], a, d); e != nil {
					if len(s.Program.Writers(a, s.Date)) > 0 {
						continue // another side asks for it as an input
					}
					return nil, nil, e
				}
			}
		}
	}
	for r, rel := range w.p.Relations() {
		role := s.Program.Role(rel.ID)
		if role == nil {
			continue
		}
		for _, pair := range w.cases[k].pairs[r] {
			if e := c.Link(role, objects[rel.From][pair[0]], objects[rel.To][pair[1]]); e != nil {
				return nil, nil, e
			}
		}
	}
	return c, objects, nil
}

// agree runs the block and compares every outcome of every row with exact.
func (w *world) agree(tb failer, b *column.Block, sides ...column.Side) {
	tb.Helper()
	w.fill(tb, b)
	if err := b.Run(); err != nil {
		tb.Fatal(err)
	}
	at := make([]int, len(w.p.Tables()))
	for k := range w.cases {
		for s, side := range sides {
			c, objects, refused := w.exact(side, k)
			for i, a := range side.Outcomes {
				t := w.p.Table(rule.Slug(a.Owner.Name))
				for n := range w.cases[k].rows[t] {
					cause := ""
					if b.Outcome(s, i).State[at[t]+n] == column.Failed {
						code, id := b.Cause(s, i, at[t]+n)
						cause = fmt.Sprintf("%s|%s|", code, id)
					}
					got, gotErr := b.Value(s, i, at[t]+n)
					if g := show(got, gotErr); !strings.HasPrefix(g, cause) {
						tb.Fatalf("%s of row %d of case %d, side %d: cause %s\n  exact  %s\n%s", a.ID(), n, k, s, cause, g, input(b.Program(), c))
					}
					want, wantErr := rule.Datum{}, refused
					if refused == nil {
						want, wantErr = c.Value(objects[t][n], a)
					}
					if g, w := show(got, gotErr), show(want, wantErr); g != w {
						tb.Fatalf("%s of row %d of case %d, side %d:\n  column %s\n  exact  %s\n%s", a.ID(), n, k, s, g, w, input(b.Program(), c))
					}
				}
			}
		}
		for s, side := range sides {
			c, objects, refused := w.exact(side, k)
			if refused != nil {
				continue
			}
			want := map[string]string{}
			for _, v := range c.Violations() {
				for _, o := range v.Objects {
					want[fmt.Sprintf("%s %d", v.Rule.ID, o)] = fmt.Sprint("broken ", v.Err)
					if v.Err != nil {
						want[fmt.Sprintf("%s %d", v.Rule.ID, o)] = show(rule.Datum{}, v.Err)
					}
				}
			}
			for i, r := range w.p.Checks(s) {
				t := w.p.Table(rule.Slug(r.At(side.Date).Subject.Object.Name))
				for n, o := range objects[t] {
					got := ""
					broken, err := b.Violated(s, i, at[t]+n)
					if broken {
						got = fmt.Sprint("broken ", (*exact.Error)(nil))
					}
					if err != nil {
						got = show(rule.Datum{}, err)
					}
					if w := want[fmt.Sprintf("%s %d", r.ID, o)]; got != w {
						tb.Fatalf("check %s of row %d of case %d, side %d:\n  column %q\n  exact  %q\n%s", r.ID, n, k, s, got, w, input(b.Program(), c))
					}
				}
			}
		}
		for t := range at {
			at[t] += len(w.cases[k].rows[t])
		}
	}
}

// input lists what a case says.
func input(p *column.Program, c *exact.Case) string {
	out := ""
	if c == nil {
		return out
	}
	for obj := range c.Len() {
		for _, t := range p.Tables() {
			for _, in := range t.Inputs {
				if a := c.Program().Attribute(in.ID); a != nil && a.Owner == c.TypeOf(obj) {
					if d, ok := c.Input(obj, a); ok {
						out += fmt.Sprintf("  %s %s = %v\n", c.ID(obj), in.ID, d)
					}
				}
			}
		}
		for _, r := range p.Relations() {
			if role := c.Program().Role(r.ID); role != nil && role.Owner == c.TypeOf(obj) {
				for _, to := range c.Linked(role, obj) {
					out += fmt.Sprintf("  %s –%s→ %s\n", c.ID(obj), r.ID, c.ID(to))
				}
			}
		}
	}
	return out
}

// show writes a value or an error with everything that identifies it.
func show(d rule.Datum, err error) string {
	if err == nil {
		return fmt.Sprintf("%d %v", d.Kind, d)
	}
	e, ok := errors.AsType[*exact.Error](err)
	if !ok {
		return "ANOTHER ERROR " + err.Error()
	}
	id := ""
	if e.Rule != nil {
		id = e.Rule.ID
	}
	return fmt.Sprintf("%s|%s|%s|%s", e.Code, id, e.ObjectID, e.Message)
}

// pool is the values that a regulation is tried with: around every number that
// it names.
type pool struct {
	// calm: nothing is missing, and what is leeg is so everywhere, by the id of
	// the input.
	calm    bool
	empty   map[string]bool
	numbers []*big.Rat
	dates   []rule.Date
	texts   []string
}

func newPool(m *rule.Model, date rule.Date) *pool {
	p := &pool{texts: []string{"", "anders"}}
	number := func(d rule.Datum) {
		switch {
		case d.Num != nil:
			for _, off := range []int64{-100, -1, 0, 1, 100} {
				p.numbers = append(p.numbers, new(big.Rat).Add(d.Num, big.NewRat(off, 100)))
			}
			// As an age or a waiting time.
			if d.Num.IsInt() && d.Num.Num().IsInt64() && d.Num.Num().Int64() < 1200 {
				n := int(d.Num.Num().Int64())
				for _, off := range []int{-31, -1, 0, 1, 31} {
					p.dates = append(p.dates, date.AddYears(-min(n, 150)).AddDays(off), date.AddMonths(-n).AddDays(off), rule.Date{Year: date.Year - min(n, 150), Month: date.Month, Day: 1}.AddDays(off))
				}
			}
		case d.Kind == rule.DateKind:
			p.dates = append(p.dates, d.Date, d.Date.AddDays(-1), d.Date.AddDays(1))
		case d.Text != "":
			p.texts = append(p.texts, d.Text)
		}
	}
	for _, par := range m.Parameters {
		if v, ok := par.At(date); ok {
			number(v.Value)
		}
	}
	for _, r := range m.Rules {
		for _, v := range r.Versions {
			rule.Inspect(v, func(n any) bool {
				if l, ok := n.(*rule.Literal); ok {
					number(l.Value)
				}
				return true
			})
		}
	}
	p.dates = append(p.dates, date, rule.MustDate("2008-02-29"), rule.MustDate("0001-01-01"), rule.MustDate("9999-12-31"), rule.MustDate("2000-01-31"))
	p.dates = slices.DeleteFunc(p.dates, func(d rule.Date) bool { return !d.Valid() || d.Year < 1 || d.Year > 9999 })
	for _, n := range []int64{0, 1, -1, 1_000, 20_000, 100_000, 10_000_000} {
		p.numbers = append(p.numbers, big.NewRat(n, 1))
	}
	return p
}

// draw gives a value of a type, or none: missing.
func (p *pool) draw(r *rand.Rand, a *rule.Attribute) (rule.Datum, bool) {
	t := a.Type
	if p.calm && p.empty[a.ID()] {
		return rule.Datum{}, true
	}
	switch x := r.IntN(200); {
	case p.calm:
	case x == 0:
		return rule.Datum{}, false
	case x < 8:
		return rule.Datum{}, true
	}
	d := rule.Datum{Kind: t.Kind}
	switch t.Kind {
	case rule.Boolean:
		d.Bool = r.IntN(4) > 0
	case rule.DateKind:
		d.Date = p.dates[r.IntN(len(p.dates))]
		if r.IntN(3) == 0 {
			d.Date = rule.Date{Year: 1925 + r.IntN(110), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)}
		}
	case rule.Text:
		d.Text = p.texts[r.IntN(len(p.texts))]
	case rule.Enum:
		d.Text = t.Domain.Values[r.IntN(len(t.Domain.Values))]
	default:
		d.Num = p.number(r)
		if t.Decimals > 0 || t.Whole {
			scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Decimals)), nil))
			n := new(big.Rat).Mul(d.Num, scale)
			d.Num = new(big.Rat).SetFrac(new(big.Int).Div(n.Num(), n.Denom()), scale.Num())
		}
		one := big.NewRat(1, 1)
		switch {
		case t.Sign == rule.NonNegative && d.Num.Sign() < 0:
			d.Num = new(big.Rat).Neg(d.Num)
		case t.Sign == rule.Positive && d.Num.Sign() <= 0:
			d.Num = new(big.Rat).Sub(one, d.Num)
			if t.Whole {
				d.Num = one
			}
		case t.Sign == rule.Negative && d.Num.Sign() >= 0:
			d.Num = new(big.Rat).Neg(one)
		}
	}
	return d, true
}

func (p *pool) number(r *rand.Rand) *big.Rat {
	switch x := r.IntN(100); {
	case x < 40:
		return p.numbers[r.IntN(len(p.numbers))]
	case x < 45: // a part of one
		return new(big.Rat).Mul(p.numbers[r.IntN(len(p.numbers))], big.NewRat(int64(r.IntN(200)), 100))
	case x < 47 && p.calm:
	case x == 45:
		return big.NewRat(1+r.Int64N(9), 3)
	case x == 46:
		return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(11+r.IntN(30))), nil))
	}
	return big.NewRat(r.Int64N(6_000_000), 100)
}

// settle chooses between calm and anything, and what is leeg.
func (p *pool) settle(r *rand.Rand, prog *column.Program) {
	p.calm, p.empty = r.IntN(2) == 0, map[string]bool{}
	for _, t := range prog.Tables() {
		for _, in := range t.Inputs {
			p.empty[in.ID] = r.IntN(8) == 0
		}
	}
}

// random makes a case of one to five objects of each type and random relations.
func (p *pool) random(r *rand.Rand, prog *column.Program) *closed {
	c := newClosed(prog)
	for t, table := range prog.Tables() {
		n := 1 + r.IntN(5)
		if table.ID == "huishouden" {
			n = 1
		}
		for range n {
			row := map[string]rule.Datum{}
			for _, in := range table.Inputs {
				if d, ok := p.draw(r, in.Attribute); ok {
					row[in.ID] = d
				}
			}
			c.rows[t] = append(c.rows[t], row)
		}
	}
	for i, rel := range prog.Relations() {
		c.pairs[i] = relate(r, rel, len(c.rows[rel.From]), len(c.rows[rel.To]))
	}
	return c
}

func relate(r *rand.Rand, rel column.Relation, from, to int) [][2]int {
	var out [][2]int
	usedFrom, usedTo := map[int]bool{}, map[int]bool{}
	for range r.IntN(2 * (from + 1)) {
		a, b := r.IntN(from), r.IntN(to)
		if rel.Reciprocal {
			a, b = min(a, b), max(a, b)
		}
		switch {
		case rel.From == rel.To && a == b, has(out, [2]int{a, b}):
		case rel.Reciprocal && !rel.Many && (usedFrom[a] || usedFrom[b]):
		case !rel.Many && usedFrom[a], !rel.Many && !rel.Role.Inverse.Many && usedTo[b]:
		default:
			out = append(out, [2]int{a, b})
			usedFrom[a], usedTo[b] = true, true
			if rel.Reciprocal {
				usedFrom[b] = true
			}
		}
	}
	slices.SortFunc(out, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	return out
}

func has(list [][2]int, x [2]int) bool {
	return slices.Contains(list, x)
}
