package population

import "encoding/json"

// HeldOut reports that nothing was fitted to the figure: only these say how good
// a population is.
func (c Check) HeldOut() bool { return c.Use == "toets" }

// MarshalJSON gives the form that scripts rely on: every published figure with
// what the population has, how far that is off in percent, and whether the
// figure was held out.
func (d *Diagnosis) MarshalJSON() ([]byte, error) {
	type target struct {
		ID      string  `json:"id"`
		Label   string  `json:"omschrijving"`
		Use     string  `json:"gebruik"`
		HeldOut bool    `json:"buitenGehouden"`
		Unit    string  `json:"eenheid"`
		Value   float64 `json:"gepubliceerd"`
		Model   float64 `json:"model"`
		Off     float64 `json:"afwijkingInProcent"`
		Table   string  `json:"bron"`
		Period  string  `json:"periode"`
		Status  string  `json:"status"`
		License string  `json:"licentie"`
	}
	out := struct {
		ID         string     `json:"populatie"`
		Synthetic  bool       `json:"synthetisch"`
		Households int        `json:"huishoudens"`
		Persons    int        `json:"personen"`
		AgeFactor  [2]float64 `json:"leeftijdsfactorTussen"`
		Targets    []target   `json:"doelen"`
	}{d.ID, true, d.Households, d.Persons, d.AgeFactor, []target{}}
	for _, c := range d.Checks {
		out.Targets = append(out.Targets, target{c.ID, c.Label, c.Use, c.HeldOut(), c.Unit, c.Value, c.Model, c.Off(), c.Table, c.Period, c.Status, c.License})
	}
	return json.Marshal(out)
}
