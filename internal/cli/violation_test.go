package cli_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/cli"
	"lemniscaat/internal/regulation"
)

// A case that does not meet the consistentieregels of a regulation: they are
// told with their anchor, as text and as JSON, and the outcome stands.
func TestDecideTellsViolations(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(fstest.MapFS{
		"proef/regeling.yaml": {Data: []byte("id: proef\nnaam: Proef\nuitkomsten:\n  - {eigenschap: persoon.bedrag, per: jaar, naam: bedrag}\n")},
		"proef/artikel-1.md": {Data: []byte(`---
id: artikel-1
titel: Proef
---
` + "```regelspraak" + `
Objecttype de Persoon (mv: personen) (bezield)
    het bedrag                      Bedrag;
    de korting                      Bedrag;
    het nummer (mv: nummers)        Tekst;

// Id: proef.bedrag
Regel bedrag
    geldig altijd
        Het bedrag van een persoon moet gesteld worden op 10 €.

// Id: proef.korting
// Bron: artikel 1 van de proef
Consistentieregel korting niet te hoog
    geldig altijd
        De korting van een persoon moet kleiner zijn dan 200 €.

// Id: proef.nummer
Regel nummers
    geldig altijd
        De nummers van alle personen moeten uniek zijn.
` + "```\n")},
	})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, persons string
		code          cli.Code
		says          []string // lines on the error stream
		objects       string   // of each violation, in JSON
	}{
		{"none", "p1: {korting: 199, nummer: a}", cli.Good, nil, ""},
		{"both", "p1: {korting: 200, nummer: a}\n  p2: {korting: 1, nummer: a}", cli.Found, []string{
			"schending bij p1: Dit klopt niet met de regel ‘korting niet te hoog’: uw korting (€ 200,00) is niet lager dan € 200,00. [proef/artikel-1#proef.korting]",
			"schending bij p1, p2: Dit klopt niet met de regel ‘nummers’: uw nummer (‘a’) komt meer dan één keer voor. [proef/artikel-1#proef.nummer]",
		}, "p1; p1 p2"},
		{"not known", "p1: {korting: 1}", cli.Input, []string{
			"schending bij p1: Of de regel ‘nummers’ is nageleefd, is niet te zeggen: wij weten uw nummer niet. [proef/artikel-1#proef.nummer]",
		}, "p1"},
	} {
		var out, errs bytes.Buffer
		d, code := cli.DecideText(cli.Env{Out: &out, Err: &errs}, set, "proef", "datum: 2026-06-01\npersonen:\n  "+c.persons+"\n")
		if code != c.code {
			t.Errorf("%s: code %d, want %d", c.name, code, c.code)
		}
		if got := strings.TrimSpace(errs.String()); got != strings.Join(c.says, "\n") {
			t.Errorf("%s: says\n%s", c.name, got)
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Uitkomsten  []struct{ Waarde string }
			Schendingen []struct {
				RegelID, Anker string
				Objecten, Bron []string
			}
		}
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		var objects []string
		for _, v := range got.Schendingen {
			objects = append(objects, strings.Join(v.Objecten, " "))
			if !strings.HasSuffix(v.Anker, "#"+v.RegelID) || v.RegelID == "proef.korting" && len(v.Bron) != 1 {
				t.Errorf("%s: %+v", c.name, v)
			}
		}
		if strings.Join(objects, "; ") != c.objects || len(got.Uitkomsten) == 0 || got.Uitkomsten[0].Waarde != "10" {
			t.Errorf("%s: objects %q, outcomes %v", c.name, objects, got.Uitkomsten)
		}
	}
}
