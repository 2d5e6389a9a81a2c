package office

import (
	"context"
	"errors"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// wholeCountry is the population with a household for every real one.
const wholeCountry = "nl:all"

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
	touched, err := o.computable(set, v)
	if err != nil {
		return run.Order{}, err
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

// computable gives the regulations that a run of a variant computes, or a
// refusal. Those that it changes have to be possible on its day. When it changes
// several they meet in one income, and with all that is in it: assistance moves
// with the tax, and the sum of the table has to be the sum of the page. What is
// in that income and cannot be computed is left out.
func (o *Office) computable(set *regulation.Set, v regulation.Variant) ([]string, error) {
	touched := v.Touches()
	asked := slices.Clone(touched)
	if income := set.IncomeMeasure(); income != nil && len(touched) > 1 {
		for _, id := range append([]string{income.ID}, income.BuildsOn...) {
			if r, ok := set.Get(id); ok && r.Decides() && !slices.Contains(asked, id) {
				asked = append(asked, id)
			}
		}
	}
	never := func(why string) error {
		return refuse("niet-te-simuleren", "Deze variant kan niet gesimuleerd worden. "+why, "Kies een andere variant.")
	}
	side, err := simulate.NewSide(set, v.From, asked...)
	if errors.Is(err, simulate.ErrSpec) {
		return nil, never(err.Error())
	}
	if err != nil {
		return nil, err
	}
	no, err := side.Impossible(v.From)
	if err != nil {
		return nil, err
	}
	for _, x := range no {
		if slices.Contains(touched, x.ID) {
			return nil, never(x.Reason)
		}
		asked = slices.DeleteFunc(asked, func(id string) bool { return id == x.ID })
	}
	return asked, nil
}
