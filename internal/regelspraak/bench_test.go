package regelspraak_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/regelspraak"
)

// kinds of rules of ordinary size; every # is the number of the rule.
var ruleKinds = []string{`// Id: test.r#
// Bron: jci1.3:c:BWBR0018451&artikel=#
Regel toeslag nummer #
    geldig vanaf 2024
        De toeslag van een aanvrager moet berekend worden als
        de korting van de grens van het inkomen plus het kortingspercentage boven de grens van (zijn inkomen min het bedrag), met een minimum van 0 €
        indien hij aan alle volgende voorwaarden voldoet:
            - hij heeft recht op toeslag
            - hij voldoet aan ten minste één van de volgende voorwaarden:
                -- zijn partner is leeg
                -- het inkomen van zijn partner is kleiner dan de grens
            - de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan of gelijk aan de meerderjarigheid.

`, `// Id: test.r#
// Bron: jci1.3:c:BWBR0018451&artikel=#
Beslistabel norm nummer #
    geldig vanaf 2024
    |   | de toeslag per maand van een persoon moet gesteld worden op | indien zijn woonvorm gelijk is aan | indien zijn leeftijd groter is dan of gelijk is aan | indien zijn leeftijd kleiner is dan |
    |---|---|---|---|---|
    | 1 | 100 €                            | 'alleenstaand'                  | 18 jr | 21 jr  |
    | 2 | 110% van het bedrag              | 'alleenstaand' of 'samenwonend' | 21 jr | 67 jr  |
    | 3 | het bedrag min 12,50 €           | 'samenwonend'                   | 67 jr | n.v.t. |

`, `// Id: test.r#
// Bron: jci1.3:c:BWBR0018451&artikel=#
Regel korting nummer #
    geldig van 2024 tot en met 2025
        Het gezamenlijke inkomen van een huishouden moet berekend worden als
        de som van het inkomen van de leden van het huishouden die niet minderjarig zijn plus de afslag, rekenkundig afgerond op 2 decimalen.
        Daarbij geldt:
            de afslag is het deel maal het aantal leden van het huishouden
            het deel is 12 € verminderd met de korting van het bedrag.
    geldig vanaf 2026
        Het gezamenlijke inkomen van een huishouden moet berekend worden als de som van het inkomen van de leden van het huishouden
        indien het aantal leden van het huishouden groter is dan 1.

`, `// Id: test.r#
// Bron: jci1.3:c:BWBR0018451&artikel=#
Regel eis nummer #
    geldig altijd
        De datum van aanvraag plus bewijs van een aanvrager moet later zijn dan zijn geboortedatum plus 18 jr
        indien hij verzekerd is.

// Id: test.k#
// Bron: jci1.3:c:BWBR0018451&artikel=#
Regel recht nummer #
    geldig vanaf 1 juli 2026
        Een persoon heeft recht op toeslag
        indien hij aan geen van de volgende voorwaarden voldoet:
            - hij is minderjarig
            - de AOW-leeftijd van zijn partner is kleiner dan 67 jr
            - zijn vermogen is groter dan de grens.

`}

// manyRules gives a block of n rules of all kinds in turn.
func manyRules(n int) string {
	var b strings.Builder
	for i := 0; n > 0; i++ {
		text := ruleKinds[i%len(ruleKinds)]
		rules := strings.Count(text, "// Id:")
		if rules > n {
			text, rules = ruleKinds[0], 1
		}
		n -= rules
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// processor gives the CPU time that the process has used: a busy machine does
// not count.
func processor(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkParse reads and checks blocks of rules: the time per rule should not
// grow. CPU-ms counts all threads, the collector's included.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("regels=%d", n), func(b *testing.B) {
			sources := []regelspraak.Source{words(b), {File: "r.md", Line: 1, Regulation: "test", Text: manyRules(n)}}
			b.SetBytes(int64(len(sources[1].Text)))
			b.ReportAllocs()
			start := processor(b)
			for b.Loop() {
				m, ds := regelspraak.Parse(sources)
				if len(ds) > 0 || len(m.Rules) != n {
					b.Fatal(len(m.Rules), ds)
				}
			}
			used := processor(b) - start
			b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(used.Microseconds())/float64(b.N*n), "cpu-µs/regel")
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "per_s")
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	m, ds := regelspraak.Parse([]regelspraak.Source{words(b), {File: "r.md", Line: 1, Regulation: "test", Text: manyRules(100)}})
	if len(ds) > 0 {
		b.Fatal(ds)
	}
	start := processor(b)
	for b.Loop() {
		for _, r := range m.Rules {
			regelspraak.Print(r)
		}
	}
	b.ReportMetric(float64((processor(b)-start).Microseconds())/float64(b.N*100), "cpu-µs/regel")
}
