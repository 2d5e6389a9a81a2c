// Package ruletest draws random models that are well typed: for the tests of
// what reads, prints, evaluates or compiles them. Every construct of the
// profile can come out, each in the form that the parser gives it.
package ruletest

import (
	"fmt"
	"math/big"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// Options say what to draw. The zero value is fit for any use.
type Options struct {
	Rules      int  // at most so many rules; 0: 4
	Depth      int  // of expressions and conditions; 0: 4
	PlainNames bool // names of one word, for a failure that a person has to read
}

// Regulation is the id of the regulation of everything that Model draws.
const Regulation = "reg"

// Model draws a model with object types, roles, units, domains, parameters and
// rules. Its rules have no cycle: a rule reads inputs, which no rule writes,
// and what earlier rules wrote. Parameters have one value, from 1 January 2000
// on. Two rules may write one attribute, and two rows of a table may apply, so
// that a conflict is possible, but not for certain; a rule need not be in force
// on a date.
func Model(t *rapid.T, o Options) *rule.Model {
	if o.Rules == 0 {
		o.Rules = 4
	}
	if o.Depth == 0 {
		o.Depth = 4
	}
	k := &maker{T: t, Options: o, m: &rule.Model{}, level: map[*rule.Attribute]int{}}
	k.declare()
	var group *rule.Group
	for i := range 1 + k.pick(o.Rules) {
		r := k.rule(i)
		switch k.pick(4) {
		case 0:
			group = &rule.Group{Name: "Groep " + k.name()}
			k.m.Groups = append(k.m.Groups, group)
		case 1:
			group = nil
		}
		r.Group = group
		k.m.Rules = append(k.m.Rules, r)
	}
	return k.m
}

// maker draws one model.
type maker struct {
	*rapid.T
	Options
	m      *rule.Model
	n      int // names given out
	vars   []*rule.Variable
	scopes []*rule.Binding
	flat   bool // in a cell of a table: no lists

	// level is when an attribute gets its value: 0 for an input, otherwise 1
	// more than the rules that it may depend on. now is that of the rule at
	// hand.
	level map[*rule.Attribute]int
	now   int
}

func (k *maker) pick(n int) int { return rapid.IntRange(0, n-1).Draw(k.T, "") }

func (k *maker) yes() bool { return rapid.Bool().Draw(k.T, "") }

func (k *maker) article() string { return []string{"de", "het"}[k.pick(2)] }

// name gives a new name; the first word is unique, so that two names never
// begin alike, and the rest may look like anything.
func (k *maker) name() string {
	k.n++
	word := fmt.Sprintf("w%d", k.n)
	if k.PlainNames {
		return word
	}
	tails := []string{"", " en rest", " van de stad", " min iets", " boven 3 punten", " per maand", " is hoog", " indien nodig", " met een minimum",
		" of de ander", " tot en met", " in hele jaren", " die telt", " moet betalen", " van een kind", " groter dan nul", " zijn leeg", " met eenheid jr"}
	return word + tails[k.pick(len(tails))]
}

// readable reports whether the rule at hand may read an attribute, which from
// then on no rule before it may write.
func (k *maker) readable(a *rule.Attribute) bool {
	l, known := k.level[a]
	if known && l >= k.now {
		return false
	}
	if !known {
		k.level[a] = 0
	}
	return true
}

// writable reports whether the rule at hand may write an attribute, and has it
// read nothing that depends on it; second says that another rule writes it too.
func (k *maker) writable(a *rule.Attribute) (ok, second bool) {
	l, known := k.level[a]
	switch {
	case !known:
		k.level[a] = k.now
	case l == 0:
		return false, false
	default:
		k.now = l // a second writer reads no more than the first could
	}
	return true, known
}

var (
	money  = rule.Type{Kind: rule.Amount, Unit: "€"}
	truth  = rule.Type{Kind: rule.Boolean}
	date   = rule.Type{Kind: rule.DateKind}
	tally  = rule.Type{Kind: rule.Number, Whole: true}
	number = rule.Type{Kind: rule.Number}
	part   = rule.Type{Kind: rule.Percentage}
	yesNo  = rule.Node{Typ: truth}
)

// types are those of expressions.
func (k *maker) types() []rule.Type {
	ts := []rule.Type{money, {Kind: rule.Amount, Unit: "€/mnd"}, part, date, {Kind: rule.Text}, truth, {Kind: rule.Number, Unit: "km/uur"}}
	for _, u := range []string{"", "jr", "mnd", "dg", "uur", "km", "ct"} {
		ts = append(ts, rule.Type{Kind: rule.Number, Unit: u, Whole: true}, rule.Type{Kind: rule.Number, Unit: u})
	}
	for _, d := range k.m.Domains {
		if d.IsEnum() {
			ts = append(ts, rule.Type{Kind: rule.Enum, Domain: d})
		}
	}
	return ts
}

// limited gives types that restrict what they hold, some through a domain.
func (k *maker) limited() []rule.Type {
	ts := []rule.Type{
		{Kind: rule.Amount, Unit: "€", Decimals: 2}, {Kind: rule.Amount, Unit: "€", Whole: true, Sign: rule.NonNegative},
		{Kind: rule.Percentage, Decimals: 1}, {Kind: rule.Number, Decimals: 3, Sign: rule.Positive}, {Kind: rule.Number, Unit: "mnd", Whole: true, Sign: rule.Negative},
	}
	for _, d := range k.m.Domains {
		if !d.IsEnum() {
			t := d.Base
			t.Domain = d
			ts = append(ts, t)
		}
	}
	return ts
}

func (k *maker) declare() {
	m := &rule.Unit{Article: "de", Name: "meter", Plural: "meters", Symbol: "m"}
	km := &rule.Unit{Article: "de", Name: "kilometer", Symbol: "km", Factor: big.NewRat(1000, 1), Of: m}
	mm := &rule.Unit{Article: "de", Name: "millimeter", Plural: "millimeters", Symbol: "mm", Factor: big.NewRat(1, 1000), Of: m}
	k.m.Units = []*rule.UnitSystem{{Name: "Afstand", Units: []*rule.Unit{m, km, mm}}}
	k.m.Domains = []*rule.Domain{
		{Name: "Soort", Values: []string{"a", "b c"}}, {Name: "Andere soort", Values: []string{"d"}},
		{Name: "Maandbedrag", Base: rule.Type{Kind: rule.Amount, Unit: "€/mnd", Decimals: 2}},
		{Name: "Looptijd", Base: rule.Type{Kind: rule.Number, Unit: "jr", Whole: true, Sign: rule.NonNegative}},
	}
	for i := range 2 {
		o := &rule.ObjectType{Article: k.article(), Name: k.name(), Animate: i == 0}
		o.Plural = k.name()
		k.m.Objects = append(k.m.Objects, o)
		for i, t := range append(k.types(), k.limited()...) {
			a := &rule.Attribute{Owner: o, Kind: rule.Value, Article: k.article(), Name: k.name(), Type: t}
			if i%4 == 0 {
				a.Plural = k.name()
			}
			o.Attributes = append(o.Attributes, a)
		}
		for range 2 {
			o.Attributes = append(o.Attributes,
				&rule.Attribute{Owner: o, Kind: rule.Adjective, Article: "is", Name: k.name(), Type: truth},
				&rule.Attribute{Owner: o, Kind: rule.Possessive, Article: "heeft", Name: []string{"", "de ", "het "}[k.pick(3)] + k.name(), Type: truth},
				&rule.Attribute{Owner: o, Kind: rule.Noun, Article: k.article(), Name: k.name(), Plural: k.name(), Type: truth})
		}
	}
	k.facts()
	for _, t := range append(k.types(), k.limited()...) {
		q := &rule.Parameter{Article: k.article(), Name: k.name(), Type: t}
		q.ID = Regulation + "." + rule.Slug(q.Name)
		q.Values = []rule.ParameterValue{{From: rule.MustDate("2000-01-01"), Value: k.within(t), Source: "test", Verified: true}}
		k.m.Parameters = append(k.m.Parameters, q)
	}
}

// within draws a value that a declared type allows.
func (k *maker) within(t rule.Type) rule.Datum {
	v := k.value(t.Plain())
	if v.Num == nil {
		return v
	}
	n := new(big.Rat).Set(v.Num)
	if t.Whole || t.Decimals > 0 {
		n.SetInt(new(big.Int).Quo(n.Num(), n.Denom()))
		if t.Decimals > 0 {
			n.Add(n, big.NewRat(int64(k.pick(10)), 10))
		}
	}
	switch n.Abs(n); t.Sign {
	case rule.Positive:
		n.Add(n, big.NewRat(1, 1))
	case rule.Negative:
		n.Sub(n.Neg(n), big.NewRat(1, 1))
	case rule.AnySign:
		if v.Num.Sign() < 0 {
			n.Neg(n)
		}
	}
	v.Num = n
	return v
}

// facts ties the object types together: by reciprocal roles, one to one and to
// many, and by roles between the two with one or more at either side.
func (k *maker) facts() {
	for i, o := range append(k.m.Objects, k.m.Objects[0]) {
		r := &rule.Role{Article: k.article(), Name: k.name(), Owner: o, Target: o, Many: i == 2}
		if r.Many {
			r.Plural = k.name()
		}
		r.Inverse = r
		r.Fact = &rule.FactType{Name: k.name(), Reciprocal: true, Roles: []*rule.Role{r}}
		k.m.Facts = append(k.m.Facts, r.Fact)
	}
	person, house := k.m.Objects[0], k.m.Objects[1]
	for i := range 4 {
		one, other := person, house
		if i == 2 {
			one, other = house, person
		}
		a := &rule.Role{Article: k.article(), Name: k.name(), Owner: one, Target: other, Many: i == 3}
		b := &rule.Role{Article: k.article(), Name: k.name(), Owner: other, Target: one, Many: i > 0}
		for _, r := range []*rule.Role{a, b} {
			if r.Many {
				r.Plural = k.name()
			}
		}
		a.Inverse, b.Inverse = b, a
		f := &rule.FactType{Name: k.name(), Roles: []*rule.Role{a, b}}
		if b.Many && k.yes() { // the sentence of one to one is written from the first
			f.Roles = []*rule.Role{b, a}
		}
		a.Fact, b.Fact = f, f
		k.m.Facts = append(k.m.Facts, f)
	}
}

// roles gives those of an object type that lead to one or to several.
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
