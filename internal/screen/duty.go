package screen

import "lemniscaat/internal/rule"

// DutyAsked is what a reader wants of the list of everything that is owed.
type DutyAsked struct {
	Asked
	Mine   bool   // only what the reader owes
	Late   bool   // only what is late
	Corner string // "eigenaar", "opdrachtgever", "opdrachtnemer"; "" is all
	Kind   string // "antwoord"; "" is all
}

// DutyListView is everything that anybody owes.
type DutyListView struct {
	Asked   DutyAsked
	Rows    []DutyRow
	Paging  Paging
	Kinds   []Option
	Corners []Option
	Open    int // of everybody
	Late    int
	Mine    int
}

// DutyRow is one thing that somebody owes.
type DutyRow struct {
	ID       string // "knelpunt/k-12:3"
	What     string // "antwoord geven"
	Promise  string // promised words, for a toezegging
	Because  Ref    // the page that it comes from
	Opened   rule.Date
	Scope    Ref // the regulation
	Debtor   string
	Role     string // "coördinerend opdrachtgever"
	Outside  bool   // niet aangesloten
	Creditor string
	Due      rule.Date
	Overdue  bool
	Days     int    // too late
	Step     string // of the ladder: "te-laat", "eigenaar", "openbaar", "raad"; "" on time
	Ends     string // what discharges it
	Link     Action // a link to answer without an account can be made
	Sent     *LinkRow
	Address  string // what the last link for this post went to
	Seen     []SeenRow
	See      Action
}

// SeenRow says who saw that something is late, and when.
type SeenRow struct {
	Who  string
	On   rule.Date
	Step string
}

// LinkRow is a link to answer without an account.
type LinkRow struct {
	ID    string
	State string // "open", "beantwoord", "ingetrokken", "verlopen"
	Made  rule.Date
	Until rule.Date
	How   string // "e-mail", "getoond", "mislukt"
	Can   bool   // the reader may revoke it
}

// LateView is the ladder: what is late, for whom it has to be seen.
type LateView struct {
	Step   string // "te-laat", "eigenaar", "openbaar", "raad"
	Steps  []LateStep
	Rows   []DutyRow
	Paging Paging
	// Closed: this step is for those in a triangle, and the reader is in none.
	Closed bool
}

// LateStep is one step of the ladder.
type LateStep struct {
	Key   string
	Days  int // after the last day
	Count int // rows that this reader may see
	Here  bool
}
