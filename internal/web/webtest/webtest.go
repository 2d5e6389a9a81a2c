// Package webtest is a Service in memory for the tests of the pages: every
// page in the states empty, filled and long, and every command recorded. All
// people, cases and figures in it are made up.
package webtest

import (
	"context"
	"fmt"
	"io"
	"lemniscaat/internal/chart"
	"lemniscaat/internal/screen"
	"slices"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/web"
)

// State is how much there is to show.
type State string

const (
	Empty  State = "leeg"
	Filled State = "gevuld"
	Long   State = "lang" // long words and names, many rows
)

// Call is one command that a page sent.
type Call struct {
	Name string
	Who  string
	In   any
}

// Fake implements web.Service.
type Fake struct {
	State State
	// Refuse answers a command, by its method name, with an error.
	Refuse map[string]error
	// Fail answers every query but Frame with this error.
	Fail error
	// Owner says of which organisation something is; nil: of nobody.
	Owner func(kind, id string) string

	mu    sync.Mutex
	calls []Call
}

var _ web.Service = (*Fake)(nil)

// Calls gives the commands so far.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

func (f *Fake) do(name, who string, in any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, Call{name, who, in})
	return f.Refuse[name]
}

const (
	reg   = "individuele-inkomenstoeslag"
	issue = "k-1"
	prop  = "v-1"
)

var (
	today = rule.MustDate("2026-11-22")

	samira = screen.Person{ID: "samira", Name: "Samira el Idrissi", Title: "uitvoeringsprofessional", Corner: screen.CornerExecution}
	joost  = screen.Person{ID: "joost", Name: "Joost Verkerk", Title: "uitvoeringsprofessional", Corner: screen.CornerExecution}
	wilma  = screen.Person{ID: "wilma", Name: "Wilma Aarts", Title: "teamleider", Corner: screen.CornerExecution}
	femke  = screen.Person{ID: "femke", Name: "Femke de Wit", Title: "beleidsmaker", Corner: screen.CornerPolicy}
	ruben  = screen.Person{ID: "ruben", Name: "Ruben Koster", Title: "uitvoeringsadviseur", Corner: screen.CornerExecution}
	hanne  = screen.Person{ID: "hanne", Name: "Hanne Bos", Title: "eigenaar", Corner: screen.CornerOwner}
	people = []screen.Person{samira, joost, wilma, femke, ruben, hanne, {ID: "szw", Name: "Ministerie van SZW", Title: "ministerie", Absent: true}}
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return t
}

// long makes a text hard to lay out in the state Long.
func (f *Fake) long(s string) string {
	if f.State != Long {
		return s
	}
	return s + " met arbeidsongeschiktheidsverzekeringsmaatschappijen en een toelichting die veel langer is dan iemand had bedacht"
}

// many repeats rows in the state Long.
func many[T any](f *Fake, rows []T) []T {
	switch f.State {
	case Empty:
		return nil
	case Long:
		var out []T
		for range 8 {
			out = append(out, rows...)
		}
		return out
	}
	return rows
}

func (f *Fake) Frame(_ context.Context, who string) (screen.Frame, error) {
	fr := screen.Frame{Organisation: f.long("Gemeente Voorbeeldstad"), Demo: true, Today: today, People: people}
	for _, p := range people {
		if p.ID == who {
			fr.Actor = p
		}
	}
	return fr, nil
}

func (f *Fake) tour() screen.TourView {
	v := screen.TourView{Steps: []screen.TourStep{
		{Station: screen.StationSignal, Title: "Een professional meldt wat er misgaat", Text: "Een alleenstaande verdient één euro te veel en krijgt niets. Samira meldt dat op het artikel zelf, in één minuut. Een collega klikt op “Ook bij mij”.", As: samira, Link: screen.Ref{Text: "Geef een signaal", Href: "/signaal?regeling=" + reg + "&artikel=artikel-3"}, Result: "Samira gaf een signaal op artikel 3. Femke moet antwoorden voor 3 januari 2027.", Done: true},
		{Station: screen.StationSignal, Title: "Beleid antwoordt", Text: "Femke leest de verhalen en kiest: wijzigen. Zij schrijft ook wat de balie vanaf morgen al doet.", As: femke, Link: screen.Ref{Text: "Antwoord op het knelpunt", Href: "/knelpunten/" + issue}, Current: true},
		{Station: screen.StationRule, Title: "De regel verandert op papier", Text: "Ruben opent een voorstel. Femke schrijft mee. Zij veranderen één getal, midden in de zin.", As: ruben, Link: screen.Ref{Text: "Open het voorstel", Href: "/voorstellen/" + prop}},
		{Station: screen.StationTest, Title: "Toetsen en doorrekenen", Text: "Wat vraagt de regel van mensen, en van de uitvoering? De simulatie laat zien wie het raakt.", As: ruben, Link: screen.Ref{Text: "Bekijk de toetsen", Href: "/voorstellen/" + prop + "#toetsen"}},
		{Station: screen.StationDecide, Title: "Twee sleutels", Text: "Beleid en uitvoering tekenen dezelfde versie. Met één sleutel gebeurt er niets.", As: femke, Link: screen.Ref{Text: "Geef een sleutel", Href: "/voorstellen/" + prop + "#sleutels"}},
		{Station: screen.StationExecute, Title: "Beslissen en uitleggen", Text: "De nieuwe regel geldt. Beslis op dezelfde zaak en lees waarom het nu anders is.", As: joost, Link: screen.Ref{Text: "Beslis op een zaak", Href: "/beslissingen"}},
		{Station: screen.StationMeasure, Title: "Meten, en weer rond", Text: "Lees de uitkomsten in. Voorspeld en gemeten staan naast elkaar. Samira zegt of zij het herkent.", As: samira, Link: screen.Ref{Text: "Voorspeld en gemeten", Href: "/metingen/" + reg}},
	}}
	if f.State == Empty {
		for i := range v.Steps {
			v.Steps[i].Done, v.Steps[i].Current, v.Steps[i].Result = false, i == 0, ""
		}
		return v
	}
	v.Done = 1
	return v
}

func (f *Fake) Start(_ context.Context, who string) (screen.StartView, error) {
	v := screen.StartView{Tour: f.tour(), Loop: f.loop(), More: 3}
	v.Regulations = many(f, []screen.RegulationRow{
		{ID: reg, Name: f.long("Individuele inkomenstoeslag"), Summary: "Eén keer per jaar extra geld voor wie lang van een laag inkomen leeft.", Level: 3, OpenIssues: 2, Owner: "Gemeente Voorbeeldstad"},
		{ID: "zorgtoeslag", Name: "Zorgtoeslag", Summary: "Een bijdrage in de premie van de zorgverzekering.", Level: 3, Owner: "Ministerie van VWS", Absent: true},
		{ID: "bijzondere-bijstand", Name: "Verordening bijzondere bijstand", Summary: "Geld voor kosten die iemand niet kan vermijden en niet kan betalen.", Level: 0, OpenIssues: 1, Owner: "Gemeente Voorbeeldstad"},
	})
	if who != "" {
		v.ForYou = many(f, []screen.TodoRow{
			{Ref: screen.Ref{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}, What: "antwoord geven", Due: rule.MustDate("2027-01-03")},
			{Ref: screen.Ref{Text: "Bewijs dat wij al hebben", Href: "/knelpunten/k-2"}, What: "antwoord geven", Due: rule.MustDate("2026-11-02"), Overdue: true},
		})
	}
	return v, f.Fail
}

func anchor() screen.Anchor {
	return screen.Anchor{Regulation: reg, RegulationName: "Individuele inkomenstoeslag", Article: "artikel-3", ArticleName: "Artikel 3. Laag inkomen", Lid: "1", Rule: reg + ".laag-inkomen", RuleName: "laag inkomen", Version: "1 januari 2026"}
}

func (f *Fake) issues() []screen.IssueRow {
	return many(f, []screen.IssueRow{
		{ID: issue, Title: f.long("Eén euro te veel en alles kwijt"), Anchor: anchor(), Tile: screen.TileHarsh, State: screen.IssueOpen, People: 37, Opened: rule.MustDate("2026-10-12"), Owner: "Femke de Wit", Owed: "antwoord", Due: rule.MustDate("2027-01-03"), Severity: "Verlies tot € 520 per huishouden"},
		{ID: "k-2", Title: "Bewijs dat wij al hebben", Anchor: screen.Anchor{Regulation: reg, RegulationName: "Individuele inkomenstoeslag", Article: "artikel-5", ArticleName: "Artikel 5. De aanvraag"}, Tile: screen.TileData, State: screen.IssueOpen, People: 3, Opened: rule.MustDate("2026-09-21"), Owner: "Femke de Wit", Owed: "antwoord", Due: rule.MustDate("2026-11-02"), Overdue: true},
	})
}

