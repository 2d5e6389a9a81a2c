package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// What people reported, how they reacted and who got maatwerk is published once for a
// quarter of whole weeks that is over, of all regulations together. Every page that
// shows such a number takes it from here: no two pages can be joined to a third
// number, and no two days either, as what was published never changes.

// circleKind is the kind of the items that keep what was published.
const circleKind = "uitgave-kring"

// circle is what was published over a quarter.
type circle struct {
	Signals circleSignals   `json:"signalen"`
	Places  []circleSignals `json:"plekken"` // a regulation, and then its articles
	Reacted circleReacted   `json:"reacties"`
	ByRule  []circleReacted `json:"reactiesPerRegeling"`
	Given   circleGiven     `json:"maatwerk"`
	Grounds []circleGiven   `json:"gronden"` // a regulation, and then its grounds
}

// circleSignals counts signals of people on a regulation or, with an article, there.
type circleSignals struct {
	Regulation string  `json:"regeling,omitempty"`
	Article    string  `json:"artikel,omitempty"`
	Whole      bool    `json:"heel,omitempty"` // the regulation, and not its articles
	N          int64   `json:"n"`
	Citizens   int64   `json:"inwoners"`
	Hidden     [2]bool `json:"verborgen"`
}

// circleReacted counts what reporters of solved knelpunten said.
type circleReacted struct {
	Regulation string `json:"regeling,omitempty"`
	Confirmed  int64  `json:"bevestigd"`
	Silent     int64  `json:"stil"`
	Disputed   int64  `json:"nietHerkend"`
	Hidden     bool   `json:"verborgen"`
}

// circleGiven counts maatwerk of a regulation or, with a ground, on that.
type circleGiven struct {
	Regulation string `json:"regeling,omitempty"`
	Ground     string `json:"grond,omitempty"`
	Whole      bool   `json:"heel,omitempty"`
	N          int64  `json:"n"`
	Hidden     bool   `json:"verborgen"`
}

// circles keeps what was read: it never changes.
type circles struct {
	mu sync.Mutex
	of map[string]circle
}

// circle gives what is published over a quarter that is over. The caller does not hold
// o.mu.
func (o *Office) circle(ctx context.Context, q quarter) (circle, error) {
	o.published.mu.Lock()
	defer o.published.mu.Unlock()
	if c, ok := o.published.of[q.id]; ok {
		return c, nil
	}
	fail := func(err error) (circle, error) { return circle{}, fmt.Errorf("edition %s: %w", q.id, err) }
	for range 3 { // another may publish at the same moment
		item, err := o.Store.Item(ctx, circleKind, q.id)
		switch {
		case err == nil:
			var c circle
			if err := json.Unmarshal(item.Data, &c); err != nil {
				return fail(err)
			}
			if o.published.of == nil {
				o.published.of = map[string]circle{}
			}
			o.published.of[q.id] = c
			return c, nil
		case !errors.Is(err, store.ErrNotFound):
			return fail(err)
		}
		o.mu.RLock()
		f := o.world.PersonFigures(q.from, q.until)
		o.mu.RUnlock()
		c := encircle(f)
		if len(c.Places)+len(c.ByRule)+len(c.Grounds) == 0 {
			return c, nil // of nothing there is nothing to keep: an old list may come in yet
		}
		data, err := json.Marshal(c)
		if err != nil {
			return fail(err)
		}
		var none uint64
		err = o.Store.Put(ctx, store.Change{Item: store.Item{Kind: circleKind, ID: q.id, Data: data}, Expect: &none})
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return c, nil // reading goes on where nothing can be written now
		}
	}
	return fail(store.ErrConflict)
}

// lastCircle gives the newest quarter that is over, and what is published over it.
func (o *Office) lastCircle(ctx context.Context) (circle, quarter, error) {
	o.mu.RLock()
	q := quarters(o.today())[0]
	o.mu.RUnlock()
	c, err := o.circle(ctx, q)
	return c, q, err
}

// encircle hides in numbers what is about fewer than ten, and what it follows from.
func encircle(f loop.PersonFigures) circle {
	var c circle
	c.signals(f.Signals)
	c.reactions(f.Reacted)
	c.given(f.Given)
	return c
}

