package cli

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/config"
	"lemniscaat/internal/web"
)

// house is the whole program in one process, as it is served: pages and API over
// an installation in a folder.
type house struct {
	t    testing.TB
	in   *installation
	who  *authn.Service // nil in the demo
	a    *assembly
	said *lines // what the program logs
}

// lines is a log that may be written from anywhere.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String gives what was written so far.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// openHouse opens the demo, or with own an empty installation with accounts.
func openHouse(t testing.TB, own bool) *house { return openHouseAt(t, own, time.Now) }

// openHouseAt is openHouse with a clock.
func openHouseAt(t testing.TB, own bool, now func() time.Time) *house {
	t.Helper()
	h := &house{t: t, said: &lines{}}
	dir := t.TempDir()
	if own {
		if err := makeOwn(dir); err != nil {
			t.Fatal(err)
		}
	}
	env := Env{Now: now, Err: h.said, Out: &lines{}}
	s, err := config.Load(config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	s.Data = dir
	m, err := newMonitor(t.Context(), env, s)
	if err != nil {
		t.Fatal(err)
	}
	m.log = slog.New(slog.NewJSONHandler(h.said, &slog.HandlerOptions{Level: slog.LevelInfo}))
	at := placeOf(s)
	at.log = m.log
	if h.in, err = open(t.Context(), env, at); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.in.Close() })
	h.in.Population = "nl:300" // a page with a population is not what these tests are about
	if own {
		if h.who, err = access(t.Context(), h.in, at.keys, s, m.log); err != nil {
			t.Fatal(err)
		}
		h.who.Weak = true
	}
	if h.a, err = assemble(h.in, s, h.who, m); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.a.Close() })
	return h
}

// visitor is somebody who asks: a person of the demo, or a session.
type visitor struct {
	name    string
	cookies []*http.Cookie
	token   string // for the API
}

// chosen is a person of the demo; "" has chosen nobody.
func chosen(id string) visitor {
	v := visitor{name: id}
	if id != "" {
		v.cookies = []*http.Cookie{{Name: "rol", Value: id}}
		v.token = demoToken + id
	}
	return v
}

// ask makes a request of somebody.
func (h *house) ask(method, target string, v visitor, kind string, body string) *http.Request {
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://127.0.0.1/", strings.NewReader(body))
	path, query, _ := strings.Cut(target, "?")
	// As it comes over the wire: also what is not well written.
	if u, err := url.ParseRequestURI(path); err == nil {
		r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
	} else {
		r.URL.Path = path
	}
	r.URL.RawQuery, r.RequestURI = query, target
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	if v.token != "" && strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// do sends a request, and ends it when it takes too long.
func (h *house) do(r *http.Request) *httptest.ResponseRecorder {
	ctx, cancel := context.WithTimeout(r.Context(), 2*within)
	defer cancel()
	w := httptest.NewRecorder()
	h.a.handler.ServeHTTP(w, r.WithContext(ctx))
	return w
}

// get asks for a page.
func (h *house) get(target string, v visitor) *httptest.ResponseRecorder {
	return h.do(h.ask(http.MethodGet, target, v, "", ""))
}

// head is how far the log is.
func (h *house) head() uint64 {
	h.t.Helper()
	head, err := h.in.store.Head(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return head.Seq
}

// field is a field of a form, with a value that it may have.
type field struct {
	name, value, kind string
}

// form is a form of a page.
type form struct {
	page, method, action string
	fields               []field
}

// key names what a form does: two forms of the same pattern and fields are one.
func (f form) key() string {
	names := make([]string, 0, len(f.fields))
	for _, x := range f.fields {
		names = append(names, x.name)
	}
	slices.Sort(names)
	return shape(f.method, f.action) + " " + strings.Join(slices.Compact(names), ",")
}

// shape is the route of an address, or the address when there is none.
func shape(method, target string) string {
	if r, ok := patternOf(method, target); ok {
		return r.Pattern
	}
	path, _, _ := strings.Cut(target, "?")
	return path
}

// slow are the pages of the large regulations: what they compute takes long, and
// those of a small one are the same code.
var slow = regexp.MustCompile(`^/(regelingen|wetten|metingen|gevolgen)/`)

func tooSlow(target string) bool {
	return slow.MatchString(target) && !strings.Contains(target, "individuele-inkomenstoeslag") || strings.HasPrefix(target, "/stand/") || strings.HasPrefix(target, "/verhal") || strings.Contains(target, "/vergelijk") ||
		strings.HasPrefix(target, "/regelingen/") && strings.Contains(target, "/verordening-artikel-") && !strings.HasSuffix(target, "-3")
}

// formsOf reads the forms of a page.
func formsOf(page string, doc *html.Node) []form {
	var out []form
	loose := map[string]int{} // id of a form to its place
	attr := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	var read func(n *html.Node, in int)
	read = func(n *html.Node, in int) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "form":
				f := form{page: page, method: strings.ToUpper(attr(n, "method")), action: attr(n, "action")}
				if f.action == "" {
					f.action, _, _ = strings.Cut(page, "?")
				}
				if f.method == "" {
					f.method = http.MethodGet
				}
				out = append(out, f)
				in = len(out) - 1
				if id := attr(n, "id"); id != "" {
					loose[id] = in
				}
			case "input", "select", "textarea", "button":
				if at, ok := loose[attr(n, "form")]; ok {
					in = at
				}
				if in < 0 {
					break
				}
				f := field{name: attr(n, "name"), value: attr(n, "value"), kind: attr(n, "type")}
				if n.Data == "select" {
					for o := range n.Descendants() {
						if o.Type == html.ElementNode && o.Data == "option" && f.value == "" {
							f.value = attr(o, "value")
						}
					}
				}
				if n.Data == "textarea" && n.FirstChild != nil {
					f.value = n.FirstChild.Data
				}
				if n.Data == "button" && attr(n, "formaction") != "" {
					method := strings.ToUpper(attr(n, "formmethod"))
					if method == "" {
						method = out[in].method
					}
					out = append(out, form{page: page, method: method, action: attr(n, "formaction"), fields: slices.Clone(out[in].fields)})
				}
				if f.name != "" {
					out[in].fields = append(out[in].fields, f)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c, in)
		}
	}
	read(doc, -1)
	return out
}

