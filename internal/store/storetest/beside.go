package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
)

// beside is what two processes on one log are promised.
func beside(t *testing.T, m Maker) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, a, b store.Store)
	}{
		{"no gap, nothing double, no conflict lost", besideRace},
		{"one key has one effect", besideKey},
		{"what is acknowledged is there for the other", besideRead},
		{"nothing appears before what was read", besideOrder},
		{"facts are counted once", besideFacts},
		{"items and counters", besideItems},
		{"announcements", besideWatch},
		{"texts are found by their words", besideFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := m.Beside(t)
			c.test(t, a, b)
		})
	}
}

// besideRace: writers of both try to be the n-th event of a stream, and write others
// in between.
func besideRace(t *testing.T, a, b store.Store) {
	const writers, rounds = 8, 25
	won := make([]atomic.Int64, rounds)
	var acked atomic.Int64
	var mu sync.Mutex
	answered := map[uint64]event.Hash{}
	took := func(r store.Result) {
		mu.Lock()
		defer mu.Unlock()
		for _, x := range r.Records {
			if _, twice := answered[x.Seq]; twice {
				t.Errorf("event %d was given twice", x.Seq)
			}
			answered[x.Seq] = x.Hash
		}
		acked.Add(int64(len(r.Records)))
	}
	var wg sync.WaitGroup
	for w := range writers {
		s := []store.Store{a, b}[w%2]
		wg.Go(func() {
			for n := range rounds {
				r, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprint("own", w), n), draft("both", n)}})
				if err != nil {
					t.Error(err)
					return
				}
				took(r)
				for {
					r, err := s.Append(t.Context(), store.Batch{Expect: map[string]uint64{"x": uint64(n)}, Drafts: []event.Draft{draft("x", w*1000+n)}})
					if err == nil {
						won[n].Add(1)
						took(r)
						break
					}
					if !errors.Is(err, store.ErrConflict) {
						t.Error(err)
						return
					}
					if v, err := s.Version(t.Context(), "x"); err != nil || v > uint64(n) {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	for n := range won {
		if won[n].Load() != 1 {
			t.Errorf("place %d was taken %d times", n+1, won[n].Load())
		}
	}
	want := int64(2*writers*rounds + rounds)
	ha, hb := verify(t, a), verify(t, b)
	if ha != hb || int64(ha.Seq) != want || acked.Load() != want {
		t.Errorf("heads %v and %v, %d acknowledged; want %d", ha, hb, acked.Load(), want)
	}
	for _, r := range collect(t, b.All(t.Context(), 1)) {
		if answered[r.Seq] != r.Hash {
			t.Fatalf("event %d is not the one that was answered", r.Seq)
		}
	}
}

func besideKey(t *testing.T, a, b store.Store) {
	var fresh atomic.Int64
	var wg sync.WaitGroup
	for n := range 20 {
		s := []store.Store{a, b}[n%2]
		wg.Go(func() {
			r, err := s.Append(t.Context(), store.Batch{Key: "k", Intent: "i", Drafts: []event.Draft{draft("a", 1), draft("b", 1)}})
			if err != nil || len(r.Records) != 2 || r.Records[0].Seq != 1 {
				t.Errorf("%+v, %v", r, err)
			}
			if !r.Repeated {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d requests had an effect, want 1", fresh.Load())
	}
	if h := verify(t, a); h.Seq != 2 {
		t.Errorf("log has %d events", h.Seq)
	}
}

func besideRead(t *testing.T, a, b store.Store) {
	for n := range 20 {
		r := must(t, a, store.Batch{Drafts: []event.Draft{draft("s", n)}})
		h, err := b.Head(t.Context())
		if err != nil || h != r.Records[0].Head() {
			t.Fatalf("the other has %v, %v; want %v", h, err, r.Records[0].Head())
		}
		a, b = b, a
	}
}

// besideOrder reads on while both write: who has read up to an event never misses
// one before it.
func besideOrder(t *testing.T, a, b store.Store) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 6 {
		s := []store.Store{a, b}[w%2]
		wg.Go(func() {
			for n := range 40 {
				if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprint("s", w), n), draft(fmt.Sprint("t", w), n)}}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	var head event.Head
	for over := false; !over; {
		select {
		case <-done:
			over = true // and once more
		default:
		}
		for r, err := range b.All(t.Context(), head.Seq+1) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Seq != head.Seq+1 || r.PrevHash != head.Hash {
				t.Fatalf("after %d comes %d", head.Seq, r.Seq)
			}
			head = r.Head()
		}
	}
	if head.Seq != 6*40*2 {
		t.Errorf("read %d events", head.Seq)
	}
}

func besideFacts(t *testing.T, a, b store.Store) {
	var wg sync.WaitGroup
	var wrote atomic.Int64
	for w := range 8 {
		s := []store.Store{a, b}[w%2]
		wg.Go(func() {
			for i := range 10 {
				// Every batch is offered to both.
				_, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{draft("invoer/x", i)}}, facts(1000*(w/2)+10*i, 10))
				switch {
				case err == nil:
					wrote.Add(10)
				case !errors.Is(err, store.ErrKnown):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if wrote.Load() != 400 {
		t.Errorf("%d facts were acknowledged, want 400", wrote.Load())
	}
	for _, s := range []store.Store{a, b} {
		got, err := s.Cube(t.Context(), outcome.Query{})
		if err != nil || len(got) != 1 || got[0].N != 400 {
			t.Errorf("%+v, %v", got, err)
		}
		if r, err := s.Rebuild(t.Context()); err != nil || r.Differs != 0 || r.Facts != 400 {
			t.Errorf("Rebuild: %+v, %v", r, err)
		}
	}
}

func besideItems(t *testing.T, a, b store.Store) {
	const each, workers = 20, 8
	var won [each]atomic.Int64
	seen := make([]atomic.Int64, each*workers+1)
	var wg sync.WaitGroup
	for w := range workers {
		s := []store.Store{a, b}[w%2]
		wg.Go(func() {
			for i := range each {
				n, err := s.Count(t.Context(), "grens", "adres", 1, time.Time{})
				if err != nil {
					t.Error(err)
					return
				}
				seen[n].Add(1)
				switch err := s.Put(t.Context(), when(0, change("slot", fmt.Sprint(i), fmt.Sprint(w)))); {
				case err == nil:
					won[i].Add(1)
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for n := 1; n <= each*workers; n++ {
		if seen[n].Load() != 1 {
			t.Fatalf("%d was given %d times", n, seen[n].Load())
		}
	}
	for i := range won {
		if won[i].Load() != 1 {
			t.Errorf("%d got lock %d", won[i].Load(), i)
		}
	}
	put(t, a, change("k", "a", "1"))
	wantItem(t, b, "k", "a", "1 1")
	ia, err1 := a.Items(t.Context(), "slot", "", 100)
	ib, err2 := b.Items(t.Context(), "slot", "", 100)
	if d := cmp.Diff(ia, ib); err1 != nil || err2 != nil || d != "" {
		t.Errorf("%v, %v: %s", err1, err2, d)
	}
}

func besideWatch(t *testing.T, a, b store.Store) {
	wa, ok := a.(store.Watcher)
	if !ok {
		t.Fatal("a store that several share is no store.Watcher")
	}
	ctx, cancel := context.WithCancel(t.Context())
	log, topic := wa.Watch(ctx, store.LogTopic), wa.Watch(ctx, "run/x")
	settled := func(c <-chan struct{}) { // what beginning to listen gave
		for {
			select {
			case <-c:
			case <-time.After(500 * time.Millisecond):
				return
			}
		}
	}
	settled(log)
	settled(topic)
	heard := func(c <-chan struct{}, within time.Duration) bool {
		select {
		case <-c:
			return true
		case <-time.After(within):
			return false
		}
	}
	must(t, b, store.Batch{Drafts: []event.Draft{draft("s", 1)}})
	if !heard(log, 3*time.Second) {
		t.Error("an append of the other was not heard")
	}
	if heard(topic, 0) {
		t.Error("an append woke who watches something else")
	}
	if err := b.(store.Watcher).Announce(t.Context(), "run/x"); err != nil {
		t.Fatal(err)
	}
	if !heard(topic, 3*time.Second) {
		t.Error("an announcement of the other was not heard")
	}
	cancel()
	for c := range map[<-chan struct{}]bool{log: true, topic: true} {
		for range 3 { // one that was waiting, then the end
			if _, open := <-c; !open {
				break
			}
		}
	}
	if err := wa.Announce(t.Context(), ""); !errors.Is(err, store.ErrItem) {
		t.Errorf("no topic: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-wa.Watch(t.Context(), "x"); open {
		t.Error("watching a closed store")
	}
}
