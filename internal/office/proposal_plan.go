package office

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// planView is when a proposal holds, its stages, and what it asks per quarter.
func (o *Office) planView(p *loop.Proposal, edit view.Action) view.PlanView {
	v := view.PlanView{From: p.Plan.InForce, Horizon: p.Plan.InForce.AddYears(1).AddDays(-1), Edit: edit}
	for k, s := range p.Plan.Rollout {
		v.Stages = append(v.Stages, view.PlanStage{Percent: s.Percent, From: s.From, Days: s.Days, Begun: p.Stage >= k, Current: p.Stage == k && p.Percent() > 0})
	}
	t := o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
	if t == nil {
		return v
	}
	quarters := map[loop.Quarter]bool{}
	for q := range t.Capacity {
		quarters[q] = true
	}
	for q, n := range p.Plan.Claim {
		quarters[q] = quarters[q] || n > 0
	}
	others := o.claimants(t, p.ID)
	for _, q := range slices.Sorted(maps.Keys(quarters)) {
		capacity, known := t.Capacity[q]
		row := view.ClaimRow{Quarter: string(q), Claim: p.Plan.Claim[q], Capacity: capacity, Unknown: !known}
		for _, other := range others {
			row.Used += other.Claimed(q)
		}
		for _, y := range p.Plan.Yields {
			if y.Quarter == q {
				row.Freed += y.Points
			}
		}
		v.Claims = append(v.Claims, row)
	}
	return v
}

// claimants gives the proposals on the capacity of a triangle, except one.
func (o *Office) claimants(t *loop.Triangle, except string) []*loop.Proposal {
	return slices.DeleteFunc(o.claimantsBy()[t], func(p *loop.Proposal) bool { return p.ID == except })
}

// claimantsBy gives the proposals on the capacity of each triangle.
func (o *Office) claimantsBy() map[*loop.Triangle][]*loop.Proposal {
	out := map[*loop.Triangle][]*loop.Proposal{}
	of := map[string]*loop.Triangle{} // by regulation: there are far fewer of them than proposals
	for _, p := range o.world.Proposals() {
		t, known := of[p.Regulation]
		if !known {
			t = o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
			of[p.Regulation] = t
		}
		out[t] = append(out[t], p)
	}
	return out
}

// ProposalPlan is the page on which the plan of a proposal is made.
func (o *Office) ProposalPlan(ctx context.Context, who, id string) (view.PlanPageView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	p := o.world.Proposal(id)
	if p == nil {
		return view.PlanPageView{}, view.ErrNotFound
	}
	me, known := o.person(who)
	edit := mayEdit(p, me, known)
	v := view.PlanPageView{
		ID: p.ID, Title: p.Title, Regulation: view.Ref{Text: o.regulationName(p.Regulation), Href: regulationHref(p.Regulation)},
		State: proposalState(p.State), Plan: o.planView(p, edit), Promises: o.promises(ctx, p, who), People: o.promisers(ctx, p), Needs: needs(p),
	}
	t := o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
	for _, y := range p.Plan.Yields {
		row := view.YieldRow{Proposal: view.Ref{Text: y.From, Href: proposalHref(y.From)}, From: y.From, Quarter: string(y.Quarter), Hours: y.Points, By: o.name(ctx, y.By), Why: y.Why, Remove: edit}
		if other := o.world.Proposal(y.From); other != nil {
			row.Proposal.Text = other.Title
		}
		v.Yields = append(v.Yields, row)
	}
	for _, c := range v.Plan.Claims {
		over := c.Used + c.Claim - c.Freed - c.Capacity
		if c.Unknown || c.Claim == 0 || over <= 0 || t == nil || p.State.Adopted() {
			continue
		}
		full := view.FullQuarter{Quarter: c.Quarter, Over: over}
		for _, other := range o.claimants(t, p.ID) {
			n := other.Claimed(loop.Quarter(c.Quarter))
			for _, y := range p.Plan.Yields {
				if y.From == other.ID && string(y.Quarter) == c.Quarter {
					n -= y.Points
				}
			}
			if n > 0 {
				full.Choices = append(full.Choices, view.Option{Value: other.ID, Label: texts.T("plan.wijkt-keuze", "voorstel", other.Title, "uren", n)})
			}
		}
		v.Full = append(v.Full, full)
	}
	return v, nil
}

// needs gives what assessments ask and nobody promised.
func needs(p *loop.Proposal) []string {
	open := map[loop.Need]bool{}
	for _, a := range p.Assessments {
		if a.Content == p.Content.Digest {
			for _, n := range a.Needs {
				open[n] = true
			}
		}
	}
	for _, x := range p.Plan.Promises {
		delete(open, x.Kind)
	}
	var out []string
	for _, n := range slices.Sorted(maps.Keys(open)) {
		out = append(out, string(n))
	}
	return out
}

