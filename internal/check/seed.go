package check

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Cases are households to look for cliffs in. They are the same in every call.
type Cases interface {
	// Len is how many there are.
	Len() int
	// Fill puts household i in an empty case: objects, relations, and the data
	// that it has; what the rules compute, or do not know, it leaves out. who
	// describes it in Dutch, for in a sentence.
	Fill(i int, c *exact.Case) (who string, err error)
}

// Limits of one search. They bound its time, and make that the same everywhere.
const (
	maxHouseholds = 300    // of Cases: looked at
	maxTried      = 16     // of them: searched, each of another kind
	maxValues     = 40_000 // outcomes of one regulation that are computed
	maxRounds     = 3      // of making a case better
)

// seed is a case that a search starts from.
type seed struct {
	c *exact.Case
	// who describes it; example is the worked example that it is, household
	// says that it is one of Cases.
	who, example string
	household    bool
}

// seeds gives the cases to start from: the worked examples, households of each
// kind that there is, and cases that are made to meet the conditions.
func (s *search) seeds() []seed {
	var out []seed
	for _, ex := range s.reg.Examples() {
		on := s.on
		if on.IsZero() {
			on = ex.Date
		}
		if c, _ := ex.Given.Case(s.p, on); c != nil {
			out = append(out, seed{c: c, example: ex.Name, who: "het voorbeeld ‘" + ex.Name + "’"})
		}
	}
	if s.on.IsZero() {
		return out // only examples have a date of their own
	}
	known := s.known(out)
	out = append(out, s.made(known)...)
	return append(out, s.households(known)...)
}

// known gives, for every attribute, the value that the first example has: what
// a household or a made case is not known to have is taken to be that.
func (s *search) known(examples []seed) map[*rule.Attribute]rule.Datum {
	out := map[*rule.Attribute]rule.Datum{}
	for _, e := range examples {
		for i := range e.c.Len() {
			for _, a := range e.c.TypeOf(i).Attributes {
				if d, ok := e.c.Input(i, a); ok && !d.IsEmpty() {
					if _, has := out[a]; !has {
						out[a] = d
					}
				}
			}
		}
	}
	return out
}

// complete supplies every datum that is missing.
func (s *search) complete(c *exact.Case, known map[*rule.Attribute]rule.Datum) {
	for i := range c.Len() {
		for _, a := range c.TypeOf(i).Attributes {
			if _, has := c.Input(i, a); has || !s.p.IsInput(a, s.on) {
				continue
			}
			d, ok := known[a]
			if !ok || s.subjects[a] {
				d = s.usual(a)
			}
			if err := c.Set(i, a, d); err != nil {
				_ = c.Set(i, a, rule.Datum{}) // leeg always fits
			}
		}
	}
}

// usual gives a value that means nothing special: no, 0, forty years ago.
func (s *search) usual(a *rule.Attribute) rule.Datum {
	d := rule.Datum{Kind: a.Type.Kind}
	switch a.Type.Kind {
	case rule.Boolean:
		return d
	case rule.DateKind:
		d.Date = s.on.AddYears(-40)
		return d
	case rule.Enum:
		if a.Type.Domain != nil && len(a.Type.Domain.Values) > 0 {
			d.Text = a.Type.Domain.Values[0]
			return d
		}
	case rule.Number, rule.Amount, rule.Percentage:
		d.Num = scaleOf(a).datum(0).Num
		return d
	}
	return rule.Datum{}
}

// made gives cases that are made to meet the condition of each rule that gives
// the outcome, alone and together.
func (s *search) made(known map[*rule.Attribute]rule.Datum) []seed {
	var out []seed
	space := logic.New(s.p.Model(), s.on, true)
	for _, r := range s.p.Writers(s.a, s.on) {
		v := r.At(s.on)
		ways := []rule.Condition{v.Condition}
		if t, ok := v.Action.(*rule.Table); ok {
			ways = nil
			for _, row := range t.Rows {
				ways = append(ways, row.When)
			}
		}
		for _, way := range ways {
			x := space.Ask(v, logic.Holds(way))
			if x.Never || x.Open {
				continue
			}
			for _, together := range []bool{false, true} {
				if c := s.build(x.Witness, together, known); c != nil {
					s.better(c)
					out = append(out, seed{c: c, who: s.describe(c)})
				}
			}
		}
	}
	return out
}

// build makes a case of a witness: the subject, whom its roles lead to, and,
// where a person can belong to something (a household), that.
func (s *search) build(points []logic.Point, together bool, known map[*rule.Attribute]rule.Datum) *exact.Case {
	c := s.p.NewCase(s.on)
	reached := map[string]int{"": c.Add(s.a.Owner, "p1")}
	reach := func(via []*rule.Role) int {
		path, at := "", 0
		for _, r := range via {
			path += "/" + r.ID()
			next, ok := reached[path]
			if !ok {
				next = c.Add(r.Target, fmt.Sprintf("p%d", c.Len()+1))
				if c.Link(r, at, next) != nil {
					return -1
				}
				reached[path] = next
			}
			at = next
		}
		return at
	}
	for _, p := range points {
		if p.Attribute == nil && p.Type.Kind == rule.Object {
			if !p.Value.IsEmpty() {
				reach(p.Via)
			} else if together && len(p.Via) == 1 && p.Via[0].Inverse == p.Via[0] {
				together = false // the condition asks for nobody
			}
		}
	}
	for _, f := range s.p.Model().Facts {
		if r := f.Roles[0]; together && f.Reciprocal && r.Owner == s.a.Owner {
			reach([]*rule.Role{r})
		}
	}
	if together && c.Len() == 1 {
		return nil
	}
	for _, p := range points {
		if p.Attribute == nil || !p.Input {
			continue
		}
		if obj := reach(p.Via); obj >= 0 {
			_ = c.Set(obj, p.Attribute, p.Value) // what does not fit is completed
		}
	}
	s.belong(c)
	s.complete(c, known)
	return c
}

