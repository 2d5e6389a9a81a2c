package screen

// TeamView is the page of the team leader: what presses in the team this week.
// It names nobody who reported.
type TeamView struct {
	Numbers []Number
	Places  []TeamPlace // where the signals of this week are, the most first
	Loads   []TeamLoad
	Answers []TeamAnswer // the latest
	Hidden  int          // signals by people who wished not to be seen, only counted
}

// TeamPlace is a place in the rules with signals of this week.
type TeamPlace struct {
	Place   Anchor
	Signals int
	Issues  []Ref
}

// TeamLoad is the agreed number of cases per professional.
type TeamLoad struct {
	Of       Ref
	Caseload int
	People   int
}

// TeamAnswer is an answer that reached the team.
type TeamAnswer struct {
	Issue  Ref
	Answer AnswerView
}
