package population_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
)

func build(t testing.TB, spec population.Spec) *population.Population {
	t.Helper()
	if spec.Year == 0 {
		spec.Year = 2026
	}
	p, err := population.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{"nl:1": 1, "nl:20000": 20000, "nl:alles": population.All, "nl:all": population.All} {
		got, err := population.Parse(in)
		if err != nil || got.N != want {
			t.Errorf("Parse(%q) = %v, %v; want N %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "nl:", "nl:0", "nl:-1", "nl:+5", "nl:1e3", "nl:20.000", "be:100", "20000", "nl:99999999999999999999", "nl:" + strings.Repeat("9", 10_000), "nl: 5", "nl:５"} {
		got, err := population.Parse(in)
		if !errors.Is(err, population.ErrSpec) {
			t.Errorf("Parse(%.20q) = %v, %v; want ErrSpec", in, got, err)
		} else if !strings.Contains(err.Error(), "nl:20000") || len(err.Error()) > 300 {
			t.Errorf("Parse(%.20q): message %.200q does not say what is accepted, or is too long", in, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]population.Spec{
		"none":          {N: 0, Year: 2026},
		"negative":      {N: -2, Year: 2026},
		"beyond":        {N: 8_374_405, Year: 2026},
		"year before":   {N: 10, Year: 2022},
		"year after":    {N: 10, Year: 2036},
		"weight NaN":    {N: 10, Year: 2026, Households: math.NaN()},
		"weight minus":  {N: 10, Year: 2026, Households: -3},
		"weight beyond": {N: 10, Year: 2026, Households: 1e12},
	} {
		if _, err := population.New(spec); !errors.Is(err, population.ErrSpec) {
			t.Errorf("%s: got %v, want ErrSpec", name, err)
		}
	}
}

// Weights add up to the country, and to every type of household, to the
// millionth.
func TestTotalsExact(t *testing.T) {
	t.Parallel()
	official := map[population.Type]int64{
		population.Single: 3_340_560, population.UnmarriedCouple: 651_188, population.MarriedCouple: 1_687_670,
		population.UnmarriedParents: 469_618, population.MarriedParents: 1_560_260, population.SingleParent: 618_056, population.Other: 47_052,
	}
	for _, n := range []int{1000, 4999, 20000} {
		p := build(t, population.Spec{N: n, Seed: 3})
		got := map[population.Type]int64{}
		rows := 0
		for i := range n {
			h := p.At(i)
			got[h.Type] += h.Weight
			rows++
		}
		want := map[population.Type]int64{}
		for ty, v := range official {
			want[ty] = v * 1_000_000
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("nl:%d: weights per type (millionths):\n%s", n, d)
		}
	}
}

// Weights add up however few households there are and whatever they stand for.
func TestWeightsTinyAndMunicipal(t *testing.T) {
	t.Parallel()
	for k, n := range []int{1, 2, 3, 7, 20, 64, 101, 333, 600} {
		total := 1 + population.Hash(5, uint64(k), 1)%8_374_404
		p := build(t, population.Spec{N: n, Year: 2024, Seed: uint64(k), Households: float64(total)})
		var sum int64
		for i := range n {
			h := p.At(i)
			if h.Weight < 0 {
				t.Fatalf("nl:%d: household %d weighs %d", n, i, h.Weight)
			}
			sum += h.Weight
		}
		if sum != int64(total)*1_000_000 {
			t.Fatalf("nl:%d: weights add up to %d, want %d million", n, sum, total)
		}
	}
}

// A population of as many households as it stands for has no weights: its
// households can be counted as cases.
func TestWeightOne(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 3801, Seed: 2, Households: 3801})
	for i := range p.Len() {
		if w := p.At(i).Weight; w != 1_000_000 {
			t.Fatalf("household %d weighs %d millionths", i, w)
		}
	}
}

// digest hashes every household in order, made by a number of workers.
func digest(t *testing.T, p *population.Population, workers int) string {
	t.Helper()
	type part struct{ rows map[int][32]byte }
	start := func() *part { return &part{map[int][32]byte{}} }
	step := func(a *part, h *population.Household) error {
		a.rows[h.Index] = sha256.Sum256(fmt.Appendf(nil, "%+v", *h))
		return nil
	}
	merge := func(into, from *part) {
		for k, v := range from.rows {
			into.rows[k] = v
		}
	}
	acc, err := population.Fold(context.Background(), p, workers, start, step, merge, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(acc.rows) != p.Len() {
		t.Fatalf("%d workers made %d of %d households", workers, len(acc.rows), p.Len())
	}
	all := sha256.New()
	for i := range p.Len() {
		row := acc.rows[i]
		all.Write(row[:])
	}
	return fmt.Sprintf("%x", all.Sum(nil))
}

func TestSameForAnyThreadCount(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 5000, Seed: 42})
	want := digest(t, p, 1)
	for _, workers := range []int{2, 7} {
		if got := digest(t, p, workers); got != want {
			t.Errorf("%d workers make other bytes than 1", workers)
		}
	}
	again := build(t, population.Spec{N: 5000, Seed: 42})
	if digest(t, again, 3) != want || again.ID() != p.ID() {
		t.Error("the same spec gives another population")
	}
	other := build(t, population.Spec{N: 5000, Seed: 43})
	if digest(t, other, 1) == want || other.ID() == p.ID() {
		t.Error("another seed gives the same population")
	}
}

// Any subset, in any order, with reused memory, is the same as the whole.
func TestSubsetsAndReuse(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 3000, Seed: 9})
	whole := make([]*population.Household, p.Len())
	for i := range whole {
		whole[i] = p.At(i)
	}
	rapid.Check(t, func(t *rapid.T) {
		var h population.Household
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, p.Len()-1), 1, 20).Draw(t, "order") {
			p.Household(i, &h)
			if d := cmp.Diff(whole[i], &h, cmpopts.IgnoreUnexported(population.Household{})); d != "" {
				t.Fatalf("household %d alone differs:\n%s", i, d)
			}
		}
	})
}

