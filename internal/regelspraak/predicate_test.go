package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// predicates gives every predicate in every order of words that it has: all
// forms of one line mean the first. A form after "moet" has no subject.
var predicates = []struct {
	subject string // of the forms
	forms   []string
	demand  []string // what stands after "moet"
}{
	{"zijn inkomen", []string{"is gelijk aan 5 €", "gelijk is aan 5 €", "zijn gelijk aan 5 €", "gelijk zijn aan 5 €"}, []string{"gelijk zijn aan 5 €"}},
	{"zijn inkomen", []string{"is ongelijk aan 5 €", "ongelijk is aan 5 €", "ongelijk zijn aan 5 €"}, []string{"ongelijk zijn aan 5 €"}},
	{"zijn inkomen", []string{"is groter dan 5 €", "groter is dan 5 €", "zijn groter dan 5 €", "groter zijn dan 5 €"}, []string{"groter zijn dan 5 €"}},
	{"zijn inkomen", []string{"is kleiner dan 5 €", "kleiner is dan 5 €", "kleiner zijn dan 5 €"}, []string{"kleiner zijn dan 5 €"}},
	{"zijn inkomen", []string{"is groter dan of gelijk aan 5 €", "is groter of gelijk aan 5 €", "is gelijk aan of groter dan 5 €", "groter is dan of gelijk is aan 5 €",
		"groter is dan of gelijk aan 5 €", "groter dan of gelijk is aan 5 €", "groter of gelijk is aan 5 €", "gelijk is aan of groter is dan 5 €", "gelijk is aan of groter dan 5 €", "zijn groter of gelijk aan 5 €"},
		[]string{"groter zijn dan of gelijk zijn aan 5 €", "groter of gelijk zijn aan 5 €", "groter zijn dan of gelijk aan 5 €", "gelijk zijn aan of groter zijn dan 5 €"}},
	{"zijn inkomen", []string{"is kleiner dan of gelijk aan 5 €", "is kleiner of gelijk aan 5 €", "is gelijk aan of kleiner dan 5 €", "kleiner is dan of gelijk is aan 5 €", "kleiner of gelijk is aan 5 €"},
		[]string{"kleiner zijn dan of gelijk zijn aan 5 €", "kleiner of gelijk zijn aan 5 €"}},
	{"zijn geboortedatum", []string{"is later dan de rekendatum", "later is dan de rekendatum", "later zijn dan de rekendatum"}, []string{"later zijn dan de rekendatum"}},
	{"zijn geboortedatum", []string{"is eerder dan de rekendatum", "eerder is dan de rekendatum"}, []string{"eerder zijn dan de rekendatum"}},
	{"zijn geboortedatum", []string{"is later dan of gelijk aan de rekendatum", "later of gelijk is aan de rekendatum", "is later of gelijk aan de rekendatum", "later is dan of gelijk is aan de rekendatum"}, []string{"later zijn dan of gelijk zijn aan de rekendatum"}},
	{"zijn geboortedatum", []string{"is eerder dan of gelijk aan de rekendatum", "is eerder of gelijk aan de rekendatum", "gelijk is aan of eerder is dan de rekendatum"}, []string{"eerder zijn dan of gelijk zijn aan de rekendatum", "eerder of gelijk zijn aan de rekendatum"}},
	{"zijn inkomen", []string{"is leeg", "leeg is", "zijn leeg", "leeg zijn"}, []string{"leeg zijn"}},
	{"zijn inkomen", []string{"is gevuld", "gevuld is", "zijn gevuld", "gevuld zijn"}, []string{"gevuld zijn"}},
	{"zijn partner", []string{"is leeg", "leeg is"}, []string{"leeg zijn"}},
	{"zijn partner", []string{"is gevuld", "gevuld is"}, []string{"gevuld zijn"}},
	{"hij", []string{"is verzekerd", "verzekerd is", "verzekerd zijn"}, []string{"verzekerd zijn"}},
	{"hij", []string{"is niet verzekerd", "niet verzekerd is"}, []string{"niet verzekerd zijn"}},
	{"hij", []string{"heeft recht op toeslag", "recht op toeslag heeft", "recht op toeslag hebben"}, []string{"recht op toeslag hebben"}},
	{"hij", []string{"heeft geen recht op toeslag", "geen recht op toeslag heeft", "hebben geen recht op toeslag"}, []string{"geen recht op toeslag hebben"}},
	{"hij", []string{"heeft niet de leeftijd voor toeslag", "niet de leeftijd voor toeslag heeft"}, []string{"niet de leeftijd voor toeslag hebben"}},
	{"hij", []string{"is een aanvrager", "een aanvrager is"}, []string{"een aanvrager zijn"}},
	{"hij", []string{"is geen aanvrager", "geen aanvrager is"}, []string{"geen aanvrager zijn"}},
	{"zijn partner", []string{"is niet verzekerd", "niet verzekerd is"}, []string{"niet verzekerd zijn"}},
	{"zijn partner", []string{"heeft geen recht op toeslag", "geen recht op toeslag heeft"}, []string{"geen recht op toeslag hebben"}},
}

