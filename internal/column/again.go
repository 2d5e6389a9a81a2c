package column

import (
	"fmt"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// again computes cases by package exact.
type again struct {
	cases  []*exact.Case // by side
	object [][]int       // by table: the objects of the case, by row
	names  [][]string    // by table and number
}

func (a *again) init(p *Program) {
	a.cases = make([]*exact.Case, len(p.sides))
	a.object = make([][]int, len(p.tables))
	a.names = make([][]string, len(p.tables))
}

// rerun computes the cells that are left Missing.
func (b *Block) rerun() {
	for k := range b.cases {
		again := false
		for s := range b.p.sides {
			if b.pending(s, k) {
				again = true
				b.rerunSide(s, k)
			}
		}
		if again {
			b.stats.Again++
		}
	}
}

// pending reports whether a side has a cell of case k to compute again.
func (b *Block) pending(s, k int) bool {
	for i, t := range b.p.sides[s].out {
		if slices.Contains(b.out[s][i].State[b.starts[t][k]:b.starts[t][k+1]], Missing) {
			return true
		}
	}
	return false
}

func (b *Block) rerunSide(s, k int) {
	side := b.p.sides[s]
	c, bad := b.load(s, k)
	for i, a := range side.Outcomes {
		t := side.out[i]
		lo, hi := b.starts[t][k], b.starts[t][k+1]
		for row := lo; row < hi; row++ {
			if b.out[s][i].State[row] != Missing {
				continue
			}
			if bad != nil {
				b.fail(s, i, row, bad)
				continue
			}
			d, err := c.Value(b.again.object[t][row-lo], a)
			if err != nil {
				b.fail(s, i, row, asError(err))
				continue
			}
			b.put(s, i, row, d)
		}
	}
	if len(side.checks) > 0 {
		b.recheck(s, k, c, bad)
	}
}

func (b *Block) fail(s, i int, row int32, err *exact.Error) {
	b.stats.Errors++
	b.out[s][i].State[row] = Failed
	b.fails[cell{int32(s), int32(i), row}] = err
}

// put stores what exact found.
func (b *Block) put(s, i int, row int32, d rule.Datum) {
	b.stats.Values++
	o := &b.out[s][i]
	v, ok := int64(0), true
	switch d.Kind {
	case 0:
		o.State[row] = Empty
		o.Int[row] = 0
		return
	case rule.Boolean:
		if d.Bool {
			v = 1
		}
	case rule.DateKind:
		v = Day(d.Date)
	case rule.Text, rule.Enum:
		v = b.Text(d.Text)
	default:
		v, ok = scaled(d.Num, o.Den)
	}
	o.Int[row], o.State[row] = v, Known
	if !ok {
		o.State[row] = Beyond
		b.beyond[cell{int32(s), int32(i), row}] = d
	}
}

// load makes case k for a side. The error is that exact refuses what the block
// holds; it then is the error of every outcome of the case.
func (b *Block) load(s, k int) (*exact.Case, *exact.Error) {
	side, a := b.p.sides[s], &b.again
	if a.cases[s] == nil {
		a.cases[s] = side.Program.NewCase(side.Date)
	}
	c := a.cases[s]
	c.Reset(side.Date)
	for t, o := range side.objects {
		a.object[t] = a.object[t][:0]
		if o == nil {
			continue
		}
		for row := b.starts[t][k]; row < b.starts[t][k+1]; row++ {
			a.object[t] = append(a.object[t], c.Add(o, b.name(t, row, k)))
		}
	}
	for t := range side.inputs {
		lo, hi := b.starts[t][k], b.starts[t][k+1]
		for i, attr := range side.inputs[t] {
			if attr == nil {
				continue
			}
			for row := lo; row < hi; row++ {
				if err := b.supply(c, a.object[t][row-lo], attr, t, i, int(row)); err != nil {
					return nil, asError(err)
				}
			}
		}
	}
	for r, role := range side.roles {
		if role == nil {
			continue
		}
		if err := b.relate(c, role, r, k); err != nil {
			return nil, asError(err)
		}
	}
	return c, nil
}

func (b *Block) supply(c *exact.Case, obj int, attr *rule.Attribute, t, i, row int) error {
	col, in := &b.cols[t][i], &b.p.tables[t].Inputs[i]
	if st := col.state(row); (st == Known || st == wide) && col.Int != nil {
		switch in.Kind {
		case rule.Amount, rule.Number, rule.Percentage:
			return c.SetFraction(obj, attr, col.Int[row], in.Den)
		}
	}
	d, ok := b.datum(t, i, row)
	if !ok {
		return nil
	}
	return c.Set(obj, attr, d)
}

func (b *Block) relate(c *exact.Case, role *rule.Role, r, k int) error {
	rel, l, a := &b.p.rels[r], &b.links[r], &b.again
	from, to := b.starts[rel.From], b.starts[rel.To]
	for row := from[k]; row < from[k+1]; row++ {
		items := l.items
		switch {
		case rel.Many:
			items = items[l.offsets[row]:l.offsets[row+1]]
		case l.one[row] < 0:
			continue
		default:
			items = l.one[row : row+1]
		}
		for _, x := range items {
			if err := c.Link(role, a.object[rel.From][row-from[k]], a.object[rel.To][x-to[k]]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Block) name(t int, row int32, k int) string {
	number := int(row - b.starts[t][k])
	if b.Name != nil {
		return b.Name(t, int(row), number+1)
	}
	names := &b.again.names[t]
	for len(*names) <= number {
		*names = append(*names, fmt.Sprintf("%s %d", b.p.tables[t].ID, len(*names)+1))
	}
	return (*names)[number]
}
