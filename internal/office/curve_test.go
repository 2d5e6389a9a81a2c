package office_test

import (
	"errors"
	"strings"
	"testing"

	view "lemniscaat/internal/screen"
)

// TestVary: every example has an answer, also beside a variant; what cannot be
// is said at its field.
func TestVary(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	first, err := h.Vary(t.Context(), "", view.CurveInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range first.Presets {
		v, err := h.Vary(t.Context(), "", view.CurveInput{Preset: p.Value, Rules: "variant:lagere-drempel"})
		if err != nil {
			t.Fatal(err)
		}
		if !v.Computed || len(v.Exhibits) != 4 || v.Sentence == "" || len(v.Taken) == 0 || v.Source.Variant == "" {
			t.Errorf("%s: %q, %d exhibits, %q", p.Value, v.Why, len(v.Exhibits), v.Sentence)
		}
	}
	for field, c := range map[string]struct{ value, says string }{
		"leeftijd": {"17", "van 18 tot en met 100"}, "huur": {"veel", "heel getal"}, "kinderen": {"3, 18", "0 tot en met 17"}, "datum": {"morgen", "Schrijf een datum"},
		"tot": {"0", "heel getal"}, "partnerloon": {"20.000", "geen partner"},
	} {
		v, err := h.Vary(t.Context(), "", view.CurveInput{Preset: "alleen", Values: map[string]string{field: c.value}})
		if err != nil {
			t.Fatal(err)
		}
		if v.Computed || len(v.Faults) != 1 || v.Faults[0].Field != field || !strings.Contains(v.Faults[0].Text, c.says) {
			t.Errorf("%s = %q: %+v", field, c.value, v.Faults)
		}
	}
	// A day without values for the price of care is told, not computed with 0.
	v, err := h.Vary(t.Context(), "", view.CurveInput{Preset: "gezin", Values: map[string]string{"datum": "2019-07-01"}})
	if err != nil || v.Computed || !strings.Contains(v.Why, "uurprijs") {
		t.Errorf("%v, %q", err, v.Why)
	}
	if _, err := h.Vary(t.Context(), "", view.CurveInput{Rules: "variant:bestaat-niet"}); err == nil {
		t.Error("rules that there are not give an answer")
	}
	rows, err := h.VaryTable(t.Context(), "", view.CurveInput{Preset: "alleen", Values: map[string]string{"van": "0", "tot": "1.000"}})
	if err != nil || len(rows) != 7 || rows[1][0] != "0" {
		t.Errorf("%v, %v", err, rows)
	}
	if _, err := h.VaryTable(t.Context(), "", view.CurveInput{Values: map[string]string{"leeftijd": "1"}}); err == nil {
		t.Error("a table of what cannot be")
	}
}

// TestVersusAsks: without two runs it asks for them, and a run that is not there
// is not found.
func TestVersusAsks(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	v, err := h.Versus(t.Context(), "", nil)
	if err != nil || v.Why == "" || len(v.Exhibits) > 0 {
		t.Errorf("%v, %+v", err, v)
	}
	if _, err := h.Versus(t.Context(), "", []string{"bestaat-niet"}); err == nil {
		t.Error("a run that is not there is compared")
	}
}

// TestHouseholdNotFound: of a run that is not there nobody is explained.
func TestHouseholdNotFound(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	if _, err := h.HouseholdOf(t.Context(), "", "r-0", "1"); !errors.Is(err, view.ErrNotFound) {
		t.Error(err)
	}
}
