package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// TestPrintSpans: what stands in a span is the text of its node.
func TestPrintSpans(t *testing.T) {
	t.Parallel()
	m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Regulation: "x", Text: `Objecttype de Persoon (mv: personen) (bezield)
    het inkomen     Bedrag;
    het bedrag      Bedrag;
    is verzekerd    kenmerk (bijvoeglijk);

// Id: x.bedrag
// Bron: de wet
Regel bedrag
    geldig vanaf 2026
        Het bedrag van een persoon moet berekend worden als
        2 maal (zijn inkomen min 100 €)
        indien hij aan alle volgende voorwaarden voldoet:
            - hij is niet verzekerd
            - zijn inkomen is groter dan 50 €.
`}})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	v := m.Rules[0].Versions[0]
	text, spans := regelspraak.PrintSpans(v)
	if text != regelspraak.PrintVersion(v) {
		t.Errorf("another text:\n%s", text)
	}
	var got []string
	for _, s := range spans {
		switch s.Node.(type) {
		case *rule.Compound:
			if !strings.HasSuffix(text[s.Start:s.End], "groter dan 50 €") {
				t.Errorf("the list is %q", text[s.Start:s.End])
			}
		default:
			got = append(got, text[s.Start:s.End])
		}
	}
	want := []string{
		"2 maal (zijn inkomen min 100 €)", "2", "(zijn inkomen min 100 €)", "zijn inkomen min 100 €", "zijn inkomen", "100 €",
		"hij is niet verzekerd", "zijn inkomen is groter dan 50 €", "zijn inkomen", "50 €",
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("spans:\n got %q\nwant %q", got, want)
	}
}
