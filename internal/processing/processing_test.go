package processing_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

var at = time.Date(2026, 11, 22, 9, 30, 0, 123456789, time.UTC)

func newLog(t *testing.T) *processing.Log {
	t.Helper()
	s, err := sqlite.Open(context.Background(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &processing.Log{Shelf: s, Secret: []byte(strings.Repeat("k", 32)), Version: "v1", Now: func() time.Time { return at }, Random: rand.Reader}
}

func rows(t *testing.T, l *processing.Log) []processing.Row {
	t.Helper()
	items, err := l.Shelf.Items(t.Context(), processing.Kind, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []processing.Row
	for _, it := range items {
		some, err := processing.ParseRows(it)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, some...)
	}
	return out
}

// TestRegister: every activity that the program names is in the register, whole.
func TestRegister(t *testing.T) {
	t.Parallel()
	entries, err := processing.Register()
	if err != nil {
		t.Fatal(err)
	}
	english, err := processing.English()
	if err != nil {
		t.Fatal(err)
	}
	var ids []processing.Activity
	for _, e := range entries {
		for _, nl := range slices.Concat([]string{e.Name, e.Goal, e.Ground, e.Keep}, e.Subjects, e.Data) {
			if english[nl] == "" {
				t.Errorf("%s: %q has no English", e.ID, nl)
			}
		}
		ids = append(ids, e.ID)
		if e.Name == "" || e.Goal == "" || e.Ground == "" || len(e.Subjects) == 0 || len(e.Data) == 0 || e.Keep == "" {
			t.Errorf("%s is not whole: %+v", e.ID, e)
		}
	}
	if !slices.Equal(ids, processing.Activities()) {
		t.Errorf("register %v, program %v", ids, processing.Activities())
	}
	if got := processing.Signals.URI("https://lus.voorbeeld.nl/verwerkingen/"); got != "https://lus.voorbeeld.nl/verwerkingen/signalen" {
		t.Error(got)
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	a := l.Subject("anna")
	if !strings.HasPrefix(a, "v1:") || len(a) != 3+64 || a != l.Subject("anna") || a == l.Subject("annb") || strings.Contains(a, "anna") {
		t.Error(a)
	}
	other := &processing.Log{Secret: []byte(strings.Repeat("x", 32)), Version: "v1"}
	if a == other.Subject("anna") {
		t.Error("the key does nothing")
	}
}

// TestOneRowForEachPerson: each person once, in the trace of the request, before
// the first byte of the answer.
func TestOneRowForEachPerson(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	trace := "4bf92f3577b34da6a3ce929d0e0e4736"
	before := -1
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		processing.Saw(r.Context(), processing.Signals, "lezen", "anna", "", "v1:zaak", "anna")
		processing.Saw(r.Context(), processing.Decisions, "lezen", "anna")
		before = len(rows(t, l))
		_, _ = w.Write([]byte("tekst"))
		processing.Saw(r.Context(), processing.Signals, "lezen", "anna", "later")
		w.(http.Flusher).Flush()
	})
	h := l.Handler(next, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Body.String() != "tekst" || before != 0 {
		t.Errorf("%q, %d rows before", w.Body, before)
	}
	got := rows(t, l)
	var who []string
	for _, r := range got {
		who = append(who, r.Subject)
		if r.Trace != trace || r.Parent != "00f067aa0ba902b7" || r.Status != processing.OK || r.Start.Nanosecond()%1e6 != 0 || r.End.Before(r.Start) || r.Name != "lezen" {
			t.Errorf("%+v", r)
		}
	}
	want := []string{l.Subject("anna"), l.Subject("v1:zaak"), l.Subject("anna"), l.Subject("later")}
	slices.Sort(who)
	slices.Sort(want)
	if !slices.Equal(who, want) {
		t.Errorf("%v, want %v", who, want)
	}
}

func TestTraceparent(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	for _, bad := range []string{"", "x", "00-0-0-0", "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"} {
		ctx, err := l.WithTrace(t.Context(), bad)
		if err != nil {
			t.Fatal(err)
		}
		cs, err := l.Rows(ctx, at, processing.Touch{Activity: processing.Signals, Subject: "a", Name: "n"})
		if err != nil || len(cs) != 1 {
			t.Fatal(len(cs), err)
		}
		rows, err := processing.ParseRows(cs[0].Item)
		if err != nil {
			t.Fatal(err)
		}
		r := rows[0]
		if r.Parent != "" || strings.Contains(bad, r.Trace) {
			t.Errorf("%q: %+v, %v", bad, r, err)
		}
	}
}

// full is a shelf that takes nothing.
type full struct{ store.Shelf }

func (full) Put(context.Context, ...store.Change) error { return errors.New("vol") }

// TestNothingOutWithoutRows: what cannot be recorded does not leave, whatever way
// the handler answers.
func TestNothingOutWithoutRows(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"write":  func(w http.ResponseWriter) { _, _ = w.Write([]byte("geheim")) },
		"header": func(w http.ResponseWriter) { w.Header().Set("X-Geheim", "geheim"); w.WriteHeader(http.StatusOK) },
		"flush":  func(w http.ResponseWriter) { w.(http.Flusher).Flush(); _, _ = w.Write([]byte("geheim")) },
		"copy": func(w http.ResponseWriter) {
			_ = http.NewResponseController(w).EnableFullDuplex()
			http.Error(w, "geheim", http.StatusOK)
		},
	} {
		l := newLog(t)
		l.Shelf = full{l.Shelf}
		h := l.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			processing.Saw(r.Context(), processing.Signals, "lezen", "anna")
			answer(w)
		}), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("later"))
		}), slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		if w.Code != 503 || w.Body.String() != "later" || w.Header().Get("X-Geheim") != "" {
			t.Errorf("%s: %d %q %v", name, w.Code, w.Body, w.Header())
		}
	}
	// Without anybody's data nothing is needed of the shelf.
	l := newLog(t)
	l.Shelf = full{l.Shelf}
	w := httptest.NewRecorder()
	l.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }), http.NotFoundHandler(), slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Code != 204 {
		t.Error(w.Code)
	}
}
