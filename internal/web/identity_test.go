package web_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

const sentence = "paarse fiets onder water"

// accounts gives the pages over real accounts, with somebody of policy who can sign
// in, and a link for the first manager.
func accounts(t *testing.T, tls bool) (http.Handler, *authn.Service) {
	t.Helper()
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	site := "http://example.com"
	if tls {
		site = "https://example.com"
	}
	who, err := authn.New(authn.Config{Store: log, Now: time.Now, Secret: bytes.Repeat([]byte{1}, 32), Weak: true, Site: site,
		Person: func(id string) (string, []string, bool) { return "Femke", []string{authz.RolePolicy}, id == "femke" }})
	if err != nil {
		t.Fatal(err)
	}
	i, err := who.Add(t.Context(), authz.Principal{Roles: []string{authz.RoleConsole}}, screen.AccountInput{Login: "femke", Name: "Femke", Person: "femke"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := who.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: sentence}); err != nil {
		t.Fatal(err)
	}
	return handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Identity, d.TLS, d.Guard = who, tls, nil }), who
}

func cookieOf(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "sessie") {
			return c
		}
	}
	t.Fatalf("no session: %d %s", w.Code, w.Body)
	return nil
}

func signedIn(t *testing.T, h http.Handler) *http.Cookie {
	t.Helper()
	return cookieOf(t, do(h, request("POST", "/inloggen", "", url.Values{"inlognaam": {"femke"}, "wachtwoord": {sentence}})))
}

// TestNoRoleSwitch: with accounts nobody chooses who to be, whatever cookie comes.
func TestNoRoleSwitch(t *testing.T) {
	t.Parallel()
	h, _ := accounts(t, false)
	for _, path := range []string{"/rol", "/rol/", "//rol", "/ROL"} {
		w := do(h, request("POST", path, "hanne", url.Values{"rol": {"femke"}}))
		if w.Code < 300 || len(w.Result().Cookies()) > 0 {
			t.Errorf("POST %s: %d, cookies %v", path, w.Code, w.Result().Cookies())
		}
	}
	for _, path := range []string{"/beslissingen", "/account", "/beheer", "/beheer/accounts", "/beheer/sleutels", "/noodtoegang", "/knelpunten"} {
		w := do(h, request("GET", path, "femke", nil))
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/inloggen?terug=") {
			t.Errorf("GET %s with the cookie of the role switch: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
	if w := do(h, request("GET", "/register", "femke", nil)); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `name="rol"`) {
		t.Errorf("the register: %d, or it has a role switch", w.Code)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	h, _ := accounts(t, true)
	w := do(h, request("POST", "/inloggen?terug=/knelpunten", "", url.Values{"inlognaam": {"femke"}, "wachtwoord": {"heelverkeerd"}, "formulier": {"inloggen"}}))
	if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "heelverkeerd") || !strings.Contains(w.Body.String(), `value="femke"`) {
		t.Errorf("a wrong password: %d; the name stays, the password does not", w.Code)
	}
	for back, want := range map[string]string{
		"/knelpunten?staat=open": "/knelpunten?staat=open", "https://elders.example/": "/", "//elders.example": "/", `/\elders.example`: "/", "javascript:alert(1)": "/", "": "/",
	} {
		w := do(h, request("POST", "/inloggen", "", url.Values{"inlognaam": {"femke"}, "wachtwoord": {sentence}, "terug": {back}}))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("back to %q: %d to %q, want %q", back, w.Code, w.Header().Get("Location"), want)
		}
		c := cookieOf(t, w)
		if c.Name != "__Host-sessie" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 43 {
			t.Errorf("cookie %+v", c)
		}
	}
	c := signedIn(t, h)
	get := func(path string) *httptest.ResponseRecorder {
		r := request("GET", path, "", nil)
		r.AddCookie(c)
		return do(h, r)
	}
	if w := get("/account"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Femke") {
		t.Errorf("own account: %d", w.Code)
	}
	for _, path := range []string{"/beheer", "/beheer/accounts", "/beheer/sleutels"} {
		if w := get(path); w.Code != http.StatusForbidden {
			t.Errorf("%s without being a manager: %d", path, w.Code)
		}
	}
	r := request("POST", "/uitloggen", "", url.Values{})
	r.AddCookie(c)
	if w := do(h, r); w.Code != http.StatusSeeOther || cookieOf(t, w).MaxAge >= 0 {
		t.Errorf("signing out: %d", w.Code)
	}
	if w := get("/account"); w.Code != http.StatusSeeOther {
		t.Errorf("after signing out: %d", w.Code)
	}
}

// TestLoginHeldOff: who tries too often gets 429 and when to come back.
func TestLoginHeldOff(t *testing.T) {
	t.Parallel()
	h, _ := accounts(t, false)
	var w *httptest.ResponseRecorder
	for range 11 {
		w = do(h, request("POST", "/inloggen", "", url.Values{"inlognaam": {"femke"}, "wachtwoord": {"fout fout fout"}}))
	}
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// TestFirstManager: from the link of the console to the pages of managers.
func TestFirstManager(t *testing.T) {
	t.Parallel()
	h, who := accounts(t, false)
	link, _, err := who.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := do(h, request("GET", "/uitnodiging/bestaat-niet", "", nil)); w.Code != http.StatusNotFound {
		t.Errorf("a link that is none: %d", w.Code)
	}
	w := do(h, request("POST", "/uitnodiging/"+link, "", url.Values{"formulier": {"uitnodiging"}, "naam": {"Wilma"}, "inlognaam": {"w"}, "nieuw": {"kort"}}))
	if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "kort\"") {
		t.Errorf("two faults: %d", w.Code)
	}
	w = do(h, request("POST", "/uitnodiging/"+link, "", url.Values{"naam": {"Wilma"}, "inlognaam": {"wilma"}, "nieuw": {sentence}}))
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/inloggen/instellen") {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	c := cookieOf(t, w)
	r := request("GET", "/beheer/accounts", "", nil)
	r.AddCookie(c)
	if w := do(h, r); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/inloggen/instellen") {
		t.Errorf("a manager without a second factor: %d to %q", w.Code, w.Header().Get("Location"))
	}
	r = request("GET", "/inloggen/instellen", "", nil)
	r.AddCookie(c)
	if w := do(h, r); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<svg") {
		t.Errorf("setting up the app: %d", w.Code)
	}
}
