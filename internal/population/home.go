package population

import (
	"fmt"
	"math"
)

// homes draws the dwelling of a household. Tenure is the rank of the household
// with its own noise, laid on the numbers of dwellings; rent and equity are
// lognormal given tenure, type and income. Who lives where follows tenure.
type homes struct {
	rhoTenure, rhoPlace, rhoRent  float64
	corporation, rent             float64                 // shares of households: corporation, any rent
	places                        [Municipalities]float64 // cumulative ranks
	median, spread                [2]float64              // rents of a month, by tenure
	most                          float64                 // that a corporation asks
	alone, family                 float64                 // factors on the rent
	room, roomYoung, roomRent     float64
	service, serviceMean          float64
	equity, perYear, equitySpread float64
	equityAge                     float64
}

// rentYear is the year at whose level the assumed rents are.
const rentYear = 2024

func newHomes(p *plan, year int) homes {
	all := p.m("woning.eigen") + p.m("woning.corporatie") + p.m("woning.overig")
	level := math.Pow(p.a("groei-huur"), float64(year-rentYear))
	return homes{
		rhoTenure: p.a("rang-woning"), rhoPlace: p.a("rang-gemeente"), rhoRent: p.a("rang-huur"),
		corporation: p.m("woning.corporatie") / all, rent: (p.m("woning.corporatie") + p.m("woning.overig")) / all,
		median: [2]float64{p.a("huur-corporatie") * level, p.a("huur-overig") * level},
		spread: [2]float64{p.a("huur-corporatie-spreiding"), p.a("huur-overig-spreiding")},
		most:   p.a("huur-corporatie-hoogste") * level,
		alone:  p.a("huur-alleen"), family: p.a("huur-gezin"),
		room: p.a("onzelfstandig"), roomYoung: p.a("onzelfstandig-jong"), roomRent: p.a("huur-onzelfstandig"),
		service: p.a("servicekosten"), serviceMean: p.a("servicekosten-bedrag"),
		equity: p.a("overwaarde"), perYear: p.a("overwaarde-per-jaar"), equitySpread: p.a("overwaarde-spreiding"),
		equityAge: 50,
	}
}

// tenure gives the latent of the tenure of a household, standard normal.
func (o *homes) tenure(g *generator, h *Household, z float64) float64 {
	return o.rhoTenure*z + math.Sqrt(1-o.rhoTenure*o.rhoTenure)*g.normal(h.Index, -1, forTenure)
}

// place gives the rank of where a household lives among all households: owners
// and higher incomes live more often in small municipalities.
func (o *homes) place(g *generator, h *Household, t float64) float64 {
	return phi(-o.rhoPlace*t + math.Sqrt(1-o.rhoPlace*o.rhoPlace)*g.normal(h.Index, -1, forMunicipality))
}

// fill draws the dwelling; z is the income rank as a normal number.
func (o *homes) fill(g *generator, h *Household, z float64) {
	t := o.tenure(g, h, z)
	d := &h.Home
	*d = Home{Tenure: Owner}
	switch u := phi(t); {
	case u < o.corporation:
		d.Tenure = Corporation
	case u < o.rent:
		d.Tenure = OtherRent
	}
	for u := o.place(g, h, t); d.Municipality < Municipalities-1 && u >= o.places[d.Municipality]; {
		d.Municipality++
	}
	if d.Tenure == Owner {
		years := float64(min(max(h.Persons[0].Age, 25), 75)) - o.equityAge
		median := max(o.equity+o.perYear*years, 20_000)
		d.Equity = int(min(median*math.Exp(o.equitySpread*g.normal(h.Index, -1, forEquity)), 10_000_000) / 1000)
		return
	}
	u := g.uniform(h.Index, -1, forRoom)
	d.Room = u < o.room || d.Tenure == OtherRent && h.Type == Single && h.Persons[0].Age < 27 && u < o.roomYoung
	rent := o.median[d.Tenure] * math.Exp(o.spread[d.Tenure]*(o.rhoRent*z+math.Sqrt(1-o.rhoRent*o.rhoRent)*g.normal(h.Index, -1, forRent)))
	switch {
	case h.Type == Single:
		rent *= o.alone
	case h.Type.hasChildren():
		rent *= o.family
	}
	if d.Tenure == Corporation {
		rent = min(rent, o.most)
	}
	if d.Room {
		rent *= o.roomRent
	}
	d.Rent = int(math.Round(min(max(rent, 150), 5000)))
	// Service costs in two parts: some pay none.
	if u := g.uniform(h.Index, -1, forService); u < o.service {
		d.Service = int(math.Round(o.serviceMean * 2 * u / o.service))
	}
}

// calibrate sets the ranks between size classes so that persons, not
// households, are divided as counted: the number of persons of a household is
// taken as a straight line in the rank of where it lives.
func (o *homes) calibrate(p *plan, g *generator, sample []Household, z func(i int) float64) {
	var n, su, ss, suu, sus float64
	for i := range sample {
		h := &sample[i]
		u, size := o.place(g, h, o.tenure(g, h, z(i))), float64(len(h.Persons))
		n, su, ss, suu, sus = n+1, su+u, ss+size, suu+u*u, sus+u*size
	}
	slope := (n*sus - su*ss) / (n*suu - su*su)
	start := (ss - slope*su) / n
	var all, before float64
	for m := range Municipalities {
		all += p.m(municipalityID(m))
	}
	for m := range Municipalities {
		before += p.m(municipalityID(m)) / all * (start + slope/2)
		// start·u + slope·u²/2 = before
		if math.Abs(slope) < 1e-9 {
			o.places[m] = before / start
			continue
		}
		o.places[m] = (math.Sqrt(start*start+2*slope*before) - start) / slope
	}
}

func municipalityID(m Municipality) string { return fmt.Sprintf("gemeente.%d", m) }
