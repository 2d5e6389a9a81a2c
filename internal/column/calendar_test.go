package column_test

import (
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/rule"
)

// Every day of the years 1 to 9999 is one more than the day before, and comes
// back as it was.
func TestDayCountsEveryDay(t *testing.T) {
	t.Parallel()
	if got := column.Day(rule.MustDate("1970-01-01")); got != 0 {
		t.Fatalf("1 January 1970 is day %d", got)
	}
	n := column.Day(rule.Date{Year: 1, Month: 1, Day: 1})
	for y := 1; y <= 9999; y++ {
		for m := 1; m <= 12; m++ {
			for d := 1; (rule.Date{Year: y, Month: m, Day: d}).Valid(); d++ {
				date := rule.Date{Year: y, Month: m, Day: d}
				if got := column.Day(date); got != n {
					t.Fatalf("%v is day %d, expected %d", date, got, n)
				}
				if back := column.Date(n); back != date {
					t.Fatalf("day %d is %v, expected %v", n, back, date)
				}
				n++
			}
		}
	}
}
