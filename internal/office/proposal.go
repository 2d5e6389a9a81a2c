package office

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/comparison"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// mandates ties a corner to the mandate whose key it holds.
var mandates = map[loop.Corner]loop.Mandate{loop.Opdrachtgever: loop.Policy, loop.Opdrachtnemer: loop.Execution}

// proposalsBy gives proposals, those that go on first and then the latest.
func (o *Office) proposalsBy(keep func(*loop.Proposal) bool) []*loop.Proposal {
	var list, ended []*loop.Proposal
	for _, p := range slices.Backward(o.world.Proposals()) {
		switch {
		case !keep(p):
		case p.State.Ended():
			ended = append(ended, p)
		default:
			list = append(list, p)
		}
	}
	return append(list, ended...)
}

func (o *Office) proposalRow(ctx context.Context, p *loop.Proposal) view.ProposalRow {
	row := view.ProposalRow{
		ID: p.ID, Title: p.Title, Regulation: p.Regulation, State: proposalState(p.State), Opened: p.Opened, By: o.name(ctx, p.OpenedBy),
		Waits: o.waits(p),
	}
	if r, ok := o.rules.set.Get(p.Regulation); ok {
		row.Regulation = r.Name
	}
	return row
}

func proposalState(s loop.ProposalState) view.ProposalState {
	if s == loop.Evaluated {
		return view.ProposalEvaluated
	}
	return view.ProposalState(s)
}

// waits says in one line what a proposal waits for.
func (o *Office) waits(p *loop.Proposal) string {
	switch p.State {
	case loop.Sketch, loop.Returned:
		if m := o.missing(p); len(m) > 0 {
			return m[0].Text
		}
		return "Kan worden voorgelegd."
	case loop.Assessed:
		return "Kan worden voorgelegd."
	case loop.Submitted:
		if d := p.Stuck(); d != nil {
			return texts.T("wacht-eigenaar", "datum", dutch(d.DecideBy))
		}
		var open []string
		for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
			if p.Key(m) == nil {
				open = append(open, string(m))
			}
		}
		return "Wacht op de sleutel van " + texts.List(open) + "."
	case loop.Rolling:
		return texts.T("uitrol.nu", "procent", p.Percent())
	case loop.Paused:
		return texts.T("uitrol.stil")
	case loop.Decided:
		return "Geldt vanaf " + dutch(p.Plan.InForce) + "."
	case loop.InForce:
		if p.Inside() {
			return "Gemeten binnen de verwachting."
		}
		return "Wacht op de meting."
	}
	return ""
}

// Proposals lists proposals, the latest first; asked says which words and which
// page.
func (o *Office) Proposals(ctx context.Context, _, reg string, asked view.Asked) (view.ProposalListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.ProposalListView
	if reg != "" {
		r, ok := o.rules.set.Get(reg)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(reg)}
	}
	all := o.proposalsBy(func(p *loop.Proposal) bool { return reg == "" || p.Regulation == reg })
	for _, p := range all {
		switch m, ok := o.world.MemberAt(p.OpenedBy, loop.Anchor{Regulation: p.Regulation}, p.Opened); {
		case ok && m.Post.Corner == loop.Opdrachtnemer:
			v.ByExecution++
		case ok && m.Post.Corner == loop.Opdrachtgever:
			v.ByPolicy++
		}
	}
	words := strings.Fields(strings.ToLower(asked.Words))
	all = slices.DeleteFunc(all, func(p *loop.Proposal) bool {
		return len(words) > 0 && !hasAll(o.proposalWords(p), words)
	})
	shown, paging := view.PageOf(all, asked)
	v.Paging = paging
	for _, p := range shown {
		v.Rows = append(v.Rows, o.proposalRow(ctx, p))
	}
	return v, nil
}

// proposalWords is what a search in proposals reads.
func (o *Office) proposalWords(p *loop.Proposal) string {
	return strings.Join([]string{p.Title, o.regulationName(p.Regulation), p.Regulation, string(p.State), o.name(unseen(), p.OpenedBy), strings.Join(p.Content.Summary, " ")}, " ")
}

