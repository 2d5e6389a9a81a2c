package screen

import "lemniscaat/internal/rule"

// StationView is what waits at one station of the ∞, the longest first.
type StationView struct {
	Station    Station
	Unit       string // "wacht op een sleutel"
	Why        string // what has to happen before it goes on
	Regulation *Ref   // nil: of all regulations
	Loop       LoopView
	Rows       []WaitingRow
	Paging     Paging
}

// WaitingRow is one thing that waits: a knelpunt, or a proposal with the
// knelpunten in it.
type WaitingRow struct {
	Ref         Ref
	Kind        string // "knelpunt" or "voorstel"
	Where       string // the regulation
	Issues      int    // knelpunten in a proposal
	Since       rule.Date
	Days        int
	Owed, Owner string // what is owed, and by whom; "" when nothing is
	Due         rule.Date
	Overdue     bool
}
