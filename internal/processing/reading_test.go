package processing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// moody is a shelf that counts its writes and refuses them when told to.
type moody struct {
	store.Shelf
	refuses atomic.Bool
	writes  atomic.Int64
}

func (m *moody) Put(ctx context.Context, c ...store.Change) error {
	m.writes.Add(1)
	if m.refuses.Load() {
		return store.ErrUnavailable
	}
	return m.Shelf.Put(ctx, c...)
}

// TestRowsLieTogether: a page with a thousand names is a few items on the shelf, and
// a row for each person; an item from before still reads, and rows come apart whole.
func TestRowsLieTogether(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	m := &moody{Shelf: l.Shelf}
	l.Shelf = m
	_, r := begun(t, l)
	for i := range 1200 {
		processing.Mentioned(r.ctx, processing.Handling, "naam lezen", fmt.Sprint("p", i))
		processing.Mentioned(r.ctx, processing.Handling, "naam lezen", fmt.Sprint("p", i))
	}
	if err := r.Commit(); err != nil {
		t.Fatal(err)
	}
	items, err := l.Shelf.Items(t.Context(), processing.Kind, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 3 || m.writes.Load() != 1 || processing.Count(items) != 1200 {
		t.Errorf("%d items, %d writes, %d rows", len(items), m.writes.Load(), processing.Count(items))
	}
	var who []string
	for _, it := range items {
		whole, err := processing.ParseRows(it)
		if err != nil {
			t.Fatal(err)
		}
		apart, err := processing.Apart(it)
		if err != nil || len(apart) != len(whole) {
			t.Fatal(len(apart), err)
		}
		for i, one := range apart {
			rows, err := processing.ParseRows(one)
			if err != nil || len(rows) != 1 || rows[0] != whole[i] {
				t.Fatalf("%+v, %v, want %+v", rows, err, whole[i])
			}
			who = append(who, rows[0].Subject)
		}
	}
	slices.Sort(who)
	if n := len(slices.Compact(who)); n != 1200 {
		t.Errorf("%d persons", n)
	}
	old := store.Item{ID: "oud", Data: []byte(`{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","status":1,"name":"lezen","start_time":"2026-01-01T00:00:00Z","end_time":"2026-01-01T00:00:00Z","activiteit":"signalen","data_subject_id":"v1:ab"}`)}
	rows, err := processing.ParseRows(old)
	if err != nil || len(rows) != 1 || rows[0].Subject != "v1:ab" {
		t.Errorf("%+v, %v", rows, err)
	}
	for _, bad := range []string{`{}`, `[]`, `x`, `{"activiteit":"signalen","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","betrokkenen":[{"span_id":"1"}]}`} {
		if rows, err := processing.ParseRows(store.Item{ID: "fout", Data: []byte(bad)}); err == nil {
			t.Errorf("%s is read as %+v", bad, rows)
		}
	}
}

// reading is a reading with its context.
type reading struct {
	*processing.Reading
	ctx context.Context
}

func begun(t *testing.T, l *processing.Log) (context.Context, reading) {
	t.Helper()
	ctx, r := l.Begin(t.Context())
	return ctx, reading{r, ctx}
}

// queued is a shelf that says when a write is in the queue of the store: that asks for
// Done a second time, to wait for its answer.
type queued struct {
	store.Shelf
	in chan struct{}
}

func (q queued) Put(ctx context.Context, c ...store.Change) error {
	return q.Shelf.Put(&asked{Context: ctx, in: q.in}, c...)
}

type asked struct {
	context.Context
	n  atomic.Int64
	in chan struct{}
}

func (a *asked) Done() <-chan struct{} {
	if a.n.Add(1) == 2 {
		a.in <- struct{}{}
	}
	return a.Context.Done()
}

// TestManyAnswersOneWrite: answers that are ready while a write goes on share the
// next transaction of the store, and each is told what became of its own rows.
func TestManyAnswersOneWrite(t *testing.T) {
	t.Parallel()
	const n = 200
	for _, fails := range []bool{false, true} {
		dir := t.TempDir()
		var transactions atomic.Int64
		var counting atomic.Bool
		held, release := make(chan struct{}), make(chan struct{})
		// A transaction asks once what time it is.
		s, err := sqlite.Open(t.Context(), dir, sqlite.Options{Now: func() time.Time {
			if counting.Load() && transactions.Add(1) == 1 {
				close(held)
				<-release
			}
			return at
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		in := make(chan struct{}, n+1)
		l := newLog(t)
		l.Shelf = queued{s, in}
		commit := func(who string) error {
			ctx, r := l.Begin(t.Context())
			processing.Saw(ctx, processing.Signals, "lezen", who)
			return r.Commit()
		}
		counting.Store(true)
		first := make(chan error)
		go func() { first <- commit("eerste") }()
		<-held
		<-in
		var all sync.WaitGroup
		var faults atomic.Int64
		for i := range n {
			all.Go(func() {
				if err := commit(fmt.Sprint("p", i)); err != nil {
					faults.Add(1)
				}
			})
		}
		for range n {
			<-in
		}
		file := filepath.Join(dir, sqlite.File)
		if fails { // the store finds another file where its own was
			if err := os.Rename(file, file+".weg"); err != nil {
				t.Fatal(err)
			}
		}
		close(release)
		all.Wait()
		if err := <-first; err != nil {
			t.Error(fails, err)
		}
		counting.Store(false)
		if fails {
			if err := os.Rename(file+".weg", file); err != nil {
				t.Fatal(err)
			}
		}
		got := len(rows(t, l))
		switch {
		case !fails && (got != n+1 || faults.Load() != 0 || transactions.Load() != 2):
			t.Errorf("%d rows, %d faults, %d transactions", got, faults.Load(), transactions.Load())
		case fails && (got != 1 || faults.Load() != n):
			t.Errorf("%d rows and %d faults while the store has no file", got, faults.Load())
		}
	}
}

// TestNamesWait: while the shelf takes nothing an answer with names goes out and its
// rows wait, to a bound; what somebody wrote does not go out.
func TestNamesWait(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	m := &moody{Shelf: l.Shelf}
	l.Shelf = m
	m.refuses.Store(true)
	see := func(who string, words bool) int {
		h := l.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			processing.Mentioned(r.Context(), processing.Staffing, "naam lezen", who)
			if words {
				processing.Saw(r.Context(), processing.Signals, "teksten lezen", who)
			}
			_, _ = w.Write([]byte(who))
		}), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }), slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		return w.Code
	}
	if a, b := see("anna", false), see("bert", true); a != http.StatusOK || b != http.StatusServiceUnavailable {
		t.Errorf("%d with a name, %d with words", a, b)
	}
	if left, err := l.Settle(t.Context()); left != 1 || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%d wait, %v", left, err)
	}
	if code := see("carla", false); code != http.StatusOK {
		t.Error(code)
	}
	m.refuses.Store(false)
	if code := see("dirk", true); code != http.StatusOK {
		t.Error(code)
	}
	if left, err := l.Settle(t.Context()); left != 0 || err != nil {
		t.Errorf("%d wait, %v", left, err)
	}
	var got []string
	for _, r := range rows(t, l) {
		got = append(got, r.Subject)
	}
	want := []string{l.Subject("anna"), l.Subject("carla"), l.Subject("dirk"), l.Subject("dirk")}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d rows: %v", len(got), got)
	}
	// Memory is not endless.
	m.refuses.Store(true)
	for i := range 10_001 {
		ctx, r := l.Begin(t.Context())
		processing.Mentioned(ctx, processing.Staffing, "naam lezen", fmt.Sprint(i))
		if err := r.Commit(); (err != nil) != (i == 10_000) {
			t.Fatal(i, err)
		}
	}
}
