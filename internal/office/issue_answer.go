package office

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

func (o *Office) answerForm(ctx context.Context, i *loop.Issue) view.AnswerFormView {
	today := o.today()
	f := view.AnswerFormView{DeliverBy: rule.Date{Year: today.Year + 1, Month: 1, Day: 1}}
	f.Proposals = proposalOptions(i, slices.DeleteFunc(o.world.Proposals(), func(p *loop.Proposal) bool {
		return p.Regulation != i.Anchors[0].Regulation || p.State.Ended()
	}))
	f.ReviewBy = today.AddMonths(o.world.Terms.ReviewMonths)
	if i.Forwards < o.world.Terms.MaxForwards {
		f.Owners = o.otherOwners(ctx, i)
	}
	return f
}

// proposalOptions offers proposals for a knelpunt. When there are more than a form offers,
// those that name it go first and then the newest.
func proposalOptions(i *loop.Issue, list []*loop.Proposal) []view.Option {
	if len(list) > view.MaxChoices {
		names := func(p *loop.Proposal) int {
			if slices.Contains(p.Issues, i.ID) {
				return 0
			}
			return 1
		}
		slices.SortStableFunc(list, func(a, b *loop.Proposal) int {
			return cmp.Or(cmp.Compare(names(a), names(b)), cmp.Compare(b.History[0].Seq, a.History[0].Seq))
		})
	}
	var out []view.Option
	for _, p := range list {
		out = append(out, view.Option{Value: p.ID, Label: p.Title})
	}
	return out
}

// commissioners gives the opdrachtgevers of all triangles today, each post
// once.
func (o *Office) commissioners(on rule.Date) []loop.Holder {
	var out []loop.Holder
	for _, t := range o.world.Triangles() {
		for _, p := range t.At(on).Posts {
			if p.Corner == loop.Opdrachtgever {
				out = append(out, o.holder(t, p, on))
			}
		}
	}
	return out
}

func (o *Office) answerView(ctx context.Context, i *loop.Issue, a *loop.Answer) view.AnswerView {
	v := view.AnswerView{
		Kind: view.AnswerKind(a.Kind), By: o.name(ctx, a.By), Date: a.At, Reason: a.Reason.Words,
		FromTomorrow: a.Interim.Words, DeliverBy: a.LeverBy, ReviewBy: a.ReviewBy,
	}
	if a.Reason.Erased() {
		v.Reason = "De tekst is gewist."
	}
	if p := o.world.Proposal(a.Proposal); p != nil {
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	if a.Kind == loop.Keep && i.State == loop.Answered {
		v.Waits = "Wacht op de sleutel van de uitvoering."
	}
	return v
}

// answerSentence gives a standing answer in one line.
func answerSentence(ctx context.Context, a *loop.Answer) string {
	if a.Interim.Words != "" {
		return reasonOf(ctx, a.By, a.Interim)
	}
	return reasonOf(ctx, a.By, a.Reason)
}

// PreviewAnswer shows an answer as the reporter would see it.
func (o *Office) PreviewAnswer(ctx context.Context, who string, in view.AnswerInput) (view.AnswerView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.world.Issue(in.Issue) == nil {
		return view.AnswerView{}, view.ErrNotFound
	}
	v := view.AnswerView{
		Kind: in.Kind, By: o.name(ctx, loop.PersonID(who)), Date: o.today(), Reason: in.Reason,
		FromTomorrow: in.FromTomorrow, DeliverBy: in.DeliverBy,
	}
	if in.Kind == view.AnswerRefuse {
		if v.ReviewBy = in.ReviewBy; v.ReviewBy.IsZero() {
			v.ReviewBy = o.today().AddMonths(o.world.Terms.ReviewMonths)
		}
	}
	if p := o.world.Proposal(in.Proposal); p != nil {
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	return v, nil
}

// Answer gives one of the five answers.
func (o *Office) Answer(ctx context.Context, who string, in view.AnswerInput) error {
	for _, f := range []struct{ field, text string }{{"reden", in.Reason}, {"vanaf-morgen", in.FromTomorrow}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return err
		}
	}
	if in.Kind == view.AnswerChange {
		o.mu.RLock()
		i := o.world.Issue(in.Issue)
		textOnly := false
		if i != nil {
			r, ok := o.rules.set.Get(i.Anchors[0].Regulation)
			textOnly = ok && r.Level == regulation.LevelText
		}
		o.mu.RUnlock()
		// A promise that nobody can keep here is not made.
		if textOnly {
			return refuse("alleen-tekst", "Deze regeling is hier alleen tekst. Wijzigen kan pas als er stappen of rekenregels bij staan.",
				"Kies ‘Uitvoering aanpassen’ voor wat u nu al anders doet.", view.FieldError{Field: "soort", Text: "Kies een ander antwoord."})
		}
	}
	if in.Kind == view.AnswerForward {
		triangle, post, _ := strings.Cut(in.Owner, "/")
		return o.do(ctx, who, loop.Forward{
			Issue: in.Issue, To: loop.PostRef{Triangle: triangle, Post: post}, Reason: loop.Words(in.Reason),
		})
	}
	c := loop.AnswerIssue{
		Issue: in.Issue, Kind: loop.AnswerKind(in.Kind), Reason: loop.Words(in.Reason), Interim: loop.Words(in.FromTomorrow),
		LeverBy: in.DeliverBy, Proposal: in.Proposal,
	}
	switch c.Kind {
	case loop.Adapt:
		c.Work = c.Interim
	case loop.Keep:
		if c.ReviewBy = in.ReviewBy; c.ReviewBy.IsZero() {
			c.ReviewBy = o.today().AddMonths(o.world.Terms.ReviewMonths)
		}
	}
	return o.do(ctx, who, c)
}

// AcceptRefusal is the executor's key under "niet wijzigen".
func (o *Office) AcceptRefusal(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.AcceptKey{Issue: issue})
}

// CountWork is the executor's own count before and after an adaptation: where
// nothing is measured it stands in for the measurement.
func (o *Office) CountWork(ctx context.Context, who string, in view.CountInput) error {
	c := loop.CountWork{Issue: in.Issue}
	var faults []view.FieldError
	for _, f := range []struct {
		field, text string
		to          *int
	}{{"voor", in.Before, &c.Before}, {"na", in.After, &c.After}} {
		n, err := strconv.Atoi(f.text)
		if err != nil || n < 0 || n > 1_000_000 {
			faults = append(faults, view.FieldError{Field: f.field, Text: "Vul een heel getal in, bijvoorbeeld 12."})
			continue
		}
		*f.to = n
	}
	if len(faults) > 0 {
		return refuse("telling", "Dit is geen telling.", "", faults...)
	}
	return o.do(ctx, who, c)
}

// Remind reminds the reporters that their reaction is asked.
func (o *Office) Remind(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.Remind{Issue: issue})
}

// CloseIssue ends a knelpunt after the time of its reporters.
func (o *Office) CloseIssue(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.Close{Issue: issue})
}
