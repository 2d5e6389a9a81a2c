package office

import (
	"context"
	"slices"
	"strings"
	"sync"

	"lemniscaat/internal/likeness"
	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
)

// maxPairs is how many suggestions are made at a time: what is far from alike is
// not work for anybody.
const maxPairs = 500

// pairsAt are the suggestions of one state of the log.
type pairsAt struct {
	seq   uint64
	open  int
	pairs []likeness.Pair
}

// pairsOf keeps the last suggestions. It has a lock of its own, to be taken after o.mu.
type pairsOf struct {
	mu   sync.Mutex
	last pairsAt
}

// forget drops them: words were erased.
func (c *pairsOf) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = pairsAt{}
}

// maxIssueText is how many bytes of what was reported in one knelpunt are compared
// with others.
const maxIssueText = 8000

// issueText gives the words of a knelpunt, to compare with others.
func (o *Office) issueText(i *loop.Issue) likeness.Text {
	var b strings.Builder
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil {
			b.WriteString(s.What.Words + " ")
		}
		if b.Len() > maxIssueText {
			break
		}
	}
	return likeness.New(i.ID, placeOf(i), string(i.Kind), b.String())
}

func placeOf(i *loop.Issue) string { return i.Anchors[0].Regulation + "/" + i.Anchors[0].Article }

// rootsOf gives the stems of what was reported, from the store: reading them is less
// work than reading all texts again. It is called without o.mu; nil when the store has
// no index, or one that is far behind, or when the suggestions are as they were.
func (o *Office) rootsOf(ctx context.Context) *store.Roots {
	f, ok := o.Store.(store.FindReader)
	if !ok {
		return nil
	}
	o.mu.RLock()
	o.pairs.mu.Lock()
	known := o.pairs.last.seq == o.world.Head().Seq
	o.pairs.mu.Unlock()
	o.mu.RUnlock()
	if known {
		return nil
	}
	r, err := f.TextRoots(ctx)
	if err != nil || r.Analysis != search.Analysis {
		return nil
	}
	return &r
}

// suggestions gives pairs of open knelpunten that may be the same. roots may be nil;
// the answer is the same. The caller holds o.mu.
func (o *Office) suggestions(roots *store.Roots) pairsAt {
	o.pairs.mu.Lock()
	defer o.pairs.mu.Unlock()
	head := o.world.Head().Seq
	if o.pairs.last.seq == head && head > 0 {
		return o.pairs.last
	}
	var open []*loop.Issue
	for _, i := range o.world.Issues() {
		if i.State == loop.Open {
			open = append(open, i)
		}
	}
	var pairs []likeness.Pair
	if roots == nil {
		all := make([]likeness.Text, len(open))
		for n, i := range open {
			all[n] = o.issueText(i)
		}
		pairs = likeness.Pairs(all, maxPairs, o.world.Apart)
	} else {
		bags, names := o.bags(open, roots)
		pairs = likeness.PairBags(bags, names, maxPairs, o.world.Apart, func(id string) likeness.Text { return o.issueText(o.world.Issue(id)) })
	}
	o.pairs.last = pairsAt{seq: head, open: len(open), pairs: pairs}
	return o.pairs.last
}

