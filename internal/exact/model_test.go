package exact_test

import (
	"math/big"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// world is a small model to test with: persons with partners, in households.
type world struct {
	m                      *rule.Model
	person, household      *rule.ObjectType
	partner, home, members *rule.Role
}

func newWorld() *world {
	w := &world{
		person:    &rule.ObjectType{Article: "de", Name: "Persoon", Plural: "personen", Animate: true},
		household: &rule.ObjectType{Article: "het", Name: "Huishouden", Plural: "huishoudens"},
	}
	partner := &rule.FactType{Name: "Partnerschap", Reciprocal: true}
	w.partner = &rule.Role{Fact: partner, Article: "de", Name: "partner", Owner: w.person, Target: w.person}
	w.partner.Inverse = w.partner
	partner.Roles = []*rule.Role{w.partner}
	living := &rule.FactType{Name: "Samenstelling"}
	w.home = &rule.Role{Fact: living, Article: "het", Name: "huishouden", Owner: w.person, Target: w.household}
	w.members = &rule.Role{Fact: living, Article: "het", Name: "lid", Plural: "leden", Owner: w.household, Target: w.person, Many: true}
	w.home.Inverse, w.members.Inverse = w.members, w.home
	living.Roles = []*rule.Role{w.home, w.members}
	w.m = &rule.Model{
		Objects: []*rule.ObjectType{w.person, w.household},
		Facts:   []*rule.FactType{partner, living},
	}
	return w
}

func (w *world) attr(o *rule.ObjectType, name string, k rule.Kind) *rule.Attribute {
	a := &rule.Attribute{Owner: o, Article: "het", Name: name, Type: rule.Type{Kind: k}}
	o.Attributes = append(o.Attributes, a)
	return a
}

func (w *world) kenmerk(name string, kind rule.AttributeKind) *rule.Attribute {
	a := &rule.Attribute{Owner: w.person, Kind: kind, Article: "is", Name: name, Type: rule.Type{Kind: rule.Boolean}}
	w.person.Attributes = append(w.person.Attributes, a)
	return a
}

func (w *world) param(id string, k rule.Kind, values ...rule.ParameterValue) *rule.Parameter {
	p := &rule.Parameter{ID: id, Article: "de", Name: id, Type: rule.Type{Kind: k}, Values: values}
	w.m.Parameters = append(w.m.Parameters, p)
	return p
}

// rule adds a rule of one version that is always valid. body gets the subject.
func (w *world) rule(id string, target *rule.Attribute, body func(self *rule.Binding) (rule.Expr, rule.Condition)) *rule.Version {
	self := &rule.Binding{Object: target.Owner}
	e, c := body(self)
	if e == nil {
		return w.action(id, self, &rule.Grant{Kenmerk: target}, c)
	}
	return w.action(id, self, &rule.Assign{Target: target, Expr: e}, c)
}

// action adds a rule of one version that is always valid.
func (w *world) action(id string, self *rule.Binding, a rule.Action, c rule.Condition) *rule.Version {
	v := &rule.Version{Subject: self, Condition: c, Action: a}
	w.m.Rules = append(w.m.Rules, &rule.Rule{ID: id, Name: id, Regulation: "proef", Article: "artikel-1", Versions: []*rule.Version{v}})
	return v
}

func (w *world) self() *rule.Binding { return &rule.Binding{Object: w.person} }

func (w *world) compile(t testing.TB) *exact.Program {
	t.Helper()
	p, diags := exact.Compile(w.m)
	if err := diags.Err(); err != nil {
		t.Fatalf("compile: %v", err)
	}
	return p
}

// Expressions, short.

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("BUG: no number: " + s)
	}
	return r
}

func amount(s string) rule.Datum  { return rule.Datum{Kind: rule.Amount, Num: rat(s)} }
func number(s string) rule.Datum  { return rule.Datum{Kind: rule.Number, Num: rat(s)} }
func percent(s string) rule.Datum { return rule.Datum{Kind: rule.Percentage, Num: rat(s)} }
func date(s string) rule.Datum {
	return rule.Datum{Kind: rule.DateKind, Date: rule.MustDate(s)}
}
func yes(b bool) rule.Datum { return rule.Datum{Kind: rule.Boolean, Bool: b} }

var leeg = rule.Datum{}

func lit(d rule.Datum) rule.Expr { return &rule.Literal{Value: d} }

func get(from *rule.Binding, a *rule.Attribute, via ...*rule.Role) *rule.AttributeRef {
	return &rule.AttributeRef{From: from, Via: via, Attribute: a}
}

func arith(op rule.ArithOp, l, r rule.Expr) rule.Expr { return &rule.Arith{Op: op, L: l, R: r} }

func compare(op rule.CompareOp, l, r rule.Expr) *rule.Compare {
	return &rule.Compare{Op: op, L: l, R: r}
}

func all(items ...rule.Condition) *rule.Compound {
	return &rule.Compound{Quantifier: rule.All, Items: items}
}

// value computes one expression for one person whose inputs are given.
func value(t *testing.T, w *world, target *rule.Attribute, inputs map[*rule.Attribute]rule.Datum) (rule.Datum, error) {
	t.Helper()
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	who := c.Add(target.Owner, "p1")
	for a, d := range inputs {
		if err := c.Set(who, a, d); err != nil {
			t.Fatalf("set: %v", err)
		}
	}
	return c.Value(who, target)
}
