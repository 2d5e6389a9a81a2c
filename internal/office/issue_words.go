package office

import (
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/search"
)

// issueLook is a search for knelpunten by words. Everybody finds them by their title,
// their place, their tile and their number; who works here also by all that was
// reported. Each word counts when it is in a text, or in the beginning of a word of it.
type issueLook struct {
	o          *Office
	words      []search.Word
	asked      *askedWords
	title, all map[*loop.Issue]uint32 // which words are in it, as bits
	named      map[nameOf]uint32
}

// nameOf is what the names of a knelpunt depend on.
type nameOf struct {
	regulation, article string
	kind                loop.SignalKind
}

// lookForIssues asks the store; nil looks for nothing. It is called without o.mu.
func (o *Office) lookForIssues(ctx context.Context, question string) (l *issueLook, err error) {
	l = &issueLook{o: o, words: search.Asked(question)}
	if len(l.words) == 0 {
		return nil, nil
	}
	var wants []search.Want
	for _, w := range l.words {
		wants = append(wants, w.Want())
	}
	l.asked, err = o.ask(ctx, wants)
	return l, err
}

// match reports whether a knelpunt has all the words; staff look in all of it. The
// caller holds o.mu from the first call to the last.
func (l *issueLook) match(i *loop.Issue, staff bool) bool {
	if l == nil {
		return true
	}
	if l.title == nil {
		l.title, l.all, l.named = map[*loop.Issue]uint32{}, map[*loop.Issue]uint32{}, map[nameOf]uint32{}
		l.asked.each(l.o, func(want int, s *loop.Signal, i *loop.Issue, head bool) {
			if i == nil {
				return // an appreciation
			}
			l.all[i] |= 1 << want
			if head && l.o.firstTold(i) == s {
				l.title[i] |= 1 << want
			}
		})
	}
	every := uint32(1)<<len(l.words) - 1
	return l.title[i]|l.names(i) == every || staff && l.all[i] == every
}

// names gives which words are in the place, the tile or the number of a knelpunt.
func (l *issueLook) names(i *loop.Issue) uint32 {
	a := i.Anchors[0]
	key := nameOf{a.Regulation, a.Article, i.Kind}
	bits, ok := l.named[key]
	if !ok {
		where := l.o.anchorView(loop.Anchor{Regulation: a.Regulation, Article: a.Article}, "")
		bits = l.in(where.RegulationName + " " + where.ArticleName + " " + texts.T("tegel."+string(i.Kind)))
		l.named[key] = bits
	}
	for _, w := range l.words {
		if strings.Contains(i.ID, w.Text[:2]) {
			return bits | l.in(i.ID)
		}
	}
	return bits
}

// in gives which words are in a text.
func (l *issueLook) in(text string) (bits uint32) {
	for _, t := range search.Terms(text, "") {
		for n, w := range l.words {
			if w.Want().Is(t) {
				bits |= 1 << n
			}
		}
	}
	return bits
}

// firstTold gives the first signal of a knelpunt with words, which gives it its title.
func (o *Office) firstTold(i *loop.Issue) *loop.Signal {
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" {
			return s
		}
	}
	return nil
}

// keepMatching leaves out what a search does not find.
func (l *issueLook) keepMatching(all []*loop.Issue, staff bool) []*loop.Issue {
	if l == nil {
		return all
	}
	return slices.DeleteFunc(all, func(i *loop.Issue) bool { return !l.match(i, staff) })
}
