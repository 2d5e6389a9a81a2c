package office_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	view "lemniscaat/internal/screen"
)

const grens = iit + ".inkomensgrens"

// TestTry: a value that is tried is computed on the whole population of the
// installation, and leaves no trace.
func TestTry(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	before, err := h.Store.Head(ctx)
	h.ok(err)
	try := func(in view.TryInput) view.TryView {
		t.Helper()
		in.Regulation = iit
		v, err := h.Try(ctx, "karim", in, nil)
		h.ok(err)
		return v
	}

	v := try(view.TryInput{})
	if v.Run != nil || len(v.Changed) > 0 || len(v.Articles) == 0 || !v.Propose.Can {
		t.Fatalf("without values: %+v", v)
	}
	seen := map[string]bool{}
	for _, a := range v.Articles {
		for _, s := range a.Rules {
			for _, x := range s.Pieces {
				if x.Param != "" && seen[x.Param] {
					t.Errorf("%s is a field twice", x.Param)
				}
				seen[x.Param] = true
			}
		}
	}
	if !seen[grens] {
		t.Fatal("the inkomensgrens is no field")
	}

	v = try(view.TryInput{Values: map[string]string{grens: "120 %"}, Compute: true})
	if v.Run == nil || !v.Run.Synthetic || len(v.Changed) != 1 || v.Changed[0].Value != "120 %" {
		t.Fatalf("with a value: %+v", v)
	}
	first := v.Run.Sentence
	if v = try(view.TryInput{Values: map[string]string{grens: "130 %"}, Compute: true}); v.Run.Sentence == first {
		t.Errorf("another value gives the same: %s", first)
	}
	now := ""
	for _, a := range v.Articles {
		for _, s := range a.Rules {
			for _, x := range s.Pieces {
				if x.Param == grens {
					now = x.Now
				}
			}
		}
	}
	if v = try(view.TryInput{Values: map[string]string{grens: now}, Compute: true}); len(v.Changed) > 0 || v.Run == nil {
		t.Errorf("the value of now is a change: %+v", v.Changed)
	}

	for _, bad := range []string{"", "veel", "-5 %", "120", strings.Repeat("9", 300) + " %"} {
		v = try(view.TryInput{Values: map[string]string{grens: bad}, Compute: true})
		if len(v.Faults) != 1 || v.Faults[0].Field != view.TryField(grens) || v.Run != nil {
			t.Errorf("%q: %+v", bad, v.Faults)
		}
	}
	v = try(view.TryInput{Values: map[string]string{"zorgtoeslag.drempelinkomen": "1"}, Compute: true})
	if len(v.Faults) != 1 {
		t.Errorf("a value of another regulation: %+v", v.Faults)
	}

	for _, in := range []view.TryInput{{Regulation: "bestaat-niet"}, {Regulation: iit, Issue: "bestaat-niet"}} {
		if _, err := h.Try(ctx, "karim", in, nil); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := h.Try(gone, "karim", view.TryInput{Regulation: iit, Values: map[string]string{grens: "140 %"}, Compute: true}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	after, err := h.Store.Head(ctx)
	if h.ok(err); after != before {
		t.Errorf("trying wrote events: %+v, %+v", before, after)
	}
}

// TestTryFind: a value is searched that meets a goal beside the other values;
// filled in it does so, and an impossible goal is said to be so.
func TestTryFind(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	ask := func(values map[string]string, find view.TryFind) view.TryView {
		t.Helper()
		find.Asked = true
		v, err := h.Try(ctx, "karim", view.TryInput{Regulation: iit, Values: values, Find: find}, nil)
		h.ok(err)
		return v
	}
	const more = "+1.000"
	v := ask(nil, view.TryFind{Parameter: grens, Measure: "ontvangers", Goal: more})
	f := v.Find.Found
	if f == nil || len(f.Values) == 0 || !strings.Contains(f.Sentence, "Nu is het") || f.Source.Run == "" || v.Run != nil {
		t.Fatalf("more recipients: %+v", f)
	}
	filled, err := h.Try(ctx, "karim", view.TryInput{Regulation: iit, Values: f.Values[0].Fill, Compute: true}, nil)
	if h.ok(err); len(filled.Faults) > 0 || len(filled.Changed) != 1 {
		t.Errorf("what was found cannot be filled in: %+v, %+v", f.Values[0], filled.Faults)
	}

	// The other values stay: what they cost is made up for.
	other := ""
	for _, x := range v.Find.Parameters {
		if x.Value != grens {
			other = x.Value
		}
	}
	if len(v.Find.Measures) < 2 || other == "" {
		t.Fatalf("nothing to choose: %+v", v.Find)
	}
	v = ask(map[string]string{grens: "120 %"}, view.TryFind{Parameter: grens, Measure: "budget", Goal: "gelijk"})
	if f := v.Find.Found; f == nil || !strings.Contains(f.Goal, "evenveel als nu") || v.Run == nil {
		t.Errorf("as much as now: %+v", f)
	}
	v = ask(nil, view.TryFind{Parameter: grens, Measure: "ontvangers", Goal: "100 miljoen"})
	if f := v.Find.Found; f == nil || len(f.Values) > 0 || !strings.Contains(f.Sentence, "geen waarde") {
		t.Errorf("out of reach: %+v", f)
	}

	for field, find := range map[string]view.TryFind{
		"zoek": {Parameter: "zorgtoeslag.drempelinkomen", Measure: "budget", Goal: "gelijk"},
		"maat": {Parameter: grens, Measure: "geluk", Goal: "gelijk"},
		"doel": {Parameter: grens, Measure: "budget", Goal: ""},
	} {
		v := ask(nil, find)
		if len(v.Find.Faults) != 1 || v.Find.Faults[0].Field != field || v.Find.Found != nil {
			t.Errorf("%s: %+v", field, v.Find.Faults)
		}
	}
}

// TestTryRush: many at once are answered or told to come back; one person stops
// itself.
func TestTryRush(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for i := range 12 {
		who := []string{"karim", "femke", ""}[i%3]
		wg.Go(func() {
			v, err := h.Try(t.Context(), who, view.TryInput{Regulation: iit, Values: map[string]string{grens: "120 %"}, Compute: true}, nil)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, context.Canceled):
				outcomes["gestopt "+who]++
			case err != nil:
				t.Errorf("%s: %v", who, err)
			case v.Run == nil:
				t.Errorf("%s: no result", who)
			default:
				outcomes["klaar "+who]++
			}
		})
	}
	wg.Wait()
	if outcomes["klaar "] != 4 || outcomes["klaar karim"] == 0 || outcomes["klaar femke"] == 0 {
		t.Errorf("%v", outcomes)
	}
}

