package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/titrate"
)

// Limits of trying values, together some 200 MB and two cores.
const (
	livesKept    = 2  // populations with their rules that are kept ready
	maxComputing = 2  // values that are computed at a time, of everybody
	maxOfOne     = 2  // and of one person: who comes later stops the first
	maxWaiting   = 32 // more than these are told to come back
	// triedHouseholds is how many households a population has at most, so that the
	// page can follow a hand.
	triedHouseholds = 20_000
)

// trials computes what people try. It keeps the last few populations ready with
// what today's rules give on them.
type trials struct {
	mu      sync.Mutex
	lives   []*life // the longest unused first
	of      map[string][]*trial
	waiting int
	room    gate
}

// life is a simulate.Live that is made once, for all who ask for it.
type life struct {
	key         string
	done, total atomic.Int64
	ready       chan struct{}
	// After ready:
	live *simulate.Live
	base simulate.Side
	err  error
}

// trial is one computation of a person, to be stopped by a later one.
type trial struct{ stop context.CancelFunc }

// errBusy is told to who comes when everybody is waiting.
var errBusy = &view.Refusal{Code: "te-druk", Text: "Er rekenen nu te veel mensen tegelijk.", Hint: "Probeer het over een minuut opnieuw."}

// enter lets a computation begin. The context that it gives ends when the same
// person has begun maxOfOne others.
func (t *trials) enter(ctx context.Context, who string) (context.Context, func(), error) {
	ctx, stop := context.WithCancel(ctx)
	me := &trial{stop}
	t.mu.Lock()
	if t.waiting >= maxWaiting {
		t.mu.Unlock()
		stop()
		return nil, nil, errBusy
	}
	t.waiting++
	if who != "" { // visitors are not told apart
		if n := len(t.of[who]) - maxOfOne + 1; n > 0 {
			for _, old := range t.of[who][:n] {
				old.stop()
			}
		}
		t.of[who] = append(t.of[who], me)
	}
	t.mu.Unlock()
	out := func() {
		stop()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.waiting--
		if t.of[who] = slices.DeleteFunc(t.of[who], func(x *trial) bool { return x == me }); len(t.of[who]) == 0 {
			delete(t.of, who)
		}
	}
	if err := t.room.enter(ctx); err != nil {
		out()
		return nil, nil, err
	}
	return ctx, func() { t.room.leave(); out() }, nil
}

// ready gives what is kept ready under a key; start is told to make it when it
// is not there. One that failed is made again.
func (t *trials) ready(key string, start func(*life)) *life {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.lives, func(l *life) bool { return l.key == key })
	if i >= 0 {
		l := t.lives[i]
		t.lives = append(slices.Delete(t.lives, i, i+1), l)
		select {
		case <-l.ready:
			if l.err == nil {
				return l
			}
			t.lives = t.lives[:len(t.lives)-1]
		default:
			return l
		}
	}
	l := &life{key: key, ready: make(chan struct{})}
	if len(t.lives) >= livesKept {
		t.lives = slices.Delete(t.lives, 0, 1)
	}
	t.lives = append(t.lives, l)
	start(l)
	return l
}

// wait waits until it is ready, and tells how far it is.
func (l *life) wait(ctx context.Context, progress func(done, total int)) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-l.ready:
			return l.err
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if progress != nil {
				progress(int(l.done.Load()), int(l.total.Load()))
			}
		}
	}
}

// attempt is a snapshot of what is tried: nothing is locked while it is
// computed.
type attempt struct {
	d      draft
	reg    *regulation.Regulation
	people *population.Population
	find   titrate.Question // when a value is asked for
	within time.Duration    // how long that may take
	v      view.TryView
}

// Try shows the sentences of a regulation with the values that are tried, and
// when asked what they do. What cannot be is in the view. Nothing is recorded.
func (o *Office) Try(ctx context.Context, who string, in view.TryInput, progress func(done, total int)) (view.TryView, error) {
	a, err := o.tryOut(ctx, who, in)
	if err != nil {
		return view.TryView{}, err
	}
	if a.v.Why != "" {
		return a.v, nil
	}
	live := o.alive(a) // who looks at the page will move something
	if len(a.v.Faults)+len(a.v.Find.Faults) > 0 || !in.Compute && !in.Find.Asked {
		return a.v, nil
	}
	ctx, leave, err := o.trials.enter(ctx, who)
	if err != nil {
		return a.v, err
	}
	defer leave()
	if err := live.wait(ctx, progress); err != nil {
		return a.v, err
	}
	if in.Find.Asked {
		err = a.search(ctx, live)
	}
	if err == nil && in.Find.Asked && a.d.empty() {
		return a.v, nil // nothing else was asked
	}
	start := time.Now()
	var res *simulate.Result
	if err == nil {
		res, err = a.compute(ctx, live)
	}
	var no *view.Refusal
	switch {
	case errors.As(err, &no):
		a.v.Why = no.Error()
		return a.v, nil
	case err != nil:
		return a.v, err
	}
	res.Seconds = time.Since(start).Seconds()
	o.mu.RLock()
	defer o.mu.RUnlock()
	run := o.runView(res, a.reg.ID, "")
	run.Exhibits = slices.DeleteFunc(run.Exhibits, func(e view.Exhibit) bool { return a.unmoved(res, e.ID) })
	a.v.Run = &run
	return a.v, nil
}

