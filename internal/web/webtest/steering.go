package webtest

import (
	"context"
	"slices"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// loop is the ∞ with counts.
func (f *Fake) loop() screen.LoopView {
	counts := []int{1, 2, 1, 1, 214, 41, 1}
	units := []string{"versie geldt", "toetsen te doen", "simulatie", "voorstel wacht", "beslissingen dit jaar", "open signalen", "verwachting"}
	days := []int{326, 2, 1, 2, 0, 41, 0}
	what := []string{"Artikel 3", "Uitvoeringstoets", "Inkomensgrens naar 120 %", "Inkomensgrens naar 120 %", "", "Eén euro te veel en alles kwijt", ""}
	var v screen.LoopView
	for i, s := range screen.Stations {
		st := screen.LoopStation{Station: s, Count: counts[i], Unit: units[i], Href: "/lus/" + string(s) + "?regeling=" + reg}
		if f.State == Empty {
			st.Count = 0
		} else if what[i] != "" {
			st.Oldest = &screen.Oldest{Ref: screen.Ref{Text: what[i]}, Days: days[i]}
		}
		v.Stations = append(v.Stations, st)
	}
	if f.State != Empty {
		v.Slowest, v.SlowestText = screen.StationSignal, "Het langst wacht het na Signaleer: het oudste signaal ligt er 41 dagen."
	}
	return v
}

func (f *Fake) Station(_ context.Context, _, station, regulation string, asked screen.Asked) (screen.StationView, error) {
	if !slices.Contains(screen.Stations[:], screen.Station(station)) || regulation != "" && regulation != reg {
		return screen.StationView{}, screen.ErrNotFound
	}
	v := screen.StationView{Station: screen.Station(station), Unit: "wacht op antwoord", Why: "De eigenaar moet antwoorden.", Loop: f.loop()}
	if regulation != "" {
		v.Regulation = &screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}
	}
	v.Paging = f.paging(asked)
	v.Rows = many(f, []screen.WaitingRow{
		{Ref: screen.Ref{Text: f.long("Eén euro te veel en alles kwijt"), Href: "/knelpunten/" + issue}, Kind: "knelpunt", Where: "Individuele inkomenstoeslag", Since: rule.MustDate("2026-10-12"), Days: 41, Owed: "antwoord geven", Owner: "Femke de Wit", Due: rule.MustDate("2026-11-02"), Overdue: true},
		{Ref: screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop}, Kind: "voorstel", Where: "Individuele inkomenstoeslag", Issues: 2, Since: rule.MustDate("2026-11-20"), Days: 2},
	})
	return v, f.Fail
}

// paging is that of a list of three pages when it is long.
func (f *Fake) paging(asked screen.Asked) screen.Paging {
	if f.State == Long {
		return screen.Paging{Asked: screen.Asked{Words: asked.Words, Page: 2}, Pages: 3, Total: 130}
	}
	return screen.Paging{Asked: screen.Asked{Words: asked.Words, Page: 1}, Pages: 1, Total: 2}
}

func (f *Fake) Measurements(ctx context.Context, who, regulation string, _ screen.MeasureState, asked screen.Asked) (screen.MeasurementsView, error) {
	if regulation != "" && regulation != reg {
		return screen.MeasurementsView{}, screen.ErrNotFound
	}
	m, err := f.Measurement(ctx, who, reg)
	v := screen.MeasurementsView{Paging: f.paging(asked), Rows: m.Expectations, Synthetic: m.Synthetic}
	for i := range v.Rows {
		v.Rows[i].Regulation = screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/metingen/" + reg}
	}
	v.Counts = []screen.StateCount{{State: screen.MeasureInside, Count: 1}, {State: screen.MeasureOutside}, {State: screen.MeasureTripped}, {State: screen.MeasureNone, Count: 1}}
	return v, err
}

func (f *Fake) Stands(context.Context, string) (screen.StandListView, error) {
	return screen.StandListView{
		Published: many(f, []screen.StandRow{{ID: "2026-kw2", Title: f.long("tweede kwartaal van 2026"), Published: rule.MustDate("2026-07-03"), By: "Ruben Koster"}}),
		Drafts:    []screen.StandRow{{ID: "2026-kw3", Title: "derde kwartaal van 2026"}, {ID: "2026", Title: "2026", Running: true}},
	}, f.Fail
}

