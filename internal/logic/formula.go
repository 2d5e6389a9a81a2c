package logic

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// term is what a condition is about: an attribute, an object that is there or
// not, a sum, or an expression that is taken as it stands.
type term struct {
	key  string
	name string // for people
	typ  rule.Type
	full domain
	step *big.Rat // between its numbers; nil: none
	// attribute is set for what is simply read; input when a case supplies it,
	// so that it can have any value whatever else holds.
	attribute *rule.Attribute
	input     bool
	via       []*rule.Role // from the subject
	// holder is the object that has to be there for it not to be leeg.
	holder *term
	// sum holds the terms of a sum, with their factors.
	sum map[*term]*big.Rat
}

// formula is a condition over terms: that a term is in a domain, or that at
// least lo and at most hi of the items hold.
type formula struct {
	term   *term
	in     domain
	items  []*formula
	lo, hi int
}

func all(items ...*formula) *formula {
	return &formula{items: items, lo: len(items), hi: len(items)}
}

func some(items ...*formula) *formula { return &formula{items: items, lo: 1, hi: len(items)} }

func none(items ...*formula) *formula { return &formula{items: items} }

func is(t *term, in domain) *formula { return &formula{term: t, in: in} }

func certain(holds bool) *formula {
	if holds {
		return all()
	}
	return some()
}

// frame says whose words an expression speaks: the roles by which its subject
// is reached.
type frame struct {
	path    string // "" or "persoon.toeslagpartner/"
	via     []*rule.Role
	whose   string // for people: " van de toeslagpartner"
	subject *rule.Attribute
	depth   int
}

func (f frame) step(from *rule.Binding, via []*rule.Role) (frame, bool) {
	if from == nil || from.Depth != 0 {
		return f, false
	}
	f.via = append(f.via[:len(f.via):len(f.via)], via...)
	for _, r := range via {
		f.path += r.ID() + "/"
		f.whose = " van " + r.Article + " " + r.Name + f.whose
	}
	if len(via) > 0 {
		f.subject = nil
	}
	return f, true
}

// text prints an expression or a condition. A condition is looked for by its
// own types: it has the methods of an expression as well.
func (f frame) text(n any) string {
	switch n := n.(type) {
	case *rule.Compound, *rule.Compare, *rule.IsEmpty, *rule.HasKenmerk:
		return regelspraak.PrintCondition(n.(rule.Condition)) + f.whose
	case rule.Expr:
		return regelspraak.PrintExpr(n) + f.whose
	}
	return ""
}

// key names an expression or condition: two that read the same are the same. A
// variable is its rule's own.
func (f frame) key(n any) string {
	own := ""
	rule.Inspect(n, func(n any) bool {
		if v, ok := n.(*rule.VariableRef); ok {
			own += fmt.Sprintf("%p", v.Variable)
		}
		return true
	})
	return f.path + "\x00" + f.text(n) + "\x00" + own
}

// term gives the term of a key, making it on first use.
func (s *Space) term(key string, create func() *term) *term {
	t := s.terms[key]
	if t == nil {
		t = create()
		t.key = key
		s.terms[key] = t
	}
	return t
}

// holder gives the term for an object that roles lead to; nil for the subject.
func (s *Space) holder(f frame, from *rule.Binding, via []*rule.Role) (*term, frame, bool) {
	at, ok := f.step(from, via)
	if !ok || at.path == "" {
		return nil, at, ok
	}
	var t *term
	// Every role on the way has to lead somewhere.
	reached := f.path
	for i, r := range via {
		before := t
		reached += r.ID() + "/"
		t = s.term(reached, func() *term {
			return &term{name: r.Name, typ: rule.Type{Kind: rule.Object}, input: true, holder: before,
				via: at.via[:len(f.via)+i+1], full: domain{empty: true, words: map[string]bool{yes: true}}}
		})
	}
	if t == nil {
		t = s.terms[reached]
	}
	return t, at, true
}

// read gives the term of an attribute.
func (s *Space) read(a *rule.Attribute, holder *term, at frame) *term {
	return s.term(at.path+a.ID(), func() *term {
		full, step := ofType(a.Type)
		ruled := len(s.writers[a]) > 0
		if ruled && a.Kind.IsKenmerk() && holder == nil {
			full.empty = false // none that applies leaves it untrue
		}
		return &term{name: a.Name + at.whose, typ: a.Type, full: full, step: step, attribute: a, input: !ruled, holder: holder, via: at.via}
	})
}