func (f *Fake) proposals() []screen.ProposalRow {
	return many(f, []screen.ProposalRow{{ID: prop, Title: f.long("Inkomensgrens naar 120 %"), Regulation: "Individuele inkomenstoeslag", State: screen.ProposalSketch, Opened: rule.MustDate("2026-11-20"), By: "Ruben Koster", Waits: "Wacht op de uitvoeringstoets."}})
}

func triangle() screen.TriangleView {
	return screen.TriangleView{
		Owner:     screen.Holder{Name: "Hanne Bos", Role: "eigenaar (eindverantwoordelijke)", Connected: true},
		Policy:    []screen.Holder{{Name: "Femke de Wit", Role: "coördinerend opdrachtgever", Connected: true}, {Name: "Ministerie van SZW", Role: "wetgever"}},
		Execution: []screen.Holder{{Name: "Ruben Koster", Role: "opdrachtnemer", Connected: true}},
	}
}

func (f *Fake) Regulation(_ context.Context, _, id string) (screen.RegulationView, error) {
	if id != reg && id != "zorgtoeslag" && id != "bijzondere-bijstand" {
		return screen.RegulationView{}, screen.ErrNotFound
	}
	v := screen.RegulationView{
		ID: reg, Name: f.long("Individuele inkomenstoeslag"), Summary: "Eén keer per jaar extra geld voor wie lang van een laag inkomen leeft.", Loop: f.loop(),
		Level: 3, Compare: "/regelingen/" + reg + "/vergelijk", Official: screen.Ref{Text: "Participatiewet, artikel 36", Href: "https://wetten.overheid.nl/BWBR0015703"},
		Articles: []screen.ArticleRow{
			{ID: "artikel-1", Name: "Artikel 1. Wat woorden betekenen", Rules: 0},
			{ID: "artikel-3", Name: "Artikel 3. Laag inkomen", Rules: 2, Issues: 1},
			{ID: "artikel-5", Name: "Artikel 5. De aanvraag", Rules: 1, Issues: 1},
		},
		Issues: f.issues(), Proposals: f.proposals(), Triangle: triangle(),
		Goals:       []string{"Wie lang weinig heeft, krijgt het ook echt."},
		Measurement: screen.Ref{Text: "Voorspeld en gemeten", Href: "/metingen/" + reg},
		Changes:     many(f, []screen.ChangeRow{{From: rule.MustDate("2026-01-01"), Text: "De bedragen gingen omhoog.", Proof: screen.Ref{Text: "Besluit", Href: "/voorstellen/v-0"}}}),
	}
	return v, f.Fail
}

func words(s ...string) []screen.Run {
	var out []screen.Run
	for _, w := range s {
		r := screen.Run{Text: w}
		if t, ok := strings.CutPrefix(w, "#"); ok {
			r = screen.Run{Text: t, Href: "#p-" + strings.ReplaceAll(t, " ", "-"), Param: reg + "." + t}
		} else if t, ok := strings.CutPrefix(w, "@"); ok {
			r = screen.Run{Text: t, Href: "/regelingen/" + reg + "/artikel-1", Title: "Zie artikel 1"}
		} else if t, ok := strings.CutPrefix(w, "!"); ok {
			r = screen.Run{Text: t, Strong: true}
		}
		out = append(out, r)
	}
	return out
}

func ruleView() screen.RuleView {
	return screen.RuleView{
		ID: reg + ".laag-inkomen", Name: "laag inkomen", Valid: "geldt vanaf 2024", Digest: "9f2c41d07b13", Anchor: anchor(), Issues: 1,
		Sources: []screen.Ref{{Text: "Verordening, artikel 3, lid 1", Href: "/regelingen/" + reg + "/artikel-3#lid-1"}},
		Lines: []screen.RuleLine{
			{Runs: words("Een ", "@persoon", " heeft een ", "@laag inkomen")},
			{Depth: 1, Runs: words("!indien", " hij aan ", "!alle", " volgende voorwaarden voldoet:")},
			{Depth: 2, Bullet: true, Runs: words("het ", "@inkomen", " van zijn huishouden is kleiner dan of gelijk aan ", "#inkomensgrens", " van de ", "@norm")},
			{Depth: 2, Bullet: true, Runs: words("hij voldoet aan ", "!ten minste één", " van de volgende voorwaarden:")},
			{Depth: 3, Bullet: true, Runs: words("de ", "@duur van het lage inkomen", " is groter dan of gelijk aan ", "#referteperiode")},
			{Depth: 3, Bullet: true, Runs: words("hij kreeg de toeslag in het vorige jaar.")},
		},
	}
}

func (f *Fake) Article(_ context.Context, _, regulation, article string) (screen.ArticleView, error) {
	if regulation != reg || article == "bestaat-niet" {
		return screen.ArticleView{}, screen.ErrNotFound
	}
	v := screen.ArticleView{
		Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, ID: article, Name: f.long("Artikel 3. Laag inkomen"),
		Compare: "/regelingen/" + reg + "/vergelijk", Official: screen.Ref{Text: "officiële tekst", Href: "https://lokaleregelgeving.overheid.nl"}, Version: "Geldt sinds 1 januari 2026", Date: today,
		Text: []screen.Block{
			{Lid: "1", Runs: words("Uw inkomen is laag als het niet hoger is dan ", "#inkomensgrens", " van de ", "@norm", " die bij uw huishouden past.")},
			{Lid: "2", Runs: words("Het moet drie jaar lang laag zijn geweest. Wij noemen dat de ", "@referteperiode", ".")},
			{Kind: screen.List, Items: [][]screen.Run{words("Loon telt mee."), words("Toeslagen tellen niet mee.")}},
		},
		Anchor: anchor(), Level: 3, Issues: f.issues(),
		Previous: &screen.Ref{Text: "Artikel 2", Href: "/regelingen/" + reg + "/artikel-2"}, Next: &screen.Ref{Text: "Artikel 4", Href: "/regelingen/" + reg + "/artikel-4"},
	}
	if f.State == Empty {
		return v, f.Fail
	}
	v.Law = &screen.LawText{
		Law: screen.Ref{Text: "Participatiewet", Href: "/wetten/BWBR0015703"}, Name: "Artikel 36. Toeslag", Date: rule.MustDate("2026-01-01"), From: rule.MustDate("2015-01-01"),
		File: "BWBR0015703_2026-01-01_0.xml", Leden: []screen.LawLid{{Number: "1", Lines: []string{"Er is een toeslag:", "a. bij laag inkomen;", "  1°. van drie jaar."}}, {Lines: []string{"Zonder nummer."}}},
		History: []screen.LawChange{lawChange()},
	}
	v.Rules = []screen.RuleView{ruleView()}
	v.Parameters = []screen.ParameterRow{
		{ID: reg + ".inkomensgrens", Name: "inkomensgrens", Slug: "inkomensgrens", Values: []screen.ParameterValue{
			{From: rule.MustDate("2026-01-01"), Value: "110 %", Source: screen.Ref{Text: "Verordening, artikel 3", Href: "https://lokaleregelgeving.overheid.nl"}, Verified: true, Example: true, Current: true},
			{From: rule.MustDate("2024-01-01"), Value: "105 %", Source: screen.Ref{Text: "Verordening 2024"}, Note: "Uit een samenvatting, de tekst zelf is niet gevonden.", Example: true},
		}},
		{ID: reg + ".bedrag", Name: "bedrag voor een alleenstaande", Slug: "bedrag", Values: []screen.ParameterValue{{From: rule.MustDate("2026-01-01"), Value: "€ 520", Verified: true, Example: true, Current: true, Source: screen.Ref{Text: "Verordening, artikel 4"}}}},
	}
	v.Examples = []screen.ExampleRow{
		{Name: "Alleenstaande net onder de grens", Source: "besproken met de balie", Date: today, Passed: true, Given: []screen.Fact{{Name: "inkomen per maand", Value: "€ 1.541"}, {Name: "jaren laag inkomen", Value: "4"}}, Expected: []screen.ExampleCheck{{Name: "toeslag", Expected: "€ 520", Got: "€ 520", OK: true}}},
		{Name: "Eén euro erboven", Source: "besproken met de balie", Date: today, Given: []screen.Fact{{Name: "inkomen per maand", Value: "€ 1.543"}}, Expected: []screen.ExampleCheck{{Name: "toeslag", Expected: "€ 0", Got: "€ 520"}}},
	}
	v.Steps = []screen.StepRow{
		{Name: "De toeslag aanvragen", Trigger: "elk jaar opnieuw", Deadline: "binnen het kalenderjaar", Evidence: []screen.EvidenceRow{{Name: "loonstroken van drie jaar", Known: "de gemeente zelf"}, {Name: "bankafschrift"}}, Channel: "balie, telefoon, website", Nothing: "De toeslag vervalt voor dat jaar.", Weighty: true, WeightyAs: "Er wordt bewijs gevraagd dat de gemeente al heeft."},
		{Name: "Het besluit lezen", Trigger: "na acht weken", Channel: "brief", Nothing: "Er gebeurt niets."},
	}
	return v, f.Fail
}

