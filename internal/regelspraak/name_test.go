package regelspraak_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// statutory reads the names of testdata/namen.txt.
func statutory(tb testing.TB) (articles, names []string) {
	tb.Helper()
	text, err := os.ReadFile("testdata/namen.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if article, name, ok := strings.Cut(line, " "); ok && article != "#" {
			articles, names = append(articles, article), append(names, name)
		}
	}
	return articles, names
}

// national is the name of the parameter beside an attribute.
func national(article, name string) string {
	if article == "de" {
		return "landelijke " + name
	}
	return "landelijk " + name
}

// TestStatutoryNames declares all names together and uses each as an attribute
// and a parameter, of the subject and of another, in sums, bounds, conditions,
// aggregations, tables, demands and as what a rule sets. Nothing else may be
// read in it.
func TestStatutoryNames(t *testing.T) {
	t.Parallel()
	articles, names := statutory(t)
	if len(names) < 50 {
		t.Fatalf("only %d names", len(names))
	}
	var b strings.Builder
	b.WriteString("Objecttype de Persoon (mv: personen) (bezield)\n    de uitkomst Bedrag;\n    de tweede uitkomst Bedrag;\n    is akkoord kenmerk (bijvoeglijk);\n")
	for i, n := range names {
		fmt.Fprintf(&b, "    %s %s Bedrag;\n", articles[i], n)
	}
	b.WriteString(`Objecttype het Huishouden (mv: huishoudens)
Wederkerig feittype Partnerschap
    de echtgenoot Persoon
    Eén echtgenoot heeft één echtgenoot
Feittype Wonen
    het gezin Huishouden
    de bewoner (mv: bewoners) Persoon
    Eén gezin heeft meerdere bewoners
`)
	for i, n := range names {
		fmt.Fprintf(&b, "Parameter %s %s : Bedrag;\n", articles[i], national(articles[i], n))
	}
	declarations := regelspraak.Source{File: "x.md", Line: 1, Regulation: "x", Text: b.String()}
	m, ds := regelspraak.Parse([]regelspraak.Source{declarations})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.NewReplacer("#art", articles[i], "#Art", strings.ToUpper(articles[i][:1])+articles[i][1:], "#naam", name,
				"#landelijk", articles[i]+" "+national(articles[i], name)).Replace(`
// Id: x.a
Regel gebruikt de naam
    geldig altijd
        De uitkomst van een persoon moet berekend worden als
        zijn #naam plus #landelijk min #art #naam van zijn echtgenoot maal 2, met een minimum van #landelijk
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn #naam is groter dan #landelijk
            - #art #naam van zijn echtgenoot is kleiner dan of gelijk aan zijn #naam
            - hij voldoet aan ten minste één van de volgende voorwaarden:
                -- zijn #naam is leeg
                -- #landelijk is groter dan de som van #art #naam van de bewoners van zijn gezin.
// Id: x.b
Regel schrijft de naam
    geldig altijd
        #Art #naam van een persoon moet gesteld worden op #landelijk indien zijn #naam leeg is.
// Id: x.c
Regel eist iets van de naam
    geldig altijd
        #Art #naam van een persoon moet groter zijn dan #landelijk indien #art #naam van zijn echtgenoot gevuld is.
// Id: x.d
Beslistabel met de naam
    geldig altijd
    |   | de tweede uitkomst van een persoon moet gesteld worden op | indien zijn #naam gelijk is aan | indien #art #naam van zijn echtgenoot kleiner is dan |
    | 1 | zijn #naam | #landelijk of 5 € | #landelijk |
    | 2 | 10% van #landelijk | #landelijk, 6 € of zijn #naam | n.v.t. |
// Id: x.e
Regel begint met de naam
    geldig altijd
        #Art #naam van een persoon moet geïnitialiseerd worden op de maximale waarde van zijn #naam, #landelijk en 1 €.
`)
			rules, ds := regelspraak.ParseRules(m, regelspraak.Source{File: "x.md", Line: 1, Regulation: "x", Text: text})
			if len(ds) > 0 || len(rules) != 5 {
				t.Fatalf("%d rules, %v", len(rules), ds)
			}
			reads := map[string]int{}
			for _, r := range rules {
				again, ds := regelspraak.ParseRules(m, regelspraak.Source{Regulation: "x", Text: regelspraak.Print(r)})
				if len(ds) > 0 || len(again) != 1 || !regelspraak.EqualRule(r, again[0]) {
					t.Fatalf("the canonical text is read as something else: %v\n%s", ds, regelspraak.Print(r))
				}
				rule.Inspect(r.Versions[0], func(n any) bool {
					switch n := n.(type) {
					case *rule.AttributeRef:
						reads[n.Attribute.Name]++
					case *rule.ParameterRef:
						reads[n.Parameter.Name]++
					}
					return true
				})
			}
			if len(reads) != 2 || reads[name] < 10 || reads[national(articles[i], name)] < 10 {
				t.Errorf("the sentences read %v", reads)
			}
		})
	}
}

