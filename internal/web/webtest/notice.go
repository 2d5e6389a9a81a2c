package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

func (f *Fake) Notices(_ context.Context, who string, asked screen.Asked) (screen.NoticeListView, error) {
	v := screen.NoticeListView{Mark: screen.NoticeMark{Seq: 41, Day: today}, Mails: f.long("Nieuwe meldingen mailen wij meteen naar femke@voorbeeld.nl.")}
	if who != "" {
		v.Rows = many(f, []screen.NoticeRow{
			{Text: f.long("Er is een antwoord op uw signaal over Individuele inkomenstoeslag, Artikel 3."), Ref: screen.Ref{Text: "Openen", Href: "/signalen"}, Day: today, Unread: true},
			{Text: f.long("Te laat bij Individuele inkomenstoeslag: antwoord geven. De uiterste dag was 2 november 2026."), Ref: screen.Ref{Text: "Openen", Href: "/knelpunten/" + issue}, Day: rule.MustDate("2026-11-03"), Late: true},
		})
	}
	if f.State == Filled {
		v.Unread = 1
	}
	v.Paging = screen.Paging{Asked: asked, Pages: 1, Total: len(v.Rows)}
	return v, f.Fail
}

func (f *Fake) ReadNotices(_ context.Context, who string, m screen.NoticeMark) error {
	return f.do("ReadNotices", who, m)
}

func (f *Fake) NoticeSettings(_ context.Context, _ string) (screen.NoticeSettingsView, error) {
	return screen.NoticeSettingsView{
		Address: "femke@voorbeeld.nl", Works: f.State == Filled, Refused: f.State == Long, Pace: "direct",
		Kinds: many(f, []screen.NoticeChoice{{Kind: "antwoord", Label: f.long("antwoord op mijn signaal"), On: true}, {Kind: "te-laat", Label: "te laat"}}),
	}, f.Fail
}

func (f *Fake) SetNotices(_ context.Context, who string, in screen.NoticeSettingsInput) error {
	return f.do("SetNotices", who, in)
}
