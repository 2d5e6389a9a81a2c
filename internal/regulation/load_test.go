package regulation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// small is a set of one regulation, as a map of files.
func small() map[string]string {
	return map[string]string{
		"gemeenschappelijk/gegevens.md": `---
id: gedeeld
titel: Gedeeld
---
` + "```regelspraak" + `
Objecttype de Persoon (mv: personen) (bezield)
    de aanvrager (mv: aanvragers)   kenmerk;
    het inkomen                     Bedrag;
    de bijdrage                     Bedrag;
    is ruim                         kenmerk (bijvoeglijk);
` + "```" + `
`,
		"bijdrage/regeling.yaml": `id: bijdrage
naam: Bijdrage
uitkomsten:
  - {eigenschap: persoon.bijdrage, per: jaar, naam: Bijdrage per jaar}
`,
		"bijdrage/gegevens.md": `---
id: gegevens
titel: Woorden
---
` + "```regelspraak" + `
Parameter het bedrag : Bedrag;
Parameter de grens : Bedrag;
` + "```" + `
`,
		"bijdrage/parameters.yaml": `bedrag:
  - {vanaf: 2025-01-01, waarde: "100", bron: raad, zekerheid: V}
grens:
  - {vanaf: 2025-01-01, waarde: "1.000,50", bron: raad, zekerheid: V}
  - {vanaf: 2026-01-01, waarde: "1.100", bron: raad, zekerheid: K}
`,
		"bijdrage/stappen.yaml": `aanvragen:
  artikel: artikel-1
  actie: Vraag aan
  aanleiding: U wilt een bijdrage
  last: 3
bewijzen:
  artikel: artikel-1
  actie: Stuur bewijs
  aanleiding: De gemeente vraagt het
  termijn: 14
  bewijs: [{naam: loonstrook, register: Polisadministratie}]
`,
		"bijdrage/artikel-1.md": `---
id: artikel-1
titel: De bijdrage
bron: jci1.3:c:BWBR0018451&artikel=2
---
# De bijdrage

1. Iedereen met weinig inkomen krijgt een bijdrage.
2. Wie meer heeft niet.

` + "```regelspraak" + `
// Id: bijdrage.krijgen
// Bron: jci1.3:c:BWBR0018451&artikel=2
Regel bijdrage krijgen
    geldig vanaf 2025
        De bijdrage van een aanvrager moet gesteld worden op het bedrag
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn inkomen is kleiner dan of gelijk aan de grens.

// Id: bijdrage.niet
// Bron: jci1.3:c:BWBR0018451&artikel=2
Regel geen bijdrage
    geldig vanaf 2025
        De bijdrage van een aanvrager moet gesteld worden op 0 €
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn inkomen is groter dan de grens.
` + "```" + `

` + "```voorbeeld" + `
naam: Op de grens
datum: 2026-01-01
personen:
  p1: {inkomen: "1.100"}
verwacht:
  p1: {bijdrage: "100"}
bron: raad
` + "```" + `
`,
	}
}

