package regulation_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
)

// tariff is small with a regulation of a beslistabel, an initialisatie and two
// consistentieregels.
func tariff() map[string]string {
	files := maps.Clone(small())
	files["tarief/regeling.yaml"] = "id: tarief\nnaam: Tarief\nuitkomsten:\n  - {eigenschap: persoon.tarief, per: jaar, naam: Tarief}\n"
	files["tarief/artikel-1.md"] = `---
id: artikel-1
titel: Het tarief
bron: de raad
---
1. Wie meer heeft betaalt meer.

` + "```regelspraak" + `
Objecttype de Persoon
    het tarief                      Bedrag;
    de leeftijd                     Numeriek (geheel getal) met eenheid jr;
    de korting                      Bedrag;
    het nummer (mv: nummers)        Tekst;

// Id: tarief.tarief
// Bron: de raad
Beslistabel tarief
    geldig altijd
    |   | het tarief van een persoon moet gesteld worden op | indien zijn leeftijd groter is dan of gelijk is aan | indien zijn inkomen kleiner is dan |
    |---|---|---|---|
    | 1 | 100 € | 18 jr | 1.000 € |
    | 2 | 200 € min zijn korting | 18 jr | n.v.t. |
    | 3 | 0 € | n.v.t. | 0 € |

// Id: tarief.korting
// Bron: de raad
Regel korting
    geldig altijd
        De korting van een persoon moet geïnitialiseerd worden op 5 €.

// Id: tarief.positief
// Bron: de raad
Consistentieregel korting niet te hoog
    geldig altijd
        De korting van een persoon moet kleiner zijn dan of gelijk zijn aan 200 €.

// Id: tarief.nummer
// Bron: de raad
Regel nummers
    geldig altijd
        De nummers van alle personen moeten uniek zijn.
` + "```" + `

` + "```voorbeeld" + `
naam: Alles klopt
datum: 2026-06-01
personen:
  p1: {inkomen: "5.000", leeftijd: 20 jr, nummer: a}
verwacht:
  p1: {tarief: "195", korting: "5"}
bron: de raad
` + "```" + `

` + "```voorbeeld" + `
naam: Een te hoge korting, en twee dezelfde nummers
datum: 2026-06-01
personen:
  p1: {inkomen: "5.000", leeftijd: 20 jr, nummer: a, korting: "200,01"}
  p2: {inkomen: "500", leeftijd: 20 jr, nummer: a}
schendingen:
  tarief.positief: [p1]
  tarief.nummer: [p2, p1]
fouten:
  p2: {tarief: regels-botsen}
bron: de raad
` + "```" + `
`
	return files
}

// run gives what does not come out of the examples of tarief.
func run(t *testing.T, files map[string]string) []string {
	t.Helper()
	set, diags := regulation.Load(fsys(files))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p := compile(t, set.Model)
	reg, _ := set.Get("tarief")
	var out []string
	for _, ex := range reg.Examples() {
		for _, m := range ex.Run(p) {
			out = append(out, m.String())
		}
	}
	return out
}

