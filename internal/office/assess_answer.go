package office

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// answered gives the answers of a questionnaire that are computed; a question
// that nobody can compute is left to people.
func (o *Office) answered(ctx context.Context, q questionnaire, p *loop.Proposal, d draft) (map[string]string, error) {
	out := map[string]string{}
	r, ok := d.set.Get(d.reg)
	if !ok {
		return nil, view.ErrNotFound
	}
	for _, x := range q.Questions {
		if x.Computed == "" {
			continue
		}
		s, err := sources[x.Computed](asking{o, p, d, r, func(i *loop.Issue) string { return o.issueTitle(ctx, i) }})
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", q.ID, x.ID, err)
		}
		if s != "" {
			out[x.ID] = s
		}
	}
	return out, nil
}

// mayConfirm says whether somebody may confirm an assessment.
func mayConfirm(q questionnaire, p *loop.Proposal, me Person) view.Action {
	m := mandates[me.Corner]
	switch {
	case !p.State.Editable():
		return view.Action{}
	case m == "":
		return view.Action{Why: "Een toets bevestigt wie van beleid of van uitvoering is."}
	case q.By != "" && string(m) != q.By:
		return view.Action{Why: "Deze toets bevestigt alleen wie van " + q.By + " is."}
	}
	return view.Action{Can: true}
}

// doneOn gives what was recorded of a questionnaire, or nil.
func doneOn(p *loop.Proposal, id string) *loop.Assessment {
	for k := range p.Assessments {
		if p.Assessments[k].Questionnaire == id {
			return &p.Assessments[k]
		}
	}
	return nil
}

// assessments gives the tests of a proposal and its findings.
func (o *Office) assessments(ctx context.Context, p *loop.Proposal, d draft, me Person) ([]view.AssessmentView, []view.FindingRow, error) {
	if d.empty() {
		return nil, nil, nil
	}
	var out []view.AssessmentView
	for _, q := range o.questions.of(p) {
		v, err := o.assessmentView(ctx, q, p, d, doneOn(p, q.ID))
		if err != nil {
			return nil, nil, err
		}
		v.Confirm = mayConfirm(q, p, me)
		v.Places = o.articlePlaces(d.reg)
		if q.ID == doabilityTest {
			v.Actions = o.citizenActions(d)
		}
		out = append(out, v)
	}
	findings, err := o.findingRows(ctx, p, d, me)
	return out, findings, err
}

func (o *Office) assessmentView(ctx context.Context, q questionnaire, p *loop.Proposal, d draft, done *loop.Assessment) (view.AssessmentView, error) {
	v := view.AssessmentView{ID: q.ID, Name: q.Name, Note: q.After, Edition: q.Edition, Owner: q.Owner, State: view.AssessmentOpen}
	answers, before := map[string]string{}, map[string]string{}
	if done != nil {
		v.State, v.By, v.Verdict, v.DoneEdition = view.AssessmentDone, o.name(ctx, done.By), done.Verdict, done.Edition
		if done.Content != p.Content.Digest {
			v.State = view.AssessmentStale
		}
		answers, before = done.Answers, done.Computed
		for _, f := range done.Findings {
			if strings.Contains(f.Key, ownMark) {
				own := view.OwnFinding{Key: f.Key, Text: f.Text, Weighty: f.Weighty, Existing: f.Before != ""}
				if a, ok := o.articleOf(d.reg, f.Anchor.Article); ok {
					own.Place = articleName(a)
				}
				v.Own = append(v.Own, own)
			}
		}
	}
	computed, err := o.answered(ctx, q, p, d)
	if err != nil {
		return v, err
	}
	for _, x := range q.Questions {
		it := view.AssessmentItem{
			ID: x.ID, Label: x.Text, Help: x.Help, Unit: x.Unit, Required: x.Required, Number: x.Kind == numberQuestion,
			Computed: computed[x.ID], Answer: answers[x.ID], Why: answers["want-"+x.ID],
		}
		switch {
		case v.State == view.AssessmentDone && before[x.ID] != "":
			it.Computed = before[x.ID] // what was computed when it was confirmed
		case v.State == view.AssessmentStale && it.Computed != "" && it.Why == "":
			it.Answer = "" // a computed answer of another content says nothing
		}
		for _, opt := range x.Choices {
			it.Options = append(it.Options, view.Option{Value: opt, Label: opt})
		}
		v.Items = append(v.Items, it)
	}
	for _, opt := range q.Verdicts {
		v.Verdicts = append(v.Verdicts, view.Option{Value: opt.Value, Label: opt.Text})
	}
	return v, nil
}