func TestFoldStops(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 20000, Seed: 1})
	none := func() *int { return new(int) }
	merge := func(into, from *int) { *into += *from }
	boom := errors.New("boom")
	_, err := population.Fold(context.Background(), p, 4, none, func(n *int, h *population.Household) error {
		if h.Index == 700 {
			return boom
		}
		return nil
	}, merge, nil)
	if !errors.Is(err, boom) {
		t.Errorf("error of a step: got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var seen sync.Map
	_, err = population.Fold(ctx, p, 2, none, func(n *int, h *population.Household) error { return nil }, merge, func(done, total int) {
		seen.Store(done, total)
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	last := 0
	got, err := population.Fold(context.Background(), p, 3, none, func(n *int, h *population.Household) error { *n++; return nil }, merge, func(done, total int) { last = done })
	if err != nil || *got != 20000 || last != 20000 {
		t.Errorf("got %v households, progress to %d, %v", *got, last, err)
	}
}

// Every household is possible: ages, partners, parents and children, statuses
// and amounts fit together.
func TestHouseholdsArePossible(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 20000, Seed: 5})
	var h population.Household
	for i := range p.Len() {
		p.Household(i, &h)
		bad := func(format string, args ...any) {
			t.Fatalf("household %d: %s\n%+v", i, fmt.Sprintf(format, args...), h)
		}
		head := h.Persons[0]
		if len(h.Persons) > 14 || head.Position != population.Head || head.Age < 18 {
			bad("no adult head, or too many members")
		}
		wealth := 0
		for m, q := range h.Persons {
			wealth += q.Wealth
			if age := 2026 - 1 - q.Birth.Year; age != q.Age || !q.Birth.Valid() {
				bad("member %d: born %v and %d years old", m, q.Birth, q.Age)
			}
			switch {
			case q.Position == population.Child && (head.Age-q.Age < 18 || head.Age-q.Age > 45):
				bad("child of %d with a head of %d", q.Age, head.Age)
			case q.Position == population.Partner && (m != 1 || q.Applicant || q.Age < 18):
				bad("partner in place %d", m)
			case (q.Age < 18) != (q.Status == population.Minor), (q.Age >= 67) != (q.Status == population.Retired):
				bad("%v at %d", q.Status, q.Age)
			case q.Wage < 0 || q.Benefit < 0 || q.Pension < 0 || q.Wealth < 0 || q.MeanMonth < 0 && q.Profit >= 0:
				bad("negative amount")
			case q.Means < q.Wealth, m > 1 && q.Means > q.Wealth:
				bad("means %d of wealth %d", q.Means, q.Wealth)
			case q.Gross() > 0 && q.Net > q.Gross():
				bad("net %d above gross %d", q.Net, q.Gross())
			case q.Status == population.Assistance && h.Partner(m) >= 0 && h.Persons[1-m].Status != population.Assistance:
				bad("bijstand of one partner")
			}
		}
		if (h.Partner(0) == 1) != (len(h.Persons) > 1 && h.Persons[1].Position == population.Partner) {
			bad("partners")
		}
		d := h.Home
		if owns := d.Tenure == population.Owner; owns != (d.Rent == 0) || owns && (d.Service > 0 || d.Room) || !owns && d.Equity > 0 || d.Rent < 0 || d.Municipality >= population.Municipalities {
			bad("dwelling")
		}
		last := 0
		for _, c := range h.Contracts {
			if c.Child <= last || h.Persons[c.Child].Position != population.Child || h.Persons[c.Child].Age > 11 || c.Hours < 5 || c.Hours > 230 || c.Price < 400 || c.Price > 2000 ||
				(c.Kind == population.DayCare) && h.Persons[c.Child].Age > 3 || (c.Kind == population.AfterSchool) && h.Persons[c.Child].Age < 4 {
				bad("contract %+v", c)
			}
			for m := range h.Persons {
				if (m == 0 || h.Partner(m) >= 0) && h.Persons[m].Status > population.SelfEmployed {
					bad("childcare with a parent who does not work or study")
				}
			}
			last = c.Child
		}
		if head.Status == population.Assistance && wealth > 16001 {
			bad("bijstand with wealth %d", wealth)
		}
	}
}

// The population hits what it was fitted to, and comes near what was held out.
// The bounds are what nl:200000 measures, rounded up.
func TestMargins(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 200_000, Seed: 1})
	d, err := population.Diagnose(context.Background(), p, 2)
	if err != nil {
		t.Fatal(err)
	}
	limit := func(c population.Check) float64 {
		kind, _, _ := strings.Cut(c.ID, ".")
		switch {
		case kind == "huishoudens" || kind == "type":
			return 1e-9
		case c.Use == "toets":
			return 14
		case kind == "grootte", kind == "personen":
			return 0.25
		case kind == "leeftijd", kind == "besteedbaar", kind == "woning":
			return 1.5
		case kind == "spaargeld":
			return 9
		case c.ID == "gemeente.0": // some 140 households
			return 30
		case kind == "gemeente":
			return 1
		case kind == "opvang":
			return 3
		}
		return 4
	}
	seen := map[string]bool{}
	for _, c := range d.Checks {
		if math.IsNaN(c.Model) || math.Abs(c.Off()) > limit(c) {
			t.Errorf("%s %s: model %.1f, official %.1f, %.2f %% off (limit %g)", c.Use, c.ID, c.Model, c.Value, c.Off(), limit(c))
		}
		if c.Table == "" || c.License == "" || seen[c.ID] {
			t.Errorf("%s: no table or licence, or twice", c.ID)
		}
		seen[c.ID] = true
	}
	for _, id := range []string{"type.eenouder", "grootte.5", "personen.kind", "besteedbaar.P10", "bijstand.personen", "gestandaardiseerd.P50", "leeftijd.80", "woning.eigen", "spaargeld.85"} {
		if !seen[id] {
			t.Errorf("no check of %s", id)
		}
	}
	again, err := population.Diagnose(context.Background(), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again); diff != "" {
		t.Errorf("1 and 2 workers measure differently:\n%s", diff)
	}
}

