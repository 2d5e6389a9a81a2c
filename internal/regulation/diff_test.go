package regulation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

func texts(changes []regulation.Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Text)
		out = append(out, c.Details...)
	}
	return out
}

func TestDiffInWords(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	for _, c := range []struct {
		name, variant string
		want          []string
	}{
		{"parameter", "parameters: {bijdrage.grens: \"1.500\"}",
			[]string{"De grens gaat van € 1.100 naar € 1.500 vanaf 1 juli 2026."}},
		{"the same value", "parameters: {bijdrage.grens: \"1.100\"}", nil},
		{"parameter to leeg", "parameters: {bijdrage.bedrag: leeg}", []string{"Het bedrag heeft geen waarde meer vanaf 1 juli 2026."}},
		{"rule ends", "regels: {bijdrage.niet: vervalt}", []string{"De regel ‘geen bijdrage’ vervalt vanaf 1 juli 2026."}},
		{"rule", "regels:\n  bijdrage.niet: |\n    Regel geen bijdrage\n        geldig altijd\n            De bijdrage van een aanvrager moet gesteld worden op 10 €\n            indien hij aan alle volgende voorwaarden voldoet:\n                - zijn inkomen is groter dan de grens.\n",
			[]string{"De regel ‘geen bijdrage’ verandert vanaf 1 juli 2026.",
				"‘De bijdrage van een aanvrager moet gesteld worden op 0 €’ wordt ‘De bijdrage van een aanvrager moet gesteld worden op 10 €’"}},
		{"the same rule in other words and layout", "regels:\n  bijdrage.niet: |\n    Regel geen bijdrage\n        geldig vanaf 2020\n            De bijdrage van een aanvrager moet gesteld   worden op\n            0 € indien hij aan alle volgende voorwaarden voldoet:\n                • zijn inkomen is groter dan de grens.\n", nil},
		{"step", "stappen: {bijdrage.bewijzen: {bewijs: [], termijn: 28}}",
			[]string{"De stap ‘Stuur bewijs’ verandert vanaf 1 juli 2026.", "termijn: van ‘14 dagen’ naar ‘28 dagen’",
				"bewijs: van ‘loonstrook (staat al in: Polisadministratie)’ naar ‘geen’"}},
		{"step goes", "stappen: {bijdrage.bewijzen: vervalt}", []string{"De stap ‘Stuur bewijs’ vervalt vanaf 1 juli 2026."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2026-07-01\n"+c.variant+"\n")
			if diff := cmp.Diff(c.want, texts(regulation.Diff(set, after))); diff != "" {
				t.Error(diff)
			}
			if got := regulation.Diff(after, after); len(got) != 0 {
				t.Errorf("een set verschilt van zichzelf: %v", got)
			}
		})
	}
}

// A change before a known later value is told for each period.
func TestDiffTellsEachPeriod(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2025-07-01\nparameters: {bijdrage.grens: \"900\"}\n")
	want := []string{
		"De grens gaat van € 1.000,50 naar € 900 vanaf 1 juli 2025.",
		"De grens gaat van € 1.100 naar € 900 vanaf 1 januari 2026.",
	}
	if diff := cmp.Diff(want, texts(regulation.Diff(set, after))); diff != "" {
		t.Error(diff)
	}
}

func TestDiffOfTexts(t *testing.T) {
	t.Parallel()
	text := func(body string) *regulation.Set {
		r, diags := regulation.NewText("tekst", "Tekst", regulation.Text{ID: "artikel-1", Title: "Eén", Body: body})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		set, diags := loadSmall(t).Add(r)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		return set
	}
	if diff := cmp.Diff([]string{"De regeling ‘Tekst’ is nieuw."}, texts(regulation.Diff(loadSmall(t), text("a")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"De tekst van het artikel ‘Eén’ verandert."}, texts(regulation.Diff(text("a"), text("b")))); diff != "" {
		t.Error(diff)
	}
	if got := regulation.Diff(text("a  b"), text("a b")); len(got) != 0 {
		t.Errorf("witruimte is geen verschil: %v", got)
	}
}

// The shipped variant in words: a limit and four steps.
func TestDiffOfShippedVariant(t *testing.T) {
	t.Parallel()
	set := load(t)
	after := layFile(t, set, "individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	want := []string{
		"De inkomensgrens gaat van 110 % naar 120 % vanaf 1 januari 2027.",
		"De stap ‘Vraag de toeslag elk jaar opnieuw aan’ verandert vanaf 1 januari 2027.",
		"De stap ‘Stuur bankafschriften van de laatste drie maanden’ verandert vanaf 1 januari 2027.",
		"De stap ‘Geef op wie er bij u wonen’ verandert vanaf 1 januari 2027.",
		"De stap ‘Stuur bewijs van uw inkomen over 36 maanden’ verandert vanaf 1 januari 2027.",
	}
	var got []string
	for _, c := range regulation.Diff(set, after) {
		got = append(got, c.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Between two days of one set only what holds on those days counts, and the
// changes have no first day.
func TestDiffOnTwoDays(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	day := func(s string) rule.Date { return rule.MustDate(s) }
	changes := regulation.DiffOn(set, day("2025-06-01"), set, day("2026-06-01"), "bijdrage")
	if diff := cmp.Diff([]string{"De grens gaat van € 1.000,50 naar € 1.100."}, texts(changes)); diff != "" {
		t.Error(diff)
	}
	for _, c := range changes {
		if !c.From.IsZero() {
			t.Errorf("%s begint op %s", c.ID, c.From)
		}
	}
	if got := regulation.DiffOn(set, day("2026-06-01"), set, day("2025-06-01"), "bijdrage"); len(got) != 1 || got[0].Before != changes[0].After || got[0].After != changes[0].Before {
		t.Errorf("andersom: %v", got)
	}
	if got := regulation.DiffOn(set, day("2025-06-01"), set, day("2026-06-01")); len(got) != 0 {
		t.Errorf("van geen enkele regeling: %v", got)
	}
	after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2026-07-01\nparameters: {bijdrage.grens: \"1.500\"}\n")
	if got := regulation.DiffOn(set, day("2026-06-30"), after, day("2026-06-30"), "bijdrage"); len(got) != 0 {
		t.Errorf("voor de eerste dag van de variant: %v", got)
	}
}
