package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/column"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// engine evaluates on package column: all schemes of all sides in one program,
// and for cliffs a program per scheme, which sees every unit once per input
// with a little more of it.
type engine struct {
	sides  []*bound
	main   *matched
	cliffs []*matched // by scheme; nil: nothing to look for
}

// casesPerBlock is how many households the program sees at a time.
const casesPerBlock = 512

func newEngine(sides []*bound) (*engine, error) {
	e := &engine{sides: sides}
	all := make([]column.Side, len(sides))
	for k, b := range sides {
		all[k] = column.Side{Program: b.program, Date: b.date}
		for _, o := range b.outcomes {
			all[k].Outcomes = append(all[k].Outcomes, o.attr)
		}
	}
	var err error
	if e.main, err = match(all); err != nil {
		return nil, err
	}
	for s := range sides[0].outcomes {
		var one []column.Side
		for k := range sides {
			one = append(one, column.Side{Program: sides[k].program, Date: sides[k].date, Outcomes: all[k].Outcomes[s : s+1]})
		}
		m, err := match(one)
		if err != nil {
			return nil, err
		}
		if sides[0].outcomes[s].household || len(m.steps) == 0 {
			m = nil
		}
		e.cliffs = append(e.cliffs, m)
	}
	return e, nil
}

// matched is a program with the columns of a population that fill it.
type matched struct {
	program    *column.Program
	persons    int // tables; −1: not needed
	households int
	inputs     []filling
	relations  []relating
	steps      []int // inputs that have a step, by id
}

type filling struct {
	table, input int
	column       population.Column
	in           column.Input
	// times turns a value of the column into one of the program; 0: value by
	// value, because not every amount fits.
	times int64
}

type relating struct {
	relation int
	column.Relation
	// partners or members of the household.
	partners bool
}

// match finds a column for every input and a relation for every relation. What
// the population does not have is an error that names the rule.
func match(sides []column.Side) (*matched, error) {
	p, err := column.Compile(sides...)
	if errors.Is(err, column.ErrSpec) {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if err != nil {
		return nil, err
	}
	m := &matched{program: p, persons: p.Table("persoon"), households: p.Table("huishouden")}
	columns := map[string]population.Column{}
	for _, c := range population.Columns() {
		columns[c.ID] = c
	}
	var missing []string
	for t, table := range p.Tables() {
		for i, in := range table.Inputs {
			c, ok := columns[in.ID]
			switch {
			case !ok && in.Optional:
			case !ok:
				missing = append(missing, in.ID+asked(in.Rule))
			case c.Kind != in.Kind:
				return nil, fmt.Errorf("%w: %s is in de populatie van een andere soort dan in de regels%s", ErrSpec, in.ID, asked(in.Rule))
			case !c.Fits(in.Attribute.Type):
				return nil, fmt.Errorf("%w: %s is in de regels in %s en in de populatie in %s%s", ErrSpec, in.ID, in.Attribute.Type.Unit, c.Unit, asked(in.Rule))
			default:
				m.inputs = append(m.inputs, newFilling(t, i, in, c))
			}
		}
	}
	relations := map[string]population.Relation{}
	for _, r := range population.Relations() {
		relations[r.Role] = r
	}
	for i, r := range p.Relations() {
		known, ok := relations[r.Role.ID()]
		if !ok {
			known, ok = relations[r.Role.Inverse.ID()]
		}
		if !ok {
			missing = append(missing, "relatie "+r.ID+asked(r.Rule))
			continue
		}
		m.relations = append(m.relations, relating{i, r, known.Partners})
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, "; "))
	}
	slices.SortFunc(m.inputs, func(a, b filling) int { return cmp.Compare(a.in.ID, b.in.ID) })
	for i, f := range m.inputs {
		if f.column.Step > 0 && f.table == m.persons {
			m.steps = append(m.steps, i)
		}
	}
	return m, nil
}

func asked(r *rule.Rule) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf(" (regel %s vraagt erom)", r.ID)
}

