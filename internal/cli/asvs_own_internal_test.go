package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/web"
)

// accountRoutes gives the routes that only an installation with accounts has.
func accountRoutes(method string) []string {
	public := map[string]bool{}
	for _, r := range web.Routes() {
		public[r.Pattern] = true
	}
	var out []string
	for _, r := range web.AllRoutes() {
		if m, pattern, ok := strings.Cut(r.Pattern, " "); ok && m == method && !public[r.Pattern] {
			out = append(out, variable.ReplaceAllString(pattern, "1"))
		}
	}
	return out
}

// TestASVS_OwnHouse walks what the demo does not have: signing in, the own account
// and the pages of managers.
func TestASVS_OwnHouse(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page of accounts")
	}
	t.Parallel()
	h := openHouse(t, true)
	wilma := h.member("wilma", "", "", authz.RoleManager)
	karel := h.member("karel", "", "", authz.RoleAuditor)
	gets, posts := accountRoutes(http.MethodGet), accountRoutes(http.MethodPost)
	if len(gets) < 15 || len(posts) < 25 {
		t.Fatalf("%d pages and %d commands", len(gets), len(posts))
	}
	const formKind = "application/x-www-form-urlencoded"

	// Reading writes nothing, and every answer has its headers.
	t.Run("V3_4_3_PagesOfAccounts", func(t *testing.T) {
		before := h.head()
		for _, v := range []visitor{{name: "nobody"}, karel, wilma, {name: "forged", cookies: []*http.Cookie{{Name: "sessie", Value: strings.Repeat("A", 43)}}}} {
			for _, target := range gets {
				for _, tail := range []string{"", "?x=%00%ff&terug=//elders.example"} {
					w := h.get(target+tail, v)
					if no := safeHeaders(w); w.Code >= 500 || len(no) > 0 {
						t.Errorf("%s as %s: %d %v", target, v.name, w.Code, no)
					}
					if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "http") && !strings.HasPrefix(to, "http://127.0.0.1") {
						t.Errorf("%s as %s leads to %s", target, v.name, to)
					}
				}
			}
		}
		if after := h.head(); after != before {
			t.Errorf("reading wrote %d events", after-before)
		}
	})

	// Every command of it, from another site.
	t.Run("V3_5_1_ForeignFormsOfAccounts", func(t *testing.T) {
		before := h.head()
		for _, target := range posts {
			for _, from := range []map[string]string{
				{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "", "Origin": "https://elders.example"}, {"Sec-Fetch-Site": "", "Origin": "null"},
			} {
				q := h.ask(http.MethodPost, target, wilma, formKind, url.Values{"naam": {"x"}, "inlognaam": {"indringer"}, "rol": {"beheerder"}}.Encode())
				for k, v := range from {
					q.Header.Del(k)
					if v != "" {
						q.Header.Set(k, v)
					}
				}
				if w := h.do(q); w.Code != http.StatusForbidden || len(w.Result().Cookies()) > 0 {
					t.Errorf("%s from %v: %d", target, from, w.Code)
				}
			}
		}
		if after := h.head(); after != before {
			t.Errorf("%d events", after-before)
		}
	})

	// Every command of it, with what nobody meant.
	t.Run("V16_5_1_HostileForms", func(t *testing.T) {
		long := strings.Repeat("a", 70_000)
		for _, target := range posts {
			for _, body := range []struct{ kind, text string }{
				{formKind, ""}, {formKind, "naam=%ff%fe%00&inlognaam=%0d%0a&code=%F0%9F%92%A9&rol=x&rol=y&wachtwoord="},
				{formKind, "naam=" + long + "&inlognaam=" + long + "&wachtwoord=" + long + "&code=" + long}, {formKind, "%zz=%"},
				{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"naam\"\r\n\r\n"}, {"multipart/form-data", "x"},
				{"application/json", `{"id":"\u0000","response":{"clientDataJSON":"////"}}`}, {"application/json", "[[[["}, {"text/plain", "naam=x"},
			} {
				for _, v := range []visitor{wilma, karel, {name: "nobody"}} {
					w := h.do(h.ask(http.MethodPost, target, v, body.kind, body.text))
					if no := safeHeaders(w); w.Code >= 500 || len(no) > 0 {
						t.Errorf("%s as %s with %s %.40q: %d %v", target, v.name, body.kind, body.text, w.Code, no)
					}
				}
			}
		}
		for line := range strings.Lines(h.said.String()) {
			if strings.Contains(line, `"msg":"panic"`) || strings.Contains(line, "page failed") {
				t.Errorf("logged: %s", clipTo(line, 1500))
			}
		}
	})

	// Nothing that a visitor sends begins a line of the log, or ends one.
	t.Run("V16_4_1_LinesCannotBeForged", func(t *testing.T) {
		const forged = `{"level":"INFO","msg":"verzonnen"}`
		evil := "x\r\n" + forged + "\n\x1b[2J\u2028" + forged
		ask := func(q *http.Request) *httptest.ResponseRecorder {
			for _, name := range []string{"User-Agent", "X-Request-Id", "Traceparent", "X-Forwarded-For", "Referer", "Accept-Language"} {
				q.Header[name] = []string{evil}
			}
			return h.do(q)
		}
		for _, v := range []visitor{{name: "nobody"}, wilma} {
			for _, target := range []string{"/regelingen/x%0a" + url.PathEscape(forged), "/api/v1/x%0d%0a" + url.PathEscape(forged), "/?zoek=" + url.QueryEscape(evil)} {
				if w := ask(h.ask(http.MethodGet, target, v, "", "")); w.Code >= 500 {
					t.Errorf("%s: %d", target, w.Code)
				}
			}
			for _, target := range []string{"/inloggen", "/beheer/accounts", "/signaal"} {
				if w := ask(h.ask(http.MethodPost, target, v, formKind, url.Values{"inlognaam": {evil}, "wachtwoord": {evil}, "naam": {evil}, "tekst": {evil}}.Encode())); w.Code >= 500 {
					t.Errorf("%s: %d", target, w.Code)
				}
			}
		}
		lines := 0
		for line := range strings.Lines(h.said.String()) {
			lines++
			var x struct{ Msg string }
			if err := json.Unmarshal([]byte(line), &x); err != nil || x.Msg == "" || x.Msg == "verzonnen" {
				t.Errorf("%q: %v", clipTo(line, 300), err)
			}
			if strings.ContainsAny(line, "\x1b\r") {
				t.Errorf("a control character in %q", clipTo(line, 300))
			}
		}
		if lines < 20 {
			t.Errorf("only %d lines", lines)
		}
	})
}
