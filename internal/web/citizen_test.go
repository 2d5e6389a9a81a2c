package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// TestCitizenLimit: too many messages from one place are refused with how long
// to wait, others still come through, nothing typed is lost, and after the
// window everything is as before.
func TestCitizenLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake, func(d *web.Deps) { d.Now = func() time.Time { return now } })
	send := func(from, forwarded string) *httptest.ResponseRecorder {
		r := request("POST", "/er-ging-iets-mis", "", url.Values{"formulier": {"burger"}, "tekst": {"Mijn lange verhaal"}, "onderwerp": {reg}, "sleutel": {"abcdefghijklmnopqrst"}})
		r.RemoteAddr = from
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		return do(h, r)
	}
	for n := range 12 {
		if w := send("192.0.2.7:1234", ""); w.Code != 200 {
			t.Fatalf("message %d: %d", n, w.Code)
		}
	}
	now = now.Add(3 * time.Minute)
	w := send("192.0.2.7:999", "")
	wait, err := strconv.Atoi(w.Header().Get("Retry-After"))
	if w.Code != http.StatusTooManyRequests || err != nil || wait != 420 {
		t.Errorf("one too many: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	for _, want := range []string{"Mijn lange verhaal", "Probeer het over 7 minuten opnieuw", "abcdefghijklmnopqrst"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// What a client claims about itself does not count; what the proxy on this
	// machine says does.
	if w := send("192.0.2.7:1", "198.51.100.9"); w.Code != 429 {
		t.Errorf("another name for the same place: %d", w.Code)
	}
	if w := send("127.0.0.1:1", "203.0.113.1, 192.0.2.7"); w.Code != 429 {
		t.Errorf("the same place through the proxy: %d", w.Code)
	}
	if w := send("127.0.0.1:1", "192.0.2.7, 203.0.113.1"); w.Code != 200 {
		t.Errorf("another place through the proxy: %d", w.Code)
	}
	// One connection has many IPv6 addresses.
	for n := range 12 {
		if w := send("[2001:db8:1:2::"+strconv.Itoa(n+1)+"]:80", ""); w.Code != 200 {
			t.Fatalf("IPv6 %d: %d", n, w.Code)
		}
	}
	if w := send("[2001:db8:1:2:ffff::1]:80", ""); w.Code != 429 {
		t.Errorf("one network: %d", w.Code)
	}
	now = now.Add(7 * time.Minute)
	if w := send("192.0.2.7:1", ""); w.Code != 200 {
		t.Errorf("after the window: %d", w.Code)
	}
	// From everywhere together.
	for n := range 600 {
		send("10.0."+strconv.Itoa(n/250)+"."+strconv.Itoa(n%250)+":1", "")
	}
	if w := send("198.51.100.77:1", ""); w.Code != 429 {
		t.Errorf("in total: %d", w.Code)
	}
	// Reading goes on.
	if w := do(h, request("GET", "/er-ging-iets-mis", "", nil)); w.Code != 200 {
		t.Errorf("the page: %d", w.Code)
	}
}

// TestCodesAreNotGuessed: trying codes is limited too.
func TestCodesAreNotGuessed(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	last := 0
	for range 61 {
		r := request("POST", "/volgen", "", url.Values{"formulier": {"volgen"}, "code": {"0000-0000-0000-0001"}})
		r.RemoteAddr = "192.0.2.9:1"
		last = do(h, r).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("guess 61: %d", last)
	}
}

// TestCitizenCommands: what the forms of citizens send.
func TestCitizenCommands(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake)
	code := "7K3M-9PQR-2TVX-4WYZ"
	for _, f := range []struct {
		path string
		form url.Values
	}{
		{"/er-ging-iets-mis", url.Values{"tekst": {" De brief "}, "onderwerp": {reg}, "sleutel": {"abcdefghijklmnop"}}},
		{"/volgen/reactie", url.Values{"code": {code}, "herkend": {"nee"}, "want": {" Nee hoor "}}},
		{"/volgen/formeel", url.Values{"code": {code}, "weg": {"klacht"}, "besluit-van": {"1-11-2026"}, "bereikbaar": {"bel mij"}}},
	} {
		if w := do(h, request("POST", f.path, "", f.form)); w.Code != 200 || !strings.Contains(w.Body.String(), code) {
			t.Errorf("%s: %d", f.path, w.Code)
		}
	}
	want := []webtest.Call{
		{Name: "FileCitizen", In: screen.CitizenInput{Text: "De brief", Topic: reg, Key: "abcdefghijklmnop"}},
		{Name: "CitizenReact", In: []any{code, false, "Nee hoor"}},
		{Name: "AskFormal", In: screen.FormalInput{Code: code, Kind: "klacht", Decided: rule.MustDate("2026-11-01"), Contact: "bel mij"}},
	}
	if d := cmp.Diff(want, fake.Calls()); d != "" {
		t.Error(d)
	}
	if w := do(h, request("POST", "/volgen/formeel", "", url.Values{"formulier": {"formeel"}, "code": {code}, "weg": {"klacht"}, "besluit-van": {"gisteren"}})); w.Code != 400 {
		t.Errorf("a date that is none: %d", w.Code)
	}
}
