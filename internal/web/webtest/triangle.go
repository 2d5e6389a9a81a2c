package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

func (f *Fake) duty() screen.DutyRow {
	return screen.DutyRow{
		ID: "knelpunt/k-1:1", What: "antwoord geven", Because: screen.Ref{Text: f.long("Grens te hard"), Href: "/knelpunten/k-1"},
		Scope: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, Debtor: f.long("Ministerie van SZW"), Role: "coördinerend opdrachtgever",
		Outside: true, Creditor: "de melders", Due: today.AddDays(-30), Overdue: true, Days: 30, Step: "openbaar", Ends: "Voldaan met een antwoord.",
		Link: screen.Action{Can: true}, Sent: &screen.LinkRow{ID: "l-1", State: "open", Until: today.AddDays(9), How: "getoond", Can: true},
		Seen: []screen.SeenRow{{Who: "Hanne Bos", On: today, Step: "openbaar"}}, See: screen.Action{Can: true},
	}
}

func (f *Fake) claim() screen.DoubleClaim {
	return screen.DoubleClaim{Kind: "zelfde-bereik", Scope: f.long("Zorgtoeslag"), Triangles: []screen.Ref{{Text: "Zorgtoeslag (A)", Href: "/driehoeken/a"}, {Text: "Zorgtoeslag (B)", Href: "/driehoeken/b"}}}
}

func (f *Fake) quarters() []screen.QuarterCell {
	return []screen.QuarterCell{{Quarter: "2027-Q1", Label: "1e kwartaal 2027", Points: 400, Known: true, Claimed: 430, Over: 30}, {Quarter: "2027-Q2", Label: "2e kwartaal 2027"}}
}

func (f *Fake) form() screen.TriangleForm {
	return screen.TriangleForm{From: today, People: []screen.Option{{Value: "femke", Label: "Femke de Wit"}}, Scopes: []screen.Option{{Value: reg, Label: "Individuele inkomenstoeslag"}}, Posts: []screen.PostField{
		{ID: "e", Corner: "eigenaar", Organisation: "Gemeente"}, {ID: "b", Corner: "opdrachtgever", Organisation: f.long("SZW"), Coordinating: true, Outside: true}, {New: true},
	}}
}

// Triangles implements web.Service.
func (f *Fake) Triangles(_ context.Context, _ string, in screen.TrianglesAsked) (screen.TriangleMapView, error) {
	corner := func(c, word string, h ...screen.Holder) screen.CornerRow {
		return screen.CornerRow{Corner: c, Word: word, Holders: h}
	}
	row := screen.TriangleRow{ID: reg, Name: f.long("Individuele inkomenstoeslag"), Depth: 1, Provisional: true, Vacancies: 1, Claims: 1, Caseload: 80, Quarters: f.quarters(), Corners: []screen.CornerRow{
		corner("eigenaar", "continuïteitsverantwoordelijke", screen.Holder{Name: "Gemeente", Note: "Hanne Bos", Connected: true}),
		corner("opdrachtgever", "beleidsverantwoordelijke", screen.Holder{Name: "Ministerie van SZW", Role: "coördinerend"}),
		corner("opdrachtnemer", "eindverantwoordelijke", screen.Holder{Name: "Gemeente", Vacant: true, Connected: true}),
	}}
	v := screen.TriangleMapView{Asked: in, On: today, Today: true, Add: screen.Action{Can: true}, Form: f.form()}
	v.Claims = many(f, []screen.DoubleClaim{f.claim()})
	v.Rows, v.Paging = screen.PageOf(many(f, []screen.TriangleRow{{ID: "organisatie", Name: "Alles zonder eigen driehoek", Corners: row.Corners}, row}), in.Asked)
	v.Count, v.Vacancies = len(v.Rows), len(v.Rows)
	return v, f.Fail
}

// Triangle implements web.Service.
func (f *Fake) Triangle(_ context.Context, _, id string, _ rule.Date) (screen.TrianglePageView, error) {
	if id != reg {
		return screen.TrianglePageView{}, screen.ErrNotFound
	}
	yes := screen.Action{Can: true}
	return screen.TrianglePageView{
		ID: id, Name: f.long("Individuele inkomenstoeslag"), Scope: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, On: today, Today: true,
		Provisional: true, Regulation: true, Caseload: 80, Quarters: f.quarters(), Claims: many(f, []screen.DoubleClaim{f.claim()}), Appoint: yes, Capacity: yes, Arrange: yes, Drop: yes, Form: f.form(),
		PostOptions: []screen.Option{{Value: "b", Label: "opdrachtgever: SZW"}}, Next: []screen.ArrangementRow{{From: today.AddDays(40), Posts: []string{"eigenaar: Gemeente"}}},
		Posts: many(f, []screen.PostRow{
			{ID: "b", Corner: "opdrachtgever", Word: "beleidsverantwoordelijke", Other: "opdrachtgever", Coordinating: true, Organisation: f.long("SZW"), Department: "Inkomen", People: []screen.TermRow{{ID: "femke", Name: f.long("Femke de Wit"), Signs: true, From: today, Leave: yes}}},
			{ID: "u", Corner: "opdrachtnemer", Word: "eindverantwoordelijke", Other: "opdrachtnemer", Organisation: "Gemeente", Vacant: true},
		}),
	}, f.Fail
}

