package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/api"
	"lemniscaat/internal/screen"
)

const oneSignal = `{"plaats": {"regeling": "individuele-inkomenstoeslag", "artikel": "verordening-artikel-3"}, "soort": "te-hard", "hoeVaak": "wekelijks", "tekst": "Wie %d euro te veel heeft, verliest alles."}`

func post(path, body string, header map[string]string) request {
	return request{method: http.MethodPost, path: api.Base + path, token: all, kind: "application/json", body: body, header: header}
}

func get(path string) request {
	return request{method: http.MethodGet, path: api.Base + path, token: all}
}

// TestDocuments: what describes the API is public, for every origin, and the page
// has no script.
func TestDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := request{method: http.MethodGet, path: api.Base + "/openapi.json", header: map[string]string{"Origin": "https://elders.example"}}.send(t, w)
	headers(t, r)
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK || r.Header.Get("Access-Control-Allow-Origin") != "*" || !bytes.Equal(text(t, r), want) {
		t.Errorf("openapi.json: %d %v", r.StatusCode, r.Header)
	}
	again := request{method: http.MethodGet, path: api.Base + "/openapi.json", header: map[string]string{"If-None-Match": r.Header.Get("ETag")}}.send(t, w)
	if again.StatusCode != http.StatusNotModified || len(text(t, again)) > 0 {
		t.Errorf("known tag: %d", again.StatusCode)
	}
	if r := (request{method: http.MethodOptions, path: api.Base + "/openapi.json"}).send(t, w); r.StatusCode != http.StatusNoContent || r.Header.Get("Access-Control-Allow-Methods") == "" {
		t.Errorf("preflight: %d %v", r.StatusCode, r.Header)
	}
	isProblem(t, request{method: http.MethodPost, path: api.Base + "/openapi.json"}.send(t, w), 405)
	isProblem(t, request{method: http.MethodGet, path: api.Base + "/openapi.json/"}.send(t, w), 404)
	// CORS nowhere else.
	for _, path := range []string{"/regelingen", "/documentatie", "/knelpunten"} {
		r := request{method: http.MethodGet, path: api.Base + path, header: map[string]string{"Origin": "https://elders.example"}}.send(t, w)
		if r.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: for every origin", path)
		}
	}
	r = request{method: http.MethodGet, path: api.Base + "/documentatie"}.send(t, w)
	page := string(text(t, r))
	if r.StatusCode != http.StatusOK || strings.Contains(page, "<script") || strings.Contains(page, " style=") || !strings.Contains(page, `lang="nl"`) {
		t.Errorf("page: %d", r.StatusCode)
	}
	for _, s := range []string{"/api/v1/beslissingen/_reeks", "Idempotency-Key", "signalen:schrijven", "#stuurSignaal", "individuele"} {
		if s != "individuele" && !strings.Contains(page, s) {
			t.Errorf("the page does not name %s", s)
		}
	}
	if c := r.Header.Get("Content-Security-Policy"); strings.Contains(c, "unsafe") || !strings.Contains(c, "default-src 'none'") {
		t.Errorf("policy %q", c)
	}
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/regelingen", "/api/v1/../v1/regelingen"} {
		isProblem(t, request{method: http.MethodGet, path: path}.send(t, w), 404)
	}
}

