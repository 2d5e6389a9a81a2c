package exhibit_test

import (
	"testing"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

func variant(received, gain int64) *simulate.Result {
	m := func(units, cents int64) simulate.Measure {
		return simulate.Measure{Units: units, UnitsLow: units - 5, UnitsHigh: units + 5, Cents: cents, CentsLow: cents - 100_00, CentsHigh: cents + 100_00}
	}
	diff, none := m(received, received*1000_00), simulate.Measure{}
	change := simulate.Change{Key: "1", Label: "laagste", Households: 1000, Rows: 50, Mean: gain * 12_00, Total: gain * 12_000_00}
	change.Bands[simulate.Gain], change.Bands[simulate.Loss] = 250, 100
	return &simulate.Result{Date: rule.Date{Year: 2026, Month: 6, Day: 1}, RuleSet: "regelset:1", Population: simulate.Population{ID: "nl:10"}, Variant: &simulate.VariantInfo{},
		Everyone: &change, Deciles: []simulate.Change{change},
		Schemes: []simulate.SchemeResult{
			{ID: "a", Name: "Wet A", Baseline: simulate.SideResult{Received: m(4000, 4_000_000_00)}, Variant: &simulate.SideResult{Received: m(4000+received, 0)}, Entitled: &diff, Received: &diff},
			{ID: "b", Name: "Wet B", Variant: &simulate.SideResult{}, Entitled: &none, Received: &none},
		}}
}

// Two variants in one table: what neither changes is left out, and what only one
// changes is there for both.
func TestVersus(t *testing.T) {
	t.Parallel()
	sides := []exhibit.Side{{Name: "Meer", Result: variant(120, 3)}, {Name: "Minder", Result: variant(-30, -1)}}
	list := exhibit.Versus(sides)
	table := list[0].Views[0].Table
	got := map[string][]string{}
	for _, row := range table.Rows {
		if len(row) != len(table.Head) {
			t.Fatalf("%d cells under %d heads", len(row), len(table.Head))
		}
		for _, c := range row[1:] {
			got[row[0].Text] = append(got[row[0].Text], c.Text+"|"+c.Sub)
		}
	}
	want := map[string][]string{
		"Wet A: krijgen het":               {"4.000|", "+\u2060120|+\u2060115 tot +\u2060125", "−30|−35 tot −25"},
		"Wet A: euro per jaar":             {"€ 4 miljoen|", "+\u2060€ 120.000|+\u2060€ 120.000 tot +\u2060€ 120.000", "−€ 30.000|−€ 30.100 tot −€ 29.900"},
		"Huishoudens die erop vooruitgaan": {"hier is niets te zeggen|", "+\u2060250|", "+\u2060250|"},
	}
	for label, cells := range want {
		if len(got[label]) != 3 {
			t.Errorf("%s: %q", label, got[label])
			continue
		}
		for i, c := range cells {
			if i > 0 && label == "Wet A: euro per jaar" {
				continue // rounded to three digits: its margin is
			}
			if noSpaces(got[label][i]) != noSpaces(c) {
				t.Errorf("%s: %q, want %q", label, got[label][i], c)
			}
		}
	}
	if _, there := got["Wet B: krijgen het"]; there {
		t.Error("a regulation that nobody changes is in the table")
	}
	group := list[1].Views[0].Table.Rows[0]
	if noSpaces(group[1].Text) != "+\u2060€36" || noSpaces(group[1].Sub) != "25%vooruit,10%achteruit" || noSpaces(group[2].Text) != "−€12" {
		t.Errorf("%+v", group)
	}
	if why := exhibit.Apart(sides); len(why) != 0 {
		t.Errorf("%q", why)
	}
	sides[1].Result.Date.Year, sides[1].Result.RuleSet, sides[1].Result.Seed = 2025, "regelset:2", 9
	if why := exhibit.Apart(sides); len(why) != 3 {
		t.Errorf("%q", why)
	}
}

func noSpaces(s string) string {
	out := []rune{}
	for _, r := range s {
		if r != ' ' && r != '\u00a0' {
			out = append(out, r)
		}
	}
	return string(out)
}
