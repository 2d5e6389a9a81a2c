// Package storetest is the conformance suite of store.Store: every adapter
// runs it, so that they cannot differ in what they promise.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// Maker makes a store for one test. Reopen closes what Open gave and opens the
// same log again.
type Maker struct {
	Open func(t *testing.T) (s store.Store, reopen func() store.Store)
	// OpenAt opens an empty store with a clock of its own.
	OpenAt func(t *testing.T, now func() time.Time) store.Store
	// Beside opens two stores on one empty log, as two processes would; nil when one
	// process has the log for itself.
	Beside func(t *testing.T) (a, b store.Store)
}

// Run runs the whole suite.
func Run(t *testing.T, m Maker) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Maker)
	}{
		{"empty", empty},
		{"append gives numbers and a chain", numbers},
		{"several streams at once or none", allOrNone},
		{"streams of one kind", ofOneKind},
		{"conflict on a stream that was only read", conflictOnRead},
		{"one of many writers wins", race},
		{"order is the same for every reader", order},
		{"same key has one effect", idempotent},
		{"same key for something else", keyReused},
		{"same key at the same moment", keyRace},
		{"personal text is kept, read and erased", erasure},
		{"files are kept beside the log and given one at a time", files},
		{"all texts behind one another", allTexts},
		{"bad drafts are refused and leave nothing", badDrafts},
		{"huge event", huge},
		{"strange names and bytes", strange},
		{"context", cancelled},
		{"a reader sees one moment", snapshot},
		{"stop reading early", early},
		{"facts are counted", cube},
		{"facts count once", factsOnce},
		{"facts come back by batch", factBatches},
		{"facts and events together", factsTogether},
		{"items are kept, changed and removed", items},
		{"items in order, by page", itemPages},
		{"changes of items are made together or not", itemsTogether},
		{"one of many changes the same version", itemRace},
		{"items expire", itemsExpire},
		{"counters", counters},
		{"items and events together", itemsWithEvents},
		{"bad items are refused", badItems},
		{"texts are found by their words", found},
		{"reopen", reopened},
		{"closed", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, m)
		})
	}
	if m.Beside != nil {
		t.Run("side by side", func(t *testing.T) { beside(t, m) })
	}
}

var start = time.Date(2026, 6, 1, 9, 30, 0, 123456789, time.UTC)

func draft(stream string, n int) event.Draft {
	return event.Draft{Stream: stream, Type: "proef.1", At: start.Add(time.Duration(n) * time.Second), Actor: "anna", Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n))}
}

func must(t *testing.T, s store.Store, b store.Batch) store.Result {
	t.Helper()
	r, err := s.Append(t.Context(), b)
	if err != nil {
		t.Fatalf("Append: %v", err)
	}
	return r
}

func collect(t *testing.T, seq iter.Seq2[event.Record, error]) []event.Record {
	t.Helper()
	var out []event.Record
	for r, err := range seq {
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		out = append(out, r)
	}
	return out
}

func verify(t *testing.T, s store.Reader) event.Head {
	t.Helper()
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := event.Verify(s.All(t.Context(), 1), &head)
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	if got != head {
		t.Fatalf("Verify ends at %v, Head is %v", got, head)
	}
	return head
}

func empty(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	if h := verify(t, s); h != (event.Head{}) {
		t.Errorf("head of an empty log: %v", h)
	}
	if rs := collect(t, s.All(t.Context(), 1)); len(rs) != 0 {
		t.Errorf("an empty log has %d records", len(rs))
	}
	if rs, err := s.Load(t.Context(), "x"); err != nil || len(rs) != 0 {
		t.Errorf("Load of an unknown stream: %v, %v", rs, err)
	}
	if v, err := s.Version(t.Context(), "x"); err != nil || v != 0 {
		t.Errorf("Version of an unknown stream: %d, %v", v, err)
	}
	if _, err := s.Append(t.Context(), store.Batch{}); !errors.Is(err, store.ErrEmpty) {
		t.Errorf("empty batch: %v, want ErrEmpty", err)
	}
}