// places gives the places of a rule where a condition can stand, and how to
// find it there.
var places = []struct {
	name, text string // % is the condition
	find       func(*rule.Version) rule.Condition
}{
	{"after indien", "De toeslag van een persoon moet gesteld worden op 1 € indien %.", func(v *rule.Version) rule.Condition { return v.Condition }},
	{"in a list", "De toeslag van een persoon moet gesteld worden op 1 € indien hij aan alle volgende voorwaarden voldoet:\n- 1 is gelijk aan 1\n- %.",
		func(v *rule.Version) rule.Condition { return v.Condition.(*rule.Compound).Items[1] }},
	{"in a nested list", "De toeslag van een persoon moet gesteld worden op 1 € indien hij aan geen van de volgende voorwaarden voldoet:\n- hij aan ten minste één van de volgende voorwaarden voldoet:\n-- %\n- 1 is gelijk aan 1.",
		func(v *rule.Version) rule.Condition {
			return v.Condition.(*rule.Compound).Items[0].(*rule.Compound).Items[0]
		}},
	{"in criteria", "Een persoon moet voldoen aan alle volgende criteria:\n- %.",
		func(v *rule.Version) rule.Condition {
			return v.Action.(*rule.Require).Condition.(*rule.Compound).Items[0]
		}},
}

// TestPredicates: every predicate reads the same in every order of words that
// it has, in every place.
func TestPredicates(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	read := func(text string) (*rule.Rule, bool) {
		r, ds := parseRule(m, wrap(text))
		if len(ds) > 0 {
			t.Errorf("%s\n%v", text, ds)
		}
		return r, len(ds) == 0
	}
	for _, p := range predicates {
		for _, at := range places {
			first := ""
			for _, form := range p.forms {
				r, ok := read(strings.Replace(at.text, "%", p.subject+" "+form, 1))
				if !ok {
					continue
				}
				got := regelspraak.PrintCondition(at.find(r.Versions[0]))
				if first == "" {
					first = got
				}
				if got != first {
					t.Errorf("%s, %s %s means %q, want %q", at.name, p.subject, form, got, first)
				}
			}
			if want := p.subject + " " + p.forms[0]; at.name == "after indien" && first != want && first != "" {
				t.Errorf("%q prints as %q", want, first)
			}
		}
		about := map[string]string{"zijn inkomen": "Het inkomen van een persoon", "zijn geboortedatum": "De geboortedatum van een persoon",
			"zijn partner": "De partner van een persoon", "hij": "Een persoon"}[p.subject]
		for i, form := range p.demand {
			r, ok := read(about + " moet " + form + ".")
			if !ok {
				continue
			}
			c := r.Versions[0].Action.(*rule.Require).Condition
			if got, want := regelspraak.PrintCondition(c), p.subject+" "+p.forms[0]; got != want && p.subject != "hij" {
				t.Errorf("moet %s means %q, want %q", form, got, want)
			}
			if i == 0 && !strings.Contains(regelspraak.PrintVersion(r.Versions[0]), about+" moet "+form+".") {
				t.Errorf("%s moet %s prints as %s", about, form, regelspraak.PrintVersion(r.Versions[0]))
			}
		}
	}
}

