package takeup

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"lemniscaat/internal/population"
)

// Params are the assumptions by id.
type Params map[string]float64

// Assumptions gives the assumptions of this package with low and high: those of
// who does a step, then those of interventions.
func Assumptions() ([]population.Assumption, error) {
	var all []population.Assumption
	for _, name := range []string{"data/aannames.csv", "data/ingrepen.csv"} {
		list, err := population.ReadAssumptions(files, name)
		if err != nil {
			return nil, fmt.Errorf("takeup data: %w", err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// Relevant leaves out the assumptions of interventions that are done at none of
// the steps.
func Relevant(list []population.Assumption, steps ...Step) []population.Assumption {
	letter := slices.ContainsFunc(steps, func(s Step) bool { return s.Letter })
	prefilled := slices.ContainsFunc(steps, func(s Step) bool { return s.Prefilled })
	return slices.DeleteFunc(slices.Clone(list), func(a population.Assumption) bool {
		switch a.ID {
		case "brief-inlog", "brief-stap":
			return !letter
		case "ingreep-vooringevuld":
			return !prefilled
		}
		return false
	})
}

// Defaults gives the middle values.
func Defaults(list []population.Assumption) Params {
	p := Params{}
	for _, a := range list {
		p[a.ID] = a.Value
	}
	return p
}

// With gives a copy in which one assumption has another value.
func (p Params) With(id string, v float64) Params {
	q := make(Params, len(p))
	for k, x := range p {
		q[k] = x
	}
	q[id] = v
	return q
}

func (p Params) get(id string) float64 {
	v, ok := p[id]
	if !ok {
		panic("BUG: takeup has no assumption " + id)
	}
	return v
}

// Observed is what is known of non-take-up of a regulation: shares of the
// entitled units.
type Observed struct {
	Regulation string
	// Unclaimed is the share that gets nothing; Low and High bound it.
	Unclaimed, Low, High float64
	// SelfEmployed is the share among the self-employed; 0: not known.
	SelfEmployed float64
	// Retired is the share among those who have just retired; 0: not known.
	Retired float64
	Source  string
	// Assumed says that nothing was observed for this regulation.
	Assumed bool
}

// Observe gives what is known of a regulation, or the assumption for those of
// which nothing is.
func Observe(id string) (Observed, error) {
	data, err := files.ReadFile("data/waargenomen.csv")
	if err != nil {
		return Observed{}, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = ';', 7
	rows, err := r.ReadAll()
	if err != nil {
		return Observed{}, fmt.Errorf("waargenomen.csv: %w", err)
	}
	for _, row := range rows[1:] {
		if row[0] != id && row[0] != "*" {
			continue
		}
		o := Observed{Regulation: id, Source: row[6], Assumed: row[0] == "*"}
		for i, v := range []*float64{&o.Unclaimed, &o.Low, &o.High, &o.SelfEmployed, &o.Retired} {
			if *v, err = strconv.ParseFloat(row[i+1], 64); err != nil || *v < 0 || *v >= 1 {
				return Observed{}, fmt.Errorf("waargenomen.csv: %s: %q is geen aandeel van 0 tot 1", row[0], row[i+1])
			}
		}
		return o, nil
	}
	return Observed{}, errors.New("waargenomen.csv: de regel * ontbreekt")
}

// Assumption gives the observation as a named assumption of a run.
func (o Observed) Assumption() population.Assumption {
	text := "Van wie recht heeft op " + o.Regulation + " krijgt nu dit deel niets."
	basis := o.Source
	if o.Assumed {
		text = "Van wie recht heeft op " + o.Regulation + " krijgt nu naar schatting dit deel niets. Er is niets gemeten."
	}
	return population.Assumption{ID: "niet-gebruik." + o.Regulation, Text: text, Value: o.Unclaimed, Low: o.Low, High: o.High, Unit: "aandeel", Basis: basis}
}

// coefficients are the assumptions as they are read for every unit.
type coefficients struct {
	load, amount, ability, young, self, retired, reading, readingShare, event, eventShare, proof, yearly, reach, letter, prefilled float64
}

func (p Params) coefficients() coefficients {
	return coefficients{load: p.get("gebruik-last"), amount: p.get("gebruik-bedrag"), ability: p.get("gebruik-vermogen"),
		young: p.get("gebruik-jong"), self: p.get("gebruik-zelfstandig"), retired: p.get("gebruik-net-aow"),
		reading: p.get("gebruik-laaggeletterd"), readingShare: p.get("deel-laaggeletterd"),
		event: p.get("gebruik-gebeurtenis"), eventShare: p.get("deel-gebeurtenis"),
		proof: p.get("last-bewijs"), yearly: p.get("last-elk-jaar"), reach: p.get("bereik-automatisch"),
		letter: p.get("brief-inlog") * p.get("brief-stap"), prefilled: p.get("ingreep-vooringevuld")}
}

// cost is what a step takes off the logit: its whole load times its strength,
// less what it helps that it is prefilled.
func (c *coefficients) cost(s Step) float64 {
	l := s.Load + c.proof*float64(s.Proofs)
	if s.Yearly {
		l += c.yearly
	}
	if s.Prefilled {
		return c.load*l - c.prefilled
	}
	return c.load * l
}
