package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// fact is the n-th of a list that has some of everything.
func fact(n int) outcome.Fact {
	classes, contacts := outcome.Classes(), []outcome.Contact{outcome.NoContact, outcome.Spoken, outcome.NotReached}
	r := outcome.Row{
		Source: "urn:nld:oin:00000001234567890000", ID: fmt.Sprint("b-", n), Case: fmt.Sprintf("v1:%032x", n), Regulation: []string{"zorgtoeslag", "huurtoeslag"}[n%2],
		Article: fmt.Sprint("artikel-", n%3), Version: "2026-01-01", Date: rule.MustDate("2026-01-01").AddDays(n % 97),
		Class: classes[n%len(classes)], Groups: map[string]string{"leeftijd": fmt.Sprint(n % 4), "huishouden": []string{"paar", "alleenstaand"}[n%2]},
		Contact: contacts[n%3], Late: n%7 == 0, Asked: n%11 == 0, Synthetic: n%13 == 0,
	}
	switch r.Class {
	case outcome.Awarded:
		r.Amount = outcome.Band{Low: 500, High: 750}
	case outcome.Recovery:
		r.Loss, r.Share = outcome.Band{Low: 1500}, outcome.Band{Low: 10, High: 20}
	case outcome.Abandoned:
		r.Step = "aanvraag"
	}
	if n%5 == 0 {
		r.Ground = "hardheid"
	}
	if n%17 == 0 {
		r.Exception = "Awb 4:11 onder a"
	}
	return outcome.Fact{Row: r, Weighs: r.Burdensome(0)}
}

func facts(from, n int) []outcome.Fact {
	var out []outcome.Fact
	for i := range n {
		out = append(out, fact(from+i))
	}
	return out
}

func mustFacts(t *testing.T, s store.Store, fs []outcome.Fact) store.Result {
	t.Helper()
	r, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{draft("invoer/x", len(fs))}}, fs)
	if err != nil {
		t.Fatalf("AppendFacts: %v", err)
	}
	return r
}

// counted adds up by hand what a query ought to give.
func counted(fs []outcome.Fact, q outcome.Query) map[outcome.Cell]outcome.Counts {
	out := map[outcome.Cell]outcome.Counts{}
	for _, f := range fs {
		for _, c := range f.Cells() {
			at := c.Week
			if q.Exact {
				at = f.Date
			}
			if !q.Wants(c) || !q.From.IsZero() && at.Before(q.From) || !q.Until.IsZero() && at.After(q.Until) {
				continue
			}
			sum := out[q.Reduce(c)]
			sum.Add(f.Counts())
			out[q.Reduce(c)] = sum
		}
	}
	return out
}

var queries = map[string]outcome.Query{
	"everything":         {},
	"one regulation":     {Regulation: "zorgtoeslag", By: outcome.ByClass},
	"unknown regulation": {Regulation: "x", By: outcome.ByClass},
	"articles × groups":  {By: outcome.ByArticle | outcome.ByGroup | outcome.ByRegulation},
	"one attribute":      {Group: "leeftijd", By: outcome.ByWeek},
	"weeks":              {By: outcome.ByWeek | outcome.ByGround | outcome.ByStep, From: rule.MustDate("2026-02-02"), Until: rule.MustDate("2026-03-02")},
	"days":               {Exact: true, By: outcome.ByClass, From: rule.MustDate("2026-01-31"), Until: rule.MustDate("2026-03-03")},
	"days in weeks":      {Exact: true, By: outcome.ByWeek, From: rule.MustDate("2026-01-31"), Until: rule.MustDate("2026-03-03")},
	"some articles":      {Articles: []string{"artikel-0", "artikel-2"}, By: outcome.ByArticle | outcome.ByClass},
}

