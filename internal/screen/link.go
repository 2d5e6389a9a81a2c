package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// LinkMadeView is shown once, after a link was made.
type LinkMadeView struct {
	Row    DutyRow
	Path   string // "/antwoord/…": with the secret in it, shown once
	Until  rule.Date
	Mailed bool
	Failed bool // sending it did not work
	To     string
}

// LinkMakeInput asks for a link.
type LinkMakeInput struct{ Obligation, To string }

// AnswerLinkView is the page behind a link.
type AnswerLinkView struct {
	State    string // "open", "beantwoord", "ingetrokken", "verlopen", "voldaan"
	Party    string // who is asked
	Asker    string // the organisation of this installation
	Kind     string // "antwoord", "sleutel-knelpunt", "sleutel-voorstel", "knoop"
	Title    string // of the knelpunt or the proposal
	Scope    Ref
	Page     Ref // where it can be read whole
	Due      rule.Date
	Overdue  bool
	Until    rule.Date
	Stories  []Story
	Lines    []string // what a proposal changes
	Reason   string   // of the answer that waits for a key, or of the deadlock
	Digest   string
	Sides    []PositionRow // of a deadlock
	Choices  []Option
	Owners   []Option // to whom it can be forwarded
	Deliver  rule.Date
	Preview  *AnswerView // what is sent, before it is confirmed
	Input    AnswerLinkInput
	Answered time.Time
	Answer   string // what was answered: "Antwoord gegeven."
	Given    *AnswerView
}

// AnswerLinkInput is what the party sends.
type AnswerLinkInput struct {
	Secret       string
	Choice       string
	Reason       string
	FromTomorrow string
	DeliverBy    rule.Date
	Owner        string
	Name         string
	Digest       string
}
