package check

import (
	"fmt"
	"math/big"
	"strings"

	"lemniscaat/internal/rule"
)

// conditions finds conditions that can never hold, as far as that can be
// proven without knowing a case: an item together with its opposite, a value that has to be above one number and below a
// smaller one.
func (c *checker) conditions() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			on := c.o.Date
			if r.At(on) != v { // look at it on a day that it holds
				on = v.From
				if on.IsZero() {
					on = v.Until
				}
			}
			if why := never(v.Condition, on); why != "" {
				f := c.add(rule.Warning, CodeImpossible, "Pas de voorwaarde aan, of haal de regel weg.",
					"De voorwaarde van regel %s kan nooit waar zijn: %s.", r.ID, why)
				f.at(r, v.Pos)
			}
		}
	}
}

// never says why a condition can never hold; "" when that is not proven.
func never(x rule.Condition, on rule.Date) string {
	switch x := x.(type) {
	case *rule.Compare:
		return neverCompare(x, on)
	case *rule.Compound:
		impossible, why := 0, ""
		for _, i := range x.Items {
			if w := never(i, on); w != "" {
				impossible, why = impossible+1, w
			}
		}
		possible := len(x.Items) - impossible
		switch x.Quantifier {
		case rule.All:
			if impossible > 0 {
				return why
			}
			return contradiction(conjuncts(x), on)
		case rule.AtLeast, rule.Exactly:
			if possible < x.N {
				return why
			}
		}
	}
	return ""
}

// conjuncts gives what has to hold together.
func conjuncts(x *rule.Compound) []rule.Condition {
	var out []rule.Condition
	for _, i := range x.Items {
		if k, ok := i.(*rule.Compound); ok && k.Quantifier == rule.All {
			out = append(out, conjuncts(k)...)
			continue
		}
		out = append(out, i)
	}
	return out
}

// constant gives the value of a literal, or of a parameter on a date.
func constant(e rule.Expr, on rule.Date) (rule.Datum, bool) {
	switch e := e.(type) {
	case *rule.Literal:
		return e.Value, true
	case *rule.ParameterRef:
		v, ok := e.Parameter.At(on)
		return v.Value, ok
	}
	return rule.Datum{}, false
}

func neverCompare(x *rule.Compare, on rule.Date) string {
	l, okL := constant(x.L, on)
	r, okR := constant(x.R, on)
	if okL && okR && !holds(x.Op, l, r) {
		return fmt.Sprintf("%s tegenover %s", l, r)
	}
	if key(x.L) != "" && key(x.L) == key(x.R) && (x.Op == rule.Less || x.Op == rule.Greater || x.Op == rule.NotEqual) {
		return "iets wordt met zichzelf vergeleken"
	}
	return ""
}

func order(l, r rule.Datum) (int, bool) {
	switch {
	case l.Kind != r.Kind || l.IsEmpty():
		return 0, false
	case l.Num != nil && r.Num != nil:
		return l.Num.Cmp(r.Num), true
	case l.Kind == rule.DateKind:
		return l.Date.Compare(r.Date), true
	case l.Equal(r):
		return 0, true
	}
	return 1, true
}

func holds(op rule.CompareOp, l, r rule.Datum) bool {
	d, ok := order(l, r)
	if !ok {
		return false
	}
	switch op {
	case rule.Equal:
		return d == 0
	case rule.NotEqual:
		return d != 0
	case rule.Less:
		return d < 0
	case rule.LessEqual:
		return d <= 0
	case rule.Greater:
		return d > 0
	}
	return d >= 0
}

// key names an expression so that two readings of one value are recognised;
// "" for what is not simply read.
func key(e rule.Expr) string {
	a, ok := e.(*rule.AttributeRef)
	if !ok || a.From == nil {
		return ""
	}
	return path(a.From, a.Via) + a.Attribute.ID()
}

func path(from *rule.Binding, via []*rule.Role) string {
	var b strings.Builder
	fmt.Fprint(&b, from.Depth)
	for _, r := range via {
		b.WriteString("/" + r.ID())
	}
	return b.String() + "."
}

