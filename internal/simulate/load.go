package simulate

import (
	"math"
	"slices"

	"lemniscaat/internal/population"
)

// fullTime is the assumption of how many hours a full-time professional works on
// cases in a year.
const fullTime = "uren-per-fte"

// load says how many people the work takes, beside how many the regulation has
// for it. The hours go with the interval of who receives.
func (w *Work) load(s *Scheme, received Measure, own []population.Assumption) {
	hours := float64(w.Hours())
	scale := func(units int64) float64 {
		if received.Units == 0 {
			return hours
		}
		return hours * float64(units) / float64(received.Units)
	}
	low, high := scale(received.UnitsLow), scale(received.UnitsHigh)
	w.HoursLow, w.HoursHigh = int64(math.Round(low)), int64(math.Round(high))
	if i := slices.IndexFunc(own, func(a population.Assumption) bool { return a.ID == fullTime }); i >= 0 {
		a := own[i]
		w.FTE, w.FTELow, w.FTEHigh = tenth(hours/a.Value), tenth(low/a.High), tenth(high/a.Low)
	}
	w.Staffing, w.Caseload = float64(s.Staffing), int64(s.Caseload)
	if s.Caseload > 0 {
		w.Professionals = tenth(float64(w.Applications) / float64(s.Caseload))
	}
}

// tenth rounds to tenths.
func tenth(v float64) float64 { return math.Round(10*v) / 10 }
