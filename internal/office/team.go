package office

import (
	"cmp"
	"context"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// Rows of the page of the team leader.
const (
	teamDays    = 7  // the week
	teamPlaces  = 10 // places with the most signals
	teamAnswers = 10 // the latest answers
	teamMonth   = 28 // days over which the workload is counted
)

// Team is the page of the team leader: what presses this week. Nobody who
// reported is named on it, whether they wished to be seen or not; the page stands
// in no signal's way.
func (o *Office) Team(ctx context.Context, who string) (view.TeamView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.TeamView
	r := o.readerOf(ctx, who)
	today := o.today()
	week, month := today.AddDays(1-teamDays), today.AddDays(1-teamMonth)
	places := map[loop.Anchor]*view.TeamPlace{}
	signals := 0
	type told struct {
		of *loop.Issue
		a  *loop.Answer
	}
	var answers []told
	for _, i := range o.world.Issues() {
		for _, id := range i.Signals {
			s, _ := o.world.Signal(id)
			if s == nil || s.Channel != loop.Professional || !o.sees(r, s.Reporter, s.Anchor, loop.DateOf(s.At)) {
				continue
			}
			if s.Hidden || s.Shown == loop.Nobody {
				v.Hidden++
			}
			if loop.DateOf(s.At).Before(week) {
				continue
			}
			signals++
			a := loop.Anchor{Regulation: s.Anchor.Regulation, Article: s.Anchor.Article}
			if places[a] == nil {
				places[a] = &view.TeamPlace{Place: o.anchorView(a, "")}
			}
			places[a].Signals++
			if ref := (view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}); !slices.Contains(places[a].Issues, ref) {
				places[a].Issues = append(places[a].Issues, ref)
			}
		}
		if a := i.Answer(); a != nil && i.State != loop.Merged {
			answers = append(answers, told{i, a})
		}
	}
	for _, p := range places {
		v.Places = append(v.Places, *p)
	}
	slices.SortFunc(v.Places, func(a, b view.TeamPlace) int {
		return cmp.Or(b.Signals-a.Signals, cmp.Compare(a.Place.Regulation, b.Place.Regulation), cmp.Compare(a.Place.Article, b.Place.Article))
	})
	v.Places = v.Places[:min(len(v.Places), teamPlaces)]
	slices.SortStableFunc(answers, func(x, y told) int { return y.a.At.Compare(x.a.At) })
	recent := 0
	for n, x := range answers {
		if !x.a.At.Before(week) {
			recent++
		}
		if n < teamAnswers {
			v.Answers = append(v.Answers, view.TeamAnswer{Issue: view.Ref{Text: o.issueTitle(ctx, x.of), Href: issueHref(x.of.ID)}, Answer: o.answerView(ctx, x.of, x.a)})
		}
	}
	maatwerk, decided := 0, 0
	for _, d := range o.decisionsFor(r) {
		for _, g := range d.Given {
			if !g.On.Before(week) {
				maatwerk++
			}
		}
		if !d.Date.Before(month) && !d.Date.After(today) {
			decided++
		}
	}
	num := func(n int, key string) view.Number {
		return view.Number{Value: texts.Number(int64(n)), Label: texts.T("teamweek." + key)}
	}
	v.Numbers = []view.Number{num(signals, "signalen"), num(maatwerk, "maatwerk"), num(recent, "antwoorden"), num(decided, "beslist")}
	v.Loads = o.loads(r)
	return v, nil
}

// loads says, per triangle with an agreed caseload, how many professionals there
// are and how many cases that makes. How many cases wait is known in the case
// system; here it is not made up.
func (o *Office) loads(r reader) []view.TeamLoad {
	today := o.today()
	var out []view.TeamLoad
	sees := o.teams(r)
	for _, t := range o.world.Triangles() {
		if t.Caseload == 0 || !sees(t) {
			continue
		}
		people := 0
		for _, h := range t.Members(today) {
			if h.Post.Corner == loop.Opdrachtnemer && !h.Signs && h.Person != "" {
				people++
			}
		}
		name := o.regulationRef(t.Scope.Regulation)
		if name.Text == "" {
			name.Text = o.Organisation
		}
		out = append(out, view.TeamLoad{Of: name, Caseload: t.Caseload, People: people})
	}
	return out
}
