package office

import (
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Regulation is the page Regeling ∞.
func (o *Office) Regulation(ctx context.Context, who, id string) (view.RegulationView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(id)
	if !ok {
		return view.RegulationView{}, view.ErrNotFound
	}
	level := o.level(r)
	v := view.RegulationView{
		ID: r.ID, Name: r.Name, Summary: r.Summary, Level: level, LevelText: texts.T("niveau." + texts.Number(int64(level))),
		Loop: o.loopView(ctx, r.ID), Triangle: o.triangleView(ctx, loop.Anchor{Regulation: r.ID}),
	}
	if twoSided(r) {
		v.Compare = comparisonHref(r.ID)
	}
	if r.Official != "" {
		v.Official = view.Ref{Text: "Officiële tekst", Href: r.Official}
	}
	if law := o.world.Law(r.BWB); law != nil {
		v.Law = &view.Ref{Text: lawVersions(len(law.Versions)), Href: lawHref(law.BWB)}
	}
	at := map[string]*view.ArticleRow{}
	for _, a := range r.Articles {
		at[a.ID] = &view.ArticleRow{ID: a.ID, Name: articleName(a), Rules: len(a.Rules)}
	}
	live := o.issuesBy(func(i *loop.Issue) bool {
		if i.Anchors[0].Regulation != id {
			return false
		}
		if row := at[i.Anchors[0].Article]; row != nil {
			if i.State.Live() {
				row.Issues++
			}
		}
		return i.State.Live()
	})
	for _, a := range r.Articles {
		v.Articles = append(v.Articles, *at[a.ID])
	}
	v.Issues, v.IssueCount = o.firstIssues(ctx, who, live)
	proposals := o.proposalsBy(func(p *loop.Proposal) bool { return p.Regulation == id })
	v.ProposalCount = len(proposals)
	for _, p := range proposals[:min(len(proposals), view.FirstRows)] {
		v.Proposals = append(v.Proposals, o.proposalRow(ctx, p))
	}
	for _, g := range r.Goals {
		v.Goals = append(v.Goals, g.Text)
	}
	if o.hasExpectations(id) {
		v.Measurement = view.Ref{Text: "Voorspeld en gemeten", Href: "/metingen/" + id}
	}
	if g := o.world.Regulation(id); g != nil {
		for _, a := range g.Adoptions {
			for _, text := range a.Summary {
				row := view.ChangeRow{From: a.From, Text: text}
				if p := o.world.Proposal(a.Proposal); p != nil {
					row.Proof = view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
				}
				v.Changes = append(v.Changes, row)
			}
		}
		slices.SortStableFunc(v.Changes, func(a, b view.ChangeRow) int { return b.From.Compare(a.From) })
	}
	return v, nil
}

func (o *Office) hasExpectations(reg string) bool {
	return slices.ContainsFunc(o.world.Proposals(), func(p *loop.Proposal) bool {
		return p.Regulation == reg && p.State.Adopted() && len(p.Plan.Expectations) > 0
	})
}

func (o *Office) triangleView(ctx context.Context, a loop.Anchor) view.TriangleView {
	today := o.today()
	t := o.world.TriangleOf(a)
	var v view.TriangleView
	if t == nil {
		return v
	}
	for _, p := range t.At(today).Posts {
		h := o.holder(t, p, today)
		name := o.holderName(ctx, h)
		if p.Outside {
			name = p.Organisation
		}
		hv := view.Holder{Name: name, Role: cornerTitle(h), Vacant: h.Person == "" && !p.Outside, Connected: !p.Outside}
		if hv.Vacant {
			hv.Note = "Vacant: de eigenaar antwoordt."
		}
		switch p.Corner {
		case loop.Eigenaar:
			v.Owner = hv
		case loop.Opdrachtgever:
			v.Policy = append(v.Policy, hv)
			if p.Coordinating {
				n := len(v.Policy) - 1
				v.Policy[0], v.Policy[n] = v.Policy[n], v.Policy[0]
			}
		case loop.Opdrachtnemer:
			v.Execution = append(v.Execution, hv)
		}
	}
	return v
}

// Article is the page of one article.
func (o *Office) Article(ctx context.Context, who, reg, id string) (view.ArticleView, error) {
	found, err := o.foundIn(ctx, reg)
	if err != nil {
		return view.ArticleView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.ArticleView{}, view.ErrNotFound
	}
	a, ok := r.Article(id)
	if !ok {
		return view.ArticleView{}, view.ErrNotFound
	}
	today := o.today()
	v := view.ArticleView{
		Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}, ID: a.ID, Name: articleName(a), Date: today,
		Text: blocks(a), Level: o.level(r), Anchor: o.anchorView(loop.Anchor{Regulation: r.ID, Article: a.ID}, ""),
	}
	if twoSided(r) {
		v.Compare = comparisonHref(r.ID)
	}
	if a.URL != "" {
		v.Official = view.Ref{Text: "Officiële tekst", Href: a.URL}
	}
	for k := range r.Articles {
		if r.Articles[k] != a {
			continue
		}
		if k > 0 {
			v.Previous = &view.Ref{Text: articleName(r.Articles[k-1]), Href: articleHref(r.ID, r.Articles[k-1].ID)}
		}
		if k+1 < len(r.Articles) {
			v.Next = &view.Ref{Text: articleName(r.Articles[k+1]), Href: articleHref(r.ID, r.Articles[k+1].ID)}
		}
	}
	if v.Law = o.lawOf(r, a, today); v.Law != nil && r.Level == regulation.LevelText {
		v.Text, v.Law.Leden = lawBlocks(v.Law.Leden), nil // once is enough
	}
	read := map[string]bool{}
	for _, ru := range a.Rules {
		v.Rules = append(v.Rules, o.ruleView(r, ru))
		if ver := ru.At(today); ver != nil {
			if v.Version == "" || len(v.Rules) == 1 {
				v.Version = interval(ver)
			}
			for _, p := range parametersOf(o.rules.set, ver) {
				if !read[p.ID] {
					read[p.ID] = true
					v.Parameters = append(v.Parameters, parameterRow(p, today))
				}
			}
		}
	}
	for _, e := range a.Examples {
		v.Examples = append(v.Examples, o.exampleRow(e))
	}
	for _, s := range r.Steps(today) {
		if s.Article == a.ID {
			v.Steps = append(v.Steps, o.stepRow(r, s))
		}
	}
	v.Computing = !found && len(v.Steps) > 0
	v.Issues, v.IssueCount = o.firstIssues(ctx, who, o.issuesBy(func(i *loop.Issue) bool {
		return slices.ContainsFunc(i.Anchors, func(x loop.Anchor) bool { return x.Regulation == reg && x.Article == id })
	}))
	return v, nil
}

func parameterRow(p *rule.Parameter, today rule.Date) view.ParameterRow {
	row := view.ParameterRow{ID: p.ID, Name: p.Name, Slug: parameterSlug(p.ID)}
	now, _ := p.At(today)
	for k := len(p.Values) - 1; k >= 0; k-- {
		x := p.Values[k]
		row.Values = append(row.Values, view.ParameterValue{
			From: x.From, Value: written(x.Value, p.Type), Source: view.Ref{Text: x.Source}, Note: x.Note,
			Verified: x.Verified, Example: x.Example, Current: x.From == now.From,
		})
	}
	return row
}

// parameterSlug is the fragment of a parameter in a page.
func parameterSlug(id string) string { return strings.ReplaceAll(id, ".", "-") }