// roads are the states of the road of a proposal, in order.
var roads = []view.ProposalState{
	view.ProposalSketch, view.ProposalTested, view.ProposalSubmitted, view.ProposalDecided, view.ProposalInForce, view.ProposalEvaluated,
}

// Proposal is the page of one proposal.
func (o *Office) Proposal(ctx context.Context, who, id string) (view.ProposalView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	p := o.world.Proposal(id)
	if p == nil {
		return view.ProposalView{}, view.ErrNotFound
	}
	d, err := o.draftOf(p)
	if err != nil {
		return view.ProposalView{}, err
	}
	r, ok := d.set.Get(p.Regulation)
	if !ok {
		return view.ProposalView{}, view.ErrNotFound
	}
	me, known := o.person(who)
	v := view.ProposalView{
		ID: p.ID, Title: p.Title, Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}, State: proposalState(p.State),
		Opened: p.Opened, OpenedBy: o.personRef(ctx, p.OpenedBy), From: d.variant.From, InForce: inForce(p),
		ContentDigest: short(string(p.Content.Digest)), ProposalDigest: string(p.Digest()),
		Timeline: o.timeline(ctx, p.History), Missing: o.missing(p), Archive: !p.DecidedOn.IsZero(),
	}
	if len(p.Issues) > 0 {
		if i := o.world.Issue(p.Issues[0]); i != nil {
			v.Issue = &view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
		}
	}
	v.Policy, v.Execution = o.author(ctx, p, loop.Policy), o.author(ctx, p, loop.Execution)
	inTriangle := known && me.Corner != "" && me.Corner != loop.Eigenaar
	editable := p.State.Editable()
	v.Edit = mayEdit(p, me, known)
	if editable && inTriangle && p.Authors[mandates[me.Corner]] == "" {
		v.Join.Can = true
	}
	v.Sentences, v.OtherRules = o.sentences(p, d)
	v.StepChoices = stepChoices(d, r)
	v.Plan = o.planView(p, v.Edit)
	for k, line := range p.Content.Summary {
		dl := view.DiffLine{Text: line}
		if k == 0 {
			dl.Effect = o.effect(p, d)
		}
		v.Diff = append(v.Diff, dl)
	}
	if !d.empty() {
		v.Compare = o.proposalComparison(p, r.ID, d.variant.From)
		on := d.variant.From
		for _, other := range o.touched([2]comparison.Side{{Set: d.base, Date: on}, {Set: d.set, Date: on}}, r.ID) {
			v.Touches = append(v.Touches, view.Ref{Text: other.Name, Href: o.proposalComparison(p, other.ID, on)})
		}
	}
	v.Compass = o.compass(p)
	if v.Assessments, v.Findings, err = o.assessments(ctx, p, d, me); err != nil {
		return v, err
	}
	v.Simulation = o.simulationRef(p)
	switch {
	case !editable || !inTriangle:
	case r.Level < regulation.LevelRules:
		v.Simulate.Why = "Deze regeling heeft geen rekenregels. Beschrijf de gevolgen in het Beleidskompas."
	case d.empty():
		v.Simulate.Why = "Verander eerst iets in de regel of in een stap."
	default:
		v.Simulate.Can = true
	}
	for _, e := range p.Plan.Expectations {
		v.Expectations = append(v.Expectations, expectationRow(r, e, v.Edit))
	}
	v.Indicators = o.indicatorOptions(p, r)
	v.Keys = o.keyRows(ctx, p)
	for k, s := range roads {
		at := slices.Index(roads, roadState(p.State))
		v.Steps = append(v.Steps, view.ProposalStep{State: s, Done: k < at || k == at && p.State == loop.Evaluated, Current: k == at})
	}
	o.proposalActions(&v, p, me, inTriangle)
	v.Deadlock = o.deadlock(ctx, p, who)
	return v, o.paperView(ctx, &v, p, d, me, inTriangle)
}

// mayEdit says whether somebody may change what a proposal does.
func mayEdit(p *loop.Proposal, me Person, known bool) view.Action {
	switch {
	case !p.State.Editable():
		return view.Action{Why: "Dit voorstel is " + string(proposalState(p.State)) + " en verandert niet meer."}
	case !known || me.Corner == "" || me.Corner == loop.Eigenaar:
		return view.Action{Why: "Wijzigen kan wie van beleid of van uitvoering is."}
	}
	return view.Action{Can: true}
}

