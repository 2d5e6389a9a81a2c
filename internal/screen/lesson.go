package screen

import "lemniscaat/internal/rule"

// LessonListView lists the learning cases, newest first.
type LessonListView struct {
	Rows   []LessonRow
	Paging Paging
}

// LessonRow is one learning case in the list.
type LessonRow struct {
	ID        string
	Dilemma   string // its first words
	Principle string
	Made      rule.Date
	Chosen    bool // the reader chose already
}

// LessonView is one learning case. What was decided is there only after the
// reader chose.
type LessonView struct {
	ID        string
	Dilemma   string
	Erased    bool // words were erased
	Options   []LessonOption
	Chosen    int // what the reader chose, from 1; 0: not yet
	Total     int // choices so far
	Counts    bool
	Why       string
	Principle Fact // name and article
	Issue     Ref
	By        string
	Made      rule.Date
	Withdraw  Action
}

// LessonOption is one of the choices.
type LessonOption struct {
	Number  int // from 1
	Text    string
	Count   int
	Decided bool
}

// LessonFormView is the form that makes a learning case of a knelpunt.
type LessonFormView struct {
	Issue      Ref
	IssueID    string
	Make       Action
	Why        string // the reason of the answer, to begin with
	Principles []Option
}

// LessonInput is what the owner sends.
type LessonInput struct {
	Issue     string
	Dilemma   string
	Options   []string
	Decided   int
	Why       string
	Principle string
}
