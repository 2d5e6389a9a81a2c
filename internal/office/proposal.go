package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lemniscaat/internal/comparison"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// mandates ties a corner to the mandate whose key it holds.
var mandates = map[loop.Corner]loop.Mandate{loop.Opdrachtgever: loop.Policy, loop.Opdrachtnemer: loop.Execution}

func (o *Office) proposalRows(keep func(*loop.Proposal) bool) []view.ProposalRow {
	var list []*loop.Proposal
	for _, p := range o.world.Proposals() {
		if keep(p) {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b *loop.Proposal) int {
		if a.State.Ended() != b.State.Ended() {
			if a.State.Ended() {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.History[0].Seq, a.History[0].Seq)
	})
	var rows []view.ProposalRow
	for _, p := range list {
		rows = append(rows, o.proposalRow(p))
	}
	return rows
}

func (o *Office) proposalRow(p *loop.Proposal) view.ProposalRow {
	row := view.ProposalRow{
		ID: p.ID, Title: p.Title, Regulation: p.Regulation, State: proposalState(p.State), Opened: p.Opened, By: o.name(p.OpenedBy),
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
		var open []string
		for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
			if p.Key(m) == nil {
				open = append(open, string(m))
			}
		}
		return "Wacht op de sleutel van " + texts.List(open) + "."
	case loop.Decided, loop.Rolling:
		return "Geldt vanaf " + dutch(p.Plan.InForce) + "."
	case loop.InForce:
		if p.Inside() {
			return "Gemeten binnen de verwachting."
		}
		return "Wacht op de meting."
	}
	return ""
}

// Proposals lists proposals, the latest first.
func (o *Office) Proposals(_ context.Context, _, reg string) (view.ProposalListView, error) {
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
	v.Rows = o.proposalRows(func(p *loop.Proposal) bool { return reg == "" || p.Regulation == reg })
	return v, nil
}

// roads are the states of the road of a proposal, in order.
var roads = []view.ProposalState{
	view.ProposalSketch, view.ProposalTested, view.ProposalSubmitted, view.ProposalDecided, view.ProposalInForce, view.ProposalEvaluated,
}

// Proposal is the page of one proposal.
func (o *Office) Proposal(_ context.Context, who, id string) (view.ProposalView, error) {
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
		Opened: p.Opened, OpenedBy: o.personRef(p.OpenedBy), From: d.variant.From, InForce: inForce(p),
		ContentDigest: short(string(p.Content.Digest)), ProposalDigest: string(p.Digest()),
		Timeline: o.timeline(p.History), Missing: o.missing(p),
	}
	if len(p.Issues) > 0 {
		if i := o.world.Issue(p.Issues[0]); i != nil {
			v.Issue = &view.Ref{Text: o.issueTitle(i), Href: issueHref(i.ID)}
		}
	}
	v.Policy, v.Execution = o.author(p, loop.Policy), o.author(p, loop.Execution)
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
	if v.Compass, err = o.compass(p); err != nil {
		return v, err
	}
	if v.Assessments, v.Findings, err = o.assessments(p, d, me); err != nil {
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
	v.Keys = o.keyRows(p)
	for k, s := range roads {
		at := slices.Index(roads, roadState(p.State))
		v.Steps = append(v.Steps, view.ProposalStep{State: s, Done: k < at || k == at && p.State == loop.Evaluated, Current: k == at})
	}
	o.proposalActions(&v, p, me, inTriangle)
	return v, nil
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
		v.AdoptFrom = p.Plan.InForce
		if v.Adopt.Can = mandate != ""; !v.Adopt.Can {
			v.Adopt.Why = "Vaststellen doet wie voor beleid of voor uitvoering tekent."
		}
	}
}

func (o *Office) author(p *loop.Proposal, m loop.Mandate) *view.Person {
	id := p.Authors[m]
	if id == "" {
		return nil
	}
	v := o.personRef(id)
	return &v
}

func (o *Office) personRef(id loop.PersonID) view.Person {
	if p, ok := o.person(string(id)); ok {
		return personView(p)
	}
	return view.Person{ID: string(id), Name: o.name(id)}
}

