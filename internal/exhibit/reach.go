package exhibit

import (
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// reach is who has a right, who gets it, and who would if it went by itself.
func (t *teller) reach() []screen.Exhibit {
	var out []screen.Exhibit
	for i := range t.res.Schemes {
		out = append(out, t.reachOf(&t.res.Schemes[i]))
	}
	return out
}

// columns are the three of take-up; what people pay has one.
var columns = [...]struct {
	key string
	of  func(*simulate.SideResult) simulate.Measure
}{
	{"recht", func(s *simulate.SideResult) simulate.Measure { return s.Entitled }},
	{"ontvangt", func(s *simulate.SideResult) simulate.Measure { return s.Received }},
	{"vanzelf", func(s *simulate.SideResult) simulate.Measure { return s.Automatic }},
}

func (t *teller) reachOf(s *simulate.SchemeResult) screen.Exhibit {
	id := t.id("bereik", s)
	e := screen.Exhibit{ID: id, Title: t.title("bereik.titel", s), Reading: t.T("bereik.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	side := last(s)
	if s.Owed {
		e.Title, e.Reading = t.title("bereik.titel-betaalt", s), t.T("bereik.lezen-betaalt")
	} else if n := side.Entitled.Units; n > 0 {
		e.Sentence = t.T("bereik.zin", "krijgt", t.Percent(share(side.Received.Units, n)), "gemist", t.EuroShort(roughly(side.Unclaimed.Cents)))
	}
	bars := chart.BarChart{Head: chart.Head{ID: id + "-beeld", Title: e.Title, Desc: sentences(e.Sentence, e.Reading)}}
	table := screen.Table{ID: id, Title: e.Title}
	table.Head = head("", t.T("nu"), t.T("nu-euro"))
	if s.Variant != nil {
		table.Head = append(table.Head, head("", t.T("straks"), t.T("straks-euro"))[1:]...)
	}
	for i, c := range columns {
		if s.Owed && i > 0 {
			break
		}
		name := t.T("bereik." + c.key)
		if s.Owed {
			name = t.T("bereik.betaalt")
		}
		now := c.of(&s.Baseline)
		group := chart.Group{Label: name, Bars: []chart.Bar{t.bar("nu", now, s.Variant != nil)}}
		row := append([]screen.TableCell{cell(name)}, t.measured(now)...)
		if s.Variant != nil {
			then := c.of(s.Variant)
			group.Bars = append(group.Bars, t.bar("straks", then, false))
			row = append(row, t.measured(then)...)
		}
		bars.Groups = append(bars.Groups, group)
		table.Rows = append(table.Rows, row)
	}
	e.Views = []screen.ExhibitView{{ID: id, Title: e.Title, Chart: bars, Table: table}}
	return e
}

func (t *teller) bar(key string, m simulate.Measure, pattern bool) chart.Bar {
	return chart.Bar{Label: t.T(key), Value: float64(m.Units), Low: float64(m.UnitsLow), High: float64(m.UnitsHigh), Text: t.NumberShort(m.Units), Pattern: pattern}
}

// measured writes a number of units and an amount, each with its margin.
func (t *teller) measured(m simulate.Measure) []screen.TableCell {
	return []screen.TableCell{
		ranged(t.Number(m.Units), t.between(m.UnitsLow, m.UnitsHigh, t.count)),
		ranged(t.EuroShort(m.Cents), t.between(m.CentsLow, m.CentsHigh, t.large)),
	}
}

// funnel is where people drop out, step by step.
func (t *teller) funnel() []screen.Exhibit {
	var out []screen.Exhibit
	for _, s := range t.schemes() {
		if !s.Owed && len(s.Baseline.Steps) > 0 && s.Baseline.Entitled.Units > 0 {
			out = append(out, t.funnelOf(s))
		}
	}
	return out
}

func (t *teller) funnelOf(s *simulate.SchemeResult) screen.Exhibit {
	id := t.id("trechter", s)
	e := screen.Exhibit{ID: id, Title: t.title("trechter.titel", s), Reading: t.T("trechter.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	if w := s.Baseline.Worst; w >= 0 {
		x := s.Baseline.Steps[w]
		e.Sentence = t.N("trechter.zin", x.Lost, "stap", x.Action, "plek", t.article(s.ID, x.Article).Text, "aantal", t.Number(roughly(x.Lost)))
	}
	c := chart.FunnelChart{Head: chart.Head{ID: id + "-beeld", Title: e.Title, Desc: sentences(e.Sentence, e.Reading)}}
	c.Steps = append(c.Steps, chart.FunnelStep{Label: t.T("trechter.recht"), Left: float64(s.Baseline.Entitled.Units), Text: t.T("trechter.over", "n", t.NumberShort(s.Baseline.Entitled.Units))})
	table := screen.Table{ID: id, Title: e.Title, Head: head(t.T("trechter.stap"), t.T("trechter.over-nu"), t.T("trechter.haakt-af"), t.T("trechter.gemist"))}
	first := []screen.TableCell{cell(t.T("trechter.recht")), cell(t.Number(s.Baseline.Entitled.Units)), t.nothing(), t.nothing()}
	steps := map[string]simulate.StepLoss{}
	var left int64
	if s.Variant != nil {
		table.Head = append(table.Head, head("", t.T("trechter.over-straks"))[1:]...)
		left = s.Variant.Entitled.Units
		first = append(first, cell(t.Number(left)))
		for _, x := range s.Variant.Steps {
			steps[x.ID] = x
		}
	}
	table.Rows = append(table.Rows, first)
	for k, x := range s.Baseline.Steps {
		worst := k == s.Baseline.Worst
		st := chart.FunnelStep{Label: x.Action, Left: float64(x.Reached - x.Lost), Text: t.T("trechter.over", "n", t.NumberShort(x.Reached-x.Lost)), Largest: worst}
		if x.Lost > 0 {
			st.LostText = t.T("trechter.af", "n", t.NumberShort(x.Lost))
		}
		c.Steps = append(c.Steps, st)
		ref := t.article(s.ID, x.Article)
		lost := cell(t.Number(x.Lost))
		if worst {
			lost.Mark = t.T("trechter.meeste")
		}
		row := []screen.TableCell{{Text: x.Action, Ref: &ref}, cell(t.Number(x.Reached - x.Lost)), lost, cell(t.EuroShort(x.Cents))}
		if s.Variant != nil {
			// A step that the variant took away loses nobody.
			if y, ok := steps[x.ID]; ok {
				left = y.Reached - y.Lost
			}
			row = append(row, cell(t.Number(left)))
		}
		table.Rows = append(table.Rows, row)
	}
	e.Views = []screen.ExhibitView{{ID: id, Title: e.Title, Chart: c, Table: table}}
	return e
}

// article names an article, by its id when nobody knows it.
func (t *teller) article(regulation, id string) screen.Ref {
	if t.Names == nil {
		return screen.Ref{Text: id}
	}
	return t.Names.Article(regulation, id)
}

// nothing is a cell in which there is nothing to say.
func (t *teller) nothing() screen.TableCell { return screen.TableCell{Text: t.T("niets"), None: true} }

// groups is take-up by group.
func (t *teller) groups() []screen.Exhibit {
	var out []screen.Exhibit
	for _, s := range t.schemes() {
		if s.Owed || len(s.Baseline.Groups) == 0 {
			continue
		}
		id := t.id("groepen", s)
		e := screen.Exhibit{ID: id, Title: t.title("groepen.titel", s), Reading: t.T("groepen.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
		table := screen.Table{ID: id, Title: e.Title, Head: head(t.T("groep"), t.T("groepen.recht"), t.T("groepen.krijgt"), t.T("groepen.deel"))}
		then := map[string]simulate.Group{}
		if s.Variant != nil {
			table.Head = append(table.Head, head("", t.T("groepen.straks"), t.T("groepen.deel-straks"))[1:]...)
			for _, g := range s.Variant.Groups {
				then[g.Kind+g.Name] = g
			}
		}
		for _, g := range s.Baseline.Groups {
			row := []screen.TableCell{cell(g.Name)}
			row = append(row, t.group(g, true)...)
			if s.Variant != nil {
				row = append(row, t.group(then[g.Kind+g.Name], false)...)
			}
			table.Rows = append(table.Rows, row)
		}
		e.Views = []screen.ExhibitView{{ID: id, Title: e.Title, Table: table}}
		out = append(out, e)
	}
	return out
}

// group writes one group, or that it is too small to say anything of.
func (t *teller) group(g simulate.Group, entitled bool) []screen.TableCell {
	var out []screen.TableCell
	cells := []string{t.Number(g.Entitled.Units), t.Number(g.Received.Units), t.Percent(g.Rate())}
	if !entitled {
		cells = cells[1:]
	}
	for _, c := range cells {
		if g.Rows < simulate.MinimumRows {
			c = t.T("te-weinig")
		}
		out = append(out, cell(c))
	}
	return out
}
