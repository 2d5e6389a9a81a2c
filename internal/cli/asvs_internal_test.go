package cli

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/web"
)

// everybody is who walks: nobody, and each person of the demo.
func everybody(h *house) []visitor {
	out := []visitor{chosen("")}
	for _, p := range h.in.People {
		out = append(out, chosen(p.ID))
	}
	return out
}

// principalOf says who somebody of the demo is, as the pages do.
func principalOf(h *house, v visitor) authz.Principal {
	st := h.in.Standing(h.t.Context(), v.name)
	p := authz.Principal{Organisation: st.Organisation, Roles: st.Roles}
	if st.Known {
		p.Account, p.Person = v.name, v.name
	} else {
		p.Roles = []string{authz.RoleOnlooker}
	}
	return p
}

// safeHeaders says what is missing of the headers that every answer has.
func safeHeaders(w *httptest.ResponseRecorder) []string {
	var out []string
	h := w.Header()
	csp := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, part) {
			out = append(out, "CSP without "+part)
		}
	}
	for _, part := range []string{"unsafe-", "*", "data:", "http:"} {
		if strings.Contains(csp, part) {
			out = append(out, "CSP with "+part)
		}
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		out = append(out, "no nosniff")
	}
	if h.Get("Referrer-Policy") == "" {
		out = append(out, "no Referrer-Policy")
	}
	if h.Get("X-Frame-Options") != "DENY" {
		out = append(out, "no X-Frame-Options")
	}
	if h.Get("Cache-Control") == "" && w.Code/100 != 3 {
		out = append(out, "no Cache-Control")
	}
	kind := h.Get("Content-Type")
	if w.Body.Len() > 0 && (kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8") && !strings.HasPrefix(kind, "text/event-stream")) {
		out = append(out, "Content-Type "+kind)
	}
	if h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		out = append(out, "says what it runs on")
	}
	if cors := h.Get("Access-Control-Allow-Origin"); cors != "" && cors != "*" {
		out = append(out, "CORS "+cors)
	}
	return out
}

