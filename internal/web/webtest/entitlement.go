package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Entitlement answers a household whose form is filled in; a birth date of "x"
// is refused at its field, and so are 300 people.
func (f *Fake) Entitlement(_ context.Context, _ string, in *screen.EntitlementInput) (screen.EntitlementView, error) {
	if f.Fail != nil {
		return screen.EntitlementView{}, f.Fail
	}
	v := screen.EntitlementView{
		In:        screen.EntitlementInput{Date: today.String(), Adults: "1", Children: "0", Partner: screen.PartnerNone, Both: true},
		MaxAdults: 8, MaxChildren: 12, AsksCare: true,
	}
	v.Regulations = many(f, []screen.Choice{{Value: reg, Label: f.long("Individuele inkomenstoeslag"), Chosen: true}, {Value: "zorgtoeslag", Label: "Zorgtoeslag", Chosen: true}})
	v.PartnerFor = []screen.Choice{{Value: "partnerschap", Label: f.long("toeslagpartner")}}
	if in == nil {
		return v, nil
	}
	v.In = *in
	if in.Adults == "300" {
		v.Faults = []screen.FieldError{{Field: "volwassenen", Text: "Schrijf een heel getal van 1 tot en met 8."}}
		for name, value := range in.Answers {
			v.Kept = append(v.Kept, screen.Option{Value: name, Label: value})
		}
		return v, nil
	}
	v.Computed, v.Date, v.Missing = true, rule.MustDate("2026-11-22"), 1
	v.Assumptions = []string{f.long("Iedereen woont bij elkaar.")}
	yes := true
	v.Results = []screen.EntitlementResult{
		{
			ID: "zorgtoeslag", Name: f.long("zorgtoeslag"), Href: "/regelingen/zorgtoeslag", Unverified: true,
			Amounts:  []screen.EntitlementAmount{{Text: "€ 129,00", Period: "maand"}, {Text: "€ 1.550,00", Period: "jaar"}},
			Sentence: f.long("U krijgt zorgtoeslag van € 129,00 per maand."), Reasons: []string{"U bent verzekerd."},
			Trace:       []screen.TraceLine{{Text: "Verzekerd", OK: &yes}, {Depth: 3, Text: "Premie", Unverified: true}},
			Assumptions: []string{"Het hele jaar is gelijk."}, Short: true,
		},
		{ID: "kinderbijslag", Name: "kinderbijslag", Href: "/regelingen/kinderbijslag", Amounts: []screen.EntitlementAmount{{}}, Sentence: "U krijgt geen kinderbijslag."},
		{
			ID: "eigen-bijdrage", Name: "eigen bijdrage", Href: "/regelingen/eigen-bijdrage", Example: true,
			Amounts: []screen.EntitlementAmount{{Who: "de aanvrager", Text: "€ 10,00", Period: "maand", Pays: true}, {Who: "kind 1"}},
		},
		{ID: "terugvordering", Name: "terugvordering", Href: "/regelingen/terugvordering", Amounts: []screen.EntitlementAmount{{}}, Unasked: []string{"toeslagafrekeningen", "voorschotherzieningen"}},
		{ID: "tozo", Name: "uitkering uit de Tozo", Href: "/regelingen/tozo", Fault: "Op 2019-01-01 geldt geen regel."},
		{
			ID: reg, Name: "individuele inkomenstoeslag", Href: "/regelingen/" + reg,
			Lacks: []screen.EntitlementLack{{Field: "aanvrager.vermogen", Text: "Wat is het vermogen van de aanvrager?"}},
		},
	}
	born := screen.EntitlementField{
		Name: "aanvrager.geboortedatum", Label: "Wat is de geboortedatum van de aanvrager?", Form: "een datum als 2026-06-01",
		For: []string{"AOW", "zorgtoeslag"}, Registers: []string{"Basisregistratie Personen"}, Value: in.Answers["aanvrager.geboortedatum"],
	}
	p := screen.EntitlementPerson{ID: "aanvrager", Name: "de aanvrager", Now: []screen.EntitlementField{{
		Name: "aanvrager.vermogen", Label: f.long("Wat is het vermogen van de aanvrager?"), Form: `een bedrag als "28.400,00"`,
		Numeric: true, For: []string{f.long("zorgtoeslag")}, Value: in.Answers["aanvrager.vermogen"],
	}}, Later: []screen.EntitlementField{
		{Name: "aanvrager.verzekerd", Label: "Is de aanvrager verzekerd?", Form: "ja of nee", Options: []screen.Option{{Value: "ja", Label: "ja"}, {Value: "nee", Label: "nee"}}, Value: in.Answers["aanvrager.verzekerd"]},
		{Name: "aanvrager.vorige-toekenning", Label: "Wat is de vorige toekenning van de aanvrager?", Form: "een datum als 2026-06-01", Empties: true},
	}}
	p.Optional, p.Open = []screen.EntitlementField{{Name: "aanvrager.loon", Label: "Wat is het loon van de aanvrager?", Form: `een bedrag als "28.400,00"`, Numeric: true, Value: in.Answers["aanvrager.loon"]}}, true
	if born.Value == "x" {
		v.Faults = []screen.FieldError{{Field: born.Name, Text: "\"x\" is geen bestaande datum."}}
		p.Now = append(p.Now, born)
	} else {
		p.Given = append(p.Given, born)
	}
	v.People = []screen.EntitlementPerson{p}
	return v, nil
}
