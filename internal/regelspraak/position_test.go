package regelspraak_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// found is the part of a message that quotes what stands at the place of the
// diagnostic.
var found = []*regexp.Regexp{
	regexp.MustCompile(`^onbekende naam: «(.+?)»`),
	regexp.MustCompile(`^onbekende eenheid: «(.+?)»`),
	regexp.MustCompile(`^(?:geen getal|geen datum|onbekend teken|geen aantal decimalen|onverwacht|hier staat geen bekend type|geen waarde van een domein): «(.+?)»`),
	regexp.MustCompile(`^onverwacht .*: «(.+?)»$`),
	regexp.MustCompile(`gevonden: «(.+?)»$`),
	regexp.MustCompile(`^deze rij heeft het verkeerde nummer: «(.+?)»`),
	regexp.MustCompile(`^met «(.+?)» kunnen`),
	regexp.MustCompile(`begint geen (?:declaratie of regel|nieuwe regel): «(.+?)»`),
	regexp.MustCompile(`^«(.+?)» is geen (?:eenheid|voorwaarde)`),
}

// textAt gives what stands at a place, in the characters that an editor counts,
// with single spaces and composed accents.
func textAt(lines []string, p rule.Pos) (string, bool) {
	if p.Line < 1 || p.Line > len(lines) {
		return "", false
	}
	r := []rune(lines[p.Line-1])
	if p.Column < 1 || p.Column > len(r)+1 {
		return "", false
	}
	rest := string(r[p.Column-1:])
	if p.Line < len(lines) { // a name may run over the end of a line
		rest += " " + lines[p.Line]
	}
	return strings.Join(strings.Fields(rest), " "), true
}

// broken gives the texts of testdata/fout, and the declarations that are wrong.
func broken(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("testdata/fout/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = string(text)
	}
	return out
}

var notComment = regexp.MustCompile(`(?m)^([^/\r\n].*)$`)

// TestPositions: what a message quotes stands where it says, in every broken
// text and in every way to write its lines; and the same is said of each.
func TestPositions(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name string
		edit func(string) string
	}{
		{"as it is", func(s string) string { return s }},
		{"Windows line ends", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
		{"tabs", func(s string) string { return strings.ReplaceAll(s, "        ", "\t\t") }},
		{"wide characters before", func(s string) string { // in the lines that are sentences
			return strings.ReplaceAll(s, "        De ", " \u00a0  \u00a0   De ")
		}},
		{"a byte order mark", func(s string) string { return "\ufeff" + s }},
		{"comments with wide characters", func(s string) string { return notComment.ReplaceAllString(s, "$1 // één € 😀") }},
	}
	total, checked := 0, 0
	for name, text := range broken(t) {
		var first []string
		for _, w := range ways {
			edited := w.edit(text)
			lines := strings.Split(strings.ReplaceAll(edited, "\r\n", "\n"), "\n")
			_, ds := regelspraak.Parse([]regelspraak.Source{words(t), {File: name, Line: 1, Regulation: "test", Article: "artikel", Text: edited}})
			var said []string
			for _, d := range ds {
				if d.Pos.File != name {
					continue
				}
				said = append(said, fmt.Sprint(d.Pos.Line, d.Severity, d.Code, d.Message))
				at, ok := textAt(lines, d.Pos)
				if !ok {
					t.Errorf("%s, %s: a place outside the text: %v", name, w.name, d)
					continue
				}
				total++
				for _, re := range found {
					m := re.FindStringSubmatch(d.Message)
					if m == nil {
						continue
					}
					checked++
					quoted := strings.TrimSuffix(m[1], "…")
					if !strings.HasPrefix(at, quoted) {
						t.Errorf("%s, %s: at %d:%d stands %.40q: %s", name, w.name, d.Pos.Line, d.Pos.Column, at, d.Message)
					}
					break
				}
			}
			if first == nil {
				first = said
			} else if d := cmp.Diff(first, said); d != "" {
				t.Errorf("%s, %s says something else (-as it is):\n%s", name, w.name, d)
			}
		}
	}
	if checked < total/4 || total < 600 {
		t.Errorf("only %d of %d messages quote what stands there", checked, total)
	}
}

