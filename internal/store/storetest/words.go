package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// allTexts: Words gives every text that still exists, once, in the order of the
// events, with the salt that opens its commitment; no files and nothing of later.
func allTexts(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	for range s.Words(t.Context(), 1<<63) {
		t.Fatal("a text in an empty log")
	}
	const events = 30
	commits := map[event.Ref]event.Hash{}
	want := map[event.Ref]string{}
	for k := range events {
		d := draft("a", k)
		d.Personal = map[string]string{}
		for f := range k % 3 {
			d.Personal[fmt.Sprintf("veld-%d", f)] = fmt.Sprintf("woorden é %d %d", k, f)
		}
		if k%5 == 0 {
			d.Personal[event.BulkPrefix+"1"] = "een bestand"
		}
		if k == 7 {
			d.Personal["leeg"] = ""
		}
		for _, r := range must(t, s, store.Batch{Drafts: []event.Draft{d}}).Records {
			for f, c := range r.Personal {
				if !event.Bulk(f) {
					commits[event.Ref{Seq: r.Seq, Field: f}] = c
					want[event.Ref{Seq: r.Seq, Field: f}] = d.Personal[f]
				}
			}
		}
	}
	gone := event.Ref{Seq: 5, Field: "veld-0"}
	if _, there := want[gone]; !there {
		t.Fatal("the test erases a text that is not there")
	}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("a", events)}, Erase: []event.Ref{gone}})
	delete(want, gone)
	for _, last := range []uint64{0, 1, 8, events, 1 << 63} {
		got, due := map[event.Ref]string{}, map[event.Ref]string{}
		for r, text := range want {
			if r.Seq <= last {
				due[r] = text
			}
		}
		was := uint64(0)
		for w, err := range s.Words(t.Context(), last) {
			if err != nil {
				t.Fatal(err)
			}
			if _, twice := got[w.Ref]; twice || w.Seq < was || !w.Opens(commits[w.Ref]) {
				t.Fatalf("%+v after %d: twice %t, opens %t", w.Ref, was, twice, w.Opens(commits[w.Ref]))
			}
			was, got[w.Ref] = w.Seq, w.Text
		}
		if diff := cmp.Diff(due, got); diff != "" {
			t.Errorf("texts up to %d (-want +got):\n%s", last, diff)
		}
	}
	for range s.Words(t.Context(), events) { // whoever stops early keeps nobody waiting
		break
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var failed error
	for _, err := range s.Words(t.Context(), events) {
		failed = err
	}
	if failed == nil || !errors.Is(failed, store.ErrUnavailable) && !errors.Is(failed, store.ErrClosed) {
		t.Errorf("a closed store: %v", failed)
	}
}
