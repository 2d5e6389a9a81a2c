package explain_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seed"
)

var update = flag.Bool("update", false, "write the golden files")

const scheme = `
Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum                     Datum in dagen;
    het inkomen                          Bedrag;
    het vermogen                         Bedrag;
    de aanvrager (mv: aanvragers)        kenmerk;
    is verzekerd                         kenmerk (bijvoeglijk);
    is volwassen                         kenmerk (bijvoeglijk);
    heeft recht op hulp                  kenmerk (bezittelijk);
    het gezamenlijke inkomen             Bedrag;
    de hulp per maand                    Bedrag;
    de rest                              Bedrag;
    de vorige toekenning                 Datum in dagen;
    is aan de beurt                      kenmerk (bijvoeglijk);

Wederkerig feittype Partnerschap
    de partner                           Persoon
    Eén partner heeft één partner

Parameter de leeftijdsgrens : Numeriek (geheel getal) met eenheid jr;
Parameter de vermogensgrens : Bedrag;
Parameter het basisbedrag : Bedrag;
Parameter het deel : Percentage;

// Id: proef.volwassen
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=1
Regel volwassen
    geldig vanaf 2024
        Een aanvrager is volwassen
        indien zijn geboortedatum plus de leeftijdsgrens is eerder dan of gelijk aan de rekendatum.

// Id: proef.recht
// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=2
Regel recht op hulp
    geldig vanaf 2024
        Een aanvrager heeft recht op hulp
        indien hij aan alle volgende voorwaarden voldoet:
            - hij is volwassen
            - hij is verzekerd
            - zijn vermogen is kleiner dan of gelijk aan de vermogensgrens.

// Id: proef.samen
// Bron: Verordening proef, artikel 2
Regel gezamenlijk inkomen
    geldig altijd
        Het gezamenlijke inkomen van een aanvrager moet berekend worden als
        zijn inkomen plus het inkomen van zijn partner.

// Id: proef.hulp
// Bron: jci1.3:c:BWBR0000001&artikel=2
Regel hulp
    geldig van 2024 tot en met 2027
        De hulp per maand van een aanvrager moet berekend worden als
        het basisbedrag min het deel van zijn gezamenlijke inkomen, met een minimum van 0 € naar beneden afgerond op 2 decimalen
        indien hij heeft recht op hulp.

// Id: proef.rest
// Bron: Verordening proef, artikel 3
Regel rest
    geldig altijd
        De rest van een persoon moet berekend worden als
        1.000 € min (zijn inkomen min (zijn vermogen plus 1 €)) min (het deel van zijn vermogen) maal 2.

// Id: proef.beurt
// Bron: Verordening proef, artikel 4
Regel aan de beurt
    geldig altijd
        Een persoon is aan de beurt
        indien hij aan ten minste één van de volgende voorwaarden voldoet:
            - zijn vorige toekenning is leeg
            - zijn vorige toekenning plus 12 mnd is eerder dan of gelijk aan de rekendatum.

// Id: proef.geen-hulp
// Bron: jci1.3:c:BWBR0000001&artikel=2
Regel geen hulp
    geldig vanaf 2024
        De hulp per maand van een aanvrager moet gesteld worden op 0 €
        indien hij heeft geen recht op hulp.
`

func program(t testing.TB) *exact.Program {
	t.Helper()
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "proef.md", Line: 1, Regulation: "proef", Article: "artikel-1", Text: scheme}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	value := func(name string, k rule.Kind, n int64, v rule.ParameterValue) {
		for _, p := range m.Parameters {
			if p.Name == name {
				v.From, v.Value = rule.MustDate("2024-01-01"), number(k, n)
				p.Values = []rule.ParameterValue{v}
			}
		}
	}
	value("leeftijdsgrens", rule.Number, 18, rule.ParameterValue{Source: "artikel 1", Verified: true})
	value("vermogensgrens", rule.Amount, 8000, rule.ParameterValue{Source: "jci1.3:c:BWBR0000001&artikel=1", Verified: true})
	value("basisbedrag", rule.Amount, 100, rule.ParameterValue{Source: "een krant", Verified: false})
	value("deel", rule.Percentage, 5, rule.ParameterValue{Source: "verordening", Verified: true, Example: true})
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

func number(k rule.Kind, n int64) rule.Datum {
	return rule.Datum{Kind: k, Num: exactRat(n)}
}

