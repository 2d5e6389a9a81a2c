package rule_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

func TestDaysBetween(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		from, to string
		want     int
	}{
		{"2026-06-01", "2026-06-01", 0},
		{"2026-02-28", "2026-03-01", 1},
		{"2028-02-28", "2028-03-01", 2},
		{"2026-03-01", "2026-02-28", -1},
		{"1900-01-01", "2000-01-01", 36524},
		{"0001-01-01", "9999-12-31", 3652058},
	} {
		if got := rule.DaysBetween(rule.MustDate(x.from), rule.MustDate(x.to)); got != x.want {
			t.Errorf("%s to %s: %d, want %d", x.from, x.to, got, x.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rule.MustDate("2000-02-29").AddDays(rapid.IntRange(-500_000, 500_000).Draw(t, "van"))
		n := rapid.IntRange(-500_000, 500_000).Draw(t, "dagen")
		if got := rule.DaysBetween(from, from.AddDays(n)); got != n {
			t.Fatalf("%v and %d days: %d", from, n, got)
		}
	})
}
