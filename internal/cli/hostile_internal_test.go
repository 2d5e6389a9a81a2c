package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/seed"
	"lemniscaat/internal/web"
)

// bad are values that nobody should send, by what is odd about them.
var bad = []string{
	"", " ", "\x00", "a\x00b", "\xff\xfe\xfd", "\xc3\x28", "\u202e\u2066gnp.exe", "\ufeff", "\r\nSet-Cookie: x=y", "../../../../etc/passwd", "..%2f..%2f", "%2f", "%", "%zz", "%00",
	"-1", "0", "-0", "1e999999999", "NaN", "Infinity", "99999999999999999999999999999999999999", strings.Repeat("9", 400), "1,5,5", "0x10", "½", "€ -1", "-9223372036854775808",
	"0000-00-00", "2026-02-30", "9999-12-31", "99999-01-01", "0001-01-01", "-1-1-1", "2026-13", "2026-Q9", "31-12-9999", "vandaag", "bestaat-niet", "k-ffffffffffffffff", "__proto__", "constructor",
	"<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "' OR 1=1 --", "'; DROP TABLE events; --", "=HYPERLINK(\"http://x\")", "javascript:alert(1)", "//elders.example", "https://elders.example/",
	"ja", "nee", "null", "true", "[]", "{}", strings.Repeat("a", 5000), strings.Repeat("\u0301", 300), strings.Repeat("(", 3000), strings.Repeat("{\"a\":", 2000), strings.Repeat("als ", 1500),
	"nl:all", "nl:-5", "nl:99999999999", "zorgtoeslag", "individuele-inkomenstoeslag", "alles", "budget:zorgtoeslag=-1", "/etc/passwd", "C:\\x", "\t", "1\n2\n3",
}

// shot is one thing to send, and how it is told.
type shot struct {
	what    string
	request func(h *house) *http.Request
}

// queryKeys are all keys that a page reads, found in its source: a page that reads
// another one is walked with it as well.
func sourceKeys(t testing.TB, call string) []string {
	t.Helper()
	files, err := os.ReadDir("../web")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(call + `"([a-z-]+)"[)\]]`)
	var out []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile("../web/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) < 10 {
		t.Fatalf("only %v read with %s", out, call)
	}
	return out
}

var variable = regexp.MustCompile(`\{[^}]*\}`)

// pathEscaped is a value as a part of an address.
func pathEscaped(v string) string { return strings.ReplaceAll(url.PathEscape(v), "%25", "%") }

// aim makes one shot, by chance.
type aim func(rnd *rand.Rand) shot

// pick gives one of them.
func pick[T any](rnd *rand.Rand, of []T) T { return of[rnd.IntN(len(of))] }

// aims gives one aim for each kind of place where a bad value can stand, about what
// a walk found.
func aims(t testing.TB, seen found, who visitor) []aim {
	t.Helper()
	const kind = "application/x-www-form-urlencoded"
	send := func(method, target, kind, body, more string) shot {
		return shot{method + " " + target + more + " as " + who.name, func(h *house) *http.Request { return h.ask(method, target, who, kind, body) }}
	}
	good := map[string]string{} // a page of every pattern
	var asking []string         // pages with a question in their address
	for _, p := range seen.pages {
		path, query, _ := strings.Cut(p, "?")
		if s := shape(http.MethodGet, p); good[s] == "" {
			good[s] = path
		}
		if query != "" {
			asking = append(asking, p)
		}
	}
	var forms []form
	byPattern := map[string]string{}
	for _, f := range seen.forms {
		byPattern[shape(f.method, f.action)] = f.action
		if f.method == http.MethodPost && f.action != "/demo/klok" && len(f.fields) > 0 {
			forms = append(forms, f)
		}
	}
	type place struct{ method, pattern, good string }
	var all, gets, posts []place
	for _, r := range web.AllRoutes() {
		method, pattern, ok := strings.Cut(r.Pattern, " ")
		// A PDF starts a browser; a story is another server; the clock would move on.
		if !ok || strings.HasSuffix(pattern, ".pdf") || strings.Contains(pattern, "/verhal") || strings.HasPrefix(pattern, "/stand/") || pattern == "/demo/klok" {
			continue
		}
		pattern = strings.TrimSuffix(pattern, "{$}")
		x := place{method, pattern, good[r.Pattern]}
		if method == http.MethodPost {
			x.good = byPattern[r.Pattern]
		}
		if x.good == "" {
			x.good = variable.ReplaceAllString(pattern, "1")
		}
		if strings.Contains(pattern, "{") {
			all = append(all, x)
		}
		if method == http.MethodGet {
			gets = append(gets, x)
		} else {
			posts = append(posts, x)
		}
	}
	keys, fields := sourceKeys(t, `(?:Query\(\)|[^a-zA-Z.]q)\.Get\(`), sourceKeys(t, `PostForm\.Get\(`)
	changed := func(rnd *rand.Rand, q url.Values) string {
		k := pick(rnd, slices.Sorted(maps.Keys(q)))
		q.Set(k, pick(rnd, bad))
		return k
	}
	out := []aim{
		func(rnd *rand.Rand) shot { // in a part of the address
			x := pick(rnd, all)
			at := rnd.IntN(strings.Count(x.pattern, "{"))
			n := -1
			path := variable.ReplaceAllStringFunc(x.pattern, func(p string) string {
				if n++; n == at {
					return pathEscaped(pick(rnd, bad))
				}
				if p == "{regeling}" {
					return "individuele-inkomenstoeslag"
				}
				return "1"
			})
			return send(x.method, path, kind, "want=x", "")
		},
		func(rnd *rand.Rand) shot { // under some key
			q := ""
			for range 1 + rnd.IntN(3) {
				q += "&" + pick(rnd, keys) + "=" + url.QueryEscape(pick(rnd, bad))
			}
			return send(http.MethodGet, pick(rnd, gets).good+"?"+q[1:], "", "", "")
		},
		func(rnd *rand.Rand) shot { // an odd question
			return send(http.MethodGet, pick(rnd, gets).good+"?"+pick(rnd, []string{"a=1&a=2&%zz=1;b", strings.Repeat("x=1&", 3000), "gedaan=%00", "taal=%ff", "pagina=-1", "pagina=99999999999999999999", "&&&", "=", "zoek=" + strings.Repeat("%F0%9F%92%A9", 500)}), "", "", "")
		},
		func(rnd *rand.Rand) shot { // a body that is wrong in itself
			x, b := pick(rnd, posts), pick(rnd, bodies())
			return send(x.method, x.good, b.kind, b.text, " "+b.what)
		},
		func(rnd *rand.Rand) shot { // everything that any form has, bad
			x, v, q := pick(rnd, posts), pick(rnd, bad), url.Values{}
			for _, k := range fields {
				q.Set(k, v)
			}
			return send(x.method, x.good, kind, q.Encode(), " everything="+strconv.Quote(clipped(v)))
		},
	}
	if len(asking) > 0 {
		out = append(out, func(rnd *rand.Rand) shot { // under a key of a page
			path, query, _ := strings.Cut(pick(rnd, asking), "?")
			q, _ := url.ParseQuery(query)
			changed(rnd, q)
			return send(http.MethodGet, path+"?"+q.Encode(), "", "", "")
		})
	}
	if len(forms) > 0 {
		one := func(rnd *rand.Rand) shot { // in one field of a form
			f, q := pick(rnd, forms), url.Values{}
			for _, x := range f.fields {
				q.Set(x.name, x.value)
			}
			k := changed(rnd, q)
			return send(f.method, f.action, kind, q.Encode(), " "+k+"="+strconv.Quote(clipped(q.Get(k))))
		}
		out = append(out, one, one, one)
	}
	return out
}

func clipped(v string) string { return clipTo(v, 60) }

// body is a body that is wrong in itself.
type body struct{ what, kind, text string }

var bodies = sync.OnceValue(func() []body {
	const form, json = "application/x-www-form-urlencoded", "application/json"
	parts := func(boundary, rest string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"bestand\"; filename=\"../../x.csv\"\r\nContent-Type: text/csv\r\n\r\n" + rest + "\r\n--" + boundary + "--\r\n"
	}
	return []body{
		{"empty", form, ""}, {"no kind", "", "a=b"}, {"kind that is none", "///", "a=b"}, {"JSON for a form", json, `{"a":1}`}, {"XML", "text/xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`},
		{"not decodable", form, "%zz=%&=%"}, {"invalid UTF-8", form, "want=\xff\xfe&naam=\xc3\x28"}, {"NUL", form, "want=%00&naam=a%00b"}, {"too large", form, "want=" + strings.Repeat("a", 1<<20)}, {"many fields", form, strings.Repeat("a=1&", 20_000)},
		{"same field twice", form, "want=a&want=b&formulier=x&formulier=y"}, {"boundary missing", "multipart/form-data", parts("x", "a;b")}, {"other boundary", "multipart/form-data; boundary=y", parts("x", "a;b")}, {"half a part", "multipart/form-data; boundary=x", parts("x", "a;b")[:40]},
		{"a path for a name", "multipart/form-data; boundary=x", parts("x", "a;b\n1;2")}, {"many parts", "multipart/form-data; boundary=x", strings.Repeat(strings.TrimSuffix(parts("x", "a"), "--x--\r\n"), 2000) + "--x--\r\n"}, {"a very long header", "multipart/form-data; boundary=x", strings.Replace(parts("x", "a"), "../../x.csv", strings.Repeat("x", 100_000), 1)},
		{"a bomb for a file", "multipart/form-data; boundary=x", parts("x", "PK\x03\x04"+strings.Repeat("\x00", 1<<16))}, {"deep JSON", json, strings.Repeat(`{"a":`, 50_000)}, {"an array", json, `[1,2,3]`},
	}
})

// leak is what of the inside of the program should never be on a page.
var leak = regexp.MustCompile(`goroutine \d+|\.go:\d+|runtime error|panic:|strconv\.|invalid syntax|sql: |SQLSTATE|SQL logic|json: |yaml: |unexpected end of JSON|BUG: |parse error|context deadline|nil pointer|%!\(|%!v|/internal/|net/http|multipart: |invalid URL escape|strings\.|out of range \[|no such file`)

// within is how soon everything is answered, also on a machine that does more: what
// takes longer hangs.
const within = time.Minute

// fire shoots from every aim in turn, as the seed says, until the time is up.
func fire(t *testing.T, h *house, all []aim, seed uint64, until time.Time) int {
	t.Helper()
	var sent atomic.Int64
	var mu sync.Mutex
	faults := map[string]bool{}
	var wait sync.WaitGroup
	for worker := range 2 {
		rnd := rand.New(rand.NewPCG(seed, uint64(worker))) // an order
		wait.Go(func() {
			for n := worker; time.Now().Before(until); n++ {
				s := all[n%len(all)](rnd)
				start := time.Now()
				w := h.do(s.request(h))
				sent.Add(1)
				if f := wrong(w, time.Since(start)); f != "" {
					mu.Lock()
					key := f + " " + query.ReplaceAllString(s.what, "")
					if !faults[key] && len(faults) < 60 {
						faults[key] = true
						t.Errorf("%s: %s", clipTo(s.what, 300), f)
					}
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return int(sent.Load())
}

var query = regexp.MustCompile(`[?=].*`)

func clipTo(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// wrong says what is wrong with an answer, whatever was sent.
func wrong(w *httptest.ResponseRecorder, took time.Duration) string {
	text := w.Body.Bytes()
	switch {
	case w.Code >= 500 && w.Code != http.StatusServiceUnavailable:
		return strconv.Itoa(w.Code) + " " + clipTo(string(text), 200)
	case took > within:
		return "took " + took.String()
	case w.Code == http.StatusUnauthorized, w.Code < 400:
		return ""
	case strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json"):
		if !json.Valid(text) {
			return "no JSON"
		}
	}
	if m := leak.Find(text); m != nil {
		return strconv.Itoa(w.Code) + " shows " + string(m) + " in " + clipTo(string(around(text, m)), 200)
	}
	return ""
}

func around(text, m []byte) []byte {
	at := bytes.Index(text, m)
	return text[max(0, at-80):min(len(text), at+120)]
}

// budget is how long a walk may take: seconds in LEMNISCAAT_WALK, or d.
func budget(d time.Duration) time.Duration {
	if n, err := strconv.Atoi(os.Getenv("LEMNISCAAT_WALK")); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return d
}

// rotating gives the seed, and says it.
func rotating(t testing.TB) uint64 {
	n := seed.Of()
	t.Logf("%s=%d", seed.Env, n)
	return n
}
