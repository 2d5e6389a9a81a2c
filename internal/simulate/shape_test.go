package simulate_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/simulate"
)

// scheme makes a regulation of one rule in the world of the tests.
func scheme(id, outcome, period, body, rule string) fstest.MapFS {
	f := files()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	f[id+"/regeling.yaml"] = file(meta(id, outcome, period))
	f[id+"/gegevens.md"] = file(words(body))
	f[id+"/artikel-1.md"] = file("---\nid: artikel-1\ntitel: Proef\nbron: proefverordening, artikel 1\n---\n# Proef\n\nTekst.\n\n```regelspraak\n// Id: " + id +
		".regel\n// Bron: proefverordening, artikel 1\nRegel proef\n    geldig vanaf 2024\n        " + rule + "\n```\n")
	return f
}

const perMonth = "De maandtoeslag van een aanvrager moet gesteld worden op 40 €/mnd."

// An outcome in €/mnd, €/kw or €/jr says itself how often it is paid.
func TestPeriodByUnit(t *testing.T) {
	t.Parallel()
	for unit, want := range map[string]int64{"€/mnd": 40 * 12 * 100, "€/kw": 40 * 4 * 100, "€/jr": 40 * 100, "€": 40 * 100} {
		for _, period := range []string{"maand", "kwartaal", "jaar", "eenmalig"} {
			body := "    de maandtoeslag Bedrag met eenheid " + unit + ";\n"
			if unit == "€" {
				body = "    de maandtoeslag Bedrag;\n"
			}
			set := load(t, scheme("eenheid", "persoon.maandtoeslag", map[string]string{"€/mnd": "maand", "€/kw": "kwartaal", "€/jr": "jaar", "€": period}[unit], body, strings.Replace(perMonth, "€/mnd", unit, 1)))
			people, now := town{single(3, 40, 0, 0)}, side(t, set, "eenheid")
			now.Schemes[0].Period = period
			agrees := unit == "€" || unit == "€/mnd" && period == "maand" || unit == "€/kw" && period == "kwartaal" || unit == "€/jr" && period == "jaar"
			if !agrees {
				_, err := simulate.Run(context.Background(), simulate.Spec{People: people, Date: date, Baseline: now}, nil)
				if !errors.Is(err, simulate.ErrSpec) || !strings.Contains(err.Error(), "is in "+unit) || !strings.Contains(err.Error(), "per "+period) {
					t.Errorf("%s per %s: got %v", unit, period, err)
				}
				continue
			}
			per := want
			if unit == "€" {
				per *= map[string]int64{"maand": 12, "kwartaal": 4}[period] + map[string]int64{"jaar": 1, "eenmalig": 1}[period]
			}
			if e := run(t, simulate.Spec{People: people, Baseline: now}).Schemes[0].Baseline.Entitled; e.Units != 3 || e.Cents != 3*per {
				t.Errorf("%s per %s: %+v, want 3 times %d cents", unit, period, e, per)
			}
		}
	}
}

// An input that a rule has in another unit than the population is refused by
// name; one in plain euros or the same unit is taken.
func TestInputUnits(t *testing.T) {
	t.Parallel()
	const rule = "De toets van een aanvrager moet gesteld worden op 1 € indien zijn gemiddelde maandinkomen is groter dan 5 %s."
	for unit, good := range map[string]bool{"€": true, "€/mnd": true, "€/jr": false} {
		declared := "Bedrag"
		if unit != "€" {
			declared = "Bedrag met eenheid " + unit
		}
		set := load(t, scheme("invoer", "persoon.toets", "jaar", "    de toets Bedrag;\n    het gemiddelde maandinkomen "+declared+";\n", strings.Replace(rule, "%s", unit, 1)))
		rich := single(3, 40, 0, 0)
		rich.Persons[0].MeanMonth = 501
		spec := simulate.Spec{People: town{rich, single(2, 40, 0, 0)}, Date: date, Baseline: side(t, set, "invoer")}
		if !good {
			_, err := simulate.Run(context.Background(), spec, nil)
			if !errors.Is(err, simulate.ErrSpec) || !strings.Contains(err.Error(), "persoon.gemiddelde-maandinkomen is in de regels in €/jr en in de populatie in €/mnd (regel invoer.regel vraagt erom)") {
				t.Errorf("%s: got %v", unit, err)
			}
			continue
		}
		if e := run(t, spec).Schemes[0].Baseline.Entitled; e.Units != 3 {
			t.Errorf("%s: %+v, want 3", unit, e)
		}
	}
}

