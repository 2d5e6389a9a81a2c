package office

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/outcome"
	view "lemniscaat/internal/screen"
)

// harms are the kinds of harm, in the order of the columns. The last is counted on
// an article as a whole: a signal does not say which group it is about.
var harms = []string{"verlies", "maatwerk", "gegrond", "afgehaakt", "signalen"}

// Columns of harms with rules of their own.
const (
	upheld  = 2
	signals = 4
)

// touched is what was counted of one article × group.
type touched struct {
	Article   string   `json:"artikel"`
	Group     string   `json:"groep"` // "huishouden=paar"; "" is everybody
	N         int64    `json:"n"`     // decisions, and applications that were broken off
	Count     [5]int64 `json:"aantal"`
	Loss      int64    `json:"verlies"` // cents
	Synthetic int64    `json:"synthetisch"`
	Hidden    [6]bool  `json:"verborgen"` // n, and each of the harms
}

// Reach is the page Wie raakt dit?: articles × groups, harm for every thousand
// decisions of a quarter, what is fewer than ten hidden and what it follows from, the
// most severe first. It reads the cube, so that ten million decisions take no longer
// than ten thousand.
func (o *Office) Reach(ctx context.Context, _, reg, article, dimension, period string) (view.ReachView, error) {
	begun := time.Now()
	o.mu.RLock()
	today := o.today()
	r, ok := o.rules.set.Get(reg)
	var v view.ReachView
	for _, x := range o.rules.set.Regulations {
		v.Regulations = append(v.Regulations, view.Option{Value: x.ID, Label: x.Name})
	}
	o.mu.RUnlock()
	if reg == "" {
		return v, nil
	}
	if !ok {
		return v, view.ErrNotFound
	}
	if dimension == "" {
		dimension = "huishouden"
	}
	if !slices.Contains(groupNames, dimension) {
		return v, view.ErrNotFound
	}
	v.ID, v.Regulation, v.Dimension, v.ArticleID = reg, view.Ref{Text: r.Name, Href: regulationHref(reg)}, dimension, article
	for _, g := range groupNames {
		v.Dimensions = append(v.Dimensions, view.Option{Value: g, Label: texts.T("kenmerk." + g)})
	}
	for _, h := range harms {
		v.Columns = append(v.Columns, texts.T("raakt."+h))
	}
	over := quarters(today)
	at := slices.IndexFunc(over, func(q quarter) bool { return q.id == cmp.Or(period, over[0].id) })
	if at < 0 {
		return v, view.ErrNotFound
	}
	for _, q := range over {
		v.Periods = append(v.Periods, view.Option{Value: q.id, Label: q.title})
	}
	v.Period, v.From, v.Until = over[at].id, over[at].from, over[at].until
	if article != "" {
		a, ok := r.Article(article)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Article = view.Ref{Text: articleName(a), Href: articleHref(reg, article)}
	}
	published, err := o.edition(ctx, reg, over[at])
	if err != nil {
		return v, fmt.Errorf("reach: %w", err)
	}
	v.Decisions, v.Few = published.Whole.N, published.Whole.Hidden[0]
	if v.Few {
		v.Decisions = 0
	}
	v.Synthetic = published.Whole.Synthetic > 0
	// Hiding was done over all articles and attributes: what is shown of some is the
	// same as what is shown of all.
	rows := slices.DeleteFunc(slices.Clone(published.Rows), func(t touched) bool {
		return t.Group != "" && !strings.HasPrefix(t.Group, dimension+"=") || article != "" && t.Article != article
	})
	o.mu.RLock()
	defer o.mu.RUnlock()
	v.Rows = o.reachRows(reg, v.Period, published.Whole, rows)
	for _, x := range v.Rows {
		if x.Small {
			v.Hidden++
		}
	}
	query := url.Values{"regeling": {reg}, "kenmerk": {dimension}, "periode": {v.Period}}
	if article != "" {
		query.Set("artikel", article)
	}
	v.CSV = "/wie-raakt-dit/tabel.csv?" + query.Encode()
	v.Took = texts.Number(time.Since(begun).Milliseconds())
	return v, nil
}

// gather adds the cells up by article and group.
func gather(cells []outcome.Counted) []touched {
	type key struct{ article, group string }
	at := map[key]*touched{}
	for _, c := range cells {
		k := key{c.Article, c.Group}
		t := at[k]
		if t == nil {
			t = &touched{Article: c.Article, Group: c.Group}
			at[k] = t
		}
		if c.Class.Decision() || c.Class == outcome.Abandoned {
			t.N += c.N
			t.Loss += c.Loss
			t.Count[0] += c.Weighs
			t.Synthetic += c.Synthetic
		}
		if c.Class.Decision() && c.Ground != "" {
			t.Count[1] += c.N
		}
		switch c.Class {
		case outcome.ObjectionWon:
			t.Count[2] += c.N
		case outcome.Abandoned:
			t.Count[3] += c.N
		}
	}
	out := make([]touched, 0, len(at))
	for _, t := range at {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b touched) int {
		return cmp.Or(strings.Compare(a.Article, b.Article), strings.Compare(a.Group, b.Group))
	})
	return out
}

