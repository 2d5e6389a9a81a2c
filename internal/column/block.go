package column

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// ErrBlock is wrapped by what Run says of a block that is filled wrongly.
var ErrBlock = errors.New("blok")

// State says what is known of one cell.
type State uint8

const (
	// Missing: the case does not say. As an input it is an error of whoever
	// needs it; an outcome is never Missing.
	Missing State = iota
	// Known: the column holds the value.
	Known
	// Empty: leeg, known not to be there.
	Empty
	// Failed: an outcome that is an error; Block.Value gives it.
	Failed
	// Beyond: a value that the column cannot hold; Block.Value gives it.
	Beyond
	// wide: the column holds the value, but a rule may not.
	wide
)

// Column is one input of all rows of a table. Rows is Int or, for a Boolean,
// Bool (0 or 1); the other is nil.
type Column struct {
	Int  []int64
	Bool []uint8

	states  []State
	uniform bool  // every row is in state every, whatever states holds
	every   State // after Reset: Missing
}

// All says that every row is in one state.
func (c *Column) All(s State) { c.uniform, c.every = true, s }

// States gives the state per row, for changing; at first each is what All said,
// or Missing.
func (c *Column) States() []State {
	if c.uniform {
		for i := range c.states {
			c.states[i] = c.every
		}
		c.uniform = false
	}
	return c.states
}

func (c *Column) state(row int) State {
	if c.uniform {
		return c.every
	}
	return c.states[row]
}

// Block is some cases, a few thousand rows at most for speed: every case is a
// run of rows of each table, and cases share no rows. It keeps its memory over
// Resets. Several goroutines need several blocks.
type Block struct {
	p        *Program
	cases    int
	rows     []int
	starts   [][]int32
	cols     [][]Column
	links    []links
	texts    map[string]int64 // beside those of the program
	names    []string
	extra    map[cell]rule.Datum // inputs that are Beyond
	out      [][]Outcome
	fails    map[cell]*exact.Error
	beyond   map[cell]rule.Datum // outcomes that are Beyond
	again    again
	plan     *plan // of the last Run
	machine  *machine
	machines map[*plan]*machine
	shape    profile
	crowded  []int // cases with so many objects that exact may give up
	stats    Stats
	// Name gives the id that an object has in errors; nil: the slug of its type
	// and its number in the case, from 1 ("persoon 2").
	Name func(table, row, number int) string
}

// cell is a place in a block; what the first two numbers mean depends on the
// map.
type cell struct{ a, b, row int32 }

// links is a filled relation.
type links struct {
	one     []int32 // a row of To per row of From, or −1
	offsets []int32 // of a Many relation: where the items of a row begin
	items   []int32
}

// NewBlock gives an empty block.
func (p *Program) NewBlock() *Block {
	b := &Block{p: p, rows: make([]int, len(p.tables)), starts: make([][]int32, len(p.tables)),
		cols: make([][]Column, len(p.tables)), links: make([]links, len(p.rels)),
		texts: map[string]int64{}, extra: map[cell]rule.Datum{}, machines: map[*plan]*machine{}, fails: map[cell]*exact.Error{}, beyond: map[cell]rule.Datum{}}
	for t := range p.tables {
		b.cols[t] = make([]Column, len(p.tables[t].Inputs))
	}
	for _, s := range p.sides {
		out := make([]Outcome, len(s.out))
		for i := range s.out {
			out[i].Den = p.general.outs[len(b.out)][i].den
		}
		b.out = append(b.out, out)
	}
	b.again.init(p)
	return b
}

// Program gives the program that the block is for.
func (b *Block) Program() *Program { return b.p }

// Cases gives the number of cases.
func (b *Block) Cases() int { return b.cases }

// Rows gives the number of rows of a table.
func (b *Block) Rows(table int) int { return b.rows[table] }

// Reset empties the block and makes room: rows per table, in the order of
// Program.Tables. Every input is then Missing and nobody is related.
func (b *Block) Reset(cases int, rows ...int) {
	if len(rows) != len(b.rows) || cases < 0 || slices.Min(rows) < 0 || slices.Max(rows) > math.MaxInt32/2 {
		panic(fmt.Sprintf("BUG: a block of %d cases with %v rows for %d tables", cases, rows, len(b.rows)))
	}
	b.cases = cases
	copy(b.rows, rows)
	for t, n := range rows {
		b.starts[t] = sized(b.starts[t], cases+1)
		clear(b.starts[t])
		b.starts[t][cases] = int32(n)
		for i := range b.cols[t] {
			c := &b.cols[t][i]
			if b.p.tables[t].Inputs[i].Kind == rule.Boolean {
				c.Bool = sized(c.Bool, padded(n+1))[:n]
			} else {
				c.Int = sized(c.Int, padded(n+1))[:n]
			}
			c.states = sized(c.states, n)
			c.All(Missing)
		}
	}
	for r := range b.links {
		l := &b.links[r]
		n := rows[b.p.rels[r].From]
		if b.p.rels[r].Many {
			l.offsets = sized(l.offsets, n+1)
			clear(l.offsets)
			l.items = l.items[:0]
			continue
		}
		l.one = sized(l.one, n)
		for i := range l.one {
			l.one[i] = -1
		}
	}
	b.names = b.names[:0]
	clear(b.texts)
	clear(b.extra)
	b.forget()
}

