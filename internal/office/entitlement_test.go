package office_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/i18n"
	view "lemniscaat/internal/screen"
)

func (h *hall) entitlement(in *view.EntitlementInput) view.EntitlementView {
	h.t.Helper()
	v, err := h.Entitlement(h.t.Context(), "", in)
	h.ok(err)
	return v
}

// single is somebody alone, asked about some regulations.
func single(answers map[string]string, regulations ...string) *view.EntitlementInput {
	return &view.EntitlementInput{Regulations: regulations, Date: "2026-06-01", Adults: "1", Children: "0", Partner: view.PartnerNone, Answers: answers}
}

func faultsOf(v view.EntitlementView) []string {
	var out []string
	for _, f := range v.Faults {
		out = append(out, f.Field+": "+f.Text)
	}
	return out
}

// fields gives the names of fields, over all people.
func fields(v view.EntitlementView, which func(view.EntitlementPerson) []view.EntitlementField) []string {
	var out []string
	for _, p := range v.People {
		for _, f := range which(p) {
			out = append(out, f.Name)
		}
	}
	return out
}

func needed(p view.EntitlementPerson) []view.EntitlementField   { return p.Now }
func optional(p view.EntitlementPerson) []view.EntitlementField { return p.Optional }
func given(p view.EntitlementPerson) []view.EntitlementField    { return p.Given }

// Before anything is said, all that can be computed is chosen.
func TestEntitlementBegins(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	v := h.entitlement(nil)
	if v.Computed || len(v.Regulations) < 4 || len(v.PartnerFor) == 0 || !v.AsksCare {
		t.Errorf("%+v", v)
	}
	for _, c := range v.Regulations {
		if !c.Chosen || c.Value == ordinanceID {
			t.Errorf("%+v", c)
		}
	}
}

