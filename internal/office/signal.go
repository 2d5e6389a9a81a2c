package office

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/search"
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

// SignalForm is the page Signaal, prefilled with a place. Without one it looks
// for words in the rules.
func (o *Office) SignalForm(ctx context.Context, who string, in view.SignalAsk) (view.SignalFormView, error) {
	zaak, err := o.caseOf(in.At.Case)
	if err != nil {
		return view.SignalFormView{}, err
	}
	a := anchorOf(in.At)
	like, err := o.lookForLike(ctx, a, in.Text)
	if err != nil {
		return view.SignalFormView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.SignalFormView{Anchor: o.anchorView(a, zaak)}
	_, v.Tile = tileIn(in.Words)
	if in.Tile != "" {
		v.Tile = in.Tile
	}
	if a.Regulation == "" || a.Article == "" {
		if strings.TrimSpace(in.Words) != "" {
			v.Finding = o.find(in.Words)
		}
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
	// A link may say which version of the rule somebody looked at.
	if d := in.At.Digest; d != "" && a.Rule != "" {
		v.Anchor.Digest = shorten(d, 80)
		if now, ok := o.rules.set.VersionDigest(a.Rule, o.today()); !ok || !strings.HasPrefix(string(now), d) {
			v.Anchor.Version = texts.T("versie-gezien", "vingerafdruk", short(d))
		}
	}
	today := o.today()
	h := o.world.OwnerAt(a, today)
	v.Owner = o.holderName(ctx, h)
	v.Due = today.AddDays(o.world.Terms.AnswerDays)
	for _, i := range o.world.IssuesAt(a) {
		if i.State.Live() {
			v.Known = append(v.Known, o.knownIssue(ctx, i, who))
		}
	}
	// What is about the same comes first, then what most people saw.
	slices.SortStableFunc(v.Known, func(x, y view.KnownIssue) int {
		if (x.Tile == v.Tile) != (y.Tile == v.Tile) && v.Tile != "" {
			if x.Tile == v.Tile {
				return -1
			}
			return 1
		}
		return cmp.Compare(y.Count, x.Count)
	})
	v.Known = append(v.Known, o.soundsLike(ctx, like, who)...)
	return v, nil
}

// Pseudonym turns the reference of a case system into a pseudonym.
func (o *Office) Pseudonym(_ context.Context, ref string) (string, error) { return o.caseOf(ref) }

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
	shown, ok := visibilities[in.Shown]
	if !ok {
		return "", refuse("zichtbaarheid-onbekend", "Wij weten niet wie mag zien dat u dit meldde.", "Kies een van de drie.", view.FieldError{Field: "zichtbaar", Text: "Kies wie mag zien dat u dit meldde."})
	}
	zaak, err := o.caseOf(in.Anchor.Case)
	if err != nil {
		return "", err
	}
	files, err := o.readFiles(ctx, in.Files)
	if err != nil {
		return "", err
	}
	a := anchorOf(in.Anchor)
	if a.Version = o.versionOf(a.Rule); in.Anchor.Digest != "" && a.Rule != "" {
		a.Version = in.Anchor.Digest // what the reporter looked at
	}
	id := o.NewID("s")
	res, err := o.doOnce(ctx, p.ID, loop.FileSignal{
		Signal: loop.Signal{
			ID: id, Anchor: a, Kind: kinds[in.Tile], What: loop.Words(in.Text), Frequency: frequencies[in.Frequency],
			Channel: loop.Professional, Reporter: loop.PersonID(p.ID), Reachable: true, Shown: shown,
			Case: zaak, Synthetic: o.Demo != nil, Attachments: files,
		},
		NewIssue: o.NewID("k"),
	}, request{key: keyOf("signaal", who, in.Key), intent: fmt.Sprintf("%s|%s|%s|%s", a.Key(), in.Tile, in.Frequency, fingerprint(in.Text))})
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

// fingerprint stands for a text in what a store keeps of a request: no words of
// people stand there.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// MeToo is "Ook bij mij".
func (o *Office) MeToo(ctx context.Context, who, issue, zaak string) (string, error) {
	name, err := o.caseOf(zaak)
	if err != nil {
		return "", err
	}
	id := o.NewID("s")
	err = o.do(ctx, who, loop.AlsoMine{
		Issue: issue, SignalID: id, Reporter: loop.PersonID(who), Channel: loop.Professional, Reachable: true,
		Case: name, Shown: loop.OwnerOnly, Synthetic: o.Demo != nil,
	})
	return id, err
}

// Receipt is the page after sending.
func (o *Office) Receipt(ctx context.Context, who, id string) (view.SignalReceipt, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, issue := o.world.Signal(id)
	if s == nil || !o.sees(o.readerOf(ctx, who), s.Reporter, s.Anchor, loop.DateOf(s.At)) {
		return view.SignalReceipt{}, view.ErrNotFound
	}
	sawSignal(ctx, s)
	v := view.SignalReceipt{ID: id, Anchor: o.anchorView(s.Anchor, s.Case), Tile: tileOf(s.Kind), Text: s.What.Words, Files: o.fileRefs(who, s)}
	if string(s.Reporter) == who {
		v.Shown = view.Visibility(s.Shown)
	}
	i := o.world.Issue(issue)
	if i == nil {
		return v, nil // gaat juist goed: nobody owes an answer
	}
	v.Issue = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
	h := o.ownerOf(i)
	v.Owner, v.Absent = o.holderName(ctx, h), h.Post.Outside
	v.OwnerWhy = cornerTitle(h)
	v.Others = max(0, len(i.Reporters())-1)
	if d, ok := i.Due(); ok {
		v.Due = d.Due
	}
	if a := i.Answer(); a != nil {
		v.Standing = answerSentence(ctx, a)
	}
	return v, nil
}

// MySignals is the page Mijn signalen.
func (o *Office) MySignals(ctx context.Context, who string, asked view.Asked) (view.MySignalsView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.MySignalsView
	ss := o.world.SignalsOf(loop.PersonID(who))
	if asked.Words != "" {
		ss = o.matching(ss, asked.Words)
	}
	slices.Reverse(ss)
	var some []*loop.Signal
	some, v.Paging = view.PageOf(ss, asked)
	for _, s := range some {
		v.Rows = append(v.Rows, o.mySignal(ctx, loop.PersonID(who), s))
	}
	return v, nil
}

// matching gives the signals that have the words that are looked for in their
// text, their place or their tile, in the order in which they came.
func (o *Office) matching(ss []*loop.Signal, words string) []*loop.Signal {
	docs := make([]search.Document, len(ss))
	for i, s := range ss {
		a := o.anchorView(s.Anchor, "")
		text := strings.Join([]string{s.What.Words, a.RegulationName, a.ArticleName, a.RuleName, texts.T("tegel." + string(s.Kind))}, ". ")
		docs[i] = search.Document{ID: s.ID, Fields: []search.Field{{Name: "tekst", Text: text, Weight: 1}}}
	}
	var at []int
	for _, h := range search.New(docs).Search(words, len(ss)) {
		if len(h.Matches) == len(search.Words(words)) {
			at = append(at, h.Doc)
		}
	}
	slices.Sort(at)
	var out []*loop.Signal
	for _, i := range at {
		out = append(out, ss[i])
	}
	return out
}

func (o *Office) mySignal(ctx context.Context, who loop.PersonID, s *loop.Signal) view.MySignalRow {
	sawSignal(ctx, s)
	_, id := o.world.Signal(s.ID)
	row := view.MySignalRow{
		ID: s.ID, Text: s.What.Words, Tile: tileOf(s.Kind), Anchor: o.anchorView(s.Anchor, s.Case),
		Filed: loop.DateOf(s.At), Station: view.StationSignal,
		Files: o.fileRefs(string(who), s), Shown: view.Visibility(s.Shown),
	}
	i := o.world.Issue(id)
	if i == nil {
		row.State = "Genoteerd: dit gaat goed."
		return row
	}
	row.Issue = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
	today := o.today()
	row.Station = view.Station(o.world.StationOf(i))
	if d, ok := i.Due(); ok {
		h := o.world.Resolve(d.Debtor, today)
		row.Owes, row.What = o.holderName(ctx, h), texts.T("schuldig."+string(d.Duty))
		row.Due, row.Overdue = d.Due, today.After(d.Due)
	}
	row.State = o.issueStateText(ctx, i)
	if a := i.Answer(); a != nil {
		av := o.answerView(ctx, i, a)
		row.Answer = &av
		r, ok := i.Reactions[who]
		if !ok {
			r, ok = i.Said[who]
		}
		if ok {
			row.Reaction = "U herkende dit antwoord."
			if !r.Recognised {
				row.Reaction = "U herkende dit antwoord niet: " + r.Why.Words
			}
		} else if disputes(i, a, who) {
			row.Dispute = true
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
