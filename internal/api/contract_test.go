package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/api"
	"lemniscaat/internal/store"
)

// operation is one of openapi.json, with a request that it accepts.
type operation struct {
	request
	id, scope string
	status    int // of success
	max       int // bytes of its body
	says      []string
}

// spec is what the tests read of the document.
type spec struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Security    []map[string][]string
		RequestBody *struct {
			Description string
			Content     map[string]struct{ Example json.RawMessage }
		} `json:"requestBody"`
		Responses map[string]struct {
			Headers map[string]any
		}
	}
}

// operations reads every operation from the committed document.
func (w *world) operations(t testing.TB) []operation {
	t.Helper()
	b, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var s spec
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("{regeling}", "zorgtoeslag", "{artikel}", "artikel-2", "{peildatum}", "2026-01-01",
		"{signaal}", w.signal, "{knelpunt}", w.issue, "{voorstel}", w.proposal, "{simulatie}", w.run)
	var out []operation
	for _, path := range slices.Sorted(maps.Keys(s.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(s.Paths[path])) {
			o := s.Paths[path][method]
			x := operation{id: o.OperationID, request: request{method: strings.ToUpper(method), path: api.Base + names.Replace(path), token: all}}
			if len(o.Security) > 0 {
				x.scope = o.Security[0]["token"][0]
			}
			if o.RequestBody != nil {
				fmt.Sscanf(o.RequestBody.Description, "Hoogstens %d bytes", &x.max)
				for kind, c := range o.RequestBody.Content {
					if c.Example != nil {
						x.kind, x.body = kind, strings.Replace(string(c.Example), "nl:100000", "nl:100", 1)
					}
				}
			}
			if x.scope == api.ScopeIntake { // of a connection, of no person
				x.token = "/" + x.scope
			}
			x.says = slices.Sorted(maps.Keys(o.Responses))
			fmt.Sscan(x.says[0], &x.status)
			if strings.Contains(path, "{") && strings.Contains(x.path, "{") {
				t.Fatalf("%s: no value for %s", x.id, x.path)
			}
			out = append(out, x)
		}
	}
	if len(out) < 27 {
		t.Fatalf("only %d operations in openapi.json", len(out))
	}
	return out
}

