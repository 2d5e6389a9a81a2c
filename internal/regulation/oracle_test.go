package regulation_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// publishedRow is one row of a list of published amounts.
type publishedRow struct {
	Scheme, Year, Inputs, Expected, Source string
}

var (
	tableRow   = regexp.MustCompile(`^table row (\d+), (single|couple) \(month\)$`)
	leaflet    = regexp.MustCompile(`^ex1 single ([\d,]+) \((year, cents|month)\)$`)
	ceiling    = regexp.MustCompile(`^published income ceiling, (single|couple) `)
	parliament = regexp.MustCompile(`^income (\d+), (single|couple) \(year\)$`)
	pensioner  = regexp.MustCompile(`^AOW single, income ([\d,]+)$`)
	treaty     = regexp.MustCompile(`^ex3 (treaty country .*|\(month\))$`)
)

// TestPublishedAmounts compares the rules with a list of published amounts
// that is not part of this repository: the file data/oracles.json in a folder
// beside the checkout. The same rows stand in the articles as worked examples;
// this test sees a copy that nobody here edits.
func TestPublishedAmounts(t *testing.T) {
	t.Parallel()
	found, _ := filepath.Glob("../../../*/data/oracles.json")
	if len(found) == 0 {
		t.Skip("geen lijst met gepubliceerde bedragen naast de checkout")
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	var rows []publishedRow
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	set := load(t)
	o := oracle{t: t, model: set.Model, program: compile(t, set.Model)}
	compared, skipped := map[string]int{}, 0
	for _, r := range rows {
		done := true
		switch {
		case r.Scheme == "zorgtoeslag" && r.Year >= "2022" && r.Year <= "2026" && len(r.Year) == 4:
			done = o.compare(r)
		case r.Scheme == "kinderbijslag":
			o.childBenefit(r)
		case r.Scheme == "kgb":
			o.childBudget(r)
		default:
			continue
		}
		if done {
			compared[r.Scheme]++
		} else {
			skipped++
		}
	}
	t.Logf("%v rijen vergeleken, %d overgeslagen met reden", compared, skipped)
	for scheme, least := range map[string]int{"zorgtoeslag": 70, "kinderbijslag": 12, "kgb": 4} {
		if compared[scheme] < least {
			t.Errorf("%s: %d rijen vergeleken; dat horen er minstens %d te zijn", scheme, compared[scheme], least)
		}
	}
}

type oracle struct {
	t       *testing.T
	model   *rule.Model
	program *exact.Program
}

func (o oracle) compare(r publishedRow) bool {
	o.t.Helper()
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
		return false // country factors (article 4a) are not encoded
	default:
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return false
	}
	return true
}

var (
	perAge = regexp.MustCompile(`^base [\d.]+, child (\d+)-\d+, per quarter$`)
	budget = regexp.MustCompile(`^(single|partners), kids? ([\d+]+), income ([\d,]+) \((year|month)\)$`)
)

// childBenefit compares kinderbijslag of one child of an age.
func (o oracle) childBenefit(r publishedRow) {
	o.t.Helper()
	m := perAge.FindStringSubmatch(r.Inputs)
	if m == nil {
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return
	}
	file := "datum: " + r.Year + "-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd-voor-de-kinderbijslag: ja}\n" +
		"  p2: {geboortedatum: " + born(r.Year, m[1]) + ", intensieve-zorg-nodig: nee, uitwonend-voor-onderwijs: nee}\nfeiten:\n  - ouderschap: [p1, p2]\n"
	o.same(r, o.read(file, "kinderbijslag"), new(big.Rat))
}

// childBudget compares kindgebonden budget; the leaflet rounds a year to cents.
func (o oracle) childBudget(r publishedRow) {
	o.t.Helper()
	m := budget.FindStringSubmatch(r.Inputs)
	if m == nil {
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return
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
}

// born gives the birthday of someone who turned an age half a year before a
// month.
func born(month, age string) string {
	n, _ := strconv.Atoi(age)
	return rule.MustDate(month + "-01").AddYears(-n).AddMonths(-6).String()
}

func (o oracle) same(r publishedRow, got, tolerance *big.Rat) {
	o.t.Helper()
	want, ok := new(big.Rat).SetString(r.Expected)
	if !ok {
		o.t.Fatalf("%s: %q is geen getal", r.Inputs, r.Expected)
	}
	if diff := new(big.Rat).Sub(got, want); diff.Abs(diff).Cmp(tolerance) > 0 {
		o.t.Errorf("%s %s (%s): %s, gepubliceerd is %s", r.Year, r.Inputs, r.Source, got.FloatString(4), r.Expected)
	}
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

// read computes an attribute of the first person of a dossier.
func (o oracle) read(file, attribute string) *big.Rat {
	o.t.Helper()
	f, diags := dossier.Read("dossier.yaml", []byte(file), o.model)
	if diags.Err() != nil {
		o.t.Fatal(diags.Err())
	}
	c, diags := f.Case(o.program, rule.Date{})
	if diags.Err() != nil {
		o.t.Fatal(diags.Err())
	}
	v, err := c.Value(0, o.program.Attribute("persoon."+attribute))
	if err != nil {
		o.t.Fatalf("%s\n%v", file, err)
	}
	if v.Num == nil {
		o.t.Fatalf("%s\n%s is %v", file, attribute, v)
	}
	return v.Num
}
