package exhibit

import (
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
)

// moments are the dates of a stepwise introduction.
func (t *teller) moments() *screen.Exhibit {
	if len(t.res.Moments) == 0 {
		return nil
	}
	e := &screen.Exhibit{ID: "invoering", Title: t.T("invoering.titel"), Reading: t.T("invoering.lezen"), Assumptions: t.assumptions(all &^ execution)}
	v := screen.ExhibitView{ID: "invoering", Title: e.Title}
	c := chart.ColumnChart{Head: chart.Head{ID: figureID(v), Title: e.Title, Desc: e.Reading}, Under: t.T("invoering.onder"), Axis: func(v float64) string { return t.EuroShort(int64(v)) }}
	v.Table = screen.Table{Title: v.Title, Head: head(t.T("invoering.vanaf"), t.T("invoering.over"), t.T("winst.vooruit"), t.T("winst.achteruit"), t.T("invoering.kosten"))}
	for _, m := range t.res.Moments {
		name := ranged(t.DateShort(m.From), m.Words)
		if m.Hidden {
			few := cell(t.T("te-weinig"))
			v.Table.Rows = append(v.Table.Rows, []screen.TableCell{name, few, few, few, few})
			continue
		}
		b := m.Budget
		v.Table.Rows = append(v.Table.Rows, []screen.TableCell{name, cell(t.Number(m.Households)), cell(t.Number(m.Gain)), cell(t.Number(m.Loss)), ranged(t.largeChange(b.Value), t.euros(b.Low, b.High, t.largeChange))})
		c.Sets = append(c.Sets, chart.ColumnSet{Label: t.DateShort(m.From), Columns: []chart.Column{{Value: float64(b.Value), Low: float64(b.Low), High: float64(b.High), Text: t.EuroShort(b.Value)}}})
	}
	if len(c.Sets) > 0 {
		v.Chart = c
	}
	e.Views = []screen.ExhibitView{v}
	return e
}
