package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Citizens is what the pages of citizens ask. Nobody logs in there: a code
// leads back to a message. A code that is not known is a *Refusal of the field
// "code".
type Citizens interface {
	CitizenForm(ctx context.Context) (screen.CitizenFormView, error)
	FileCitizen(ctx context.Context, in screen.CitizenInput) (screen.CitizenStatus, error)
	Follow(ctx context.Context, code string) (screen.CitizenStatus, error)
	CitizenReact(ctx context.Context, code string, recognised bool, why string) error
	AskFormal(ctx context.Context, in screen.FormalInput) error

	// Formals and ForwardFormal are for who sends objections and complaints on.
	Formals(ctx context.Context, who string, asked screen.Asked) (screen.FormalListView, error)
	ForwardFormal(ctx context.Context, who, signal, how string) error
}
