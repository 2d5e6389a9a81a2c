package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/client"
	"lemniscaat/internal/api"
)

// testClient: the Go client against the real handler, over a connection that
// fails now and then.
func testClient(t *testing.T, w *world) {
	var n, cut atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch n.Add(1) % 4 {
		case 1: // it never arrives
			rw.Header().Set("Retry-After", "1")
			http.Error(rw, "weg", http.StatusServiceUnavailable)
			return
		case 3: // it arrives, and the answer is lost
			if r.Method == http.MethodPost {
				cut.Add(1)
				w.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		}
		w.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	c := &client.Client{Base: server.URL + api.Base, Token: "marijke/*", Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	ctx := t.Context()
	found := 0
	for r, err := range c.Regulations(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if found++; r.ID == "" || r.Name == "" {
			t.Errorf("%+v", r)
		}
	}
	if found < 10 {
		t.Errorf("%d regulations", found)
	}
	rules, err := c.RulesOn(ctx, "zorgtoeslag", "2026-06-01")
	if err != nil || len(rules.Rules) == 0 || len(rules.Parameters) == 0 || len(rules.Inputs) == 0 {
		t.Fatalf("%v %+v", err, rules)
	}
	person := map[string]any{"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400, "vermogen": 3000}
	q := client.Question{Regulation: "zorgtoeslag", Case: map[string]any{"datum": "2026-06-01", "personen": map[string]any{"p1": person}}}
	d, err := c.Decide(ctx, q, client.How{Explain: true, Lang: "en"})
	if err != nil || !d.Complete || d.Outcomes[0].Value != "1550" || !strings.HasPrefix(d.Outcomes[0].Explanation.Sentence, "You") {
		t.Errorf("%v %+v", err, d)
	}
	if many, err := c.DecideMany(ctx, []client.Question{q, q, q}, client.How{}); err != nil || len(many) != 3 || many[2].Outcomes[0].Value != "1550" {
		t.Errorf("%v %+v", err, many)
	}
	if _, err := c.Decide(ctx, client.Question{Regulation: "zorgtoeslag", Case: map[string]any{"datum": "morgen"}}, client.How{}); err == nil {
		t.Error("an unreadable case is decided")
	} else if p := (*client.Problem)(nil); !errors.As(err, &p) || p.Status != 400 || len(p.Errors) == 0 {
		t.Errorf("%v", err)
	}
	// Every signal arrives once, though answers are lost.
	for range 4 {
		if _, err := c.Send(ctx, client.Signal{Place: client.Place{Regulation: "individuele-inkomenstoeslag", Article: "verordening-artikel-3"}, Kind: "te-hard", Frequency: "dagelijks", Text: "Vier keer gestuurd, vier keer gemeld."}); err != nil {
			t.Fatal(err)
		}
	}
	sent := 0
	for s, err := range c.Signals(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(s.Text, "Vier keer") {
			sent++
		}
	}
	if sent != 4 || cut.Load() == 0 {
		t.Errorf("%d signals of 4; %d answers were lost", sent, cut.Load())
	}
	run, err := c.Simulate(ctx, "ruimere-grens", "nl:100")
	if err != nil {
		t.Fatal(err)
	}
	if run, err = c.Follow(ctx, run.ID, 0); err != nil || run.State != "klaar" {
		t.Fatalf("%v %+v", err, run)
	}
	if b, err := c.Result(ctx, run.ID); err != nil || !json.Valid(b) || len(b) < 100 {
		t.Errorf("%v %.100s", err, b)
	}
	if _, err := c.Simulation(ctx, "bestaat-niet"); !client.IsNotFound(err) {
		t.Error(err)
	}
	weak := *c
	weak.Token = "marijke/" + api.ScopeDecide
	if _, err := weak.Simulation(ctx, run.ID); !client.IsForbidden(err) {
		t.Error(err)
	}
	// A server that stays away: the last error, after as many tries as was asked.
	n.Store(0)
	away := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { n.Add(1); rw.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(away.Close)
	gone := client.Client{Base: away.URL, Tries: 3, Wait: c.Wait}
	if _, err := gone.RulesOn(ctx, "zorgtoeslag", "2026-06-01"); err == nil || n.Load() != 3 {
		t.Errorf("%v after %d tries", err, n.Load())
	}
	ended, stop := context.WithCancel(ctx)
	stop()
	if _, err := gone.RulesOn(ended, "zorgtoeslag", "2026-06-01"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
