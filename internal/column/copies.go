package column

import (
	"fmt"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Copies fills the block with n times the same case of package exact: to run a
// case n times with one datum that differs, which the caller then sets with
// Input or Set. It gives, by object of the case, its row in the first copy, −1
// for an object whose type has no table; copy k is k·RowsPerCase further. The
// case may be of another version of the same model: names are looked up by id.
func (b *Block) Copies(c *exact.Case, n int) (row []int, err error) {
	tables := len(b.p.tables)
	per, table := make([]int, tables), make([]int, c.Len())
	row = make([]int, c.Len())
	for obj := range c.Len() {
		t := b.p.Table(rule.Slug(c.TypeOf(obj).Name))
		table[obj], row[obj] = t, -1
		if t >= 0 {
			row[obj] = per[t]
			per[t]++
		}
	}
	rows := make([]int, tables)
	for t := range rows {
		rows[t] = n * per[t]
	}
	b.Reset(n, rows...)
	for t := range rows {
		starts := b.Starts(t)
		for k := range starts {
			starts[k] = int32(k * per[t])
		}
	}
	for obj := range c.Len() {
		if err := b.copyInputs(c, obj, table[obj], row[obj], per, n); err != nil {
			return nil, err
		}
	}
	for r := range b.p.rels {
		b.copyLinks(c, r, row, per, n)
	}
	return row, nil
}

// RowsPerCase gives how many rows of a table each case has after Copies.
func (b *Block) RowsPerCase(table int) int {
	if b.cases == 0 {
		return 0
	}
	return b.rows[table] / b.cases
}

func (b *Block) copyInputs(c *exact.Case, obj, t, row int, per []int, n int) error {
	if t < 0 {
		return nil
	}
	for i, in := range b.p.tables[t].Inputs {
		a := c.Program().Attribute(in.ID)
		if a == nil {
			continue
		}
		d, ok := c.Input(obj, a)
		if !ok {
			continue
		}
		for k := range n {
			if err := b.Set(t, i, row+k*per[t], d); err != nil {
				return fmt.Errorf("%s: %w", c.ID(obj), err)
			}
		}
	}
	return nil
}

func (b *Block) copyLinks(c *exact.Case, r int, row, per []int, n int) {
	rel := &b.p.rels[r]
	role := c.Program().Role(rel.Role.ID())
	if role == nil {
		return
	}
	to := make([][]int32, per[rel.From]) // of the first copy
	for obj := range c.Len() {
		if c.TypeOf(obj) != role.Owner {
			continue
		}
		for _, x := range c.Linked(role, obj) {
			to[row[obj]] = append(to[row[obj]], int32(row[x]))
		}
	}
	if !rel.Many {
		one := b.Relation(r)
		for k := range n {
			for from, list := range to {
				if len(list) > 0 {
					one[from+k*per[rel.From]] = list[0] + int32(k*per[rel.To])
				}
			}
		}
		return
	}
	offsets, items := []int32{0}, []int32(nil)
	for k := range n {
		for _, list := range to {
			for _, x := range list {
				items = append(items, x+int32(k*per[rel.To]))
			}
			offsets = append(offsets, int32(len(items)))
		}
	}
	b.Lists(r, offsets, items)
}
