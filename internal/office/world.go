package office

import (
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// ownerOf gives who owes the answer to a knelpunt today.
func (o *Office) ownerOf(i *loop.Issue) loop.Holder {
	if d, ok := i.Due(); ok && d.Duty != loop.DutyKey {
		return o.world.Resolve(d.Debtor, o.today())
	}
	return o.world.OwnerAt(i.Anchors[0], o.today())
}

// holder gives who holds a post of a triangle; a post that is outside, or
// vacant, has no person.
func (o *Office) holder(t *loop.Triangle, p loop.Post, on rule.Date) loop.Holder {
	for _, h := range t.Members(on) {
		if h.Post.ID == p.ID && (h.Signs || h.Person == "") {
			return h
		}
	}
	return loop.Holder{Triangle: t.ID, Post: p, Vacant: true}
}

// asks reports whether a reporter is asked to react to an answer.
func asks(i *loop.Issue, a *loop.Answer, who loop.PersonID) bool {
	return i.State == loop.Answered && !a.WindowFrom.IsZero() && a.By != who
}

// disputes reports whether a reporter can say now that an answer is wrong,
// without being asked: before a promised change is there, and after the end.
func disputes(i *loop.Issue, a *loop.Answer, who loop.PersonID) bool {
	h, reporter := i.Reporters()[who]
	return reporter && h.Reachable && a.By != who && (i.State == loop.Solved || i.State == loop.Answered && a.WindowFrom.IsZero())
}

// versionOf gives the digest of the rule version in force, for an anchor.
func (o *Office) versionOf(id string) string {
	if id == "" {
		return ""
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	d, _ := o.rules.set.VersionDigest(id, o.today())
	return string(d)
}

// issueStateText says in a few words where a knelpunt is.
func (o *Office) issueStateText(ctx context.Context, i *loop.Issue) string {
	a := i.Answer()
	switch {
	case i.State == loop.Open:
		return "Wacht op antwoord van " + o.holderName(ctx, o.ownerOf(i)) + "."
	case i.State == loop.Solved:
		return "Opgelost op " + dutch(i.Ending.On) + "."
	case i.State == loop.Accepted:
		return "Bewust aanvaard. Opnieuw bekeken op " + dutch(a.ReviewBy) + "."
	case i.State == loop.Merged:
		return "Samengevoegd."
	case a != nil && !a.WindowFrom.IsZero():
		return "Beantwoord. Melders zeggen of het klopt."
	case a != nil && a.Kind.Promises():
		return "Beantwoord. De wijziging komt uiterlijk " + dutch(a.LeverBy) + "."
	}
	return "Beantwoord."
}

func cutStream(stream string) (kind, id string) {
	kind, id, _ = strings.Cut(stream, "/")
	return kind, id
}

// trimVersion takes the number off an event type: "knelpunt.geopend.1".
func trimVersion(typ string) string {
	if k := strings.LastIndexByte(typ, '.'); k > 0 {
		return typ[:k]
	}
	return typ
}

// signalIn finds the signal that an earlier request with the same key filed.
func signalIn(r store.Result) (string, bool) {
	for _, rec := range r.Records {
		p, err := loop.Decode(rec)
		if err != nil {
			continue
		}
		if s, ok := p.(*loop.SignalReceived); ok {
			return s.Signal.ID, true
		}
	}
	return "", false
}

// missing says what stands in the way of the next step, in the order in which
// the page asks for it.
func (o *Office) missing(p *loop.Proposal) []view.MissingRow {
	if !p.State.Editable() {
		return nil
	}
	var out []view.MissingRow
	add := func(code, href string) {
		out = append(out, view.MissingRow{Code: code, Text: texts.T("mist." + code), Href: "#" + href})
	}
	if p.Authors[loop.Execution] == "" {
		add("medeauteur-uitvoering", "auteurs")
	}
	if p.Authors[loop.Policy] == "" {
		add("medeauteur-beleid", "auteurs")
	}
	if p.Content.Digest == "" || p.Content.Digest == p.Content.Baseline {
		add("inhoud", "regel")
		return out
	}
	required := o.world.Terms.Required
	if len(p.Asks.Required) > 0 {
		required = p.Asks.Required
	}
	for _, q := range required {
		done, stale := false, false
		for _, a := range p.Assessments {
			if a.Questionnaire == q {
				done, stale = a.Content == p.Content.Digest, a.Content != p.Content.Digest
			}
		}
		switch {
		case stale:
			out = append(out, view.MissingRow{Code: "verouderd-" + q, Text: texts.T("mist.verouderd", "toets", o.questions.latest(q).Name), Href: "#toets-" + q})
		case !done:
			out = append(out, view.MissingRow{Code: "toets-" + q, Text: texts.T("mist.toets", "toets", o.questions.latest(q).Name), Href: "#toets-" + q})
		}
	}
	for _, q := range o.questions.edition(compassList, p.Edition(compassList)).Questions {
		if slices.Contains(p.Asks.Compass, q.ID) && strings.TrimSpace(p.Compass[q.ID]) == "" {
			out = append(out, view.MissingRow{Code: "kompas-" + q.ID, Text: texts.T("mist.kompas", "vraag", q.Text), Href: "#kompas-vraag-" + q.ID})
		}
	}
	if x := p.Options; p.Asks.Options && (len(x.List) == 0 || x.Chosen == "" || x.Why == "" || slices.ContainsFunc(x.List, func(o loop.Option) bool { return o.Effect == "" })) {
		add("opties", "opties")
	}
	r, ok := o.rules.set.Get(p.Regulation)
	switch {
	case ok && r.Level < regulation.LevelRules:
		// Without rules there is nothing to simulate, and nothing is asked.
	case p.Simulation.Run == "":
		add("simulatie", "simulatie")
	case p.Simulation.Content != p.Content.Digest:
		add("verouderd-simulatie", "simulatie")
	}
	if blocking, existing := p.Findings(); len(blocking) > 0 {
		add("bevinding-nieuw", "bevindingen")
	} else if len(existing) > 0 && !o.allAccepted(p, existing) {
		add("bevinding-aanvaarden", "bevindingen")
	}
	if len(p.Plan.Expectations) == 0 {
		add("verwachting", "verwachtingen")
	}
	if p.Plan.InForce.Before(o.today()) {
		add("datum", "plan")
	}
	for _, n := range needs(p) {
		out = append(out, view.MissingRow{Code: "toezegging-" + n, Text: texts.T("mist.toezegging-" + n), Href: proposalHref(p.ID) + "/plan#toezeggingen"})
	}
	for _, c := range o.planView(p, view.Action{}).Claims {
		switch over := c.Used + c.Claim - c.Freed - c.Capacity; {
		case c.Claim == 0:
		case c.Unknown:
			out = append(out, view.MissingRow{Code: "capaciteit-onbekend", Text: texts.T("mist.capaciteit-onbekend", "kwartaal", c.Quarter), Href: "/veranderagenda"})
		case over > 0:
			out = append(out, view.MissingRow{Code: "capaciteit-vol", Text: texts.T("mist.capaciteit-vol", "kwartaal", c.Quarter, "uren", over), Href: proposalHref(p.ID) + "/plan#ruimte"})
		}
	}
	return out
}

func (o *Office) allAccepted(p *loop.Proposal, fs []loop.Finding) bool {
	for _, f := range fs {
		for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
			if !accepted(p, f.Key, m) {
				return false
			}
		}
	}
	return true
}

func accepted(p *loop.Proposal, finding string, m loop.Mandate) bool {
	for _, a := range p.Accepted {
		if a.Finding == finding && a.Mandate == m && a.Content == p.Content.Digest {
			return true
		}
	}
	return false
}

// effect tells how many worked examples come out differently: the smallest
// proof that a change does something.
func (o *Office) effect(p *loop.Proposal, d draft) string {
	r, ok := d.base.Get(p.Regulation)
	if !ok || len(r.Outcomes) == 0 || d.empty() {
		return ""
	}
	old, _ := d.base.Program(r.ID)
	next, _ := d.set.Program(r.ID)
	if old == nil || next == nil {
		return ""
	}
	all, changed := 0, 0
	for _, e := range r.Examples() {
		a, b := outcomes(old, r, e, d.variant.From), outcomes(next, r, e, d.variant.From)
		all++
		if a != b {
			changed++
		}
	}
	if changed == 0 {
		return texts.T("effect-geen", "alle", all)
	}
	return texts.T("effect", "anders", changed, "alle", all)
}

// Tick does what the program itself owes today: reminders and reviews. It ends
// nothing.
func (o *Office) Tick(ctx context.Context) error {
	o.mu.RLock()
	due := o.world.DueActions(o.Now())
	o.mu.RUnlock()
	for _, c := range due {
		if err := o.do(ctx, string(loop.System), c); err != nil {
			o.Log.Warn("periodieke taak geweigerd", "taak", c, "reden", err)
		}
	}
	o.measureDeliveries(ctx)
	if err := o.Detect(ctx); err != nil {
		o.Log.Warn("detectoren", "reden", err)
	}
	return nil
}
