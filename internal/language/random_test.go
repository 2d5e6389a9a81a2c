package language_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/language"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// written gives a model as the files of a regulation.
func written(m *rule.Model) language.Files {
	files := language.Files{"reg/regeling.yaml": "id: reg\nnaam: Proef\nsamenvatting: Een proef.\n"}
	for i, s := range regelspraak.PrintModel(m) {
		name := fmt.Sprintf("reg/artikel-%d.md", i)
		if s.Regulation == "" {
			name = "gemeenschappelijk/gegevens.md"
		}
		files[name] = article(strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".md"), strings.TrimSuffix(s.Text, "\n"))
	}
	return files
}

// namesOf gives the names that a rule prints, and those that are found in its
// text.
func namesOf(w *language.Workspace, r *rule.Rule) (printed, found []string) {
	for _, v := range r.Versions {
		for _, f := range regelspraak.PrintParameterised(v) {
			if f.Ref != "" {
				printed = append(printed, strings.ToLower(f.Text))
			}
		}
	}
	text, _ := w.File(r.Pos.File)
	lines := strings.Split(text, "\n")
	last := r.Pos.Line
	for last < len(lines) && lines[last] != "```" && !slices.ContainsFunc([]string{"Regel ", "Beslistabel ", "Regelgroep ", "Consistentieregel "}, func(h string) bool { return strings.HasPrefix(lines[last], h) }) {
		last++
	}
	for _, u := range w.Uses(r.Pos.File) {
		if u.From.Line > r.Pos.Line && u.To.Line <= last && u.Kind != language.Rule {
			found = append(found, strings.ToLower(strings.Join(strings.Fields(between(text, u.Range)), " ")))
		}
	}
	slices.Sort(printed)
	slices.Sort(found)
	return printed, found
}

// TestEveryNameOfAnyModelIsFound: whatever construct a rule has, its names are
// found where they stand; formatting what was printed changes nothing.
func TestEveryNameOfAnyModelIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{Rules: 2, Depth: 3, PlainNames: rapid.Bool().Draw(t, "plain")})
		files := written(m)
		w := language.Open(files, day)
		if got := len(w.Set().Model.Rules); got != len(m.Rules) {
			t.Fatalf("BUG: %d of %d rules were read: %v", got, len(m.Rules), w.Diagnostics())
		}
		for _, r := range w.Set().Model.Rules {
			printed, found := namesOf(w, r)
			if d := cmp.Diff(printed, found); d != "" {
				t.Fatalf("%s\n%s", d, regelspraak.Print(r))
			}
		}
		for name := range files {
			if es := w.Format(name); len(es) > 0 {
				t.Fatalf("%s: %+v", name, es)
			}
		}
	})
}

// TestHalfARule: a rule that is cut off where a name begins has an answer, and
// the name is in it. Attributes and roles of others than the subject are left
// out: how far a chain may go on is guessed, not searched.
func TestHalfARule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{Rules: 1, Depth: 3, PlainNames: true})
		files := written(m)
		w := language.Open(files, day)
		r := rapid.SampledFrom(w.Set().Model.Rules).Draw(t, "rule")
		uses := slices.DeleteFunc(w.Uses(r.Pos.File), func(u language.Use) bool {
			return u.From.Line <= r.Pos.Line+1 || u.Kind == language.Rule || u.Kind == language.Variable
		})
		if len(uses) == 0 {
			return
		}
		u := rapid.SampledFrom(uses).Draw(t, "name")
		text := files[r.Pos.File]
		inTable := strings.HasPrefix(strings.TrimSpace(strings.Split(text, "\n")[u.From.Line-1]), "|")
		name := between(text, u.Range)
		lines := strings.Split(text, "\n")
		line := lines[u.From.Line-1]
		lines[u.From.Line-1] = line[:language.Offset(line, u.From.Column)]
		cutOff := strings.Join(lines[:u.From.Line], "\n") + "\n```\n"
		half := language.Open(files.With(r.Pos.File, cutOff), day)
		half.Hover(r.Pos.File, u.From)
		before := strings.Fields(line[:language.Offset(line, u.From.Column)])
		own := len(before) > 1 && before[len(before)-1] == "zijn" && before[len(before)-2] != "van"
		switch {
		case inTable || u.Kind == language.Object || !own && (u.Kind == language.Attribute || u.Kind == language.Role):
			half.Complete(r.Pos.File, u.From)
			return
		}
		var got []string
		for _, c := range half.Complete(r.Pos.File, u.From) {
			got = append(got, strings.ToLower(c.Label))
		}
		if !slices.Contains(got, strings.ToLower(name)) {
			t.Fatalf("%q is not offered after\n%s\nbut %q", name, cutOff[strings.Index(cutOff, "```regelspraak"):], got)
		}
	})
}
