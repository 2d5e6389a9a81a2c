package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/event"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
)

// field is where the texts of these tests are.
const field = "wat"

var (
	dutchStems   = strings.Fields("toeslag inkomen bewijs huur zorg kind partner aanvraag termijn brief vermogen bijstand woning recht besluit formulier wachten ziekte verhuizing loon")
	dutchEndings = []string{"", "", "", "en", "s", "je", "partner", "termijn", "recht", "lijst"}
	otherWords   = strings.Fields("de niet een café Coördinatie x 36 zo te geld baan het van één ĳs")
)

// dutch gives a text as people write: ordinary words, compounds, forms of words, words
// with a fault, and words that say nothing.
func dutch(pick func(n int) int, most int) string {
	var out []string
	for range pick(most + 1) {
		w := dutchStems[pick(len(dutchStems))] + dutchEndings[pick(len(dutchEndings))]
		switch pick(8) {
		case 0:
			w = otherWords[pick(len(otherWords))]
		case 1:
			k := pick(len(w) - 1)
			w = w[:k] + w[k+1:]
		case 2:
			w = dutchStems[pick(len(dutchStems))] + w
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// told is a store with an index beside what the index must answer.
type told struct {
	s     store.Store
	have  store.Indexed
	model *search.Texts
}

// add appends texts as events; every second one is an event without a text.
func (x *told) add(t fataler, list []string) (out []store.IndexedText) {
	for _, words := range list {
		d, plain := draft("a", 1), draft("b", 1)
		d.Personal = map[string]string{field: words, "ander": "een andere tekst"}
		r, err := x.s.Append(t.Context(), store.Batch{Drafts: []event.Draft{plain, d}})
		if err != nil {
			t.Fatalf("Append: %v", err)
		}
		out = append(out, store.IndexedText{Ref: event.Ref{Seq: r.Records[1].Seq, Field: field}, Terms: search.Terms(words, words[:len(words)/2])})
	}
	return out
}

// index adds texts to both, except those that were erased.
func (x *told) index(t fataler, list []store.IndexedText, erased ...uint64) {
	to := x.have.Seq
	if len(list) > 0 {
		to = list[len(list)-1].Seq
	}
	if err := x.s.(store.Finder).Index(t.Context(), x.have, to, list); err != nil {
		t.Fatalf("Index: %v", err)
	}
	x.have.Seq = to
	for _, e := range list {
		if !slices.Contains(erased, e.Seq) {
			x.model.Add(e.Seq, e.Terms)
		}
	}
}

// same holds the answers against those of the index in memory.
func (x *told) same(t fataler, question string) {
	var wants []search.Want
	for _, w := range search.Asked(question) {
		wants = append(wants, w.Want())
	}
	for _, w := range search.Words(question) {
		wants = append(wants, search.Wanted(w), search.Nearly(w))
	}
	at, got, err := x.s.(store.Finder).Find(t.Context(), wants)
	if err != nil || at != x.have {
		t.Fatalf("Find: at %+v, want %+v, %v", at, x.have, err)
	}
	for i, want := range x.model.Find(wants) {
		if d := cmp.Diff(want, got[i]); d != "" {
			t.Fatalf("%q, %+v: %s", question, wants[i], d)
		}
	}
}

// sameRoots holds the roots against those of the index in memory.
func (x *told) sameRoots(t fataler) {
	r, err := x.s.(store.Finder).TextRoots(t.Context())
	if err != nil || r.Indexed != x.have {
		t.Fatalf("TextRoots: %+v, want %+v, %v", r.Indexed, x.have, err)
	}
	names, of := x.model.Roots()
	if d := cmp.Diff(rootNames(names, of), rootNames(r.Names, r.Of)); d != "" {
		t.Fatalf("roots: %s", d)
	}
}

func rootNames(names []string, of map[uint64][]int32) map[uint64][]string {
	out := map[uint64][]string{}
	for seq, list := range of {
		out[seq] = []string{}
		for _, n := range list {
			out[seq] = append(out[seq], names[n])
		}
		slices.Sort(out[seq])
	}
	return out
}

// fresh empties the index and goes on from the end of the log.
func fresh(t fataler, s store.Store) *told {
	f := s.(store.Finder)
	if err := f.Unindex(t.Context(), search.Analysis); err != nil {
		t.Fatalf("Unindex: %v", err)
	}
	h, err := s.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	if err := f.Index(t.Context(), store.Indexed{Analysis: search.Analysis}, h.Seq, nil); err != nil {
		t.Fatalf("Index: %v", err)
	}
	return &told{s: s, have: store.Indexed{Analysis: search.Analysis, Seq: h.Seq}, model: search.NewTexts()}
}

// found: an index in the store answers what one in memory answers, whatever was
// added and erased in whatever order.
func found(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	if _, ok := s.(store.Finder); !ok {
		t.Fatal("no store.Finder")
	}
	at, hits, err := s.(store.Finder).Find(t.Context(), []search.Want{{Begins: "a"}, {}})
	if err != nil || at != (store.Indexed{}) || len(hits) != 2 || hits[0] != nil || hits[1] != nil {
		t.Fatalf("a new store: %+v, %v, %v", at, hits, err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		x := fresh(within{rt, t}, s)
		rt2 := within{rt, t}
		texts := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) string {
			return dutch(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "n") }, 9)
		}), 1, 8).Draw(rt, "texts")
		list := x.add(rt2, texts)
		cut := rapid.IntRange(0, len(list)).Draw(rt, "first")
		gone := list[rapid.IntRange(0, len(list)-1).Draw(rt, "gone")]
		erase := func() {
			if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("c", 1)}, Erase: []event.Ref{gone.Ref, {Seq: gone.Seq, Field: "ander"}}}); err != nil {
				rt.Fatalf("erase: %v", err)
			}
			x.model.Remove(gone.Seq)
		}
		x.index(rt2, list[:cut])
		early := rapid.Bool().Draw(rt, "early")
		if early {
			erase() // also of a text that is not in the index yet
		}
		if early {
			x.index(rt2, list[cut:], gone.Seq)
		} else {
			x.index(rt2, list[cut:])
			erase()
		}
		for range 2 {
			x.same(rt2, dutch(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "q") }, 3))
		}
		x.sameRoots(rt2)
	})
	// What is in the index stays; who comes with an old place in the log is refused.
	x := fresh(t, s)
	pick := rand.New(rand.NewPCG(5, 5)).IntN
	var texts []string
	for range 300 {
		texts = append(texts, dutch(pick, 20))
	}
	list := x.add(t, texts)
	before := x.have
	x.index(t, list[:200])
	x.index(t, list[200:])
	f := s.(store.Finder)
	for _, old := range []store.Indexed{before, {Analysis: search.Analysis, Seq: x.have.Seq + 1}, {Analysis: search.Analysis + 1, Seq: x.have.Seq}} {
		if err := f.Index(t.Context(), old, x.have.Seq+5, list[:1]); !errors.Is(err, store.ErrConflict) {
			t.Errorf("index from %+v at %+v: %v", old, x.have, err)
		}
	}
	s = reopen()
	x.s = s
	for range 60 {
		x.same(t, dutch(pick, 4))
	}
	x.sameRoots(t)
	// Erasing everything leaves no words.
	var refs []event.Ref
	for _, e := range list {
		refs = append(refs, e.Ref)
		x.model.Remove(e.Seq)
	}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("c", 2)}, Erase: refs})
	x.sameRoots(t)
	if r, err := s.(store.Finder).TextRoots(t.Context()); err != nil || len(r.Names) != 0 || len(r.Of) != 0 {
		t.Errorf("after erasing everything %d words and %d texts are left, %v", len(r.Names), len(r.Of), err)
	}
	verify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f = s.(store.Finder)
	if _, _, err := f.Find(t.Context(), []search.Want{{Begins: "a"}}); err == nil {
		t.Error("a closed store finds")
	}
	if err := f.Index(t.Context(), x.have, x.have.Seq+1, nil); err == nil {
		t.Error("a closed store indexes")
	}
}

