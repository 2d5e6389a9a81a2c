package detect_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/detect"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

var monday = rule.MustDate("2026-01-05")

// weekly gives so many weeks, each with its count drawn.
func weekly(n int, draw func(week int) (cases, events float64)) []detect.Week {
	out := make([]detect.Week, n)
	for i := range out {
		cases, events := draw(i)
		out[i] = detect.Week{Monday: monday.AddDays(7 * i), N: cases, K: events}
	}
	return out
}

func binomial(r *rand.Rand, n int, p float64) float64 {
	k := 0
	for range n {
		if r.Float64() < p {
			k++
		}
	}
	return float64(k)
}

func poisson(r *rand.Rand, mean float64) float64 {
	k, limit, p := 0, math.Exp(-mean), 1.0
	for {
		if p *= r.Float64(); p <= limit {
			return float64(k)
		}
		k++
	}
}

const years = 10

// TestFalseAlarms measures on simulated data in which nothing is wrong how often
// there is an alarm all the same, for every method and for small and large
// volumes. The bound is that of one series with one false alarm in ten years, so
// that there is something to count; docs/detectoren.md states the figures.
func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	const accepted, series = 0.1, 400
	bound := detect.Bound(1, accepted)
	for _, c := range []struct {
		name   string
		method detect.Method
		expect float64
		draw   func(r *rand.Rand) (float64, float64)
	}{
		{"share of 3 % in 23 a week", detect.Share, 0.03, func(r *rand.Rand) (float64, float64) { return 23, binomial(r, 23, 0.03) }},
		{"share of 3 % in 400 a week", detect.Share, 0.03, func(r *rand.Rand) (float64, float64) { return 400, binomial(r, 400, 0.03) }},
		{"share of 1 % in 5 a week", detect.Share, 0.01, func(r *rand.Rand) (float64, float64) { return 5, binomial(r, 5, 0.01) }},
		{"share of 30 % in 40 a week", detect.Share, 0.3, func(r *rand.Rand) (float64, float64) { return 40, binomial(r, 40, 0.3) }},
		{"share of 60 % in 20 a week", detect.Share, 0.6, func(r *rand.Rand) (float64, float64) { return 20, binomial(r, 20, 0.6) }},
		{"volumes that go up and down", detect.Share, 0.05, func(r *rand.Rand) (float64, float64) {
			n := r.IntN(200)
			return float64(n), binomial(r, n, 0.05)
		}},
		{"objections, 5 % of 60", detect.Events, 0.05, func(r *rand.Rand) (float64, float64) { return 60, poisson(r, 3) }},
		{"parts of an income, mean 10 %", detect.Share, 0.1, func(r *rand.Rand) (float64, float64) {
			sum := 0.0
			for range 15 {
				sum += 0.2 * r.Float64()
			}
			return 15, sum
		}},
		{"awards, 500 a year", detect.Shortfall, 500, func(r *rand.Rand) (float64, float64) { return 7 / 365.25, poisson(r, 500*7/365.25) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(20261122, uint64(len(c.name))))
			alarms := 0
			for range series {
				weeks := weekly(52*years, func(int) (float64, float64) { return c.draw(r) })
				alarms += len(detect.Run(weeks, detect.Test{Method: c.method, Expect: c.expect, Bound: bound}))
			}
			rate := float64(alarms) / (series * years)
			t.Logf("%.4f false alarms per detector-year (accepted: %.2f)", rate, accepted)
			if rate > accepted {
				t.Errorf("%.4f false alarms per detector-year, accepted are %.2f", rate, accepted)
			}
		})
	}
}

// TestFalseAlarmsOfGroups: a group that is treated as the rest.
func TestFalseAlarmsOfGroups(t *testing.T) {
	t.Parallel()
	const accepted, series = 0.1, 400
	bound := detect.Bound(1, accepted)
	for _, c := range []struct {
		name         string
		group, rest  int
		rate, factor float64 // true times that of the rest; expected is at most twice
	}{
		{"small, same rate", 6, 300, 0.05, 1},
		{"small, at the edge of what is expected", 6, 300, 0.05, 2},
		{"large, at the edge", 80, 300, 0.05, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, uint64(c.group)))
			alarms := 0
			for range series {
				g := weekly(52*years, func(int) (float64, float64) { return float64(c.group), binomial(r, c.group, c.rate*c.factor) })
				rest := weekly(52*years, func(int) (float64, float64) { return float64(c.rest), binomial(r, c.rest, c.rate) })
				alarms += len(detect.Run(detect.Versus(g, rest, 2), detect.Test{Bound: bound}))
			}
			rate := float64(alarms) / (series * years)
			t.Logf("%.4f false alarms per detector-year (accepted: %.2f)", rate, accepted)
			if rate > accepted {
				t.Errorf("%.4f false alarms per detector-year, accepted are %.2f", rate, accepted)
			}
		})
	}
}