func (f *Fake) Stand(_ context.Context, who, period string) (screen.StandView, error) {
	if period != "2026-kw3" && period != "2026-kw2" && period != "2026" {
		return screen.StandView{}, screen.ErrNotFound
	}
	n := func(v, l string) screen.Number { return screen.Number{Value: v, Label: l} }
	v := screen.StandView{
		ID: period, Title: "derde kwartaal van 2026", From: rule.MustDate("2026-07-01"), Until: rule.MustDate("2026-09-30"), Seq: 812, Digest: "51e0cc93a8f7",
		Numbers: []screen.Number{n("41", "signalen"), n("9 dagen", "tot het eerste antwoord (mediaan)")}, Promises: []screen.Number{n("2", "gedaan in deze periode")},
	}
	if f.State != Empty {
		v.Preface, v.PrefaceBy, v.PrefaceOn = f.long("Het was druk aan de balie."), "Ruben Koster", rule.MustDate("2026-10-02")
		v.Top = many(f, []screen.StandIssueRow{{Ref: screen.Ref{Text: f.long("Eén euro te veel en alles kwijt"), Href: "/knelpunten/" + issue}, Where: "Individuele inkomenstoeslag", Tile: screen.TileHarsh, Severity: "verlies tot € 520 per huishouden"}})
		v.Hardship = []screen.StandIssueRow{{Ref: screen.Ref{Text: "Erfenis op 1 januari", Href: "/knelpunten/k-2"}, Where: "Zorgtoeslag", Review: rule.MustDate("2027-09-01")}}
		v.Late, v.LateMore = []screen.OverdueRow{{What: "antwoord geven", Issue: screen.Ref{Text: "Bewijs dat wij al hebben", Href: "/knelpunten/k-2"}, Due: rule.MustDate("2026-09-02"), Days: 28, Step: "openbaar"}}, 3
		v.Quarters = []screen.StandQuarterView{{
			Title: "derde kwartaal van 2026", Numbers: []screen.Number{n("41", "signalen"), n("niet getoond", "bevestigd door melders")},
			Grounds: []screen.StandCountRow{{Where: "Individuele inkomenstoeslag", What: "Hardheidsclausule", Count: 14}}, Rest: true,
		}}
		v.Measured = []screen.StandMeasuredRow{{Ref: screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop}, What: "Deel dat krijgt", Value: "≥ 54 %", Band: "52 tot 64 %", State: screen.MeasureInside, Synthetic: true}}
		v.Better, v.InForce, v.Synthetic = []screen.Ref{{Text: "School of ouder", Href: "/knelpunten/k-2"}}, []screen.Ref{{Text: "Ruimere grens", Href: "/voorstellen/" + prop}}, true
	}
	if period == "2026-kw2" {
		v.Published, v.By = rule.MustDate("2026-07-03"), "Ruben Koster"
		return v, f.Fail
	}
	if v.Write.Can = who == "ruben" || who == "hanne"; !v.Write.Can {
		v.Write.Why = "Het voorwoord is van de uitvoering of van de eigenaar."
	} else if v.Publish.Can = f.State != Empty; !v.Publish.Can {
		v.Publish.Why = "Er is nog geen voorwoord."
	}
	return v, f.Fail
}

func (f *Fake) CheckStand(_ context.Context, _, period string) (screen.StandCheck, error) {
	if period != "2026-kw2" {
		return screen.StandCheck{}, screen.ErrNotFound
	}
	v := screen.StandCheck{Title: "tweede kwartaal van 2026", Ref: screen.Ref{Text: "tweede kwartaal van 2026", Href: "/stand/2026-kw2"}, Digest: "51e0cc93a8f7", Again: "51e0cc93a8f7", Same: true, Seq: 812}
	if f.State == Long {
		v.Again, v.Same = "c0ffee9a41d7", false
	}
	return v, f.Fail
}

