package disclosure

import (
	"fmt"
	"strings"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// DPIA is the reporting model that the answers belong to.
const DPIA = "urn:nl:dpia 3.0"

// Answer is a prefilled part of a DPIA. Number is that of the paragraph of the
// Rapportagemodel DPIA Rijksdienst 3.0 ("2.1").
type Answer struct {
	Number string `json:"nummer" yaml:"nummer"`
	Title  string `json:"onderwerp" yaml:"onderwerp"`
	Text   string `json:"tekst,omitempty" yaml:"tekst,omitempty"`
	// Rows is a table; the first row has the names of its columns.
	Rows [][]string `json:"tabel,omitempty" yaml:"tabel,omitempty"`
	// Ask is what a person still has to write; empty: nothing.
	Ask string `json:"nogInTeVullen,omitempty" yaml:"nogInTeVullen,omitempty"`
}

// Processing is a use that is made of personal data, besides deciding.
type Processing struct {
	Name, Purpose, Basis, Keep string
	// Data and Who say which data, of whom.
	Data, Who string
}

// Assess prefills a DPIA for taking decisions with a regulation: what the rules say
// about data, sources, purposes, parties and law, and what the program does with
// them. Judgements (necessity, proportionality, risks) are left to people.
func Assess(set *regulation.Set, reg *regulation.Regulation, o Organisation, others []Processing, on rule.Date) []Answer {
	needed := Needed(set, reg, on)
	people := [][]string{{"persoonsgegeven", "van wie", "soort", "bron", "gevraagd door"}}
	for _, d := range needed {
		var by []string
		for _, e := range d.Articles {
			by = append(by, e.Name)
		}
		people = append(people, []string{d.Name(), d.About(), Open, d.From(), strings.Join(by, "; ")})
	}
	work := [][]string{{"verwerking", "doel", "gegevens", "van wie"}, {
		"Beslissen over " + outcomes(reg), "Vaststellen of iemand recht heeft, en op hoeveel", fmt.Sprintf("de %d gegevens van paragraaf 2", len(needed)), "aanvragers en wie bij hen hoort",
	}}
	purposes := [][]string{{"verwerking", "doel"}, {"Beslissen over " + outcomes(reg), purpose(reg, on)}}
	law := [][]string{{"verwerking", "kader", "artikelen"}, {"Beslissen over " + outcomes(reg), reg.Name, basis(set, reg)}}
	keep := [][]string{{"verwerking", "bewaartermijn", "motivatie"}, {"Beslissen over " + outcomes(reg), Open, Open}}
	for _, p := range others {
		work = append(work, []string{p.Name, p.Purpose, p.Data, p.Who})
		purposes = append(purposes, []string{p.Name, p.Purpose})
		law = append(law, []string{p.Name, p.Basis, ""})
		keep = append(keep, []string{p.Name, p.Keep, Open})
	}
	parties := [][]string{{"partij", "rol in de regeling", "rol in de zin van de AVG"}}
	if t := reg.Triangle; t != nil {
		parties = append(parties, []string{party(t, t.Owner.Party), "eigenaar: " + t.Owner.Title, Open})
		for _, c := range t.Commissioners {
			parties = append(parties, []string{party(t, c.Party), "opdrachtgever: " + c.Title, Open})
		}
		for _, e := range t.Executors {
			parties = append(parties, []string{party(t, e.Party), "opdrachtnemer: " + e.Title, Open})
		}
	}
	return []Answer{
		{Number: "1.1", Title: "Voorstel", Text: sentence(reg.Summary) + " Beslissingen worden genomen met rekenregels die naast de tekst van de regeling staan.", Ask: "Waarom en hoe dit voorstel tot stand kwam."},
		{Number: "2.1", Title: "Persoonsgegevens", Rows: people, Ask: "Per gegeven: gewoon, gevoelig, bijzonder, strafrechtelijk of een nationaal nummer. Wat u daarnaast vastlegt, zoals naam en adres, staat hier niet in."},
		{Number: "3.1", Title: "Gegevensverwerkingen", Rows: work, Ask: "Verwerkingen buiten dit programma."},
		{Number: "4", Title: "Techniek en methode", Text: technical(set, reg) + " Het logboek is alleen aan te vullen. Persoonlijke teksten staan ernaast en zijn te wissen."},
		{Number: "5.1", Title: "Verwerkingsdoeleinden", Rows: purposes},
		{Number: "6.1", Title: "Betrokken partijen", Rows: parties, Ask: "Wie verantwoordelijk is en wie verwerker."},
		{Number: "7.1", Title: "Belangen", Ask: "De belangen van wie betrokken is, en wat zij ervan vinden."},
		{Number: "8.1", Title: "Verwerkingslocaties", Text: "Het programma draait waar de organisatie het zelf zet. Het stuurt niets naar anderen, behalve wat de beheerder instelt.", Ask: "Waar de servers staan."},
		{Number: "9.1", Title: "Juridisch en beleidsmatig kader", Rows: law},
		{Number: "10.1", Title: "Bewaartermijnen", Rows: keep, Ask: "De termijnen uit uw selectielijst."},
		{Number: "11.1", Title: "Rechtsgrond", Ask: "De rechtsgrond per verwerking (artikel 6 AVG). Voor beslissen op een wet is dat meestal een wettelijke taak; dat beoordeelt uw jurist."},
		{Number: "12", Title: "Bijzondere persoonsgegevens", Ask: "Of er bijzondere of strafrechtelijke gegevens bij zijn, en waarom dat mag."},
		{Number: "13", Title: "Doelbinding", Ask: "Of gegevens eerder voor een ander doel zijn verzameld. Uit registers komt: " + fromRegisters(needed) + "."},
		{Number: "14", Title: "Noodzaak en evenredigheid", Text: "Elk gegeven hierboven wordt gelezen door een regel die geldt. Wat geen regel leest, vraagt het programma niet.", Ask: "Of het met minder kan."},
		{Number: "15", Title: "Rechten van de betrokkene", Text: "Elke beslissing is uit te leggen, in gewone taal. " + human(reg, o, on) + " Teksten van een inwoner zijn op te vragen en te wissen."},
		{Number: "16", Title: "Risico’s", Ask: "De risico's voor betrokkenen, met hun kans en gevolg."},
		{Number: "17", Title: "Maatregelen", Text: risk(Use{}), Ask: "Maatregelen bij de risico's van paragraaf 16."},
	}
}

func outcomes(reg *regulation.Regulation) string {
	var names []string
	for _, o := range reg.Outcomes {
		if !strings.Contains(strings.Join(names, "\n"), o.Label) {
			names = append(names, o.Label)
		}
	}
	if len(names) == 0 {
		return reg.Name
	}
	return strings.Join(names, ", ")
}

func fromRegisters(needed []Datum) string {
	var names []string
	for _, d := range needed {
		if len(d.Registers) > 0 {
			names = append(names, d.Name())
		}
	}
	if len(names) == 0 {
		return "niets, zeggen de stappen van de regeling"
	}
	return strings.Join(names, ", ")
}

// Own are the uses that the program itself makes of personal data, beside
// deciding.
func Own() []Processing {
	return []Processing{
		{"Uitleg en bezwaar", "Een beslissing kunnen uitleggen en nakijken", "Awb, motivering en bezwaar", "zo lang als de beslissing", "de gegevens van de beslissing, onder een pseudoniem van de zaak", "aanvragers"},
		{"Signalen van de balie", "Een regel verbeteren die niet werkt", "uitvoering van de regeling", "tot het knelpunt is beantwoord, daarna volgens de selectielijst", "wat een medewerker schrijft; nummers en adressen worden geweigerd of bedekt", "inwoners en medewerkers"},
		{"Berichten van inwoners", "Een inwoner laten melden wat er misgaat", "uitvoering van de regeling", "tot het bericht is beantwoord, daarna volgens de selectielijst", "de woorden van de inwoner; een naam alleen als het een bezwaar of klacht is", "inwoners"},
		{"Uitkomsten uit zaaksystemen", "Voorspelling en werkelijkheid vergelijken", "uitvoering van de regeling", "volgens de selectielijst", "uitkomst, week, groep en reden, onder een pseudoniem van de zaak", "aanvragers"},
		{"Simulaties", "Gevolgen van een wijziging berekenen", "geen persoonsgegevens bij de synthetische bevolking; eigen gegevens vragen een eigen grondslag", "tot de run is opgeruimd", "een verzonnen bevolking, of gegevens die u zelf aanlevert", "niemand, of de mensen in uw gegevens"},
	}
}

// Markdown writes a prefilled DPIA as text.
func Markdown(name string, on rule.Date, answers []Answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# DPIA %s (voorzet)\n\nGemaakt uit de regels zoals zij gelden op %s. Nummers zijn die van het Rapportagemodel DPIA Rijksdienst 3.0. Wat oordelen vraagt, is niet ingevuld.\n", name, on)
	cell := strings.NewReplacer("|", "\\|", "\n", " ")
	for _, a := range answers {
		fmt.Fprintf(&b, "\n## %s %s\n", a.Number, a.Title)
		if a.Text != "" {
			fmt.Fprintf(&b, "\n%s\n", a.Text)
		}
		for i, row := range a.Rows {
			if i == 0 {
				b.WriteString("\n")
			}
			b.WriteString("|")
			for _, c := range row {
				b.WriteString(" " + cell.Replace(c) + " |")
			}
			b.WriteString("\n")
			if i == 0 {
				b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
			}
		}
		if a.Ask != "" {
			fmt.Fprintf(&b, "\n**Nog in te vullen:** %s\n", a.Ask)
		}
	}
	return b.String()
}
