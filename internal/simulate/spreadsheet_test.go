package simulate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/simulate"
)

// TestSpreadsheet: what a Dutch spreadsheet opens by itself, byte for byte; a
// text that would be a formula is not one.
func TestSpreadsheet(t *testing.T) {
	t.Parallel()
	table := simulate.Table{
		ID: "proef", Columns: []simulate.TableColumn{{Key: "groep", Title: "Groep"}, {Key: "n", Title: "Huishoudens", Unit: "aantal"}, {Key: "euro", Title: "Verandering", Unit: "euro per jaar"}, {Key: "deel", Title: "Deel", Unit: "aandeel"}},
		Rows: [][]simulate.Cell{
			{{Kind: simulate.Words, Text: "één; \"paar\""}, {Kind: simulate.Count, N: 1200}, {Kind: simulate.Cents, N: -123456}, {Kind: simulate.Part, Share: 0.25}},
			{{Kind: simulate.Words, Text: "=1+1"}, {Kind: simulate.TooFew}, {}, {Kind: simulate.Part, Share: 1}},
		},
	}
	want := "\ufeff" + strings.Join([]string{
		"Groep;Huishoudens;Verandering (euro per jaar);Deel (aandeel);Run;Synthetisch",
		`"één; ""paar""";1200;-1234,56;0,2500;'=run;ja`,
		"'=1+1;te weinig;;1,0000;'=run;ja", "",
	}, "\r\n")
	if d := cmp.Diff(want, string(table.Spreadsheet("=run", true))); d != "" {
		t.Error(d)
	}
	if own := string(table.Spreadsheet("r", false)); strings.Count(own, ";r;nee\r\n") != 2 {
		t.Errorf("real people: %q", own)
	}
}

// TestSchemeTables: the tables about a regulation say what its sides say, hide
// what has too few people behind it, and leave empty what was never agreed.
func TestSchemeTables(t *testing.T) {
	t.Parallel()
	a := func(n int64) simulate.Amount { return simulate.Amount{Units: n, Cents: n * 1000} }
	side := simulate.SideResult{
		Entitled: simulate.Measure{Units: 100}, Received: simulate.Measure{Units: 60},
		Steps: []simulate.StepLoss{{ID: "vraag", Article: "artikel-2", Action: "Vraag aan", Reached: 100, Lost: 35, Cents: 35000, Rows: 12}, {ID: "bewijs", Article: "artikel-3", Action: "Stuur bewijs", Reached: 65, Lost: 5, Cents: 5000, Rows: 3}},
		Groups: []simulate.Group{
			{Kind: simulate.ByType, Name: "alleenstaand", Rows: 40, Entitled: a(80), Received: a(60), Automatic: a(79), Unclaimed: a(20), Lost: []simulate.GroupLoss{{Amount: a(20), Rows: 10}, {}}},
			{Kind: simulate.ByType, Name: "paar", Rows: 9, Entitled: a(20), Received: a(0), Automatic: a(20), Unclaimed: a(20), Lost: []simulate.GroupLoss{{Amount: a(15), Rows: 6}, {Amount: a(5), Rows: 3}}},
		},
		Work:   simulate.Work{Applications: 70, Minutes: 90, FTE: 0.5},
		Burden: simulate.Burden{Actions: 160, Minutes: 600, Proofs: 65, Known: 40},
		Cliffs: []simulate.Cliff{{Input: "persoon.loon", Units: 30, UnitsLow: 20, UnitsHigh: 40, Rows: 15, MeanLoss: 40000, MaxLoss: 90000}, {Input: "persoon.vermogen", Units: 2, Rows: 1, MeanLoss: 1, MaxLoss: 1}},
	}
	r := &simulate.Result{Schemes: []simulate.SchemeResult{{ID: "toeslag", Name: "Toeslag", Baseline: side}}}
	for id, want := range map[string][]string{
		"stappen":           {"toeslag;nu;vraag;artikel-2;Vraag aan;100;35;350.00", "toeslag;nu;bewijs;artikel-3;Stuur bewijs;65;te weinig;te weinig"},
		"groepen":           {"toeslag;nu;huishouden;alleenstaand;40;80;800.00;60;600.00;79;790.00;200.00;0.7500", "toeslag;nu;huishouden;paar" + strings.Repeat(";te weinig", 9)},
		"stappen-per-groep": {"toeslag;nu;huishouden;alleenstaand;vraag;artikel-2;20;0.2500;200.00", "toeslag;nu;huishouden;alleenstaand;bewijs;artikel-3;0;0.0000;0.00", "toeslag;nu;huishouden;paar;vraag;artikel-2;te weinig;te weinig;te weinig", "toeslag;nu;huishouden;paar;bewijs;artikel-3;te weinig;te weinig;te weinig"},
		"lasten":            {"toeslag;nu;160;0;10;65;40"},
		"werk":              {"toeslag;nu;70;0;0;2;0;0;0.5000;0.0000;0.0000;;;"},
		"afgronden":         {"toeslag;nu;persoon.loon;30;20;40;400.00;900.00", "toeslag;nu;persoon.vermogen" + strings.Repeat(";te weinig", 5)},
	} {
		table, ok := r.Table(id)
		if !ok {
			t.Errorf("there is no table %s", id)
			continue
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: a row of %d cells under %d columns", id, len(row), len(table.Columns))
			}
		}
		lines := strings.Split(strings.TrimSpace(string(table.CSV())), "\n")
		if d := cmp.Diff(want, lines[1:]); d != "" {
			t.Errorf("%s: %s", id, d)
		}
	}
	if _, ok := r.Table("zwaarst"); ok {
		t.Error("who is hit hardest, without a variant")
	}
}
