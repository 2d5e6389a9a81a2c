package amendment_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seed"
	"lemniscaat/regelingen"
)

const declarations = `Objecttype de Persoon (mv: personen) (bezield)
    het inkomen       Bedrag;
    het bedrag        Bedrag;
    de geboortedatum  Datum in dagen;
    de woonvorm       Woonvorm;
    is verzekerd      kenmerk (bijvoeglijk);
    heeft recht op toeslag  kenmerk (bezittelijk);
    de aanvrager (mv: aanvragers)  kenmerk;

Domein Woonvorm is van het type Enumeratie
    'alleen'
    'samen'

Wederkerig feittype Partnerschap
    de partner  Persoon
    Eén partner heeft één partner

Parameter de grens : Bedrag;
Parameter het deel : Percentage;

`

const subject = `// Id: x.bedrag
// Bron: de wet
Regel bedrag
    geldig vanaf 2026
        Het bedrag van een persoon moet berekend worden als
        de grens min 100 €
        indien hij aan alle volgende voorwaarden voldoet:
            - hij is niet verzekerd
            - zijn inkomen is groter dan 50 €
            - zijn woonvorm is gelijk aan 'alleen'
            - hij voldoet aan ten minste één van de volgende voorwaarden:
                -- zijn partner is leeg
                -- zijn geboortedatum is eerder dan de rekendatum.
`

var day = rule.Date{Year: 2027, Month: 1, Day: 1}

func open(t *testing.T, text string) (*rule.Model, *rule.Rule, *amendment.Sheet) {
	t.Helper()
	m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x/artikel-1.md", Regulation: "x", Text: declarations + text}})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	r := m.Rules[0]
	s, ok := amendment.Open(m, r, day)
	if !ok {
		t.Fatal("geen versie")
	}
	return m, r, s
}