// TestProposeTry: a proposal opens with the values in it, on the knelpunt.
func TestProposeTry(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	in := view.TryInput{Regulation: iit, Title: "Ruimer", Values: map[string]string{grens: "125 %"}}
	id, err := h.ProposeTry(ctx, "karim", in)
	h.ok(err)
	v, err := h.Proposal(ctx, "karim", id)
	h.ok(err)
	found := false
	for _, s := range v.Sentences {
		for _, x := range s.Pieces {
			found = found || x.Param == grens && x.Value == "125 %"
		}
	}
	if !found || v.Title != "Ruimer" {
		t.Errorf("the proposal %q has not the value", v.Title)
	}
	var no *view.Refusal
	in.Values = nil
	if _, err := h.ProposeTry(ctx, "karim", in); !errors.As(err, &no) || no.Code != "inhoud-ontbreekt" {
		t.Errorf("nothing changed: %v", err)
	}
	in.Values = map[string]string{grens: "veel"}
	if _, err := h.ProposeTry(ctx, "karim", in); !errors.As(err, &no) || len(no.Fields) != 1 {
		t.Errorf("a value that cannot be: %v", err)
	}
	in.Values = map[string]string{grens: "125 %"}
	if _, err := h.ProposeTry(ctx, "", in); !errors.As(err, &no) || no.Code != "voorstel-kan-niet" {
		t.Errorf("nobody: %v", err)
	}
}
