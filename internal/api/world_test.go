package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/api"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/bwb"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// tokens are those of the tests: the person, "/" and what it may be used for.
// "samira/*" may everything.
type tokens struct{ revoked *sync.Map }

func (k tokens) Bearer(_ context.Context, token string) (authz.Principal, error) {
	person, scopes, ok := strings.Cut(token, "/")
	if _, gone := k.revoked.Load(token); gone || !ok {
		return authz.Principal{}, api.ErrToken
	}
	sum := sha256.Sum256([]byte(token))
	p := authz.Principal{Account: "token-" + hex.EncodeToString(sum[:4]), Person: person}
	for _, s := range api.Scopes() {
		if strings.HasPrefix(scopes, "*") || slices.Contains(strings.Split(scopes, ","), s[0]) {
			p.Scopes = append(p.Scopes, s[0])
		}
	}
	return p, nil
}

// plain decides by the policies that ship.
type plain struct{ *authz.Authority }

func (g plain) Allow(_ context.Context, r authz.Request) authz.Decision { return g.Decide(r) }

// world is an office with the demo in it, with the API before it.
type world struct {
	http.Handler
	office  *office.Office
	store   *sqlite.Store
	revoked *sync.Map
	deps    api.Deps
	// ids of what is there
	signal, issue, proposal, run string
}

const all = "samira/*"

