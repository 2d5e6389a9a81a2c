package likeness_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/likeness"
)

func never(string, string) bool { return false }

func TestPairs(t *testing.T) {
	t.Parallel()
	texts := []likeness.Text{
		likeness.New("a", "toeslag/artikel-2", "te-hard", "Eén euro te veel spaargeld en de hele toeslag is weg"),
		likeness.New("b", "toeslag/artikel-2", "te-hard", "Formulier vraagt naar bewijs"),
		likeness.New("c", "bijstand/artikel-9", "onduidelijk", "Door een paar euro's spaargeld verliest zij haar toeslagen"),
		likeness.New("d", "toeslag/artikel-3", "botst", "De brief noemt geen termijn"),
	}
	got := likeness.Pairs(texts, 10, never)
	var names []string
	for _, p := range got {
		names = append(names, p.A+p.B)
	}
	// Same place and kind comes first; words alone also bring two regulations
	// together; the rest is nothing.
	if d := cmp.Diff([]string{"ab", "ac"}, names); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
	shared := slices.Sorted(slices.Values(got[1].Shared))
	if d := cmp.Diff([]string{"euro", "spaargeld", "toeslag"}, shared); d != "" {
		t.Errorf("shared words (-want +got):\n%s", d)
	}
	if !got[0].SamePlace || !got[0].SameKind || got[1].SamePlace || got[1].SameKind {
		t.Errorf("%+v", got)
	}
	if rest := likeness.Pairs(texts, 10, func(a, b string) bool { return a == "a" && b == "b" }); len(rest) != 1 || rest[0].B != "c" {
		t.Errorf("a pair that was refused is given: %+v", rest)
	}
	if one := likeness.Pairs(texts, 1, never); len(one) != 1 {
		t.Errorf("%d pairs, at most one was asked", len(one))
	}
	if none := likeness.Pairs(nil, 10, never); len(none) != 0 {
		t.Errorf("of nothing: %v", none)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	x := likeness.New("a", "", "", "Bewijzen van de ingeschreven kinderen, vóór 1 maart 2026")
	for q, want := range map[string]bool{
		"": true, "   ": true, "de van": true, "bewijs": true, "BEWIJZEN": true, "kind": true, "ingeschr": true, "voor maart": true, "2026": true,
		"auto": false, "bewijs auto": false, "'; drop table": false, "%": true, strings.Repeat("kind ", 100): true,
	} {
		if got := x.Match(likeness.Look(q)); got != want {
			t.Errorf("%q: %v, want %v", q, got, want)
		}
	}
}

// TestPairsAreSound: every pair is of two different texts that are there, once,
// in order of likeness, and the words that it names stand in the first of the two.
func TestPairsAreSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "texts")
		var texts []likeness.Text
		words := map[string]string{}
		for i := range n {
			id := fmt.Sprintf("k%02d", i)
			words[id] = strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary[:30]), 0, 12).Draw(t, "words"), " ")
			texts = append(texts, likeness.New(id, fmt.Sprint(i%4), fmt.Sprint(i%3), words[id]))
		}
		limit := rapid.IntRange(0, 50).Draw(t, "limit")
		seen := map[string]bool{}
		last := struct {
			place bool
			score float64
		}{true, 1e9}
		ps := likeness.Pairs(texts, limit, never)
		if len(ps) > limit {
			t.Fatalf("%d pairs, limit %d", len(ps), limit)
		}
		for _, p := range ps {
			if p.A >= p.B || seen[p.A+p.B] {
				t.Fatalf("%+v", p)
			}
			place := p.SamePlace && p.SameKind
			if place && !last.place || place == last.place && p.Score > last.score {
				t.Fatalf("%+v after %+v", p, last)
			}
			seen[p.A+p.B] = true
			last.place, last.score = place, p.Score
			for _, w := range p.Shared {
				if !strings.Contains(words[p.A], w) && !strings.Contains(words[p.B], w) {
					t.Fatalf("%q stands in neither %q nor %q", w, words[p.A], words[p.B])
				}
			}
		}
	})
}

// TestFindsTheTwin: among thousands of texts, the one that says the same in
// other forms of the words is found.
func TestFindsTheTwin(t *testing.T) {
	t.Parallel()
	texts := crowd(3000)
	texts = append(texts,
		likeness.New("tweeling-1", "x/1", "a", "De gemeente vraagt bankafschriften van een gesloten rekening in Curaçao"),
		likeness.New("tweeling-2", "y/2", "b", "Waarom bankafschrift gevraagd van gesloten rekeningen op Curacao"))
	ps := likeness.Pairs(texts, 20, never)
	if !slices.ContainsFunc(ps, func(p likeness.Pair) bool { return p.A == "tweeling-1" && p.B == "tweeling-2" }) {
		t.Errorf("not among the first %d: %+v", len(ps), ps[:3])
	}
}

var vocabulary = func() []string {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]string, 4000)
	for i := range out {
		b := make([]byte, 4+r.IntN(8))
		for k := range b {
			b[k] = "bcdfghklmnprstvwaeiou"[r.IntN(21)]
		}
		out[i] = string(b)
	}
	return out
}()

func crowd(n int) []likeness.Text {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]likeness.Text, n)
	for i := range out {
		var b strings.Builder
		for range 6 + r.IntN(12) {
			// Few words are used often, most seldom.
			f := r.Float64()
			b.WriteString(vocabulary[int(f*f*f*float64(len(vocabulary)))] + " ")
		}
		out[i] = likeness.New(fmt.Sprintf("k%05d", i), fmt.Sprintf("r%d/%d", r.IntN(5), r.IntN(20)), fmt.Sprint(r.IntN(6)), b.String())
	}
	return out
}

func BenchmarkPairs10000(b *testing.B) {
	texts := crowd(10000)
	b.ReportAllocs()
	for b.Loop() {
		likeness.Pairs(texts, 200, never)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		likeness.New("a", "b", "c", "Eén euro te veel spaargeld en de hele toeslag is weg, ook voor mensen met schulden")
	}
}