// A municipality is a smaller Netherlands: the same people, other weights.
func TestMunicipality(t *testing.T) {
	t.Parallel()
	nl, small := build(t, population.Spec{N: 2000, Seed: 1}), build(t, population.Spec{N: 2000, Seed: 1, Households: 38_000})
	if nl.ID() == small.ID() {
		t.Error("another weight, the same id")
	}
	for i := range 2000 {
		if d := cmp.Diff(nl.At(i).Persons, small.At(i).Persons); d != "" {
			t.Fatalf("household %d differs:\n%s", i, d)
		}
	}
	named := func(p *population.Population, id string) bool {
		for _, a := range p.Assumptions() {
			if a.ID == id {
				return true
			}
		}
		return false
	}
	if !named(small, "aantal-huishoudens") || !named(small, "gemeente-als-nederland") || named(nl, "aantal-huishoudens") {
		t.Error("the weight of a municipality is not named as an assumption")
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 500, Seed: 1})
	same := []string{"persoon.vorige-toekenning", "persoon.verzekerd-voor-de-kinderbijslag", "persoon.schoolgaand",
		"persoon.intensieve-zorg-nodig", "persoon.uitwonend-voor-onderwijs",
		"persoon.giften-in-deze-maand", "persoon.eerdere-giften-in-dit-jaar", "persoon.giften-die-de-gemeente-verantwoord-vindt",
		"persoon.rechtmatig-verblijf-voor-de-bijstand", "persoon.vrijlatingsgrond", "persoon.aantal-maanden-met-vrijlating", "persoon.dag-van-de-melding",
		"persoon.een-handicap", "persoon.een-aangepaste-woning", "persoon.een-woning-voor-acht-of-meer-personen", "persoon.eerder-huurtoeslag-voor-deze-woning-gekregen",
		"persoon.laatste-werkdag", "opvangovereenkomst.gesloten-met-een-geregistreerde-opvang", "opvangovereenkomst.schriftelijk-vastgelegd"}
	known := map[string]bool{}
	for _, a := range build(t, population.Spec{N: 1, Year: 2027}).Assumptions() {
		known[a.ID] = true
		if !strings.HasSuffix(a.Text, ".") {
			t.Errorf("assumption %s is not a sentence: %q", a.ID, a.Text)
		}
	}
	for _, c := range population.Columns() {
		for _, a := range c.Assumptions {
			if !known[a] {
				t.Errorf("column %s rests on unknown assumption %s", c.ID, a)
			}
		}
		varies := map[string]bool{}
		for i := range p.Len() {
			h := p.At(i)
			n := len(h.Persons)
			if c.Object() != "persoon" {
				n = len(h.Contracts)
			}
			for m := range n {
				d := c.Datum(c.Of(h, m))
				if d.Kind != c.Kind && !d.IsEmpty() {
					t.Fatalf("%s gives kind %v", c.ID, d.Kind)
				}
				varies[d.String()] = true
			}
		}
		if one := len(varies) < 2; one != slices.Contains(same, c.ID) {
			t.Errorf("column %s is the same for everybody: %v %v", c.ID, one, varies)
		}
	}
	h := p.At(p.Len() - 60)
	for _, r := range population.Relations() {
		for _, pair := range r.Pairs(h) {
			to := len(h.Persons)
			if r.Between == population.Cared {
				to = len(h.Contracts)
			}
			if pair[0] < -1 || pair[1] < 0 || pair[1] >= to {
				t.Errorf("%s: %v", r.Role, pair)
			}
		}
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a, b population.Sum
		want := new(big.Int)
		for i := range rapid.IntRange(0, 50).Draw(t, "n") {
			w, v := rapid.Int64Range(0, 1<<62).Draw(t, "w"), rapid.Int64Range(-1<<60, 1<<60).Draw(t, "v")
			if i%2 == 0 {
				a.Add(w, v)
			} else {
				b.Add(w, v)
			}
			want.Add(want, new(big.Int).Mul(big.NewInt(w), big.NewInt(v)))
		}
		a.Merge(b)
		if a.Int().Cmp(want) != 0 {
			t.Fatalf("got %v, want %v", a.Int(), want)
		}
	})
	for _, c := range []struct{ v, d, want int64 }{{5, 2, 3}, {-5, 2, -3}, {4, 2, 2}, {7, 5, 1}, {8, 5, 2}, {-7, 5, -1}, {0, 9, 0}} {
		var s population.Sum
		s.Add(1, c.v)
		if got := s.Rounded(c.d); got != c.want {
			t.Errorf("%d/%d rounds to %d, want %d", c.v, c.d, got, c.want)
		}
	}
}