func TestExamplesOfViolationsAndFaults(t *testing.T) {
	t.Parallel()
	if got := run(t, tariff()); got != nil {
		t.Fatal(got)
	}
	const page = "tarief/artikel-1.md"
	for _, c := range []struct {
		name, old, now, says string // says "": nothing comes out otherwise
	}{
		{"a violation that is not there", "korting: \"200,01\"", "korting: \"200\"", "regel tarief.positief moet geschonden zijn door p1, maar is dat niet"},
		{"a violation that is not named", "schendingen:\n  tarief.positief: [p1]\n", "schendingen:\n", "regel tarief.positief is geschonden door p1, en het voorbeeld noemt dat niet"},
		{"others violate it", "tarief.nummer: [p2, p1]", "tarief.nummer: [p2]", "geschonden zijn door p2, maar is het door p1, p2"},
		{"it cannot be judged", "nummer: a, korting: \"200,01\"", "korting: \"200,01\"", "regel tarief.nummer moet geschonden zijn door p1, p2, maar: "},
		{"no fault", "p2: {inkomen: \"500\"", "p2: {inkomen: \"1.500\"", "tarief van p2 moet de fout regels-botsen geven, maar is € 195"},
		{"another fault", "p2: {inkomen: \"500\"", "p2: {inkomen: leeg", "tarief van p2 moet de fout regels-botsen geven, maar is € 195"},
		{"a rule that an example does not name cannot be judged", "p1: {inkomen: \"5.000\", leeftijd: 20 jr, nummer: a}", "p1: {inkomen: \"5.000\", leeftijd: 20 jr}", ""},
	} {
		files := tariff()
		if strings.Count(files[page], c.old) != 1 {
			t.Fatalf("%s: %q stands there %d times", c.name, c.old, strings.Count(files[page], c.old))
		}
		files[page] = strings.Replace(files[page], c.old, c.now, 1)
		got := run(t, files)
		if c.says == "" && got != nil || c.says != "" && (len(got) != 1 || !strings.Contains(got[0], c.says)) {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
	for _, c := range []struct{ name, old, now, says string }{
		{"an unknown rule", "tarief.positief: [p1]", "tarief.posetief: [p1]", `bedoelde u "tarief.positief"`},
		{"no consistentieregel", "tarief.positief: [p1]", "tarief.korting: [p1]", `geen consistentieregel "tarief.korting"`},
		{"nobody", "tarief.positief: [p1]", "tarief.positief: []", "er staat niet wie de regel schendt"},
		{"someone else", "tarief.positief: [p1]", "tarief.positief: [p9]", `"p9" staat niet in het voorbeeld`},
		{"an unknown fault", "regels-botsen", "regels-bosten", "regels-botsen"},
		{"a fault of an unknown datum", "p2: {tarief: regels-botsen}", "p2: {tareif: regels-botsen}", `bedoelde u "tarief"`},
	} {
		files := tariff()
		files[page] = strings.Replace(files[page], c.old, c.now, 1)
		_, diags := regulation.Load(fsys(files))
		if err := diags.Err(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

// A variant replaces a beslistabel, and the difference is told by row and cell.
func TestVariantOfATable(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(fsys(tariff()))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	const head = "    |   | het tarief van een persoon moet gesteld worden op | indien zijn leeftijd groter is dan of gelijk is aan | indien zijn inkomen kleiner is dan |\n"
	const row1, row2, row3 = "    | 1 | 100 € | 18 jr | 1.000 € |\n", "    | 2 | 200 € min zijn korting | 18 jr | n.v.t. |\n", "    | 3 | 0 € | n.v.t. | 0 € |\n"
	const changed = "De beslistabel ‘tarief’ verandert vanaf 1 januari 2027."
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"the same", head + row1 + row2 + row3, nil},
		{"a result", head + strings.Replace(row1, "100", "120", 1) + row2 + row3, []string{changed, "rij 1: 100 € wordt 120 €"}},
		{"a cell", head + row1 + strings.Replace(row2, "18 jr", "21 jr", 1) + row3,
			[]string{changed, "rij 2, ‘zijn leeftijd is groter dan of gelijk aan’: 18 jr wordt 21 jr"}},
		{"a cell that was n.v.t.", head + row1 + row2 + strings.Replace(row3, "n.v.t.", "65 jr", 1),
			[]string{changed, "rij 3, ‘zijn leeftijd is groter dan of gelijk aan’: n.v.t. wordt 65 jr"}},
		{"a row goes", head + row1 + strings.Replace(row3, "| 3", "| 2", 1), []string{changed, "rij 2 (200 € min zijn korting) vervalt"}},
		{"a row comes in front", head + "    | 1 | 7 € | n.v.t. | 0 € |\n" + strings.Replace(row1, "| 1 ", "| 2 ", 1) + strings.Replace(row2, "| 2 ", "| 3 ", 1) + strings.Replace(row3, "| 3 ", "| 4 ", 1),
			[]string{changed, "rij 1 (7 €) is nieuw"}},
		{"a column goes", "    |   | het tarief van een persoon moet gesteld worden op | indien zijn inkomen kleiner is dan |\n    | 1 | 100 € | 1.000 € |\n    | 2 | 0 € | 0 € |\n",
			[]string{changed, "kolom ‘zijn leeftijd is groter dan of gelijk aan’ vervalt", "rij 1, ‘zijn leeftijd is groter dan of gelijk aan’: 18 jr wordt n.v.t.", "rij 2 (200 € min zijn korting) vervalt"}},
	} {
		rule := "    Beslistabel tarief\n        geldig altijd\n" + strings.ReplaceAll(c.rows, "    |", "        |")
		after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2027-01-01\nregels:\n  tarief.tarief: |\n"+rule)
		got := texts(regulation.Diff(set, after))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		before, _ := set.RuleDigest("tarief.tarief")
		now, _ := after.RuleDigest("tarief.tarief")
		if c.want != nil && before == now {
			t.Errorf("%s: the digest did not change", c.name)
		}
	}
	after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2027-01-01\nregels:\n  tarief.korting: vervalt\n  tarief.nummer: vervalt\n  tarief.tarief: |\n    Regel tarief\n        geldig altijd\n            Het tarief van een persoon moet gesteld worden op 5 €.\n")
	want := []string{"De initialisatie ‘korting’ vervalt vanaf 1 januari 2027.", "De consistentieregel ‘nummers’ vervalt vanaf 1 januari 2027.",
		"De regel ‘tarief’ verandert vanaf 1 januari 2027.", "was een beslistabel, wordt een regel"}
	if diff := cmp.Diff(want, texts(regulation.Diff(set, after))); diff != "" {
		t.Error(diff)
	}
}

// The period of an amount per month or year stands in its unit.
func TestOutcomeWithAUnitPerPeriod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ unit, per, period, says string }{
		{"€/mnd", "", "maand", ""},
		{"€/jr", ", per: jaar", "jaar", ""},
		{"€/kw", "", "kwartaal", ""},
		{"€/mnd", ", per: jaar", "", "dat is niet per jaar"},
		{"€/uur", "", "", ""},
		{"€/kw", ", per: jaar", "", "dat is niet per jaar"},
		{"€", "", "", "mist \"per\""},
	} {
		files := tariff()
		files["tarief/regeling.yaml"] = "id: tarief\nnaam: Tarief\nuitkomsten:\n  - {eigenschap: persoon.premie" + c.per + ", naam: Premie}\n"
		files["tarief/gegevens.md"] = "---\nid: gegevens\ntitel: Woorden\n---\n```regelspraak\nObjecttype de Persoon\n    de premie    Bedrag met eenheid " + c.unit + ";\n```\n"
		if c.unit == "€" {
			files["tarief/gegevens.md"] = strings.Replace(files["tarief/gegevens.md"], " met eenheid €", "", 1)
		}
		set, diags := regulation.Load(fsys(files))
		if err := diags.Err(); c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s%s: %v, want %q", c.unit, c.per, err, c.says)
			}
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		reg, _ := set.Get("tarief")
		if got := reg.Outcomes[0].Period; got != c.period {
			t.Errorf("%s: per %q, want %q", c.unit, got, c.period)
		}
	}
}

