package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/web/webtest"
)

// household sends the form of a household.
func household(t *testing.T, state webtest.State, form string) (node, int) {
	t.Helper()
	values, err := url.ParseQuery("formulier=recht&regeling=zorgtoeslag&datum=2026-11-22&kinderen=0&partner=geen&" + form)
	if err != nil {
		t.Fatal(err)
	}
	w := do(handler(t, &webtest.Fake{State: state}), request("POST", "/recht", "", values))
	if loc := w.Header().Get("Location"); loc != "" {
		t.Errorf("de gegevens staan in een adres: %s", loc)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("het antwoord wordt bewaard")
	}
	return parse(t, w), w.Code
}

// byID gives the element with an id; the empty node when there is none.
func byID(page node, id string) (node, bool) {
	found := page.all(func(e node) bool { return e.attr("id") == id })
	if len(found) != 1 {
		return node{}, false
	}
	return found[0], true
}

func TestEntitlement(t *testing.T) {
	t.Parallel()
	for _, state := range states {
		page, code := household(t, state, "volwassenen=1&aanvrager.vermogen=12&aanvrager.verzekerd=nee&aanvrager.geboortedatum=1990-04-02")
		if code != 200 {
			t.Fatalf("%s: %d", state, code)
		}
		ids := map[string]bool{}
		for _, e := range page.all(func(e node) bool { return e.attr("id") != "" }) {
			if ids[e.attr("id")] {
				t.Errorf("%s: id %s staat er twee keer", state, e.attr("id"))
			}
			ids[e.attr("id")] = true
		}
		labelled := map[string]bool{}
		for _, l := range page.tags("label") {
			labelled[l.attr("for")] = true
		}
		names := []string{}
		for _, f := range page.all(func(e node) bool { return strings.Contains(e.attr("name"), ".") }) {
			if !labelled[f.attr("id")] {
				t.Errorf("%s: %s heeft geen label", state, f.attr("name"))
			}
			if d := f.attr("aria-describedby"); d != "" && !ids[strings.Fields(d)[0]] {
				t.Errorf("%s: %s verwijst naar niets", state, f.attr("name"))
			}
			names = append(names, f.attr("name"))
		}
		slices.Sort(names)
		if len(names) != 5 || len(slices.Compact(names)) != 5 {
			t.Errorf("%s: %v", state, names)
		}
		// What a regulation lacks leads to the field that asks for it.
		for _, a := range page.tags("a") {
			if id, ok := strings.CutPrefix(a.attr("href"), "#"); ok && !ids[id] {
				t.Errorf("%s: %s leidt nergens heen", state, a.attr("href"))
			}
		}
	}
	page, _ := household(t, webtest.Filled, "volwassenen=1&aanvrager.vermogen=12&aanvrager.verzekerd=nee")
	if e, ok := byID(page, "recht-aanvrager-vermogen"); !ok || e.attr("value") != "12" {
		t.Error("wat was ingevuld, is weg")
	}
	if e, ok := byID(page, "recht-aanvrager-verzekerd"); !ok || !slices.ContainsFunc(e.tags("option"), func(o node) bool {
		_, on := o.lookup("selected")
		return on && o.attr("value") == "nee"
	}) {
		t.Error("wat was gekozen, is weg")
	}
	text := page.text()
	for _, want := range []string{"€ 129,00", "per maand", "niet geverifieerd", "Wij bewaren niets", "te betalen", "Staat al in: Basisregistratie Personen.", "Deze pagina vraagt niet naar: toeslagafrekeningen en voorschotherzieningen.", "U krijgt zorgtoeslag van"} {
		if !strings.Contains(text, want) {
			t.Errorf("er staat niet: %s", want)
		}
	}
	for _, f := range page.all(func(e node) bool { return e.Data == "form" && e.attr("action") == "/recht" }) {
		if f.attr("method") != "post" {
			t.Error("het formulier zet gegevens in het adres")
		}
	}
}

// An answer that is wrong is said at its field, and the rest is still answered;
// a household that is wrong loses no answers.
func TestEntitlementRefuses(t *testing.T) {
	t.Parallel()
	page, code := household(t, webtest.Filled, "volwassenen=1&aanvrager.geboortedatum=x")
	e, ok := byID(page, "recht-aanvrager-geboortedatum")
	if code != 400 || !ok || e.attr("aria-invalid") != "true" || e.attr("value") != "x" {
		t.Errorf("%d %v", code, ok)
	}
	if said, ok := byID(page, "recht-aanvrager-geboortedatum-fout"); !ok || !strings.Contains(said.text(), "geen bestaande datum") {
		t.Error("bij het veld staat niet wat er mis is")
	}
	if sum, ok := byID(page, "fouten"); !ok || len(sum.tags("a")) != 1 || !strings.Contains(page.text(), "€ 129,00") {
		t.Error("de samenvatting, of wat wel bekend is, ontbreekt")
	}
	page, code = household(t, webtest.Filled, "volwassenen=300&aanvrager.vermogen=12")
	e, ok = byID(page, "recht-volwassenen")
	if code != 400 || !ok || e.attr("value") != "300" || e.attr("aria-invalid") != "true" {
		t.Errorf("%d %v", code, ok)
	}
	if len(page.all(func(e node) bool {
		return e.attr("type") == "hidden" && e.attr("name") == "aanvrager.vermogen" && e.attr("value") == "12"
	})) != 1 {
		t.Error("wat was ingevuld, is weg")
	}
}