// mistakes are rules with one mistake each; the code is what each gives.
var mistakes = []struct{ code, text string }{
	{regelspraak.CodeName, "De toeslag van een persoon moet gesteld worden op zijn inkomne."},
	{regelspraak.CodeStop, "De toeslag van een persoon moet gesteld worden op zijn inkomen"},
	{regelspraak.CodeMismatch, "De toeslag van een persoon moet gesteld worden op zijn geboortedatum."},
	{regelspraak.CodeBullet, "Een persoon is verzekerd indien hij aan alle volgende voorwaarden voldoet:\n            --- hij is minderjarig."},
	{regelspraak.CodeAndOr, "Een persoon is verzekerd indien hij minderjarig is en zijn partner is leeg."},
	{regelspraak.CodeAmbiguous, "De toeslag van een persoon moet berekend worden als de maximale waarde van 1 € en 2 € plus 3 €."},
	{regelspraak.CodeVariable, "De toeslag van een persoon moet berekend worden als X.\n        Daarbij geldt:\n            X is Y\n            Y is X."},
	{regelspraak.CodeProfile, "De toeslag van een persoon moet berekend worden als de wortel van 4."},
	{regelspraak.CodeTable, "|  | de toeslag van een persoon moet gesteld worden op |\n    | 2 | 5 € |"},
	{regelspraak.CodeSyntax, "De toeslag van een persoon wordt zijn inkomen."},
}

// TestRecovery: in a file of thirty rules of which ten are wrong, each in its
// own way, exactly those ten are reported and the other twenty are read.
func TestRecovery(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	good := []string{
		"De toeslag van een persoon moet gesteld worden op zijn inkomen.",
		"Een persoon is verzekerd\n        indien hij aan alle volgende voorwaarden voldoet:\n            - hij is minderjarig\n            - zijn partner is leeg.",
		"|  | de toeslag van een persoon moet gesteld worden op |\n    | 1 | 5 € |",
	}
	var b strings.Builder
	line := 1
	add := func(id, text string) {
		s := fmt.Sprintf("// Id: test.%s\nRegel %s\n    geldig altijd\n        %s\n\n", id, id, text)
		b.WriteString(s)
		line += strings.Count(s, "\n")
	}
	type place struct {
		from, to int
		code     string
	}
	var want []place
	var ids []string
	for i, w := range mistakes {
		for k := range 2 {
			id := fmt.Sprintf("goed-%d-%d", i, k)
			ids = append(ids, id)
			add(id, good[(i+k)%len(good)])
		}
		from := line
		add(fmt.Sprintf("fout-%d", i), w.text)
		want = append(want, place{from, line, w.code})
	}
	rules, ds := regelspraak.ParseRules(m, regelspraak.Source{File: "x.md", Line: 1, Regulation: "test", Text: b.String()})
	var got []string
	for _, r := range rules {
		got = append(got, strings.TrimPrefix(r.ID, "test."))
	}
	if d := cmp.Diff(ids, got); d != "" {
		t.Errorf("rules that were read (-want):\n%s", d)
	}
	if len(want) != 10 || len(ids) != 20 {
		t.Fatal("not thirty rules of which ten are wrong")
	}
	for _, w := range want {
		n := 0
		for _, d := range ds {
			if d.Pos.Line >= w.from && d.Pos.Line < w.to {
				if n++; d.Code != w.code {
					t.Errorf("%s, want %s", d, w.code)
				}
			}
		}
		if n != 1 {
			t.Errorf("%d diagnostics for the rule on line %d, want 1 (%s)", n, w.from, w.code)
		}
	}
	if len(ds) != len(want) {
		t.Errorf("%d diagnostics, want %d: %v", len(ds), len(want), slices.Collect(slices.Values(ds)))
	}
}
