package simulate

import (
	"math"

	"lemniscaat/internal/regulation"
)

// Indicator is an indicator of a regulation with what the run says of it: what
// an expectation in a proposal starts from.
type Indicator struct {
	ID, Name string
	Unit     string // "procent", "aantal" or "euro"
	Higher   bool
	// Known is false when a simulation cannot say anything of it.
	Known bool
	// Baseline is the value under today's rules; Predicted that under the
	// variant, or the baseline without one, between Low and High. Percentages
	// are 0 … 100; numbers and euros a year.
	Baseline, Predicted, Low, High float64
}

// indicators computes the indicators of a regulation from the three columns.
func indicators(list []regulation.Indicator, s *SchemeResult) []Indicator {
	last := s.Baseline
	if s.Variant != nil {
		last = *s.Variant
	}
	out := make([]Indicator, 0, len(list))
	for _, i := range list {
		n := Indicator{ID: i.ID, Name: i.Name, Unit: i.Unit, Higher: i.Higher, Known: true}
		switch i.Measure {
		case "bereik":
			n.Baseline, _, _ = share(s.Baseline)
			n.Predicted, n.Low, n.High = share(last)
		case "toekenningen":
			n.Baseline = float64(s.Baseline.Received.Units)
			n.Predicted, n.Low, n.High = float64(last.Received.Units), float64(last.Received.UnitsLow), float64(last.Received.UnitsHigh)
		case "uitgaven":
			n.Baseline = float64(s.Baseline.Received.Cents) / 100
			n.Predicted, n.Low, n.High = float64(last.Received.Cents)/100, float64(last.Received.CentsLow)/100, float64(last.Received.CentsHigh)/100
		case "afwijzingen":
			n.Baseline, n.Predicted = float64(s.Baseline.Work.Refused), float64(last.Work.Refused)
			if last.Received.Units > 0 { // refusals go with applications
				n.Low = n.Predicted * float64(last.Received.UnitsLow) / float64(last.Received.Units)
				n.High = n.Predicted * float64(last.Received.UnitsHigh) / float64(last.Received.Units)
			}
		default: // maatwerk and what else only people decide
			n.Known = false
		}
		out = append(out, n)
	}
	return out
}

// share gives the part of the entitled that receives, in percent. Its range is
// that of who receives: the number that is entitled moves along in a sample.
func share(s SideResult) (value, low, high float64) {
	e := float64(s.Entitled.Units)
	if e == 0 {
		return 0, 0, 0
	}
	pct := func(n int64) float64 { return math.Round(1000*float64(n)/e) / 10 }
	return pct(s.Received.Units), pct(s.Received.UnitsLow), min(100, pct(s.Received.UnitsHigh))
}