func (f *Fake) Comparison(_ context.Context, _, id string, left, right screen.SideInput) (screen.ComparisonView, error) {
	if id != reg {
		return screen.ComparisonView{}, screen.ErrNotFound
	}
	for _, in := range []screen.SideInput{left, right} {
		if in.Rules != "" && in.Rules != "variant:ruimere-grens" {
			return screen.ComparisonView{}, &screen.Refusal{Code: "kant-onbekend", Text: "Deze regels zijn er niet.", Fields: []screen.FieldError{{Field: "regels", Text: "Kies uit de lijst."}}}
		}
	}
	home := screen.Ref{Text: f.long("Artikel 3. Hoogte van de toeslag"), Href: "/regelingen/" + reg + "/artikel-3"}
	v := screen.ComparisonView{
		Regulation: screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}, ID: reg,
		Sides: [2]screen.ComparisonSide{
			{Date: rule.MustDate("2026-12-31"), Text: "De regels die gelden"},
			{Date: rule.MustDate("2027-01-01"), Rules: right.Rules, Text: "Met de variant ‘Ruimere grens’", Ref: screen.Ref{Text: "Ruimere grens", Href: "/voorstellen/" + prop}},
		},
		Options:  []screen.Option{{Label: "De regels die gelden"}, {Value: "variant:ruimere-grens", Label: f.long("Met de variant ‘Ruimere grens’")}},
		Sentence: "Er is geen verschil.", Same: true,
	}
	if f.State == Empty {
		v.Options = v.Options[:1]
		return v, f.Fail
	}
	v.Same, v.Shifted, v.Sentence = false, true, "Er verschilt 1 waarde. Van de 3 rekenvoorbeelden komt er 1 anders uit, 1 alleen links en 1 hetzelfde."
	v.Days = []screen.ComparisonDay{
		{Date: rule.MustDate("2027-01-01"), Href: "/regelingen/" + reg + "/vergelijk?van=2026-12-31&tot=2027-01-01", Current: true},
		{Date: rule.MustDate("2026-07-01"), Href: "/regelingen/" + reg + "/vergelijk?van=2026-06-30&tot=2026-07-01"},
	}
	v.Builders = []screen.Ref{{Text: "Besteedbaar inkomen", Href: "/regelingen/" + reg + "/vergelijk"}}
	v.Sections = many(f, []screen.ComparisonSection{{ID: reg + "-artikel-3", Where: home, Differences: []screen.ComparisonDifference{
		{Text: "De inkomensgrens gaat van 110 % naar 120 %.", Values: &[2]screen.ComparisonValue{
			{Value: "110 %", Source: f.long("Verordening 2026"), From: rule.MustDate("2026-01-01"), Verified: true, Example: true},
			{Value: "120 %", Source: "voorstel", From: rule.MustDate("2027-01-01"), Note: "Nog niet vastgesteld."},
		}},
		{Text: "De norm vervalt.", Values: &[2]screen.ComparisonValue{{Value: "€ 100", Source: "wet", From: rule.MustDate("2026-01-01"), Verified: true}, {}}},
		{Text: "De grens", Values: &[2]screen.ComparisonValue{{Value: "€ 100", Source: "wet", From: rule.MustDate("2026-01-01")}, {Value: "leeg", Unknown: true, Source: "besluit", Note: "nog niet vastgesteld", From: rule.MustDate("2027-01-01")}}},
		{Text: "De regel ‘toeslag’ verandert.", Changes: []screen.TextChange{
			{Before: []screen.ChangedWords{{Text: "op"}, {Text: f.long("0 €"), Changed: true}}, After: []screen.ChangedWords{{Text: "op"}, {Text: f.long("het bedrag"), Changed: true}}},
			{After: []screen.ChangedWords{{Text: "indien hij langdurig een laag inkomen heeft", Changed: true}}},
		}, Whole: &[2][]screen.RuleLine{{{Runs: []screen.Run{{Text: "De toeslag moet gesteld worden op 0 €."}}}}, {{Runs: []screen.Run{{Text: "De toeslag moet gesteld worden op het bedrag."}}}}}},
		{Text: "De beslistabel ‘bedrag’ verandert.", Details: []string{"Rij 1: 0 € wordt 10 €"}, Open: true, Whole: &[2][]screen.RuleLine{
			{{Table: &screen.RuleTable{Head: []string{"het bedrag", "indien zijn leeftijd kleiner is dan"}, Rows: [][]string{{"0 €", "21 jr"}}}}},
			{{Table: &screen.RuleTable{Head: []string{"het bedrag", "indien zijn leeftijd kleiner is dan"}, Rows: [][]string{{"10 €", "21 jr"}}}}},
		}},
		{Text: "De stap ‘Vraag aan’ verandert.", Details: []string{f.long("Elk jaar opnieuw: van ‘ja’ naar ‘nee’")}},
	}}})
	for i := range v.Sections {
		v.Sections[i].ID += "-" + string(rune('a'+i))
		if i == 1 {
			v.Sections[i].Other = "Participatiewet"
		}
	}
	v.Groups = []screen.ComparisonGroup{
		{Kind: "anders", Rows: many(f, []screen.ComparisonRow{{
			Name: f.long("Een euro boven de grens"), Article: home, Why: screen.Ref{Text: "De inkomensgrens is links 110 % en rechts 120 %.", Href: home.Href}, Others: "Ook anders: de norm.",
			Outcomes: []screen.ComparisonOutcome{{Name: "inkomenstoeslag per jaar", Left: "€ 0", Right: "€ 450", Difference: "+ € 450", Changed: true}},
		}})},
		{Kind: "alleen-links", Rows: many(f, []screen.ComparisonRow{{
			Name: "Zonder inkomen", Article: home, Outcomes: []screen.ComparisonOutcome{{Name: "inkomenstoeslag", Left: "€ 450", Right: f.long("Wij weten uw inkomen niet."), Fault: [2]bool{false, true}, Changed: true}},
		}})},
		{Kind: "gelijk", Rows: many(f, []screen.ComparisonRow{{Name: "Geen recht", Article: home, Outcomes: []screen.ComparisonOutcome{{Name: "inkomenstoeslag", Left: "€ 0", Right: "€ 0"}}}})},
		{Kind: "geen", Rows: []screen.ComparisonRow{{Name: "Geen datum", Article: home, Outcomes: []screen.ComparisonOutcome{{Name: "inkomenstoeslag", Left: "Er mist iets.", Right: "Er mist iets.", Fault: [2]bool{true, true}}}}}},
	}
	return v, f.Fail
}

func (f *Fake) Law(_ context.Context, _, bwb string, from, until rule.Date) (screen.LawView, error) {
	if bwb != "BWBR0015703" {
		return screen.LawView{}, screen.ErrNotFound
	}
	v := screen.LawView{
		BWB: bwb, Name: f.long("Participatiewet"), Official: screen.Ref{Text: "Officiële tekst", Href: "https://wetten.overheid.nl/" + bwb},
		Versions: []screen.LawVersion{{Date: rule.MustDate("2026-01-01"), File: "BWBR0015703_2026-01-01_0.xml", Imported: today, Articles: 151}},
	}
	if f.State == Empty {
		return v, f.Fail
	}
	v.Versions = append(v.Versions, screen.LawVersion{Date: rule.MustDate("2025-01-01"), File: "BWBR0015703_2025-01-01_0.xml", Imported: today, Articles: 149})
	v.From, v.Until = rule.MustDate("2025-01-01"), rule.MustDate("2026-01-01")
	v.Counts = []screen.LawCount{{Kind: screen.LawChanged, N: 1}, {Kind: screen.LawSame, N: 148}}
	v.Changes = []screen.LawChange{lawChange()}
	v.Regulations = []screen.Ref{{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}}
	return v, f.Fail
}

func lawChange() screen.LawChange {
	return screen.LawChange{Name: "Artikel 36. Toeslag", Kind: screen.LawChanged, Date: rule.MustDate("2026-01-01"), Was: "artikel 35a", Moved: "Hoofdstuk 4, Paragraaf 4.1", Leden: []screen.LawLidChange{
		{Number: "2", Was: "1", Kind: screen.LawChanged, Words: []screen.LawSpan{{Kind: screen.LawSame, Text: "De toeslag is er na"}, {Kind: screen.LawRemoved, Text: "vijf jaar."}, {Kind: screen.LawAdded, Text: "drie jaar:\n\na. laag inkomen;\nb. weinig vermogen."}}},
		{Number: "3", Kind: screen.LawAdded, Words: []screen.LawSpan{{Kind: screen.LawAdded, Text: "Wie studeert krijgt hem niet."}}},
		{Number: "4", Was: "2", Kind: screen.LawSame},
	}}
}

