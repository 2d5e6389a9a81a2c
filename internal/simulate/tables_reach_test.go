package simulate_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/simulate"
)

// The tables tell what the result says, and hide what rests on few.
func TestReachTables(t *testing.T) {
	t.Parallel()
	f := inAdvance("100")
	f["vast/stappen.yaml"] = &fstest.MapFile{Data: []byte(steps)}
	set := load(t, f)
	var people town
	for i := range 1500 {
		people = append(people, single(2, 20+i%60, []int{19_000, 21_000}[i%2], 12_000+i))
	}
	v := variant(t, set, "variant: hulp\nnaam: Hulp\nvanaf: 2024-01-01\ningrepen: {vast.aanvragen: [brief, vooringevuld]}\n")
	r := run(t, simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast"), Variant: v, Advances: true})
	for id, want := range map[string]int{"ingrepen": 1, "voorschotten": 2, "terugvorderingen": 20, "terugbetalen": 8, "gebruik-getoetst": 3} {
		table, ok := r.Table(id)
		if !ok || len(table.Rows) < want {
			t.Errorf("%s: %d rows, want %d", id, len(table.Rows), want)
			continue
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: a row of %d cells in %d columns", id, len(row), len(table.Columns))
			}
		}
	}
	h := r.Schemes[0].Variant.Help[0]
	table, _ := r.Table("ingrepen")
	if row := table.Rows[0]; row[4].Text != "brief, vooringevuld" || row[5].N != h.Letters || row[7].N != h.Answered || h.Letters == 0 {
		t.Errorf("%+v of %+v", row, h)
	}
	table, _ = r.Table("voorschotten")
	a := r.Schemes[0].Baseline.Advances
	if row := table.Rows[0]; row[2].N != 10_000 || row[5].N != a.TooHigh.Units || row[14].N != a.TooLow.Cents {
		t.Errorf("%+v of %+v", row, a)
	}
	// Of nine people nothing is told.
	r = run(t, simulate.Spec{People: people[:18], Seed: 4, Baseline: side(t, set, "vast"), Advances: true})
	table, _ = r.Table("voorschotten")
	if text := string(table.CSV()); !strings.Contains(text, "te weinig") {
		t.Errorf("of nine people:\n%s", text)
	}
}