// citizenActions is what a regulation asks of a citizen, action by action: a
// list, never one score.
func (o *Office) citizenActions(d draft) []view.CitizenAction {
	r, ok := d.set.Get(d.reg)
	if !ok {
		return nil
	}
	var out []view.CitizenAction
	for _, p := range (asking{o: o, d: d, r: r}).profiles() {
		a := view.CitizenAction{
			Action: p.Action, Trigger: p.Trigger, Deadline: p.Deadline, Choices: p.Choices, IfNothing: p.IfNothing,
			Loses: p.Loses, Reversible: p.Reversible, Human: p.Human, Help: texts.List(p.Channels),
		}
		for _, e := range p.Evidence {
			name := e.Name
			if e.Register != "" {
				name = texts.T("toets.bewijs-bekend", "bewijs", e.Name, "register", e.Register)
			}
			a.Evidence = append(a.Evidence, name)
		}
		if art, ok := o.articleOf(d.reg, p.Article); ok {
			a.Where = view.Ref{Text: articleName(art), Href: articleHref(d.reg, art.ID)}
		}
		out = append(out, a)
	}
	return out
}

// articlePlaces gives where a finding can be, in a regulation.
func (o *Office) articlePlaces(reg string) []view.Option {
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return nil
	}
	var out []view.Option
	for _, a := range r.Articles {
		out = append(out, view.Option{Value: a.ID, Label: articleName(a)})
	}
	return out
}

// ConfirmAssessment records a test on the content of now. An answer that
// differs from what was computed needs a reason; an answer that was not given
// is the computed one.
func (o *Office) ConfirmAssessment(ctx context.Context, who string, in view.AssessmentInput) error {
	for k, w := range in.Why {
		if err := refusePersonal("want-"+k, w); err != nil {
			return err
		}
	}
	for k, w := range in.Answers {
		if err := refusePersonal("antwoord-"+k, w); err != nil {
			return err
		}
	}
	if err := refusePersonal("bevinding", in.Finding.Text); err != nil {
		return err
	}
	me, _ := o.person(who)
	o.mu.RLock()
	a, err := o.assessment(ctx, in, me)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.RecordAssessment{Proposal: in.Proposal, Assessment: a})
}

func (o *Office) assessment(ctx context.Context, in view.AssessmentInput, me Person) (loop.Assessment, error) {
	p := o.world.Proposal(in.Proposal)
	if p == nil {
		return loop.Assessment{}, view.ErrNotFound
	}
	k := slices.IndexFunc(o.questions.of(p), func(q questionnaire) bool { return q.ID == in.Assessment })
	if k < 0 {
		return loop.Assessment{}, view.ErrNotFound
	}
	q := o.questions.of(p)[k]
	if may := mayConfirm(q, p, me); !may.Can && may.Why != "" {
		return loop.Assessment{}, refuse("rol-onjuist", may.Why, "Vraag het een collega.")
	}
	d, err := o.draftOf(p)
	if err != nil {
		return loop.Assessment{}, err
	}
	if d.empty() {
		return loop.Assessment{}, refuse("inhoud-ontbreekt", "Er is nog niets om te toetsen.", "Verander eerst iets in de regel of in een stap.")
	}
	a, err := o.fill(ctx, q, p, d, in)
	if err != nil {
		return a, err
	}
	verdict, ok := q.verdict(in.Verdict)
	if !ok {
		return a, refuse("oordeel-ontbreekt", "Het oordeel ontbreekt.", "Kies een oordeel.", view.FieldError{Field: "oordeel", Text: "Kies een oordeel."})
	}
	if q.ID == doabilityTest {
		c, err := o.compare(d)
		if err != nil {
			return a, err
		}
		a.Findings = loopFindings(c)
	}
	own, err := o.ownFindings(q, p, in)
	if err != nil {
		return a, err
	}
	a.Findings = append(a.Findings, own...)
	// A no of those who have to do it stops the decision.
	if verdict.No != "" {
		a.Findings = append(a.Findings, loop.Finding{
			Key: d.reg + "/" + q.ID + "/" + verdict.Value, Anchor: loop.Anchor{Regulation: d.reg}, Weighty: true, Text: verdict.No, Magnitude: "1",
		})
	}
	return a, nil
}

