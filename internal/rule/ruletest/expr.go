package ruletest

import (
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// value draws a value of the type of an expression. A number that is not of a
// whole type is surely no whole number, so that its text has that type again.
func (k *maker) value(t rule.Type) rule.Datum {
	v := rule.Datum{Kind: t.Kind}
	switch t.Kind {
	case rule.Amount, rule.Percentage, rule.Number:
		span := int64(10_000)
		if t.Unit == "jr" || t.Unit == "mnd" || t.Kind == rule.Percentage {
			span = 60
		}
		switch {
		case t.Whole:
			v.Num = big.NewRat(int64(k.pick(int(2*span)))-span, 1)
		case t.Kind == rule.Number:
			v.Num = new(big.Rat).Add(big.NewRat(int64(k.pick(int(2*span)))-span, 1), []*big.Rat{big.NewRat(1, 8), big.NewRat(1, 2), big.NewRat(7, 100)}[k.pick(3)])
		default:
			v.Num = big.NewRat(int64(k.pick(int(200*span)))-100*span, []int64{1, 1, 10, 100, 1000}[k.pick(5)])
		}
	case rule.DateKind:
		v.Date = rule.MustDate("1900-01-01").AddDays(k.pick(80_000))
	case rule.Text:
		v.Text = []string{"tekst", "de Vries", "van de"}[k.pick(3)]
	case rule.Enum:
		v.Text = t.Domain.Values[k.pick(len(t.Domain.Values))]
	case rule.Boolean:
		v.Bool = k.yes()
	}
	return v
}

func (k *maker) literal(t rule.Type) rule.Expr {
	return &rule.Literal{Node: rule.Node{Typ: t}, Value: k.value(t)}
}

func whole(n int64) rule.Expr {
	return &rule.Literal{Node: rule.Node{Typ: tally}, Value: rule.Datum{Kind: rule.Number, Num: big.NewRat(n, 1)}}
}

// leaf draws something that is not a calculation.
func (k *maker) leaf(t rule.Type) rule.Expr {
	for _, v := range k.vars {
		if v.Expr.Type() == t && k.yes() {
			return &rule.VariableRef{Node: rule.Node{Typ: t}, Variable: v}
		}
	}
	switch k.pick(3) {
	case 0:
		if q := k.parameter(t); q != nil {
			return q
		}
	case 1:
		from, via, at := k.object()
		for _, a := range at.Attributes {
			if a.Kind == rule.Value && a.Type.Plain() == t && k.readable(a) {
				return &rule.AttributeRef{Node: rule.Node{Typ: t}, From: from, Via: via, Attribute: a}
			}
		}
	}
	if t.Kind == rule.DateKind && k.yes() {
		return &rule.ReferenceDate{Node: rule.Node{Typ: t}}
	}
	return k.literal(t)
}

func (k *maker) parameter(t rule.Type) rule.Expr {
	for _, q := range k.m.Parameters {
		if q.Type.Plain() == t && k.pick(4) > 0 {
			return &rule.ParameterRef{Node: rule.Node{Typ: t}, Parameter: q}
		}
	}
	return nil
}

// siblings gives other units of the same quantity.
var siblings = map[string][]string{"mnd": {"jr", "kw"}, "jr": {"mnd", "kw"}, "dg": {"uur", "wk"}, "uur": {"dg", "minuut"}, "km": {"m", "mm"},
	"€": {"ct"}, "ct": {"€"}, "€/mnd": {"€/jr", "€/kw"}, "km/uur": {"m/s", "km/dg"}}

// unlike draws an expression of another unit, converted to the type t, or one of
// t itself. It stands where the parser converts.
func (k *maker) unlike(t rule.Type, depth int) rule.Expr {
	others := siblings[t.Unit]
	if len(others) == 0 || k.pick(3) > 0 {
		return k.expr(t, depth)
	}
	unit := others[k.pick(len(others))]
	f, ok := rule.NewUnits(k.m.Units).Factor(unit, t.Unit)
	if !ok {
		panic("BUG: no relation between " + unit + " and " + t.Unit)
	}
	from := rule.Type{Kind: kindOf(unit), Unit: unit}
	// A whole number stays whole only times a whole number.
	if t.Kind == rule.Number && t.Whole {
		if !f.IsInt() || from.Kind != rule.Number {
			return k.expr(t, depth)
		}
		from.Whole = true
	}
	return k.converted(k.expr(from, depth), t.Kind, t.Unit, f)
}

func (k *maker) converted(e rule.Expr, kind rule.Kind, unit string, f *big.Rat) rule.Expr {
	t := e.Type()
	t.Kind, t.Unit, t.Whole = kind, unit, t.Whole && f.IsInt() && kind == rule.Number
	return &rule.Convert{Node: rule.Node{Typ: t}, Expr: e, Factor: f}
}

func kindOf(unit string) rule.Kind {
	if unit == "€" || len(unit) > len("€/") && unit[:len("€/")] == "€/" {
		return rule.Amount
	}
	return rule.Number
}

// expr draws an expression of exactly the type t.
func (k *maker) expr(t rule.Type, depth int) rule.Expr {
	if depth <= 0 || k.pick(4) == 0 {
		return k.leaf(t)
	}
	var e rule.Expr
	switch {
	case t.IsNumeric():
		e = k.numeric(t, depth)
	case t.Kind == rule.DateKind:
		e = k.date(depth)
	}
	if e == nil {
		return k.leaf(t)
	}
	return e
}

// numeric draws a calculation; nil when the one that was drawn does not exist
// for the type.
func (k *maker) numeric(t rule.Type, depth int) rule.Expr {
	node := rule.Node{Typ: t}
	sub := func(t rule.Type) rule.Expr { return k.expr(t, depth-1) }
	like := func() rule.Expr { return k.unlike(t, depth-1) }
	switch k.pick(10) {
	case 0, 1:
		return &rule.Arith{Node: node, Op: []rule.ArithOp{rule.Add, rule.Sub, rule.SubFrom}[k.pick(3)], L: sub(t), R: like()}
	case 2:
		c := &rule.Clamp{Node: node, Expr: sub(t)}
		switch k.pick(3) {
		case 0:
			c.Min = like()
		case 1:
			c.Max = like()
		default:
			c.Min, c.Max = like(), like()
		}
		return c
	case 3:
		if t.Kind == rule.Number && !t.Whole {
			return nil // a rounding on 0 decimals would be whole
		}
		d := 1 + k.pick(4)
		if t.Whole {
			d = 0
		}
		return &rule.Round{Node: node, Expr: sub(t), Mode: rule.RoundMode(k.pick(5)), Decimals: d}
	case 4:
		e := &rule.Extreme{Node: node, Max: k.yes(), Args: []rule.Expr{sub(t)}}
		for range 1 + k.pick(3) {
			e.Args = append(e.Args, like())
		}
		return e
	case 5:
		switch {
		case t == tally:
			return k.aggregate(rule.Count, t, depth)
		case t.Kind == rule.Percentage || t.Whole:
			return nil
		}
		return &rule.PercentOf{Node: node, Percent: sub(part), Of: sub(t)}
	case 6:
		return k.product(t, depth)
	case 7:
		return k.quotient(t, depth)
	case 8:
		switch {
		case t.Whole && (t.Unit == "jr" || t.Unit == "mnd" || t.Unit == "dg"):
			return &rule.Duration{Node: node, From: sub(date), To: sub(date), Unit: map[string]rule.TimeUnit{"jr": rule.Years, "mnd": rule.Months, "dg": rule.Days}[t.Unit]}
		case t == tally:
			return &rule.DatePart{Node: node, Date: sub(date), Unit: rule.TimeUnit(k.pick(3))}
		}
		return nil
	default:
		if t.Kind == rule.Percentage {
			return nil
		}
		return k.aggregate([]rule.AggregateOp{rule.Sum, rule.Min, rule.Max}[k.pick(3)], t, depth)
	}
}

// product draws a multiplication: with a plain number, or of two units that
// make the one of t.
func (k *maker) product(t rule.Type, depth int) rule.Expr {
	sub := func(t rule.Type) rule.Expr { return k.expr(t, depth-1) }
	e := &rule.Arith{Node: rule.Node{Typ: t}, Op: rule.Mul}
	switch {
	case t.Kind == rule.Percentage || t.Kind == rule.Number && t.Unit == "":
		return nil
	case t == money && k.yes(): // €/mnd times mnd, or jr made mnd
		e.L = sub(rule.Type{Kind: rule.Amount, Unit: "€/mnd"})
		if k.yes() {
			e.R = sub(rule.Type{Kind: rule.Number, Unit: "mnd", Whole: k.yes()})
		} else {
			e.R = k.converted(sub(rule.Type{Kind: rule.Number, Unit: "jr", Whole: k.yes()}), rule.Number, "mnd", big.NewRat(12, 1))
		}
		return e
	case t == rule.Type{Kind: rule.Number, Unit: "km"} && k.yes():
		e.L, e.R = sub(rule.Type{Kind: rule.Number, Unit: "uur"}), sub(rule.Type{Kind: rule.Number, Unit: "km/uur"})
		return e
	}
	e.L, e.R = sub(t), sub(rule.Type{Kind: rule.Number, Whole: t.Whole})
	if t.Kind == rule.Amount {
		e.R = sub(number)
	}
	if k.yes() {
		e.L, e.R = e.R, e.L
	}
	return e
}

// quotient draws a division: by a plain number, or of two units that leave the
// one of t.
func (k *maker) quotient(t rule.Type, depth int) rule.Expr {
	sub := func(t rule.Type) rule.Expr { return k.expr(t, depth-1) }
	e := &rule.Arith{Node: rule.Node{Typ: t}, Op: rule.Div}
	switch {
	case t.Whole:
		return nil
	case t == number && k.yes():
		e.L, e.R = sub(money), k.unlike(money, depth-1)
	case t == rule.Type{Kind: rule.Number, Unit: "mnd"} && k.yes():
		e.L, e.R = sub(money), sub(rule.Type{Kind: rule.Amount, Unit: "€/mnd"})
	case t == rule.Type{Kind: rule.Amount, Unit: "€/mnd"} && k.yes():
		e.L, e.R = sub(money), sub(rule.Type{Kind: rule.Number, Unit: "mnd"})
	default:
		e.L, e.R = sub(t), sub(number)
	}
	return e
}

// date draws a calculation with dates.
func (k *maker) date(depth int) rule.Expr {
	node := rule.Node{Typ: date}
	sub := func(t rule.Type) rule.Expr { return k.expr(t, depth-1) }
	switch k.pick(4) {
	case 0:
		u := rule.TimeUnit(k.pick(3))
		t := rule.Type{Kind: rule.Number, Whole: true, Unit: []string{"dg", "mnd", "jr"}[u]}
		e := &rule.DateShift{Node: node, Date: sub(date), Unit: u, Minus: k.yes()}
		switch {
		case u == rule.Days && k.yes():
			e.Amount = k.converted(k.literal(rule.Type{Kind: rule.Number, Whole: true, Unit: "wk"}), rule.Number, "dg", big.NewRat(7, 1))
		case u == rule.Months && k.yes():
			e.Amount = k.converted(k.literal(rule.Type{Kind: rule.Number, Whole: true, Unit: "kw"}), rule.Number, "mnd", big.NewRat(3, 1))
		default:
			e.Amount = sub(t)
		}
		return e
	case 1:
		return &rule.FirstDay{Node: node, Date: sub(date), Unit: []rule.TimeUnit{rule.Months, rule.Years}[k.pick(2)], Next: k.yes()}
	case 2:
		e := &rule.MakeDate{Node: node, Year: whole(int64(1900 + k.pick(200))), Month: whole(int64(1 + k.pick(12))), Day: whole(int64(1 + k.pick(31)))}
		switch k.pick(4) {
		case 0:
			e.Year = &rule.DatePart{Node: rule.Node{Typ: tally}, Date: sub(date), Unit: rule.Years}
		case 1:
			e.Day = sub(tally)
		}
		return e
	}
	return nil
}

// aggregate draws an aggregation, if a to-many role is in reach that no scope
// around it uses already: its elements would have no name of their own.
func (k *maker) aggregate(op rule.AggregateOp, t rule.Type, depth int) rule.Expr {
	from, via, at := k.object()
	rs := k.roles(at, true)
	if len(rs) == 0 || len(k.scopes) > 2 {
		return nil
	}
	many := rs[k.pick(len(rs))]
	via = append(via[:len(via):len(via)], many)
	for range k.pick(3) { // the children of the members of his house
		for _, r := range k.roles(many.Target, true) {
			if !r.Inverse.Many && r != many {
				many = r
				via = append(via, r)
				break
			}
		}
	}
	for _, s := range k.scopes {
		if s.Depth > 0 && s.Object == many.Target {
			return nil
		}
	}
	e := &rule.Aggregate{Node: rule.Node{Typ: t}, Op: op, From: from, Via: via,
		Element: &rule.Binding{Object: many.Target, Depth: len(k.scopes)}}
	if op != rule.Count {
		of := &rule.AttributeRef{Node: rule.Node{Typ: t}, From: e.Element}
		target := many.Target
		if k.yes() {
			r := k.roles(target, false)[0]
			of.Via, target = []*rule.Role{r}, r.Target
		}
		for _, a := range target.Attributes {
			if a.Kind == rule.Value && a.Type.Plain() == t && k.readable(a) {
				of.Attribute = a
			}
		}
		if of.Attribute == nil {
			return nil
		}
		e.Of = of
	}
	k.scopes = append(k.scopes, e.Element)
	defer func() { k.scopes = k.scopes[:len(k.scopes)-1] }()
	switch k.pick(3) {
	case 0:
		if !k.flat {
			e.Filter = k.condition(min(depth-1, 2))
		}
		if e.Filter != nil && len(via) > 1 && (slices.Contains(via[:len(via)-1], many) || !speaksOf(e.Filter, e.Element)) {
			e.Filter = nil // it could be meant for another role of the chain
		}
	case 1:
		twice := false // a list would say whose kenmerk it is; a cell has none
		for _, r := range via[:len(via)-1] {
			twice = twice || r == many || k.flat && r.Many && r.Target == many.Target
		}
		if a := k.kenmerk(many.Target); a != nil && !twice {
			e.Filter = &rule.HasKenmerk{Node: yesNo, From: e.Element, Kenmerk: a, Not: k.yes()}
		}
	}
	return e
}

// speaksOf reports whether a condition reads anything from an element.
func speaksOf(c rule.Condition, element *rule.Binding) bool {
	found := false
	rule.Inspect(c, func(n any) bool {
		switch n := n.(type) {
		case *rule.AttributeRef:
			found = found || n.From == element
		case *rule.ObjectRef:
			found = found || n.From == element
		case *rule.HasKenmerk:
			found = found || n.From == element
		case *rule.Aggregate:
			found = found || n.From == element
		}
		return !found
	})
	return found
}

// kenmerk draws one that may be read.
func (k *maker) kenmerk(o *rule.ObjectType) *rule.Attribute {
	for _, a := range o.Attributes {
		if a.Kind.IsKenmerk() && k.yes() && k.readable(a) {
			return a
		}
	}
	return nil
}

func (k *maker) condition(depth int) rule.Condition {
	if depth > 0 && k.pick(3) == 0 {
		c := &rule.Compound{Node: yesNo, Quantifier: rule.Quantifier(k.pick(5))}
		for range 1 + k.pick(3) {
			c.Items = append(c.Items, k.condition(depth-1))
		}
		if c.Quantifier >= rule.AtLeast {
			c.N = 1 + k.pick(len(c.Items))
		}
		return c
	}
	switch k.pick(4) {
	case 0:
		from, via, at := k.object()
		if a := k.kenmerk(at); a != nil {
			return &rule.HasKenmerk{Node: yesNo, From: from, Via: via, Kenmerk: a, Not: k.yes()}
		}
	case 1:
		if from, via, at := k.object(); len(via) > 0 {
			return &rule.IsEmpty{Node: yesNo, Not: k.yes(), Expr: &rule.ObjectRef{Node: rule.Node{Typ: rule.Type{Kind: rule.Object, Object: at}}, From: from, Via: via}}
		}
		return &rule.IsEmpty{Node: yesNo, Not: k.yes(), Expr: k.notText(k.anyType(), depth)}
	}
	t := k.anyType()
	return &rule.Compare{Node: yesNo, Op: k.operator(t), L: k.notText(t, depth), R: k.unlike(t, depth)}
}

func (k *maker) anyType() rule.Type {
	ts := k.types()
	return ts[k.pick(len(ts))]
}

func (k *maker) operator(t rule.Type) rule.CompareOp {
	if t.IsNumeric() || t.Kind == rule.DateKind {
		return rule.CompareOp(k.pick(6))
	}
	return rule.CompareOp(k.pick(2))
}

// notText avoids a bare quoted text where nothing tells its type.
func (k *maker) notText(t rule.Type, depth int) rule.Expr {
	e := k.expr(t, depth)
	if _, ok := e.(*rule.Literal); ok && (t.Kind == rule.Enum || t.Kind == rule.Text) {
		for _, q := range k.m.Parameters {
			if q.Type.Plain() == t {
				return &rule.ParameterRef{Node: rule.Node{Typ: t}, Parameter: q}
			}
		}
	}
	return e
}
