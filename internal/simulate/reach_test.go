package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

type failing interface {
	Helper()
	Fatalf(format string, args ...any)
}

// groupsAddUp: the groups of a kind of which every unit has one add up to the
// three columns, and by step to what the step loses. It is for populations of
// whole units.
func groupsAddUp(t failing, s simulate.SideResult) {
	t.Helper()
	type total struct {
		entitled, received, automatic, unclaimed simulate.Amount
		lost                                     [2]simulate.Amount
		burden                                   simulate.Burden
	}
	totals := map[string]*total{}
	add := func(a *simulate.Amount, b simulate.Amount) { a.Units, a.Cents = a.Units+b.Units, a.Cents+b.Cents }
	for _, g := range s.Groups {
		x := totals[g.Kind]
		if x == nil {
			x = new(total)
			totals[g.Kind] = x
		}
		add(&x.entitled, g.Entitled)
		add(&x.received, g.Received)
		add(&x.automatic, g.Automatic)
		add(&x.unclaimed, g.Unclaimed)
		if len(g.Lost) != len(s.Steps) {
			t.Fatalf("group %s has the losses of %d steps, there are %d", g.Name, len(g.Lost), len(s.Steps))
		}
		for i, l := range g.Lost {
			add(&x.lost[i], l.Amount)
		}
		x.burden.Actions += g.Burden.Actions
	}
	amount := func(m simulate.Measure) simulate.Amount { return simulate.Amount{Units: m.Units, Cents: m.Cents} }
	for _, kind := range []string{simulate.ByAge, simulate.ByType, simulate.ByAmount, simulate.ByIncome} {
		x := totals[kind]
		if x == nil {
			if s.Entitled.Units > 0 {
				t.Fatalf("no groups by %s", kind)
			}
			continue
		}
		want := total{amount(s.Entitled), amount(s.Received), amount(s.Automatic), s.Unclaimed, [2]simulate.Amount{}, x.burden}
		for i, st := range s.Steps {
			want.lost[i] = simulate.Amount{Units: st.Lost, Cents: st.Cents}
		}
		if *x != want {
			t.Fatalf("groups by %s add up to %+v, want %+v", kind, *x, want)
		}
	}
}

// By hand, without steps: 15,000 and 20,000 get 600 a year, which is 50 a month;
// the couples 1,000. Incomes 14,000 and 19,000 are persons 1 to 10 and 11 to 30
// of 50, the couples of 30,000 and 40,000 the last 20.
func TestGroups(t *testing.T) {
	t.Parallel()
	people := town{
		single(10, 30, 15_000, 14_000), single(20, 67, 20_000, 19_000),
		couple(8, 60, 19_900, 30_000), couple(2, 80, 0, 40_000),
	}
	people[0].Persons[0].Status = population.SelfEmployed
	s := run(t, simulate.Spec{People: people, Baseline: side(t, without(t), "vast")}).Schemes[0].Baseline
	got := map[string]simulate.Amount{}
	for _, g := range s.Groups {
		got[g.Kind+": "+g.Name] = g.Entitled
		if g.Received != g.Entitled || g.Automatic != g.Entitled || g.Unclaimed != (simulate.Amount{}) || g.Rate() != 1 || len(g.Lost) != 0 || g.Burden != (simulate.Burden{}) {
			t.Errorf("%+v: without steps all receive and nothing is asked", g)
		}
	}
	low, old, two, four := simulate.Amount{Units: 10, Cents: 600_000}, simulate.Amount{Units: 20, Cents: 1_200_000}, simulate.Amount{Units: 8, Cents: 800_000}, simulate.Amount{Units: 2, Cents: 200_000}
	want := map[string]simulate.Amount{
		"leeftijd: 27 tot 45": low, "leeftijd: 45 tot 67": two, "leeftijd: 67 en ouder": {Units: 22, Cents: 1_400_000},
		"werk: zelfstandigen": low, "net-aow: net AOW": old,
		"huishouden: alleenstaand": {Units: 30, Cents: 1_800_000}, "huishouden: paar zonder kinderen": {Units: 10, Cents: 1_000_000},
		"bedrag: tot en met € 50 per maand": {Units: 30, Cents: 1_800_000}, "bedrag: € 50 tot € 100 per maand": {Units: 10, Cents: 1_000_000},
		"inkomen: groep 2 van 10": low, "inkomen: groep 5 van 10": old, "inkomen: groep 8 van 10": two, "inkomen: groep 10 van 10": four,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("groups (-want +got):\n%s", d)
	}
}

// What the run draws is what was observed, for all and for the groups of which
// it is known; the burden of a group is that of its own units.
func TestFit(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 3000 {
		h := single(1, 20+i%60, 10_000, 12_000+i)
		if i%5 == 0 {
			h.Persons[0].Status = population.SelfEmployed
		}
		people = append(people, h)
	}
	f := files()
	for _, name := range []string{"regeling.yaml", "gegevens.md", "artikel-1.md", "parameters.yaml", "stappen.yaml"} {
		f["zorgtoeslag/"+name] = f["vast/"+name]
		delete(f, "vast/"+name)
	}
	f["zorgtoeslag/artikel-1.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(vastArticle, "vast.", "zorgtoeslag."))}
	f["zorgtoeslag/regeling.yaml"].Data = []byte(meta("zorgtoeslag", "persoon.vaste-toeslag", "jaar"))
	r := run(t, simulate.Spec{People: people, Seed: 3, Baseline: side(t, load(t, f), "zorgtoeslag")})
	s := r.Schemes[0]
	if len(s.Fit) != 3 {
		t.Fatalf("fit %+v, want that of all, the self-employed and who just retired", s.Fit)
	}
	for i, want := range []struct {
		group    string
		observed float64
		rows     int
		near     float64
	}{{"allen", 0.12, 3000, 0.02}, {"zelfstandigen", 0.20, 600, 0.05}, {"net AOW", 0.167, 100, 0.11}} { // three standard deviations of the draws
		f := s.Fit[i]
		if f.Group != want.group || f.Observed != want.observed || f.Rows != want.rows || f.Assumed || f.Source == "" || f.Low >= f.Observed || f.High <= f.Observed {
			t.Errorf("%+v, want %+v", f, want)
		}
		if f.Drawn < want.observed-want.near || f.Drawn > want.observed+want.near {
			t.Errorf("%s: %.3f drawn, %.3f observed", f.Group, f.Drawn, f.Observed)
		}
	}
	for _, g := range s.Baseline.Groups {
		if g.Kind != simulate.ByWork {
			continue
		}
		applied := g.Entitled.Units - g.Lost[0].Units
		proved := applied - g.Lost[1].Units
		want := simulate.Burden{Actions: applied + proved, Repeated: applied + proved, Minutes: applied*30 + proved*60, Proofs: proved, Known: proved}
		if g.Burden != want || proved != g.Received.Units {
			t.Errorf("burden %+v, want %+v; %s", g.Burden, want, fmt.Sprint(g))
		}
	}
}