func answer() *screen.AnswerView {
	return &screen.AnswerView{Kind: screen.AnswerChange, By: "Femke de Wit", Date: rule.MustDate("2026-11-21"), Reason: "U heeft gelijk. Eén euro mag niet het verschil maken tussen alles en niets. Wij willen de grens verhogen.", FromTomorrow: "Wijs niet af tussen 110 % en 120 %. Leg de aanvraag apart en bel de inwoner.", DeliverBy: rule.MustDate("2027-01-01"), Proposal: &screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop}}
}

func (f *Fake) Issue(_ context.Context, who, id string) (screen.IssueView, error) {
	if id == "bestaat-niet" {
		return screen.IssueView{}, screen.ErrNotFound
	}
	v := screen.IssueView{
		Row: screen.IssueRow{ID: id, Title: f.long("Eén euro te veel en alles kwijt"), Anchor: anchor(), Tile: screen.TileHarsh, State: screen.IssueOpen, People: 37, Owner: "Femke de Wit", Owed: "Antwoord", Due: rule.MustDate("2027-01-03")},
		Stories: many(f, []screen.Story{
			{Text: "Mevrouw verdient één euro te veel en krijgt niets. Vorig jaar kreeg zij € 520.", Tile: screen.TileHarsh, Who: "Uitvoeringsprofessional", Date: rule.MustDate("2026-10-12"), Frequency: screen.Weekly, Case: "v1:7f3a…", Why: "Het eerste verhaal."},
			{Text: "Een stel met wisselende uren: in drie jaar één maand boven de grens, en dus geen recht.", Tile: screen.TileHarsh, Who: "Uitvoeringsprofessional", Date: rule.MustDate("2026-10-30"), Frequency: screen.Monthly, Case: "v1:b01c…", Why: "Een ander huishouden."},
			{Text: "Van 92 aanvragen werden er 14 afgewezen om minder dan € 25.", Tile: screen.TileHarsh, Who: "Melding uit gegevens", Date: rule.MustDate("2026-11-09"), Why: "Uit de cijfers."},
		}),
		Article: screen.Ref{Text: "Artikel 3. Laag inkomen", Href: "/regelingen/" + reg + "/artikel-3"},
		Form:    screen.AnswerFormView{DeliverBy: rule.MustDate("2027-01-01"), Proposals: []screen.Option{{Value: prop, Label: "Inkomensgrens naar 120 %"}}, Owners: []screen.Option{{Value: "szw", Label: "Ministerie van SZW (niet aangesloten)"}}},
	}
	if f.State != Empty {
		v.Numbers = []screen.Number{{Value: "37", Label: "melders"}, {Value: "€ 520", Label: "verlies bij één euro meer", Source: screen.Ref{Text: "berekend uit de regel", Href: "/regelingen/" + reg + "/artikel-3"}}, {Value: "14 van 92", Label: "afwijzingen om minder dan € 25", Synthetic: true}}
		v.Rules = []screen.RuleView{ruleView()}
		v.Ladder = []screen.LadderRow{{Date: rule.MustDate("2027-01-03"), Text: "De teamleider en de eigenaar zien het."}, {Date: rule.MustDate("2027-01-17"), Text: "De eigenaar moet antwoorden."}, {Date: rule.MustDate("2027-01-31"), Text: "Het komt op de openbare lijst."}}
		v.Timeline = f.timeline()
		v.Solved = []screen.SolvedCheck{{Text: "Er is een antwoord gegeven.", OK: true}, {Text: "De gewijzigde regel geldt."}, {Text: "De meting valt binnen de band.", Ref: screen.Ref{Text: "Voorspeld en gemeten", Href: "/metingen/" + reg}}, {Text: "De melders herkennen het antwoord."}}
		v.Proposals = f.proposals()
	}
	switch who {
	case "femke":
		v.CanAnswer.Can, v.Try.Can = true, true
		v.Bundle.Can = true
		v.Acts = many(f, f.acts()[:1])
		if f.State == Filled {
			v.Acts = f.acts()
			v.Asked = &screen.MoreTime{By: "Femke de Wit", Until: rule.MustDate("2027-01-17"), Reason: "Wij wachten op cijfers."}
		}
	case "ruben":
		v.CanAnswer.Why, v.Try.Can = "Dit antwoord is voor Femke de Wit, coördinerend opdrachtgever. U adviseert de uitvoering.", true
		if f.State != Empty {
			a := *answer()
			a.Kind, a.FromTomorrow, a.Proposal, a.DeliverBy = screen.AnswerRefuse, "", nil, rule.Date{}
			a.Reason, a.Waits = "De raad heeft hier geen geld voor.", "Wacht op de sleutel van de uitvoering."
			v.Answer, v.Accept = &a, screen.Action{Can: true}
		}
	case "samira", "joost":
		v.MeToo.Can = true
		v.Answer = answer()
		v.Delivery = &screen.Delivery{Reachable: 36, Delivered: 36, Confirmed: 4, Disputed: 1, Silent: 31, Unreachable: 2, Asked: true}
		if f.State == Empty {
			v.Answer, v.Delivery = nil, nil
		}
	case "":
		v.MeToo.Why = "Kies bovenaan wie u bent."
	}
	return v, f.Fail
}

func (f *Fake) timeline() []screen.TimelineRow {
	return many(f, []screen.TimelineRow{
		{At: at("2026-11-21 09:12"), Who: "Femke de Wit", Text: "gaf antwoord: wijzigen.", Event: 214},
		{At: at("2026-10-13 14:40"), Who: "Joost Verkerk", Text: "klikte op “Ook bij mij”.", Event: 187},
		{At: at("2026-10-12 10:05"), Who: "Samira el Idrissi", Text: "gaf het eerste signaal.", Event: 181},
	})
}

func (f *Fake) Proposals(_ context.Context, _, regulation string, asked screen.Asked) (screen.ProposalListView, error) {
	rows, paging := screen.PageOf(f.proposals(), asked)
	v := screen.ProposalListView{Rows: rows, Paging: paging, ByPolicy: 1, ByExecution: 2}
	if regulation != "" {
		v.Regulation = &screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}
	}
	return v, f.Fail
}