func numbers(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	a := must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 1), draft("b", 2), draft("a", 3)}})
	b := must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 4)}})
	var got []string
	for _, r := range append(a.Records, b.Records...) {
		got = append(got, fmt.Sprintf("%d %s/%d %s", r.Seq, r.Stream, r.StreamSeq, r.Data))
	}
	want := []string{`1 a/1 {"n":1}`, `2 b/1 {"n":2}`, `3 a/2 {"n":3}`, `4 a/3 {"n":4}`}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(append(a.Records, b.Records...), collect(t, s.All(t.Context(), 1))); d != "" {
		t.Errorf("what was answered is not what is read back: %s", d)
	}
	if d := cmp.Diff(collect(t, s.All(t.Context(), 3)), append(a.Records[2:], b.Records...)); d != "" {
		t.Errorf("All from 3: %s", d)
	}
	load, err := s.Load(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]event.Record{a.Records[0], a.Records[2], b.Records[0]}, load); d != "" {
		t.Errorf("Load: %s", d)
	}
	if v, err := s.Version(t.Context(), "a"); err != nil || v != 3 {
		t.Errorf("Version = %d, %v", v, err)
	}
	verify(t, s)
}

func ofOneKind(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	words := draft("regeling/b", 4)
	words.Personal = map[string]string{"naam": "Anna", event.BulkPrefix + "1": "een bestand"}
	made := must(t, s, store.Batch{Drafts: []event.Draft{
		draft("regeling/b", 1), draft("regeling", 2), draft("regeling/a", 3), words, draft("regelingen/a", 5), draft("regeling0", 6),
		draft("regeling.x", 7), draft("regelin/g/a", 8), draft("regeling/a", 9), draft("regeling/", 10), draft("regeling/ü/%", 11),
	}}).Records
	all := collect(t, s.All(t.Context(), 1))
	for kind, want := range map[string][]int{
		"regeling": {0, 2, 3, 8, 9, 10}, "regelingen": {4}, "regelin/g": {7}, "regelin": {7}, "": nil, "reg%": nil, "Regeling": nil, "x": nil, "a\x00b": nil, "\xff": nil,
	} {
		var is []event.Record
		for _, k := range want {
			is = append(is, all[k])
		}
		got, err := s.LoadKind(t.Context(), kind)
		if err != nil {
			t.Errorf("LoadKind(%q): %v", kind, err)
		}
		if d := cmp.Diff(is, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("LoadKind(%q): %s", kind, d)
		}
	}
	if all[3].Secrets["naam"].Text != "Anna" || len(all) != len(made) {
		t.Error("this test lost its words")
	}
}

func allOrNone(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	must(t, s, store.Batch{Drafts: []event.Draft{draft("b", 1)}})
	_, err := s.Append(t.Context(), store.Batch{
		Expect: map[string]uint64{"a": 0, "b": 0},
		Drafts: []event.Draft{draft("a", 2), draft("b", 3)},
	})
	if !errors.Is(err, store.ErrConflict) {
		t.Fatalf("err = %v, want ErrConflict", err)
	}
	if v, _ := s.Version(t.Context(), "a"); v != 0 {
		t.Error("half of a refused batch was written")
	}
	if h := verify(t, s); h.Seq != 1 {
		t.Errorf("log has %d events, want 1", h.Seq)
	}
}

func conflictOnRead(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	must(t, s, store.Batch{Drafts: []event.Draft{draft("seen", 1)}})
	b := store.Batch{Expect: map[string]uint64{"seen": 1, "mine": 0}, Drafts: []event.Draft{draft("mine", 2)}}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("seen", 3)}})
	if _, err := s.Append(t.Context(), b); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("err = %v, want ErrConflict: the stream that was read has moved", err)
	}
	b.Expect["seen"] = 2
	must(t, s, b)
}

