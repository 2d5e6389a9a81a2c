package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Execution is what the pages ask about the work at the desk: decisions, contact
// and maatwerk.
type Execution interface {
	Decisions(ctx context.Context, who, state string, asked screen.Asked) (screen.DecisionListView, error)
	Decision(ctx context.Context, who, decision string) (screen.DecisionView, error)
	RecordForm(ctx context.Context, who string) (screen.RecordForm, error)
	// Desk is the page Maatwerk of a team; "" is the first that somebody works in.
	Desk(ctx context.Context, who, team string, asked screen.Asked) (screen.DeskView, error)

	Decide(ctx context.Context, who string, in screen.DecideInput) (decision string, err error)
	RecordDecision(ctx context.Context, who string, in screen.RecordInput) (decision string, err error)
	NoteContact(ctx context.Context, who string, in screen.ContactInput) error
	NameException(ctx context.Context, who string, in screen.ExceptionInput) error
	TakeDecision(ctx context.Context, who, decision string) error
	DropDecision(ctx context.Context, who, decision, why string) error
	Object(ctx context.Context, who, decision, why string) error
	SettleObjection(ctx context.Context, who string, in screen.SettleInput) error
	// GrantDiscretion gives maatwerk inside the mandate; above it, it is asked to
	// who may.
	GrantDiscretion(ctx context.Context, who string, in screen.DiscretionInput) (asked bool, err error)
	AnswerAsk(ctx context.Context, who string, in screen.AnswerAskInput) error
	LookAt(ctx context.Context, who string, in screen.LookInput) error
	SetProvision(ctx context.Context, who string, in screen.ProvisionInput) error
	SetBudget(ctx context.Context, who string, in screen.BudgetInput) error
	SetMandate(ctx context.Context, who string, in screen.MandateInput) error
	SetSample(ctx context.Context, who string, in screen.SampleInput) error
}

// Watching is what the pages ask about detectors and about who is touched.
type Watching interface {
	// Watch is the page Detectoren of a regulation; "" is the first that is watched.
	Watch(ctx context.Context, who, regulation string, asked screen.Asked) (screen.WatchView, error)
	// Declare says what a detector expects, or switches it off.
	Declare(ctx context.Context, who string, in screen.DeclareInput) error
	// Reach is the page Wie raakt dit?; ReachTable gives it as rows for a
	// spreadsheet.
	Reach(ctx context.Context, who, regulation, article, dimension, period string) (screen.ReachView, error)
	ReachTable(ctx context.Context, who, regulation, article, dimension, period string) ([][]string, error)
}
