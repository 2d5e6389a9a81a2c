package check

import "lemniscaat/internal/rule"

// walker visits every expression and condition of a rule version, outermost
// first. Either function may be nil.
type walker struct {
	expr func(rule.Expr)
	cond func(rule.Condition)
}

func (w walker) version(v *rule.Version) {
	if a, ok := v.Action.(*rule.Assign); ok {
		w.e(a.Expr)
	}
	w.c(v.Condition)
	for _, x := range v.Variables {
		w.e(x.Expr)
	}
}

func (w walker) e(x rule.Expr) {
	if x == nil {
		return
	}
	if w.expr != nil {
		w.expr(x)
	}
	switch x := x.(type) {
	case *rule.Arith:
		w.e(x.L)
		w.e(x.R)
	case *rule.PercentOf:
		w.e(x.Percent)
		w.e(x.Of)
	case *rule.Clamp:
		w.e(x.Expr)
		w.e(x.Min)
		w.e(x.Max)
	case *rule.Round:
		w.e(x.Expr)
	case *rule.Extreme:
		for _, a := range x.Args {
			w.e(a)
		}
	case *rule.Aggregate:
		w.c(x.Filter)
		w.e(x.Of)
	case *rule.Duration:
		w.e(x.From)
		w.e(x.To)
	case *rule.DateShift:
		w.e(x.Date)
		w.e(x.Amount)
	case *rule.FirstDay:
		w.e(x.Date)
	case *rule.DatePart:
		w.e(x.Date)
	}
}

func (w walker) c(x rule.Condition) {
	if x == nil {
		return
	}
	if w.cond != nil {
		w.cond(x)
	}
	switch x := x.(type) {
	case *rule.Compound:
		for _, i := range x.Items {
			w.c(i)
		}
	case *rule.Compare:
		w.e(x.L)
		w.e(x.R)
	case *rule.IsEmpty:
		w.e(x.Expr)
	}
}

// usage is what the rules of a set read.
type usage struct {
	attributes map[*rule.Attribute]bool
	parameters map[*rule.Parameter][]*rule.Version
	roles      map[*rule.Role]bool
	of         map[*rule.Version]*rule.Rule
}

func usageOf(m *rule.Model) usage {
	u := usage{map[*rule.Attribute]bool{}, map[*rule.Parameter][]*rule.Version{}, map[*rule.Role]bool{}, map[*rule.Version]*rule.Rule{}}
	for _, r := range m.Rules {
		for _, v := range r.Versions {
			u.of[v] = r
			if v.Subject != nil && v.Subject.Kenmerk != nil {
				u.attributes[v.Subject.Kenmerk] = true
			}
			via := func(rs []*rule.Role) {
				for _, x := range rs {
					u.roles[x], u.roles[x.Inverse] = true, true
				}
			}
			walker{
				expr: func(e rule.Expr) {
					switch e := e.(type) {
					case *rule.ParameterRef:
						if vs := u.parameters[e.Parameter]; len(vs) == 0 || vs[len(vs)-1] != v {
							u.parameters[e.Parameter] = append(vs, v)
						}
					case *rule.AttributeRef:
						u.attributes[e.Attribute] = true
						via(e.Via)
					case *rule.ObjectRef:
						via(e.Via)
					case *rule.Aggregate:
						via(e.Via)
					}
				},
				cond: func(x rule.Condition) {
					if k, ok := x.(*rule.HasKenmerk); ok {
						u.attributes[k.Kenmerk] = true
						via(k.Via)
					}
				},
			}.version(v)
		}
	}
	return u
}
