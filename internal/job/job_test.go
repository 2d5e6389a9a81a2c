package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/job"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

const wider = `variant: ruimer
naam: Ruimer
vanaf: 2020-01-01
parameters:
  individuele-inkomenstoeslag.inkomensgrens: "120 %"
stappen: {individuele-inkomenstoeslag.inkomen-bewijzen: vervalt}
`

var ships = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func shipped(t testing.TB) *regulation.Set {
	t.Helper()
	set, err := ships()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// order asks for a run of n households with a variant; who is for telling runs
// apart.
func order(t testing.TB, set *regulation.Set, n int, who string) run.Order {
	t.Helper()
	v, ds := regulation.ReadVariant("v.yaml", []byte(wider))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	laid, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	q := run.Ask(set, set, laid)
	q.Population, q.Year, q.Seed, q.Date = fmt.Sprint("nl:", n), 2026, 3, rule.MustDate("2026-06-01")
	q.Regulations = []string{"individuele-inkomenstoeslag", "zorgtoeslag"}
	people, err := run.Synthetic(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.People = people.ID()
	return run.Order{Question: q, Title: "Ruimer", For: who, Who: "femke"}
}

// want computes an order in one go.
func want(t testing.TB, set *regulation.Set, o run.Order) []*simulate.Result {
	t.Helper()
	now, variants, err := o.Sides(set)
	if err != nil {
		t.Fatal(err)
	}
	people, err := run.Synthetic(t.Context(), o.Question)
	if err != nil {
		t.Fatal(err)
	}
	out, err := simulate.Compare(t.Context(), simulate.Spec{People: people, Seed: o.Seed, Date: o.Date, Baseline: now}, variants, nil)
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Schemes[0].Variant.Entitled.Units <= out[0].Schemes[0].Baseline.Entitled.Units {
		t.Fatal("nothing to compare: the variant has no effect")
	}
	return out
}

func library(set *regulation.Set) *run.Library { return run.NewLibrary(set, nil, run.Synthetic) }

func closed(t testing.TB, r *job.Runs) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func start(t testing.TB, r *job.Runs, o run.Order) string {
	t.Helper()
	id, err := r.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// wait waits until a run is as far as asked.
func wait(t testing.TB, r *job.Runs, id string, far func(run.Info) bool) run.Info {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for {
		info, err := r.Status(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if far(info) {
			return info
		}
		if info.State.Over() || time.Now().After(deadline) {
			t.Fatalf("run %s is %s with %d of %d: %s", id, info.State, info.Done, info.Total, info.Error)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func over(i run.Info) bool { return i.State.Over() }

func result(t testing.TB, r *job.Runs, id string) []*simulate.Result {
	t.Helper()
	got, err := r.Result(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range got {
		x.Seconds = 0
	}
	return got
}

// same compares results by all that is told of them.
func same(t testing.TB, want, got []*simulate.Result) {
	t.Helper()
	if d := cmp.Diff(kept(t, want), kept(t, got), ignoring); d != "" {
		t.Errorf("the queue gives another result (-at once +queue):\n%.3000s", d)
	}
}

// ignoring leaves out what only a run on its way needs.
var ignoring = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name() != "" && f.Name()[0] >= 'a' && f.Name()[0] <= 'z'
}, cmp.Ignore())

// kept is a list of results as it comes back from being kept.
func kept(t testing.TB, list []*simulate.Result) []*simulate.Result {
	t.Helper()
	data, err := simulate.WriteResults(simulate.Digest{}, list)
	if err != nil {
		t.Fatal(err)
	}
	out, err := simulate.ReadResults(simulate.Digest{}, data)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The queue gives what computing in one go gives, for 1, 2 and 8 workers.
func TestQueueIsCompare(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		o := order(t, set, 2000, "")
		once := want(t, set, o)
		for _, workers := range []int{1, 2, 8} {
			at := at.other(t)
			r := at.open(t, job.Config{Planner: library(set), Workers: workers})
			id := start(t, r, o)
			info := wait(t, r, id, over)
			if info.State != run.Done || info.Done != 40 || info.Total != 40 || info.Bytes == 0 || info.Who != "femke" || info.Finished.Before(info.Started) || info.Started.Before(info.Asked) {
				t.Errorf("%d workers: %+v", workers, info)
			}
			same(t, once, result(t, r, id))
			at.cleared(t)
			closed(t, r)
		}
	})
}

// counting tells how many plans are made, and lets a test put something in the
// way of a population.
type counting struct {
	*run.Library
	plans atomic.Int64
}

func (c *counting) Plan(ctx context.Context, o run.Order, size int) (*simulate.Plan, error) {
	c.plans.Add(1)
	return c.Library.Plan(ctx, o, size)
}

// A run that was done is there at once, also after a restart and for another
// proposal that asks the same; without its result it is computed again.
func TestDoneIsInstant(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		o := order(t, set, 300, "v-1")
		c := job.Config{Planner: library(set)}
		r := at.open(t, c)
		id := start(t, r, o)
		wait(t, r, id, over)
		once := result(t, r, id)
		closed(t, r)

		planner := &counting{Library: library(set)}
		c.Planner = planner
		r = at.open(t, c)
		if again := start(t, r, o); again != id {
			t.Errorf("the same order is %s, and was %s", again, id)
		}
		if info := wait(t, r, id, over); info.State != run.Done {
			t.Errorf("after a restart it is %s", info.State)
		}
		same(t, once, result(t, r, id))
		if n := planner.plans.Load(); n != 0 {
			t.Errorf("%d plans were made for a result that is there", n)
		}
		// Another proposal with the same question: a plan, and no parts.
		other := o
		other.For = "v-2"
		twin := start(t, r, other)
		if twin == id {
			t.Fatal("two proposals share a run")
		}
		wait(t, r, twin, over)
		if n := planner.plans.Load(); n != 1 {
			t.Errorf("%d plans were made for a question that was answered", n)
		}
		same(t, once, result(t, r, twin))
		list, err := r.List(t.Context())
		if err != nil || len(list) != 2 || list[0].ID != twin {
			t.Errorf("list: %v %v", list, err)
		}
		// The result is lost: it says so, and is made again.
		at.spoilResult(t)
		if _, err := r.Result(t.Context(), id); !errors.Is(err, run.ErrGone) {
			t.Errorf("a damaged result: %v", err)
		}
		start(t, r, o)
		wait(t, r, id, over)
		same(t, once, result(t, r, id))
		closed(t, r)
	})
}

// hindered has something in the way at one household.
type hindered struct {
	simulate.People
	at   int
	what func() error
}

func (h hindered) Block(first, n int, b *population.Block) error {
	if first <= h.at && h.at < first+n {
		if err := h.what(); err != nil {
			return err
		}
	}
	return population.Rows(h.People).Block(first, n, b)
}

func hinder(set *regulation.Set, at int, what func() error) *run.Library {
	return run.NewLibrary(set, nil, func(ctx context.Context, q run.Question) (simulate.People, error) {
		p, err := run.Synthetic(ctx, q)
		return hindered{p, at, what}, err
	})
}

// A part that keeps failing ends the run, which says which part and why; one that
// fails once does not.
func TestPoison(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		o := order(t, set, 500, "")
		for name, what := range map[string]func() error{
			"fout": func() error { return errors.New("het geheugen is stuk") },
			"vast": func() error { panic("het geheugen is stuk") },
		} {
			var tries atomic.Int64
			r := at.open(t, job.Config{Planner: hinder(set, 250, func() error { tries.Add(1); return what() }), Workers: 2})
			id := start(t, r, o)
			info := wait(t, r, id, over)
			if info.State != run.Failed || !strings.Contains(info.Error, "deel 3 van 5 uitrekenen") || !strings.Contains(info.Error, "het geheugen is stuk") {
				t.Errorf("%s: %s %q", name, info.State, info.Error)
			}
			if n := tries.Load(); n != 3 {
				t.Errorf("%s: tried %d times", name, n)
			}
			if _, err := r.Result(t.Context(), id); !errors.Is(err, run.ErrNotDone) {
				t.Errorf("%s: result: %v", name, err)
			}
			closed(t, r)
		}
		var tries atomic.Int64
		r := at.open(t, job.Config{Planner: hinder(set, 250, func() error {
			if tries.Add(1) == 1 {
				return errors.New("even niet")
			}
			return nil
		})})
		id := start(t, r, o)
		if info := wait(t, r, id, over); info.State != run.Done {
			t.Errorf("one failure: %s %q", info.State, info.Error)
		}
		same(t, want(t, set, o), result(t, r, id))
		closed(t, r)
	})
}

// What an order asks and this program cannot make is said at once.
func TestOtherRules(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		r := at.open(t, job.Config{Planner: library(set)})
		defer closed(t, r)
		o := order(t, set, 300, "")
		o.Rules = "regelset:anders"
		if info := wait(t, r, start(t, r, o), over); info.State != run.Failed || !strings.Contains(info.Error, "de regels") {
			t.Errorf("other rules: %s %q", info.State, info.Error)
		}
		o = order(t, set, 300, "")
		o.People = "nl:300-2026-anders"
		if info := wait(t, r, start(t, r, o), over); info.State != run.Failed || !strings.Contains(info.Error, "de bevolking is nl:300-2026-") {
			t.Errorf("another population: %s %q", info.State, info.Error)
		}
		if _, err := r.Status(t.Context(), "r-0"); !errors.Is(err, run.ErrNotFound) {
			t.Errorf("no such run: %v", err)
		}
	})
}

