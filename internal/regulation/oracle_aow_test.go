package regulation_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

var pensionRow = regexp.MustCompile(`^(\S+) (single|couple pp): gross ([\d.]+) minus Zvw `)

// pension computes what is left of the AOW after the contribution for health
// care, and without the tax credit also after wage tax. The row of a couple in
// 2014 without the credit begins with an amount of which the gross is not known,
// and is left out.
func (o oracle) pension(r publishedRow) bool {
	given, partner := "", ""
	if r.Year == "2014-07" {
		given = `, volle-aow-per-maand: "1.104,95"`
	}
	attribute := "netto-aow-per-maand"
	switch m := pensionRow.FindStringSubmatch(r.Inputs); {
	case m != nil:
		if m[2] == "couple pp" {
			partner = "  p2: {geboortedatum: 1945-05-01, aantal-jaren-zonder-aow-verzekering: 0}\nfeiten:\n  - aow-partnerschap: [p1, p2]\n"
		}
	case strings.HasPrefix(r.Inputs, "single without credit"):
		attribute = "netto-aow-zonder-heffingskorting"
	default:
		return false
	}
	date := strings.NewReplacer("H1", "-01", "H2", "-07").Replace(r.Year) + "-01"
	file := fmt.Sprintf("datum: %s\npersonen:\n  p1: {geboortedatum: 1945-05-01, aantal-jaren-zonder-aow-verzekering: 0%s}\n%s", date, given, partner)
	o.same(r, o.read(file, attribute), new(big.Rat))
	return true
}
