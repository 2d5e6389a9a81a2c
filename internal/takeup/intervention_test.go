package takeup_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/takeup"
)

// Interventions only ever help, each by itself and on top of each other, and
// awarding every step is the column "automatic".
func TestInterventionsLoseNobody(t *testing.T) {
	t.Parallel()
	us := units(500)
	p := params(t)
	rapid.Check(t, func(t *rapid.T) {
		var plain, some, more, awarded []takeup.Step
		for i := range rapid.IntRange(1, 4).Draw(t, "steps") {
			s := takeup.NewStep(takeup.Step{ID: fmt.Sprint("stap-", i), Load: float64(rapid.IntRange(0, 10).Draw(t, "load")), Manual: rapid.Bool().Draw(t, "manual")})
			plain = append(plain, s)
			s.Letter, s.Prefilled = rapid.Bool().Draw(t, "letter"), rapid.Bool().Draw(t, "prefilled")
			s.Awarded = !s.Manual && rapid.Bool().Draw(t, "awarded")
			some = append(some, s)
			s.Letter, s.Prefilled = s.Letter || rapid.Bool().Draw(t, "letter too"), s.Prefilled || rapid.Bool().Draw(t, "prefilled too")
			more = append(more, s)
			s = plain[i]
			s.Awarded = !s.Manual
			awarded = append(awarded, s)
		}
		m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.3}, plain, us, rapid.Uint64().Draw(t, "seed"), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range us {
			lost, automatic := m.Draw(u, plain)
			now, _ := m.Draw(u, some)
			then, _ := m.Draw(u, more)
			byItself, _ := m.Draw(u, awarded)
			// Later is further: −1 is the end.
			at := func(lost int) int {
				if lost < 0 {
					return len(plain)
				}
				return lost
			}
			switch {
			case at(now) < at(lost) || at(then) < at(now):
				t.Fatalf("unit %d is lost at %d, with help at %d, with more help at %d", u.ID, lost, now, then)
			case (byItself < 0) != automatic:
				t.Fatalf("unit %d: lost at %d when all is awarded, and automatic is %v", u.ID, byItself, automatic)
			}
		}
		if d := cmp.Diff(plain, takeup.Plain(more), cmp.AllowUnexported(takeup.Step{})); d != "" {
			t.Fatal(d)
		}
		if help := takeup.Same(plain, some); help != cmp.Equal(plain, some, cmp.AllowUnexported(takeup.Step{})) {
			t.Fatalf("same %v", help)
		}
	})
}

// A letter brings back the half that logs in, of which 85 % does the step: of who
// leaves the one step there is, 42.5 %. Prefilling moves odds of 0.65 against
// 0.35 to 73.3 % for who is just there.
func TestStrengths(t *testing.T) {
	t.Parallel()
	us := units(8000)
	one := []takeup.Step{step("aanvragen", 4)}
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.35}, one, us, 9, params(t))
	if err != nil {
		t.Fatal(err)
	}
	letter, prefilled := takeup.Plain(one), takeup.Plain(one)
	letter[0].Letter, prefilled[0].Prefilled = true, true
	var lost, back float64
	for _, u := range us {
		if lostAt(m, u, one) < 0 {
			continue
		}
		lost++
		if lostAt(m, u, letter) < 0 {
			back++
		}
	}
	if got := back / lost; math.Abs(got-0.425) > 3*math.Sqrt(0.425*0.575/lost) {
		t.Errorf("a letter brings back %.3f of %v", got, lost)
	}
	for _, u := range us[:50] {
		p, q := m.Probability(u, one[0]), m.Probability(u, prefilled[0])
		if odds := q / (1 - q) / (p / (1 - p)); math.Abs(math.Log(odds)-0.39) > 1e-9 {
			t.Fatalf("prefilling makes %g of %g", q, p)
		}
	}
	if q := 1 / (1 + math.Exp(-math.Log(0.65/0.35)-0.39)); math.Abs(q-0.733) > 0.0005 {
		t.Errorf("65 %% becomes %g", q)
	}
}

// An assumption of an intervention is one of the run only where it is done.
func TestRelevant(t *testing.T) {
	t.Parallel()
	list, err := takeup.Assumptions()
	if err != nil {
		t.Fatal(err)
	}
	ids := func(steps ...takeup.Step) (out []string) {
		for _, a := range takeup.Relevant(list, steps...) {
			if a.Unit == "" && a.ID[:4] == "ingr" || a.ID[:4] == "brie" {
				out = append(out, a.ID)
			}
		}
		return out
	}
	if got := ids(step("a", 1)); got != nil {
		t.Errorf("without interventions: %v", got)
	}
	if d := cmp.Diff([]string{"brief-inlog", "brief-stap"}, ids(takeup.Step{Letter: true}, takeup.Step{Awarded: true})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"ingreep-vooringevuld"}, ids(takeup.Step{Prefilled: true})); d != "" {
		t.Error(d)
	}
}
