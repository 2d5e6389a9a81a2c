package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/api"
	"lemniscaat/internal/config"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/web"
)

// brokenShelf refuses to write when told to.
type brokenShelf struct {
	store.Shelf
	broken bool
}

func (s *brokenShelf) Put(ctx context.Context, c ...store.Change) error {
	if s.broken {
		return errors.Join(store.ErrUnavailable, errors.New("schijf vol"))
	}
	return s.Shelf.Put(ctx, c...)
}

var hrefs = regexp.MustCompile(`href="(/[^"#]*)"`)

// written is a text of somebody in the log, by its first words.
type written struct {
	words    string
	subjects map[string]bool // whose row is right: any of them
	field    string
	name     bool
}

// asShown makes one line of what is shown.
func asShown(s string) string { return strings.Join(strings.Fields(html.UnescapeString(s)), " ") }

// personal gives every text of a person in the log that is long enough to find back,
// and every name, with whose data it is.
func personal(t *testing.T, in *installation) []written {
	t.Helper()
	found := map[string]*written{}
	add := func(words, field string, subjects ...string) {
		r := []rune(asShown(words))
		if len(r) < 9 {
			return
		}
		short := strings.TrimSpace(string(r[:min(len(r), 45)]))
		w := found[short]
		if w == nil {
			w = &written{short, map[string]bool{}, field, strings.Contains(field, "naam")}
			found[short] = w
		}
		for _, s := range subjects {
			if s != "" {
				w.subjects[in.Processing.Subject(s)] = true
			}
		}
	}
	for r, err := range in.store.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		p, err := loop.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		for f, s := range r.Secrets {
			if event.Bulk(f) {
				continue
			}
			var n int
			switch x := p.(type) {
			case *loop.SignalReceived:
				add(s.Text, r.Type+" "+f, string(x.Signal.Reporter), x.Signal.Case)
			case *loop.TriangleSet:
				if _, err := fmt.Sscanf(f, "naam-%d", &n); err != nil || n < 1 || n > len(x.Terms) {
					t.Fatalf("%s: %v", f, err)
				}
				// A party that is not connected has its own name there.
				if who := string(x.Terms[n-1].Person); !strings.HasPrefix(who, "partij-") {
					add(s.Text, r.Type+" "+f, who)
				}
			default:
				add(s.Text, r.Type+" "+f, r.Actor)
			}
		}
	}
	for _, p := range in.People {
		add(p.Name, "naam", p.ID)
	}
	return slices.SortedFunc(maps.Values(mapsOf(found)), func(a, b written) int { return cmp.Compare(a.words, b.words) })
}

func mapsOf(m map[string]*written) map[string]written {
	out := map[string]written{}
	for k, v := range m {
		out[k] = *v
	}
	return out
}

// walker asks pages and the API, each request under a trace of its own.
type walker struct {
	t       *testing.T
	handler http.Handler
	n       int
}

func (w *walker) ask(method, path, who, token, body string) (trace string, a *httptest.ResponseRecorder) {
	w.n++
	trace = "0af7651916cd43dd8448eb211c" + padded(w.n)
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	r.Host = "127.0.0.1"
	r.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	switch {
	case token != "":
		r.Header.Set("Authorization", "Bearer "+token)
	case who != "":
		r.AddCookie(&http.Cookie{Name: "rol", Value: who})
	}
	switch {
	case body == "":
	case token != "":
		r.Header.Set("Content-Type", "application/json")
	default:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a = httptest.NewRecorder()
	w.handler.ServeHTTP(a, r)
	return trace, a
}

// row is what a row says, by the trace of its request.
type seenRow struct {
	activity processing.Activity
	subject  string
}

func rowsByTrace(t *testing.T, s store.Shelf) map[string]map[seenRow]bool {
	t.Helper()
	out := map[string]map[seenRow]bool{}
	for after := ""; ; {
		items, err := s.Items(t.Context(), processing.Kind, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			rows, err := processing.ParseRows(it)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if out[row.Trace] == nil {
					out[row.Trace] = map[seenRow]bool{}
				}
				out[row.Trace][seenRow{row.Activity, row.Subject}] = true
			}
			after = it.ID
		}
		if len(items) < 1000 {
			return out
		}
	}
}

// visit is one answer: which route, and what of people is in it.
type visit struct {
	pattern, path, trace, who string
	texts                     []written
	body                      string
}