// span is what the conditions leave of a value.
type span struct {
	low, high         *big.Rat
	lowOpen, highOpen bool
	name              string
}

// contradiction looks for two conditions that exclude each other.
func contradiction(items []rule.Condition, on rule.Date) string {
	spans := map[string]*span{}
	kenmerken := map[string]bool{}
	empty := map[string]bool{}
	texts := map[string]string{}
	for _, i := range items {
		switch x := i.(type) {
		case *rule.HasKenmerk:
			k := path(x.From, x.Via) + x.Kenmerk.ID()
			if not, seen := kenmerken[k]; seen && not != x.Not {
				return fmt.Sprintf("%q moet waar en onwaar zijn", x.Kenmerk.Name)
			}
			kenmerken[k] = x.Not
		case *rule.IsEmpty:
			k := key(x.Expr)
			name := ""
			switch e := x.Expr.(type) {
			case *rule.ObjectRef:
				if len(e.Via) > 0 {
					k, name = path(e.From, e.Via), e.Via[len(e.Via)-1].Name
				}
			case *rule.AttributeRef:
				name = e.Attribute.Name
			}
			if k == "" {
				continue
			}
			if not, seen := empty[k]; seen && not != x.Not {
				return fmt.Sprintf("%q moet leeg en gevuld zijn", name)
			}
			empty[k] = x.Not
		case *rule.Compare:
			if why := narrow(spans, texts, x, on); why != "" {
				return why
			}
		}
	}
	return ""
}

// narrow lays one comparison of a value with a constant over what is left.
func narrow(spans map[string]*span, texts map[string]string, x *rule.Compare, on rule.Date) string {
	l, r, op := x.L, x.R, x.Op
	if _, ok := constant(l, on); ok {
		l, r = r, l
		op = map[rule.CompareOp]rule.CompareOp{
			rule.Less: rule.Greater, rule.LessEqual: rule.GreaterEqual, rule.Greater: rule.Less,
			rule.GreaterEqual: rule.LessEqual, rule.Equal: rule.Equal, rule.NotEqual: rule.NotEqual,
		}[op]
	}
	k := key(l)
	v, ok := constant(r, on)
	if k == "" || !ok {
		return ""
	}
	name := l.(*rule.AttributeRef).Attribute.Name
	if v.Kind == rule.Enum || v.Kind == rule.Text {
		if op != rule.Equal {
			return ""
		}
		if before, seen := texts[k]; seen && before != v.Text {
			return fmt.Sprintf("%q moet %q en %q zijn", name, before, v.Text)
		}
		texts[k] = v.Text
		return ""
	}
	n := v.Num
	if v.Kind == rule.DateKind {
		n = big.NewRat(int64(v.Date.Year*10000+v.Date.Month*100+v.Date.Day), 1)
	}
	if n == nil {
		return ""
	}
	s := spans[k]
	if s == nil {
		s = &span{name: name}
		spans[k] = s
	}
	if op == rule.Less || op == rule.LessEqual || op == rule.Equal {
		if c := s.cmpHigh(n); c > 0 || c == 0 && op == rule.Less {
			s.high, s.highOpen = n, op == rule.Less
		}
	}
	if op == rule.Greater || op == rule.GreaterEqual || op == rule.Equal {
		if c := s.cmpLow(n); c > 0 || c == 0 && op == rule.Greater {
			s.low, s.lowOpen = n, op == rule.Greater
		}
	}
	if s.low != nil && s.high != nil {
		if c := s.low.Cmp(s.high); c > 0 || c == 0 && (s.lowOpen || s.highOpen) {
			return fmt.Sprintf("geen waarde van %q past bij alle voorwaarden", name)
		}
	}
	return ""
}

// cmpHigh is positive when n is a tighter upper bound.
func (s *span) cmpHigh(n *big.Rat) int {
	if s.high == nil {
		return 1
	}
	return s.high.Cmp(n)
}

// cmpLow is positive when n is a tighter lower bound.
func (s *span) cmpLow(n *big.Rat) int {
	if s.low == nil {
		return 1
	}
	return n.Cmp(s.low)
}
