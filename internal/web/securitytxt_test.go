package web_test

import (
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 23, 59, 59, 0, time.UTC)
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) {
		d.Now = func() time.Time { return now }
		d.SecurityTxt = web.SecurityTxt{Contacts: []string{"mailto:lek@example.org", "https://example.org/lek"}, Policy: "https://example.org/beleid",
			Canonical: "https://lus.example.org/.well-known/security.txt", Valid: 90 * 24 * time.Hour}
	})
	w := do(h, request("GET", "/.well-known/security.txt", "", nil))
	want := "Contact: mailto:lek@example.org\r\nContact: https://example.org/lek\r\nExpires: 2027-02-20T00:00:00Z\r\nPreferred-Languages: nl, en\r\n" +
		"Canonical: https://lus.example.org/.well-known/security.txt\r\nPolicy: https://example.org/beleid\r\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("got %d\n%s\nwant\n%s", w.Code, w.Body, want)
	}
	if got := w.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" { // RFC 9116 section 3
		t.Errorf("content type %q", got)
	}
	if w := do(h, request("POST", "/.well-known/security.txt", "", nil)); w.Code != 405 {
		t.Errorf("POST: got %d", w.Code)
	}
	// The day after, the answer is another one: it does not expire while it is kept up.
	now = now.Add(time.Second)
	if w := do(h, request("GET", "/.well-known/security.txt", "", nil)); !strings.Contains(w.Body.String(), "Expires: 2027-02-21T00:00:00Z\r\n") {
		t.Errorf("a day later: %s", w.Body)
	}
}

// TestNoSecurityTxt: who set no address has no file, rather than an empty one.
func TestNoSecurityTxt(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	if w := do(h, request("GET", "/.well-known/security.txt", "", nil)); w.Code != 404 || strings.Contains(w.Body.String(), "Contact:") {
		t.Errorf("got %d", w.Code)
	}
}

// TestSecurityTxtWithoutAccount: who found a weakness has no account here.
func TestSecurityTxtWithoutAccount(t *testing.T) {
	t.Parallel()
	_, who := accounts(t, true)
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) {
		d.Identity, d.TLS, d.Guard = who, true, nil
		d.SecurityTxt = web.SecurityTxt{Contacts: []string{"mailto:lek@example.org"}, Valid: 24 * time.Hour}
	})
	if w := do(h, request("GET", "/.well-known/security.txt", "", nil)); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "Contact: mailto:lek@example.org\r\n") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
