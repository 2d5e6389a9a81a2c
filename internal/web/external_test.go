package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// TestExternalPages: a provider that is away gives a page that says so, an answer
// that nobody asked for signs nobody in, and the public keys are there to fetch.
func TestExternalPages(t *testing.T) {
	t.Parallel()
	idp := httptest.NewServer(http.NotFoundHandler())
	idp.Close()
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	who, err := authn.New(authn.Config{Store: log, Now: time.Now, Secret: []byte(strings.Repeat("k", 32)), Weak: true, Site: "http://example.com",
		Providers: []authn.ProviderConfig{{ID: "org", Name: "Gemeente Voorbeeldstad", Issuer: idp.URL, Client: "lemniscaat", Key: key}}})
	if err != nil {
		t.Fatal(err)
	}
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Identity, d.TLS, d.Guard = who, true, nil })
	if w := do(h, request("GET", "/inloggen?terug=/knelpunten", "", nil)); !strings.Contains(w.Body.String(), `href="/inloggen/extern/org?terug=%2Fknelpunten"`) {
		t.Errorf("no button on the page: %d", w.Code)
	}
	for path, want := range map[string]int{
		"/inloggen/extern/org":        http.StatusBadGateway,
		"/inloggen/extern/niemand":    http.StatusNotFound,
		"/uitnodiging/weg/extern/org": http.StatusNotFound,
		"/inloggen/extern/terug":      http.StatusBadRequest,
		"/inloggen/extern/terug?code=x&state=" + url.QueryEscape(strings.Repeat("A", 43)): http.StatusBadRequest,
	} {
		w := do(h, request("GET", path, "", nil))
		if w.Code != want || len(w.Result().Cookies()) > 0 {
			t.Errorf("GET %s: %d, want %d; cookies %v", path, w.Code, want, w.Result().Cookies())
		}
	}
	w := do(h, request("GET", "/inloggen/extern/sleutels.json", "", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"kty":"EC"`) || strings.Contains(w.Body.String(), `"d":`) {
		t.Errorf("public keys: %d %s", w.Code, w.Body)
	}
}