func short(digest string) string {
	if _, hex, ok := strings.Cut(digest, ":"); ok {
		digest = hex
	}
	return digest[:min(12, len(digest))]
}

// sentences gives the rules whose sentence has a parameter that this proposal
// can change, in lines, those that it changes first; and the own rules that have
// none. What the proposal changes is shown as it becomes.
func (o *Office) sentences(p *loop.Proposal, d draft) (list []view.EditableSentence, others []view.Ref) {
	r, _ := d.base.Get(p.Regulation)
	var changed, same []view.EditableSentence
	for _, a := range r.Articles {
		for _, ru := range a.Rules {
			ver := ru.At(d.variant.From)
			if ver == nil || !ownRule(r, ru) {
				continue
			}
			amended := slices.ContainsFunc(d.variant.Rules, func(x regulation.Override) bool { return x.ID == ru.ID })
			if next, ok := d.set.Rule(ru.ID); ok && next.At(d.variant.From) != nil {
				ver = next.At(d.variant.From)
			}
			if _, table := ver.Action.(*rule.Table); table || len(parametersOf(d.base, ver)) == 0 && !amended {
				others = append(others, view.Ref{Text: ru.Name, Href: amendHref(p.ID, ru.ID)})
				continue
			}
			s := view.EditableSentence{
				Rule:   view.Ref{Text: ru.Name, Href: articleHref(r.ID, a.ID) + "#" + parameterSlug(ru.ID)},
				Source: view.Ref{Text: articleName(a), Href: articleHref(r.ID, a.ID)},
				Amend:  amendHref(p.ID, ru.ID),
			}
			s.Pieces = pieces(ver, d)
			if amended || slices.ContainsFunc(s.Pieces, func(x view.Piece) bool { return x.Value != x.Now }) {
				changed = append(changed, s)
			} else {
				same = append(same, s)
			}
		}
	}
	return append(changed, same...), others
}

// amendHref is the page on which a rule of a proposal is edited.
func amendHref(proposal, id string) string {
	return proposalHref(proposal) + "/regels/" + url.PathEscape(id)
}

// ownRule reports whether those who decide about a regulation can change a
// rule. What a municipality takes from a national law is not its own.
func ownRule(r *regulation.Regulation, ru *rule.Rule) bool {
	return r.Municipality == nil || !slices.ContainsFunc(ru.Source, func(s string) bool { return strings.HasPrefix(s, "jci") })
}

// parameterPiece is a field in a sentence.
func parameterPiece(par *rule.Parameter, d draft) view.Piece {
	pc := view.Piece{Text: par.Name, Param: par.ID, Hint: notation.Accepts(par.Type)}
	switch par.Type.Kind {
	case rule.Percentage:
		pc.Kind = "percentage"
	case rule.Amount:
		pc.Kind = "bedrag"
	default:
		pc.Kind = "getal"
	}
	if now, ok := par.At(d.variant.From); ok {
		pc.Now = written(now.Value, par.Type)
	}
	pc.Value = pc.Now
	if next, ok := d.set.Parameter(par.ID); ok {
		if val, ok := next.At(d.variant.From); ok {
			pc.Value = written(val.Value, par.Type)
		}
	}
	return pc
}

func stepChoices(d draft, r *regulation.Regulation) []view.StepChoice {
	base, ok := d.base.Get(r.ID)
	if !ok {
		return nil
	}
	var out []view.StepChoice
	for _, s := range base.Steps(d.variant.From) {
		if s.Who != "burger" {
			continue
		}
		id := r.ID + "." + s.ID
		c := view.StepChoice{ID: id, Name: s.Action, Value: d.stepChoice(id, s)}
		c.Changed = c.Value != stepSame
		if a, ok := base.Article(s.Article); ok {
			c.Where = view.Ref{Text: articleName(a), Href: articleHref(r.ID, a.ID)}
		}
		for _, opt := range stepOptions(s) {
			c.Options = append(c.Options, view.Option{Value: opt, Label: texts.T("stap." + opt)})
		}
		if c.Value == "anders" {
			c.Options = append(c.Options, view.Option{Value: "anders", Label: texts.T("stap.anders")})
		}
		out = append(out, c)
	}
	return out
}

