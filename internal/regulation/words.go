package regulation

import "lemniscaat/internal/rule"

// words gathers what rules refer to, read and written.
type words struct {
	attributes map[*rule.Attribute]bool
	roles      map[*rule.Role]bool
	parameters map[*rule.Parameter]bool
	// factors are the conversions of units, which the text does not show.
	factors []string
}

func (w *words) version(v *rule.Version) {
	if w.attributes == nil {
		w.attributes = map[*rule.Attribute]bool{}
		w.roles = map[*rule.Role]bool{}
		w.parameters = map[*rule.Parameter]bool{}
	}
	if a := v.Writes(); a != nil {
		w.attributes[a] = true
	}
	rule.Reads(v, func(a *rule.Attribute) { w.attributes[a] = true }, func(r *rule.Role) { w.roles[r] = true })
	rule.Inspect(v, func(n any) bool {
		switch n := n.(type) {
		case *rule.ParameterRef:
			w.parameters[n.Parameter] = true
		case *rule.Convert:
			w.factors = append(w.factors, n.Factor.RatString())
		}
		return true
	})
}

// Reads gives the parameters that a rule reads in any of its versions, sorted
// by id: what a change of the rule's numbers can touch.
func Reads(r *rule.Rule) []*rule.Parameter {
	w := words{}
	for _, v := range r.Versions {
		w.version(v)
	}
	return sorted(w.parameters, func(p *rule.Parameter) string { return p.ID })
}
