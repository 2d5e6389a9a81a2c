package regelspraak_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// maker draws a random model: declarations with names that hold words of the
// language, and rules that use every construct.
type maker struct {
	*rapid.T
	m      *rule.Model
	n      int // names given out
	vars   []*rule.Variable
	scopes []*rule.Binding
}

func (k *maker) pick(n int) int { return rapid.IntRange(0, n-1).Draw(k.T, "") }

func (k *maker) yes() bool { return rapid.Bool().Draw(k.T, "") }

func (k *maker) article() string { return []string{"de", "het"}[k.pick(2)] }

// name gives a new name; the first word is unique, so that two names never
// begin alike, and the rest may look like anything.
func (k *maker) name() string {
	k.n++
	return fmt.Sprintf("w%d", k.n) + []string{"", " en rest", " van de stad", " min iets", " boven 3 punten", " per maand", " is hoog",
		" indien nodig", " met een minimum", " of de ander", " tot en met", " in hele jaren", " die telt"}[k.pick(13)]
}

var money = rule.Type{Kind: rule.Amount, Unit: "€"}

func (k *maker) types() []rule.Type {
	ts := []rule.Type{money, {Kind: rule.Percentage}, {Kind: rule.DateKind}, {Kind: rule.Text}, {Kind: rule.Boolean}}
	for _, u := range []string{"", "jr", "mnd", "dg", "uur"} {
		ts = append(ts, rule.Type{Kind: rule.Number, Unit: u, Whole: true}, rule.Type{Kind: rule.Number, Unit: u})
	}
	for _, d := range k.m.Domains {
		ts = append(ts, rule.Type{Kind: rule.Enum, Domain: d})
	}
	return ts
}

func (k *maker) declare() {
	k.m.Domains = []*rule.Domain{{Name: "Soort", Values: []string{"a", "b c"}}, {Name: "Andere soort", Values: []string{"d"}}}
	for i := range 2 {
		o := &rule.ObjectType{Article: k.article(), Name: k.name(), Animate: i == 0}
		o.Plural = k.name()
		k.m.Objects = append(k.m.Objects, o)
		for _, t := range k.types() {
			o.Attributes = append(o.Attributes, &rule.Attribute{Owner: o, Kind: rule.Value, Article: k.article(), Name: k.name(), Type: t})
		}
		yes := rule.Type{Kind: rule.Boolean}
		for range 2 {
			o.Attributes = append(o.Attributes,
				&rule.Attribute{Owner: o, Kind: rule.Adjective, Article: "is", Name: k.name(), Type: yes},
				&rule.Attribute{Owner: o, Kind: rule.Possessive, Article: "heeft", Name: []string{"", "de ", "het "}[k.pick(3)] + k.name(), Type: yes},
				&rule.Attribute{Owner: o, Kind: rule.Noun, Article: k.article(), Name: k.name(), Plural: k.name(), Type: yes})
		}
	}
	person, house := k.m.Objects[0], k.m.Objects[1]
	for _, o := range k.m.Objects {
		r := &rule.Role{Article: k.article(), Name: k.name(), Owner: o, Target: o}
		r.Inverse = r
		f := &rule.FactType{Name: k.name(), Reciprocal: true, Roles: []*rule.Role{r}}
		r.Fact = f
		k.m.Facts = append(k.m.Facts, f)
	}
	for i := range 3 {
		one, other := person, house
		if i == 2 {
			one, other = house, person
		}
		a := &rule.Role{Article: k.article(), Name: k.name(), Owner: one, Target: other}
		b := &rule.Role{Article: k.article(), Name: k.name(), Owner: other, Target: one, Many: i > 0}
		if b.Many {
			b.Plural = k.name()
		}
		a.Inverse, b.Inverse = b, a
		f := &rule.FactType{Name: k.name(), Roles: []*rule.Role{a, b}}
		if k.yes() {
			f.Roles = []*rule.Role{b, a}
			if !b.Many { // the sentence is written from the first
				f.Roles = []*rule.Role{a, b}
			}
		}
		a.Fact, b.Fact = f, f
		k.m.Facts = append(k.m.Facts, f)
	}
	for _, t := range k.types() {
		q := &rule.Parameter{Article: k.article(), Name: k.name(), Type: t}
		q.ID = "reg." + rule.Slug(q.Name)
		k.m.Parameters = append(k.m.Parameters, q)
	}
}