// unmoved reports whether an exhibit is about take-up of another regulation, of
// which nothing changes: the page is about what moves.
func (a *attempt) unmoved(res *simulate.Result, exhibit string) bool {
	return slices.ContainsFunc(res.Schemes, func(s simulate.SchemeResult) bool {
		return s.ID != a.reg.ID && exhibit == "bereik-"+s.ID && (s.Variant == nil ||
			s.Variant.Entitled == s.Baseline.Entitled && s.Variant.Received == s.Baseline.Received && s.Variant.Automatic == s.Baseline.Automatic)
	})
}

// tryOut makes the snapshot, with the sentences laid out.
func (o *Office) tryOut(ctx context.Context, who string, in view.TryInput) (*attempt, error) {
	o.mu.Lock() // a population may have to be planned
	defer o.mu.Unlock()
	reg, ok := o.rules.set.Get(in.Regulation)
	if !ok {
		return nil, view.ErrNotFound
	}
	a := &attempt{reg: reg, within: cmp.Or(o.Search, searchTime), d: draft{base: o.rules.set, set: o.rules.set, reg: reg.ID}}
	a.d.variant = regulation.Variant{ID: "geprobeerd", Name: texts.T("proberen.variant"), From: o.today()}
	a.v = view.TryView{ID: reg.ID, Name: reg.Name, Back: view.Ref{Text: reg.Name, Href: regulationHref(reg.ID)}, Article: in.Article, Date: o.today(), Propose: o.mayOpen(ctx, who, reg.ID)}
	if in.Issue != "" {
		i := o.world.Issue(in.Issue)
		if i == nil || i.Anchors[0].Regulation != reg.ID {
			return nil, view.ErrNotFound
		}
		a.v.Issue, a.v.Back = i.ID, view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
		a.v.Article = cmp.Or(in.Article, i.Anchors[0].Article)
	}
	if reg.Level < regulation.LevelRules || len(reg.Outcomes) == 0 {
		a.v.Why = texts.T("proberen.geen-regels")
		return a, nil
	}
	var err error
	if a.people, err = o.few(reg, a.v.Date.Year); err != nil {
		return nil, err
	}
	a.values(in.Values)
	a.lay()
	a.articles()
	a.finding(in.Find)
	return a, nil
}

// few gives the population of the installation, or when that is too large to
// follow a hand a smaller one.
func (o *Office) few(reg *regulation.Regulation, year int) (*population.Population, error) {
	all, err := o.people(reg, year)
	if err != nil || all.Len() <= triedHouseholds {
		return all, err
	}
	spec := all.Spec()
	spec.N = triedHouseholds
	return o.planned(spec)
}

// values takes what was typed over in the draft, in a fixed order. What cannot
// be is a fault.
func (a *attempt) values(typed map[string]string) {
	for _, p := range a.d.base.Model.Parameters {
		text, ok := typed[p.ID]
		if !ok {
			continue
		}
		fault := func(text string) {
			a.v.Faults = append(a.v.Faults, view.FieldError{Field: view.TryField(p.ID), Text: text})
		}
		if len(text) > 200 {
			fault(texts.T("proberen.te-lang"))
			continue
		}
		var no *view.Refusal
		switch err := a.d.setParameter(p.ID, text); {
		case errors.As(err, &no):
			fault(p.Name + ": " + no.Error())
		case err != nil:
			fault(p.Name + ": " + err.Error())
		}
	}
}

// lay lays the draft over the rules and says what is changed.
func (a *attempt) lay() {
	if len(a.v.Faults) > 0 || a.d.empty() {
		return
	}
	set, ds := a.d.base.With(a.d.variant)
	if ds.Err() != nil {
		for _, d := range ds {
			if d.Severity == rule.Error {
				a.v.Faults = append(a.v.Faults, view.FieldError{Text: d.Message})
			}
		}
		return
	}
	a.d.set = set
	for _, o := range a.d.variant.Parameters {
		p, _ := a.d.base.Parameter(o.ID)
		pc := parameterPiece(p, a.d)
		a.v.Changed = append(a.v.Changed, view.TryChange{Name: pc.Text, Now: pc.Now, Value: pc.Value})
	}
}

