package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
)

// TestCalculatedBound: a bound that is a calculation keeps its parentheses, and
// one that is not needs none.
func TestCalculatedBound(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, text := range []string{
		"zijn inkomen, met een minimum van (0 € plus zijn vermogen)",
		"(zijn inkomen, met een minimum van 0 €) plus zijn vermogen",
		"zijn inkomen min 5 €, met een minimum van (2 maal zijn vermogen) en met een maximum van 50% van zijn vermogen",
		"zijn inkomen, met een maximum van 50% van 10% van zijn vermogen, naar boven afgerond op 0 decimalen",
	} {
		r, ds := parseRule(m, value(text))
		if len(ds) > 0 {
			t.Errorf("%s: %v", text, ds)
			continue
		}
		if got := regelspraak.Print(r); !strings.Contains(got, text+".") {
			t.Errorf("%s is printed as\n%s", text, got)
		}
	}
}
