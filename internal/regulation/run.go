package regulation

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Mismatch is a worked example, or one of its expectations, that does not come
// out. Expected has the place of the expectation; its Attribute is nil, and Err
// says it all, when it is about a fault or a violation or the whole case.
type Mismatch struct {
	Example  *Example
	Expected Expected
	Got      rule.Datum
	// Err is set when there is no value.
	Err error
}

// String says it in one sentence.
func (m Mismatch) String() string {
	if m.Expected.Attribute == nil {
		return fmt.Sprintf("%s: %v", m.Example.Name, m.Err)
	}
	what := fmt.Sprintf("%s: %s van %s moet %s zijn", m.Example.Name, m.Expected.Attribute.Name, m.Expected.Object,
		notation.Format(m.Expected.Value, m.Expected.Attribute.Type))
	if m.Err != nil {
		return fmt.Sprintf("%s, maar: %v", what, m.Err)
	}
	return fmt.Sprintf("%s, maar is %s", what, notation.Format(m.Got, m.Expected.Attribute.Type))
}

// Run computes a worked example with a program compiled from the model of its
// set, and gives what does not come out.
func (ex *Example) Run(p *exact.Program) []Mismatch {
	c, diags := ex.Given.Case(p, ex.Date)
	if c == nil {
		return []Mismatch{{Example: ex, Err: diags.Err()}}
	}
	var out []Mismatch
	for _, want := range ex.Expect {
		obj, ok := ex.Given.Object(want.Object)
		a := p.Attribute(want.Attribute.ID())
		if !ok || a == nil {
			out = append(out, Mismatch{Example: ex, Expected: want, Err: errors.New("dit gegeven is er niet")})
			continue
		}
		got, err := c.Value(obj, a)
		if err != nil {
			out = append(out, Mismatch{Example: ex, Expected: want, Err: err})
		} else if !near(got, want.Value, ex.Tolerance) {
			out = append(out, Mismatch{Example: ex, Expected: want, Got: got})
		}
	}
	return slices.Concat(out, ex.faults(c), ex.violations(c))
}

// unlike is a mismatch that is not about one value.
func (ex *Example) unlike(pos rule.Pos, format string, args ...any) Mismatch {
	return Mismatch{Example: ex, Expected: Expected{Pos: pos}, Err: fmt.Errorf(format, args...)}
}

// faults says which values are not the error that is expected.
func (ex *Example) faults(c *exact.Case) []Mismatch {
	var out []Mismatch
	for _, want := range ex.Faults {
		obj, _ := ex.Given.Object(want.Object)
		a := c.Program().Attribute(want.Attribute.ID())
		got, err := c.Value(obj, a)
		var e *exact.Error
		switch {
		case err == nil:
			out = append(out, ex.unlike(want.Pos, "%s van %s moet de fout %s geven, maar is %s", want.Attribute.Name, want.Object, want.Code, notation.Format(got, want.Attribute.Type)))
		case !errors.As(err, &e) || e.Code != want.Code:
			out = append(out, ex.unlike(want.Pos, "%s van %s moet de fout %s geven, maar: %w", want.Attribute.Name, want.Object, want.Code, err))
		}
	}
	return out
}

// violations compares the consistentieregels that the case does not meet with
// those that the example names. A rule that cannot be judged, because the
// example does not give every datum, counts only where the example names it.
func (ex *Example) violations(c *exact.Case) []Mismatch {
	var out []Mismatch
	got := map[string][]string{}
	unjudged := map[string]error{}
	var order []string
	for _, v := range c.Violations() {
		id := v.Rule.ID
		if v.Err != nil {
			unjudged[id] = v.Err
			continue
		}
		if got[id] == nil {
			order = append(order, id)
		}
		got[id] = append(got[id], v.ObjectIDs...)
	}
	for _, want := range ex.Violations {
		id := want.Rule.ID
		have := slices.Compact(slices.Sorted(slices.Values(got[id])))
		delete(got, id)
		switch {
		case slices.Equal(have, want.Objects):
		case len(have) == 0 && unjudged[id] != nil:
			out = append(out, ex.unlike(want.Pos, "regel %s moet geschonden zijn door %s, maar: %w", id, strings.Join(want.Objects, ", "), unjudged[id]))
		case len(have) == 0:
			out = append(out, ex.unlike(want.Pos, "regel %s moet geschonden zijn door %s, maar is dat niet", id, strings.Join(want.Objects, ", ")))
		default:
			out = append(out, ex.unlike(want.Pos, "regel %s moet geschonden zijn door %s, maar is het door %s", id, strings.Join(want.Objects, ", "), strings.Join(have, ", ")))
		}
	}
	for _, id := range order {
		if who := got[id]; who != nil {
			out = append(out, ex.unlike(ex.Pos, "regel %s is geschonden door %s, en het voorbeeld noemt dat niet bij schendingen", id, strings.Join(who, ", ")))
		}
	}
	return out
}

func near(got, want rule.Datum, tolerance *big.Rat) bool {
	if tolerance == nil || got.Num == nil || want.Num == nil || got.Kind != want.Kind {
		return got.Equal(want)
	}
	diff := new(big.Rat).Sub(got.Num, want.Num)
	return diff.Abs(diff).Cmp(tolerance) <= 0
}
