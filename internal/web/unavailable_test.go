package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lemniscaat/internal/store"
	"lemniscaat/internal/web/webtest"
)

// TestStorageRefuses: when the disk is full, a form comes back with what was
// typed and the same key, and says when to try again.
func TestStorageRefuses(t *testing.T) {
	t.Parallel()
	full := fmt.Errorf("%w: disk is full, secret", store.ErrUnavailable)
	for _, x := range []struct {
		name, path string
		form       url.Values
		keep       []string
	}{
		{"FileSignal", "/signaal", url.Values{"formulier": {"signaal"}, "sleutel": {"k1"}, "regeling": {reg}, "artikel": {"artikel-3"}, "soort": {"te-hard"}, "tekst": {"Eén euro te veel"}, "hoe-vaak": {"een-keer"}}, []string{"Eén euro te veel", `name="sleutel" value="k1"`}},
		{"FileCitizen", "/er-ging-iets-mis", url.Values{"formulier": {"burger"}, "tekst": {"Mijn lange verhaal"}, "onderwerp": {reg}, "sleutel": {"abcdefghijklmnopqrst"}}, []string{"Mijn lange verhaal", `value="abcdefghijklmnopqrst"`}},
	} {
		w := do(handler(t, &webtest.Fake{State: webtest.Filled, Refuse: map[string]error{x.name: full}}), request("POST", x.path, "samira", x.form))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "30" {
			t.Errorf("%s: %d, Retry-After %q", x.path, w.Code, w.Header().Get("Retry-After"))
		}
		body := w.Body.String()
		for _, want := range append(x.keep, "Bewaren lukt nu niet", "halve minuut") {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q is not on the page", x.path, want)
			}
		}
		if strings.Contains(body, "secret") {
			t.Errorf("%s: the cause is on the page", x.path)
		}
	}
}
