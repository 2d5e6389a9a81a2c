package webtest

import (
	"context"
	"strings"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// files are those of a signal: one to open, one that is for others, one that is
// gone.
var files = []screen.AttachmentRef{
	{Name: "scherm.png", Kind: "image/png", Size: 48_213, Href: "/signalen/s-1/bijlagen/1", Erase: "/signalen/s-1/bijlagen/1/wissen"},
	{Kind: "application/pdf", Size: 1_900_000},
	{Erased: true},
}

func (f *Fake) SignalForm(_ context.Context, _ string, in screen.SignalAsk) (screen.SignalFormView, error) {
	a := in.At
	v := screen.SignalFormView{Anchor: a, Owner: f.long("Femke de Wit"), Due: rule.MustDate("2027-01-03"), Anchors: []screen.AnchorOption{
		{Value: reg + "/artikel-3", Group: "Individuele inkomenstoeslag", Label: "Artikel 3. Laag inkomen"},
		{Value: reg + "/artikel-5", Group: "Individuele inkomenstoeslag", Label: "Artikel 5. De aanvraag"},
		{Value: "bijzondere-bijstand/artikel-2", Group: "Verordening bijzondere bijstand", Label: "Artikel 2. Wie het krijgt"},
	}}
	if a.Article != "" {
		full := anchor()
		full.Case = a.Case
		v.Anchor = full
		v.Known = many(f, []screen.KnownIssue{{ID: issue, Title: f.long("Eén euro te veel en alles kwijt"), Tile: screen.TileHarsh, Count: 37, Standing: "Bel eerst met de inwoner voordat u afwijst."}})
	}
	if a.Article == "" && in.Words != "" {
		v.Finding = &screen.Finding{Words: in.Words, Found: many(f, []screen.FoundPlace{
			{Anchor: anchor(), Kind: "artikel", Excerpt: f.long("De aanvrager heeft een laag inkomen."), Why: []string{"“inkomen” staat in de tekst"}},
			{Anchor: screen.Anchor{Regulation: reg, RegulationName: "Individuele inkomenstoeslag", Article: "artikel-5", ArticleName: "Artikel 5. De aanvraag", Step: "bewijs", StepName: "Stuur bewijs van uw inkomen"}, Kind: "stap van de inwoner", Why: []string{"“bewijs” staat in een stap"}},
		})}
	}
	return v, f.Fail
}

func (f *Fake) Receipt(_ context.Context, _, id string) (screen.SignalReceipt, error) {
	if id == "bestaat-niet" {
		return screen.SignalReceipt{}, screen.ErrNotFound
	}
	r := screen.SignalReceipt{ID: id, Issue: screen.Ref{Text: f.long("Eén euro te veel en alles kwijt"), Href: "/knelpunten/" + issue}, Anchor: anchor(), Tile: screen.TileHarsh, Text: f.long("Mevrouw verdient één euro te veel en krijgt niets."), Owner: "Femke de Wit", OwnerWhy: "Coördinerend opdrachtgever van dit artikel.", Due: rule.MustDate("2027-01-03")}
	if f.State != Empty {
		r.Shown = screen.SeenByOwner
		r.Files = files
		r.Others, r.Standing = 37, "Bel eerst met de inwoner voordat u afwijst."
	}
	return r, f.Fail
}

func (f *Fake) MySignals(_ context.Context, who string, asked screen.Asked) (screen.MySignalsView, error) {
	if who == "" {
		return screen.MySignalsView{}, f.Fail
	}
	rows := many(f, []screen.MySignalRow{
		{ID: "s-1", Text: f.long("Mevrouw verdient één euro te veel en krijgt niets."), Tile: screen.TileHarsh, Anchor: anchor(), Filed: rule.MustDate("2026-10-12"), Issue: screen.Ref{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}, Station: screen.StationDecide, State: "Beantwoord, de wijziging loopt.", Owes: "Femke de Wit", What: "de gewijzigde regel", Due: rule.MustDate("2027-01-01"), Answer: answer(), Files: files, Shown: screen.SeenByNobody, React: true, ReactBy: rule.MustDate("2026-12-19")},
		{ID: "s-2", Text: "Ik vraag loonstroken op die wij zelf hebben.", Tile: screen.TileData, Anchor: anchor(), Filed: rule.MustDate("2026-09-21"), Issue: screen.Ref{Text: "Bewijs dat wij al hebben", Href: "/knelpunten/k-2"}, Station: screen.StationSignal, State: "Wacht op antwoord.", Owes: "Femke de Wit", What: "antwoord", Due: rule.MustDate("2026-11-02"), Overdue: true},
	})
	v := screen.MySignalsView{}
	v.Rows, v.Paging = screen.PageOf(rows, asked)
	if f.State == Long {
		v.Pages, v.Total = 3, 120
	}
	return v, f.Fail
}

func (f *Fake) FileSignal(_ context.Context, who string, in screen.SignalInput) (string, error) {
	return "s-1", f.do("FileSignal", who, in)
}

func (f *Fake) MeToo(_ context.Context, who, id, _ string) (string, error) {
	return "s-2", f.do("MeToo", who, id)
}

func (f *Fake) React(_ context.Context, who string, in screen.ReactionInput) error {
	return f.do("React", who, in)
}

// Pseudonym gives every case the same name.
func (f *Fake) Pseudonym(_ context.Context, ref string) (string, error) {
	if ref == "" || strings.HasPrefix(ref, "v1:") {
		return ref, nil
	}
	return "v1:00112233aabbccdd", nil
}

// Attachment gives one file.
func (f *Fake) Attachment(_ context.Context, who, signal string, n int) (screen.AttachmentFile, error) {
	if signal == "bestaat-niet" || n != 1 || who == "wilma" {
		return screen.AttachmentFile{}, screen.ErrNotFound
	}
	return screen.AttachmentFile{Name: "schérm \"1\".png", Kind: "image/png", Data: []byte("\x89PNG")}, f.Fail
}

// EraseAttachment erases it.
func (f *Fake) EraseAttachment(_ context.Context, who, signal string, n int) error {
	return f.do("EraseAttachment", who, []any{signal, n})
}
