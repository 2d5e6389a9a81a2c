package comparison

import (
	"errors"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// CauseKind says what makes two explanations part.
type CauseKind uint8

const (
	// ByRule: another rule, or the same rule with another text.
	ByRule CauseKind = iota
	// ByParameter: another value of a parameter.
	ByParameter
	// ByDatum: a datum of the case that only one side asks for.
	ByDatum
	// ByDay: nothing but the day itself, such as an age.
	ByDay
)

// String gives the stable name.
func (k CauseKind) String() string { return [...]string{"regel", "parameter", "gegeven", "dag"}[k] }

// Cause is one place where two explanations part.
type Cause struct {
	Kind CauseKind
	// Rules are the rules that applied; nil where none did.
	Rules [2]*rule.Rule
	// Parameter and its values; a value is nil where none holds.
	Parameter *rule.Parameter
	Values    [2]*rule.ParameterValue
	// Attribute is the datum, or what depends on the day.
	Attribute *rule.Attribute
}

// id tells causes apart.
func (c Cause) id() string {
	s := c.Kind.String()
	for _, r := range c.Rules {
		if r != nil {
			s += "|" + r.ID
		}
	}
	if c.Parameter != nil {
		s += "|" + c.Parameter.ID
	}
	if c.Attribute != nil {
		s += "|" + c.Attribute.ID()
	}
	return s
}

// Why gives the places where the explanations of a value part, in the order in
// which a reader of the explanation comes to them; the first one is the reason
// to show. It is empty for a value that is the same, or that a side cannot
// compute at all. A result is not safe for concurrent use: it asks the cases
// that it computed again.
func (r *Result) Why(row *Row, v *Value) []Cause {
	if v.Kind == Unchanged || v.Kind == Neither || v.Answers[0].NoRule || v.Answers[1].NoRule {
		return nil
	}
	if c, ok := r.unset(row, v); ok {
		return []Cause{c}
	}
	w := &walk{r: r, seen: map[[2]int]bool{}}
	for i := range r.Sides {
		c := row.at[i].c
		if c == nil {
			return nil
		}
		w.d[i] = c.Derive(v.object, r.programs[i].Attribute(v.Outcome.Attribute))
	}
	w.step(0, 0)
	if len(w.out) == 0 {
		w.add(Cause{Kind: ByDay, Attribute: w.d[1].Steps[0].Attribute})
	}
	return w.out
}

// unset finds the parameter without a value that keeps one side from computing:
// that says it all.
func (r *Result) unset(row *Row, v *Value) (Cause, bool) {
	for i, a := range v.Answers {
		if a.Problem == "" {
			continue
		}
		c := row.at[i].c
		if c == nil {
			return Cause{}, false
		}
		_, err := c.Value(v.object, r.programs[i].Attribute(v.Outcome.Attribute))
		var e *exact.Error
		if !errors.As(err, &e) || e.Parameter == nil {
			return Cause{}, false
		}
		why := Cause{Kind: ByParameter, Parameter: e.Parameter}
		for k, s := range r.Sides {
			if p, ok := s.Set.Parameter(e.Parameter.ID); ok {
				if v, ok := p.At(s.Date); ok {
					why.Values[k] = &v
				}
			}
		}
		return why, true
	}
	return Cause{}, false
}

// Reasons gives why the first outcome of an example that differs does; see Why.
func (r *Result) Reasons(row *Row) []Cause {
	for _, v := range row.Values {
		if v.Kind != Unchanged && v.Kind != Neither {
			return r.Why(row, v)
		}
	}
	return nil
}

// walk goes through two derivations side by side, only where they differ.
type walk struct {
	r    *Result
	d    [2]*exact.Derivation
	seen map[[2]int]bool // whether the steps of a pair said why
	at   *rule.Attribute // of the step that is looked at
	told int             // times that a cause was met, also a second time
	out  []Cause
}

func (w *walk) add(c Cause) {
	w.told++
	if !slices.ContainsFunc(w.out, func(x Cause) bool { return x.id() == c.id() }) {
		w.out = append(w.out, c)
	}
}

func (w *walk) step(a, b int) {
	if a < 0 || b < 0 {
		return
	}
	if told, again := w.seen[[2]int{a, b}]; again {
		if told {
			w.told++
		}
		return
	}
	w.seen[[2]int{a, b}] = false
	x, y := w.d[0].Steps[a], w.d[1].Steps[b]
	if x.Err == nil && y.Err == nil && x.Value.Equal(y.Value) {
		return
	}
	outer := w.at
	w.at = y.Attribute
	before := w.told
	defer func() { w.at, w.seen[[2]int{a, b}] = outer, w.told > before }()
	asked := func(s *exact.Step) bool { return s.Origin == exact.Given || s.Origin == exact.Missing }
	switch {
	case asked(x) && asked(y):
		w.add(Cause{Kind: ByDatum, Attribute: y.Attribute})
		return
	case asked(x):
		w.rules(nil, computes(y))
	case asked(y):
		w.rules(computes(x), nil)
	default:
		w.candidates(x, y)
	}
	if w.told == before {
		w.add(Cause{Kind: ByDay, Attribute: y.Attribute})
	}
}

// rules names rules that differ.
func (w *walk) rules(a, b *exact.Candidate) {
	c := Cause{Kind: ByRule, Attribute: w.at}
	if a != nil {
		c.Rules[0] = a.Rule
	}
	if b != nil {
		c.Rules[1] = b.Rule
	}
	w.add(c)
}

// candidates compares the rules of one value: first whether what applied on one
// side says the same on the other, then why it applied, then what it computed.
func (w *walk) candidates(x, y *exact.Step) {
	find := func(list []*exact.Candidate, like *exact.Candidate) *exact.Candidate {
		for _, c := range list {
			if c.Rule.ID == like.Rule.ID && w.r.wording(c.Version) == w.r.wording(like.Version) {
				return c
			}
		}
		return nil
	}
	a, b := applied(x), applied(y)
	if a != nil && find(y.Candidates, a) == nil || b != nil && find(x.Candidates, b) == nil {
		w.rules(a, b)
		return
	}
	before := w.told
	for _, c := range x.Candidates {
		if d := find(y.Candidates, c); d != nil {
			w.candidate(c, d)
		}
	}
	if w.told > before {
		return
	}
	only := func(mine, theirs []*exact.Candidate) *exact.Candidate {
		for _, c := range mine {
			if find(theirs, c) == nil {
				return c
			}
		}
		return nil
	}
	if c, d := only(x.Candidates, y.Candidates), only(y.Candidates, x.Candidates); c != nil || d != nil {
		w.rules(c, d)
	}
}

// computes gives the rule that applies, or the first that was looked at.
func computes(s *exact.Step) *exact.Candidate {
	if c := applied(s); c != nil || len(s.Candidates) == 0 {
		return c
	}
	return s.Candidates[0]
}

// applied gives the candidate that applies, also when it cannot be computed.
func applied(s *exact.Step) *exact.Candidate {
	for _, c := range s.Candidates {
		if c.Outcome == exact.Yes {
			return c
		}
	}
	return nil
}

func (w *walk) candidate(c, d *exact.Candidate) {
	w.test(c.Subject, d.Subject)
	if c.Row == d.Row {
		w.test(c.Condition, d.Condition)
		w.term(c.Value, d.Value)
		return
	}
	for i := range min(len(c.Rows), len(d.Rows)) {
		w.test(c.Rows[i].Condition, d.Rows[i].Condition)
	}
}

func (w *walk) test(a, b *exact.Test) {
	if a == nil || b == nil || a.Outcome == b.Outcome && a.Outcome != exact.Unknown {
		return
	}
	for i := range min(len(a.Items), len(b.Items)) {
		w.test(a.Items[i], b.Items[i])
	}
	if a.Kenmerk != nil && b.Kenmerk != nil {
		w.step(a.Step, b.Step)
	}
	w.term(a.L, b.L)
	w.term(a.R, b.R)
}

func (w *walk) term(a, b *exact.Term) {
	if a == nil || b == nil || a.Err == nil && b.Err == nil && a.Value.Equal(b.Value) {
		return
	}
	if a.Parameter != nil && b.Parameter != nil && a.Parameter.ID == b.Parameter.ID {
		c := Cause{Kind: ByParameter, Parameter: b.Parameter}
		for i, t := range []*exact.Term{a, b} {
			if v, ok := t.Parameter.At(w.r.Sides[i].Date); ok {
				c.Values[i] = &v
			}
		}
		w.add(c)
		return
	}
	if a.Attribute != nil && b.Attribute != nil {
		w.step(a.Step, b.Step)
	}
	for i := range min(len(a.Filters), len(b.Filters)) {
		w.test(a.Filters[i], b.Filters[i])
	}
	for i := range min(len(a.Terms), len(b.Terms)) {
		w.term(a.Terms[i], b.Terms[i])
	}
	if leaf(a) && leaf(b) {
		w.add(Cause{Kind: ByDay, Attribute: w.at})
	}
}

// leaf reports whether a term is made of nothing else, such as the rekendatum.
func leaf(t *exact.Term) bool { return t.Attribute == nil && t.Parameter == nil && len(t.Terms) == 0 }