// find looks for texts in the answer, unless that was done.
func (v *visit) find(texts []written) {
	for _, x := range texts {
		if v.body != "" && strings.Contains(v.body, x.words) {
			v.texts = append(v.texts, x)
		}
	}
	v.body = ""
}

// filling is a form of a page, as somebody in a role found it.
type filling struct {
	action, who   string
	hidden, fills url.Values
}

var (
	oneForm  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	oneField = regexp.MustCompile(`(?s)<(input|textarea|select|button)([^>]*)>(.*?)(?:</(?:textarea|select)>|<|$)`)
	oneAttr  = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	oneValue = regexp.MustCompile(`<option[^>]*value="([^"]+)"`)
)

func attributes(s string) map[string]string {
	out := map[string]string{}
	for _, m := range oneAttr.FindAllStringSubmatch(s, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// formsIn gives the forms of a page that send something.
func formsIn(body, who string) []filling {
	var out []filling
	for _, m := range oneForm.FindAllStringSubmatch(body, -1) {
		at := attributes(m[1])
		if at["method"] != "post" || !strings.HasPrefix(at["action"], "/") {
			continue
		}
		f := filling{at["action"], who, url.Values{}, url.Values{}}
		for _, x := range oneField.FindAllStringSubmatch(m[2], -1) {
			a := attributes(x[2])
			name, value := a["name"], a["value"]
			switch {
			case name == "" || f.hidden.Has(name) || f.fills.Has(name):
			case x[1] == "textarea":
				f.fills.Set(name, ownWords)
			case x[1] == "select":
				if v := oneValue.FindStringSubmatch(x[0] + m[2][strings.Index(m[2], x[0])+len(x[0]):]); v != nil {
					f.fills.Set(name, html.UnescapeString(v[1]))
				}
			case a["type"] == "hidden":
				f.hidden.Set(name, value)
			case a["type"] == "radio" || a["type"] == "checkbox" || x[1] == "button":
				f.fills.Set(name, value)
			case a["type"] == "file":
			case value != "":
				f.fills.Set(name, value)
			case a["type"] == "date":
				f.fills.Set(name, "2026-12-01")
			case a["inputmode"] == "numeric" || a["type"] == "number":
				f.fills.Set(name, "3")
			default:
				f.fills.Set(name, "Proef")
			}
		}
		out = append(out, f)
	}
	return out
}

// ownWords stands for words that nobody wrote before: a form that is refused shows who
// filled it in their own words.
const ownWords = "eigen woorden"

// submit sends each form twice: with what is hidden in it, and filled in.
func submit(w *walker, match *http.ServeMux, forms []filling, look func(pattern, path, who, trace string, a *httptest.ResponseRecorder)) {
	times := map[string]int{}
	for _, f := range forms {
		_, pattern := match.Handler(httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, f.action, nil))
		if pattern == "" || times[pattern] >= 2 {
			continue
		}
		times[pattern]++
		full := maps.Clone(f.hidden)
		maps.Copy(full, f.fills)
		for _, in := range []url.Values{f.hidden, full} {
			sent := maps.Clone(in)
			for name := range in {
				if in.Get(name) == ownWords {
					sent.Set(name, "Proef "+padded(w.n)+" met een zin die lang genoeg is.")
				}
			}
			body := sent.Encode()
			if body == "" {
				body = "x="
			}
			trace, a := w.ask(http.MethodPost, f.action, f.who, "", body)
			look(pattern, f.action, f.who, trace, a)
		}
	}
}

// programs asks every operation of the API, as programs of three people.
func programs(t *testing.T, w *walker, in *installation, look func(pattern, path, who, trace string, a *httptest.ResponseRecorder)) {
	t.Helper()
	b, err := os.ReadFile("../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(b, &spec); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, p := range in.People[:3] {
		first := map[string]string{}
		for _, kind := range []string{"signalen", "knelpunten", "voorstellen", "simulaties"} {
			_, a := w.ask(http.MethodGet, api.Base+"/"+kind, p.ID, demoToken+p.ID, "")
			if m := oneID.FindStringSubmatch(a.Body.String()); m != nil {
				first[kind] = m[1]
			}
		}
		names := strings.NewReplacer("{regeling}", "zorgtoeslag", "{artikel}", "artikel-2", "{peildatum}", "2026-01-01",
			"{signaal}", first["signalen"], "{knelpunt}", first["knelpunten"], "{voorstel}", first["voorstellen"], "{simulatie}", cmp.Or(first["simulaties"], "r-geen"))
		for _, path := range slices.Sorted(maps.Keys(spec.Paths)) {
			for method, o := range spec.Paths[path] {
				body := ""
				for kind, c := range o.RequestBody.Content {
					if kind == "application/json" {
						body = strings.Replace(string(c.Example), "nl:100000", "nl:100", 1)
					}
				}
				method = strings.ToUpper(method)
				to := api.Base + names.Replace(path)
				if strings.HasPrefix(path, "/openapi") || strings.HasPrefix(path, "/documentatie") {
					continue // its examples are those that are sent here
				}
				trace, a := w.ask(method, to, p.ID, demoToken+p.ID, body)
				look(method+" "+api.Base+path, to, p.ID, trace, a)
				asked++
			}
		}
	}
	if asked < 80 {
		t.Errorf("only %d questions to the API", asked)
	}
}

var oneID = regexp.MustCompile(`"(?:id|nummer)":\s*"([^"]+)"`)

// frameOf takes away what is around every page: who asks knows the own name, and the
// names to choose from are those of the demo.
func frameOf(body string) string {
	_, after, ok := strings.Cut(body, `<div class="where">`)
	if !ok {
		if _, after, ok = strings.Cut(body, "<main"); !ok {
			return body
		}
	}
	inside, _, _ := strings.Cut(after, "</main>")
	return inside
}

// TestEveryReadIsRecorded walks the pages of the demo that links lead to, as a visitor
// and in three roles, and looks in each answer for names and for what people wrote.
// Whoever is in it has a row with the trace of that very request.
func TestEveryReadIsRecorded(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page")
	}
	t.Parallel()
	env := Env{Now: time.Now, Err: &bytes.Buffer{}, Out: &bytes.Buffer{}}
	in, err := open(t.Context(), env, dataFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s, err := config.Load(config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	s.Data = t.TempDir()
	shelf := &brokenShelf{Shelf: in.store}
	in.Processing.Shelf = shelf
	declared := watchDeclared(in.Processing)
	m, err := newMonitor(t.Context(), env, s)
	if err != nil {
		t.Fatal(err)
	}
	a, err := assemble(in, s, nil, m)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	w := &walker{t: t, handler: a.handler}
	fillWalk(t, in)
	texts := personal(t, in)
	if len(texts) < 20 {
		t.Fatalf("only %d texts in the log", len(texts))
	}
	match := http.NewServeMux()
	for _, r := range web.Routes() {
		match.HandleFunc(r.Pattern, func(http.ResponseWriter, *http.Request) {})
	}
	var visits []visit
	var forms []filling
	look := func(pattern, path, who, trace string, a *httptest.ResponseRecorder) {
		v := visit{pattern: pattern, path: path, trace: trace, who: who, body: asShown(frameOf(a.Body.String()))}
		if !strings.HasPrefix(pattern, "GET ") || strings.Contains(pattern, "/api/") {
			visits = append(visits, v)
			return
		}
		v.find(texts)
		v.body = ""
		visits = append(visits, v)
	}
	spent := map[string]time.Duration{}
	roles := []string{""}
	corner := map[string]bool{}
	for _, p := range in.People {
		if k := fmt.Sprint(p.Corner, p.TeamLeader); !corner[k] && len(roles) < 4 {
			corner[k] = true
			roles = append(roles, p.ID)
		}
	}
	for _, who := range roles {
		queue := []string{"/", "/signaal?regeling=individuele-inkomenstoeslag&artikel=verordening-artikel-2", "/begin", "/invoer", "/stand", "/metingen", "/simulaties", "/verwerkingsactiviteiten", "/bundelen", "/meldingen"}
		queued, times := map[string]bool{}, map[string]int{}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			_, pattern := match.Handler(r)
			if pattern == "" || times[pattern] >= 2 || notWalked[pattern] != "" || heavy[pattern] && spent[pattern] > 0 {
				continue
			}
			times[pattern]++
			began := time.Now()
			trace, a := w.ask(http.MethodGet, path, who, "", "")
			spent[pattern] += time.Since(began)
			if a.Code != http.StatusOK {
				continue
			}
			look(pattern, path, who, trace, a)
			if !strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
				continue
			}
			forms = append(forms, formsIn(a.Body.String(), who)...)
			for _, m := range hrefs.FindAllStringSubmatch(a.Body.String(), -1) {
				if next := html.UnescapeString(m[1]); !queued[next] {
					queued[next] = true
					queue = append(queue, next)
				}
			}
		}
	}
	programs(t, w, in, look)
	submit(w, match, forms, look)
	// What was submitted may be in an answer too.
	texts = personal(t, in)
	for i := range visits {
		visits[i].find(texts)
	}
	rows := rowsByTrace(t, in.store)
	shown := 0
	visited := map[string]int{}
	for _, v := range visits {
		visited[v.pattern]++
		for _, x := range v.texts {
			// Whoever asks is greeted by name.
			ok := x.subjects[in.Processing.Subject(v.who)] && x.name
			for row := range rows[v.trace] {
				ok = ok || x.subjects[row.subject]
			}
			if !ok {
				t.Errorf("%s as %q shows %s %q without a row for whose it is", v.path, v.who, x.field, x.words)
			}
		}
		if len(v.texts) > 0 {
			shown++
		}
	}
	if len(visited) < 40 || shown < 20 {
		t.Errorf("%d kinds of pages, %d answers with people: the test shows too little", len(visited), shown)
	}
	declared.check(t)
	t.Logf("%d answers at %d kinds of pages, %d with people", len(visits), len(visited), shown)
	// What somebody wrote is not shown when that cannot be recorded.
	shelf.broken = true
	if _, a := w.ask(http.MethodGet, "/signalen", roles[1], "", ""); a.Code != http.StatusServiceUnavailable || strings.Contains(a.Body.String(), "steeds terugkwam") {
		t.Errorf("%d while the rows cannot be written", a.Code)
	}
}

