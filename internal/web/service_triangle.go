package web

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Responsibility is what the pages ask about who is who, who owes what, what is
// late and what is stuck.
type Responsibility interface {
	Triangles(ctx context.Context, who string, in screen.TrianglesAsked) (screen.TriangleMapView, error)
	Triangle(ctx context.Context, who, triangle string, on rule.Date) (screen.TrianglePageView, error)
	// Arrange sets who is who from a day on, or makes a new triangle.
	Arrange(ctx context.Context, who string, in screen.ArrangementInput) (triangle string, err error)
	Appoint(ctx context.Context, who string, in screen.AppointInput) error
	Leave(ctx context.Context, who string, in screen.LeaveInput) error
	SetCapacity(ctx context.Context, who string, in screen.CapacityInput) error
	DropTriangle(ctx context.Context, who, triangle, why string) error

	Duties(ctx context.Context, who string, in screen.DutyAsked) (screen.DutyListView, error)
	Duty(ctx context.Context, who, obligation string) (screen.DutyRow, error)
	// Late is one step of the ladder: "te-laat", "eigenaar", "openbaar", "raad".
	Late(ctx context.Context, who, step string, in screen.Asked) (screen.LateView, error)
	SeeOverdue(ctx context.Context, who, obligation string) error

	// MakeLink makes a link for a party without an account. AnswerLink is the
	// page behind it and changes nothing; PreviewLink neither. UseLink answers,
	// once.
	MakeLink(ctx context.Context, who string, in screen.LinkMakeInput) (screen.LinkMadeView, error)
	RevokeLink(ctx context.Context, who, link, why string) error
	AnswerLink(ctx context.Context, secret string) (screen.AnswerLinkView, error)
	PreviewLink(ctx context.Context, in screen.AnswerLinkInput) (screen.AnswerLinkView, error)
	UseLink(ctx context.Context, in screen.AnswerLinkInput) error

	Stuck(ctx context.Context, who string) (screen.StuckListView, error)
	RefuseKey(ctx context.Context, who string, in screen.PositionInput) error
	DeclareDeadlock(ctx context.Context, who string, in screen.PositionInput) error
	StatePosition(ctx context.Context, who string, in screen.PositionInput) error
	SettleDeadlock(ctx context.Context, who string, in screen.DeadlockInput) error
	DecideDespite(ctx context.Context, who string, in screen.DespiteInput) error
	ReportEarly(ctx context.Context, who string, in screen.PositionInput) error
	RecordRuling(ctx context.Context, who string, in screen.RulingInput) error
}