// TestLint: the linter of the NL API Design Rules, where it is installed.
func TestLint(t *testing.T) {
	t.Parallel()
	rules, spectral := os.Getenv("ADR_LINTER"), os.Getenv("SPECTRAL")
	if rules == "" || spectral == "" {
		t.Skip("geen ADR_LINTER en SPECTRAL: make adr zet ze")
	}
	document, err := filepath.Abs("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), spectral, "lint", "--fail-severity", "warn", "-r", rules, document).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// testOnce: the same key is the same request, also at the same moment; with
// another body it is refused, and another token has keys of its own.
func testOnce(t *testing.T, w *world) {
	head, err := w.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key := map[string]string{"Idempotency-Key": "sleutel-1"}
	var group sync.WaitGroup
	bodies := make([]string, 16)
	for i := range bodies {
		group.Go(func() {
			r := post("/signalen", fmt.Sprintf(oneSignal, 1), key).send(t, w)
			if r.StatusCode != http.StatusCreated || !strings.HasPrefix(r.Header.Get("Location"), "/api/v1/signalen/") {
				t.Errorf("%d %s", r.StatusCode, text(t, r))
			}
			bodies[i] = string(text(t, r))
		})
	}
	group.Wait()
	for _, b := range bodies {
		if b != bodies[0] {
			t.Errorf("two answers:\n%s\n%s", bodies[0], b)
		}
	}
	n := 0
	for r, err := range w.store.All(t.Context(), head.Seq+1) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(r.Type, "signaal-gemeld") || strings.Contains(r.Type, "signaal") {
			n++
		}
	}
	v, err := w.office.MySignals(t.Context(), "samira", screen.Asked{})
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for _, row := range v.Rows {
		if strings.Contains(row.Text, "Wie 1 euro") {
			same++
		}
	}
	if same != 1 {
		t.Errorf("%d signals (%d events) of 16 requests with one key", same, n)
	}
	again := post("/signalen", fmt.Sprintf(oneSignal, 1), key).send(t, w)
	if again.Header.Get("Idempotency-Replayed") != "true" || string(text(t, again)) != bodies[0] {
		t.Errorf("again: %d %v", again.StatusCode, again.Header)
	}
	if p := isProblem(t, post("/signalen", fmt.Sprintf(oneSignal, 2), key).send(t, w), 409); p.Code != "sleutel-gebruikt" {
		t.Errorf("another body: %+v", p)
	}
	// What was refused may be mended and sent with the same key.
	mend := map[string]string{"Idempotency-Key": "sleutel-2"}
	isProblem(t, post("/signalen", strings.Replace(fmt.Sprintf(oneSignal, 3), "verordening-artikel-3", "bestaat-niet", 1), mend).send(t, w), 400)
	if r := post("/signalen", fmt.Sprintf(oneSignal, 3), mend).send(t, w); r.StatusCode != http.StatusCreated {
		t.Errorf("mended: %d %s", r.StatusCode, text(t, r))
	}
	// Of somebody else it is another request.
	other := post("/signalen", fmt.Sprintf(oneSignal, 4), key)
	other.token = "joost/*"
	if r := other.send(t, w); r.StatusCode != http.StatusCreated || r.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("another token: %d %s", r.StatusCode, text(t, r))
	}
	for _, bad := range []string{"met spatie", strings.Repeat("x", 256), "é"} {
		isProblem(t, post("/signalen", fmt.Sprintf(oneSignal, 5), map[string]string{"Idempotency-Key": bad}).send(t, w), 400)
	}
	// Nothing that somebody wrote is kept with the answer.
	items, err := w.store.Items(t.Context(), "api-verzoek", "", 100)
	if err != nil || len(items) == 0 {
		t.Fatal(items, err)
	}
	for _, i := range items {
		if bytes.Contains(i.Data, []byte("euro te veel")) {
			t.Errorf("the shelf holds words of people: %s", i.Data)
		}
	}
}

// testConditional: who has it already gets 304; a change on what was seen only.
func testConditional(t *testing.T, w *world) {
	for _, path := range []string{"/regelingen/zorgtoeslag", "/knelpunten/" + w.issue, "/simulaties/" + w.run} {
		first := get(path).send(t, w)
		tag := first.Header.Get("ETag")
		q := get(path)
		q.header = map[string]string{"If-None-Match": `"anders", W/` + tag}
		if r := q.send(t, w); tag == "" || r.StatusCode != http.StatusNotModified || len(text(t, r)) > 0 || r.Header.Get("ETag") != tag {
			t.Errorf("%s: tag %q, then %d", path, tag, r.StatusCode)
		}
		q.header = map[string]string{"If-None-Match": `"anders"`}
		if r := q.send(t, w); r.StatusCode != http.StatusOK {
			t.Errorf("%s: another tag gives %d", path, r.StatusCode)
		}
	}
	stop := request{method: http.MethodDelete, path: api.Base + "/simulaties/" + w.run, token: all, header: map[string]string{"If-Match": `"oud"`}}
	if p := isProblem(t, stop.send(t, w), 412); p.Code != "veranderd" {
		t.Errorf("%+v", p)
	}
}

