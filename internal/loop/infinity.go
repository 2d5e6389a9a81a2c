package loop

import (
	"cmp"
	"slices"

	"lemniscaat/internal/rule"
)

// Station is one of the seven stations of the ∞.
type Station string

// The stations, by the names that addresses use.
const (
	AtRule     Station = "regel"
	AtTest     Station = "toets"
	AtSimulate Station = "simuleer"
	AtDecide   Station = "besluit"
	AtExecute  Station = "voer-uit"
	AtSignal   Station = "signaleer"
	AtMeasure  Station = "meet"
)

// Stations gives the stations in the order of the turn.
func Stations() [7]Station {
	return [...]Station{AtRule, AtTest, AtSimulate, AtDecide, AtExecute, AtSignal, AtMeasure}
}

// Waiting is one thing that waits at a station: a knelpunt, or a proposal with
// the knelpunten that it is to solve.
type Waiting struct {
	Issue    *Issue
	Proposal *Proposal // one of the two
	Since    rule.Date // when it came to this station
}

// ID gives the id of what waits.
func (x Waiting) ID() string {
	if x.Issue != nil {
		return x.Issue.ID
	}
	return x.Proposal.ID
}

// Infinity gives what waits at each station of the ∞, the longest first, for a
// regulation; "" is all. Everything that is live stands at one station and is
// counted once: a knelpunt whose change is in a proposal goes round with that
// proposal. It is the one truth behind every count of the figure.
func (w *World) Infinity(regulation string) map[Station][]Waiting {
	at := map[Station][]Waiting{}
	for _, i := range w.issues {
		if !i.State.Live() || regulation != "" && !i.on(regulation) {
			continue
		}
		a := i.Answer()
		if a != nil && a.Kind.Promises() {
			if p := w.proposals[a.Proposal]; p != nil && !p.State.Ended() && i.on(p.Regulation) {
				continue
			}
		}
		s, since := w.stationOf(i)
		at[s] = append(at[s], Waiting{Issue: i, Since: since})
	}
	for _, p := range w.proposals {
		if p.State.Ended() || regulation != "" && p.Regulation != regulation {
			continue
		}
		s, since := p.station()
		at[s] = append(at[s], Waiting{Proposal: p, Since: since})
	}
	for _, list := range at {
		slices.SortFunc(list, func(a, b Waiting) int {
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID(), b.ID()))
		})
	}
	return at
}

// StationOf says where a knelpunt is on the ∞; one that has ended was measured.
func (w *World) StationOf(i *Issue) Station {
	if !i.State.Live() {
		return AtMeasure
	}
	s, _ := w.stationOf(i)
	return s
}

// on reports whether a knelpunt stands on a regulation, with one of its places.
func (i *Issue) on(regulation string) bool {
	return slices.ContainsFunc(i.Anchors, func(a Anchor) bool { return a.Regulation == regulation })
}

// stationOf says where a live knelpunt is, and since when: with those who
// signal until it is answered, then where what was answered is to be done.
func (w *World) stationOf(i *Issue) (Station, rule.Date) {
	a := i.Answer()
	if i.State == Open || a == nil {
		since := i.Opened
		for _, m := range slices.Backward(i.History) {
			switch m.Type {
			case (*IssueReopened)(nil).Type(), (*AnswerWithdrawn)(nil).Type(), (*AcceptanceRefused)(nil).Type():
				return AtSignal, later(since, DateOf(m.At))
			}
		}
		return AtSignal, since
	}
	switch {
	case !a.WindowFrom.IsZero():
		return AtMeasure, a.WindowFrom
	case a.Kind == Keep:
		return AtDecide, a.At
	case a.Kind == Adapt && a.Proposal == "":
		return AtExecute, a.At
	case a.Kind.Promises():
		if p := w.proposals[a.Proposal]; p != nil {
			switch {
			case !p.State.Ended():
				return p.station()
			case p.State == Evaluated:
				return AtMeasure, a.At
			}
		}
		return AtRule, a.At
	}
	return AtMeasure, a.At
}

// station says where a proposal that has not ended is, and since when.
func (p *Proposal) station() (Station, rule.Date) {
	switch p.State {
	case Sketch, Returned:
		since := later(p.Opened, p.lastOn((*ProposalReturned)(nil).Type()))
		switch {
		case len(p.Content.Summary) == 0:
			return AtRule, since
		case p.Simulation.Run == "":
			return AtSimulate, since
		}
		return AtTest, since
	case Assessed, Submitted:
		return AtDecide, later(p.Opened, p.lastOn((*ProposalAssessed)(nil).Type()))
	case Decided, Rolling, Paused:
		return AtExecute, p.DecidedOn
	}
	return AtMeasure, later(p.DecidedOn, p.lastOn((*ProposalInForce)(nil).Type()))
}

// lastOn gives the day of the last event of a type; the zero day when there is
// none.
func (p *Proposal) lastOn(typ string) rule.Date {
	for _, m := range slices.Backward(p.History) {
		if m.Type == typ {
			return DateOf(m.At)
		}
	}
	return rule.Date{}
}
