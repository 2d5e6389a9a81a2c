package column

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// lowering turns the rules of one side into operations. Everything that it
// reads is in the tables; what other sides made before is found again, because
// equal operations are one.
type lowering struct {
	p    *Program
	g    *graph
	s    *side
	side Side
	memo map[*rule.Attribute]value
	// shape is the profile, by table and input.
	shape [][]byte
	// causes are the errors that the plan knows of; shared by its sides.
	causes *[]cause
	// rules says of which rule a version is.
	rules map[*rule.Version]*rule.Rule
}

// attribute gives an attribute for every row of its table.
func (l *lowering) attribute(a *rule.Attribute) value {
	if v, ok := l.memo[a]; ok {
		return v
	}
	v := l.derive(a)
	l.memo[a] = v
	return v
}

func (l *lowering) derive(a *rule.Attribute) value {
	var (
		writers, fills []*rule.Version
		t              = int32(l.p.Table(rule.Slug(a.Owner.Name)))
	)
	for _, r := range l.s.writers(a) {
		v := r.At(l.side.Date)
		l.rules[v] = r
		if _, ok := v.Action.(*rule.Initialise); ok {
			fills = append(fills, v)
		} else {
			writers = append(writers, v)
		}
	}
	var v value
	if len(writers) == 0 {
		v = l.input(a, len(fills) > 0)
		if l.s.Given[a.ID()] && len(fills) == 0 && len(l.side.Program.Writers(a, l.side.Date)) > 0 {
			// Where it is leeg all the same, exact fills it in.
			v.open, v.leeg = l.first(v.open, unsure(v.leeg)), no
		}
	} else {
		v = l.write(t, a, writers)
	}
	if len(fills) == 0 {
		return v
	}
	// What is leeg is filled in; an error in a rule that would fill in what is
	// there does not matter.
	out := l.choose(v.leeg, l.write(t, a, fills), v)
	out.open = l.first(v.open, out.open)
	return out
}

// input reads a column.
func (l *lowering) input(a *rule.Attribute, optional bool) value {
	t, i, ok := l.p.Input(a.ID())
	if !ok {
		panic("BUG: no column for " + a.ID())
	}
	in := &l.p.tables[t].Inputs[i]
	o := op{dom: int32(t), t: int32(t), i: int32(i)}
	get := func(c code, mode uint8) ref {
		o.code, o.mode = c, mode
		return l.g.add(o)
	}
	mode := uint8(0)
	if optional {
		mode = 1
	}
	v := value{kind: in.Kind, den: big.NewInt(in.Den), div: none, most: one, leeg: no, open: sound}
	switch l.shape[t][i] {
	case empty:
		return l.empty(in.Kind)
	case mixed:
		v.leeg, v.open = get(bitEmpty, mode), unsure(get(bitOpen, mode))
	}
	if in.Kind == rule.Boolean {
		v.num, v.lo, v.hi = get(bitInput, 0), zero, one
		return v
	}
	lo, hi := rangeOf(in.Kind)
	mode = 0
	if in.Kind == rule.DateKind {
		mode = 1
	}
	v.num, v.lo, v.hi = get(numInput, mode), big.NewInt(lo), big.NewInt(hi)
	return v
}

// rangeOf gives what a column may hold to be computed without looking; what
// lies outside is open.
func rangeOf(k rule.Kind) (lo, hi int64) {
	switch k {
	case rule.Amount:
		return -1e13, 1e13 // cents
	case rule.Number:
		return -1e8, 1e8
	case rule.Percentage:
		return -1e7, 1e7
	case rule.DateKind:
		return firstDay, lastDay
	}
	return 0, 1 << 31
}

// Dates of which a shift by less than some thousand years stays in the calendar
// are computed without looking.
const (
	firstDay = 1500*12<<5 | 1
	lastDay  = (2500*12+11)<<5 | 31
)

// branch is one way in which an attribute gets its value.
type branch struct {
	when ref   // known to apply
	open fault // not known whether
	val  value
}