// testPages: Link leads through a list, and a page beyond it is not there.
func testPages(t *testing.T, w *world) {
	for i := range 60 {
		if _, err := w.office.FileSignal(t.Context(), "joost", screen.SignalInput{Anchor: screen.Anchor{Regulation: "individuele-inkomenstoeslag", Article: "verordening-artikel-3"},
			Tile: screen.TileUnclear, Text: fmt.Sprintf("Onduidelijk geval nummer %d in de regels.", i), Frequency: screen.Once}); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	next := "/signalen"
	for pages := 0; next != ""; pages++ {
		q := get(next)
		q.token = "joost/*"
		r := q.send(t, w)
		var v struct {
			Totaal, Pagina, Paginas int
			Signalen                []struct{ ID, GemeldOp string }
		}
		if err := json.Unmarshal(text(t, r), &v); err != nil || r.StatusCode != http.StatusOK || pages > 5 {
			t.Fatal(r.StatusCode, err, pages)
		}
		for _, s := range v.Signalen {
			if seen[s.ID] {
				t.Errorf("%s twice", s.ID)
			}
			seen[s.ID] = true
			if _, err := time.Parse(time.DateOnly, s.GemeldOp); err != nil {
				t.Error(err)
			}
		}
		next = ""
		for link := range strings.SplitSeq(r.Header.Get("Link"), ", ") {
			if strings.HasSuffix(link, `rel="next"`) {
				next = strings.TrimPrefix(link[1:strings.IndexByte(link, '>')], api.Base)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d signals through the links", len(seen))
	}
	isProblem(t, get("/knelpunten?pagina=99").send(t, w), 404)
	if p := isProblem(t, get("/knelpunten?pagina=0&stand=weg&teLaat=misschien").send(t, w), 400); len(p.Errors) != 3 {
		t.Errorf("three faults told at once: %+v", p.Errors)
	}
}

// TestCases: what a case may hold, and how what is wrong with it is told.
func TestCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	decide := func(body string) (*http.Response, map[string]any) {
		r := post("/beslissingen", body, nil).send(t, w)
		b := text(t, r)
		var v map[string]any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		return r, v
	}
	const couple = `{"regeling": "zorgtoeslag", "uitleg": %t, "taal": "%s", "dossier": {"datum": "2026-06-01", "personen": {
		"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400.00, "vermogen": "3.000"},
		"p2": {"geboortedatum": "1988-11-23", "verzekerd": "ja", "toetsingsinkomen": 4100, "vermogen": 0}}, "feiten": [{"partnerschap": ["p1", "p2"]}]}}`
	r, v := decide(fmt.Sprintf(couple, false, "nl"))
	outcome := v["uitkomsten"].([]any)[0].(map[string]any)
	if r.StatusCode != http.StatusOK || v["volledig"] != true || outcome["waarde"] != "2583" || outcome["uitleg"] != nil {
		t.Errorf("%d %v", r.StatusCode, v)
	}
	_, v = decide(fmt.Sprintf(couple, true, "en"))
	way := v["uitkomsten"].([]any)[0].(map[string]any)["uitleg"].(map[string]any)
	if way["taal"] != "en" || !strings.HasPrefix(way["zin"].(string), "You") || len(way["stappen"].([]any)) < 5 {
		t.Errorf("explanation: %.300v", way)
	}
	// Missing: told, and not complete.
	_, v = decide(`{"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02"}}}}`)
	if v["volledig"] != false || len(v["fouten"].([]any)) == 0 || len(v["uitkomsten"].([]any)) != 0 {
		t.Errorf("missing: %v", v)
	}
	// Unreadable: every fault with its place.
	p := isProblem(t, post("/beslissingen", `{"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "gisteren", "vermoge": 1, "toetsingsinkomen": 1e5}}}}`, nil).send(t, w), 400)
	places := map[string]bool{}
	for _, e := range p.Errors {
		places[e.Location] = true
	}
	for _, want := range []string{"#/dossier/personen/p1/geboortedatum", "#/dossier/personen/p1/vermoge", "#/dossier/personen/p1/toetsingsinkomen"} {
		if !places[want] {
			t.Errorf("no fault at %s: %+v", want, p.Errors)
		}
	}
	isProblem(t, post("/beslissingen", `{"regeling": "bestaat-niet", "dossier": {"datum": "2026-06-01", "personen": {"p1": {}}}}`, nil).send(t, w), 400)
	// In a batch one bad case leaves the others alone.
	r = post("/beslissingen/_reeks", `{"vragen": [{"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "gisteren"}}}},
		{"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400, "vermogen": 3000}}}}]}`, nil).send(t, w)
	var many struct {
		Beslissingen []struct {
			Volledig   bool
			Uitkomsten []struct{ Waarde string }
			Fouten     []struct{ Code, Plaats string }
		}
	}
	if err := json.Unmarshal(text(t, r), &many); err != nil || len(many.Beslissingen) != 2 {
		t.Fatal(err, many)
	}
	if b := many.Beslissingen; b[0].Volledig || len(b[0].Fouten) != 1 || b[0].Fouten[0].Plaats != "/personen/p1/geboortedatum" || !b[1].Volledig || b[1].Uitkomsten[0].Waarde != "1550" {
		t.Errorf("%+v", b)
	}
}

// TestRevoked: a token that was revoked is nobody's at once.
func TestRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if r := get("/signalen").send(t, w); r.StatusCode != http.StatusOK {
		t.Fatal(r.StatusCode)
	}
	w.revoked.Store(all, true)
	isProblem(t, get("/signalen").send(t, w), 401)
}

// testForeign: what belongs to somebody else is not there, also not by its id.
func testForeign(t *testing.T, w *world) {
	q := get("/signalen/" + w.signal)
	if r := q.send(t, w); r.StatusCode != http.StatusOK {
		t.Fatal(r.StatusCode)
	}
	q.token = "joost/*"
	isProblem(t, q.send(t, w), 404)
	q.token = "/" + api.ScopeMine // of no person
	isProblem(t, q.send(t, w), 404)
}

// TestFilled is what is tested in an installation with something of everything in
// it.
func TestFilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.fill(t)
	for name, f := range map[string]func(*testing.T, *world){
		"contract": testContract, "once": testOnce, "conditional": testConditional, "pages": testPages, "foreign": testForeign, "client": testClient,
	} {
		t.Run(name, func(t *testing.T) { f(t, w) })
	}
}