// changes gives in words what a change does to the rule.
func changes(t *testing.T, m *rule.Model, r *rule.Rule, s *amendment.Sheet, c amendment.Change) []string {
	t.Helper()
	res, faults := s.Apply(c)
	if len(faults) > 0 {
		t.Fatalf("%+v: %v", c, faults)
	}
	next, ds := amendment.Read(m, r, res.Text)
	if err := ds.Err(); err != nil {
		t.Fatalf("%+v: %v\n%s", c, err, res.Text)
	}
	var out []string
	for _, d := range amendment.Differences(s.Text, amendment.Text(next, day)) {
		out = append(out, d.String())
	}
	return out
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	_, _, s := open(t, subject)
	var got []string
	for _, p := range s.Places {
		got = append(got, p.ID+": "+s.Now(p))
	}
	want := []string{
		"parameter-1: ", "waarde-1: 100 €", "hoeveel-1: alle volgende voorwaarden", "toets-1: is niet",
		"vergelijking-1: is groter dan", "vergeleken-1: 50 €", "vergelijking-2: is gelijk aan", "waarde-2: 'alleen'",
		"hoeveel-2: ten minste één van de volgende voorwaarden", "toets-2: is leeg", "vergelijking-3: is eerder dan", "vergeleken-2: de rekendatum",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change amendment.Change
		want   []string
	}{
		"niets":          {amendment.Change{}, nil},
		"hetzelfde":      {amendment.Change{Values: map[string]string{"toets-1": "is niet", "waarde-1": " 100  € "}}, nil},
		"bedrag":         {amendment.Change{Values: map[string]string{"waarde-1": "1.500,5"}}, []string{"‘Het bedrag van een persoon moet berekend worden als de grens min 100 €’ wordt ‘Het bedrag van een persoon moet berekend worden als de grens min 1.500,50 €’"}},
		"vergelijking":   {amendment.Change{Values: map[string]string{"vergelijking-1": "is groter dan of gelijk aan"}}, []string{"‘zijn inkomen is groter dan 50 €’ wordt ‘zijn inkomen is groter dan of gelijk aan 50 €’"}},
		"een naam":       {amendment.Change{Values: map[string]string{"vergeleken-1": "de grens"}}, []string{"‘zijn inkomen is groter dan 50 €’ wordt ‘zijn inkomen is groter dan de grens’"}},
		"een keuze":      {amendment.Change{Values: map[string]string{"waarde-2": "'samen'"}}, []string{"‘zijn woonvorm is gelijk aan 'alleen'’ wordt ‘zijn woonvorm is gelijk aan 'samen'’"}},
		"niet meer niet": {amendment.Change{Values: map[string]string{"toets-1": "is"}}, []string{"‘hij is niet verzekerd’ wordt ‘hij is verzekerd’"}},
		"gevuld":         {amendment.Change{Values: map[string]string{"toets-2": "is gevuld"}}, []string{"‘zijn partner is leeg’ wordt ‘zijn partner is gevuld’"}},
		"precies twee":   {amendment.Change{Values: map[string]string{"hoeveel-1": "precies twee van de volgende voorwaarden"}}, []string{"‘indien hij aan alle volgende voorwaarden voldoet:’ wordt ‘indien hij aan precies twee van de volgende voorwaarden voldoet:’"}},
		"weg":            {amendment.Change{Remove: "voorwaarde-1"}, []string{"‘hij is niet verzekerd’ vervalt"}},
		"de laatste weg": {amendment.Change{Remove: "voorwaarde-6"}, []string{"‘zijn geboortedatum is eerder dan de rekendatum’ vervalt"}},
		"weg en veranderd": {amendment.Change{Remove: "voorwaarde-1", Values: map[string]string{"toets-1": "is", "waarde-1": "5"}}, []string{
			"‘Het bedrag van een persoon moet berekend worden als de grens min 100 €’ wordt ‘Het bedrag van een persoon moet berekend worden als de grens min 5 €’", "‘hij is niet verzekerd’ vervalt"}},
		"erbij, diep": {amendment.Change{Add: "lijst-2", With: amendment.Candidate{Text: "hij is verzekerd"}}, []string{"nieuw is ‘hij is verzekerd’"}},
		"een hele lijst weg": {amendment.Change{Remove: "voorwaarde-4"}, []string{
			"‘hij voldoet aan ten minste één van de volgende voorwaarden:’ vervalt", "‘zijn partner is leeg’ vervalt", "‘zijn geboortedatum is eerder dan de rekendatum’ vervalt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, r, s := open(t, subject)
			if diff := cmp.Diff(c.want, changes(t, m, r, s, c.change)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for place, text := range map[string]string{
		"waarde-1": "veel", "toets-1": "is soms", "vergelijking-1": "is ongeveer", "vergeleken-1": "1.5", "hoeveel-1": "", "waarde-2": "'elders'",
		"vergeleken-2": "zijn dag. En meer", // no second sentence by this door
	} {
		_, _, s := open(t, subject)
		res, faults := s.Apply(amendment.Change{Values: map[string]string{place: text}})
		if len(faults) != 1 || faults[0].Place != place || faults[0].Message == "" {
			t.Errorf("%s = %q: %v", place, text, faults)
		}
		if res.Text != s.Text {
			t.Errorf("%s = %q changed the text:\n%s", place, text, res.Text)
		}
	}
}

// TestAt: what cannot be read is told at the place where it was filled in, also
// when an earlier place has become longer.
func TestAt(t *testing.T) {
	t.Parallel()
	m, r, s := open(t, subject)
	res, faults := s.Apply(amendment.Change{Values: map[string]string{"vergelijking-1": "is groter dan of gelijk aan", "vergeleken-1": "zijn inkomsten", "waarde-1": "1.000.000"}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	_, ds := amendment.Read(m, r, res.Text)
	if ds.Err() == nil {
		t.Fatalf("read all the same:\n%s", res.Text)
	}
	if got := res.At(ds[0].Pos); got != "vergeleken-1" {
		t.Errorf("at %q: %v", got, ds)
	}
}

func TestConditionsFromNone(t *testing.T) {
	t.Parallel()
	const bare = `// Id: x.recht
// Bron: de wet
Regel recht
    geldig altijd
        Een persoon heeft recht op toeslag.
`
	m, r, s := open(t, bare)
	if len(s.Items) != 0 || len(s.Lists) != 1 {
		t.Fatalf("items %d, lists %d", len(s.Items), len(s.Lists))
	}
	res, _ := s.Apply(amendment.Change{Add: "lijst-1", With: amendment.Candidate{Text: "hij is verzekerd"}})
	one, ds := amendment.Read(m, r, res.Text)
	if ds.Err() != nil {
		t.Fatalf("%v\n%s", ds, res.Text)
	}
	s, _ = amendment.Open(m, one, day)
	res, _ = s.Apply(amendment.Change{Add: s.Lists[0].ID, With: amendment.Candidate{Text: "zijn partner is leeg"}})
	two, ds := amendment.Read(m, r, res.Text)
	if ds.Err() != nil {
		t.Fatalf("%v\n%s", ds, res.Text)
	}
	want := "Regel recht\n    geldig altijd\n        Een persoon heeft recht op toeslag\n" +
		"        indien hij aan alle volgende voorwaarden voldoet:\n            - hij is verzekerd\n            - zijn partner is leeg.\n"
	if diff := cmp.Diff(want, amendment.Text(two, day)); diff != "" {
		t.Error(diff)
	}
	// And back to none.
	s, _ = amendment.Open(m, one, day)
	if len(s.Items) != 1 {
		t.Fatalf("%d items in\n%s", len(s.Items), s.Text)
	}
	if got := changes(t, m, one, s, amendment.Change{Remove: s.Items[0].ID}); len(got) == 0 {
		t.Error("nothing went")
	}
}

// TestOneCondition: a rule with a condition that is no list.
func TestOneCondition(t *testing.T) {
	t.Parallel()
	m, r, s := open(t, `// Id: x.recht
// Bron: de wet
Regel recht
    geldig altijd
        Een persoon heeft recht op toeslag
        indien zijn inkomen groter is dan 10 €.
`)
	add := amendment.Change{Add: s.Lists[0].ID, With: amendment.Candidate{Text: "hij is verzekerd"}}
	if diff := cmp.Diff([]string{
		"‘indien zijn inkomen groter is dan 10 €’ wordt ‘zijn inkomen is groter dan 10 €’",
		"nieuw is ‘indien hij aan alle volgende voorwaarden voldoet:’", "nieuw is ‘hij is verzekerd’",
	}, changes(t, m, r, s, add)); diff != "" {
		t.Error(diff)
	}
	if got := changes(t, m, r, s, amendment.Change{Remove: "voorwaarde-1"}); len(got) != 1 || !strings.HasSuffix(got[0], "vervalt") {
		t.Errorf("%q", got)
	}
	if got := changes(t, m, r, s, amendment.Change{Values: map[string]string{"vergelijking-1": "is kleiner dan"}}); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	m, r, s := open(t, subject)
	var got []string
	for _, c := range amendment.Candidates(m, r, s) {
		got = append(got, c.Label+": "+c.Text)
	}
	want := []string{
		"het inkomen: zijn inkomen is groter dan of gelijk aan 0 €",
		"de geboortedatum: zijn geboortedatum is eerder dan of gelijk aan de rekendatum",
		"de woonvorm: zijn woonvorm is gelijk aan 'alleen'",
		"is verzekerd: hij is verzekerd",
		"heeft recht op toeslag: hij heeft recht op toeslag",
		"is een aanvrager: hij is een aanvrager",
		"de partner: zijn partner is gevuld",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCandidatesOfRegulation: of the shared words only those that the rules of
// the regulation speak of are offered.
func TestCandidatesOfRegulation(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	r, _ := set.Rule("individuele-inkomenstoeslag.laag-inkomen")
	s, ok := amendment.Open(set.Model, r, day)
	if !ok {
		t.Fatal("not opened")
	}
	got := map[string]bool{}
	for _, c := range amendment.Candidates(set.Model, r, s) {
		got[c.ID] = true
	}
	if got["persoon.toetsingsinkomen"] || got["persoon.verzekerd"] || !got["persoon.geboortedatum"] {
		t.Errorf("%v", got)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	m, r, s := open(t, subject)
	for name, text := range map[string]string{
		"leeg": "  \n", "twee regels": s.Text + s.Text, "een declaratie": "Parameter de som : Bedrag;\n", "een ander id": "// Id: x.ander\n// Bron: w\n" + s.Text,
		"te lang": strings.Repeat("a", amendment.MaxText+1), "iets anders": "<script>alert(1)</script>",
	} {
		if got, ds := amendment.Read(m, r, text); ds.Err() == nil || got != nil {
			t.Errorf("%s is read", name)
		} else if ds[0].Pos.Line < 1 {
			t.Errorf("%s: no place: %v", name, ds)
		}
	}
	same, ds := amendment.Read(m, r, "// Id: x.bedrag\n// Bron: een andere bron\n"+s.Text)
	if ds.Err() != nil || same.Source[0] != "een andere bron" {
		t.Errorf("%v %v", same, ds)
	}
	if same, ds = amendment.Read(m, r, s.Text); len(ds) > 0 || same.ID != r.ID || same.Source[0] != "de wet" {
		t.Errorf("%v %v", same, ds)
	}
}

// TestShipped: on every rule that ships, every choice of every place, every item
// that can go and every condition that can come gives a rule that can be read,
// and changes no other line.
func TestShipped(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	// A changed value is one line changed; or, when hardly a word of the line is
	// left, one that is gone and one that is new. Every change reads its rule again:
	// some rules, and other ones each commit.
	tried, every, first := 0, 4, int(seed.Of()%(1<<20))
	if testing.Short() {
		every = 16
	}
	for i, r := range set.Model.Rules {
		if i%every != first%every {
			continue
		}
		s, ok := amendment.Open(set.Model, r, day)
		if !ok {
			continue
		}
		if _, ds := amendment.Read(set.Model, r, s.Text); ds.Err() != nil {
			t.Errorf("%s: %v", r.ID, ds)
		}
		try := func(c amendment.Change, most int) {
			tried++
			if got := changes(t, set.Model, r, s, c); len(got) == 0 || len(got) > most {
				t.Errorf("%s: %+v gives %q", r.ID, c, got)
			}
		}
		for _, p := range s.Places {
			for _, o := range append(p.Options, p.Suggest...) {
				if o != s.Now(p) {
					try(amendment.Change{Values: map[string]string{p.ID: o}}, 2)
				}
			}
		}
		for _, i := range s.Items {
			try(amendment.Change{Remove: i.ID}, 10)
		}
		candidates := amendment.Candidates(set.Model, r, s)
		for _, l := range s.Lists {
			for _, c := range candidates {
				try(amendment.Change{Add: l.ID, With: c}, 3)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d changes tried", tried)
	}
}

const table = `// Id: x.tabel
// Bron: de wet
Beslistabel bedrag
    geldig altijd
    |   | het bedrag van een persoon moet gesteld worden op | indien zijn woonvorm gelijk is aan | indien zijn inkomen groter is dan | indien hij verzekerd is |
    |---|---------------------------------------------------|------------------------------------|-----------------------------------|-------------------------|
    | 1 | 100 €                                             | 'alleen'                           | 18 €                              | waar                    |
    | 2 | de grens                                          | 'alleen' of 'samen'                | n.v.t.                            | n.v.t.                  |
    | 3 | 5 €                                               | n.v.t.                             | de grens                          | onwaar                  |
`

func TestTable(t *testing.T) {
	t.Parallel()
	m, r, s := open(t, table)
	if len(s.Table.Rows) != 3 || len(s.Table.Head) != 4 || len(s.Table.Rows[0].Cells) != 4 {
		t.Fatalf("%+v", s.Table)
	}
	for name, c := range map[string]struct {
		change amendment.Change
		lines  []string // of the table, without its headings
	}{
		"een waarde":     {amendment.Change{Values: map[string]string{"cel-1": "120"}}, []string{"1|120 €|'alleen'|18 €|waar", "2|de grens|'alleen' of 'samen'|n.v.t.|n.v.t.", "3|5 €|n.v.t.|de grens|onwaar"}},
		"een keuze":      {amendment.Change{Values: map[string]string{"cel-2": "'samen'", "cel-4": "n.v.t."}}, []string{"1|100 €|'samen'|18 €|n.v.t.", "2|de grens|'alleen' of 'samen'|n.v.t.|n.v.t.", "3|5 €|n.v.t.|de grens|onwaar"}},
		"een rij weg":    {amendment.Change{Remove: "rij-1"}, []string{"1|de grens|'alleen' of 'samen'|n.v.t.|n.v.t.", "2|5 €|n.v.t.|de grens|onwaar"}},
		"de laatste weg": {amendment.Change{Remove: "rij-3", Values: map[string]string{"cel-9": "7"}}, []string{"1|100 €|'alleen'|18 €|waar", "2|de grens|'alleen' of 'samen'|n.v.t.|n.v.t."}},
		"een rij erbij":  {amendment.Change{Add: "rij-erbij"}, []string{"1|100 €|'alleen'|18 €|waar", "2|de grens|'alleen' of 'samen'|n.v.t.|n.v.t.", "3|5 €|n.v.t.|de grens|onwaar", "4|5 €|n.v.t.|de grens|onwaar"}},
	} {
		res, faults := s.Apply(c.change)
		if len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
			continue
		}
		next, ds := amendment.Read(m, r, res.Text)
		if ds.Err() != nil {
			t.Errorf("%s: %v\n%s", name, ds, res.Text)
			continue
		}
		var got []string
		for l := range strings.Lines(amendment.Text(next, day)) {
			if l = strings.TrimSpace(l); strings.HasPrefix(l, "|") && l[2] >= '1' && l[2] <= '9' {
				var cells []string
				for _, c := range strings.Split(strings.Trim(l, "|"), "|") {
					cells = append(cells, strings.TrimSpace(c))
				}
				got = append(got, strings.Join(cells, "|"))
			}
		}
		if diff := cmp.Diff(c.lines, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	// A cell stays a cell, and its fault is told in it.
	if _, faults := s.Apply(amendment.Change{Values: map[string]string{"cel-1": "5 € | 6 €"}}); len(faults) != 1 {
		t.Errorf("two cells: %v", faults)
	}
	res, _ := s.Apply(amendment.Change{Values: map[string]string{"cel-5": "de grenzen"}})
	if _, ds := amendment.Read(m, r, res.Text); ds.Err() == nil || res.At(ds[0].Pos) != "cel-5" {
		t.Errorf("%v", ds)
	}
	lines := 0
	for l := range s.Lines() {
		lines++
		if len(l.Parts) != 2 || l.Parts[1].Place.Parameter.Name != "grens" {
			t.Errorf("line %+v", l)
		}
	}
	if lines != 1 {
		t.Errorf("%d lines beside the table", lines)
	}
}
