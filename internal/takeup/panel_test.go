package takeup_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/takeup"
)

// moved gives the model as assumed and with every assumption at its bounds.
func moved(t testing.TB, o takeup.Observed, steps []takeup.Step, us []takeup.Unit, seed uint64) []*takeup.Model {
	t.Helper()
	list, err := takeup.Assumptions()
	if err != nil {
		t.Fatal(err)
	}
	p := takeup.Defaults(list)
	all := []takeup.Params{p}
	for _, a := range list {
		all = append(all, p.With(a.ID, a.Low), p.With(a.ID, a.High))
	}
	var models []*takeup.Model
	for _, p := range all {
		m, err := takeup.Calibrate(o, steps, us, seed, p)
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, m)
	}
	return models
}

// A panel draws every unit under every model as the model itself does, also for
// a side with other steps.
func TestPanelIsItsModels(t *testing.T) {
	t.Parallel()
	us := units(1500)
	rapid.Check(t, func(rt *rapid.T) {
		var steps []takeup.Step
		for i := range rapid.IntRange(0, 4).Draw(rt, "steps") {
			s := takeup.Step{ID: string(rune('a' + i)), Load: float64(rapid.IntRange(0, 10).Draw(rt, "load")), Proofs: rapid.IntRange(0, 2).Draw(rt, "proofs"),
				Yearly: rapid.Bool().Draw(rt, "yearly"), Manual: rapid.Bool().Draw(rt, "manual"), Letter: rapid.Bool().Draw(rt, "letter today")}
			steps = append(steps, takeup.NewStep(s))
		}
		var other []takeup.Step
		for _, s := range steps {
			if rapid.Bool().Draw(rt, "kept") {
				s.Load /= 2
				s.Letter, s.Prefilled, s.Awarded = rapid.Bool().Draw(rt, "letter"), rapid.Bool().Draw(rt, "prefilled"), rapid.Bool().Draw(rt, "awarded")
				other = append(other, s)
			}
		}
		o := takeup.Observed{Regulation: "x", Unclaimed: []float64{0, 0.12, 0.35}[rapid.IntRange(0, 2).Draw(rt, "unclaimed")], SelfEmployed: 0.2}
		models := moved(t, o, steps, us, rapid.Uint64().Draw(rt, "seed"))
		p := takeup.NewPanel(models, steps, other)
		var s takeup.Scratch
		for _, u := range us[:200] {
			p.Meet(u, &s)
			for side, list := range [][]takeup.Step{steps, other} {
				u.Monthly += float64(10 * side)
				d := p.Draw(&s, side, u.Monthly)
				for k, m := range models {
					lost, automatic := m.Draw(u, list)
					if (lost < 0) != (d.Receives>>k&1 == 1) || automatic != (d.Automatic>>k&1 == 1) || k == 0 && lost != d.Lost {
						rt.Fatalf("unit %d, side %d, model %d: lost at %d, automatic %v; the panel says %+v", u.ID, side, k, lost, automatic, d)
					}
				}
				if want := written(models[0], u, list); d.Written != want {
					rt.Fatalf("unit %d, side %d: letters %b, want %b", u.ID, side, d.Written, want)
				}
			}
		}
	})
}

// written says by Draw alone about which steps a unit gets a letter: it comes to
// the step, and without letters that is where it stops.
func written(m *takeup.Model, u takeup.Unit, steps []takeup.Step) (bits uint64) {
	for i := range steps {
		if lost, _ := m.Draw(u, steps[:i]); lost >= 0 {
			break // it does not come there
		}
		alone := steps[i]
		alone.Letter = false
		if lost, _ := m.Draw(u, []takeup.Step{alone}); steps[i].Letter && lost >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// BenchmarkPanel is one unit under 27 models.
func BenchmarkPanel(b *testing.B) {
	us := units(1000)
	steps := []takeup.Step{step("a", 3), step("b", 4), step("c", 2)}
	models := moved(b, takeup.Observed{Regulation: "x", Unclaimed: 0.3}, steps, us, 1)
	p := takeup.NewPanel(models, steps)
	var s takeup.Scratch
	i := 0
	for b.Loop() {
		u := us[i%len(us)]
		p.Meet(u, &s)
		p.Draw(&s, 0, u.Monthly)
		i++
	}
}