// fill gives the answers of an assessment, with all that is wrong with them at
// once.
func (o *Office) fill(ctx context.Context, q questionnaire, p *loop.Proposal, d draft, in view.AssessmentInput) (loop.Assessment, error) {
	computed, err := o.answered(ctx, q, p, d)
	if err != nil {
		return loop.Assessment{}, err
	}
	a := loop.Assessment{
		Questionnaire: q.ID, Edition: q.Edition, Content: p.Content.Digest, Answers: map[string]string{}, Computed: computed, Verdict: in.Verdict,
	}
	var faults []view.FieldError
	var first string
	fault := func(field, text string) {
		if first == "" {
			first = text
		}
		faults = append(faults, view.FieldError{Field: field, Text: text})
	}
	for _, x := range q.Questions {
		answer := cmp.Or(strings.TrimSpace(in.Answers[x.ID]), computed[x.ID])
		why := strings.TrimSpace(in.Why[x.ID])
		switch {
		case computed[x.ID] != "" && answer != computed[x.ID] && why == "":
			return a, refuse("reden-ontbreekt", "Uw antwoord wijkt af van wat is berekend ("+computed[x.ID]+"). Zeg waarom.", "Vul een reden in, of neem het berekende antwoord over.",
				view.FieldError{Field: "want-" + x.ID, Text: "Zeg waarom uw antwoord anders is."})
		case len(x.Choices) > 0 && answer != "" && !slices.Contains(x.Choices, answer):
			return a, refuse("antwoord-onbekend", "Dit antwoord staat niet in de lijst.", "Kies een antwoord uit de lijst.",
				view.FieldError{Field: "antwoord-" + x.ID, Text: "Kies een antwoord uit de lijst."})
		case x.Required && answer == "":
			fault("antwoord-"+x.ID, "Beantwoord deze vraag: "+x.Text)
			continue
		case len(answer) > 2000:
			fault("antwoord-"+x.ID, "Dit antwoord is te lang. Gebruik ten hoogste 2.000 tekens.")
			continue
		}
		if x.Kind == numberQuestion && answer != "" && answer != computed[x.ID] {
			n, err := notation.Number(strings.TrimSpace(strings.TrimPrefix(answer, "€")))
			if err != nil || n.Sign() < 0 {
				fault("antwoord-"+x.ID, "Schrijf een getal van 0 of meer, bijvoorbeeld 1.200 of 1,5.")
				continue
			}
			answer = rule.Decimal(n)
			if x.Need != "" && n.Sign() > 0 && !slices.Contains(a.Needs, loop.Need(x.Need)) {
				a.Needs = append(a.Needs, loop.Need(x.Need))
			}
		}
		if answer != "" {
			a.Answers[x.ID] = answer
		}
		if why != "" && answer != computed[x.ID] {
			a.Answers["want-"+x.ID] = why
		}
	}
	if len(faults) > 0 {
		return a, refuse("antwoord-ontbreekt", first, "Vul aan wat ontbreekt. Wat u invulde staat er nog.", faults...)
	}
	return a, nil
}

// ownFindings gives the findings that people wrote in an assessment: those of
// before that were not taken away, and the new one.
func (o *Office) ownFindings(q questionnaire, p *loop.Proposal, in view.AssessmentInput) ([]loop.Finding, error) {
	var out []loop.Finding
	if done := doneOn(p, q.ID); done != nil {
		for _, f := range done.Findings {
			if strings.Contains(f.Key, ownMark) && !slices.Contains(in.Drop, f.Key) {
				out = append(out, f)
			}
		}
	}
	if in.Finding.Text == "" {
		return out, nil
	}
	f, err := o.saidFinding(p.Regulation, p.Regulation+"/"+q.ID+ownMark+o.NewID("f"), in.Finding)
	return append(out, f), err
}

// saidFinding makes a finding of what somebody wrote.
func (o *Office) saidFinding(reg, key string, in view.FindingInput) (loop.Finding, error) {
	if in.Place != "" {
		if _, ok := o.articleOf(reg, in.Place); !ok {
			return loop.Finding{}, refuse("plek-onbekend", "Dit artikel is er niet.", "Kies een artikel uit de lijst.", view.FieldError{Field: "plek", Text: "Kies een artikel uit de lijst."})
		}
	}
	f := loop.Finding{Key: key, Anchor: loop.Anchor{Regulation: reg, Article: in.Place}, Weighty: in.Weighty, Text: in.Text, Magnitude: "1"}
	if in.Existing {
		f.Before = loop.Number(rule.Decimal(big.NewRat(1, 1)))
	}
	return f, nil
}
