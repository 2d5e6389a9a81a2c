package disclosure

import (
	"fmt"
	"strings"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Algorithm is an entry in the Algoritmeregister, Publicatiestandaard 1.0.0. Names
// and limits are those of its schema.
type Algorithm struct {
	Name            string   `json:"name"`
	Short           string   `json:"description_short"`
	Organization    string   `json:"organization"`
	Theme           []string `json:"theme"`
	Status          string   `json:"status"`
	StartDate       string   `json:"start_date"`
	Contact         string   `json:"contact"`
	Link            string   `json:"link,omitempty"`
	Category        string   `json:"publication_category"`
	Purpose         string   `json:"purpose_and_impact"`
	Considerations  string   `json:"considerations"`
	Human           string   `json:"human_intervention"`
	Risk            string   `json:"risk_management"`
	LegalBasis      string   `json:"legal_basis,omitempty"`
	LegalBasisLink  string   `json:"legal_basis_link,omitempty"`
	LegalBasisTitle string   `json:"legal_basis_title,omitempty"`
	Assessments     string   `json:"impact_assessments"`
	Explanation     string   `json:"impact_assessment_explanation,omitempty"`
	Data            string   `json:"data"`
	Technical       string   `json:"technical_operation"`
	Supplier        string   `json:"supplier"`
	SourceCode      string   `json:"source_code_link,omitempty"`
	SourceID        string   `json:"source_id,omitempty"`
	Language        string   `json:"language"`
	Schema          string   `json:"schema"`
}

// Use says how an organisation uses a regulation.
type Use struct {
	// InUse says that decisions are taken with it; Since is from when. Without a
	// date the day of the export counts.
	InUse bool
	Since rule.Date
	// Assessments are the impact assessments that were done ("Doenvermogentoets").
	Assessments []string
	// Promises and monitoring in one sentence each; may be empty.
	Watched []string
}

// Register fills in the entry of a regulation. Category B is what decides on rights
// of citizens; whether a higher one applies is for the organisation to say.
func Register(set *regulation.Set, reg *regulation.Regulation, o Organisation, u Use, on rule.Date) Algorithm {
	since := u.Since
	if since.IsZero() {
		since = on
	}
	status := "In ontwikkeling"
	if u.InUse {
		status = "In gebruik"
	}
	category := "Overige algoritmes (Categorie C)"
	if reg.Decides() {
		category = "Impactvolle algoritmes (Categorie B)"
	}
	a := Algorithm{
		Name: clip(reg.Name, 99), Short: clip(short(reg), 399), Organization: clip(or(o.Name, Open), 99),
		Theme: []string{Open}, Status: status, StartDate: fmt.Sprintf("%04d-%02d", since.Year, since.Month),
		Contact: or(o.Contact, Open), Link: o.Page, Category: category,
		Purpose: clip(purpose(reg, on), 2499), Considerations: clip(considerations(reg), 2499),
		Human: clip(human(reg, o, on), 2499), Risk: clip(risk(u), 2499),
		LegalBasis: clip(basis(set, reg), 2499), LegalBasisLink: official(reg), LegalBasisTitle: title(reg),
		Assessments: or(strings.Join(u.Assessments, ", "), "Geen"),
		Data:        clip(data(set, reg, on), 2499), Technical: clip(technical(set, reg), 4999),
		Supplier: "Geen: het programma is open source (EUPL-1.2).", SourceCode: o.Code, SourceID: reg.ID,
		Language: "nld", Schema: "1.0.0",
	}
	if len(u.Assessments) == 0 {
		a.Explanation = "Er is nog geen impacttoets vastgelegd. " + Open
	}
	return a
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func official(reg *regulation.Regulation) string {
	switch {
	case reg.Official != "":
		return reg.Official
	case reg.BWB != "":
		return "https://wetten.overheid.nl/" + reg.BWB
	}
	return ""
}

func title(reg *regulation.Regulation) string {
	if official(reg) == "" {
		return ""
	}
	return clip(reg.Name, 99)
}

func short(reg *regulation.Regulation) string {
	return sentence(reg.Summary) + " Rekenregels bepalen het recht en de hoogte."
}

func purpose(reg *regulation.Regulation, on rule.Date) string {
	var b strings.Builder
	b.WriteString(sentence(reg.Summary))
	for _, g := range reg.Goals {
		b.WriteString(" Doel: " + sentence(g.Text))
	}
	var outs []string
	for _, o := range reg.Outcomes {
		if !strings.Contains(strings.Join(outs, "\n"), o.Label) {
			outs = append(outs, o.Label)
		}
	}
	if len(outs) > 0 {
		b.WriteString(" De regels geven: " + strings.Join(outs, ", ") + ".")
	}
	n := 0
	for _, s := range reg.Steps(on) {
		if s.Who == "burger" && !s.Automatic {
			n++
		}
	}
	if n > 0 {
		fmt.Fprintf(&b, " Een inwoner moet er ten hoogste %d dingen voor doen.", n)
	}
	return b.String()
}

func considerations(reg *regulation.Regulation) string {
	var b strings.Builder
	b.WriteString("De regels zijn die van de regeling zelf en staan leesbaar naast de tekst. Het programma leert niet van gegevens en schat niets. Iedere uitkomst is stap voor stap uit te leggen en na te rekenen.")
	for _, a := range reg.Assumptions {
		b.WriteString(" Aanname: " + sentence(a.Text))
	}
	for _, e := range reg.Explained {
		b.WriteString(" Bekend: " + sentence(e.Text))
	}
	return b.String()
}

func human(reg *regulation.Regulation, o Organisation, on rule.Date) string {
	var b strings.Builder
	b.WriteString("Een medewerker neemt de beslissing en kan afwijken. Wie afwijkt, schrijft op waarom.")
	for _, g := range reg.Grounds {
		b.WriteString(" Ruimte voor maatwerk: " + sentence(g.Text))
	}
	if reg.ContactThreshold != nil {
		fmt.Fprintf(&b, " Bij een verlies boven € %s wordt eerst met de inwoner gesproken.", reg.ContactThreshold.FloatString(0))
	}
	for _, s := range reg.Steps(on) {
		if s.Judgement {
			b.WriteString(" Een medewerker weegt zelf: " + sentence(s.Action))
		}
	}
	if o.Objections > 0 {
		fmt.Fprintf(&b, " De inwoner kan binnen %d dagen bezwaar maken.", o.Objections)
	} else {
		b.WriteString(" De inwoner kan bezwaar maken.")
	}
	return b.String()
}

func risk(u Use) string {
	s := "Voor een wijziging geldt, worden uitvoerbaarheid en doenvermogen getoetst, en de gevolgen nagerekend op een synthetische bevolking. Eigenaar en uitvoerder stemmen beiden in. Signalen van balie en inwoners komen bij de regel terecht, en de verantwoordelijke moet antwoorden. Uitkomsten worden vergeleken met wat was voorspeld."
	for _, w := range u.Watched {
		s += " " + sentence(w)
	}
	return s
}

// basis names the articles that have rules.
func basis(set *regulation.Set, reg *regulation.Regulation) string {
	var parts []string
	for _, r := range append([]*regulation.Regulation{reg}, set.BuildsOn(reg.BuildsOn...)...) {
		var numbers []string
		for _, a := range r.Articles {
			if len(a.Rules) > 0 && a.Number != "" {
				numbers = append(numbers, a.Number)
			}
		}
		if len(numbers) > 0 {
			parts = append(parts, r.Name+", artikel "+strings.Join(numbers, ", "))
		}
	}
	if len(parts) == 0 {
		return reg.Name
	}
	return strings.Join(parts, "; ")
}

func data(set *regulation.Set, reg *regulation.Regulation, on rule.Date) string {
	var parts []string
	for _, d := range Needed(set, reg, on) {
		parts = append(parts, d.Title()+" (van "+d.From()+")")
	}
	if len(parts) == 0 {
		return "De regels gebruiken geen gegevens van personen."
	}
	return strings.Join(parts, "; ") + ". Er zijn geen gegevens van mensen gebruikt om de regels te maken."
}

func technical(set *regulation.Set, reg *regulation.Regulation) string {
	n := 0
	for _, r := range append([]*regulation.Regulation{reg}, set.BuildsOn(reg.BuildsOn...)...) {
		for _, a := range r.Articles {
			n += len(a.Rules)
		}
	}
	return fmt.Sprintf("Regels in gecontroleerd Nederlands (een profiel van RegelSpraak), %d in totaal, met de bedragen apart en met hun bron. Een rekenmachine voert ze uit met exacte getallen en schrijft op welke regel waarom gold. Dezelfde invoer geeft altijd dezelfde uitkomst. Er is geen kunstmatige intelligentie en geen profilering.", n)
}