func newFilling(t, i int, in column.Input, c population.Column) filling {
	f := filling{table: t, input: i, column: c, in: in}
	if units := in.Den * c.Cents; units%100 == 0 {
		f.times = units / 100
	}
	return f
}

// cases are the households of a block that the program sees at once: a run of
// them, or with rows any of them.
type cases struct {
	b        *population.Block
	from, to int     // households, without list
	list     []int32 // households, one per case
	starts   []int32 // of the persons of each case
	rows     []int32 // by person: the row in b; nil: in order from b.Starts[from]
}

func (c *cases) len() int {
	if c.list != nil {
		return len(c.list)
	}
	return c.to - c.from
}

// household gives the index in b of a case.
func (c *cases) household(i int) int {
	if c.list != nil {
		return int(c.list[i])
	}
	return c.from + i
}

// span sets the cases to a run of households.
func (c *cases) span(b *population.Block, from, to int) {
	c.b, c.from, c.to, c.list, c.rows = b, from, to, nil, nil
	c.starts = c.starts[:0]
	base := b.Starts[from]
	for _, s := range b.Starts[from : to+1] {
		c.starts = append(c.starts, s-base)
	}
}

// pick sets the cases to these households, which may be in it more than once.
func (c *cases) pick(b *population.Block, list []int32) {
	c.b, c.list, c.rows = b, list, c.rows[:0]
	c.starts = append(c.starts[:0], 0)
	for _, h := range list {
		for row := b.Starts[h]; row < b.Starts[h+1]; row++ {
			c.rows = append(c.rows, row)
		}
		c.starts = append(c.starts, int32(len(c.rows)))
	}
}

// fill puts the cases in a block of the program.
func (m *matched) fill(dst *column.Block, c *cases) error {
	persons, households := int(c.starts[c.len()]), c.len()
	var rows [8]int
	counts := rows[:len(m.program.Tables())]
	if m.persons >= 0 {
		counts[m.persons] = persons
	}
	if m.households >= 0 {
		counts[m.households] = households
	}
	dst.Reset(households, counts...)
	if m.persons >= 0 {
		copy(dst.Starts(m.persons), c.starts)
	}
	if m.households >= 0 {
		for i, s := 0, dst.Starts(m.households); i < len(s); i++ {
			s[i] = int32(i)
		}
	}
	for i := range m.inputs {
		if err := m.inputs[i].fill(dst, c, persons); err != nil {
			return err
		}
	}
	for _, r := range m.relations {
		m.relate(dst, c, r)
	}
	return nil
}

// gather copies the persons of the cases out of a column of the block.
func gather[T any](c *cases, from []T, persons int) (direct []T, rows []int32) {
	if c.rows != nil || c.list != nil {
		return from, c.rows
	}
	base := c.b.Starts[c.from]
	return from[base : int(base)+persons], nil
}

func (f *filling) fill(dst *column.Block, c *cases, persons int) error {
	col := dst.Input(f.table, f.input)
	switch {
	case f.column.Amounts != nil && f.times == 0:
		for i := range persons {
			row := i
			if c.rows != nil {
				row = int(c.rows[i])
			} else {
				row += int(c.b.Starts[c.from])
			}
			d := rule.Datum{Kind: rule.Amount, Num: big.NewRat(f.column.Amounts(c.b)[row]*f.column.Cents, 100)}
			if err := dst.Set(f.table, f.input, i, d); err != nil {
				return err
			}
		}
		return nil
	case f.column.Amounts != nil:
		from, rows := gather(c, f.column.Amounts(c.b), persons)
		if rows != nil {
			for i, row := range rows {
				col.Int[i] = from[row] * f.times
			}
		} else {
			for i, v := range from {
				col.Int[i] = v * f.times
			}
		}
	case f.column.Flags != nil:
		from, rows := gather(c, f.column.Flags(c.b), persons)
		if rows != nil {
			for i, row := range rows {
				col.Bool[i] = number(from[row])
			}
		} else {
			for i, v := range from {
				col.Bool[i] = number(v)
			}
		}
	case f.column.Days != nil:
		from, rows := gather(c, f.column.Days(c.b), persons)
		if rows != nil {
			for i, row := range rows {
				col.Int[i] = int64(from[row])
			}
		} else {
			for i, v := range from {
				col.Int[i] = int64(v)
			}
		}
	default:
		col.All(column.Empty)
		return nil
	}
	col.All(column.Known)
	return nil
}