func (f *Fake) Proposal(_ context.Context, who, id string) (screen.ProposalView, error) {
	if id == "bestaat-niet" {
		return screen.ProposalView{}, screen.ErrNotFound
	}
	author := who == "femke" || who == "ruben"
	no := screen.Action{Why: "U schrijft niet mee aan dit voorstel."}
	can := no
	if author {
		can = screen.Action{Can: true}
	}
	v := screen.ProposalView{
		ID: id, Title: f.long("Inkomensgrens naar 120 %"), Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg},
		Issue: &screen.Ref{Text: "Eén euro te veel en alles kwijt", Href: "/knelpunten/" + issue}, State: screen.ProposalSketch, Opened: rule.MustDate("2026-11-20"), OpenedBy: ruben,
		Execution: &ruben, Edit: can, ContentDigest: "b7719ac0f2d4", ProposalDigest: "51e0cc93a8f7", From: rule.MustDate("2027-01-01"),
		Sentences: []screen.EditableSentence{{
			Rule: screen.Ref{Text: "laag inkomen", Href: "/regelingen/" + reg + "/artikel-3"}, Source: screen.Ref{Text: "Verordening, artikel 3, lid 1"},
			Pieces: []screen.Piece{{Text: "Het inkomen van zijn huishouden is kleiner dan of gelijk aan "}, {Text: "inkomensgrens", Param: reg + ".inkomensgrens", Value: "120 %", Now: "110 %", Kind: "percentage", Hint: "een percentage, zoals 120 %"}, {Text: " van de norm die bij zijn huishouden past."}},
		}},
		Steps: []screen.ProposalStep{{State: screen.ProposalSketch, Current: true}, {State: screen.ProposalTested}, {State: screen.ProposalSubmitted}, {State: screen.ProposalDecided}, {State: screen.ProposalInForce}},
		Keys:  []screen.KeyRow{{Corner: "beleid", Holder: "Femke de Wit"}, {Corner: "uitvoering", Holder: "Ruben Koster"}},
		Compass: []screen.Question{
			{ID: "belang", Label: "Wie raakt dit, en wie sprak u?", Help: "Noem in elk geval iemand van de balie."},
			{ID: "probleem", Label: "Wat is het probleem?", Answer: "Eén euro te veel betekent geen toeslag.", By: "Ruben Koster"},
			{ID: "opties", Label: "Wat kan er nog meer?", Help: "Ook niets doen, en ook afschaffen."},
		},
		Simulate: can, Indicators: []screen.IndicatorOption{{Value: "gebruik", Label: "Rechthebbenden die het krijgen", Unit: "%", Baseline: "41 %", Low: "52 %", High: "64 %"}},
		Assessments: []screen.AssessmentView{
			{ID: "doenvermogen", Name: "Doenvermogentoets", Note: "Naar WRR, Weten is nog geen doen.", State: screen.AssessmentOpen, Confirm: can, Items: []screen.AssessmentItem{
				{ID: "bewijs", Label: "Vraagt de regel bewijs dat al bekend is?", Computed: "ja", Options: []screen.Option{{Value: "ja", Label: "Ja"}, {Value: "nee", Label: "Nee"}}},
				{ID: "niets", Label: "Wat gebeurt er als iemand niets doet?", Computed: "De toeslag vervalt voor dat jaar."},
			}},
			{ID: "uitvoering", Name: "Uitvoeringstoets", State: screen.AssessmentStale, By: "Ruben Koster, op een eerdere versie", Confirm: can, Items: []screen.AssessmentItem{
				{ID: "uren", Label: "Extra werk", Unit: "uur per jaar", Computed: "84", Answer: "110", Why: "De brieven moeten ook anders."},
				{ID: "gevolg", Label: "Gevolg voor systemen", Options: []screen.Option{{Value: "beperkt", Label: "Beperkt"}, {Value: "groot", Label: "Ingrijpend"}}},
			}, Verdicts: []screen.Option{{Value: "uitvoerbaar", Label: "Uitvoerbaar"}, {Value: "niet", Label: "Niet uitvoerbaar"}}},
		},
	}
	if who == "femke" {
		v.Join = screen.Action{Can: true}
		v.Key = screen.Action{Why: "Er is nog geen verwachting vastgelegd."}
	}
	if f.State == Empty {
		v.Sentences[0].Pieces[1].Value = "110 %"
		v.Key = screen.Action{Why: "Er verandert nog niets."}
		return v, f.Fail
	}
	v.Policy = &femke
	v.Join = screen.Action{}
	f.paper(&v, can)
	v.Compare = "/regelingen/" + reg + "/vergelijk?van=2027-01-01&tot=2027-01-01&tot-regels=variant%3Aruimere-grens"
	v.Touches = []screen.Ref{{Text: f.long("Besteedbaar inkomen"), Href: "/regelingen/" + reg + "/vergelijk"}}
	v.Diff = []screen.DiffLine{{Text: "De inkomensgrens gaat van 110 % naar 120 % van de norm.", Effect: "Een alleenstaande mag € 140 per maand meer verdienen.", Ref: screen.Ref{Text: "Artikel 3", Href: "/regelingen/" + reg + "/artikel-3"}}}
	v.Findings = many(f, []screen.FindingRow{
		{ID: "b-1", Text: f.long("Wie één euro te veel verdient, verliest € 520."), Kind: "alles of niets", Anchor: screen.Ref{Text: "Artikel 3", Href: "/regelingen/" + reg + "/artikel-3"}, Weighty: true, Change: screen.FindingExisting, Accepted: []string{"uitvoering"}, Why: "De grens schuift op, de afgrond blijft. Een geleidelijke afbouw volgt.", Accept: screen.Action{Can: who == "femke", Why: "Dit is voor beleid."}},
		{ID: "b-2", Text: "Er wordt bewijs gevraagd dat de gemeente al heeft: loonstroken van drie jaar.", Kind: "dubbel gevraagd", Anchor: screen.Ref{Text: "Artikel 5", Href: "/regelingen/" + reg + "/artikel-5"}, Weighty: true, Change: screen.FindingGone, Explained: "De gemeente koos hier zelf voor."},
		{ID: "b-3", Text: "De termijn is korter dan twee weken.", Kind: "termijn", Anchor: screen.Ref{Text: "Artikel 6"}, Change: screen.FindingNew},
	})
	v.Simulation = &screen.SimulationRef{ID: "r-1", Sentence: "Met een grens van 120 % krijgen 61.000 huishoudens meer recht. Dat kost € 24 miljoen per jaar.", Stale: who == "ruben", Numbers: []screen.Number{{Value: "+ 61.000", Label: "huishoudens met recht", Synthetic: true}, {Value: "+ € 24 miljoen", Label: "per jaar", Synthetic: true}}}
	v.Expectations = []screen.ExpectationRow{{ID: "e-1", Goal: "Wie er recht op heeft, krijgt het.", Indicator: "Rechthebbenden die het krijgen", Group: "alle huishoudens", Baseline: "41 %", Low: "52 %", High: "64 %", Horizon: rule.MustDate("2027-12-31"), Tripwire: "onder 45 %", Remove: can}}
	v.Missing = []screen.MissingRow{{Code: "verouderde-toets", Text: "De uitvoeringstoets is gedaan op een eerdere versie.", Href: "#toets-uitvoering"}, {Code: "bevinding", Text: "Een zwaarwegende bevinding is nog niet door beleid aanvaard.", Href: "#bevindingen"}}
	v.Keys = []screen.KeyRow{{Corner: "beleid", Holder: "Femke de Wit"}, {Corner: "uitvoering", Holder: "Ruben Koster", Given: true, At: at("2026-11-21 16:20"), Digest: "09aa31c5e2b8", Fallen: true, Why: "Artikel 3 is daarna gewijzigd."}}
	v.Timeline = f.timeline()
	switch id {
	case "v-sleutel":
		v.State, v.Missing = screen.ProposalSubmitted, nil
		v.Key, v.KeyAs = screen.Action{Can: true}, "beleid"
		v.Keys[1] = screen.KeyRow{Corner: "uitvoering", Holder: "Ruben Koster", Given: true, At: at("2026-11-21 16:20"), Digest: "51e0cc93a8f7"}
		v.Return, v.Withdraw = screen.Action{Can: true}, screen.Action{Can: true}
		v.Steps = []screen.ProposalStep{{State: screen.ProposalSketch, Done: true}, {State: screen.ProposalTested, Done: true}, {State: screen.ProposalSubmitted, Current: true}, {State: screen.ProposalDecided}, {State: screen.ProposalInForce}}
	case "v-besloten":
		v.State, v.Missing, v.Edit = screen.ProposalDecided, nil, screen.Action{Why: "Er is besloten. Een wijziging is een nieuw voorstel."}
		v.Adopt, v.AdoptFrom = screen.Action{Can: true}, rule.MustDate("2027-01-01")
		for i := range v.Keys {
			v.Keys[i] = screen.KeyRow{Corner: v.Keys[i].Corner, Holder: v.Keys[i].Holder, Given: true, At: at("2026-11-21 16:20"), Digest: "51e0cc93a8f7"}
		}
		for i := range v.Assessments {
			v.Assessments[i].State, v.Assessments[i].Confirm = screen.AssessmentDone, screen.Action{}
		}
		after := v.Assessments[0]
		after.Name, after.Confirm, after.Verdicts = "Invoeringstoets", can, nil
		v.Evaluate = &after
	default:
		v.Submit = screen.Action{Can: author, Why: "Alleen wie meeschrijft kan voorleggen."}
		if who == "femke" {
			v.Key = screen.Action{Why: "Eerst moet de uitvoeringstoets op deze versie gedaan zijn."}
		}
	}
	if id == "v-vast" {
		v.Deadlock = f.deadlock()
	}
	return v, f.Fail
}

func (f *Fake) Simulations(ctx context.Context, who string) (screen.SimulationListView, error) {
	v := screen.SimulationListView{
		Start:       screen.Action{Can: true},
		Variants:    many(f, []screen.Option{{Value: "ruimere-grens", Label: f.long("Inkomensgrens naar 120 %")}}),
		Populations: []screen.Option{{Value: "nl:100000", Label: "Een steekproef van synthetische huishoudens (nl:100000)"}, {Value: "nl:all", Label: "Een synthetisch huishouden voor elk huishouden van Nederland (duurt langer)"}},
	}
	for _, id := range many(f, []string{"r-bezig", "r-wacht", "r-1", "r-mislukt", "r-gestopt"}) {
		s, err := f.Simulation(ctx, who, id)
		if err != nil {
			return v, err
		}
		s.Who, s.Population = f.long("Ruben Koster"), "nl:100000"
		s.Asked = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
		s.Run = screen.RunView{} // a list shows no results
		if id == "r-wacht" {
			s.Proposal = nil
		}
		if s.State.Over() {
			v.Over = append(v.Over, s)
		} else {
			v.Busy = append(v.Busy, s)
		}
	}
	return v, f.Fail
}