func build(t testing.TB, p *exact.Program, facts map[string]string, partner bool) *exact.Case {
	t.Helper()
	c := p.NewCase(rule.MustDate("2026-06-01"))
	person := p.ObjectType("persoon")
	p1 := c.Add(person, "p1")
	set := func(who int, name, v string) {
		a := p.Attribute("persoon." + name)
		var d rule.Datum
		switch a.Type.Kind {
		case rule.Boolean:
			d = rule.Datum{Kind: rule.Boolean, Bool: v == "ja"}
		case rule.DateKind:
			d = rule.Datum{Kind: rule.DateKind, Date: rule.MustDate(v)}
		default:
			d = rule.Datum{Kind: a.Type.Kind, Num: parseRat(t, v)}
		}
		if err := c.Set(who, a, d); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range []string{"geboortedatum", "inkomen", "vermogen", "verzekerd", "vorige-toekenning"} {
		if v := facts[k]; v != "" {
			set(p1, k, v)
		}
	}
	set(p1, "aanvrager", "ja")
	if partner {
		p2 := c.Add(person, "p2")
		if v := facts["partnerinkomen"]; v != "" {
			set(p2, "inkomen", v)
		}
		if err := c.Link(p.Role("persoon.partner"), p1, p2); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// One golden file per case: the text for people, and the JSON with its stable
// keys.
func TestExplanations(t *testing.T) {
	t.Parallel()
	p := program(t)
	for _, tc := range []struct {
		name    string
		facts   map[string]string
		partner bool
		of      string
	}{
		{"krijgt", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000.10", "vermogen": "3000", "verzekerd": "ja"}, false, "persoon.hulp-per-maand"},
		{"partner", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000", "vermogen": "3000", "verzekerd": "ja", "partnerinkomen": "400"}, true, "persoon.hulp-per-maand"},
		{"te-vermogend", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000", "vermogen": "8000.50", "verzekerd": "ja"}, false, "persoon.hulp-per-maand"},
		{"te-jong", map[string]string{"geboortedatum": "2008-06-02", "inkomen": "0", "vermogen": "0", "verzekerd": "ja"}, false, "persoon.recht-op-hulp"},
		{"inkomen-te-hoog", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "2500", "vermogen": "0", "verzekerd": "ja"}, false, "persoon.hulp-per-maand"},
		{"inkomen-ontbreekt", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000", "vermogen": "0", "verzekerd": "ja"}, true, "persoon.hulp-per-maand"},
		{"verzekering-onbekend", map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000", "vermogen": "0"}, false, "persoon.hulp-per-maand"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := build(t, p, tc.facts, tc.partner)
			for _, lang := range explain.Languages() {
				x := explain.Explain(c, 0, p.Attribute(tc.of), explain.Context{
					Lang: lang, Label: "Hulp per maand", Period: "maand", Assumptions: []string{"De eerste persoon vraagt de hulp aan."},
				})
				golden(t, tc.name+"."+lang+".txt", x.Text(explain.Full))
				if lang != "nl" {
					continue
				}
				js, err := json.MarshalIndent(x, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				golden(t, tc.name+".json", string(js)+"\n")
			}
		})
	}
}

// The reason that says most comes first: not that there was an award, but that
// it is too recent; and the change is the last day that would do.
func TestMostTellingReasonFirst(t *testing.T) {
	t.Parallel()
	p := program(t)
	c := build(t, p, map[string]string{"vorige-toekenning": "2025-06-02"}, false)
	x := explain.Explain(c, 0, p.Attribute("persoon.aan-de-beurt"), explain.Context{})
	want := "U bent niet aan de beurt, want uw vorige toekenning plus 12 maanden (2 juni 2026) is later dan 1 juni 2026."
	if x.Sentence != want {
		t.Errorf("got %q", x.Sentence)
	}
	if len(x.WhyNot) != 1 || x.WhyNot[0].To.Exact != "2025-06-01" || x.WhyNot[0].Distance.Text != "1 dag" {
		t.Errorf("got %+v", x.WhyNot)
	}
}

// What nobody said, and a rule filled in, is no reason beside what somebody did
// say; and that an amount is no more than 0 has reasons of its own.
func TestNoReasonFromWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "proef.md", Line: 1, Regulation: "proef", Article: "artikel-1", Text: `Objecttype de Persoon (mv: personen) (bezield)
    het inkomen            Bedrag;
    de eerdere hulp        Bedrag;
    de hulp                Bedrag;
    de hulp per maand      Bedrag;

// Id: proef.eerder
// Bron: artikel 1
Regel geen eerdere hulp
    geldig altijd
        De eerdere hulp van een persoon moet geïnitialiseerd worden op 0 €.

// Id: proef.niets
// Bron: artikel 1
Regel geen hulp
    geldig altijd
        De hulp van een persoon moet gesteld worden op 0 €
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn eerdere hulp is kleiner dan of gelijk aan 0 €
            - zijn inkomen is groter dan 100 €.

// Id: proef.maand
// Bron: artikel 1
Regel geen hulp per maand
    geldig altijd
        De hulp per maand van een persoon moet gesteld worden op 0 €
        indien zijn hulp kleiner is dan of gelijk is aan 0 €.
`}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1 := c.Add(p.ObjectType("persoon"), "p1")
	if err := c.Set(p1, p.Attribute("persoon.inkomen"), number(rule.Amount, 200)); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{"persoon.hulp", "persoon.hulp-per-maand"} {
		x := explain.Explain(c, p1, p.Attribute(of), explain.Context{})
		want := []string{"Uw inkomen (€ 200,00) is hoger dan € 100,00."}
		if diff := cmp.Diff(want, x.Reasons); diff != "" {
			t.Errorf("%s: %s", of, diff)
		}
	}
}

// Parentheses stand where the tree needs them, and nowhere else.
func TestCalculationIsWrittenAsItIsComputed(t *testing.T) {
	t.Parallel()
	p := program(t)
	c := build(t, p, map[string]string{"inkomen": "500", "vermogen": "100"}, false)
	x := explain.Explain(c, 0, p.Attribute("persoon.rest"), explain.Context{})
	want := "€ 1.000,00 − (€ 500,00 − (€ 100,00 + € 1,00)) − 5 % van € 100,00 × 2 = € 591,00"
	if got := x.Lines[0].Calculation; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if x.Sentence != "Uw rest is € 591,00." {
		t.Errorf("got %q", x.Sentence)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s:\n%s", file, diff)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		d    rule.Datum
		t    rule.Type
		want explain.Value
	}{
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "1550")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ 1.550,00", Exact: "1550", Unit: "€"}},
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "-0.5")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ -0,50", Exact: "-0.5", Unit: "€"}},
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "568.55232")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ 568,55", Exact: "568.55232", Unit: "€", Rounded: true}},
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "-1/3")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ -0,33", Exact: "-1/3", Unit: "€", Rounded: true}},
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "-0.001")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ 0,00", Exact: "-0.001", Unit: "€", Rounded: true}},
		{rule.Datum{Kind: rule.Amount, Num: parseRat(t, "1234567890.12")}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "€ 1.234.567.890,12", Exact: "1234567890.12", Unit: "€"}},
		{rule.Datum{Kind: rule.Percentage, Num: parseRat(t, "13.73")}, rule.Type{Kind: rule.Percentage}, explain.Value{Text: "13,73 %", Exact: "13.73", Unit: "%"}},
		{rule.Datum{Kind: rule.Number, Num: parseRat(t, "18")}, rule.Type{Kind: rule.Number, Unit: "jr"}, explain.Value{Text: "18 jaar", Exact: "18", Unit: "jr"}},
		{rule.Datum{Kind: rule.Number, Num: parseRat(t, "1")}, rule.Type{Kind: rule.Number, Unit: "mnd"}, explain.Value{Text: "1 maand", Exact: "1", Unit: "mnd"}},
		{rule.Datum{Kind: rule.DateKind, Date: rule.MustDate("2026-06-01")}, rule.Type{Kind: rule.DateKind}, explain.Value{Text: "1 juni 2026", Exact: "2026-06-01"}},
		{rule.Datum{Kind: rule.Boolean, Bool: true}, rule.Type{Kind: rule.Boolean}, explain.Value{Text: "ja", Exact: "ja"}},
		{rule.Datum{}, rule.Type{Kind: rule.Amount}, explain.Value{Text: "niet ingevuld", Exact: "leeg"}},
	} {
		if diff := cmp.Diff(tc.want, explain.Show(tc.d, tc.t)); diff != "" {
			t.Errorf("%v: %s", tc.d, diff)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	on := rule.MustDate("2026-06-01")
	for in, want := range map[string]string{
		"jci1.3:c:BWBR0018451&artikel=2&lid=1":        "https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=2&lid=1&g=2026-06-01",
		"jci1.3:c:BWBR0018451&artikel=2&g=2025-01-01": "https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=2&g=2025-01-01",
		"Verordening, artikel 2":                      "",
		"jci1.3:c:BWBR0018451\"><script>":             "",
		"javascript:alert(1)":                         "",
	} {
		if got := explain.Link(in, on); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// Every worked example of the shipped regulations: the explanation gives the
// same value, names a rule with its version and source on every derived line,
// and its sentences pass the language gate.
func TestShippedExplanations(t *testing.T) {
	t.Parallel()
	set, p := shipped()
	terms := lawTerms(set.Model)
	for _, lang := range explain.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var all []string
			// The search for what would change an outcome takes most of the time, so
			// that each commit has other examples; EXPLAIN=all has them all.
			seen, every, least := int(seed.Of()%(1<<20)), 3, 300
			switch {
			case os.Getenv("EXPLAIN") == "all":
				every = 1
			case testing.Short():
				every, least = 24, 60
			}
			examples(t, set, p, func(name string, c *exact.Case, obj int, o regulation.Outcome) {
				if seen++; seen%every != 0 {
					return
				}
				a := p.Attribute(o.Attribute)
				x := explain.Explain(c, obj, a, explain.Context{Lang: lang, Label: o.Label, Period: o.Period, Ends: true})
				v, err := c.Value(obj, a)
				if (err == nil) != (x.Error == nil) || err == nil && v.String() != x.Value.Exact && rule.Decimal(v.Num) != x.Value.Exact {
					t.Errorf("%s: %v, explained as %+v", name, v, x.Value)
				}
				if len(x.Reasons) > 3 || x.Sentence == "" || len(x.Lines) == 0 {
					t.Errorf("%s: %+v", name, x)
				}
				for _, l := range x.Lines {
					if l.Kind == explain.Derived && !l.Seen && l.Value != nil && (l.Rule == "" || l.Version == "" || len(l.Sources) == 0 || l.Article == "") {
						t.Errorf("%s: a line without its rule: %+v", name, l)
					}
				}
				all = append(all, said(x)...)
			})
			gate(t, lang, all, terms, least)
		})
	}
}