// TestSubselectionOfOne: "dat" and a verb for one speak of somebody else than
// the many that are chosen from.
func TestSubselectionOfOne(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for said, found := range map[string]string{
		"die een aanvrager is": "is", "dat verzekerd is": "dat", "dat verzekerd zijn": "dat", "die geen recht op toeslag heeft": "heeft",
		"die aan alle volgende voorwaarden voldoet:\n-- hij is verzekerd\n-- hij is een aanvrager": "voldoet",
	} {
		_, ds := parseRule(m, wrap("Een persoon is verzekerd indien er aan alle volgende voorwaarden is voldaan:\n- zijn aantal kinderen is gelijk aan het aantal leden van zijn huishouden "+said+"."))
		if len(ds) != 1 || ds[0].Code != regelspraak.CodeSyntax || !strings.HasPrefix(ds[0].Message, "«"+found+"» gaat over één") {
			t.Errorf("%s\n%v", said, ds)
		}
	}
}

// TestSubselections: what "die" can say.
func TestSubselections(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, c := range []struct{ text, want string }{
		{"die verzekerd zijn", "die verzekerd zijn"},
		{"die niet verzekerd zijn", "die niet verzekerd zijn"},
		{"die recht op toeslag hebben", "die recht op toeslag hebben"},
		{"die geen recht op toeslag hebben", "die geen recht op toeslag hebben"},
		{"die aanvragers zijn", "die een aanvrager zijn"},
		{"die geen aanvragers zijn", "die geen aanvrager zijn"},
		{"die aan alle volgende voorwaarden voldoen:\n-- zijn leeftijd groter is dan 18 jr\n-- hij is verzekerd", "-- zijn leeftijd is groter dan 18 jr"},
		{"die aan de volgende voorwaarde voldoen:\n-- hij aan ten hoogste één van de volgende voorwaarden voldoet:\n--- hij verzekerd is\n--- zijn partner is leeg", "-- zijn partner is leeg"},
	} {
		text := "Een persoon is verzekerd indien hij aan alle volgende voorwaarden voldoet:\n- zijn aantal kinderen is gelijk aan het aantal leden van zijn huishouden " + c.text + "."
		r, ds := parseRule(m, wrap(text))
		if len(ds) > 0 {
			t.Errorf("%s\n%v", text, ds)
			continue
		}
		if got := regelspraak.PrintVersion(r.Versions[0]); !strings.Contains(got, c.want) {
			t.Errorf("%s prints as\n%s", c.text, got)
		}
	}
}

// TestRoundingsShowWhatTheyBindTo: a comma before a rounding says that it takes
// all that stands before it; parentheses that it takes less.
func TestRoundingsShowWhatTheyBindTo(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, mode := range []string{"naar beneden", "naar boven", "rekenkundig", "richting nul", "weg van nul"} {
		for text, want := range map[string]string{
			"zijn inkomen R":                                        "zijn inkomen R",
			"5 € plus zijn inkomen R":                               "5 € plus zijn inkomen, R",
			"5 € plus zijn inkomen, R":                              "5 € plus zijn inkomen, R",
			"5 € plus (zijn inkomen R)":                             "5 € plus (zijn inkomen R)",
			"(5 € plus zijn inkomen) maal 2 R":                      "(5 € plus zijn inkomen) maal 2, R",
			"10% van zijn inkomen R":                                "10% van zijn inkomen, R",
			"zijn inkomen, met een minimum van 5 € R":               "zijn inkomen, met een minimum van 5 €, R",
			"zijn inkomen met een minimum van 5 €, R":               "zijn inkomen, met een minimum van 5 €, R",
			"(zijn inkomen R), met een maximum van 5 €":             "(zijn inkomen R), met een maximum van 5 €",
			"zijn inkomen verminderd met 5 € R":                     "zijn inkomen verminderd met 5 €, R",
			"zijn inkomen min (zijn vermogen verminderd met 5 €) R": "zijn inkomen min (zijn vermogen verminderd met 5 €), R",
		} {
			rounding := mode + " afgerond op 0 decimalen"
			text, want = strings.ReplaceAll(text, "R", rounding), strings.ReplaceAll(want, "R", rounding)
			r, ds := parseRule(m, wrap("De toeslag van een persoon moet berekend worden als "+text+"."))
			if len(ds) > 0 {
				t.Errorf("%s\n%v", text, ds)
				continue
			}
			if got := regelspraak.PrintExpr(r.Versions[0].Action.(*rule.Assign).Expr); got != want {
				t.Errorf("%s\nprints as %s", text, got)
			}
		}
	}
}
