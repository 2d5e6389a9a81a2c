package regulation

import "lemniscaat/internal/rule"

// words gathers what a rule refers to, read and written.
type words struct {
	attributes map[*rule.Attribute]bool
	roles      map[*rule.Role]bool
	parameters map[*rule.Parameter]bool
}

func (w *words) version(v *rule.Version) {
	if w.attributes == nil {
		w.attributes = map[*rule.Attribute]bool{}
		w.roles = map[*rule.Role]bool{}
		w.parameters = map[*rule.Parameter]bool{}
	}
	w.attributes[v.Writes()] = true
	w.binding(v.Subject)
	if a, ok := v.Action.(*rule.Assign); ok {
		w.expr(a.Expr)
	}
	w.condition(v.Condition)
	for _, x := range v.Variables {
		w.expr(x.Expr)
	}
}

func (w *words) binding(b *rule.Binding) {
	if b != nil && b.Kenmerk != nil {
		w.attributes[b.Kenmerk] = true
	}
}

func (w *words) via(from *rule.Binding, roles []*rule.Role) {
	w.binding(from)
	for _, r := range roles {
		w.roles[r] = true
	}
}

func (w *words) expr(e rule.Expr) {
	switch e := e.(type) {
	case nil, *rule.Literal, *rule.VariableRef, *rule.ReferenceDate:
	case *rule.ParameterRef:
		w.parameters[e.Parameter] = true
	case *rule.AttributeRef:
		w.via(e.From, e.Via)
		w.attributes[e.Attribute] = true
	case *rule.ObjectRef:
		w.via(e.From, e.Via)
	case *rule.Arith:
		w.expr(e.L)
		w.expr(e.R)
	case *rule.PercentOf:
		w.expr(e.Percent)
		w.expr(e.Of)
	case *rule.Clamp:
		w.expr(e.Expr)
		w.expr(e.Min)
		w.expr(e.Max)
	case *rule.Round:
		w.expr(e.Expr)
	case *rule.Extreme:
		for _, x := range e.Args {
			w.expr(x)
		}
	case *rule.Aggregate:
		w.via(e.From, e.Via)
		w.binding(e.Element)
		w.condition(e.Filter)
		w.expr(e.Of)
	case *rule.Duration:
		w.expr(e.From)
		w.expr(e.To)
	case *rule.DateShift:
		w.expr(e.Date)
		w.expr(e.Amount)
	case *rule.FirstDay:
		w.expr(e.Date)
	case *rule.DatePart:
		w.expr(e.Date)
	}
}

func (w *words) condition(c rule.Condition) {
	switch c := c.(type) {
	case *rule.Compound:
		for _, i := range c.Items {
			w.condition(i)
		}
	case *rule.Compare:
		w.expr(c.L)
		w.expr(c.R)
	case *rule.IsEmpty:
		w.expr(c.Expr)
	case *rule.HasKenmerk:
		w.via(c.From, c.Via)
		w.attributes[c.Kenmerk] = true
	}
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
