package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/detect"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

const (
	// acceptedAlarms is how many false alarms in a year are accepted over all
	// series of an installation together; docs/detectoren.md has what is
	// measured.
	acceptedAlarms = 1.0
	// watchedWeeks is how far back the detectors look.
	watchedWeeks = 104
	// recentWeeks: what ended longer ago is history and no signal.
	recentWeeks = 13
)

// series is one thing that is watched: a detector on an article, of everybody or
// of one group.
type series struct {
	kind   detect.Kind
	anchor loop.Anchor
	group  string // "huishouden=alleenstaand", "" is everybody
	weeks  []detect.Week
	expect float64
	times  float64 // of Group
	synth  bool
	said   string // of Outside: the value as it is shown
}

func (s series) key() string {
	return loop.Crossing{Detector: string(s.kind), Anchor: s.anchor, Group: s.group}.Key()
}

// tiles are what a detector reports as.
var tiles = map[detect.Kind]loop.SignalKind{
	detect.Discretion: loop.TooHarsh, detect.Objections: loop.Unclear, detect.Upheld: loop.TooHarsh, detect.Abandonment: loop.DropOut,
	detect.Unclaimed: loop.DropOut, detect.Asked: loop.Data, detect.Late: loop.Impossible, detect.Unheard: loop.Impossible, detect.Burden: loop.TooHarsh,
	detect.Corrections: loop.Data, detect.NotUnderstood: loop.Unclear, detect.Group: loop.TooHarsh, detect.Outside: loop.Unclear,
}

// Detect runs every detector over the outcomes that are here, and files what it
// finds as signals. A crossing is reported once.
func (o *Office) Detect(ctx context.Context) error {
	all, err := o.watched(ctx)
	if err != nil {
		return err
	}
	bound := detect.Bound(len(all), acceptedAlarms)
	today := o.today()
	for _, s := range all {
		t := detect.Test{Method: s.kind.Method(), Expect: s.expect, Bound: bound}
		alarms := detect.Run(s.weeks, t)
		if len(alarms) == 0 {
			continue
		}
		// Only the last one: what came before it in the same rows is part of the
		// story that it tells.
		a := alarms[len(alarms)-1]
		o.mu.RLock()
		known := o.world.Watch(s.anchor.Regulation).Reported(s.key(), a.From)
		o.mu.RUnlock()
		if known || a.Until.AddDays(7*recentWeeks).Before(today) {
			continue
		}
		if err := o.report(ctx, s, a); err != nil {
			return err
		}
	}
	return o.detectOutside(ctx)
}

// report files one alarm.
func (o *Office) report(ctx context.Context, s series, a detect.Alarm) error {
	n := func(f float64) loop.Number { return loop.Number(strconv.FormatFloat(f, 'f', 6, 64)) }
	o.mu.RLock()
	sentence := o.alarmSentence(s, a)
	o.mu.RUnlock()
	err := o.do(ctx, string(loop.System), loop.Cross{
		NewIssue: o.NewID("k"), Kind: tiles[s.kind], What: loop.Words(sentence), Synthetic: s.synth,
		Crossing: loop.Crossing{
			Detector: string(s.kind), Anchor: s.anchor, Group: s.group, From: a.From, Until: a.Until, Cases: n(a.N), Events: n(a.K),
			Expect: n(a.Expect), Low: n(a.Low), High: n(min(a.High, 1e9)), Signal: o.NewID("s"),
		},
	})
	var no *view.Refusal
	if errors.As(err, &no) {
		// Nobody is responsible there yet, or somebody was first.
		o.Log.Warn("detector", "reden", no.Text, "regeling", s.anchor.Regulation)
		return nil
	}
	return err
}

