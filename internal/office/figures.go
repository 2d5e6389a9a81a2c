package office

import (
	"cmp"
	"context"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// Figures are the public figures: how long it takes, how often a knelpunt is sent
// on, and, of the last quarter that is over, who confirms and who stays silent. That is
// not said by organisation: who knows what is whose would add regulations up.
func (o *Office) Figures(ctx context.Context, _ string) (view.FiguresView, error) {
	published, q, err := o.lastCircle(ctx)
	if err != nil {
		return view.FiguresView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	late := func(i *loop.Issue) bool {
		d, ok := i.Due()
		return ok && today.After(d.Due)
	}
	owner := map[loop.Anchor]string{} // many knelpunten stand on one place
	groups := func(i *loop.Issue) []string {
		a := loop.Anchor{Regulation: i.Anchors[0].Regulation, Article: i.Anchors[0].Article}
		org, ok := owner[a]
		if !ok {
			org = o.world.OwnerAt(a, today).Post.Organisation
			owner[a] = org
		}
		return []string{"", "r/" + a.Regulation, "o/" + org}
	}
	v := view.FiguresView{Period: q.title, From: q.from, Until: q.until}
	v.All.Median = -1
	reacted := func(n circleReacted) *view.Reactions {
		if n.Hidden {
			return nil
		}
		return &view.Reactions{Confirmed: n.Confirmed, Silent: n.Silent, Reporters: n.Confirmed + n.Silent + n.Disputed}
	}
	for g, f := range o.world.AnswerFigures(groups, late) {
		row := view.FigureRow{
			Issues: f.Issues, Answered: f.Answered, Median: f.Median, Forwards: f.Forwards, Late: f.Late,
		}
		switch {
		case g == "":
			row.Reacted = reacted(published.Reacted)
			v.All = row
		case g[0] == 'r':
			row.Name, row.Reacted = o.regulationRef(g[2:]), reacted(published.reacted(g[2:]))
			v.Regulations = append(v.Regulations, row)
		default:
			row.Name = view.Ref{Text: g[2:]}
			v.Organisations = append(v.Organisations, row)
		}
	}
	byName := func(a, b view.FigureRow) int { return cmp.Compare(a.Name.Text, b.Name.Text) }
	slices.SortFunc(v.Regulations, byName)
	slices.SortFunc(v.Organisations, byName)
	return v, nil
}
