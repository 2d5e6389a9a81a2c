package simulate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
)

// 2,726 hours are those of two full-time professionals of 1,363 hours. When half
// as many receive it is 1,363 hours, at least 1,363 / 1,450 = 0.94 of one; when
// half as many more 4,089, at most 4,089 / 1,300 = 3.15. 250 applications of 100
// each ask for 2.5.
func TestLoad(t *testing.T) {
	t.Parallel()
	own := []population.Assumption{{ID: fullTime, Value: 1363, Low: 1300, High: 1450}}
	w := Work{Minutes: 60 * 2726, Applications: 250}
	w.load(&Scheme{Staffing: 1, Caseload: 100}, Measure{Units: 1000, UnitsLow: 500, UnitsHigh: 1500}, own)
	want := Work{Minutes: 60 * 2726, Applications: 250, HoursLow: 1363, HoursHigh: 4089, FTE: 2, FTELow: 0.9, FTEHigh: 3.1, Staffing: 1, Caseload: 100, Professionals: 2.5}
	if d := cmp.Diff(want, w); d != "" {
		t.Errorf("load (-want +got):\n%s", d)
	}
	if over, known := w.Over(); !known || over != 1 {
		t.Errorf("%v over, known %v; want 1", over, known)
	}
	var none Work
	none.load(&Scheme{}, Measure{}, own)
	if _, known := none.Over(); known || none != (Work{}) {
		t.Errorf("no work, no staffing: %+v", none)
	}
}
