// Package detect watches counts of outcomes and says when they are no longer
// what was expected. It is pure: counts by week in, alarms out.
//
// The method is a cumulative sum of log likelihood ratios (CUSUM; E.S. Page,
// Continuous inspection schemes, Biometrika 1954). Each week adds how much better
// its count fits a rate that is twice the expected one than the expected one
// itself; the sum never goes below zero, and crossing the bound is an alarm.
// Three things make it fit for government work: it needs no choice of a period, a
// small number and a large number of decisions both count for what they are
// worth, and one sentence explains it.
//
// The bound follows from how many false alarms are accepted in a year over all
// series together (Bound). The mean time to a false alarm of one series is at
// least e^bound weeks, whatever its rate and volume (G. Lorden, Procedures for
// reacting to a change in distribution, Annals of Mathematical Statistics 1971):
// what is measured in the tests, and stated in docs/detectoren.md, is lower.
package detect

import (
	"math"

	"lemniscaat/internal/rule"
)

// Method is how a count is compared with its expectation.
type Method uint8

const (
	// Share: K of N, expected at most Expect of them. K may be a sum of parts
	// between 0 and 1: of all such sums with the same mean a count spreads most,
	// so that the bound holds for them too.
	Share Method = iota
	// Events: K events where Expect for each of N are expected; K may be more
	// than N (objections come weeks after the decisions).
	Events
	// Shortfall: as Events, but fewer than expected is what is wrong.
	Shortfall
)

// Week is what was counted in one week.
type Week struct {
	Monday rule.Date
	N, K   float64
	// Expect replaces that of the test in this week when it is not 0: the share
	// that a group has in a week depends on how large it is in that week.
	Expect float64
}

// Test is an expectation on a series.
type Test struct {
	Method Method
	// Expect is the rate that is still as expected: 0.03 is 3 %.
	Expect float64
	// Bound is when the sum is an alarm; see Bound.
	Bound float64
}

// Constants of the method.
const (
	// ratio is the change that is looked for: twice as often (for Shortfall: half).
	ratio = 2
	// MinCases and MinEvents are how much there must be before anything is
	// said: fewer tell more about who they are than about the rule.
	MinCases, MinEvents = 20, 5
	// Repeat is after how many weeks a deviation that stays is reported again.
	Repeat = 26
)

// Alarm is one crossing.
type Alarm struct {
	// From and Until are the Mondays of the first and the last week that it
	// is about: since the sum was last zero.
	From, Until rule.Date
	N, K        float64
	Expect      float64 // over these weeks
	Low, High   float64 // 95 % interval of the rate
	Again       bool    // it was reported before and never went away
}

// Rate gives what was found: K of N.
func (a Alarm) Rate() float64 {
	if a.N == 0 {
		return 0
	}
	return a.K / a.N
}

// Bound gives the bound with which series that are watched at the same time give
// together at most perYear false alarms in a year.
func Bound(series int, perYear float64) float64 {
	const weeks = 365.25 / 7
	return max(1, math.Log(weeks*float64(max(1, series))/perYear))
}

// Run gives the alarms of a series, whose weeks are in order. There is one for
// each crossing: the next one needs the sum to have been zero in between, or a
// deviation that stays for Repeat weeks.
func Run(weeks []Week, t Test) []Alarm {
	var out []Alarm
	sum, raised, since := 0.0, false, 0
	var seen, last window
	for _, w := range weeks {
		sum += t.step(w)
		if sum <= 0 {
			sum, raised, since = 0, false, 0
			seen, last = window{}, window{}
			continue
		}
		// What would be enough for a hundred alarms need not be worked off
		// before a deviation counts as gone.
		sum = min(sum, 2*t.Bound)
		seen.add(w, t)
		last.add(w, t)
		since++
		if sum < t.Bound || seen.k(t) < MinEvents || seen.N < MinCases && t.Method == Share {
			continue
		}
		if raised && since < Repeat {
			continue
		}
		a := seen
		if raised {
			a = last
		}
		out = append(out, a.alarm(t, raised))
		raised, since, last = true, 0, window{}
	}
	return out
}