// Each datum is asked once, and the answers lead to the published amount.
func TestEntitlement(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	answers := map[string]string{}
	v := h.entitlement(single(answers, "zorgtoeslag", "kinderbijslag"))
	if v.Missing == 0 || len(v.Results) != 2 || len(v.Results[1].Lacks) == 0 || v.Results[1].Sentence != "" {
		t.Fatalf("%+v", v.Results)
	}
	for name, s := range map[string]string{
		"aanvrager.geboortedatum": "2-4-1990", "aanvrager.verzekerd": "ja", "aanvrager.toetsingsinkomen": "0",
		"aanvrager.vermogen": "0", "aanvrager.verzekerd-voor-de-kinderbijslag": "nee",
	} {
		answers[name] = s
	}
	v = h.entitlement(single(answers, "zorgtoeslag", "kinderbijslag"))
	all := slices.Concat(fields(v, needed), fields(v, optional), fields(v, given))
	slices.Sort(all)
	if once := slices.Compact(slices.Clone(all)); len(once) != len(all) {
		t.Errorf("een gegeven staat er twee keer: %v", all)
	}
	if v.Missing > 0 || len(v.Faults) > 0 {
		t.Fatalf("%d ontbreken, %v, %v", v.Missing, fields(v, needed), faultsOf(v))
	}
	var got []string
	for _, r := range v.Results {
		for _, a := range r.Amounts {
			got = append(got, r.ID+" "+a.Text+" "+a.Period)
		}
		if r.Sentence == "" || len(r.Trace) == 0 {
			t.Errorf("%s heeft geen uitleg", r.ID)
		}
	}
	want := []string{"kinderbijslag  ", "zorgtoeslag € 1.550 jaar", "zorgtoeslag € 129 maand"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(fields(v, given)) == 0 {
		t.Error("wat is ingevuld, staat er niet meer")
	}
}

// What is not answered counts as nothing only where the page says so.
func TestEntitlementAsksWhatCounts(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	both := []string{"besteedbaar-inkomen", "inkomstenbelasting"}
	v := h.entitlement(single(nil, both...))
	if !slices.Contains(fields(v, optional), "aanvrager.loon") || !v.People[0].Open {
		t.Errorf("het loon wordt niet gevraagd: %v", fields(v, optional))
	}
	v = h.entitlement(single(map[string]string{"aanvrager.geboortedatum": "1990-04-02", "aanvrager.loon": "40000"}, both...))
	if tax := v.Results[1]; len(tax.Amounts) == 0 || tax.Amounts[0].Text == "" {
		t.Errorf("over € 40.000 loon is geen belasting: %+v", tax)
	}
	if slices.Contains(fields(v, optional), "aanvrager.loon") || !slices.Contains(fields(v, given), "aanvrager.loon") {
		t.Error("het loon staat niet bij wat is ingevuld")
	}
	if v := h.entitlement(single(nil, "terugvordering-toeslagen", "zorgtoeslag")); len(v.Results[0].Unasked)+len(v.Results[1].Unasked) != 2 {
		t.Errorf("%+v", v.Results)
	}
}

// A regulation that lacks data, or has an answer that is wrong, stops no other.
func TestEntitlementWrongAnswer(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	answers := map[string]string{"aanvrager.verzekerd": "nee", "aanvrager.geboortedatum": "31-2-1990"}
	v := h.entitlement(single(answers, "zorgtoeslag", "aow"))
	if len(v.Faults) != 1 || v.Faults[0].Field != "aanvrager.geboortedatum" || !strings.Contains(v.Faults[0].Text, `"31-2-1990" is geen bestaande datum`) {
		t.Errorf("%v", faultsOf(v))
	}
	if !slices.Contains(fields(v, needed), "aanvrager.geboortedatum") {
		t.Errorf("het veld met de fout: %v", fields(v, needed))
	}
	for _, r := range v.Results {
		if r.ID == "zorgtoeslag" && r.Sentence == "" {
			t.Error("de zorgtoeslag wacht op een geboortedatum")
		}
	}
	for value, says := range map[string]string{
		"veel": "", "1e9": "", strings.Repeat("9", 70): "tekens lang", "ja": "",
	} {
		v := h.entitlement(single(map[string]string{"aanvrager.verzekerd": "ja", "aanvrager.vermogen": value}, "zorgtoeslag"))
		if len(v.Faults) != 1 || v.Faults[0].Field != "aanvrager.vermogen" || !strings.Contains(v.Faults[0].Text, says) {
			t.Errorf("%s: %v", value, faultsOf(v))
		}
	}
}

func TestEntitlementRefusesHousehold(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for field, change := range map[string]func(*view.EntitlementInput){
		"regeling":     func(in *view.EntitlementInput) { in.Regulations = []string{"bestaat-niet"} },
		"datum":        func(in *view.EntitlementInput) { in.Date = "30-2-2026" },
		"volwassenen":  func(in *view.EntitlementInput) { in.Adults = "300" },
		"kinderen":     func(in *view.EntitlementInput) { in.Children = "-1" },
		"opvang":       func(in *view.EntitlementInput) { in.Care = "1" },
		"partner":      func(in *view.EntitlementInput) { in.Partner = view.PartnerMarried },
		"partner-voor": func(in *view.EntitlementInput) { in.Adults, in.Partner = "2", view.PartnerOther },
	} {
		in := single(map[string]string{"aanvrager.vermogen": "12"}, "zorgtoeslag")
		change(in)
		v := h.entitlement(in)
		if len(v.Faults) != 1 || v.Faults[0].Field != field || v.Computed {
			t.Errorf("%s: %v", field, faultsOf(v))
		}
		if len(v.Kept) != 1 || v.Kept[0].Label != "12" {
			t.Errorf("%s: wat was ingevuld is weg: %+v", field, v.Kept)
		}
	}
}

// Each law has its own partner; who becomes a partner keeps the answers.
func TestEntitlementPartner(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	in := single(map[string]string{"volwassene-2.vermogen": "150000", "aanvrager.vermogen": "0", "aanvrager.verzekerd": "ja"}, "zorgtoeslag")
	in.Adults = "2"
	alone := h.entitlement(in)
	in.Partner, in.PartnerFor = view.PartnerOther, []string{"partnerschap"}
	together := h.entitlement(in)
	if !slices.Contains(fields(together, given), "partner.vermogen") {
		t.Errorf("%v", fields(together, given))
	}
	if slices.Contains(fields(alone, needed), "partner.vermogen") {
		t.Error("zonder partner wordt naar de partner gevraagd")
	}
	in.Partner, in.Adults, in.Children, in.Care = view.PartnerMarried, "3", "2", "1"
	in.Regulations = []string{"kinderopvangtoeslag"}
	v := h.entitlement(in)
	if !slices.ContainsFunc(fields(v, needed), func(s string) bool { return strings.HasPrefix(s, "opvang-kind-1.") }) {
		t.Errorf("naar de opvang wordt niet gevraagd: %v", fields(v, needed))
	}
	if !slices.ContainsFunc(v.Assumptions, func(s string) bool { return strings.HasPrefix(s, "Aanvrager en partner zijn gehuwd") }) {
		t.Errorf("%v", v.Assumptions)
	}
}

// Who is entitled to an amount that nobody found is told so, beside what is known.
func TestEntitlementTellsWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	in := single(map[string]string{
		"aanvrager.geboortedatum": "1990-04-02", "aanvrager.verzekerd-voor-de-kinderbijslag": "ja",
		"aanvrager.het-hele-jaar-dubbele-kinderbijslag-gekregen": "ja", "aanvrager.het-hele-jaar-een-fiscale-partner-gehad": "nee",
		"kind-1.geboortedatum": "2018-05-01", "kind-1.intensieve-zorg-nodig": "ja", "kind-1.uitwonend-voor-onderwijs": "nee",
	}, "kinderbijslag")
	in.Date, in.Children = "31-12-2025", "1"
	r := h.entitlement(in).Results[0]
	if len(r.Amounts) != 1 || r.Amounts[0].Text != "€ 707,90" || r.Amounts[0].Period != "kwartaal" || !strings.Contains(r.Fault, "geen waarde") {
		t.Errorf("%+v %s", r.Amounts, r.Fault)
	}
}

// TestEntitlementInEnglish: who reads English gets the explanation in English,
// with the same outcome.
func TestEntitlementInEnglish(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	in := single(map[string]string{}, "kinderbijslag")
	in.Children = "1"
	dutch := h.entitlement(in)
	english, err := h.Entitlement(i18n.WithLanguage(t.Context(), "en"), "", in)
	h.ok(err)
	name := func(v view.EntitlementView) string {
		for _, p := range v.People {
			if strings.HasPrefix(p.ID, "kind-") {
				return p.Name
			}
		}
		return ""
	}
	if d, e := name(dutch), name(english); d != "kind 1" || e != "child 1" {
		t.Errorf("the child is %q and %q", d, e)
	}
	if d := cmp.Diff(fields(dutch, needed), fields(english, needed)); d != "" {
		t.Errorf("other questions: %s", d)
	}
}
