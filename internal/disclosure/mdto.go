package disclosure

import (
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"time"

	"lemniscaat/internal/rule"
)

// MDTO is the namespace of Metagegevens voor Duurzaam Toegankelijke
// Overheidsinformatie, version 1.0.1 of the XML.
const MDTO = "https://www.nationaalarchief.nl/mdto"

// Keep is how long a file is kept: the selection list of the organisation says so.
type Keep struct {
	// Forever: "Blijvend te bewaren" (B). Otherwise Term counts from the decision,
	// as an ISO 8601 duration of whole years, months or days: "P20Y".
	Forever bool
	Term    string
	// List names the selection list; Category its category. May be empty.
	List, Category string
}

// ErrKeep says that a retention term cannot be used.
var ErrKeep = errors.New("bewaartermijn onbruikbaar")

var duration = regexp.MustCompile(`^P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,5})D)?$`)

// Until gives the last day of the term.
func (k Keep) Until(from rule.Date) (rule.Date, error) {
	m := duration.FindStringSubmatch(k.Term)
	if m == nil || m[0] == "P" {
		return rule.Date{}, fmt.Errorf("%w: %q (verwacht: blijvend, of een duur als P20Y, P6M of P30D)", ErrKeep, k.Term)
	}
	number := func(s string) int {
		n := 0
		_, _ = fmt.Sscan(s, &n) // digits, or empty
		return n
	}
	t := time.Date(from.Year+number(m[1]), time.Month(from.Month+number(m[2])), from.Day+number(m[3]), 0, 0, 0, 0, time.UTC)
	return rule.Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}, nil
}

// Dossier is a decided proposal with its documents.
type Dossier struct {
	ID, Name, Summary string
	// Source names where the ids are from: "Lemniscaat, Gemeente Voorbeeldstad".
	Source string
	Maker  Organisation
	Opened rule.Date
	// Decided is when both keys were there.
	Decided rule.Date
	Events  []Happened
	Files   []File
	Keep    Keep
}

// Happened is something that happened to the dossier. By is a function, never the
// name of a person.
type Happened struct {
	What   string // "Creatie", "Vaststelling"
	At     time.Time
	By     string
	Result string
}

// File is one document.
type File struct {
	ID, Name string // Name is the file name
	Title    string
	Format   Format
	Data     []byte
	Made     time.Time
}

// Format is a file format with its number in the PRONOM register of The National
// Archives (UK).
type Format struct{ Name, PUID string }

// Formats of the documents of a dossier.
var (
	JSONFormat     = Format{"JSON Data Interchange Format", "fmt/817"}
	MarkdownFormat = Format{"Markdown", "fmt/1149"}
)

// Paper is one XML document of an export.
type Paper struct {
	Name string
	XML  []byte
}

type (
	mdto struct {
		XMLName  xml.Name      `xml:"https://www.nationaalarchief.nl/mdto MDTO"`
		Object   *infoObject   `xml:"informatieobject,omitempty"`
		Document *fileMetadata `xml:"bestand,omitempty"`
	}
	identity struct {
		Mark   string `xml:"identificatieKenmerk"`
		Source string `xml:"identificatieBron"`
	}
	reference struct {
		Name     string    `xml:"verwijzingNaam"`
		Identity *identity `xml:"verwijzingIdentificatie,omitempty"`
	}
	concept struct {
		Label string    `xml:"begripLabel"`
		Code  string    `xml:"begripCode,omitempty"`
		List  reference `xml:"begripBegrippenlijst"`
	}
	happening struct {
		Type   concept    `xml:"eventType"`
		At     string     `xml:"eventTijd,omitempty"`
		By     *reference `xml:"eventVerantwoordelijkeActor,omitempty"`
		Result string     `xml:"eventResultaat,omitempty"`
	}
	period struct {
		Type  concept `xml:"dekkingInTijdType"`
		From  string  `xml:"dekkingInTijdBegindatum"`
		Until string  `xml:"dekkingInTijdEinddatum,omitempty"`
	}
	term struct {
		Trigger *concept `xml:"termijnTriggerStartLooptijd,omitempty"`
		From    string   `xml:"termijnStartdatumLooptijd,omitempty"`
		Length  string   `xml:"termijnLooptijd,omitempty"`
		Until   string   `xml:"termijnEinddatum,omitempty"`
	}
	limit struct {
		Type concept `xml:"beperkingGebruikType"`
		More string  `xml:"beperkingGebruikNadereBeschrijving,omitempty"`
	}
	infoObject struct {
		Identity  identity    `xml:"identificatie"`
		Name      string      `xml:"naam"`
		Level     concept     `xml:"aggregatieniveau"`
		About     string      `xml:"omschrijving,omitempty"`
		Period    *period     `xml:"dekkingInTijd,omitempty"`
		Language  string      `xml:"taal"`
		Events    []happening `xml:"event"`
		Value     concept     `xml:"waardering"`
		Term      *term       `xml:"bewaartermijn,omitempty"`
		Category  *concept    `xml:"informatiecategorie,omitempty"`
		PartOf    *reference  `xml:"isOnderdeelVan,omitempty"`
		Parts     []reference `xml:"bevatOnderdeel"`
		Documents []reference `xml:"heeftRepresentatie"`
		Maker     reference   `xml:"archiefvormer"`
		Limit     limit       `xml:"beperkingGebruik"`
	}
	checksum struct {
		Algorithm concept `xml:"checksumAlgoritme"`
		Value     string  `xml:"checksumWaarde"`
		At        string  `xml:"checksumDatum"`
	}
	fileMetadata struct {
		Identity identity  `xml:"identificatie"`
		Name     string    `xml:"naam"`
		Size     int       `xml:"omvang"`
		Format   concept   `xml:"bestandsformaat"`
		Checksum checksum  `xml:"checksum"`
		Of       reference `xml:"isRepresentatieVan"`
	}
)

