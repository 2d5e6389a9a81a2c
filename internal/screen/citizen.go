package screen

import "lemniscaat/internal/rule"

// CitizenFormView is the page "Er ging iets mis": two questions, no login.
type CitizenFormView struct {
	Topics []CitizenTopic
}

// CitizenTopic is something that a citizen's message can be about.
type CitizenTopic struct {
	Value   string // id of a regulation, or "overig"
	Name    string
	Summary string
}

// CitizenInput is what the page sends.
type CitizenInput struct {
	Text  string
	Topic string
	// Key makes sending twice harmless: the same key is the same message, with
	// the same code.
	Key string
}

// CitizenStatus is the page behind a code: where a message is, who owes what by
// when, and what can still be done.
type CitizenStatus struct {
	Code    string // in groups, for people: "7K3M-9PQR-2TVX-4WYZ"
	Fresh   bool   // sent just now
	Masked  string // what was taken out of the words, "" for nothing
	Text    string
	Topic   string
	Filed   rule.Date
	State   string
	Owes    string
	What    string
	Due     rule.Date
	Overdue bool
	Others  bool // ten others or more reported the same
	Answer  *AnswerView
	React   bool
	ReactBy rule.Date
	// Reaction is what was said earlier, "" when nothing.
	Reaction string
	Road     FormalRoad
	Formal   *FormalState // nil as long as nobody asked
	// Today is for saying whether a term is over.
	Today rule.Date
}

// FormalRoad is what a message may really be. An empty Kind is an ordinary
// message; the roads are then offered without being advised.
type FormalRoad struct {
	Kind     string   // "bezwaar", "klacht" or ""
	Words    []string // by which it was recognised
	Received rule.Date
	Decision rule.Date // zero: the words name no day
	Last     rule.Date // last day to object; zero: unknown
	Late     bool
}

// FormalState is how far an objection or a complaint is.
type FormalState struct {
	Kind      string
	Received  rule.Date
	By        string // who sends it on
	Due       rule.Date
	Overdue   bool
	Forwarded rule.Date // zero while it is owed
	How       string
}

// FormalInput is what a citizen fills in to take the formal road.
type FormalInput struct {
	Code    string
	Kind    string
	Decided rule.Date
	Contact string
}

// FormalListView is the page of those who send objections and complaints on.
type FormalListView struct {
	Rows []FormalRow
	Open int
	Paging
}

// FormalRow is one of them.
type FormalRow struct {
	Signal  string
	Kind    string
	Text    string
	Topic   Ref
	Decided rule.Date
	Last    rule.Date // last day to object, when Decided is known
	FormalState
	Contact string // "" for who does not send it on
	Send    Action
}
