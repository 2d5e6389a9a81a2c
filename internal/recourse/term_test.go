package recourse_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/recourse"
	"lemniscaat/internal/rule"
)

// TestLastDay: six weeks, and on from a day on which no term ends.
func TestLastDay(t *testing.T) {
	t.Parallel()
	for known, want := range map[string]string{
		"2014-09-01": "2014-10-13", // a Monday
		"2026-09-05": "2026-10-19", // ends on Saturday 17 October
		"2026-03-16": "2026-04-28", // ends on King's Day
		"2013-03-19": "2013-05-01", // ends on 30 April, as it was kept until 2013
		"2026-02-20": "2026-04-07", // ends on Good Friday, then the weekend and Easter Monday
		"2024-03-28": "2024-05-10", // ends on Ascension Day, 9 May 2024
		"2026-04-13": "2026-05-26", // ends on Whit Monday, 25 May 2026
		"2024-11-20": "2025-01-02", // ends on New Year's Day
		"2024-11-13": "2024-12-27", // ends on Christmas Day
		"2026-03-24": "2026-05-06", // ends on 5 May
	} {
		if got := recourse.LastDay(rule.MustDate(known)); got != rule.MustDate(want) {
			t.Errorf("known on %s: got %s, want %s", known, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := rule.MustDate("2000-01-01").AddDays(rapid.IntRange(0, 20000).Draw(t, "day"))
		if n := rule.DaysBetween(d, recourse.LastDay(d)); n < 42 || n > 47 {
			t.Fatalf("%s: %d days", d, n)
		}
	})
}
