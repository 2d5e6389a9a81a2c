package regelspraak_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

var update = flag.Bool("update", false, "write the golden files")

// words gives the declarations that the tests share, as one block.
func words(tb testing.TB) regelspraak.Source {
	tb.Helper()
	text, err := os.ReadFile("testdata/gegevens.txt")
	if err != nil {
		tb.Fatal(err)
	}
	return regelspraak.Source{File: "gegevens.md", Line: 1, Regulation: "test", Text: string(text)}
}

// dictionary gives the model of words.
func dictionary(tb testing.TB) *rule.Model {
	tb.Helper()
	m, ds := regelspraak.Parse([]regelspraak.Source{words(tb)})
	if len(ds) > 0 {
		tb.Fatal(ds)
	}
	return m
}

// wrap makes a rule of one sentence.
func wrap(sentence string) string {
	return "// Id: test.regel\nRegel test\n    geldig altijd\n        " + sentence + "\n"
}

// parseRule reads one rule over the shared words.
func parseRule(m *rule.Model, text string) (*rule.Rule, rule.Diagnostics) {
	rules, ds := regelspraak.ParseRules(m, regelspraak.Source{File: "artikel.md", Line: 1, Regulation: "test", Article: "artikel", Text: text})
	if len(rules) != 1 {
		return nil, ds
	}
	return rules[0], ds
}

// codes lists the codes of diagnostics.
func codes(ds rule.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Code)
	}
	return out
}

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update)", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// TestGolden reads every text under testdata over the shared words: those in
// goed give their canonical form, those in fout their diagnostics.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"goed", "fout"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.txt")
		if err != nil || len(files) == 0 {
			t.Fatal("no cases", err)
		}
		for _, file := range files {
			t.Run(dir+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				name := filepath.Base(file)
				m, ds := regelspraak.Parse([]regelspraak.Source{words(t),
					{File: name, Line: 1, Regulation: "test", Article: "artikel", Text: string(text)}})
				var b strings.Builder
				for _, d := range ds {
					b.WriteString(d.String() + "\n")
				}
				if dir == "goed" {
					if err := ds.Err(); err != nil {
						t.Fatal(err)
					}
					roundTrip(t, m)
					for _, r := range m.Rules {
						b.WriteString("\n" + regelspraak.Print(r))
					}
				} else if ds.Err() == nil {
					t.Error("no error found")
				}
				golden(t, strings.TrimSuffix(file, ".txt")+".golden", b.String())
			})
		}
	}
}
