package simulate

import "slices"

// Tables gives the result as tables, in the order of a page: what a page shows,
// a download holds and a print repeats.
func (r *Result) Tables() []Table {
	var out []Table
	out = append(out, r.schemeTable())
	if r.Variant != nil {
		for _, g := range r.changeLists() {
			if len(g.changes) > 0 {
				out = append(out, changeTable(g.id, g.title, g.changes))
			}
		}
	}
	if r.Income != nil {
		out = append(out, incomeTable(r.Income))
		if r.Income.Baseline.Pressure != nil {
			out = append(out, pressureTable(r.Income))
		}
	}
	return append(out, r.schemeTables()...)
}

// Table gives one of Tables by its id.
func (r *Result) Table(id string) (Table, bool) {
	all := r.Tables()
	i := slices.IndexFunc(all, func(t Table) bool { return t.ID == id })
	if i < 0 {
		return Table{}, false
	}
	return all[i], true
}

type changeList struct {
	id, title string
	changes   []Change
}

func (r *Result) changeLists() []changeList {
	list := []changeList{
		{"inkomensgroepen", "Wie erop vooruit en achteruit gaat, naar inkomen", r.Deciles},
		{"huishoudtypen", "Wie erop vooruit en achteruit gaat, naar type huishouden", r.Types},
		{"leeftijden", "Wie erop vooruit en achteruit gaat, naar leeftijd", r.Ages},
		{"woningen", "Wie erop vooruit en achteruit gaat, naar woning", r.Tenures},
		{"gemeentegrootten", "Wie erop vooruit en achteruit gaat, naar grootte van de gemeente", r.Municipalities},
		{"inkomensbronnen", "Wie erop vooruit en achteruit gaat, naar bron van inkomen", r.Sources},
	}
	if r.Everyone != nil {
		list = slices.Insert(list, 0, changeList{"alle-huishoudens", "Wie erop vooruit en achteruit gaat", []Change{*r.Everyone}})
	}
	return list
}

const (
	unitCount = "aantal"
	unitYear  = "euro per jaar"
	unitShare = "aandeel"
	unitJobs  = "voltijdbanen" // 1.5 is one and a half
)

func ranged(key, title, unit string) []TableColumn {
	return []TableColumn{{key, title, unit}, {key + "-laag", title + ", laag", unit}, {key + "-hoog", title + ", hoog", unit}}
}

func (r *Result) schemeTable() Table {
	t := Table{ID: "regelingen", Title: "Regelingen: wie recht heeft, wie ontvangt en wat het kost",
		Note: map[bool]string{false: "Aantallen zijn synthetische mensen, opgeteld naar het land.", true: "Aantallen zijn eigen gegevens, gewogen."}[r.Population.Own] + " Laag en hoog zijn de marge van 95 %.",
		Columns: slices.Concat([]TableColumn{{"regeling", "Regeling", ""}, {"regels", "Regels", ""}, {"kolom", "Kolom", ""}},
			ranged("aantal", "Aantal", unitCount), ranged("euro-per-jaar", "Euro per jaar", unitYear))}
	add := func(s SchemeResult, rules string, side SideResult) {
		for _, c := range []struct {
			name string
			m    Measure
		}{{"rechthebbend", side.Entitled}, {"ontvangt", side.Received}, {"automatisch", side.Automatic}} {
			if s.Owed {
				if c.name != "rechthebbend" {
					continue
				}
				c.name = "betaalt"
			}
			numbers := []Cell{count(c.m.Units), count(c.m.UnitsLow), count(c.m.UnitsHigh), cents(c.m.Cents), cents(c.m.CentsLow), cents(c.m.CentsHigh)}
			if c.m.Hidden {
				numbers = orFew(0, numbers...)
			}
			t.Rows = append(t.Rows, append([]Cell{words(s.ID), words(rules), words(c.name)}, numbers...))
		}
	}
	for _, s := range r.Schemes {
		add(s, "nu", s.Baseline)
		if s.Variant != nil {
			add(s, "variant", *s.Variant)
		}
	}
	return t
}

// bandNames are the bands in order, as a key and as people read them.
var bandNames = [Bands][2]string{{"meer-dan-5-erbij", "meer dan 5 % erbij"}, {"erbij", "tot 5 % erbij"}, {"gelijk", "gelijk"}, {"eraf", "tot 5 % eraf"}, {"meer-dan-5-eraf", "meer dan 5 % eraf"}}

