package screen

import (
	"strconv"
	"time"

	"lemniscaat/internal/rule"
)

// AmendmentInput is a rule of a proposal as it is being edited: the text under
// hands and what was filled in in its sentence. Nothing of it is kept until it
// is saved.
type AmendmentInput struct {
	Proposal, Rule string
	Text           string // "" is the text in the proposal
	Stand          string // AmendmentView.Stand of when the editing began; "" is now
	Plain          bool   // Text was edited as text, not in the sentence
	ToPlain        bool   // show it as text after this
	// Values are what was filled in, by EditField.Name.
	Values map[string]string
	// Remove is an EditLine.Remove; Add an EditAdd.ID, with one of its options.
	Remove, Add, With string
}

// AmendmentView is the page on which one rule of a proposal is edited.
type AmendmentView struct {
	Proposal Ref
	ID, Rule string // of the proposal and the rule
	Name     string
	Source   Ref
	From     rule.Date
	Edit     Action
	Plain    bool

	Text  string // under hands
	Stand string
	// Lines are the sentence with fields; empty when the text cannot be read.
	Lines  []EditLine
	Effect AmendmentEffect
	// Conflict is set when somebody else saved the rule in the meantime.
	Conflict *AmendmentConflict
}

// EditLine is one line of the sentence.
type EditLine struct {
	Depth  int
	Bullet bool
	Parts  []EditPart
	Remove string // id of the condition that begins here, "" when it has to stay
	About  string // that condition in words
	Adds   []EditAdd
	// Table is the decision table that stands here.
	Table *EditTable
}

// EditPart is text, or a field.
type EditPart struct {
	Text  string
	Field *EditField
}

// EditField is one place in a sentence that can be changed by itself.
type EditField struct {
	Name    string // of the form field
	Label   string // for screen readers
	Value   string
	Hint    string   // what can be filled in
	Options []string // when there are any, one of these
	Suggest []string // names that fit
	Numeric bool
	Now     string // of a parameter: the value in force
}

// EditAdd is a place where a condition can come.
type EditAdd struct {
	ID      string
	Inner   bool // in a list within the list
	Options []Option
}

// EditTable is a decision table with a field in each cell.
type EditTable struct {
	Head []string
	Rows []EditRow
	Add  string // id to add a row, as EditAdd.ID
}

// EditRow is one row of a table.
type EditRow struct {
	Cells  []EditPart
	Remove string // as EditLine.Remove
	About  string
}

// AmendmentEffect is what a text does.
type AmendmentEffect struct {
	Readable bool
	Faults   []TextFault // errors first
	Text     []string    // lines that the faults are in, when it cannot be read
	Sentence []RuleLine  // the canonical sentence
	Changes  []TextChange
	Saved    bool // this is what stands in the proposal
	Examples []OutcomeChange
	All      int  // examples that were tried
	Tried    bool // the examples were computed
}

// TextFault is something wrong in a text.
type TextFault struct {
	Error        bool // otherwise it is a warning
	Code         string
	Line, Column int // from 1; in characters
	Text, Hint   string
	Field        string // EditField.Name where it was filled in, "" when unknown
}

// TextChange is a line that is not as in the rules in force. One side is empty
// when the line is new or gone.
type TextChange struct {
	Before, After []ChangedWords
}

// ChangedWords are words of such a line.
type ChangedWords struct {
	Text    string
	Changed bool
}

// OutcomeChange is a worked example that comes out otherwise.
type OutcomeChange struct {
	Name, Before, After string
	Fault               bool // after: it cannot be computed
}

// AmendmentConflict is what somebody else made of the rule.
type AmendmentConflict struct {
	By      string
	At      time.Time
	Stand   string
	Lines   []RuleLine
	Changes []TextChange // from theirs to the one under hands
}

// TextHelp is one completion of a text, or what is under the pointer.
type TextHelp struct {
	Label  string `json:"tekst"`            // what is put in
	Kind   string `json:"soort,omitempty"`  // what it is, in one word
	Detail string `json:"uitleg,omitempty"` // what it means
	From   int    `json:"van"`              // what it replaces or is about: characters from the start of the text
	To     int    `json:"tot"`
}

// Place gives the form field that a fault is about, or else the line of the
// text ("regel-3"), as FieldError names it.
func (f TextFault) Place() string {
	if f.Field != "" {
		return f.Field
	}
	return "regel-" + strconv.Itoa(max(1, f.Line))
}
