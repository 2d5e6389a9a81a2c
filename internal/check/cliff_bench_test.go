package check_test

import (
	"os"
	"testing"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// BenchmarkCliffs searches the cliffs of the shipped regulations, as every edit
// of a proposal does.
func BenchmarkCliffs(b *testing.B) {
	set, diags := regulation.Load(os.DirFS("../../regelingen"))
	if err := diags.Err(); err != nil {
		b.Fatal(err)
	}
	for _, reg := range set.Regulations {
		b.Run(reg.ID, func(b *testing.B) {
			for b.Loop() {
				check.Cliffs(set, check.Options{Date: rule.MustDate("2026-11-22"), Regulations: []string{reg.ID}})
			}
		})
	}
}
