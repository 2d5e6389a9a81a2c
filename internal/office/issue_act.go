package office

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// issueAct gives the command of an act of the page.
func issueAct(in view.IssueActInput) (loop.IssueCommand, bool) {
	reason := loop.Words(in.Reason)
	switch in.Act {
	case view.ActAskMore:
		return loop.AskExtension{Issue: in.Issue, Until: in.Until, Reason: reason}, true
	case view.ActGrant:
		return loop.GrantExtension{Issue: in.Issue, Until: in.Until, Reason: reason}, true
	case view.ActDeny:
		return loop.DenyExtension{Issue: in.Issue, Reason: reason}, true
	case view.ActAppoint:
		triangle, post, _ := strings.Cut(in.Choice, "/")
		return loop.Forward{Issue: in.Issue, To: loop.PostRef{Triangle: triangle, Post: post}, Reason: reason}, true
	case view.ActLink:
		return loop.LinkProposal{Issue: in.Issue, Proposal: in.Choice}, true
	case view.ActWithdraw:
		return loop.WithdrawAnswer{Issue: in.Issue, Reason: reason}, true
	case view.ActNoKey:
		return loop.RefuseAccept{Issue: in.Issue, Reason: reason}, true
	case view.ActReview:
		return loop.Reopen{Issue: in.Issue}, true
	case view.ActReopen:
		return loop.Reopen{Issue: in.Issue, Reason: reason}, true
	}
	return nil, false
}

// ActOnIssue carries out one of the acts.
func (o *Office) ActOnIssue(ctx context.Context, who string, in view.IssueActInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	c, ok := issueAct(in)
	if !ok {
		return view.ErrNotFound
	}
	return o.do(ctx, who, c)
}

// elsewhere are refusals that say that an act has no place in the present state:
// then the page does not speak of it. Every other refusal is shown with its
// reason.
var elsewhere = []string{
	"niet-open", "niet-beantwoord", "niets-om-uit-te-stellen", "geen-sleutel-nodig", "geen-belofte", "niet-aanvaard", "niet-geeindigd",
	"geen-uitstel-gevraagd", "venster-open", "uitstel-al-gevraagd",
}

// issueActs gives what else can be done with a knelpunt, and by whom it can be
// done when not by this person. Each is tried on the present state and changes
// nothing. The caller holds o.mu.
func (o *Office) issueActs(ctx context.Context, who string, i *loop.Issue) []view.IssueAct {
	var out []view.IssueAct
	if who == "" {
		return nil
	}
	d, _ := i.Due()
	for _, name := range view.IssueActs {
		act := view.IssueAct{Name: name}
		in := view.IssueActInput{Issue: i.ID, Act: name, Reason: "x"}
		switch name {
		case view.ActAskMore, view.ActGrant:
			act.Until = d.Due.AddDays(14)
			if i.Asked.Open() {
				act.Until = i.Asked.Until
			}
			in.Until = act.Until
		case view.ActAppoint:
			// Forwarding by the owner is one of the five answers.
			if i.Forwards < o.world.Terms.MaxForwards {
				continue
			}
			act.Options = o.otherOwners(ctx, i)
			if len(act.Options) > 0 {
				in.Choice = act.Options[0].Value
			}
		case view.ActLink:
			a := i.Answer()
			if a == nil {
				continue
			}
			act.Options = proposalOptions(i, slices.DeleteFunc(o.world.Proposals(), func(p *loop.Proposal) bool {
				return !slices.ContainsFunc(i.Anchors, func(x loop.Anchor) bool { return x.Regulation == p.Regulation }) || p.State.Ended() || a.Proposal == p.ID
			}))
			if len(act.Options) == 0 {
				continue
			}
			in.Choice = act.Options[0].Value
		}
		c, _ := issueAct(in)
		_, err := o.world.Decide(loop.PersonID(who), c, o.Now())
		var no *loop.Refusal
		switch {
		case err == nil:
			act.Can = true
		case errors.As(err, &no) && !slices.Contains(elsewhere, no.Code):
			act.Why = strings.TrimSpace(no.Message + " " + no.Needed)
		default:
			continue
		}
		out = append(out, act)
	}
	return out
}

// otherOwners gives the posts that a knelpunt can be sent on to.
func (o *Office) otherOwners(ctx context.Context, i *loop.Issue) []view.Option {
	var out []view.Option
	for _, h := range o.commissioners(o.today()) {
		if h.Person != o.ownerOf(i).Person {
			out = append(out, view.Option{Value: h.Triangle + "/" + h.Post.ID, Label: o.holderName(ctx, h)})
		}
	}
	return out
}

// delivery counts to whom the standing answer came and what they said.
func delivery(i *loop.Issue) *view.Delivery {
	a := i.Answer()
	if a == nil || i.State == loop.Open || i.State == loop.Merged {
		return nil
	}
	d := &view.Delivery{Asked: !a.WindowFrom.IsZero()}
	for r, h := range i.Reporters() {
		switch {
		case !h.Reachable:
			d.Unreachable++
			continue
		case i.Delivered[r] == a.Number:
			d.Delivered++
		}
		d.Reachable++
		if r == a.By {
			continue // whoever answers does not confirm it
		}
		switch x, said := i.Reactions[r]; {
		case said && x.Recognised:
			d.Confirmed++
		case said:
			d.Disputed++
		default:
			d.Silent++
		}
	}
	return d
}