func race(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	const writers, rounds = 16, 20
	won := make([]int, rounds)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range rounds {
				for {
					// Everybody tries to be the n-th event of the stream.
					_, err := s.Append(t.Context(), store.Batch{Expect: map[string]uint64{"x": uint64(n)}, Drafts: []event.Draft{draft("x", w*1000+n)}})
					if err == nil {
						mu.Lock()
						won[n]++
						mu.Unlock()
						break
					}
					if !errors.Is(err, store.ErrConflict) {
						t.Errorf("err = %v", err)
						return
					}
					if v, _ := s.Version(t.Context(), "x"); v > uint64(n) {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	for n, c := range won {
		if c != 1 {
			t.Errorf("place %d was taken %d times", n+1, c)
		}
	}
	if h := verify(t, s); h.Seq != rounds {
		t.Errorf("log has %d events, want %d", h.Seq, rounds)
	}
}

func order(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	const writers, each = 8, 25
	var wg sync.WaitGroup
	var mu sync.Mutex
	answered := map[uint64]event.Hash{}
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				r, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprintf("s%d", w%3), n), draft(fmt.Sprintf("own%d", w), n)}})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, x := range r.Records {
					answered[x.Seq] = x.Hash
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	h := verify(t, s)
	if h.Seq != 2*writers*each || len(answered) != 2*writers*each {
		t.Fatalf("log has %d events, %d were answered, want %d", h.Seq, len(answered), 2*writers*each)
	}
	for _, r := range collect(t, s.All(t.Context(), 1)) {
		if answered[r.Seq] != r.Hash {
			t.Fatalf("event %d is not the one that was answered", r.Seq)
		}
	}
}

func idempotent(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	b := store.Batch{Key: "k1", Intent: "i", Expect: map[string]uint64{"a": 0}, Drafts: []event.Draft{draft("a", 1), draft("b", 1)}}
	first := must(t, s, b)
	if first.Repeated {
		t.Error("the first time is not a repetition")
	}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 2)}})
	// The expected version is out of date by now, and it does not matter.
	again := must(t, s, b)
	if !again.Repeated {
		t.Error("the second time is a repetition")
	}
	if d := cmp.Diff(first.Records, again.Records); d != "" {
		t.Errorf("another result: %s", d)
	}
	s = reopen()
	if r := must(t, s, b); !r.Repeated || r.Records[0].Seq != 1 {
		t.Errorf("after reopening: %+v", r)
	}
	r, ok, err := s.Repeat(t.Context(), "k1")
	if err != nil || !ok || len(r.Records) != 2 {
		t.Errorf("Repeat: %v, %v, %v", r, ok, err)
	}
	if _, ok, err := s.Repeat(t.Context(), "unknown"); ok || err != nil {
		t.Errorf("Repeat of an unknown key: %v, %v", ok, err)
	}
	if h := verify(t, s); h.Seq != 3 {
		t.Errorf("log has %d events, want 3", h.Seq)
	}
}

func keyReused(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	must(t, s, store.Batch{Key: "k", Intent: "one", Drafts: []event.Draft{draft("a", 1)}})
	if _, err := s.Append(t.Context(), store.Batch{Key: "k", Intent: "two", Drafts: []event.Draft{draft("a", 1)}}); !errors.Is(err, store.ErrKeyReused) {
		t.Errorf("err = %v, want ErrKeyReused", err)
	}
	// A refused request does not use up its key.
	b := store.Batch{Key: "k2", Intent: "x", Expect: map[string]uint64{"a": 0}, Drafts: []event.Draft{draft("a", 2)}}
	if _, err := s.Append(t.Context(), b); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("err = %v, want ErrConflict", err)
	}
	b.Expect["a"] = 1
	if r := must(t, s, b); r.Repeated {
		t.Error("a refused request counts as done")
	}
}