// write combines the versions that write an attribute: grants of a kenmerk are
// a disjunction, of anything else at most one applies.
func (l *lowering) write(t int32, a *rule.Attribute, versions []*rule.Version) value {
	g := l.g
	granted, grantOpen, maybe, grants := no, sound, no, false
	var list []branch
	for _, v := range versions {
		f, applies := l.applies(t, v)
		switch act := v.Action.(type) {
		case *rule.Grant:
			grants = true
			granted, grantOpen, maybe = g.or2(granted, applies.yes), l.first(grantOpen, applies.open), g.or2(maybe, l.doubt(applies.open))
		case *rule.Assign:
			f.ctx = applies.yes
			list = append(list, branch{applies.yes, applies.open, l.suit(l.expr(act.Expr, f), a, f)})
		case *rule.Initialise:
			f.ctx = applies.yes
			list = append(list, branch{applies.yes, applies.open, l.suit(l.expr(act.Expr, f), a, f)})
		case *rule.Table:
			// Of a kenmerk: two rows that apply are a conflict, which counts
			// unless another rule grants it.
			seen, table, first, doubt := no, no, len(list), no
			for _, row := range act.Rows {
				f.ctx = applies.yes
				cell := tri{yes, sound}
				if row.When != nil {
					cell = l.cond(row.When, f)
				}
				b := branch{when: g.and2(applies.yes, cell.yes), open: l.first(applies.open, l.where(applies.yes, cell.open))}
				doubt = g.or2(doubt, cell.open.at)
				if a.Kind.IsKenmerk() {
					grants = true
					table = g.or(table, b.open.at, g.and2(seen, b.when))
					seen = g.or2(seen, b.when)
					continue
				}
				f.ctx = b.when
				b.val = l.suit(l.expr(row.Result, f), a, f)
				list = append(list, b)
			}
			// A row of which the condition errs goes before the value of another.
			for i := first; i < len(list); i++ {
				list[i].val.open = l.except(doubt, list[i].val.open)
			}
			granted, grantOpen = g.or2(granted, g.and2(seen, g.not(table))), l.first(grantOpen, unsure(table))
			maybe = g.or2(maybe, table)
		default:
			panic("BUG: this action writes nothing")
		}
	}
	if grants {
		out := lost(rule.Boolean)
		out.num, out.open = granted, l.except(maybe, l.where(g.not(granted), grantOpen))
		return out
	}
	return l.unite(a, list)
}

// applies lowers the subject and the condition of a version.
func (l *lowering) applies(t int32, v *rule.Version) (*frame, tri) {
	g, f := l.g, l.frame(t, v)
	subject, open := yes, sound
	if k := v.Subject.Kenmerk; k != nil {
		is := l.clean(l.attribute(k))
		subject, open = g.and2(is.num, g.not(is.open.at)), is.open
	}
	// Where the subject is not one, nothing below matters.
	f.ctx = subject
	when := tri{yes, sound}
	if v.Condition != nil {
		when = l.cond(v.Condition, f)
	}
	return f, tri{g.and2(subject, when.yes), l.first(open, l.where(subject, when.open))}
}

// unite chooses between branches of which at most one applies; two are a
// conflict, none leaves leeg.
func (l *lowering) unite(a *rule.Attribute, list []branch) value {
	g := l.g
	out := l.empty(a.Type.Kind)
	seen, open, filled, twice, maybe := no, sound, no, no, no
	for i := len(list) - 1; i >= 0; i-- {
		b := list[i]
		twice, maybe = g.or2(twice, g.and2(seen, b.when)), g.or2(maybe, l.doubt(b.open))
		open = l.first(b.open, l.where(b.when, b.val.open), open)
		seen = g.or2(seen, b.when)
		filled = g.or2(filled, g.and2(b.when, g.not(b.val.leeg)))
		b.val.leeg, b.val.open, b.val.dirty = no, sound, false
		if i == len(list)-1 {
			out = b.val
		} else {
			out = l.choose(b.when, b.val, out)
			open = l.first(open, unsure(out.open.at)) // of bringing them on one scale
		}
		out.open = sound
	}
	// That two apply, or may, goes before an error in one of them.
	out.leeg, out.open = g.not(filled), l.except(g.or2(twice, maybe), l.first(open, unsure(twice)))
	out.dirty = out.leeg != no
	return out
}