// detectOutside reports a measurement outside its expectation, once.
func (o *Office) detectOutside(ctx context.Context) error {
	type out struct {
		s series
		a detect.Alarm
	}
	var found []out
	o.mu.RLock()
	for _, x := range o.world.Predictions("") {
		if !x.Measured || x.Last.Verdict != loop.Outside && !x.Last.Tripped {
			continue
		}
		s := series{kind: detect.Outside, anchor: loop.Anchor{Regulation: x.Proposal.Regulation}, group: x.Expectation.Indicator, synth: x.Last.Synthetic, said: shownText(x.Last, x.Expectation.Unit)}
		a := detect.Alarm{From: x.Last.From, Until: x.Last.Until, N: float64(x.Last.Cases), K: float(x.Last.Value), Expect: float(x.Expectation.Predicted), Low: float(x.Expectation.Low), High: float(x.Expectation.High)}
		if !o.world.Watch(s.anchor.Regulation).Reported(s.key(), a.Until) {
			found = append(found, out{s, a})
		}
	}
	o.mu.RUnlock()
	for _, f := range found {
		if err := o.report(ctx, f.s, f.a); err != nil {
			return err
		}
	}
	return nil
}

// watched gives every series with an expectation, of all regulations: how many
// there are decides how sure an alarm has to be.
func (o *Office) watched(ctx context.Context) ([]series, error) {
	o.mu.RLock()
	today := o.today()
	regs := map[string]bool{}
	for _, w := range o.world.Watches() {
		regs[w.ID] = len(w.Declared) > 0
	}
	for _, x := range o.world.Predictions("") {
		regs[x.Proposal.Regulation] = true
	}
	o.mu.RUnlock()
	last := outcome.Week(today).AddDays(-7) // the last week that is over
	var all []series
	for _, reg := range slices.Sorted(keysOf(regs)) {
		if !regs[reg] {
			continue
		}
		cells, err := o.Store.Cube(ctx, outcome.Query{
			Regulation: reg, From: last.AddDays(-7 * (watchedWeeks - 1)), Until: last,
			By: outcome.ByArticle | outcome.ByGroup | outcome.ByClass | outcome.ByGround | outcome.ByWeek,
		})
		if err != nil {
			return nil, fmt.Errorf("detect %s: %w", reg, err)
		}
		o.mu.RLock()
		all = append(all, o.seriesOf(reg, cells, last)...)
		o.mu.RUnlock()
	}
	return all, nil
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// seriesOf makes the series of a regulation of its cells.
func (o *Office) seriesOf(reg string, cells []outcome.Counted, last rule.Date) []series {
	byArticle := map[string][]outcome.Counted{}
	byGroup := map[string]map[string][]outcome.Counted{}
	for _, c := range cells {
		if c.Group == "" {
			byArticle[c.Article] = append(byArticle[c.Article], c)
			continue
		}
		if byGroup[c.Article] == nil {
			byGroup[c.Article] = map[string][]outcome.Counted{}
		}
		byGroup[c.Article][c.Group] = append(byGroup[c.Article][c.Group], c)
	}
	var out []series
	for _, article := range slices.Sorted(keysOf(byArticle)) {
		a := loop.Anchor{Regulation: reg, Article: article}
		synth := slices.ContainsFunc(byArticle[article], func(c outcome.Counted) bool { return c.Synthetic > 0 })
		for _, k := range detect.Kinds() {
			e, ok := o.expected(k, a)
			if !ok || k == detect.Outside {
				continue
			}
			if k != detect.Group {
				out = append(out, series{kind: k, anchor: a, weeks: k.Series(byArticle[article], last), expect: e, synth: synth})
				continue
			}
			whole := detect.Burdened(byArticle[article], last)
			for _, g := range slices.Sorted(keysOf(byGroup[article])) {
				own := detect.Burdened(byGroup[article][g], last)
				out = append(out, series{kind: k, anchor: a, group: g, weeks: detect.Versus(own, without(whole, own), e), times: e, synth: synth})
			}
		}
	}
	return out
}

// without takes the counts of a group off those of everybody.
func without(all, group []detect.Week) []detect.Week {
	of := map[rule.Date]detect.Week{}
	for _, w := range group {
		of[w.Monday] = w
	}
	out := slices.Clone(all)
	for i, w := range out {
		g := of[w.Monday]
		out[i].N, out[i].K = w.N-g.N, w.K-g.K
	}
	return out
}

// expected gives what a detector expects on a place, as a part: what somebody
// declared, or what a decided proposal promised.
func (o *Office) expected(k detect.Kind, a loop.Anchor) (float64, bool) {
	if w := o.world.Watch(a.Regulation); w != nil {
		if d, ok := w.Expected(string(k), a, ""); ok {
			e := float(d.Expect)
			if k.Percent() {
				e /= 100
			}
			return e, e > 0
		}
		for _, d := range w.Declared {
			if d.Detector == string(k) && d.Off && d.Anchor.Contains(a) {
				return 0, false // switched off by name
			}
		}
	}
	// At adoption: the top of the band that was signed for the same thing.
	for _, x := range slices.Backward(o.world.Predictions(a.Regulation)) {
		r, ok := o.rules.set.Get(a.Regulation)
		if !ok {
			continue
		}
		i, ok := indicatorOf(r, x.Expectation.Indicator)
		switch {
		case !ok:
		case k == detect.Discretion && i.Measure == "maatwerk":
			if e := float(x.Expectation.High) / 100; e > 0 {
				return e, true
			}
		case k == detect.Unclaimed && i.Measure == "toekenningen" && i.Higher && a.Article == "":
			if e := float(x.Expectation.Low); e > 0 {
				return e, true
			}
		}
	}
	return 0, false
}

// weeksText writes "week 31", "week 31 tot en met 34" or with their years.
func weeksText(from, until rule.Date) string {
	y1, w1 := noon(from).ISOWeek()
	y2, w2 := noon(until).ISOWeek()
	switch {
	case y1 == y2 && w1 == w2:
		return texts.T("detector.week", "week", w1)
	case y1 == y2:
		return texts.T("detector.weken", "van", w1, "tot", w2)
	}
	return texts.T("detector.weken-jaar", "van", w1, "jaar", strconv.Itoa(y1), "tot", w2, "eind", strconv.Itoa(y2))
}

// Watch is the page Detectoren of a regulation: what is expected, what is seen,
// and what went off.
func (o *Office) Watch(ctx context.Context, who, reg string, asked view.Asked) (view.WatchView, error) {
	all, err := o.watched(ctx)
	if err != nil {
		return view.WatchView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.WatchView{Series: len(all), Rate: texts.Decimal(acceptedAlarms, 0)}
	for _, r := range o.rules.set.Regulations {
		v.Regulations = append(v.Regulations, view.Option{Value: r.ID, Label: r.Name})
	}
	if reg == "" {
		for _, w := range o.world.Watches() {
			reg = cmp.Or(reg, w.ID)
		}
		if reg == "" && len(v.Regulations) > 0 {
			reg = v.Regulations[0].Value
		}
	}
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return v, view.ErrNotFound
	}
	v.ID, v.Regulation = reg, view.Ref{Text: r.Name, Href: regulationHref(reg)}
	v.Declare = o.declares(who, loop.Anchor{Regulation: reg})
	v.Places = append(v.Places, view.Option{Value: reg, Label: texts.T("detector.hele-regeling")})
	for _, a := range r.Articles {
		if a.Number != "" {
			v.Places = append(v.Places, view.Option{Value: reg + "/" + a.ID, Label: articleName(a)})
		}
	}
	w := o.world.Watch(reg)
	for _, k := range detect.Kinds() {
		row := view.DetectorRow{Kind: string(k), Name: texts.T("detector.naam." + string(k)), Says: texts.T("detector.uitleg." + string(k))}
		if w != nil {
			for _, d := range w.Declared {
				if d.Detector == string(k) {
					row.Rows = append(row.Rows, o.expectedRow(ctx, k, d, all))
				}
			}
		}
		v.Kinds = append(v.Kinds, row)
		if k.Declared() {
			v.Choices = append(v.Choices, view.Option{Value: string(k), Label: row.Name + " (" + texts.T(unitKey(k)) + ")"})
		}
	}
	for _, s := range all {
		v.Synthetic = v.Synthetic || s.synth && s.anchor.Regulation == reg
	}
	if w != nil {
		crossed := slices.Clone(w.Crossed)
		slices.Reverse(crossed)
		crossed, v.Paging = view.PageOf(crossed, asked)
		for _, c := range crossed {
			row := view.CrossingRow{On: c.On}
			if s, issue := o.world.Signal(c.Signal); s != nil {
				row.Sentence = o.detectorWords(s)
				sawSignal(ctx, s)
				if i := o.world.Issue(issue); i != nil {
					row.Issue = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
				}
			}
			v.Crossed = append(v.Crossed, row)
		}
	} else {
		_, v.Paging = view.PageOf([]int(nil), asked)
	}
	return v, nil
}

func unitKey(k detect.Kind) string {
	switch {
	case k == detect.Group:
		return "detector.eenheid-keer"
	case k == detect.Unclaimed:
		return "detector.eenheid-jaar"
	}
	return "detector.eenheid-procent"
}

// declares says whether somebody may declare: who owns the place.
func (o *Office) declares(who string, a loop.Anchor) view.Action {
	t := o.world.TriangleOf(a)
	if t == nil || who == "" {
		return view.Action{Why: texts.T("detector.alleen-eigenaar")}
	}
	for _, h := range t.Members(o.today()) {
		if string(h.Person) == who && h.Post.Corner != loop.Opdrachtnemer {
			return view.Action{Can: true}
		}
	}
	return view.Action{Why: texts.T("detector.alleen-eigenaar")}
}

func (o *Office) expectedRow(ctx context.Context, k detect.Kind, d loop.Declared, all []series) view.ExpectedRow {
	row := view.ExpectedRow{Anchor: strings.TrimSuffix(d.Anchor.Regulation+"/"+d.Anchor.Article, "/"), Why: d.Why.Words, Off: d.Off, Value: notation.FormatNumber(ratOf(d.Expect))}
	av := o.anchorView(d.Anchor, "")
	row.Place = view.Ref{Text: cmp.Or(av.ArticleName, texts.T("detector.hele-regeling")), Href: regulationHref(d.Anchor.Regulation)}
	if d.Anchor.Article != "" {
		row.Place.Href = articleHref(d.Anchor.Regulation, d.Anchor.Article)
	}
	e := float(d.Expect)
	if k.Percent() {
		e /= 100
	}
	row.Expect = texts.T("detector.verwacht-"+k.Method().String()+unitSuffix(k), "wat", expectText(k, e, e))
	row.From = texts.T("detector.vastgelegd", "wie", o.name(ctx, d.By), "datum", dutch(d.On))
	// Over the last thirteen weeks: what is seen now.
	var n, hits float64
	for _, s := range all {
		if s.kind == k && d.Anchor.Contains(s.anchor) && k != detect.Group {
			for _, w := range s.weeks[max(0, len(s.weeks)-recentWeeks):] {
				n, hits = n+w.N, hits+w.K
			}
		}
	}
	if n >= detect.MinCases && k.Percent() {
		row.Seen = seenText(hits, n)
	}
	return row
}

func unitSuffix(k detect.Kind) string {
	switch k {
	case detect.Group:
		return "-groep"
	case detect.Unclaimed:
		return "-jaar"
	}
	return ""
}

func ratOf(n loop.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// Declare says what a detector expects on a place, or switches it off.
func (o *Office) Declare(ctx context.Context, who string, in view.DeclareInput) error {
	if err := refusePersonal("reden", in.Why); err != nil {
		return err
	}
	a, err := loop.ParseAnchor(in.Place)
	if err != nil {
		return refuse("plek", "Deze plek bestaat niet.", "Kies een regeling of een artikel uit de lijst.", view.FieldError{Field: "plek", Text: "Kies een plek uit de lijst."})
	}
	k := detect.Kind(in.Detector)
	if !slices.Contains(detect.Kinds(), k) || !k.Declared() {
		return refuse("detector", "Deze detector bestaat niet.", "Kies een detector uit de lijst.", view.FieldError{Field: "detector", Text: "Kies een detector uit de lijst."})
	}
	var n loop.Number
	if !in.Off {
		if n, err = typedNumber("verwacht", in.Expect); err != nil {
			return err
		}
		if k.Percent() && float(n) >= 100 {
			return refuse("verwacht", "Een deel is minder dan 100 procent.", "Schrijf bijvoorbeeld 3 of 2,5.", view.FieldError{Field: "verwacht", Text: "Schrijf een getal onder 100."})
		}
	}
	if err := o.do(ctx, who, loop.Declare{Declared: loop.Declared{Detector: in.Detector, Anchor: a, Expect: n, Why: loop.Words(in.Why), Off: in.Off}}); err != nil {
		return err
	}
	return o.Detect(ctx)
}
