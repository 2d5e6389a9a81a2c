package population_test

import (
	"testing"

	"lemniscaat/internal/phrase"
	"lemniscaat/internal/population"
)

// TestEnglish: what the page of the population says of itself has English.
func TestEnglish(t *testing.T) {
	t.Parallel()
	pairs, err := population.English()
	if err != nil {
		t.Fatal(err)
	}
	book, err := phrase.New("en", pairs)
	if err != nil {
		t.Fatal(err)
	}
	p, err := population.New(population.Spec{N: 10, Year: 2028, Seed: 1, Households: 1000})
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, a := range p.Assumptions() {
		said[a.Text], said[a.Basis] = true, true
	}
	for _, m := range p.Margins() {
		said[m.Label] = true
	}
	for _, c := range population.Columns() {
		said[c.Label] = true
	}
	delete(said, "")
	if len(said) < 200 {
		t.Errorf("only %d notes", len(said))
	}
	for s := range said {
		if _, ok := book.Translate(s); !ok {
			t.Errorf("%q has no English in en.yaml", s)
		}
	}
	for nl := range pairs {
		if !said[nl] && nl != "personen vanaf {jaar} jaar, tot de volgende groep" && nl != "afgeleid, zie docs/simulatie.md" {
			t.Errorf("nothing says %q any more", nl)
		}
	}
}
