package web

import (
	"context"
	"errors"
	"io"

	"lemniscaat/internal/rule"
)

// Service is what the pages ask of the rest of the program: one query for each
// page, one command for each button. who is the id of the acting person
// (Person.ID); "" is a visitor who has not chosen anybody.
//
// Queries return ErrNotFound for an id that does not exist. Commands return a
// *Refusal when the loop says no or the input is not accepted; the page then
// shows what was typed, the reason and what would be accepted. Any other error
// becomes a page "Er ging iets mis" with status 500 and is logged.
type Service interface {
	Frame(ctx context.Context, who string) (Frame, error)

	// Queries, one for each page.
	Start(ctx context.Context, who string) (StartView, error)
	Regulation(ctx context.Context, who, regulation string) (RegulationView, error)
	Article(ctx context.Context, who, regulation, article string) (ArticleView, error)
	SignalForm(ctx context.Context, who string, at Anchor) (SignalFormView, error)
	Receipt(ctx context.Context, who, signal string) (SignalReceipt, error)
	MySignals(ctx context.Context, who string) (MySignalsView, error)
	Issues(ctx context.Context, who, regulation string) (IssueListView, error) // regulation "" is all
	Issue(ctx context.Context, who, issue string) (IssueView, error)
	Proposals(ctx context.Context, who, regulation string) (ProposalListView, error)
	Proposal(ctx context.Context, who, proposal string) (ProposalView, error)
	Simulation(ctx context.Context, who, run string) (SimulationView, error)
	Decisions(ctx context.Context, who string) (DecisionListView, error)
	Decision(ctx context.Context, who, decision string) (DecisionView, error)
	Measurement(ctx context.Context, who, regulation string) (MeasurementView, error)
	Register(ctx context.Context, who string) (RegisterView, error)
	Team(ctx context.Context, who string) (TeamView, error)

	// Signaleer.
	FileSignal(ctx context.Context, who string, in SignalInput) (signal string, err error)
	MeToo(ctx context.Context, who, issue string) (signal string, err error)
	React(ctx context.Context, who string, in ReactionInput) error

	// Answer.
	PreviewAnswer(ctx context.Context, who string, in AnswerInput) (AnswerView, error)
	Answer(ctx context.Context, who string, in AnswerInput) error
	AcceptRefusal(ctx context.Context, who, issue string) error // the executor's key under "niet wijzigen"

	// Proposal.
	OpenProposal(ctx context.Context, who string, in OpenProposalInput) (proposal string, err error)
	JoinProposal(ctx context.Context, who, proposal string) error
	EditParameter(ctx context.Context, who string, in ParameterInput) error
	AnswerCompass(ctx context.Context, who, proposal string, answers map[string]string) error
	ConfirmAssessment(ctx context.Context, who string, in AssessmentInput) error
	AcceptFinding(ctx context.Context, who, proposal, finding, why string) error
	// Simulate starts a run (or finds the same run done before) and returns
	// at once; the page of the run shows its progress.
	Simulate(ctx context.Context, who, proposal string) (run string, err error)
	AddExpectation(ctx context.Context, who string, in ExpectationInput) error
	RemoveExpectation(ctx context.Context, who, proposal, expectation string) error
	SubmitProposal(ctx context.Context, who, proposal string) error
	ReturnProposal(ctx context.Context, who, proposal, why string) error
	WithdrawProposal(ctx context.Context, who, proposal, why string) error
	// GiveKey signs a digest: the one that the person had on the screen. When
	// the proposal has another digest by now, it is refused.
	GiveKey(ctx context.Context, who, proposal, digest string) error
	Adopt(ctx context.Context, who, proposal string, from rule.Date) error

	// Voer uit.
	Decide(ctx context.Context, who string, in DecideInput) (decision string, err error)
	NoteContact(ctx context.Context, who string, in ContactInput) error
	GrantDiscretion(ctx context.Context, who string, in DiscretionInput) error

	// Meet.
	ImportOutcomes(ctx context.Context, who, regulation, file string, r io.Reader) (ImportResult, error)
	// DemoFeed writes the synthetic outcomes of a period as CSV.
	DemoFeed(ctx context.Context, regulation, period string, w io.Writer) error
}

// ErrNotFound is returned by a query for something that does not exist.
var ErrNotFound = errors.New("niet gevonden")

// Refusal is a "no" that a person can do something with.
type Refusal struct {
	Code   string // stable, for tests: "zelfde-persoon"
	Text   string // what is refused and why, in plain Dutch
	Hint   string // what would be accepted, or who can do it
	Fields []FieldError
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Hint == "" {
		return r.Text
	}
	return r.Text + " " + r.Hint
}

// FieldError is a refusal of one field of a form.
type FieldError struct {
	// Field is the name of the form field: tekst, soort, hoe-vaak, plek,
	// reden, vanaf-morgen, klaar-op, voorstel, aan, waarde, doel, indicator,
	// laag, hoog, grens, datum, titel, want, bestand, oordeel, bedrag, grond,
	// or "antwoord-"+id and "want-"+id for assessment items.
	Field string
	Text  string
	// Suggest, when filled, replaces what was typed: the masked text after
	// personal data was found.
	Suggest string
}
