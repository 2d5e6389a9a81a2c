package simulate

import (
	"math"

	"lemniscaat/internal/population"
)

// kin is a household among its kind: groups that it is in beside type and age.
// 0 is not known.
type kin struct{ tenure, municipality, source uint8 }

func (k *kin) form(f *form) {
	formNumber(f, &k.tenure)
	formNumber(f, &k.municipality)
	formNumber(f, &k.source)
}

func (k *kin) check() bool {
	return int(k.tenure) < len(tenureNames) && int(k.municipality) < len(municipalityNames) && int(k.source) < len(sourceNames)
}

// Groups by dwelling, by size of the municipality in persons, and by the main
// source of income; the first is of households of which it is not known.
var (
	tenureNames       = []string{"onbekend", "corporatie", "overige huur", "eigen woning"}
	municipalityNames = []string{"onbekend", "minder dan 5.000", "5.000 tot 20.000", "20.000 tot 50.000", "50.000 tot 100.000", "100.000 of meer"}
	sourceNames       = []string{"onbekend", "loon", "eigen bedrijf", "uitkering", "AOW en pensioen", "bijstand", "studie", "geen inkomen"}
)

// sourceOf gives the source by what a person mainly lives from.
var sourceOf = [...]uint8{population.Student: 6, population.Employee: 1, population.SelfEmployed: 2, population.Unemployed: 3, population.Disabled: 3,
	population.NoIncome: 7, population.Assistance: 5, population.Retired: 4, population.Minor: 7}

// homeOf takes over what is known of a household itself.
func homeOf(b *population.Block, i int) home {
	first, end := b.Starts[i], b.Starts[i+1]
	h := home{weight: b.Weights[i], disposable: euros(b.Disposable[i]), persons: uint8(end - first), age: b.Ages[first], ty: b.Types[i], kin: dwelling(b, i)}
	most, wealth := first, int64(0)
	for row := first; row < end; row++ {
		if b.Ages[row] < 18 {
			h.minors++
		}
		if b.Assessed[row] > b.Assessed[most] {
			most = row
		}
		wealth += b.Wealth[row]
	}
	h.wealth = euros(wealth)
	h.kin.source = sourceOf[b.Statuses[most]]
	return h
}

func euros(v int64) int32 { return int32(min(max(v, math.MinInt32), math.MaxInt32)) }

// dwelling gives the groups by where a household lives.
func dwelling(b *population.Block, i int) kin {
	if len(b.Homes) == 0 {
		return kin{} // a population that says nothing of dwellings
	}
	at := b.Homes[i]
	return kin{tenure: 1 + uint8(at.Tenure), municipality: 1 + uint8(at.Municipality)}
}
