package ruletest

import (
	"fmt"
	"slices"

	"lemniscaat/internal/rule"
)

// rule draws rule number i with one or two versions.
func (k *maker) rule(i int) *rule.Rule {
	r := &rule.Rule{ID: fmt.Sprintf("%s.r%d", Regulation, i), Name: k.name(), Regulation: Regulation, Article: fmt.Sprint("art-", i/2)}
	for range k.pick(3) {
		r.Source = append(r.Source, fmt.Sprintf("jci1.3:c:BWBR%07d&artikel=%d", k.pick(9_999_999), k.pick(99)))
	}
	from := rule.MustDate("2020-01-01")
	for range 1 + k.pick(2) {
		v := &rule.Version{From: from, Until: from.AddDays(k.pick(900))}
		if len(r.Versions) == 0 && k.yes() {
			v.From = rule.Date{Year: from.Year, Month: 1, Day: 1}
			v.Until = rule.Date{Year: from.Year, Month: 12, Day: 31}
		}
		from = v.Until.AddDays(1 + k.pick(3))
		k.version(i+1, v)
		r.Versions = append(r.Versions, v)
	}
	switch last := r.Versions[len(r.Versions)-1]; {
	case k.yes():
		last.Until = rule.Date{}
	case len(r.Versions) == 1 && k.yes():
		last.From = rule.Date{}
	}
	return r
}

// version draws what a version does, for whom, when, and with which variables.
func (k *maker) version(level int, v *rule.Version) {
	k.now = level
	o := k.m.Objects[k.pick(2)]
	v.Subject = &rule.Binding{Object: o}
	var target *rule.Attribute
	second := false
	kind := k.pick(8)
	for target == nil && kind < 6 {
		a := o.Attributes[k.pick(len(o.Attributes))]
		if ok, twice := k.writable(a); ok {
			target, second = a, twice
		} else if k.pick(3) == 0 {
			kind = 6 // nothing left to write: demand something
		}
	}
	if k.pick(3) == 0 {
		for _, a := range o.Attributes {
			if a.Kind == rule.Noun && k.readable(a) {
				v.Subject.Kenmerk = a
			}
		}
	}
	k.scopes, k.vars = []*rule.Binding{v.Subject}, nil
	for range k.pick(3) {
		ts := []rule.Type{money, date, tally, part, {Kind: rule.Number, Unit: "mnd"}, {Kind: rule.Amount, Unit: "€/mnd"}}
		d := &rule.Variable{Name: k.name(), Article: []string{"", "de", "het"}[k.pick(3)], Expr: k.expr(ts[k.pick(len(ts))], k.Depth-1)}
		v.Variables = append(v.Variables, d)
		k.vars = v.Variables
	}
	switch {
	case kind == 6:
		v.Action = &rule.Require{Condition: k.condition(k.Depth)}
	case kind == 7:
		v.Subject.Kenmerk = nil
		for _, a := range o.Attributes {
			if a.Kind == rule.Value && k.pick(4) > 0 && k.readable(a) {
				v.Action = &rule.Unique{Attribute: a}
				return
			}
		}
		v.Action = &rule.Require{Condition: k.condition(k.Depth)}
	case kind < 2:
		v.Action = k.table(target, second)
		return // a table has no other condition
	case target.Kind.IsKenmerk():
		v.Action = &rule.Grant{Kenmerk: target}
	case kind == 2:
		v.Action = &rule.Initialise{Target: target, Expr: k.stored(target.Type)}
	default:
		v.Action = &rule.Assign{Target: target, Expr: k.stored(target.Type)}
	}
	if second || k.yes() {
		v.Condition = k.condition(k.Depth)
	}
}

// stored draws a value that an attribute of the type surely takes, but for its
// sign.
func (k *maker) stored(t rule.Type) rule.Expr {
	p := t.Plain()
	switch {
	case t.Decimals > 0:
		return &rule.Round{Node: rule.Node{Typ: p}, Expr: k.expr(p, k.Depth), Mode: rule.RoundMode(k.pick(5)), Decimals: t.Decimals}
	case t.Whole && t.Kind != rule.Number:
		return &rule.Round{Node: rule.Node{Typ: p}, Expr: k.expr(p, k.Depth), Mode: rule.RoundMode(k.pick(5))}
	}
	e := k.unlike(p, k.Depth)
	if c, ok := e.(*rule.Convert); ok {
		switch c.Expr.(type) {
		case *rule.Round, *rule.Clamp: // are not converted at once: what is rounded is a step of its own
			return &rule.Arith{Node: rule.Node{Typ: p}, Op: rule.Add, L: k.literal(p), R: e}
		}
	}
	return e
}

// table draws a beslistabel; at most one row has no condition at all, and none
// when the table has to be conditional.
func (k *maker) table(target *rule.Attribute, conditional bool) *rule.Table {
	k.flat = true
	defer func() { k.flat = false }()
	t := &rule.Table{Target: target}
	for range 1 + k.pick(3) {
		c := &rule.TableColumn{}
		if from, via, at := k.object(); k.pick(3) == 0 {
			if a := k.kenmerk(at); a != nil {
				c.Kenmerk = &rule.HasKenmerk{Node: yesNo, From: from, Via: via, Kenmerk: a}
			}
		}
		if c.Kenmerk == nil {
			typ := k.anyType()
			c.Left, c.Op = k.notText(typ, 2), k.operator(typ)
		}
		t.Columns = append(t.Columns, c)
	}
	for range 1 + k.pick(4) {
		r := &rule.TableRow{Result: &rule.Literal{Node: yesNo, Value: rule.Datum{Kind: rule.Boolean, Bool: true}}}
		if !target.Kind.IsKenmerk() {
			r.Result = k.stored(target.Type)
		}
		var all []rule.Condition
		for i, c := range t.Columns {
			values, cond := k.cell(c, conditional && i == 0)
			r.Cells = append(r.Cells, values)
			if cond != nil {
				all = append(all, cond)
			}
		}
		switch len(all) {
		case 0:
			conditional = true // of the rows that follow
		case 1:
			r.When = all[0]
		default:
			r.When = &rule.Compound{Node: yesNo, Quantifier: rule.All, Items: all}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// cell draws what stands under a column and what it means; filled says that
// something stands there.
func (k *maker) cell(c *rule.TableColumn, filled bool) ([]rule.Expr, rule.Condition) {
	if !filled && k.pick(4) == 0 {
		return nil, nil
	}
	if c.Kenmerk != nil {
		yes := k.yes()
		h := *c.Kenmerk
		h.Not = !yes
		return []rule.Expr{&rule.Literal{Node: yesNo, Value: rule.Datum{Kind: rule.Boolean, Bool: yes}}}, &h
	}
	n := 1
	if c.Op == rule.Equal || c.Op == rule.NotEqual {
		n += k.pick(3)
	}
	var values []rule.Expr
	var items []rule.Condition
	for range n {
		e := k.unlike(c.Left.Type(), 2)
		values = append(values, e)
		items = append(items, &rule.Compare{Node: yesNo, Op: c.Op, L: c.Left, R: e})
	}
	if n == 1 {
		return values, items[0]
	}
	if c.Op == rule.NotEqual {
		return values, &rule.Compound{Node: yesNo, Quantifier: rule.All, Items: items}
	}
	return values, &rule.Compound{Node: yesNo, Quantifier: rule.AtLeast, N: 1, Items: slices.Clone(items)}
}