// TestFalseAlarmsOfAnInstallation: two hundred series at once, with the bound of
// an installation that accepts one false alarm in a year over all of them.
func TestFalseAlarmsOfAnInstallation(t *testing.T) {
	t.Parallel()
	const series, rounds = 200, 12
	bound := detect.Bound(series, 1)
	r := rand.New(rand.NewPCG(3, 1))
	alarms, yearsSeen := 0, 0
	for range rounds {
		yearsSeen += 5
		for s := range series {
			p, n := []float64{0.01, 0.03, 0.1, 0.25}[s%4], []int{5, 20, 90}[s%3]
			weeks := weekly(52*5, func(int) (float64, float64) { return float64(n), binomial(r, n, p) })
			alarms += len(detect.Run(weeks, detect.Test{Expect: p, Bound: bound}))
		}
	}
	rate := float64(alarms) / float64(yearsSeen)
	t.Logf("%d series, bound %.2f: %.3f false alarms a year together (accepted: 1)", series, bound, rate)
	if rate > 1 {
		t.Errorf("%.3f false alarms a year together, accepted is 1", rate)
	}
}

// TestDelay measures how long it takes before a rate that doubled or tripled is
// seen, with the bound of an installation of two hundred series.
func TestDelay(t *testing.T) {
	t.Parallel()
	bound := detect.Bound(200, 1)
	for _, c := range []struct {
		name   string
		n      int
		expect float64
		times  float64
		most   float64 // median weeks
	}{
		{"3 % becomes 6 %, 23 a week", 23, 0.03, 2, 45},
		{"3 % becomes 9 %, 23 a week", 23, 0.03, 3, 18},
		{"3 % becomes 6 %, 100 a week", 100, 0.03, 2, 12},
		{"3 % becomes 9 %, 100 a week", 100, 0.03, 3, 5},
		{"10 % becomes 20 %, 100 a week", 100, 0.1, 2, 4},
		{"10 % becomes 30 %, 100 a week", 100, 0.1, 3, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(11, uint64(c.n)))
			var delays []float64
			for range 200 {
				const change = 52 // a quiet year first
				weeks := weekly(52*5, func(w int) (float64, float64) {
					p := c.expect
					if w >= change {
						p *= c.times
					}
					return float64(c.n), binomial(r, c.n, p)
				})
				d := math.Inf(1)
				for _, a := range detect.Run(weeks, detect.Test{Expect: c.expect, Bound: bound}) {
					if w := float64(rule.DaysBetween(monday, a.Until)/7 - change + 1); w > 0 {
						d = min(d, w)
					}
				}
				delays = append(delays, d)
			}
			m, worst := quantile(delays, 0.5), quantile(delays, 0.9)
			t.Logf("median %.0f weeks, nine in ten within %.0f", m, worst)
			if m > c.most {
				t.Errorf("median delay %.0f weeks, want at most %.0f", m, c.most)
			}
		})
	}
}

func quantile(x []float64, q float64) float64 {
	x = append([]float64(nil), x...)
	for i := range x { // few enough
		for j := i + 1; j < len(x); j++ {
			if x[j] < x[i] {
				x[i], x[j] = x[j], x[i]
			}
		}
	}
	return x[int(q*float64(len(x)-1))]
}

// TestOneAlarmPerCrossing: a deviation that stays is one alarm, and another after
// half a year; one that went away and comes back is a new one.
func TestOneAlarmPerCrossing(t *testing.T) {
	t.Parallel()
	test := detect.Test{Expect: 0.03, Bound: detect.Bound(50, 1)}
	at := func(high func(w int) bool, n int) []detect.Alarm {
		return detect.Run(weekly(n, func(w int) (float64, float64) {
			if high(w) {
				return 92, 14
			}
			return 92, 1
		}), test)
	}
	stays := at(func(w int) bool { return w >= 10 }, 30)
	if len(stays) != 1 {
		t.Fatalf("%d alarms on a deviation that stays for 20 weeks", len(stays))
	}
	a := stays[0]
	if a.From != monday.AddDays(70) || a.K/a.N < 0.15 || a.Again || a.Low < 0.08 || a.High > 0.25 {
		t.Errorf("%+v", a)
	}
	long := at(func(w int) bool { return w >= 10 }, 60)
	if len(long) != 2 || !long[1].Again || rule.DaysBetween(long[0].Until, long[1].Until) != 7*detect.Repeat {
		t.Errorf("%+v", long)
	}
	back := at(func(w int) bool { return w >= 10 && w < 14 || w >= 60 }, 66)
	if len(back) != 2 || back[1].Again || back[1].From != monday.AddDays(420) {
		t.Errorf("%+v", back)
	}
}

