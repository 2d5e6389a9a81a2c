package ruletest

import (
	"fmt"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// Case is one case for a model, as plain data: who there is, what is known of
// them and how they belong together.
type Case struct {
	Date   rule.Date
	Things []Thing
	Links  []Link
}

// Thing is one object.
type Thing struct {
	ID   string
	Type *rule.ObjectType
	// Values has the inputs that are given; the zero Datum is leeg said.
	// An attribute that is not in it is not given.
	Values map[*rule.Attribute]rule.Datum
}

// Link says that To, an index of Things, has the role for From. Each link of a
// fact type is there once, by its first role.
type Link struct {
	Role     *rule.Role
	From, To int
}

// Facts draws a case for a model that Model drew. What rules in force on the
// date of the case write is not given; of the rest a little is left out, and
// some is leeg. The links keep to what the fact types allow.
func Facts(t *rapid.T, m *rule.Model) *Case {
	k := &maker{T: t, m: m}
	c := &Case{Date: rule.MustDate("2020-01-01").AddDays(k.pick(1500))}
	written := map[*rule.Attribute]bool{}
	for _, r := range m.Rules {
		if v := r.At(c.Date); v != nil {
			if _, initial := v.Action.(*rule.Initialise); !initial && v.Writes() != nil {
				written[v.Writes()] = true
			}
		}
	}
	missing := k.pick(8) == 0 // in most cases all is given
	for i := range 2 + k.pick(5) {
		o := m.Objects[min(i, k.pick(2))]
		th := Thing{ID: fmt.Sprintf("%c%d", 'a'+rune(i), i), Type: o, Values: map[*rule.Attribute]rule.Datum{}}
		for _, a := range o.Attributes {
			switch {
			case written[a], missing && k.pick(10) == 0:
			case k.pick(8) == 0:
				th.Values[a] = rule.Datum{}
			default:
				th.Values[a] = k.within(a.Type)
			}
		}
		c.Things = append(c.Things, th)
	}
	for _, f := range m.Facts {
		k.links(c, f)
	}
	return c
}

// links draws those of one fact type.
func (k *maker) links(c *Case, f *rule.FactType) {
	r := f.Roles[0]
	taken := map[[2]int]bool{} // a pair; or with -1 an object that can have no more
	for from, a := range c.Things {
		for to, b := range c.Things {
			if a.Type != r.Owner || b.Type != r.Target || from == to || k.pick(3) > 0 {
				continue
			}
			if f.Reciprocal && from > to || taken[[2]int{from, to}] || taken[[2]int{from, -1}] || taken[[2]int{-1, to}] {
				continue
			}
			if f.Reciprocal && (taken[[2]int{to, -1}] || taken[[2]int{-1, from}]) {
				continue
			}
			taken[[2]int{from, to}] = true
			if !r.Many {
				taken[[2]int{from, -1}] = true
			}
			if !r.Inverse.Many {
				taken[[2]int{-1, to}] = true
			}
			c.Links = append(c.Links, Link{r, from, to})
		}
	}
}
