package regulation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// What docs/regelspraak-profiel.md says under Semantics, as rules with worked
// examples: data that another implementation could run (see the README beside
// it). Every rule, and every row of every table, is shown by an example.
func TestSemanticsOfTheProfile(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(os.DirFS("testdata/semantiek"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	allShown(t, set, "semantiek")
}

// allShown runs the examples of a regulation: each has to come out, and every
// rule, and every row of every table, is to be shown by one.
func allShown(t *testing.T, set *regulation.Set, id string) {
	t.Helper()
	program := compile(t, set.Model)
	reg, _ := set.Get(id)
	shown := map[string]bool{}
	for _, ex := range reg.Examples() {
		for _, m := range ex.Run(program) {
			t.Errorf("%s", m)
		}
		c, diags := ex.Given.Case(program, ex.Date)
		if c == nil {
			t.Fatal(diags)
		}
		for _, e := range ex.Expect {
			show(shown, c, ex.Given, e.Object, e.Attribute)
		}
		for _, e := range ex.Faults {
			show(shown, c, ex.Given, e.Object, e.Attribute)
		}
		for _, v := range ex.Violations {
			shown[v.Rule.ID] = true
		}
	}
	for _, r := range set.Model.Rules {
		want := []string{r.ID}
		if table, ok := r.Versions[0].Action.(*rule.Table); ok {
			for i := range table.Rows {
				want = append(want, fmt.Sprintf("%s, rij %d", r.ID, i+1))
			}
		}
		for _, id := range want {
			if !shown[id] {
				t.Errorf("no example shows %s", id)
			}
		}
	}
}

// show notes the rules, and the rows of tables, that apply.
func show(shown map[string]bool, c *exact.Case, given *dossier.File, object string, a *rule.Attribute) {
	obj, _ := given.Object(object)
	for _, k := range c.Derive(obj, a).Steps[0].Candidates {
		if k.Outcome != exact.Yes {
			continue
		}
		shown[k.Rule.ID] = true
		for i, r := range k.Rows {
			if r.Outcome == exact.Yes {
				shown[fmt.Sprintf("%s, rij %d", k.Rule.ID, i+1)] = true
			}
		}
	}
}

// What is refused before there is a case: a text a file, which says on its
// first line with what code.
func TestSemanticsRefuses(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/geweigerd/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no texts", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		code, ok := strings.CutPrefix(line, "// Fout: ")
		if !ok {
			t.Fatalf("%s does not begin with // Fout:", file)
		}
		m, diags := regelspraak.Parse([]regelspraak.Source{{File: file, Line: 1, Regulation: "semantiek", Article: "artikel-1", Text: string(data)}})
		if diags.Err() == nil {
			_, diags = exact.Compile(m)
		}
		var got []string
		for _, d := range diags {
			if d.Severity == rule.Error {
				got = append(got, d.Code)
			}
		}
		if diff := cmp.Diff([]string{code}, slices.Compact(got)); diff != "" {
			t.Errorf("%s: %s\n%v", file, diff, diags)
		}
	}
}