func number(v bool) uint8 {
	if v {
		return 1
	}
	return 0
}

// relate fills one relation.
func (m *matched) relate(dst *column.Block, c *cases, r relating) {
	n := c.len()
	if !r.Many {
		one := dst.Relation(r.relation)
		for i := range n {
			first, last := c.starts[i], c.starts[i+1]
			switch {
			case !r.partners:
				for row := first; row < last; row++ {
					one[row] = int32(i)
				}
			case c.b.Types[c.household(i)].Couple() && last-first > 1:
				one[first], one[first+1] = first+1, first
			}
		}
		return
	}
	// A role to many at both ends.
	var offsets, items []int32
	offsets = append(offsets, 0)
	for i := range n {
		first, last := c.starts[i], c.starts[i+1]
		switch {
		case r.partners:
			couple := c.b.Types[c.household(i)].Couple() && last-first > 1
			for row := first; row < last; row++ {
				if couple && row < first+2 {
					items = append(items, 2*first+1-row)
				}
				offsets = append(offsets, int32(len(items)))
			}
		case r.From == m.households:
			for row := first; row < last; row++ {
				items = append(items, row)
			}
			offsets = append(offsets, int32(len(items)))
		default:
			for row := first; row < last; row++ {
				items = append(items, int32(i))
				offsets = append(offsets, int32(len(items)))
			}
		}
	}
	dst.Lists(r.relation, offsets, items)
}

func (e *engine) worker() evaluating {
	w := &engineWorker{engine: e, main: e.main.program.NewBlock(), cents: make([]int64, len(e.sides)), outs: make([]column.Outcome, len(e.sides))}
	for _, m := range e.cliffs {
		var b *column.Block
		if m != nil {
			b = m.program.NewBlock()
			b.Name = nameOf(m.households)
		}
		w.cliffs = append(w.cliffs, b)
	}
	w.main.Name = nameOf(e.main.households)
	return w
}

// nameOf gives how objects are called in errors.
func nameOf(households int) func(table, row, number int) string {
	return func(table, _, number int) string {
		if table == households {
			return "h"
		}
		return fmt.Sprintf("p%d", number)
	}
}

type engineWorker struct {
	*engine
	main   *column.Block
	cliffs []*column.Block
	cases  cases
	cents  []int64          // by side
	outs   []column.Outcome // by side
	list   []int32
	rows   []int32
}

func (w *engineWorker) chunk(b *population.Block, p *part, f *findings) error {
	before := make([]int, len(p.claims))
	for s := range p.claims {
		before[s] = p.claims[s].len()
	}
	for from := 0; from < b.Len(); from += casesPerBlock {
		w.cases.span(b, from, min(from+casesPerBlock, b.Len()))
		if err := w.engine.main.fill(w.main, &w.cases); err != nil {
			return err
		}
		if err := w.main.Run(); err != nil {
			return err
		}
		for s := range p.claims {
			w.collect(s, p, f)
		}
	}
	for s, m := range w.engine.cliffs {
		if m != nil {
			if err := w.look(s, m, b, p, before[s], f); err != nil {
				return err
			}
		}
	}
	return nil
}

// collect reads the outcomes of a scheme.
func (w *engineWorker) collect(s int, p *part, f *findings) {
	b, applicants := w.cases.b, true
	for k, side := range w.sides {
		w.outs[k] = w.main.Outcome(k, s)
		applicants = applicants && side.outcomes[s].applicants
	}
	if w.sides[0].outcomes[s].household {
		for i := range w.cases.len() {
			w.read(s, w.cases.from+i, -1, i, p, f)
		}
		return
	}
	base := b.Starts[w.cases.from]
	for home := w.cases.from; home < w.cases.to; home++ {
		for row := b.Starts[home]; row < b.Starts[home+1]; row++ {
			if !applicants || b.Applicants[row] {
				w.read(s, home, int(row-b.Starts[home]), int(row-base), p, f)
			}
		}
	}
}