// promisers are those who can promise something: the people of the triangle.
func (o *Office) promisers(ctx context.Context, p *loop.Proposal) []view.Option {
	t := o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
	if t == nil {
		return nil
	}
	var out []view.Option
	for _, h := range t.Members(o.today()) {
		if h.Person != "" && !slices.ContainsFunc(out, func(x view.Option) bool { return x.Value == string(h.Person) }) {
			out = append(out, view.Option{Value: string(h.Person), Label: o.name(ctx, h.Person)})
		}
	}
	return out
}

// promises lists the promises of the plan and the conditions of the keys, with
// how they stand.
func (o *Office) promises(ctx context.Context, p *loop.Proposal, who string) []view.PledgeRow {
	me, known := o.person(who)
	edit := mayEdit(p, me, known)
	row := func(x loop.Promise, condition string) view.PledgeRow {
		r := view.PledgeRow{ID: x.ID, By: o.name(ctx, x.By), What: x.What, Kind: string(x.Kind), Due: x.Due, Condition: condition}
		if condition == "" {
			r.Remove = edit
		}
		for _, ob := range p.Obligations() {
			if ob.Duty != loop.DutyPromise || ob.Ref != x.ID {
				continue
			}
			r.Owed, r.Done = ob.Open(), ob.Done
			if ob.Open() {
				if step := o.world.Terms.Ladder.Step(ob.Due, o.today()); step != loop.OnTime {
					r.Late = step.String()
				}
				head := o.world.HeadAt(loop.Anchor{Regulation: p.Regulation}, o.today()).Person
				r.Keep.Can = known && (loop.PersonID(who) == x.By || loop.PersonID(who) == head)
			}
		}
		return r
	}
	var out []view.PledgeRow
	for _, x := range p.Plan.Promises {
		out = append(out, row(x, ""))
	}
	for _, k := range p.Keys {
		for _, x := range k.Conditions {
			out = append(out, row(x, string(k.Mandate)))
		}
	}
	return out
}

// hours reads a whole number of hours as people type it.
func hours(field, s string) (int, error) {
	n, err := notation.Number(s)
	if err != nil || !n.IsInt() || n.Sign() < 0 || !n.Num().IsInt64() || n.Num().Int64() > 100_000 {
		return 0, refuse("uren", "Dit is geen aantal uren: "+s+".", "Vul een heel getal in, bijvoorbeeld 120.",
			view.FieldError{Field: field, Text: "Vul een heel getal in, bijvoorbeeld 120."})
	}
	return int(n.Num().Int64()), nil
}

// replan changes the plan of a proposal as it is now.
func (o *Office) replan(ctx context.Context, who, id string, change func(*loop.Plan) error) error {
	o.editing.Lock()
	defer o.editing.Unlock()
	return redo(func() error { return o.replanOnce(ctx, who, id, change) })
}

func (o *Office) replanOnce(ctx context.Context, who, id string, change func(*loop.Plan) error) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	var plan loop.Plan
	var base request
	if p != nil {
		base = o.unmoved(p)
		plan = p.Plan
		plan.Yields, plan.Promises, plan.Rollout = slices.Clone(plan.Yields), slices.Clone(plan.Promises), slices.Clone(plan.Rollout)
		plan.Claim = maps.Clone(plan.Claim)
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if err := change(&plan); err != nil {
		return err
	}
	_, err := o.doOnce(ctx, who, loop.EditPlan{Proposal: id, Plan: plan}, base)
	return err
}

