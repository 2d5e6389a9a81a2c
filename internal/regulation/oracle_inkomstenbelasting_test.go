package regulation_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var (
	labourCredit = regexp.MustCompile(`^(?:arbeidskorting|AK) at ([\d,.]+)$`)
	taxOn        = regexp.MustCompile(`^tax on ([\d,.]+)$`)
	profit       = regexp.MustCompile(`^profit ([\d,]+): taxable$`)
	endOf        = regexp.MustCompile(`^(AHK|AK) ends at$`)
)

// incomeTax compares box 1. Whole euros of the assessment are not in the rows:
// credits are compared before they are rounded, and tax with at most a euro for
// each amount that the rules round down.
func (o oracle) incomeTax(r publishedRow) bool {
	o.t.Helper()
	switch {
	case labourCredit.MatchString(r.Inputs):
		got := o.read(taxCase(r.Year, "loon", labourCredit.FindStringSubmatch(r.Inputs)[1]), "berekende-arbeidskorting")
		tolerance := big.NewRat(1, 100)
		if !strings.Contains(r.Expected, ".") {
			tolerance = big.NewRat(1, 2) // the row is in whole euros
		}
		o.same(r, got, tolerance)
	case taxOn.MatchString(r.Inputs):
		o.same(r, o.read(taxCase(r.Year, "loon", taxOn.FindStringSubmatch(r.Inputs)[1]), "gecombineerde-heffing"), big.NewRat(3, 1))
	case profit.MatchString(r.Inputs):
		o.same(r, o.read(taxCase(r.Year, "winst-uit-onderneming", profit.FindStringSubmatch(r.Inputs)[1]), "belastbare-winst"), new(big.Rat))
	case endOf.MatchString(r.Inputs):
		// The tables stop at the end of a bracket; the formula is nil at most
		// four euros later, and gives something four euros before.
		attribute := map[string]string{"AHK": "berekende-algemene-heffingskorting", "AK": "berekende-arbeidskorting"}[endOf.FindStringSubmatch(r.Inputs)[1]]
		end, err := strconv.Atoi(r.Expected)
		if err != nil {
			o.t.Fatal(err)
		}
		if v := o.read(taxCase(r.Year, "loon", strconv.Itoa(end-4)), attribute); v.Sign() <= 0 {
			o.t.Errorf("%s %s: vier euro eerder is het al nul", r.Year, r.Inputs)
		}
		if v := o.read(taxCase(r.Year, "loon", strconv.Itoa(end+4)), attribute); v.Sign() != 0 {
			o.t.Errorf("%s %s: vier euro later is het nog %s", r.Year, r.Inputs, v.FloatString(4))
		}
	default:
		o.t.Errorf("een rij die deze test niet kent: %s %q", r.Year, r.Inputs)
		return false
	}
	return true
}

// taxCase is somebody below AOW age with one kind of income, written 1,234.56.
func taxCase(year, kind, amount string) string {
	amount = strings.ReplaceAll(strings.ReplaceAll(amount, ",", ""), ".", ",")
	of := map[string]string{"loon": "0", "winst-uit-onderneming": "0"}
	of[kind] = amount
	return fmt.Sprintf("datum: %s-07-01\npersonen:\n  p1: {geboortedatum: 1985-04-02, loon: %q, winst-uit-onderneming: %q, aantal-uren-in-de-onderneming: \"1.225 uur\", uitkeringen: 0, pensioen: 0, inkomen-uit-aow: 0}\n",
		year, of["loon"], of["winst-uit-onderneming"])
}
