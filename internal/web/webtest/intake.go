package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Begin implements web.Service.
func (f *Fake) Begin(context.Context, string) (screen.BeginView, error) {
	v := screen.BeginView{Vacant: true}
	for n := range 4 {
		v.Levels = append(v.Levels, screen.BeginLevel{Level: n, Count: n})
	}
	if f.State != Empty {
		v = screen.BeginView{
			Organisation: "Gemeente Voorbeeldstad", Regulations: []screen.Ref{{Text: "Verordening meedoen", Href: "/regelingen/verordening-meedoen"}},
			People: []screen.BeginPerson{{Name: "Anneke Bos", Title: "eigenaar"}}, Provisional: true, Issues: 12, Steps: [5]bool{true, true, true, true, true},
			Waiting: screen.Ref{Text: "Eén euro te veel", Href: "/knelpunten/k-1"}, Owner: "Femke de Groot", Due: rule.MustDate("2026-10-19"),
			Delivered: screen.Ref{Text: "Onduidelijke brief", Href: "/knelpunten/k-2"}, Levels: v.Levels,
		}
	}
	return v, f.Fail
}

// NameOrganisation implements web.Service.
func (f *Fake) NameOrganisation(_ context.Context, who, name string) error {
	return f.do("NameOrganisation", who, name)
}

// BringText implements web.Service.
func (f *Fake) BringText(_ context.Context, who, name, file, text string) (string, error) {
	return "verordening-meedoen", f.do("BringText", who, name+"|"+file+"|"+text)
}

// NameTriangle implements web.Service.
func (f *Fake) NameTriangle(_ context.Context, who string, in screen.BeginTriangle) error {
	return f.do("NameTriangle", who, in)
}

// Bring implements web.Service.
func (f *Fake) Bring(context.Context, string) (screen.IntakeView, error) {
	v := screen.IntakeView{Can: screen.Action{Can: true}}
	if f.State == Empty {
		return v, f.Fail
	}
	v.Places = []screen.AnchorOption{{Value: "zorgtoeslag", Group: "Zorgtoeslag", Label: "Zorgtoeslag"}, {Value: "zorgtoeslag/artikel-2", Group: "Zorgtoeslag", Label: "Artikel 2"}}
	v.Sources = []screen.IntakeSource{{
		Regulation: screen.Ref{Text: "Zorgtoeslag", Href: "/metingen/zorgtoeslag"}, Rows: 123456, Unheard: 12, Synthetic: true,
		From: rule.MustDate("2026-01-01"), Until: rule.MustDate("2026-08-31"), Last: rule.MustDate("2026-09-01"),
	}}
	return v, f.Fail
}

// ImportSignals implements web.Service.
func (f *Fake) ImportSignals(_ context.Context, who string, in screen.SignalFile) (screen.SignalImport, error) {
	res := screen.SignalImport{
		Name: in.Name, Dry: in.Dry, Known: 2, Due: rule.MustDate("2026-10-19"), Columns: []string{"tekst"},
		New: []screen.ImportedSignal{{
			Line: 2, Place: "Zorgtoeslag, artikel 2", Text: string(in.Data), Tile: screen.TileHarsh, Old: rule.MustDate("2024-02-01"), Count: 12, Masked: []string{"BSN"}, Notes: []string{"bijlage niet meegenomen: x.pdf"},
		}},
		Refused: []screen.RefusedRow{{Line: 3, Reason: "er staat geen tekst", Accepted: "zeg in een paar zinnen wat er gebeurt", Raw: []string{""}}},
	}
	if string(in.Data) == "onleesbaar" {
		return screen.SignalImport{Fault: "het bestand is geen tekst", Hint: "sla het op als CSV"}, nil
	}
	return res, f.do("ImportSignals", who, in.Dry)
}
