package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

func change(kind, id, data string) store.Change {
	return store.Change{Item: store.Item{Kind: kind, ID: id, Data: []byte(data)}}
}

// when gives a change that expects a version.
func when(version uint64, c store.Change) store.Change {
	c.Expect = &version
	return c
}

func put(t *testing.T, s store.Shelf, changes ...store.Change) {
	t.Helper()
	if err := s.Put(t.Context(), changes...); err != nil {
		t.Fatalf("Put: %v", err)
	}
}

// item gives "version data", or "-" when it is not there.
func item(t *testing.T, s store.ShelfReader, kind, id string) string {
	t.Helper()
	it, err := s.Item(t.Context(), kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return "-"
	}
	if err != nil {
		t.Fatalf("Item: %v", err)
	}
	if it.Kind != kind || it.ID != id {
		t.Errorf("asked %s %s, got %s %s", kind, id, it.Kind, it.ID)
	}
	return fmt.Sprintf("%d %s", it.Version, it.Data)
}

func wantItem(t *testing.T, s store.ShelfReader, kind, id, want string) {
	t.Helper()
	if got := item(t, s, kind, id); got != want {
		t.Errorf("item %s %s is %q, want %q", kind, id, got, want)
	}
}

func items(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	wantItem(t, s, "sessie", "a", "-")
	put(t, s, change("sessie", "a", "een"), change("rekening", "a", "ander"))
	put(t, s, change("sessie", "a", "twee"))
	put(t, s, store.Change{Item: store.Item{Kind: "sessie", ID: "leeg"}})
	wantItem(t, s, "sessie", "a", "2 twee")
	wantItem(t, s, "rekening", "a", "1 ander")
	wantItem(t, s, "sessie", "leeg", "1 ")
	strange := "é ' \" ; -- % _ \n"
	put(t, s, change(strange, strange, "\x00\xff"))
	wantItem(t, s, strange, strange, "1 \x00\xff")
	s = reopen()
	wantItem(t, s, "sessie", "a", "2 twee")
	put(t, s, store.Change{Item: store.Item{Kind: "sessie", ID: "a"}, Delete: true}, store.Change{Item: store.Item{Kind: "sessie", ID: "er niet"}, Delete: true})
	wantItem(t, s, "sessie", "a", "-")
	wantItem(t, s, "rekening", "a", "1 ander")
	if h := verify(t, s); h.Seq != 0 {
		t.Errorf("items are not events: the log has %d", h.Seq)
	}
}

func itemPages(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	for _, id := range []string{"b", "é", "a", "B", "a/1", "a-1"} {
		put(t, s, change("rij", id, id))
	}
	put(t, s, change("rij2", "c", ""), change("ri", "c", ""))
	var got []string
	for after := ""; ; {
		list, err := s.Items(t.Context(), "rij", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for _, it := range list {
			got = append(got, it.ID)
			if it.Kind != "rij" || it.Version != 1 || string(it.Data) != it.ID {
				t.Errorf("item %+v", it)
			}
		}
		after = list[len(list)-1].ID
	}
	if d := cmp.Diff([]string{"B", "a", "a-1", "a/1", "b", "é"}, got); d != "" {
		t.Errorf("the order of bytes: %s", d)
	}
	for _, limit := range []int{0, -1, store.MaxChanges + 1} {
		if _, err := s.Items(t.Context(), "rij", "", limit); !errors.Is(err, store.ErrItem) {
			t.Errorf("limit %d: %v, want ErrItem", limit, err)
		}
	}
}

func itemsTogether(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	put(t, s, when(0, change("k", "a", "1")))
	for _, changes := range [][]store.Change{
		{change("k", "b", "x"), when(0, change("k", "a", "x"))},
		{change("k", "b", "x"), when(2, change("k", "a", "x"))},
		{when(1, change("k", "a", "x")), when(1, change("k", "b", "x"))},
		{change("k", "b", "x"), when(7, store.Change{Item: store.Item{Kind: "k", ID: "a"}, Delete: true})},
	} {
		if err := s.Put(t.Context(), changes...); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%v, want ErrConflict", err)
		}
		wantItem(t, s, "k", "a", "1 1")
		wantItem(t, s, "k", "b", "-")
	}
	put(t, s, when(1, change("k", "a", "2")), when(0, change("k", "b", "1")))
	wantItem(t, s, "k", "a", "2 2")
	wantItem(t, s, "k", "b", "1 1")
	put(t, s)
}