// attribute reads an attribute, through the rule that gives it when that is one
// that always applies.
func (s *Space) attribute(e *rule.AttributeRef, f frame) *value {
	holder, at, ok := s.holder(f, e.From, e.Via)
	if !ok {
		return nil
	}
	if ws := s.writers[e.Attribute]; len(ws) == 1 && at.path == "" && f.depth < maxNesting {
		v := ws[0]
		set, isSet := v.Action.(*rule.Assign)
		if isSet && v.Condition == nil && (v.Subject.Kenmerk == nil || v.Subject.Kenmerk == f.subject) && s.deep {
			return s.value(set.Expr, frame{subject: f.subject, depth: f.depth + 1})
		}
	}
	return s.read(e.Attribute, holder, at).value()
}

// formula reads a condition.
func (s *Space) formula(c rule.Condition, f frame) *formula {
	switch c := c.(type) {
	case nil:
		return certain(true)
	case *rule.Compound:
		items := make([]*formula, 0, len(c.Items))
		for _, i := range c.Items {
			items = append(items, s.formula(i, f))
		}
		out := &formula{items: items, lo: c.N, hi: len(items)}
		switch c.Quantifier {
		case rule.All:
			out.lo = len(items)
		case rule.None:
			out.lo, out.hi = 0, 0
		case rule.AtMost:
			out.lo, out.hi = 0, c.N
		case rule.Exactly:
			out.hi = c.N
		case rule.AtLeast:
		}
		return out
	case *rule.HasKenmerk:
		return s.kenmerk(c, f)
	case *rule.IsEmpty:
		return s.isEmpty(c, f)
	case *rule.Compare:
		if out := s.compare(c, f); out != nil {
			return out
		}
	}
	return s.opaque(c, f)
}

// opaque takes a condition as it stands.
func (s *Space) opaque(c rule.Condition, f frame) *formula {
	t := s.term(f.key(c), func() *term {
		return &term{name: f.text(c), typ: rule.Type{Kind: rule.Boolean}, full: domain{words: map[string]bool{yes: true, no: true}}}
	})
	return is(t, word(yes))
}

func (s *Space) kenmerk(c *rule.HasKenmerk, f frame) *formula {
	holder, at, ok := s.holder(f, c.From, c.Via)
	if !ok {
		return s.opaque(c, f)
	}
	out := s.granted(c.Kenmerk, holder, at)
	if out == nil {
		t := s.read(c.Kenmerk, holder, at)
		if c.Not {
			return is(t, word(no))
		}
		return is(t, word(yes))
	}
	if c.Not {
		out = none(out)
	}
	if holder != nil {
		out = all(is(holder, word(yes)), out)
	}
	return out
}

// granted says when rules grant a kenmerk; nil when they do not, or it is not
// asked so far.
func (s *Space) granted(k *rule.Attribute, holder *term, at frame) *formula {
	ws := s.writers[k]
	if !s.deep || len(ws) == 0 || at.depth >= maxNesting {
		return nil
	}
	var ways []*formula
	for _, v := range ws {
		if _, ok := v.Action.(*rule.Grant); !ok {
			return nil
		}
		within := frame{path: at.path, via: at.via, whose: at.whose, subject: v.Subject.Kenmerk, depth: at.depth + 1}
		way := s.formula(v.Condition, within)
		if sub := v.Subject.Kenmerk; sub != nil {
			way = all(is(s.read(sub, holder, at), word(yes)), way)
		}
		ways = append(ways, way)
	}
	return some(ways...)
}

func (s *Space) isEmpty(c *rule.IsEmpty, f frame) *formula {
	var t *term
	switch e := c.Expr.(type) {
	case *rule.ObjectRef:
		holder, _, ok := s.holder(f, e.From, e.Via)
		if !ok {
			return s.opaque(c, f)
		}
		if holder == nil { // the subject itself is always there
			return certain(c.Not)
		}
		t = holder
	default:
		v := s.value(c.Expr, f)
		if v.fixed() {
			return certain(c.Not)
		}
		// Leeg when one of the strict terms is.
		var items []*formula
		for _, t := range v.sortedTerms() {
			if v.strict[t] {
				items = append(items, is(t, domain{empty: true}))
			}
		}
		if c.Not {
			return none(items...)
		}
		return some(items...)
	}
	leeg := is(t, domain{empty: true})
	if c.Not {
		return none(leeg)
	}
	return leeg
}

