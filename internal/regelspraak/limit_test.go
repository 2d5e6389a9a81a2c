package regelspraak_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/regelspraak"
)

// hostile are texts that could cost time, memory or the stack, with the
// diagnostic that each is due.
func hostile() []struct{ name, text, code string } {
	result := func(expr string) string {
		return wrap("De toeslag van een persoon moet berekend worden als " + expr + ".")
	}
	nested := "Een persoon is verzekerd\nindien hij aan alle volgende voorwaarden voldoet:"
	for d := 1; d <= 40; d++ {
		nested += "\n" + strings.Repeat("-", d) + " hij voldoet aan alle volgende voorwaarden:"
	}
	return []struct{ name, text, code string }{
		{"parentheses", result(strings.Repeat("(", 10_000) + "1 €" + strings.Repeat(")", 10_000)), regelspraak.CodeLimit},
		{"parentheses left open", result(strings.Repeat("(", 100)), regelspraak.CodeLimit},
		{"closing parentheses only", result(strings.Repeat(")", 3000)), regelspraak.CodeSyntax},
		{"bullets", wrap(nested), regelspraak.CodeLimit},
		{"a huge bullet", wrap("Een persoon is verzekerd\nindien hij aan alle volgende voorwaarden voldoet:\n" + strings.Repeat("-", 100_000) + " hij is verzekerd"), regelspraak.CodeLimit},
		{"a long sentence", result(strings.Repeat("1 € plus ", 100_000) + "1 €"), regelspraak.CodeLimit},
		{"a long sum", result(strings.Repeat("zijn inkomen plus ", 600) + "1 €"), ""},
		{"many extremes", result(strings.Repeat("de maximale waarde van 1 € en ", 250) + "1 €"), ""},
		{"many ambiguous extremes", result(strings.Repeat("de maximale waarde van 1 € en 2 € plus ", 30) + "1 €"), regelspraak.CodeAmbiguous},
		{"ambiguous extremes without end", result(strings.Repeat("de maximale waarde van 1 € en 2 € plus ", 190) + "1 €"), regelspraak.CodeLimit},
		{"ambiguous extremes in every sentence", strings.Repeat(result(strings.Repeat("de maximale waarde van 1 € en 2 € plus ", 30)+"1 €"), 300), regelspraak.CodeMany},
		{"percents without end", result(strings.Repeat("10% van ", 600) + "1 €"), regelspraak.CodeLimit},
		{"percent of percent", result(strings.Repeat("10% van ", 100) + "1 €"), ""},
		{"year of year", result(strings.Repeat("het jaar uit ", 600) + "de rekendatum"), regelspraak.CodeMismatch},
		{"partner of partner", result("het vermogen" + strings.Repeat(" van de partner", 600) + " van de persoon"), regelspraak.CodeAmbiguous},
		{"a long name", "Parameter de " + strings.Repeat("naam ", 1000) + ": Bedrag;", regelspraak.CodeLimit},
		{"a long word", result("zijn " + strings.Repeat("a", 500_000)), regelspraak.CodeName},
		{"a huge number", result(strings.Repeat("9", 100_000) + " €"), regelspraak.CodeNumber},
		{"a block that is too large", strings.Repeat("// niets\n", 200_000), regelspraak.CodeLimit},
		{"only headings", strings.Repeat("Regel\n", 5000), regelspraak.CodeMany},
		{"variables in a circle", wrap("De toeslag van een persoon moet berekend worden als v0.\nDaarbij geldt:\n" + circle(300)), regelspraak.CodeVariable},
		{"variables called is", wrap("De toeslag van een persoon moet berekend worden als a.\nDaarbij geldt:\n a " + strings.Repeat("is ", 1000) + "1 €"), ""},
		{"not UTF-8", result("zijn inkomen \xff\xfe plus"), regelspraak.CodeSyntax},
		{"parentheses in a cell", table("| | de toeslag van een persoon moet gesteld worden op |\n | 1 | " + strings.Repeat("(", 10_000) + "1 €" + strings.Repeat(")", 10_000) + " |"), regelspraak.CodeLimit},
		{"parentheses in a heading", table("| | de toeslag van een persoon moet gesteld worden op | indien " + strings.Repeat("(", 10_000) + " |\n | 1 | 1 € | 2 |"), regelspraak.CodeLimit},
		{"a long cell", table("| | de toeslag van een persoon moet gesteld worden op |\n | 1 | " + strings.Repeat("1 € plus ", 100_000) + " 1 € |"), regelspraak.CodeLimit},
		{"a long table", table("| | de toeslag van een persoon moet gesteld worden op | indien zijn inkomen gelijk is aan |\n" + rows(5000, " 1 € plus zijn vermogen | 1 €, 2 € of 3 €")), ""},
		{"a wide table", table("| | de toeslag van een persoon moet gesteld worden op |" + strings.Repeat(" indien zijn inkomen groter is dan |", 500) + "\n | 1 | 2 € |" + strings.Repeat(" 3 € |", 500)), ""},
		{"a long list in a cell", table("| | de toeslag van een persoon moet gesteld worden op | indien zijn inkomen gelijk is aan |\n | 1 | 1 € | " + strings.Repeat("1 €, ", 600) + "1 € of 2 € |"), ""},
		{"lists of extremes in a cell", table("| | de toeslag van een persoon moet gesteld worden op | indien zijn inkomen ongelijk is aan |\n | 1 | 1 € | " + strings.Repeat("de maximale waarde van 1 €, 2 € en 3 €, ", 150) + "1 € en 2 € |"), ""},
		{"only bars", table(strings.Repeat("|", 100_000)), regelspraak.CodeTable},
		{"subjects without end", wrap(strings.Repeat("Een persoon moet ", 600) + "verzekerd zijn."), regelspraak.CodeName},
		{"demands without end", wrap("De partner " + strings.Repeat("van een persoon moet ", 400) + "verzekerd zijn."), regelspraak.CodeSyntax},
		{"units of units", result("1 €" + strings.Repeat(" maal 1 jr", 600)), regelspraak.CodeUnit},
		{"a unit without end", result("1 jr" + strings.Repeat("/mnd", 50_000)), regelspraak.CodeUnit},
		{"a unit in a circle", "Eenheidsysteem X\n" + units(3000), regelspraak.CodeUnit},
		{"roles of roles", result("het aantal" + strings.Repeat(" leden van de", 500) + " leden van zijn huishouden"), regelspraak.CodeName},
		{"groups", strings.Repeat("Regelgroep x\n", 5000), regelspraak.CodeDeclaration},
		{"nothing", "", ""},
		{"white space", " \t\r\n\u00a0\ufeff", ""},
	}
}