// TestNoSilentPick: where two readings both make sense, both are shown and
// neither is taken; a type or a pronoun decides where it can.
func TestNoSilentPick(t *testing.T) {
	t.Parallel()
	declare := `
Objecttype de Persoon (mv: personen) (bezield)
    het inkomen Bedrag;
    het inkomen van de partner Bedrag;
    de datum Datum in dagen;
    de datum van de partner Bedrag;
    de uitkomst Bedrag;
    is rijk kenmerk (bijvoeglijk);
    is niet rijk kenmerk (bijvoeglijk);
Wederkerig feittype Partnerschap
    de partner Persoon
    Eén partner heeft één partner
Parameter de aftrek : Bedrag;
Parameter de norm : Bedrag;
Parameter de norm min de aftrek : Bedrag;
Parameter de helft van de norm : Bedrag;
Parameter de helft : Percentage;
Parameter de rest : Percentage;
Parameter de rest van de norm : Percentage;
`
	for _, c := range []struct{ expr, want string }{
		{"de norm min de aftrek", "dubbelzinnig"},
		{"de helft van de norm", "dubbelzinnig"},
		{"de rest van de norm", "de rest van de norm"}, // the percentage does not fit
		{"het inkomen van de partner van de persoon", "dubbelzinnig"},
		{"zijn inkomen van de partner", "zijn inkomen van de partner"},
		{"het inkomen van zijn partner", "het inkomen van zijn partner"},
		{"de datum van de partner van de persoon", "zijn datum van de partner"}, // a date does not fit
		{"de maximale waarde van de norm en de aftrek plus 1 €", "dubbelzinnig"},
		{"de maximale waarde van de norm en de aftrek, met een minimum van 1 €", "de maximale waarde van de norm en de aftrek, met een minimum van 1 €"},
	} {
		text := declare + "// Id: x.a\nRegel a\n    geldig altijd\n        De uitkomst van een persoon moet berekend worden als " + c.expr + ".\n"
		m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: text}})
		clashes := 0
		for len(ds) > 0 && strings.Contains(ds[0].Message, "ook te lezen als een berekening") {
			ds, clashes = ds[1:], clashes+1
		}
		if clashes != 2 { // de norm min de aftrek; de helft van de norm
			t.Errorf("%d names that are a calculation are refused", clashes)
		}
		got := strings.Join(codes(ds), " ")
		if len(ds) == 0 {
			got = regelspraak.PrintExpr(m.Rules[0].Versions[0].Action.(*rule.Assign).Expr)
		} else if _, after, _ := strings.Cut(ds[0].Message, "als «"); ds[0].Code == regelspraak.CodeAmbiguous {
			first, second, _ := strings.Cut(strings.TrimSuffix(after, "»"), "» en als «")
			if first == second || second == "" {
				t.Errorf("%s: the message does not show two readings: %s", c.expr, ds[0].Message)
			}
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s\n%v", c.expr, got, c.want, ds)
		}
	}
	text := declare + "// Id: x.a\nRegel a\n    geldig altijd\n        De uitkomst van een persoon moet gesteld worden op 1 € indien hij is niet rijk.\n"
	_, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: text}})
	if d := cmp.Diff([]string{regelspraak.CodeAmbiguous, regelspraak.CodeAmbiguous, regelspraak.CodeAmbiguous}, codes(ds)); d != "" {
		t.Error(d, ds)
	}
}

