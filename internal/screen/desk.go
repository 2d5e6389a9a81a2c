package screen

// DeskView is the page Maatwerk of a team.
type DeskView struct {
	Team    string // id of the triangle
	Name    string
	Teams   []Option // to choose from
	Quarter string   // "4e kwartaal 2026"
	// Numbers: given this quarter, spent, left, to look at.
	Numbers    []Number
	Provisions []ProvisionRow
	Budgets    []BudgetRow
	Mandates   []MandateRow
	Sample     int // percent
	Manage     Action
	ToLook     []GivenRow // of the sample, nobody looked yet
	Looked     []GivenRow // of the sample, the last ones
	Asks       []AskRow   // waiting
	Given      []GivenRow
	Paging
	// Patterns are grounds that are used often on one place.
	Patterns  []PatternRow
	Threshold int
}

// ProvisionRow is something that the team may give.
type ProvisionRow struct {
	ID, Name string
	InKind   bool
	Cents    Cents
	Gone     bool
	Given    int // this quarter
}

// BudgetRow is a quarter.
type BudgetRow struct {
	Quarter string // "2026-Q4"
	Name    string // "4e kwartaal 2026"
	Budget  Cents
	Spent   Cents
	Left    Cents
	Set     bool
}

// MandateRow is what a role gives without asking.
type MandateRow struct {
	Role  string // "professional"
	Cents Cents
	Own   bool // agreed by the team; otherwise it is that of each person
}

// PatternRow is a ground on a place with how often it was used.
type PatternRow struct {
	Place  Ref
	Ground string
	Times  int
	Next   int // at so many it becomes a knelpunt
	Issue  Ref // the knelpunt that it became, "" while there is none
}

// ProvisionInput changes the list.
type ProvisionInput struct {
	Team, ID, Name, Amount string
	InKind, Gone           bool
}

// BudgetInput sets the budget of a quarter.
type BudgetInput struct {
	Team, Quarter, Amount string
}

// MandateInput sets the mandate of a role.
type MandateInput struct {
	Team, Role, Amount string
}

// SampleInput sets the part that is looked at afterwards.
type SampleInput struct {
	Team    string
	Percent string
}
