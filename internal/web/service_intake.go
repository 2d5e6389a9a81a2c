package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Beginning is the way from an empty installation to the first answer, and what
// is brought in from old lists.
type Beginning interface {
	Begin(ctx context.Context, who string) (screen.BeginView, error)
	NameOrganisation(ctx context.Context, who, name string) error
	// BringText brings in the text of a regulation; name is used when the text
	// does not say it, file says what kind of text it is.
	BringText(ctx context.Context, who, name, file, text string) (regulation string, err error)
	NameTriangle(ctx context.Context, who string, in screen.BeginTriangle) error
	// Bring is the page Invoer; ImportSignals brings in an old list or mail, or
	// only looks.
	Bring(ctx context.Context, who string) (screen.IntakeView, error)
	ImportSignals(ctx context.Context, who string, in screen.SignalFile) (screen.SignalImport, error)
}
