package move_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/move"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

func onSQLite(t *testing.T) store.Filler {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func onPostgres(t *testing.T) store.Filler {
	t.Helper()
	s, err := postgres.Open(t.Context(), pgtest.Start(t), postgres.Options{Readers: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// full fills a store with some of everything.
func full(t *testing.T, s store.Store) {
	t.Helper()
	at := time.Date(2026, 6, 1, 9, 0, 0, 7, time.UTC)
	for n := range 1200 {
		d := event.Draft{Stream: fmt.Sprint("s", n%9), Type: "proef.1", At: at, Actor: "anna", Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n))}
		b := store.Batch{}
		if n%50 == 0 {
			d.Personal = map[string]string{"wat": fmt.Sprint("tekst\x00 ", n), "leeg": ""}
			b.Key, b.Intent = fmt.Sprint("sleutel ", n), "i"
		}
		if n == 100 {
			d.Personal = map[string]string{event.BulkPrefix + "1": strings.Repeat("QUJD", 300_000), event.BulkPrefix + "2": "weg"}
		}
		if n == 200 {
			b.Erase = []event.Ref{{Seq: 51, Field: "wat"}, {Seq: 101, Field: event.BulkPrefix + "2"}}
		}
		b.Drafts = []event.Draft{d}
		if _, err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for batch := range 3 {
		var facts []outcome.Fact
		for i := range 40 {
			r := outcome.Row{Source: "urn:nld:oin:1", ID: fmt.Sprint(batch, "-", i), Case: fmt.Sprintf("v1:%032x", i), Regulation: "zorgtoeslag", Article: fmt.Sprint("artikel-", i%3),
				Version: "2026-01-01", Date: rule.MustDate("2026-01-01").AddDays(i), Class: outcome.Awarded, Amount: outcome.Band{Low: 500, High: 750}, Groups: map[string]string{"leeftijd": fmt.Sprint(i % 4)}}
			facts = append(facts, outcome.Fact{Row: r})
		}
		if _, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "invoer", Type: "proef.1", At: at, Actor: "systeem", Data: json.RawMessage("1")}}}, facts); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 40 {
		c := store.Change{Item: store.Item{Kind: fmt.Sprint("soort", n%3), ID: fmt.Sprint("é", n), Data: []byte{0, byte(n)}}}
		if n%5 == 0 {
			c.Expires = time.Now().Add(time.Hour)
		}
		for range n%4 + 1 { // another version
			if err := s.Put(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Put(t.Context(), store.Change{Item: store.Item{Kind: "blijft", ID: "hier"}}); err != nil {
		t.Fatal(err)
	}
}

var errCut = errors.New("cut off")

// cut fails after a number of steps.
type cut struct {
	store.Filler
	left int
}

func (c *cut) Fill(ctx context.Context, f store.Filling) error {
	if c.left--; c.left < 0 {
		return errCut
	}
	return c.Filler.Fill(ctx, f)
}

var stays = []string{"blijft"}

// TestThereAndBack: what is moved to the other kind of store, cut off at every step
// and begun again, is the same; and so is what is moved back.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	a, b, c := onSQLite(t), onPostgres(t), onSQLite(t)
	full(t, a)
	for _, pair := range [][2]store.Filler{{a, b}, {b, c}} {
		from, to := pair[0], pair[1]
		cuts := 0
		for ; ; cuts++ {
			err := move.All(t.Context(), from, &cut{to, cuts}, stays, nil)
			if err == nil {
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			if _, err := move.Compare(t.Context(), from, to, stays); err == nil {
				t.Fatalf("after %d steps both are said to be equal", cuts)
			}
		}
		if cuts < 3 {
			t.Errorf("only %d steps", cuts)
		}
		m, err := move.Compare(t.Context(), from, to, stays)
		if err != nil {
			t.Fatal(err)
		}
		// 24 events with two texts, one of them with two files instead; two were erased.
		if m.Head.Seq != 1203 || m.Facts != 120 || m.Requests != 24 || m.Items != 40 || m.Texts != 46 {
			t.Errorf("%+v", m)
		}
	}
	// It goes on where it was: the same request is known, the next event follows.
	r, err := b.Append(t.Context(), store.Batch{Key: "sleutel 50", Intent: "i", Drafts: []event.Draft{{Stream: "s5", Type: "proef.1", At: time.Now(), Actor: "anna", Data: json.RawMessage("1")}}})
	if err != nil || !r.Repeated || r.Records[0].Seq != 51 {
		t.Errorf("%+v, %v", r, err)
	}
	v, err := c.Version(t.Context(), "s5")
	if err != nil || v == 0 {
		t.Fatal(v, err)
	}
	if _, err := c.Append(t.Context(), store.Batch{Expect: map[string]uint64{"s5": v}, Drafts: []event.Draft{{Stream: "s5", Type: "proef.1", At: time.Now(), Actor: "anna", Data: json.RawMessage("1")}}}); err != nil {
		t.Error(err)
	}
}

// TestDifferencesShow: whatever is not the same is found.
func TestDifferencesShow(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s store.Store) error{
		"an event more": func(s store.Store) error {
			_, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "s", Type: "proef.1", At: time.Now(), Actor: "anna", Data: json.RawMessage("1")}}})
			return err
		},
		"an item changed": func(s store.Store) error {
			return s.Put(t.Context(), store.Change{Item: store.Item{Kind: "soort1", ID: "é1", Data: []byte{0, 1}}})
		},
		"an item more": func(s store.Store) error {
			return s.Put(t.Context(), store.Change{Item: store.Item{Kind: "z", ID: "z"}})
		},
		"an item gone": func(s store.Store) error {
			return s.Put(t.Context(), store.Change{Item: store.Item{Kind: "soort1", ID: "é1"}, Delete: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := onSQLite(t), onSQLite(t)
			full(t, a)
			if err := move.All(t.Context(), a, b, stays, nil); err != nil {
				t.Fatal(err)
			}
			if err := change(b); err != nil {
				t.Fatal(err)
			}
			if _, err := move.Compare(t.Context(), a, b, stays); err == nil {
				t.Error("not seen")
			}
			if name == "an event more" {
				if err := move.All(t.Context(), a, b, stays, nil); !errors.Is(err, move.ErrDiffers) {
					t.Errorf("filling a log that went on: %v", err)
				}
			}
		})
	}
}

