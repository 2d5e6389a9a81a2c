package screen

import "lemniscaat/internal/rule"

// BeginView is the page Begin hier: five steps from an empty installation to the
// first answered signal.
type BeginView struct {
	Organisation string
	Regulations  []Ref // texts that were brought in
	People       []BeginPerson
	Provisional  bool // the triangle was named here, by the program
	Issues       int
	// Waiting is the first knelpunt that waits for an answer, and Owner who owes
	// it by Due.
	Waiting Ref
	Owner   string
	Due     rule.Date
	// Delivered is a knelpunt whose answer reached a reporter.
	Delivered Ref
	Steps     [5]bool // done
	Levels    []BeginLevel
	Vacant    bool // nobody can act yet: the program itself does these steps
}

// BeginPerson is somebody with a place in the triangle.
type BeginPerson struct{ Name, Title string }

// BeginLevel is how far a regulation can go, and what there is of it.
type BeginLevel struct {
	Level int
	Count int // regulations that have this level
}

// BeginTriangle names who is who, for a beginning.
type BeginTriangle struct {
	Owner, Policy, Execution, Professional string
}
