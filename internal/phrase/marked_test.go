package phrase_test

import (
	"testing"

	"lemniscaat/internal/phrase"
)

// TestTranslateWithMarks: what a page puts around a text does not hide it, and nothing
// becomes a sentence in two languages.
func TestTranslateWithMarks(t *testing.T) {
	t.Parallel()
	b, err := phrase.New("en", map[string]string{
		"antwoord geven": "give an answer", "eigenaar": "owner", "(nog niet besloten)": "(not decided yet)", "afgewezen": "rejected",
		"{n} knelpunten": "{n} issues", "Wie niets doet: van {was} naar {nu}": "Who does nothing: from {was} to {nu}", "{n} van {van}": "{n} of {van}", "{van} tot {tot}": "{van} to {tot}",
		"{naam} gaat van {was} naar {nu}.": "{naam} goes from {was} to {nu}.", "leeg": "empty",
		"De stap ‘{naam}’ verandert vanaf {dag}.": "The step ‘{naam}’ changes from {dag}.", "wie niets doet: van {was} naar {nu}": "who does nothing: from {was} to {nu}",
		"{k} anders uit": "{k} come out differently", "{k} hetzelfde": "{k} the same", "een bedrag als {voorbeeld}": "an amount such as {voorbeeld}",
		"Besluit ondanks: “{1}” is besloten.": "Decision despite: “{1}” was decided.",
	})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		": antwoord geven":              ": give an answer",
		"antwoord geven.":               "give an answer.",
		"antwoord geven: Femke":         "give an answer: Femke",
		"Wet op de zorg (eigenaar)":     "Wet op de zorg (owner)",
		"afgewezen (nog niet besloten)": "rejected (not decided yet)",
		"“Besluit ondanks: “Meer. Of minder” is besloten.”": "“Decision despite: “Meer. Of minder” was decided.”",
		"3 van 12":                     "3 of 12",
		"12 tot 15":                    "12 to 15",
		"Ministerie van Sociale Zaken": "Ministerie van Sociale Zaken",
		"Verhoging van 12 tot en met 15 jaar gaat van € 724 naar leeg.":                                                     "Verhoging van 12 tot en met 15 jaar goes from €724 to empty.",
		"De stap ‘Vraag. Stuur’ verandert vanaf 1 januari 2027. Wie niets doet: van ‘U krijgt niets. Jammer’ naar ‘Niets’.": "The step ‘Vraag. Stuur’ changes from 1 January 2027. Who does nothing: from ‘U krijgt niets. Jammer’ to ‘Niets’.",
		"3 anders uit en 25 hetzelfde":                      "3 come out differently and 25 the same",
		"Een bedrag als \"28.400,00\".":                     "An amount such as \"28.400,00\".",
		"Een erfenis op 1 januari kost een vrouw het geld.": "Een erfenis op 1 januari kost een vrouw het geld.",
		"In dit kwartaal begon het melden van knelpunten.":  "In dit kwartaal begon het melden van knelpunten.",
		"4 knelpunten": "4 issues",
		"Wie niets doet: van ‘Niets. Jammer’ naar ‘A’. De stap ‘B’ verandert vanaf 1 mei 2027.": "Who does nothing: from ‘Niets. Jammer’ to ‘A’. The step ‘B’ changes from 1 May 2027.",
	} {
		if got, _ := b.Translate(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
