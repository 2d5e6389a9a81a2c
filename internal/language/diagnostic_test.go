package language_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
)

const ruleFile = "premie/artikel-1.md"

// TestDiagnostics: which words a diagnostic is at, and what its fix makes of
// the text.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	const head = "// Id: premie.x\nRegel x\n    geldig vanaf 2024\n        "
	for _, c := range []struct {
		name, text string
		code, at   string // the words between the marks
		fixed      string // part of the text after the fix; "": there is none
	}{
		{"a misspelt name", head + "De premie van een persoon moet gesteld worden op zijn inkomne.", "onbekende-naam", "inkomne", "op zijn inkomen."},
		{"a misspelt name of two words", head + "De premie van een persoon moet gesteld worden op de standaard premei.", "onbekende-naam", "standaard premei", "op de standaard premie."},
		{"an unknown name", head + "De premie van een persoon moet gesteld worden op zijn kat.", "onbekende-naam", "kat", ""},
		{"a wrong article", head + "De premie van een persoon moet gesteld worden op het standaard premie.", "verkeerd-lidwoord", "het standaard premie", "op de standaard premie."},
		{"a wrong article with a capital", head + "Het premie van een persoon moet gesteld worden op de standaard premie.", "verkeerd-lidwoord", "Het premie", "        De premie van"},
		{"no full stop", head + "De premie van een persoon moet gesteld worden op de standaard premie", "punt-ontbreekt", "premie", "standaard premie.\n"},
		{"no id", "Regel x\n    geldig vanaf 2024\n        De premie van een persoon moet gesteld worden op de standaard premie.", "regel-id", "Regel x", "// Id: premie.x\nRegel x"},
		{"a sign for a word", head + "De premie van een persoon moet berekend worden als zijn inkomen + zijn vermogen.", "onverwacht", "+", "zijn inkomen plus zijn"},
		{"a written unit", head + "De premie van een persoon moet berekend worden als 2 € plus 3 euro.", "verkeerde-eenheid", "euro", "2 € plus 3 €."},
		{"a wrong type", head + "De premie van een persoon moet gesteld worden op zijn geboortedatum.", "verkeerd-type", "zijn", ""},
		{"after é and an emoji", head + "// één 🙂\n        De premie van een persoon moet gesteld worden op zijn inkomne.", "onbekende-naam", "inkomne", "op zijn inkomen."},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				files := small(c.text)
				w := language.Open(files.With(ruleFile, strings.ReplaceAll(files[ruleFile], "\n", eol)), day)
				d := only(t, w, c.code)
				text, _ := w.File(ruleFile)
				if got := between(text, d.Range); got != c.at {
					t.Errorf("the diagnostic is at %q, want %q", got, c.at)
				}
				switch {
				case c.fixed == "" && d.Fix != nil:
					t.Errorf("a fix that nobody asked for: %+v", d.Fix)
				case c.fixed != "" && d.Fix == nil:
					t.Errorf("no fix for %s", d.Text())
				case c.fixed != "":
					if got := language.Apply(text, d.Fix.Edits); !strings.Contains(got, strings.ReplaceAll(c.fixed, "\n", eol)) {
						t.Errorf("the fix gives %q", got)
					}
					if strings.Contains(language.Apply(text, d.Fix.Edits), "\r\r") {
						t.Error("the fix spoils the line ends")
					}
				}
			})
		}
	}
}

// only gives the one diagnostic with a code.
func only(t *testing.T, w *language.Workspace, code string) language.Diagnostic {
	t.Helper()
	var found []language.Diagnostic
	for _, d := range w.Diagnostics()[ruleFile] {
		if d.Code == code {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d diagnostics with code %s in %+v", len(found), code, w.Diagnostics()[ruleFile])
	}
	return found[0]
}

// between gives the text of a range on one line.
func between(text string, r language.Range) string {
	line := strings.TrimSuffix(strings.Split(text, "\n")[r.From.Line-1], "\r")
	if r.From.Line != r.To.Line {
		return "more lines"
	}
	return line[language.Offset(line, r.From.Column):language.Offset(line, r.To.Column)]
}

func TestDiagnosticsOfTwoPlaces(t *testing.T) {
	t.Parallel()
	w := language.Open(small("Objecttype de Persoon\n    het inkomen    Bedrag;\n"), day)
	d := only(t, w, "dubbele-declaratie")
	if len(d.Related) != 1 || d.Related[0].File != "gemeenschappelijk/gegevens.md" {
		t.Fatalf("related: %+v", d.Related)
	}
	text, _ := w.File(d.Related[0].File)
	if got := between(text, d.Related[0].Range); !strings.HasPrefix(got, "het inkomen") {
		t.Errorf("the other place is %q", got)
	}
}

func TestGoodFilesHaveNoDiagnostics(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]*language.Workspace{"shipped": language.Open(shipped(t), day), "small": language.Open(small(goodRule), day)} {
		n := 0
		for file, ds := range w.Diagnostics() {
			n++
			for _, d := range ds {
				if d.Severity == rule.Error {
					t.Errorf("%s: %s: %+v", name, file, d)
				}
			}
		}
		if n != len(w.Names()) {
			t.Errorf("%s: %d files with an entry, of %d", name, n, len(w.Names()))
		}
	}
}

// Findings of package check come apart, and only for rules that can be read.
func TestFindings(t *testing.T) {
	t.Parallel()
	w := language.Open(small(goodRule), day)
	codes := map[string]bool{}
	for _, ds := range w.Findings() {
		for _, d := range ds {
			codes[d.Code] = true
		}
	}
	if !codes["ongebruikt"] || !codes["niet-geverifieerd"] {
		t.Errorf("findings: %v", codes)
	}
	for file, ds := range language.Open(small(goodRule+"Regel"), day).Findings() {
		if len(ds) > 0 {
			t.Errorf("%s has findings in a set with errors: %+v", file, ds)
		}
	}
}
