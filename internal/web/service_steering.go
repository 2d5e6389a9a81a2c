package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Steering is what the pages ask that look at the whole turn.
type Steering interface {
	// Station lists what waits at a station of the ∞; regulation "" is all.
	Station(ctx context.Context, who, station, regulation string, asked screen.Asked) (screen.StationView, error)
	// Measurements lists what was expected of every adopted change beside what
	// was measured; regulation "" and state "" are all.
	Measurements(ctx context.Context, who, regulation string, state screen.MeasureState, asked screen.Asked) (screen.MeasurementsView, error)

	// Stands lists the periods of a Stand van de Uitvoering; Stand is one, frozen
	// or drafted. CheckStand counts a published one again from the log.
	Stands(ctx context.Context, who string) (screen.StandListView, error)
	Stand(ctx context.Context, who, period string) (screen.StandView, error)
	CheckStand(ctx context.Context, who, period string) (screen.StandCheck, error)
	WritePreface(ctx context.Context, who, period, words string) error
	PublishStand(ctx context.Context, who, period string) error

	// Lessons lists the learning cases; Lesson is one. chosen is the choice of a
	// reader whom nobody knows. LessonForm makes one of a knelpunt.
	Lessons(ctx context.Context, who string, asked screen.Asked) (screen.LessonListView, error)
	Lesson(ctx context.Context, who, lesson string, chosen int) (screen.LessonView, error)
	LessonForm(ctx context.Context, who, issue string) (screen.LessonFormView, error)
	PreviewLesson(ctx context.Context, who string, in screen.LessonInput) (screen.LessonView, error)
	MakeLesson(ctx context.Context, who string, in screen.LessonInput) (lesson string, err error)
	ChooseInLesson(ctx context.Context, who, lesson string, choice int) error
	WithdrawLesson(ctx context.Context, who, lesson, why string) error

	// Promises lists every promise and condition; Figures are the public figures.
	Promises(ctx context.Context, who string, state screen.PromiseState, asked screen.Asked) (screen.PromisesView, error)
	Figures(ctx context.Context, who string) (screen.FiguresView, error)
	// ConsequenceList lists where something was decided; Consequences is what came
	// of it. Vote is what a vote on a proposal needs. Changed is a month of changes
	// of rules; month "" is this one, regulation "" is all.
	ConsequenceList(ctx context.Context, who string) (screen.ConsequenceListView, error)
	Consequences(ctx context.Context, who, regulation string, asked screen.Asked) (screen.ConsequenceView, error)
	Vote(ctx context.Context, who, proposal string) (screen.VoteView, error)
	Changed(ctx context.Context, who, month, regulation string) (screen.ChangedView, error)
}