func keyRace(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for range 20 {
		wg.Go(func() {
			r, err := s.Append(t.Context(), store.Batch{Key: "k", Intent: "i", Drafts: []event.Draft{draft("a", 1)}})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if !r.Repeated {
				fresh++
			}
			if len(r.Records) != 1 || r.Records[0].Seq != 1 {
				t.Errorf("result %+v", r)
			}
		})
	}
	wg.Wait()
	if fresh != 1 {
		t.Errorf("%d requests had an effect, want 1", fresh)
	}
	if h := verify(t, s); h.Seq != 1 {
		t.Errorf("log has %d events, want 1", h.Seq)
	}
}

func erasure(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	d := draft("a", 1)
	d.Personal = map[string]string{"what": "mevrouw Jansen belde", "why": "zij begreep het niet", "empty": ""}
	r := must(t, s, store.Batch{Drafts: []event.Draft{d}}).Records[0]
	if strings.Contains(string(r.Canonical()), "Jansen") {
		t.Error("personal text is in what is hashed")
	}
	other := must(t, s, store.Batch{Drafts: []event.Draft{d}}).Records[0]
	if r.Personal["what"] == other.Personal["what"] {
		t.Error("the same text gives the same commitment: the salt does nothing")
	}
	if got, err := s.Text(t.Context(), event.Ref{Seq: 1, Field: "what"}); err != nil || got != "mevrouw Jansen belde" {
		t.Errorf("Text = %q, %v", got, err)
	}
	if got, err := s.Secret(t.Context(), event.Ref{Seq: 1, Field: "what"}); err != nil || !got.Opens(r.Personal["what"]) {
		t.Errorf("Secret does not open the commitment: %v", err)
	}
	before := verify(t, s)
	must(t, s, store.Batch{Drafts: []event.Draft{draft("gone", 2)}, Erase: []event.Ref{{Seq: 1, Field: "what"}, {Seq: 99, Field: "nothing"}}})
	s = reopen()
	if _, err := s.Text(t.Context(), event.Ref{Seq: 1, Field: "what"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("erased text: %v, want ErrNotFound", err)
	}
	if got, err := s.Text(t.Context(), event.Ref{Seq: 1, Field: "why"}); err != nil || got != "zij begreep het niet" {
		t.Errorf("the other text is gone too: %q, %v", got, err)
	}
	if got, err := s.Text(t.Context(), event.Ref{Seq: 2, Field: "what"}); err != nil || got == "" {
		t.Errorf("the text of another event is gone too: %q, %v", got, err)
	}
	if got := verify(t, s); got.Seq != before.Seq+1 {
		t.Errorf("head %v", got)
	}
	got := collect(t, s.All(t.Context(), 1))[0]
	if _, ok := got.Secrets["what"]; ok {
		t.Error("All still gives the erased text")
	}
	if d := cmp.Diff(r.Event, got.Event); d != "" {
		t.Errorf("erasing changed the event: %s", d)
	}
	// A refused batch erases nothing.
	_, err := s.Append(t.Context(), store.Batch{Expect: map[string]uint64{"a": 0}, Drafts: []event.Draft{draft("a", 3)}, Erase: []event.Ref{{Seq: 1, Field: "why"}}})
	if !errors.Is(err, store.ErrConflict) {
		t.Fatalf("err = %v", err)
	}
	if _, err := s.Text(t.Context(), event.Ref{Seq: 1, Field: "why"}); err != nil {
		t.Errorf("a refused batch erased: %v", err)
	}
}

// files are kept beside the log and given one at a time.
func files(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	d := draft("a", 1)
	field := event.BulkPrefix + "1"
	file := strings.Repeat("QUJD", event.MaxBulk/4)
	d.Personal = map[string]string{"what": "zie de foto", field: file}
	e := must(t, s, store.Batch{Drafts: []event.Draft{d}, Key: "k"}).Records[0].Event
	s = reopen()
	got := collect(t, s.All(t.Context(), 1))[0]
	if _, ok := got.Secrets[field]; ok || got.Secrets["what"].Text != "zie de foto" {
		t.Errorf("All gives the words of %d fields", len(got.Secrets))
	}
	if d := cmp.Diff(e, got.Event); d != "" {
		t.Error(d)
	}
	if r, ok, err := s.Repeat(t.Context(), "k"); err != nil || !ok || len(r.Records[0].Secrets) != 1 {
		t.Errorf("Repeat: %t, %v", ok, err)
	}
	ref := event.Ref{Seq: 1, Field: field}
	if got, err := s.Text(t.Context(), ref); err != nil || got != file {
		t.Errorf("Text gives %d bytes, %v", len(got), err)
	}
	verify(t, s)
	must(t, s, store.Batch{Drafts: []event.Draft{draft("b", 1)}, Erase: []event.Ref{ref}})
	if _, err := s.Text(t.Context(), ref); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("erased file: %v, want ErrNotFound", err)
	}
	verify(t, s)
	d.Personal = map[string]string{field: file + "x"}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{d}}); !errors.Is(err, event.ErrDraft) {
		t.Errorf("too large: %v, want ErrDraft", err)
	}
}

