package check_test

import (
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// sound is a small set in which check finds nothing. Each test breaks one
// thing in it.
func sound() map[string]string {
	return map[string]string{
		"gemeenschappelijk/gegevens.md": block(`---
id: gemeenschappelijk
titel: Woorden
---
# Woorden

~~~regelspraak
Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum                     Datum in dagen;
    het inkomen                          Bedrag;
    de aanvrager (mv: aanvragers)        kenmerk;

Objecttype het Huishouden (mv: huishoudens)

Wederkerig feittype Partnerschap
    de partner                           Persoon
    Eén partner heeft één partner

Feittype Samenstelling
    het huishouden                       Huishouden
    het lid (mv: leden)                  Persoon
    Eén huishouden heeft meerdere leden
~~~
`),
		"bijdrage/regeling.yaml": `id: bijdrage
naam: Bijdrage
samenvatting: Een bijdrage om mee te proberen.
uitkomsten:
  - {eigenschap: persoon.bijdrage, per: jaar, naam: Bijdrage per jaar}
`,
		"bijdrage/gegevens.md": block(`---
id: gegevens
titel: Woorden van de bijdrage
---
# Woorden

~~~regelspraak
Objecttype de Persoon
    is volwassen                         kenmerk (bijvoeglijk);
    het gezamenlijke inkomen             Bedrag;
    de bijdrage                          Bedrag;

Parameter de grens : Bedrag;
Parameter het deel : Percentage;
~~~
`),
		"bijdrage/parameters.yaml": `grens:
  - {vanaf: 2026-01-01, waarde: "10.000", bron: besluit 1, zekerheid: V}
deel:
  - {vanaf: 2026-01-01, waarde: "10 %", bron: besluit 1, zekerheid: V}
`,
		"bijdrage/artikel-1.md": block(`---
id: artikel-1
titel: De bijdrage
bron: jci1.3:c:BWBR0000001&artikel=1
---
# De bijdrage

1. Wie weinig verdient, krijgt een bijdrage.

~~~regelspraak
// Id: bijdrage.volwassen
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=1
Regel volwassen
    geldig vanaf 2026
        Een aanvrager is volwassen
        indien de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan of gelijk aan 18 jr.

// Id: bijdrage.samen
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=1
Regel gezamenlijk inkomen
    geldig vanaf 2026
        Het gezamenlijke inkomen van een aanvrager moet berekend worden als
        zijn inkomen plus de som van het inkomen van de leden van zijn huishouden die geen aanvrager zijn
        plus het inkomen van zijn partner.

// Id: bijdrage.bedrag
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=2
Regel bijdrage
    geldig vanaf 2026
        De bijdrage van een aanvrager moet berekend worden als
        het deel van (de grens min zijn gezamenlijke inkomen), met een minimum van 0 € rekenkundig afgerond op 2 decimalen
        indien hij is volwassen.
~~~

~~~voorbeeld
naam: Weinig inkomen
datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, inkomen: "4.000"}
verwacht:
  p1: {bijdrage: "600"}
bron: artikel 1, lid 2
~~~
`),
		"bijdrage/stappen.yaml": `aanvragen:
  artikel: artikel-1
  actie: Vraag de bijdrage aan
  aanleiding: U hebt weinig inkomen.
  als-niets: U krijgt niets.
  kanalen:
    - {naam: balie, mens: ja}
`,
	}
}

// block turns ~~~ fences into those of Markdown, which a raw string cannot
// hold.
func block(s string) string { return strings.ReplaceAll(s, "~~~", "```") }

func read(files map[string]string) (*regulation.Set, rule.Diagnostics) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return regulation.Load(fsys)
}

func load(t testing.TB, files map[string]string) *regulation.Set {
	t.Helper()
	set, diags := read(files)
	if err := diags.Err(); err != nil {
		t.Fatalf("load: %v", err)
	}
	return set
}

func options() check.Options {
	return check.Options{Date: rule.MustDate("2026-06-01")}
}

func TestSoundSetHasNoFindings(t *testing.T) {
	t.Parallel()
	for _, f := range check.Check(load(t, sound()), options()) {
		// That somebody of seventeen gets nothing is inherent: a tip.
		if f.Code == check.CodeCliff && f.Severity == rule.Info {
			continue
		}
		t.Errorf("%v", f.Diagnostic())
	}
}

