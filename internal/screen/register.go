package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// RegisterPart is one list of the register.
type RegisterPart string

// The lists of the register, in the order of the page.
const (
	RegisterOverdue     RegisterPart = "te-laat"
	RegisterOutside     RegisterPart = "niet-aangesloten"
	RegisterLinked      RegisterPart = "via-link"
	RegisterRegulations RegisterPart = "regelingen"
	RegisterIssues      RegisterPart = "knelpunten"
	RegisterProposals   RegisterPart = "voorstellen"
)

// RegisterParts lists them.
var RegisterParts = [...]RegisterPart{RegisterOverdue, RegisterOutside, RegisterLinked, RegisterRegulations, RegisterIssues, RegisterProposals}

// RegisterInput is what a reader wants of the register.
type RegisterInput struct {
	Asked
	// Part is the one list that is shown; "" is the register as a whole, with the
	// first rows of each.
	Part RegisterPart
}

// RegisterView is the public register. Words that are looked for hold for every
// list.
type RegisterView struct {
	Part RegisterPart
	// Paging is of the list Part; on the register as a whole it has one page.
	Paging      Paging
	Totals      map[RegisterPart]int // rows of each list, after searching
	Regulations []RegisterRegulation
	Overdue     []OverdueRow
	Issues      []IssueRow
	Proposals   []ProposalRow
	Counts      []Number // signals, knelpunten, answered, solved, silent apart
	Events      int64
	Head        string // hash of the last event
	HeadAt      time.Time
	Verified    bool
	Recent      []TimelineRow
	Outside     []OutsideRow // parties that are niet aangesloten
	Linked      []LinkedRow  // what they answered through a link
}

// RegisterRegulation is one regulation with its versions.
type RegisterRegulation struct {
	ID, Name string
	Level    int
	Triangle TriangleView
	Versions []RegisterVersion
}

// RegisterVersion is one version in time.
type RegisterVersion struct {
	From     rule.Date
	Digest   string
	Keys     []KeyRow
	Proposal Ref
	Note     string // "meegeleverd"
}

// OverdueRow is something that is owed and late.
type OverdueRow struct {
	Debtor string
	What   string
	Issue  Ref
	Due    rule.Date
	Days   int
	Step   string // where on the ladder
}

// OutsideRow is a party that does not use Lemniscaat.
type OutsideRow struct {
	Party string
	In    []Ref // the triangles in which it has a post, the first ones
	More  int   // how many others there are
}

// LinkedRow is an answer that came through a link.
type LinkedRow struct {
	Party   string
	What    string
	Because Ref
	On      rule.Date
}
