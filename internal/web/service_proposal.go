package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// ProposalService is what the pages of proposals and of the Veranderagenda ask,
// beside opening and editing one.
type ProposalService interface {
	Proposals(ctx context.Context, who, regulation string, asked screen.Asked) (screen.ProposalListView, error)
	ProposalPlan(ctx context.Context, who, proposal string) (screen.PlanPageView, error)
	// Agenda is the Veranderagenda; table rows of it go to a spreadsheet.
	Agenda(ctx context.Context, who string, in screen.AgendaInput) (screen.AgendaView, error)

	// What a proposal says beside its rules.
	AskAuthor(ctx context.Context, who, proposal, mandate, person string) error
	CompareOptions(ctx context.Context, who string, in screen.OptionsInput) error
	RecordEvidence(ctx context.Context, who string, in screen.CitizenTestInput) error
	ResolveFinding(ctx context.Context, who, proposal, finding, how string) error
	MarkAssessed(ctx context.Context, who, proposal string) error
	// GiveKey signs a digest: the one that the person had on the screen. When
	// the proposal has another digest by now, it is refused.
	GiveKey(ctx context.Context, who string, in screen.KeyInput) error
	WithdrawKey(ctx context.Context, who, proposal, why string) error
	LapseProposal(ctx context.Context, who, proposal, why string) error

	// The plan.
	EditRollout(ctx context.Context, who string, in screen.RolloutInput) error
	Yield(ctx context.Context, who string, in screen.YieldInput) error
	Unyield(ctx context.Context, who string, in screen.YieldInput) error
	AddPromise(ctx context.Context, who string, in screen.PromiseInput) error
	RemovePromise(ctx context.Context, who, proposal, promise string) error
	KeepPromise(ctx context.Context, who, proposal, promise, how string) error

	// The roll-out, and looking back on it.
	NextStage(ctx context.Context, who, proposal string) error
	Pause(ctx context.Context, who, proposal, why string) error
	Resume(ctx context.Context, who, proposal, why string) error
	Evaluate(ctx context.Context, who string, in screen.EvaluationInput) error
}
