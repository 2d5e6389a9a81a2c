package regelspraak_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// blocksOf takes the fenced blocks of rule text out of a Markdown file.
func blocksOf(file, regulation, article, markdown string) []regelspraak.Source {
	var out []regelspraak.Source
	var block []string
	start, inside := 0, false
	for i, l := range strings.Split(markdown, "\n") {
		switch {
		case !inside && strings.TrimSpace(l) == "```regelspraak":
			inside, start, block = true, i+2, nil
		case inside && strings.TrimSpace(l) == "```":
			inside = false
			out = append(out, regelspraak.Source{File: file, Line: start, Regulation: regulation, Article: article, Text: strings.Join(block, "\n") + "\n"})
		case inside:
			block = append(block, l)
		}
	}
	return out
}

// shipped gives the blocks of all regulations that ship.
func shipped(tb testing.TB) []regelspraak.Source {
	tb.Helper()
	const root = "../../regelingen"
	var out []regelspraak.Source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		regulation := filepath.Base(filepath.Dir(path))
		article := strings.TrimSuffix(filepath.Base(path), ".md")
		out = append(out, blocksOf(path, regulation, article, string(text))...)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// roundTrip checks that what is printed is read as the same, and printed the
// same again.
func roundTrip(tb interface {
	Helper()
	Fatalf(string, ...any)
}, m *rule.Model) {
	tb.Helper()
	text := regelspraak.PrintModel(m)
	again, ds := regelspraak.Parse(text)
	rules := func(text []regelspraak.Source) string { return all(text[1:]) } // the declarations are the long part
	if err := ds.Err(); err != nil {
		tb.Fatalf("the canonical text is refused: %v\n%s", err, rules(text))
	}
	if !regelspraak.Equal(m, again) {
		tb.Fatalf("the canonical text means something else:\n%s\nread as\n%s", rules(text), rules(regelspraak.PrintModel(again)))
	}
	if twice := all(regelspraak.PrintModel(again)); twice != all(text) {
		tb.Fatalf("printing twice differs:\n%s\nand\n%s", all(text), twice)
	}
}

func all(sources []regelspraak.Source) string {
	var b strings.Builder
	for _, s := range sources {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

func TestShippedRegulationsRoundTrip(t *testing.T) {
	t.Parallel()
	m, ds := regelspraak.Parse(shipped(t))
	for _, d := range ds {
		t.Error(d)
	}
	if len(m.Rules) < 20 {
		t.Fatalf("only %d rules read", len(m.Rules))
	}
	roundTrip(t, m)
	for _, r := range m.Rules {
		edited, ds := regelspraak.ParseRules(m, regelspraak.Source{Regulation: r.Regulation, Article: r.Article, Text: regelspraak.Print(r)})
		if len(ds) > 0 || len(edited) != 1 || !regelspraak.EqualRule(r, edited[0]) {
			t.Errorf("%s: reading it on its own gives %d rules and %v", r.ID, len(edited), ds)
		}
	}
}