func (f *Fake) Simulation(_ context.Context, _, id string) (screen.SimulationView, error) {
	v := screen.SimulationView{ID: id, Title: f.long("Inkomensgrens naar 120 %"), Proposal: &screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop}, State: screen.SimulationDone}
	switch id {
	case "bestaat-niet":
		return v, screen.ErrNotFound
	case "r-bezig":
		v.State, v.Done, v.Total, v.CanCancel = screen.SimulationRunning, 5, 14, true
		return v, f.Fail
	case "r-wacht":
		v.State, v.Ahead, v.CanCancel = screen.SimulationWaiting, 2, true
		return v, f.Fail
	case "r-gestopt":
		v.State = screen.SimulationCancelled
		return v, f.Fail
	case "r-mislukt":
		v.State, v.Error = screen.SimulationFailed, "De bevolking mist het inkomen van de partner. Artikel 3 vraagt daarom."
		return v, f.Fail
	}
	v.Run = f.run()
	return v, f.Fail
}

func (f *Fake) Measurement(_ context.Context, who, id string) (screen.MeasurementView, error) {
	if id != reg {
		return screen.MeasurementView{}, screen.ErrNotFound
	}
	v := screen.MeasurementView{
		Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, Synthetic: true, Feed: true, FeedPeriods: []screen.Option{{Value: "2027-01", Label: "uitkomsten januari 2027 (CSV)"}},
		Import:  screen.Action{Can: who != "", Why: "Kies bovenaan wie u bent."},
		Columns: []screen.Fact{{Name: "zaak", Value: "tekst", Source: "Pseudoniem van de zaak."}, {Name: "uitkomst", Value: "toegekend, afgewezen of gestaakt", Source: "Hoe het afliep."}},
	}
	if f.State == Empty {
		return v, f.Fail
	}
	fl := func(x float64) *float64 { return &x }
	v.Expectations = []screen.MeasuredExpectation{{
		ID: "e-1", Goal: "Wie er recht op heeft, krijgt het.", Indicator: f.long("Rechthebbenden die het krijgen"), Unit: "%", Proposal: screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop},
		Sentence: "Gemeten: ≥ 54 %. Dat ligt binnen de band van 52 tot 64 %.", State: screen.MeasureInside, Baseline: 41, Low: 52, High: 64, Tripwire: 45, HasTripwire: true, Horizon: rule.MustDate("2027-12-31"),
		Points: []screen.MeasurePoint{
			{Period: "jan 2027", Predicted: 44, Low: 40, High: 49, Measured: fl(43), Shown: "≥ 43 %", N: 1200},
			{Period: "feb 2027", Predicted: 49, Low: 44, High: 55, Measured: fl(47), Shown: "≥ 47 %", N: 1180},
			{Period: "mrt 2027", Predicted: 54, Low: 48, High: 60, Measured: fl(54), Shown: "≥ 54 %", N: 1230},
			{Period: "apr 2027", Predicted: 58, Low: 52, High: 64},
		},
	}}
	v.Imports = many(f, []screen.ImportRow{{At: at("2027-02-02 08:55"), By: "Ruben Koster", File: "uitkomsten-2027-01.csv", Rows: 1204, Refused: 2, Period: "januari 2027"}})
	return v, f.Fail
}

func (f *Fake) Register(_ context.Context, _ string, in screen.RegisterInput) (screen.RegisterView, error) {
	if in.Part != "" && !slices.Contains(screen.RegisterParts[:], in.Part) {
		return screen.RegisterView{}, screen.ErrNotFound
	}
	v := screen.RegisterView{Part: in.Part, Paging: f.paging(in.Asked), Totals: map[screen.RegisterPart]int{screen.RegisterIssues: 130}, Issues: f.issues(), Proposals: f.proposals(), Events: 214, Head: "c0ffee9a41d7e2085b3f6612ab94cd01e55f7d3802b6a4197fe0d2c4b8a61357", HeadAt: at("2026-11-21 16:20"), Verified: true, Recent: f.timeline()}
	v.Regulations = []screen.RegisterRegulation{{ID: reg, Name: f.long("Individuele inkomenstoeslag"), Level: 3, Triangle: triangle(), Versions: []screen.RegisterVersion{
		{From: rule.MustDate("2027-01-01"), Digest: "b7719ac0f2d4", Proposal: screen.Ref{Text: "Inkomensgrens naar 120 %", Href: "/voorstellen/" + prop}, Keys: []screen.KeyRow{{Corner: "beleid", Holder: "Femke de Wit", At: at("2026-11-21 16:20")}, {Corner: "uitvoering", Holder: "Ruben Koster", At: at("2026-11-21 15:02")}}},
		{From: rule.MustDate("2026-01-01"), Digest: "4411d09e77aa", Note: "meegeleverd"},
	}}, {ID: "zorgtoeslag", Name: "Zorgtoeslag", Level: 3, Triangle: screen.TriangleView{Owner: screen.Holder{Vacant: true, Note: "De eigenaar antwoordt."}, Policy: []screen.Holder{{Name: "Ministerie van VWS"}}, Execution: []screen.Holder{{Name: "Dienst Toeslagen"}}}, Versions: []screen.RegisterVersion{{From: rule.MustDate("2026-01-01"), Digest: "aa01bb02cc03", Note: "meegeleverd"}}}}
	if f.State == Empty {
		v.Verified = false
		return v, f.Fail
	}
	v.Overdue = many(f, []screen.OverdueRow{{Debtor: "Femke de Wit", What: "Antwoord", Issue: screen.Ref{Text: "Bewijs dat wij al hebben", Href: "/knelpunten/k-2"}, Due: rule.MustDate("2026-11-02"), Days: 20, Step: "De eigenaar"}})
	v.Counts = []screen.Number{{Value: "41", Label: "signalen"}, {Value: "2", Label: "open knelpunten"}, {Value: "0", Label: "opgelost, bevestigd"}, {Value: "0", Label: "opgelost, stilzwijgend"}}
	return v, f.Fail
}

func (f *Fake) PreviewAnswer(_ context.Context, who string, in screen.AnswerInput) (screen.AnswerView, error) {
	a := screen.AnswerView{Kind: in.Kind, By: "Femke de Wit", Date: today, Reason: in.Reason, FromTomorrow: in.FromTomorrow, DeliverBy: in.DeliverBy}
	return a, f.do("PreviewAnswer", who, in)
}

func (f *Fake) Answer(_ context.Context, who string, in screen.AnswerInput) error {
	return f.do("Answer", who, in)
}

func (f *Fake) AcceptRefusal(_ context.Context, who, id string) error {
	return f.do("AcceptRefusal", who, id)
}

func (f *Fake) OpenProposal(_ context.Context, who string, in screen.OpenProposalInput) (string, error) {
	return prop, f.do("OpenProposal", who, in)
}

func (f *Fake) JoinProposal(_ context.Context, who, id string) error {
	return f.do("JoinProposal", who, id)
}

func (f *Fake) EditParameter(_ context.Context, who string, in screen.ParameterInput) error {
	return f.do("EditParameter", who, in)
}

// ruleID is the rule that can be edited.
const ruleID = reg + ".grensbedrag"

