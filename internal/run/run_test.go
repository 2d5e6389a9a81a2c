package run_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

const (
	adopted = "variant: eerder\nnaam: Eerder\nvanaf: 2020-01-01\nparameters: {individuele-inkomenstoeslag.inkomensgrens: \"115 %\"}\n"
	wider   = "variant: ruimer\nnaam: Ruimer\nvanaf: 2020-01-01\nparameters: {individuele-inkomenstoeslag.inkomensgrens: \"130 %\"}\n"
)

func shipped(t testing.TB) *regulation.Set {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func over(t testing.TB, set *regulation.Set, text string) *regulation.Set {
	t.Helper()
	v, ds := regulation.ReadVariant("v.yaml", []byte(text))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	out, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func imported(t testing.TB, id string) *regulation.Regulation {
	t.Helper()
	r, ds := regulation.NewText(id, "Verordening "+id, regulation.Text{ID: "artikel-1", Title: "Een", Body: "Tekst."})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}

// order asks about rules with an imported text and an adopted version.
func order(t testing.TB, ships *regulation.Set) (run.Order, *regulation.Set) {
	t.Helper()
	base, ds := ships.Add(imported(t, "proef-a"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	base = over(t, base, adopted)
	q := run.Ask(ships, base, over(t, base, wider))
	q.Population, q.Year, q.Seed, q.Date, q.Regulations = "nl:400", 2026, 3, rule.MustDate("2026-06-01"), []string{"individuele-inkomenstoeslag"}
	people, err := run.Synthetic(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.People = people.ID()
	return run.Order{Question: q, Title: "Ruimer", For: "v-1", Who: "femke"}, base
}

func library(t testing.TB, ships *regulation.Set, ids ...string) *run.Library {
	return run.NewLibrary(ships, func(context.Context) ([]*regulation.Regulation, error) {
		var out []*regulation.Regulation
		for _, id := range ids {
			out = append(out, imported(t, id))
		}
		return out, nil
	}, run.Synthetic)
}

// Another process makes the plan of an order from what ships, the texts that were
// there when it was asked, and the layers: the same plan as from the rules
// themselves.
func TestLibraryMakesThePlan(t *testing.T) {
	t.Parallel()
	ships := shipped(t)
	o, base := order(t, ships)
	if len(o.Texts) != 1 || len(o.Layers) != 1 || len(o.Variants) != 1 {
		t.Fatalf("question: %+v", o.Question)
	}
	known := library(t, ships)
	known.Know(base)
	want, err := known.Plan(t.Context(), o, 100)
	if err != nil {
		t.Fatal(err)
	}
	got, err := library(t, ships, "proef-a", "proef-later").Plan(t.Context(), o, 100)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID() != want.ID() || got.Parts() != 4 {
		t.Errorf("plan %v in %d parts, want %v in 4", got.ID(), got.Parts(), want.ID())
	}
	for name, change := range map[string]func(o *run.Order, ids *[]string){
		"a text that is gone": func(_ *run.Order, ids *[]string) { *ids = nil },
		"another layer":       func(o *run.Order, _ *[]string) { o.Layers = []string{wider} },
		"no layer":            func(o *run.Order, _ *[]string) { o.Layers = nil },
		"a layer that is no":  func(o *run.Order, _ *[]string) { o.Layers = []string{"variant: ["} },
		"another variant": func(o *run.Order, _ *[]string) {
			o.Variants = []run.Variant{{YAML: adopted, Rules: o.Variants[0].Rules}}
		},
		"another population":    func(o *run.Order, _ *[]string) { o.Population = "nl:401" },
		"no population":         func(o *run.Order, _ *[]string) { o.Population = "marsmannen" },
		"another seed":          func(o *run.Order, _ *[]string) { o.Seed = 4 },
		"another set of rules":  func(o *run.Order, _ *[]string) { o.Rules = "regelset:0" },
		"another year of birth": func(o *run.Order, _ *[]string) { o.Year = 2027 },
	} {
		x, ids := o, []string{"proef-a"}
		change(&x, &ids)
		if _, err := library(t, ships, ids...).Plan(t.Context(), x, 100); !errors.Is(err, run.ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
		if name != "a text that is gone" && x.ID() == o.ID() {
			t.Errorf("%s has the same id", name)
		}
	}
	x := o
	x.Who, x.Title = "karim", "Anders"
	if x.ID() != o.ID() {
		t.Error("another who asks gives another run")
	}
}

func status(t testing.TB, h *run.Here, id string, far func(run.Info) bool) run.Info {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		info, err := h.Status(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if far(info) {
			return info
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", info)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func isOver(i run.Info) bool { return i.State.Over() }

// A run in this process gives what Compare gives; the same order is the same run,
// and the next one waits for it.
func TestHere(t *testing.T) {
	t.Parallel()
	ships := shipped(t)
	o, base := order(t, ships)
	h := run.NewHere(library(t, ships, "proef-a"), time.Now, 100)
	defer h.Close()
	id, err := h.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	info := status(t, h, id, isOver)
	if info.State != run.Done || info.Done != 8 || info.Total != 8 || info.Finished.Before(info.Started) {
		t.Errorf("%+v", info)
	}
	got, err := h.Result(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	now, variants, err := o.Sides(base)
	if err != nil {
		t.Fatal(err)
	}
	people, err := run.Synthetic(t.Context(), o.Question)
	if err != nil {
		t.Fatal(err)
	}
	want, err := simulate.Compare(t.Context(), simulate.Spec{People: people, Seed: o.Seed, Date: o.Date, Baseline: now}, variants, nil)
	if err != nil {
		t.Fatal(err)
	}
	want[0].Seconds = got[0].Seconds
	if d := cmp.Diff(told(t, want[0]), told(t, got[0])); d != "" {
		t.Errorf("in parts another result (-at once +in parts):\n%.2000s", d)
	}
	if again, err := h.Start(t.Context(), o); err != nil || again != id {
		t.Errorf("again: %s %v", again, err)
	}
	if list, err := h.List(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("list: %v %v", list, err)
	}
	if _, err := h.Status(t.Context(), "r-0"); !errors.Is(err, run.ErrNotFound) {
		t.Errorf("no such run: %v", err)
	}
}

func told(t testing.TB, r *simulate.Result) string {
	t.Helper()
	text, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What waits can be stopped, what is stopped can be started again, and a run that
// cannot be made says why.
func TestHereStops(t *testing.T) {
	t.Parallel()
	ships := shipped(t)
	o, _ := order(t, ships)
	hold := make(chan struct{})
	l := run.NewLibrary(ships, func(context.Context) ([]*regulation.Regulation, error) {
		return []*regulation.Regulation{imported(t, "proef-a")}, nil
	},
		func(ctx context.Context, q run.Question) (simulate.People, error) {
			<-hold
			return run.Synthetic(ctx, q)
		})
	h := run.NewHere(l, time.Now, 100)
	defer h.Close()
	var ids []string
	for i := range 3 {
		o.For = fmt.Sprint("v-", i)
		id, err := h.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		if i == 0 {
			status(t, h, id, func(i run.Info) bool { return i.State == run.Running })
		}
	}
	if info := status(t, h, ids[2], func(run.Info) bool { return true }); info.State != run.Waiting || info.Ahead != 2 {
		t.Errorf("the third: %s, %d ahead", info.State, info.Ahead)
	}
	if _, err := h.Result(t.Context(), ids[2]); !errors.Is(err, run.ErrNotDone) {
		t.Errorf("result of what waits: %v", err)
	}
	if err := h.Cancel(t.Context(), ids[1]); err != nil {
		t.Fatal(err)
	}
	close(hold)
	status(t, h, ids[2], func(i run.Info) bool { return i.State == run.Done })
	if info := status(t, h, ids[1], isOver); info.State != run.Cancelled {
		t.Errorf("stopped: %s", info.State)
	}
	o.For = "v-1"
	if _, err := h.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	status(t, h, ids[1], func(i run.Info) bool { return i.State == run.Done })
	o.People = "anders"
	id, err := h.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if info := status(t, h, id, isOver); info.State != run.Failed || info.Error == "" {
		t.Errorf("another population: %s %q", info.State, info.Error)
	}
}
