package population

import (
	"fmt"
	"math"
)

// homes draws the dwelling of a household. Tenure is the rank of the household
// with its own noise, laid on the numbers of dwellings; rent and equity are
// lognormal given tenure, type and income. Who lives where follows tenure.
type homes struct {
	rhoTenure, rhoPlace, rhoRent float64
	// Shares of households in a corporation dwelling and in any rented one, and
	// after calibrating the latents below which they are.
	corporation, rent             float64
	assisted                      float64
	places                        [Municipalities]float64 // latents between classes
	median, spread                [2]float64              // rents of a month, by tenure
	most                          float64                 // that a corporation asks
	alone, family                 float64                 // factors on the rent
	room, roomYoung, roomRent     float64
	service, serviceMean          float64
	equity, perYear, equitySpread float64
	equityAge                     float64
	freeHome                      int
}

// rentYear is the year at whose level the assumed rents are.
const rentYear = 2024

func newHomes(p *plan, year int) homes {
	all := p.m("woning.eigen") + p.m("woning.corporatie") + p.m("woning.overig")
	level := math.Pow(p.a("groei-huur"), float64(year-rentYear))
	return homes{
		rhoTenure: p.a("rang-woning"), rhoPlace: p.a("rang-gemeente"), rhoRent: p.a("rang-huur"),
		assisted: p.a("woning-bijstand"), corporation: p.m("woning.corporatie") / all, rent: (p.m("woning.corporatie") + p.m("woning.overig")) / all,
		median: [2]float64{p.a("huur-corporatie") * level, p.a("huur-overig") * level},
		spread: [2]float64{p.a("huur-corporatie-spreiding"), p.a("huur-overig-spreiding")},
		most:   p.a("huur-corporatie-hoogste") * level,
		alone:  p.a("huur-alleen"), family: p.a("huur-gezin"),
		room: p.a("onzelfstandig"), roomYoung: p.a("onzelfstandig-jong"), roomRent: p.a("huur-onzelfstandig"),
		service: p.a("servicekosten"), serviceMean: p.a("servicekosten-bedrag"),
		equity: p.a("overwaarde"), perYear: p.a("overwaarde-per-jaar"), equitySpread: p.a("overwaarde-spreiding"),
		equityAge: 50, freeHome: int(p.m("vermogen.woning")),
	}
}

// tenure gives the latent of the tenure of a household.
func (o *homes) tenure(g *generator, h *Household, z float64) float64 {
	return o.tenureMean(h, z) + math.Sqrt(1-o.rhoTenure*o.rhoTenure)*g.normal(h.Index, -1, forTenure)
}

// tenureMean is the middle of the latent of tenure given income.
func (o *homes) tenureMean(h *Household, z float64) float64 {
	if p := &h.Persons[0]; p.Status == Assistance || p.Short {
		return o.rhoTenure*z - o.assisted
	}
	return o.rhoTenure * z
}

// place gives the latent of where a household lives: owners and higher incomes
// live more often in small municipalities.
func (o *homes) place(g *generator, h *Household, t float64) float64 {
	return -o.rhoPlace*t + math.Sqrt(1-o.rhoPlace*o.rhoPlace)*g.normal(h.Index, -1, forMunicipality)
}

// fill draws the dwelling; z is the income rank as a normal number.
func (o *homes) fill(g *generator, h *Household, z float64) {
	t := o.tenure(g, h, z)
	d := &h.Home
	*d = Home{Tenure: Owner}
	switch {
	case t < o.corporation:
		d.Tenure = Corporation
	case t < o.rent:
		d.Tenure = OtherRent
	}
	for u := o.place(g, h, t); d.Municipality < Municipalities-1 && u >= o.places[d.Municipality]; {
		d.Municipality++
	}
	if d.Tenure == Owner {
		years := float64(min(max(h.Persons[0].Age, 25), 75)) - o.equityAge
		median := max(o.equity+o.perYear*years, 20_000)
		d.Equity = int(min(median*math.Exp(o.equitySpread*g.normal(h.Index, -1, forEquity)), 10_000_000) / 1000)
		if h.Persons[0].Status == Assistance {
			d.Equity = min(d.Equity, o.freeHome/1000) // more would end the bijstand
		}
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

// calibrate sets the latents between tenures and between size classes, so that
// dwellings and persons are divided as counted. Of the sample only incomes,
// types and sizes count: what is drawn beside them is taken as expected.
func (o *homes) calibrate(p *plan, sample []Household, z func(i int) float64) {
	const every = 7 // of the sample is enough, and spread over all types and ages
	var means, sizes, ones []float64
	for i := 0; i < len(sample); i += every {
		means = append(means, o.tenureMean(&sample[i], z(i)))
		sizes, ones = append(sizes, float64(len(sample[i].Persons))), append(ones, 1)
	}
	// below gives the latent under which a share of the weights is.
	below := func(share, slope, sd float64, weights []float64) float64 {
		var all float64
		for _, w := range weights {
			all += w
		}
		low, high := -8.0, 8.0
		for range 32 {
			middle, sum := (low+high)/2, 0.0
			for i, mean := range means {
				sum += weights[i] * phi((middle-slope*mean)/sd)
			}
			if sum < share*all {
				low = middle
			} else {
				high = middle
			}
		}
		return (low + high) / 2
	}
	sd := math.Sqrt(1 - o.rhoTenure*o.rhoTenure)
	o.corporation, o.rent = below(o.corporation, 1, sd, ones), below(o.rent, 1, sd, ones)
	var all, before float64
	for m := range Municipalities {
		all += p.m(municipalityID(m))
	}
	sd = math.Sqrt(1 - o.rhoPlace*o.rhoPlace*o.rhoTenure*o.rhoTenure)
	for m := range Municipalities - 1 {
		before += p.m(municipalityID(m)) / all
		o.places[m] = below(before, -o.rhoPlace, sd, sizes)
	}
}

func municipalityID(m Municipality) string { return fmt.Sprintf("gemeente.%d", m) }
