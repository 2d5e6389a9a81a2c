package population

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Check compares one published figure with the population.
type Check struct {
	Margin
	Model float64
}

// Off is the difference with the official figure in percent of it.
func (c Check) Off() float64 { return 100 * (c.Model/c.Value - 1) }

// Diagnosis compares a population with the published figures: those it was
// fitted to ("marge") and those held out ("toets"). Money is compared at the
// level of the population's year: the official figure is moved with the
// assumed growth.
type Diagnosis struct {
	ID         string
	Households int // rows
	Persons    int // rows
	Checks     []Check
	// AgeFactor is the smallest and largest factor that fitting put on the
	// assumed ages of heads.
	AgeFactor [2]float64
}

// histogram is a weighted histogram in steps of 100 euros.
type histogram struct{ w [8192]int64 }

const histogramStep, histogramFrom = 100, -2000

func (h *histogram) add(v int, w int64) {
	h.w[min(max(v/histogramStep-histogramFrom/histogramStep, 0), len(h.w)-1)] += w
}

func (h *histogram) quantile(u float64) float64 {
	var all, sum int64
	for _, w := range h.w {
		all += w
	}
	for i, w := range h.w {
		if target := u * float64(all); float64(sum+w) >= target && w > 0 {
			return histogramFrom + histogramStep*(float64(i)+(target-float64(sum))/float64(w))
		}
		sum += w
	}
	return math.NaN()
}

// names are the ids of counts, made once.
type names struct {
	types   [Types]string
	sizes   [6]string
	tenures [3]string
	ages    [bands]string
}

func newNames() names {
	n := names{tenures: [3]string{"woning.corporatie", "woning.overig", "woning.eigen"}}
	for ty := range Types {
		n.types[ty] = "type." + ty.String()
	}
	for i := range n.sizes {
		n.sizes[i] = fmt.Sprintf("grootte.%d", i)
	}
	for b, from := range bandFrom {
		n.ages[b] = fmt.Sprintf("leeftijd.%d", from)
	}
	return n
}

type diagnosis struct {
	names                           *names
	persons                         int
	count                           map[string]int64
	ages, elderly, savings          Sum
	all                             int64
	disposable, standardised, saved histogram
	savedBy                         map[string]*histogram
	places                          [Municipalities]int64 // persons
	care                            [2][2]care            // by age group; centre, minder
}

// care counts childcare.
type care struct{ children, hours int64 }

// careIDs are the margins of childcare, by age group; centre, minder.
var careIDs = [2][2]string{{"opvang.dag", "opvang.gastouder-dag"}, {"opvang.bso", "opvang.gastouder-bso"}}

// Diagnose makes the whole population once and compares it with every figure.
func Diagnose(ctx context.Context, p *Population, workers int) (*Diagnosis, error) {
	names := newNames()
	start := func() *diagnosis {
		d := &diagnosis{names: &names, count: map[string]int64{}, savedBy: map[string]*histogram{}}
		for _, id := range [...]string{"alleenstaand", "eenouder", "zonder", "met"} {
			d.savedBy[id] = new(histogram)
		}
		for _, id := range saverID {
			d.savedBy[id] = new(histogram)
		}
		return d
	}
	d, err := Fold(ctx, p, workers, start, (*diagnosis).add, (*diagnosis).merge, nil)
	if err != nil {
		return nil, err
	}
	out := &Diagnosis{ID: p.id, Households: p.spec.N, Persons: d.persons, AgeFactor: p.plan.bounds}
	// Compare at the scale of the country.
	country := p.plan.m("huishoudens") / p.spec.Households / million
	homes := p.plan.m("woning.eigen") + p.plan.m("woning.corporatie") + p.plan.m("woning.overig")
	growth := p.plan.a("groei-vermogen")
	for _, m := range p.plan.margins {
		if m.Use == "invoer" {
			continue
		}
		c := Check{Margin: m}
		kind, rest, _ := strings.Cut(m.ID, ".")
		switch {
		case kind == "besteedbaar", kind == "gestandaardiseerd":
			percent, err := strconv.ParseFloat(strings.TrimPrefix(rest, "P"), 64)
			if err != nil {
				return nil, fmt.Errorf("marges.csv, %s: geen percentiel", m.ID)
			}
			h := &d.disposable
			if kind == "gestandaardiseerd" {
				h = &d.standardised
			}
			c.Value, c.Model = m.Value*p.money.level, h.quantile(percent/100)
		case m.ID == "spaargeld.mediaan":
			c.Value, c.Model = m.Value*growth, d.saved.quantile(0.5)
		case m.ID == "spaargeld.gemiddeld":
			c.Value, c.Model = m.Value*growth, d.savings.Float()/float64(d.count["huishoudens"])
		case kind == "spaargeld":
			c.Value, c.Model = m.Value*growth, d.savedBy[rest].quantile(0.5)
		case m.ID == "leeftijd.gemiddeld":
			c.Model = d.ages.Float()/float64(d.all) + 0.5 // completed years; half a year on average
		case m.ID == "ouderen.gemiddeld":
			c.Value, c.Model = m.Value*p.money.level, d.elderly.Float()/float64(d.count["aow"])
		case m.ID == "aow.samen":
			c.Model = 100 * float64(d.count["aow.samen"]) / float64(d.count["aow"])
		case kind == "gemeente":
			m, err := strconv.Atoi(rest)
			if err != nil || m < 0 || m >= int(Municipalities) {
				return nil, fmt.Errorf("marges.csv, %s: geen klasse van gemeenten", c.ID)
			}
			var all float64
			for m := range Municipalities {
				all += p.plan.m(municipalityID(m))
			}
			c.Value, c.Model = c.Value/all*p.plan.m("personen"), float64(d.places[m])*country
		case kind == "opvang":
			c.Model = d.careOf(m.ID, country*p.plan.a("opvang-krijgt"))
		case kind == "woning":
			c.Value = m.Value * p.plan.m("huishoudens") / homes
			c.Model = float64(d.count[m.ID]) * country
			c.Unit = "huishoudens"
		default:
			c.Model = float64(d.count[m.ID]) * country
		}
		out.Checks = append(out.Checks, c)
	}
	targets := p.plan.ageTargets()
	for b, from := range bandFrom {
		id := fmt.Sprintf("leeftijd.%d", from)
		out.Checks = append(out.Checks, Check{Model: float64(d.count[id]) * country,
			Margin: Margin{ID: id, Use: "marge", Label: fmt.Sprintf("personen vanaf %d jaar, tot de volgende groep", from), Value: targets[b], Unit: "personen",
				Table: "afgeleid, zie docs/simulatie.md", Period: "2024-01-01", Status: "afgeleid", License: "CC BY 4.0"}})
	}
	return out, nil
}

