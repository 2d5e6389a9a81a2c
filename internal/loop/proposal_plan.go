package loop

import (
	"slices"
	"strings"
)

func (d proposalDecision) plan(c EditPlan) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if err := c.Plan.check(); err != nil {
		return nil, err
	}
	return []Payload{&PlanEdited{Plan: c.Plan}}, nil
}

// check refuses a plan that contradicts itself. What is missing is refused
// later, when the proposal is submitted: a plan may grow.
func (p Plan) check() error {
	ids := map[string]bool{}
	for _, e := range p.Expectations {
		name := "Verwachting “" + clip(e.ID) + "”"
		if e.ID == "" || len(e.ID) > 200 || ids[e.ID] {
			return refuse("verwachting-onjuist", name+" heeft geen naam, of die komt twee keer voor.", "Geef elke verwachting een eigen korte naam.")
		}
		ids[e.ID] = true
		if e.Indicator == "" {
			return refuse("verwachting-onjuist", name+" zegt niet wat er gemeten wordt.", "Kies een indicator.")
		}
		if !slices.Contains(p.Goals, e.Goal) {
			return refuse("verwachting-onjuist", name+" hoort bij geen doel van dit voorstel.", "Kies een van de doelen.")
		}
		for _, n := range []struct {
			what string
			n    Number
		}{{"nulmeting", e.Baseline}, {"voorspelling", e.Predicted}, {"laagste waarde", e.Low}, {"hoogste waarde", e.High}} {
			if !n.n.Valid() {
				return refuse("verwachting-onjuist", name+": de "+n.what+" “"+clip(string(n.n))+"” is geen getal.", "Schrijf een getal zo: 12.5")
			}
		}
		if e.Low.Cmp(e.Predicted) > 0 || e.Predicted.Cmp(e.High) > 0 {
			return refuse("verwachting-onjuist", name+": de voorspelling ligt niet in haar eigen band.", "Laag ≤ voorspeld ≤ hoog.")
		}
		t := e.Tripwire
		if (t.Below == "" && t.Above == "") || (t.Below != "" && !t.Below.Valid()) || (t.Above != "" && !t.Above.Valid()) {
			return refuse("struikeldraad-ontbreekt", name+" heeft geen struikeldraad.", "Zeg bij welke waarde de uitrol stopt, eronder of erboven.")
		}
		if (t.Below != "" && t.Below.Cmp(e.Low) > 0) || (t.Above != "" && t.Above.Cmp(e.High) < 0) {
			return refuse("struikeldraad-in-de-band", name+": de struikeldraad ligt binnen de band.", "Leg hem op of buiten de rand van de band.")
		}
		if e.Horizon.IsZero() || !e.Horizon.Valid() || (!p.InForce.IsZero() && !e.Horizon.After(p.InForce)) {
			return refuse("verwachting-onjuist", name+" heeft geen dag waarop er gemeten wordt, of die ligt voor de ingangsdatum.", "Kies een dag na de ingangsdatum.")
		}
	}
	for q, n := range p.Claim {
		if !q.Valid() || n < 0 || n > 1_000_000 {
			return refuse("beslag-onjuist", "Het beslag in “"+clip(string(q))+"” kan niet.", "Schrijf een kwartaal zo: 2027-Q1, met 0 of meer punten.")
		}
	}
	for _, y := range p.Yields {
		if !y.Quarter.Valid() || y.Points <= 0 || y.From == "" || len(y.Why) > maxReason {
			return refuse("wijken-onjuist", "Wat wijkt moet een voorstel, een kwartaal en een aantal punten noemen.", "Noem wat opschuift en hoeveel.")
		}
	}
	if err := checkPromises(p.Promises, map[string]bool{}); err != nil {
		return err
	}
	for i, s := range p.Rollout {
		if s.Percent < 1 || s.Days < 0 || s.Days > 366 || s.Percent > 100 || !s.From.Valid() || s.From.IsZero() ||
			(i > 0 && (s.Percent <= p.Rollout[i-1].Percent || s.From.Before(p.Rollout[i-1].From))) {
			return refuse("uitrol-onjuist", "Trede "+itoa(i+1)+" van de uitrol klopt niet.", "Elke trede is groter en niet eerder dan de vorige, bijvoorbeeld 1, 10, 50 en 100 procent.")
		}
	}
	if n := len(p.Rollout); n > 0 && p.Rollout[n-1].Percent != 100 {
		return refuse("uitrol-onjuist", "De laatste trede van de uitrol is "+itoa(p.Rollout[n-1].Percent)+" procent.", "Eindig met 100 procent.")
	}
	if !p.InForce.IsZero() && !p.InForce.Valid() {
		return refuse("datum-onjuist", "De ingangsdatum bestaat niet.", "Geef een datum, bijvoorbeeld 2027-01-01.")
	}
	return nil
}

func checkPromises(ps []Promise, ids map[string]bool) error {
	for _, p := range ps {
		if p.ID == "" || ids[p.ID] || p.By == "" || strings.TrimSpace(p.What) == "" || p.Due.IsZero() || !p.Due.Valid() || len(p.What) > maxReason ||
			(p.Kind != "" && p.Kind != Money && p.Kind != People) {
			return refuse("toezegging-onjuist", "Een toezegging noemt wie, wat en wanneer.", "Noem een persoon, wat die belooft, en de uiterste dag.")
		}
		ids[p.ID] = true
	}
	return nil
}
