package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/loop"
)

func TestTermsOfAnInstallation(t *testing.T) {
	t.Parallel()
	read := func(text string) (loop.Terms, error) {
		path := filepath.Join(t.TempDir(), termsFile)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return readTerms(path)
	}
	usual := loop.DefaultTerms()
	got, err := readTerms(filepath.Join(t.TempDir(), "er-is-niets"))
	if err != nil || got.AnswerDays != usual.AnswerDays || got.Ladder != usual.Ladder {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	if got, err = read(""); err != nil || got.AnswerDays != usual.AnswerDays {
		t.Errorf("an empty file: %+v, %v", got, err)
	}
	got, err = read("antwoord-dagen: 28\nladder: {eigenaar-dagen: 7, openbaar-dagen: 14, raad-dagen: 21}\n")
	if err != nil || got.AnswerDays != 28 || got.Ladder != (loop.Ladder{Owner: 7, Public: 14, Parliament: 21}) || got.KeyDays != usual.KeyDays {
		t.Errorf("chosen: %+v, %v", got, err)
	}
	for text, says := range map[string]string{
		"antwoord-dagen: 0":              "verwacht: 1 tot en met 366",
		"antwoord-dagen: zes weken":      "verwacht bijvoorbeeld",
		"antwoorddagen: 3":               "verwacht bijvoorbeeld",
		"ladder: {openbaar-dagen: 10}":   "lopen niet op",
		"reactie-dagen: 7":               "herinnering",
		"ladder: {eigenaar-dagen: 5000}": "verwacht: 1 tot en met 3660",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}
