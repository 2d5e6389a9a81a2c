package office_test

import (
	"context"
	"testing"
	"time"
)

// An article is shown whole: what stands between and after its numbered
// paragraphs as well, and its title once.
func TestArticleIsShownWhole(t *testing.T) {
	t.Parallel()
	h := openHall(t, t.TempDir(), time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	v, err := h.Article(context.Background(), "", "aow", "artikel-7a")
	h.ok(err)
	var leden []string
	last := ""
	for _, b := range v.Text {
		if b.Runs[0].Text == v.Name {
			t.Errorf("the title is in the text: %q", v.Name)
		}
		if b.Lid != "" {
			leden = append(leden, b.Lid)
		}
		last = b.Lid + "|" + b.Runs[0].Text
	}
	if len(leden) != 3 || leden[2] != "3" || len(v.Text) != 5 ||
		last != "|De leeftijd vanaf 2029 staat niet in deze gegevens. Wie op of na 1 oktober 1961 geboren is, bereikt haar op zijn vroegst in 2029." {
		t.Errorf("leden %v, %d paragraphs, the last %q", leden, len(v.Text), last)
	}
}