// forget drops the outcomes.
func (b *Block) forget() {
	clear(b.fails)
	clear(b.beyond)
}

// sized gives s with length n, keeping its memory where it can.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/8)
	}
	return s[:n]
}

// Starts gives, for one table, the first row of each case and as its last entry
// the number of rows: case k has the rows Starts[k] to Starts[k+1]. To be
// filled after Reset.
func (b *Block) Starts(table int) []int32 { return b.starts[table] }

// Input gives the column of an input, to be filled after Reset.
func (b *Block) Input(table, input int) *Column { return &b.cols[table][input] }

// Relation gives, for a relation that is not Many, the row of To for each row
// of From, to be filled after Reset; −1 is nobody.
func (b *Block) Relation(relation int) []int32 { return b.links[relation].one }

// Lists fills a relation that is Many: the rows of To of row i of From are
// items[offsets[i]:offsets[i+1]]; of a reciprocal relation they ascend. Both are
// copied.
func (b *Block) Lists(relation int, offsets, items []int32) {
	l := &b.links[relation]
	copy(l.offsets, offsets)
	l.items = append(l.items[:0], items...)
}

// Text gives the number of a text in this block, until it is Reset.
func (b *Block) Text(s string) int64 {
	if id, ok := b.p.texts[s]; ok {
		return id
	}
	id, ok := b.texts[s]
	if !ok {
		id = int64(len(b.p.names) + len(b.names))
		b.texts[s] = id
		b.names = append(b.names, s)
	}
	return id
}

func (b *Block) textOf(id int64) (string, bool) {
	n := int64(len(b.p.names))
	switch {
	case id >= 0 && id < n:
		return b.p.names[id], true
	case id >= n && id < n+int64(len(b.names)):
		return b.names[id-n], true
	}
	return "", false
}

// Set fills one cell with any value, leeg included. A number that its column
// cannot hold is kept beside it: slow, and as exact as the rest. The error is
// that the value is of another kind.
func (b *Block) Set(table, input, row int, d rule.Datum) error {
	in := &b.p.tables[table].Inputs[input]
	c := &b.cols[table][input]
	states := c.States()
	if d.IsEmpty() {
		states[row] = Empty
		return nil
	}
	if d.Kind != in.Kind {
		return fmt.Errorf("%w: de waarde %s is van een andere soort dan %s", ErrBlock, d, in.ID)
	}
	states[row] = Known
	switch d.Kind {
	case rule.Boolean:
		c.Bool[row] = 0
		if d.Bool {
			c.Bool[row] = 1
		}
	case rule.DateKind:
		if !d.Date.Valid() || d.Date.Year < 1 || d.Date.Year > 9999 {
			states[row] = Beyond
			break
		}
		c.Int[row] = Day(d.Date)
	case rule.Text, rule.Enum:
		c.Int[row] = b.Text(d.Text)
	default:
		v, ok := scaled(d.Num, in.Den)
		if !ok {
			states[row] = Beyond
			break
		}
		c.Int[row] = v
	}
	if states[row] == Beyond {
		b.extra[cell{int32(table), int32(input), int32(row)}] = d
	}
	return nil
}

// datum reads an input back; ok is false when it is missing.
func (b *Block) datum(table, input, row int) (d rule.Datum, ok bool) {
	c := &b.cols[table][input]
	in := &b.p.tables[table].Inputs[input]
	switch c.state(row) {
	case Known, wide:
		if in.Kind == rule.Boolean {
			return rule.Datum{Kind: rule.Boolean, Bool: c.Bool[row] != 0}, true
		}
		return b.value(in.Kind, c.Int[row], in.Den), true
	case Empty:
		return rule.Datum{}, true
	case Beyond:
		return b.extra[cell{int32(table), int32(input), int32(row)}], true
	}
	return rule.Datum{}, false
}