// EditPlan changes the date and the claim. Stages move along with the date.
func (o *Office) EditPlan(ctx context.Context, who string, in view.PlanInput) error {
	claim := map[loop.Quarter]int{}
	for q, s := range in.Claims {
		if strings.TrimSpace(s) == "" {
			continue
		}
		n, err := hours("uren-"+q, s)
		if err != nil {
			return err
		}
		if n > 0 {
			claim[loop.Quarter(q)] = n
		}
	}
	if !in.From.IsZero() && in.From.Before(o.today()) {
		return refuse("datum", "Deze dag is al voorbij.", "Kies een dag vanaf vandaag.", view.FieldError{Field: "datum", Text: "Kies een dag vanaf vandaag."})
	}
	if last := o.today().AddYears(10); in.From.After(last) {
		return refuse("datum", "Deze dag is te ver weg.", "Kies een dag binnen tien jaar.", view.FieldError{Field: "datum", Text: "Kies een dag binnen tien jaar."})
	}
	o.mu.RLock()
	p := o.world.Proposal(in.Proposal)
	var d draft
	var err error
	if p != nil {
		d, err = o.draftOf(p)
	}
	o.mu.RUnlock()
	switch {
	case p == nil:
		return view.ErrNotFound
	case err != nil:
		return err
	}
	moved := false
	if err := o.replan(ctx, who, in.Proposal, func(plan *loop.Plan) error {
		for _, e := range plan.Expectations {
			if !in.From.IsZero() && !e.Horizon.After(in.From) {
				return refuse("datum", "Een verwachting wordt al gemeten op "+dutch(e.Horizon)+". Dan geldt het voorstel nog niet.",
					"Kies een eerdere dag, of verwijder die verwachting.", view.FieldError{Field: "datum", Text: "Kies een dag voor " + dutch(e.Horizon) + "."})
			}
		}
		plan.Claim = claim
		// What moved up for a claim that is gone does not move up any more.
		plan.Yields = slices.DeleteFunc(plan.Yields, func(y loop.Yield) bool { return claim[y.Quarter] == 0 })
		if moved = !in.From.IsZero() && in.From != plan.InForce; !moved {
			return nil
		}
		for k, s := range plan.Rollout {
			switch {
			case plan.InForce.IsZero() || len(plan.Rollout) == 1:
				plan.Rollout[k].From = in.From
			case in.From.Before(plan.InForce):
				plan.Rollout[k].From = s.From.AddDays(-daysSince(in.From, plan.InForce))
			default:
				plan.Rollout[k].From = s.From.AddDays(daysSince(plan.InForce, in.From))
			}
		}
		plan.InForce = in.From
		if len(plan.Rollout) == 0 {
			plan.Rollout = []loop.Stage{{Percent: 100, From: in.From}}
		}
		return nil
	}); err != nil {
		return err
	}
	if moved && !d.empty() {
		return o.edit(ctx, who, in.Proposal, func(d *draft) error { d.variant.From = in.From; return nil })
	}
	return nil
}

// EditRollout sets the stages. Without a row it is one stage of 100 percent.
func (o *Office) EditRollout(ctx context.Context, who string, in view.RolloutInput) error {
	var stages []loop.Stage
	for k, r := range in.Rows {
		if strings.TrimSpace(r.Percent) == "" && r.From.IsZero() {
			continue
		}
		field := func(name string) string { return name + "-" + strconv.Itoa(k+1) }
		percent, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(r.Percent), "%")))
		if err != nil || percent < 1 || percent > 100 {
			return refuse("procent", "Trede "+strconv.Itoa(k+1)+" heeft geen percentage dat kan.", "Vul een heel getal in van 1 tot en met 100.",
				view.FieldError{Field: field("procent"), Text: "Vul een heel getal in van 1 tot en met 100."})
		}
		if r.From.IsZero() {
			return refuse("datum", "Trede "+strconv.Itoa(k+1)+" heeft geen begindag.", "Kies een dag.", view.FieldError{Field: field("vanaf"), Text: "Kies een dag."})
		}
		days := 0
		if s := strings.TrimSpace(r.Days); s != "" {
			if days, err = strconv.Atoi(s); err != nil || days < 0 || days > 366 {
				return refuse("meetdagen", "Trede "+strconv.Itoa(k+1)+" heeft geen aantal dagen dat kan.", "Vul een heel getal in van 0 tot en met 366.",
					view.FieldError{Field: field("dagen"), Text: "Vul een heel getal in van 0 tot en met 366."})
			}
		}
		if n := len(stages); n > 0 && (percent <= stages[n-1].Percent || r.From.Before(stages[n-1].From)) {
			return refuse("uitrol-onjuist", "Trede "+strconv.Itoa(k+1)+" is niet groter dan de vorige, of begint eerder.", "Elke trede is groter en begint niet eerder.",
				view.FieldError{Field: field("procent"), Text: "Kies meer procent dan de vorige trede, en geen eerdere dag."})
		}
		stages = append(stages, loop.Stage{Percent: percent, From: r.From, Days: days})
	}
	return o.replan(ctx, who, in.Proposal, func(plan *loop.Plan) error {
		if len(stages) == 0 {
			stages = []loop.Stage{{Percent: 100, From: plan.InForce}}
		}
		last := stages[len(stages)-1]
		if last.Percent != 100 {
			return refuse("uitrol-onjuist", "De laatste trede is "+strconv.Itoa(last.Percent)+" %.", "Eindig met 100 %.",
				view.FieldError{Field: "procent-" + strconv.Itoa(len(stages)), Text: "De laatste trede is 100 %."})
		}
		if last.From.After(plan.InForce) {
			return refuse("uitrol-onjuist", "De laatste trede begint na "+dutch(plan.InForce)+". Dan geldt het voorstel al voor iedereen.",
				"Kies een eerdere dag, of verzet eerst de ingangsdatum.", view.FieldError{Field: "vanaf-" + strconv.Itoa(len(stages)), Text: "Kies een dag tot en met " + dutch(plan.InForce) + "."})
		}
		plan.Rollout = stages
		return nil
	})
}

