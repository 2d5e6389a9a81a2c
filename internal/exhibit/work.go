package exhibit

import (
	"math"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// quantity is one row of a table with a column for now, the variant and the
// difference.
type quantity struct {
	key string
	of  func(*simulate.SideResult) int64
}

// sides writes quantities of one regulation, now, under the variant and the
// difference.
func (t *teller) sides(s *simulate.SchemeResult, id, title, prefix string, list []quantity) screen.Table {
	table := screen.Table{ID: id, Title: title, Head: head(t.T("per-jaar"), t.T("nu"))}
	if s.Variant != nil {
		table.Head = append(table.Head, head("", t.T("straks"), t.T("verschil"))[1:]...)
	}
	for _, q := range list {
		now := q.of(&s.Baseline)
		row := []screen.TableCell{cell(t.T(prefix + q.key)), cell(t.Number(now))}
		if s.Variant != nil {
			then := q.of(s.Variant)
			row = append(row, cell(t.Number(then)), cell(t.difference(then-now)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// burden is what a year asks of citizens.
func (t *teller) burden() *screen.Exhibit {
	e := &screen.Exhibit{ID: "burger", Title: t.T("burger.titel"), Reading: t.T("burger.lezen"), Assumptions: t.assumptions(all)}
	for i, s := range t.schemes() {
		if s.Baseline.Burden == (simulate.Burden{}) && (s.Variant == nil || s.Variant.Burden == (simulate.Burden{})) {
			continue
		}
		v := view("burger", t.name(e.Title, s), s)
		v.Table = t.sides(s, "lasten", v.Title, "burger.", []quantity{
			{"handelingen", func(x *simulate.SideResult) int64 { return x.Burden.Actions }},
			{"elk-jaar", func(x *simulate.SideResult) int64 { return x.Burden.Repeated }},
			{"uren", func(x *simulate.SideResult) int64 { return x.Burden.Hours() }},
			{"bewijzen", func(x *simulate.SideResult) int64 { return x.Burden.Proofs }},
			{"bekend", func(x *simulate.SideResult) int64 { return x.Burden.Known }},
		})
		e.Views = append(e.Views, v)
		if b := last(s).Burden; i == 0 && b.Proofs > 0 {
			e.Sentence = t.T("burger.zin", "uren", t.NumberShort(roughly(b.Hours())), "deel", t.Percent(share(b.Known, b.Proofs)))
		}
	}
	return e
}

// work is what a year asks of the executor, against what it has.
func (t *teller) work() *screen.Exhibit {
	e := &screen.Exhibit{ID: "werk", Title: t.T("werk.titel"), Reading: t.T("werk.lezen"), Assumptions: t.assumptions(all)}
	for i, s := range t.schemes() {
		if s.Baseline.Work == (simulate.Work{}) && (s.Variant == nil || s.Variant.Work == (simulate.Work{})) {
			continue
		}
		v := view("werk", t.name(e.Title, s), s)
		v.Table = t.sides(s, "werk", v.Title, "werk.", []quantity{
			{"aanvragen", func(x *simulate.SideResult) int64 { return x.Work.Applications }},
			{"afwijzingen", func(x *simulate.SideResult) int64 { return x.Work.Refused }},
			{"beoordelingen", func(x *simulate.SideResult) int64 { return x.Work.Judgements }},
			{"uren", func(x *simulate.SideResult) int64 { return x.Work.Hours() }},
		})
		hours := v.Table.Rows[len(v.Table.Rows)-1]
		sides := []*simulate.SideResult{&s.Baseline}
		if s.Variant != nil {
			sides = append(sides, s.Variant)
		}
		for k, x := range sides {
			hours[1+k].Sub = t.between(x.Work.HoursLow, x.Work.HoursHigh, t.Number)
		}
		if s.Baseline.Work.FTE > 0 || last(s).Work.FTE > 0 {
			v.Chart = t.staffing(v, s, sides)
			t.staffRows(&v.Table, sides)
		}
		if i == 0 {
			if over, known := last(s).Work.Over(); known {
				key := "werk.past"
				if over > 0 {
					key = "werk.te-weinig"
				}
				e.Sentence = t.T(key, "fte", t.Decimal(last(s).Work.FTE, 1), "formatie", t.Decimal(last(s).Work.Staffing, 1), "verschil", t.Decimal(math.Abs(over), 1))
			}
		}
		e.Views = append(e.Views, v)
	}
	return e
}

// staffing draws the full-time professionals that the work takes beside those
// that there are.
func (t *teller) staffing(v screen.ExhibitView, s *simulate.SchemeResult, sides []*simulate.SideResult) chart.BarChart {
	c := chart.BarChart{Head: chart.Head{ID: figureID(v), Title: s.Name + ": " + t.T("werk.fte"), Desc: t.T("werk.lezen")}}
	need := chart.Group{Label: t.T("werk.fte")}
	for k, x := range sides {
		name := t.T("nu")
		if k > 0 {
			name = t.T("straks")
		}
		need.Bars = append(need.Bars, chart.Bar{Label: name, Value: x.Work.FTE, Low: x.Work.FTELow, High: x.Work.FTEHigh, Text: t.Decimal(x.Work.FTE, 1), Pattern: k == 0 && len(sides) > 1})
	}
	c.Groups = append(c.Groups, need)
	if n := sides[len(sides)-1].Work.Staffing; n > 0 {
		c.Groups = append(c.Groups, chart.Group{Label: t.T("werk.formatie"), Bars: []chart.Bar{{Label: t.T("werk.afgesproken"), Value: n, Text: t.Decimal(n, 1)}}})
	}
	return c
}

func (t *teller) staffRows(table *screen.Table, sides []*simulate.SideResult) {
	add := func(key string, of func(simulate.Work) (value, low, high float64)) {
		row := []screen.TableCell{cell(t.T("werk." + key))}
		var values []float64
		for _, x := range sides {
			value, low, high := of(x.Work)
			values = append(values, value)
			c := cell(t.Decimal(value, 1))
			if high > low {
				c.Sub = t.T("van-tot", "van", t.Decimal(low, 1), "tot", t.Decimal(high, 1))
			}
			row = append(row, c)
		}
		if len(values) > 1 {
			text := t.Decimal(values[1]-values[0], 1)
			if values[1] > values[0] {
				text = "+" + text
			}
			row = append(row, cell(text))
		}
		table.Rows = append(table.Rows, row)
	}
	add("fte", func(w simulate.Work) (float64, float64, float64) { return w.FTE, w.FTELow, w.FTEHigh })
	if sides[len(sides)-1].Work.Staffing > 0 {
		add("formatie", func(w simulate.Work) (float64, float64, float64) { return w.Staffing, 0, 0 })
	}
	if sides[len(sides)-1].Work.Caseload > 0 {
		add("caseload", func(w simulate.Work) (float64, float64, float64) { return w.Professionals, 0, 0 })
	}
}

// cliffs is where a small step costs much.
func (t *teller) cliffs() *screen.Exhibit {
	e := &screen.Exhibit{ID: "afgronden", Title: t.T("afgronden.titel"), Reading: t.T("afgronden.lezen"), Assumptions: t.assumptions(people | scheme)}
	for _, s := range t.schemes() {
		if len(s.Baseline.Cliffs) == 0 && (s.Variant == nil || len(s.Variant.Cliffs) == 0) {
			continue
		}
		v := view("afgronden", t.name(e.Title, s), s)
		v.Table = screen.Table{ID: "afgronden", Title: v.Title, Head: head(t.T("afgronden.gegeven"), t.T("afgronden.nu"), t.T("afgronden.verlies"))}
		now, then := map[string]simulate.Cliff{}, map[string]simulate.Cliff{}
		var inputs []string
		for _, c := range s.Baseline.Cliffs {
			now[c.Input], inputs = c, append(inputs, c.Input)
		}
		if s.Variant != nil {
			v.Table.Head = append(v.Table.Head, head("", t.T("afgronden.straks"), t.T("afgronden.verlies"))[1:]...)
			for _, c := range s.Variant.Cliffs {
				then[c.Input] = c
				if _, ok := now[c.Input]; !ok {
					inputs = append(inputs, c.Input)
				}
			}
		}
		for _, id := range inputs {
			row := append([]screen.TableCell{cell(t.attribute(id))}, t.cliff(now[id])...)
			if s.Variant != nil {
				row = append(row, t.cliff(then[id])...)
			}
			v.Table.Rows = append(v.Table.Rows, row)
		}
		e.Views = append(e.Views, v)
	}
	return e
}

func (t *teller) cliff(c simulate.Cliff) []screen.TableCell {
	switch {
	case c.Units == 0:
		return []screen.TableCell{cell(t.Number(0)), t.nothing()}
	case c.Rows < simulate.MinimumRows:
		return []screen.TableCell{cell(t.T("te-weinig")), cell(t.T("te-weinig"))}
	}
	return []screen.TableCell{
		ranged(t.Number(c.Units), t.between(c.UnitsLow, c.UnitsHigh, t.Number)),
		ranged(t.Euro(whole(c.MeanLoss)), t.T("afgronden.hoogstens", "bedrag", t.Euro(whole(c.MaxLoss)))),
	}
}

func (t *teller) attribute(id string) string {
	if t.Names == nil {
		return id
	}
	return t.Names.Attribute(id)
}
