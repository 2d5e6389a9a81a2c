package regulation

import (
	"errors"
	"fmt"
	"math/big"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Mismatch is a worked example, or one of its expectations, that does not come
// out.
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
	return out
}

func near(got, want rule.Datum, tolerance *big.Rat) bool {
	if tolerance == nil || got.Num == nil || want.Num == nil || got.Kind != want.Kind {
		return got.Equal(want)
	}
	diff := new(big.Rat).Sub(got.Num, want.Num)
	return diff.Abs(diff).Cmp(tolerance) <= 0
}