// notWalked are routes that are not asked, and why.
var notWalked = map[string]string{
	"GET /stand/{periode}/stand.pdf":             "the page itself, printed by a browser: its rows are those of the page",
	"GET /simulaties/{id}/verslag.pdf":           "the page itself, printed by a browser: its rows are those of the page",
	"GET /voor-de-stemming/{voorstel}/blad.pdf":  "the page itself, printed by a browser: its rows are those of the page",
	"GET /regelingen/{regeling}/proberen/stroom": "a stream of what the page beside it shows",
	"GET /simulaties/{id}/voortgang":             "a stream of what the page beside it shows",
}

// heavy are asked once: each plays a part of a story.
var heavy = map[string]bool{"GET /verhalen/{verhaal}": true, "/verhaal/{verhaal}/{stap}/{pagina...}": true, "GET /inkomen": true, "GET /inkomen/tabel.csv": true}

// fillWalk puts in the log what the demo has not of itself.
func fillWalk(t *testing.T, in *installation) {
	t.Helper()
	for i, p := range in.People {
		for j, article := range []string{"verordening-artikel-2", "verordening-artikel-3"} {
			_, err := in.FileSignal(t.Context(), p.ID, screen.SignalInput{
				Anchor: screen.Anchor{Regulation: "individuele-inkomenstoeslag", Article: article}, Tile: []screen.Tile{screen.TileHarsh, screen.TileUnclear, screen.TileData}[(i+j)%3],
				Text:      strings.Repeat("Verhaal "+padded(i)+padded(j)+" over een aanvraag die steeds terugkwam. ", 2),
				Frequency: screen.Once, Key: padded(i) + padded(j),
			})
			if err != nil {
				t.Fatal(p.ID, err)
			}
		}
		_, err := in.FileCitizen(t.Context(), screen.CitizenInput{
			Topic: "individuele-inkomenstoeslag", Key: strings.Repeat(padded(i), 6),
			Text: strings.Repeat("Brief "+padded(i)+" over mijn toeslag begrijp ik niet, en bellen helpt niet. ", 2),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func padded(n int) string {
	const hex = "0123456789abcdef"
	b := []byte("000000")
	for i := 5; i >= 0 && n > 0; i-- {
		b[i] = hex[n%16]
		n /= 16
	}
	return string(b)
}

// seenOperations is what operations did, against what they declare.
type seenOperations struct {
	mu         sync.Mutex
	undeclared map[string]bool
}

func watchDeclared(l *processing.Log) *seenOperations {
	s := &seenOperations{undeclared: map[string]bool{}}
	l.Undeclared = func(_ context.Context, operation string, a processing.Activity) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.undeclared[operation+" "+string(a)] = true
	}
	return s
}

func (s *seenOperations) check(t *testing.T) {
	t.Helper()
	for _, x := range slices.Sorted(maps.Keys(s.undeclared)) {
		t.Errorf("a row that is not declared: %s", x)
	}
}