// found is what a walk over the pages saw.
type found struct {
	pages []string // addresses that were answered with 200
	forms []form
	codes map[string]int
}

// walk follows the links of the pages from the starting points, at most per of
// every shape of address; look may be nil.
func (h *house) walk(v visitor, per int, look func(target string, w *httptest.ResponseRecorder, doc *html.Node), from ...string) found {
	h.t.Helper()
	out := found{codes: map[string]int{}}
	queue, seen, kinds := from, map[string]bool{}, map[string]int{}
	known := map[string]bool{}
	for len(queue) > 0 {
		target := queue[0]
		queue = queue[1:]
		if seen[target] || strings.HasPrefix(target, "/vast/") || strings.Contains(target, ".pdf") || strings.Contains(target, "/stroom") || strings.HasPrefix(target, "/verhaal/") || tooSlow(target) {
			continue
		}
		seen[target] = true
		s := shape(http.MethodGet, target)
		if kinds[s] >= per {
			continue
		}
		kinds[s]++
		w := h.get(target, v)
		out.codes[s] = w.Code
		var doc *html.Node
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			var err error
			if doc, err = html.Parse(bytes.NewReader(w.Body.Bytes())); err != nil {
				h.t.Fatal(err)
			}
		}
		if look != nil {
			look(target, w, doc)
		}
		if w.Code != http.StatusOK {
			continue
		}
		out.pages = append(out.pages, target)
		if doc == nil {
			continue
		}
		for _, f := range formsOf(target, doc) {
			if strings.HasPrefix(f.action, "/") && !known[f.key()] {
				known[f.key()] = true
				out.forms = append(out.forms, f)
			}
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode || n.Data != "a" {
				continue
			}
			for _, a := range n.Attr {
				if a.Key == "href" && strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") {
					next, _, _ := strings.Cut(a.Val, "#")
					queue = append(queue, next)
				}
			}
		}
	}
	return out
}

// startingPoints are the addresses without a variable part.
func startingPoints() []string {
	var out []string
	for _, r := range web.AllRoutes() {
		if path, ok := strings.CutPrefix(r.Pattern, "GET "); ok {
			path = strings.TrimSuffix(path, "{$}")
			if !strings.Contains(path, "{") {
				out = append(out, path)
			}
		}
	}
	return out
}

// patternOf finds the route of a request.
func patternOf(method, target string) (web.Route, bool) {
	path, _, _ := strings.Cut(target, "?")
	r := &http.Request{Method: method, URL: &url.URL{Path: path}, Host: "127.0.0.1"}
	_, pattern := routeMux().Handler(r)
	rt, ok := routesByPattern()[pattern]
	return rt, ok
}

var routesByPattern = sync.OnceValue(func() map[string]web.Route {
	out := map[string]web.Route{}
	for _, r := range web.AllRoutes() {
		out[r.Pattern] = r
	}
	return out
})

var routeMux = sync.OnceValue(func() *http.ServeMux {
	m := http.NewServeMux()
	for _, r := range web.AllRoutes() {
		m.Handle(r.Pattern, http.NotFoundHandler())
	}
	return m
})
