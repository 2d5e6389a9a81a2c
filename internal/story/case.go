package story

import (
	"fmt"
	"strings"

	"lemniscaat/internal/office"
)

// CaseSpec asks for made-up cases: always the same, of nobody.
type CaseSpec struct {
	Kind    string `yaml:"soort"` // opvang, ondernemer
	Name    string `yaml:"naam"`  // "gezin": gezin-001, gezin-002, …
	Title   string `yaml:"titel"`
	Article string `yaml:"artikel"`
	Count   int    `yaml:"aantal"`
}

// spread gives numbers from a fixed row that looks irregular: the multiplicative
// generator of Park and Miller (1988). It is no chance: every time the same.
type spread uint64

func (s *spread) under(n int) int {
	*s = *s * 48271 % 2147483647
	return int(uint64(*s) % uint64(n))
}

// cases makes the cases of a story.
func (s *Story) cases() []office.DemoCase {
	if s.Cases == nil {
		return nil
	}
	var out []office.DemoCase
	row := spread(20140901)
	for k := range s.Cases.Count {
		id := fmt.Sprintf("%s-%03d", s.Cases.Name, k+1)
		file := childcare(&row)
		if s.Cases.Kind == "ondernemer" {
			file = entrepreneur(&row)
		}
		out = append(out, office.NewCase(id, s.Regulation, s.Cases.Article, s.Cases.Title+" "+fmt.Sprint(k+1), file))
	}
	return out
}

// dotted writes whole euros as a case file has them: "9.465".
func dotted(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d.%03d", n/1000, n%1000)
}

// childcare is a household with childcare allowance over 2013. It paid the care
// but for a small part: one euro for the first, at most some tens of euros a year.
func childcare(row *spread) string {
	cost := 6000 + 20*row.under(500)
	awarded := cost * (60 + row.under(31)) / 100
	gap := 1 + row.under(60)
	if *row%7 == 0 {
		gap = 1
	}
	return strings.Join([]string{
		"datum: 2014-09-01",
		"personen:",
		fmt.Sprintf("  p1: {geboortedatum: %d-%02d-%02d}", 1970+row.under(20), 1+row.under(12), 1+row.under(28)),
		"toeslagafrekeningen:",
		fmt.Sprintf("  t1: {belanghebbende: p1, toeslagsoort: kinderopvangtoeslag, laatste-dag-van-het-berekeningsjaar: 2013-12-31, uitbetaalde-voorschot: %q, berekende-toeslag-over-het-jaar: %q, verschuldigde-opvangbedrag: %q, aangetoonde-opvangbedrag: %q}",
			dotted(awarded), dotted(awarded), dotted(cost), dotted(cost-gap)),
	}, "\n") + "\n"
}

// entrepreneur is a household with a business in the spring of 2020: half of
// them with a partner, of whom most have a wage.
func entrepreneur(row *spread) string {
	born := fmt.Sprintf("%d-%02d-%02d", 1960+row.under(35), 1+row.under(12), 1+row.under(28))
	profit, hours := 0, 1225+25*row.under(40)
	if row.under(3) > 0 {
		profit = 50 * row.under(30)
	}
	if row.under(10) == 0 {
		hours = 600 + 25*row.under(25)
	}
	// A little more than one in three has a partner without income.
	partner, wage := row.under(2) == 1, 100*row.under(32)
	if row.under(4) == 0 {
		wage = 0
	}
	lines := []string{
		"datum: {datum}",
		"personen:",
		fmt.Sprintf("  p1: {geboortedatum: %s, aanvraagdag-van-de-tozo: {datum}, inschrijving-in-het-handelsregister: 2015-05-01, start-van-het-bedrijf: 2015-05-01, aantal-uren-voor-het-bedrijf: %d uur, in-nederland-gevestigd: ja, zeggenschap-over-het-bedrijf: ja, schade-door-corona-verklaard: ja, bijstand-uit-het-bbz: nee, winst-in-de-maand: \"%s €/mnd\", netto-inkomsten-uit-werk: \"0\", andere-netto-inkomsten: \"0\"}",
			born, hours, dotted(profit)),
	}
	if partner {
		lines = append(lines,
			fmt.Sprintf("  p2: {geboortedatum: 1985-06-15, winst-in-de-maand: \"0 €/mnd\", netto-inkomsten-uit-werk: %q, andere-netto-inkomsten: \"0\"}", dotted(wage)),
			"feiten:", "  - bijstandspartnerschap: [p1, p2]")
	}
	return strings.ReplaceAll(strings.Join(lines, "\n")+"\n", "{datum}", "2020-04-15")
}
