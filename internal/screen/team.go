package screen

// TeamView is the team leader's page.
type TeamView struct {
	Pressing []IssueRow
	Answers  []TeamAnswer
	Numbers  []Number
	Hidden   int // signals by people who wished not to be seen, only counted
}

// TeamAnswer is an answer that reached the team.
type TeamAnswer struct {
	Issue  Ref
	Answer AnswerView
}