// Cancelling stops a run, takes its files away and lets the next one go; started
// again it is done.
func TestCancel(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		hold, reached := make(chan struct{}), make(chan struct{}, 100)
		r := at.open(t, job.Config{Workers: 1, Planner: hinder(set, 250, func() error { reached <- struct{}{}; <-hold; return nil })})
		first, second := order(t, set, 500, "v-1"), order(t, set, 501, "v-2")
		id := start(t, r, first)
		<-reached
		next := start(t, r, second)
		if info := wait(t, r, next, func(i run.Info) bool { return i.State == run.Waiting }); info.Ahead != 1 {
			t.Errorf("%d runs go first, want 1", info.Ahead)
		}
		if err := r.Cancel(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if info, err := r.Status(t.Context(), id); err != nil || info.State != run.Cancelled {
			t.Errorf("cancelled: %s %v", info.State, err)
		}
		close(hold)
		if info := wait(t, r, next, over); info.State != run.Done {
			t.Errorf("the next: %s %q", info.State, info.Error)
		}
		at.cleared(t)
		if err := r.Cancel(t.Context(), next); err != nil {
			t.Error(err)
		}
		if info, _ := r.Status(t.Context(), next); info.State != run.Done {
			t.Errorf("cancelling what is done makes it %s", info.State)
		}
		start(t, r, first)
		wait(t, r, id, func(i run.Info) bool { return i.State == run.Done })
		same(t, want(t, set, first), result(t, r, id))
		closed(t, r)
	})
}