// A rule that ended together with everything that read it is not missed.
func TestEndedTogetherIsNoFinding(t *testing.T) {
	t.Parallel()
	files := sound()
	files["bijdrage/gegevens.md"] = strings.Replace(files["bijdrage/gegevens.md"], "    de bijdrage ", "    de opslag Bedrag;\n    de bijdrage ", 1)
	article := files["bijdrage/artikel-1.md"]
	article = strings.Replace(article, "// Id: bijdrage.bedrag", `// Id: bijdrage.opslag
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=1
Regel opslag
    geldig van 2025 tot en met 2025
        De opslag van een aanvrager moet gesteld worden op 1 €.

// Id: bijdrage.bedrag`, 1)
	article = strings.Replace(article, "Regel bijdrage\n", "Regel bijdrage\n    geldig van 2025 tot en met 2025\n        De bijdrage van een aanvrager moet gesteld worden op zijn opslag.\n", 1)
	expired := func(article string) (n int) {
		files["bijdrage/artikel-1.md"] = article
		for _, f := range check.Check(load(t, files), options()) {
			if f.Code == check.CodeExpired {
				n++
			}
		}
		return n
	}
	if n := expired(article); n != 0 {
		t.Errorf("%d meldingen over een regel die niemand meer leest", n)
	}
	read := strings.Replace(article, "        het deel van (de grens min", "        zijn opslag plus het deel van (de grens min", 1)
	if n := expired(read); n != 1 {
		t.Errorf("%d meldingen over een regel die nog gelezen wordt, dat hoort er 1 te zijn", n)
	}
}

// A slope, however steep, is not a cliff: half of every euro is lost, and no
// single euro costs more than that.
func TestSlopeIsNoCliff(t *testing.T) {
	t.Parallel()
	files := sound()
	files["bijdrage/parameters.yaml"] = strings.Replace(files["bijdrage/parameters.yaml"], `"10 %"`, `"90 %"`, 1)
	files["bijdrage/artikel-1.md"] = strings.Replace(files["bijdrage/artikel-1.md"], `"600"`, `"5.400"`, 1)
	o := options()
	o.Loss = big.NewRat(2, 1)
	for _, f := range check.Check(load(t, files), o) {
		if f.Code == check.CodeCliff && f.Cliff.Input.Name == "inkomen" {
			t.Errorf("%v", f.Diagnostic())
		}
	}
}

// An amount for each of a number of months is a slope as well, though a month is
// the smallest step there is; a first month that costs more than the next is not.
func TestMonthsAreASlope(t *testing.T) {
	t.Parallel()
	for formula, cliffs := range map[string]int{
		"100 € maal zijn aantal maanden": 0,
		"100 € maal zijn aantal maanden plus (400 € maal (zijn aantal maanden, met een maximum van 1))": 1,
	} {
		files := sound()
		files["bijdrage/gegevens.md"] = strings.Replace(files["bijdrage/gegevens.md"], "    de bijdrage ", "    het aantal maanden Numeriek (niet-negatief geheel getal);\n    de bijdrage ", 1)
		article := strings.Replace(files["bijdrage/artikel-1.md"], "het deel van (de grens min zijn gezamenlijke inkomen), met een minimum van 0 € rekenkundig afgerond op 2 decimalen", formula, 1)
		article = strings.Replace(article, `inkomen: "4.000"`, `inkomen: "4.000", aantal-maanden: 6`, 1)
		files["bijdrage/artikel-1.md"] = strings.Replace(article, `"600"`, map[int]string{0: `"600"`, 1: `"1.000"`}[cliffs], 1)
		o := options()
		o.Loss = big.NewRat(50, 1)
		n := 0
		for _, f := range check.Check(load(t, files), o) {
			if f.Code == check.CodeExample {
				t.Errorf("%v", f.Diagnostic())
			}
			if f.Code == check.CodeCliff && f.Cliff.Input.Name == "aantal maanden" {
				n++
			}
		}
		if n != cliffs {
			t.Errorf("%s: %d meldingen, dat horen er %d te zijn", formula, n, cliffs)
		}
	}
}

