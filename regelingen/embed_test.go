package regelingen_test

import (
	"os"
	"strings"
	"testing"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/regulation"
)

// The example ordinance can be imported as text: six articles with numbered
// paragraphs, next to the regulations that ship.
func TestExampleOrdinanceIsImportable(t *testing.T) {
	t.Parallel()
	f, err := os.Open("voorbeelden/verordening-meedoen-kinderen.md")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, diags := bwb.Read("verordening.md", f)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var articles []regulation.Text
	for _, a := range text.Articles {
		out := regulation.Text{ID: a.ID, Number: a.Number, Title: a.Title}
		for _, p := range a.Paragraphs {
			out.Leden = append(out.Leden, regulation.Lid{Number: p.Number, Text: p.Text})
		}
		articles = append(articles, out)
	}
	r, diags := regulation.NewText(text.ID, text.Name, articles...)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if len(r.Articles) != 6 || r.Name != "Verordening maatschappelijke participatie kinderen Zuiderlinde" {
		t.Fatalf("%q met %d artikelen", r.Name, len(r.Articles))
	}
	third := r.Articles[2]
	if third.ID != "artikel-3" || third.Title != "Hoe hoog het budget is" || len(third.Leden) != 3 || !strings.Contains(third.Leden[1].Text, "€ 425") {
		t.Errorf("artikel 3: %+v", third)
	}
}
