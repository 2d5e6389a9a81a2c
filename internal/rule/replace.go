package rule

import "fmt"

// WithParameters gives a model in which some parameters are others: who refers
// to a key of the map refers to its value. Versions that refer to none of them
// are shared with m, and so is everything else; nothing of m changes. What
// reads no text again can so lay other values under rules.
func (m *Model) WithParameters(with map[*Parameter]*Parameter) *Model {
	out := *m
	out.Parameters = make([]*Parameter, len(m.Parameters))
	for i, p := range m.Parameters {
		if out.Parameters[i] = with[p]; out.Parameters[i] == nil {
			out.Parameters[i] = p
		}
	}
	out.Rules = make([]*Rule, len(m.Rules))
	for i, r := range m.Rules {
		out.Rules[i] = r
		for k, v := range r.Versions {
			next := v.withParameters(with)
			if next == v {
				continue
			}
			if out.Rules[i] == r {
				own := *r
				own.Versions = append([]*Version(nil), r.Versions...)
				out.Rules[i] = &own
			}
			out.Rules[i].Versions[k] = next
		}
	}
	return &out
}

func (v *Version) withParameters(with map[*Parameter]*Parameter) *Version {
	some := false
	Inspect(v, func(n any) bool {
		if r, ok := n.(*ParameterRef); ok && with[r.Parameter] != nil {
			some = true
		}
		return !some
	})
	if !some {
		return v
	}
	c := &replacing{with: with, variables: map[*Variable]*Variable{}, made: map[Expr]Expr{}}
	out := *v
	out.Variables = make([]*Variable, len(v.Variables))
	for i, x := range v.Variables {
		out.Variables[i] = c.variable(x)
	}
	out.Action, out.Condition = c.action(v.Action), c.condition(v.Condition)
	return &out
}

// replacing copies the tree of one version.
type replacing struct {
	with      map[*Parameter]*Parameter
	variables map[*Variable]*Variable
	// made are the copies: what is shared (the cells of a table are in the When
	// of their row as well) stays shared.
	made map[Expr]Expr
}

func (c *replacing) variable(x *Variable) *Variable {
	if have := c.variables[x]; have != nil {
		return have
	}
	out := *x
	c.variables[x] = &out // before its expression, which may refer to it by mistake
	out.Expr = c.expr(x.Expr)
	return &out
}

func (c *replacing) action(a Action) Action {
	switch a := a.(type) {
	case *Assign:
		out := *a
		out.Expr = c.expr(a.Expr)
		return &out
	case *Initialise:
		out := *a
		out.Expr = c.expr(a.Expr)
		return &out
	case *Require:
		out := *a
		out.Condition = c.condition(a.Condition)
		return &out
	case *Table:
		return c.table(a)
	case nil, *Grant, *Unique:
		return a
	}
	panic(fmt.Sprintf("BUG: replacing does not know %T", a))
}

func (c *replacing) table(t *Table) *Table {
	out := *t
	out.Columns, out.Rows = make([]*TableColumn, len(t.Columns)), make([]*TableRow, len(t.Rows))
	for i, x := range t.Columns {
		own := *x
		own.Left = c.expr(x.Left)
		out.Columns[i] = &own
	}
	for i, x := range t.Rows {
		own := *x
		own.Result, own.When = c.expr(x.Result), c.condition(x.When)
		own.Cells = make([][]Expr, len(x.Cells))
		for k, cell := range x.Cells {
			own.Cells[k] = c.exprs(cell)
		}
		out.Rows[i] = &own
	}
	return &out
}

func (c *replacing) exprs(list []Expr) []Expr {
	if list == nil {
		return nil
	}
	out := make([]Expr, len(list))
	for i, x := range list {
		out[i] = c.expr(x)
	}
	return out
}

func (c *replacing) expr(x Expr) Expr {
	have, ok := c.made[x]
	if !ok {
		have = c.copied(x)
		c.made[x] = have
	}
	return have
}

func (c *replacing) copied(x Expr) Expr {
	switch x := x.(type) {
	case nil, *Literal, *ReferenceDate, *AttributeRef, *ObjectRef:
		return x
	case *ParameterRef:
		if p := c.with[x.Parameter]; p != nil {
			return &ParameterRef{x.Node, p}
		}
		return x
	case *VariableRef:
		return &VariableRef{x.Node, c.variable(x.Variable)}
	case *Arith:
		return &Arith{x.Node, x.Op, c.expr(x.L), c.expr(x.R)}
	case *PercentOf:
		return &PercentOf{x.Node, c.expr(x.Percent), c.expr(x.Of)}
	case *Clamp:
		return &Clamp{x.Node, c.expr(x.Expr), c.expr(x.Min), c.expr(x.Max)}
	case *Round:
		return &Round{x.Node, c.expr(x.Expr), x.Mode, x.Decimals}
	case *Extreme:
		return &Extreme{x.Node, x.Max, c.exprs(x.Args)}
	case *Aggregate:
		return &Aggregate{x.Node, x.Op, x.From, x.Via, x.Element, c.condition(x.Filter), c.expr(x.Of)}
	case *Duration:
		return &Duration{x.Node, c.expr(x.From), c.expr(x.To), x.Unit}
	case *DateShift:
		return &DateShift{x.Node, c.expr(x.Date), c.expr(x.Amount), x.Unit, x.Minus}
	case *FirstDay:
		return &FirstDay{x.Node, c.expr(x.Date), x.Unit, x.Next}
	case *DatePart:
		return &DatePart{x.Node, c.expr(x.Date), x.Unit}
	case *MakeDate:
		return &MakeDate{x.Node, c.expr(x.Year), c.expr(x.Month), c.expr(x.Day)}
	case *Convert:
		return &Convert{x.Node, c.expr(x.Expr), x.Factor}
	}
	panic(fmt.Sprintf("BUG: replacing does not know %T", x))
}

func (c *replacing) condition(x Condition) Condition {
	switch x := x.(type) {
	case nil, *HasKenmerk:
		return x
	case *Compound:
		out := *x
		out.Items = make([]Condition, len(x.Items))
		for i, item := range x.Items {
			out.Items[i] = c.condition(item)
		}
		return &out
	case *Compare:
		return &Compare{x.Node, x.Op, c.expr(x.L), c.expr(x.R)}
	case *IsEmpty:
		return &IsEmpty{x.Node, c.expr(x.Expr), x.Not}
	}
	panic(fmt.Sprintf("BUG: replacing does not know %T", x))
}
