// Package likeness says how much short Dutch texts are alike, and why: which
// words they share after stemming, weighted by how rare each is. It finds pairs
// among many texts without comparing each with each, and looks texts up by
// words. It knows no meaning: "te laat" and "pas na een maand" share nothing.
package likeness

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"lemniscaat/internal/search"
)

// limits keep the work on many texts bounded.
const (
	maxWords  = 200 // different stems of one text that count
	maxSpread = 40  // a stem in more texts than this pairs nothing: it is ordinary here
	maxNearby = 12  // of one place, each text is compared with so many others
	minShared = 3   // words that two texts have in common, to be called alike by words
	minCosine = 0.3
	kindBonus = 0.1
)

// Text is a text to compare. It is immutable.
type Text struct {
	ID    string
	Place string // what it is about: "zorgtoeslag/artikel-2"
	Kind  string // the sort of complaint

	words []word   // different stems, in order of appearance
	forms []string // other words with one of those stems
}

type word struct{ stem, seen string } // seen is the word as it was written, lower case

// New reads a text.
func New(id, place, kind, text string) Text {
	t := Text{ID: id, Place: place, Kind: kind}
	had := map[string]bool{}
	for w := range search.Folded(text) {
		root := search.Root(w)
		switch {
		case root == "":
			continue
		case had[root]:
			if len(t.forms) < maxWords && !slices.ContainsFunc(t.words, func(x word) bool { return x.seen == w }) && !slices.Contains(t.forms, w) {
				t.forms = append(t.forms, w)
			}
			continue
		}
		had[root] = true
		t.words = append(t.words, word{root, w})
		if len(t.words) == maxWords {
			break
		}
	}
	return t
}

// MaxWords is how many different stems of one text count.
const MaxWords = maxWords

// Stems gives the stems of the words, in order of appearance.
func (t Text) Stems() []string {
	out := make([]string, len(t.words))
	for i, w := range t.words {
		out[i] = w.stem
	}
	return out
}

// Match reports whether every word of a query is in the text: as a stem, or as
// the beginning of a word. A query without words matches everything.
func (t Text) Match(q Query) bool {
	for _, w := range q {
		if !slices.ContainsFunc(t.words, func(x word) bool { return x.stem == w.stem || strings.HasPrefix(x.seen, w.seen) }) &&
			!slices.ContainsFunc(t.forms, func(form string) bool { return strings.HasPrefix(form, w.seen) }) {
			return false
		}
	}
	return true
}

// Query is what somebody looks for.
type Query []word

// Look reads what somebody looks for. Words that say nothing are left out.
func Look(text string) Query {
	var q Query
	for _, w := range search.Asked(text) {
		q = append(q, word{w.Root, w.Text})
	}
	return q
}

// Pair are two texts that may be about the same, and why.
type Pair struct {
	A, B      string // ids; A < B
	SamePlace bool
	SameKind  bool
	Shared    []string // words they share, the rarest first
	Score     float64  // higher is more alike; only to order by

	texts [2]int32 // where they stand in the list
}

// Bag is a text of which only the stems are known, as numbers.
type Bag struct {
	ID, Place, Kind string
	Stems           []int32 // different ones, ascending
}

