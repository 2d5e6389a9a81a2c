package loop

import (
	"cmp"
	"slices"

	"lemniscaat/internal/rule"
)

// How many of a kind a Stand names; what is more is counted.
const (
	standTop      = 10
	standLate     = 20
	standHardship = 20
)

// StandFigures gives the numbers of a Stand over the days from through until, as
// they are known today. Numbers about people come from what is published of them. The
// same log, rules, sources and days give the same figures.
func (w *World) StandFigures(from, until, today rule.Date, src StandSources) StandFigures {
	within := func(d rule.Date) bool { return !d.IsZero() && !d.Before(from) && !d.After(until) }
	f := StandFigures{MedianDays: -1, Quarters: src.Quarters, Open: true}
	var days []int
	for _, i := range w.Issues() {
		if within(i.Opened) {
			f.Opened++
		}
		if i.State != Merged && i.Opened.After(until) {
			continue
		}
		for n, a := range i.Answers {
			if within(a.At) {
				f.Answered++
				if n == 0 {
					days = append(days, daysFrom(i))
				}
			}
		}
		for _, m := range i.History {
			switch {
			case !within(DateOf(m.At)):
			case m.Type == (*IssueForwarded)(nil).Type():
				f.Forwards++
			case m.Type == (*IssueReopened)(nil).Type():
				f.Reopened++
			}
		}
		if i.State == Solved && within(i.Ending.On) {
			f.Solved = append(f.Solved, i.ID)
		}
		row := StandIssue{ID: i.ID, State: i.State, Kind: i.Kind, Anchor: i.Anchors[0]}
		switch {
		case i.State.Live():
			row.Loss = src.Loss(row.Anchor)
			f.Top = append(f.Top, row)
		case i.State == Accepted:
			row.Loss = src.Loss(row.Anchor)
			if a := i.Answer(); a != nil {
				row.Review = a.ReviewBy
			}
			f.Hardship = append(f.Hardship, row)
		}
	}
	f.MedianDays = median(days)
	f.Top = heaviest(f.Top, standTop)
	f.Hardship = heaviest(f.Hardship, standHardship)
	for o := range w.EachOwed(today, Overdue) {
		if o.Opened.After(until) {
			continue
		}
		f.LateCount++
		if len(f.Late) < standLate {
			f.Late = append(f.Late, StandDuty{Stream: o.Stream, Duty: o.Duty, Due: o.Due, Step: o.Step})
		}
	}
	w.standProposals(&f, within, today, src.Told)
	return f
}

// standProposals adds what proposals promised, brought and measured.
func (w *World) standProposals(f *StandFigures, within func(rule.Date) bool, today rule.Date, told func(*Proposal, Measurement) Number) {
	for _, p := range w.Proposals() {
		for _, o := range p.Obligations() {
			if o.Duty != DutyPromise {
				continue
			}
			if within(o.Opened) {
				f.Promises.Made++
			}
			switch {
			case !o.Open() && within(o.Done):
				f.Promises.Kept++
			case o.Open() && !o.Due.IsZero() && today.After(o.Due):
				f.Promises.Late++
			case o.Open():
				f.Promises.Open++
			}
		}
		if (p.State == InForce || p.State == Evaluated) && within(p.Plan.InForce) {
			f.InForce = append(f.InForce, p.ID)
		}
		for _, e := range p.Plan.Expectations {
			var last *Measurement
			for n := range p.Measurements {
				if m := &p.Measurements[n]; m.Expectation == e.ID && within(m.On) {
					last = m
				}
			}
			if last != nil {
				f.Measured = append(f.Measured, StandMeasured{Proposal: p.ID, Expectation: e.ID, Value: told(p, *last), Verdict: last.Verdict, Tripped: last.Tripped, Synthetic: last.Synthetic})
			}
		}
	}
}

// heaviest puts what costs a household most first, by what it costs and not by
// how many report it: a small group that is hit hard is shown as large as a big
// one, and the order says nothing of how many there are.
func heaviest(rows []StandIssue, limit int) []StandIssue {
	slices.SortFunc(rows, func(a, b StandIssue) int {
		return cmp.Or(cmp.Compare(b.Loss, a.Loss), cmp.Compare(a.ID, b.ID))
	})
	return rows[:min(len(rows), limit)]
}

// median gives the middle of some numbers of days, the lower one of two; -1 for
// none.
func median(days []int) int {
	if len(days) == 0 {
		return -1
	}
	days = slices.Sorted(slices.Values(days))
	return days[(len(days)-1)/2]
}

// daysFrom gives the days from the opening of a knelpunt to its first answer.
func daysFrom(i *Issue) int { return rule.DaysBetween(i.Opened, i.Answers[0].At) }
