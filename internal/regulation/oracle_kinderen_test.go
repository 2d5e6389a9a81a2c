package regulation_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

var (
	perAge = regexp.MustCompile(`^base [\d.]+, child (\d+)-\d+, per quarter$`)
	budget = regexp.MustCompile(`^(single|partners), kids? ([\d+]+), income ([\d,]+) \((year|month)\)$`)
)

// childBenefit compares kinderbijslag of one child of an age.
func (o oracle) childBenefit(r publishedRow) bool {
	o.t.Helper()
	m := perAge.FindStringSubmatch(r.Inputs)
	if m == nil {
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return false
	}
	file := "datum: " + r.Year + "-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd-voor-de-kinderbijslag: ja}\n" +
		"  p2: {geboortedatum: " + born(r.Year, m[1]) + ", intensieve-zorg-nodig: nee, uitwonend-voor-onderwijs: nee}\nfeiten:\n  - ouderschap: [p1, p2]\n"
	o.same(r, o.read(file, "kinderbijslag"), new(big.Rat))
	return true
}

// childBudget compares kindgebonden budget; the leaflet rounds a year to cents.
func (o oracle) childBudget(r publishedRow) bool {
	o.t.Helper()
	m := budget.FindStringSubmatch(r.Inputs)
	if m == nil {
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return false
	}
	file := "datum: " + r.Year + "-01-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd-voor-de-kinderbijslag: ja, vermogen: 0, toetsingsinkomen: \"" +
		strings.ReplaceAll(m[3], ",", ".") + "\"}\n"
	facts := "feiten:\n"
	if m[1] == "partners" {
		file += "  p2: {geboortedatum: 1988-11-23, vermogen: 0, toetsingsinkomen: 0}\n"
		facts += "  - partnerschap: [p1, p2]\n"
	}
	for i, age := range strings.Split(m[2], "+") {
		file += fmt.Sprintf("  k%d: {geboortedatum: %s, schoolgaand: ja}\n", i, born(r.Year+"-01", age))
		facts += fmt.Sprintf("  - ouderschap: [p1, k%d]\n", i)
	}
	if m[4] == "month" {
		o.same(r, o.read(file+facts, "kindgebonden-budget-per-maand"), new(big.Rat))
	} else {
		o.same(r, o.read(file+facts, "berekende-kindgebonden-budget"), big.NewRat(1, 100))
	}
	return true
}
