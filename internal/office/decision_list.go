package office

import (
	"cmp"
	"context"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
)

// Decisions lists what was decided, the newest first, and the cases that can be
// decided. state keeps one state; "" is all.
func (o *Office) Decisions(ctx context.Context, who, state string, asked view.Asked) (view.DecisionListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.DecisionListView{Today: o.today(), State: state}
	if state != "" && !slices.Contains(view.DecisionStates[:], view.DecisionState(state)) {
		return v, view.ErrNotFound
	}
	counts := map[loop.DecisionState]int{}
	var found []*loop.Decision
	for _, d := range o.decisionsFor(o.readerOf(ctx, who)) {
		if !mentions(asked.Words, o.caseTitle(d), o.regulationName(d.Anchor.Regulation), d.Outcome, string(d.Kind), d.ID) {
			continue
		}
		counts[d.State]++
		if state == "" || string(d.State) == state {
			found = append(found, d)
		}
	}
	for _, s := range view.DecisionStates {
		v.States = append(v.States, view.StateOf{State: string(s), Count: counts[loop.DecisionState(s)]})
	}
	slices.SortStableFunc(found, func(a, b *loop.Decision) int { return cmp.Compare(b.History[0].Seq, a.History[0].Seq) })
	found, v.Paging = view.PageOf(found, asked)
	for _, d := range found {
		sawDecision(ctx, d)
		v.Rows = append(v.Rows, view.DecisionRow{
			ID: d.ID, Case: o.caseTitle(d), Regulation: o.regulationName(d.Anchor.Regulation), Date: d.Date, Outcome: decisionText(d), Version: o.versionText(d),
			State: string(d.State), Hear: mustHear(d), Synthetic: d.Synthetic,
		})
	}
	if _, ok := o.person(who); ok {
		v.Record.Can = true
	}
	if o.Demo == nil {
		v.Decide.Why = "Zaken komen uit het zaaksysteem. Dat is hier nog niet aangesloten."
		return v, nil
	}
	for _, c := range o.Demo.Cases {
		if r, ok := o.rules.set.Get(c.Regulation); ok {
			v.Cases = append(v.Cases, view.Option{Value: c.Regulation + "/" + c.ID, Label: c.Title + " – " + r.Name})
		}
	}
	v.Decide = o.anybody(who)
	return v, nil
}

// anybody may do it who works here.
func (o *Office) anybody(who string) view.Action {
	if _, ok := o.person(who); !ok {
		return view.Action{Why: "Kies bovenaan als wie u werkt."}
	}
	return view.Action{Can: true}
}

// mustHear reports that somebody is still to be spoken to.
func mustHear(d *loop.Decision) bool {
	return d.Prepared() && d.Burdened && !d.Reached() && d.Exception == ""
}

// caseTitle names the case of a decision: what the case system calls it, or its
// pseudonym.
func (o *Office) caseTitle(d *loop.Decision) string {
	if c, ok := o.caseFor(d.Case); ok {
		return c.Title
	}
	return d.Case
}

func (o *Office) regulationName(id string) string {
	if r, ok := o.rules.set.Get(id); ok {
		return r.Name
	}
	return id
}

func decisionText(d *loop.Decision) string {
	t := cmp.Or(d.Outcome, string(d.Kind))
	if d.Prepared() {
		t += " (nog niet besloten)"
	}
	return t
}

// RecordForm is the page on which a decision of another system is recorded.
func (o *Office) RecordForm(_ context.Context, who string) (view.RecordForm, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.RecordForm{Today: o.today(), Can: o.anybody(who), Places: o.places()}
	for _, k := range []loop.DecisionKind{loop.Stop, loop.Recovery, loop.Sanction, loop.Rejected, loop.Award} {
		v.Kinds = append(v.Kinds, view.Option{Value: string(k), Label: texts.T("besluit." + string(k))})
	}
	return v, nil
}

// places lists regulations and their articles, to choose from.
func (o *Office) places() []view.Option {
	var out []view.Option
	for _, r := range o.rules.set.Regulations {
		out = append(out, view.Option{Value: r.ID, Label: r.Name})
		for _, a := range r.Articles {
			if a.Number != "" {
				out = append(out, view.Option{Value: r.ID + "/" + a.ID, Label: r.Name + " – " + articleName(a)})
			}
		}
	}
	return out
}

// RecordDecision records what another system is about to decide: it is the road
// for a stop, a sanction or a recovery that no rule here computes. What burdens
// somebody waits until that person was spoken to.
func (o *Office) RecordDecision(ctx context.Context, who string, in view.RecordInput) (string, error) {
	if err := refusePersonal("zaak", in.Case); err != nil {
		return "", err
	}
	if err := refusePersonal("uitkomst", in.Outcome); err != nil {
		return "", err
	}
	a, err := loop.ParseAnchor(in.Place)
	if err != nil {
		return "", refuse("plek", "Deze plek bestaat niet.", "Kies een regeling of een artikel uit de lijst.", view.FieldError{Field: "plek", Text: "Kies een plek uit de lijst."})
	}
	amount, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return "", err
	}
	loss, err := typedCents("verlies", in.Loss)
	if err != nil {
		return "", err
	}
	pseudonym, err := o.caseOf(in.Case)
	if err != nil {
		return "", err
	}
	id := o.NewID("b")
	o.mu.RLock()
	rules := string(o.rules.set.Digest())
	if r, ok := o.rules.set.Get(a.Regulation); ok && r.Level < regulation.LevelRules {
		// Without rules a decision names the text.
		if g := o.world.Regulation(a.Regulation); g != nil && g.Digest != "" {
			rules = string(g.Digest)
		}
	}
	o.mu.RUnlock()
	return id, o.do(ctx, who, loop.IntendDecision{
		ID: id, Case: pseudonym, Anchor: a, RuleSet: rules, Date: in.Date, Kind: loop.DecisionKind(in.Kind),
		Outcome: cmp.Or(in.Outcome, in.Kind), Cents: amount, Loss: loss, Synthetic: o.Demo != nil,
	})
}
