package regulation_test

import (
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// publishedRow is one row of a list of published amounts.
type publishedRow struct {
	Scheme, Year, Inputs, Expected, Source string
}

// TestPublishedAmounts compares the rules with a list of published amounts
// that is not part of this repository: the file data/oracles.json in a folder
// beside the checkout. The same rows stand in the articles as worked examples;
// this test sees a copy that nobody here edits.
func TestPublishedAmounts(t *testing.T) {
	t.Parallel()
	set := load(t)
	o := oracle{t: t, set: set}
	compared, skipped := map[string]int{}, 0
	for _, r := range publishedRows(t) {
		compare, known := published[r.Scheme]
		if !known {
			continue
		}
		if compare.row(o, r) {
			compared[r.Scheme]++
		} else {
			skipped++
		}
	}
	t.Logf("%v rijen vergeleken, %d overgeslagen met reden", compared, skipped)
	for scheme, p := range published {
		if compared[scheme] < p.least {
			t.Errorf("%s: %d rijen vergeleken; dat horen er minstens %d te zijn", scheme, compared[scheme], p.least)
		}
	}
}

// publishedRows reads the list; without it the test is skipped.
func publishedRows(t *testing.T) []publishedRow {
	t.Helper()
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
	return rows
}

// published says per scheme of the list how a row is compared, and how many
// rows must have been. A row function reports false for a row that is left out
// with a reason, in docs/juridische-staat.md. Each scheme has a file of its own.
var published = map[string]struct {
	least int
	row   func(o oracle, r publishedRow) bool
}{
	"aow":                 {6, oracle.pension},
	"zorgtoeslag":         {74, oracle.careAllowance},
	"kinderbijslag":       {12, oracle.childBenefit},
	"kgb":                 {4, oracle.childBudget},
	"bijstand norm":       {9, oracle.assistanceNorm},
	"bijstand/Tozo norm":  {8, oracle.assistanceNorm},
	"kostendelersnorm":    {2, oracle.costSharers},
	"huurtoeslag":         {13, oracle.rentAllowance},
	"ib":                  {9, oracle.incomeTax},
	"kinderopvangtoeslag": {3, oracle.childcare},
}

type oracle struct {
	t   *testing.T
	set *regulation.Set
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

// read computes an attribute of the first person of a dossier, in the scope of
// the regulation that declares it.
func (o oracle) read(file, attribute string) *big.Rat {
	o.t.Helper()
	f, diags := dossier.Read("dossier.yaml", []byte(file), o.set.Model)
	if diags.Err() != nil {
		o.t.Fatal(diags.Err())
	}
	a, ok := o.set.Attribute("persoon." + attribute)
	if !ok {
		o.t.Fatalf("er is geen %q", attribute)
	}
	owner, _, _ := strings.Cut(a.Pos.File, "/")
	c, diags := f.Case(program(o.t, o.set, owner), rule.Date{})
	if diags.Err() != nil {
		o.t.Fatal(diags.Err())
	}
	v, err := c.Value(0, a)
	if err != nil {
		o.t.Fatalf("%s\n%v", file, err)
	}
	if v.Num == nil {
		o.t.Fatalf("%s\n%s is %v", file, attribute, v)
	}
	return v.Num
}

// born gives the birthday of someone who turned an age half a year before a
// month.
func born(month, age string) string {
	n, _ := strconv.Atoi(age)
	return rule.MustDate(month + "-01").AddYears(-n).AddMonths(-6).String()
}
