package office

import (
	"context"
	"fmt"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	view "lemniscaat/internal/screen"
)

// The page and the log have their own words for the tiles and for how often.
var (
	kinds = map[view.Tile]loop.SignalKind{
		view.TileUnclear: loop.Unclear, view.TileCannot: loop.Impossible, view.TileHarsh: loop.TooHarsh,
		view.TileClash: loop.Conflict, view.TileData: loop.Data, view.TileDropOut: loop.DropOut, view.TileGoingWell: loop.GoesWell,
	}
	frequencies = map[view.Frequency]loop.Frequency{
		view.Once: loop.Once, view.Monthly: loop.Monthly, view.Weekly: loop.Weekly, view.Daily: loop.Daily,
	}
)

func reverse[K, V comparable](m map[K]V, v V) K {
	for k, w := range m {
		if w == v {
			return k
		}
	}
	var zero K
	return zero
}

func tileOf(k loop.SignalKind) view.Tile          { return reverse(kinds, k) }
func frequencyOf(f loop.Frequency) view.Frequency { return reverse(frequencies, f) }

// SignalForm is the page Signaal, prefilled with a place.
func (o *Office) SignalForm(_ context.Context, who string, at view.Anchor) (view.SignalFormView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	a := anchorOf(at)
	v := view.SignalFormView{Anchor: o.anchorView(a, at.Case)}
	if a.Regulation == "" || a.Article == "" {
		for _, r := range o.rules.sorted() {
			if a.Regulation != "" && r.ID != a.Regulation {
				continue
			}
			for _, art := range r.Articles {
				v.Anchors = append(v.Anchors, view.AnchorOption{Value: r.ID + "/" + art.ID, Group: r.Name, Label: articleName(art)})
			}
		}
		if a.Regulation == "" {
			return v, nil
		}
	}
	if !o.world.Known(a) {
		return v, view.ErrNotFound
	}
	today := o.today()
	h := o.world.OwnerAt(a, today)
	v.Owner = o.holderName(h)
	v.Due = today.AddDays(o.world.Terms.AnswerDays)
	for _, i := range o.world.IssuesAt(a) {
		if !i.State.Live() {
			continue
		}
		k := view.KnownIssue{ID: i.ID, Title: o.issueTitle(i), Tile: tileOf(i.Kind), Count: len(i.Reporters()), Mine: mine(i, who)}
		if ans := i.Answer(); ans != nil {
			k.Standing = ans.Interim.Words
			if k.Standing == "" {
				k.Standing = ans.Reason.Words
			}
		}
		v.Known = append(v.Known, k)
	}
	return v, nil
}

// FileSignal files a signal. Personal data in it is refused, with a masked text
// to send instead.
func (o *Office) FileSignal(ctx context.Context, who string, in view.SignalInput) (string, error) {
	if err := refusePersonal("tekst", in.Text); err != nil {
		return "", err
	}
	p, ok := o.person(who)
	if !ok {
		return "", refuse("niemand-gekozen", "Wij weten niet wie u bent.", "Kies bovenaan de pagina als wie u werkt.")
	}
	if _, found := privacy.Mask(in.Anchor.Case); len(found) > 0 {
		return "", refuse("persoonsgegeven", "De verwijzing naar de zaak lijkt op "+kindsFound(found)+". Die slaan wij niet op.", "Gebruik het pseudoniem uit het zaaksysteem.")
	}
	a := anchorOf(in.Anchor)
	a.Version = o.versionOf(a.Rule)
	id := o.NewID("s")
	res, err := o.doOnce(ctx, p.ID, loop.FileSignal{
		Signal: loop.Signal{
			ID: id, Anchor: a, Kind: kinds[in.Tile], What: loop.Words(in.Text), Frequency: frequencies[in.Frequency],
			Channel: loop.Professional, Reporter: loop.PersonID(p.ID), Reachable: true, Hidden: in.Hidden,
			Case: in.Anchor.Case, Synthetic: o.Demo != nil,
		},
		NewIssue: o.NewID("k"),
	}, request{keyOf("signaal", who, in.Key), fmt.Sprintf("%s|%s|%s|%s", a.Key(), in.Tile, in.Frequency, in.Text)})
	if err != nil {
		return "", err
	}
	if res.Repeated {
		if s, ok := signalIn(res); ok {
			return s, nil
		}
	}
	return id, nil
}