func changeTable(id, title string, list []Change) Table {
	t := Table{ID: id, Title: title, Note: "Verandering van het besteedbare inkomen van huishoudens door de variant, in een jaar.",
		Columns: []TableColumn{{"groep", "Groep", ""}, {"rijen", "Huishoudens in de bevolking", unitCount}, {"huishoudens", "Huishoudens", unitCount}, {"personen", "Personen", unitCount}}}
	for _, b := range bandNames {
		t.Columns = append(t.Columns, TableColumn{b[0], "Huishoudens: " + b[1], unitCount})
	}
	for _, b := range bandNames {
		t.Columns = append(t.Columns, TableColumn{"personen-" + b[0], "Personen: " + b[1], unitCount})
	}
	t.Columns = slices.Concat(t.Columns, ranged("vooruit", "Huishoudens die erop vooruitgaan", unitCount), ranged("achteruit", "Huishoudens die erop achteruitgaan", unitCount),
		[]TableColumn{{"gemiddeld-van-wie-verandert", "Gemiddelde verandering van wie verandert", unitYear}, {"mediaan-van-wie-verandert", "Middelste verandering van wie verandert", unitYear}, {"gemiddeld", "Gemiddelde verandering van allen", unitYear}},
		ranged("verandering", "Verandering van allen samen", unitYear))
	for _, c := range list {
		row := []Cell{words(c.Label), count(int64(c.Rows))}
		if c.Few() {
			for len(row) < len(t.Columns) {
				row = append(row, Cell{Kind: TooFew})
			}
			t.Rows = append(t.Rows, row)
			continue
		}
		row = append(row, count(c.Households), count(c.Persons))
		for _, bands := range [...][Bands]int64{c.Bands, c.BandPersons} {
			for i, n := range bands {
				if c.Coarse && (i == GainMuch || i == LossMuch) {
					row = append(row, Cell{Kind: TooFew})
				} else {
					row = append(row, count(n))
				}
			}
		}
		for _, f := range []Figure{c.Gaining, c.Losing} {
			row = append(row, count(f.Value), count(f.Low), count(f.High))
		}
		row = append(row, cents(c.MeanChange), cents(c.MedianChange), cents(c.Mean), cents(c.Sum.Value), cents(c.Sum.Low), cents(c.Sum.High))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func incomeTable(i *Income) Table {
	t := Table{ID: "inkomen", Title: "Besteedbaar inkomen, armoede en ongelijkheid",
		Note:    "Het gestandaardiseerde inkomen maakt huishoudens van verschillende grootte vergelijkbaar.",
		Columns: []TableColumn{{"maat", "Maat", ""}, {"eenheid", "Eenheid", ""}, {"regels", "Regels", ""}, {"waarde", "Waarde", ""}, {"laag", "Laag", ""}, {"hoog", "Hoog", ""}}}
	add := func(rules string, s IncomeSide) {
		figure := func(name, unit string, f Figure) {
			of := count
			if unit == unitYear {
				of = cents
			}
			t.Rows = append(t.Rows, []Cell{words(name), words(unit), words(rules), of(f.Value), of(f.Low), of(f.High)})
		}
		ratio := func(name string, f Ratio) {
			t.Rows = append(t.Rows, []Cell{words(name), words(unitShare), words(rules), fraction(f.Value), fraction(f.Low), fraction(f.High)})
		}
		figure("besteedbaar inkomen van allen", unitYear, s.Total)
		figure("middelste gestandaardiseerde inkomen", unitYear, s.Median)
		ratio("gini", s.Gini)
		for _, p := range []struct {
			name string
			Poverty
		}{{"armoede", s.Poverty}, {"laag inkomen", s.LowIncome}} {
			figure(p.name+": grens voor een alleenstaande", unitYear, Figure{p.Line, p.Line, p.Line})
			if p.Rows > 0 && p.Rows < MinimumRows {
				t.Rows = append(t.Rows, []Cell{words(p.name + ": personen"), words(unitCount), words(rules), {Kind: TooFew}, {Kind: TooFew}, {Kind: TooFew}})
				continue
			}
			figure(p.name+": huishoudens", unitCount, p.Households)
			figure(p.name+": personen", unitCount, p.Persons)
			figure(p.name+": kinderen", unitCount, p.Children)
			ratio(p.name+": deel van de personen", p.PersonShare)
			ratio(p.name+": deel van de kinderen", p.ChildShare)
			figure(p.name+": tekort van allen", unitYear, p.Gap)
		}
	}
	if i.Baseline.Rows == 0 {
		return t // nobody's income is known: that is no income of nothing
	}
	add("nu", i.Baseline)
	if i.Variant != nil {
		add("variant", *i.Variant)
	}
	return t
}

// pressureNames are the classes of marginal pressure, as a key and as people
// read them.
var pressureNames = [PressureClasses][2]string{{"onder-0", "minder dan 0 %"}, {"0-20", "0 tot 20 %"}, {"20-40", "20 tot 40 %"}, {"40-60", "40 tot 60 %"}, {"60-80", "60 tot 80 %"}, {"80-100", "80 tot en met 100 %"}, {"boven-100", "meer dan 100 %"}}

func pressureTable(i *Income) Table {
	t := Table{ID: "marginale-druk", Title: "Wat een huishouden niet overhoudt van een euro meer loon",
		Note:    "Huishoudens waarin iemand werkt. De marginale druk is het deel van € 1.000 meer loon in een jaar dat niet in het besteedbare inkomen terechtkomt.",
		Columns: []TableColumn{{"groep", "Groep", ""}, {"regels", "Regels", ""}, {"rijen", "Huishoudens in de bevolking", unitCount}, {"huishoudens", "Huishoudens", unitCount}}}
	for _, n := range pressureNames {
		t.Columns = append(t.Columns, TableColumn{n[0], n[1], unitCount})
	}
	t.Columns = slices.Concat(t.Columns, ranged("mediaan", "Middelste druk", unitShare), ranged("boven-80", "Deel boven 80 %", unitShare))
	add := func(rules string, g PressureGroup) {
		row := []Cell{words(g.Label), words(rules), count(int64(g.Rows))}
		if g.Rows < MinimumRows {
			for len(row) < len(t.Columns) {
				row = append(row, Cell{Kind: TooFew})
			}
			t.Rows = append(t.Rows, row)
			return
		}
		row = append(row, count(g.Households))
		for _, c := range g.Classes {
			row = append(row, count(c.Value))
		}
		for _, x := range []Ratio{g.Median, g.Above80} {
			row = append(row, fraction(x.Value), fraction(x.Low), fraction(x.High))
		}
		t.Rows = append(t.Rows, row)
	}
	side := func(rules string, p *Pressure) {
		add(rules, p.PressureGroup)
		for _, g := range slices.Concat(p.Deciles, p.Types) {
			add(rules, g)
		}
	}
	side("nu", i.Baseline.Pressure)
	if i.Variant != nil && i.Variant.Pressure != nil {
		side("variant", i.Variant.Pressure)
	}
	return t
}
