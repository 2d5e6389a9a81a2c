package screen

import "lemniscaat/internal/rule"

// CitizenAction is one thing that a regulation asks of a citizen.
type CitizenAction struct {
	Action, Trigger string
	Where           Ref
	Deadline        int // days; 0: none
	Evidence        []string
	Choices         int
	IfNothing       string
	Loses           bool // doing nothing costs the entitlement
	Reversible      bool
	Human           bool
	Help            string // the channels
}

// OwnFinding is a finding that somebody wrote in an assessment.
type OwnFinding struct {
	Key, Text, Place string
	Weighty          bool
	Existing         bool // the rules in force have it too
}

// FindingInput is a finding as somebody writes it.
type FindingInput struct {
	Text     string
	Place    string // id of an article; "" is the whole regulation
	Weighty  bool
	Existing bool
}

// CitizenTestRow is one test with citizens.
type CitizenTestRow struct {
	ID          string
	Date        rule.Date
	Count       int
	Who, Method string
	By          string
	Old         bool // the proposal changed since
	Findings    int
}

// CitizenTestInput records a test with citizens.
type CitizenTestInput struct {
	Proposal    string
	Date        rule.Date
	Count       string // as typed
	Who, Method string
	Findings    []FindingInput
}

// OptionRow is one option of a proposal.
type OptionRow struct {
	ID, Name, Effect string
	Fixed            bool // niets doen, afschaffen: always there
	Chosen           bool
	Run              Ref
}

// OptionsInput sets the options of a proposal.
type OptionsInput struct {
	Proposal string
	Rows     []OptionRow
	Why      string
}