// Duties implements web.Service.
func (f *Fake) Duties(_ context.Context, _ string, in screen.DutyAsked) (screen.DutyListView, error) {
	v := screen.DutyListView{Asked: in, Open: 3, Late: 1, Kinds: []screen.Option{{Value: "antwoord", Label: "antwoord geven"}}, Corners: []screen.Option{{Value: "eigenaar", Label: "eigenaar"}}}
	v.Rows, v.Paging = screen.PageOf(many(f, []screen.DutyRow{f.duty()}), in.Asked)
	return v, f.Fail
}

// Duty implements web.Service.
func (f *Fake) Duty(_ context.Context, _, id string) (screen.DutyRow, error) {
	if id != f.duty().ID {
		return screen.DutyRow{}, screen.ErrNotFound
	}
	return f.duty(), f.Fail
}

// Late implements web.Service.
func (f *Fake) Late(_ context.Context, _, step string, in screen.Asked) (screen.LateView, error) {
	v := screen.LateView{Step: step, Steps: []screen.LateStep{{Key: "te-laat", Days: 1}, {Key: "eigenaar", Days: 14}, {Key: "openbaar", Days: 28, Count: 1, Here: step == "openbaar"}, {Key: "raad", Days: 56, Here: step == "raad"}}}
	v.Rows, v.Paging = screen.PageOf(many(f, []screen.DutyRow{f.duty()}), in)
	return v, f.Fail
}

// Stuck implements web.Service.
func (f *Fake) Stuck(context.Context, string) (screen.StuckListView, error) {
	p := screen.Ref{Text: f.long("Ruimere grens"), Href: "/voorstellen/" + prop}
	sides := []screen.PositionRow{{Side: "beleid", Who: "Femke de Wit", Text: f.long("Dit moet."), On: today}, {Side: "uitvoering"}}
	return screen.StuckListView{
		Open:    many(f, []screen.StuckView{{Proposal: p, On: today, DecideBy: today.AddDays(-1), Overdue: true, Owner: "Hanne Bos", Positions: sides}}),
		Past:    many(f, []screen.StuckView{{Proposal: p, On: today, DecideBy: today, Owner: "Hanne Bos", Positions: sides, Outcome: "voor", Decided: today, Reason: f.long("Het belang is groot.")}}),
		Settled: many(f, []screen.SettledView{{Proposal: p, Kind: "ondanks", Missing: []string{"uitvoering"}, By: "Femke de Wit", Name: f.long("M. de Boer, wethouder"), Reason: "Het moet.", On: today, EarlyDue: today, Signal: &screen.Ref{Text: "Signaal", Href: "/knelpunten/k-1"}}}),
		Rulings: many(f, []screen.RulingRow{{Proposal: p, Body: "gemeenteraad", Outcome: "aangenomen", Source: f.long("stuk 12"), On: today, By: "Femke de Wit"}}),
	}, f.Fail
}

// AnswerLink implements web.Service. The last letters of the secret are the
// state.
func (f *Fake) AnswerLink(_ context.Context, secret string) (screen.AnswerLinkView, error) {
	states := map[string]string{"geheim-open": "open", "geheim-beantwoord": "beantwoord", "geheim-ingetrokken": "ingetrokken", "geheim-verlopen": "verlopen", "geheim-voldaan": "voldaan"}
	s, ok := states[secret]
	if !ok {
		return screen.AnswerLinkView{}, screen.ErrNotFound
	}
	v := screen.AnswerLinkView{
		State: s, Party: "Ministerie van SZW", Asker: "Gemeente", Kind: "antwoord", Title: f.long("Grens te hard"), Scope: screen.Ref{Text: "Individuele inkomenstoeslag"}, Page: screen.Ref{Text: "Grens", Href: "/knelpunten/k-1"},
		Due: today, Until: today.AddDays(9), Owners: []screen.Option{{Value: "t/p", Label: "Gemeente"}}, Deliver: today.AddDays(90),
		Stories: many(f, []screen.Story{{Text: f.long("Eén euro te veel."), Who: "uitvoeringsprofessional", Date: today}}),
	}
	for _, k := range screen.AnswerKinds {
		v.Choices = append(v.Choices, screen.Option{Value: string(k), Label: string(k)})
	}
	if s == "beantwoord" {
		v.Answered, v.Answer = at("2026-11-20 10:00"), "Antwoord gegeven."
		v.Given = &screen.AnswerView{Kind: screen.AnswerExplain, By: "Ministerie van SZW", Date: today, Reason: "Zo is de wet."}
	}
	return v, f.Fail
}

