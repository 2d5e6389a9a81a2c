package language_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seed"
)

// renamed gives the files after renaming the name at the "|", which stands in
// the file that holds mark.
func renamed(t *testing.T, files language.Files, file, mark, to string) (language.Files, error) {
	t.Helper()
	text := files[file]
	if !strings.Contains(text, strings.ReplaceAll(mark, "|", "")) {
		t.Fatalf("BUG: %q is not in %s", mark, file)
	}
	_, place := cut(t, strings.Replace(text, strings.ReplaceAll(mark, "|", ""), mark, 1))
	w := language.Open(files, day)
	edits, err := w.Rename(file, place, to)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(files)
	for name, es := range edits {
		out[name] = language.Apply(out[name], es)
	}
	return out, nil
}

func TestRename(t *testing.T) {
	t.Parallel()
	const params, words = "premie/parameters.yaml", "gemeenschappelijk/gegevens.md"
	for _, c := range []struct {
		name, file, mark, to string
		want                 map[string]string // parts of files afterwards
		gone                 string            // stands nowhere in the rules any more
	}{
		{"an attribute with ids", ruleFile, "De pre|mie van", "te betalen premie", map[string]string{
			ruleFile: "De te betalen premie van een aanvrager", words: "de te betalen premie                            Bedrag;",
			"premie/regeling.yaml": "eigenschap: persoon.te-betalen-premie,"}, "De premie"},
		{"in the example too", ruleFile, "het inko|men van", "loon", map[string]string{ruleFile: "verzekerd: ja, loon: \"10\""}, "inkomen"},
		{"from the example", ruleFile, "vermo|gen: \"0\"", "bezit", map[string]string{ruleFile: "de som van het bezit van de leden"}, "vermogen van de leden"},
		{"a parameter", params, "standaard|-premie:", "vaste premie", map[string]string{params: "vaste-premie:\n", ruleFile: "de vaste premie plus", "premie/gegevens.md": "Parameter de vaste premie :"}, "standaard premie"},
		{"a kenmerk", ruleFile, "hij is verz|ekerd", "goed verzekerd", map[string]string{ruleFile: "leden van zijn huishouden die goed verzekerd zijn", words: "is goed verzekerd"}, "die verzekerd"},
		{"a role", ruleFile, "zijn part|ner", "levensgezel", map[string]string{words: "Eén levensgezel heeft één levensgezel"}, "partner"},
		{"the plural of a role", ruleFile, "aantal led|en", "bewoners", map[string]string{words: "het lid (mv: bewoners)", ruleFile: "vermogen van de bewoners van"}, "leden"},
		{"the singular of a role with a plural", words, "het li|d (", "gezinslid", map[string]string{words: "het gezinslid (mv: leden)", ruleFile: "aantal leden van"}, ""},
		{"a variable", ruleFile, "de gre|ns is", "bovengrens", map[string]string{ruleFile: "plus de bovengrens plus"}, "de grens"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, eol := range []string{"\n", "\r\n"} {
				files := small(twoRules)
				files[ruleFile] = strings.ReplaceAll(files[ruleFile], "\n", eol)
				out, err := renamed(t, files, c.file, strings.ReplaceAll(c.mark, "\n", eol), c.to)
				if err != nil {
					t.Fatal(err)
				}
				for file, part := range c.want {
					if !strings.Contains(out[file], part) {
						t.Errorf("%s does not say %q:\n%s", file, part, out[file])
					}
				}
				_, rules, _ := strings.Cut(out[ruleFile], "Regel premie")
				if c.gone != "" && strings.Contains(rules, c.gone) {
					t.Errorf("%q is still there:\n%s", c.gone, rules)
				}
				for file, ds := range language.Open(out, day).Diagnostics() {
					for _, d := range ds {
						if d.Severity == rule.Error {
							t.Errorf("%s: %+v", file, d)
						}
					}
				}
			}
		})
	}
}