// Parts are whole, add up, and are within one of their exact share.
func TestApportion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 40).Draw(t, "weights")
		total := rapid.Int64Range(0, 1e13).Draw(t, "total")
		var sum float64
		for _, w := range weights {
			sum += w
		}
		var got int64
		for i, part := range population.Apportion(total, weights) {
			got += part
			if sum > 0 && math.Abs(float64(part)-float64(total)*weights[i]/sum) > 1+float64(total)*1e-12 {
				t.Fatalf("part %d is %d, exact %g", i, part, float64(total)*weights[i]/sum)
			}
		}
		if sum > 0 && got != total {
			t.Fatalf("parts add up to %d, want %d", got, total)
		}
	})
	if d := cmp.Diff([]int64{2, 1, 0}, population.Apportion(3, []float64{1, 1, 0})); d != "" {
		t.Error(d)
	}
}

func BenchmarkHousehold(b *testing.B) {
	p := build(b, population.Spec{N: 100_000, Seed: 1})
	var h population.Household
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p.Household(i%p.Len(), &h)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "huishoudens/s")
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		build(b, population.Spec{N: 100_000, Seed: 1})
	}
}

// Each stops at the first job, by number, that has an error, for any number of
// workers.
func TestEachGivesTheErrorOfTheLowestJob(t *testing.T) {
	t.Parallel()
	low, high := errors.New("low"), errors.New("high")
	for _, workers := range []int{1, 2, 8} {
		err := population.Each(context.Background(), workers, 1000, func(int) func(int) error {
			return func(i int) error {
				switch {
				case i == 17:
					return low
				case i > 17:
					return high
				}
				return nil
			}
		})
		if !errors.Is(err, low) {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := population.Each(ctx, 2, 5, func(int) func(int) error { return func(int) error { return nil } }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Whoever calls Each can recover what a worker panicked with.
func TestEachPanicsWhereItIsCalled(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 4} {
		func() {
			defer func() {
				p, ok := recover().(*population.Panic)
				if !ok || p.Value != "broken" || !bytes.Contains(p.Stack, []byte("TestEachPanics")) || !strings.HasPrefix(p.String(), "broken\n") {
					t.Errorf("%d workers: recovered %v", workers, p)
				}
			}()
			err := population.Each(context.Background(), workers, 100, func(int) func(int) error {
				return func(i int) error {
					if i == 17 {
						panic("broken")
					}
					return nil
				}
			})
			t.Errorf("%d workers: %v", workers, err)
		}()
	}
}
