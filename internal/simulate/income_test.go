package simulate_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

// measure adds a regulation that measures income: seven tenths of all wages, and
// the fixed allowance. It derives toetsingsinkomen from the wage, so that the
// allowance follows the wage as well.
func measure(f fstest.MapFS) fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	f["rondkomen/regeling.yaml"] = file("id: rondkomen\nnaam: Wat er over is\nbouwt-op: [vast]\ninkomensmaat: ja\nuitkomsten:\n" +
		"  - {eigenschap: huishouden.besteedbare-inkomen, per: jaar, naam: besteedbaar inkomen, zin: is}\n" +
		"indicatoren:\n  - {id: besteedbaar, naam: besteedbaar, eenheid: euro, meting: uitgaven}\n" +
		"aannames:\n  - {id: som, tekst: Alleen loon telt.}\n")
	f["rondkomen/gegevens.md"] = file(words("    het loon Bedrag;\n\nObjecttype het Huishouden (mv: huishoudens)\n    het besteedbare inkomen Bedrag;\n\n" +
		"Feittype Samenstelling\n    het huishouden Huishouden\n    het lid (mv: leden) Persoon\n    Eén huishouden heeft meerdere leden\n"))
	f["rondkomen/artikel-1.md"] = file("---\nid: artikel-1\ntitel: Som\nbron: proefverordening, artikel 1\n---\n# Som\n\nTekst.\n\n```regelspraak\n" + `// Id: rondkomen.toetsing
// Bron: proefverordening, artikel 1
Regel toetsing
    geldig vanaf 2024
        Het toetsingsinkomen van een persoon moet geïnitialiseerd worden op zijn loon.

// Id: rondkomen.som
// Bron: proefverordening, artikel 1
Regel som
    geldig vanaf 2024
        Het besteedbare inkomen van een huishouden moet berekend worden als
        het deel van het loon plus de toeslag samen.
        Daarbij geldt:
            het loon samen is 0 € plus de som van het loon van de leden van het huishouden
            het deel van het loon is het loon samen maal 0,7
            de toeslag samen is 0 € plus de som van de vaste toeslag van de leden van het huishouden.
` + "```\n")
	return f
}

// earns gives the head a wage.
func earns(h population.Household, wage int) population.Household {
	h.Persons[0].Wage = wage
	return h
}

// Seven groups of households, weights before them, € a year. The allowance is 600,
// 1,000 with a partner, up to a wage of 20,000; seven tenths of a wage are kept.
//
//	A 10 × alone, wage 15,000: 10,500 + 600 = 11,100
//	B 20 × alone, wage 20,000: 14,000 + 600 = 14,600
//	C  5 × alone, wage 30,000: 21,000
//	D  8 × pair,  wage 19,800: 13,860 + 1,000 = 14,860; standardised / 1.37 = 10,846.72
//	E  2 × pair,  wage 60,000: 42,000; standardised 30,656.93
//	F  3 × alone, no wage: 600
//	G  1 × alone, wage 15,000 and 12,000 in the bank: 11,100
//	H  2 × alone, wage 24,000: 16,800
var seven = func() town {
	g := earns(single(1, 40, 0, 0), 15_000)
	g.Persons[0].Wealth = 12_000
	return town{earns(single(10, 30, 0, 0), 15_000), earns(single(20, 50, 0, 0), 20_000), earns(single(5, 40, 0, 0), 30_000),
		earns(couple(8, 60, 0, 0), 19_800), earns(couple(2, 70, 0, 0), 60_000), single(3, 45, 0, 0), g, earns(single(2, 33, 0, 0), 24_000)}
}()

func measuredSides(t testing.TB, steps bool) (simulate.Side, *simulate.Side) {
	t.Helper()
	f := measure(files())
	if !steps {
		delete(f, "vast/stappen.yaml")
	}
	set := load(t, f)
	v := variantOf(t, set, wider, "vast", "rondkomen")
	return side(t, set, "vast", "rondkomen"), &v
}