// read takes one unit over, unless it fails on some side.
func (w *engineWorker) read(s, home, member, row int, p *part, f *findings) {
	b, failed := w.cases.b, false
	for k := range w.outs {
		cents, ok := w.cents64(k, s, row)
		if !ok {
			failed = true
			f.fail(s, k, b.First+home, b.Weights[home], w.why(w.main, k, s, row))
			continue
		}
		w.cents[k] = cents
	}
	if !failed {
		p.claim(s, home, member, b, f, w.cents)
	}
}

// cents64 gives an outcome in cents a year; leeg is nothing.
func (w *engineWorker) cents64(side, scheme, row int) (int64, bool) {
	o := &w.outs[side]
	switch o.State[row] {
	case column.Known:
		return yearly(o.Int[row], o.Den, w.sides[side].outcomes[scheme].times)
	case column.Empty:
		return 0, true
	}
	return 0, false // an error, or beyond what a column holds: far beyond any amount to pay
}

func yearly(v, den, times int64) (int64, bool) {
	if den != 100 {
		if den < 100 {
			if v > 1<<maxBits {
				return 0, false
			}
			v, den = v*(100/den), 100
		}
		d := den / 100
		if v%d != 0 {
			return 0, false
		}
		v /= d
	}
	if v < 0 || v > 1<<maxBits {
		return 0, false
	}
	return v * times, true
}

// why gives the error of an outcome that cannot be counted.
func (w *engineWorker) why(b *column.Block, side, outcome, row int) error {
	d, err := b.Value(side, outcome, row)
	if err != nil {
		return err
	}
	return wrong(w.sides[side].outcomes[outcome].attr, d)
}

// look raises every amount that the outcome of a scheme depends on by € 25 a
// month, for each unit of the chunk, and sees whether that costs more than it
// brings.
func (w *engineWorker) look(s int, m *matched, b *population.Block, p *part, from int, f *findings) error {
	c, sides := &p.claims[s], len(w.sides)
	block := w.cliffs[s]
	for at := from; at < c.len(); {
		// The next units that have something to lose, one case each.
		w.list, w.rows = w.list[:0], w.rows[:0]
		for ; at < c.len() && len(w.list) < casesPerBlock; at++ {
			most := int64(0)
			for k := range sides {
				most = max(most, c.cents[at*sides+k])
			}
			if most > brings {
				w.list, w.rows = append(w.list, c.homes[at]), append(w.rows, int32(at))
			}
		}
		if len(w.list) == 0 {
			return nil
		}
		w.cases.pick(b, w.list)
		for _, i := range m.steps {
			if err := w.raise(s, m, i, block, c, b, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// raise tries one input for the picked units.
func (w *engineWorker) raise(s int, m *matched, i int, block *column.Block, c *claims, b *population.Block, f *findings) error {
	in, sides := &m.inputs[i], len(w.sides)
	if err := m.fill(block, &w.cases); err != nil {
		return err
	}
	col := block.Input(in.table, in.input)
	step := in.column.Step * in.in.Den / 100
	for n, at := range w.rows {
		col.Int[int(w.cases.starts[n])+int(c.members[at])] += step
	}
	if err := block.Run(); err != nil {
		return err
	}
	for k := range sides {
		w.outs[k] = block.Outcome(k, 0)
	}
	for n, at := range w.rows {
		row := int(w.cases.starts[n]) + int(c.members[at])
		for k := range sides {
			before := c.cents[int(at)*sides+k]
			if before <= brings {
				continue
			}
			after, ok := w.cents64(k, s, row)
			if loss := before - after; ok && loss > brings {
				f.cliff(s, k, in.in.ID, in.column.Label, b.Weights[c.homes[at]], loss)
			}
		}
	}
	return nil
}