func (k *maker) roles(owner *rule.ObjectType, many bool) []*rule.Role {
	var out []*rule.Role
	for _, f := range k.m.Facts {
		for _, r := range f.Roles {
			if r.Owner == owner && r.Many == many {
				out = append(out, r)
			}
		}
	}
	return out
}

// object draws a binding in reach and a path of to-one roles from it.
func (k *maker) object() (from *rule.Binding, via []*rule.Role, at *rule.ObjectType) {
	from = k.scopes[k.pick(len(k.scopes))]
	at = from.Object
	for k.pick(3) == 0 && len(via) < 3 {
		rs := k.roles(at, false)
		r := rs[k.pick(len(rs))]
		via = append(via, r)
		at = r.Target
	}
	return from, via, at
}

func literalOf(k *maker, t rule.Type) rule.Expr {
	v := rule.Datum{Kind: t.Kind}
	switch t.Kind {
	case rule.Amount, rule.Percentage, rule.Number:
		v.Num = big.NewRat(int64(k.pick(2_000_000)-1_000_000), []int64{1, 1, 10, 100, 1000}[k.pick(5)])
		if t.Whole {
			v.Num = big.NewRat(int64(k.pick(20_000)-10_000), 1)
		} else if t.Kind == rule.Number {
			v.Num.Add(v.Num, big.NewRat(1, 8)) // surely not whole, so that the type is the same after reading
			if v.Num.IsInt() {
				v.Num = big.NewRat(1, 8)
			}
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
	return &rule.Literal{Node: rule.Node{Typ: t}, Value: v}
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
		for _, q := range k.m.Parameters {
			if q.Type == t {
				return &rule.ParameterRef{Node: rule.Node{Typ: t}, Parameter: q}
			}
		}
	case 1:
		from, via, at := k.object()
		for _, a := range at.Attributes {
			if a.Kind == rule.Value && a.Type == t {
				return &rule.AttributeRef{Node: rule.Node{Typ: t}, From: from, Via: via, Attribute: a}
			}
		}
	}
	if t.Kind == rule.DateKind && k.yes() {
		return &rule.ReferenceDate{Node: rule.Node{Typ: t}}
	}
	return literalOf(k, t)
}

// expr draws an expression of exactly the type t.
func (k *maker) expr(t rule.Type, depth int) rule.Expr {
	node := rule.Node{Typ: t}
	if depth <= 0 || k.pick(4) == 0 {
		return k.leaf(t)
	}
	sub := func(t rule.Type) rule.Expr { return k.expr(t, depth-1) }
	plain := rule.Type{Kind: rule.Number, Whole: t.Whole}
	broken := rule.Type{Kind: rule.Number}
	numeric := t.Kind == rule.Amount || t.Kind == rule.Percentage || t.Kind == rule.Number
	switch {
	case numeric:
		switch k.pick(9) {
		case 0, 1:
			return &rule.Arith{Node: node, Op: []rule.ArithOp{rule.Add, rule.Sub, rule.SubFrom}[k.pick(3)], L: sub(t), R: sub(t)}
		case 2:
			c := &rule.Clamp{Node: node, Expr: sub(t)}
			switch k.pick(3) {
			case 0:
				c.Min = sub(t)
			case 1:
				c.Max = sub(t)
			default:
				c.Min, c.Max = sub(t), sub(t)
			}
			return c
		case 3:
			if t.Kind == rule.Number && !t.Whole {
				break // a rounding on 0 decimals would be whole
			}
			d := 1 + k.pick(4)
			if t.Whole {
				d = 0
			}
			return &rule.Round{Node: node, Expr: sub(t), Mode: rule.RoundMode(k.pick(5)), Decimals: d}
		case 4:
			e := &rule.Extreme{Node: node, Max: k.yes()}
			for range 2 + k.pick(3) {
				e.Args = append(e.Args, sub(t))
			}
			return e
		case 5:
			if t.Kind == rule.Percentage || t.Whole {
				if t.Whole && t.Unit == "" {
					return k.aggregate(rule.Count, t, depth)
				}
				break
			}
			return &rule.PercentOf{Node: node, Percent: sub(rule.Type{Kind: rule.Percentage}), Of: sub(t)}
		case 6:
			if t.Kind == rule.Percentage || t.Kind == rule.Number && t.Unit == "" {
				break
			}
			l, r := sub(t), sub(plain)
			if t.Kind == rule.Amount {
				r = sub(broken)
			}
			if k.yes() {
				l, r = r, l
			}
			return &rule.Arith{Node: node, Op: rule.Mul, L: l, R: r}
		case 7:
			if t.Whole {
				break
			}
			l := sub(t)
			return &rule.Arith{Node: node, Op: rule.Div, L: l, R: sub(broken)}
		case 8:
			if t.Kind == rule.Number && t.Whole && (t.Unit == "jr" || t.Unit == "mnd" || t.Unit == "dg") {
				date := rule.Type{Kind: rule.DateKind}
				return &rule.Duration{Node: node, From: sub(date), To: sub(date), Unit: map[string]rule.TimeUnit{"jr": rule.Years, "mnd": rule.Months, "dg": rule.Days}[t.Unit]}
			}
			if t.Kind == rule.Number && t.Whole && t.Unit == "" {
				return &rule.DatePart{Node: node, Date: sub(rule.Type{Kind: rule.DateKind}), Unit: rule.TimeUnit(k.pick(3))}
			}
			if t.Kind == rule.Percentage {
				break
			}
			return k.aggregate([]rule.AggregateOp{rule.Sum, rule.Min, rule.Max}[k.pick(3)], t, depth)
		}
	case t.Kind == rule.DateKind:
		switch k.pick(3) {
		case 0:
			u := rule.TimeUnit(k.pick(3))
			return &rule.DateShift{Node: node, Date: sub(t), Unit: u, Minus: k.yes(),
				Amount: sub(rule.Type{Kind: rule.Number, Whole: true, Unit: []string{"dg", "mnd", "jr"}[u]})}
		case 1:
			return &rule.FirstDay{Node: node, Date: sub(t), Unit: []rule.TimeUnit{rule.Months, rule.Years}[k.pick(2)], Next: k.yes()}
		}
	}
	return k.leaf(t)
}

// aggregate draws an aggregation, if a to-many role is in reach that no scope
// around it uses already: its elements would have no name of their own.
func (k *maker) aggregate(op rule.AggregateOp, t rule.Type, depth int) rule.Expr {
	from, via, at := k.object()
	rs := k.roles(at, true)
	if len(rs) == 0 || len(k.scopes) > 2 {
		return k.leaf(t)
	}
	many := rs[k.pick(len(rs))]
	for _, s := range k.scopes {
		if s.Depth > 0 && s.Object == many.Target {
			return k.leaf(t)
		}
	}
	e := &rule.Aggregate{Node: rule.Node{Typ: t}, Op: op, From: from, Via: append(via, many),
		Element: &rule.Binding{Object: many.Target, Depth: len(k.scopes)}}
	if op != rule.Count {
		of := &rule.AttributeRef{Node: rule.Node{Typ: t}, From: e.Element}
		target := many.Target
		if k.yes() {
			r := k.roles(target, false)[0]
			of.Via, target = []*rule.Role{r}, r.Target
		}
		for _, a := range target.Attributes {
			if a.Kind == rule.Value && a.Type == t {
				of.Attribute = a
			}
		}
		if of.Attribute == nil {
			return k.leaf(t)
		}
		e.Of = of
	}
	k.scopes = append(k.scopes, e.Element)
	defer func() { k.scopes = k.scopes[:len(k.scopes)-1] }()
	switch k.pick(3) {
	case 0:
		e.Filter = k.condition(min(depth-1, 2))
	case 1:
		for _, a := range many.Target.Attributes {
			if a.Kind.IsKenmerk() && k.yes() {
				e.Filter = &rule.HasKenmerk{Node: yesNo, From: e.Element, Kenmerk: a, Not: k.yes()}
				break
			}
		}
	}
	return e
}

var yesNo = rule.Node{Typ: rule.Type{Kind: rule.Boolean}}

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
	from, via, at := k.object()
	switch k.pick(4) {
	case 0:
		for _, a := range at.Attributes {
			if a.Kind.IsKenmerk() && k.yes() {
				return &rule.HasKenmerk{Node: yesNo, From: from, Via: via, Kenmerk: a, Not: k.yes()}
			}
		}
	case 1:
		if len(via) > 0 {
			return &rule.IsEmpty{Node: yesNo, Not: k.yes(), Expr: &rule.ObjectRef{Node: rule.Node{Typ: rule.Type{Kind: rule.Object, Object: at}}, From: from, Via: via}}
		}
		ts := k.types()
		return &rule.IsEmpty{Node: yesNo, Not: k.yes(), Expr: k.notText(ts[k.pick(len(ts))], depth)}
	}
	ts := k.types()
	t := ts[k.pick(len(ts))]
	c := &rule.Compare{Node: yesNo, Op: rule.CompareOp(k.pick(2)), L: k.notText(t, depth), R: k.expr(t, depth)}
	if t.Kind == rule.Amount || t.Kind == rule.Number || t.Kind == rule.Percentage || t.Kind == rule.DateKind {
		c.Op = rule.CompareOp(k.pick(6))
	}
	return c
}

