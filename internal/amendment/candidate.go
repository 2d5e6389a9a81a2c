package amendment

import (
	"math/big"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Candidate is a condition that can be put in a list. Its comparison and value
// are a first guess, to be changed in the sentence.
type Candidate struct {
	ID    string // "persoon.verzekerd", of a role "persoon.toeslagpartner"
	Label string // what it is about: "is verzekerd", "het vermogen"
	Text  string // "hij is verzekerd"
}

// Candidates gives the conditions about the subject of a sheet that fit: its
// kenmerken, attributes and roles from the rule's own regulation or shared by
// all. What the rule itself is needed for is left out: it would make a circle.
func Candidates(m *rule.Model, r *rule.Rule, s *Sheet) []Candidate {
	subject := s.Version.Subject
	from := rule.Node{}
	var out []Candidate
	needs := circle(m, s.Version)
	attrs, roles := spoken(m, r)
	for _, a := range subject.Object.Attributes {
		if !near(r, a.Pos) && !attrs[a] || needs[a] || a == subject.Kenmerk {
			continue
		}
		c := Candidate{ID: a.ID(), Label: strings.TrimSpace(a.Article + " " + a.Name)}
		if a.Kind.IsKenmerk() {
			c.Text = regelspraak.PrintCondition(&rule.HasKenmerk{Node: from, From: subject, Kenmerk: a})
			if a.Kind == rule.Noun {
				c.Label = "is een " + a.Name
			}
		} else {
			ref := &rule.AttributeRef{Node: rule.Node{Typ: a.Type}, From: subject, Attribute: a}
			c.Text = regelspraak.PrintCondition(guess(ref))
		}
		out = append(out, c)
	}
	for _, f := range m.Facts {
		for _, role := range f.Roles {
			if role.Owner != subject.Object || role.Many || !near(r, role.Pos) && !roles[role] {
				continue
			}
			ref := &rule.ObjectRef{Node: rule.Node{Typ: rule.Type{Kind: rule.Object, Object: role.Target}}, From: subject, Via: []*rule.Role{role}}
			out = append(out, Candidate{
				ID: role.ID(), Label: role.Article + " " + role.Name, Text: regelspraak.PrintCondition(&rule.IsEmpty{Expr: ref, Not: true}),
			})
		}
	}
	return out
}

// guess is a first condition on an attribute.
func guess(ref *rule.AttributeRef) rule.Condition {
	t := ref.Attribute.Type
	value := func(d rule.Datum) rule.Expr { return &rule.Literal{Node: rule.Node{Typ: t}, Value: d} }
	switch t.Kind {
	case rule.DateKind:
		return &rule.Compare{Op: rule.LessEqual, L: ref, R: &rule.ReferenceDate{Node: rule.Node{Typ: t}}}
	case rule.Number, rule.Amount, rule.Percentage:
		return &rule.Compare{Op: rule.GreaterEqual, L: ref, R: value(rule.Datum{Kind: t.Kind, Num: new(big.Rat)})}
	case rule.Enum:
		if t.Domain != nil && len(t.Domain.Values) > 0 {
			return &rule.Compare{Op: rule.Equal, L: ref, R: value(rule.Datum{Kind: rule.Enum, Text: t.Domain.Values[0]})}
		}
	}
	return &rule.IsEmpty{Expr: ref, Not: true}
}

// circle gives the attributes that cannot be known without what a version
// writes: a condition on one would go round in a circle.
func circle(m *rule.Model, v *rule.Version) map[*rule.Attribute]bool {
	target := v.Writes()
	if target == nil {
		return nil
	}
	reads := map[*rule.Attribute][]*rule.Attribute{} // who reads an attribute
	for _, r := range m.Rules {
		for _, x := range r.Versions {
			w := x.Writes()
			if w == nil {
				continue
			}
			rule.Reads(x, func(a *rule.Attribute) { reads[a] = append(reads[a], w) }, nil)
		}
	}
	out := map[*rule.Attribute]bool{target: true}
	for todo := []*rule.Attribute{target}; len(todo) > 0; todo = todo[1:] {
		for _, a := range reads[todo[0]] {
			if !out[a] {
				out[a] = true
				todo = append(todo, a)
			}
		}
	}
	return out
}