// Income, poverty and inequality of the seven groups, by hand.
func TestIncome(t *testing.T) {
	t.Parallel()
	now, then := measuredSides(t, false)
	r := run(t, simulate.Spec{People: seven, Baseline: now, Variant: then, PovertyLine: 12_000_00})
	in := r.Income
	if in == nil || in.Regulation != "rondkomen" || len(in.Claimed) != 0 || len(in.Failures) != 0 || len(r.Schemes) != 1 {
		t.Fatalf("income %+v, schemes %d", in, len(r.Schemes))
	}
	b := in.Baseline
	// 111,000 + 292,000 + 105,000 + 118,880 + 84,000 + 1,800 + 11,100 + 33,600.
	if b.Total.Value != 757_380_00 || b.Households != 51 || b.Rows != 8 {
		t.Errorf("total %+v of %d households in %d rows", b.Total, b.Households, b.Rows)
	}
	// 61 persons in order: F 3, D 16, A and G 11, then B: number 31 has 14,600.
	if b.Median.Value != 14_600_00 {
		t.Errorf("median %+v", b.Median)
	}
	// Below 12,000: A by 900; D by 16,440 − 14,860 = 1,580; F by 11,400. G has a
	// year of the line in the bank. 9,000 + 12,640 + 34,200.
	p := b.Poverty
	if p.Line != 12_000_00 || p.Rows != 3 || p.Households.Value != 21 || p.Persons.Value != 29 || p.Children.Value != 0 || p.Gap.Value != 55_840_00 || p.MeanGap != 265_905 {
		t.Errorf("poverty %+v", p)
	}
	if math.Abs(p.PersonShare.Value-29.0/61) > 1e-12 || p.ChildShare.Value != 0 {
		t.Errorf("shares %+v %+v", p.PersonShare, p.ChildShare)
	}
	// 60 % of 14,600 is 8,760: only F is below, by 8,160 each.
	if l := b.LowIncome; l.Line != 8_760_00 || l.Households.Value != 3 || l.Gap.Value != 24_480_00 {
		t.Errorf("low income %+v", l)
	}
	// The Gini as half the mean difference between two persons, over the mean.
	persons := []struct{ n, cents float64 }{{10, 1_110_000}, {20, 1_460_000}, {5, 2_100_000}, {16, 1_084_672}, {4, 3_065_693}, {3, 60_000}, {1, 1_110_000}, {2, 1_680_000}}
	var differ, sum, n float64
	for _, x := range persons {
		n += x.n
		sum += x.n * x.cents
		for _, y := range persons {
			differ += x.n * y.n * math.Abs(x.cents-y.cents)
		}
	}
	if want := differ / (2 * n * sum); math.Abs(b.Gini.Value-want) > 1e-9 || b.Gini.Low > want || b.Gini.High < want {
		t.Errorf("Gini %+v, want %v", b.Gini, want)
	}
	// With the variant everybody with an allowance has 100 less, H 500 more:
	// −42 × 100 + 2 × 500.
	d := in.Difference
	if d.Total.Value != -3_200_00 || in.Variant.Total.Value != 754_180_00 {
		t.Errorf("variant %+v, difference %+v", in.Variant.Total, d.Total)
	}
	if d.Poverty.Households.Value != 0 || d.Poverty.Gap.Value != 2_100_00 { // A, D and F are 100 shorter
		t.Errorf("difference in poverty %+v", d.Poverty)
	}
	if len(in.Indicators) != 1 || in.Indicators[0].Baseline != 757_380 || in.Indicators[0].Predicted != 754_180 {
		t.Errorf("indicators %+v", in.Indicators)
	}
}