var shipped = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func newWorld(t testing.TB, change func(*api.Deps)) *world {
	t.Helper()
	set, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	demo, err := office.ReadDemo()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(regelingen.Files, "voorbeelden/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := regelingen.Files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		law, ds := bwb.Read(name, f)
		if f.Close(); ds.Err() != nil {
			t.Fatal(ds)
		}
		demo.Texts = append(demo.Texts, office.Text{File: name, Text: law})
	}
	variants, ds := regulation.Variants(fs.FS(regelingen.Files))
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	library := run.NewLibrary(set, func(ctx context.Context) ([]*regulation.Regulation, error) { return office.Texts(ctx, log) }, run.Synthetic)
	runs := run.NewHere(library, time.Now, 1)
	t.Cleanup(func() { _ = runs.Close() })
	var ids atomic.Int64
	now := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	ring, err := seal.NewRing(rand.Reader, "proef")
	if err != nil {
		t.Fatal(err)
	}
	o, err := office.New(t.Context(), office.Config{
		Signing: ring, Program: "proef",
		Store: log, Shipped: set, Variants: variants, Now: func() time.Time { return now }, Cold: true,
		NewID:  func(prefix string) string { return fmt.Sprintf("%s-%d", prefix, ids.Add(1)) },
		Secret: make([]byte, 32), People: demo.Persons(), Organisation: demo.Organisation, Population: "nl:100", Demo: demo, Runs: runs, Know: library.Know,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	authority, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{office: o, store: log, revoked: &sync.Map{}}
	w.deps = api.Deps{Service: o, Tokens: tokens{w.revoked}, Guard: plain{authority}, Shelf: log, Now: time.Now, Demo: true, TLS: true}
	if change != nil {
		change(&w.deps)
	}
	if w.Handler, err = api.New(w.deps); err != nil {
		t.Fatal(err)
	}
	return w
}

// with gives the same world behind an API with other dependencies.
func (w *world) with(t testing.TB, change func(*api.Deps)) http.Handler {
	t.Helper()
	d := w.deps
	change(&d)
	h, err := api.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// fill puts something of everything in it.
func (w *world) fill(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	err := w.office.Seed(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.signal, err = w.office.FileSignal(ctx, "samira", screen.SignalInput{Anchor: screen.Anchor{Regulation: "individuele-inkomenstoeslag", Article: "verordening-artikel-3"},
		Tile: screen.TileHarsh, Text: "Wie net boven de grens zit, verliest alles.", Frequency: screen.Weekly})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.office.Receipt(ctx, "samira", w.signal)
	if err != nil {
		t.Fatal(err)
	}
	w.issue = r.Issue.Href[strings.LastIndexByte(r.Issue.Href, '/')+1:]
	if w.proposal, err = w.office.OpenProposal(ctx, "femke", screen.OpenProposalInput{Issue: w.issue}); err != nil {
		t.Fatal(err)
	}
	if w.run, err = w.office.SimulateVariant(ctx, "samira", screen.FreeRunInput{Variant: "ruimere-grens", Population: "nl:100"}); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		v, err := w.office.SimulationState(ctx, "samira", w.run)
		if err != nil {
			t.Fatal(err)
		}
		if v.State == screen.SimulationDone {
			return
		}
		if v.State.Over() {
			t.Fatal(v.State, v.Error)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the simulation does not end")
}

// request is one request; an empty token sends none.
type request struct {
	method, path, token, kind, body string
	header                          map[string]string
}

func (r request) send(t testing.TB, h http.Handler) *http.Response {
	t.Helper()
	var in io.Reader
	if r.body != "" {
		in = strings.NewReader(r.body)
	}
	q := httptest.NewRequestWithContext(t.Context(), r.method, "https://lus.example", in)
	// The address as it is, also when it is none.
	path, query, _ := strings.Cut(r.path, "?")
	q.URL.Path, q.URL.RawQuery = path, query
	if r.token != "" {
		q.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.kind != "" {
		q.Header.Set("Content-Type", r.kind)
	}
	for k, v := range r.header {
		q.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q)
	return w.Result()
}

// text reads the body of an answer.
func text(t testing.TB, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// problem is how tests read a problem.
type problem struct {
	Type, Title, Detail, Code string
	Status                    int
	Errors                    []struct{ In, Location, Code, Detail string }
}

// isProblem checks everything that holds for each no.
func isProblem(t testing.TB, r *http.Response, status int) problem {
	t.Helper()
	b := text(t, r)
	var p problem
	if r.StatusCode != status || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s, want %d problem+json: %.300s", r.StatusCode, r.Header.Get("Content-Type"), status, b)
		return p
	}
	if err := json.Unmarshal(b, &p); err != nil {
		t.Errorf("%v: %s", err, b)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" || p.Code == "" || p.Type != "about:blank" {
		t.Errorf("problem lacks something: %s", b)
	}
	for _, f := range p.Errors {
		if f.In == "" || f.Location == "" || f.Code == "" || f.Detail == "" || f.In == "body" && !strings.HasPrefix(f.Location, "#") {
			t.Errorf("a fault lacks something: %+v", f)
		}
	}
	if status == 429 || status == 503 {
		if r.Header.Get("Retry-After") == "" {
			t.Errorf("%d without Retry-After", status)
		}
	}
	headers(t, r)
	return p
}

// headers checks what every answer carries.
func headers(t testing.TB, r *http.Response) {
	t.Helper()
	for k, want := range map[string]string{
		"API-Version": api.Version, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	} {
		if got := r.Header.Get(k); got != want {
			t.Errorf("header %s is %q, want %q", k, got, want)
		}
	}
	if r.Header.Get("Content-Security-Policy") == "" || r.Header.Get("Cache-Control") == "" {
		t.Error("Content-Security-Policy or Cache-Control is missing")
	}
	if len(r.Header.Values("Set-Cookie")) > 0 || r.StatusCode/100 == 3 && r.StatusCode != http.StatusNotModified {
		t.Errorf("a cookie or a redirect: %d %v", r.StatusCode, r.Header)
	}
}

// broken is a Service of which nothing works.
type broken struct {
	api.Service
	err error
}

func (b broken) InForceNow() (*regulation.Set, rule.Date) { panic(b.err) }
func (b broken) DecideCase(context.Context, screen.CaseInput) (v screen.CaseView, err error) {
	return v, b.err
}
func (b broken) Register(context.Context, string, screen.RegisterInput) (v screen.RegisterView, err error) {
	return v, b.err
}
func (b broken) FileSignal(context.Context, string, screen.SignalInput) (string, error) {
	return "", b.err
}
func (b broken) MySignals(context.Context, string, screen.Asked) (v screen.MySignalsView, err error) {
	return v, b.err
}
func (b broken) FindMySignals(context.Context, string, string, screen.Asked) (v screen.MySignalsView, err error) {
	return v, b.err
}
func (b broken) MySignal(context.Context, string, string) (v screen.MySignalRow, err error) {
	return v, b.err
}
func (b broken) SignalForm(context.Context, string, screen.SignalAsk) (v screen.SignalFormView, err error) {
	return v, b.err
}
func (b broken) Issues(context.Context, string, screen.IssueListInput) (v screen.IssueListView, err error) {
	return v, b.err
}
func (b broken) Issue(context.Context, string, string) (v screen.IssueView, err error) {
	return v, b.err
}
func (b broken) Proposals(context.Context, string, string, screen.Asked) (v screen.ProposalListView, err error) {
	return v, b.err
}
func (b broken) Proposal(context.Context, string, string) (v screen.ProposalView, err error) {
	return v, b.err
}
func (b broken) Agenda(context.Context, string, screen.AgendaInput) (v screen.AgendaView, err error) {
	return v, b.err
}
func (b broken) SimulateVariant(context.Context, string, screen.FreeRunInput) (string, error) {
	return "", b.err
}
func (b broken) Simulations(context.Context, string) (v screen.SimulationListView, err error) {
	return v, b.err
}
func (b broken) SimulationState(context.Context, string, string) (v screen.SimulationView, err error) {
	return v, b.err
}
func (b broken) Result(context.Context, string, string) (*simulate.Result, error) { return nil, b.err }
func (b broken) Receive(context.Context, string, string, []outcome.Row) (v screen.IntakeResult, err error) {
	return v, b.err
}

// logged gives a log and what was written to it.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}