func word(label, code, list string) concept {
	return concept{Label: label, Code: code, List: reference{Name: list}}
}

// instant writes a moment in UTC.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// Describe gives the description of a dossier, of each of its documents, and of
// each file, as MDTO 1.0.1. sum is the SHA-256 of data; at is when it was computed.
func Describe(d Dossier, sum func(data []byte) [32]byte, at time.Time) ([]Paper, error) {
	var keep *term
	value := word("Blijvend te bewaren", "B", "Begrippenlijst Waarderingen MDTO")
	if !d.Keep.Forever {
		until, err := d.Keep.Until(d.Decided)
		if err != nil {
			return nil, err
		}
		value = word("Tijdelijk te bewaren", "V", "Begrippenlijst Waarderingen MDTO")
		start := word("Vaststelling", "", "Lemniscaat")
		keep = &term{Trigger: &start, From: d.Decided.String(), Length: d.Keep.Term, Until: until.String()}
	}
	var category *concept
	if d.Keep.Category != "" && d.Keep.List != "" {
		c := word(d.Keep.Category, "", d.Keep.List)
		category = &c
	}
	self := reference{Name: d.Name, Identity: &identity{d.ID, d.Source}}
	whole := infoObject{
		Identity: *self.Identity, Name: d.Name, Level: word("Dossier", "", "Begrippenlijst Aggregatieniveaus MDTO"), About: d.Summary,
		Period:   &period{Type: word("Looptijd van een dossier", "", "Lemniscaat"), From: d.Opened.String(), Until: d.Decided.String()},
		Language: "nl", Value: value, Term: keep, Category: category, Maker: reference{Name: or(d.Maker.Name, Open)},
		Limit: limit{
			Type: word("Nog te beoordelen", "", "Lemniscaat"),
			More: "De documenten bevatten geen namen van personen. Of er een beperking geldt, beoordeelt de archiefvormer.",
		},
	}
	for _, e := range d.Events {
		h := happening{Type: word(e.What, "", "Begrippenlijst EventTypeLijst MDTO"), At: instant(e.At), Result: e.Result}
		if e.By != "" {
			h.By = &reference{Name: e.By}
		}
		whole.Events = append(whole.Events, h)
	}
	var out []Paper
	for _, f := range d.Files {
		part := reference{Name: f.Title, Identity: &identity{f.ID, d.Source}}
		document := reference{Name: f.Name, Identity: &identity{f.ID + "/bestand", d.Source}}
		whole.Parts = append(whole.Parts, part)
		piece := infoObject{
			Identity: *part.Identity, Name: f.Title, Level: word("Archiefstuk", "", "Begrippenlijst Aggregatieniveaus MDTO"), Language: "nl",
			Events: []happening{{Type: word("Creatie", "", "Begrippenlijst EventTypeLijst MDTO"), At: instant(f.Made)}},
			Value:  value, Term: keep, Category: category, PartOf: &self, Documents: []reference{document}, Maker: whole.Maker, Limit: whole.Limit,
		}
		digest := sum(f.Data)
		description := fileMetadata{
			Identity: *document.Identity, Name: f.Name, Size: len(f.Data), Format: word(f.Format.Name, f.Format.PUID, "PRONOM-register"),
			Checksum: checksum{word("SHA256", "", "Begrippenlijst ChecksumAlgoritme MDTO"), hex.EncodeToString(digest[:]), instant(at)}, Of: part,
		}
		for _, p := range []struct {
			name string
			doc  mdto
		}{{f.Name + ".mdto.xml", mdto{Object: &piece}}, {f.Name + ".bestand.mdto.xml", mdto{Document: &description}}} {
			paper, err := paperOf(p.name, p.doc)
			if err != nil {
				return nil, err
			}
			out = append(out, paper)
		}
	}
	first, err := paperOf("dossier.mdto.xml", mdto{Object: &whole})
	if err != nil {
		return nil, err
	}
	return append([]Paper{first}, out...), nil
}

func paperOf(name string, doc mdto) (Paper, error) {
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return Paper{}, fmt.Errorf("mdto %s: %w", name, err)
	}
	return Paper{Name: name, XML: append([]byte(xml.Header), append(text, '\n')...)}, nil
}
