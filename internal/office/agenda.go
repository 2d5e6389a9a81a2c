package office

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// agendaQuarters is how many quarters from now on the Veranderagenda shows at
// least.
const agendaQuarters = 6

// Agenda is the Veranderagenda: quarters beside capacity, per executor.
func (o *Office) Agenda(ctx context.Context, who string, in view.AgendaInput) (view.AgendaView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.AgendaView{Executor: in.Executor}
	var all []view.AgendaGroup
	words := strings.Fields(strings.ToLower(in.Words))
	known := in.Executor == ""
	of := o.claimantsBy()
	for _, t := range o.world.Triangles() {
		name := o.executors(t)
		v.Executors = append(v.Executors, view.Option{Value: t.ID, Label: name})
		known = known || t.ID == in.Executor
		if in.Executor != "" && t.ID != in.Executor {
			continue
		}
		g := o.agendaGroup(ctx, t, of[t], name, who)
		if in.Executor == "" && len(words) == 0 && len(t.Capacity) == 0 && !claims(g) {
			continue // nobody said what fits and nobody asks
		}
		text := strings.ToLower(name + " " + g.Scope.Text)
		for _, q := range g.Quarters {
			for _, c := range q.Claims {
				text += " " + strings.ToLower(c.Proposal.Text)
			}
		}
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			continue
		}
		all = append(all, g)
	}
	if !known {
		return v, view.ErrNotFound
	}
	slices.SortStableFunc(all, func(a, b view.AgendaGroup) int { return cmp.Compare(a.Name+a.Scope.Text, b.Name+b.Scope.Text) })
	slices.SortStableFunc(v.Executors, func(a, b view.Option) int { return cmp.Compare(a.Label, b.Label) })
	v.Groups, v.Paging = view.PageOf(all, in.Asked)
	return v, nil
}

func claims(g view.AgendaGroup) bool {
	return slices.ContainsFunc(g.Quarters, func(q view.AgendaQuarter) bool { return len(q.Claims) > 0 })
}

// executors names who executes in a triangle, with what it is about.
func (o *Office) executors(t *loop.Triangle) string {
	var names []string
	for _, p := range t.At(o.today()).Posts {
		if p.Corner != loop.Opdrachtnemer {
			continue
		}
		name := p.Organisation
		if p.Department != "" {
			name += ", " + p.Department
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return fmt.Sprintf("%s (%s)", texts.List(names), o.agendaScope(t))
}

func (o *Office) agendaScope(t *loop.Triangle) string {
	if t.Scope.Regulation == "" {
		return texts.T("agenda.overig")
	}
	return o.regulationName(t.Scope.Regulation)
}

func (o *Office) agendaGroup(ctx context.Context, t *loop.Triangle, list []*loop.Proposal, name, who string) view.AgendaGroup {
	g := view.AgendaGroup{ID: t.ID, Name: name, Scope: view.Ref{Text: o.agendaScope(t)}}
	if t.Scope.Regulation != "" {
		g.Scope.Href = regulationHref(t.Scope.Regulation)
	}
	today := o.today()
	me, ok := o.world.MemberAt(loop.PersonID(who), t.Scope, today)
	head := o.world.HeadAt(t.Scope, today).Person
	if g.Set.Can = ok && me.Triangle == t.ID && me.Signs && me.Post.Corner == loop.Opdrachtnemer || who != "" && loop.PersonID(who) == head; !g.Set.Can {
		g.Set.Why = texts.T("agenda.wie")
	}
	quarters := map[loop.Quarter]bool{}
	for q := range t.Capacity {
		quarters[q] = true
	}
	for _, p := range list {
		for q, n := range p.Plan.Claim {
			quarters[q] = quarters[q] || n > 0 && !p.State.Ended()
		}
	}
	now := thisQuarter(today)
	for k, q := 0, now; k < agendaQuarters; k, q = k+1, nextOf(q) {
		quarters[q] = true
	}
	widest := 1
	for _, q := range slices.Sorted(maps.Keys(quarters)) {
		row := o.agendaQuarter(ctx, t, q, list)
		row.Past = q < now
		if row.Past && len(row.Claims) == 0 {
			continue
		}
		g.Quarters = append(g.Quarters, row)
		widest = max(widest, row.Capacity, row.Promised+row.Asked)
	}
	for i := range g.Quarters {
		at := 0
		for k := range g.Quarters[i].Claims {
			c := &g.Quarters[i].Claims[k]
			c.From = at * 1000 / widest
			at += c.Hours
			c.To = at * 1000 / widest
		}
	}
	return g
}

func (o *Office) agendaQuarter(ctx context.Context, t *loop.Triangle, q loop.Quarter, list []*loop.Proposal) view.AgendaQuarter {
	capacity, known := t.Capacity[q]
	row := view.AgendaQuarter{Quarter: string(q), Capacity: capacity, Known: known}
	for _, p := range list {
		c := view.AgendaClaim{Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, State: proposalState(p.State)}
		switch {
		case p.Claimed(q) > 0:
			c.Hours, c.Decided = p.Claimed(q), true
			row.Promised += c.Hours
		case p.State.Editable() && p.Plan.Claim[q] > 0:
			c.Hours = p.Plan.Claim[q]
			row.Asked += c.Hours
		}
		if c.Hours > 0 {
			row.Claims = append(row.Claims, c)
		}
		for _, g := range p.Gave {
			if g.Quarter != q || g.Points <= 0 {
				continue
			}
			y := view.RoomRow{Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, Quarter: string(q), Hours: g.Points, Why: g.Why, On: g.On}
			if g.By != "" {
				y.By = o.name(ctx, g.By)
			}
			if to := o.world.Proposal(g.To); to != nil {
				y.For = view.Ref{Text: to.Title, Href: proposalHref(to.ID)}
			}
			row.Yields = append(row.Yields, y)
		}
	}
	slices.SortStableFunc(row.Claims, func(a, b view.AgendaClaim) int {
		if a.Decided != b.Decided {
			if a.Decided {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Hours, a.Hours)
	})
	row.Free = max(capacity-row.Promised, 0)
	row.Over = max(row.Promised+row.Asked-capacity, 0)
	return row
}

func thisQuarter(d rule.Date) loop.Quarter {
	return loop.Quarter(fmt.Sprintf("%04d-Q%d", d.Year, (d.Month-1)/3+1))
}

func nextOf(q loop.Quarter) loop.Quarter {
	var y, n int
	if _, err := fmt.Sscanf(string(q), "%d-Q%d", &y, &n); err != nil {
		panic("BUG: kwartaal " + string(q))
	}
	if n == 4 {
		return loop.Quarter(fmt.Sprintf("%04d-Q1", y+1))
	}
	return loop.Quarter(fmt.Sprintf("%04d-Q%d", y, n+1))
}
