package office_test

import (
	"testing"

	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// TestASVS_V8_2_2_LastDecisionOfTheOwnOrganisation: what another organisation
// decided on a case of the same name says nothing here.
func TestASVS_V8_2_2_LastDecisionOfTheOwnOrganisation(t *testing.T) {
	t.Parallel()
	h, both := openTwo(t)
	ctx := t.Context()
	alfa, beta := both[0], both[1]
	const zaak = "Z-2026-7"
	id, err := h.RecordDecision(ctx, alfa.execution, view.RecordInput{
		Case: zaak, Place: alfa.regulation + "/" + alfa.article, Kind: "toekenning", Outcome: "toegekend", Date: rule.MustDate("2026-11-23"), Amount: "100",
	})
	h.ok(err)
	h.ok(h.TakeDecision(ctx, alfa.execution, id))
	if d := h.LastTaken(alfa.execution, zaak, alfa.regulation); d == nil || d.ID != id {
		t.Errorf("the own organisation does not find its decision: %+v", d)
	}
	for _, who := range []string{beta.execution, beta.desk} {
		if d := h.LastTaken(who, zaak, alfa.regulation); d != nil {
			t.Errorf("%s is told of the decision of another organisation", who)
		}
	}
}

// TestASVS_V8_4_1_AffiliationOfAccounts: who has no seat in a triangle is of the
// organisation that the account names, and without a name of this one.
func TestASVS_V8_4_1_AffiliationOfAccounts(t *testing.T) {
	t.Parallel()
	of := map[string]string{"adviseur": "Gemeente Beta", "leeg": ""}
	h, both := openTwo(t)
	h.Affiliation = func() map[string]string { return of }
	h.People = append(h.People, office.Person{ID: "adviseur", Name: "A"}, office.Person{ID: "leeg", Name: "L"}, office.Person{ID: "onbekend", Name: "O"})
	for who, want := range map[string]string{"adviseur": "Gemeente Beta", "leeg": "Samen", "onbekend": "Samen", both[0].execution: "Uitvoerder Alfa"} {
		if st := h.Standing(t.Context(), who); st.Known && st.Organisation != want {
			t.Errorf("%s is of %q, want %q", who, st.Organisation, want)
		}
	}
	of["adviseur"] = "Uitvoerder Alfa" // another manager changed the account
	if st := h.Standing(t.Context(), "adviseur"); st.Known && st.Organisation != "Uitvoerder Alfa" {
		t.Errorf("after the change: %q", st.Organisation)
	}
	v, err := h.Decisions(t.Context(), "adviseur", "", view.Asked{})
	h.ok(err)
	for _, r := range v.Rows {
		if r.ID == both[1].decision {
			t.Error("an account of Alfa sees a decision of Beta")
		}
	}
	found := false
	for _, r := range v.Rows {
		found = found || r.ID == both[0].decision
	}
	if !found {
		t.Errorf("an account of Alfa does not see the decision of Alfa: %+v", v.Rows)
	}
}
