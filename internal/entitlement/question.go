package entitlement

import (
	"fmt"
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Question is a datum that is missing, or that counted without being given.
type Question struct {
	Object    string // "p1"
	Attribute *rule.Attribute
	// Regulations are the ids of those that ask for it, in the order asked.
	Regulations []string
	// Now says that an outcome waits for it. Otherwise it may be asked for, by
	// what the answers to other questions are.
	Now bool
	// Default is what a datum counts for that nobody gave; nil when it is missing.
	Default *rule.Datum
	// Rule asked for it first; it may be nil.
	Rule *rule.Rule
	// Registers hold it already, as the steps of a regulation say.
	Registers []string
}

// Text asks for the datum in plain Dutch: "Wat is het vermogen van p1?".
func (q *Question) Text() string { return Ask(q.Attribute, q.Object) }

// Ask asks for a datum of somebody in plain Dutch: "Wat is het vermogen van kind 1?".
func Ask(a *rule.Attribute, whose string) string {
	switch a.Kind {
	case rule.Adjective:
		return fmt.Sprintf("Is %s %s?", whose, a.Name)
	case rule.Possessive:
		return fmt.Sprintf("Heeft %s %s?", whose, a.Name)
	case rule.Noun:
		return fmt.Sprintf("Is %s %s?", whose, a.Name)
	}
	if a.Type.Kind == rule.Boolean {
		return fmt.Sprintf("Geldt %s %s voor %s?", a.Article, a.Name, whose)
	}
	return fmt.Sprintf("Wat is %s %s van %s?", a.Article, a.Name, whose)
}

// Counts says what a datum that nobody gave counts for: "loon van p1: € 0".
func (q *Question) Counts() string {
	return fmt.Sprintf("%s van %s: %s", q.Attribute.Name, q.Object, notation.Format(*q.Default, q.Attribute.Type))
}

// Form says what an answer looks like: "een datum als 2026-06-01".
func (q *Question) Form() string { return notation.Accepts(q.Attribute.Type) }

// Registers gives the registers that hold a datum already, as the steps of the
// regulations say, by the id of the attribute.
func Registers(set *regulation.Set, on rule.Date) map[string][]string {
	out := map[string][]string{}
	for _, reg := range set.Regulations {
		for _, s := range reg.Steps(on) {
			for _, e := range s.Evidence {
				if e.Attribute != "" && e.Register != "" && !slices.Contains(out[e.Attribute], e.Register) {
					out[e.Attribute] = append(out[e.Attribute], e.Register)
				}
			}
		}
	}
	return out
}
