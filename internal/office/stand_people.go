package office

import (
	"context"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// standQuarters gives what is published about people over the quarters of a period
// that are over. The caller does not hold o.mu.
func (o *Office) standQuarters(ctx context.Context, from, until rule.Date) ([]loop.StandQuarter, error) {
	o.mu.RLock()
	over := quartersIn(from, until, o.today())
	o.mu.RUnlock()
	var out []loop.StandQuarter
	number := func(n int64, hidden bool) *int64 {
		if hidden {
			return nil
		}
		return &n
	}
	for _, q := range over {
		c, err := o.circle(ctx, q)
		if err != nil {
			return nil, err
		}
		x := loop.StandQuarter{
			ID: q.id, Signals: number(c.Signals.N, c.Signals.Hidden[0]), Confirmed: number(c.Reacted.Confirmed, c.Reacted.Hidden),
			Silent: number(c.Reacted.Silent, c.Reacted.Hidden), Discreet: number(c.Given.N, c.Given.Hidden),
		}
		for _, g := range c.Grounds {
			switch {
			case g.Whole:
			case g.Hidden:
				x.Rest = true // how many grounds, or which, would say that there was somebody
			default:
				x.Grounds = append(x.Grounds, loop.StandGround{Regulation: g.Regulation, Ground: g.Ground, Count: int(g.N)})
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// standSources gives what the figures of a Stand take from elsewhere.
func (o *Office) standSources(published []loop.StandQuarter) loop.StandSources {
	return loop.StandSources{
		Loss: o.losses(), Quarters: published,
		Told: func(p *loop.Proposal, m loop.Measurement) loop.Number {
			for _, e := range p.Plan.Expectations {
				if e.ID == m.Expectation {
					return shownNumber(m, e.Unit)
				}
			}
			return ""
		},
	}
}

// standQuarter writes what is published about people over a quarter.
func (o *Office) standQuarter(q loop.StandQuarter) view.StandQuarterView {
	title, _, _, _ := period(q.ID)
	v := view.StandQuarterView{Title: title, Rest: q.Rest}
	for _, x := range []struct {
		key string
		n   *int64
	}{{"signalen", q.Signals}, {"bevestigd", q.Confirmed}, {"stil", q.Silent}, {"maatwerk", q.Discreet}} {
		n := view.Number{Value: texts.T("raakt.niet-getoond"), Label: texts.T("stand." + x.key)}
		if x.n != nil {
			n.Value = texts.Number(*x.n)
		}
		v.Numbers = append(v.Numbers, n)
	}
	for _, g := range q.Grounds {
		v.Grounds = append(v.Grounds, view.StandCountRow{Where: o.regulationRef(g.Regulation).Text, What: o.groundName(g.Regulation, g.Ground), Count: g.Count})
	}
	return v
}
