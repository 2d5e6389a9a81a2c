package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// RegisterView is the public register.
type RegisterView struct {
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
