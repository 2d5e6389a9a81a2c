package takeup_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/takeup"
)

func params(t testing.TB) takeup.Params {
	t.Helper()
	list, err := takeup.Assumptions()
	if err != nil {
		t.Fatal(err)
	}
	return takeup.Defaults(list)
}

// units gives n units of mixed age, amount and work.
func units(n int) []takeup.Unit {
	out := make([]takeup.Unit, n)
	for i := range out {
		u := population.Uniform(population.Hash(7, uint64(i), 1))
		out[i] = takeup.Unit{ID: uint64(i) << 4, Weight: 1 + int64(i%3), Monthly: 5 + 120*u, Age: 18 + i%70, SelfEmployed: i%9 == 0}
	}
	return out
}

func step(id string, load float64) takeup.Step {
	return takeup.NewStep(takeup.Step{ID: id, Load: load})
}

// lostAt and automatic are the two answers of Draw.
func lostAt(m *takeup.Model, u takeup.Unit, steps []takeup.Step) int {
	lost, _ := m.Draw(u, steps)
	return lost
}

func automatic(m *takeup.Model, u takeup.Unit, steps []takeup.Step) bool {
	_, ok := m.Draw(u, steps)
	return ok
}

func share(m *takeup.Model, us []takeup.Unit, steps []takeup.Step, of func(takeup.Unit) bool) float64 {
	var lost, all int64
	for _, u := range us {
		if of(u) {
			all += u.Weight
			if lostAt(m, u, steps) >= 0 {
				lost += u.Weight
			}
		}
	}
	return float64(lost) / float64(all)
}

func everybody(takeup.Unit) bool { return true }

// The steps of today lose what was observed, drawn as whole units.
func TestCalibrated(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"zorgtoeslag", "kindgebonden-budget", "iets-anders"} {
		o, err := takeup.Observe(id)
		if err != nil {
			t.Fatal(err)
		}
		us := units(4000)
		steps := []takeup.Step{step("aanvragen", 3), step("bewijs", 5)}
		m, err := takeup.Calibrate(o, steps, us, 11, params(t))
		if err != nil {
			t.Fatal(err)
		}
		// Three standard deviations of the draws of 4,000 units, more for a ninth of them.
		if got := share(m, us, steps, everybody); math.Abs(got-o.Unclaimed) > 0.02 {
			t.Errorf("%s: %.3f unclaimed, observed %.3f", id, got, o.Unclaimed)
		}
		if o.SelfEmployed > 0 {
			if got := share(m, us, steps, func(u takeup.Unit) bool { return u.SelfEmployed }); math.Abs(got-o.SelfEmployed) > 0.06 {
				t.Errorf("%s: %.3f unclaimed by the self-employed, observed %.3f", id, got, o.SelfEmployed)
			}
		}
		if o.Retired > 0 { // some 115 units: three standard deviations
			if got := share(m, us, steps, func(u takeup.Unit) bool { return takeup.JustRetired(u.Age) }); math.Abs(got-o.Retired) > 0.1 {
				t.Errorf("%s: %.3f unclaimed by who just retired, observed %.3f", id, got, o.Retired)
			}
		}
		// More at stake: more people act.
		low := share(m, us, steps, func(u takeup.Unit) bool { return u.Monthly < 35 })
		high := share(m, us, steps, func(u takeup.Unit) bool { return u.Monthly > 90 })
		if low <= high {
			t.Errorf("%s: %.3f unclaimed at low amounts, %.3f at high ones", id, low, high)
		}
		young := share(m, us, steps, func(u takeup.Unit) bool { return u.Age < 27 })
		old := share(m, us, steps, func(u takeup.Unit) bool { return u.Age > 30 && u.Age < 60 })
		if young <= old {
			t.Errorf("%s: %.3f unclaimed under 27, %.3f between 30 and 60", id, young, old)
		}
	}
}

func TestObserved(t *testing.T) {
	t.Parallel()
	o, err := takeup.Observe("zorgtoeslag")
	if err != nil || o.Unclaimed != 0.12 || o.SelfEmployed != 0.20 || o.Assumed {
		t.Errorf("zorgtoeslag: %+v, %v", o, err)
	}
	o, err = takeup.Observe("verordening-x")
	if err != nil || !o.Assumed || o.Regulation != "verordening-x" || !(o.Low < o.Unclaimed && o.Unclaimed < o.High) {
		t.Errorf("unknown regulation: %+v, %v", o, err)
	}
}

// Per unit, not only on average: a lighter step, a step less, less proof, or a
// higher amount never loses anybody; a heavier one never wins anybody back.
func TestMonotone(t *testing.T) {
	t.Parallel()
	us := units(500)
	o := takeup.Observed{Regulation: "x", Unclaimed: 0.3}
	p := params(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "steps")
		var steps []takeup.Step
		for i := range n {
			steps = append(steps, takeup.NewStep(takeup.Step{ID: fmt.Sprint("stap-", i), Load: float64(rapid.IntRange(0, 10).Draw(t, "load")),
				Proofs: rapid.IntRange(0, 3).Draw(t, "proofs"), Yearly: rapid.Bool().Draw(t, "yearly"), Manual: rapid.Bool().Draw(t, "manual")}))
		}
		m, err := takeup.Calibrate(o, steps, us, rapid.Uint64().Draw(t, "seed"), p)
		if err != nil {
			t.Fatal(err)
		}
		k := rapid.IntRange(0, n-1).Draw(t, "changed")
		lighter := append([]takeup.Step{}, steps...)
		lighter[k].Load = max(0, lighter[k].Load-float64(rapid.IntRange(0, 5).Draw(t, "less")))
		lighter[k].Proofs = max(0, lighter[k].Proofs-rapid.IntRange(0, 1).Draw(t, "proof"))
		if rapid.Bool().Draw(t, "once") {
			lighter[k].Yearly = false
		}
		fewer := append(append([]takeup.Step{}, steps[:k]...), steps[k+1:]...)
		for _, u := range us {
			lost := lostAt(m, u, steps)
			if lost < -1 || lost >= n {
				t.Fatalf("lost at step %d of %d", lost, n)
			}
			if lost >= 0 {
				continue
			}
			richer := u
			richer.Monthly += 40
			switch {
			case lostAt(m, u, lighter) >= 0:
				t.Fatalf("unit %d is lost by lighter steps", u.ID)
			case lostAt(m, u, fewer) >= 0:
				t.Fatalf("unit %d is lost by fewer steps", u.ID)
			case lostAt(m, richer, steps) >= 0:
				t.Fatalf("unit %d is lost by a higher amount", u.ID)
			case !automatic(m, u, steps):
				t.Fatalf("unit %d receives now and would not automatically", u.ID)
			}
		}
	})
}

