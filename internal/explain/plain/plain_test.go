package plain_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/explain/plain"
)

func TestMeasureCounts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want plain.Report
	}{
		{"", plain.Report{}},
		{"U krijgt € 1.550,00 per jaar. Dat is goed!", plain.Report{Sentences: 2, Words: 8, Syllables: 8, Longest: "U krijgt € 1.550,00 per jaar", LongestWords: 5}},
		{"Geïnd geld", plain.Report{Sentences: 1, Words: 2, Syllables: 3, Longest: "Geïnd geld", LongestWords: 2}},
		{"Ingevolge de wet", plain.Report{Sentences: 1, Words: 3, Syllables: 6, Longest: "Ingevolge de wet", LongestWords: 3, Jargon: []string{"ingevolge"}}},
		{"Een inzakeling", plain.Report{Sentences: 1, Words: 2, Syllables: 5, Longest: "Een inzakeling", LongestWords: 2}}, // not the word "inzake"
	} {
		if diff := cmp.Diff(tc.want, plain.Measure(tc.text)); diff != "" {
			t.Errorf("%q: %s", tc.text, diff)
		}
	}
	// 8 words in 2 sentences, 8 syllables: 206.84 − 0.93·4 − 77·1.
	if got := plain.Measure("U krijgt € 1.550,00 per jaar. Dat is goed!").Score(); math.Abs(got-126.12) > 0.001 {
		t.Errorf("score: got %v", got)
	}
}

func TestTermsOfTheLawCountAsOneWord(t *testing.T) {
	t.Parallel()
	text := "Uw gezamenlijke toetsingsinkomen telt."
	without, with := plain.Measure(text), plain.Measure(text, "toetsingsinkomen", "gezamenlijke toetsingsinkomen")
	if with.Words != 3 || without.Words != 4 || with.Syllables != 4 {
		t.Errorf("with %+v, without %+v", with, without)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	if got := plain.Measure("U krijgt geld. Dat is fijn.").Problems(); len(got) != 0 {
		t.Errorf("a plain text: %v", got)
	}
	long := strings.Repeat("Dit is een zin die maar niet ophoudt en ", 4) + "nu pas stopt."
	if got := plain.Measure(long).Problems(); len(got) != 2 || !strings.Contains(got[1], "een zin van 39 woorden") {
		t.Errorf("a long sentence: %v", got)
	}
	hard := "Desbetreffende uitvoeringsorganisatie verantwoordt rechtmatigheidsverplichtingen derhalve."
	if got := plain.Measure(hard).Problems(); len(got) != 2 || !strings.Contains(got[0], "leesbaarheid") || !strings.Contains(got[1], "derhalve") {
		t.Errorf("a hard sentence: %v", got)
	}
}

func TestMeasureEnglish(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		word string
		want int
	}{
		{"you", 1}, {"rate", 1}, {"rules", 1}, {"used", 1}, {"counted", 2}, {"table", 2}, {"tables", 2}, {"boxes", 2}, {"prices", 2},
		{"the", 1}, {"income", 2}, {"higher", 2}, {"assessment", 3}, {"€1,550.00", 1}, {"needed", 2}, {"rounded", 2}, {"does", 1},
	} {
		if got := plain.MeasureEnglish(tc.word).Syllables; got != tc.want {
			t.Errorf("%s: got %d syllables, want %d", tc.word, got, tc.want)
		}
	}
	// 8 words in 2 sentences, 8 syllables: an amount counts as one.
	r := plain.MeasureEnglish("You get €1,550.00 per year. That is good!")
	if r.Words != 8 || r.Sentences != 2 || r.Syllables != 8 || math.Abs(r.Score()-(206.835-1.015*4-84.6)) > 0.001 {
		t.Errorf("got %+v, score %v", r, r.Score())
	}
	// A Dutch name between quotes is one word.
	if r := plain.MeasureEnglish("Your ‘gezamenlijke toetsingsinkomen’ counts."); r.Words != 3 || r.Syllables != 4 {
		t.Errorf("got %+v", r)
	}
	hard := "The aforementioned organisation determines eligibility pursuant to administrative regulations."
	if got := plain.MeasureEnglish(hard).Problems(); len(got) != 3 || !strings.Contains(got[0], "(Flesch)") ||
		!strings.Contains(got[1], "pursuant to") || !strings.Contains(got[2], "aforementioned") {
		t.Errorf("got %v", got)
	}
	if got := plain.MeasureEnglish("You get money. That is good.").Problems(); len(got) != 0 {
		t.Errorf("a plain text: %v", got)
	}
}