// TestMinimumCounts: a few cases are never an alarm, however odd.
func TestMinimumCounts(t *testing.T) {
	t.Parallel()
	test := detect.Test{Expect: 0.001, Bound: 1}
	few := detect.Run(weekly(2, func(int) (float64, float64) { return 9, 9 }), test)
	if len(few) != 0 {
		t.Errorf("an alarm on 18 cases: %+v", few)
	}
	enough := detect.Run(weekly(3, func(int) (float64, float64) { return 9, 9 }), test)
	if len(enough) != 1 || enough[0].N != 27 {
		t.Errorf("%+v", enough)
	}
	if got := detect.Run(weekly(5, func(int) (float64, float64) { return 500, 1 }), test); len(got) != 0 {
		t.Errorf("an alarm on 4 events: %+v", got)
	}
	if got := detect.Run(nil, test); got != nil {
		t.Errorf("%+v", got)
	}
}

// TestAgencyAtKTimesTheRest: the toeslagen story: one agency of 40 decisions a
// week in 800 has all its parents stopped. It is seen within two weeks.
func TestAgencyAtKTimesTheRest(t *testing.T) {
	t.Parallel()
	const before = 30
	agency := weekly(before+4, func(w int) (float64, float64) {
		if w >= before {
			return 58, 58
		}
		return 40, 1
	})
	rest := weekly(before+4, func(int) (float64, float64) { return 800, 20 })
	as := detect.Run(detect.Versus(agency, rest, 2), detect.Test{Bound: detect.Bound(500, 1)})
	if len(as) != 1 || rule.DaysBetween(monday, as[0].Until)/7-before >= 2 {
		t.Errorf("%+v", as)
	}
}

func TestWilson(t *testing.T) {
	t.Parallel()
	// 14 of 92: from the formula, to four digits.
	low, high := detect.Wilson(14, 92)
	if diff := cmp.Diff([]float64{0.0928, 0.2393}, []float64{low, high}, cmpopts.EquateApprox(0, 5e-4)); diff != "" {
		t.Error(diff)
	}
	if l, h := detect.Wilson(0, 10); l != 0 || h < 0.2 || h > 0.31 {
		t.Errorf("0 of 10: %g to %g", l, h)
	}
	if l, h := detect.Wilson(0, 0); l != 0 || h != 1 {
		t.Errorf("nothing: %g to %g", l, h)
	}
}

// TestSeries: what each detector counts, from cells of the cube.
func TestSeries(t *testing.T) {
	t.Parallel()
	cell := func(week int, class outcome.Class, ground string, n outcome.Counts) outcome.Counted {
		return outcome.Counted{Cell: outcome.Cell{Class: class, Ground: ground, Week: monday.AddDays(7 * week)}, Counts: n}
	}
	cells := []outcome.Counted{
		cell(0, outcome.Awarded, "", outcome.Counts{N: 60, Late: 3, Asked: 4}),
		cell(0, outcome.Awarded, "hardheid", outcome.Counts{N: 5}),
		cell(0, outcome.Refused, "", outcome.Counts{N: 20, Weighs: 8, Unheard: 2, Unreached: 2}),
		cell(0, outcome.Recovery, "", outcome.Counts{N: 10, Weighs: 10, Unheard: 1, Shares: 10, ShareTenth: 1500}),
		cell(0, outcome.Abandoned, "", outcome.Counts{N: 15, Asked: 6}),
		cell(0, outcome.Objection, "", outcome.Counts{N: 7}),
		cell(0, outcome.ObjectionWon, "", outcome.Counts{N: 2}),
		cell(0, outcome.ObjectionLost, "", outcome.Counts{N: 3}),
		cell(0, outcome.Correction, "", outcome.Counts{N: 4}),
		cell(0, outcome.NotUnderstood, "", outcome.Counts{N: 9}),
		cell(2, outcome.Refused, "", outcome.Counts{N: 1}),
	}
	want := map[detect.Kind][2]float64{
		detect.Discretion: {95, 5}, detect.Objections: {95, 7}, detect.Upheld: {5, 2}, detect.Abandonment: {100, 15},
		detect.Unclaimed: {7 / 365.25, 65}, detect.Asked: {110, 10}, detect.Late: {95, 3}, detect.Unheard: {18, 3},
		detect.Burden: {10, 1.5}, detect.Corrections: {95, 4}, detect.NotUnderstood: {95, 9},
	}
	for k, w := range want {
		s := k.Series(cells, monday.AddDays(21))
		if len(s) != 4 {
			t.Fatalf("%s: %d weeks, want 4: quiet weeks count too", k, len(s))
		}
		if diff := cmp.Diff(w, [2]float64{s[0].N, s[0].K}, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("%s: %s", k, diff)
		}
		if k == detect.Discretion && s[1].N != 0 {
			t.Errorf("a quiet week has %g cases", s[1].N)
		}
	}
	b := detect.Burdened(cells, monday.AddDays(7))
	if len(b) != 2 || b[0].N != 95 || b[0].K != 18 {
		t.Errorf("burdened: %+v", b)
	}
	for _, k := range detect.Kinds() {
		if s := k.Series(nil, monday); s != nil {
			t.Errorf("%s of nothing: %+v", k, s)
		}
	}
}