// step is what a week adds: the log of how much likelier its count is with the
// rate that is looked for than with the expected one.
func (t Test) step(w Week) float64 {
	p := t.Expect
	if w.Expect > 0 {
		p = w.Expect
	}
	if w.N <= 0 && t.Method != Events || p <= 0 {
		return 0
	}
	switch t.Method {
	case Events:
		return w.K*math.Log(ratio) - p*w.N*(ratio-1)
	case Shortfall:
		return -w.K*math.Log(ratio) + p*w.N*(1-1.0/ratio)
	}
	if p >= 1 {
		return 0 // nothing can be more than always
	}
	worse := min(ratio*p, (1+p)/2)
	return w.K*math.Log(worse/p) + (w.N-w.K)*math.Log((1-worse)/(1-p))
}

type window struct {
	from, until rule.Date
	N, K        float64
	expected    float64 // sum of N times the expected rate
}

func (s *window) add(w Week, t Test) {
	if s.from.IsZero() {
		s.from = w.Monday
	}
	s.until = w.Monday
	p := t.Expect
	if w.Expect > 0 {
		p = w.Expect
	}
	s.N, s.K, s.expected = s.N+w.N, s.K+w.K, s.expected+p*w.N
}

// k is how many events there are to speak about: of a shortfall those that were
// expected.
func (s window) k(t Test) float64 {
	if t.Method == Shortfall {
		return s.expected
	}
	return s.K
}

func (s window) alarm(t Test, again bool) Alarm {
	a := Alarm{From: s.from, Until: s.until, N: s.N, K: s.K, Again: again}
	if s.N > 0 {
		a.Expect = s.expected / s.N
	}
	if t.Method == Share {
		a.Low, a.High = Wilson(s.K, s.N)
	} else {
		a.Low, a.High = counted(s.K, s.N)
	}
	return a
}

// z is the normal quantile of a two-sided interval of 95 %.
const z = 1.959963984540054

// Wilson gives the 95 % interval of a share of k in n (E.B. Wilson, Probable
// inference, Journal of the American Statistical Association 1927); 0 and 1 when
// n is 0.
func Wilson(k, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p := k / n
	middle := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	d := 1 + z*z/n
	return max(0, (middle-half)/d), min(1, (middle+half)/d)
}

// counted gives the 95 % score interval of a rate of events.
func counted(k, n float64) (low, high float64) {
	if n <= 0 {
		return 0, math.Inf(1)
	}
	half := z * math.Sqrt(k+z*z/4)
	return max(0, k+z*z/2-half) / n, (k + z*z/2 + half) / n
}

// Versus lays a group beside the rest, week by week: N are the events of both, K
// those of the group, and Expect is the share that the group would have when
// its rate were at most times that of the rest. The weeks of both are matched by
// their Monday. Run it as a Share.
//
// Given the number of events, those of the group spread less than a binomial with
// that share when times is 1 (W. Hoeffding 1963), so that the bound holds.
func Versus(group, rest []Week, times float64) []Week {
	other := map[rule.Date]Week{}
	for _, w := range rest {
		other[w.Monday] = w
	}
	var out []Week
	for _, g := range group {
		r := other[g.Monday]
		if g.N <= 0 || r.N <= 0 || g.K+r.K <= 0 {
			continue
		}
		out = append(out, Week{Monday: g.Monday, N: g.K + r.K, K: g.K, Expect: times * g.N / (times*g.N + r.N)})
	}
	return out
}

// Smooth gives every week the mean N of itself and the weeks before it, so many
// together: what comes later than what it belongs to is compared with what came
// before.
func Smooth(weeks []Week, over int) []Week {
	out := make([]Week, len(weeks))
	for i, w := range weeks {
		from := max(0, i+1-over)
		total := 0.0
		for _, o := range weeks[from : i+1] {
			total += o.N
		}
		out[i] = w
		out[i].N = total / float64(i+1-from)
	}
	return out
}