func (o *Office) planView(p *loop.Proposal, edit view.Action) view.PlanView {
	v := view.PlanView{From: p.Plan.InForce, Horizon: p.Plan.InForce.AddYears(1).AddDays(-1), Edit: edit}
	for k, s := range p.Plan.Rollout {
		v.Stages = append(v.Stages, view.PlanStage{Percent: s.Percent, From: s.From, Begun: p.Stage >= k})
	}
	t := o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
	if t == nil {
		return v
	}
	var quarters []loop.Quarter
	for q := range t.Capacity {
		quarters = append(quarters, q)
	}
	slices.Sort(quarters)
	for _, q := range quarters {
		row := view.ClaimRow{Quarter: string(q), Claim: p.Plan.Claim[q], Capacity: t.Capacity[q]}
		for _, other := range o.world.Proposals() {
			if other.ID != p.ID {
				row.Used += other.Claimed(q)
			}
		}
		v.Claims = append(v.Claims, row)
	}
	return v
}

func (o *Office) compass(p *loop.Proposal) ([]view.Question, error) {
	q, err := readQuestionnaire("beleidskompas")
	if err != nil {
		return nil, err
	}
	var out []view.Question
	for _, x := range q.Questions {
		out = append(out, view.Question{ID: x.ID, Label: x.Text, Help: x.Help, Answer: p.Compass[x.ID], Required: x.Required == "ja"})
	}
	return out, nil
}

func (o *Office) keyRows(p *loop.Proposal) []view.KeyRow {
	today := o.today()
	var out []view.KeyRow
	for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
		row := view.KeyRow{Corner: string(m)}
		if k := p.Key(m); k != nil {
			row.Holder, row.Given, row.Digest = o.name(k.Person), true, short(string(k.Digest))
			row.At = o.keyTime(p, k.Person)
		} else {
			row.Holder = o.holderName(o.world.Resolve(loop.Debtor{Corner: m.Corner(), Scope: loop.Anchor{Regulation: p.Regulation}}, today))
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

// mayOpen says whether somebody can open a proposal on a regulation: those who
// hold its keys can, when there is something in it that can be changed.
func (o *Office) mayOpen(who, reg string) view.Action {
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.Action{Why: "Deze regeling is hier niet bekend."}
	}
	p, known := o.person(who)
	switch {
	case !known:
		return view.Action{Why: "Kies bovenaan als wie u werkt."}
	case mandates[p.Corner] == "":
		return view.Action{Why: "Een voorstel openen kan iemand van beleid of van uitvoering."}
	}
	if _, ok := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: reg}, o.today()); !ok {
		h := o.world.Resolve(loop.Debtor{Corner: loop.Opdrachtgever, Scope: loop.Anchor{Regulation: reg}}, o.today())
		return view.Action{Why: "Over deze regeling beslist " + o.holderName(h) + ". Een voorstel openen kan hier niet."}
	}
	if r.Level == regulation.LevelText {
		return view.Action{Why: "Deze regeling is hier alleen tekst. Een voorstel kan pas als er stappen of rekenregels bij staan. Tot dan helpt het antwoord ‘Uitvoering aanpassen’."}
	}
	return view.Action{Can: true}
}

// OpenProposal starts a sketch, on a knelpunt or on a regulation.
func (o *Office) OpenProposal(ctx context.Context, who string, in view.OpenProposalInput) (string, error) {
	id := o.NewID("v")
	if err := refusePersonal("titel", in.Title); err != nil {
		return "", err
	}
	c := loop.OpenProposal{ID: id, Regulation: in.Regulation, Title: in.Title}
	if in.Issue != "" {
		o.mu.RLock()
		i := o.world.Issue(in.Issue)
		if i != nil {
			c.Regulation, c.Issues = i.Anchors[0].Regulation, []string{i.ID}
			if c.Title == "" {
				c.Title = o.issueTitle(i)
			}
		}
		o.mu.RUnlock()
		if i == nil {
			return "", view.ErrNotFound
		}
	}
	o.mu.RLock()
	may := o.mayOpen(who, c.Regulation)
	o.mu.RUnlock()
	if !may.Can {
		return "", refuse("voorstel-kan-niet", may.Why, "")
	}
	if err := o.do(ctx, who, c); err != nil {
		return "", err
	}
	from := nextQuarter(o.today())
	return id, o.do(ctx, who, loop.EditPlan{Proposal: id, Plan: loop.Plan{
		InForce: from, Rollout: []loop.Stage{{Percent: 100, From: from}},
	}})
}