// Types and units that are declared otherwise are told as such, and change the
// digest of the rules that use them, also where the text of the rule stays.
func TestDiffOfTypesAndUnits(t *testing.T) {
	t.Parallel()
	words := func(typ, factor string) *regulation.Set {
		files := tariff()
		files["tarief/gegevens.md"] = "---\nid: gegevens\ntitel: Woorden\n---\n```regelspraak\nEenheidsysteem Afstand\n    de meter (mv: meters)    m\n    de mijl (mv: mijlen)     mi = " + factor + " m\n\n" +
			"Objecttype de Persoon\n    de afstand    " + typ + ";\n    de meters     Numeriek (getal) met eenheid m;\n\n" +
			"// Id: tarief.meters\n// Bron: de raad\nRegel meters\n    geldig altijd\n        De meters van een persoon moet gesteld worden op zijn afstand.\n```\n"
		set, diags := regulation.Load(fsys(files))
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		return set
	}
	base := words("Numeriek (getal) met eenheid mi", "1609")
	for _, c := range []struct {
		name  string
		after *regulation.Set
		want  []string
	}{
		{"nothing", words("Numeriek (getal) met eenheid mi", "1609"), nil},
		{"a factor", words("Numeriek (getal) met eenheid mi", "1610"), []string{"De eenheid mi is 1.609 m en wordt 1.610 m."}},
		{"a sign", words("Numeriek (niet-negatief getal) met eenheid mi", "1609"),
			[]string{"Het gegeven ‘afstand’ van persoon is Numeriek (getal) met eenheid mi en wordt Numeriek (niet-negatief getal) met eenheid mi."}},
		{"decimals", words("Numeriek (getal met 2 decimalen) met eenheid mi", "1609"),
			[]string{"Het gegeven ‘afstand’ van persoon is Numeriek (getal) met eenheid mi en wordt Numeriek (getal met 2 decimalen) met eenheid mi."}},
	} {
		if diff := cmp.Diff(c.want, texts(regulation.Diff(base, c.after))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		before, _ := base.RuleDigest("tarief.meters")
		now, _ := c.after.RuleDigest("tarief.meters")
		if (before == now) != (c.want == nil) {
			t.Errorf("%s: the digest is the same: %v", c.name, before == now)
		}
	}
}
