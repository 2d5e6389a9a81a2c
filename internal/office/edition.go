package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// Figures about groups of people are published in editions: a quarter of whole weeks,
// once it is over. Quarters have no week in common, so that no two editions give
// away what happened between them, as two windows that roll on would. What arrives
// afterwards changes an edition only where it changes every number by none or by
// many; else the edition stays what it was.

// editionKind is the kind of the items that keep what was published.
const editionKind = "uitgave"

// editionsShown is how many quarters back can be read.
const editionsShown = 8

// edition is what was published of a regulation over a quarter.
type edition struct {
	Whole touched   `json:"alles"`
	Rows  []touched `json:"regels"` // by article, and within it by group
}

// quarter is a quarter of whole weeks: those of which the Monday lies in it.
type quarter struct {
	id          string // "2026-kw3"
	title       string
	from, until rule.Date // a Monday and a Sunday
}

// quarters gives those that are over on a day, newest first.
func quarters(today rule.Date) []quarter {
	first := rule.Date{Year: today.Year, Month: (today.Month-1)/3*3 + 1, Day: 1}
	var out []quarter
	for n := 0; len(out) < editionsShown; n++ {
		if q := wholeWeeks(first.AddMonths(-3 * n)); today.After(q.until) {
			out = append(out, q)
		}
	}
	return out
}

// wholeWeeks gives the quarter that begins on a day.
func wholeWeeks(begin rule.Date) quarter {
	monday := func(d rule.Date) rule.Date {
		if w := outcome.Week(d); w.Before(d) {
			return w.AddDays(7)
		}
		return d
	}
	q := quarter{id: periodID(begin, 3), from: monday(begin), until: monday(begin.AddMonths(3)).AddDays(-1)}
	q.title, _, _, _ = period(q.id)
	return q
}

// edition gives what is published of a regulation over a quarter.
func (o *Office) edition(ctx context.Context, reg string, q quarter) (edition, error) {
	cells, err := o.Store.Cube(ctx, outcome.Query{Regulation: reg, From: q.from, Until: q.until, By: outcome.ByArticle | outcome.ByGroup | outcome.ByClass | outcome.ByGround})
	if err != nil {
		return edition{}, fmt.Errorf("edition %s %s: %w", reg, q.id, err)
	}
	told, err := o.circle(ctx, q)
	if err != nil {
		return edition{}, err
	}
	now := edition{Rows: gather(cells)}
	for k := range now.Rows {
		if r := &now.Rows[k]; r.Group == "" {
			now.Whole.add(*r)
		}
	}
	for range 3 { // another may publish at the same moment
		item, err := o.Store.Item(ctx, editionKind, reg+"/"+q.id)
		var was edition
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return edition{}, fmt.Errorf("edition %s %s: %w", reg, q.id, err)
		default:
			if err := json.Unmarshal(item.Data, &was); err != nil {
				return edition{}, fmt.Errorf("edition %s %s: %w", reg, q.id, err)
			}
		}
		was.without(signals)
		next, changed := now.after(was)
		if !changed || len(next.Rows) == 0 {
			return next.signals(reg, told), nil
		}
		data, err := json.Marshal(next)
		if err != nil {
			return edition{}, fmt.Errorf("edition %s %s: %w", reg, q.id, err)
		}
		err = o.Store.Put(ctx, store.Change{Item: store.Item{Kind: editionKind, ID: reg + "/" + q.id, Data: data}, Expect: &item.Version})
		if !errors.Is(err, store.ErrConflict) {
			// Reading goes on where nothing can be written now: what cannot be kept is
			// published again later.
			return next.signals(reg, told), nil
		}
	}
	return edition{}, fmt.Errorf("edition %s %s: %w", reg, q.id, store.ErrConflict)
}

// after gives what is published when something was published before, and whether
// that is another thing.
func (e edition) after(was edition) (next edition, changed bool) {
	old := map[[2]string]touched{}
	for _, r := range was.Rows {
		old[[2]string{r.Article, r.Group}] = r
	}
	next = edition{Whole: e.Whole, Rows: slices.Clone(e.Rows)}
	next.Whole.Hidden = was.Whole.Hidden
	same := len(old) == len(next.Rows)
	for k := range next.Rows {
		r := &next.Rows[k]
		before := old[[2]string{r.Article, r.Group}]
		if len(was.Rows) > 0 {
			apart := r.apart(before)
			if slices.ContainsFunc(apart, privacy.Few) {
				return was, false
			}
			same = same && !slices.ContainsFunc(apart, func(n int64) bool { return n > 0 }) && r.Loss == before.Loss
		}
		r.Hidden = before.Hidden // what was hidden stays so
	}
	if len(was.Rows) > 0 && (same || len(old) > len(next.Rows)) {
		return was, false
	}
	suppress(&next.Whole, next.Rows)
	return next, true
}

// without leaves a column out, that an older edition kept.
func (e *edition) without(col int) {
	e.Whole.Count[col], e.Whole.Hidden[col+1] = 0, false
	for k := range e.Rows {
		e.Rows[k].Count[col], e.Rows[k].Hidden[col+1] = 0, false
	}
}

// signals gives an edition with the signals in it, as every page shows them.
func (e edition) signals(reg string, c circle) edition {
	e.Rows = slices.Clone(e.Rows)
	all := c.at(reg, "", true)
	e.Whole.Count[signals], e.Whole.Hidden[signals+1] = all.N, all.Hidden[0]
	for k := range e.Rows {
		if r := &e.Rows[k]; r.Group == "" {
			at := c.at(reg, r.Article, false)
			r.Count[signals], r.Hidden[signals+1] = at.N, at.Hidden[0]
		}
	}
	return e
}

// apart gives by how much each number differs.
func (t touched) apart(was touched) []int64 {
	out := []int64{max(t.N-was.N, was.N-t.N)}
	for h := range t.Count {
		out = append(out, max(t.Count[h]-was.Count[h], was.Count[h]-t.Count[h]))
	}
	return out
}

// add adds the numbers of another.
func (t *touched) add(x touched) {
	t.N, t.Loss, t.Synthetic = t.N+x.N, t.Loss+x.Loss, t.Synthetic+x.Synthetic
	for h := range x.Count {
		t.Count[h] += x.Count[h]
	}
}

// suppress hides what is about fewer than ten, and what has to be hidden so that it
// does not follow: rows of all attributes at once, as they share their totals. Signals
// are hidden apart, with those of other regulations.
func suppress(whole *touched, rows []touched) {
	line := func(t *touched) *privacy.Line {
		return &privacy.Line{N: t.N, Of: slices.Clone(t.Count[:signals]), Hidden: slices.Clone(t.Hidden[:signals+1])}
	}
	all := line(whole)
	lines := make([]*privacy.Line, len(rows))
	var articles []*privacy.Line
	var at *privacy.Line
	var division string
	for k := range rows {
		lines[k] = line(&rows[k])
		attribute, _, grouped := strings.Cut(rows[k].Group, "=")
		switch {
		case !grouped: // the first of an article: everybody
			at, division = lines[k], ""
			articles = append(articles, at)
			continue
		case attribute != division:
			at.Divisions, division = append(at.Divisions, nil), attribute
		}
		last := len(at.Divisions) - 1
		at.Divisions[last] = append(at.Divisions[last], lines[k])
	}
	all.Divisions = [][]*privacy.Line{articles}
	privacy.Suppress(all, upheld) // an objection is not one of the decisions
	copy(whole.Hidden[:], all.Hidden)
	for k := range rows {
		copy(rows[k].Hidden[:], lines[k].Hidden)
	}
}
