package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

func (f *Fake) Issues(_ context.Context, _ string, in screen.IssueListInput) (screen.IssueListView, error) {
	v := screen.IssueListView{Rows: f.issues(), Bundle: screen.Action{Can: true}}
	v.Filters = screen.IssueFilters{In: in, Regulations: []screen.Option{{Value: reg, Label: f.long("Individuele inkomenstoeslag")}}}
	v.Paging = screen.Paging{Asked: screen.Asked{Words: in.Words, Page: max(in.Page, 1)}, Pages: 1, Total: len(v.Rows)}
	if f.State == Long {
		v.Pages, v.Total = 200, 10_000
	}
	if in.Regulation != "" {
		v.Regulation = &screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}
	}
	return v, f.Fail
}

func (f *Fake) acts() []screen.IssueAct {
	var out []screen.IssueAct
	for k, name := range screen.IssueActs {
		a := screen.IssueAct{Name: name, Until: rule.MustDate("2027-01-17")}
		if name == screen.ActAppoint || name == screen.ActLink {
			a.Options = []screen.Option{{Value: "keuze-1", Label: f.long("De eerste keuze")}}
		}
		if k == len(screen.IssueActs)-1 {
			a.Why = f.long("Alleen wie in de driehoek zit opent een knelpunt opnieuw.")
		} else {
			a.Can = true
		}
		out = append(out, a)
	}
	return out
}

func (f *Fake) ActOnIssue(_ context.Context, who string, in screen.IssueActInput) error {
	return f.do("ActOnIssue", who, in)
}

func (f *Fake) Bundle(_ context.Context, _ string, in screen.BundleInput) (screen.BundleView, error) {
	row := func(id, title string) screen.BundleSide {
		return screen.BundleSide{Row: screen.IssueRow{ID: id, Title: f.long(title), Anchor: anchor(), Tile: screen.TileHarsh, State: screen.IssueOpen, People: 3, Due: rule.MustDate("2027-01-03")}, Text: f.long("Mevrouw verdient één euro te veel en krijgt niets.")}
	}
	v := screen.BundleView{Can: screen.Action{Can: true}, Open: 12, Pairs: many(f, []screen.BundlePair{
		{From: row("k-2", "Bewijs dat wij al hebben"), Into: row("k-1", "Eén euro te veel"), Why: "Zelfde artikel en soort signaal."},
		{From: row("k-4", "Brief is niet te volgen"), Into: row("k-3", "Onduidelijke brief"), Why: "3 woorden gelijk: brief, termijn en bezwaar."},
	})}
	v.Paging = screen.Paging{Asked: screen.Asked{Words: in.Words, Page: 1}, Pages: 1, Total: len(v.Pairs)}
	if in.Last.From != "" {
		u := in.Last
		u.Text = "Samengevoegd met “Eén euro te veel”."
		v.Undo = &u
	}
	return v, f.Fail
}

func (f *Fake) MergeIssues(_ context.Context, who string, in screen.MergeInput) error {
	return f.do("MergeIssues", who, in)
}

func (f *Fake) UndoMerge(_ context.Context, who, from, into string) (string, error) {
	return "k-9", f.do("UndoMerge", who, []string{from, into})
}

func (f *Fake) KeepApart(_ context.Context, who, issue, other string, undo bool) error {
	return f.do("KeepApart", who, []any{issue, other, undo})
}

func (f *Fake) SplitPage(_ context.Context, _, id string, asked screen.Asked) (screen.SplitView, error) {
	if id == "bestaat-niet" {
		return screen.SplitView{}, screen.ErrNotFound
	}
	v := screen.SplitView{
		Row:   screen.IssueRow{ID: id, Title: f.long("Eén euro te veel en alles kwijt"), Anchor: anchor(), Tile: screen.TileHarsh, State: screen.IssueOpen},
		Split: screen.Action{Can: true}, Merge: screen.Action{Can: true},
		Signals: many(f, []screen.SplitSignal{
			{ID: "s-1", Text: f.long("Mevrouw verdient één euro te veel en krijgt niets."), Place: anchor(), Date: today, From: "uitvoeringsprofessional"},
			{ID: "s-2", Place: anchor(), Date: today, From: "burger"},
		}),
		Others: many(f, []screen.Option{{Value: "k-2", Label: f.long("Bewijs dat wij al hebben")}}),
	}
	v.Paging = screen.Paging{Asked: asked, Pages: 1, Total: len(v.Signals)}
	if f.State == Empty {
		v.Split, v.Merge = screen.Action{Why: "Dit knelpunt heeft één signaal."}, screen.Action{Why: "Er is geen ander open knelpunt."}
	}
	return v, f.Fail
}

func (f *Fake) SplitIssue(_ context.Context, who string, in screen.SplitInput) (string, error) {
	return "k-9", f.do("SplitIssue", who, in)
}