func itemRace(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	const writers, rounds = 8, 10
	for round := range rounds {
		var won atomic.Int64
		var all sync.WaitGroup
		for n := range writers {
			all.Go(func() {
				err := s.Put(t.Context(), when(uint64(round), change("k", "a", fmt.Sprint(n))))
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of %d changed version %d", won.Load(), writers, round)
		}
	}
}

func itemsExpire(t *testing.T, m Maker) {
	var now atomic.Pointer[time.Time]
	at := func(d time.Duration) { v := start.Add(d); now.Store(&v) }
	at(0)
	s := m.OpenAt(t, func() time.Time { return *now.Load() })
	c := change("sessie", "a", "x")
	c.Expires = start.Add(time.Hour)
	put(t, s, c, change("sessie", "b", "blijft"))
	it, err := s.Item(t.Context(), "sessie", "a")
	if err != nil || !it.Expires.Equal(c.Expires.Truncate(time.Microsecond)) {
		t.Errorf("expires %v, %v; want %v", it.Expires, err, c.Expires)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 0 {
		t.Errorf("Sweep took %d, %v", n, err)
	}
	at(time.Hour)
	wantItem(t, s, "sessie", "a", "-")
	if list, err := s.Items(t.Context(), "sessie", "", 10); err != nil || len(list) != 1 || list[0].ID != "b" {
		t.Errorf("items: %v, %v", list, err)
	}
	// What expired does not exist, also for a change.
	if err := s.Put(t.Context(), when(1, change("sessie", "a", "y"))); !errors.Is(err, store.ErrConflict) {
		t.Errorf("change of what expired: %v, want ErrConflict", err)
	}
	put(t, s, when(0, change("sessie", "a", "opnieuw")))
	wantItem(t, s, "sessie", "a", "1 opnieuw")
	c.Expires = start.Add(2 * time.Hour)
	put(t, s, c)
	at(3 * time.Hour)
	if n, err := s.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("Sweep took %d, %v; want 1", n, err)
	}
	wantItem(t, s, "sessie", "b", "1 blijft")
	at(0)
	wantItem(t, s, "sessie", "a", "-")
}

func counters(t *testing.T, m Maker) {
	var now atomic.Pointer[time.Time]
	now.Store(&start)
	s := m.OpenAt(t, func() time.Time { return *now.Load() })
	until := start.Add(time.Minute)
	const each, workers = 25, 8
	var all sync.WaitGroup
	seen := make([]atomic.Int64, each*workers+1)
	for range workers {
		all.Go(func() {
			for range each {
				n, err := s.Count(t.Context(), "grens", "adres", 1, until)
				if err != nil {
					t.Error(err)
					return
				}
				seen[n].Add(1)
			}
		})
	}
	all.Wait()
	for n := 1; n <= each*workers; n++ {
		if seen[n].Load() != 1 {
			t.Fatalf("%d was given %d times", n, seen[n].Load())
		}
	}
	// A counter does not live longer because it is counted on.
	if n, err := s.Count(t.Context(), "grens", "adres", -10, until.Add(time.Hour)); err != nil || n != each*workers-10 {
		t.Errorf("%d, %v", n, err)
	}
	now.Store(&until)
	if n, err := s.Count(t.Context(), "grens", "adres", 3, until.Add(time.Minute)); err != nil || n != 3 {
		t.Errorf("anew: %d, %v; want 3", n, err)
	}
	put(t, s, change("grens", "tekst", "geen getal"))
	if _, err := s.Count(t.Context(), "grens", "tekst", 1, until); !errors.Is(err, store.ErrItem) {
		t.Errorf("counting on what is no number: %v, want ErrItem", err)
	}
	wantItem(t, s, "grens", "tekst", "1 geen getal")
}

func itemsWithEvents(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	b := store.Batch{Drafts: []event.Draft{draft("a", 1)}, Changes: []store.Change{when(0, change("k", "a", "1"))}, Key: "sleutel", Intent: "i"}
	must(t, s, b)
	wantItem(t, s, "k", "a", "1 1")
	// A repeated request has no second effect, whatever it expected.
	if r := must(t, s, b); !r.Repeated {
		t.Error("not repeated")
	}
	wantItem(t, s, "k", "a", "1 1")
	b.Key = "andere"
	if _, err := s.Append(t.Context(), b); !errors.Is(err, store.ErrConflict) {
		t.Errorf("%v, want ErrConflict", err)
	}
	no := uint64(9)
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", 2)}, Expect: map[string]uint64{"a": no}, Changes: []store.Change{change("k", "b", "x")}}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("%v, want ErrConflict", err)
	}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", 2)}, Changes: []store.Change{change("", "b", "x")}}); !errors.Is(err, store.ErrItem) {
		t.Errorf("%v, want ErrItem", err)
	}
	wantItem(t, s, "k", "b", "-")
	if h := verify(t, s); h.Seq != 1 {
		t.Errorf("the log has %d events, want 1", h.Seq)
	}
}

func badItems(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	long := strings.Repeat("x", store.MaxItemName+1)
	late := change("k", "a", "")
	late.Expires = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, changes := range map[string][]store.Change{
		"no kind":       {change("", "a", "")},
		"no id":         {change("k", "", "")},
		"long kind":     {change(long, "a", "")},
		"long id":       {change("k", long, "")},
		"zero byte":     {change("k", "a\x00", "")},
		"not UTF-8":     {change("k", "\xff", "")},
		"large":         {{Item: store.Item{Kind: "k", ID: "a", Data: make([]byte, store.MaxItem+1)}}},
		"named twice":   {change("k", "a", "1"), change("k", "a", "2")},
		"far away":      {late},
		"one of two":    {change("k", "b", "1"), change("k", "", "2")},
		"more than may": make([]store.Change, store.MaxChanges+1),
	} {
		if err := s.Put(t.Context(), changes...); !errors.Is(err, store.ErrItem) {
			t.Errorf("%s: %v, want ErrItem", name, err)
		}
	}
	if _, err := s.Count(t.Context(), "k", "", 1, time.Time{}); !errors.Is(err, store.ErrItem) {
		t.Errorf("counter without a name: %v, want ErrItem", err)
	}
	wantItem(t, s, "k", "a", "-")
	wantItem(t, s, "k", "b", "-")
	put(t, s, change("k", long[:store.MaxItemName], strings.Repeat("x", store.MaxItem)))
}