func (f *Fake) WritePreface(_ context.Context, who, period, words string) error {
	return f.do("WritePreface", who, period+": "+words)
}

func (f *Fake) PublishStand(_ context.Context, who, period string) error {
	return f.do("PublishStand", who, period)
}

func (f *Fake) Lessons(_ context.Context, _ string, asked screen.Asked) (screen.LessonListView, error) {
	return screen.LessonListView{Paging: f.paging(asked), Rows: many(f, []screen.LessonRow{
		{ID: "l-1", Dilemma: f.long("Een paar verdient één euro te veel."), Principle: "Evenredigheid", Made: rule.MustDate("2026-11-02")},
		{ID: "l-2", Dilemma: "De brief noemt geen termijn.", Principle: "Motivering", Made: rule.MustDate("2026-10-02"), Chosen: true},
	})}, f.Fail
}

func (f *Fake) Lesson(_ context.Context, who, id string, chosen int) (screen.LessonView, error) {
	if id != "l-1" && id != "l-2" {
		return screen.LessonView{}, screen.ErrNotFound
	}
	v := screen.LessonView{
		ID: id, Dilemma: f.long("Een paar verdient één euro te veel."), By: "Femke de Wit", Made: rule.MustDate("2026-11-02"), Chosen: chosen,
		Options: []screen.LessonOption{{Number: 1, Text: f.long("Weigeren")}, {Number: 2, Text: "Toekennen"}}, Withdraw: screen.Action{Can: who == "femke"},
	}
	if id == "l-2" {
		v.Chosen = 1
	}
	if v.Chosen > 0 {
		v.Options[1].Decided, v.Why, v.Issue = true, f.long("De grens raakt hier niemand die het kan missen."), screen.Ref{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}
		v.Principle = screen.Fact{Name: "Evenredigheid", Value: "De last mag niet te zwaar zijn.", Source: "Awb 3:4 lid 2"}
		if v.Counts = f.State != Empty; v.Counts {
			v.Options[0].Count, v.Options[1].Count, v.Total = 10, 20, 30
		}
	}
	return v, f.Fail
}

func (f *Fake) LessonForm(_ context.Context, who, id string) (screen.LessonFormView, error) {
	if id != issue && id != "k-2" {
		return screen.LessonFormView{}, screen.ErrNotFound
	}
	v := screen.LessonFormView{
		Issue: screen.Ref{Text: f.long("Eén euro te veel en alles kwijt"), Href: "/knelpunten/" + issue}, IssueID: issue, Make: screen.Action{Can: who == "femke"}, Why: "De grens is te hard.",
		Principles: []screen.Option{{Value: "evenredigheid", Label: "Evenredigheid (Awb 3:4 lid 2)"}, {Value: "horen", Label: "Eerst horen (Awb 4:7 en 4:8)"}},
	}
	if !v.Make.Can {
		v.Make.Why = "Alleen wie het antwoord gaf of schuldig is, maakt er een leerzaak van."
	}
	return v, f.Fail
}

func (f *Fake) PreviewLesson(ctx context.Context, who string, in screen.LessonInput) (screen.LessonView, error) {
	v, err := f.Lesson(ctx, who, "l-2", 1)
	v.ID, v.Dilemma, v.Why = "", in.Dilemma, in.Why
	return v, err
}

func (f *Fake) MakeLesson(_ context.Context, who string, in screen.LessonInput) (string, error) {
	return "l-1", f.do("MakeLesson", who, in)
}

func (f *Fake) ChooseInLesson(_ context.Context, who, lesson string, choice int) error {
	return f.do("ChooseInLesson", who, [2]any{lesson, choice})
}

func (f *Fake) WithdrawLesson(_ context.Context, who, lesson, why string) error {
	return f.do("WithdrawLesson", who, lesson+": "+why)
}

