package office

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// paperView fills what stands beside the rules of a proposal.
func (o *Office) paperView(ctx context.Context, v *view.ProposalView, p *loop.Proposal, d draft, me Person, inTriangle bool) error {
	v.Options, v.OptionsWhy = o.optionRows(p), p.Options.Why
	v.Places = o.articlePlaces(p.Regulation)
	for _, e := range p.Evidence {
		v.Evidence = append(v.Evidence, view.CitizenTestRow{
			ID: e.ID, Date: e.Date, Count: e.Count, Who: e.Who, Method: e.Method, By: o.name(ctx, e.By), Old: e.Content != p.Content.Digest, Findings: len(e.Findings),
		})
	}
	if v.Edit.Can {
		v.Invite = o.invites(ctx, p)
	}
	v.Interim = o.interim(ctx, p)
	v.Promises, v.People = o.promises(ctx, p, me.ID), o.promisers(ctx, p)
	for _, g := range p.Gave {
		if g.Points <= 0 {
			continue
		}
		row := view.RoomRow{Proposal: view.Ref{Text: g.To, Href: proposalHref(g.To)}, Quarter: string(g.Quarter), Hours: g.Points, Why: g.Why, On: g.On}
		if g.By != "" {
			row.By = o.name(ctx, g.By)
		}
		if to := o.world.Proposal(g.To); to != nil {
			row.Proposal.Text = to.Title
		}
		v.Gave = append(v.Gave, row)
	}
	v.Report = wordsOfMoment(ctx, p.History, p.Report)
	o.rolloutView(ctx, v, p, me)
	return o.evaluationView(ctx, v, p, d, me, inTriangle)
}

// optionRows gives the options: always with doing nothing and scrapping, also
// before anybody compared.
func (o *Office) optionRows(p *loop.Proposal) []view.OptionRow {
	list := p.Options.List
	if len(list) == 0 {
		list = []loop.Option{
			{ID: "voorstel", Name: texts.T("opties.voorstel")}, {ID: loop.DoNothing, Name: texts.T("opties.niets-doen")}, {ID: loop.Scrap, Name: texts.T("opties.afschaffen")},
		}
	}
	var out []view.OptionRow
	for _, x := range list {
		row := view.OptionRow{ID: x.ID, Name: x.Name, Effect: x.Effect, Fixed: x.ID == loop.DoNothing || x.ID == loop.Scrap, Chosen: x.ID == p.Options.Chosen}
		switch {
		case x.Run != "":
			row.Run = view.Ref{Text: texts.T("opties.simulatie"), Href: "/simulaties/" + x.Run}
		case x.ID == "voorstel" && p.Simulation.Run != "" && p.Simulation.Content == p.Content.Digest:
			row.Run = view.Ref{Text: texts.T("opties.simulatie"), Href: "/simulaties/" + p.Simulation.Run}
		}
		out = append(out, row)
	}
	return out
}

// CompareOptions sets the options. A row without name and effect is left out.
func (o *Office) CompareOptions(ctx context.Context, who string, in view.OptionsInput) error {
	if err := refusePersonal("waarom", in.Why); err != nil {
		return err
	}
	x := loop.Options{Why: in.Why}
	for k, r := range in.Rows {
		if r.ID == loop.DoNothing || r.ID == loop.Scrap {
			r.Name = texts.T("opties." + r.ID)
		}
		if strings.TrimSpace(r.Name) == "" && strings.TrimSpace(r.Effect) == "" {
			continue
		}
		n := strconv.Itoa(k + 1)
		for field, text := range map[string]string{"naam-" + n: r.Name, "gevolg-" + n: r.Effect} {
			if err := refusePersonal(field, text); err != nil {
				return err
			}
		}
		if strings.TrimSpace(r.Name) == "" {
			return refuse("optie-onjuist", "Deze optie heeft geen naam.", "Geef een korte naam.", view.FieldError{Field: "naam-" + n, Text: "Geef deze optie een korte naam."})
		}
		if r.ID == "" {
			r.ID = o.NewID("o")
		}
		if r.Chosen {
			x.Chosen = r.ID
		}
		run := ""
		if id, ok := strings.CutPrefix(r.Run.Href, "/simulaties/"); ok {
			run = id
		}
		x.List = append(x.List, loop.Option{ID: r.ID, Name: strings.TrimSpace(r.Name), Effect: strings.TrimSpace(r.Effect), Run: run})
	}
	o.mu.RLock()
	for k := range x.List {
		for _, old := range o.optionsOf(in.Proposal) {
			if old.ID == x.List[k].ID && x.List[k].Run == "" {
				x.List[k].Run = old.Run
			}
		}
	}
	o.mu.RUnlock()
	return o.do(ctx, who, loop.CompareOptions{Proposal: in.Proposal, Options: x})
}

func (o *Office) optionsOf(id string) []loop.Option {
	if p := o.world.Proposal(id); p != nil {
		return p.Options.List
	}
	return nil
}

