package regulation_test

import (
	"math/big"
	"strings"
)

// assistanceNorm compares a norm of the Participatiewet: a single person, a
// couple of two young persons, or one of them young.
func (o oracle) assistanceNorm(r publishedRow) bool {
	o.t.Helper()
	day := r.Year + "-15"
	adult, young := born(r.Year, "40"), born(r.Year, "19")
	couple := "feiten:\n  - bijstandspartnerschap: [p1, p2]\n"
	var file string
	switch {
	case strings.HasPrefix(r.Inputs, "single ="):
		file = "datum: " + day + "\npersonen:\n  p1: {geboortedatum: " + adult + "}\n"
	case strings.HasPrefix(r.Inputs, "both under 21 ="):
		file = "datum: " + day + "\npersonen:\n  p1: {geboortedatum: " + young + "}\n  p2: {geboortedatum: " + young + "}\n" + couple
	case strings.HasPrefix(r.Inputs, "one under 21 ="):
		file = "datum: " + day + "\npersonen:\n  p1: {geboortedatum: " + adult + "}\n  p2: {geboortedatum: " + young + "}\n" + couple
	default:
		o.t.Fatalf("onbekende rij: %s", r.Inputs)
	}
	o.same(r, o.read(file, "bijstandsnorm"), new(big.Rat))
	return true
}

// costSharers compares the norm of somebody who shares the costs.
func (o oracle) costSharers(r publishedRow) bool {
	o.t.Helper()
	day, others := "", 0
	switch {
	case strings.Contains(r.Inputs, "43.33% as printed"):
		return false // the example rounds the percentage; the rule does not
	case strings.HasPrefix(r.Inputs, "B 1,574.03, A=4"):
		day, others = "2022-07-15", 3
	case strings.HasPrefix(r.Inputs, "IOAW cost sharer = 50%"):
		day, others = "2021-01-15", 1
	default:
		o.t.Fatalf("onbekende rij: %s", r.Inputs)
	}
	file := "datum: " + day + "\npersonen:\n  p1: {geboortedatum: 1980-03-04}\n"
	for i := range others {
		file += "  m" + string(rune('1'+i)) + ": {geboortedatum: 1970-05-05}\n"
	}
	o.same(r, o.read(file, "kostendelersnorm"), new(big.Rat))
	return true
}
