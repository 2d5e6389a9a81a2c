package explain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/rule"
)

// A table of thirteen rows is told in a few lines: the row that applies, or how
// far the nearest row was.
func TestLargeTables(t *testing.T) {
	t.Parallel()
	set, p := shipped()
	told := func(born string) (reasons, rows []string) {
		t.Helper()
		file, ds := dossier.Read("p.yaml", []byte("datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: "+born+"}\n"), set.Model)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		c, ds := file.Case(p, rule.Date{})
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		x := explain.Explain(c, 0, p.Attribute("persoon.aow-leeftijd"), explain.Context{Lang: "nl"})
		for _, l := range x.Lines {
			if l.Depth > 0 && l.Kind != explain.Input {
				rows = append(rows, l.Text)
			}
		}
		return x.Reasons, rows
	}
	_, rows := told("1957-05-01")
	if diff := cmp.Diff([]string{
		"Rij 11 van de tabel ‘AOW-leeftijd’ geldt, want uw geboortedatum (1 mei 1957) is niet eerder dan 1 maart 1957.",
		"Uw geboortedatum (1 mei 1957) is niet eerder dan 1 maart 1957.",
		"Uw geboortedatum (1 mei 1957) is eerder dan 1 januari 1959.",
		"De 12 andere rijen van de tabel ‘AOW-leeftijd’ gelden hier niet.",
	}, rows); diff != "" {
		t.Error(diff)
	}
	reasons, rows := told("1980-05-01")
	if diff := cmp.Diff([]string{"Uw geboortedatum (1 mei 1980) is niet eerder dan 1 oktober 1961."}, reasons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"Geen van de 13 rijen van de tabel ‘AOW-leeftijd’ geldt. Het dichtst bij komt dit:",
		"Uw geboortedatum (1 mei 1980) is niet eerder dan 1 januari 1961.",
		"Uw geboortedatum (1 mei 1980) is niet eerder dan 1 oktober 1961.",
	}, rows[1:]); diff != "" {
		t.Error(diff, rows)
	}
}
