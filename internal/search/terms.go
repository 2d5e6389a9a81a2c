package search

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"

	"lemniscaat/internal/spelling"
)

// Analysis numbers the way in which Terms reads a text. Whoever keeps terms of texts
// keeps this number with them, and makes them again when it is another: so it goes
// up by one when any text gives other terms than before (TestAnalysis).
const Analysis = 1

// maxTerm is how many bytes of a word are kept to find it by.
const maxTerm = 120

// Term is a word of a text as it is found by.
type Term struct {
	Text string // folded, at most maxTerm bytes
	Stem string // of Search
	Root string // of Root; "" for a word that says nothing by itself
	// Head: it is in the beginning of the text that everybody may see.
	Head bool
}

// Folded gives the words of a text in small letters and without accents.
func Folded(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for t := range tokens(text) {
			if !yield(t.text) {
				return
			}
		}
	}
}

// Length counts the words of a text.
func Length(text string) int {
	n := 0
	for range tokens(text) {
		n++
	}
	return n
}

// Terms gives the different words of a text, in order of appearance. head is a
// beginning of the text, also when it was cut within a word or has other spaces.
func Terms(text, head string) []Term {
	shown := Length(head)
	var out []Term
	at := map[string]bool{}
	for w := range Folded(text) {
		shown--
		w = clip(w)
		if at[w] {
			continue // of one that stands in the beginning too, that was its first place
		}
		at[w] = true
		out = append(out, Term{Text: w, Stem: stem(w), Root: Root(w), Head: shown >= 0})
	}
	return out
}

func clip(w string) string {
	if len(w) <= maxTerm {
		return w
	}
	cut := maxTerm
	for !utf8.RuneStart(w[cut]) {
		cut--
	}
	return w[:cut]
}

// Root gives what the forms of a folded word have in common: its stem by the Dutch
// stemmer of Snowball, once. It is "" for a word that says nothing by itself, for one
// letter, and for more than sixty bytes.
func Root(w string) string {
	if len(w) < 2 || len(w) > 60 || says[w] {
		return ""
	}
	e := snowballstem.NewEnv(w)
	dutch.Stem(e)
	s := e.Current()
	// bewijs and bewijzen, brief and brieven: one word.
	if s, ok := strings.CutSuffix(s, "z"); ok {
		return s + "s"
	}
	if s, ok := strings.CutSuffix(s, "v"); ok {
		return s + "f"
	}
	return s
}

// says are words that say nothing about what a text is about.
var says = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`de het een en of maar want dus als dan toch niet geen wel ook nog al er hier daar die dat dit deze
		ik jij je u hij zij ze wij we jullie hun hen haar zijn mijn onze ons uw is was waren ben bent zijn wordt worden werd heeft hebben had
		kan kunnen kon moet moeten moest mag mogen zal zullen zou wil willen gaat gaan doet doen om te van voor met op in aan bij uit naar tot door
		over onder tussen zonder na sinds per tegen wat wie waar wanneer hoe waarom welke iets iemand alles niets elke ieder iedere veel weer
		meer minder heel erg zo nu toen eerst daarna omdat terwijl zodat`) {
		out[w] = true
	}
	return out
}()

// Want says which terms answer one word of a question: those with one of the roots
// or stems, those that begin or end in a word, and those that are spelled almost like
// one. The zero Want is answered by nothing.
type Want struct {
	Roots, Stems []string
	// Begins and Ends ask for a term of at least Longer bytes more; "" asks nothing.
	Begins, Ends string
	Longer       int
	// Rooted: what begins in Begins must have a root.
	Rooted bool
	// Near asks for terms of four bytes or more at a spelling.Distance of at most Within.
	Near   string
	Within int
}

// Is reports whether a term answers.
func (w Want) Is(t Term) bool {
	for _, r := range w.Roots {
		if r != "" && r == t.Root {
			return true
		}
	}
	for _, s := range w.Stems {
		if s != "" && s == t.Stem {
			return true
		}
	}
	longer := func(than string) bool { return than != "" && len(t.Text) >= len(than)+w.Longer }
	return longer(w.Begins) && strings.HasPrefix(t.Text, w.Begins) && (t.Root != "" || !w.Rooted) ||
		longer(w.Ends) && strings.HasSuffix(t.Text, w.Ends) || w.Spelled(t.Text)
}

// Spelled reports whether a term is spelled almost like what is asked for.
func (w Want) Spelled(text string) bool {
	return w.Near != "" && len(text) >= 4 && spelling.Distance(w.Near, text, w.Within) <= w.Within
}

// Reverse gives the letters of a word from the last to the first: of a word that ends
// in another, it begins in the reverse of that other.
func Reverse(w string) string {
	r := []rune(w)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// maxAsked is how many words of a question a list is searched for.
const maxAsked = 20

// Word is a word that a list is searched for: it is in a text that has a word with the
// same root, or one that begins in it.
type Word struct{ Root, Text string }

// Want gives the terms that answer.
func (w Word) Want() Want {
	return Want{Roots: []string{w.Root}, Begins: w.Text, Rooted: true}
}

// Asked reads what a list is searched for. Words that say nothing are left out.
func Asked(question string) []Word {
	var out []Word
	for w := range Folded(question) {
		if r := Root(w); r != "" && len(out) < maxAsked {
			out = append(out, Word{Root: r, Text: w})
		}
	}
	return out
}

// Wanted gives, for a word of Words, the terms with which Search may find a document:
// all but those that are only spelled almost so, which Nearly gives.
func Wanted(w string) Want {
	out := Want{Stems: []string{stem(clip(w))}}
	for _, other := range synonyms(w) {
		out.Stems = append(out.Stems, stem(other))
	}
	if len(w) >= 4 {
		out.Begins, out.Ends, out.Longer = clip(w), w, 3
		if len(w) > maxTerm {
			out.Ends, out.Longer = "", 0
		}
	}
	return out
}

// Nearly gives the terms that Search falls back on for a word that is nowhere.
func Nearly(w string) Want {
	if w = clip(w); len(w) < 4 {
		return Want{}
	}
	return Want{Near: w, Within: len(w) / 4}
}