// notText avoids a bare quoted text where nothing tells its type.
func (k *maker) notText(t rule.Type, depth int) rule.Expr {
	e := k.expr(t, depth)
	if l, ok := e.(*rule.Literal); ok && (t.Kind == rule.Enum || t.Kind == rule.Text) {
		for _, q := range k.m.Parameters {
			if q.Type == l.Typ {
				return &rule.ParameterRef{Node: rule.Node{Typ: t}, Parameter: q}
			}
		}
	}
	return e
}

func (k *maker) rule(i int) *rule.Rule {
	r := &rule.Rule{ID: fmt.Sprintf("reg.r%d", i), Name: k.name(), Regulation: "reg", Article: fmt.Sprint("art-", i/2)}
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
		o := k.m.Objects[k.pick(2)]
		v.Subject = &rule.Binding{Object: o}
		if k.pick(3) == 0 {
			for _, a := range o.Attributes {
				if a.Kind == rule.Noun {
					v.Subject.Kenmerk = a
				}
			}
		}
		k.scopes, k.vars = []*rule.Binding{v.Subject}, nil
		for range k.pick(3) {
			ts := []rule.Type{money, {Kind: rule.DateKind}, {Kind: rule.Number, Whole: true}, {Kind: rule.Percentage}}
			d := &rule.Variable{Name: k.name(), Article: []string{"", "de", "het"}[k.pick(3)], Expr: k.expr(ts[k.pick(len(ts))], 3)}
			v.Variables = append(v.Variables, d)
			k.vars = v.Variables
		}
		a := o.Attributes[k.pick(len(o.Attributes))]
		if a.Kind == rule.Value {
			v.Action = &rule.Assign{Target: a, Expr: k.expr(a.Type, 4)}
		} else {
			v.Action = &rule.Grant{Kenmerk: a}
		}
		if k.yes() {
			v.Condition = k.condition(4)
		}
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

// TestPrintedModelsReadBack: whatever model there is, its canonical text is
// read as the same model, without a warning that is not in the model.
func TestPrintedModelsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := &maker{T: t, m: &rule.Model{}}
		k.declare()
		for i := range 1 + k.pick(3) {
			k.m.Rules = append(k.m.Rules, k.rule(i))
		}
		roundTrip(t, k.m)
		for _, r := range k.m.Rules {
			for _, v := range r.Versions {
				text := ""
				for _, f := range regelspraak.PrintParameterised(v) {
					text += f.Text
				}
				if text != regelspraak.PrintVersion(v) {
					t.Fatal("the fragments are not the text")
				}
			}
		}
	})
}
