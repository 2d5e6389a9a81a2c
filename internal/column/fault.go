package column

import (
	"slices"

	"lemniscaat/internal/exact"
)

// fault says where a value is open: the program does not know it. Of some of
// those rows it does know which error package exact gives, although not its
// words: that error is the first one that exact meets, and faults are therefore
// joined in the order in which exact computes. What is not said is not known.
type fault struct {
	at ref // a test
	// why is the number of a class of errors where at holds, 0 where only exact
	// can tell; none: nowhere known. Elsewhere it is anything.
	why ref
}

// cause is a class of errors: what a simulation counts them by.
type cause struct {
	code exact.Code
	rule string // id of the rule that asked
}

var sound = fault{no, none}

// unsure is open where a test holds, for a reason that only exact can tell.
func unsure(at ref) fault { return fault{at, none} }

// known is open everywhere, with one class of error.
func (l *lowering) known(c cause) fault {
	i := slices.Index(*l.causes, c)
	if i < 0 {
		i = len(*l.causes)
		*l.causes = append(*l.causes, c)
	}
	return fault{yes, l.g.num(int64(i + 1))}
}

// first joins faults in the order in which exact meets them.
func (l *lowering) first(fs ...fault) fault {
	out := sound
	for i, f := range fs {
		switch {
		case f.at == no:
		case out.at == no:
			out = f
		default:
			out = fault{l.g.or2(out.at, f.at), l.pick(l.before(fs[:i]), out.why, f.why)}
		}
	}
	return out
}

// before is where one of the faults is open.
func (l *lowering) before(fs []fault) ref {
	at := no
	for _, f := range fs {
		at = l.g.or2(at, f.at)
	}
	return at
}

// pick gives the class a where c holds and b elsewhere.
func (l *lowering) pick(c, a, b ref) ref {
	if a == b {
		return a
	}
	if a == none {
		a = l.g.num(0)
	}
	if b == none {
		b = l.g.num(0)
	}
	return l.g.sel(c, a, b)
}

// doubt is where a fault may turn out to be none: the program does not know the
// value, and exact may.
func (l *lowering) doubt(f fault) ref {
	if f.at == no || f.why == none {
		return f.at
	}
	return l.g.and2(f.at, l.g.equal(f.why, l.g.num(0)))
}

// where is a fault that matters only where a test holds.
func (l *lowering) where(c ref, f fault) fault {
	if f.at = l.g.and2(c, f.at); f.at == no {
		return sound
	}
	return f
}

// except takes the class away where a test holds: exact then meets another
// error, or may.
func (l *lowering) except(c ref, f fault) fault {
	if c != no && f.why != none {
		f.why = l.pick(c, none, f.why)
	}
	return f
}

// chosen is the fault of a where c holds and of b elsewhere.
func (l *lowering) chosen(c ref, a, b fault) fault {
	a, b = l.where(c, a), l.where(l.g.not(c), b)
	return l.first(a, b)
}

// lifted is a fault at the rows that an index points to; nobody has none.
func (l *lowering) lifted(f fault, idx ref) fault {
	if f.at = l.g.gatherBit(f.at, idx, false); f.at == no {
		return sound
	}
	if f.why != none {
		f.why = l.g.gatherNum(f.why, idx)
	}
	return f
}