// bags gives the stems of knelpunten as numbers in names, in the order of the alphabet.
// What the index does not have, and what is so long that not all of it counts, is read.
func (o *Office) bags(open []*loop.Issue, roots *store.Roots) (bags []likeness.Bag, names []string) {
	bags = make([]likeness.Bag, len(open))
	read := make([][]string, len(open)) // stems of those that are read
	names = slices.Clone(roots.Names)
	for n, i := range open {
		bags[n] = likeness.Bag{ID: i.ID, Place: placeOf(i), Kind: string(i.Kind)}
		length, whole := 0, true
		var stems []int32
		for _, id := range i.Signals {
			s, _ := o.world.Signal(id)
			if s == nil {
				continue
			}
			if length += len(s.What.Words) + 1; s.What.Words == "" {
				continue
			}
			of, ok := roots.Of[s.Seq]
			if whole = whole && ok; !whole {
				break
			}
			stems = append(stems, of...)
		}
		slices.Sort(stems)
		if stems = slices.Compact(stems); whole && length <= maxIssueText && len(stems) <= likeness.MaxWords {
			bags[n].Stems = stems
			continue
		}
		read[n] = o.issueText(i).Stems()
		names = append(names, read[n]...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	number := func(stem string) int32 {
		n, _ := slices.BinarySearch(names, stem)
		return int32(n)
	}
	moved := make([]int32, len(roots.Names))
	for n, stem := range roots.Names {
		moved[n] = number(stem)
	}
	for n := range bags {
		for k, stem := range bags[n].Stems {
			bags[n].Stems[k] = moved[stem]
		}
		for _, stem := range read[n] {
			bags[n].Stems = append(bags[n].Stems, number(stem))
		}
		slices.Sort(bags[n].Stems)
	}
	return bags, names
}

// why says in one sentence why two knelpunten may be the same.
func why(p likeness.Pair) string {
	shared := p.Shared[:min(len(p.Shared), 7)]
	switch {
	case p.SamePlace && p.SameKind && len(shared) == 0:
		return texts.T("bundel.zelfde-plek")
	case p.SamePlace && p.SameKind:
		return texts.T("bundel.zelfde-plek-woorden", "woorden", texts.List(shared))
	case p.SamePlace:
		return texts.N("bundel.zelfde-artikel", int64(len(p.Shared)), "woorden", texts.List(shared))
	}
	return texts.N("bundel.woorden", int64(len(p.Shared)), "woorden", texts.List(shared))
}

// Bundle is the page on which knelpunten are put together.
func (o *Office) Bundle(ctx context.Context, who string, in view.BundleInput) (view.BundleView, error) {
	var v view.BundleView
	look, err := o.lookForIssues(ctx, in.Words)
	if err != nil {
		return v, err
	}
	roots := o.rootsOf(ctx)
	o.mu.RLock()
	defer o.mu.RUnlock()
	found := o.suggestions(roots)
	v.Open = found.open
	pairs := found.pairs
	if look != nil {
		pairs = slices.DeleteFunc(slices.Clone(pairs), func(p likeness.Pair) bool {
			return !look.match(o.world.Issue(p.A), true) && !look.match(o.world.Issue(p.B), true)
		})
	}
	if v.Can.Can = o.inTriangle(who); !v.Can.Can {
		v.Can.Why = texts.T("bundel.wie")
	}
	pairs, v.Paging = view.PageOf(pairs, in.Asked)
	for _, p := range pairs {
		from, into := o.world.Issue(p.A), o.world.Issue(p.B)
		// The one that more people reported takes the other in.
		if len(from.Reporters()) > len(into.Reporters()) || len(from.Reporters()) == len(into.Reporters()) && from.Opened.Before(into.Opened) {
			from, into = into, from
		}
		v.Pairs = append(v.Pairs, view.BundlePair{From: o.bundleSide(ctx, who, from), Into: o.bundleSide(ctx, who, into), Why: why(p)})
	}
	v.Undo = o.bundleUndo(ctx, in.Last)
	return v, nil
}

func (o *Office) bundleSide(ctx context.Context, who string, i *loop.Issue) view.BundleSide {
	s := view.BundleSide{Row: o.issueRow(ctx, who, i)}
	if g := o.firstTold(i); g != nil {
		s.Text = shorten(g.What.Words, 300)
		sawSignal(ctx, g)
	}
	return s
}

// bundleUndo offers to take back what was done last, when the domain allows it.
func (o *Office) bundleUndo(ctx context.Context, last view.BundleUndo) *view.BundleUndo {
	from, into := o.world.Issue(last.From), o.world.Issue(last.Into)
	switch {
	case from == nil || into == nil:
		return nil
	case last.Apart && o.world.Apart(from.ID, into.ID):
		last.Text = texts.T("bundel.los", "een", o.issueTitle(ctx, from), "ander", o.issueTitle(ctx, into))
		return &last
	case !last.Apart && from.MergedTo == into.ID && into.State == loop.Open && len(o.movedBack(from.ID, into)) > 0:
		last.Text = texts.T("bundel.samen", "ander", o.issueTitle(ctx, into))
		return &last
	}
	return nil
}

// movedBack gives the signals that came with a merge and are still there.
func (o *Office) movedBack(from string, into *loop.Issue) []string {
	var out []string
	for _, s := range into.Absorbed[from] {
		if slices.Contains(into.Signals, s) {
			out = append(out, s)
		}
	}
	return out
}

// MergeIssues puts the signals of a knelpunt with those of another.
func (o *Office) MergeIssues(ctx context.Context, who string, in view.MergeInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Merge{From: in.From, Into: in.Into, Reason: loop.Words(in.Reason)})
}

// UndoMerge takes a merge back: its signals get a knelpunt of their own again.
func (o *Office) UndoMerge(ctx context.Context, who, from, into string) (string, error) {
	o.mu.RLock()
	i := o.world.Issue(into)
	var moved []string
	if i != nil {
		moved = o.movedBack(from, i)
	}
	o.mu.RUnlock()
	if i == nil {
		return "", view.ErrNotFound
	}
	id := o.NewID("k")
	return id, o.do(ctx, who, loop.Split{Issue: into, NewIssue: id, Signals: moved, Reason: loop.Words(texts.T("bundel.terug"))})
}

// KeepApart remembers that two knelpunten are not the same, or forgets it.
func (o *Office) KeepApart(ctx context.Context, who, issue, other string, undo bool) error {
	return o.do(ctx, who, loop.KeepApart{Issue: issue, Other: other, Undo: undo})
}

// SplitIssue moves signals to a knelpunt of their own, with the same date.
func (o *Office) SplitIssue(ctx context.Context, who string, in view.SplitInput) (string, error) {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return "", err
	}
	id := o.NewID("k")
	return id, o.do(ctx, who, loop.Split{Issue: in.Issue, NewIssue: id, Signals: in.Signals, Reason: loop.Words(in.Reason)})
}

