package office

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// Changed is what changed in a month ("2026-09"; "" is this month): each change of
// a rule in a line or some, with a worked case computed before and after.
func (o *Office) Changed(_ context.Context, _, month, reg string) (view.ChangedView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	first := firstOfMonth(o.today())
	if month != "" {
		title, from, _, ok := period(month)
		if !ok || len(month) != len("2026-09") || title == "" || strings.Contains(month, "kw") {
			return view.ChangedView{}, view.ErrNotFound
		}
		first = from
	}
	last := first.AddMonths(1).AddDays(-1)
	title, _, _, _ := period(periodID(first, 1))
	v := view.ChangedView{Month: title}
	address := func(d rule.Date) string {
		q := url.Values{"maand": {periodID(d, 1)}}
		if reg != "" {
			q.Set("regeling", reg)
		}
		return "/veranderd?" + q.Encode()
	}
	if reg != "" {
		r, ok := o.rules.set.Get(reg)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(reg)}
	}
	var before, after rule.Date // the nearest month on either side in which something changed
	for _, r := range o.rules.sorted() {
		if reg != "" && r.ID != reg {
			continue
		}
		for _, m := range o.changeMonths(r) {
			if _, _, _, ok := period(periodID(m, 1)); !ok {
				continue // too long ago to have a page
			}
			if m.Before(first) && (before.IsZero() || m.After(before)) {
				before = m
			}
			if m.After(first) && (after.IsZero() || m.Before(after)) {
				after = m
			}
		}
		v.Rows = append(v.Rows, o.adoptedIn(r, first, last)...)
		if row, ok := o.valuesIn(r, first, last); ok {
			v.Rows = append(v.Rows, row)
		}
	}
	if !before.IsZero() {
		v.Previous = address(before)
	}
	if !after.IsZero() {
		v.Next = address(after)
	}
	slices.SortStableFunc(v.Rows, func(a, b view.ChangedRow) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Regulation.Text, b.Regulation.Text))
	})
	return v, nil
}

// adoptedIn gives the versions of a regulation that were decided here and begin
// on one of the days.
func (o *Office) adoptedIn(r *regulation.Regulation, first, last rule.Date) []view.ChangedRow {
	g := o.world.Regulation(r.ID)
	if g == nil {
		return nil
	}
	var out []view.ChangedRow
	for _, a := range g.Adoptions {
		if a.From.Before(first) || a.From.After(last) {
			continue
		}
		row := view.ChangedRow{Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}, From: a.From, Lines: a.Summary}
		if p := o.world.Proposal(a.Proposal); p != nil {
			row.Proof = view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
		}
		o.worked(&row, r, o.rules.before[a.Proposal], a.From, o.rules.set, a.From)
		out = append(out, row)
	}
	return out
}

// valuesIn gives the numbers of a regulation that change on one of the days.
func (o *Office) valuesIn(r *regulation.Regulation, first, last rule.Date) (view.ChangedRow, bool) {
	row := view.ChangedRow{Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}}
	o.changes(r, func(p *rule.Parameter, x, y rule.ParameterValue) {
		if y.From.Before(first) || y.From.After(last) {
			return
		}
		if row.From.IsZero() || y.From.Before(row.From) {
			row.From = y.From
		}
		key := "veranderd-getal"
		switch {
		case x.Value.IsEmpty():
			key = "veranderd-nieuw"
		case y.Value.IsEmpty():
			key = "veranderd-onbekend"
		}
		row.Lines = append(row.Lines, spelling.Capital(texts.T(key, "naam", p.Name, "oud", written(x.Value, p.Type), "nieuw", written(y.Value, p.Type))))
	})
	if len(row.Lines) == 0 {
		return row, false
	}
	o.worked(&row, r, o.rules.set, row.From.AddDays(-1), o.rules.set, row.From)
	return row, true
}

// changes gives each change of a number that the rules of a regulation use,
// once: from x to y. A rule counts as long as it is in force on the day of the change.
func (o *Office) changes(r *regulation.Regulation, each func(p *rule.Parameter, x, y rule.ParameterValue)) {
	type change struct {
		parameter string
		from      rule.Date
	}
	seen := map[change]bool{}
	for _, ru := range r.Rules() {
		for _, ver := range ru.Versions {
			for _, p := range parametersOf(o.rules.set, ver) {
				for k := 1; k < len(p.Values); k++ {
					x, y := p.Values[k-1], p.Values[k]
					c := change{p.ID, y.From}
					if seen[c] || !ver.Until.IsZero() && ver.Until.Before(y.From) || written(x.Value, p.Type) == written(y.Value, p.Type) {
						continue
					}
					seen[c] = true
					each(p, x, y)
				}
			}
		}
	}
}

// changeMonths gives the first day of every month in which a regulation
// changed or will change: outside them there is nothing to leaf through.
func (o *Office) changeMonths(r *regulation.Regulation) []rule.Date {
	var out []rule.Date
	if g := o.world.Regulation(r.ID); g != nil {
		for _, a := range g.Adoptions {
			out = append(out, firstOfMonth(a.From))
		}
	}
	o.changes(r, func(_ *rule.Parameter, _, y rule.ParameterValue) { out = append(out, firstOfMonth(y.From)) })
	return out
}

// worked computes the worked examples on both sides, and shows the first that
// comes out otherwise.
func (o *Office) worked(row *view.ChangedRow, r *regulation.Regulation, was *regulation.Set, on rule.Date, is *regulation.Set, from rule.Date) {
	row.Without = true
	if was == nil || len(r.Outcomes) == 0 {
		return
	}
	before, _ := was.Program(r.ID)
	after, _ := is.Program(r.ID)
	if before == nil || after == nil {
		return
	}
	for _, e := range r.Examples() {
		a, b := outcomes(before, r, e, on), outcomes(after, r, e, from)
		if row.Without {
			row.Without, row.Same = false, true
			row.Example, row.Before, row.After = e.Name, a, b
		}
		if a != b {
			row.Same, row.Example, row.Before, row.After = false, e.Name, a, b
			return
		}
	}
}