// nextQuarter gives the first day of the quarter after the next month: a
// change needs time to be told.
func nextQuarter(today rule.Date) rule.Date {
	d := today.AddMonths(1)
	m := (d.Month-1)/3*3 + 4
	if m > 12 {
		return rule.Date{Year: d.Year + 1, Month: 1, Day: 1}
	}
	return rule.Date{Year: d.Year, Month: m, Day: 1}
}

// JoinProposal makes the actor co-author for the own corner.
func (o *Office) JoinProposal(ctx context.Context, who, id string) error {
	p, _ := o.person(who)
	return o.do(ctx, who, loop.NameAuthor{Proposal: id, Mandate: mandates[p.Corner], Person: loop.PersonID(who)})
}

// edit changes the draft of a proposal and records it.
func (o *Office) edit(ctx context.Context, who, id string, change func(*draft) error) error {
	o.editing.Lock()
	defer o.editing.Unlock()
	o.mu.RLock()
	p := o.world.Proposal(id)
	if p == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	d, err := o.draftOf(p)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	if err := change(&d); err != nil {
		return err
	}
	c, err := d.content()
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.EditContent{Proposal: id, Content: c})
}

// EditParameter changes one parameter in the sentence.
func (o *Office) EditParameter(ctx context.Context, who string, in view.ParameterInput) error {
	return o.edit(ctx, who, in.Proposal, func(d *draft) error { return d.setParameter(in.Param, in.Value) })
}

// EditStep changes what is asked of people.
func (o *Office) EditStep(ctx context.Context, who string, in view.StepInput) error {
	return o.edit(ctx, who, in.Proposal, func(d *draft) error { return d.setStep(in.Step, in.Value) })
}

// EditPlan changes the date and the claim.
func (o *Office) EditPlan(ctx context.Context, who string, in view.PlanInput) error {
	claim := map[loop.Quarter]int{}
	for q, s := range in.Claims {
		if strings.TrimSpace(s) == "" {
			continue
		}
		n, err := notation.Number(s)
		if err != nil || !n.IsInt() || n.Sign() < 0 || !n.Num().IsInt64() || n.Num().Int64() > 100_000 {
			return refuse("uren", "Dit is geen aantal uren: "+s+".", "Vul een heel getal in, bijvoorbeeld 120.",
				view.FieldError{Field: "uren-" + q, Text: "Vul een heel getal in, bijvoorbeeld 120."})
		}
		if n.Sign() > 0 {
			claim[loop.Quarter(q)] = int(n.Num().Int64())
		}
	}
	if !in.From.IsZero() && in.From.Before(o.today()) {
		return refuse("datum", "Deze dag is al voorbij.", "Kies een dag vanaf vandaag.", view.FieldError{Field: "datum", Text: "Kies een dag vanaf vandaag."})
	}
	o.mu.RLock()
	p := o.world.Proposal(in.Proposal)
	if p == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	plan := p.Plan
	d, err := o.draftOf(p)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	plan.Claim = claim
	if last := o.today().AddYears(10); in.From.After(last) {
		return refuse("datum", "Deze dag is te ver weg.", "Kies een dag binnen tien jaar.", view.FieldError{Field: "datum", Text: "Kies een dag binnen tien jaar."})
	}
	for _, e := range plan.Expectations {
		if !in.From.IsZero() && !e.Horizon.After(in.From) {
			return refuse("datum", "Een verwachting wordt al gemeten op "+dutch(e.Horizon)+". Dan geldt het voorstel nog niet.",
				"Kies een eerdere dag, of verwijder die verwachting.", view.FieldError{Field: "datum", Text: "Kies een dag voor " + dutch(e.Horizon) + "."})
		}
	}
	moved := !in.From.IsZero() && in.From != plan.InForce
	if moved {
		plan.InForce, plan.Rollout = in.From, []loop.Stage{{Percent: 100, From: in.From}}
	}
	if err := o.do(ctx, who, loop.EditPlan{Proposal: in.Proposal, Plan: plan}); err != nil {
		return err
	}
	if moved && !d.empty() {
		return o.edit(ctx, who, in.Proposal, func(d *draft) error { d.variant.From = in.From; return nil })
	}
	return nil
}

