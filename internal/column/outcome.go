package column

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// Outcome is one outcome of all rows of its table. A Known number is Int/Den; a
// Boolean is 0 or 1, a date a Day, a text Block.Text.
type Outcome struct {
	Int   []int64
	State []State // Known, Empty, Failed or Beyond
	Den   int64
}

func (o *Outcome) size(rows int) {
	o.Int, o.State = sized(o.Int, rows), sized(o.State, rows)
}

// Outcome gives an outcome of a side after Run, in the order of Side.Outcomes.
// It is valid until the next Reset or Run, and must not be changed.
func (b *Block) Outcome(side, outcome int) Outcome { return b.out[side][outcome] }

// Value gives one cell of an outcome the way package exact does: the error, if
// any, is an *exact.Error.
func (b *Block) Value(side, outcome, row int) (rule.Datum, error) {
	o := &b.out[side][outcome]
	at := cell{int32(side), int32(outcome), int32(row)}
	switch o.State[row] {
	case Failed:
		return rule.Datum{}, b.fails[at]
	case Beyond:
		return b.beyond[at], nil
	case Known:
		return b.value(b.p.sides[side].Outcomes[outcome].Type.Kind, o.Int[row], o.Den), nil
	}
	return rule.Datum{}, nil
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
	Again int // of them, computed again by package exact for some outcome
}

// Stats gives the counts.
func (b *Block) Stats() Stats { return b.stats }