// Evidence names a datum, and a municipality has parameters and examples.
func TestRenameInStepsAndMunicipalities(t *testing.T) {
	t.Parallel()
	files := small(twoRules)
	files["premie/stappen.yaml"] = "aanvragen:\n  artikel: artikel-1\n  actie: Vraag aan\n  aanleiding: Een nieuwe baan.\n  bewijs:\n    - {naam: loonstrook, gegeven: persoon.inkomen}\n"
	files["premie/regeling.yaml"] += "gemeente: {id: stad, naam: Stad, voorbeeld: ja}\n"
	files["premie/gemeenten/dorp.yaml"] = "gemeente: dorp\nnaam: Dorp\nvoorbeeld: ja\nvanaf: 2026-01-01\nparameters:\n  standaard-premie:\n    - {vanaf: 2026-01-01, waarde: \"90\", bron: verordening, voorbeeld: ja}\n" +
		"voorbeelden:\n  - artikel: artikel-1\n    naam: In het dorp\n    datum: 2026-06-01\n    personen:\n      p1: {geboortedatum: 1990-04-02, verzekerd: ja, inkomen: \"10\", vermogen: \"0\"}\n    verwacht:\n      p1: {premie: \"90\"}\n    bron: bedacht\n"
	for _, c := range []struct{ file, mark, to, in, want string }{
		{ruleFile, "het inko|men van", "loon", "premie/stappen.yaml", "gegeven: persoon.loon}"},
		{ruleFile, "het inko|men van", "loon", "premie/gemeenten/dorp.yaml", "loon: \"10\""},
		{"premie/parameters.yaml", "standaard|-premie:", "vaste premie", "premie/gemeenten/dorp.yaml", "  vaste-premie:\n"},
	} {
		out, err := renamed(t, files, c.file, c.mark, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out[c.in], c.want) {
			t.Errorf("%s does not say %q:\n%s", c.in, c.want, out[c.in])
		}
	}
}

func TestRenameIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rules, mark, to, why string }{
		{"a clash with an attribute", twoRules, "het inko|men van", "vermogen", "al gedeclareerd"},
		{"a clash with a role", twoRules, "het inko|men van", "partner", "heet net zo"},
		{"a clash with a variable", twoRules, "de standaard pre|mie", "grens", ""},
		{"an article in front", twoRules, "het inko|men van", "het loon", "begint niet met"},
		{"a mark", twoRules, "het inko|men van", "loon; premie", "kan niet in een naam staan"},
		{"nothing", twoRules, "het inko|men van", "  ", "geef een nieuwe naam"},
		{"no name there", twoRules, "moet ber|ekend", "x", "hier staat geen naam"},
		{"a rule", twoRules, "premie.be|drag", "x", "een regel kan niet"},
		{"an object type", strings.Replace(twoRules, "van een aanvrager", "van een persoon", 1), "van een per|soon", "x", "een objecttype kan niet"},
		{"an error elsewhere", twoRules + "\nRegel stuk\n", "het inko|men van", "loon", "los die eerst op"},
		{"a word that cases know", twoRules, "aanvr|ager moet", "vrager", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := renamed(t, small(c.rules), ruleFile, c.mark, c.to)
			if !errors.Is(err, language.ErrRename) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want a refusal with %q", err, c.why)
			}
		})
	}
}

// A variant with the name in the text of a rule is not changed by guessing.
func TestRenameLooksAtVariants(t *testing.T) {
	t.Parallel()
	files := small(twoRules)
	files["premie/varianten/ruimer.yaml"] = "variant: ruimer\nnaam: Ruimer\nvanaf: 2027-01-01\nparameters:\n  premie.standaard-premie: \"130\"\nregels:\n  premie.bedrag: >-\n    De premie van een aanvrager moet gesteld worden op\n    zijn inkomen.\n"
	if _, err := renamed(t, files, ruleFile, "het inko|men van", "loon"); err == nil || !strings.Contains(err.Error(), "variant") {
		t.Errorf("got %v", err)
	}
	out, err := renamed(t, files, ruleFile, "de standaard pr|emie", "basispremie")
	if err != nil || !strings.Contains(out["premie/varianten/ruimer.yaml"], "premie.basispremie: \"130\"") {
		t.Errorf("%v: %s", err, out["premie/varianten/ruimer.yaml"])
	}
}