// PreviewLink implements web.Service.
func (f *Fake) PreviewLink(ctx context.Context, in screen.AnswerLinkInput) (screen.AnswerLinkView, error) {
	v, err := f.AnswerLink(ctx, in.Secret)
	if err == nil {
		err = f.Refuse["PreviewLink"]
	}
	v.Input = in
	v.Preview = &screen.AnswerView{Kind: screen.AnswerKind(in.Choice), By: v.Party, Date: today, Reason: in.Reason, Waits: in.Choice}
	return v, err
}

// MakeLink implements web.Service.
func (f *Fake) MakeLink(_ context.Context, who string, in screen.LinkMakeInput) (screen.LinkMadeView, error) {
	return screen.LinkMadeView{Row: f.duty(), Path: "/antwoord/geheim-open", Until: today.AddDays(21), To: in.To}, f.do("MakeLink", who, in)
}

// The commands of the rest.

// Arrange implements web.Service.
func (f *Fake) Arrange(_ context.Context, who string, in screen.ArrangementInput) (string, error) {
	return reg, f.do("Arrange", who, in)
}

// Appoint implements web.Service.
func (f *Fake) Appoint(_ context.Context, who string, in screen.AppointInput) error {
	return f.do("Appoint", who, in)
}

// Leave implements web.Service.
func (f *Fake) Leave(_ context.Context, who string, in screen.LeaveInput) error {
	return f.do("Leave", who, in)
}

// SetCapacity implements web.Service.
func (f *Fake) SetCapacity(_ context.Context, who string, in screen.CapacityInput) error {
	return f.do("SetCapacity", who, in)
}

// DropTriangle implements web.Service.
func (f *Fake) DropTriangle(_ context.Context, who, triangle, why string) error {
	return f.do("DropTriangle", who, []string{triangle, why})
}

// SeeOverdue implements web.Service.
func (f *Fake) SeeOverdue(_ context.Context, who, obligation string) error {
	return f.do("SeeOverdue", who, obligation)
}

// RevokeLink implements web.Service.
func (f *Fake) RevokeLink(_ context.Context, who, link, why string) error {
	return f.do("RevokeLink", who, []string{link, why})
}

// UseLink implements web.Service.
func (f *Fake) UseLink(_ context.Context, in screen.AnswerLinkInput) error {
	return f.do("UseLink", "", in)
}

// RefuseKey implements web.Service.
func (f *Fake) RefuseKey(_ context.Context, who string, in screen.PositionInput) error {
	return f.do("RefuseKey", who, in)
}

// DeclareDeadlock implements web.Service.
func (f *Fake) DeclareDeadlock(_ context.Context, who string, in screen.PositionInput) error {
	return f.do("DeclareDeadlock", who, in)
}

// StatePosition implements web.Service.
func (f *Fake) StatePosition(_ context.Context, who string, in screen.PositionInput) error {
	return f.do("StatePosition", who, in)
}

// SettleDeadlock implements web.Service.
func (f *Fake) SettleDeadlock(_ context.Context, who string, in screen.DeadlockInput) error {
	return f.do("SettleDeadlock", who, in)
}

// DecideDespite implements web.Service.
func (f *Fake) DecideDespite(_ context.Context, who string, in screen.DespiteInput) error {
	return f.do("DecideDespite", who, in)
}

// ReportEarly implements web.Service.
func (f *Fake) ReportEarly(_ context.Context, who string, in screen.PositionInput) error {
	return f.do("ReportEarly", who, in)
}

// RecordRuling implements web.Service.
func (f *Fake) RecordRuling(_ context.Context, who string, in screen.RulingInput) error {
	return f.do("RecordRuling", who, in)
}

// deadlock is a proposal on which everything can be done at once.
func (f *Fake) deadlock() screen.DeadlockSection {
	yes := screen.Action{Can: true}
	list, _ := f.Stuck(context.Background(), "")
	d := screen.DeadlockSection{Side: "uitvoering", Missing: "uitvoering", Refuse: yes, Declare: yes, State: yes, Settle: yes, Favour: yes, Despite: yes, Early: yes, Ruling: yes, Today: today, EarlyDue: today, Past: list.Past, Rulings: list.Rulings}
	if len(list.Open) > 0 {
		d.Stuck, d.Settled = &list.Open[0], &list.Settled[0]
	}
	return d
}