func (f *Fake) Amendment(_ context.Context, who string, in screen.AmendmentInput) (screen.AmendmentView, error) {
	if in.Proposal != prop || in.Rule != ruleID {
		return screen.AmendmentView{}, screen.ErrNotFound
	}
	v := screen.AmendmentView{
		Proposal: screen.Ref{Text: f.long("Inkomensgrens naar 120 %"), Href: "/voorstellen/" + prop}, ID: prop, Rule: ruleID, Name: f.long("grensbedrag"),
		Source: screen.Ref{Text: "Artikel 2", Href: "/regelingen/" + reg + "/artikel-3"}, From: rule.MustDate("2027-01-01"), Plain: in.Plain, Stand: "0a1b2c3d4e5f6071",
		Edit: screen.Action{Can: who != "", Why: "Kies bovenaan wie u bent."}, Text: "Regel grensbedrag\n    geldig altijd\n        Een aanvrager heeft recht.\n",
	}
	v.Effect = screen.AmendmentEffect{Readable: true, Saved: true, Tried: true, All: 12, Sentence: []screen.RuleLine{{Depth: 2, Runs: []screen.Run{{Text: f.long("Een aanvrager heeft recht"), Strong: true}}}}}
	if in.Text != "" {
		v.Text, v.Effect.Saved = in.Text, false
	}
	if f.State == Empty {
		return v, f.Fail
	}
	field := func(name, value string, options ...string) screen.EditPart {
		return screen.EditPart{Field: &screen.EditField{Name: name, Label: "Waarde in: " + name, Value: value, Options: options, Hint: "Een bedrag."}}
	}
	amount := field("vergeleken-1", "50 €")
	amount.Field.Suggest = []string{"zijn vermogen", "de grens"}
	limit := field("parameter:"+reg+".inkomensgrens", "120 %")
	limit.Field.Now, limit.Field.Numeric = "110 %", true
	v.Lines = []screen.EditLine{
		{Parts: []screen.EditPart{{Text: f.long("Het grensbedrag van een aanvrager moet berekend worden als de inkomensgrens ")}, limit, {Text: " van zijn norm"}}},
		{Parts: []screen.EditPart{{Text: "indien hij aan "}, field("hoeveel-1", "alle volgende voorwaarden", "alle volgende voorwaarden", "geen van de volgende voorwaarden"), {Text: " voldoet:"}}},
		{Depth: 1, Bullet: true, Parts: []screen.EditPart{{Text: "zijn inkomen "}, field("vergelijking-1", "is groter dan", "is groter dan", "is kleiner dan"), {Text: " "}, amount}, Remove: "voorwaarde-1", About: "zijn inkomen is groter dan 50 €",
			Adds: []screen.EditAdd{{ID: "lijst-1", Options: []screen.Option{{Value: "persoon.vermogen", Label: "het vermogen"}}}}},
	}
	v.Effect.Changes = []screen.TextChange{
		{Before: []screen.ChangedWords{{Text: "zijn inkomen is"}, {Text: "groter", Changed: true}, {Text: "dan 50 €"}}, After: []screen.ChangedWords{{Text: "zijn inkomen is"}, {Text: "kleiner", Changed: true}, {Text: "dan 50 €"}}},
		{After: []screen.ChangedWords{{Text: "hij is verzekerd", Changed: true}}}, {Before: []screen.ChangedWords{{Text: "hij is alleen", Changed: true}}},
	}
	for k := range 7 {
		v.Effect.Examples = append(v.Effect.Examples, screen.OutcomeChange{Name: f.long(fmt.Sprintf("Voorbeeld %d", k)), Before: "€ 450", After: "€ 0"})
	}
	if strings.Contains(in.Text, "fout") {
		v.Effect = screen.AmendmentEffect{Faults: []screen.TextFault{{Error: true, Code: "onbekende-naam", Line: 2, Column: 5, Text: "Onbekende naam <b>fout</b>", Hint: "Bedoelde u goed?"}}, Text: strings.Split(in.Text, "\n")}
	}
	if in.Stand != "" && in.Stand != v.Stand {
		v.Conflict = &screen.AmendmentConflict{By: "Karim Bouzid", At: at("2026-11-20 10:00"), Stand: v.Stand, Lines: v.Effect.Sentence, Changes: []screen.TextChange{{After: []screen.ChangedWords{{Text: "x", Changed: true}}}}}
	}
	return v, f.Fail
}

func (f *Fake) SaveAmendment(_ context.Context, who string, in screen.AmendmentInput) error {
	return f.do("SaveAmendment", who, in)
}

func (f *Fake) CheckText(_ context.Context, who string, in screen.AmendmentInput) (screen.AmendmentEffect, error) {
	return screen.AmendmentEffect{Faults: []screen.TextFault{{Error: true, Code: "onverwacht", Line: 1, Column: 3, Text: "Onverwacht <i>"}}}, f.do("CheckText", who, in)
}

func (f *Fake) CompleteText(_ context.Context, who string, in screen.AmendmentInput, at int) ([]screen.TextHelp, error) {
	return []screen.TextHelp{{Label: "zijn vermogen", Kind: "gegeven", From: max(0, at-3), To: at}}, f.do("CompleteText", who, in)
}

func (f *Fake) ExplainText(_ context.Context, who string, in screen.AmendmentInput, at int) (screen.TextHelp, error) {
	return screen.TextHelp{Label: "vermogen", Detail: "een gegeven", From: at, To: at}, f.do("ExplainText", who, in)
}

func (f *Fake) AnswerCompass(_ context.Context, who, _ string, answers map[string]string) error {
	return f.do("AnswerCompass", who, answers)
}

func (f *Fake) ConfirmAssessment(_ context.Context, who string, in screen.AssessmentInput) error {
	return f.do("ConfirmAssessment", who, in)
}

func (f *Fake) AcceptFindings(_ context.Context, who, _ string, findings []string, why string) error {
	return f.do("AcceptFindings", who, append(slices.Clone(findings), why))
}

func (f *Fake) Simulate(_ context.Context, who, id string) (string, error) {
	return "r-1", f.do("Simulate", who, id)
}

func (f *Fake) SimulateVariant(_ context.Context, who string, in screen.FreeRunInput) (string, error) {
	return "r-bezig", f.do("SimulateVariant", who, in)
}

func (f *Fake) CancelSimulation(_ context.Context, who, id string) error {
	return f.do("CancelSimulation", who, id)
}

func (f *Fake) AddExpectation(_ context.Context, who string, in screen.ExpectationInput) error {
	return f.do("AddExpectation", who, in)
}

func (f *Fake) RemoveExpectation(_ context.Context, who, _, id string) error {
	return f.do("RemoveExpectation", who, id)
}

func (f *Fake) SubmitProposal(_ context.Context, who, id string) error {
	return f.do("SubmitProposal", who, id)
}

func (f *Fake) ReturnProposal(_ context.Context, who, _, why string) error {
	return f.do("ReturnProposal", who, why)
}

func (f *Fake) WithdrawProposal(_ context.Context, who, _, why string) error {
	return f.do("WithdrawProposal", who, why)
}

func (f *Fake) Adopt(_ context.Context, who, _ string, from rule.Date) error {
	return f.do("Adopt", who, from)
}

func (f *Fake) ImportOutcomes(_ context.Context, who, _, file string, r io.Reader) (screen.ImportResult, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return screen.ImportResult{}, err
	}
	res := screen.ImportResult{Rows: strings.Count(string(data), "\n") - 1, Known: 2, Refused: []screen.RowError{{Line: 7, Text: "De uitkomst is leeg. Verwacht: toegekend, afgewezen of gestaakt."}}, Measured: []string{"Gemeten over januari 2027: 43,1 %."}}
	return res, f.do("ImportOutcomes", who, file)
}

func (f *Fake) DemoFeed(_ context.Context, regulation, _ string, w io.Writer) error {
	if regulation != reg {
		return screen.ErrNotFound
	}
	_, err := io.WriteString(w, "zaak,uitkomst\nv1:1,toegekend\n")
	return err
}

func (f *Fake) CountWork(_ context.Context, who string, in screen.CountInput) error {
	return f.do("CountWork", who, in)
}

func (f *Fake) Remind(_ context.Context, who, id string) error { return f.do("Remind", who, id) }

func (f *Fake) CloseIssue(_ context.Context, who, id string) error {
	return f.do("CloseIssue", who, id)
}

func (f *Fake) EditStep(_ context.Context, who string, in screen.StepInput) error {
	return f.do("EditStep", who, in)
}

func (f *Fake) EditPlan(_ context.Context, who string, in screen.PlanInput) error {
	return f.do("EditPlan", who, in)
}

func (f *Fake) MoveClock(_ context.Context, to rule.Date) error { return f.do("MoveClock", "", to) }

