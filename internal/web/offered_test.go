package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// TestASVS_V8_3_1_OnlyWhatIsAllowedIsOffered: on every page of the fake, as every
// role, no form is left of which the operation would be refused; in its place stands
// for whom it is. What is allowed stays.
func TestASVS_V8_3_1_OnlyWhatIsAllowedIsOffered(t *testing.T) {
	t.Parallel()
	a := authority(t)
	mux := http.NewServeMux()
	operation := map[string]web.Route{}
	for _, r := range web.Routes() {
		operation[r.Pattern] = r
		mux.Handle(r.Pattern, http.NotFoundHandler())
	}
	calls := 0
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Guard = counting{a, &calls} })
	kept, said := 0, 0
	for _, p := range parties() {
		for _, path := range paths {
			r := request(http.MethodGet, path, "samira", nil)
			w := do(h, r.WithContext(authz.With(r.Context(), p.who)))
			if w.Code != http.StatusOK {
				continue
			}
			if strings.Contains(w.Body.String(), "Dit formulier is niet voor u.") {
				said++
			}
			for _, f := range parse(t, w).tags("form") {
				if f.attr("method") != "post" {
					continue
				}
				q := request(http.MethodPost, f.attr("action"), "", nil)
				_, pattern := mux.Handler(q)
				o := operation[pattern]
				if d := a.Decide(authz.Request{Principal: p.who, Operation: o.Operation, Demo: true}); !d.Allowed {
					t.Errorf("%s offers %s the form of %s (%s)", path, p.name, pattern, o.Operation)
				}
				kept++
			}
		}
	}
	if kept < 500 || said < 50 {
		t.Errorf("%d forms kept, %d pages say for whom one is", kept, said)
	}
}
