package regelspraak_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
)

// seed adds every paragraph of a text on its own: small inputs run fast.
func seed(f *testing.F, text string) {
	for _, part := range strings.Split(text, "\n\n") {
		f.Add(part)
	}
}

// FuzzParse: no text makes the parser panic or hang, and what it reads without
// errors prints as text that it reads as the same.
//
// Run it with -fuzzminimizetime=10x; by default the tool spends a minute on
// making each new input smaller.
func FuzzParse(f *testing.F) {
	for _, s := range shipped(f) {
		seed(f, s.Text)
	}
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		seed(f, string(text))
	}
	base := words(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, ds := regelspraak.Parse([]regelspraak.Source{base, {File: "f.md", Line: 1, Regulation: "test", Article: "a", Text: text}})
		if m == nil {
			t.Fatal("no model")
		}
		for _, d := range ds {
			if d.Code == "" || d.Message == "" || d.Pos.Line < 1 || d.Pos.Column < 1 {
				t.Fatalf("a diagnostic without a place: %+v", d)
			}
		}
		if ds.Err() == nil {
			roundTrip(t, m)
		}
	})
}
