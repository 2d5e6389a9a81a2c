package search_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/search"
)

// TestAnalysis: when texts give other terms than before, the number must go up, so that
// what was kept of them is made again.
func TestAnalysis(t *testing.T) {
	t.Parallel()
	const text = "De inwoners hebben de bewijzen van hún inkomen (36 maanden!) al ingeleverd; de coördinatie met de toeslagpartner kan niet. Brieven, brief, hu\u0308rtoeslag, 'café', x1."
	sum := sha256.Sum256(fmt.Append(nil, search.Terms(text, text[:70])))
	if got, want := fmt.Sprint(search.Analysis, " ", hex.EncodeToString(sum[:8])), "1 0fd879e538aaf720"; got != want {
		t.Errorf("terms are %s, were %s: make search.Analysis one higher and put this here", got, want)
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	const text = "De bewijzen zijn kwijt. Bewijzen van inkomens, de toeslag."
	want := []search.Term{
		{Text: "de", Stem: "de", Head: true}, {Text: "bewijzen", Stem: "bewijs", Root: "bewijs", Head: true}, {Text: "zijn", Stem: "zijn", Head: true},
		{Text: "kwijt", Stem: "kwijt", Root: "kwijt", Head: true}, {Text: "van", Stem: "van"}, {Text: "inkomens", Stem: "inkom", Root: "inkomen"}, {Text: "toeslag", Stem: "toeslag", Root: "toeslag"},
	}
	// The beginning that is shown has other spaces, and is cut within a word.
	got := search.Terms(text, "De  bewijzen zijn kwij…")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if search.Length(text) != 9 || search.Length("…") != 0 {
		t.Error(search.Length(text))
	}
	long := search.Terms(strings.Repeat("é", 500), "")
	if len(long) != 1 || len(long[0].Text) > 120 || long[0].Root != "" {
		t.Errorf("%+v", long)
	}
}

var (
	stems   = strings.Fields("toeslag inkomen bewijs huur zorg kind partner aanvraag termijn brief vermogen bijstand woning recht besluit formulier")
	endings = []string{"", "", "", "en", "s", "je", "partner", "termijn", "recht", "x"}
)

// dutch draws a word: ordinary, compound, inflected, misspelled, or that says nothing.
func dutch(t *rapid.T) string {
	w := rapid.SampledFrom(stems).Draw(t, "stem") + rapid.SampledFrom(endings).Draw(t, "ending")
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0:
		return rapid.SampledFrom([]string{"de", "niet", "een", "café", "Coördinatie", "x", "36", "zo", "te", "geld", "baan"}).Draw(t, "other")
	case 1:
		k := rapid.IntRange(1, len(w)-1).Draw(t, "fault")
		return w[:k-1] + w[k:]
	case 2:
		return strings.ToUpper(w)
	case 3:
		return rapid.SampledFrom(stems).Draw(t, "first") + w
	}
	return w
}

func text(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.Custom(dutch), 0, most).Draw(t, "words"), " ")
}

// TestTextsFind: the index finds the texts of which a term answers, whatever came and
// went before.
func TestTextsFind(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, model := search.NewTexts(), map[uint64][]search.Term{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			seq := rapid.Uint64Range(1, 12).Draw(t, "seq")
			if rapid.IntRange(0, 3).Draw(t, "away") == 0 {
				x.Remove(seq)
				delete(model, seq)
				continue
			}
			words := text(t, 12)
			model[seq] = search.Terms(words, words[:len(words)/2])
			x.Add(seq, model[seq])
		}
		var wants []search.Want
		for _, w := range search.Asked(text(t, 3)) {
			wants = append(wants, w.Want())
		}
		for _, w := range search.Words(text(t, 3)) {
			wants = append(wants, search.Wanted(w), search.Nearly(w))
		}
		want := make([][]search.Found, len(wants))
		for i, w := range wants {
			for seq, terms := range model {
				f, ok := search.Found{Seq: seq}, false
				for _, term := range terms {
					if w.Is(term) {
						ok, f.Head = true, f.Head || term.Head
					}
				}
				if ok {
					want[i] = append(want[i], f)
				}
			}
			slices.SortFunc(want[i], func(a, b search.Found) int { return int(a.Seq) - int(b.Seq) })
		}
		if d := cmp.Diff(want, x.Find(wants)); d != "" || x.Len() != len(model) {
			t.Fatalf("%d texts, want %d: %s", x.Len(), len(model), d)
		}
		names, of := x.Roots()
		for seq, terms := range model {
			roots := map[string]bool{}
			for _, term := range terms {
				if term.Root != "" {
					roots[term.Root] = true
				}
			}
			got := map[string]bool{}
			for _, n := range of[seq] {
				got[names[n]] = true
			}
			if d := cmp.Diff(roots, got); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// TestPart: what an index of the documents that the terms find answers, is what an
// index of all documents answers: the same ones, in the same order, with the same
// scores and reasons.
func TestPart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var docs []search.Document
		x, total := search.NewTexts(), 0
		for i := range rapid.IntRange(0, 25).Draw(t, "docs") {
			words := text(t, 15)
			docs = append(docs, search.Document{ID: fmt.Sprint(i), Fields: []search.Field{{Name: "tekst", Text: words, Weight: 1}}})
			x.Add(uint64(i), search.Terms(words, ""))
			total += search.Length(words)
		}
		question := text(t, 4)
		found := map[uint64]bool{}
		for _, w := range search.Words(question) {
			hits := x.Find([]search.Want{search.Wanted(w)})[0]
			if len(hits) == 0 {
				hits = x.Find([]search.Want{search.Nearly(w)})[0]
			}
			for _, f := range hits {
				found[f.Seq] = true
			}
		}
		var part []search.Document
		for i, d := range docs {
			if found[uint64(i)] {
				part = append(part, d)
			}
		}
		want := search.New(docs).Search(question, 10)
		got := search.Part(part, len(docs), map[string]float64{"tekst": float64(total) / float64(max(1, len(docs)))}).Search(question, 10)
		for i := range want {
			want[i].Doc = 0
		}
		for i := range got {
			got[i].Doc = 0
		}
		if d := cmp.Diff(want, got); d != "" && len(want)+len(got) > 0 {
			t.Fatalf("%q: %s", question, d)
		}
	})
}