// MeToo is "Ook bij mij".
func (o *Office) MeToo(ctx context.Context, who, issue string) (string, error) {
	id := o.NewID("s")
	err := o.do(ctx, who, loop.AlsoMine{
		Issue: issue, SignalID: id, Reporter: loop.PersonID(who), Channel: loop.Professional, Reachable: true, Synthetic: o.Demo != nil,
	})
	return id, err
}

// Receipt is the page after sending.
func (o *Office) Receipt(_ context.Context, _, id string) (view.SignalReceipt, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, issue := o.world.Signal(id)
	if s == nil {
		return view.SignalReceipt{}, view.ErrNotFound
	}
	v := view.SignalReceipt{ID: id, Anchor: o.anchorView(s.Anchor, s.Case), Tile: tileOf(s.Kind), Text: s.What.Words}
	i := o.world.Issue(issue)
	if i == nil {
		return v, nil // gaat juist goed: nobody owes an answer
	}
	v.Issue = view.Ref{Text: o.issueTitle(i), Href: issueHref(i.ID)}
	h := o.ownerOf(i)
	v.Owner, v.Absent = o.holderName(h), h.Post.Outside
	v.OwnerWhy = cornerTitle(h)
	v.Others = max(0, len(i.Reporters())-1)
	if d, ok := i.Due(); ok {
		v.Due = d.Due
	}
	if a := i.Answer(); a != nil {
		v.Standing = answerSentence(a)
	}
	return v, nil
}

// MySignals is the page Mijn signalen.
func (o *Office) MySignals(_ context.Context, who string) (view.MySignalsView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.MySignalsView
	ss := o.world.SignalsOf(loop.PersonID(who))
	for k := len(ss) - 1; k >= 0; k-- {
		v.Rows = append(v.Rows, o.mySignal(loop.PersonID(who), ss[k]))
	}
	return v, nil
}

func (o *Office) mySignal(who loop.PersonID, s *loop.Signal) view.MySignalRow {
	_, id := o.world.Signal(s.ID)
	row := view.MySignalRow{
		ID: s.ID, Text: s.What.Words, Tile: tileOf(s.Kind), Anchor: o.anchorView(s.Anchor, s.Case),
		Filed: loop.DateOf(s.At), Station: view.StationSignal,
	}
	i := o.world.Issue(id)
	if i == nil {
		row.State = "Genoteerd: dit gaat goed."
		return row
	}
	row.Issue = view.Ref{Text: o.issueTitle(i), Href: issueHref(i.ID)}
	today := o.today()
	row.Station = o.stationOf(i)
	if d, ok := i.Due(); ok {
		h := o.world.Resolve(d.Debtor, today)
		row.Owes, row.What = o.holderName(h), texts.T("schuldig."+string(d.Duty))
		row.Due, row.Overdue = d.Due, today.After(d.Due)
	}
	row.State = o.issueStateText(i)
	if a := i.Answer(); a != nil {
		av := o.answerView(i, a)
		row.Answer = &av
		if r, ok := i.Reactions[who]; ok {
			row.Reaction = "U herkende dit antwoord."
			if !r.Recognised {
				row.Reaction = "U herkende dit antwoord niet: " + r.Why.Words
			}
		} else if asks(i, a, who) {
			row.React, row.ReactBy = true, a.WindowUntil
		}
	}
	return row
}

// React is a reporter's answer to "Herken je dit?".
func (o *Office) React(ctx context.Context, who string, in view.ReactionInput) error {
	if err := refusePersonal("want", in.Why); err != nil {
		return err
	}
	o.mu.RLock()
	s, issue := o.world.Signal(in.Signal)
	o.mu.RUnlock()
	if s == nil || issue == "" {
		return view.ErrNotFound
	}
	return o.do(ctx, who, loop.React{Issue: issue, Recognised: in.Recognised, Why: loop.Words(in.Why)})
}

// mine reports whether somebody is among the reporters.
func mine(i *loop.Issue, who string) bool {
	_, ok := i.Reporters()[loop.PersonID(who)]
	return ok
}

func keyOf(what, who, key string) string {
	if key == "" {
		return ""
	}
	return what + "/" + who + "/" + key
}
