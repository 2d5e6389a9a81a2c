package simulate_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

func feedSpec(t testing.TB) simulate.FeedSpec {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	on := rule.MustDate("2026-06-01")
	s, err := simulate.NewSide(set, on, "individuele-inkomenstoeslag")
	if err != nil {
		t.Fatal(err)
	}
	p, err := population.New(population.Spec{N: 6000, Seed: 77, Year: 2026, Households: 6000})
	if err != nil {
		t.Fatal(err)
	}
	return simulate.FeedSpec{People: p, Seed: 77, Date: on, From: rule.MustDate("2026-01-01"), Until: rule.MustDate("2026-12-31"), Side: s,
		Grounds: []string{"hardheid", "uitzicht"}, Key: []byte("proefsleutel-van-de-test"), Workers: 2}
}

func feed(t testing.TB, spec simulate.FeedSpec) []outcome.Row {
	t.Helper()
	rows, err := simulate.Feed(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func count(rows []outcome.Row) map[outcome.Class]int {
	n := map[outcome.Class]int{}
	for _, r := range rows {
		n[r.Class]++
	}
	return n
}

// What the feed writes, the importer reads, row for row.
func TestFeedIsImportable(t *testing.T) {
	t.Parallel()
	spec := feedSpec(t)
	rows := feed(t, spec)
	var file bytes.Buffer
	if err := outcome.Write(&file, rows); err != nil {
		t.Fatal(err)
	}
	got, ds := outcome.Read("uitkomsten.csv", &file, outcome.Options{Regulation: "individuele-inkomenstoeslag", Today: spec.Until})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Line = 0
	}
	if d := cmp.Diff(rows, got); d != "" {
		t.Errorf("read back differs:\n%.2000s", d)
	}
	n := count(rows)
	if n[outcome.Awarded] < 100 || n[outcome.Refused] < 20 || n[outcome.Abandoned] < 20 {
		t.Fatalf("too few outcomes to say anything: %v", n)
	}
	// The same people and draws as in a simulation: who never applies is not in
	// the feed.
	r := run(t, simulate.Spec{People: spec.People, Seed: spec.Seed, Date: spec.Date, Baseline: spec.Side}).Schemes[0].Baseline
	var broken int64
	for _, s := range r.Steps[1:] {
		broken += s.Lost
	}
	if int64(n[outcome.Awarded]) != r.Received.Units || int64(n[outcome.Abandoned]) != broken {
		t.Errorf("feed %v; the simulation has %d receiving and %d that start and stop", n, r.Received.Units, broken)
	}
	grounds := 0
	for i, r := range rows {
		if !r.Synthetic || r.Date.Before(spec.From) || r.Date.After(spec.Until) || (r.Class == outcome.Awarded) == r.Amount.IsZero() {
			t.Fatalf("row %+v", r)
		}
		if i > 0 && r.Date.Before(rows[i-1].Date) {
			t.Fatal("not in order of date")
		}
		if r.Ground != "" {
			grounds++
		}
	}
	if grounds == 0 || grounds > n[outcome.Awarded]/10 {
		t.Errorf("%d of %d awards with a ground", grounds, n[outcome.Awarded])
	}
	// Refused are about the assumed 15 % of all applications.
	applied := n[outcome.Awarded] + n[outcome.Abandoned]
	if part := float64(n[outcome.Refused]) / float64(applied+n[outcome.Refused]); math.Abs(part-0.15) > 0.05 {
		t.Errorf("%.3f of applications refused, want about 0.15", part)
	}
}

func TestFeedIsDeterministicAndDrifts(t *testing.T) {
	t.Parallel()
	spec := feedSpec(t)
	rows := feed(t, spec)
	spec.Workers = 5
	if d := cmp.Diff(rows, feed(t, spec)); d != "" {
		t.Errorf("5 workers give other rows:\n%.1000s", d)
	}
	better := spec
	better.Drift = 0.8
	if a, b := count(rows)[outcome.Awarded], count(feed(t, better))[outcome.Awarded]; b <= a {
		t.Errorf("%d awards, %d when people manage better", a, b)
	}
	worse := spec
	worse.Drift = -0.8
	if a, b := count(rows)[outcome.Awarded], count(feed(t, worse))[outcome.Awarded]; b >= a {
		t.Errorf("%d awards, %d when people manage worse", a, b)
	}
	other := spec
	other.Key = []byte("een-andere-sleutel-van-de-test")
	if feed(t, other)[0].Case == rows[0].Case {
		t.Error("another key, the same pseudonym")
	}
}

// A change is judged by what people did before it: with a step less more of
// them are awarded, as a simulation of the change says.
func TestFeedOfAChange(t *testing.T) {
	t.Parallel()
	spec := feedSpec(t)
	set, _ := regulation.Load(regelingen.Files)
	v, ds := regulation.ReadVariant("v.yaml", []byte("variant: minder\nnaam: Minder\nvanaf: 2026-01-01\nstappen: {individuele-inkomenstoeslag.inkomen-bewijzen: vervalt}\n"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	after, err := simulate.NewSide(changed, spec.Date, "individuele-inkomenstoeslag")
	if err != nil {
		t.Fatal(err)
	}
	before := spec.Side
	now := count(feed(t, spec))[outcome.Awarded]
	spec.Side, spec.Before = after, &before
	then := feed(t, spec)
	r := run(t, simulate.Spec{People: spec.People, Seed: spec.Seed, Date: spec.Date, Baseline: before, Variant: &after}).Schemes[0]
	if n := count(then)[outcome.Awarded]; n <= now || int64(n) != r.Variant.Received.Units {
		t.Errorf("%d awards before, %d after; the simulation says %d", now, n, r.Variant.Received.Units)
	}
	if then[0].Version == before.Schemes[0].Digest {
		t.Error("the rows name the old rules")
	}
}

func TestFeedRefuses(t *testing.T) {
	t.Parallel()
	good := feedSpec(t)
	weighted, err := population.New(population.Spec{N: 500, Seed: 1, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*simulate.FeedSpec){
		"no key":    func(s *simulate.FeedSpec) { s.Key = nil },
		"no days":   func(s *simulate.FeedSpec) { s.Until = s.From.AddDays(-1) },
		"no dates":  func(s *simulate.FeedSpec) { s.From, s.Until = rule.Date{}, rule.Date{} },
		"weighted":  func(s *simulate.FeedSpec) { s.People = weighted },
		"no scheme": func(s *simulate.FeedSpec) { s.Side.Schemes = nil },
		"no people": func(s *simulate.FeedSpec) { s.People = nil },
	} {
		spec := good
		change(&spec)
		if _, err := simulate.Feed(context.Background(), spec); !errors.Is(err, simulate.ErrSpec) {
			t.Errorf("%s: got %v, want ErrSpec", name, err)
		}
	}
}
