package loop

import (
	"cmp"
	"slices"

	"lemniscaat/internal/rule"
)

// PersonFigures counts people over some days: those a signal is about, those who
// reacted to an answer, those who got maatwerk. None of it is fit to be shown as it
// is: who publishes, hides first.
type PersonFigures struct {
	Signals []SignalCount // by regulation and article, sorted
	Reacted []ReactionCount
	Given   []StandGround // by regulation and ground, sorted by name
}

// SignalCount counts the signals of people on an article; what a detector reports is
// about no one in particular.
type SignalCount struct {
	Regulation, Article string
	Signals, Citizens   int64 // Citizens are a part of Signals
}

// ReactionCount counts what reporters said of the knelpunten of a regulation that were
// solved.
type ReactionCount struct {
	Regulation                  string
	Confirmed, Silent, Disputed int64
}

// PersonFigures counts over the days from through until.
func (w *World) PersonFigures(from, until rule.Date) PersonFigures {
	within := func(d rule.Date) bool { return !d.IsZero() && !d.Before(from) && !d.After(until) }
	var f PersonFigures
	signals := map[[2]string]*SignalCount{}
	for id, s := range w.signals {
		if s.Channel == Detector || w.signalIssue[id] == "" || !within(DateOf(s.At)) {
			continue
		}
		k := [2]string{s.Anchor.Regulation, s.Anchor.Article}
		if signals[k] == nil {
			signals[k] = &SignalCount{Regulation: k[0], Article: k[1]}
		}
		signals[k].Signals++
		if s.Channel == Citizen {
			signals[k].Citizens++
		}
	}
	for _, n := range signals {
		f.Signals = append(f.Signals, *n)
	}
	slices.SortFunc(f.Signals, func(a, b SignalCount) int {
		return cmp.Or(cmp.Compare(a.Regulation, b.Regulation), cmp.Compare(a.Article, b.Article))
	})
	reacted := map[string]*ReactionCount{}
	for _, i := range w.issues {
		if i.State != Solved || !within(i.Ending.On) {
			continue
		}
		reg := i.Anchors[0].Regulation
		if reacted[reg] == nil {
			reacted[reg] = &ReactionCount{Regulation: reg}
		}
		r := reacted[reg]
		r.Confirmed, r.Silent, r.Disputed = r.Confirmed+int64(i.Ending.Confirmed), r.Silent+int64(i.Ending.Silent), r.Disputed+int64(i.Ending.Disputed)
	}
	for _, n := range reacted {
		f.Reacted = append(f.Reacted, *n)
	}
	slices.SortFunc(f.Reacted, func(a, b ReactionCount) int { return cmp.Compare(a.Regulation, b.Regulation) })
	given := map[StandGround]int{}
	for _, d := range w.decisions {
		for _, g := range d.Given {
			if within(g.On) {
				given[StandGround{Regulation: g.Anchor.Regulation, Ground: g.Ground}]++
			}
		}
	}
	for g, n := range given {
		g.Count = n
		f.Given = append(f.Given, g)
	}
	slices.SortFunc(f.Given, func(a, b StandGround) int {
		return cmp.Or(cmp.Compare(a.Regulation, b.Regulation), cmp.Compare(a.Ground, b.Ground))
	})
	return f
}