func TestParameterOfTwoRegulations(t *testing.T) {
	t.Parallel()
	shared := regelspraak.Source{File: "g.md", Line: 1, Regulation: "gemeenschappelijk", Text: "Objecttype de Persoon (mv: personen) (bezield)\n de uitkomst Bedrag;\n de andere uitkomst Bedrag;\n"}
	a := regelspraak.Source{File: "a.md", Line: 1, Regulation: "a", Text: "Parameter de grens : Bedrag;\nParameter de bodem : Bedrag;\n// Id: a.r\nRegel r\n geldig altijd\n De uitkomst van een persoon moet gesteld worden op de grens.\n"}
	b := regelspraak.Source{File: "b.md", Line: 1, Regulation: "b", Text: "Parameter de grens : Percentage;\n// Id: b.r\nRegel r\n geldig altijd\n De andere uitkomst van een persoon moet berekend worden als de grens van de bodem.\n"}
	m, ds := regelspraak.Parse([]regelspraak.Source{b, a, shared})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	own := m.Rules[1].Versions[0].Action.(*rule.Assign).Expr.(*rule.ParameterRef)
	of := m.Rules[0].Versions[0].Action.(*rule.Assign).Expr.(*rule.PercentOf)
	got := []string{own.Parameter.ID, of.Percent.(*rule.ParameterRef).Parameter.ID, of.Of.(*rule.ParameterRef).Parameter.ID}
	if d := cmp.Diff([]string{"a.grens", "b.grens", "a.bodem"}, got); d != "" {
		t.Error(d)
	}
	c := regelspraak.Source{File: "c.md", Line: 1, Regulation: "c", Text: "// Id: c.r\nRegel r\n geldig altijd\n De uitkomst van een persoon moet gesteld worden op de grens.\n"}
	if _, ds := regelspraak.Parse([]regelspraak.Source{shared, a, b, c}); len(ds) != 1 || ds[0].Code != regelspraak.CodeAmbiguous {
		t.Error("a name of two other regulations:", ds)
	}
	dup := regelspraak.Source{File: "d.md", Line: 7, Regulation: "d", Text: "Objecttype de Persoon\n de uitkomst Bedrag;\n"}
	_, ds = regelspraak.Parse([]regelspraak.Source{shared, dup})
	if len(ds) != 1 || ds[0].Pos.File != "d.md" || ds[0].Pos.Line != 8 || !strings.Contains(ds[0].Message, "g.md, regel 2") {
		t.Error("an attribute of two regulations:", ds)
	}
}

func TestNamesAndSuggest(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	got := map[string]regelspraak.Word{}
	for _, w := range regelspraak.Names(m) {
		got[w.Text+"/"+string(w.Kind)] = w
	}
	want := map[string]regelspraak.Word{
		"leden/rol":         {Text: "leden", Article: "de", Kind: regelspraak.WordRole, Owner: "Huishouden", ID: "huishouden.lid"},
		"inkomen/attribuut": {Text: "inkomen", Article: "het", Kind: regelspraak.WordAttribute, Owner: "Persoon", ID: "persoon.inkomen"},
		"verzekerd/kenmerk": {Text: "verzekerd", Article: "is", Kind: regelspraak.WordKenmerk, Owner: "Persoon", ID: "persoon.verzekerd"},
		"grens/parameter":   {Text: "grens", Article: "de", Kind: regelspraak.WordParameter, Owner: "test", ID: "test.grens"},
	}
	for k, w := range want {
		if d := cmp.Diff(w, got[k]); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
	for typed, want := range map[string]string{"inkomne": "inkomen", "vermgen": "vermogen", "toeslag per mand": "toeslag per maand", "fiets": ""} {
		if got := regelspraak.Suggest(typed, regelspraak.Names(m)); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, want)
		}
	}
}

// TestNoSilentSubject: a subject that two declarations can name.
func TestNoSilentSubject(t *testing.T) {
	t.Parallel()
	_, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: `
Objecttype de Persoon (mv: personen) (bezield)
    de klant kenmerk;
    is rijk kenmerk (bijvoeglijk);
Objecttype de Klant (mv: klanten) (bezield)
    is rijk kenmerk (bijvoeglijk);
// Id: x.a
Regel a
    geldig altijd
        Een klant is rijk.
`}})
	if d := cmp.Diff([]string{regelspraak.CodeAmbiguous}, codes(ds)); d != "" {
		t.Error(d, ds)
	}
}
