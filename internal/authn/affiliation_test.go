package authn_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/store"
)

// shelved gives accounts, as long as it answers; nothing else is asked of it.
type shelved struct {
	store.Store
	mu       sync.Mutex
	accounts map[string]authn.Account
	asked    int
	fails    bool
	wait     chan struct{}
}

func (s *shelved) Items(_ context.Context, kind, after string, _ int) ([]store.Item, error) {
	s.mu.Lock()
	wait := s.wait
	s.mu.Unlock()
	if wait != nil {
		<-wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.fails {
		return nil, errors.New("weg")
	}
	var out []store.Item
	for id, a := range s.accounts {
		b, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		if kind == "account" && id > after {
			out = append(out, store.Item{Kind: kind, ID: id, Data: b})
		}
	}
	return out, nil
}

// set changes what is kept while others read it.
func (s *shelved) set(f func()) { s.mu.Lock(); defer s.mu.Unlock(); f() }

// TestAffiliations: who is of which organisation is what the accounts say, also of one
// that is off; a change is seen within seconds, and a store that is away or slow leaves
// what was known.
func TestAffiliations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelved{fails: true, accounts: map[string]authn.Account{
			"a-1": {ID: "a-1", Person: "femke", Organisation: "Gemeente Beta"}, "a-2": {ID: "a-2", Person: "karim"},
			"a-3": {ID: "a-3", Organisation: "Van niemand"}, "a-4": {ID: "a-4", Person: "weg", Organisation: "Gemeente Beta", Disabled: true},
		}}
		who, err := authn.New(authn.Config{Store: s, Now: time.Now, Secret: make([]byte, 32), Weak: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		f := who.Affiliations()
		is := func(when string, want map[string]string, asked int) {
			t.Helper()
			if got := f.Now(); !maps.Equal(got, want) || s.asked != asked {
				t.Errorf("%s: %v after asking %d times, want %v after %d", when, got, s.asked, want, asked)
			}
		}
		is("nothing can be read", nil, 1)
		s.set(func() { s.fails = false })
		is("a moment later", nil, 1)
		time.Sleep(5 * time.Second)
		first := map[string]string{"femke": "Gemeente Beta", "karim": "", "weg": "Gemeente Beta"}
		is("read", first, 2)
		s.set(func() { s.accounts["a-2"] = authn.Account{ID: "a-2", Person: "karim", Organisation: "Uitvoerder Alfa"} })
		time.Sleep(4 * time.Second)
		is("remembered", first, 2)
		time.Sleep(time.Second)
		second := map[string]string{"femke": "Gemeente Beta", "karim": "Uitvoerder Alfa", "weg": "Gemeente Beta"}
		is("changed by another server", second, 3)
		s.set(func() { s.fails = true; delete(s.accounts, "a-1") })
		time.Sleep(5 * time.Second)
		is("the store is away", second, 4)

		// While one reads, the others go on with what was known.
		s.set(func() { s.fails, s.wait = false, make(chan struct{}) })
		time.Sleep(5 * time.Second)
		slow := make(chan map[string]string)
		go func() { slow <- f.Now() }()
		synctest.Wait()
		is("somebody else reads", second, 4)
		close(s.wait)
		third := map[string]string{"karim": "Uitvoerder Alfa", "weg": "Gemeente Beta"}
		if got := <-slow; !maps.Equal(got, third) {
			t.Errorf("who read got %v", got)
		}
		is("read by the other", third, 5)
	})
}