// SplitPage shows the signals of one knelpunt to take apart, and what it may be
// the same as.
func (o *Office) SplitPage(ctx context.Context, who, id string, asked view.Asked) (view.SplitView, error) {
	roots := o.rootsOf(ctx)
	o.mu.RLock()
	defer o.mu.RUnlock()
	i := o.world.Issue(id)
	if i == nil {
		return view.SplitView{}, view.ErrNotFound
	}
	v := view.SplitView{Row: o.issueRow(ctx, who, i)}
	look := likeness.Look(asked.Words)
	var all []*loop.Signal
	for _, s := range i.Signals {
		if g, _ := o.world.Signal(s); g != nil && (len(look) == 0 || likeness.New(s, "", "", g.What.Words).Match(look)) {
			all = append(all, g)
		}
	}
	all, v.Paging = view.PageOf(all, asked)
	for _, g := range all {
		sawSignal(ctx, g)
		v.Signals = append(v.Signals, view.SplitSignal{
			ID: g.ID, Text: g.What.Words, Place: o.anchorView(g.Anchor, ""), Date: loop.DateOf(g.At),
			Frequency: frequencyOf(g.Frequency), From: texts.T("kanaal." + string(g.Channel)),
		})
	}
	_, member := o.world.MemberAt(loop.PersonID(who), i.Anchors[0], o.today())
	switch {
	case !member || who == "":
		v.Split.Why = texts.T("bundel.wie")
	case i.State != loop.Open:
		v.Split.Why = texts.T("bundel.niet-open")
	case len(i.Signals) < 2:
		v.Split.Why = texts.T("bundel.een-signaal")
	default:
		v.Split.Can = true
	}
	if member && who != "" && i.State == loop.Open {
		v.Others = o.alike(ctx, i, roots)
		if v.Merge.Can = len(v.Others) > 0; !v.Merge.Can {
			v.Merge.Why = texts.T("bundel.geen-ander")
		}
	}
	return v, nil
}

// maxOthers is how many knelpunten are offered to put one into.
const maxOthers = 30

// alike gives open knelpunten to put one into: those of the suggestions, then
// those of the same regulation.
func (o *Office) alike(ctx context.Context, i *loop.Issue, roots *store.Roots) []view.Option {
	var out []view.Option
	had := map[string]bool{i.ID: true}
	add := func(id, note string) {
		if x := o.world.Issue(id); x != nil && !had[id] && x.State == loop.Open && len(out) < maxOthers {
			had[id] = true
			out = append(out, view.Option{Value: id, Label: o.issueTitle(ctx, x) + note})
		}
	}
	for _, p := range o.suggestions(roots).pairs {
		switch i.ID {
		case p.A:
			add(p.B, " – "+why(p))
		case p.B:
			add(p.A, " – "+why(p))
		}
	}
	for _, x := range o.world.IssuesAt(loop.Anchor{Regulation: i.Anchors[0].Regulation}) {
		add(x.ID, "")
	}
	return out
}
