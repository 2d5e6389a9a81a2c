package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"

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
	// Marginal pressure: the input of main that goes up, or −1, and whose.
	wage    int
	earning *earning
	// advance runs the schemes of settles, on estimates of income; nil: none.
	advance    *matched
	settles    []int
	estimating *estimating // of one run
}

// contractTable is the object type of a contract for childcare.
const contractTable = "opvangovereenkomst"

// casesPerBlock is how many households the program sees at a time.
const casesPerBlock = 512

// newEngine compiles for some sides; plain: without cliffs. settles are the
// schemes of which advances are settled.
func newEngine(sides []*bound, plain bool, settles []int) (*engine, error) {
	e := &engine{sides: sides, settles: settles}
	all := make([]column.Side, len(sides))
	for k, b := range sides {
		all[k] = b.columns()
		for _, o := range b.outcomes {
			all[k].Outcomes = append(all[k].Outcomes, o.attr)
		}
		if b.income != nil {
			all[k].Outcomes = append(all[k].Outcomes, b.income.attr)
		}
	}
	var err error
	if e.main, err = match(sides[0], all); err != nil {
		return nil, err
	}
	if e.wage = -1; !plain {
		e.wage, e.earning = wageOf(e.main), earningOf(sides[0].known)
	}
	if len(settles) > 0 {
		some := make([]column.Side, len(sides))
		for k, b := range sides {
			some[k] = b.columns()
			for _, s := range settles {
				some[k].Outcomes = append(some[k].Outcomes, b.outcomes[s].attr)
			}
		}
		if e.advance, err = match(sides[0], some); err != nil {
			return nil, err
		}
	}
	for s := range sides[0].outcomes {
		// Of a household there is nobody to raise the income of, and what people
		// pay they do not lose.
		if plain || sides[0].outcomes[s].household || sides[0].Schemes[s].Owed {
			e.cliffs = append(e.cliffs, nil)
			continue
		}
		var one []column.Side
		for k := range sides {
			one = append(one, sides[k].columns(sides[k].outcomes[s].attr))
		}
		m, err := match(sides[0], one)
		if err != nil {
			return nil, err
		}
		if len(m.steps) == 0 {
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
	contracts  int
	inputs     []filling
	relations  []relating
	steps      []int // inputs that have a step, by id
	// alone says that a person needs nobody but its partner, so that the rest
	// of the household can be left out.
	alone bool
}

type filling struct {
	table, input int
	column       population.Column
	in           column.Input
	// times turns a value of the column into one of the program; 0: value by
	// value, because not every amount fits.
	times int64
	deal  bool // of contracts
}

type relating struct {
	relation int
	column.Relation
	population.Between
	// down says that the relation is filled from the end from which the
	// population knows it.
	down bool
}

// match finds a column for every input and a relation for every relation. What
// the population does not have is an error that names the rule.
func match(base *bound, sides []column.Side) (*matched, error) {
	p, err := column.Compile(sides...)
	if errors.Is(err, column.ErrSpec) {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if err != nil {
		return nil, err
	}
	m := &matched{program: p, persons: p.Table("persoon"), households: p.Table("huishouden"), contracts: p.Table(contractTable)}
	lacks, err := m.supply(base, p.Tables(), p.Relations())
	if err != nil {
		return nil, err
	}
	if len(lacks) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrMissing, list(lacks))
	}
	m.alone = m.households < 0 && !slices.ContainsFunc(m.relations, func(r relating) bool { return r.Between != population.Couple })
	slices.SortFunc(m.inputs, func(a, b filling) int { return cmp.Compare(a.in.ID, b.in.ID) })
	for i, f := range m.inputs {
		if f.column.Step > 0 && f.table == m.persons {
			m.steps = append(m.steps, i)
		}
	}
	return m, nil
}

// supply finds what the population has for the inputs and the relations, and
// says what it lacks. An input of another kind or unit is an error.
func (m *matched) supply(b *bound, tables []column.Table, rels []column.Relation) (lacks []Lack, err error) {
	columns := map[string]population.Column{}
	for _, c := range b.known.Columns {
		columns[c.ID] = c
	}
	for t, table := range tables {
		for i, in := range table.Inputs {
			c, ok := columns[in.ID]
			switch {
			case in.Optional && (!ok || b.derived[in.ID]): // a rule gives it
			case !ok:
				no := lack(in.ID, in.Rule)
				no.Ruled = ruled(b.program.Model(), in.Attribute)
				lacks = append(lacks, no)
			case c.Household != (table.ID == "huishouden"):
				return nil, fmt.Errorf("%w: %s hoort in de populatie bij een ander soort object dan in de regels%s", ErrSpec, in.ID, asked(in.Rule))
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
	for _, r := range b.known.Relations {
		relations[r.Role] = r
	}
	for i, r := range rels {
		known, ok := relations[r.Role.ID()]
		if !ok {
			known, ok = relations[r.Role.Inverse.ID()]
		}
		if !ok {
			lacks = append(lacks, lack("relatie "+r.ID, r.Rule))
			continue
		}
		if known.Between == population.Cared && r.Many {
			return nil, fmt.Errorf("%w: %s heeft in de regels meer kinderen, en in de populatie is het er één%s", ErrSpec, r.ID, asked(r.Rule))
		}
		if known.Between == population.Parents && !r.Many {
			return nil, fmt.Errorf("%w: %s heeft in de regels één ouder of één kind, en in de populatie kunnen het er meer zijn%s", ErrSpec, r.ID, asked(r.Rule))
		}
		m.relations = append(m.relations, relating{i, r, known.Between, r.Role.ID() == known.Role})
	}
	return lacks, nil
}

func asked(r *rule.Rule) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf(" (regel %s vraagt erom)", r.ID)
}

func newFilling(t, i int, in column.Input, c population.Column) filling {
	f := filling{table: t, input: i, column: c, in: in, deal: c.Object() == contractTable}
	units, per := in.Den*c.Cents, int64(100)
	if c.Kind == rule.Number {
		units, per = in.Den, max(1, c.Per)
	}
	if units%per == 0 {
		f.times = units / per
	}
	return f
}

// cases are the households of a block that the program sees at once, each with
// all of its persons or with those that matter.
type cases struct {
	b      *population.Block
	homes  []int32 // index in b, by case
	starts []int32 // of the persons of each case, and their number
	rows   []int32 // by person: the row in b, unless whole
	whole  bool    // the persons are the rows of b, from base on
	base   int32
	// The contracts of the cases, which then have whole households: rows of b,
	// and where those of each case start.
	contracts []int32
	deals     []int32
}

// contract fills in the contracts of the cases.
func (c *cases) contract() {
	c.contracts, c.deals = c.contracts[:0], append(c.deals[:0], 0)
	for _, h := range c.homes {
		for row := c.b.CareStarts[h]; row < c.b.CareStarts[h+1]; row++ {
			c.contracts = append(c.contracts, row)
		}
		c.deals = append(c.deals, int32(len(c.contracts)))
	}
}

func (c *cases) len() int { return len(c.homes) }

func (c *cases) reset(b *population.Block) {
	c.b, c.homes, c.starts, c.rows, c.whole = b, c.homes[:0], append(c.starts[:0], 0), c.rows[:0], false
}

// row gives the row in b of a person.
func (c *cases) row(person int32) int32 {
	if c.whole {
		return c.base + person
	}
	return c.rows[person]
}

// member gives the place of a person in its household.
func (c *cases) member(person int32) int {
	i := sort.Search(c.len(), func(i int) bool { return c.starts[i+1] > person })
	return int(c.row(person) - c.b.Starts[c.homes[i]])
}

// span sets the cases to a run of whole households.
func (c *cases) span(b *population.Block, from, to int) {
	c.reset(b)
	c.whole, c.base = true, b.Starts[from]
	for h := from; h < to; h++ {
		c.homes = append(c.homes, int32(h))
		c.starts = append(c.starts, b.Starts[h+1]-c.base)
	}
}

// applicants sets the cases to the applicants of a run of households and their
// partners.
func (c *cases) applicants(b *population.Block, from, to int) {
	c.reset(b)
	for h := from; h < to; h++ {
		row, end := b.Starts[h], b.Starts[h+1]
		if b.Types[h].Couple() && end > row+1 {
			c.rows = append(c.rows, row, row+1)
			row += 2
		}
		for ; row < end; row++ {
			if b.Applicants[row] {
				c.rows = append(c.rows, row)
			}
		}
		c.homes = append(c.homes, int32(h))
		c.starts = append(c.starts, int32(len(c.rows)))
	}
}

// add adds one case for a member of a household: alone with its partner, or
// with the whole household. It gives the person that the member is.
func (c *cases) add(home int32, member int, alone bool) (person int32) {
	first, last := c.b.Starts[home], c.b.Starts[home+1]
	at := int32(len(c.rows))
	switch {
	case !alone:
		person = at + int32(member)
	case member < 2 && c.b.Types[home].Couple() && last > first+1:
		person, last = at+int32(member), first+2
	default:
		person, first = at, first+int32(member)
		last = first + 1
	}
	for row := first; row < last; row++ {
		c.rows = append(c.rows, row)
	}
	c.homes = append(c.homes, home)
	c.starts = append(c.starts, int32(len(c.rows)))
	return person
}

// fill puts the cases in a block of the program.
func (m *matched) fill(dst *column.Block, c *cases) error {
	persons, households := int(c.starts[c.len()]), c.len()
	counts := make([]int, len(m.program.Tables()))
	if m.persons >= 0 {
		counts[m.persons] = persons
	}
	if m.households >= 0 {
		counts[m.households] = households
	}
	if m.contracts >= 0 {
		c.contract()
		counts[m.contracts] = len(c.contracts)
	}
	dst.Reset(households, counts...)
	if m.contracts >= 0 {
		copy(dst.Starts(m.contracts), c.deals)
	}
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

// gather gives a column of the block for the persons or the households of the
// cases: their own part of it, or all of it with the rows to take.
func (f *filling) gather(c *cases, n int) (from, to int, rows []int32) {
	switch {
	case f.column.Household:
		return 0, 0, c.homes
	case f.deal:
		return 0, 0, c.contracts
	case c.whole:
		return int(c.base), int(c.base) + n, nil
	}
	return 0, 0, c.rows
}

// scaled takes over values of a column, each times so much.
func scaled(into, from []int64, first, last int, rows []int32, times int64) {
	if rows != nil {
		for i, row := range rows {
			into[i] = from[row] * times
		}
		return
	}
	for i, v := range from[first:last] {
		into[i] = v * times
	}
}

func (f *filling) fill(dst *column.Block, c *cases, persons int) error {
	col := dst.Input(f.table, f.input)
	n := persons
	switch {
	case f.column.Household:
		n = c.len()
	case f.deal:
		n = len(c.contracts)
	}
	first, last, rows := f.gather(c, n)
	switch {
	case f.times == 0 && (f.column.Amounts != nil || f.column.Numbers != nil):
		return f.each(dst, c, n)
	case f.column.Amounts != nil:
		scaled(col.Int, f.column.Amounts(c.b), first, last, rows, f.times)
	case f.column.Flags != nil:
		from := f.column.Flags(c.b)
		if rows != nil {
			for i, row := range rows {
				col.Bool[i] = number(from[row])
			}
		} else {
			for i, v := range from[first:last] {
				col.Bool[i] = number(v)
			}
		}
	case f.column.Days != nil:
		from := f.column.Days(c.b)
		if rows != nil {
			for i, row := range rows {
				col.Int[i] = int64(from[row])
			}
		} else {
			for i, v := range from[first:last] {
				col.Int[i] = int64(v)
			}
		}
	case f.column.Numbers != nil:
		scaled(col.Int, f.column.Numbers(c.b), first, last, rows, f.times)
	case f.column.Choice != nil:
		ids := make([]int64, len(f.column.Choices))
		for i, text := range f.column.Choices {
			ids[i] = dst.Text(text)
		}
		from := f.column.Choice(c.b)
		for i := range n {
			col.Int[i] = ids[from[f.row(c, i)]]
		}
	default:
		col.All(column.Empty)
		return nil
	}
	col.All(column.Known)
	if f.column.Partly != nil {
		states, has := col.States(), f.column.Partly(c.b)
		for i := range n {
			if !has[f.row(c, i)] {
				states[i] = column.Empty
			}
		}
	}
	return nil
}

// row gives the row in the block of a person or household of the cases.
func (f *filling) row(c *cases, i int) int32 {
	switch {
	case f.column.Household:
		return c.homes[i]
	case f.deal:
		return c.contracts[i]
	}
	return c.row(int32(i))
}

// each takes over a column value by value, because not every value fits.
func (f *filling) each(dst *column.Block, c *cases, n int) error {
	for i := range n {
		d := f.column.Datum(f.column.At(c.b, int(f.row(c, i))))
		if err := dst.Set(f.table, f.input, i, d); err != nil {
			return err
		}
	}
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
	switch r.Between {
	case population.Parents:
		m.parents(dst, c, r)
		return
	case population.Cared:
		one := dst.Relation(r.relation)
		for i, home := range c.homes {
			for k := c.deals[i]; k < c.deals[i+1]; k++ {
				one[k] = c.starts[i] + c.b.CareRows[c.contracts[k]] - c.b.Starts[home]
			}
		}
		return
	}
	if !r.Many {
		one := dst.Relation(r.relation)
		for i := range n {
			first, last := c.starts[i], c.starts[i+1]
			switch {
			case r.Between == population.Members:
				for row := first; row < last; row++ {
					one[row] = int32(i)
				}
			case c.b.Types[c.homes[i]].Couple() && last-first > 1:
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
		case r.Between == population.Couple:
			couple := c.b.Types[c.homes[i]].Couple() && last-first > 1
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

// parents fills the relation between head and partner and the members under 18.
func (m *matched) parents(dst *column.Block, c *cases, r relating) {
	offsets, items := []int32{0}, []int32(nil)
	for i := range c.len() {
		first, last := c.starts[i], c.starts[i+1]
		adults := min(first+1, last)
		if c.b.Types[c.homes[i]].Couple() && last-first > 1 {
			adults++
		}
		child := func(row int32) bool { return row >= adults && c.b.Ages[c.row(row)] < 18 }
		for row := first; row < last; row++ {
			switch {
			case r.down && row < adults:
				for other := adults; other < last; other++ {
					if child(other) {
						items = append(items, other)
					}
				}
			case !r.down && child(row):
				for other := first; other < adults; other++ {
					items = append(items, other)
				}
			}
			offsets = append(offsets, int32(len(items)))
		}
	}
	dst.Lists(r.relation, offsets, items)
}

func (e *engine) worker() evaluating {
	w := &engineWorker{engine: e, cents: make([]int64, len(e.sides)), outs: make([]column.Outcome, len(e.sides))}
	w.main = w.block(e.main)
	for _, m := range e.cliffs {
		var b *column.Block
		if m != nil {
			b = w.block(m)
		}
		w.cliffs = append(w.cliffs, b)
	}
	if e.advance != nil {
		w.late = estimateWorker{block: w.block(e.advance), failed: make([]map[unitKey]bool, len(e.sides[0].outcomes)),
			advance: make([]int64, len(e.sides)), nothing: make([]int64, len(e.sides))}
		for _, s := range e.settles {
			w.late.failed[s] = map[unitKey]bool{}
		}
	}
	return w
}

// block makes a block in whose errors people are called by their place in the
// household.
func (w *engineWorker) block(m *matched) *column.Block {
	b := m.program.NewBlock()
	b.Name = func(table, row, _ int) string {
		if table == m.households {
			return "h"
		}
		return fmt.Sprintf("p%d", w.cases.member(int32(row))+1)
	}
	return b
}

type engineWorker struct {
	*engine
	main   *column.Block
	cliffs []*column.Block
	cases  cases
	cents  []int64          // by side
	outs   []column.Outcome // by side
	units  []int32          // of the claims, by case
	people []int32          // the person of each unit

	pressed cases // with more wage
	homes   []int32
	late    estimateWorker
}

func (w *engineWorker) chunk(b *population.Block, p *part, f *findings) error {
	before := make([]int, len(p.claims))
	for s := range p.claims {
		before[s] = p.claims[s].len()
	}
	few := w.engine.main.alone && w.sides[0].income == nil
	for _, failed := range w.late.failed {
		clear(failed)
	}
	for s := range p.claims {
		few = few && w.applicants(s)
	}
	for from := 0; from < b.Len(); from += casesPerBlock {
		if to := min(from+casesPerBlock, b.Len()); few {
			w.cases.applicants(b, from, to)
		} else {
			w.cases.span(b, from, to)
		}
		if err := w.engine.main.fill(w.main, &w.cases); err != nil {
			return err
		}
		if err := w.main.Run(); err != nil {
			return err
		}
		for s := range p.claims {
			w.collect(s, p, f)
		}
		if err := w.measure(p, f); err != nil {
			return err
		}
	}
	if w.engine.advance != nil {
		if err := w.estimate(b, p, before); err != nil {
			return err
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

// applicants reports whether only applicants can have the outcome of a scheme,
// on every side.
func (w *engineWorker) applicants(s int) bool {
	for _, side := range w.sides {
		if !side.outcomes[s].applicants {
			return false
		}
	}
	return true
}

// collect reads the outcomes of a scheme.
func (w *engineWorker) collect(s int, p *part, f *findings) {
	for k := range w.sides {
		w.outs[k] = w.main.Outcome(k, s)
	}
	c, applicants, house := &w.cases, w.applicants(s), w.sides[0].outcomes[s].household
	for i, home := range c.homes {
		if house {
			w.read(s, int(home), -1, i, p, f)
			continue
		}
		for person := c.starts[i]; person < c.starts[i+1]; person++ {
			if row := c.row(person); !applicants || c.b.Applicants[row] {
				w.read(s, int(home), int(row-c.b.Starts[home]), int(person), p, f)
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
			words := func() error { return w.why(w.main, k, s, row) }
			f.fail(s, k, b.First+home, b.Weights[home], w.cause(k, s, row), words)
			continue
		}
		w.cents[k] = cents
	}
	if !failed {
		p.claim(s, home, member, b, f, w.cents)
	} else if w.late.failed != nil && w.late.failed[s] != nil {
		w.late.failed[s][unitKey{home, member}] = true
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

// cause tells what kind of failure an outcome has.
func (w *engineWorker) cause(side, scheme, row int) failureKey {
	if w.outs[side].State[row] != column.Failed {
		return failureKey{code: codeAmount}
	}
	code, rule := w.main.Cause(side, scheme, row)
	return failureKey{string(code), rule}
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
	for at := from; at < c.len(); {
		// The next units that have something to lose, one case each.
		w.cases.reset(b)
		w.units, w.people = w.units[:0], w.people[:0]
		for ; at < c.len() && w.cases.len() < casesPerBlock; at++ {
			if slices.Max(c.cents[at*sides:(at+1)*sides]) > brings {
				w.people = append(w.people, w.cases.add(c.homes[at], int(c.members[at]), m.alone))
				w.units = append(w.units, int32(at))
			}
		}
		if w.cases.len() == 0 {
			return nil
		}
		for _, i := range m.steps {
			if err := w.raise(s, m, i, c, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// raise tries one input for the units that look has gathered.
func (w *engineWorker) raise(s int, m *matched, i int, c *claims, f *findings) error {
	in, sides, block := &m.inputs[i], len(w.sides), w.cliffs[s]
	if err := m.fill(block, &w.cases); err != nil {
		return err
	}
	col := block.Input(in.table, in.input)
	step := in.column.Step * in.in.Den / 100
	for _, person := range w.people {
		col.Int[person] += step
	}
	if err := block.Run(); err != nil {
		return err
	}
	for k := range sides {
		w.outs[k] = block.Outcome(k, 0)
	}
	for n, at := range w.units {
		for k := range sides {
			before := c.cents[int(at)*sides+k]
			if before <= brings {
				continue
			}
			after, ok := w.cents64(k, s, int(w.people[n]))
			if loss := before - after; ok && loss > brings {
				f.cliff(s, k, in.in.ID, in.column.Label, w.cases.b.Weights[c.homes[at]], loss)
			}
		}
	}
	return nil
}
