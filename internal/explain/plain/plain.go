// Package plain is a smoke alarm for texts that people have to understand, in
// Dutch and in English. It measures what can be counted (reading ease, sentence
// length, jargon). A text that passes is not proven to be at level B1; a text
// that fails deserves another look.
package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The bars.
const (
	MinScore        = 60.0 // reading ease: "standaard", "plain English", and easier
	MaxMeanSentence = 15.0 // words
	MaxSentence     = 25   // words
)

// Jargon gives the Dutch words and phrases that plain texts avoid.
func Jargon() []string { return dutch.jargon }

// language is how one language is measured.
type language struct {
	score     string // the name of the reading ease
	jargon    []string
	ease      func(wordsPerSentence, syllablesPerWord float64) float64
	syllables func(word string) int
}

var (
	dutch = language{
		score: "Flesch–Douma",
		jargon: []string{"ingevolge", "conform", "inzake", "derhalve", "teneinde", "betreffende", "alsmede",
			"dienen te", "dient te", "middels", "omtrent"},
		ease:      func(wps, spw float64) float64 { return 206.84 - 0.93*wps - 77*spw },
		syllables: syllables,
	}
	english = language{
		score: "Flesch",
		jargon: []string{"pursuant to", "hereinafter", "notwithstanding", "in accordance with", "aforementioned", "aforesaid",
			"thereof", "therein", "thereto", "hereby", "herein", "heretofore", "whereas", "shall", "prior to", "subsequent to",
			"in respect of", "with regard to", "in the event that", "for the purpose of", "commence", "utilise"},
		ease:      func(wps, spw float64) float64 { return 206.835 - 1.015*wps - 84.6*spw },
		syllables: englishSyllables,
	}
)

// Report is what was counted.
type Report struct {
	// English says that it was measured as English; otherwise as Dutch.
	English                     bool
	Sentences, Words, Syllables int
	// Longest is the longest sentence and LongestWords its length.
	Longest      string
	LongestWords int
	Jargon       []string
}

func (r Report) language() *language {
	if r.English {
		return &english
	}
	return &dutch
}

// Score is the reading ease: for Dutch Flesch–Douma, 206.84 −
// 0.93·words/sentence − 77·syllables/word, for English Flesch, 206.835 −
// 1.015·words/sentence − 84.6·syllables/word. Higher is easier; an empty text
// scores 100.
func (r Report) Score() float64 {
	if r.Words == 0 || r.Sentences == 0 {
		return 100
	}
	return r.language().ease(float64(r.Words)/float64(r.Sentences), float64(r.Syllables)/float64(r.Words))
}

// Mean gives the words per sentence.
func (r Report) Mean() float64 {
	if r.Sentences == 0 {
		return 0
	}
	return float64(r.Words) / float64(r.Sentences)
}

// Problems says in Dutch which bars the text does not pass; empty when it
// passes all.
func (r Report) Problems() []string {
	var out []string
	if s := r.Score(); s < MinScore {
		out = append(out, fmt.Sprintf("leesbaarheid %.0f, verwacht ten minste %.0f (%s)", s, MinScore, r.language().score))
	}
	if m := r.Mean(); m > MaxMeanSentence {
		out = append(out, fmt.Sprintf("gemiddeld %.1f woorden per zin, verwacht hooguit %.0f", m, MaxMeanSentence))
	}
	if r.LongestWords > MaxSentence {
		out = append(out, fmt.Sprintf("een zin van %d woorden, verwacht hooguit %d: %q", r.LongestWords, MaxSentence, r.Longest))
	}
	for _, j := range r.Jargon {
		out = append(out, fmt.Sprintf("het woord %q: zeg het gewoner", j))
	}
	return out
}

// Measure counts a Dutch text. Terms are the words that a law itself uses for what it is
// about ("toetsingsinkomen"): a text about that law cannot avoid them and the
// reader meets them on every letter, so each counts as one word of two
// syllables. A number with its unit sign counts as one word of one syllable.
func Measure(text string, terms ...string) Report { return measure(Report{}, text, terms) }

// MeasureEnglish counts an English text. Names that it quotes (‘vermogen’) are
// terms, without being listed.
func MeasureEnglish(text string, terms ...string) Report {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "‘")
		if !ok {
			break
		}
		name, next, closed := strings.Cut(after, "’")
		if closed {
			terms = append(terms, "‘"+name+"’")
			rest = next
			continue
		}
		break
	}
	return measure(Report{English: true}, text, terms)
}

