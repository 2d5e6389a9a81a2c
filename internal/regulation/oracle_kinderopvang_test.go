package regulation_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

var childcareRow = regexp.MustCompile(`^income ([\d,]+); (?:(childminder) )?(\d+) h (?:(dagopvang) )?at ([\d.]+)`)

// childcare compares a row like "income 60,000; 122 h dagopvang at 10.50": the
// amount per month for one child, its hours a month and the price of an hour.
func (o oracle) childcare(r publishedRow) bool {
	o.t.Helper()
	m := childcareRow.FindStringSubmatch(r.Inputs)
	if m == nil {
		o.t.Fatalf("kinderopvangtoeslag: %q is geen rij", r.Inputs)
	}
	form := m[4]
	if m[2] != "" {
		form = "gastouderopvang"
	}
	got := o.read(fmt.Sprintf(`datum: %s-01-01
personen:
  p1: {geboortedatum: 1990-04-02, bezigheid: betaald werk, toetsingsinkomen: "%s"}
  p2: {geboortedatum: %s, leerling-in-het-voortgezet-onderwijs: nee}
opvangovereenkomsten:
  o1: {opgevangen-kind: p2, opvangsoort: %s, aantal-uren-opvang: %s uur, uurprijs: "%s €/uur", gesloten-met-een-geregistreerde-opvang: ja, schriftelijk-vastgelegd: ja}
feiten:
  - ouderschap: [p1, p2]
`, r.Year, strings.ReplaceAll(m[1], ",", "."), born(r.Year+"-01", "2"), form, m[3], strings.ReplaceAll(m[5], ".", ",")), "kinderopvangtoeslag-per-maand")
	o.same(r, got, new(big.Rat))
	return true
}