// meets gives the numbers that stand in a relation to k.
func meets(op rule.CompareOp, k *big.Rat) line {
	switch op {
	case rule.Equal:
		return point(k)
	case rule.NotEqual:
		return point(k).not()
	case rule.Less:
		return line{{hi: bound{k, true}}}
	case rule.LessEqual:
		return line{{hi: bound{at: k}}}
	case rule.Greater:
		return line{{lo: bound{k, true}}}
	}
	return line{{lo: bound{at: k}}}
}

func mirrored(op rule.CompareOp) rule.CompareOp {
	switch op {
	case rule.Less:
		return rule.Greater
	case rule.LessEqual:
		return rule.GreaterEqual
	case rule.Greater:
		return rule.Less
	case rule.GreaterEqual:
		return rule.LessEqual
	}
	return op
}

func (s *Space) compare(c *rule.Compare, f frame) *formula {
	l, r, op := s.value(c.L, f), s.value(c.R, f), c.Op
	if l.k == nil || r.k == nil { // words
		return s.compareWords(c, l, r)
	}
	if l.fixed() && !r.fixed() {
		l, r, op = r, l, mirrored(op)
	}
	var bare []*formula // what may not be leeg
	strict := func(v *value) {
		for _, t := range v.sortedTerms() {
			if v.strict[t] {
				bare = append(bare, none(is(t, domain{empty: true})))
			}
		}
	}
	if !r.fixed() {
		if !l.plain() || !r.plain() {
			return nil
		}
		strict(l)
		strict(r)
		both := map[*term]bool{}
		for _, v := range []*value{l, r} {
			for t := range v.strict {
				both[t] = true
			}
		}
		l = l.plus(l.kind, r.scaled(r.kind, big.NewRat(-1, 1), false), both)
		r = constant(l.kind, new(big.Rat))
	} else {
		strict(l)
	}
	set := meets(op, r.k)
	for _, back := range slices.Backward(l.after) {
		set = back(set)
	}
	// Now k + Σ a·t has to be in set.
	if l.fixed() {
		return all(append(bare, certain(set.has(l.k)))...)
	}
	terms := l.sortedTerms()
	t, a := terms[0], l.terms[terms[0]]
	if len(terms) > 1 {
		t = s.sum(l, terms, c, f)
		return all(append(bare, is(t, domain{line: set.linear(l.k, a)}))...)
	}
	return all(append(bare, is(t, domain{line: set.linear(l.k, a), empty: !l.strict[t] && set.has(l.k)}))...)
}

// sum gives the term for t₁ + (a₂/a₁)·t₂ + …
func (s *Space) sum(v *value, terms []*term, c *rule.Compare, f frame) *term {
	var key strings.Builder
	key.WriteString("Σ")
	parts := map[*term]*big.Rat{}
	for _, t := range terms {
		q := new(big.Rat).Quo(v.terms[t], v.terms[terms[0]])
		parts[t] = q
		fmt.Fprintf(&key, "\x00%s\x01%s", t.key, q.RatString())
	}
	return s.term(key.String(), func() *term {
		// A leeg part counts as 0: a sum is never leeg itself.
		return &term{name: f.text(c.L), typ: c.L.Type(), full: domain{line: everything}, sum: parts}
	})
}

// compareWords compares words, and yes with no.
func (s *Space) compareWords(c *rule.Compare, l, r *value) *formula {
	if l.fixed() {
		l, r = r, l
	}
	if !r.fixed() || l.fixed() || len(l.terms) != 1 || !l.plain() || c.Op != rule.Equal && c.Op != rule.NotEqual {
		if l.fixed() && r.fixed() {
			return certain(l.datum.Equal(r.datum) == (c.Op == rule.Equal))
		}
		return nil
	}
	w := r.datum.Text
	if r.kind == rule.Boolean {
		w = r.datum.String()
	}
	t := l.sortedTerms()[0]
	in := word(w)
	if c.Op == rule.NotEqual {
		in = in.not()
		in.empty, in.line = false, nil
	}
	return is(t, in)
}
