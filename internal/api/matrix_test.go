package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lemniscaat/internal/api"
	"lemniscaat/internal/authz"
)

// organised are tokens of the tests: the scope, "/" and the organisation.
type organised struct{}

func (organised) Bearer(_ context.Context, token string) (authz.Principal, error) {
	scope, of, _ := strings.Cut(token, "/")
	p := authz.Principal{Account: "t-" + strings.ReplaceAll(token, "/", "-"), Person: "samira", Organisation: of, Scopes: []string{scope}}
	if scope == api.ScopeIntake {
		p.Person = ""
	}
	return p, nil
}

// TestASVS_V8_2_1_MatrixOfTheAPI: every scope, and nobody, at every operation, for an
// organisation of its own, another one and none: only the scope of the operation
// opens it, and what is of another organisation is not there.
func TestASVS_V8_2_1_MatrixOfTheAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.Tokens, d.PerMinute = organised{}, 1_000_000 })
	w.fill(t)
	signal := w.office.OrganisationOf(t.Context(), "signaal", w.signal)
	if signal == "" {
		t.Fatal("the signal is of no organisation: nothing can be hidden")
	}
	cells, refused, hidden := 0, 0, 0
	for _, o := range w.operations(t) {
		if o.id == "leesBeschrijving" {
			continue // a document
		}
		for _, of := range []string{signal, "een andere gemeente", ""} {
			for _, s := range append(api.Scopes(), [2]string{}) {
				r := o.request
				if r.token = s[0] + "/" + of; s[0] == "" {
					r.token = ""
				}
				a := r.send(t, w)
				cells++
				what := o.id + " with " + s[0] + " of " + of
				switch {
				case o.scope == "" || s[0] == o.scope:
					about := strings.Contains(r.path, w.signal) && o.scope == api.ScopeMine
					// A token of no organisation is of the only one that works here.
					if about && of != signal && of != "" {
						hidden++
						if a.StatusCode != http.StatusNotFound {
							t.Errorf("%s: %d, want 404", what, a.StatusCode)
						}
						break
					}
					if a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusForbidden || a.StatusCode >= 500 {
						t.Errorf("%s: %d, want to be let through: %.200s", what, a.StatusCode, text(t, a))
					}
				case s[0] == "":
					refused++
					isProblem(t, a, http.StatusUnauthorized)
				default:
					refused++
					isProblem(t, a, http.StatusForbidden)
				}
			}
		}
	}
	if cells < 500 || refused < 200 || hidden == 0 {
		t.Errorf("%d cells, %d refused, %d hidden", cells, refused, hidden)
	}
	t.Logf("%d cells, %d refused, %d hidden", cells, refused, hidden)
}
