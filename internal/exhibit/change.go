package exhibit

import (
	"fmt"
	"math"
	"slices"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// changes are who wins and who loses, in five bands, by every cut there is.
func (t *teller) changes() *screen.Exhibit {
	e := &screen.Exhibit{ID: "winst", Title: t.T("winst.titel"), Reading: t.T("winst.lezen"), Sentence: t.winners(), Assumptions: t.assumptions(all &^ execution)}
	if i := t.res.Income; i != nil && i.Regulation != "" {
		e.Reading += " " + t.T("inkomen.berekend", "regeling", i.Name)
	} else {
		e.Reading += " " + t.T("inkomen.getrokken")
	}
	for _, cut := range []struct {
		id   string
		list []simulate.Change
	}{
		{"inkomensgroepen", t.res.Deciles}, {"huishoudtypen", t.res.Types}, {"leeftijden", t.res.Ages},
		{"woningen", t.res.Tenures}, {"gemeentegrootten", t.res.Municipalities}, {"inkomensbronnen", t.res.Sources},
	} {
		if len(cut.list) == 0 {
			continue
		}
		list := cut.list
		if t.res.Everyone != nil {
			list = append(slices.Clone(list), *t.res.Everyone)
			list[len(list)-1].Label = t.T("winst.allen")
			list[len(list)-1].Key = ""
		}
		e.Views = append(e.Views, t.bands(cut.id, list))
	}
	return e
}

// average is the mean change by income, with its margin.
func (t *teller) average() *screen.Exhibit {
	if len(t.res.Deciles) == 0 {
		return nil
	}
	e := &screen.Exhibit{ID: "gemiddeld", Title: t.T("gemiddeld.titel"), Reading: t.T("gemiddeld.lezen"), Assumptions: t.assumptions(all &^ execution)}
	v := screen.ExhibitView{ID: "gemiddeld", Title: e.Title}
	c := chart.ColumnChart{Head: chart.Head{ID: figureID(v), Title: e.Title, Desc: e.Reading}, Under: t.T("gemiddeld.onder"), Axis: func(v float64) string { return t.Euro(int64(math.Round(v)) * 100) }}
	v.Table = screen.Table{ID: "inkomensgroepen", Title: e.Title, Head: head(t.T("groep"), t.T("gemiddeld.allen"), t.T("gemiddeld.wie"), t.T("gemiddeld.midden"), t.T("gemiddeld.samen"))}
	for _, d := range t.res.Deciles {
		if d.Few() || d.Households == 0 {
			v.Table.Rows = append(v.Table.Rows, append([]screen.TableCell{cell(t.label(d))}, slices.Repeat([]screen.TableCell{cell(t.T("te-weinig"))}, 4)...))
			continue
		}
		mean := d.Mean
		if mean == 0 {
			mean = d.Total / d.Households
		}
		col := chart.Column{Value: float64(mean) / 100, Text: t.Euro(whole(mean))}
		row := []screen.TableCell{cell(t.label(d)), cell(t.Euro(whole(mean)))}
		if d.Sum.High > d.Sum.Low {
			low, high := d.Sum.Low/d.Households, d.Sum.High/d.Households
			col.Low, col.High = float64(low)/100, float64(high)/100
			row[1].Sub = t.between(whole(low), whole(high), t.Euro)
		}
		if d.Key != "negatief" { // it has no place on the road from low to high
			c.Sets = append(c.Sets, chart.ColumnSet{Label: d.Key, Columns: []chart.Column{col}})
		}
		for _, n := range []int64{d.MeanChange, d.MedianChange} {
			if d.Gain()+d.Loss() == 0 {
				row = append(row, t.nothing())
			} else {
				row = append(row, cell(t.Euro(whole(n))))
			}
		}
		row = append(row, ranged(t.EuroShort(d.Total), t.euros(d.Sum.Low, d.Sum.High, t.EuroShort)))
		v.Table.Rows = append(v.Table.Rows, row)
	}
	if t.res.Everyone == nil && len(c.Sets) == 0 {
		return nil
	}
	v.Chart = c
	e.Views = []screen.ExhibitView{v}
	return e
}

// winners says in which tenth of incomes most people win, and lose.
func (t *teller) winners() string {
	var gain, loss *simulate.Change
	for i := range t.res.Deciles {
		c := &t.res.Deciles[i]
		if c.Few() {
			continue
		}
		if c.Gain() > 0 && (gain == nil || share(c.Gain(), c.Households) > share(gain.Gain(), gain.Households)) {
			gain = c
		}
		if c.Loss() > 0 && (loss == nil || share(c.Loss(), c.Households) > share(loss.Loss(), loss.Households)) {
			loss = c
		}
	}
	var win, lose string
	if gain != nil {
		win = t.T("winst.zin-wint", "groep", t.label(*gain), "deel", t.small(share(gain.Gain(), gain.Households)))
	}
	if loss != nil {
		lose = t.T("winst.zin-verliest", "groep", t.label(*loss), "deel", t.small(share(loss.Loss(), loss.Households)))
	} else if gain != nil {
		lose = t.T("winst.zin-niemand")
	}
	return sentences(win, lose)
}

// label names a group: the outer tenths say which end they are.
func (t *teller) label(c simulate.Change) string {
	switch c.Key {
	case "1":
		return t.T("winst.laagste")
	case "10":
		return t.T("winst.hoogste")
	case "negatief":
		return t.T("winst.negatief")
	case "2", "3", "4", "5", "6", "7", "8", "9":
		return c.Key
	}
	return c.Label
}

// bandNames are the texts of the bands, in order.
var bandNames = [simulate.Bands]string{"veel-erbij", "erbij", "gelijk", "eraf", "veel-eraf"}

func (t *teller) bands(id string, list []simulate.Change) screen.ExhibitView {
	title := t.T("winst." + id)
	c := chart.BandChart{Head: chart.Head{ID: id + "-beeld", Title: title, Desc: t.T("winst.lezen")}, Groups: t.T("groep"), SameLabel: t.T("winst.gelijk")}
	table := screen.Table{ID: id, Title: title, Head: head(t.T("groep"), t.T("winst.huishoudens"))}
	table.Head = append(table.Head, head("", t.T("winst.achteruit"), t.T("winst.vooruit"))[1:]...)
	// From loss to gain, as they stand in the chart.
	for b := len(bandNames) - 1; b >= 0; b-- {
		c.Labels[b] = t.T("winst." + bandNames[b])
		table.Head = append(table.Head, screen.TableHead{Text: c.Labels[b], Number: true})
	}
	table.Head = append(table.Head, head("", t.T("winst.gemiddeld"))[1:]...)
	for _, g := range list {
		row := chart.BandRow{Label: t.label(g)}
		cells := []screen.TableCell{cell(t.label(g)), cell(t.Number(g.Households))}
		if g.From != 0 || g.To != 0 {
			cells[0].Sub = t.T("van-tot", "van", t.Euro(g.From*100), "tot", t.Euro(g.To*100))
		}
		if g.Few() {
			row.Absent = t.T("te-weinig")
			for range len(bandNames) + 3 {
				cells = append(cells, cell(t.T("te-weinig")))
			}
			cells[1] = cell(t.T("te-weinig"))
		} else {
			for b, n := range g.Bands {
				row.Shares[b] = share(n, g.Households)
			}
			cells = append(cells, ranged(t.Number(g.Loss()), t.small(share(g.Loss(), g.Households))), ranged(t.Number(g.Gain()), t.small(share(g.Gain(), g.Households))))
			for b := len(bandNames) - 1; b >= 0; b-- {
				cells = append(cells, ranged(t.Number(g.Bands[b]), t.small(share(g.Bands[b], g.Households))))
			}
			if n := g.Loss(); n > 0 {
				row.LossText = t.small(share(n, g.Households))
			}
			if n := g.Gain(); n > 0 {
				row.GainText = t.small(share(n, g.Households))
			}
			row.Same = t.small(share(g.Bands[simulate.Same], g.Households))
			if g.Gain()+g.Loss() > 0 {
				cells = append(cells, cell(t.Euro(whole(g.MeanChange))))
			} else {
				cells = append(cells, t.nothing())
			}
		}
		c.Rows = append(c.Rows, row)
		table.Rows = append(table.Rows, cells)
	}
	return screen.ExhibitView{ID: id, Title: title, Chart: c, Table: table}
}

// small writes a share that may be tiny: what is not nothing is not "0 %".
func (t *teller) small(f float64) string {
	switch {
	case f > 0 && f < 0.0005:
		return "<\u00a0" + t.Percent(0.001)
	case f < 1 && f > 0.9995:
		return ">\u00a0" + t.Percent(0.999)
	}
	return t.Percent(f)
}

// whole rounds cents to those of whole euros.
func whole(cents int64) int64 { return rule.Euros(cents) * 100 }

// worst is who is hit hardest, described in bands, with an example of each type
// of household.
func (t *teller) worst() *screen.Exhibit {
	w := t.res.Worst
	if w == nil || w.Households == 0 {
		return nil
	}
	e := &screen.Exhibit{ID: "zwaarst", Title: t.T("zwaarst.titel"), Reading: t.T("zwaarst.lezen"), Assumptions: t.assumptions(all &^ execution)}
	e.Sentence = t.N("zwaarst.zin", w.Households, "aantal", t.Number(roughly(w.Households)), "verlies", t.Euro(whole(w.MeanLoss)), "inkomen", t.Euro(roughly(w.MeanIncome)*100))
	if len(w.Profiles) > 0 {
		v := screen.ExhibitView{ID: "zwaarst-groepen", Title: t.T("zwaarst.profielen")}
		v.Table = screen.Table{ID: "zwaarst", Title: v.Title, Head: head(t.T("zwaarst.wie"), t.T("zwaarst.aantal"), t.T("zwaarst.verlies"), t.T("zwaarst.inkomen"))}
		for _, x := range w.Profiles {
			v.Table.Rows = append(v.Table.Rows, []screen.TableCell{cell(x.Text), cell(t.Number(x.Households)), cell(t.Euro(whole(x.MeanLoss))),
				cell(t.T("van-tot", "van", t.Euro(x.IncomeFrom*100), "tot", t.Euro(x.IncomeTo*100)))})
		}
		if w.Other > 0 {
			v.Table.Rows = append(v.Table.Rows, []screen.TableCell{cell(t.T("zwaarst.anderen")), cell(t.Number(w.Other)), t.nothing(), t.nothing()})
		}
		e.Views = append(e.Views, v)
	}
	if len(w.Examples) > 0 {
		v := screen.ExhibitView{ID: "zwaarst-voorbeelden", Title: t.T("zwaarst.voorbeelden"), Note: t.T("zwaarst.noot")}
		v.Table = screen.Table{Title: v.Title, Head: head(t.T("zwaarst.wie"), t.T("zwaarst.verlies"), t.T("zwaarst.inkomen"))}
		for _, x := range w.Examples {
			who := cell(x.Text)
			if t.Run != "" && t.Files != "" && !t.res.Population.Own {
				who.Ref = &screen.Ref{Text: t.T("zwaarst.leg-uit", "nummer", x.Household), Href: fmt.Sprintf("%s/huishouden?nummer=%d", t.Files, x.Household)}
			}
			v.Table.Rows = append(v.Table.Rows, []screen.TableCell{who, cell(t.Euro(whole(x.Loss))), cell(t.Euro(x.Income * 100))})
		}
		e.Views = append(e.Views, v)
	}
	return e
}