func inForce(p *loop.Proposal) rule.Date {
	if p.State == loop.InForce || p.State == loop.Evaluated {
		return p.Plan.InForce
	}
	return rule.Date{}
}

func roadState(s loop.ProposalState) view.ProposalState {
	switch s {
	case loop.Returned:
		return view.ProposalSketch
	case loop.Rolling, loop.Paused:
		return view.ProposalDecided
	}
	return proposalState(s)
}

// proposalActions says what the actor may do now.
func (o *Office) proposalActions(v *view.ProposalView, p *loop.Proposal, me Person, inTriangle bool) {
	mandate := mandates[me.Corner]
	v.KeyAs = string(mandate)
	switch p.State {
	case loop.Sketch, loop.Returned, loop.Assessed:
		switch {
		case !inTriangle:
			v.Submit.Why = "Voorleggen kan wie van beleid of van uitvoering is."
		default:
			// The button stays: pressing it says what is missing.
			v.Submit.Can = true
		}
		v.Withdraw.Can = inTriangle
	case loop.Submitted:
		switch {
		case mandate == "":
			v.Key.Why = "De sleutels zijn van beleid en van uitvoering."
		case p.Key(mandate) != nil:
			v.Key.Why = "De sleutel van " + string(mandate) + " is al gegeven."
		default:
			v.Key.Can = true
		}
		v.Return.Can, v.Withdraw.Can = inTriangle, inTriangle
	case loop.Decided, loop.Rolling:
		v.AdoptFrom = startsOn(p, o.today())
		if v.Adopt.Can = mandate != ""; !v.Adopt.Can {
			v.Adopt.Why = "Vaststellen doet wie voor beleid of voor uitvoering tekent."
		}
	}
}

func (o *Office) author(ctx context.Context, p *loop.Proposal, m loop.Mandate) *view.Person {
	id := p.Authors[m]
	if id == "" {
		return nil
	}
	v := o.personRef(ctx, id)
	return &v
}

func (o *Office) personRef(ctx context.Context, id loop.PersonID) view.Person {
	if p, ok := o.person(string(id)); ok {
		return personView(p)
	}
	return view.Person{ID: string(id), Name: o.name(ctx, id)}
}

func short(digest string) string {
	if _, hex, ok := strings.Cut(digest, ":"); ok {
		digest = hex
	}
	return digest[:min(12, len(digest))]
}

func (o *Office) compass(p *loop.Proposal) []view.Question {
	var out []view.Question
	asked := map[string]bool{}
	for _, x := range o.questions.edition(compassList, p.Edition(compassList)).Questions {
		asked[x.ID] = true
		out = append(out, view.Question{ID: x.ID, Label: x.Text, Help: x.Help, Answer: p.Compass[x.ID], Required: slices.Contains(p.Asks.Compass, x.ID)})
	}
	// What was answered to a question that is no longer asked stays to be read.
	for _, id := range slices.Sorted(maps.Keys(p.Compass)) {
		if !asked[id] {
			out = append(out, view.Question{ID: id, Label: spelling.Capital(strings.ReplaceAll(id, "-", " ")), Answer: p.Compass[id], Old: true})
		}
	}
	return out
}

func (o *Office) keyRows(ctx context.Context, p *loop.Proposal) []view.KeyRow {
	today := o.today()
	var out []view.KeyRow
	for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
		row := view.KeyRow{Corner: string(m)}
		if k := p.Key(m); k != nil {
			row.Holder, row.Given, row.Digest = o.name(ctx, k.Person), true, short(string(k.Digest))
			row.At = o.keyTime(p, k.Person)
		} else {
			row.Holder = o.holderName(ctx, o.world.Resolve(loop.Debtor{Corner: m.Corner(), Scope: loop.Anchor{Regulation: p.Regulation}}, today))
			for _, f := range p.Fallen {
				if f.Mandate == m {
					row.Fallen, row.Digest = true, short(string(f.Digest))
					row.Why = "Gegeven op een eerdere versie. Daarna is het voorstel veranderd, dus de sleutel is vervallen."
				}
			}
		}
		out = append(out, row)
	}
	return out
}
