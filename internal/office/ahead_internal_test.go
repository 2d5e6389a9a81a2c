package office

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/regelingen"
)

// TestPatience: a page does not wait for what is being computed, gets it once it is
// there, and what a page asks for is computed before the rest, one at a time.
func TestPatience(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	o := &Office{Config: Config{Now: func() time.Time { return at }, Patience: 30 * time.Millisecond}, rules: newRulebook(set), tests: &Tests{}}
	o.world = loop.NewWorld(loop.DefaultTerms(), catalogue{o})
	if err := o.rules.follow(o.world.Regulations()); err != nil {
		t.Fatal(err)
	}
	set = o.rules.set
	o.life, o.stop = context.WithCancel(t.Context())
	defer o.Close()
	// Findings that are ready when this test says so, instead of real ones.
	gates := map[string]chan struct{}{}
	began := make(chan string, len(set.Regulations))
	for _, r := range set.Regulations {
		gate := make(chan struct{})
		gates[r.ID] = gate
		key := testKey{set.Digest(), r.ID, o.today()}
		if o.tests.done == nil {
			o.tests.done, o.tests.ready = map[testKey]func() tested{}, map[testKey]tested{}
		}
		o.tests.done[key] = sync.OnceValue(func() tested {
			began <- r.ID
			<-gate
			o.tests.mu.Lock()
			defer o.tests.mu.Unlock()
			o.tests.ready[key] = tested{}
			return tested{}
		})
	}
	first, last := set.Regulations[0].ID, set.Regulations[len(set.Regulations)-1].ID
	o.foresee()
	if got := <-began; got != first {
		t.Fatalf("%s is computed first, want %s", got, first)
	}
	if found, err := o.foundIn(t.Context(), last); found || err != nil {
		t.Fatalf("a page that has patience for 30 ms waited until it was there: %t, %v", found, err)
	}
	select {
	case r := <-began:
		t.Fatalf("%s is computed beside %s", r, first)
	default:
	}
	close(gates[first])
	if got := <-began; got != last {
		t.Errorf("after that %s is computed, want %s: a page asked for it", got, last)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.foundIn(gone, last); err == nil {
		t.Error("who has gone is waited for")
	}
	close(gates[last])
	o.Patience = time.Minute
	if found, err := o.foundIn(t.Context(), last, first); !found || err != nil {
		t.Errorf("what is there is not found: %t, %v", found, err)
	}
	// The rest, in their order; then nothing is left to do, until another day.
	rest := slices.Clone(set.Regulations[1 : len(set.Regulations)-1])
	for _, r := range rest {
		close(gates[r.ID])
		if got := <-began; got != r.ID {
			t.Errorf("%s is computed, want %s", got, r.ID)
		}
	}
	o.busy.Wait()
	o.newDay()
	o.busy.Wait()
	select {
	case r := <-began:
		t.Errorf("%s is computed again on the same day", r)
	default:
	}
}