func badDrafts(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	ok := draft("a", 1)
	for name, change := range map[string]func(*event.Draft){
		"no stream":    func(d *event.Draft) { d.Stream = "" },
		"no type":      func(d *event.Draft) { d.Type = "" },
		"no actor":     func(d *event.Draft) { d.Actor = "" },
		"no time":      func(d *event.Draft) { d.At = time.Time{} },
		"far time":     func(d *event.Draft) { d.At = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no data":      func(d *event.Draft) { d.Data = nil },
		"broken JSON":  func(d *event.Draft) { d.Data = json.RawMessage(`{"a":`) },
		"bad UTF-8":    func(d *event.Draft) { d.Stream = "a\xff" },
		"NUL":          func(d *event.Draft) { d.Actor = "a\x00b" },
		"long name":    func(d *event.Draft) { d.Stream = strings.Repeat("x", event.MaxName+1) },
		"large data":   func(d *event.Draft) { d.Data = json.RawMessage(`"` + strings.Repeat("x", event.MaxData) + `"`) },
		"large text":   func(d *event.Draft) { d.Personal = map[string]string{"t": strings.Repeat("x", event.MaxText+1)} },
		"bad text":     func(d *event.Draft) { d.Personal = map[string]string{"t": "\xff"} },
		"unnamed text": func(d *event.Draft) { d.Personal = map[string]string{"": "x"} },
	} {
		bad := ok
		change(&bad)
		if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{ok, bad}}); !errors.Is(err, event.ErrDraft) {
			t.Errorf("%s: err = %v, want ErrDraft", name, err)
		}
	}
	if h := verify(t, s); h.Seq != 0 {
		t.Errorf("refused batches left %d events", h.Seq)
	}
}

func huge(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	d := draft("a", 1)
	d.Data = json.RawMessage(`"` + strings.Repeat("x", event.MaxData-2) + `"`)
	d.Personal = map[string]string{"t": strings.Repeat("é", event.MaxText/2)}
	want := must(t, s, store.Batch{Drafts: []event.Draft{d}}).Records
	if d := cmp.Diff(want, collect(t, s.All(t.Context(), 1))); d != "" {
		t.Error("the largest event does not come back as it went in")
	}
	// And many small ones in one batch.
	var many []event.Draft
	for n := range 3000 {
		many = append(many, draft(fmt.Sprintf("s%d", n%7), n))
	}
	must(t, s, store.Batch{Drafts: many})
	if h := verify(t, s); h.Seq != 3001 {
		t.Errorf("log has %d events, want 3001", h.Seq)
	}
}

