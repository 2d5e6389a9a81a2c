package phrase_test

import (
	"testing"

	"lemniscaat/internal/phrase"
)

func book(t testing.TB) *phrase.Book {
	t.Helper()
	b, err := phrase.New("en", map[string]string{
		"Antwoord uiterlijk {datum}.":                  "Answer by {datum}.",
		"Wacht op antwoord van {wie}.":                 "Waiting for an answer from {wie}.",
		"1 dag|{n} dagen":                              "1 day|{n} days",
		"beleidsadviseur":                              "policy adviser",
		"Vastgelopen. De eigenaar beslist.":            "Stuck. The owner decides.",
		"{n} van {van}":                                "{n} of {van}",
		"Alleen de eigenaar verandert een driehoek.":   "Only the owner changes a triangle.",
		"Vraag het de eigenaar.":                       "Ask the owner.",
		"Post “{post}” bestaat niet in deze driehoek.": "Post “{post}” does not exist in this triangle.",
		"Het langst wacht het bij {station}: {dagen}.": "It waits longest at {station}: {dagen}.",
		"Voer uit": "Execute",
		"Deze persoon zit in die tijd al op post “{post}”.": "This person holds post “{post}” at that time already.",
		"Kies {1}.": "Choose {1}.",
		"Deze persoon zit in die tijd al op “{a}” of “{b}”.": "This person is at “{a}” or “{b}” then.",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	b := book(t)
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"Alleen de eigenaar verandert een driehoek.", "Only the owner changes a triangle.", true},
		{"Antwoord uiterlijk 3\u00a0maart\u00a02027.", "Answer by 3 March 2027.", true},
		{"Wacht op antwoord van beleidsadviseur.", "Waiting for an answer from policy adviser.", true},
		{"Wacht op antwoord van Femke de Wit.", "Waiting for an answer from Femke de Wit.", true},
		{"1 dag", "1 day", true},
		{"41 dagen", "41 days", true},
		{"1.234 dagen", "1,234 days", true},
		{"Het langst wacht het bij Voer uit: 41 dagen.", "It waits longest at Execute: 41 days.", true},
		{"Alleen de eigenaar verandert een driehoek. Vraag het de eigenaar.", "Only the owner changes a triangle. Ask the owner.", true},
		{"Post “secretaris” bestaat niet in deze driehoek. Vraag het de eigenaar.", "Post “secretaris” does not exist in this triangle. Ask the owner.", true},
		{"Deze persoon zit in die tijd al op post “x”.", "This person holds post “x” at that time already.", true},
		{"Dit kent het boek niet.", "Dit kent het boek niet.", false},
		{"Dit kent het boek niet. Vraag het de eigenaar.", "Dit kent het boek niet. Ask the owner.", false},
		{"€\u00a01.234,50", "€1,234.50", true},
		{"58,2\u00a0%", "58.2%", true},
		{"€ 5,2 miljard", "€5.2 billion", true},
		{"1 januari 2026", "1 January 2026", true},
		{"Kies Femke de Wit.", "Choose Femke de Wit.", true},
		{"Kies een dag die wij nog niet kennen.", "Kies een dag die wij nog niet kennen.", false},
		{"3 van 12", "3 of 12", true},
		{"Beleidsadviseur", "Policy adviser", true},
		{"beleidsadviseur · 41 dagen", "policy adviser · 41 days", true},
		{"beleidsadviseur · dit kent het boek niet", "policy adviser · dit kent het boek niet", false},
		{"Vastgelopen. De eigenaar beslist. “Wij zijn het niet eens.”", "Stuck. The owner decides. “Wij zijn het niet eens.”", false},
		{"Wacht op antwoord van Artikel 4. Aanvragen.", "Waiting for an answer from Artikel 4. Aanvragen.", true},
		{"de tabel van de norm", "de tabel van de norm", false},
		{"", "", true},
		{"   ", "   ", true},
	} {
		got, ok := b.Translate(c.in)
		if got != c.want || ok != c.ok {
			t.Errorf("%q: got %q, %v; want %q, %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

// TestFigures: what only looks like a number stays.
func TestFigures(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"artikel 3.114 van de wet":     "artikel 3.114 van de wet",
		"Go 1.26 op 3,5 GB":            "Go 1.26 op 3.5 GB",
		"127.0.0.1":                    "127.0.0.1",
		"1.234, 5.678 en 9.":           "1,234, 5,678 en 9.",
		"van 1.000 tot 2.000":          "van 1,000 tot 2,000",
		"stand 2026-11-22":             "stand 2026-11-22",
		"12 mei 2026 en 1 mrt 2027":    "12 May 2026 en 1 Mar 2027",
		"−€ 1.200":                     "−€1,200",
		"run-1.234":                    "run-1.234",
		"412.000 mensen, 58,2 procent": "412,000 mensen, 58.2 procent",
	} {
		if got := phrase.Figures(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := phrase.New("en", map[string]string{"Op {dag}.": "On {day}."}); err == nil {
		t.Error("a place that Dutch does not have was accepted")
	}
}

func FuzzTranslate(f *testing.F) {
	b := book(f)
	f.Add("Antwoord uiterlijk 3 maart 2027.")
	f.Add("{n} van {van}")
	f.Fuzz(func(_ *testing.T, s string) { b.Translate(s) })
}

func BenchmarkTranslate(b *testing.B) {
	bk := book(b)
	for b.Loop() {
		bk.Translate("Het langst wacht het bij Voer uit: 41 dagen.")
	}
}