func (f *Fake) Team(context.Context, string) (screen.TeamView, error) {
	var v screen.TeamView
	if f.State == Empty {
		return v, f.Fail
	}
	v.Hidden = 3
	v.Numbers = []screen.Number{{Value: "41", Label: "signalen deze week"}, {Value: "2", Label: "keer maatwerk deze week"}}
	v.Places = many(f, []screen.TeamPlace{{Place: anchor(), Signals: 12, Issues: []screen.Ref{{Text: f.long("Eén euro te veel en alles kwijt"), Href: "/knelpunten/" + issue}}}})
	v.Loads = []screen.TeamLoad{{Of: screen.Ref{Text: "Individuele inkomenstoeslag"}, Caseload: 60, People: 4}}
	v.Answers = []screen.TeamAnswer{{Issue: screen.Ref{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}, Answer: *answer()}}
	return v, f.Fail
}

func (f *Fake) promises() []screen.PromiseRow {
	of := screen.Ref{Text: f.long("Inkomensgrens naar 120 %"), Href: "/voorstellen/" + prop}
	return many(f, []screen.PromiseRow{
		{What: f.long("€ 400.000 in de begroting"), Who: "Hanne Bos", Kind: "toezegging", Of: of, Where: "Individuele inkomenstoeslag", Due: rule.MustDate("2026-11-01"), State: screen.PromiseLate},
		{What: "twee mensen erbij", Who: "Hanne Bos", Kind: "toezegging", Of: of, Where: "Individuele inkomenstoeslag", Due: rule.MustDate("2027-01-01"), State: screen.PromiseOpen},
		{What: "een nieuwe brief", Who: "Femke de Wit", Kind: "toezegging", Of: of, Due: rule.MustDate("2026-10-01"), Done: rule.MustDate("2026-09-20"), State: screen.PromiseKept, Proof: "De brief ligt er."},
		{What: "de balie geschoold", Who: "Ruben Koster", Kind: "toezegging", Of: of, Due: rule.MustDate("2026-10-01"), Done: rule.MustDate("2026-10-20"), State: screen.PromiseKeptLate},
	})
}

func (f *Fake) Promises(_ context.Context, _ string, state screen.PromiseState, asked screen.Asked) (screen.PromisesView, error) {
	return screen.PromisesView{State: state, Rows: f.promises(), Paging: f.paging(asked), Counts: []screen.PromiseCount{
		{State: screen.PromiseLate, Count: 1}, {State: screen.PromiseOpen, Count: 1}, {State: screen.PromiseKeptLate, Count: 1}, {State: screen.PromiseKept, Count: 1},
	}}, f.Fail
}

func (f *Fake) Figures(context.Context, string) (screen.FiguresView, error) {
	v := screen.FiguresView{Period: "derde kwartaal van 2026", From: rule.MustDate("2026-07-06"), Until: rule.MustDate("2026-10-04"), All: screen.FigureRow{Median: -1}}
	if f.State == Empty {
		return v, f.Fail
	}
	v.All = screen.FigureRow{Issues: 41, Answered: 30, Median: 9, Forwards: 4, Late: 1, Reacted: &screen.Reactions{Confirmed: 30, Silent: 18, Reporters: 60}}
	v.Regulations = []screen.FigureRow{
		{Name: screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}, Issues: 40, Answered: 30, Median: 9, Reacted: &screen.Reactions{Confirmed: 30, Silent: 18, Reporters: 60}},
		{Name: screen.Ref{Text: "Zorgtoeslag", Href: "/regelingen/zorgtoeslag"}, Issues: 1, Median: -1},
	}
	v.Organisations = []screen.FigureRow{{Name: screen.Ref{Text: "Gemeente Voorbeeldstad"}, Issues: 41, Answered: 30, Median: 9}}
	return v, f.Fail
}

