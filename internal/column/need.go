package column

import (
	"fmt"
	"slices"

	"lemniscaat/internal/rule"
)

// need finds the tables, inputs and relations that the outcomes of a side can
// depend on, following every branch of every rule in force: what is found is
// enough for every case, and for computing a case again by package exact.
func (c *compiler) need(s Side) error {
	if s.Program == nil {
		return fmt.Errorf("%w: er is geen regelset", ErrSpec)
	}
	if d := s.Date; !d.Valid() || d.Year < 1 || d.Year > 9999 {
		return fmt.Errorf("%w: de rekendatum %v is geen bestaande dag in de jaren 1 tot 9999", ErrSpec, d)
	}
	if len(s.Outcomes) == 0 && !s.Checks {
		return fmt.Errorf("%w: er is niet gevraagd naar een uitkomst", ErrSpec)
	}
	n := &needing{c: c, s: &side{Side: s}, seen: map[*rule.Attribute]bool{}}
	c.p.sides = append(c.p.sides, n.s)
	for _, a := range s.Outcomes {
		if a == nil || s.Program.Attribute(a.ID()) != a {
			return fmt.Errorf("%w: een gevraagde uitkomst hoort niet bij deze regelset", ErrSpec)
		}
		n.s.out = append(n.s.out, n.table(a.Owner))
		n.attribute(a)
	}
	if s.Checks {
		n.checks()
	}
	for len(n.todo) > 0 {
		a := n.todo[0]
		n.todo = n.todo[1:]
		writers := n.s.writers(a)
		optional := true
		for _, w := range writers {
			v := w.At(s.Date)
			n.rule = w
			n.table(v.Subject.Object)
			rule.Reads(v, n.attribute, n.relation)
			c.weigh(v)
			if _, ok := v.Action.(*rule.Initialise); !ok {
				optional = false
			}
		}
		if optional { // no writer, or only ones that fill in what is leeg
			if err := n.input(a, len(writers) > 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// checks adds the consistentieregels in force.
func (n *needing) checks() {
	for _, r := range n.s.Program.Model().Rules {
		v := r.At(n.s.Date)
		if v == nil || v.Writes() != nil {
			continue
		}
		n.rule = r
		n.s.checks = append(n.s.checks, r)
		n.s.out = append(n.s.out, n.table(v.Subject.Object))
		rule.Reads(v, n.attribute, n.relation)
		n.c.weigh(v)
	}
	n.rule = nil
}

// writers gives the rules in force that write an attribute; one that is given
// has none.
func (s *side) writers(a *rule.Attribute) []*rule.Rule {
	list := s.Program.Writers(a, s.Date)
	if s.Given[a.ID()] && !slices.ContainsFunc(list, func(w *rule.Rule) bool {
		_, fills := w.At(s.Date).Action.(*rule.Initialise)
		return !fills
	}) {
		return nil
	}
	return list
}

type needing struct {
	c    *compiler
	s    *side
	rule *rule.Rule // that asks; nil: the caller
	seen map[*rule.Attribute]bool
	by   map[*rule.Attribute]*rule.Rule
	todo []*rule.Attribute
}

// table gives the number of the table of an object type, adding it.
func (n *needing) table(o *rule.ObjectType) int {
	id, p := rule.Slug(o.Name), n.c.p
	t := p.Table(id)
	if t < 0 {
		t = len(p.tables)
		p.tables = append(p.tables, Table{ID: id, Object: o})
	}
	for len(n.s.objects) <= t {
		n.s.objects = append(n.s.objects, nil)
		n.s.inputs = append(n.s.inputs, nil)
	}
	n.s.objects[t] = o
	return t
}

func (n *needing) attribute(a *rule.Attribute) {
	if n.seen[a] {
		return
	}
	if n.by == nil {
		n.by = map[*rule.Attribute]*rule.Rule{}
	}
	n.seen[a], n.by[a] = true, n.rule
	n.todo = append(n.todo, a)
	n.table(a.Owner)
}

func (n *needing) input(a *rule.Attribute, optional bool) error {
	t := n.table(a.Owner)
	in := Input{ID: a.ID(), Attribute: a, Rule: n.by[a], Kind: a.Type.Kind, Den: den(a.Type), Optional: optional}
	table := &n.c.p.tables[t]
	i := 0
	for i < len(table.Inputs) && table.Inputs[i].ID != in.ID {
		i++
	}
	switch {
	case i == len(table.Inputs):
		table.Inputs = append(table.Inputs, in)
	case table.Inputs[i].Kind != in.Kind:
		return fmt.Errorf("%w: %s is in de ene regelset van een andere soort dan in de andere", ErrSpec, in.ID)
	default: // the finer of the two; missing is an error for who says so
		table.Inputs[i].Den = max(table.Inputs[i].Den, in.Den)
		table.Inputs[i].Optional = table.Inputs[i].Optional && optional
	}
	for len(n.s.inputs[t]) <= i {
		n.s.inputs[t] = append(n.s.inputs[t], nil)
	}
	n.s.inputs[t][i] = a
	return nil
}

func (n *needing) relation(r *rule.Role) {
	from, to := n.table(r.Owner), n.table(r.Target)
	p := n.c.p
	i, swapped := p.Relation(r.ID())
	if i < 0 {
		if r.Many && !r.Inverse.Many {
			r, from, to = r.Inverse, to, from
		}
		i = len(p.rels)
		p.rels = append(p.rels, Relation{
			ID: r.ID(), Role: r, Rule: n.rule, From: from, To: to, Many: r.Many, Reciprocal: r.Inverse == r,
		})
	} else if swapped {
		r = r.Inverse
	}
	for len(n.s.roles) <= i {
		n.s.roles = append(n.s.roles, nil)
	}
	n.s.roles[i] = r
}

// intern numbers the texts that rules compare with, so that equal texts are
// equal numbers.
func (c *compiler) intern() {
	for _, s := range c.p.sides {
		m := s.Program.Model()
		for _, d := range m.Domains {
			for _, v := range d.Values {
				c.text(v)
			}
		}
		for _, p := range m.Parameters {
			for _, v := range p.Values {
				c.datum(v.Value)
			}
		}
		for _, r := range m.Rules {
			for _, v := range r.Versions {
				rule.Inspect(v, func(n any) bool {
					if l, ok := n.(*rule.Literal); ok {
						c.datum(l.Value)
					}
					return true
				})
			}
		}
	}
}

func (c *compiler) datum(d rule.Datum) {
	if d.Kind == rule.Text || d.Kind == rule.Enum {
		c.text(d.Text)
	}
}

func (c *compiler) text(s string) int64 {
	id, ok := c.p.texts[s]
	if !ok {
		id = int64(len(c.p.names))
		c.p.texts[s] = id
		c.p.names = append(c.p.names, s)
	}
	return id
}

// maxSteps is well below what exact spends on one value before it gives up.
const maxSteps = 1_500_000

// weigh counts the operations of a version by how many to-many roles deep they
// stand in aggregations: so many objects each may be done for, beside the one
// that the rule is about.
func (c *compiler) weigh(v *rule.Version) {
	var walk func(n any, depth int)
	walk = func(n any, depth int) {
		rule.Inspect(n, func(x any) bool {
			c.weight(depth, 1)
			a, ok := x.(*rule.Aggregate)
			if !ok {
				return true
			}
			inner := depth
			for _, r := range a.Via {
				if r.Many {
					inner++
					c.weight(inner, 1) // going by them
				}
			}
			if a.Of != nil {
				walk(a.Of, inner)
			}
			if a.Filter != nil {
				walk(a.Filter, inner)
			}
			return false
		})
	}
	walk(v, 0)
}

func (c *compiler) weight(depth, n int) {
	for len(c.work) <= depth {
		c.work = append(c.work, 0)
	}
	c.work[depth] += n
}

// crowd gives how many objects a case may have for exact to surely finish with
// the rules that were weighed: it computes every attribute of every object once.
func (c *compiler) crowd() int {
	n := 1
	for ; n < 10_000; n++ {
		steps, times := 0, 1
		for _, w := range c.work {
			if times *= n + 1; times > maxSteps {
				return n
			}
			if steps += w * times; steps > maxSteps {
				return n
			}
		}
	}
	return n
}