func fsys(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// with gives a copy of small with one replacement in one file.
func with(t *testing.T, file, was, is string) map[string]string {
	t.Helper()
	files := maps.Clone(small())
	if !strings.Contains(files[file], was) {
		t.Fatalf("%s bevat %q niet", file, was)
	}
	files[file] = strings.Replace(files[file], was, is, 1)
	return files
}

// Paragraphs keep the numbers that were written, also where one is left out.
func TestNumbersOfParagraphs(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(fsys(with(t, "bijdrage/artikel-1.md", "2. Wie meer heeft niet.", "3. Wie meer heeft niet.\n4. Niemand.\n12. Behalve hij.")))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	r, _ := set.Get("bijdrage")
	a, _ := r.Article("artikel-1")
	want := []regulation.Lid{{"1", "Iedereen met weinig inkomen krijgt een bijdrage."}, {"3", "Wie meer heeft niet."}, {"4", "Niemand."}, {"12", "Behalve hij."}}
	if diff := cmp.Diff(want, a.Leden); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(a.Text, "3. Wie meer heeft niet.") || !strings.Contains(a.Text, "12. Behalve hij.") {
		t.Errorf("tekst: %s", a.Text)
	}
	if n := strings.Count(a.HTML, "value="); n != 2 || !strings.Contains(a.HTML, `<li value="3">Wie`) || !strings.Contains(a.HTML, `<li value="12">`) {
		t.Errorf("HTML: %s", a.HTML)
	}
}

func TestLoadSmall(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(fsys(small()))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	r, ok := set.Get("bijdrage")
	if !ok || r.Name != "Bijdrage" || r.Level != regulation.LevelRules || len(r.Rules()) != 2 || len(r.Parameters) != 2 {
		t.Fatalf("bijdrage is niet goed geladen: %+v", r)
	}
	a, _ := r.Article("artikel-1")
	want := []regulation.Lid{{"1", "Iedereen met weinig inkomen krijgt een bijdrage."}, {"2", "Wie meer heeft niet."}}
	if diff := cmp.Diff(want, a.Leden); diff != "" {
		t.Error(diff)
	}
	if a.URL != "https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=2" || a.Number != "1" {
		t.Errorf("artikel: nummer %q, link %q", a.Number, a.URL)
	}
	if strings.Contains(a.HTML, "Regel") || strings.Contains(a.HTML, "voorbeeld") || strings.Contains(a.HTML, "<h1>") {
		t.Errorf("blokken of titel staan nog in de tekst: %s", a.HTML)
	}
	p, _ := set.Parameter("bijdrage.grens")
	if v, ok := p.At(rule.MustDate("2026-06-01")); !ok || v.Verified || v.Value.String() != "1100" {
		t.Errorf("grens in 2026: %+v", v)
	}
	if v, _ := p.At(rule.MustDate("2025-06-01")); !v.Verified || v.Value.String() != "1000.5" {
		t.Errorf("grens in 2025: %+v", v)
	}
	if got := r.Outcomes[0].Unit; got != "euro" {
		t.Errorf("eenheid van de uitkomst is %q", got)
	}
	prog := compile(t, set.Model)
	for _, ex := range r.Examples() {
		for _, m := range ex.Run(prog) {
			t.Error(m)
		}
	}
}

// Each case breaks one thing. What is found must name the file, the line and
// the thing; the rest of the set must still be there.
func TestLoadDiagnoses(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 600<<10)
	cases := []struct {
		name, file, old, new string
		want                 string // "bestand:regel:" prefix of one diagnostic
		says                 string
	}{
		{"unknown key", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nindicatorn: []\n", "bijdrage/regeling.yaml:3:1", `bedoelde u "indicatoren"?`},
		{"duplicate key", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nnaam: Anders\n", "bijdrage/regeling.yaml:3:1", "tweede keer"},
		{"missing key", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "", "bijdrage/regeling.yaml:1:1", `mist "naam"`},
		{"id is not the folder", "bijdrage/regeling.yaml", "id: bijdrage\n", "id: bijdragen\n", "bijdrage/regeling.yaml:1:1", "niet de naam van de map"},
		{"alias", "bijdrage/regeling.yaml", "naam: Bijdrage", "naam: &a Bijdrage", "bijdrage/regeling.yaml:2:7", "ankers"},
		{"not yaml", "bijdrage/regeling.yaml", "naam: Bijdrage", "naam: [Bijdrage", "bijdrage/regeling.yaml:", "niet te lezen"},
		{"two documents", "bijdrage/regeling.yaml", "naam: Bijdrage", "naam: Bijdrage\n---\nid: x", "bijdrage/regeling.yaml:", "tweede document"},
		{"deep", "bijdrage/regeling.yaml", "naam: Bijdrage", "naam: " + strings.Repeat("[", 5000), "bijdrage/regeling.yaml:1:1", "te diep"},
		{"builds on nothing", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nbouwt-op: [belasting]\n", "bijdrage/regeling.yaml:3:12", `bouwt op "belasting", maar die regeling is er niet`},
		{"builds on itself", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nbouwt-op: [bijdrage]\n", "bijdrage/regeling.yaml:3:12", "maar die regeling is er niet"},
		{"explained nowhere", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nbevindingen:\n  - {code: alles-of-niets, bij: bijdrage.nieet, uitleg: zo is het}\n", "bijdrage/regeling.yaml:4:33", `bedoelde u "bijdrage.niet"?`},
		{"explained without a reason", "bijdrage/regeling.yaml", "naam: Bijdrage\n", "naam: Bijdrage\nbevindingen:\n  - {code: alles-of-niets, bij: bijdrage.niet}\n", "bijdrage/regeling.yaml:4:5", `mist "uitleg"`},
		{"unknown outcome", "bijdrage/regeling.yaml", "persoon.bijdrage", "persoon.bijdrag", "bijdrage/regeling.yaml:4:5", `bedoelde u "persoon.bijdrage"?`},
		{"unknown period", "bijdrage/regeling.yaml", "per: jaar", "per: jaaar", "bijdrage/regeling.yaml:4:41", `bedoelde u "jaar"?`},
		{"amount without a period", "bijdrage/regeling.yaml", "per: jaar, ", "", "bijdrage/regeling.yaml:4:5", `is een bedrag en mist "per"`},
		{"period of a kenmerk", "bijdrage/regeling.yaml", "persoon.bijdrage", "persoon.ruim", "bijdrage/regeling.yaml:4:5", `is geen bedrag en heeft dus geen "per"`},
		{"unknown parameter", "bijdrage/parameters.yaml", "grens:", "grans:", "bijdrage/parameters.yaml:3:1", `bedoelde u "grens"?`},
		{"value without certainty", "bijdrage/parameters.yaml", ", zekerheid: K", "", "bijdrage/parameters.yaml:5:5", "hoe zeker"},
		{"ambiguous number", "bijdrage/parameters.yaml", `"1.100"`, `1.100`, "bijdrage/parameters.yaml:5:33", "dubbelzinnig"},
		{"wrong group", "bijdrage/parameters.yaml", `"1.100"`, `"1.10"`, "bijdrage/parameters.yaml:5:33", "punt scheidt groepen"},
		{"percentage for an amount", "bijdrage/parameters.yaml", `"100"`, `"100 %"`, "bijdrage/parameters.yaml:2:33", "andere eenheid"},
		{"no such day", "bijdrage/parameters.yaml", "2026-01-01", "2026-02-30", "bijdrage/parameters.yaml:5:13", "geen bestaande datum"},
		{"same day twice", "bijdrage/parameters.yaml", "2026-01-01", "2025-01-01", "bijdrage/parameters.yaml:5:5", "twee waarden vanaf 2025-01-01"},
		{"step of no article", "bijdrage/stappen.yaml", "artikel: artikel-1\n  actie: Stuur", "artikel: artikel-7\n  actie: Stuur", "bijdrage/stappen.yaml:7:3", "dat is er niet"},
		{"term in words", "bijdrage/stappen.yaml", "termijn: 14", "termijn: twee weken", "bijdrage/stappen.yaml:10:12", "andere eenheid"},
		{"true is not ja", "bijdrage/stappen.yaml", "termijn: 14", "elk-jaar: true", "bijdrage/stappen.yaml:10:13", "schrijf ja of nee"},
		{"no front matter", "bijdrage/artikel-1.md", "---\nid", "id", "bijdrage/artikel-1.md:1:1", "niet met een kop"},
		{"bad source", "bijdrage/artikel-1.md", "bron: jci1.3:c:BWBR0018451&artikel=2\n---", "bron: jci9\n---", "bijdrage/artikel-1.md:2:1", "geen bruikbare bron"},
		{"misspelt block", "bijdrage/artikel-1.md", "```regelspraak", "```regelspraek", "bijdrage/artikel-1.md:11:1", `bedoelde u "regelspraak"?`},
		{"unknown word in a rule", "bijdrage/artikel-1.md", "zijn inkomen is groter", "zijn inkomsten is groter", "bijdrage/artikel-1.md:26:", "inkomsten"},
		{"unknown datum in an example", "bijdrage/artikel-1.md", "{inkomen:", "{inkommen:", "bijdrage/artikel-1.md:33:8", `bedoelde u "inkomen"?`},
		{"unknown expectation", "bijdrage/artikel-1.md", "{bijdrage: \"100\"}", "{bedrage: \"100\"}", "bijdrage/artikel-1.md:35:8", `bedoelde u "bijdrage"?`},
		{"expectation of nobody", "bijdrage/artikel-1.md", "verwacht:\n  p1", "verwacht:\n  p9", "bijdrage/artikel-1.md:35:3", `"p9" staat niet`},
		{"example without source", "bijdrage/artikel-1.md", "bron: raad\n", "", "bijdrage/artikel-1.md:30:1", `mist "bron"`},
		{"certainty of a publication", "bijdrage/artikel-1.md", "bron: raad\n```", "bron: raad\ngepubliceerd: zeker\n```", "bijdrage/artikel-1.md:37:15", "kies uit 'V', 'S+'"},
		{"published without an amount", "bijdrage/artikel-1.md", "verwacht:\n  p1: {bijdrage: \"100\"}\nbron: raad\n", "fouten:\n  p1: {bijdrage: geen-waarde}\nbron: raad\ngepubliceerd: V\n", "bijdrage/artikel-1.md:37:1", "gepubliceerd kan zijn"},
		{"huge file", "bijdrage/artikel-1.md", "1. Iedereen", big, "bijdrage/artikel-1.md:", "groter dan 512"},
		{"not UTF-8", "bijdrage/artikel-1.md", "Iedereen", "\xff\xfe", "bijdrage/artikel-1.md:1:1", "geen UTF-8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set, diags := regulation.Load(fsys(with(t, c.file, c.old, c.new)))
			found := false
			for _, d := range diags {
				s := d.String()
				found = found || strings.HasPrefix(s, c.want) && strings.Contains(s, c.says)
			}
			if !found {
				t.Errorf("verwacht %q met %q, gevonden:\n%v", c.want, c.says, diags)
			}
			if diags.Err() == nil {
				t.Error("dit hoort een fout te zijn")
			}
			if _, ok := set.Get("bijdrage"); !ok {
				t.Error("de regeling zelf is weg")
			}
		})
	}
}

// A rule that uses what another regulation declares needs that one beside it,
// and its regulation says so.
func TestBuildsOn(t *testing.T) {
	t.Parallel()
	files := small()
	files["korting/regeling.yaml"] = "id: korting\nnaam: Korting\n"
	files["korting/artikel-1.md"] = "---\nid: artikel-1\ntitel: De korting\nbron: besluit van de raad, artikel 1\n---\n# De korting\n\n1. Wie weinig heeft, krijgt korting.\n\n```regelspraak\n" +
		"// Id: korting.ruim\n// Bron: raad\nRegel ruim\n    geldig vanaf 2025\n        Een persoon is ruim\n        indien zijn inkomen groter is dan de grens.\n```\n"
	_, diags := regulation.Load(fsys(files))
	if len(diags) != 1 || diags[0].Code != "bouwt-op" || diags[0].Severity != rule.Warning ||
		!strings.Contains(diags[0].Message, "regel korting.ruim gebruikt bijdrage.grens van bijdrage") {
		t.Errorf("zonder bouwt-op: %v", diags)
	}
	files["korting/regeling.yaml"] += "bouwt-op: [bijdrage]\n"
	set, diags := regulation.Load(fsys(files))
	if len(diags) > 0 {
		t.Errorf("met bouwt-op: %v", diags)
	}
	if r, _ := set.Get("korting"); !slices.Equal(r.BuildsOn, []string{"bijdrage"}) {
		t.Errorf("bouwt op %v", r.BuildsOn)
	}
}

func TestOddSourceIsAWarning(t *testing.T) {
	t.Parallel()
	_, diags := regulation.Load(fsys(with(t, "bijdrage/artikel-1.md", "// Bron: jci1.3:c:BWBR0018451&artikel=2", "// Bron: jci1.3:c:BWB18451&artikel=2")))
	if len(diags) != 1 || diags[0].Severity != rule.Warning || !strings.Contains(diags[0].Message, "BWB18451") {
		t.Errorf("%v", diags)
	}
}

func TestSharedPages(t *testing.T) {
	t.Parallel()
	set := load(t)
	if len(set.Shared) != 1 || !strings.Contains(set.Shared[0].HTML, "toeslagpartner") {
		t.Errorf("gedeelde woorden: %+v", set.Shared)
	}
}

func TestBrokenArticleLeavesItsNeighbours(t *testing.T) {
	t.Parallel()
	files := small()
	files["bijdrage/artikel-2.md"] = "---\nid: artikel-2\ntitel: Stuk\n---\n```regelspraak\n// Id: bijdrage.stuk\nRegel stuk\n    geldig altijd\n        De onzin van een aanvrager moet gesteld worden op 0 €.\n```\n\n```voorbeeld\nnaam: [\n```\n"
	set, diags := regulation.Load(fsys(files))
	if diags.Err() == nil {
		t.Fatal("geen fout gevonden")
	}
	for _, d := range diags {
		if d.Severity == rule.Error && d.Pos.File != "bijdrage/artikel-2.md" {
			t.Errorf("een fout in een ander bestand: %s", d)
		}
	}
	if _, ok := set.Rule("bijdrage.krijgen"); !ok {
		t.Error("de regel van artikel 1 is weg")
	}
	r, _ := set.Get("bijdrage")
	if a, ok := r.Article("artikel-2"); !ok || a.Title != "Stuk" {
		t.Error("het artikel zelf is weg")
	}
	if len(r.Examples()) != 1 {
		t.Errorf("%d voorbeelden, verwacht 1", len(r.Examples()))
	}
}

func TestTextIsSanitised(t *testing.T) {
	t.Parallel()
	files := with(t, "bijdrage/artikel-1.md", "2. Wie meer heeft niet.",
		"2. Wie <script>alert(1)</script> [klik](javascript:alert(1)) <img src=x onerror=alert(1)> heeft niet.\n\n[wet](https://wetten.overheid.nl/BWBR0018451)")
	set, diags := regulation.Load(fsys(files))
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	r, _ := set.Get("bijdrage")
	a, _ := r.Article("artikel-1")
	for _, bad := range []string{"<script", "javascript:", "onerror", "<img"} {
		if strings.Contains(a.HTML, bad) {
			t.Errorf("%q staat in de HTML: %s", bad, a.HTML)
		}
	}
	if !strings.Contains(a.HTML, `href="https://wetten.overheid.nl/BWBR0018451"`) {
		t.Errorf("de gewone link is weg: %s", a.HTML)
	}
}

func TestWindowsLinesAndMark(t *testing.T) {
	t.Parallel()
	files := small()
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, "\n", "\r\n")
	}
	files["bijdrage/artikel-1.md"] = "\ufeff" + files["bijdrage/artikel-1.md"]
	set, diags := regulation.Load(fsys(files))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	plain, _ := regulation.Load(fsys(small()))
	if set.Digest() != plain.Digest() {
		t.Error("andere regeleinden geven een andere digest")
	}
}

func TestEmptyFolder(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(fstest.MapFS{})
	if len(diags) != 0 || len(set.Regulations) != 0 || set.Model == nil {
		t.Errorf("een lege map: %v, %d regelingen", diags, len(set.Regulations))
	}
}

func TestFolderWithoutMetaIsNoRegulation(t *testing.T) {
	t.Parallel()
	files := small()
	files["los/artikel-1.md"] = "geen kop"
	set, diags := regulation.Load(fsys(files))
	if len(diags) > 0 || len(set.Regulations) != 1 {
		t.Errorf("%v, %d regelingen", diags, len(set.Regulations))
	}
}

// Whatever stands in an article, its parameters or its steps: no panic, no
// hang, and a set that can be used when there is no error.
func FuzzLoad(f *testing.F) {
	files := small()
	f.Add(files["bijdrage/artikel-1.md"], files["bijdrage/parameters.yaml"], files["bijdrage/stappen.yaml"], files["bijdrage/regeling.yaml"])
	f.Add("---\nid: a\ntitel: b\n---\n> ```regelspraak\n> x\n> ```\n\n1. a\n   - b\n\n| a | b |\n|---|---|\n| c | d |\n", "bedrag: []", "a: {}", "id: bijdrage")
	f.Add("---\n---\n", "- 1", "{", "")
	f.Fuzz(func(t *testing.T, article, parameters, steps, meta string) {
		files := small()
		files["bijdrage/artikel-1.md"] = article
		files["bijdrage/parameters.yaml"] = parameters
		files["bijdrage/stappen.yaml"] = steps
		files["bijdrage/regeling.yaml"] = meta
		set, diags := regulation.Load(fsys(files))
		if set == nil || set.Model == nil {
			t.Fatal("geen set")
		}
		if diags.Err() != nil {
			return
		}
		_ = set.Digest()
		if changes := regulation.Diff(set, set); len(changes) != 0 {
			t.Fatalf("een set verschilt van zichzelf: %v", changes)
		}
		prog, diags := exact.Compile(set.Model)
		if diags.Err() != nil {
			return
		}
		for _, r := range set.Regulations {
			for _, ex := range r.Examples() {
				ex.Run(prog)
			}
		}
	})
}
