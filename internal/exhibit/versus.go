package exhibit

import (
	"slices"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// Side is one of the results that are put beside each other, under a name.
type Side struct {
	Name   string
	Result *simulate.Result // with a variant
}

// Versus puts up to four variants beside each other: first a table of the most
// important figures, with today's and for each variant the difference with today;
// then who wins and who loses where. They are read with care when the variants
// are not of the same people, day and rules of today: Apart says why.
func Versus(sides []Side) []screen.Exhibit {
	t := &versus{teller{Catalogue: texts()}, sides}
	out := []screen.Exhibit{t.figures()}
	if e := t.groups(); len(e.Views) > 0 {
		out = append(out, e)
	}
	return out
}

// Apart says what makes results hard to compare: other people, another day, other
// rules of today; empty when nothing does.
func Apart(sides []Side) []string {
	c := texts()
	var out []string
	first := sides[0].Result
	differ := func(key string, same func(r *simulate.Result) bool) {
		if slices.ContainsFunc(sides, func(s Side) bool { return !same(s.Result) }) {
			out = append(out, c.T("naast."+key))
		}
	}
	differ("andere-mensen", func(r *simulate.Result) bool { return r.Population.ID == first.Population.ID && r.Seed == first.Seed })
	differ("andere-dag", func(r *simulate.Result) bool { return r.Date == first.Date })
	differ("andere-regels", func(r *simulate.Result) bool { return r.RuleSet == first.RuleSet })
	return out
}

// versus makes the exhibits of several variants.
type versus struct {
	teller
	sides []Side
}

func (t *versus) names() []string {
	var out []string
	for _, s := range t.sides {
		out = append(out, s.Name)
	}
	return out
}

// line is a row of figures: today's, and the difference of each variant with it.
type line struct {
	label string
	now   func(r *simulate.Result) (string, bool)
	then  func(r *simulate.Result) (screen.TableCell, bool)
}

func (t *versus) figures() screen.Exhibit {
	e := screen.Exhibit{ID: "naast-elkaar", Title: t.T("naast.titel"), Reading: t.T("naast.lezen")}
	table := screen.Table{ID: "", Title: e.Title, Head: head(t.T("naast.wat"), append([]string{t.T("nu")}, t.names()...)...)}
	for _, l := range t.lines() {
		row := []screen.TableCell{cell(l.label), t.nothing()}
		some := false
		for _, s := range t.sides {
			if text, ok := l.now(s.Result); ok && row[1].None {
				row[1] = cell(text)
			}
			x, ok := l.then(s.Result)
			if !ok {
				x = t.nothing()
			}
			some = some || ok
			row = append(row, x)
		}
		if some {
			table.Rows = append(table.Rows, row)
		}
	}
	e.Views = []screen.ExhibitView{{ID: e.ID, Title: e.Title, Table: table}}
	return e
}

func (t *versus) nothing() screen.TableCell { return screen.TableCell{Text: t.T("niets"), None: true} }

// lines are the figures, in the order of the page of a run.
func (t *versus) lines() []line {
	var out []line
	for _, s := range t.sides {
		for i := range s.Result.Schemes {
			x := &s.Result.Schemes[i]
			if !t.moved(x.ID) {
				continue
			}
			if !slices.ContainsFunc(out, func(l line) bool { return l.label == t.T("naast.euro", "regeling", x.Name) }) {
				out = append(out, t.scheme(x)...)
			}
		}
	}
	count := func(label string, of func(r *simulate.Result) (now, diff simulate.Figure, ok bool)) {
		out = append(out, line{label,
			func(r *simulate.Result) (string, bool) {
				now, _, ok := of(r)
				return t.rough(now.Value), ok && now.Value >= 0
			},
			func(r *simulate.Result) (screen.TableCell, bool) {
				_, d, ok := of(r)
				return ranged(t.roughChange(d.Value), t.between(d.Low, d.High, t.roughChange)), ok
			}})
	}
	change := func(key string, of func(c *simulate.Change) int64) {
		count(t.T("naast."+key), func(r *simulate.Result) (now, diff simulate.Figure, ok bool) {
			if r.Everyone == nil {
				return
			}
			n := of(r.Everyone)
			return simulate.Figure{Value: -1}, simulate.Figure{Value: n, Low: n, High: n}, true
		})
	}
	change("wint", func(c *simulate.Change) int64 { return c.Gain() })
	change("verliest", func(c *simulate.Change) int64 { return c.Loss() })
	change("verliest-veel", func(c *simulate.Change) int64 { return c.Bands[simulate.LossMuch] })
	income := func(key string, of func(i *simulate.Income) (now, diff simulate.Figure)) {
		count(t.T("naast."+key), func(r *simulate.Result) (now, diff simulate.Figure, ok bool) {
			if r.Income == nil || r.Income.Difference == nil {
				return
			}
			now, diff = of(r.Income)
			return now, diff, true
		})
	}
	income("armoede", func(i *simulate.Income) (simulate.Figure, simulate.Figure) {
		return i.Baseline.Poverty.Persons, i.Difference.Poverty.Persons
	})
	income("kinderen", func(i *simulate.Income) (simulate.Figure, simulate.Figure) {
		return i.Baseline.Poverty.Children, i.Difference.Poverty.Children
	})
	count(t.T("naast.druk"), func(r *simulate.Result) (now, diff simulate.Figure, ok bool) {
		if r.Income == nil || r.Income.Difference == nil || r.Income.Baseline.Pressure == nil {
			return
		}
		p := r.Income.Baseline.Pressure
		for _, c := range []int{simulate.Pressure100, simulate.PressureOver} {
			now.Value += p.Classes[c].Value
		}
		return now, r.Income.Difference.Pressed, true
	})
	out = append(out, line{t.T("naast.gini"),
		func(r *simulate.Result) (string, bool) {
			if r.Income == nil {
				return "", false
			}
			return t.Decimal(r.Income.Baseline.Gini.Value, 3), true
		},
		func(r *simulate.Result) (screen.TableCell, bool) {
			if r.Income == nil || r.Income.Difference == nil {
				return screen.TableCell{}, false
			}
			v := r.Income.Difference.Gini.Value
			s := t.Decimal(v, 4)
			if v > 0 {
				s = "+" + s
			}
			return cell(s), true
		}})
	count(t.T("naast.uren"), func(r *simulate.Result) (now, diff simulate.Figure, ok bool) {
		for i := range r.Schemes {
			s := &r.Schemes[i]
			if s.Variant == nil {
				return now, diff, false
			}
			now.Value += s.Baseline.Work.Hours()
			diff.Value += s.Variant.Work.Hours() - s.Baseline.Work.Hours()
		}
		diff.Low, diff.High = diff.Value, diff.Value
		return now, diff, true
	})
	return out
}

// moved reports whether some variant changes who has a right to something, who
// receives it, or how much.
func (t *versus) moved(id string) bool {
	return slices.ContainsFunc(t.sides, func(s Side) bool {
		x, ok := s.Result.Find(id)
		return ok && x.Moved()
	})
}

// scheme gives the rows of one regulation, found by its id in every result.
func (t *versus) scheme(s *simulate.SchemeResult) []line {
	id, units, money := s.ID, "naast.ontvangt", "naast.euro"
	if s.Owed {
		units = "naast.betaalt"
	}
	return []line{
		{t.T(units, "regeling", s.Name),
			func(r *simulate.Result) (string, bool) {
				x, ok := r.Find(id)
				return t.rough(orNone(x).Baseline.Received.Units), ok
			},
			func(r *simulate.Result) (screen.TableCell, bool) {
				x, ok := r.Find(id)
				if !ok || x.Received == nil {
					return screen.TableCell{}, false
				}
				return ranged(t.roughChange(x.Received.Units), t.between(x.Received.UnitsLow, x.Received.UnitsHigh, t.roughChange)), true
			}},
		{t.T(money, "regeling", s.Name),
			func(r *simulate.Result) (string, bool) {
				x, ok := r.Find(id)
				return t.EuroShort(roughly(orNone(x).Baseline.Received.Cents)), ok
			},
			func(r *simulate.Result) (screen.TableCell, bool) {
				x, ok := r.Find(id)
				if !ok || x.Received == nil {
					return screen.TableCell{}, false
				}
				return ranged(t.roughEuro(x.Received.Cents), t.between(x.Received.CentsLow, x.Received.CentsHigh, t.roughEuro)), true
			}},
	}
}

func orNone(s *simulate.SchemeResult) *simulate.SchemeResult {
	if s == nil {
		return new(simulate.SchemeResult)
	}
	return s
}

// groups says who wins and who loses where: the mean change of the households
// of a group in a year, and how many of them win and lose.
func (t *versus) groups() screen.Exhibit {
	e := screen.Exhibit{ID: "wie-waar", Title: t.T("naast.wie-titel"), Reading: t.T("naast.wie-lezen")}
	for _, cut := range []struct {
		id string
		of func(r *simulate.Result) []simulate.Change
	}{
		{"inkomensgroepen", func(r *simulate.Result) []simulate.Change { return r.Deciles }}, {"huishoudtypen", func(r *simulate.Result) []simulate.Change { return r.Types }},
		{"leeftijden", func(r *simulate.Result) []simulate.Change { return r.Ages }}, {"woningen", func(r *simulate.Result) []simulate.Change { return r.Tenures }},
		{"gemeentegrootten", func(r *simulate.Result) []simulate.Change { return r.Municipalities }},
		{"inkomensbronnen", func(r *simulate.Result) []simulate.Change { return r.Sources }},
	} {
		first := cut.of(t.sides[0].Result)
		if len(first) == 0 {
			continue
		}
		title := t.T("naast.per-" + cut.id)
		table := screen.Table{Title: title, Head: head(t.T("groep"), t.names()...)}
		for _, c := range first {
			row := []screen.TableCell{cell(t.label(c))}
			for _, s := range t.sides {
				i := slices.IndexFunc(cut.of(s.Result), func(x simulate.Change) bool { return x.Key == c.Key })
				if i < 0 {
					row = append(row, t.nothing())
					continue
				}
				row = append(row, t.group(cut.of(s.Result)[i]))
			}
			table.Rows = append(table.Rows, row)
		}
		e.Views = append(e.Views, screen.ExhibitView{ID: "wie-waar-" + cut.id, Title: title, Table: table})
	}
	return e
}

// group is what a variant does to one group.
func (t *versus) group(c simulate.Change) screen.TableCell {
	if c.Few() || c.Households == 0 {
		return cell(t.T("te-weinig"))
	}
	mean := c.Mean
	if mean == 0 {
		mean = c.Total / c.Households
	}
	share := func(n int64) string { return t.Percent(float64(n) / float64(c.Households)) }
	return ranged(signed(t.Euro(whole(mean)), mean), t.T("naast.deel", "wint", share(c.Gain()), "verliest", share(c.Loss())))
}