func measure(r Report, text string, terms []string) Report {
	l := r.language()
	lower := strings.ToLower(text)
	for _, j := range l.jargon {
		if hasPhrase(lower, j) {
			r.Jargon = append(r.Jargon, j)
		}
	}
	// Most terms are not in most texts: only those that are have to be in order.
	found := terms[:0:0]
	for _, term := range terms {
		if term = strings.ToLower(term); strings.Contains(lower, term) {
			found = append(found, term)
		}
	}
	found = longestFirst(found)
	for _, s := range sentences(text) {
		t := strings.ToLower(s)
		for _, term := range found {
			if strings.Contains(t, term) {
				t = replacePhrase(t, term, "terma")
			}
		}
		n := 0
		for _, w := range words(t) {
			n++
			r.Syllables += l.syllables(w)
		}
		if n == 0 {
			continue
		}
		r.Sentences++
		r.Words += n
		if n > r.LongestWords {
			r.LongestWords, r.Longest = n, strings.TrimSpace(s)
		}
	}
	return r
}

func longestFirst(terms []string) []string {
	out := slices.Clone(terms)
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(out)
}

// sentences splits at . ! ? and line ends; a dot inside a number ("1.550,00")
// or a word ("artikel 3.b") does not end a sentence.
func sentences(text string) []string {
	var out []string
	var b strings.Builder
	rs := []rune(text)
	for i, c := range rs {
		end := c == '\n' || ((c == '.' || c == '!' || c == '?') && (i+1 == len(rs) || unicode.IsSpace(rs[i+1]) || rs[i+1] == '"' || rs[i+1] == '”'))
		if end {
			out = append(out, b.String())
			b.Reset()
			continue
		}
		b.WriteRune(c)
	}
	return append(out, b.String())
}

func words(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || c == '/' || c == '–' }) {
		w = strings.TrimFunc(w, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// syllables counts groups of vowels. A letter with a trema starts a new group
// ("geïnd"), and so does a vowel after ij.
func syllables(w string) int {
	if strings.ContainsFunc(w, unicode.IsDigit) {
		return 1
	}
	n, in := 0, false
	for _, c := range w {
		switch {
		case strings.ContainsRune("ëïöüä", c):
			n, in = n+1, true
		case strings.ContainsRune("aeiouyéèêáàóôíúû", c):
			if !in {
				n++
			}
			in = true
		default:
			in = false
		}
	}
	return max(n, 1)
}

// englishSyllables counts groups of vowels, without the silent e at the end
// ("rate", "rules", "used") but with the one of "table" and "counted".
func englishSyllables(w string) int {
	if strings.ContainsFunc(w, unicode.IsDigit) {
		return 1
	}
	vowel := func(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }
	n, in := 0, false
	for i := range len(w) {
		v := vowel(w[i])
		if v && !in {
			n++
		}
		in = v
	}
	at := func(i int) byte {
		if i < 0 {
			return 'a'
		}
		return w[i]
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	k := len(stem)
	switch {
	case strings.HasSuffix(stem, "es"):
		// "rules" has one, "boxes" and "prices" two.
		if c := at(k - 3); !vowel(c) && strings.IndexByte("sxzcg", c) < 0 && !strings.HasSuffix(stem, "shes") && !strings.HasSuffix(stem, "ches") &&
			!(c == 'l' && !vowel(at(k-4))) {
			n--
		}
	case strings.HasSuffix(stem, "ed"):
		if c := at(k - 3); !vowel(c) && c != 't' && c != 'd' {
			n--
		}
	case strings.HasSuffix(stem, "e"):
		if c := at(k - 2); !vowel(c) && !(c == 'l' && !vowel(at(k-3))) {
			n--
		}
	}
	return max(n, 1)
}

func isLetter(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	return s[i] >= 'a' && s[i] <= 'z' || s[i] >= 0x80
}

// hasPhrase looks for whole words.
func hasPhrase(s, phrase string) bool { return replacePhrase(s, phrase, "\x00") != s }

func replacePhrase(s, phrase, by string) string {
	if phrase == "" {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		j := strings.Index(s[i:], phrase)
		if j < 0 {
			b.WriteString(s[i:])
			break
		}
		j += i
		end := j + len(phrase)
		if isLetter(s, j-1) || isLetter(s, end) {
			b.WriteString(s[i:end])
		} else {
			b.WriteString(s[i:j] + by)
		}
		i = end
	}
	return b.String()
}
