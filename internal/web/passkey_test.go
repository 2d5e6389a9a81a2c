package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestPasskeyPages: what a script asks is JSON that is kept nowhere, with a cookie
// for this browser alone; a form without an answer says what is missing; who is not
// signed in makes nothing.
func TestPasskeyPages(t *testing.T) {
	t.Parallel()
	h, _ := accounts(t, true)
	w := do(h, request("POST", "/inloggen/passkey/vraag", "", nil))
	var asked struct {
		PublicKey struct{ Challenge, RPID, UserVerification string } `json:"publicKey"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &asked); err != nil || w.Code != http.StatusOK || asked.PublicKey.RPID != "example.com" ||
		asked.PublicKey.UserVerification != "required" || len(asked.PublicKey.Challenge) != 43 || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	c := w.Result().Cookies()
	if len(c) != 1 || c[0].Name != "__Host-passkey" || !c[0].HttpOnly || !c[0].Secure || c[0].SameSite != http.SameSiteStrictMode || c[0].Path != "/" || c[0].MaxAge < 200 || c[0].MaxAge > 300 {
		t.Errorf("cookie %+v", c)
	}
	if again := do(h, with(request("POST", "/inloggen/passkey/vraag", "", nil), c[0])); again.Code != http.StatusOK || again.Result().Cookies()[0].Value != c[0].Value {
		t.Errorf("another tab of the same browser gets another cookie: %d", again.Code)
	}
	for name, x := range map[string]struct {
		path   string
		form   url.Values
		status int
		says   string
	}{
		"no script":         {"/inloggen/passkey", nil, http.StatusConflict, "JavaScript nodig"},
		"no JSON":           {"/inloggen/passkey", url.Values{"antwoord": {"{"}}, http.StatusConflict, "Deze passkey klopt niet"},
		"nobody makes":      {"/inloggen/instellen/passkey", nil, http.StatusSeeOther, ""},
		"nobody asks":       {"/inloggen/instellen/passkey/vraag", nil, http.StatusUnauthorized, `"naar":"/inloggen"`},
		"account of nobody": {"/account/passkey", nil, http.StatusSeeOther, ""},
		"nobody confirms":   {"/account/bevestig/passkey", nil, http.StatusSeeOther, ""},
	} {
		w := do(h, with(request("POST", x.path, "", x.form), c[0]))
		if w.Code != x.status || !strings.Contains(w.Body.String(), x.says) {
			t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
		}
	}
	in := signedIn(t, h)
	if w := do(h, with(request("GET", "/account/passkey", "", nil), in)); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `data-vraag="/account/passkey/vraag"`) {
		t.Errorf("the page: %d", w.Code)
	}
	w = do(h, with(request("POST", "/account/passkey/vraag", "", nil), in))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"attestation":"none"`) || len(w.Result().Cookies()) != 0 {
		t.Errorf("a new one: %d %s", w.Code, w.Body)
	}
	if w := do(h, with(request("POST", "/account/passkey", "", url.Values{"formulier": {"passkey"}, "naam": {strings.Repeat("n", 61)}}), in)); w.Code != http.StatusBadRequest ||
		!strings.Contains(w.Body.String(), "hoogstens 60 tekens") || !strings.Contains(w.Body.String(), `value="`+strings.Repeat("n", 61)) {
		t.Errorf("a long name: %d", w.Code)
	}
	if w := do(h, with(request("POST", "/account/bevestig/passkey/vraag", "", nil), in)); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "geen passkey") {
		t.Errorf("confirm without a key: %d %s", w.Code, w.Body)
	}
	if w := do(h, with(request("POST", "/beheer/accounts/a-1/passkey-weg", "", nil), in)); w.Code != http.StatusForbidden {
		t.Errorf("no manager: %d", w.Code)
	}
}

func with(r *http.Request, c *http.Cookie) *http.Request {
	r.AddCookie(c)
	return r
}
