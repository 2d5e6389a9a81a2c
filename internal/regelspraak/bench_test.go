package regelspraak_test

import (
	"fmt"
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
)

// manyRules gives a block of n rules of ordinary size over the shared words.
func manyRules(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `// Id: test.r%d
// Bron: jci1.3:c:BWBR0018451&artikel=%d
Regel regel nummer %d
    geldig vanaf 2024
        De toeslag van een aanvrager moet berekend worden als
        de korting van de grens van het inkomen plus het kortingspercentage boven de grens van (zijn inkomen min het bedrag), met een minimum van 0 €
        indien hij aan alle volgende voorwaarden voldoet:
            - hij heeft recht op toeslag
            - hij voldoet aan ten minste één van de volgende voorwaarden:
                -- zijn partner is leeg
                -- het inkomen van zijn partner is kleiner dan de grens
            - de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan of gelijk aan de meerderjarigheid.

`, i, i, i)
	}
	return b.String()
}

// BenchmarkParse reads blocks of 100, 1,000 and 10,000 rules; the time per
// rule should not grow.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("regels=%d", n), func(b *testing.B) {
			sources := []regelspraak.Source{words(b), {File: "r.md", Line: 1, Regulation: "test", Text: manyRules(n)}}
			b.SetBytes(int64(len(sources[1].Text)))
			b.ReportAllocs()
			for b.Loop() {
				m, ds := regelspraak.Parse(sources)
				if len(ds) > 0 || len(m.Rules) != n {
					b.Fatal(len(m.Rules), ds)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/regel")
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	m, ds := regelspraak.Parse([]regelspraak.Source{words(b), {File: "r.md", Line: 1, Regulation: "test", Text: manyRules(100)}})
	if len(ds) > 0 {
		b.Fatal(ds)
	}
	for b.Loop() {
		for _, r := range m.Rules {
			regelspraak.Print(r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*100), "µs/regel")
}
