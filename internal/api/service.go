package api

import (
	"context"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// Service is what the API asks of the house. What it answers for a person is what
// the pages answer that person.
type Service interface {
	Ruling
	Looping
	Simulating
	// OrganisationOf gives whose something is; "" is of everybody.
	OrganisationOf(ctx context.Context, kind, id string) string
	// IntakeOptions says what outcomes may hold here today; Receive brings in
	// what was read with them, and answers when it is on disk.
	IntakeOptions() outcome.Options
	Receive(ctx context.Context, who, file string, rows []outcome.Row) (screen.IntakeResult, error)
}

// Ruling is the rules and what they say.
type Ruling interface {
	// InForceNow gives the rules in force, and the legal date.
	InForceNow() (*regulation.Set, rule.Date)
	DecideCase(ctx context.Context, in screen.CaseInput) (screen.CaseView, error)
	Register(ctx context.Context, who string, in screen.RegisterInput) (screen.RegisterView, error)
}

// Looping is signals, knelpunten and proposals.
type Looping interface {
	FileSignal(ctx context.Context, who string, in screen.SignalInput) (signal string, err error)
	Receipt(ctx context.Context, who, signal string) (screen.SignalReceipt, error)
	MySignals(ctx context.Context, who string, asked screen.Asked) (screen.MySignalsView, error)
	MySignal(ctx context.Context, who, signal string) (screen.MySignalRow, error)
	// FindMySignals is MySignals for one case; "" is all.
	FindMySignals(ctx context.Context, who, reference string, asked screen.Asked) (screen.MySignalsView, error)
	SignalForm(ctx context.Context, who string, in screen.SignalAsk) (screen.SignalFormView, error)
	Issues(ctx context.Context, who string, in screen.IssueListInput) (screen.IssueListView, error)
	Issue(ctx context.Context, who, issue string) (screen.IssueView, error)
	Proposals(ctx context.Context, who, regulation string, asked screen.Asked) (screen.ProposalListView, error)
	Proposal(ctx context.Context, who, proposal string) (screen.ProposalView, error)
	Agenda(ctx context.Context, who string, in screen.AgendaInput) (screen.AgendaView, error)
}

// Simulating is runs.
type Simulating interface {
	SimulateVariant(ctx context.Context, who string, in screen.FreeRunInput) (run string, err error)
	Simulations(ctx context.Context, who string) (screen.SimulationListView, error)
	SimulationState(ctx context.Context, who, run string) (screen.SimulationView, error)
	CancelSimulation(ctx context.Context, who, run string) error
	Result(ctx context.Context, who, run string) (*simulate.Result, error)
}