// said gives everything that an explanation says in sentences.
func said(x *explain.Explanation) []string {
	out := append([]string{x.Sentence, x.Note}, x.Reasons...)
	for _, k := range x.WhyNot {
		out = append(out, k.Text)
	}
	for _, l := range x.Lines {
		out = append(out, l.Text)
	}
	if x.Error != nil {
		out = append(out, x.Error.Text)
		for _, h := range x.Error.Path {
			out = append(out, h.Text)
		}
	}
	return out
}

// unfilled says what is wrong with a sentence in which something is missing.
func unfilled(s string) string {
	switch {
	case strings.ContainsAny(s, "⟦⟧{}"):
		return "not filled in"
	case strings.Contains(s, "  "), strings.Contains(s, "‘’"), strings.Contains(s, " ."), strings.Contains(s, ".."), strings.Contains(s, "()"):
		return "something is missing"
	}
	return ""
}

// gate holds sentences to the bars of plain language; there have to be at least
// least different ones.
func gate(t interface {
	Helper()
	Errorf(string, ...any)
}, lang string, all, terms []string, least int) {
	t.Helper()
	measure := plain.Measure
	if lang == "en" {
		measure = plain.MeasureEnglish
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) < least {
		t.Errorf("only %d sentences", len(all))
	}
	for _, s := range all {
		r := measure(s, terms...)
		if r.LongestWords > plain.MaxSentence || len(r.Jargon) > 0 {
			t.Errorf("%d words, %v: %s", r.LongestWords, r.Jargon, s)
		}
		if bad := unfilled(s); bad != "" {
			t.Errorf("%s: %s", bad, s)
		}
	}
	if got := measure(strings.Join(all, "\n"), terms...).Problems(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// examples calls see for every object and outcome of every worked example that
// ships.
func examples(t testing.TB, set *regulation.Set, p *exact.Program, see func(name string, c *exact.Case, obj int, o regulation.Outcome)) {
	t.Helper()
	for _, reg := range set.Regulations {
		for _, ex := range reg.Examples() {
			c, d := ex.Given.Case(p, ex.Date)
			if c == nil {
				t.Fatal(d)
			}
			for _, o := range reg.Outcomes {
				for obj := range ex.Given.Objects {
					if c.TypeOf(obj) == p.Attribute(o.Attribute).Owner {
						see(ex.Name, c, obj, o)
					}
				}
			}
		}
	}
}

// BenchmarkDecision is a whole decision with its explanation: a couple filled
// in, zorgtoeslag computed, derived and put into words.
func BenchmarkDecision(b *testing.B) {
	_, p := shipped()
	person := p.ObjectType("persoon")
	attr := func(name string) *rule.Attribute { return p.Attribute("persoon." + name) }
	born, insured, income, wealth, applicant, outcome := attr("geboortedatum"), attr("verzekerd"), attr("toetsingsinkomen"), attr("vermogen"), attr("aanvrager"), attr("zorgtoeslag")
	days := [2]rule.Datum{{Kind: rule.DateKind, Date: rule.MustDate("1990-04-02")}, {Kind: rule.DateKind, Date: rule.MustDate("1988-11-23")}}
	on, partner := rule.MustDate("2026-06-01"), p.Role("persoon.toeslagpartner")
	for _, lang := range explain.Languages() {
		b.Run(lang, func(b *testing.B) {
			c := p.NewCase(on)
			for b.Loop() {
				c.Reset(on)
				for i, id := range [2]string{"p1", "p2"} {
					who := c.Add(person, id)
					for _, err := range [5]error{
						c.Set(who, born, days[i]), c.Set(who, insured, rule.Datum{Kind: rule.Boolean, Bool: true}),
						c.SetFraction(who, income, 2_840_000-int64(i)*2_430_000, 100), c.SetFraction(who, wealth, 300_000, 100),
						c.Set(who, applicant, rule.Datum{Kind: rule.Boolean, Bool: i == 0}),
					} {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
				if err := c.Link(partner, 0, 1); err != nil {
					b.Fatal(err)
				}
				if v, err := c.Value(0, outcome); err != nil || v.Num.Sign() <= 0 {
					b.Fatal(v, err)
				}
				if x := explain.Explain(c, 0, outcome, explain.Context{Lang: lang, Label: "Zorgtoeslag", Period: "jaar"}); !x.Positive {
					b.Fatal(x.Sentence)
				}
			}
		})
	}
}

// BenchmarkWhyNot is the search for what would flip an outcome, both ways.
func BenchmarkWhyNot(b *testing.B) {
	_, p := shipped()
	set, _ := shipped()
	outcome := p.Attribute("persoon.zorgtoeslag")
	for _, income := range []string{"28.400", "90.000"} {
		b.Run(income, func(b *testing.B) {
			file, ds := dossier.Read("p.yaml", []byte("datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: \""+income+"\", vermogen: \"0\"}\n"), set.Model)
			if err := ds.Err(); err != nil {
				b.Fatal(err)
			}
			c, _ := file.Case(p, rule.Date{})
			for b.Loop() {
				if len(c.WhyNot(0, outcome)) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for lang, known := range map[string]bool{"nl": true, "en": true, "": true, "fr": false, "NL": false} {
		err := explain.CheckLanguage(lang)
		if (err == nil) != known {
			t.Errorf("%q: %v", lang, err)
		}
		if err != nil && !errors.Is(err, explain.ErrLanguage) {
			t.Errorf("%q: %v is no ErrLanguage", lang, err)
		}
	}
	p := program(t)
	c := build(t, p, map[string]string{"inkomen": "500", "vermogen": "100"}, false)
	if x := explain.Explain(c, 0, p.Attribute("persoon.rest"), explain.Context{Lang: "fr"}); x.Lang != "nl" || x.Sentence != "Uw rest is € 591,00." {
		t.Errorf("got %s: %s", x.Lang, x.Sentence)
	}
	if x := explain.Explain(c, 0, p.Attribute("persoon.rest"), explain.Context{Lang: "en"}); x.Sentence != "Your ‘rest’ is €591.00." {
		t.Errorf("got %s", x.Sentence)
	}
}

// Upto and Text go as deep as is asked.
func TestDepth(t *testing.T) {
	t.Parallel()
	p := program(t)
	c := build(t, p, map[string]string{"geboortedatum": "1990-04-02", "inkomen": "1000", "vermogen": "3000", "verzekerd": "ja"}, false)
	x := explain.Explain(c, 0, p.Attribute("persoon.hulp-per-maand"), explain.Context{Period: "maand"})
	if got := x.Text(0); got != x.Sentence+"\n" {
		t.Errorf("depth 0: %q", got)
	}
	before := len(x.Text(0))
	for depth := 1; depth <= 4; depth++ {
		text := x.Text(depth)
		if len(text) <= before {
			t.Errorf("depth %d says no more than the one before", depth)
		}
		before = len(text)
		for _, l := range x.Upto(depth) {
			if l.Depth > depth {
				t.Errorf("depth %d holds %+v", depth, l)
			}
		}
	}
	if got := len(x.Upto(explain.Full)); got != len(x.Lines) {
		t.Errorf("everything is %d lines, not %d", len(x.Lines), got)
	}
}