// Try answers with the sentence of the proposal. A value of "fout" cannot be;
// "druk" is refused, and "traag" takes until the asker has gone.
func (f *Fake) Try(ctx context.Context, who string, in screen.TryInput, progress func(done, total int)) (screen.TryView, error) {
	v := screen.TryView{ID: in.Regulation, Name: f.long("Individuele inkomenstoeslag"), Issue: in.Issue, Article: in.Article, Date: today,
		Back: screen.Ref{Text: f.long("Individuele inkomenstoeslag"), Href: "/regelingen/" + reg}, Propose: screen.Action{Can: who == "femke", Why: "Een voorstel openen kan iemand van beleid of van uitvoering."}}
	if in.Regulation == "bestaat-niet" || in.Issue == "bestaat-niet" {
		return v, screen.ErrNotFound
	}
	if in.Issue != "" {
		v.Back = screen.Ref{Text: f.long("Eén euro te veel"), Href: "/knelpunten/" + in.Issue}
	}
	if f.State == Empty {
		v.Why = "Deze regeling heeft nog geen rekenregels. Er is dus niets om door te rekenen."
		return v, f.Fail
	}
	field := screen.Piece{Text: f.long("inkomensgrens"), Param: reg + ".inkomensgrens", Value: "110 %", Now: "110 %", Kind: "percentage", Hint: "een percentage, zoals 120 %"}
	typed, moved := in.Values[field.Param]
	if moved && typed != field.Now && typed != "fout" {
		field.Value = typed
		v.Changed = []screen.TryChange{{Name: field.Text, Now: field.Now, Value: typed}}
	}
	v.Articles = []screen.TryArticle{
		{Ref: screen.Ref{Text: f.long("Artikel 3. Laag inkomen"), Href: "/regelingen/" + reg + "/artikel-3"}, Open: true, Rules: []screen.EditableSentence{{
			Rule:   screen.Ref{Text: "laag inkomen", Href: "/regelingen/" + reg + "/artikel-3"},
			Pieces: []screen.Piece{{NewLine: true, Text: "Het inkomen van zijn huishouden is kleiner dan of gelijk aan "}, field, {Text: " van de norm die bij zijn huishouden past."}},
		}}},
		{Ref: screen.Ref{Text: "Artikel 4. Hoogte", Href: "/regelingen/" + reg + "/artikel-4"}, Rules: []screen.EditableSentence{{
			Rule:   screen.Ref{Text: "hoogte", Href: "/regelingen/" + reg + "/artikel-4"},
			Pieces: []screen.Piece{{NewLine: true, Text: "De toeslag is "}, {Text: "bedrag voor een alleenstaande", Param: reg + ".bedrag", Value: "520 €", Now: "520 €", Kind: "bedrag", Hint: "een bedrag, zoals 520 €"}},
		}}},
	}
	v.Find.Parameters = []screen.Option{{Value: field.Param, Label: f.long("Inkomensgrens, nu 110 %")}}
	v.Find.Measures = []screen.Option{{Value: "budget", Label: "Euro per jaar van deze regeling"}, {Value: "ontvangers", Label: "Aantal ontvangers van deze regeling"}}
	switch {
	case in.Find.Asked && in.Find.Goal != "gelijk" && typed != "fout":
		v.Find.Faults = []screen.FieldError{{Field: "doel", Text: "Schrijf gelijk, of een getal."}}
		return v, f.Fail
	case in.Find.Asked && typed != "fout":
		v.Find.Found = &screen.TryFound{Sentence: f.long("Inkomensgrens: 112,4 % haalt het doel. Nu is het 110 %."), Goal: "Doel: evenveel als nu.",
			Values: []screen.TryFoundValue{{Value: "112,4 %", Figure: "De uitkomst is € 0, met een marge van −€ 1 tot +€ 1.", Margin: "De waarde ligt tussen 112 % en 113 %.",
				Fill: map[string]string{field.Param: "112,4 %", reg + ".bedrag": "500 €"}}},
			Notes: []string{"Wij probeerden 16 waarden."}, Source: screen.Provenance{Run: "simulatie:1"}}
	}
	switch {
	case typed == "fout":
		v.Faults = []screen.FieldError{{Field: screen.TryField(field.Param), Text: "Inkomensgrens: vul in: een percentage, zoals 120 %."}}
		return v, f.Fail
	case typed == "druk":
		return v, &screen.Refusal{Code: "te-druk", Text: "Er rekenen nu te veel mensen tegelijk.", Hint: "Probeer het over een minuut opnieuw."}
	case typed == "traag":
		<-ctx.Done()
		return v, ctx.Err()
	}
	if in.Compute {
		if progress != nil {
			progress(12_400, 20_000)
		}
		run := f.run()
		v.Run = &run
	}
	return v, f.Fail
}

func (f *Fake) ProposeTry(_ context.Context, who string, in screen.TryInput) (string, error) {
	return prop, f.do("ProposeTry", who, in)
}

// Vary answers with one line; an age of 12 cannot be.
func (f *Fake) Vary(_ context.Context, _ string, in screen.CurveInput) (screen.CurveView, error) {
	v := screen.CurveView{Preset: "alleen", Rules: in.Rules, Date: today, Presets: []screen.Option{{Value: "alleen", Label: f.long("Alleen, in een huurhuis")}, {Value: "gezin", Label: "Paar met twee kinderen"}},
		Sides:  []screen.Option{{Value: "", Label: "De regels die gelden"}, {Value: "variant:hoger", Label: f.long("Hogere drempel")}},
		Values: map[string]string{"leeftijd": "40", "partner": "nee", "partnerloon": "0", "huur": "700", "vermogen": "0", "datum": today.String(), "van": "0", "tot": "100000"}}
	for k, x := range in.Values {
		v.Values[k] = x
	}
	switch {
	case v.Values["leeftijd"] == "12":
		v.Faults = []screen.FieldError{{Field: "leeftijd", Text: "Vul een heel getal in van 18 tot en met 100."}}
		return v, f.Fail
	case f.State == Empty:
		v.Why = "De regeling die zegt wat een huishouden te besteden heeft, is hier niet ingelezen."
		return v, f.Fail
	}
	v.Computed, v.Sentence = true, f.long("Nu: op één plek kost meer verdienen geld.")
	v.Taken = []string{f.long("Dit is een verzonnen huishouden.")}
	line := chart.CurveLine{Label: "nu", Points: []chart.CurvePoint{{X: 0, Y: 20_000}, {X: 50_000, Y: 40_000}, {X: 100_000, Y: 60_000}}}
	axis := func(x float64) string { return fmt.Sprintf("€ %.0f", x) }
	v.Exhibits = []screen.Exhibit{{ID: "besteedbaar", Title: "Wat het huishouden te besteden heeft", Sentence: f.long("Bij € 0 loon is er € 20.000 te besteden."), Views: []screen.ExhibitView{{ID: "besteedbaar", Title: "Wat het huishouden te besteden heeft",
		Chart: chart.CurveChart{Head: chart.Head{ID: "besteedbaar-beeld", Title: "Wat het huishouden te besteden heeft", Desc: "De lijn loopt op."}, Under: "loon per jaar", Up: "te besteden per jaar",
			Lines: []chart.CurveLine{line}, Marks: []chart.CurveMark{{X: 40_857, Label: "a"}}, XAxis: axis, YAxis: axis, Zero: true},
		Table: screen.Table{Title: "Wat het huishouden te besteden heeft", Head: []screen.TableHead{{Text: "loon"}, {Text: "nu", Number: true}}, Rows: [][]screen.TableCell{{{Text: "€ 0"}, {Text: "€ 20.000"}}}}}}}}
	v.Source = screen.Provenance{RuleSet: "regelset:1234", Date: "1 januari 2027"}
	return v, f.Fail
}

func (f *Fake) VaryTable(_ context.Context, _ string, in screen.CurveInput) ([][]string, error) {
	if f.State == Empty {
		return nil, screen.ErrNotFound
	}
	return [][]string{{"inkomen", "besteedbaar, nu"}, {"0", "20000.00"}}, f.Fail
}

// Versus answers with one table of two variants; without two runs it asks for
// them.
func (f *Fake) Versus(_ context.Context, _ string, runs []string) (screen.VersusView, error) {
	var v screen.VersusView
	if f.State == Empty {
		v.Why = "Er is nog geen simulatie klaar. Simuleer eerst twee voorstellen."
		return v, f.Fail
	}
	for _, id := range []string{"r-1", "r-2"} {
		v.Runs = append(v.Runs, screen.Choice{Value: id, Label: f.long("Ruimere grens van simulatie " + id), Chosen: len(runs) > 1})
	}
	if len(runs) < 2 {
		v.Why = "Kies twee tot 4 simulaties."
		return v, f.Fail
	}
	v.Apart = []string{"Deze simulaties rekenen met de regels van verschillende dagen."}
	v.Exhibits = []screen.Exhibit{{ID: "naast-elkaar", Title: "De varianten naast elkaar", Views: []screen.ExhibitView{{ID: "naast-elkaar", Title: "De varianten naast elkaar",
		Table: screen.Table{Title: "De varianten naast elkaar", Head: []screen.TableHead{{Text: "Wat"}, {Text: "Nu", Number: true}, {Text: f.long("Ruim"), Number: true}, {Text: "Ruimer", Number: true}},
			Rows: [][]screen.TableCell{{{Text: "krijgen het"}, {Text: "4.000"}, {Text: "+ 120", Sub: "115 tot 125"}, {Text: "+ 240"}}}}}}}}
	v.Source = screen.Provenance{RuleSet: "regelset:1234", Date: "1 januari 2027"}
	return v, f.Fail
}

// HouseholdOf answers with one row; a number that is none is at fault.
func (f *Fake) HouseholdOf(_ context.Context, _, id, number string) (screen.HouseholdView, error) {
	v := screen.HouseholdView{Run: screen.Ref{Text: f.long("Ruimere grens"), Href: "/simulaties/" + id}, Number: number, Last: 19_999}
	switch {
	case id == "bestaat-niet":
		return v, screen.ErrNotFound
	case f.State == Empty:
		v.Why = "De regels zijn veranderd sinds deze simulatie. Simuleer opnieuw."
	case number == "x":
		v.Faults = []screen.FieldError{{Field: "nummer", Text: "Vul een heel getal in van 0 tot en met 19.999."}}
	case number != "":
		v.Words = f.long("Dit is synthetisch huishouden 12 van nl:20000: alleenstaand, 30 tot 40 jaar.")
		v.Table = screen.Table{Title: "Wat de regels zeggen van dit huishouden", Head: []screen.TableHead{{Text: "Regeling"}, {Text: "Nu"}, {Text: "Ruim"}},
			Rows: [][]screen.TableCell{{{Text: "Zorgtoeslag"}, {Text: "€ 100 per maand", Sub: f.long("U krijgt € 100.")}, {Text: "€ 110 per maand"}}}}
		v.Source = screen.Provenance{Run: id, RuleSet: "regelset:1234"}
	}
	return v, f.Fail
}