// AnswerCompass answers questions of the Beleidskompas.
func (o *Office) AnswerCompass(ctx context.Context, who, id string, answers map[string]string) error {
	q, err := readQuestionnaire("beleidskompas")
	if err != nil {
		return err
	}
	for k, a := range answers {
		if !slices.ContainsFunc(q.Questions, func(x question) bool { return x.ID == k }) {
			return refuse("vraag-onbekend", fmt.Sprintf("Vraag %q staat niet in het Beleidskompas.", k), "Ververs de pagina.")
		}
		if err := refusePersonal("vraag-"+k, a); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.EditCompass{Proposal: id, Answers: answers})
}

// AcceptFindings accepts existing weighty findings for the own mandate, each
// with an event of its own. What was accepted before is left as it is, so that
// a form that is sent twice does no harm.
func (o *Office) AcceptFindings(ctx context.Context, who, id string, findings []string, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	if len(findings) == 0 {
		return refuse("bevinding-ontbreekt", "U koos geen bevinding.", "Vink aan wat u aanvaardt.", view.FieldError{Field: "bevinding", Text: "Vink aan wat u aanvaardt."})
	}
	o.mu.RLock()
	var todo []loop.AcceptFinding
	var no error
	for _, f := range slices.Compact(slices.Sorted(slices.Values(findings))) {
		c := loop.AcceptFinding{Proposal: id, Finding: f, Why: loop.Words(why)}
		_, err := o.world.Decide(loop.PersonID(who), c, o.Now())
		var r *loop.Refusal
		switch {
		case err == nil:
			todo = append(todo, c)
		case errors.As(err, &r) && r.Code == "niets-veranderd":
			// By an earlier click.
		case no == nil:
			no = refusal(err)
		}
	}
	o.mu.RUnlock()
	if no != nil {
		return no
	}
	for _, c := range todo {
		if err := o.do(ctx, who, c); err != nil {
			return err
		}
	}
	return nil
}

// SubmitProposal lays a proposal before both keys. What the loop asks first,
// that it is assessed, is done on the way when everything is there.
func (o *Office) SubmitProposal(ctx context.Context, who, id string) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	var state loop.ProposalState
	if p != nil {
		state = p.State
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if state == loop.Sketch || state == loop.Returned {
		if err := o.do(ctx, who, loop.MarkAssessed{Proposal: id}); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.Submit{Proposal: id})
}

// ReturnProposal lays it back.
func (o *Office) ReturnProposal(ctx context.Context, who, id, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Return{Proposal: id, Reason: loop.Words(why)})
}

// WithdrawProposal takes it back.
func (o *Office) WithdrawProposal(ctx context.Context, who, id, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.WithdrawProposal{Proposal: id, Reason: loop.Words(why)})
}

// GiveKey signs the digest that the person had on the screen.
func (o *Office) GiveKey(ctx context.Context, who, id, digest string) error {
	p, _ := o.person(who)
	m, ok := mandates[p.Corner]
	if !ok {
		return refuse("rol-onjuist", "U heeft geen sleutel.", "De sleutels zijn van beleid en van uitvoering.")
	}
	return o.do(ctx, who, loop.TurnKey{Proposal: id, Mandate: m, Digest: loop.Digest(digest)})
}

// Adopt records the decided version in the regulation: it holds from the date
// in the plan, which is part of what both keys signed.
func (o *Office) Adopt(ctx context.Context, who, id string, from rule.Date) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	var plan loop.Plan
	if p != nil {
		plan = p.Plan
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if from != plan.InForce {
		return refuse("andere-datum", "Beide sleutels staan op "+dutch(plan.InForce)+". Een andere dag is een ander voorstel.",
			"Kies "+dutch(plan.InForce)+".", view.FieldError{Field: "datum", Text: "Kies " + dutch(plan.InForce) + "."})
	}
	return o.do(ctx, who, loop.BringIntoForce{Proposal: id})
}