// Roles are followed whatever the fact type allows: members of households of
// which somebody may have several, partners likewise, and children from either
// side. A child of a couple has two parents, so rules that allow one are refused.
func TestRelationsToMany(t *testing.T) {
	t.Parallel()
	const body = "    de telling Bedrag;\n\nObjecttype het Huishouden (mv: huishoudens)\n    de grootte Numeriek (geheel getal);\n\n"
	const many = "Feittype Ouderschap\n    de ouder (mv: ouders) Persoon\n    het kind (mv: kinderen) Persoon\n    Meerdere ouders hebben meerdere kinderen\n"
	for name, test := range map[string]struct {
		facts, rule string
		want        [3]int64 // cents of a single, of a couple, of three
	}{
		"members of many": {"Feittype Samenstelling\n    het huishouden (mv: huishoudens) Huishouden\n    het lid (mv: leden) Persoon\n    Meerdere huishoudens hebben meerdere leden\n",
			"De telling van een aanvrager moet berekend worden als 10 € maal het aantal huishoudens van de aanvrager.", [3]int64{1000, 1000, 1000}},
		"children": {many, "De telling van een aanvrager moet berekend worden als 10 € maal het aantal kinderen van de aanvrager.", [3]int64{0, 0, 1000}},
		"parents":  {many, "De telling van een persoon moet berekend worden als 10 € maal het aantal ouders van de persoon.", [3]int64{0, 0, 2000}},
		"one household": {"Feittype Samenstelling\n    het huishouden Huishouden\n    het lid (mv: leden) Persoon\n    Eén huishouden heeft meerdere leden\n",
			"De telling van een aanvrager moet berekend worden als 10 € maal het aantal leden van zijn huishouden.", [3]int64{1000, 2000, 3000}},
	} {
		f := scheme("rol", "persoon.telling", "jaar", body+test.facts, test.rule)
		set := load(t, f)
		three := couple(1, 40, 0, 0)
		three.Type = 4 // with children
		child := head(3, 0)
		child.Applicant = false
		three.Persons = append(three.Persons, child)
		for i, h := range (town{single(1, 40, 0, 0), couple(1, 40, 0, 0), three}) {
			r := run(t, simulate.Spec{People: town{h}, Baseline: side(t, set, "rol")}).Schemes[0].Baseline
			if r.Entitled.Cents != test.want[i] || len(r.Failures) > 0 {
				t.Errorf("%s, household %d: %+v %+v; want %d", name, i, r.Entitled, r.Failures, test.want[i])
			}
		}
	}
	one := "Feittype Ouderschap\n    de ouder Persoon\n    het kind (mv: kinderen) Persoon\n    Eén ouder heeft meerdere kinderen\n"
	set := load(t, scheme("rol", "persoon.telling", "jaar", body+one, "De telling van een persoon moet gesteld worden op 10 € indien zijn ouder gevuld is."))
	_, err := simulate.Run(context.Background(), simulate.Spec{People: town{single(1, 40, 0, 0)}, Date: date, Baseline: side(t, set, "rol")}, nil)
	if !errors.Is(err, simulate.ErrSpec) || !strings.Contains(err.Error(), "persoon.ouder heeft in de regels één ouder of één kind") {
		t.Errorf("one parent: %v", err)
	}
}