// suit makes open what the type of the target does not hold.
func (l *lowering) suit(v value, a *rule.Attribute, f *frame) value {
	g, t := l.g, a.Type
	bad := no
	whole, decimals, sign := limits(t)
	switch t.Kind {
	case rule.Amount, rule.Number, rule.Percentage:
		if whole || decimals > 0 {
			if whole {
				decimals = 0
			}
			bad = g.or2(bad, g.not(l.multiple(v, decimals)))
		}
		switch sign {
		case rule.NonNegative:
			bad = g.or2(bad, l.below(v.span(), zero))
		case rule.Positive:
			bad = g.or2(bad, l.below(v.span(), one))
		case rule.Negative:
			bad = g.or2(bad, g.not(l.below(v.span(), zero)))
		}
	case rule.Enum:
		if t.Domain == nil || v.kind != rule.Enum || t.Domain.Values == nil {
			break
		}
		in := no
		for _, s := range t.Domain.Values {
			in = g.or2(in, g.equal(v.num, g.num(l.p.texts[s])))
		}
		bad = g.not(in)
	}
	v.open = l.first(v.open, unsure(g.and2(bad, g.not(v.leeg))))
	return l.under(f.ctx, v)
}

// limits gives what a type asks of a number, a typed domain included: whole, at
// most so many decimals (0: any), a sign.
func limits(t rule.Type) (whole bool, decimals int, sign rule.Sign) {
	whole, decimals, sign = t.Whole, t.Decimals, t.Sign
	if d := t.Domain; d != nil {
		whole = whole || d.Base.Whole
		if n := d.Base.Decimals; n > 0 && (decimals == 0 || n < decimals) {
			decimals = n
		}
		if sign == rule.AnySign {
			sign = d.Base.Sign
		}
	}
	return whole, decimals, sign
}

// multiple tests that a value has at most so many decimals.
func (l *lowering) multiple(v value, decimals int) ref {
	if v.div != none {
		return no
	}
	scale := big.NewInt(pow10(min(decimals, 18)))
	k := new(big.Int).Div(v.den, new(big.Int).GCD(nil, nil, v.den, scale))
	return l.divisible(v.num, k)
}

func (l *lowering) divisible(num ref, k *big.Int) ref {
	if k.Cmp(one) == 0 {
		return yes
	}
	if n, ok := l.g.constant(num); ok {
		if n%k.Int64() == 0 {
			return yes
		}
		return no
	}
	return l.g.add(op{code: bitWhole, dom: l.g.domOf(num), a: num, k: k.Int64()})
}

// below tests num < k, using the bounds.
func (l *lowering) below(s span, k *big.Int) ref {
	switch {
	case s.hi.Cmp(k) < 0:
		return yes
	case s.lo.Cmp(k) >= 0:
		return no
	}
	return l.g.less(s.num, l.g.num(k.Int64()))
}

// frame is where an expression is computed: the rows, and what the pronouns
// mean there.
type frame struct {
	dom  int32
	objs map[*rule.Binding]object
	// root is the frame of the subject, which variables know; up leads to it.
	root *frame
	up   ref
	// ctx: only where it holds does the answer matter.
	ctx  ref
	ver  *rule.Version
	vars map[variable]value
}

// variable is a variable where ctx holds.
type variable struct {
	v   *rule.Variable
	ctx ref
}

// object is a row of a table for each row of the frame.
type object struct {
	table int32
	idx   ref
}

func (l *lowering) frame(t int32, v *rule.Version) *frame {
	f := &frame{dom: t, ver: v, up: none, ctx: yes, objs: map[*rule.Binding]object{v.Subject: {t, none}}, vars: map[variable]value{}}
	f.root = f
	return f
}

// follow walks to-one roles.
func (l *lowering) follow(o object, via []*rule.Role) object {
	for _, r := range via {
		i, swapped := l.p.Relation(r.ID())
		rel := &l.p.rels[i]
		c, from, to := idxRole, rel.From, rel.To
		if swapped {
			c, from, to = idxInverse, to, from
		}
		step := l.g.add(op{code: c, dom: int32(from), a: none, b: none, c: none, t: int32(i), i: int32(to)})
		o = object{int32(to), l.g.through(step, o.idx)}
	}
	return o
}