// Pairs gives at most limit pairs that may be about the same: those of one place
// and kind first, then those that share rare words, in each the most alike
// first. The first take at most half of the room that the others need. not says
// of a pair that it must not be given.
func Pairs(texts []Text, limit int, not func(a, b string) bool) []Pair {
	var names []string
	for _, t := range texts {
		names = append(names, t.Stems()...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	number := make(map[string]int32, len(names))
	for n, s := range names {
		number[s] = int32(n)
	}
	bags, at := make([]Bag, len(texts)), make(map[string]Text, len(texts))
	for i, t := range texts {
		bags[i] = Bag{ID: t.ID, Place: t.Place, Kind: t.Kind}
		for _, s := range t.Stems() {
			bags[i].Stems = append(bags[i].Stems, number[s])
		}
		slices.Sort(bags[i].Stems)
		at[t.ID] = t
	}
	return PairBags(bags, names, limit, not, func(id string) Text { return at[id] })
}

// PairBags is Pairs of texts of which only the stems are known; names are the stems by
// number, in the order of the alphabet. text reads the words of those that are given.
func PairBags(bags []Bag, names []string, limit int, not func(a, b string) bool, text func(id string) Text) []Pair {
	f := newFinder(bags, len(names))
	var by [2][]Pair // place, words
	for n := range bags {
		for _, m := range f.near(n) {
			p, ok := f.pair(n, m)
			if !ok || not(p.A, p.B) {
				continue
			}
			list := &by[1]
			if p.SamePlace && p.SameKind {
				list = &by[0]
			}
			// What is far below the best needs not be kept.
			if *list = append(*list, p); len(*list) > 8*limit+1024 {
				sortPairs(*list)
				*list = (*list)[:limit]
			}
		}
	}
	sortPairs(by[0])
	sortPairs(by[1])
	first := min(len(by[0]), max(limit-len(by[1]), (limit+1)/2))
	out := append(by[0][:first:first], by[1][:min(len(by[1]), limit-first)]...)
	spread := func(stem string) int {
		if n, ok := slices.BinarySearch(names, stem); ok {
			return len(f.in[n])
		}
		return 0
	}
	for k := range out {
		out[k].name(text(bags[out[k].texts[0]].ID), text(bags[out[k].texts[1]].ID), spread)
	}
	return out
}

func sortPairs(ps []Pair) {
	slices.SortFunc(ps, func(a, b Pair) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
}

// finder has the stems as numbers: the more texts have one, the less it says
// (inverse document frequency).
type finder struct {
	texts  []Bag
	in     [][]int32 // texts of each stem, ascending
	weight []float64 // of each stem
	norm   []float64 // of each text
	seen   []bool    // scratch of near
	places map[[2]string][]int32
}

func newFinder(texts []Bag, stems int) *finder {
	f := &finder{texts: texts, in: make([][]int32, stems), norm: make([]float64, len(texts)), seen: make([]bool, len(texts)), places: map[[2]string][]int32{}}
	for n, t := range texts {
		for _, k := range t.Stems {
			f.in[k] = append(f.in[k], int32(n))
		}
		at := [2]string{t.Place, t.Kind}
		f.places[at] = append(f.places[at], int32(n))
	}
	f.weight = make([]float64, len(f.in))
	for k, list := range f.in {
		f.weight[k] = math.Log(1 + float64(len(texts))/float64(max(1, len(list))))
	}
	for n, t := range texts {
		sum := 0.0
		for _, k := range t.Stems {
			sum += f.weight[k] * f.weight[k]
		}
		f.norm[n] = math.Sqrt(sum)
	}
	return f
}

// near gives the texts after n that are worth comparing with it: those that
// share a word that is not ordinary, and some of the same place and kind.
func (f *finder) near(n int) []int32 {
	var out []int32
	add := func(m int32) {
		if int(m) > n && !f.seen[m] {
			f.seen[m] = true
			out = append(out, m)
		}
	}
	for _, k := range f.texts[n].Stems {
		if list := f.in[k]; len(list) <= maxSpread || len(f.texts) <= 2*maxSpread {
			for _, m := range list {
				add(m)
			}
		}
	}
	same := f.places[[2]string{f.texts[n].Place, f.texts[n].Kind}]
	at, _ := slices.BinarySearch(same, int32(n))
	for _, m := range same[at:min(at+maxNearby, len(same))] {
		add(m)
	}
	for _, m := range out {
		f.seen[m] = false
	}
	return out
}

func (f *finder) pair(n int, m int32) (Pair, bool) {
	shared, dot := 0, 0.0
	for a, b := f.texts[n].Stems, f.texts[m].Stems; len(a) > 0 && len(b) > 0; {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			shared++
			dot += f.weight[a[0]] * f.weight[a[0]]
			a, b = a[1:], b[1:]
		}
	}
	score := 0.0
	if dot > 0 {
		score = dot / (f.norm[n] * f.norm[m])
	}
	a, b := &f.texts[n], &f.texts[m]
	place, kind := a.Place == b.Place, a.Kind == b.Kind
	if !(place && kind) && (shared < minShared || score < minCosine) {
		return Pair{}, false
	}
	p := Pair{A: min(a.ID, b.ID), B: max(a.ID, b.ID), SamePlace: place, SameKind: kind, Score: score}
	if kind {
		p.Score += kindBonus
	}
	p.texts = [2]int32{int32(n), m}
	return p, true
}

// name fills in which words a pair shares, the rarest first; spread says in how many
// texts a stem is.
func (p *Pair) name(a, b Text, spread func(stem string) int) {
	var shared []word
	for _, w := range a.words {
		if slices.ContainsFunc(b.words, func(x word) bool { return x.stem == w.stem }) {
			shared = append(shared, w)
		}
	}
	slices.SortStableFunc(shared, func(x, y word) int { return cmp.Compare(spread(x.stem), spread(y.stem)) })
	for _, w := range shared {
		p.Shared = append(p.Shared, w.seen)
	}
}

// Distance says how much two texts differ in words: 0 for the same words, 1 for
// none in common. Two texts without words do not differ.
func Distance(a, b Text) float64 {
	has := make(map[string]bool, len(b.words))
	for _, w := range b.words {
		has[w.stem] = true
	}
	both := 0
	for _, w := range a.words {
		if has[w.stem] {
			both++
		}
	}
	all := len(a.words) + len(b.words) - both
	if all == 0 {
		return 0
	}
	return 1 - float64(both)/float64(all)
}
