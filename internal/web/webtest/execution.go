package webtest

import (
	"context"
	"time"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

func (f *Fake) Decisions(_ context.Context, who, state string, asked screen.Asked) (screen.DecisionListView, error) {
	v := screen.DecisionListView{Today: today, Cases: []screen.Option{{Value: reg + "/zaak-1", Label: "Alleenstaande, € 1.543 per maand"}, {Value: reg + "/zaak-2", Label: "Paar met twee kinderen"}}, Decide: screen.Action{Can: who != "", Why: "Kies bovenaan wie u bent."}}
	v.Rows = many(f, []screen.DecisionRow{{ID: "d-1", Case: "v1:7f3a…", Regulation: "Individuele inkomenstoeslag", Date: rule.MustDate("2027-01-04"), Outcome: "€ 520", Version: "1 januari 2027", State: "genomen"}})
	v.States = []screen.StateOf{{State: "voorgenomen", Count: 2}, {State: "genomen", Count: len(v.Rows)}}
	v.State, v.Record = state, screen.Action{Can: who != ""}
	v.Rows, v.Paging = screen.PageOf(v.Rows, asked)
	return v, f.Fail
}

func (f *Fake) Decision(_ context.Context, who, id string) (screen.DecisionView, error) {
	if id == "bestaat-niet" {
		return screen.DecisionView{}, screen.ErrNotFound
	}
	yes, no := true, false
	v := screen.DecisionView{
		ID: id, Case: "v1:7f3a…", Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, Date: rule.MustDate("2027-01-04"), Decided: at("2027-01-04 10:31"),
		Version: "De regels van 1 januari 2027", Digest: "b7719ac0f2d4", Sentence: f.long("U krijgt € 520, omdat uw inkomen drie jaar onder de grens lag."), Positive: true, Synthetic: true,
		Reasons: []string{"Uw inkomen is € 1.543 per maand. De grens is € 1.682.", "Uw inkomen is al vier jaar laag."},
		Wrong:   screen.Action{Can: true}, Anchor: anchor(), State: "genomen",
		Object: screen.Action{Can: who != ""}, ObjectBy: rule.MustDate("2027-02-15"),
	}
	v.Anchor.Case = v.Case
	switch id {
	case "d-voornemen":
		v.State, v.Intended, v.Gate, v.HearBy = "voorgenomen", true, "Een uitkering stopt. Spreek deze persoon eerst.", rule.MustDate("2027-01-18")
		v.Decided, v.Object, v.ObjectBy = time.Time{}, screen.Action{}, rule.Date{}
		v.Contact, v.Except, v.Drop = screen.Action{Can: who != "", Why: "Kies bovenaan wie u bent."}, screen.Action{Can: who != ""}, screen.Action{Can: who != ""}
		v.Take = screen.Action{Why: "Er is nog niemand gesproken."}
		v.Exceptions = []screen.Option{{Value: "Awb 4:11 onder a", Label: "Awb 4:11 onder a: het is dringend."}}
	case "d-bezwaar":
		v.State, v.ObjectionText, v.SettleBy = "bezwaar", "Mijn loon was lager.", rule.MustDate("2027-03-29")
		v.Object, v.ObjectBy, v.Settle = screen.Action{}, rule.Date{}, screen.Action{Can: who != ""}
	case "d-systeem":
		v.Recorded = []screen.Fact{{Name: "Soort besluit", Value: "Stopzetting"}, {Name: "Wat het deze persoon kost", Value: "€ 1.401,50"}}
		return v, f.Fail
	}
	if f.State == Empty {
		v.Reasons = nil
		return v, f.Fail
	}
	v.Before = &screen.DecisionBefore{Version: "1 januari 2026", Sentence: "U zou niets krijgen: uw inkomen lag € 1 boven de grens van € 1.542.", Same: id == "d-gelijk"}
	v.Trace = many(f, []screen.TraceLine{
		{Text: "De toeslag voor een alleenstaande is € 520.", Rule: screen.Ref{Text: "Hoogte van de toeslag", Href: "/regelingen/" + reg + "/artikel-4"}, Source: screen.Ref{Text: "artikel 4, lid 1"}},
		{Depth: 1, Text: "Uw inkomen is laag.", OK: &yes, Rule: screen.Ref{Text: "laag inkomen", Href: "/regelingen/" + reg + "/artikel-3"}, Source: screen.Ref{Text: "artikel 3, lid 1"}},
		{Depth: 2, Text: "De grens is 120 % van € 1.401,50. Dat is € 1.681,80.", Unverified: true},
		{Depth: 2, Text: "Uw inkomen is € 1.543.", Input: true},
		{Depth: 1, Text: "U kreeg de toeslag niet in het vorige jaar.", OK: &no},
	})
	v.Inputs = []screen.Fact{{Name: "inkomen per maand", Value: "€ 1.543", Source: "loonaangifte"}, {Name: "jaren laag inkomen", Value: "4", Source: "eigen administratie"}, {Name: "woonvorm", Value: "alleenstaand", Source: "basisregistratie"}}
	if who != "" {
		v.Contacts = many(f, []screen.ContactRow{{On: rule.MustDate("2027-01-03"), How: "telefoon", Reached: true, Note: "Het loon is gedaald.", By: "Samira el Idrissi"}, {On: rule.MustDate("2027-01-02"), How: "balie", By: "Joost Hendriks"}})
		v.Discretion = sheet()
		v.Given, v.Asks = many(f, given("d-1")), many(f, requests("d-1"))
	}
	return v, f.Fail
}

func sheet() *screen.DiscretionForm {
	return &screen.DiscretionForm{
		Cost: "Strikte toepassing kost dit huishouden € 640.", Parts: []screen.Fact{{Name: "Individuele inkomenstoeslag", Value: "€ 640"}},
		Grounds: []screen.Ground{{ID: "hardheid", Text: "De regel is hier te hard.", Source: "artikel 9"}}, Provisions: []screen.Option{{Value: "ov", Label: "OV-kaart (€ 90)"}},
		Budget: "Er is nog € 1.200 over.", Mandate: "Uw mandaat is € 1.000 per besluit.", Above: "Is het meer? Dan vragen wij het aan Marijke Visser.", Can: screen.Action{Can: true},
		Pattern: []string{"“De regel is hier te hard.” is hier 3 keer gebruikt. Bij 5 keer wordt het een knelpunt."},
	}
}

func given(decision string) []screen.GivenRow {
	of := screen.Ref{Text: "Paar met twee kinderen", Href: "/beslissingen/" + decision}
	return []screen.GivenRow{
		{Number: 1, Decision: of, Text: "€ 560 · De regel is hier te hard.", Reason: "Drie euro te veel.", By: "Joost Hendriks", On: rule.MustDate("2027-01-04"), Sampled: true, Due: rule.MustDate("2027-02-01"), Look: screen.Action{Can: true}},
		{Number: 2, Decision: of, Text: "€ 90 · OV-kaart", Reason: "Kan anders niet naar het werk.", By: "Samira el Idrissi", On: rule.MustDate("2027-01-05"), Sampled: true, Judgement: "niet na te gaan", Note: "Welk werk staat er niet.", LookedBy: "Joost Hendriks"},
	}
}

func requests(decision string) []screen.AskRow {
	of := screen.Ref{Text: "Paar met twee kinderen", Href: "/beslissingen/" + decision}
	return []screen.AskRow{
		{ID: "q-1", Decision: of, Text: "€ 1.600 · De regel is hier te hard.", Reason: "De huur is drie maanden achter.", By: "Samira el Idrissi", To: "Marijke Visser", On: rule.MustDate("2027-01-04"), Due: rule.MustDate("2027-01-11"), State: "gevraagd", Grant: screen.Action{Can: true}, Deny: screen.Action{Can: true}},
		{ID: "q-2", Decision: of, Text: "€ 2.000 · De regel is hier te hard.", Reason: "Zie boven.", By: "Samira el Idrissi", To: "de eigenaar", On: rule.MustDate("2027-01-02"), State: "geweigerd", Denied: "Dit kan uit de bijstand."},
	}
}

// RecordForm implements web.Execution.
func (f *Fake) RecordForm(_ context.Context, who string) (screen.RecordForm, error) {
	return screen.RecordForm{
		Places: []screen.Option{{Value: reg + "/artikel-3", Label: "Individuele inkomenstoeslag – Artikel 3"}}, Kinds: []screen.Option{{Value: "stopzetting", Label: "Stopzetting"}},
		Today: today, Can: screen.Action{Can: who != "", Why: "Kies bovenaan wie u bent."},
	}, f.Fail
}

// Desk implements web.Execution.
func (f *Fake) Desk(_ context.Context, who, team string, asked screen.Asked) (screen.DeskView, error) {
	if team != "" && team != reg {
		return screen.DeskView{}, screen.ErrNotFound
	}
	v := screen.DeskView{
		Team: reg, Name: f.long("Individuele inkomenstoeslag"), Teams: []screen.Option{{Value: reg, Label: "Individuele inkomenstoeslag"}, {Value: "organisatie", Label: "Alle andere regelingen"}},
		Quarter: "1e kwartaal van 2027", Sample: 10, Threshold: 5, Manage: screen.Action{Can: who == "wilma" || who == "femke", Why: "De teamleider maakt deze afspraken."},
		Budgets:  []screen.BudgetRow{{Quarter: "2027-Q1", Name: "1e kwartaal van 2027", Budget: 200000, Spent: 80000, Left: 120000, Set: true}, {Quarter: "2027-Q2", Name: "2e kwartaal van 2027"}},
		Mandates: []screen.MandateRow{{Role: "professional", Cents: 100000}, {Role: "teamleider", Cents: 250000, Own: true}},
		Numbers:  []screen.Number{{Value: "12", Label: "keer gegeven dit kwartaal"}, {Value: "€ 1.200", Label: "budget over"}},
	}
	_, v.Paging = screen.PageOf([]int(nil), asked)
	if f.State == Empty {
		return v, f.Fail
	}
	v.Provisions = many(f, []screen.ProvisionRow{{ID: "ov", Name: "OV-kaart voor een maand", InKind: true, Cents: 9000, Given: 4}, {ID: "fiets", Name: "Tweedehands fiets", InKind: true, Cents: 15050, Gone: true}})
	v.ToLook, v.Looked, v.Asks = given("d-1")[:1], given("d-1")[1:], requests("d-1")[:1]
	v.Given, v.Paging = screen.PageOf(many(f, given("d-1")), asked)
	v.Patterns = many(f, []screen.PatternRow{{Place: screen.Ref{Text: "Artikel 3", Href: "/regelingen/" + reg + "/artikel-3"}, Ground: "De regel is hier te hard.", Times: 3, Next: 5}, {Place: screen.Ref{Text: "Artikel 2", Href: "/regelingen/" + reg + "/artikel-2"}, Ground: "Onevenredig zwaar.", Times: 6, Next: 10, Issue: screen.Ref{Text: "Regel past niet", Href: "/knelpunten/k-1"}}})
	return v, f.Fail
}

// The commands of web.Execution.

func (f *Fake) Decide(_ context.Context, who string, in screen.DecideInput) (string, error) {
	return "d-1", f.do("Decide", who, in)
}

func (f *Fake) RecordDecision(_ context.Context, who string, in screen.RecordInput) (string, error) {
	return "d-systeem", f.do("RecordDecision", who, in)
}

func (f *Fake) NoteContact(_ context.Context, who string, in screen.ContactInput) error {
	return f.do("NoteContact", who, in)
}

func (f *Fake) NameException(_ context.Context, who string, in screen.ExceptionInput) error {
	return f.do("NameException", who, in)
}

func (f *Fake) TakeDecision(_ context.Context, who, decision string) error {
	return f.do("TakeDecision", who, decision)
}

func (f *Fake) DropDecision(_ context.Context, who, _, why string) error {
	return f.do("DropDecision", who, why)
}

func (f *Fake) Object(_ context.Context, who, _, why string) error { return f.do("Object", who, why) }

func (f *Fake) SettleObjection(_ context.Context, who string, in screen.SettleInput) error {
	return f.do("SettleObjection", who, in)
}

func (f *Fake) GrantDiscretion(_ context.Context, who string, in screen.DiscretionInput) (bool, error) {
	return in.Amount == "2000", f.do("GrantDiscretion", who, in)
}

func (f *Fake) AnswerAsk(_ context.Context, who string, in screen.AnswerAskInput) error {
	return f.do("AnswerAsk", who, in)
}

func (f *Fake) LookAt(_ context.Context, who string, in screen.LookInput) error {
	return f.do("LookAt", who, in)
}

func (f *Fake) SetProvision(_ context.Context, who string, in screen.ProvisionInput) error {
	return f.do("SetProvision", who, in)
}

func (f *Fake) SetBudget(_ context.Context, who string, in screen.BudgetInput) error {
	return f.do("SetBudget", who, in)
}

func (f *Fake) SetMandate(_ context.Context, who string, in screen.MandateInput) error {
	return f.do("SetMandate", who, in)
}

func (f *Fake) SetSample(_ context.Context, who string, in screen.SampleInput) error {
	return f.do("SetSample", who, in)
}

// Watch implements web.Watching.
func (f *Fake) Watch(_ context.Context, who, regulation string, asked screen.Asked) (screen.WatchView, error) {
	if regulation != "" && regulation != reg {
		return screen.WatchView{}, screen.ErrNotFound
	}
	v := screen.WatchView{
		ID: reg, Regulation: screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}, Regulations: []screen.Option{{Value: reg, Label: "Individuele inkomenstoeslag"}},
		Kinds:   []screen.DetectorRow{{Kind: "maatwerk", Name: "Maatwerk", Says: "Hoe vaak de uitvoering van de regel afwijkt."}, {Kind: "buiten-verwachting", Name: "Gemeten buiten de verwachting", Says: "Of een besluit doet wat het beloofde."}},
		Declare: screen.Action{Can: who == "femke", Why: "De eigenaar of de opdrachtgever zegt wat hij verwacht."}, Series: 12, Rate: "1",
		Places: []screen.Option{{Value: reg, Label: "de hele regeling"}, {Value: reg + "/artikel-3", Label: "Artikel 3"}}, Choices: []screen.Option{{Value: "maatwerk", Label: "Maatwerk (in procent)"}},
	}
	_, v.Paging = screen.PageOf([]int(nil), asked)
	if f.State == Empty {
		return v, f.Fail
	}
	v.Synthetic = true
	v.Kinds[0].Rows = many(f, []screen.ExpectedRow{
		{Place: screen.Ref{Text: "Artikel 3", Href: "/regelingen/" + reg + "/artikel-3"}, Anchor: reg + "/artikel-3", Expect: "verwacht: ten hoogste 3 %", Value: "3", From: "vastgelegd door Femke de Wit op 5 januari 2026", Why: "Zo was het vorig jaar.", Seen: "De laatste 13 weken: 15,2 % van 92 (9,3 % tot 23,9 %)."},
		{Place: screen.Ref{Text: "Artikel 2", Href: "/regelingen/" + reg + "/artikel-2"}, Expect: "verwacht: ten hoogste 1 %", From: "vastgelegd door Femke de Wit op 6 januari 2026", Why: "Te weinig besluiten.", Off: true},
	})
	v.Crossed, v.Paging = screen.PageOf(many(f, []screen.CrossingRow{{On: rule.MustDate("2026-08-24"), Sentence: "Artikel 3: 14 van 92 besluiten in week 31 tot en met 34 met maatwerk (verwacht: ten hoogste 3 %).", Issue: screen.Ref{Text: "Te hard", Href: "/knelpunten/k-1"}}}), asked)
	return v, f.Fail
}

