package regulation_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"lemniscaat/internal/rule"
)

var (
	tableRow   = regexp.MustCompile(`^table row (\d+), (single|couple) \(month\)$`)
	leaflet    = regexp.MustCompile(`^ex1 single ([\d,]+) \((year, cents|month)\)$`)
	ceiling    = regexp.MustCompile(`^published income ceiling, (single|couple) `)
	parliament = regexp.MustCompile(`^income (\d+), (single|couple) \(year\)$`)
	pensioner  = regexp.MustCompile(`^AOW single, income ([\d,]+)$`)
	treaty     = regexp.MustCompile(`^ex3 (treaty country .*|\(month\))$`)
)

// careAllowance compares zorgtoeslag.
func (o oracle) careAllowance(r publishedRow) bool {
	o.t.Helper()
	if r.Year < "2022" || len(r.Year) != 4 {
		return false // the years of the bill and 2019 are not encoded
	}
	zero := new(big.Rat)
	number := func(s string) *big.Rat {
		x, ok := new(big.Rat).SetString(strings.ReplaceAll(s, ",", ""))
		if !ok {
			o.t.Fatalf("%s: %q is geen getal", r.Inputs, s)
		}
		return x
	}
	check := func(income *big.Rat, couple bool, attribute string, want, tolerance *big.Rat) {
		o.t.Helper()
		got := o.value(r.Year, income, couple, "1990-04-02", attribute)
		if diff := new(big.Rat).Sub(got, want); diff.Abs(diff).Cmp(tolerance) > 0 {
			o.t.Errorf("%s %s (%s): %s, gepubliceerd is %s", r.Year, r.Inputs, r.Source, got.FloatString(4), want.FloatString(2))
		}
	}
	switch {
	case tableRow.MatchString(r.Inputs):
		m := tableRow.FindStringSubmatch(r.Inputs)
		check(number(m[1]), m[2] == "couple", "zorgtoeslag-per-maand", number(r.Expected), zero)
	case leaflet.MatchString(r.Inputs):
		m := leaflet.FindStringSubmatch(r.Inputs)
		if m[2] == "month" {
			check(number(m[1]), false, "zorgtoeslag-per-maand", number(r.Expected), zero)
		} else {
			check(number(m[1]), false, "berekende-zorgtoeslag", number(r.Expected), big.NewRat(1, 100))
		}
	case ceiling.MatchString(r.Inputs):
		couple := ceiling.FindStringSubmatch(r.Inputs)[1] == "couple"
		last := number(r.Expected)
		next := new(big.Rat).Add(last, big.NewRat(1, 1))
		if o.value(r.Year, last, couple, "1990-04-02", "zorgtoeslag").Sign() <= 0 {
			o.t.Errorf("%s: bij %s is er geen zorgtoeslag meer", r.Inputs, r.Expected)
		}
		check(next, couple, "zorgtoeslag", zero, zero)
	case parliament.MatchString(r.Inputs):
		// The answer to parliament rounds the highest amount before it
		// subtracts: see docs/juridische-staat.md.
		m := parliament.FindStringSubmatch(r.Inputs)
		check(number(m[1]), m[2] == "couple", "zorgtoeslag", number(r.Expected), big.NewRat(1, 1))
	case pensioner.MatchString(r.Inputs):
		income := number(pensioner.FindStringSubmatch(r.Inputs)[1])
		if got := o.value(r.Year, income, false, "1950-04-02", "zorgtoeslag"); got.Cmp(number(r.Expected)) != 0 {
			o.t.Errorf("%s: %s", r.Inputs, got.RatString())
		}
	case treaty.MatchString(r.Inputs):
		// The leaflet states the factor of the country; the partner is not
		// insured. It rounds the norm premium to cents before it halves.
		factor := map[string]string{"2024": "94,85 %", "2026": "81,65 %"}[r.Year]
		file := fmt.Sprintf("datum: %s-01-01\npersonen:\n  p1: {geboortedatum: 1955-04-02, verzekerd: ja, percentage-van-het-woonland: %q, toetsingsinkomen: 20000, vermogen: 0}\n"+
			"  p2: {geboortedatum: 1956-11-23, verzekerd: nee, percentage-van-het-woonland: %q, toetsingsinkomen: 0, vermogen: 0}\nfeiten:\n  - partnerschap: [p1, p2]\n", r.Year, factor, factor)
		if r.Inputs == "ex3 (month)" {
			o.same(r, o.read(file, "zorgtoeslag-per-maand"), zero)
		} else {
			o.same(r, o.read(file, "berekende-zorgtoeslag"), big.NewRat(1, 100))
		}
	default:
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return false
	}
	return true
}

// value computes an attribute of the applicant on 1 January of a year; a
// partner has no income.
func (o oracle) value(year string, income *big.Rat, couple bool, born, attribute string) *big.Rat {
	o.t.Helper()
	file := fmt.Sprintf("datum: %s-01-01\npersonen:\n  p1: {geboortedatum: %s, verzekerd: ja, toetsingsinkomen: %q, vermogen: \"0\"}\n",
		year, born, strings.ReplaceAll(rule.Decimal(income), ".", ","))
	if couple {
		file += "  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: \"0\", vermogen: \"0\"}\nfeiten:\n  - partnerschap: [p1, p2]\n"
	}
	return o.read(file, attribute)
}