// testContract drives every operation of openapi.json through every answer that
// it can give.
func testContract(t *testing.T, w *world) {
	fault := errors.New("zaak Z-2026-0017 van p1")
	log, lines := logged()
	failing := w.with(t, func(d *api.Deps) { d.Service, d.Log = broken{w.office, fault}, log })
	unavailable := w.with(t, func(d *api.Deps) { d.Service = broken{w.office, fmt.Errorf("schijf: %w", store.ErrUnavailable)} })
	limited := w.with(t, func(d *api.Deps) { d.PerMinute = 1 })
	for _, o := range w.operations(t) {
		if o.id == "leesBeschrijving" {
			continue // TestDocuments
		}
		t.Run(o.id, func(t *testing.T) {
			ask := func(h http.Handler, change func(*request)) *http.Response {
				r := o.request
				change(&r)
				return r.send(t, h)
			}
			// A run that is over cannot be stopped; one that is there is another test.
			want := o.status
			if o.id == "stopSimulatie" {
				want = http.StatusConflict
			}
			r := ask(w, func(*request) {})
			if r.StatusCode != want {
				t.Fatalf("%d, want %d: %.400s", r.StatusCode, want, text(t, r))
			}
			headers(t, r)
			if want == http.StatusOK && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/") {
				t.Errorf("kind %q", r.Header.Get("Content-Type"))
			}
			for _, code := range []string{"400", "401", "403", "404", "405", "429", "500", "503"} {
				if !slices.Contains(o.says, code) {
					t.Errorf("the document does not say %s", code)
				}
			}

			// 401: no token where one is asked, and one that is not known anywhere.
			if o.scope != "" {
				isProblem(t, ask(w, func(r *request) { r.token = "" }), 401)
				isProblem(t, ask(w, func(r *request) {
					r.token, r.header = "", map[string]string{"Cookie": "rol=samira; __Host-rol=samira; sessie=x"}
				}), 401)
				// 403: another scope than it asks.
				var others []string
				for _, s := range api.Scopes() {
					if s[0] != o.scope {
						others = append(others, s[0])
					}
				}
				isProblem(t, ask(w, func(r *request) { r.token = "samira/" + strings.Join(others, ",") }), 403)
			} else if r := ask(w, func(r *request) { r.token = "" }); r.StatusCode != o.status {
				t.Errorf("public, and without token %d", r.StatusCode)
			}
			if r := ask(w, func(r *request) { r.token = "onbekend" }); r.Header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			} else {
				isProblem(t, r, 401)
			}
			// 404: careless addresses, and what is not there.
			for _, path := range []string{o.path + "/", o.path + "/bestaat/niet/hier/x", strings.Replace(o.path, "/api/v1/", "/api/v1//", 1), o.path + "/."} {
				isProblem(t, ask(w, func(r *request) { r.path = path }), 404)
			}
			if i := strings.LastIndexByte(o.path, '/'); strings.ContainsAny(o.path[i:], "0123456789") && o.id != "leesVersie" {
				isProblem(t, ask(w, func(r *request) { r.path = o.path[:i] + "/x-0" }), 404)
			}
			// 405.
			if r := ask(w, func(r *request) { r.method = http.MethodPut }); r.Header.Get("Allow") == "" {
				t.Error("405 without Allow")
			} else {
				isProblem(t, r, 405)
			}
			// 400: a parameter that is not there, and one that is there twice.
			if p := isProblem(t, ask(w, func(r *request) { r.path += "?bestaatNiet=1" }), 400); len(p.Errors) != 1 || p.Errors[0].In != "query" {
				t.Errorf("unknown parameter: %+v", p)
			}
			isProblem(t, ask(w, func(r *request) { r.path += "?a=1&a=2&b=%zz" }), 400)
			if o.body != "" {
				o.bodies(t, w, ask)
			}
			// 429.
			ask(limited, func(r *request) { r.token += ",429" })
			isProblem(t, ask(limited, func(r *request) { r.token += ",429" }), 429)
			// 500 and 503: what went wrong is not told, and stands in the log.
			before := lines.Len()
			p := isProblem(t, ask(failing, func(*request) {}), 500)
			if strings.Contains(p.Detail, "Z-2026") || lines.Len() == before {
				t.Errorf("500 tells %q, log grew %d", p.Detail, lines.Len()-before)
			}
			if !strings.Contains(o.path, "regelingen") || o.method == http.MethodPost {
				isProblem(t, ask(unavailable, func(*request) {}), 503)
			}
		})
	}
}

// bodies sends what is no good body.
func (o operation) bodies(t *testing.T, w *world, ask func(http.Handler, func(*request)) *http.Response) {
	t.Helper()
	isProblem(t, ask(w, func(r *request) { r.kind = "text/html" }), 415)
	isProblem(t, ask(w, func(r *request) { r.kind = "" }), 415)
	isProblem(t, ask(w, func(r *request) { r.header = map[string]string{"Content-Encoding": "gzip"} }), 415)
	isProblem(t, ask(w, func(r *request) { r.body = strings.Repeat(" ", o.max+1) }), 413)
	isProblem(t, ask(w, func(r *request) { r.body = "" }), 400)
	for _, bad := range []string{"{", "nul", o.body + "x", "\xff", strings.Repeat("[", 100_000)} {
		if p := isProblem(t, ask(w, func(r *request) { r.body = bad }), 400); len(p.Errors) == 0 {
			t.Errorf("%.20q: no errors[]: %+v", bad, p)
		}
	}
	if o.kind != "application/json" {
		return
	}
	// Two faults are told at once, and an unknown field is one.
	p := isProblem(t, ask(w, func(r *request) {
		r.body = `{"onbekend": 1, "ookOnbekend": {"diep": [1]}}`
	}), 400)
	unknown := 0
	for _, e := range p.Errors {
		if e.Code == "onbekend-veld" {
			unknown++
		}
	}
	if unknown != 2 {
		t.Errorf("unknown fields: %+v", p.Errors)
	}
	for _, bad := range []string{
		strings.Replace(o.body, "{", `{"dubbel": 1, "dubbel": 2, `, 1), strings.Replace(o.body, "{", `{"nul": "a\u0000b", `, 1),
		strings.Replace(o.body, "{", `{"diep": `+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`, `, 1),
		strings.Replace(o.body, "{", `{"lang": 1`+strings.Repeat("0", 100)+`, `, 1), `[1]`, `"tekst"`, `null`, `true`, `1`,
	} {
		isProblem(t, ask(w, func(r *request) { r.body = bad }), 400)
	}
}
