package exact

import (
	"lemniscaat/internal/rule"
)

// compare orders two values of one kind, neither leeg.
func compare(a, b val) int { return a.num.cmp(b.num) }

func extreme(best, v val, larger bool) val {
	switch {
	case v.empty():
		return best
	case best.empty():
		return v
	}
	if d := compare(v, best); larger && d > 0 || !larger && d < 0 {
		return v
	}
	return best
}

// tally is an aggregation under way.
type tally struct {
	count  int64
	sum    number
	best   val
	filled bool
}

func (c *Case) aggregate(n *node, f *frame) (val, *Error) {
	t := tally{sum: integer(0)}
	if owner := c.follow(f.objs[n.from], n.via); owner >= 0 {
		g := *f
		if err := c.elements(n, owner, n.many, &g, &t); err != nil {
			return val{}, err
		}
	}
	switch {
	case n.agg == rule.Count:
		return val{kind: rule.Number, num: integer(t.count)}, nil
	case n.agg != rule.Sum:
		return t.best, nil
	case !t.filled:
		return val{}, nil
	}
	return val{kind: n.kind, num: t.sum}, nil
}

// elements adds what the roles in many lead to from owner, in the order in
// which they were linked.
func (c *Case) elements(n *node, owner int32, many []int32, g *frame, t *tally) *Error {
	for e := c.links[c.objects[owner].roles+many[0]].first; e >= 0; e = c.edges[e].next {
		if err := c.spend(g); err != nil {
			return err
		}
		to := c.edges[e].to
		var err *Error
		if len(many) > 1 {
			err = c.elements(n, to, many[1:], g, t)
		} else {
			g.objs[n.element] = to
			err = c.element(n, g, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Case) element(n *node, g *frame, t *tally) *Error {
	if n.filter != nil {
		if in, err := c.cond(n.filter, g); err != nil || !in {
			return err
		}
	}
	t.count++
	if n.agg == rule.Count {
		return nil
	}
	v, err := c.eval(n.a, g)
	if err != nil || v.empty() {
		return err
	}
	t.filled = true
	if n.agg != rule.Sum {
		t.best = extreme(t.best, v, n.agg == rule.Max)
		return nil
	}
	if t.sum = t.sum.add(v.num); t.sum.huge() {
		return c.limit(g.ver, "een getal met te veel cijfers")
	}
	return nil
}