// A part file that is damaged or gone is found out, and the run starts anew.
func TestDamagedPart(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		var spoiled atomic.Bool
		spoil := func() error { // when the last part is evaluated, the first is spoiled
			if spoiled.Swap(true) {
				return nil
			}
			at.spoilPart(t)
			return nil
		}
		r := at.open(t, job.Config{Workers: 1, Planner: hinder(set, 499, spoil)})
		o := order(t, set, 500, "")
		id := start(t, r, o)
		if info := wait(t, r, id, over); info.State != run.Done || !spoiled.Load() {
			t.Errorf("%s %q", info.State, info.Error)
		}
		same(t, want(t, set, o), result(t, r, id))
		closed(t, r)
	})
}

// Disk and queue are bounded, and a no says so.
func TestBounds(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		var room atomic.Int64
		room.Store(1 << 40)
		c := job.Config{Workers: 2, Planner: library(set), Free: func(string) (int64, error) { return room.Load(), nil }, Longest: 2, Results: 1}
		r := at.open(t, c)
		a := start(t, r, order(t, set, 300, "v-a"))
		wait(t, r, a, over)
		b := start(t, r, order(t, set, 301, "v-b"))
		wait(t, r, b, over)
		// Not even one result fits in a byte: all go.
		// They go after the end of their run can be seen.
		var gone error
		for deadline := time.Now().Add(time.Minute); !errors.Is(gone, run.ErrGone) && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			_, gone = r.Result(t.Context(), a)
		}
		if !errors.Is(gone, run.ErrGone) {
			t.Errorf("result over the bound: %v", gone)
		}
		room.Store(100 << 20)
		if _, err := r.Start(t.Context(), order(t, set, 302, "")); !errors.Is(err, run.ErrFull) {
			t.Errorf("a disk that is full: %v", err)
		}
		room.Store(201 << 20) // enough to wait, too little for a large run
		if info := wait(t, r, start(t, r, order(t, set, 100_000, "")), over); info.State != run.Failed || !strings.Contains(info.Error, "MB vrij") {
			t.Errorf("a run that is too large for the disk: %s %q", info.State, info.Error)
		}
		closed(t, r)

		room.Store(1 << 40)
		c.Workers = -1 // nobody works
		r = at.open(t, c)
		start(t, r, order(t, set, 303, ""))
		start(t, r, order(t, set, 304, ""))
		if _, err := r.Start(t.Context(), order(t, set, 305, "")); !errors.Is(err, run.ErrFull) || !strings.Contains(err.Error(), "2 simulaties") {
			t.Errorf("a queue that is full: %v", err)
		}
		closed(t, r)
	})
}
