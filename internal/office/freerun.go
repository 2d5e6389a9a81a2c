package office

import (
	"context"
	"errors"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// wholeCountry is the population with a household for every real one.
const wholeCountry = "nl:all"

// measuresIncome is the regulation by which other regulations meet in one income
// (ADR 14).
const measuresIncome = "besteedbaar-inkomen"

// freeOptions gives what can be computed without a proposal: the variants that
// ship, on the population of this installation or on the whole country.
func (o *Office) freeOptions() (variants, populations []view.Option) {
	for _, v := range o.Variants {
		variants = append(variants, view.Option{Value: v.ID, Label: v.Name})
	}
	populations = []view.Option{{Value: o.Population, Label: texts.T("simulatie.bevolking", "id", o.Population)}}
	if o.Population != wholeCountry {
		populations = append(populations, view.Option{Value: wholeCountry, Label: texts.T("simulatie.hele-land")})
	}
	return variants, populations
}

// SimulateVariant starts a run of a variant that ships: the regulations that it
// changes, from the day on which it would hold.
func (o *Office) SimulateVariant(ctx context.Context, who string, in view.FreeRunInput) (string, error) {
	order, err := o.freeOrder(who, in)
	if err != nil {
		return "", err
	}
	return o.startRun(ctx, order)
}

func (o *Office) freeOrder(who string, in view.FreeRunInput) (run.Order, error) {
	if _, ok := o.person(who); !ok {
		return run.Order{}, refuse("niemand-gekozen", "Wij weten niet wie u bent.", "Kies bovenaan de pagina als wie u werkt.")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	variants, populations := o.freeOptions()
	chosen := func(list []view.Option, value, field string) error {
		if slices.ContainsFunc(list, func(x view.Option) bool { return x.Value == value }) {
			return nil
		}
		hint := texts.T("simulatie.kies-" + field)
		return refuse("keuze", hint, hint, view.FieldError{Field: field, Text: hint})
	}
	if err := chosen(variants, in.Variant, "variant"); err != nil {
		return run.Order{}, err
	}
	if err := chosen(populations, in.Population, "bevolking"); err != nil {
		return run.Order{}, err
	}
	v := o.Variants[slices.IndexFunc(variants, func(x view.Option) bool { return x.Value == in.Variant })]
	set, ds := o.laid.over(o.rules.set, v)
	if err := ds.Err(); err != nil {
		return run.Order{}, refuse("variant-past-niet", "Deze variant past niet op de regels van nu.", "De regels zijn veranderd sinds de variant is gemaakt.")
	}
	touched := v.Touches()
	if income, ok := set.Get(measuresIncome); ok && len(touched) > 1 {
		// They meet in one income, and with all that is in it: assistance moves with
		// the tax, and the sum of the table has to be the sum of the page.
		possible, err := simulate.NewSide(set, v.From)
		if err != nil {
			return run.Order{}, err
		}
		for _, id := range possible.IDs() {
			if (id == measuresIncome || slices.Contains(income.BuildsOn, id)) && !slices.Contains(touched, id) {
				touched = append(touched, id)
			}
		}
	}
	side, err := simulate.NewSide(set, v.From, touched...)
	if errors.Is(err, simulate.ErrSpec) {
		return run.Order{}, refuse("niet-te-simuleren", "Deze variant kan niet gesimuleerd worden. "+err.Error(), "Kies een andere variant.")
	}
	if err != nil {
		return run.Order{}, err
	}
	if no, err := side.Impossible(v.From); err != nil {
		return run.Order{}, err
	} else if len(no) > 0 {
		return run.Order{}, refuse("niet-te-simuleren", "Deze variant kan niet gesimuleerd worden. "+no[0].Reason, "Kies een andere variant.")
	}
	spec, err := population.Parse(in.Population)
	if err != nil {
		return run.Order{}, err
	}
	spec.Seed, spec.Year = seed, v.From.Year
	people, err := o.planned(spec)
	if err != nil {
		return run.Order{}, refuse("niet-te-simuleren", "Voor dit jaar is geen bevolking te maken. "+err.Error(), "Kies een andere variant.")
	}
	if o.Know != nil {
		o.Know(o.rules.set)
	}
	q := run.Ask(o.Shipped, o.rules.set, set)
	q.Population, q.People, q.Year, q.Seed, q.Date, q.Regulations = in.Population, people.ID(), v.From.Year, seed, v.From, touched
	return run.Order{Question: q, Title: v.Name, Who: who}, nil
}