// rate gives the harm for every thousand: of the loss in whole cents.
func (t touched) rate(harm int) float64 {
	if t.N == 0 || t.Hidden[0] {
		return 0
	}
	if harm == 0 {
		return 1000 * float64(t.Loss) / float64(t.N)
	}
	return 1000 * float64(t.Count[harm]) / float64(t.N)
}

// severity is how many times as bad it is as for everybody of the regulation:
// the mean over the kinds of harm that there are.
func (t touched) severity(all touched) float64 {
	sum, kinds := 0.0, 0
	for h := range harms {
		whole := all.rate(h)
		if whole <= 0 || all.Hidden[h+1] || h == signals && t.Group != "" {
			continue
		}
		kinds++
		if t.Hidden[h+1] {
			sum++ // what is not shown counts as average, so that the order tells nothing of it
		} else {
			sum += t.rate(h) / whole
		}
	}
	if kinds == 0 {
		return 0
	}
	return sum / float64(kinds)
}

func (o *Office) reachRows(reg, period string, all touched, rows []touched) []view.ReachRow {
	whole := map[string]touched{}
	for _, t := range rows {
		if t.Group == "" {
			whole[t.Article] = t
		}
	}
	worst := 0.0
	for _, t := range rows {
		worst = max(worst, t.severity(all))
	}
	slices.SortStableFunc(rows, func(a, b touched) int { return cmp.Compare(b.severity(all), a.severity(all)) })
	r, _ := o.rules.set.Get(reg)
	out := make([]view.ReachRow, 0, len(rows))
	for _, t := range rows {
		row := view.ReachRow{Small: t.Hidden[0], Article: view.Ref{Text: texts.T("detector.hele-regeling"), Href: regulationHref(reg)}}
		if a, ok := r.Article(t.Article); ok {
			row.Article = view.Ref{Text: articleName(a), Href: "/wie-raakt-dit?" + url.Values{"regeling": {reg}, "artikel": {t.Article}, "periode": {period}}.Encode()}
		} else if t.Article != "" {
			row.Article = view.Ref{Text: t.Article}
		}
		if _, value, ok := strings.Cut(t.Group, "="); ok {
			row.Group = value
		}
		if !row.Small {
			row.N = t.N
			if worst > 0 {
				row.Severity = t.severity(all) / worst
			}
		}
		for h := range harms {
			row.Cells = append(row.Cells, t.cell(h, whole[t.Article]))
		}
		out = append(out, row)
	}
	return out
}

// cell writes one harm.
func (t touched) cell(h int, everybody touched) view.ReachCell {
	switch {
	case t.Hidden[0] || h == signals && t.Group != "" || h == 0 && t.Loss > 0 && t.Count[0] == 0: // losses of nobody knows how many
		return view.ReachCell{Text: "–"}
	case t.Hidden[h+1]:
		return view.ReachCell{Text: texts.T("raakt.niet-getoond")}
	}
	c := view.ReachCell{Text: texts.Decimal(t.rate(h), 0)}
	if h == 0 {
		c.Text = texts.Euro(int64(t.rate(h)) / 100 * 100)
	}
	c.Worse = t.Group != "" && everybody.rate(h) > 0 && t.rate(h) >= 1.5*everybody.rate(h)
	return c
}

// ReachTable gives the page as rows for a spreadsheet.
func (o *Office) ReachTable(ctx context.Context, who, reg, article, dimension, period string) ([][]string, error) {
	v, err := o.Reach(ctx, who, reg, article, dimension, period)
	if err != nil {
		return nil, err
	}
	if v.ID == "" {
		return nil, view.ErrNotFound
	}
	out := [][]string{append([]string{texts.T("raakt.artikel"), texts.T("kenmerk." + v.Dimension), texts.T("raakt.aantal")}, v.Columns...)}
	for _, r := range v.Rows {
		n := texts.T("raakt.niet-getoond")
		if !r.Small {
			n = texts.Number(r.N)
		}
		line := []string{r.Article.Text, cmp.Or(r.Group, texts.T("raakt.iedereen")), n}
		for _, c := range r.Cells {
			line = append(line, c.Text)
		}
		out = append(out, line)
	}
	return out, nil
}