func cube(t *testing.T, m Maker) {
	s, reopen := m.Open(t)
	all := facts(0, 500)
	mustFacts(t, s, all[:1])
	mustFacts(t, s, all[1:300])
	mustFacts(t, s, all[300:])
	check := func(s store.Store, when string) {
		t.Helper()
		for name, q := range queries {
			got, err := s.Cube(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			have := map[outcome.Cell]outcome.Counts{}
			for i, c := range got {
				have[c.Cell] = c.Counts
				if i > 0 && outcome.CompareCells(got[i-1], c) >= 0 {
					t.Errorf("%s, %s: line %d is not in order", when, name, i)
				}
			}
			if d := cmp.Diff(counted(all, q), have); d != "" {
				t.Errorf("%s, %s (-want +got):\n%s", when, name, d)
			}
		}
	}
	check(s, "as added")
	r, err := s.Rebuild(t.Context())
	if err != nil || r.Differs != 0 || r.Facts != 500 || r.Cells == 0 {
		t.Errorf("Rebuild: %+v, %v", r, err)
	}
	check(s, "rebuilt")
	s = reopen()
	check(s, "reopened")
	mustFacts(t, s, facts(500, 10))
	all = append(all, facts(500, 10)...)
	check(s, "more")
	verify(t, s)
}

func factsOnce(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	first := mustFacts(t, s, facts(0, 10))
	before, err := s.Cube(t.Context(), outcome.Query{})
	if err != nil {
		t.Fatal(err)
	}
	other := fact(3)
	other.Version = "later"
	for name, fs := range map[string][]outcome.Fact{
		"one that exists":         append(facts(20, 5), fact(9)),
		"twice in a batch":        append(facts(20, 5), fact(22)),
		"same key, other content": {other},
	} {
		if _, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{draft("invoer/x", 1)}}, fs); !errors.Is(err, store.ErrKnown) {
			t.Errorf("%s: %v, want ErrKnown", name, err)
		}
	}
	after, err := s.Cube(t.Context(), outcome.Query{})
	if d := cmp.Diff(before, after); err != nil || d != "" {
		t.Errorf("a refused batch was counted: %v %s", err, d)
	}
	if h := verify(t, s); h.Seq != last(first) {
		t.Errorf("a refused batch left events: %d", h.Seq)
	}
	known, err := s.Known(t.Context(), []outcome.Key{fact(3).Key(), fact(22).Key()})
	if d := cmp.Diff(map[outcome.Key]outcome.Sum{fact(3).Key(): fact(3).Sum()}, known); err != nil || d != "" {
		t.Errorf("Known: %v %s", err, d)
	}
	// The same request again has no second effect.
	b := store.Batch{Key: "k", Intent: "i", Drafts: []event.Draft{draft("invoer/x", 1)}}
	if _, err := s.AppendFacts(t.Context(), b, facts(20, 5)); err != nil {
		t.Fatal(err)
	}
	if r, err := s.AppendFacts(t.Context(), b, facts(20, 5)); err != nil || !r.Repeated {
		t.Errorf("again: %+v, %v", r, err)
	}
	// After a refusal numbers of words and cells are still right.
	if r, err := s.Rebuild(t.Context()); err != nil || r.Differs != 0 || r.Facts != 15 {
		t.Errorf("Rebuild: %+v, %v", r, err)
	}
}

func last(r store.Result) uint64 { return r.Records[len(r.Records)-1].Seq }

// Batches come back as they came in, and their digest is that of the day they
// were written.
func factBatches(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	want := map[uint64][]outcome.Fact{}
	for i, n := range []int{3, 1, 40} {
		fs := facts(100*i, n)
		want[mustFacts(t, s, fs).Records[0].Seq] = fs
	}
	must(t, s, store.Batch{Drafts: []event.Draft{draft("a", 1)}})
	n := 0
	for b, err := range s.Batches(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if d := cmp.Diff(want[b.Seq], b.Facts); d != "" {
			t.Errorf("batch %d: %s", b.Seq, d)
		}
		if outcome.Digest(b.Facts) != outcome.Digest(want[b.Seq]) {
			t.Errorf("batch %d: another digest", b.Seq)
		}
	}
	if n != len(want) {
		t.Errorf("%d batches", n)
	}
	for _, err := range s.Batches(t.Context()) { // leaving early closes what was open
		if err != nil {
			t.Error(err)
		}
		break
	}
}

// Writers of facts and of ordinary events share transactions; one that is
// refused takes nobody down.
func factsTogether(t *testing.T, m Maker) {
	s, _ := m.Open(t)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 10 {
				if _, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{draft("invoer/x", i)}}, facts(1000*(w/2)+10*i, 10)); err != nil && !errors.Is(err, store.ErrKnown) {
					t.Error(err)
				}
				if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprint("s", w), i)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := s.Cube(t.Context(), outcome.Query{})
	if err != nil || len(got) != 1 || got[0].N != 800 {
		t.Errorf("%+v, %v; want 800 facts", got, err)
	}
	if h := verify(t, s); h.Seq != 160+80 {
		t.Errorf("%d events", h.Seq)
	}
	if r, err := s.Rebuild(t.Context()); err != nil || r.Differs != 0 {
		t.Errorf("Rebuild: %+v, %v", r, err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.AppendFacts(done, store.Batch{Drafts: []event.Draft{draft("invoer/x", 1)}}, facts(9000, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
