package loop_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
)

// recorded is a log in memory, as a snapshot asks for it.
type recorded struct {
	store.Reader
	log []event.Record
}

func (l recorded) All(_ context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for _, r := range l.log[min(from-1, uint64(len(l.log))):] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (l recorded) Words(_ context.Context, last uint64) iter.Seq2[store.Word, error] {
	return func(yield func(store.Word, error) bool) {
		for _, r := range l.log[:min(last, uint64(len(l.log)))] {
			for f, s := range r.Secrets {
				if !event.Bulk(f) && !yield(store.Word{Ref: event.Ref{Seq: r.Seq, Field: f}, Secret: s}, nil) {
					return
				}
			}
		}
	}
}

func snapshots(dir string) *snapshot.File {
	f, err := snapshot.New(filepath.Join(dir, snapshot.Name), make([]byte, 32), func() (string, error) { return "proef", nil }, snapshot.World()...)
	if err != nil {
		panic(err)
	}
	return f
}

// kept gives the world that comes back from a snapshot, with the words that the log
// has by then.
func kept(t interface{ Fatalf(string, ...any) }, dir string, w *loop.World, log []event.Record) *loop.World {
	f := snapshots(dir)
	if err := f.Save(context.Background(), "proef", w.Head(), w.Commitment, nil, w); err != nil {
		t.Fatalf("save: %v", err)
	}
	again := loop.NewWorld(w.Terms, w.Catalogue)
	at, err := f.Load(context.Background(), "proef", recorded{log: log}, again)
	if err != nil || at != w.Head() {
		t.Fatalf("load: %v at %v, want %v", err, at, w.Head())
	}
	again.Reindex()
	return again
}

// resumes checks that a snapshot of the first n events, and then the rest, give the
// world of the whole log.
func (e *env) resumes(dir string, n int) {
	w := loop.NewWorld(e.w.Terms, e.w.Catalogue)
	for _, r := range e.log[:n] {
		if err := w.Apply(r); err != nil {
			e.t.Fatalf("fold: %v", err)
		}
	}
	if n == 0 {
		return
	}
	again := kept(e.t, dir, w, e.log)
	if n > 0 && !reflect.DeepEqual(again, w) {
		e.t.Fatalf("after %d of %d events the snapshot gives another world", n, len(e.log))
	}
	for _, r := range e.log[n:] {
		if err := again.Apply(r); err != nil {
			e.t.Fatalf("fold the rest: %v", err)
		}
	}
	if whole := e.replay(); !reflect.DeepEqual(again, whole) {
		e.t.Fatalf("a snapshot of %d events and the %d after it give another world", n, len(e.log)-n)
	}
}

// TestSnapshotRandom: whatever was done, and wherever the snapshot was made, it and
// the events after it give the world of the whole log.
func TestSnapshotRandom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		e := municipality(t)
		d := &driver{T: t, env: e}
		for range rapid.SampledFrom([]int{10, 60, 150}).Draw(t, "steps") {
			c, by := d.command()
			switch d.n(8, "kind") {
			case 0:
				c, by = d.decide()
			case 1:
				c, by = d.desk()
			case 2:
				c, by = d.people()
			case 3:
				c, by = d.watch()
			case 4:
				c, by = d.steer()
			}
			_ = e.try(by, c) // refused is fine
		}
		for _, n := range []int{1, d.n(len(e.log), "cut"), len(e.log)} {
			e.resumes(dir, n)
		}
	})
}

// TestSnapshotLarge: a snapshot of a large world, by the numbers. SNAPSHOT gives the
// number of events.
func TestSnapshotLarge(t *testing.T) {
	t.Parallel()
	n := 20_000
	if s := os.Getenv("SNAPSHOT"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	e := municipality(t)
	busy(e, n)
	dir := t.TempDir()
	start := time.Now()
	f := snapshots(dir)
	if err := f.Save(t.Context(), "proef", e.w.Head(), e.w.Commitment, nil, e.w); err != nil {
		t.Fatal(err)
	}
	saved := time.Since(start)
	info, err := os.Stat(filepath.Join(dir, snapshot.Name))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again := loop.NewWorld(e.w.Terms, e.w.Catalogue)
		start = time.Now()
		if _, err := f.Load(t.Context(), "proef", recorded{log: e.log}, again); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d events: saved in %v, %d bytes, loaded in %v", len(e.log), saved, info.Size(), time.Since(start))
		again.Reindex()
		if !reflect.DeepEqual(again, e.w) {
			t.Fatal("the snapshot gives another world")
		}
	}
}
