package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Signalling is what the pages of signals ask.
type Signalling interface {
	SignalForm(ctx context.Context, who string, in screen.SignalAsk) (screen.SignalFormView, error)
	Receipt(ctx context.Context, who, signal string) (screen.SignalReceipt, error)
	MySignals(ctx context.Context, who string, asked screen.Asked) (screen.MySignalsView, error)
	// Pseudonym turns the reference of a case system into a name that says
	// nothing outside it; what is a pseudonym already stays.
	Pseudonym(ctx context.Context, ref string) (string, error)

	FileSignal(ctx context.Context, who string, in screen.SignalInput) (signal string, err error)
	// MeToo is "Ook bij mij"; zaak may be empty.
	MeToo(ctx context.Context, who, issue, zaak string) (signal string, err error)
	React(ctx context.Context, who string, in screen.ReactionInput) error

	// Attachment gives the n-th file of a signal, from 1; ErrNotFound for who may
	// not open it. EraseAttachment erases it, for who sent it.
	Attachment(ctx context.Context, who, signal string, n int) (screen.AttachmentFile, error)
	EraseAttachment(ctx context.Context, who, signal string, n int) error
}