// Of € 1,000 more, seven tenths are kept, and who passes 20,000 loses the
// allowance: B keeps 700 − 600 = 100, D loses 300. Nobody works in F.
func TestPressure(t *testing.T) {
	t.Parallel()
	now, then := measuredSides(t, false)
	r := run(t, simulate.Spec{People: seven, Baseline: now, Variant: then})
	p := r.Income.Baseline.Pressure
	var classes [simulate.PressureClasses]int64
	for i, c := range p.Classes {
		classes[i] = c.Value
		if c.Low > c.Value || c.High < c.Value {
			t.Errorf("class %d: %+v", i, c)
		}
	}
	if want := [...]int64{0, 0, 20, 0, 0, 20, 8}; classes != want || p.Households != 48 || p.Rows != 7 || p.Skipped != 0 {
		t.Errorf("classes %v of %d households, want %v of 48", classes, p.Households, want)
	}
	if p.Median.Value != 0.9 || math.Abs(p.Above80.Value-28.0/48) > 1e-12 {
		t.Errorf("median %+v, above 80 %% %+v", p.Median, p.Above80)
	}
	if c := p.Cliff; c.Households.Value != 8 || c.Rows != 1 || c.MeanLoss != 300_00 || c.MaxLoss != 300_00 {
		t.Errorf("cliff %+v", c)
	}
	// The limit of the variant is 25,000, which a thousand more does not pass.
	v := r.Income.Variant.Pressure
	if v.Classes[simulate.Pressure40].Value != 48 || v.Median.Value != 0.3 || v.Cliff.Households.Value != 0 || r.Income.Difference.Pressed.Value != -28 {
		t.Errorf("variant %+v, difference %+v", v.Classes, r.Income.Difference.Pressed)
	}
	for _, g := range p.Types {
		if g.Key == "paar zonder kinderen" && (g.Households != 10 || g.Classes[simulate.PressureOver].Value != 8) {
			t.Errorf("couples %+v", g)
		}
	}
}

// C and E keep what they had, H has 500 of 16,800 more, F 100 of 600 less.
func TestGroupsOfHouseholds(t *testing.T) {
	t.Parallel()
	now, then := measuredSides(t, false)
	r := run(t, simulate.Spec{People: seven, Baseline: now, Variant: then})
	all := *r.Everyone
	if want := [simulate.Bands]int64{0, 2, 7, 39, 3}; all.Bands != want {
		t.Errorf("households %v, want %v", all.Bands, want)
	}
	if want := [simulate.Bands]int64{0, 2, 9, 47, 3}; all.BandPersons != want {
		t.Errorf("persons %v, want %v", all.BandPersons, want)
	}
	// −3,200 of 44 that change, of 51 in all; the middle of the 44 loses 100.
	if all.Total != -3_200_00 || all.MeanChange != -72_73 || all.Mean != -62_75 || all.MedianChange != -100_00 {
		t.Errorf("total %d, mean %d and %d, median %d", all.Total, all.MeanChange, all.Mean, all.MedianChange)
	}
	if all.Gaining.Value != 2 || all.Losing.Value != 42 || all.Losing.Low > 42 || all.Losing.High <= 42 || all.Sum.Low >= all.Total {
		t.Errorf("intervals %+v %+v %+v", all.Gaining, all.Losing, all.Sum)
	}
	for name, list := range map[string][]simulate.Change{"dwellings": r.Tenures, "municipalities": r.Municipalities, "sources": r.Sources, "deciles": r.Deciles, "types": r.Types, "ages": r.Ages} {
		var sum simulate.Change
		for _, c := range list {
			sum.Households += c.Households
			sum.Persons += c.Persons
			sum.Total += c.Total
			for i := range c.Bands {
				sum.Bands[i] += c.Bands[i]
				sum.BandPersons[i] += c.BandPersons[i]
			}
		}
		if sum.Households != 51 || sum.Persons != 61 || sum.Total != all.Total || sum.Bands != all.Bands || sum.BandPersons != all.BandPersons {
			t.Errorf("%s add up to %+v", name, sum)
		}
	}
}