// An age is a comparison of years, moved by a date: the distance to it is
// counted in days, or the birthday would never be reached.
func TestCliffAtABirthday(t *testing.T) {
	t.Parallel()
	var got []string
	for _, f := range check.Check(load(t, sound()), options()) {
		if f.Code == check.CodeCliff && f.Severity == rule.Info {
			got = append(got, f.Message)
		}
	}
	want := []string{"Bij de geboortedatum kost één dag later (2 juni 2008 in plaats van 1 juni 2008) € 600 bijdrage per jaar."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What a quarter's amount loses is counted for a year, in euros.
func TestCliffOfAnAmountPerQuarter(t *testing.T) {
	t.Parallel()
	files := sound()
	for _, e := range [][3]string{
		{"bijdrage/gegevens.md", "de bijdrage                          Bedrag;", "de bijdrage                          Bedrag met eenheid €/kw;"},
		{"bijdrage/regeling.yaml", ", per: jaar, naam: Bijdrage per jaar", ", naam: Bijdrage per kwartaal"},
		{"bijdrage/artikel-1.md", "inkomen), met een minimum van 0 € rek", "inkomen) gedeeld door 1 kw, met een minimum van 0 €/kw rek"},
		{"bijdrage/artikel-1.md", `"600"`, `"600 €/kw"`},
	} {
		before := files[e[0]]
		if files[e[0]] = strings.Replace(before, e[1], e[2], 1); files[e[0]] == before {
			t.Fatalf("%s has no %q", e[0], e[1])
		}
	}
	var got []string
	for _, f := range check.Check(load(t, files), options()) {
		if f.Code == check.CodeCliff && f.Severity == rule.Info {
			got = append(got, f.Message)
		}
	}
	want := []string{"Bij de geboortedatum kost één dag later (2 juni 2008 in plaats van 1 juni 2008) € 2.400 bijdrage per jaar."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Two steps in one datum, on the same side of the example: the first must not
// hide behind the second, which costs more.
func TestTwoCliffsInOneDatum(t *testing.T) {
	t.Parallel()
	files := sound()
	article := files["bijdrage/artikel-1.md"]
	i := strings.Index(article, "// Id: bijdrage.bedrag")
	files["bijdrage/artikel-1.md"] = article[:i] + block(`// Id: bijdrage.laag
// Bron: besluit 1
Regel bijdrage laag
    geldig vanaf 2026
        De bijdrage van een aanvrager moet gesteld worden op 1.000 €
        indien zijn inkomen is kleiner dan of gelijk aan 4.500 €.

// Id: bijdrage.midden
// Bron: besluit 1
Regel bijdrage midden
    geldig vanaf 2026
        De bijdrage van een aanvrager moet gesteld worden op 800 €
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn inkomen is groter dan 4.500 €
            - zijn inkomen is kleiner dan of gelijk aan de grens.
~~~

~~~voorbeeld
naam: Weinig inkomen
datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, inkomen: "4.000"}
verwacht:
  p1: {bijdrage: "1.000"}
bron: besluit 1
~~~
`)
	var got []string
	for _, f := range check.Check(load(t, files), options()) {
		if f.Code == check.CodeCliff {
			got = append(got, f.Cliff.Last.String()+" "+f.Cliff.Loss.RatString()+" "+f.Cliff.Rule)
		}
	}
	want := []string{"4500 200 bijdrage.laag", "10000 800 bijdrage.midden"}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The shipped regulations: what a cliff finding says there is tried again here
// by hand.
func TestShippedCliffsAreReal(t *testing.T) {
	if testing.Short() {
		t.Skip("looks for every cliff in what ships")
	}
	t.Parallel()
	set, diags := regulation.Load(os.DirFS("../../regelingen"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	cliffs := check.Cliffs(set, check.Options{Date: rule.MustDate("2026-11-22")})
	var keys []string
	made := 0
	for _, k := range cliffs {
		if k.Example == "" {
			made++
			continue // a case that was made: see TestMadeCases
		}
		reg, _ := set.Get(k.Regulation)
		i := slices.IndexFunc(reg.Examples(), func(e *regulation.Example) bool { return e.Name == k.Example })
		if i < 0 {
			t.Errorf("%s: example %q does not exist", k.Key(), k.Example)
			continue
		}
		ex := reg.Examples()[i]
		p, _ := set.Program(reg.ID)
		c, d := ex.Given.Case(p, k.Date)
		if c == nil {
			t.Fatal(d)
		}
		obj, _ := ex.Given.Object(k.Whose)
		most := new(big.Rat)
		// The outcome sits on whoever applies; the datum may be a partner's.
		for who := range ex.Given.Objects {
			if c.TypeOf(who) != k.Outcome.Owner {
				continue
			}
			var v [2]*big.Rat
			for j, x := range []rule.Datum{k.Last, k.Over} {
				if err := c.Set(obj, k.Input, x); err != nil {
					t.Fatal(err)
				}
				got, err := c.Value(who, k.Outcome)
				if err != nil || got.Num == nil {
					got.Num = new(big.Rat)
				}
				v[j] = new(big.Rat).Mul(got.Num, big.NewRat(payments(k.Outcome), 1))
			}
			if d := new(big.Rat).Sub(v[0], v[1]); d.Cmp(most) > 0 {
				most = d
			}
		}
		if most.Cmp(k.Loss) != 0 || most.Cmp(big.NewRat(100, 1)) <= 0 {
			t.Errorf("%s: loses %v, tried again %v", k.Text(), k.Loss, most)
		}
		if !k.Inherent() {
			keys = append(keys, k.Key()+" "+k.Rule)
		}
	}
	if made > len(cliffs)/2 {
		t.Errorf("%d of %d cliffs are in no example", made, len(cliffs))
	}
	want := []string{
		"individuele-inkomenstoeslag/alles-of-niets/persoon.individuele-inkomenstoeslag/persoon.bijstandsvermogen participatiewet.te-vermogend",
		"individuele-inkomenstoeslag/alles-of-niets/persoon.individuele-inkomenstoeslag/persoon.gemiddelde-maandinkomen individuele-inkomenstoeslag.laag-inkomen",
		"kindgebonden-budget/alles-of-niets/persoon.kindgebonden-budget/persoon.vermogen kindgebonden-budget.te-vermogend-met-partner",
		"kindgebonden-budget/alles-of-niets/persoon.kindgebonden-budget/persoon.vermogen kindgebonden-budget.te-vermogend-zonder-partner",
		"zorgtoeslag/alles-of-niets/persoon.zorgtoeslag/persoon.vermogen zorgtoeslag.te-vermogend-met-partner",
		"zorgtoeslag/alles-of-niets/persoon.zorgtoeslag/persoon.vermogen zorgtoeslag.te-vermogend-zonder-partner",
	}
	for _, w := range want {
		if !slices.Contains(keys, w) {
			t.Errorf("not found: %s; found %s", w, strings.Join(keys, "\n"))
		}
	}
}

// payments is how often an outcome is paid in a year, by its unit; the shipped
// cliffs in other units are yearly.
func payments(a *rule.Attribute) int64 {
	switch a.Type.Unit {
	case "€/kw":
		return 4
	case "€/mnd":
		return 12
	}
	return 1
}

func TestOnlyAskedRegulations(t *testing.T) {
	t.Parallel()
	files := sound()
	files["bijdrage/artikel-1.md"] = strings.Replace(files["bijdrage/artikel-1.md"], `"600"`, `"601"`, 1)
	o := options()
	o.Regulations = []string{"een-andere"}
	if got := check.Check(load(t, files), o); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	o.Regulations = []string{"bijdrage"}
	got := check.Check(load(t, files), o)
	if worst, some := check.Worst(got); !some || worst != rule.Error {
		t.Errorf("worst: %v", worst)
	}
	if diff := cmp.Diff(rule.Error, got[0].Severity); diff != "" {
		t.Error("errors come first:", diff)
	}
}

func TestCheckIsFast(t *testing.T) {
	if testing.Short() {
		t.Skip("checks all that ships")
	}
	set, diags := regulation.Load(os.DirFS("../../regelingen"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	check.Check(set, check.Options{Date: rule.MustDate("2026-11-22")})
	if d := time.Since(start); d > time.Minute { // 6 s of work; other tests run beside it
		t.Errorf("the shipped regulations took %v", d)
	}
}
