package simulate

import "lemniscaat/internal/rule"

// A population draws income after tax, toetsingsinkomen and AOW, because few
// runs have the rules that make them. A run that has those rules leaves such a
// column (population.Column.Derived) to them, so that a change of one scheme is
// felt by the others. They have to be able to: when a rule on the way has no
// value on the date, what the population drew holds.

// derived gives the columns that the rules of a side compute instead.
func (b *bound) derives() map[string]bool {
	d := &deriving{bound: b, columns: map[string]bool{}, roles: map[string]bool{}, seen: map[*rule.Attribute]bool{}}
	for _, c := range b.known.Columns {
		d.columns[c.ID] = true
	}
	for _, r := range b.known.Relations {
		d.roles[r.Role] = true
	}
	out := map[string]bool{}
	for _, c := range b.known.Columns {
		a := b.program.Attribute(c.ID)
		if c.Derived && a != nil && b.program.Optional(a, b.date) && d.rules(b.program.Writers(a, b.date)) {
			out[c.ID] = true
		}
	}
	return out
}

// both gives what two sides both derive.
func both(a, b map[string]bool) map[string]bool {
	out := map[string]bool{}
	for id := range a {
		if b[id] {
			out[id] = true
		}
	}
	return out
}

type deriving struct {
	*bound
	columns map[string]bool
	roles   map[string]bool
	seen    map[*rule.Attribute]bool // and whether it can be had
}

// can reports whether an attribute can be had on the date: known, or made by
// rules that have all they ask for.
func (d *deriving) can(a *rule.Attribute) bool {
	if ok, seen := d.seen[a]; seen {
		return ok
	}
	d.seen[a] = true // what asks for itself is not what is missing
	known := d.columns[a.ID()]
	writers := d.program.Writers(a, d.date)
	switch {
	case len(writers) == 0:
		d.seen[a] = known
	case known && d.program.Optional(a, d.date): // given, or derived itself
	default:
		d.seen[a] = d.rules(writers)
	}
	return d.seen[a]
}

// rules reports whether rules have all they ask for.
func (d *deriving) rules(writers []*rule.Rule) bool {
	ok := true
	for _, w := range writers {
		v := w.At(d.date)
		rule.Inspect(v, func(n any) bool {
			if p, is := n.(*rule.ParameterRef); is {
				_, has := p.Parameter.At(d.date)
				ok = ok && has
			}
			return ok
		})
		rule.Reads(v, func(a *rule.Attribute) { ok = ok && d.can(a) },
			func(r *rule.Role) { ok = ok && (d.roles[r.ID()] || d.roles[r.Inverse.ID()]) })
	}
	return ok
}
