package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

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

// TestLogoutByProvider: what a provider sends over the back channel is answered with
// 200 or 400 and never kept; no cookie and no form is needed, and a browser that
// another site makes send it is refused.
func TestLogoutByProvider(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var idp *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": idp.URL, "authorization_endpoint": idp.URL + "/a", "token_endpoint": idp.URL + "/t", "jwks_uri": idp.URL + "/k"})
	})
	mux.HandleFunc("/k", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "een", Use: "sig", Algorithm: "ES256"}}})
	})
	idp = httptest.NewServer(mux)
	t.Cleanup(idp.Close)
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	who, err := authn.New(authn.Config{Store: log, Now: time.Now, Secret: []byte(strings.Repeat("k", 32)), Weak: true, Site: "http://example.com",
		Providers: []authn.ProviderConfig{{ID: "org", Name: "Gemeente Voorbeeldstad", Issuer: idp.URL, Client: "lemniscaat", Key: key}}})
	if err != nil {
		t.Fatal(err)
	}
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Identity, d.TLS, d.Guard = who, true, nil })
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "een"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": idp.URL, "sub": "iemand", "aud": "lemniscaat", "jti": "1", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"logout_token": {token}}.Encode()
	send := func(to, body, kind, site string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if site != "" {
			r.Header.Set("Origin", site)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		return do(h, r)
	}
	const urlencoded = "application/x-www-form-urlencoded"
	const here = "/inloggen/extern/org/uit"
	for _, x := range []struct {
		name, to, body, kind, site string
		want                       int
	}{
		{"another site", here, form, urlencoded, "https://kwaad.example", http.StatusForbidden},
		{"another provider", "/inloggen/extern/kwaad/uit", form, urlencoded, "", http.StatusBadRequest},
		{"nothing", here, "", urlencoded, "", http.StatusBadRequest},
		{"JSON", here, `{"logout_token":"` + token + `"}`, "application/json", "", http.StatusBadRequest},
		{"no form", here, "%zz", urlencoded, "", http.StatusBadRequest},
		{"too large", here, "logout_token=" + strings.Repeat("a", 200<<10), urlencoded, "", http.StatusBadRequest},
		{"in the address", here + "?" + form, "", urlencoded, "", http.StatusBadRequest},
		{"right", here, form, urlencoded, "", http.StatusOK},
		{"again", here, form, urlencoded, "", http.StatusBadRequest},
	} {
		w := send(x.to, x.body, x.kind, x.site)
		if w.Code != x.want || w.Header().Get("Cache-Control") != "no-store" || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s: %d, want %d; %v", x.name, w.Code, x.want, w.Header())
		}
		var said struct {
			Error string `json:"error"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &said); x.want == http.StatusBadRequest && (err != nil || said.Error != "invalid_request") {
			t.Errorf("%s: %s", x.name, w.Body)
		}
	}
	for range 60 {
		send(here, "logout_token=x", urlencoded, "")
	}
	if w := send(here, "logout_token=x", urlencoded, ""); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("many that are wrong: %d %v", w.Code, w.Header())
	}
	if w := do(h, request("GET", here, "", nil)); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("asked: %d", w.Code)
	}
}
