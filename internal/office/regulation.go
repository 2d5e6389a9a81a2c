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
func (o *Office) Regulation(_ context.Context, _, id string) (view.RegulationView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(id)
	if !ok {
		return view.RegulationView{}, view.ErrNotFound
	}
	level := o.level(r)
	v := view.RegulationView{
		ID: r.ID, Name: r.Name, Summary: r.Summary, Level: level, LevelText: texts.T("niveau." + texts.Number(int64(level))),
		Loop: o.loopView(r.ID), Triangle: o.triangleView(loop.Anchor{Regulation: r.ID}),
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
	for _, a := range r.Articles {
		row := view.ArticleRow{ID: a.ID, Name: articleName(a), Rules: len(a.Rules)}
		for _, i := range o.world.Issues() {
			if i.Anchors[0].Regulation == r.ID && i.Anchors[0].Article == a.ID {
				row.Signals += len(i.Signals)
				if i.State.Live() {
					row.Issues++
				}
			}
		}
		v.Articles = append(v.Articles, row)
	}
	v.Issues = o.issueRows(func(i *loop.Issue) bool { return i.Anchors[0].Regulation == id && i.State.Live() })
	v.Proposals = o.proposalRows(func(p *loop.Proposal) bool { return p.Regulation == id })
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

// loopView counts what is at each station of the ∞ and finds the oldest.
func (o *Office) loopView(reg string) view.LoopView {
	today := o.today()
	type item struct {
		ref   view.Ref
		since rule.Date
	}
	at := map[view.Station][]item{}
	for _, i := range o.world.Issues() {
		if i.Anchors[0].Regulation != reg || !i.State.Live() {
			continue
		}
		at[o.stationOf(i)] = append(at[o.stationOf(i)], item{view.Ref{Text: o.issueTitle(i), Href: issueHref(i.ID)}, i.Opened})
	}
	for _, p := range o.world.Proposals() {
		if p.Regulation != reg || p.State.Ended() {
			continue
		}
		s := proposalStation(p)
		at[s] = append(at[s], item{view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, p.Opened})
	}
	var v view.LoopView
	slowest := 0
	for _, s := range view.Stations {
		ls := view.LoopStation{Station: s, Count: len(at[s]), Unit: texts.T("eenheid." + string(s))}
		switch s {
		case view.StationSignal, view.StationRule:
			ls.Href = "/knelpunten?regeling=" + reg
		case view.StationMeasure:
			ls.Href = "/metingen/" + reg
		case view.StationExecute:
			ls.Href = "/beslissingen"
		default:
			ls.Href = "/voorstellen?regeling=" + reg
		}
		for _, it := range at[s] {
			days := daysSince(it.since, today)
			if ls.Oldest == nil || days > ls.Oldest.Days {
				ls.Oldest = &view.Oldest{Ref: it.ref, Days: days}
			}
		}
		if ls.Oldest != nil && ls.Oldest.Days > slowest {
			slowest = ls.Oldest.Days
			v.Slowest = s
			v.SlowestText = texts.T("traag", "station", texts.T("station."+string(s)), "dagen", texts.Days(slowest))
		}
		v.Stations = append(v.Stations, ls)
	}
	return v
}

// stationOf says where a knelpunt is on the ∞: with those who signal until it
// is answered, then where its change is.
func (o *Office) stationOf(i *loop.Issue) view.Station {
	a := i.Answer()
	switch {
	case i.State == loop.Open || a == nil:
		return view.StationSignal
	case i.State == loop.Solved || i.State == loop.Accepted:
		return view.StationMeasure
	case a.Kind == loop.Keep:
		return view.StationDecide
	case a.Kind.Promises():
		if p := o.world.Proposal(a.Proposal); p != nil {
			return proposalStation(p)
		}
		return view.StationRule
	}
	return view.StationSignal
}

func proposalStation(p *loop.Proposal) view.Station {
	switch p.State {
	case loop.Sketch, loop.Returned:
		if len(p.Content.Summary) == 0 {
			return view.StationRule
		}
		if p.Simulation.Run == "" {
			return view.StationSimulate
		}
		return view.StationTest
	case loop.Assessed, loop.Submitted, loop.Decided:
		return view.StationDecide
	case loop.Rolling, loop.Paused:
		return view.StationExecute
	}
	return view.StationMeasure
}

func (o *Office) triangleView(a loop.Anchor) view.TriangleView {
	today := o.today()
	t := o.world.TriangleOf(a)
	var v view.TriangleView
	if t == nil {
		return v
	}
	for _, p := range t.At(today).Posts {
		h := o.holder(t, p, today)
		name := o.holderName(h)
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
func (o *Office) Article(_ context.Context, _, reg, id string) (view.ArticleView, error) {
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
	v.Issues = o.issueRows(func(i *loop.Issue) bool {
		return slices.ContainsFunc(i.Anchors, func(x loop.Anchor) bool { return x.Regulation == reg && x.Article == id })
	})
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
