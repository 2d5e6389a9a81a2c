package office

import (
	"context"
	"slices"

	view "lemniscaat/internal/screen"
)

// What the page of refusals shows.
const (
	refusedDays  = 7
	refusedShown = 200
)

// Refused gives what was refused in the last days, the latest first, without names.
func (g *Guard) Refused(ctx context.Context) (view.DeniedView, error) {
	v := view.DeniedView{Days: refusedDays}
	if g.shelf == nil {
		return v, nil
	}
	after := g.now().UTC().AddDate(0, 0, -refusedDays).Format("2006-01-02T15:04Z")
	for {
		rows, next, err := g.Decisions(ctx, after, 1000)
		if err != nil {
			return v, err
		}
		for _, r := range rows {
			if r.Allowed {
				continue
			}
			x := view.DeniedRow{At: r.At, Account: r.Account, Operation: r.Operation, Count: r.Count}
			x.Why, x.WhyEnglish = g.authority.Needed(r.Operation, r.Policy)
			v.Rows = append(v.Rows, x)
		}
		if over := len(v.Rows) - refusedShown; over > 0 { // the oldest
			v.Rows, v.More = slices.Delete(v.Rows, 0, over), true
		}
		if next == "" {
			break
		}
		after = next
	}
	slices.SortStableFunc(v.Rows, func(a, b view.DeniedRow) int { return b.At.Compare(a.At) })
	return v, nil
}