func strange(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	d := event.Draft{
		Stream: `knelpunt/'; DROP TABLE event; --"%_`, Type: "ø.1", Actor: "o'neill\u202e",
		At: time.Date(2026, 6, 1, 12, 0, 0, 1, time.FixedZone("x", 7200)), Data: json.RawMessage("{ \"b\" : 1,\n\"a\":\"\\u0000é\" }"),
		Personal: map[string]string{"veld met spatie": "a\x00b\n\u2028 ' \" <script>"},
	}
	want := must(t, s, store.Batch{Drafts: []event.Draft{d}, Key: "'", Intent: "--"}).Records
	got := collect(t, s.All(t.Context(), 1))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if string(got[0].Data) != string(d.Data) {
		t.Errorf("data was changed: %s", got[0].Data)
	}
	if !got[0].At.Equal(d.At) || got[0].At.Location() != time.UTC {
		t.Errorf("time is %v, want %v in UTC", got[0].At, d.At)
	}
	verify(t, s)
}

func cancelled(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Append(ctx, store.Batch{Drafts: []event.Draft{draft("a", 1)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	if h := verify(t, s); h.Seq != 0 {
		t.Error("a request that was cancelled before it was made had an effect")
	}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 1)}})
	for _, err := range s.All(ctx, 1) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("All: %v, want context.Canceled", err)
		}
	}
	// Requests that are cut off while they are under way either happened or
	// did not; the key tells.
	for n := range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*20*time.Microsecond)
		b := store.Batch{Key: fmt.Sprint("k", n), Intent: "i", Drafts: []event.Draft{draft("b", n), draft("c", n)}}
		_, err := s.Append(ctx, b)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("err = %v", err)
		}
		must(t, s, b)
	}
	vb, _ := s.Version(t.Context(), "b")
	vc, _ := s.Version(t.Context(), "c")
	if vb != 50 || vc != 50 {
		t.Errorf("50 requests with a key, each repeated, gave %d and %d events", vb, vc)
	}
	verify(t, s)
}

func snapshot(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	for n := range 10 {
		must(t, s, store.Batch{Drafts: []event.Draft{draft("a", n)}})
	}
	count := 0
	for _, err := range s.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		count++
		// Writing goes on while somebody reads, and does not disturb it.
		must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 100+count)}})
	}
	if count != 10 {
		t.Errorf("the reader saw %d events, want the 10 of when it began", count)
	}
	if h := verify(t, s); h.Seq != 20 {
		t.Errorf("log has %d events, want 20", h.Seq)
	}
}

func early(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	for n := range 10 {
		must(t, s, store.Batch{Drafts: []event.Draft{draft("a", n)}})
	}
	for range 50 { // more often than there are connections
		for r, err := range s.All(t.Context(), 1) {
			if err != nil || r.Seq != 1 {
				t.Fatalf("%v, %v", r.Seq, err)
			}
			break
		}
	}
	verify(t, s)
}

func reopened(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	d := draft("a", 1)
	d.Personal = map[string]string{"t": "tekst"}
	want := must(t, s, store.Batch{Drafts: []event.Draft{d, draft("b", 2)}}).Records
	s = reopen()
	if diff := cmp.Diff(want, collect(t, s.All(t.Context(), 1))); diff != "" {
		t.Error(diff)
	}
	r := must(t, s, store.Batch{Expect: map[string]uint64{"a": 1}, Drafts: []event.Draft{draft("a", 3)}})
	if r.Records[0].Seq != 3 || r.Records[0].PrevHash != want[1].Hash {
		t.Errorf("the log does not go on where it was: %+v", r.Records[0])
	}
	verify(t, s)
}

func closed(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	acked := 0
	for w := range 8 {
		wg.Go(func() {
			for n := range 200 {
				_, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprint("s", w), n)}})
				if errors.Is(err, store.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("while closing: %v", err)
					return
				}
				mu.Lock()
				acked++
				mu.Unlock()
			}
		})
	}
	time.Sleep(5 * time.Millisecond)
	again := reopen()
	wg.Wait()
	if h := verify(t, again); int(h.Seq) < acked {
		t.Errorf("%d were acknowledged, %d are there", acked, h.Seq)
	}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", 1)}}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
