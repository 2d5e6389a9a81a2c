package simulate_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

// The staffing and the caseload of a triangle stand beside the work while the
// triangle holds, and not before.
func TestStaffing(t *testing.T) {
	t.Parallel()
	f := files()
	triangle := "driehoek:\n  van: 2024-01-01\n  partijen:\n    - {id: dienst, naam: Dienst}\n  eigenaar: {rol: eigenaar, partij: dienst}\n  opdrachtgevers:\n    - {rol: beleid, partij: dienst}\n" +
		"  opdrachtnemers:\n    - {rol: uitvoering, partij: dienst}\n  caseload: 50\n  formatie: 2\n"
	f["vast/regeling.yaml"].Data = append(f["vast/regeling.yaml"].Data, triangle...)
	set := load(t, f)
	var people town
	for range 200 {
		people = append(people, single(50, 40, 10_000, 12_000))
	}
	w := run(t, simulate.Spec{People: people, Baseline: side(t, set, "vast")}).Schemes[0].Baseline.Work
	if w.Staffing != 2 || w.Caseload != 50 || w.Professionals < 1 || w.FTE <= 2 {
		t.Errorf("work %+v", w)
	}
	if over, known := w.Over(); !known || over != w.FTE-2 {
		t.Errorf("%v over", over)
	}
	early, err := simulate.NewSide(set, rule.MustDate("2023-12-31"), "vast")
	if err != nil || early.Schemes[0].Staffing != 0 || early.Schemes[0].Caseload != 0 {
		t.Errorf("%+v before the triangle, %v", early.Schemes[0], err)
	}
	f["vast/regeling.yaml"].Data = []byte(strings.Replace(string(f["vast/regeling.yaml"].Data), "formatie: 2", "formatie: 0", 1))
	if _, ds := regulation.Load(f); ds.Err() == nil || !strings.Contains(ds.Err().Error(), "formatie") {
		t.Errorf("a staffing of nobody: %v", ds)
	}
}

// Two measures of income cannot go in one run; one that is of a person is none.
func TestTwoMeasures(t *testing.T) {
	t.Parallel()
	f := measure(files())
	f["vast/regeling.yaml"].Data = append(f["vast/regeling.yaml"].Data, "inkomensmaat: ja\n"...)
	set, ds := regulation.Load(f)
	if set == nil {
		t.Fatal(ds)
	}
	if _, err := simulate.NewSide(set, date, "vast", "rondkomen"); err == nil || !strings.Contains(err.Error(), "meten allebei het inkomen") {
		t.Errorf("two measures: %v", err)
	}
	one, err := simulate.NewSide(set, date, "vast")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := simulate.Run(t.Context(), simulate.Spec{People: small, Date: date, Baseline: one}, nil); err == nil || !strings.Contains(err.Error(), "haar uitkomst hoort bij een persoon") {
		t.Errorf("a measure of a person: %v", err)
	}
}
