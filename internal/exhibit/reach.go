package exhibit

import (
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// reach is who has a right, who gets it, and who would if it went by itself.
func (t *teller) reach() *screen.Exhibit {
	e := &screen.Exhibit{ID: "bereik", Title: t.T("bereik.titel"), Reading: t.T("bereik.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	for i, s := range t.schemes() {
		e.Views = append(e.Views, t.reachOf(e.Title, s))
		if i > 0 {
			continue
		}
		if s.Owed {
			e.Title, e.Reading = t.T("bereik.titel-betaalt"), t.T("bereik.lezen-betaalt")
		} else if n := last(s).Entitled.Units; n > 0 {
			e.Sentence = t.T("bereik.zin", "krijgt", t.Percent(share(last(s).Received.Units, n)), "gemist", t.EuroShort(roughly(last(s).Unclaimed.Cents)))
		}
	}
	return e
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

func (t *teller) reachOf(title string, s *simulate.SchemeResult) screen.ExhibitView {
	v := view("bereik", t.name(title, s), s)
	bars := chart.BarChart{Head: chart.Head{ID: figureID(v), Title: s.Name + ": " + title, Desc: t.T("bereik.lezen")}}
	table := screen.Table{ID: "regelingen", Title: v.Title}
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
	v.Chart, v.Table = bars, table
	return v
}

func (t *teller) bar(key string, m simulate.Measure, pattern bool) chart.Bar {
	return chart.Bar{Label: t.T(key), Value: float64(m.Units), Low: float64(m.UnitsLow), High: float64(m.UnitsHigh), Text: t.NumberShort(m.Units), Pattern: pattern}
}

// measured writes a number of units and an amount, each with its margin.
func (t *teller) measured(m simulate.Measure) []screen.TableCell {
	return []screen.TableCell{
		ranged(t.Number(m.Units), t.between(m.UnitsLow, m.UnitsHigh, t.Number)),
		ranged(t.EuroShort(m.Cents), t.euros(m.CentsLow, m.CentsHigh, t.EuroShort)),
	}
}

// funnel is where people drop out, step by step, and which groups do at which
// step.
func (t *teller) funnel() *screen.Exhibit {
	e := &screen.Exhibit{ID: "trechter", Title: t.T("trechter.titel"), Reading: t.T("trechter.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	for i, s := range t.schemes() {
		if s.Owed || len(s.Baseline.Steps) == 0 || s.Baseline.Entitled.Units == 0 {
			continue
		}
		e.Views = append(e.Views, t.funnelOf(e.Title, s))
		if i > 0 {
			continue
		}
		if w := s.Baseline.Worst; w >= 0 {
			x := s.Baseline.Steps[w]
			e.Sentence = t.T("trechter.zin", "stap", x.Action, "plek", t.article(s.ID, x.Article).Text, "aantal", t.NumberShort(roughly(x.Lost)))
		}
		if v := t.stepsByGroup(s); v != nil {
			e.Views = append(e.Views, *v)
		}
	}
	return e
}

func (t *teller) funnelOf(title string, s *simulate.SchemeResult) screen.ExhibitView {
	v := view("trechter", t.name(title, s), s)
	c := chart.FunnelChart{Head: chart.Head{ID: figureID(v), Title: s.Name + ": " + title, Desc: t.T("trechter.lezen")}}
	c.Steps = append(c.Steps, chart.FunnelStep{Label: t.T("trechter.recht"), Left: float64(s.Baseline.Entitled.Units), Text: t.T("trechter.over", "n", t.NumberShort(s.Baseline.Entitled.Units))})
	table := screen.Table{ID: "stappen", Title: v.Title, Head: head(t.T("trechter.stap"), t.T("trechter.over-nu"), t.T("trechter.haakt-af"), t.T("trechter.gemist"))}
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
	v.Chart, v.Table = c, table
	return v
}

// stepsByGroup says which part of the entitled of each group is lost at which
// step, under the rules of now.
func (t *teller) stepsByGroup(s *simulate.SchemeResult) *screen.ExhibitView {
	v := view("trechter-groepen", t.T("trechter.per-groep"), s)
	v.Note = t.T("trechter.per-groep-noot")
	v.Table = screen.Table{ID: "stappen-per-groep", Title: v.Title, Head: head(t.T("groep"))}
	for _, x := range s.Baseline.Steps {
		v.Table.Head = append(v.Table.Head, screen.TableHead{Text: x.Action, Number: true})
	}
	for _, g := range s.Baseline.Groups {
		if len(g.Lost) != len(s.Baseline.Steps) {
			continue
		}
		row := []screen.TableCell{cell(g.Name)}
		for _, l := range g.Lost {
			if g.Rows < simulate.MinimumRows {
				row = append(row, cell(t.T("te-weinig")))
			} else {
				row = append(row, ranged(t.small(share(l.Units, g.Entitled.Units)), t.Number(l.Units)))
			}
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	if len(v.Table.Rows) == 0 {
		return nil
	}
	return &v
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

// groups is take-up by group, one view for each way to divide people, and how
// well it fits what was observed.
func (t *teller) groups() *screen.Exhibit {
	s := t.subject()
	if s == nil || s.Owed || len(s.Baseline.Steps) == 0 && (s.Variant == nil || len(s.Variant.Steps) == 0) {
		return nil
	}
	e := &screen.Exhibit{ID: "groepen", Title: t.T("groepen.titel"), Reading: t.T("groepen.lezen"), Assumptions: t.assumptions(people | behaviour | scheme)}
	var kinds []string
	of := map[string][]simulate.Group{}
	for _, g := range s.Baseline.Groups {
		kind := g.Kind
		if kind == simulate.ByWork || kind == simulate.ByRetired {
			kind = simulate.ByAge // these stand beside the ages
		}
		if _, seen := of[kind]; !seen {
			kinds = append(kinds, kind)
		}
		of[kind] = append(of[kind], g)
	}
	then := map[string]simulate.Group{}
	if s.Variant != nil {
		for _, g := range s.Variant.Groups {
			then[g.Kind+g.Name] = g
		}
	}
	for _, kind := range kinds {
		e.Views = append(e.Views, t.groupsOf(s, kind, of[kind], then))
	}
	if g := fewest(s.Baseline.Groups); g != nil {
		e.Sentence = t.T("groepen.zin", "groep", g.Name, "deel", t.Percent(g.Rate()))
	}
	if v := t.fit(s); v != nil {
		e.Views = append(e.Views, *v)
	}
	return e
}

// fewest is the group of which the smallest part receives; nil when there are
// no two groups that are large enough to tell.
func fewest(list []simulate.Group) *simulate.Group {
	var best *simulate.Group
	n := 0
	for i := range list {
		g := &list[i]
		if g.Rows < simulate.MinimumRows || g.Entitled.Units == 0 {
			continue
		}
		n++
		if best == nil || g.Rate() < best.Rate() {
			best = g
		}
	}
	if n < 2 || best.Rate() >= 0.9995 {
		return nil
	}
	return best
}

func (t *teller) groupsOf(s *simulate.SchemeResult, kind string, list []simulate.Group, then map[string]simulate.Group) screen.ExhibitView {
	v := view("groepen-"+kind, t.T("groepen."+kind), s)
	c := chart.BarChart{Head: chart.Head{ID: figureID(v), Title: s.Name + ": " + t.T("groepen.titel"), Desc: t.T("groepen.lezen")}}
	table := screen.Table{ID: "groepen", Title: v.Title, Head: head(t.T("groep"), t.T("groepen.deel"), t.T("groepen.recht"), t.T("groepen.krijgt"), t.T("groepen.vanzelf"), t.T("groepen.gemist"))}
	if s.Variant != nil {
		table.Head = append(table.Head, head("", t.T("groepen.deel-straks"), t.T("groepen.straks"))[1:]...)
	}
	for _, g := range list {
		few := g.Rows < simulate.MinimumRows
		write := func(text string) screen.TableCell {
			if few {
				text = t.T("te-weinig")
			}
			return cell(text)
		}
		bar := chart.Bar{Label: t.T("nu"), Value: g.Rate(), Text: t.Percent(g.Rate()), Pattern: s.Variant != nil}
		if few {
			bar.Value, bar.Text = nan, t.T("te-weinig")
		}
		group := chart.Group{Label: g.Name, Bars: []chart.Bar{bar}}
		row := []screen.TableCell{cell(g.Name), write(t.Percent(g.Rate())), write(t.Number(g.Entitled.Units)), write(t.Number(g.Received.Units)), write(t.Number(g.Automatic.Units)), write(t.EuroShort(g.Unclaimed.Cents))}
		if s.Variant != nil {
			x := then[g.Kind+g.Name]
			few = x.Rows < simulate.MinimumRows
			bar := chart.Bar{Label: t.T("straks"), Value: x.Rate(), Text: t.Percent(x.Rate())}
			if few {
				bar.Value, bar.Text = nan, t.T("te-weinig")
			}
			group.Bars = append(group.Bars, bar)
			row = append(row, write(t.Percent(x.Rate())), write(t.Number(x.Received.Units)))
		}
		c.Groups = append(c.Groups, group)
		table.Rows = append(table.Rows, row)
	}
	v.Chart, v.Table = c, table
	return v
}

// fit is how well take-up under the rules of now fits what was observed.
func (t *teller) fit(s *simulate.SchemeResult) *screen.ExhibitView {
	if len(s.Fit) == 0 {
		return nil
	}
	v := view("gebruik", t.T("groepen.past"), s)
	v.Note = t.T("groepen.past-noot")
	v.Table = screen.Table{ID: "gebruik-getoetst", Title: v.Title, Head: head(t.T("groep"), t.T("groepen.gemeten"), t.T("groepen.getrokken"))}
	v.Table.Head = append(v.Table.Head, screen.TableHead{Text: t.T("groepen.bron")})
	for _, f := range s.Fit {
		observed := ranged(t.Percent(f.Observed), t.T("van-tot", "van", t.Percent(f.Low), "tot", t.Percent(f.High)))
		if f.Assumed {
			observed.Mark = t.T("groepen.aanname")
		}
		drawn := t.Percent(f.Drawn)
		if f.Rows < simulate.MinimumRows {
			drawn = t.T("te-weinig")
		}
		v.Table.Rows = append(v.Table.Rows, []screen.TableCell{cell(f.Group), observed, cell(drawn), cell(f.Source)})
	}
	return &v
}