// What a household does not claim is not income; what it owes always is paid.
// Whoever is drawn: the income of all is that of the wages and what is received.
func TestIncomeWithoutUnclaimed(t *testing.T) {
	t.Parallel()
	now, then := measuredSides(t, true)
	rapid.Check(t, func(rt *rapid.T) {
		var people town
		var wages int64
		for range rapid.IntRange(1, 40).Draw(rt, "n") {
			w, wage := int64(rapid.IntRange(1, 9).Draw(rt, "weight")), rapid.IntRange(0, 40_000).Draw(rt, "wage")
			people = append(people, earns(single(w, rapid.IntRange(18, 90).Draw(rt, "age"), 0, 0), wage))
			wages += w * int64(wage) * 70
		}
		r := run(t, simulate.Spec{People: people, Seed: rapid.Uint64().Draw(rt, "seed"), Baseline: now, Variant: then})
		s := r.Schemes[0]
		if got, want := r.Income.Baseline.Total.Value, wages+s.Baseline.Received.Cents; got != want {
			rt.Fatalf("today %d, wages and allowances %d", got, want)
		}
		if got, want := r.Income.Difference.Total.Value, s.Received.Cents; got != want || r.Everyone.Total != want {
			rt.Fatalf("difference %d and %d, of what is received %d", got, r.Everyone.Total, want)
		}
		if low, high := r.Income.Baseline.Total.Low, r.Income.Baseline.Total.High; s.Baseline.Received.CentsLow < s.Baseline.Received.Cents && (low >= r.Income.Baseline.Total.Value || high < low) {
			rt.Fatalf("interval %+v beside %+v", r.Income.Baseline.Total, s.Baseline.Received)
		}
	})
}

// Without a regulation that measures income the drawn one is used: today's is
// exactly that, and a variant adds what is received more.
func TestDrawnIncome(t *testing.T) {
	t.Parallel()
	set := without(t)
	r := run(t, simulate.Spec{People: small, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)})
	in := r.Income
	// 10 × 14,000 + 20 × 19,000 + 5 × 9,000 + 8 × 30,000 + 2 × 60,000
	if in.Regulation != "" || in.Baseline.Total.Value != 925_000_00 || in.Difference.Total.Value != r.Schemes[0].Received.Cents || in.Baseline.Pressure != nil {
		t.Errorf("income %+v, difference %+v", in.Baseline, in.Difference.Total)
	}
	// Persons in order: 9,000 (5), 14,000 (10), 19,000 (20) …: number 28 of 55 has 19,000.
	if in.Baseline.Median.Value != 19_000_00 || in.Baseline.LowIncome.Line != 11_400_00 || in.Baseline.LowIncome.Persons.Value != 5 {
		t.Errorf("median %+v, low income %+v", in.Baseline.Median, in.Baseline.LowIncome)
	}
}

// Who has to pay more loses.
func TestOwedIsLoss(t *testing.T) {
	t.Parallel()
	f := files()
	delete(f, "vast/stappen.yaml")
	f["vast/regeling.yaml"].Data = bytes.ReplaceAll(f["vast/regeling.yaml"].Data, []byte("naam: Proef}"), []byte("naam: Proef, zin: betaalt}"))
	set := load(t, f)
	r := run(t, simulate.Spec{People: small, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)})
	// 38 households pay 100 less, five of 20,001 pay 500 for the first time.
	if r.Everyone.Gain() != 38 || r.Everyone.Loss() != 5 || r.Everyone.Total != (38*100-5*500)*100 || r.Income.Difference.Total.Value != r.Everyone.Total {
		t.Errorf("%+v", *r.Everyone)
	}
}

// A line of the run goes before that of the assumptions, and is in its name.
func TestPovertyLine(t *testing.T) {
	t.Parallel()
	now, _ := measuredSides(t, false)
	plain := run(t, simulate.Spec{People: seven, Baseline: now})
	// 1,510 a month in 2023, one year later 3 % more: 1,555 a month.
	if got := plain.Income.Baseline.Poverty.Line; got != 12*1_555_00 {
		t.Errorf("line %d", got)
	}
	chosen := run(t, simulate.Spec{People: seven, Baseline: now, PovertyLine: 12_000_00})
	if chosen.ID() == plain.ID() {
		t.Error("two lines, one name")
	}
	for _, a := range chosen.Assumptions {
		if a.ID == "armoedegrens-groei" || a.ID == "armoedegrens" && a.Value != 1000 {
			t.Errorf("assumption %+v", a)
		}
	}
}

