package regulation_test

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// digests gives the three digests of the small set after a change of files.
func digests(t testing.TB, files map[string]string) (rule0 regulation.RuleDigest, content regulation.ContentDigest, set regulation.SetDigest) {
	t.Helper()
	s, diags := regulation.Load(fsys(files))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	d, ok := s.RuleDigest("bijdrage.krijgen")
	if !ok {
		t.Fatal("de regel is weg")
	}
	r, _ := s.Get("bijdrage")
	return d, r.ContentDigest(), s.Digest()
}

func TestDigestsAreNeverMixed(t *testing.T) {
	t.Parallel()
	r, c, s := digests(t, small())
	for prefix, d := range map[string]string{"regel:": string(r), "inhoud:": string(c), "regelset:": string(s)} {
		if !regexp.MustCompile("^" + prefix + "[0-9a-f]{64}$").MatchString(d) {
			t.Errorf("%q heeft niet de vorm %s…", d, prefix)
		}
	}
}

// What changes the meaning changes the digests; what does not, does not. The
// three digests have their own reach.
func TestDigestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, old, new string
		rule, content        bool
	}{
		{"a value that the rule reads", "bijdrage/parameters.yaml", `"1.100"`, `"1.100,01"`, true, true},
		{"the day of a value", "bijdrage/parameters.yaml", "2026-01-01", "2026-01-02", true, true},
		{"a condition", "bijdrage/artikel-1.md", "kleiner dan of gelijk aan", "kleiner dan", true, true},
		{"the validity", "bijdrage/artikel-1.md", "geldig vanaf 2025", "geldig vanaf 2024", true, true},
		{"another rule", "bijdrage/artikel-1.md", "gesteld worden op 0 €", "gesteld worden op 1 €", false, true},
		{"a step", "bijdrage/stappen.yaml", "termijn: 14", "termijn: 15", false, true},
		{"evidence", "bijdrage/stappen.yaml", "register: Polisadministratie", "register: Kadaster", false, true},
		{"what is an outcome", "bijdrage/regeling.yaml", "per: jaar", "per: maand", false, true},
		{"a comment", "bijdrage/artikel-1.md", "// Id: bijdrage.krijgen", "// toelichting\n// Id: bijdrage.krijgen", false, false},
		{"white space in a rule", "bijdrage/artikel-1.md", "moet gesteld worden op het bedrag\n", "moet\n   gesteld worden   op het bedrag\n", false, false},
		{"a yaml comment", "bijdrage/stappen.yaml", "  last: 3", "  last: 3 # aanname", false, false},
		{"another way to write a number", "bijdrage/parameters.yaml", `"1.100"`, `1100`, false, false},
		{"the source of a value", "bijdrage/parameters.yaml", "bron: raad", "bron: college", false, false},
		{"explanation beside rules", "bijdrage/artikel-1.md", "Wie meer heeft niet.", "Wie meer heeft krijgt niets.", false, false},
		{"an example", "bijdrage/artikel-1.md", "naam: Op de grens", "naam: Precies op de grens", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r0, c0, s0 := digests(t, small())
			r1, c1, s1 := digests(t, with(t, c.file, c.old, c.new))
			if (r0 != r1) != c.rule {
				t.Errorf("regel veranderd: %v, verwacht %v", r0 != r1, c.rule)
			}
			if (c0 != c1) != c.content {
				t.Errorf("inhoud veranderd: %v, verwacht %v", c0 != c1, c.content)
			}
			if (s0 != s1) != c.content {
				t.Errorf("regelset veranderd: %v, verwacht %v", s0 != s1, c.content)
			}
		})
	}
}

func TestDigestDoesNotDependOnFiles(t *testing.T) {
	t.Parallel()
	_, c0, s0 := digests(t, small())
	files := maps.Clone(small())
	// The words move to the article's file, under another file name.
	words := files["bijdrage/gegevens.md"]
	delete(files, "bijdrage/gegevens.md")
	files["bijdrage/zz.md"] = strings.Replace(files["bijdrage/artikel-1.md"], "# De bijdrage", words[strings.Index(words, "```"):], 1)
	delete(files, "bijdrage/artikel-1.md")
	_, c1, s1 := digests(t, files)
	if c0 != c1 || s0 != s1 {
		t.Error("een andere verdeling over bestanden geeft een andere digest")
	}
}

// Two different sets of numbers never share a digest, the same numbers always
// do, however they are laid out.
func TestDigestFollowsMeaning(t *testing.T) {
	t.Parallel()
	set := func(cents, day, load int, spread bool) regulation.SetDigest {
		files := small()
		sep := ", "
		if spread {
			sep = ",   "
		}
		files["bijdrage/parameters.yaml"] = fmt.Sprintf("grens:\n  - {vanaf: 2025-01-%02d%swaarde: \"%d,%02d\", bron: b, zekerheid: V}\nbedrag:\n  - {vanaf: 2025-01-01%swaarde: 1, bron: b, zekerheid: V}\n",
			day, sep, cents/100, cents%100, sep)
		files["bijdrage/stappen.yaml"] = strings.Replace(files["bijdrage/stappen.yaml"], "last: 3", fmt.Sprintf("last: %d", load), 1)
		_, _, d := digests(t, files)
		return d
	}
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) [3]int {
			return [3]int{rapid.IntRange(0, 300).Draw(rt, label+"-cent"), rapid.IntRange(1, 3).Draw(rt, label+"-dag"), rapid.IntRange(0, 2).Draw(rt, label+"-last")}
		}
		a, b := draw("a"), draw("b")
		x := set(a[0], a[1], a[2], false)
		if y := set(b[0], b[1], b[2], true); (x == y) != (a == b) {
			rt.Fatalf("%v en %v: gelijk is %v", a, b, x == y)
		}
	})
}

func TestVersionDigest(t *testing.T) {
	t.Parallel()
	before := loadSmall(t)
	after := lay(t, before, "variant: v\nnaam: V\nvanaf: 2026-07-01\nparameters: {bijdrage.grens: \"1.500\"}\n")
	at := func(s *regulation.Set, date string) regulation.RuleDigest {
		d, ok := s.VersionDigest("bijdrage.krijgen", rule.MustDate(date))
		if !ok {
			t.Fatalf("geen versie op %s", date)
		}
		return d
	}
	if at(before, "2026-06-30") != at(after, "2026-06-30") {
		t.Error("vóór de variant is de versie dezelfde")
	}
	if at(before, "2026-07-01") == at(after, "2026-07-01") {
		t.Error("op de dag van de variant is de versie een andere")
	}
	if at(before, "2025-06-01") == at(before, "2026-06-01") {
		t.Error("een andere waarde hoort een andere digest te geven")
	}
	if _, ok := before.VersionDigest("bijdrage.krijgen", rule.MustDate("2024-12-31")); ok {
		t.Error("vóór 2025 is er geen versie")
	}
	if whole, _ := before.RuleDigest("bijdrage.krijgen"); whole == at(before, "2026-06-01") {
		t.Error("de digest van een versie en van de regel horen te verschillen")
	}
}

func TestTextDigest(t *testing.T) {
	t.Parallel()
	digest := func(text string) regulation.ContentDigest {
		r, diags := regulation.NewText("verordening", "Verordening", regulation.Text{ID: "artikel-1", Title: "Eén", Body: text})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		return r.ContentDigest()
	}
	if digest("De  gemeente\nhelpt.") != digest("De gemeente helpt.") {
		t.Error("opmaak verandert de digest")
	}
	if digest("De gemeente helpt.") == digest("De gemeente helpt niet.") {
		t.Error("andere tekst hoort een andere digest te geven")
	}
}