// TestSnapshot: a snapshot of PostgreSQL is what was there when it was taken,
// whatever is written, changed and erased while it is copied.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t)
	live, err := postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = live.Close() })
	full(t, live)
	before := onSQLite(t)
	if err := move.All(t.Context(), live, before, nil, nil); err != nil {
		t.Fatal(err)
	}
	moment, err := postgres.Snapshot(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer moment.Close()
	d := event.Draft{Stream: "s1", Type: "proef.1", At: time.Date(2026, 6, 2, 9, 0, 0, 0, time.UTC), Actor: "anna", Data: json.RawMessage("1")}
	later := store.Batch{Drafts: []event.Draft{d}, Key: "later", Intent: "i", Erase: []event.Ref{{Seq: 101, Field: "wat"}},
		Changes: []store.Change{{Item: store.Item{Kind: "later", ID: "x"}}, {Item: store.Item{Kind: "blijft", ID: "hier"}, Delete: true}}}
	fact := outcome.Fact{Row: outcome.Row{Source: "urn:nld:oin:1", ID: "later", Case: fmt.Sprintf("v1:%032x", 1), Regulation: "zorgtoeslag", Version: "2026-01-01", Date: rule.MustDate("2026-01-01"), Class: outcome.Awarded}}
	if _, err := live.AppendFacts(t.Context(), later, []outcome.Fact{fact}); err != nil {
		t.Fatal(err)
	}
	copied := onSQLite(t)
	if err := move.All(t.Context(), moment, copied, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := move.Compare(t.Context(), moment, copied, nil); err != nil {
		t.Errorf("the copy and the snapshot: %v", err)
	}
	if _, err := move.Compare(t.Context(), before, copied, nil); err != nil {
		t.Errorf("the copy and what was there before: %v", err)
	}
	now, err := live.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head, err := copied.Head(t.Context()); err != nil || head.Seq != now.Seq-1 {
		t.Errorf("the copy ends at %d (%v), the database by now at %d", head.Seq, err, now.Seq)
	}
}