// belong puts everybody in one household, of every kind of household there is.
func (s *search) belong(c *exact.Case) {
	n := c.Len()
	for _, f := range s.p.Model().Facts {
		for _, r := range f.Roles {
			if !r.Many || r.Inverse.Many || r.Target != s.a.Owner || r.Owner == s.a.Owner {
				continue
			}
			whole := c.Add(r.Owner, rule.Slug(r.Owner.Name))
			for i := range n {
				if c.TypeOf(i) == r.Target {
					_ = c.Link(r, whole, i) // who has one already stays there
				}
			}
		}
	}
}

// better moves the data of a case, one by one, to where the outcome is highest:
// a case that gets nothing shows nothing.
func (s *search) better(c *exact.Case) {
	s.c = c
	best := s.value(0)
	for range maxRounds {
		moved := false
		for obj := range c.Len() {
			for _, a := range c.TypeOf(obj).Attributes {
				was, has := c.Input(obj, a)
				if !has || s.subjects[a] {
					continue
				}
				keep := was
				for _, to := range s.choices(a) {
					if c.Set(obj, a, to) != nil {
						continue
					}
					if v := s.value(0); v != nil && (best == nil || v.Cmp(best) > 0) {
						best, keep, moved = v, to, true
					}
				}
				if err := c.Set(obj, a, keep); err != nil {
					panic("BUG: a datum that was accepted is refused: " + err.Error())
				}
			}
		}
		if !moved {
			return
		}
	}
}

// choices gives the values of an attribute that rules tell apart.
func (s *search) choices(a *rule.Attribute) []rule.Datum {
	switch a.Type.Kind {
	case rule.Boolean:
		return []rule.Datum{{Kind: rule.Boolean, Bool: true}, {Kind: rule.Boolean}}
	case rule.Enum:
		var out []rule.Datum
		for _, v := range a.Type.Domain.Values {
			out = append(out, rule.Datum{Kind: rule.Enum, Text: v})
		}
		return out
	}
	sc := scaleOf(a)
	var out []rule.Datum
	for _, at := range s.edges[a] {
		for _, by := range []int64{-1, 0, 1} {
			out = append(out, sc.datum(at+by))
		}
	}
	return out
}

// households gives, of each kind of household that the rules tell apart, the one
// that gets most. A kind is the rules that apply to it.
func (s *search) households(known map[*rule.Attribute]rule.Datum) []seed {
	if s.cases == nil {
		return nil
	}
	type found struct {
		seed
		kind string
	}
	var kinds []found
	best := map[string]int{}
	for i := range min(s.cases.Len(), maxHouseholds) {
		c := s.p.NewCase(s.on)
		who, err := s.cases.Fill(i, c)
		if err != nil {
			continue // a regulation may speak of what a population does not have
		}
		s.complete(c, known)
		for obj := range c.Len() {
			if c.TypeOf(obj) != s.a.Owner {
				continue
			}
			s.c = c
			v := s.value(obj)
			if v == nil || v.Sign() <= 0 {
				continue
			}
			kind := applied(c.Derive(obj, s.a))
			at, seen := best[kind]
			if !seen && len(kinds) < maxTried {
				best[kind] = len(kinds)
				kinds = append(kinds, found{seed{c: c, who: who, household: true}, kind})
			} else if seen {
				s.c = kinds[at].c
				if most := s.highest(); most == nil || most.Cmp(v) < 0 {
					kinds[at].seed = seed{c: c, who: who, household: true}
				}
			}
		}
	}
	out := make([]seed, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, k.seed)
	}
	return out
}

// applied names the rules that apply in a derivation.
func applied(d *exact.Derivation) string {
	var ids []string
	for _, st := range d.Steps {
		for _, k := range st.Candidates {
			if k.Outcome == exact.Yes {
				ids = append(ids, fmt.Sprint(k.Rule.ID, "/", k.Row))
			}
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// describe says who a made case is, by the data that it has.
func (s *search) describe(c *exact.Case) string {
	var parts []string
	for _, a := range c.TypeOf(0).Attributes {
		d, ok := c.Input(0, a)
		switch {
		case !ok || s.subjects[a] || d.IsEmpty() || d.Kind == rule.Boolean && !d.Bool || d.Num != nil && d.Num.Sign() == 0:
		case d.Kind == rule.Boolean:
			parts = append(parts, a.Name)
		default:
			parts = append(parts, a.Name+" "+explain.Show(d, a.Type).Text)
		}
	}
	people := 0
	for i := range c.Len() {
		if c.TypeOf(i) == s.a.Owner {
			people++
		}
	}
	who := "een " + rule.Slug(s.a.Owner.Name) + " alleen"
	if people > 1 {
		who = fmt.Sprintf("een van %d samen", people)
	}
	if len(parts) > 0 {
		who += " met " + spelling.And(parts[:min(len(parts), 4)]...)
	}
	return who
}