// Run computes all outcomes of all sides. The error is that the block is filled
// in a way that no case can have.
func (b *Block) Run() error {
	b.forget()
	if err := b.verify(); err != nil {
		return err
	}
	for t := range b.cols {
		for i := range b.cols[t] {
			if err := b.inspect(t, i); err != nil {
				return err
			}
		}
	}
	b.plan = b.p.planFor(b.profile())
	if b.machine = b.machines[b.plan]; b.machine == nil {
		b.machine = newMachine(b.plan)
		b.machines[b.plan] = b.machine
	}
	b.machine.run(b, b.plan)
	b.stats.Cases += b.cases
	pending := false
	for s := range b.p.sides {
		for k := range b.p.sides[s].out {
			pending = b.read(s, k) || pending
		}
	}
	if pending {
		b.rerun()
	}
	return nil
}

// verify refuses what no case can have: rows of no case, and relations that
// leave their case or contradict themselves.
func (b *Block) verify() error {
	for t, starts := range b.starts {
		if starts[0] != 0 || int(starts[b.cases]) != b.rows[t] || !slices.IsSorted(starts) {
			return fmt.Errorf("%w: de rijen van %s zijn niet over de zaken verdeeld", ErrBlock, b.p.tables[t].ID)
		}
	}
	for r := range b.links {
		if err := b.verifyRelation(r); err != nil {
			return err
		}
	}
	b.crowded = b.crowded[:0]
	for k := range b.cases {
		objects := 0
		for _, starts := range b.starts {
			objects += int(starts[k+1] - starts[k])
		}
		if objects > b.p.crowd {
			b.crowded = append(b.crowded, k)
		}
	}
	return nil
}

func (b *Block) verifyRelation(r int) error {
	if !b.p.rels[r].Many && b.sound(r) {
		return nil
	}
	return b.verifyLists(r)
}

// sound is verifyLists for a to-one relation, in one pass, without telling what
// is wrong.
func (b *Block) sound(r int) bool {
	rel, one := &b.p.rels[r], b.links[r].one
	from, to := b.starts[rel.From], b.starts[rel.To]
	if !rel.Reciprocal && !rel.Role.Inverse.Many {
		return false // look at it closely
	}
	own := rel.From == rel.To
	for k := range b.cases {
		lo, size := to[k], uint32(to[k+1]-to[k])
		first := from[k]
		for i, x := range one[first:from[k+1]] {
			if x == -1 {
				continue
			}
			row := first + int32(i)
			if uint32(x-lo) >= size || own && x == row || rel.Reciprocal && one[x] != row {
				return false
			}
		}
	}
	return true
}

func (b *Block) verifyLists(r int) error {
	rel, l := &b.p.rels[r], &b.links[r]
	from, to := b.starts[rel.From], b.starts[rel.To]
	if rel.Many {
		if l.offsets[0] != 0 || int(l.offsets[b.rows[rel.From]]) != len(l.items) || !slices.IsSorted(l.offsets) {
			return fmt.Errorf("%w: de lijsten van %s kloppen niet", ErrBlock, rel.ID)
		}
	}
	for k := range b.cases {
		lo, hi := to[k], to[k+1]
		for row := from[k]; row < from[k+1]; row++ {
			items := l.items
			if rel.Many {
				items = items[l.offsets[row]:l.offsets[row+1]]
			} else {
				if l.one[row] == -1 {
					continue
				}
				items = l.one[row : row+1]
			}
			for i, x := range items {
				switch {
				case x < lo || x >= hi:
					return fmt.Errorf("%w: %s wijst in zaak %d naar een rij van een andere zaak", ErrBlock, rel.ID, k)
				case rel.From == rel.To && x == row:
					return fmt.Errorf("%w: in zaak %d is iemand zijn eigen %s", ErrBlock, k, rel.Role.Name)
				case rel.Many && rel.Reciprocal && i > 0 && items[i-1] >= x:
					return fmt.Errorf("%w: %s staat in zaak %d niet op volgorde", ErrBlock, rel.ID, k)
				case rel.Many && slices.Contains(items[:i], x):
					return fmt.Errorf("%w: %s noemt in zaak %d iemand twee keer", ErrBlock, rel.ID, k)
				case rel.Reciprocal && !rel.Many && l.one[x] != row,
					rel.Reciprocal && rel.Many && !slices.Contains(l.items[l.offsets[x]:l.offsets[x+1]], row):
					return fmt.Errorf("%w: %s is in zaak %d niet wederkerig ingevuld", ErrBlock, rel.ID, k)
				}
			}
		}
	}
	// One at both ends: nobody is reached twice.
	if !rel.Many && !rel.Reciprocal && !rel.Role.Inverse.Many {
		for k := range b.cases {
			for i := from[k]; i < from[k+1]; i++ {
				for j := from[k]; j < i; j++ {
					if l.one[i] >= 0 && l.one[i] == l.one[j] {
						return fmt.Errorf("%w: %s wijst in zaak %d twee keer naar dezelfde", ErrBlock, rel.ID, k)
					}
				}
			}
		}
	}
	return nil
}