// careOf gives the model figure of a margin of childcare: children that the
// allowance reaches, or hours of a child.
func (d *diagnosis) careOf(id string, country float64) float64 {
	var sum care
	for g, ids := range careIDs {
		for k, x := range ids {
			if strings.HasPrefix(id, x+".") || strings.Count(id, ".") == 1 {
				sum.children += d.care[g][k].children
				sum.hours += d.care[g][k].hours
			}
		}
	}
	if strings.HasSuffix(id, ".uren") {
		return float64(sum.hours) / float64(sum.children)
	}
	return float64(sum.children) * country
}

func (d *diagnosis) add(h *Household) error {
	w := h.Weight
	n := len(h.Persons)
	d.persons += n
	d.count["huishoudens"] += w
	d.count[d.names.types[h.Type]] += w
	d.count["personen"] += w * int64(n)
	if n > 1 {
		d.count[d.names.sizes[min(n, 5)]] += w
	}
	d.count[d.names.tenures[h.Home.Tenure]] += w
	d.places[h.Home.Municipality] += w * int64(n)
	for _, c := range h.Contracts {
		g, _ := inCare(&h.Persons[c.Child])
		k := 0
		if c.Kind == ChildMinder {
			k = 1
		}
		d.care[g][k].children += w
		d.care[g][k].hours += w * int64(c.Hours)
	}
	d.disposable.add(h.Disposable, w)
	d.standardised.add(h.Standardised, w)
	d.saved.add(h.Savings, w)
	d.savings.Add(w, int64(h.Savings))
	d.savedBy[savingsGroup(h.Type)].add(h.Savings, w)
	d.savedBy[saverID[saver(h)]].add(h.Savings, w)
	for i := range h.Persons {
		p := &h.Persons[i]
		d.all += w
		d.ages.Add(w, int64(p.Age))
		d.count[d.names.ages[band(p.Age)]] += w
		switch {
		case p.Position == Child:
			d.count["personen.kind"] += w
		case p.Position == OtherMember || h.Type == Other:
			d.count["personen.overig"] += w
		}
		if p.Wage > 0 {
			d.count["loon.personen"] += w
		}
		if p.Profit != 0 {
			d.count["winst.personen"] += w
		}
		switch p.Status {
		case Assistance:
			d.count["bijstand.personen"] += w
		case Retired:
			d.count["aow"] += w
			d.elderly.Add(w, int64(p.Pension))
			if h.Partner(i) >= 0 {
				d.count["aow.samen"] += w
			}
		}
	}
	return nil
}

func (d *diagnosis) merge(o *diagnosis) {
	d.persons += o.persons
	d.all += o.all
	for k, v := range o.count {
		d.count[k] += v
	}
	for m, w := range o.places {
		d.places[m] += w
	}
	for g := range o.care {
		for k, x := range o.care[g] {
			d.care[g][k].children += x.children
			d.care[g][k].hours += x.hours
		}
	}
	d.ages.Merge(o.ages)
	d.elderly.Merge(o.elderly)
	d.savings.Merge(o.savings)
	d.disposable.merge(&o.disposable)
	d.standardised.merge(&o.standardised)
	d.saved.merge(&o.saved)
	for k, v := range o.savedBy {
		d.savedBy[k].merge(v)
	}
}

func (h *histogram) merge(o *histogram) {
	for i, w := range o.w {
		h.w[i] += w
	}
}
