package exhibit

import (
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// budget is what each regulation costs, where there are several.
func (t *teller) budget() *screen.Exhibit {
	if len(t.schemes()) < 2 {
		return nil
	}
	e := &screen.Exhibit{ID: "begroting", Title: t.T("begroting.titel"), Reading: t.T("begroting.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	v := screen.ExhibitView{ID: "begroting", Title: e.Title}
	v.Table = screen.Table{ID: "regelingen", Title: e.Title, Head: head(t.T("begroting.regeling"), t.T("begroting.krijgt"), t.T("nu-euro"))}
	if t.res.Variant != nil {
		v.Table.Head = append(v.Table.Head, head("", t.T("begroting.verschil"), t.T("begroting.verschil-euro"))[1:]...)
	}
	changed := 0
	for _, s := range t.schemes() {
		name := cell(s.Name)
		if s.Owed {
			name.Sub = t.T("begroting.betaald")
		}
		row := append([]screen.TableCell{name}, t.measured(s.Baseline.Received)...)
		switch {
		case s.Variant == nil:
		case s.Received.Cents == 0 && s.Received.Units == 0 && s.Entitled.Units == 0:
			row = append(row, cell(t.T("begroting.gelijk")), cell(t.T("begroting.gelijk")))
		default:
			changed++
			row = append(row, ranged(t.difference(s.Received.Units), t.between(s.Received.UnitsLow, s.Received.UnitsHigh, t.difference)),
				ranged(t.largeChange(s.Received.Cents), t.euros(s.Received.CentsLow, s.Received.CentsHigh, t.largeChange)))
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	if t.res.Variant != nil {
		e.Sentence = t.N("begroting.zin", int64(changed), "van", t.Number(int64(len(t.schemes()))))
	}
	e.Views = []screen.ExhibitView{v}
	return e
}

// incomeSides are today and the variant, with how they are called.
func (t *teller) incomeSides() (names []string, sides []*simulate.IncomeSide) {
	i := t.res.Income
	if i == nil || i.Baseline.Households == 0 {
		return nil, nil
	}
	names, sides = []string{t.T("nu")}, []*simulate.IncomeSide{&i.Baseline}
	if i.Variant != nil {
		names, sides = append(names, t.T("straks")), append(sides, i.Variant)
	}
	return names, sides
}

// poverty is poverty, poverty among children, low income and inequality.
func (t *teller) poverty() *screen.Exhibit {
	names, sides := t.incomeSides()
	if len(sides) == 0 {
		return nil
	}
	e := &screen.Exhibit{ID: "armoede", Title: t.T("armoede.titel"), Assumptions: t.assumptions(all &^ execution)}
	e.Reading = t.T("armoede.lezen", "grens", t.Euro(whole(sides[0].Poverty.Line/12)), "laag", t.Euro(whole(sides[0].LowIncome.Line/12)))
	e.Sentence = t.povertySentence(sides)
	v := screen.ExhibitView{ID: "armoede", Title: e.Title}
	c := chart.DotChart{Head: chart.Head{ID: figureID(v), Title: e.Title, Desc: e.Reading}, Axis: func(v float64) string { return t.Percent(v) }}
	v.Table = screen.Table{ID: "inkomen", Title: e.Title, Head: head(t.T("armoede.maat"), names...)}
	if len(sides) > 1 {
		v.Table.Head = append(v.Table.Head, head("", t.T("verschil"))[1:]...)
	}
	few := func(p simulate.Poverty) bool { return p.Rows > 0 && p.Rows < simulate.MinimumRows }
	for _, q := range []struct {
		key string
		of  func(*simulate.IncomeSide) (simulate.Ratio, simulate.Poverty)
	}{
		{"personen", func(s *simulate.IncomeSide) (simulate.Ratio, simulate.Poverty) {
			return s.Poverty.PersonShare, s.Poverty
		}},
		{"kinderen", func(s *simulate.IncomeSide) (simulate.Ratio, simulate.Poverty) {
			return s.Poverty.ChildShare, s.Poverty
		}},
		{"laag", func(s *simulate.IncomeSide) (simulate.Ratio, simulate.Poverty) {
			return s.LowIncome.PersonShare, s.LowIncome
		}},
	} {
		row := chart.DotRow{Label: t.T("armoede." + q.key)}
		cells := []screen.TableCell{cell(row.Label)}
		for i, s := range sides {
			r, p := q.of(s)
			dot := chart.Dot{Label: names[i], Value: r.Value, Low: r.Low, High: r.High, Text: t.Percent(r.Value)}
			x := ranged(dot.Text, t.ratioRange(r))
			if few(p) {
				dot.Value, dot.Text, x = nan, t.T("te-weinig"), cell(t.T("te-weinig"))
			}
			row.Dots, cells = append(row.Dots, dot), append(cells, x)
		}
		if len(sides) > 1 {
			cells = append(cells, t.nothing())
		}
		c.Rows, v.Table.Rows = append(c.Rows, row), append(v.Table.Rows, cells)
	}
	t.povertyCounts(&v.Table, sides, few)
	v.Chart = c
	e.Views = append(e.Views, v, t.inequality(names, sides))
	return e
}

// povertyCounts adds how many people the shares are, and what they are short of.
func (t *teller) povertyCounts(table *screen.Table, sides []*simulate.IncomeSide, few func(simulate.Poverty) bool) {
	var d *simulate.IncomeDifference
	if len(sides) > 1 {
		d = t.res.Income.Difference
	}
	for _, q := range []struct {
		key        string
		of         func(simulate.Poverty) simulate.Figure
		difference func(simulate.PovertyDifference) simulate.Figure
		write      func(int64) string
	}{
		{"aantal", func(p simulate.Poverty) simulate.Figure { return p.Persons }, func(p simulate.PovertyDifference) simulate.Figure { return p.Persons }, t.Number},
		{"aantal-kinderen", func(p simulate.Poverty) simulate.Figure { return p.Children }, func(p simulate.PovertyDifference) simulate.Figure { return p.Children }, t.Number},
		{"huishoudens", func(p simulate.Poverty) simulate.Figure { return p.Households }, func(p simulate.PovertyDifference) simulate.Figure { return p.Households }, t.Number},
		{"tekort", func(p simulate.Poverty) simulate.Figure { return p.Gap }, func(p simulate.PovertyDifference) simulate.Figure { return p.Gap }, t.EuroShort},
	} {
		cells := []screen.TableCell{cell(t.T("armoede." + q.key))}
		hidden := false
		for _, s := range sides {
			f := q.of(s.Poverty)
			x := ranged(q.write(f.Value), t.between(f.Low, f.High, q.write))
			if few(s.Poverty) {
				x, hidden = cell(t.T("te-weinig")), true
			}
			cells = append(cells, x)
		}
		switch {
		case len(sides) < 2:
		case d == nil || hidden:
			cells = append(cells, t.nothing())
		default:
			f := q.difference(d.Poverty)
			plus := func(n int64) string { return signed(q.write(n), n) }
			cells = append(cells, ranged(plus(f.Value), t.between(f.Low, f.High, plus)))
		}
		table.Rows = append(table.Rows, cells)
	}
}

func (t *teller) povertySentence(sides []*simulate.IncomeSide) string {
	p := sides[0].Poverty
	if p.Rows < simulate.MinimumRows {
		return ""
	}
	if len(sides) > 1 && t.res.Income.Difference != nil {
		d := t.res.Income.Difference.Poverty.Persons
		switch {
		case d.Value == 0:
			return t.T("armoede.zin-gelijk", "deel", t.Percent(p.PersonShare.Value))
		case d.Low < 0 && d.High > 0:
			return t.T("armoede.zin-onzeker", "deel", t.Percent(p.PersonShare.Value))
		}
		return t.N("armoede.zin"+more(d.Value), magnitude(d.Value), "aantal", t.Number(roughly(magnitude(d.Value))), "nu", t.apart(p.PersonShare.Value, sides[1].Poverty.PersonShare.Value), "straks", t.apart(sides[1].Poverty.PersonShare.Value, p.PersonShare.Value))
	}
	return t.T("armoede.zin-nu", "deel", t.Percent(p.PersonShare.Value), "kinderen", t.Percent(p.ChildShare.Value))
}

// apart writes a share with as many decimals, up to three, as it takes to tell it
// from another.
func (t *teller) apart(f, other float64) string {
	text := t.Percent(f)
	for n := 2; n <= 3 && t.Decimal(100*f, n-1) == t.Decimal(100*other, n-1); n++ {
		text = t.Decimal(100*f, n) + "\u00a0%"
	}
	return text
}

// inequality is the Gini coefficient and the middle income.
func (t *teller) inequality(names []string, sides []*simulate.IncomeSide) screen.ExhibitView {
	v := screen.ExhibitView{ID: "ongelijkheid", Title: t.T("ongelijkheid.titel"), Note: t.T("ongelijkheid.noot")}
	c := chart.DotChart{Head: chart.Head{ID: figureID(v), Title: v.Title, Desc: v.Note}, Axis: func(v float64) string { return t.Decimal(v, 3) }}
	row := chart.DotRow{Label: t.T("ongelijkheid.gini")}
	v.Table = screen.Table{ID: "inkomen", Title: v.Title, Head: head(t.T("armoede.maat"), names...)}
	gini, median, total := []screen.TableCell{cell(row.Label)}, []screen.TableCell{cell(t.T("ongelijkheid.midden"))}, []screen.TableCell{cell(t.T("ongelijkheid.samen"))}
	for i, s := range sides {
		g := s.Gini
		row.Dots = append(row.Dots, chart.Dot{Label: names[i], Value: g.Value, Low: g.Low, High: g.High, Text: t.Decimal(g.Value, 3)})
		x := cell(t.Decimal(g.Value, 3))
		if g.High > g.Low {
			x.Sub = t.T("van-tot", "van", t.Decimal(g.Low, 3), "tot", t.Decimal(g.High, 3))
		}
		gini = append(gini, x)
		euro := func(n int64) string { return t.Euro(whole(n)) }
		median = append(median, ranged(euro(s.Median.Value), t.between(s.Median.Low, s.Median.High, euro)))
		total = append(total, ranged(t.EuroShort(s.Total.Value), t.euros(s.Total.Low, s.Total.High, t.EuroShort)))
	}
	c.Rows = []chart.DotRow{row}
	v.Chart = c
	v.Table.Rows = [][]screen.TableCell{gini, median, total}
	return v
}

func (t *teller) ratioRange(r simulate.Ratio) string {
	if r.High <= r.Low {
		return ""
	}
	return t.T("van-tot", "van", t.Percent(r.Low), "tot", t.Percent(r.High))
}

// pressureClasses are the texts of the classes of marginal pressure, in order.
var pressureClasses = [simulate.PressureClasses]string{"< 0", "0–20", "20–40", "40–60", "60–80", "80–100", "> 100"}

// pressure is what a household does not keep of an extra euro of wage.
func (t *teller) pressure() *screen.Exhibit {
	names, sides := t.incomeSides()
	if len(sides) == 0 || sides[0].Pressure == nil || sides[0].Pressure.Households == 0 {
		return nil
	}
	e := &screen.Exhibit{ID: "marginale-druk", Title: t.T("druk.titel"), Reading: t.T("druk.lezen"), Assumptions: t.assumptions(people | scheme)}
	last := sides[len(sides)-1].Pressure
	e.Sentence = t.T("druk.zin", "deel", t.Percent(last.Above80.Value), "midden", t.Percent(last.Median.Value))
	if last.Cliff.Rows >= simulate.MinimumRows {
		e.Sentence += " " + t.N("druk.afgrond", last.Cliff.Households.Value, "aantal", t.Number(roughly(last.Cliff.Households.Value)), "verlies", t.Euro(whole(last.Cliff.MeanLoss)))
	}
	v := screen.ExhibitView{ID: "druk", Title: e.Title}
	c := chart.ColumnChart{Head: chart.Head{ID: figureID(v), Title: e.Title, Desc: e.Reading}, Under: t.T("druk.onder"), Axis: func(v float64) string { return t.Percent(v) }}
	if len(sides) > 1 {
		c.Series = names
	}
	v.Table = screen.Table{ID: "marginale-druk", Title: e.Title, Head: head(t.T("druk.klasse"), names...)}
	for k, label := range pressureClasses {
		set := chart.ColumnSet{Label: label}
		row := []screen.TableCell{cell(t.T("druk.procent", "klasse", label))}
		for _, s := range sides {
			p := s.Pressure
			if p == nil {
				row = append(row, t.nothing())
				continue
			}
			f := p.Classes[k]
			n := float64(p.Households)
			col := chart.Column{Value: share(f.Value, p.Households)}
			if f.High > f.Low {
				col.Low, col.High = float64(f.Low)/n, float64(f.High)/n
			}
			set.Columns = append(set.Columns, col)
			row = append(row, ranged(t.small(share(f.Value, p.Households)), t.Number(f.Value)))
		}
		c.Sets, v.Table.Rows = append(c.Sets, set), append(v.Table.Rows, row)
	}
	v.Chart = c
	e.Views = append(e.Views, v)
	e.More = &screen.Ref{Text: t.T("druk.huishouden"), Href: "/inkomen"}
	for _, cut := range []struct {
		key string
		of  func(*simulate.Pressure) []simulate.PressureGroup
	}{
		{"inkomen", func(p *simulate.Pressure) []simulate.PressureGroup { return p.Deciles }},
		{"type", func(p *simulate.Pressure) []simulate.PressureGroup { return p.Types }},
	} {
		if x := t.pressureBy(cut.key, names, sides, cut.of); x != nil {
			e.Views = append(e.Views, *x)
		}
	}
	return e
}

// pressureBy is the part of each group that keeps less than a fifth of an extra
// euro.
func (t *teller) pressureBy(key string, names []string, sides []*simulate.IncomeSide, of func(*simulate.Pressure) []simulate.PressureGroup) *screen.ExhibitView {
	groups := of(sides[0].Pressure)
	if len(groups) == 0 {
		return nil
	}
	v := screen.ExhibitView{ID: "druk-" + key, Title: t.T("druk.naar-" + key)}
	c := chart.BarChart{Head: chart.Head{ID: figureID(v), Title: v.Title, Desc: t.T("druk.boven-80")}}
	v.Table = screen.Table{ID: "marginale-druk", Title: v.Title, Head: head(t.T("groep"))}
	for _, name := range names {
		v.Table.Head = append(v.Table.Head, head("", t.T("druk.boven", "regels", name), t.T("druk.midden", "regels", name))[1:]...)
	}
	for i, g := range groups {
		label := t.label(simulate.Change{Key: g.Key, Label: g.Label})
		group, row := chart.Group{Label: label}, []screen.TableCell{cell(label)}
		for k, s := range sides {
			x := simulate.PressureGroup{}
			if s.Pressure != nil && i < len(of(s.Pressure)) {
				x = of(s.Pressure)[i]
			}
			bar := chart.Bar{Label: names[k], Value: x.Above80.Value, Low: x.Above80.Low, High: x.Above80.High, Text: t.Percent(x.Above80.Value), Pattern: k == 0 && len(sides) > 1}
			if x.Rows < simulate.MinimumRows {
				bar.Value, bar.Text = nan, t.T("te-weinig")
				row = append(row, cell(bar.Text), cell(bar.Text))
			} else {
				row = append(row, ranged(bar.Text, t.ratioRange(x.Above80)), ranged(t.Percent(x.Median.Value), t.ratioRange(x.Median)))
			}
			group.Bars = append(group.Bars, bar)
		}
		c.Groups, v.Table.Rows = append(c.Groups, group), append(v.Table.Rows, row)
	}
	v.Chart = c
	return &v
}