// TestHostileTexts: each ends quickly, with the diagnostic that is due.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, c := range hostile() {
		start := time.Now()
		sources := []regelspraak.Source{words(t), {File: "x.md", Line: 1, Regulation: "test", Text: c.text}}
		_, ds := regelspraak.Parse(sources)
		// What grows with the square of its length takes hours; a busy machine is slow.
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s takes %v", c.name, took)
		} else if testing.Verbose() {
			t.Logf("%-30s %v", c.name, took)
		}
		if c.code == "" {
			if c.name != "variables called is" && ds.Err() != nil {
				t.Errorf("%s: %v", c.name, ds[0])
			}
		} else if !slices.Contains(codes(ds), c.code) {
			t.Errorf("%s gives %v, want %s", c.name, codes(ds), c.code)
		}
	}
}

// TestMemoryIsBounded: what a text makes the parser allocate in all, before any
// of it is collected, is in proportion to its length. It runs alone, because it
// counts for the whole process.
func TestMemoryIsBounded(t *testing.T) { //nolint:paralleltest // see above
	base := words(t)
	for _, c := range hostile() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		regelspraak.Parse([]regelspraak.Source{base, {File: "x.md", Line: 1, Regulation: "test", Text: c.text}})
		runtime.ReadMemStats(&after)
		used := after.TotalAlloc - before.TotalAlloc
		if testing.Verbose() {
			t.Logf("%-30s %9d bytes of text, %6.1f MB", c.name, len(c.text), float64(used)/1e6)
		}
		if most := uint64(64<<20 + 400*len(c.text)); used > most {
			t.Errorf("%s: %d bytes of text make %.0f MB, at most %.0f", c.name, len(c.text), float64(used)/1e6, float64(most)/1e6)
		}
	}
}

func rows(n int, cells string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " | %d | %s |\n", i+1, cells)
	}
	return b.String()
}

func units(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "de eenheid%d e%d = 2 e%d\n", i, i, (i+1)%n)
	}
	return b.String()
}

func circle(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "v%d is v%d\n", i, (i+1)%n)
	}
	return strings.TrimSpace(b.String())
}

// TestPlaces: lines and columns count characters, also after accents, the euro
// sign, tabs, carriage returns and combining accents.
func TestPlaces(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, c := range []struct {
		text string
		line int
		col  int
	}{
		{"// Id: test.a\nRegel a\n geldig altijd\n Een persoon is verzekerd indien zijn inkomn leeg is.", 4, 39},
		{"// Id: test.a\r\nRegel a\r\n geldig altijd\r\n Een persoon is verzekerd indien zijn inkomn leeg is.", 4, 39},
		{"// Id: test.a\nRegel één €\n geldig altijd\n\tEen persoon is verzekerd indien 5 € gelijk is aan zijn inkomn.", 4, 57},
		{"// Id: test.a\nRegel e\u0301e\u0301n\n geldig altijd Een persoon is verzekerd indien er aan ten minste e\u0301e\u0301n van de volgende voorwaarden is voldaan:\n- zijn inkomn is leeg.", 4, 8},
	} {
		_, ds := regelspraak.ParseRules(m, regelspraak.Source{File: "x.md", Line: 1, Regulation: "test", Text: c.text})
		if len(ds) != 1 || ds[0].Pos.Line != c.line || ds[0].Pos.Column != c.col || ds[0].Code != regelspraak.CodeName {
			t.Errorf("%q: %v, want %d:%d", c.text, ds, c.line, c.col)
		}
	}
	_, ds := regelspraak.ParseRules(m, regelspraak.Source{File: "x.md", Line: 101, Regulation: "test", Text: "\n\n// Id: test.a\nRegel a\n  geldig ooit\n Een persoon is verzekerd."})
	if len(ds) != 1 || ds[0].Pos.Line != 105 || ds[0].Pos.Column != 10 {
		t.Error("the place in the file:", ds)
	}
}
