package simulate

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// liveVariants touch a value of a law that others build on, a value of one law
// alone, steps only, a rule, nothing at all, and a rule that errs on some people.
var liveVariants = []struct {
	name, text string
	touched    []string
}{
	{"waarde", "variant: a\nnaam: A\nvanaf: 2020-01-01\nparameters: {kindgebonden-budget.afbouwpercentage: \"9 %\"}\n", []string{"kindgebonden-budget", "besteedbaar-inkomen"}},
	{"gedeelde waarde", "variant: b\nnaam: B\nvanaf: 2020-01-01\nparameters: {zorgtoeslag.drempelinkomen: \"31.000\"}\n", []string{"kindgebonden-budget", "zorgtoeslag", "besteedbaar-inkomen"}},
	{"stappen", "variant: c\nnaam: C\nvanaf: 2020-01-01\nstappen: {zorgtoeslag.aanvragen: vervalt}\n", nil},
	{"later", "variant: d\nnaam: D\nvanaf: 2030-01-01\nparameters: {zorgtoeslag.afbouwpercentage: \"12 %\"}\n", nil},
	{"alles", variantText, []string{"individuele-inkomenstoeslag", "kinderbijslag", "kindgebonden-budget", "zorgtoeslag", "besteedbaar-inkomen"}},
	{"ingrepen", "variant: e\nnaam: E\nvanaf: 2020-01-01\ningrepen: {zorgtoeslag: [brief, vooringevuld], individuele-inkomenstoeslag.aanvragen: automatisch}\n", nil},
	{"regel", liveRule, []string{"zorgtoeslag", "besteedbaar-inkomen"}},
}

// liveRule cannot be computed for who has no wealth: those are left out today as
// well, and take-up is calibrated on the others.
const liveRule = `variant: r
naam: R
vanaf: 2020-01-01
regels:
  zorgtoeslag.inkomen-boven-de-drempel: |
    Regel inkomen boven de drempel
        geldig vanaf 2020
            Het inkomen boven de drempel van een aanvrager moet berekend worden als
            ((zijn gezamenlijke toetsingsinkomen min het drempelinkomen) maal
            (zijn gezamenlijke vermogen gedeeld door zijn gezamenlijke vermogen)), met een minimum van 0 €.
`

func liveSpec(t testing.TB, n int) (Spec, *regulation.Set, []string) {
	t.Helper()
	set, date := shippedSet(t), rule.MustDate("2026-06-01")
	people, err := population.New(population.Spec{N: n, Seed: 3, Year: date.Year})
	if err != nil {
		t.Fatal(err)
	}
	base, err := NewSide(set, date)
	if err != nil {
		t.Fatal(err)
	}
	ids := base.IDs()
	return Spec{People: people, Seed: 5, Date: date, Baseline: base, Advances: true}, set, ids
}

// TestLiveIsRun: whatever a variant touches, one after another and several at
// once give what a run of everything gives, to the last bit. What is touched is
// no more than what can differ.
func TestLiveIsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates a year, person by person")
	}
	t.Parallel()
	ctx := context.Background()
	spec, set, ids := liveSpec(t, 2000)
	live, err := NewLive(ctx, spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	today, err := live.Today()
	if err != nil {
		t.Fatal(err)
	}
	want, err := Run(ctx, spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, today, Whole); d != "" {
		t.Errorf("today (-run +live):\n%.2000s", d)
	}
	var all sync.WaitGroup
	for _, x := range liveVariants {
		side := variantOf(t, set, spec.Date, x.text, ids...)
		r, err := live.beside(side)
		if err != nil {
			t.Fatal(err)
		}
		var touched []string
		for _, s := range live.touched(r.sides[1]) {
			touched = append(touched, ids[s])
		}
		if !slices.Equal(touched, x.touched) {
			t.Errorf("%s touches %v, want %v", x.name, touched, x.touched)
		}
		one := spec
		one.Variant = &side
		want, err := Run(ctx, one, nil)
		if err != nil {
			t.Fatal(err)
		}
		if z, _ := want.Find("zorgtoeslag"); x.name == "regel" && len(z.Variant.Failures) == 0 {
			t.Errorf("%s fails nobody", x.name)
		}
		all.Go(func() {
			got, err := live.Variant(ctx, side)
			if err != nil {
				t.Errorf("%s: %v", x.name, err)
			} else if d := cmp.Diff(want, got, Whole); d != "" {
				t.Errorf("%s (-run +live):\n%.2000s", x.name, d)
			}
		})
	}
	all.Wait()
}

// TestLiveStops: a cancelled context stops it, and it answers again after that.
func TestLiveStops(t *testing.T) {
	t.Parallel()
	spec, set, ids := liveSpec(t, 600)
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewLive(stopped, spec, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("NewLive: %v", err)
	}
	live, err := NewLive(context.Background(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	side := variantOf(t, set, spec.Date, variantText, ids...)
	if _, err := live.Variant(stopped, side); !errors.Is(err, context.Canceled) {
		t.Errorf("Variant: %v", err)
	}
	if _, err := live.Variant(context.Background(), side); err != nil {
		t.Error(err)
	}
	if _, err := live.Variant(context.Background(), side.only([]int{0})); !errors.Is(err, ErrSpec) {
		t.Errorf("a variant of other regulations: %v", err)
	}
	spec.Variant = &side
	if _, err := NewLive(context.Background(), spec, nil); !errors.Is(err, ErrSpec) {
		t.Errorf("a Live of a variant: %v", err)
	}
	big, err := population.New(population.Spec{N: MaxLive + 1, Seed: 3, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	spec.Variant, spec.People = nil, big
	if _, err := NewLive(context.Background(), spec, nil); !errors.Is(err, ErrSpec) {
		t.Errorf("too many households: %v", err)
	}
}

// BenchmarkLive: one value changes, on a hundred thousand households: from the
// values to the result. "alleen" is a run of the regulation of that value alone,
// "alles" one of every regulation, with income, poverty and marginal pressure,
// which all rest on it.
func BenchmarkLive(b *testing.B) {
	for _, x := range []struct {
		name string
		ids  []string
	}{{"alleen", []string{"zorgtoeslag"}}, {"alles", nil}} {
		b.Run(x.name, func(b *testing.B) {
			spec, set, ids := liveSpec(b, 100_000)
			if x.ids != nil {
				ids = x.ids
				var err error
				if spec.Baseline, err = NewSide(set, spec.Date, ids...); err != nil {
					b.Fatal(err)
				}
			}
			live, err := NewLive(context.Background(), spec, nil)
			if err != nil {
				b.Fatal(err)
			}
			before := processor(b)
			defer func() { b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op") }()
			for i := 0; b.Loop(); i++ {
				v := regulation.Variant{ID: "v", Name: "V", From: rule.MustDate("2020-01-01"),
					Parameters: []regulation.Override{{ID: "zorgtoeslag.afbouwpercentage", Text: []string{"12 %", "13 %", "14 %"}[i%3]}}}
				changed, ds := set.With(v)
				if ds.Err() != nil {
					b.Fatal(ds)
				}
				side, err := NewSide(changed, spec.Date, ids...)
				if err != nil {
					b.Fatal(err)
				}
				r, err := live.Variant(context.Background(), side)
				if err != nil {
					b.Fatal(err)
				}
				if z, _ := r.Find("zorgtoeslag"); z.Received.Cents == 0 {
					b.Fatal("the variant changes nothing")
				}
			}
		})
	}
}

// processor is the processor time that this process has used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
