package entitlement

import (
	"slices"
	"strings"

	"lemniscaat/internal/explain"
	"lemniscaat/internal/rule"
)

// Amount is what a regulation gives, as a table shows it.
type Amount struct {
	// Object is whose it is when more than one have an outcome; otherwise -1.
	Object int
	// Text is the value for people: "€ 215"; "" when there is nothing.
	Text string
	// Period is per what an amount is: "maand"; "" for once, or no amount.
	Period string
	// Pays says that it is to be paid.
	Pays bool
}

// Amounts gives the first outcome of the regulation, and the same per another
// period. An outcome without a value is left out.
func (a *Answer) Amounts() []Amount {
	if len(a.Outcomes) == 0 {
		return nil
	}
	first := a.Outcomes[0]
	people := slices.ContainsFunc(a.Outcomes, func(o Outcome) bool { return o.Outcome == first.Outcome && o.Object != first.Object })
	var out []Amount
	for _, o := range a.Outcomes {
		if o.Err != nil || Called(o.Label) != Called(first.Label) {
			continue
		}
		x := Amount{Object: -1, Pays: o.Says == "betaalt" && o.Given()}
		if people {
			x.Object = o.Object
		}
		switch {
		case !o.Given():
			if len(out) > 0 && !people {
				continue // nothing per year is nothing per month
			}
		case o.Value.Kind != rule.Amount:
			x.Text = explain.Show(o.Value, o.Attribute.Type).Text
		default:
			var per bool
			if x.Text, x.Period, per = strings.Cut(explain.Short(o.Value, o.Attribute.Type), " per "); !per && o.Period != "eenmalig" {
				x.Period = o.Period
			}
		}
		out = append(out, x)
	}
	return out
}