// The hardest hit one percent: the ones who lose most, in groups of ten rows or
// more; who is in a smaller group is counted apart.
func TestProfiles(t *testing.T) {
	t.Parallel()
	set := without(t)
	var people town
	for range 12 {
		people = append(people, single(1, 30, 15_000, 14_000))
	}
	for range 3 {
		people = append(people, couple(1, 60, 15_000, 24_000))
	}
	people = append(people, single(1500, 30, 50_000, 40_000)) // 1 % of 1,515 is 15
	r := run(t, simulate.Spec{People: people, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)})
	want := []simulate.Profile{{Text: "alleenstaand, 27 tot 45, corporatie", Households: 12, Rows: 12, MeanLoss: 100_00, IncomeFrom: 10_000, IncomeTo: 20_000}}
	if d := cmp.Diff(want, r.Worst.Profiles); d != "" || r.Worst.Other != 3 || r.Worst.Rows != 15 {
		t.Errorf("%d rows, %d others:\n%s", r.Worst.Rows, r.Worst.Other, d)
	}
}

// Every table has cells for its columns, says "te weinig" of small groups, and is
// harmless in a spreadsheet.
func TestTables(t *testing.T) {
	t.Parallel()
	now, then := measuredSides(t, false)
	r := run(t, simulate.Spec{People: seven, Baseline: now, Variant: then})
	seen := map[string]bool{}
	for _, table := range r.Tables() {
		if seen[table.ID] || table.Title == "" || len(table.Rows) == 0 {
			t.Errorf("table %q %q has %d rows", table.ID, table.Title, len(table.Rows))
		}
		seen[table.ID] = true
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: %d cells for %d columns", table.ID, len(row), len(table.Columns))
			}
		}
		if got, _ := r.Table(table.ID); cmp.Diff(table, got) != "" {
			t.Errorf("table %s is not found", table.ID)
		}
	}
	for _, id := range []string{"alle-huishoudens", "inkomensgroepen", "woningen", "inkomensbronnen", "inkomen", "marginale-druk"} {
		if !seen[id] {
			t.Errorf("no table %s", id)
		}
	}
	groups, _ := r.Table("woningen")
	if csv := string(groups.CSV()); !strings.Contains(csv, "corporatie;8;te weinig;te weinig") {
		t.Errorf("eight rows are shown:\n%s", csv)
	}
	bad := simulate.Table{Columns: []simulate.TableColumn{{Key: "=groep"}, {Key: "euro"}}, Rows: [][]simulate.Cell{{{Kind: simulate.Words, Text: "=1+1;\"x\""}, {Kind: simulate.Cents, N: -150}}, {{Kind: simulate.Blank}, {Kind: simulate.Part, Share: 0.25}}}}
	if got, want := string(bad.CSV()), "'=groep;euro\n\"'=1+1;\"\"x\"\"\";-1.50\n;0.2500\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who gains has an interval from the assumptions of take-up as well: it is wider
// than that of sampling alone, and there is none of it without steps.
func TestTakeUpWidens(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 300 {
		people = append(people, earns(single(10, 20+i%60, 0, 0), 15_000))
	}
	now, then := measuredSides(t, true)
	with := run(t, simulate.Spec{People: people, Seed: 3, Baseline: now, Variant: then})
	now, then = measuredSides(t, false)
	without := run(t, simulate.Spec{People: people, Seed: 3, Baseline: now, Variant: then})
	width := func(f simulate.Figure) float64 { return float64(f.High-f.Low) / float64(f.Value) }
	// Of 3,000 households each loses 100, or none does: nobody is sampled otherwise.
	if without.Everyone.Losing != (simulate.Figure{Value: 3000, Low: 3000, High: 3000}) {
		t.Errorf("everybody loses: %+v", without.Everyone.Losing)
	}
	// 35 % is lost, 20 to 50 %: that alone is 900 households wide.
	if l := with.Everyone.Losing; l.Value < 1700 || l.Value > 2200 || l.High-l.Low < 800 || width(l) > 1 {
		t.Errorf("those who claim lose: %+v", l)
	}
	if s := with.Everyone.Sum; s != with.Income.Difference.Total || s.High-s.Low < 80_000_00 {
		t.Errorf("sum %+v, of income %+v", s, with.Income.Difference.Total)
	}
}
