package regulation

import (
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// OutcomeValue is one declared outcome for one object of a case.
type OutcomeValue struct {
	Object    string // "p1"
	Index     int    // the number of the object in the case
	Attribute *rule.Attribute
	Outcome   Outcome
	Value     rule.Datum
	// Err is an *exact.Error when there is no value.
	Err error
}

// Values computes the declared outcomes of a case: for the applicants, or for
// every object of the type when the type knows no applicants. The case must be
// of a program compiled from a set that holds the regulation.
func (r *Regulation) Values(c *exact.Case) []OutcomeValue {
	var out []OutcomeValue
	for _, o := range r.Outcomes {
		a := c.Program().Attribute(o.Attribute)
		if a == nil {
			continue // reported by Load
		}
		var applicant *rule.Attribute
		for _, k := range a.Owner.Attributes {
			if k.Kind == rule.Noun && rule.Slug(k.Name) == "aanvrager" {
				applicant = k
			}
		}
		for i := range c.Len() {
			if c.TypeOf(i) != a.Owner {
				continue
			}
			if applicant != nil {
				if yes, err := c.Value(i, applicant); err == nil && !yes.Bool {
					continue
				}
			}
			v, err := c.Value(i, a)
			out = append(out, OutcomeValue{Object: c.ID(i), Index: i, Attribute: a, Outcome: o, Value: v, Err: err})
		}
	}
	return out
}