// RecordEvidence records a test with citizens and what came out.
func (o *Office) RecordEvidence(ctx context.Context, who string, in view.CitizenTestInput) error {
	for field, text := range map[string]string{"wie": in.Who, "manier": in.Method} {
		if err := refusePersonal(field, text); err != nil {
			return err
		}
	}
	var faults []view.FieldError
	count, err := strconv.Atoi(strings.TrimSpace(in.Count))
	if err != nil || count < 1 {
		faults = append(faults, view.FieldError{Field: "aantal", Text: "Vul een heel getal in van 1 of meer."})
	}
	if in.Date.IsZero() || in.Date.After(o.today()) {
		faults = append(faults, view.FieldError{Field: "dag", Text: "Kies een dag die geweest is."})
	}
	if strings.TrimSpace(in.Who) == "" {
		faults = append(faults, view.FieldError{Field: "wie", Text: "Noem het soort mensen, zonder namen."})
	}
	if strings.TrimSpace(in.Method) == "" {
		faults = append(faults, view.FieldError{Field: "manier", Text: "Zeg hoe er getest is."})
	}
	if len(faults) > 0 {
		return refuse("onderzoek-onjuist", "Er ontbreekt iets over deze test.", "Vul aan wat ontbreekt.", faults...)
	}
	e := loop.Evidence{ID: o.NewID("b"), Date: in.Date, Count: count, Who: in.Who, Method: in.Method}
	o.mu.RLock()
	p := o.world.Proposal(in.Proposal)
	if p != nil {
		e.Content = p.Content.Digest
		for k, f := range in.Findings {
			if f.Text == "" {
				continue
			}
			if err = refusePersonal("bevinding-"+strconv.Itoa(k+1), f.Text); err != nil {
				break
			}
			var x loop.Finding
			if x, err = o.saidFinding(p.Regulation, "burgers/"+e.ID+"/"+strconv.Itoa(k+1), f); err != nil {
				break
			}
			e.Findings = append(e.Findings, x)
		}
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.RecordEvidence{Proposal: in.Proposal, Evidence: e})
}

// ResolveFinding says how a finding of citizens was taken away.
func (o *Office) ResolveFinding(ctx context.Context, who, proposal, finding, how string) error {
	if err := refusePersonal("hoe", how); err != nil {
		return err
	}
	return o.do(ctx, who, loop.ResolveFinding{Proposal: proposal, Finding: finding, How: how})
}

// invites gives the corners without a co-author and who can be asked.
func (o *Office) invites(ctx context.Context, p *loop.Proposal) []view.Invite {
	t := o.world.TriangleOf(loop.Anchor{Regulation: p.Regulation})
	if t == nil {
		return nil
	}
	var out []view.Invite
	for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
		if p.Authors[m] != "" {
			continue
		}
		in := view.Invite{Mandate: string(m)}
		for _, h := range t.Members(o.today()) {
			if h.Person != "" && h.Post.Corner == m.Corner() && !slices.ContainsFunc(in.People, func(x view.Option) bool { return x.Value == string(h.Person) }) {
				in.People = append(in.People, view.Option{Value: string(h.Person), Label: o.name(ctx, h.Person)})
			}
		}
		out = append(out, in)
	}
	return out
}

// AskAuthor names a co-author for a corner.
func (o *Office) AskAuthor(ctx context.Context, who, proposal, mandate, person string) error {
	return o.do(ctx, who, loop.NameAuthor{Proposal: proposal, Mandate: loop.Mandate(mandate), Person: loop.PersonID(person)})
}

// interim gives what the desk does until the change is there: from the answers
// that promised it.
func (o *Office) interim(ctx context.Context, p *loop.Proposal) []view.InterimRow {
	var out []view.InterimRow
	for _, i := range o.world.Issues() {
		a := i.Answer()
		if a == nil || a.Proposal != p.ID || i.State != loop.Answered || a.Interim.Words == "" {
			continue
		}
		out = append(out, view.InterimRow{Text: reasonOf(ctx, a.By, a.Interim), Issue: view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}, Until: a.LeverBy})
	}
	return out
}

// MarkAssessed says that a sketch is tested.
func (o *Office) MarkAssessed(ctx context.Context, who, proposal string) error {
	return o.do(ctx, who, loop.MarkAssessed{Proposal: proposal})
}

// GiveKey signs the digest that the person had on the screen, plain or on
// conditions: each becomes a promise by name when both keys are there.
func (o *Office) GiveKey(ctx context.Context, who string, in view.KeyInput) error {
	p, _ := o.person(who)
	m, ok := mandates[p.Corner]
	if !ok {
		return refuse("rol-onjuist", "U heeft geen sleutel.", "De sleutels zijn van beleid en van uitvoering.")
	}
	c := loop.TurnKey{Proposal: in.Proposal, Mandate: m, Digest: loop.Digest(in.Digest)}
	for _, x := range in.Conditions {
		if x.By == "" && strings.TrimSpace(x.What) == "" && x.Due == (rule.Date{}) {
			continue
		}
		promise, err := o.promise(x)
		if err != nil {
			return err
		}
		c.Conditions = append(c.Conditions, promise)
	}
	return o.do(ctx, who, c)
}
