package office_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

func (h *hall) comparison(reg string, left, right view.SideInput) view.ComparisonView {
	h.t.Helper()
	v, err := h.Comparison(h.t.Context(), "", reg, left, right)
	h.ok(err)
	return v
}

// rows gives the examples of a kind.
func rows(v view.ComparisonView, kind string) []view.ComparisonRow {
	for _, g := range v.Groups {
		if g.Kind == kind {
			return g.Rows
		}
	}
	return nil
}

func TestComparison(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	on := func(s string) view.SideInput { return view.SideInput{Date: rule.MustDate(s)} }

	// Without a choice it is the last change before today, with the day before.
	v := h.comparison("zorgtoeslag", view.SideInput{}, view.SideInput{})
	if v.Sides[0].Date.String() != "2025-12-31" || v.Sides[1].Date.String() != "2026-01-01" || !v.Shifted || v.Same {
		t.Errorf("%+v", v.Sides)
	}
	if len(rows(v, "anders")) < 10 || !strings.HasPrefix(v.Sentence, "Er verschillen 7 waarden.") {
		t.Errorf("%s %d", v.Sentence, len(rows(v, "anders")))
	}
	for _, r := range rows(v, "anders") {
		if r.Why.Text == "" || r.Why.Href == "" && !strings.HasPrefix(r.Why.Text, "Door de dag") {
			t.Errorf("%s: waardoor? %+v", r.Name, r.Why)
		}
	}
	if k := slices.IndexFunc(v.Days, func(d view.ComparisonDay) bool { return d.Current }); k < 0 || v.Days[k].Date.String() != "2026-01-01" {
		t.Errorf("%+v", v.Days)
	}
	same := h.comparison("zorgtoeslag", on("2026-06-01"), on("2026-06-01"))
	if !same.Same || len(same.Sections) > 0 || len(same.Groups) != 1 || same.Shifted {
		t.Errorf("%+v", same.Sentence)
	}

	// Only a right day: the day before the change that it falls in. Only a left
	// day: until the last change.
	if v := h.comparison("zorgtoeslag", view.SideInput{}, on("2025-06-01")); v.Sides[0].Date.String() != "2024-12-31" {
		t.Errorf("%+v", v.Sides)
	}
	if v := h.comparison("zorgtoeslag", on("2025-06-01"), view.SideInput{}); v.Sides[1].Date.String() != "2026-01-01" {
		t.Errorf("%+v", v.Sides)
	}

	// Text without rules: nothing to compute, and nothing that fails.
	if v := h.comparison(ordinanceID, view.SideInput{}, view.SideInput{}); !v.Same || len(v.Groups) > 0 {
		t.Errorf("%+v", v)
	}
	if _, err := h.Comparison(t.Context(), "", "bestaat-niet", view.SideInput{}, view.SideInput{}); !errors.Is(err, view.ErrNotFound) {
		t.Error(err)
	}
	for _, rules := range []string{"onzin", "voorstel:bestaat-niet", "variant:ruimere-grens", "voor:x"} {
		_, err := h.Comparison(t.Context(), "", "zorgtoeslag", view.SideInput{}, view.SideInput{Rules: rules})
		h.refused("kant-onbekend", err)
	}
}

// A variant of one regulation is compared there, and in what builds on it.
func TestComparisonReachesWhatBuildsOn(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	with := view.SideInput{Rules: "variant:lagere-drempel"}
	v := h.comparison("zorgtoeslag", view.SideInput{}, with)
	if v.Sides[0].Date != v.Sides[1].Date || v.Sides[1].Date.String() != "2026-01-01" || v.Shifted {
		t.Errorf("%+v", v.Sides)
	}
	k := slices.IndexFunc(v.Builders, func(r view.Ref) bool { return strings.HasPrefix(r.Href, "/regelingen/kindgebonden-budget/vergelijk?") })
	if k < 0 || !strings.Contains(v.Builders[k].Href, "tot-regels=variant%3Alagere-drempel") {
		t.Fatalf("%+v", v.Builders)
	}
	if slices.ContainsFunc(v.Builders, func(r view.Ref) bool { return strings.Contains(r.Href, "/kinderbijslag/") }) {
		t.Errorf("%+v", v.Builders)
	}
	v = h.comparison("kindgebonden-budget", view.SideInput{}, with)
	if len(v.Sections) != 1 || v.Sections[0].Other == "" || len(v.Sections[0].Differences) != 1 || len(rows(v, "anders")) == 0 {
		t.Errorf("%+v", v.Sections)
	}
	d := v.Sections[0].Differences[0]
	if d.Values == nil || d.Values[1].Value != "€ 25.000" || d.Values[0].Source == "" {
		t.Errorf("%+v", d)
	}
}

// A proposal is compared with the rules in force, and when it is adopted with
// the rules before it.
func TestComparisonOfProposal(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	p := h.submitted(issue, "120 %", suggested)
	link := h.proposal("femke", p).Compare
	if !strings.Contains(link, "/regelingen/"+iit+"/vergelijk?") || !strings.Contains(link, "tot-regels=voorstel%3A"+p) || strings.Contains(link, "van-regels") {
		t.Fatal(link)
	}
	look := func(left, right string) view.ComparisonView {
		return h.comparison(iit, view.SideInput{Rules: left}, view.SideInput{Rules: right})
	}
	draft := look("", "voorstel:"+p)
	if draft.Same || draft.Sides[1].Ref.Href != "/voorstellen/"+p {
		t.Errorf("%+v", draft.Sides)
	}
	h.adopt(p)
	if link := h.proposal("femke", p).Compare; !strings.Contains(link, "van-regels=voor%3A"+p) {
		t.Error(link)
	}
	adopted := look("voor:"+p, "")
	if adopted.Sentence != draft.Sentence {
		t.Errorf("%q, en als voorstel %q", adopted.Sentence, draft.Sentence)
	}
	if !look("voorstel:"+p, "").Same {
		t.Error("het aangenomen voorstel is niet wat geldt")
	}
}

// Another municipality is a side: its values, steps and outcomes, today.
func TestComparisonOfMunicipalities(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	v := h.comparison(iit, view.SideInput{}, view.SideInput{Rules: "gemeente:noorderkoog"})
	if v.Same || v.Shifted || v.Sides[0].Date != v.Sides[1].Date || v.Sides[1].Text != "de regels van de gemeente Noorderkoog" {
		t.Errorf("%+v", v.Sides)
	}
	if !strings.HasPrefix(v.Sentence, "Er verschillen 5 waarden en 2 stappen.") {
		t.Error(v.Sentence)
	}
	_, err := h.Comparison(t.Context(), "", "zorgtoeslag", view.SideInput{}, view.SideInput{Rules: "gemeente:noorderkoog"})
	h.refused("kant-onbekend", err)
}
