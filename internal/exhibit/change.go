package exhibit

import (
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// changes are who wins and who loses, in five bands, by every cut there is.
func (t *teller) changes() []screen.Exhibit {
	e := screen.Exhibit{ID: "winst", Title: t.T("winst.titel"), Reading: t.T("winst.lezen"), Assumptions: t.assumptions(all &^ execution)}
	for _, cut := range []struct {
		id   string
		list []simulate.Change
	}{{"inkomensgroepen", t.res.Deciles}, {"huishoudtypen", t.res.Types}, {"leeftijden", t.res.Ages}} {
		if len(cut.list) == 0 {
			continue
		}
		e.Views = append(e.Views, t.bands(cut.id, cut.list))
	}
	if len(e.Views) == 0 {
		return nil
	}
	e.Sentence = t.winners()
	if w := t.worst(); w != nil {
		return []screen.Exhibit{e, *w}
	}
	return []screen.Exhibit{e}
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
		win = t.T("winst.zin-wint", "groep", t.label(*gain), "deel", t.Percent(share(gain.Gain(), gain.Households)))
	}
	if loss != nil {
		lose = t.T("winst.zin-verliest", "groep", t.label(*loss), "deel", t.Percent(share(loss.Loss(), loss.Households)))
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
		return t.T("minder-dan", "n", t.Decimal(0.1, 1)+"\u00a0%")
	case f < 1 && f > 0.9995:
		return t.T("meer-dan", "n", t.Decimal(99.9, 1)+"\u00a0%")
	}
	return t.Percent(f)
}

// whole rounds cents to euros.
func whole(cents int64) int64 {
	if cents < 0 {
		return -whole(-cents)
	}
	return (cents + 50) / 100 * 100
}

// worst is who is hit hardest, with an example of each group.
func (t *teller) worst() *screen.Exhibit {
	w := t.res.Worst
	if w == nil || w.Households == 0 {
		return nil
	}
	e := screen.Exhibit{ID: "zwaarst", Title: t.T("zwaarst.titel"), Reading: t.T("zwaarst.lezen"), Assumptions: t.assumptions(all &^ execution)}
	e.Sentence = t.N("zwaarst.zin", w.Households, "aantal", t.Number(roughly(w.Households)), "verlies", t.Euro(whole(w.MeanLoss)), "inkomen", t.Euro(w.MeanIncome*100))
	table := screen.Table{ID: "zwaarst", Title: t.T("zwaarst.voorbeelden"), Head: head(t.T("zwaarst.wie"), t.T("zwaarst.verlies"), t.T("zwaarst.inkomen"))}
	for _, x := range w.Examples {
		table.Rows = append(table.Rows, []screen.TableCell{cell(x.Text), cell(t.Euro(whole(x.Loss))), cell(t.Euro(x.Income * 100))})
	}
	e.Views = []screen.ExhibitView{{ID: "zwaarst", Title: table.Title, Note: t.T("zwaarst.noot"), Table: table}}
	return &e
}