// Declare implements web.Watching.
func (f *Fake) Declare(_ context.Context, who string, in screen.DeclareInput) error {
	return f.do("Declare", who, in)
}

// Reach implements web.Watching.
func (f *Fake) Reach(_ context.Context, _, regulation, article, dimension, period string) (screen.ReachView, error) {
	v := screen.ReachView{Regulations: []screen.Option{{Value: reg, Label: "Individuele inkomenstoeslag"}}}
	if regulation == "" {
		return v, f.Fail
	}
	if regulation != reg {
		return v, screen.ErrNotFound
	}
	v.ID, v.Regulation, v.ArticleID = reg, screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}, article
	v.Dimension, v.Dimensions = "huishouden", []screen.Option{{Value: "huishouden", Label: "Huishouden"}, {Value: "leeftijd", Label: "Leeftijd"}}
	v.Columns = []string{"Verlies door strikte toepassing", "Maatwerk", "Bezwaar dat klopt", "Niet afgemaakt", "Signalen"}
	v.From, v.Until, v.CSV = rule.MustDate("2026-06-29"), rule.MustDate("2026-09-27"), "/wie-raakt-dit/tabel.csv?regeling="+reg
	v.Period, v.Periods = "2026-kw3", []screen.Option{{Value: "2026-kw3", Label: "derde kwartaal 2026"}, {Value: "2026-kw2", Label: "tweede kwartaal 2026"}}
	if f.State == Empty {
		return v, f.Fail
	}
	_ = period
	at := screen.Ref{Text: "Artikel 3", Href: "/wie-raakt-dit?regeling=" + reg + "&artikel=artikel-3"}
	v.Decisions, v.Synthetic, v.Hidden = 1204, true, 1
	v.Rows = many(f, []screen.ReachRow{
		{Article: at, Group: "eenoudergezin", N: 84, Severity: 1, Cells: []screen.ReachCell{{Text: "€ 96.000", Worse: true}, {Text: "120", Worse: true}, {Text: "niet getoond"}, {Text: "310", Worse: true}, {Text: "–"}}},
		{Article: at, N: 1204, Severity: 0.3, Cells: []screen.ReachCell{{Text: "€ 41.200"}, {Text: "38"}, {Text: "12"}, {Text: "140"}, {Text: "9"}}},
		{Article: at, Group: "paar", Small: true, Cells: []screen.ReachCell{{Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}}},
	})
	_ = dimension
	return v, f.Fail
}

// ReachTable implements web.Watching.
func (f *Fake) ReachTable(_ context.Context, _, regulation, _, _, _ string) ([][]string, error) {
	if regulation != reg {
		return nil, screen.ErrNotFound
	}
	return [][]string{{"Artikel", "Groep", "Aantal"}, {"Artikel 3", "=HYPERLINK(1)", "84"}}, f.Fail
}
