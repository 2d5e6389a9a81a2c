package simulate

import (
	"fmt"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// bound is a side that is compiled, with the outcomes that it counts.
type bound struct {
	Side
	date     rule.Date
	program  *exact.Program
	person   *rule.ObjectType
	outcomes []counted
	derived  map[string]bool // columns that rules compute instead, on every side
	income   *counted        // nil: no regulation measures income
}

// counted is the outcome attribute of a scheme.
type counted struct {
	attr       *rule.Attribute
	times      int64 // per year
	household  bool  // it sits on the household
	applicants bool  // only applicants can have it
}

const applicantID = "persoon.aanvrager"

func bind(s Side, date rule.Date) (*bound, error) {
	b, err := newBound(s, date)
	if err != nil {
		return nil, err
	}
	for _, scheme := range s.Schemes {
		o, err := b.outcome(scheme)
		if err != nil {
			return nil, err
		}
		b.outcomes = append(b.outcomes, o)
	}
	b.income, err = b.measure()
	return b, err
}

// newBound compiles a side, without its outcomes.
func newBound(s Side, date rule.Date) (*bound, error) {
	program := s.program
	if program == nil {
		var diags rule.Diagnostics
		if program, diags = exact.Compile(s.Model); diags.Err() != nil {
			return nil, uncompiled(diags.Err())
		}
	}
	b := &bound{Side: s, date: date, program: program, person: program.ObjectType("Persoon")}
	if b.person == nil {
		return nil, fmt.Errorf("%w: de regels kennen geen objecttype Persoon", ErrSpec)
	}
	b.derived = b.derives()
	return b, nil
}

func uncompiled(err error) error {
	return fmt.Errorf("%w: de regels kunnen niet uitgevoerd worden:\n%w", ErrSpec, err)
}

// columns asks for outcomes. What the population knows of everybody is not
// filled in by a rule, unless it is income that rules can derive: then schemes
// see what the other rules make of it (see matched.supply).
func (b *bound) columns(outcomes ...*rule.Attribute) column.Side {
	given := map[string]bool{}
	for _, c := range b.known.Columns {
		given[c.ID] = !c.Leeg() && c.Partly == nil && !b.derived[c.ID]
	}
	return column.Side{Program: b.program, Date: b.date, Outcomes: outcomes, Given: given}
}

// comparable says why a variant cannot be compared with the baseline.
func (b *bound) comparable(base *bound) error {
	if len(b.Schemes) != len(base.Schemes) {
		return fmt.Errorf("%w: de variant heeft niet dezelfde regelingen als de regels van nu", ErrSpec)
	}
	if (b.Income == nil) != (base.Income == nil) || b.Income != nil && b.Income.ID != base.Income.ID {
		return fmt.Errorf("%w: de variant meet het inkomen niet met dezelfde regeling als de regels van nu", ErrSpec)
	}
	for i, s := range base.Schemes {
		if b.Schemes[i].ID != s.ID {
			return fmt.Errorf("%w: de variant heeft %s waar de regels van nu %s hebben", ErrSpec, b.Schemes[i].ID, s.ID)
		}
		if b.outcomes[i].household != base.outcomes[i].household {
			return fmt.Errorf("%w: de variant legt de uitkomst van %s ergens anders dan de regels van nu", ErrSpec, s.ID)
		}
	}
	return nil
}

// outcome finds the counted attribute of a scheme.
func (b *bound) outcome(s Scheme) (counted, error) {
	a := b.program.Attribute(s.Outcome)
	if a == nil {
		return counted{}, fmt.Errorf("%w: regeling %s heeft als uitkomst %q, en dat gegeven is er niet", ErrSpec, s.ID, s.Outcome)
	}
	if a.Type.Kind != rule.Amount {
		return counted{}, fmt.Errorf("%w: de uitkomst %s van regeling %s is geen bedrag", ErrSpec, s.Outcome, s.ID)
	}
	o := counted{attr: a}
	var err error
	if o.times, err = timesAYear(s, a.Type.Unit); err != nil {
		return counted{}, err
	}
	switch {
	case a.Owner == b.person:
	case rule.Slug(a.Owner.Name) == "huishouden":
		o.household = true
	default:
		return counted{}, fmt.Errorf("%w: de uitkomst van regeling %s hoort bij %s; een simulatie telt personen of huishoudens", ErrSpec, s.ID, rule.Slug(a.Owner.Name))
	}
	writers := b.program.Writers(a, b.date)
	if len(writers) == 0 {
		return counted{}, fmt.Errorf("%w: regeling %s heeft op %v geen regel die %s bepaalt", ErrSpec, s.ID, b.date, s.Outcome)
	}
	o.applicants = !o.household
	for _, w := range writers {
		k := w.At(b.date).Subject.Kenmerk
		o.applicants = o.applicants && k != nil && k.ID() == applicantID
	}
	return o, nil
}

// timesAYear gives how often the outcome of a scheme is paid in a year, by its
// period or by the unit of the outcome (€/mnd, €/kw, €/jr). When both say it, they
// agree.
func timesAYear(s Scheme, unit string) (int64, error) {
	period := map[string]string{"€/mnd": "maand", "€/kw": "kwartaal", "€/jr": "jaar"}[unit]
	switch {
	case unit != "€" && unit != "" && period == "":
		return 0, fmt.Errorf("%w: de uitkomst %s van regeling %s is in %s; een simulatie telt €, €/mnd, €/kw of €/jr", ErrSpec, s.Outcome, s.ID, unit)
	case period != "" && s.Period != "" && s.Period != period:
		return 0, fmt.Errorf("%w: de uitkomst %s van regeling %s is in %s, maar de regeling zegt: per %s", ErrSpec, s.Outcome, s.ID, unit, s.Period)
	case period == "":
		period = s.Period
	}
	switch period {
	case "maand":
		return 12, nil
	case "kwartaal":
		return 4, nil
	case "jaar", "eenmalig", "":
		return 1, nil
	}
	return 0, fmt.Errorf("%w: regeling %s: %q is geen periode; kies jaar, kwartaal, maand of eenmalig", ErrSpec, s.ID, s.Period)
}
