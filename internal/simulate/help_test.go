package simulate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/simulate"
)

// help runs the steps of today beside a variant of interventions, on 3,000
// households that have a right.
func help(t *testing.T, interventions string) simulate.SchemeResult {
	t.Helper()
	set := load(t, files())
	var people town
	for i := range 3000 {
		people = append(people, single(2, 20+i%60, 10_000, 12_000+i))
	}
	v := variant(t, set, "variant: hulp\nnaam: Hulp\nvanaf: 2024-01-01\ningrepen: "+interventions+"\n")
	r := run(t, simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast"), Variant: v})
	s := r.Schemes[0]
	if *s.Entitled != (simulate.Measure{}) {
		t.Fatalf("an intervention changes who has a right: %+v", *s.Entitled)
	}
	if r.Variant.RuleSet == r.RuleSet || s.Variant.Content == s.Baseline.Content {
		t.Error("the digests do not tell the interventions")
	}
	if len(s.Baseline.Help) != 0 {
		t.Errorf("today: %+v", s.Baseline.Help)
	}
	groupsAddUp(t, *s.Variant)
	return s
}

// With a letter about the first step: everybody who leaves it now gets one, so
// many do it then, and some of those are lost at the second step.
func TestLetter(t *testing.T) {
	t.Parallel()
	s := help(t, "{vast.aanvragen: brief}")
	now, then := s.Baseline, *s.Variant
	h := then.Help[0]
	if len(then.Help) != 1 || h.ID != "aanvragen" || h.Article != "artikel-1" || !slices.Equal(h.Kinds, []regulation.Intervention{regulation.Letter}) {
		t.Fatalf("help %+v", then.Help)
	}
	if h.Rows != int(h.Letters/2) {
		t.Errorf("%d letters in %d rows of weight 2", h.Letters, h.Rows)
	}
	if h.Letters != now.Steps[0].Lost || h.Answered != now.Steps[0].Lost-then.Steps[0].Lost {
		t.Errorf("%d letters, %d answered; %d left the step, %d do now", h.Letters, h.Answered, now.Steps[0].Lost, then.Steps[0].Lost)
	}
	// Half logs in, of which 85 % does the step; three standard deviations.
	if got := float64(h.Answered) / float64(h.Letters); got < 0.37 || got > 0.48 {
		t.Errorf("%.3f of the letters is answered", got)
	}
	if s.Received.Units <= 0 || s.Received.Units >= h.Answered {
		t.Errorf("%d more receive, %d do the first step after all", s.Received.Units, h.Answered)
	}
	// One in five letters goes to someone without a right; two minutes each.
	wrong := (h.Letters + 2) / 4
	if h.Wrong != wrong || h.Minutes != 2*(h.Letters+wrong) {
		t.Errorf("%d letters, %d wrong, %d minutes", h.Letters, h.Wrong, h.Minutes)
	}
	applied := then.Steps[0].Reached - then.Steps[0].Lost
	refused := int64(float64(applied)*0.15/0.85 + 0.5)
	if want := (applied+refused)*20 + then.Received.Units*10 + (then.Received.Units+refused)*30 + h.Minutes; then.Work.Minutes != want {
		t.Errorf("%d minutes of the executor, want %d", then.Work.Minutes, want)
	}
}

// Awarding every step is what the column "automatic" says; citizens only do
// what is left to who cannot be reached.
func TestAwarded(t *testing.T) {
	t.Parallel()
	s := help(t, "{vast: automatisch}")
	now, then := s.Baseline, *s.Variant
	if then.Received.Units != now.Automatic.Units || then.Received.Cents != now.Automatic.Cents || then.Automatic.Units != then.Received.Units {
		t.Errorf("%+v receive, automatic would be %+v", then.Received, now.Automatic)
	}
	if then.Received.Units < 5880 || then.Received.Units >= 6000 {
		t.Errorf("%d of 6000 receive", then.Received.Units)
	}
	applied, proved := then.Steps[0].Reached-then.Steps[0].Lost+then.Work.Refused, then.Received.Units
	left := func(n int64) int64 { return int64(float64(n)*(1-0.99) + 0.5) }
	want := simulate.Burden{Actions: left(applied) + left(proved), Repeated: left(applied) + left(proved),
		Minutes: left(applied)*30 + left(proved)*60, Proofs: left(proved), Known: left(proved)}
	if d := cmp.Diff(want, then.Burden); d != "" {
		t.Errorf("burden (-want +got):\n%s", d)
	}
}

// Prefilling brings more through, takes half of the minutes and the proofs that
// registers hold.
func TestPrefilled(t *testing.T) {
	t.Parallel()
	s := help(t, "{vast.bewijs: vooringevuld}")
	now, then := s.Baseline, *s.Variant
	if then.Steps[1].Lost >= now.Steps[1].Lost || then.Steps[0].Lost != now.Steps[0].Lost {
		t.Errorf("lost %+v now, %+v then", now.Steps, then.Steps)
	}
	applied, proved := then.Steps[0].Reached-then.Steps[0].Lost+then.Work.Refused, then.Received.Units
	want := simulate.Burden{Actions: applied + proved, Repeated: applied + proved, Minutes: applied*30 + proved*30}
	if d := cmp.Diff(want, then.Burden); d != "" {
		t.Errorf("burden (-want +got):\n%s", d)
	}
	if h := then.Help; len(h) != 1 || h[0].Letters != 0 || h[0].Minutes != 0 {
		t.Errorf("help %+v", h)
	}
}

// Assumptions of interventions are those of the results that use them, and have
// a range.
func TestInterventionAssumptions(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	var people town
	for i := range 1200 {
		people = append(people, single(1, 30, 10_000, 12_000+i))
	}
	text := "variant: hulp\nnaam: Hulp\nvanaf: 2024-01-01\ningrepen: {vast: brief}\n"
	spec := simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast")}
	ids := func(list []population.Assumption) (out []string) {
		for _, a := range list {
			if strings.Contains(a.ID, "brief") || strings.Contains(a.ID, "vooringevuld") {
				out = append(out, a.ID)
			}
		}
		return out
	}
	if got := ids(run(t, spec).Assumptions); got != nil {
		t.Errorf("without interventions: %v", got)
	}
	spec.Variant = variant(t, set, text)
	r := run(t, spec)
	if d := cmp.Diff([]string{"brief-inlog", "brief-stap", "brief-zonder-recht", "brief-minuten"}, ids(r.Assumptions)); d != "" {
		t.Error(d)
	}
	s := r.Schemes[0]
	now, then := s.Baseline.Received, s.Variant.Received
	if then.UnitsHigh-then.Units >= now.UnitsHigh-now.Units+s.Received.Units || s.Received.UnitsLow >= s.Received.Units-s.Received.Units/3 {
		t.Errorf("the low value of a letter, a quarter of it, is not in the range: %+v, %+v, difference %+v", now, then, *s.Received)
	}
}