// Yield says what moves up for a proposal, and who says so.
func (o *Office) Yield(ctx context.Context, who string, in view.YieldInput) error {
	if err := refusePersonal("waarom", in.Why); err != nil {
		return err
	}
	n, err := hours("uren", in.Hours)
	if err != nil {
		return err
	}
	switch {
	case in.From == "":
		return refuse("wijkt", "Er is niet gekozen wat opschuift.", "Kies een voorstel.", view.FieldError{Field: "wijkt", Text: "Kies wat opschuift."})
	case n == 0:
		return refuse("uren", "Er is geen aantal uren.", "Vul in hoeveel uur opschuift.", view.FieldError{Field: "uren", Text: "Vul een heel getal in, bijvoorbeeld 120."})
	case strings.TrimSpace(in.Why) == "":
		return refuse("reden-ontbreekt", "Er staat niet waarom dit opschuift.", "Schrijf één zin. Iedereen kan hem lezen.", view.FieldError{Field: "waarom", Text: "Zeg waarom dit kan opschuiven."})
	}
	o.mu.RLock()
	from := o.world.Proposal(in.From)
	room := 0
	if from != nil {
		room = from.Claimed(loop.Quarter(in.Quarter))
	}
	o.mu.RUnlock()
	return o.replan(ctx, who, in.Proposal, func(plan *loop.Plan) error {
		for _, y := range plan.Yields {
			if y.From == in.From && string(y.Quarter) == in.Quarter {
				room -= y.Points
			}
		}
		if n > room {
			return refuse("wijken-onjuist", fmt.Sprintf("Dat voorstel heeft in dit kwartaal nog %d uur.", max(room, 0)), "Kies minder uren, of iets anders.",
				view.FieldError{Field: "uren", Text: fmt.Sprintf("Ten hoogste %d uur.", max(room, 0))})
		}
		plan.Yields = append(plan.Yields, loop.Yield{From: in.From, Quarter: loop.Quarter(in.Quarter), Points: n, By: loop.PersonID(who), Why: in.Why})
		return nil
	})
}

// Unyield takes back what would move up.
func (o *Office) Unyield(ctx context.Context, who string, in view.YieldInput) error {
	return o.replan(ctx, who, in.Proposal, func(plan *loop.Plan) error {
		plan.Yields = slices.DeleteFunc(plan.Yields, func(y loop.Yield) bool { return y.From == in.From && string(y.Quarter) == in.Quarter })
		return nil
	})
}

// AddPromise adds a promise by name: money, people, or something else.
func (o *Office) AddPromise(ctx context.Context, who string, in view.PromiseInput) error {
	x, err := o.promise(in)
	if err != nil {
		return err
	}
	return o.replan(ctx, who, in.Proposal, func(plan *loop.Plan) error {
		plan.Promises = append(plan.Promises, x)
		return nil
	})
}

// RemovePromise takes a promise out of the plan.
func (o *Office) RemovePromise(ctx context.Context, who, proposal, id string) error {
	return o.replan(ctx, who, proposal, func(plan *loop.Plan) error {
		plan.Promises = slices.DeleteFunc(plan.Promises, func(x loop.Promise) bool { return x.ID == id })
		return nil
	})
}

func (o *Office) promise(in view.PromiseInput) (loop.Promise, error) {
	var faults []view.FieldError
	if in.By == "" {
		faults = append(faults, view.FieldError{Field: "wie", Text: "Kies wie dit toezegt."})
	}
	if strings.TrimSpace(in.What) == "" {
		faults = append(faults, view.FieldError{Field: "wat", Text: "Schrijf wat er wordt toegezegd."})
	}
	if in.Due.IsZero() || in.Due.Before(o.today()) {
		faults = append(faults, view.FieldError{Field: "dag", Text: "Kies een dag vanaf vandaag."})
	}
	if len(faults) > 0 {
		return loop.Promise{}, refuse("toezegging-onjuist", "Een toezegging noemt wie, wat en wanneer.", "Vul aan wat ontbreekt.", faults...)
	}
	if err := refusePersonal("wat", in.What); err != nil {
		return loop.Promise{}, err
	}
	return loop.Promise{ID: o.NewID("t"), By: loop.PersonID(in.By), What: in.What, Kind: loop.Need(in.Kind), Due: in.Due}, nil
}

// KeepPromise reports that a promise or a condition was kept, with the proof.
func (o *Office) KeepPromise(ctx context.Context, who, proposal, id, how string) error {
	if err := refusePersonal("bewijs", how); err != nil {
		return err
	}
	return o.do(ctx, who, loop.KeepPromise{Proposal: proposal, Promise: id, How: loop.Words(how)})
}
