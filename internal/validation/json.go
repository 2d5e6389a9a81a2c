package validation

import (
	"encoding/json"
)

// MarshalJSON gives the report for programs: every target with its id, model,
// official figure, difference in percent, whether it was held out, and source.
func (r *Report) MarshalJSON() ([]byte, error) {
	type target struct {
		ID       string   `json:"id"`
		Label    string   `json:"omschrijving"`
		Use      string   `json:"gebruik"`
		HeldOut  bool     `json:"toets"`
		Unit     string   `json:"eenheid"`
		Official *float64 `json:"gepubliceerd"`
		Model    *float64 `json:"model"`
		Off      *float64 `json:"verschilProcent"`
		Source   string   `json:"bron"`
		Period   string   `json:"periode"`
		Date     string   `json:"regelsVan,omitempty"`
		Cause    string   `json:"waarschijnlijkeOorzaak,omitempty"`
	}
	const heldOut = "toets"
	var list []target
	for _, o := range r.Outcomes {
		t := target{ID: o.ID, Label: o.Label, Use: o.Use, HeldOut: o.Use == heldOut, Unit: o.Unit, Source: o.Source, Period: o.Period, Date: o.Date.String(), Cause: o.Cause}
		if o.Value != 0 {
			t.Official = &o.Value
		}
		if o.Run {
			t.Model = &o.Model
		}
		if off := o.Off(); o.Value != 0 && o.Run {
			t.Off = &off
		}
		list = append(list, t)
	}
	for _, c := range r.Diagnosis.Checks {
		off := c.Off()
		list = append(list, target{ID: c.ID, Label: c.Label, Use: c.Use, HeldOut: c.Use == heldOut, Unit: c.Unit, Official: &c.Value, Model: &c.Model, Off: &off, Source: c.Table, Period: c.Period})
	}
	type group struct {
		Households float64 `json:"huishoudens"`
		Rows       int     `json:"synthetischeHuishoudens"`
		MeanMonth  float64 `json:"gemiddeldPerMaand"`
	}
	type run struct {
		Date       string `json:"datum"`
		Population string `json:"populatie"`
		RuleSet    string `json:"regelset"`
	}
	var runs []run
	for i, d := range r.Dates {
		runs = append(runs, run{d.String(), r.Populations[i], r.RuleSets[i]})
	}
	var income any
	if r.Income != nil {
		b := r.Income.Baseline
		income = map[string]float64{"armoede": b.Poverty.PersonShare.Value, "kinderarmoede": b.Poverty.ChildShare.Value, "gini": b.Gini.Value}
	}
	return json.Marshal(struct {
		Synthetic bool             `json:"synthetisch"`
		Seed      uint64           `json:"zaad"`
		Runs      []run            `json:"runs"`
		Targets   []target         `json:"cijfers"`
		Reform    map[string]group `json:"hervormingHuurtoeslag2023"`
		Official  map[string]group `json:"hervormingBecijferd"`
		Income    any              `json:"inkomen"`
	}{true, r.Seed, runs, list,
		map[string]group{"nieuw": group(r.Reform.New), "minder": group(r.Reform.Less)},
		map[string]group{"nieuw": {NewHouseholds, 0, NewMonth}, "minder": {LessHouseholds, 0, LessMonth}}, income})
}
