// Package loop is the domain: signals, knelpunten, proposals, triangles,
// decisions, regulations and the obligations between people, as pure state
// machines over events.
//
// For every aggregate there is a pair of pure functions:
//
//	DecideX(state, scope, command, now) ([]Payload, error)
//	ApplyX(state, payload) state
//
// World folds the whole log into what pages read, and World.Decide binds a
// command to the streams it concerns: it gives the events that a store has to
// append, or a *Refusal that says why not and what would be needed. Clock, ids
// and randomness come in with the command.
package loop

import (
	"fmt"
	"time"

	"lemniscaat/internal/rule"
)

// PersonID is the stable, meaningless id of a person with an account, the
// pseudonym of a reporter, or one of the reserved actors.
type PersonID string

// System is the actor of what the program does by itself. It may remind,
// reopen, measure and pause; it may never end a knelpunt.
const System PersonID = "systeem"

// Text is free text written by a person. The log holds only its commitment;
// the words are stored beside it and can be erased. In JSON it is true (there
// was a text) or false.
type Text struct {
	Words string // empty after replay without texts, and after erasure
	Given bool   // a text was given, whether it still exists or not
	Seq   uint64 // where it is stored; 0 before the event has a number
	Field string
}

// Words makes a Text to send with a command.
func Words(s string) Text { return Text{Words: s, Given: s != ""} }

// Erased reports whether there was a text that is no longer there.
func (t Text) Erased() bool { return t.Given && t.Words == "" }

// MarshalJSON gives true or false.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Given || t.Words != "" {
		return []byte("true"), nil
	}
	return []byte("false"), nil
}

// UnmarshalJSON reads true or false.
func (t *Text) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true":
		*t = Text{Given: true}
	case "false":
		*t = Text{}
	default:
		return fmt.Errorf("tekstveld: %.20q (verwacht: true of false; de tekst zelf staat niet in het logboek)", b)
	}
	return nil
}

// Refusal is a command that the loop does not carry out. It is an answer, not
// a failure: a screen shows Message and Needed.
type Refusal struct {
	Code    string   // stable, kebab-case: "sleutel-zelfde-persoon"
	Message string   // Dutch: why not
	Needed  string   // Dutch: what would make it possible
	Items   []string // what it is about, when it is a list (findings, missing tests)
}

// Error gives "waarom niet – wat nodig is [code]".
func (r *Refusal) Error() string {
	s := r.Message
	if r.Needed != "" {
		s += " – " + r.Needed
	}
	return s + " [" + r.Code + "]"
}

func refuse(code, message, needed string, items ...string) error {
	return &Refusal{Code: code, Message: message, Needed: needed, Items: items}
}

// Terms are the periods and thresholds of an installation.
type Terms struct {
	AnswerDays       int // a knelpunt is answered within
	ReopenedDays     int // a reopened one is answered within
	ReactionDays     int // reporters may react to an answer for
	ReminderDays     int // a reminder goes out this many days before the end
	KeyDays          int // the second key of "niet wijzigen" is due within
	ReviewMonths     int // "niet wijzigen" is reviewed within
	MaxForwards      int // after so many the eigenaar names the owner
	DisputePercent   int // so many percent of the reachable reporters reopen
	ReopenSignals    int // so many new signals reopen an ended knelpunt …
	ReopenWithinDays int // … when they come within this period
	DiscretionCount  int // the same ground so often on one anchor is a knelpunt
	EvaluationMonths int // invoeringstoets after entry into force
	ForwardDays      int // an objection or a complaint is sent on within: "onverwijld" (Awb 2:3) as a number
	HearDays         int // somebody is spoken to within, before a decision that burdens
	GrantDays        int // a request for maatwerk is answered within
	ReviewDays       int // maatwerk of the sample is looked at within
	SamplePercent    int // so much maatwerk is looked at when a team agreed nothing else
	ObjectDays       int // an objection can be made for (Awb 6:7: six weeks)
	SettleDays       int // and is decided within, after that (Awb 7:10 lid 1: six weeks)
	PauseDays        int // a roll-out that stands still goes on or back within
	DeadlockDays     int // the eigenaar decides on what is stuck within
	EarlyMonths      int // early invoeringstoets after a besluit ondanks, from entry into force
	LinkDays         int // a link to answer without an account works for
	Ladder           Ladder
	// Required names the questionnaires that a proposal needs on its content
	// before it is getoetst.
	Required []string
}

// Ladder says how many days after the due date each step is reached.
type Ladder struct{ Owner, Public, Parliament int }

// DefaultTerms are those of the design: six weeks to answer, four to react.
func DefaultTerms() Terms {
	return Terms{
		AnswerDays: 42, ReopenedDays: 21, ReactionDays: 28, ReminderDays: 7, KeyDays: 14, ReviewMonths: 12,
		MaxForwards: 2, DisputePercent: 25, ReopenSignals: 3, ReopenWithinDays: 90, DiscretionCount: 5,
		HearDays: 14, GrantDays: 7, ReviewDays: 28, SamplePercent: 10, ObjectDays: 42, SettleDays: 42,
		ForwardDays: 7, PauseDays: 28, EvaluationMonths: 12, DeadlockDays: 14, EarlyMonths: 3, LinkDays: 21, Ladder: Ladder{Owner: 14, Public: 28, Parliament: 56},
		Required: []string{"doenvermogen", "uitvoeringstoets"},
	}
}

// DateOf gives the legal date at an instant: the day on the calendar of
// Europe/Amsterdam. It needs no time zone database: since 1996 the clock has
// gone forward on the last Sunday of March and back on the last of October, at
// 01:00 UTC (Directive 2000/84/EC).
func DateOf(t time.Time) rule.Date {
	t = t.UTC()
	offset := time.Hour
	if y := t.Year(); !t.Before(lastSunday(y, time.March)) && t.Before(lastSunday(y, time.October)) {
		offset = 2 * time.Hour
	}
	return rule.Of(t.Add(offset))
}

// lastSunday gives 01:00 UTC on the last Sunday of a month of 31 days.
func lastSunday(year int, m time.Month) time.Time {
	t := time.Date(year, m, 31, 1, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, -int(t.Weekday()))
}
