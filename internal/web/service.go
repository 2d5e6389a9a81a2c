package web

import (
	"context"
	"io"

	"lemniscaat/internal/screen"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
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
	Authorising
	BundleService
	Execution
	Watching
	Disclosing
	Delivering
	NoticeService
	Frame(ctx context.Context, who string) (screen.Frame, error)
	Steering
	Signalling
	Responsibility
	Citizens
	ProposalService
	Beginning

	// Queries, one for each page.
	Start(ctx context.Context, who string) (screen.StartView, error)
	Regulation(ctx context.Context, who, regulation string) (screen.RegulationView, error)
	Article(ctx context.Context, who, regulation, article string) (screen.ArticleView, error)
	// Comparison compares a regulation on two sides; a zero day is chosen by the
	// page, and rules that there are not are refused.
	Comparison(ctx context.Context, who, regulation string, left, right screen.SideInput) (screen.ComparisonView, error)
	// Entitlement says what a household is entitled to, and keeps nothing of it;
	// without input it asks who are in the household. What is wrong with the
	// input is in the view, beside the answer that there is without it.
	Entitlement(ctx context.Context, who string, in *screen.EntitlementInput) (screen.EntitlementView, error)
	// Vary says what an example of a household has to spend over a range of
	// incomes, and keeps nothing. What is wrong with the input is in the view.
	// VaryTable gives it as rows for a spreadsheet; ErrNotFound without an answer.
	Vary(ctx context.Context, who string, in screen.CurveInput) (screen.CurveView, error)
	VaryTable(ctx context.Context, who string, in screen.CurveInput) ([][]string, error)
	// Try shows the sentences of a regulation with values that somebody moves, and
	// when asked what they do; progress, which may be nil, is told how far making
	// that ready is. Nothing is kept. ProposeTry opens a proposal with the values.
	Try(ctx context.Context, who string, in screen.TryInput, progress func(done, total int)) (screen.TryView, error)
	ProposeTry(ctx context.Context, who string, in screen.TryInput) (proposal string, err error)
	// Law compares two versions of a law; zero dates are the last two.
	Law(ctx context.Context, who, bwb string, from, until rule.Date) (screen.LawView, error)
	Issue(ctx context.Context, who, issue string) (screen.IssueView, error)
	Proposal(ctx context.Context, who, proposal string) (screen.ProposalView, error)
	Simulation(ctx context.Context, who, run string) (screen.SimulationView, error)
	Simulations(ctx context.Context, who string) (screen.SimulationListView, error)
	// HouseholdOf explains one synthetic household of a run, by its number; without
	// one it asks for it.
	HouseholdOf(ctx context.Context, who, run, number string) (screen.HouseholdView, error)
	// Versus puts the variants of some runs beside each other; ErrNotFound for a run
	// that is not there or not done.
	Versus(ctx context.Context, who string, runs []string) (screen.VersusView, error)
	// Result is what a run that is done found, for downloads; ErrNotFound as long
	// as it is not done.
	Result(ctx context.Context, who, run string) (*simulate.Result, error)
	// Inhabitants is the page of the population that is simulated on, and Diagnosis
	// what it is made of.
	Inhabitants(ctx context.Context, who string) (screen.RunView, error)
	Diagnosis(ctx context.Context) (*population.Diagnosis, error)
	Measurement(ctx context.Context, who, regulation string) (screen.MeasurementView, error)
	Register(ctx context.Context, who string, in screen.RegisterInput) (screen.RegisterView, error)
	Team(ctx context.Context, who string) (screen.TeamView, error)

	// Answer.
	PreviewAnswer(ctx context.Context, who string, in screen.AnswerInput) (screen.AnswerView, error)
	Answer(ctx context.Context, who string, in screen.AnswerInput) error
	AcceptRefusal(ctx context.Context, who, issue string) error // the executor's key under "niet wijzigen"

	// CountWork records the executor's own count under "uitvoering aanpassen".
	CountWork(ctx context.Context, who string, in screen.CountInput) error
	Remind(ctx context.Context, who, issue string) error     // remind the reporters to react
	CloseIssue(ctx context.Context, who, issue string) error // after the time of the reporters

	// Proposal.
	OpenProposal(ctx context.Context, who string, in screen.OpenProposalInput) (proposal string, err error)
	JoinProposal(ctx context.Context, who, proposal string) error
	EditParameter(ctx context.Context, who string, in screen.ParameterInput) error
	EditStep(ctx context.Context, who string, in screen.StepInput) error
	// Amendment shows one rule of a proposal under hands and what the text does;
	// it keeps nothing. SaveAmendment does. The other three help with the text
	// while it is typed; at is a place in it, in characters from its beginning.
	Amendment(ctx context.Context, who string, in screen.AmendmentInput) (screen.AmendmentView, error)
	SaveAmendment(ctx context.Context, who string, in screen.AmendmentInput) error
	CheckText(ctx context.Context, who string, in screen.AmendmentInput) (screen.AmendmentEffect, error)
	CompleteText(ctx context.Context, who string, in screen.AmendmentInput, at int) ([]screen.TextHelp, error)
	ExplainText(ctx context.Context, who string, in screen.AmendmentInput, at int) (screen.TextHelp, error)
	EditPlan(ctx context.Context, who string, in screen.PlanInput) error
	AnswerCompass(ctx context.Context, who, proposal string, answers map[string]string) error
	ConfirmAssessment(ctx context.Context, who string, in screen.AssessmentInput) error
	// AcceptFindings accepts findings that exist already, each by name, for one
	// reason. When one of them is refused, none is accepted.
	AcceptFindings(ctx context.Context, who, proposal string, findings []string, why string) error
	// Simulate starts a run (or finds the same run done before) and returns
	// at once; the page of the run shows its progress.
	Simulate(ctx context.Context, who, proposal string) (run string, err error)
	// SimulateVariant starts a run of a variant that ships.
	SimulateVariant(ctx context.Context, who string, in screen.FreeRunInput) (run string, err error)
	// CancelSimulation stops a run that is not over.
	CancelSimulation(ctx context.Context, who, run string) error
	AddExpectation(ctx context.Context, who string, in screen.ExpectationInput) error
	RemoveExpectation(ctx context.Context, who, proposal, expectation string) error
	SubmitProposal(ctx context.Context, who, proposal string) error
	ReturnProposal(ctx context.Context, who, proposal, why string) error
	WithdrawProposal(ctx context.Context, who, proposal, why string) error
	Adopt(ctx context.Context, who, proposal string, from rule.Date) error

	// Meet.
	ImportOutcomes(ctx context.Context, who, regulation, file string, r io.Reader) (screen.ImportResult, error)
	// DemoFeed writes the synthetic outcomes of a period as CSV.
	DemoFeed(ctx context.Context, regulation, period string, w io.Writer) error

	// MoveClock moves the demo clock forward.
	MoveClock(ctx context.Context, to rule.Date) error
}
