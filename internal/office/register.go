package office

import (
	"context"
	"slices"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// recent is how many events the register shows.
const recent = 20

// Register is the public register.
func (o *Office) Register(ctx context.Context, _ string) (view.RegisterView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	reg := o.world.Register(today)
	var v view.RegisterView
	for _, r := range o.rules.sorted() {
		row := view.RegisterRegulation{ID: r.ID, Name: r.Name, Level: o.level(r), Triangle: o.triangleView(loop.Anchor{Regulation: r.ID})}
		for _, x := range reg.Versions {
			if x.Regulation != r.ID {
				continue
			}
			rv := view.RegisterVersion{From: x.From, Digest: short(string(x.Content))}
			if p := o.world.Proposal(x.Proposal); p != nil {
				rv.Proposal = view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
				for _, k := range x.Keys {
					rv.Keys = append(rv.Keys, view.KeyRow{
						Corner: string(k.Mandate), Holder: o.name(k.Person), Given: true, Digest: short(string(k.Digest)), At: o.keyTime(p, k.Person),
					})
				}
			}
			row.Versions = append(row.Versions, rv)
		}
		if len(row.Versions) == 0 {
			note := "meegeleverd"
			digest, from := short(string(r.ContentDigest())), firstDay(r)
			if g := o.world.Regulation(r.ID); g != nil && !g.Imported.IsZero() {
				note, from = "ingelezen als tekst", g.Imported
			}
			row.Versions = append(row.Versions, view.RegisterVersion{From: from, Digest: digest, Note: note})
		}
		v.Regulations = append(v.Regulations, row)
	}
	for _, d := range reg.Overdue {
		v.Overdue = append(v.Overdue, view.OverdueRow{
			Debtor: o.holderName(d.Holder), What: texts.T("schuldig." + string(d.Duty)), Issue: o.streamRef(d.Stream), Due: d.Due,
			Days: daysSince(d.Due, today), Step: d.Step.String(),
		})
	}
	v.Issues = o.issueRows(func(i *loop.Issue) bool { return i.State != loop.Merged })
	v.Proposals = o.proposalRows(func(*loop.Proposal) bool { return true })
	v.Counts = o.counts()
	h := o.world.Head()
	v.Events, v.Head = int64(h.Seq), h.Hash.String()
	from := uint64(1)
	if h.Seq > recent {
		from = h.Seq - recent + 1
	}
	for r, err := range o.Store.All(ctx, from) {
		if err != nil {
			return v, err
		}
		if r.Seq > h.Seq {
			break
		}
		v.HeadAt = r.At
		v.Recent = append(v.Recent, view.TimelineRow{
			At: r.At, Who: o.name(loop.PersonID(r.Actor)), Text: eventText(r.Type), Ref: o.streamRef(r.Stream), Event: int64(r.Seq),
		})
	}
	slices.Reverse(v.Recent)
	v.Verified = true // every record is checked before it is folded
	return v, nil
}

// firstDay gives the first day on which a rule of a regulation holds.
func firstDay(r *regulation.Regulation) rule.Date {
	var first rule.Date
	for _, ru := range r.Rules() {
		for _, v := range ru.Versions {
			if first.IsZero() || v.From.Before(first) {
				first = v.From
			}
		}
	}
	return first
}

// counts are the numbers of the loop. Silence is counted apart from
// confirmation.
func (o *Office) counts() []view.Number {
	var live, answered, solved, accepted, confirmed, silent int
	for _, i := range o.world.Issues() {
		switch i.State {
		case loop.Open:
			live++
		case loop.Answered:
			live++
			answered++
		case loop.Solved:
			solved++
			confirmed += i.Ending.Confirmed
			silent += i.Ending.Silent
		case loop.Accepted:
			accepted++
		}
	}
	num := func(n int, label string) view.Number { return view.Number{Value: texts.Number(int64(n)), Label: label} }
	return []view.Number{
		num(o.world.SignalCount(), "signalen"), num(live, "lopende knelpunten"), num(answered, "daarvan beantwoord"),
		num(solved, "opgelost"), num(confirmed, "bevestigd door melders"), num(silent, "stil gebleven melders"), num(accepted, "bewust aanvaard"),
	}
}

func eventText(typ string) string { return texts.T("gebeurtenis." + trimVersion(typ)) }

// keyTime gives when somebody turned a key.
func (o *Office) keyTime(p *loop.Proposal, who loop.PersonID) time.Time {
	var at time.Time
	for _, m := range p.History {
		if m.By == who && m.Type == (&loop.KeyTurned{}).Type() {
			at = m.At
		}
	}
	return at
}
