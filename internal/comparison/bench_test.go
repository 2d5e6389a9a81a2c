package comparison_test

import (
	"testing"

	"lemniscaat/internal/comparison"
	"lemniscaat/internal/rule"
)

// BenchmarkPage is what the page of the regulation with the most examples asks:
// both sides of every example, and why the first outcome differs.
func BenchmarkPage(b *testing.B) {
	set := shipped()
	id, most := "", 0
	for _, r := range set.Regulations {
		if n := len(r.Examples()); n > most {
			id, most = r.ID, n
		}
	}
	left, right := comparison.Side{Set: set, Date: rule.MustDate("2025-06-01")}, comparison.Side{Set: set, Date: rule.MustDate("2026-06-01")}
	for b.Loop() {
		r, err := comparison.Compare(left, right, id)
		if err != nil {
			b.Fatal(err)
		}
		for _, row := range r.Effect {
			r.Reasons(row)
		}
	}
	b.ReportMetric(float64(most), "voorbeelden")
}