// besideFound: two processes fill one index, and what one erases the other does not find.
func besideFound(t *testing.T, a, b store.Store) {
	x := fresh(t, a)
	var texts []string
	for n := range 40 {
		texts = append(texts, fmt.Sprintf("melding%d over de huurtoeslag", n))
	}
	list := x.add(t, texts)
	done := make(chan error, 2)
	for _, s := range []store.Store{a, b} {
		go func() {
			f := s.(store.Finder)
			for {
				at, err := f.Indexed(t.Context())
				if err != nil || at.Seq >= list[len(list)-1].Seq {
					done <- err
					return
				}
				k := slices.IndexFunc(list, func(e store.IndexedText) bool { return e.Seq > at.Seq })
				part := list[k:min(k+3, len(list))]
				if err := f.Index(t.Context(), at, part[len(part)-1].Seq, part); err != nil && !errors.Is(err, store.ErrConflict) {
					done <- err
					return
				}
			}
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	x.have.Seq = list[len(list)-1].Seq
	for _, e := range list {
		x.model.Add(e.Seq, e.Terms)
	}
	for k := range 10 {
		must(t, []store.Store{a, b}[k%2], store.Batch{Drafts: []event.Draft{draft("c", k)}, Erase: []event.Ref{list[k].Ref}})
		x.model.Remove(list[k].Seq)
	}
	for _, s := range []store.Store{a, b} {
		x.s = s
		for _, q := range []string{"huurtoeslag", "melding3 melding30", "melding"} {
			x.same(t, q)
		}
		x.sameRoots(t)
	}
}

// fataler is a test, or one try of a property.
type fataler interface {
	Fatalf(format string, args ...any)
	Context() context.Context
}

// within is a try of a property with the context of its test, so that a store is not
// told that the try is over while it writes.
type within struct {
	*rapid.T
	of *testing.T
}

func (w within) Context() context.Context { return w.of.Context() }
