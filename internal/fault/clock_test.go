package fault_test

import (
	"bytes"
	"testing"
	"time"

	"lemniscaat/internal/cli"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/recourse"
	"lemniscaat/internal/rule"
)

// TestLegalDate: the legal date of an instant is the one on the clock in
// Amsterdam: on both nights on which the clock changes, at New Year, on 29
// February, every quarter of an hour around midnight, for forty years.
func TestLegalDate(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	same := func(at time.Time) {
		n++
		if got, want := loop.DateOf(at), rule.Of(at.In(zone)); got != want {
			t.Errorf("%s: %s, want %s", at.Format(time.RFC3339), got, want)
		}
	}
	for year := 2020; year < 2060; year++ {
		for _, day := range []time.Time{
			time.Date(year, 12, 31, 20, 0, 0, 0, time.UTC), // New Year begins at 23:00 UTC
			time.Date(year, 2, 28, 20, 0, 0, 0, time.UTC), time.Date(year, 3, 1, 20, 0, 0, 0, time.UTC),
		} {
			for q := range 4 * 30 {
				same(day.Add(time.Duration(q) * 15 * time.Minute))
			}
		}
		for _, m := range []time.Month{time.March, time.October} {
			for d := 24; d <= 31; d++ {
				for q := range 4 * 5 { // 21:00–02:00 UTC: around midnight, and the change at 01:00
					same(time.Date(year, m, d, 21, 0, 0, 0, time.UTC).Add(time.Duration(q) * 15 * time.Minute))
				}
			}
		}
	}
	if n < 10_000 {
		t.Errorf("only %d instants", n)
	}
}

// TestTermsOverOddDays: a term counts days of the calendar, not of 24 hours: it
// is as long over a night that has 23 or 25 hours, and over 29 February.
func TestTermsOverOddDays(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ known, last string }{
		{"2028-01-18", "2028-02-29"}, // ends on 29 February
		{"2028-02-01", "2028-03-14"}, // holds 29 February
		{"2027-02-01", "2027-03-15"}, // the same in a year without
		{"2027-03-01", "2027-04-12"}, // over the night of 28 March
		{"2027-10-04", "2027-11-15"}, // over the night of 31 October
	} {
		if got := recourse.LastDay(rule.MustDate(x.known)).String(); got != x.last {
			t.Errorf("known on %s: last day %s, want %s", x.known, got, x.last)
		}
	}
}

// TestClockJumps: whatever the clock of the machine does, what was written stays
// in the order in which it was written, folds and verifies.
func TestClockJumps(t *testing.T) {
	byHand(t)
	both(t, func(t *testing.T, fresh func(*testing.T) string) { clockJumps(t, fresh(t)) })
}

func clockJumps(t *testing.T, data string) {
	day := func(y int, m time.Month, d, h, minute int) time.Time {
		return time.Date(y, m, d, h, minute, 0, 0, time.UTC)
	}
	var last uint64
	for i, now := range []time.Time{
		day(2026, 11, 22, 12, 0),
		day(2031, 1, 1, 0, 30),    // far forward
		day(2024, 2, 29, 23, 30),  // back, before everything
		day(2027, 3, 28, 0, 59),   // the night that has 23 hours
		day(2027, 3, 28, 1, 1),    //
		day(2027, 10, 31, 0, 30),  // 02:30 summer time
		day(2027, 10, 31, 1, 30),  // 02:30 again
		day(2027, 12, 31, 23, 30), // another year in Amsterdam
		day(2027, 12, 31, 22, 30), // and back
	} {
		var out, errs bytes.Buffer
		code := cli.Run(t.Context(), cli.Env{Args: []string{"import", "regeling", numbered(t, i), "--data", data}, Out: &out, Err: &errs, Now: func() time.Time { return now }})
		if code != cli.Good {
			t.Fatalf("at %s: ends with %d: %s", now, code, errs.String())
		}
		got := whole(t, data)
		if !got.Good() || got.Head.Seq <= last {
			t.Errorf("at %s: %+v", now, got)
		}
		last = got.Head.Seq
	}
}