func (f *Fake) ConsequenceList(context.Context, string) (screen.ConsequenceListView, error) {
	return screen.ConsequenceListView{Rows: many(f, []screen.ConsequenceListRow{{Regulation: screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/gevolgen/" + reg}, Decisions: 2, Last: rule.MustDate("2026-11-20")}})}, f.Fail
}

func (f *Fake) Consequences(ctx context.Context, who, regulation string, asked screen.Asked) (screen.ConsequenceView, error) {
	if regulation != reg && regulation != "zorgtoeslag" && regulation != "bijzondere-bijstand" {
		return screen.ConsequenceView{}, screen.ErrNotFound
	}
	m, err := f.Measurement(ctx, who, reg)
	return screen.ConsequenceView{
		Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, Paging: f.paging(asked),
		Choices: many(f, []screen.ConsequenceRow{{
			Proposal: screen.Ref{Text: f.long("Ruimere grens"), Href: "/voorstellen/" + prop}, Decided: rule.MustDate("2026-10-01"), From: rule.MustDate("2027-01-01"),
			Summary: []string{"De inkomensgrens gaat van 110 % naar 120 % van de norm."}, Predicted: "Er komen 21.000 ontvangers bij.", Synthetic: true, Measured: m.Expectations,
			Solves: []screen.Ref{{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}}, Detected: 1, Period: "derde kwartaal van 2026", People: []screen.Number{{Value: "niet getoond", Label: "signalen van de balie"}, {Value: "14", Label: "keer maatwerk"}}, Since: []screen.Ref{{Text: "Bewijs dat wij al hebben", Href: "/knelpunten/k-2"}}, SinceAll: 1,
			Promises: f.promises(),
		}}),
	}, err
}

func (f *Fake) Vote(_ context.Context, _, id string) (screen.VoteView, error) {
	if !slices.Contains([]string{prop, "v-sleutel", "v-besloten"}, id) {
		return screen.VoteView{}, screen.ErrNotFound
	}
	v := screen.VoteView{Proposal: screen.Ref{Text: f.long("Inkomensgrens naar 120 %"), Href: "/voorstellen/" + prop}, Regulation: screen.Ref{Text: "Individuele inkomenstoeslag"}}
	if f.State == Empty {
		v.Unknown = []string{"Er is geen simulatie van deze versie."}
		return v, f.Fail
	}
	v.Choice, v.From = []string{"De inkomensgrens gaat van 110 % naar 120 % van de norm."}, rule.MustDate("2027-01-01")
	v.Effect, v.Synthetic = "Er komen 21.000 ontvangers bij en het kost € 9 miljoen per jaar meer.", true
	v.Money = []screen.Fact{{Name: "Kosten per jaar", Value: "van € 57 miljoen naar € 66 miljoen", Source: "tussen € 62 miljoen en € 70 miljoen op 31 december 2027"}}
	v.Tested = true
	v.RedLines, v.Verdict = []string{f.long("Wie niets doet, verliest alles.")}, "uitvoerbaar, mits"
	v.Conditions, v.Options = f.promises(), []screen.VoteOption{{Name: "Niets doen", Effect: "184.000 mensen blijven zonder."}, {Name: "Grens naar 120 %", Chosen: true}}
	v.OptionsWhy = "Het helpt de meeste mensen met de minste stappen."
	return v, f.Fail
}

func (f *Fake) Changed(_ context.Context, _, month, regulation string) (screen.ChangedView, error) {
	if month == "onzin" || regulation != "" && regulation != reg && regulation != "zorgtoeslag" {
		return screen.ChangedView{}, screen.ErrNotFound
	}
	v := screen.ChangedView{Month: "november 2026", Previous: "/veranderd?maand=2026-10", Next: "/veranderd?maand=2026-12"}
	if regulation != "" {
		v.Regulation = &screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}
	}
	at := screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}
	v.Rows = many(f, []screen.ChangedRow{
		{Regulation: at, From: rule.MustDate("2026-11-01"), Lines: []string{"De inkomensgrens gaat van 110 % naar 120 % van de norm."}, Proof: screen.Ref{Text: "Ruimere grens", Href: "/voorstellen/" + prop}, Example: f.long("Paar met twee kinderen"), Before: "€ 0", After: "€ 520"},
		{Regulation: at, From: rule.MustDate("2026-11-01"), Lines: []string{"Een woord."}, Example: "Alleenstaande", Before: "€ 520", After: "€ 520", Same: true},
		{Regulation: at, From: rule.MustDate("2026-11-01"), Lines: []string{"Een tekst."}, Without: true},
	})
	return v, f.Fail
}