// Each of a proof, a yearly return and a point of load makes a step less likely.
func TestLoadOfAStep(t *testing.T) {
	t.Parallel()
	us := units(300)
	plain := takeup.Step{ID: "a", Load: 3}
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.3}, []takeup.Step{takeup.NewStep(plain)}, us, 5, params(t))
	if err != nil {
		t.Fatal(err)
	}
	heavier, proof, yearly := plain, plain, plain
	heavier.Load++
	proof.Proofs++
	yearly.Yearly = true
	for _, u := range us {
		p := m.Probability(u, plain)
		for name, s := range map[string]takeup.Step{"load": heavier, "proof": proof, "yearly": yearly} {
			if q := m.Probability(u, s); q >= p || q <= 0 || p >= 1 {
				t.Fatalf("%s: probability %g, %g without", name, q, p)
			}
		}
	}
}

// The first step that is not done is where somebody is lost.
func TestAttribution(t *testing.T) {
	t.Parallel()
	us := units(2000)
	steps := []takeup.Step{step("licht", 0), step("zwaar", 10), step("licht-2", 0)}
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.3}, steps, us, 5, params(t))
	if err != nil {
		t.Fatal(err)
	}
	var at [3]int
	for _, u := range us {
		i := lostAt(m, u, steps)
		if i < 0 {
			continue
		}
		at[i]++
		if j := lostAt(m, u, steps[:i]); j >= 0 {
			t.Fatalf("unit %d is lost at %d with all steps, at %d with the steps before", u.ID, i, j)
		}
	}
	if at[1] < 3*at[0] || at[1] < 3*at[2] || at[0] == 0 {
		t.Errorf("lost per step %v: the heavy step should lose most", at)
	}
}

func TestAutomatic(t *testing.T) {
	t.Parallel()
	us := units(3000)
	known := []takeup.Step{step("aanvragen", 6), step("inkomen", 6)}
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.5}, known, us, 5, params(t))
	if err != nil {
		t.Fatal(err)
	}
	count := func(steps []takeup.Step) (n int) {
		for _, u := range us {
			if automatic(m, u, steps) {
				n++
			}
		}
		return n
	}
	if got := count(known); got < 2940 || got > 3000 {
		t.Errorf("%d of 3000 receive when registers hold everything", got)
	}
	manual := append([]takeup.Step{}, known...)
	manual[1].Manual = true
	if got := count(manual); got > 2700 || got < 1500 {
		t.Errorf("%d of 3000 receive when one proof is held by nobody", got)
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	got := takeup.Steps([]regulation.Step{
		{ID: "aanvragen", Article: "artikel-4", Who: "burger", Loses: true, Load: 4, Yearly: true, Action: "Vraag aan",
			Evidence: []regulation.Evidence{{Name: "inkomen", Register: "Polisadministratie"}}},
		{ID: "afschrift", Article: "artikel-5", Who: "burger", Loses: true, Evidence: []regulation.Evidence{{Name: "bankafschrift"}}},
		{ID: "melden", Who: "burger"},
		{ID: "vanzelf", Who: "burger", Loses: true, Automatic: true},
		{ID: "toetsen", Who: "uitvoering", Loses: true},
	})
	want := []takeup.Step{
		takeup.NewStep(takeup.Step{ID: "aanvragen", Article: "artikel-4", Action: "Vraag aan", Load: 4, Proofs: 1, Yearly: true}),
		takeup.NewStep(takeup.Step{ID: "afschrift", Article: "artikel-5", Proofs: 1, Manual: true}),
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(takeup.Step{})); d != "" {
		t.Error(d)
	}
}

func TestNothingAsked(t *testing.T) {
	t.Parallel()
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.4}, nil, units(10), 1, params(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units(100) {
		if lostAt(m, u, nil) >= 0 {
			t.Fatal("lost without steps")
		}
	}
	m, err = takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0}, []takeup.Step{step("a", 9)}, units(100), 1, params(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := share(m, units(1000), []takeup.Step{step("a", 9)}, everybody); got != 0 {
		t.Errorf("observed nobody lost, drawn %g", got)
	}
}

func BenchmarkLost(b *testing.B) {
	us := units(1000)
	steps := []takeup.Step{step("a", 3), step("b", 4), step("c", 2)}
	m, err := takeup.Calibrate(takeup.Observed{Regulation: "x", Unclaimed: 0.3}, steps, us, 1, params(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		lostAt(m, us[i%len(us)], steps)
		i++
	}
}
