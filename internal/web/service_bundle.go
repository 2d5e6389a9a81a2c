package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// BundleService is knelpunten as a list, what people do with one beside
// answering it, and putting them together.
type BundleService interface {
	Issues(ctx context.Context, who string, in screen.IssueListInput) (screen.IssueListView, error)
	// ActOnIssue carries out one of screen.IssueActs.
	ActOnIssue(ctx context.Context, who string, in screen.IssueActInput) error

	// Bundle suggests knelpunten that may be the same.
	Bundle(ctx context.Context, who string, in screen.BundleInput) (screen.BundleView, error)
	MergeIssues(ctx context.Context, who string, in screen.MergeInput) error
	// UndoMerge gives the signals of a merge a knelpunt of their own again.
	UndoMerge(ctx context.Context, who, from, into string) (issue string, err error)
	// KeepApart remembers that two are not the same; undo forgets it.
	KeepApart(ctx context.Context, who, issue, other string, undo bool) error
	// SplitPage shows the signals of a knelpunt to take apart.
	SplitPage(ctx context.Context, who, issue string, asked screen.Asked) (screen.SplitView, error)
	SplitIssue(ctx context.Context, who string, in screen.SplitInput) (issue string, err error)
}
