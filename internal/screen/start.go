package screen

import "lemniscaat/internal/rule"

// StartView is the first page.
type StartView struct {
	Regulations []RegulationRow
	Tour        TourView
	Loop        LoopView  // what waits at each station, of all regulations
	ForYou      []TodoRow // what waits for this person, oldest first
	More        int       // what waits for this person beside ForYou
}

// RegulationRow is one regulation in a list.
type RegulationRow struct {
	ID, Name   string
	Summary    string // one sentence
	Level      int    // 0..3, see loop.md
	OpenIssues int
	Signals    int
	Owner      string // role holder, for example "Gemeente Voorbeeldstad" or "ministerie van VWS (niet aangesloten)"
	Absent     bool   // the coordinating opdrachtgever is niet aangesloten
}

// TodoRow is one thing that waits for the actor.
type TodoRow struct {
	Ref     Ref
	What    string    // "antwoord geven"
	Due     rule.Date // zero: no date
	Overdue bool
}

// TourView is the guided tour of one turn, in seven steps.
type TourView struct {
	Steps []TourStep
	Done  int
}

// TourStep is one step of the tour: who does what, and where.
type TourStep struct {
	Station Station
	Title   string // "Een professional meldt wat er misgaat"
	Text    string // two or three sentences
	As      Person // who does it; the link switches to this person
	Link    Ref    // where it is done
	Also    Ref    // another page that helps here; may be empty
	Result  string // when done: what happened, "Signaal 1 op artikel 3"
	Done    bool
	Current bool
}
