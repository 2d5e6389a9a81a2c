package column

import (
	"math/big"
	"sort"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Outcome is one outcome of all rows of its table. A Known number is Int/Den; a
// Boolean is 0 or 1, a date a Day, a text Block.Text.
type Outcome struct {
	Int   []int64
	State []State // Known, Empty, Failed or Beyond
	Den   int64

	why []int64 // of a cell that is Failed and not computed again: its cause
}

func (o *Outcome) size(rows int) {
	o.Int, o.State = sized(o.Int, rows), sized(o.State, rows)
}

// Outcome gives an outcome of a side after Run, in the order of Side.Outcomes.
// It is valid until the next Reset or Run, and must not be changed.
func (b *Block) Outcome(side, outcome int) Outcome { return b.out[side][outcome] }

// read takes an outcome from its lanes; what is open is left Missing. It
// reports whether there is such a cell.
func (b *Block) read(side, k int) bool {
	r, o, m := &b.plan.outs[side][k], &b.out[side][k], b.machine
	n := b.rows[b.p.sides[side].out[k]]
	o.size(n)
	switch {
	case r.num < 0:
		fill(o.Int, r.kNum)
	case r.boolean:
		for i, x := range m.bit(r.num, n) {
			o.Int[i] = int64(x)
		}
	default:
		copy(o.Int, m.num(r.num, n))
	}
	state := Known
	if r.leeg < 0 && r.kLeeg != 0 {
		state = Empty
	}
	if r.open < 0 && r.kOpen != 0 {
		state = Missing
	}
	for i := range o.State {
		o.State[i] = state
	}
	if state != Missing && r.leeg >= 0 && m.any[r.leeg] {
		for i, x := range m.bits[r.leeg][:n] {
			if x != 0 {
				o.State[i], o.Int[i] = Empty, 0
			}
		}
	}
	pending := state == Missing && n > 0
	if r.open >= 0 && m.any[r.open] {
		for i, x := range m.bits[r.open][:n] {
			if x != 0 {
				o.State[i], pending = Missing, true
			}
		}
	}
	if pending {
		pending = b.tell(side, k, n)
	}
	if r.date {
		for i, x := range o.Int {
			if o.State[i] == Known {
				o.Int[i] = serial(x) - epoch
			}
		}
	}
	starts := b.starts[b.p.sides[side].out[k]]
	if at := k - len(b.p.sides[side].Outcomes); at >= 0 {
		s := b.p.sides[side]
		if _, ok := s.checks[at].At(s.Date).Action.(*rule.Unique); ok {
			pending = b.unique(o, starts)
		}
	}
	for _, c := range b.crowded {
		for row := starts[c]; row < starts[c+1]; row++ {
			o.State[row], pending = Missing, true
			b.stats.Crowded++
		}
	}
	return pending
}

// tell marks what is open and surely an error, of which the cause is known; it
// reports whether something else is left.
func (b *Block) tell(side, k, n int) (pending bool) {
	r, o := &b.plan.outs[side][k], &b.out[side][k]
	o.why = sized(o.why, n)
	switch {
	case k >= len(b.p.sides[side].Outcomes):
		return true
	case r.why >= 0:
		copy(o.why, b.machine.num(r.why, n))
	case r.kWhy == 0:
		return true
	default:
		fill(o.why, r.kWhy)
	}
	for i, s := range o.State {
		switch {
		case s != Missing:
		case o.why[i] == 0:
			pending = true
		default:
			o.State[i] = Failed
			b.stats.Told++
		}
	}
	return pending
}

// Cause gives of a cell that is Failed the code of its error and the id of the
// rule, which may be empty, without computing the case again.
func (b *Block) Cause(side, outcome, row int) (exact.Code, string) {
	err, ok := b.fails[cell{int32(side), int32(outcome), int32(row)}]
	switch {
	case !ok:
		c := b.plan.causes[b.out[side][outcome].why[row]-1]
		return c.code, c.rule
	case err.Rule == nil:
		return err.Code, ""
	}
	return err.Code, err.Rule.ID
}

// Value gives one cell of an outcome the way package exact does: the error, if
// any, is an *exact.Error.
func (b *Block) Value(side, outcome, row int) (rule.Datum, error) {
	o := &b.out[side][outcome]
	at := cell{int32(side), int32(outcome), int32(row)}
	switch o.State[row] {
	case Failed:
		if err, ok := b.fails[at]; ok {
			return rule.Datum{}, err
		}
		return b.words(at)
	case Beyond:
		return b.beyond[at], nil
	case Known:
		return b.value(b.p.sides[side].Outcomes[outcome].Type.Kind, o.Int[row], o.Den), nil
	}
	return rule.Datum{}, nil
}

// words has exact compute a cell of which only the cause of the error is known.
func (b *Block) words(at cell) (rule.Datum, error) {
	s := b.p.sides[at.a]
	t := s.out[at.b]
	k := sort.Search(b.cases, func(k int) bool { return b.starts[t][k+1] > at.row })
	c, bad := b.load(int(at.a), k)
	if bad == nil {
		d, err := c.Value(b.again.object[t][at.row-b.starts[t][k]], s.Outcomes[at.b])
		if err == nil {
			return d, nil
		}
		bad = asError(err)
	}
	b.fails[at] = bad
	return rule.Datum{}, bad
}

// value makes a datum of a stored number.
func (b *Block) value(k rule.Kind, v, den int64) rule.Datum {
	switch k {
	case rule.Boolean:
		return rule.Datum{Kind: k, Bool: v != 0}
	case rule.DateKind:
		return rule.Datum{Kind: k, Date: Date(v)}
	case rule.Text, rule.Enum:
		s, _ := b.textOf(v)
		return rule.Datum{Kind: k, Text: s}
	}
	return rule.Datum{Kind: k, Num: big.NewRat(v, den)}
}

// Stats counts what a block has done since it was made.
type Stats struct {
	Cases int // computed
	Again int // of them, computed again by package exact for some cell
	// Why, in cells: an error, which exact names; a value that the program could
	// not prove to have right; and of them those in a case with so many objects
	// that only exact can tell whether it gives up.
	Errors, Values, Crowded int
	// Told counts errors of which the program knows the cause: exact gives their
	// words, when somebody asks.
	Told int
}

// Add adds the counts of another block.
func (s *Stats) Add(o Stats) {
	s.Cases += o.Cases
	s.Again += o.Again
	s.Errors += o.Errors
	s.Values += o.Values
	s.Crowded += o.Crowded
	s.Told += o.Told
}

// Stats gives the counts.
func (b *Block) Stats() Stats { return b.stats }

// Operations gives how many operations the last Run did on a row: adding,
// multiplying, comparing, choosing and the like, after common subexpressions.
// Keeping track of what is leeg or not known is not counted.
func (b *Block) Operations() int {
	n := 0
	for _, s := range b.plan.steps {
		n += s.counts()
	}
	return n
}

// counts gives how many numbers a step computes per row.
func (s *step) counts() int {
	switch {
	case s.code >= numMulAdd && s.code <= numSelLessK:
		return 2
	case s.code >= numAdd && s.code <= numMulW:
		return 1
	case s.code >= bitLess && s.code <= bitEqualK:
		return 1
	}
	return 0
}