// articles lays the sentences out that have a value to move. A value is a field
// once; where it stands again it has its name.
func (a *attempt) articles() {
	seen := map[string]bool{}
	for _, art := range a.reg.Articles {
		group := view.TryArticle{Ref: view.Ref{Text: articleName(art), Href: articleHref(a.reg.ID, art.ID)}, Open: a.v.Article == art.ID}
		for _, ru := range art.Rules {
			ver := ru.At(a.v.Date)
			if ver == nil || !ownRule(a.reg, ru) {
				continue
			}
			if _, table := ver.Action.(*rule.Table); table {
				continue
			}
			s := view.EditableSentence{Rule: view.Ref{Text: ru.Name, Href: articleHref(a.reg.ID, art.ID) + "#" + parameterSlug(ru.ID)}, Pieces: pieces(ver, a.d)}
			some := false
			for i := range s.Pieces {
				pc := &s.Pieces[i]
				switch {
				case pc.Param == "":
				case seen[pc.Param]:
					*pc = view.Piece{NewLine: pc.NewLine, Depth: pc.Depth, Bullet: pc.Bullet, Text: pc.Text}
				default:
					seen[pc.Param], some = true, true
				}
			}
			if some {
				group.Rules = append(group.Rules, s)
			}
		}
		if len(group.Rules) > 0 {
			a.v.Articles = append(a.v.Articles, group)
		}
	}
	if !slices.ContainsFunc(a.v.Articles, func(g view.TryArticle) bool { return g.Open }) {
		for i := range a.v.Articles { // an article without values of its own may rest on any
			a.v.Articles[i].Open = i == 0 || a.v.Article != ""
		}
	}
	if len(a.v.Articles) == 0 {
		a.v.Why = texts.T("proberen.geen-getallen")
	}
}

// alive gives the population of an attempt with today's rules on it.
func (o *Office) alive(a *attempt) *life {
	key := fmt.Sprint(a.people.ID(), " ", a.v.Date, " ", a.d.base.Digest())
	return o.trials.ready(key, func(l *life) {
		l.total.Store(int64(a.people.Len()))
		o.busy.Go(func() {
			defer close(l.ready)
			base, err := simulate.NewSide(a.d.base, a.v.Date)
			if err == nil {
				l.base = base
				l.live, err = simulate.NewLive(o.life, simulate.Spec{People: a.people, Seed: seed, Date: a.v.Date, Baseline: base},
					func(done, _ int) { l.done.Store(int64(done)) })
			}
			if l.err = err; err != nil && o.life.Err() == nil {
				o.Log.Warn("proberen: de bevolking kan niet klaargezet worden", "fout", err)
			}
		})
	})
}

// today gives the result without a change, when the regulation can be computed.
func (a *attempt) today(l *life) (*simulate.Result, error) {
	today, err := l.live.Today()
	if err != nil {
		return nil, err
	}
	if _, ok := today.Find(a.reg.ID); !ok {
		why := texts.T("proberen.niet-te-rekenen")
		if i := slices.IndexFunc(today.Skipped, func(s simulate.Skipped) bool { return s.ID == a.reg.ID }); i >= 0 {
			why += " " + today.Skipped[i].Reason
		}
		return nil, refuse("niet-te-simuleren", why, "")
	}
	return today, nil
}

// compute gives the result of the draft.
func (a *attempt) compute(ctx context.Context, l *life) (*simulate.Result, error) {
	today, err := a.today(l)
	if err != nil || a.d.empty() {
		return today, err
	}
	side, err := simulate.NewSide(a.d.set, a.v.Date, l.base.IDs()...)
	if err != nil {
		return nil, err
	}
	side.ID, side.Name = a.d.variant.ID, a.d.variant.Name
	return l.live.Variant(ctx, side)
}

// ProposeTry opens a proposal with the values that were tried.
func (o *Office) ProposeTry(ctx context.Context, who string, in view.TryInput) (string, error) {
	a, err := o.tryOut(ctx, who, in)
	switch {
	case err != nil:
		return "", err
	case !a.v.Propose.Can:
		return "", refuse("voorstel-kan-niet", a.v.Propose.Why, "")
	case len(a.v.Faults) > 0:
		return "", &view.Refusal{Code: "waarde", Text: texts.T("proberen.eerst-goed"), Fields: a.v.Faults}
	case a.d.empty():
		return "", refuse("inhoud-ontbreekt", texts.T("proberen.niets-veranderd"), texts.T("proberen.verander-eerst"))
	}
	id, err := o.OpenProposal(ctx, who, view.OpenProposalInput{Regulation: a.reg.ID, Issue: a.v.Issue, Title: in.Title})
	if err != nil {
		return "", err
	}
	return id, o.edit(ctx, who, id, func(d *draft) error {
		for _, x := range a.d.variant.Parameters {
			if err := d.setParameter(x.ID, x.Text); err != nil {
				return err
			}
		}
		return nil
	})
}