// TestASVS_House opens the demo as it is served and walks it as everybody. The
// parts are named by what they show of ASVS 5.0.
func TestASVS_House(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page as everybody")
	}
	h := openHouse(t, false)
	authority, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	people := everybody(h)
	seen := map[string]found{}

	t.Run("V3_5_3_ReadingChangesNothing", func(t *testing.T) {
		before, pages, forms := h.head(), 0, 0
		for _, v := range people {
			f := h.walk(v, 1, func(target string, w *httptest.ResponseRecorder, _ *html.Node) {
				if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
					t.Errorf("GET %s as %q: %d", target, v.name, w.Code)
				}
				if no := safeHeaders(w); len(no) > 0 {
					t.Errorf("GET %s as %q: %v", target, v.name, no)
				}
			}, startingPoints()...)
			seen[v.name] = f
			pages, forms = pages+len(f.pages), forms+len(f.forms)
		}
		// HEAD, and every address of a command asked for as if it were a page.
		for _, r := range web.AllRoutes() {
			method, pattern, ok := strings.Cut(r.Pattern, " ")
			if !ok || method != http.MethodPost {
				continue
			}
			for _, m := range []string{http.MethodGet, http.MethodHead} {
				h.do(h.ask(m, variable.ReplaceAllString(pattern, "1")+"?want=x&naam=x&titel=x&rol=samira", people[1], "", ""))
			}
		}
		for _, p := range seen[people[1].name].pages {
			if w := h.do(h.ask(http.MethodHead, p, people[1], "", "")); w.Code >= 500 || w.Body.Len() > 0 {
				t.Errorf("HEAD %s: %d with %d bytes", p, w.Code, w.Body.Len())
			}
		}
		if after := h.head(); after != before {
			t.Errorf("reading wrote %d events", after-before)
		}
		if pages < 300 || forms < 150 {
			t.Errorf("%d pages, %d forms: the walk shows too little", pages, forms)
		}
		t.Logf("%d pages, %d forms", pages, forms)
	})

	// A form that is refused to whoever sees it, is not shown.
	t.Run("V8_3_1_NoFormIsRefused", func(t *testing.T) {
		asked := 0
		for _, v := range people {
			by := principalOf(h, v)
			for _, f := range seen[v.name].forms {
				if f.method != http.MethodPost {
					continue
				}
				r, ok := patternOf(f.method, f.action)
				if !ok {
					t.Errorf("%s has a form to %s, which is nowhere", f.page, f.action)
					continue
				}
				q := authz.Request{Principal: by, Operation: r.Operation, Demo: true}
				if r.Kind != "" {
					id := strings.Split(f.action, "/")[2]
					q.Resource = authz.Resource{Kind: r.Kind, ID: id, Organisation: h.in.OrganisationOf(t.Context(), r.Kind, id)}
				}
				asked++
				if d := authority.Decide(q); !d.Allowed {
					t.Errorf("%s offers %q %s, which is refused: %s", f.page, v.name, r.Pattern, d.Needed)
				}
			}
		}
		if asked < 100 {
			t.Errorf("only %d forms", asked)
		}
		// What is not for somebody says for whom it is.
		if w := h.get("/beslissingen/nieuw", chosen("femke")); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `action="/beslissingen/nieuw"`) || !strings.Contains(w.Body.String(), "Zaken zijn van de uitvoering.") {
			t.Errorf("the page of a new decision for who may not: %d", w.Code)
		}
	})

	// Every command, from another site, in every way in which a browser says so.
	t.Run("V3_5_1_ForeignForms", func(t *testing.T) {
		before, asked := h.head(), 0
		for _, r := range web.Routes() {
			method, pattern, ok := strings.Cut(r.Pattern, " ")
			if !ok || method != http.MethodPost || pattern == "/signaal/open" {
				continue
			}
			for _, from := range []map[string]string{
				{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "", "Origin": "https://elders.example"},
				{"Sec-Fetch-Site": "", "Origin": "null"}, {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1.elders.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
			} {
				q := h.ask(method, variable.ReplaceAllString(pattern, "1"), chosen("samira"), "application/x-www-form-urlencoded", url.Values{"want": {"x"}, "rol": {"femke"}}.Encode())
				for k, v := range from {
					q.Header.Del(k)
					if v != "" {
						q.Header.Set(k, v)
					}
				}
				asked++
				if w := h.do(q); w.Code != http.StatusForbidden || len(w.Result().Cookies()) > 0 || len(safeHeaders(w)) > 0 {
					t.Errorf("%s from %v: %d %v", r.Pattern, from, w.Code, safeHeaders(w))
				}
			}
		}
		if after := h.head(); after != before || asked < 500 {
			t.Errorf("%d asked, %d events", asked, after-before)
		}
	})

	// Not only pages that are there: every kind of answer.
	t.Run("V3_4_3_HeadersOnEveryAnswer", func(t *testing.T) {
		codes := map[int]bool{}
		for _, x := range []struct{ method, target, kind, body string }{
			{"GET", "/bestaat-niet", "", ""}, {"GET", "/vast/bestaat-niet.css", "", ""}, {"PUT", "/signaal", "", ""}, {"TRACE", "/", "", ""}, {"OPTIONS", "/", "", ""}, {"CONNECT", "/", "", ""},
			{"GET", "/inloggen", "", ""}, {"GET", "//elders.example", "", ""}, {"GET", "/regelingen/../../etc/passwd", "", ""}, {"GET", "/signalen/", "", ""},
			{"POST", "/taal", "application/x-www-form-urlencoded", "taal=en&terug=//elders.example"}, {"POST", "/signaal", "application/x-www-form-urlencoded", "want=" + strings.Repeat("a", 1<<20)},
			{"POST", "/signaal", "multipart/form-data", "x"}, {"POST", "/signaal", "application/x-www-form-urlencoded", ""}, {"GET", "/api/v1/regelingen", "", ""}, {"GET", "/api/v1/bestaat-niet", "", ""},
			{"GET", "/api/v1/openapi.json", "", ""}, {"GET", "/api/v1/documentatie", "", ""}, {"POST", "/api/v1/beslis", "text/plain", "x"}, {"GET", "/api", "", ""}, {"GET", "/api/v1/feeds/register", "", ""},
			{"POST", "/begin/organisatie", "application/x-www-form-urlencoded", "naam=x"}, {"GET", "/healthz", "", ""}, {"GET", "/readyz", "", ""}, {"GET", "/.git/config", "", ""}, {"GET", "/debug/pprof/", "", ""}, {"GET", "/metrics", "", ""}, {"GET", "/vast/", "", ""},
		} {
			w := h.do(h.ask(x.method, x.target, chosen("samira"), x.kind, x.body))
			codes[w.Code] = true
			if no := safeHeaders(w); len(no) > 0 {
				t.Errorf("%s %s: %d %v", x.method, x.target, w.Code, no)
			}
			if x.method == "TRACE" && w.Code != http.StatusMethodNotAllowed {
				t.Errorf("TRACE: %d", w.Code)
			}
			for _, inside := range []string{"/.git", "/debug", "/metrics"} {
				if strings.HasPrefix(x.target, inside) && w.Code != http.StatusNotFound {
					t.Errorf("%s: %d", x.target, w.Code)
				}
			}
			if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "http") {
				t.Errorf("%s %s leads to %s", x.method, x.target, to)
			}
		}
		for _, want := range []int{200, 303, 400, 403, 404, 405, 413} {
			if !codes[want] {
				t.Errorf("no answer %d was looked at: %v", want, codes)
			}
		}
	})

	t.Run("V16_5_1_HostilePages", func(t *testing.T) {
		var all []aim
		for _, v := range people {
			all = append(all, aims(t, seen[v.name], v)...)
		}
		n := fire(t, h, all, rotating(t), time.Now().Add(budget(8*time.Second)))
		t.Logf("%d sent", n)
		for line := range strings.Lines(h.said.String()) {
			if strings.Contains(line, `"msg":"panic"`) || strings.Contains(line, "page failed") {
				t.Errorf("logged: %s", clipTo(line, 1500))
			}
		}
		if n < 50 {
			t.Errorf("only %d sent", n)
		}
	})
}