// A name goes along wherever its id stands: in steps, in the file of a
// municipality and in the findings that stay.
func TestRenameReachesEveryFile(t *testing.T) {
	t.Parallel()
	files := small(twoRules)
	files["premie/regeling.yaml"] += "gemeente: {id: hier, naam: Hier, voorbeeld: ja}\nbevindingen:\n  - {code: ongebruikt, bij: premie.kortingsdeel, uitleg: Later nodig.}\n  - {code: niet-geverifieerd, bij: [premie, premie.standaard-premie], uitleg: Een proef.}\n"
	files["premie/stappen.yaml"] = "aanvragen:\n  artikel: artikel-1\n  actie: Vraag aan\n  aanleiding: U wilt premie.\n  bewijs: [{naam: uw inkomen, gegeven: persoon.inkomen}]\n"
	files["premie/gemeenten/daar.yaml"] = "gemeente: daar\nnaam: Daar\nvoorbeeld: ja\nparameters:\n  standaard-premie:\n    - {vanaf: 2025-01-01, waarde: \"90\", bron: raad, voorbeeld: ja}\n" +
		"voorbeelden:\n  - artikel: artikel-1\n    naam: Daar\n    datum: 2026-06-01\n    personen:\n      p1: {geboortedatum: 1990-04-02, verzekerd: ja, inkomen: \"10\", vermogen: \"0\"}\n    verwacht:\n      p1: {premie: \"90\"}\n    bron: bedacht\n"
	for _, c := range []struct{ mark, to, file, want string }{
		{"de standaard pr|emie", "basispremie", "premie/regeling.yaml", "bij: [premie, premie.basispremie]"},
		{"de standaard pr|emie", "basispremie", "premie/gemeenten/daar.yaml", "  basispremie:\n"},
		{"zijn inko|men", "loon", "premie/stappen.yaml", "gegeven: persoon.loon}"},
		{"zijn inko|men", "loon", "premie/gemeenten/daar.yaml", "verzekerd: ja, loon: \"10\""},
	} {
		out, err := renamed(t, files, ruleFile, c.mark, c.to)
		if err != nil || !strings.Contains(out[c.file], c.want) {
			t.Errorf("%s, %s: %v\n%s", c.to, c.file, err, out[c.file])
		}
	}
}

// Names of what ships can be renamed, or there is a reason. Every rename reads
// the whole set again: it is tried with some of the names.
func TestRenameEverythingThatShips(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all that ships for each name")
	}
	t.Parallel()
	files := shipped(t)
	w := language.Open(files, day)
	done, refused := 0, []string{}
	every, first := 10, int(seed.Of()%(1<<20))
	if testing.Short() {
		every = 40
	}
	seen := map[string]bool{}
	for _, file := range w.Names() {
		for _, u := range w.Uses(file) {
			if !u.Declared || seen[string(u.Kind)+u.ID] || strings.HasSuffix(file, ".yaml") {
				continue
			}
			seen[string(u.Kind)+u.ID] = true
			switch u.Kind {
			case language.Attribute, language.Kenmerk, language.Role, language.Parameter:
			default:
				continue
			}
			// Each one reads everything again: some, and other ones each commit.
			if len(seen)%every != first%every {
				continue
			}
			edits, err := w.Rename(file, u.From, "geheel nieuwe naam")
			if err != nil {
				refused = append(refused, u.ID+": "+err.Error())
				continue
			}
			done++
			if len(edits) == 0 {
				t.Errorf("%s: no edits", u.ID)
			}
		}
	}
	if done < 10 || slices.ContainsFunc(refused, func(s string) bool { return !strings.HasPrefix(s, "persoon.aanvrager") }) {
		t.Errorf("%d renamed; refused: %s", done, strings.Join(refused, "\n"))
	}
}