func (c *circle) signals(counts []loop.SignalCount) {
	all := &privacy.Line{Of: []int64{0}}
	var regs, lines []*privacy.Line
	for _, n := range counts {
		if k := len(c.Places) - 1; k < 0 || c.Places[k].Regulation != n.Regulation {
			c.Places = append(c.Places, circleSignals{Regulation: n.Regulation, Whole: true})
			reg := &privacy.Line{Of: []int64{0}, Divisions: [][]*privacy.Line{nil}}
			regs, lines = append(regs, reg), append(lines, reg)
		}
		c.Places = append(c.Places, circleSignals{Regulation: n.Regulation, Article: n.Article})
		line, reg := &privacy.Line{N: n.Signals, Of: []int64{n.Citizens}}, regs[len(regs)-1]
		lines = append(lines, line)
		reg.Divisions[0] = append(reg.Divisions[0], line)
		for _, up := range []*privacy.Line{reg, all} {
			up.N, up.Of[0] = up.N+n.Signals, up.Of[0]+n.Citizens
		}
	}
	all.Divisions = [][]*privacy.Line{regs}
	privacy.Suppress(all)
	read := func(to *circleSignals, l *privacy.Line) {
		to.N, to.Citizens, to.Hidden = l.N, l.Of[0], [2]bool{l.Hidden[0], l.Hidden[1]}
	}
	read(&c.Signals, all)
	for k, l := range lines {
		read(&c.Places[k], l)
	}
}

// reactions hides a regulation whole: what reporters say adds up to how many they are.
func (c *circle) reactions(counts []loop.ReactionCount) {
	var rows [][]int64
	for _, n := range counts {
		rows = append(rows, []int64{n.Confirmed, n.Silent, n.Disputed})
		c.ByRule = append(c.ByRule, circleReacted{Regulation: n.Regulation, Confirmed: n.Confirmed, Silent: n.Silent, Disputed: n.Disputed})
		c.Reacted.Confirmed, c.Reacted.Silent, c.Reacted.Disputed = c.Reacted.Confirmed+n.Confirmed, c.Reacted.Silent+n.Silent, c.Reacted.Disputed+n.Disputed
	}
	c.Reacted.Hidden = privacy.Few(c.Reacted.Confirmed) || privacy.Few(c.Reacted.Silent) || privacy.Few(c.Reacted.Disputed)
	for k, shown := range privacy.Hide(rows, nil) {
		c.ByRule[k].Hidden = !shown || c.Reacted.Hidden
	}
}

func (c *circle) given(counts []loop.StandGround) {
	all := &privacy.Line{}
	var regs, lines []*privacy.Line
	for _, n := range counts {
		if k := len(c.Grounds) - 1; k < 0 || c.Grounds[k].Regulation != n.Regulation {
			c.Grounds = append(c.Grounds, circleGiven{Regulation: n.Regulation, Whole: true})
			reg := &privacy.Line{Divisions: [][]*privacy.Line{nil}}
			regs, lines = append(regs, reg), append(lines, reg)
		}
		c.Grounds = append(c.Grounds, circleGiven{Regulation: n.Regulation, Ground: n.Ground})
		line, reg := &privacy.Line{N: int64(n.Count)}, regs[len(regs)-1]
		lines = append(lines, line)
		reg.Divisions[0] = append(reg.Divisions[0], line)
		reg.N, all.N = reg.N+line.N, all.N+line.N
	}
	all.Divisions = [][]*privacy.Line{regs}
	privacy.Suppress(all)
	c.Given.N, c.Given.Hidden = all.N, all.Hidden[0]
	for k, l := range lines {
		c.Grounds[k].N, c.Grounds[k].Hidden = l.N, l.Hidden[0]
	}
}

// at gives the signals on a regulation, or on one of its articles: nobody where there
// were none.
func (c circle) at(reg, article string, whole bool) circleSignals {
	for _, p := range c.Places {
		if p.Regulation == reg && p.Article == article && p.Whole == whole {
			return p
		}
	}
	return circleSignals{Regulation: reg, Article: article, Whole: whole}
}

// reacted gives the reactions of a regulation.
func (c circle) reacted(reg string) circleReacted {
	for _, r := range c.ByRule {
		if r.Regulation == reg {
			return r
		}
	}
	return circleReacted{Regulation: reg}
}

// givenIn gives the maatwerk of a regulation.
func (c circle) givenIn(reg string) circleGiven {
	for _, g := range c.Grounds {
		if g.Regulation == reg && g.Whole {
			return g
		}
	}
	return circleGiven{Regulation: reg, Whole: true}
}

// orHidden writes a number about people, or that it is not shown.
func orHidden(n int64, hidden bool) string {
	if hidden {
		return texts.T("raakt.niet-getoond")
	}
	return texts.Number(n)
}

// quartersIn gives the quarters that are over and of which the weeks belong to a period.
func quartersIn(from, until, today rule.Date) []quarter {
	var out []quarter
	for begin := (rule.Date{Year: from.Year, Month: (from.Month-1)/3*3 + 1, Day: 1}); !begin.After(until); begin = begin.AddMonths(3) {
		if q := wholeWeeks(begin); !begin.Before(from) && !begin.AddMonths(3).AddDays(-1).After(until) && today.After(q.until) {
			out = append(out, q)
		}
	}
	return out
}
