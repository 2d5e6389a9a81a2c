package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// problemGoType is how huma knows a Problem.
var problemGoType = reflect.TypeFor[Problem]()

// section is the key under which a case has the objects of a type.
func section(t *rule.ObjectType) string { return dossier.Section(t) }

// Dossier is a case: who is in it, what is known of them, and how they are
// related. It is read by the same reader as the file of the command line.
type Dossier json.RawMessage

// UnmarshalJSON keeps the text.
func (d *Dossier) UnmarshalJSON(b []byte) error {
	*d = append((*d)[:0], b...)
	return nil
}

// Schema implements huma.SchemaProvider: the keys of a case are words of the
// rules, so the schema leaves them open.
func (Dossier) Schema(huma.Registry) *huma.Schema {
	things := &huma.Schema{Type: "object", Description: "Elk met een eigen naam; daarbinnen de gegevens. Bedragen en getallen zijn JSON-getallen of teksten (\"28.400,00\"), percentages teksten (\"110 %\"), ja/nee is true of false.",
		AdditionalProperties: &huma.Schema{Type: "object", AdditionalProperties: true}}
	return &huma.Schema{
		Type: "object", Description: "Een zaak: personen, wat van hen bekend is, en hun relaties. De sleutels staan bij de regeling, onder versies.",
		Required: []string{"datum"}, MinProperties: new(1), AdditionalProperties: true,
		Properties: map[string]*huma.Schema{
			"datum":       {Type: "string", Format: "date", Description: "Op welke dag de zaak speelt."},
			"personen":    things,
			"huishoudens": things,
			"feiten":      {Type: "array", Description: "Relaties: {\"partnerschap\": [\"p1\", \"p2\"]}.", Items: &huma.Schema{Type: "object", AdditionalProperties: true}},
		},
		Examples: []any{json.RawMessage(`{"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400, "vermogen": 3000}}}`)},
	}
}

// Vraag asks what a regulation says of a case.
type Vraag struct {
	Regeling string  `json:"regeling" minLength:"1" maxLength:"100" example:"zorgtoeslag"`
	Datum    string  `json:"datum,omitempty" format:"date" doc:"Reken op deze dag in plaats van die van het dossier."`
	Zaak     string  `json:"zaak,omitempty" maxLength:"200" doc:"Het nummer van de zaak. Alleen nodig zolang een wijziging stap voor stap wordt ingevoerd. Het wordt niet bewaard."`
	Dossier  Dossier `json:"dossier"`
}

// Keuzes says how much is explained.
type Keuzes struct {
	Taal          string `json:"taal,omitempty" enum:"nl,en" default:"nl" doc:"Taal van de uitleg; namen uit de regels blijven Nederlands."`
	Veranderingen bool   `json:"veranderingen,omitempty" doc:"Zoek ook wat de uitkomst zou veranderen. Dat kost meer tijd."`
}

// Beslissingsvraag asks a decision.
type Beslissingsvraag struct {
	Vraag
	Uitleg bool `json:"uitleg,omitempty" doc:"Leg elke uitkomst uit, tot op het artikel."`
	Bewijs bool `json:"bewijs,omitempty" doc:"Geef een ondertekend ontvangstbewijs mee, voor de burger. Het wordt niet bewaard."`
	Keuzes
}

// Uitlegvraag asks an explanation.
type Uitlegvraag struct {
	Vraag
	Keuzes
}

// Reeksvraag asks many decisions at once.
type Reeksvraag struct {
	Vragen []Vraag `json:"vragen" minItems:"1" maxItems:"1000" doc:"Hoogstens duizend zaken."`
	Uitleg bool    `json:"uitleg,omitempty" doc:"Leg elke uitkomst uit, tot op het artikel."`
	Keuzes
}

// Beslissing is what a regulation says of a case.
type Beslissing struct {
	Regeling    string      `json:"regeling"`
	Datum       string      `json:"datum,omitempty" format:"date"`
	Regelset    string      `json:"regelset" doc:"Vingerafdruk van de regels waarmee is gerekend."`
	Volledig    bool        `json:"volledig" doc:"true: elke uitkomst is er. false: in fouten staat wat er ontbreekt."`
	Uitkomsten  []Uitkomst  `json:"uitkomsten" nullable:"false"`
	Schendingen []Schending `json:"schendingen,omitempty" nullable:"false" doc:"Regels waar het dossier niet aan voldoet."`
	Fouten      []Obstakel  `json:"fouten,omitempty" nullable:"false" doc:"Wat een antwoord in de weg staat."`
	Uitrol      []string    `json:"uitrol,omitempty" nullable:"false" doc:"Voorstellen die voor deze zaak al zijn ingevoerd."`
	Bewijs      *Bewijs     `json:"bewijs,omitempty" doc:"Het ontvangstbewijs, als erom is gevraagd. Er is geen bewijs als iets een antwoord in de weg staat, of als het dossier niet aan een regel voldoet."`
}

// Bewijs is a receipt with its opening: the file for the citizen.
type Bewijs struct {
	Vorm     string   `json:"vorm" example:"lemniscaat/ontvangstbewijs/1"`
	Bewijs   string   `json:"bewijs" doc:"Wat is ondertekend: regels, dag en uitkomst, zonder de gegevens."`
	Opening  Opening  `json:"opening" doc:"Laat zien welke gegevens erin gingen. Dit deel is voor de burger."`
	Sleutels Sleutels `json:"sleutels" doc:"De openbare sleutels van wie tekende. Wie het bewijs nagaat, haalt ze langs een andere weg."`
}

// Opening shows what went in.
type Opening struct {
	Vorm    string `json:"vorm" example:"lemniscaat/opening/1"`
	Zout    []byte `json:"zout"`
	Dossier string `json:"dossier" doc:"Het dossier, als YAML."`
}

// Sleutels are public keys.
type Sleutels struct {
	Sleutels []string `json:"sleutels" nullable:"false"`
	Wissels  []string `json:"wissels,omitempty" nullable:"false" doc:"Verklaringen bij een wissel van sleutel, ondertekend met de oude en de nieuwe."`
}

// Uitkomst is one outcome.
type Uitkomst struct {
	Object     string               `json:"object"`
	Eigenschap string               `json:"eigenschap"`
	Waarde     string               `json:"waarde" doc:"Een decimaal, ja, nee, een datum, een tekst, of leeg."`
	Eenheid    string               `json:"eenheid,omitempty"`
	Per        string               `json:"per,omitempty" doc:"jaar, kwartaal, maand of eenmalig"`
	Uitleg     *explain.Explanation `json:"uitleg,omitempty" doc:"De zin, hoogstens drie redenen, en de weg stap voor stap, elke stap met regel, versie, artikel en bron. docs/uitleg.md legt de velden uit."`
}

// Schending is a rule that the case does not meet.
type Schending struct {
	Tekst    string   `json:"tekst"`
	Regel    string   `json:"regel"`
	Naam     string   `json:"naam"`
	Objecten []string `json:"objecten" nullable:"false"`
}

// Obstakel is something that stands in the way of an answer.
type Obstakel struct {
	Code       string `json:"code" example:"ontbreekt"`
	Tekst      string `json:"tekst"`
	Advies     string `json:"advies,omitempty"`
	Plaats     string `json:"plaats,omitempty" doc:"JSON Pointer in het dossier, als het daar aan ligt."`
	Object     string `json:"object,omitempty"`
	Eigenschap string `json:"eigenschap,omitempty"`
	Regel      string `json:"regel,omitempty"`
}

// Beslissingen answers a batch, in the order in which it was asked.
type Beslissingen struct {
	Beslissingen []Beslissing `json:"beslissingen" nullable:"false"`
}

const oneCase = `{"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400, "vermogen": 3000}}}}`

func (s *server) decisions() {
	const tag = "Beslissen en uitleggen"
	const kept = " Er wordt niets bewaard en niets over de zaak staat in een adres. Een dossier dat niet te lezen is, geeft 400. Ontbreekt er een gegeven, dan staat dat in fouten en is volledig false."
	add(s, route{may: "beslissing.toepassen", id: "beslis", method: http.MethodPost, path: "/beslissingen", tag: tag, scope: ScopeDecide, summary: "Reken één zaak uit",
		doc: "Rekent een zaak uit volgens een regeling, met of zonder uitleg, en met of zonder ondertekend ontvangstbewijs." + kept, example: oneCase}, s.decideOne)
	add(s, route{may: "beslissing.toepassen", id: "beslisReeks", method: http.MethodPost, path: "/beslissingen/_reeks", tag: tag, scope: ScopeDecide, max: maxBatch, summary: "Reken veel zaken uit",
		doc: "Rekent hoogstens duizend zaken uit, elk los van de andere. Ligt het aan één dossier, dan staat dat bij die zaak in fouten; de andere gaan door.", example: `{"vragen": [` + oneCase + `]}`}, s.decideMany)
	add(s, route{may: "beslissing.toepassen", id: "legUit", method: http.MethodPost, path: "/uitleg", tag: tag, scope: ScopeDecide, summary: "Leg één zaak uit",
		doc: "Rekent een zaak uit en legt elke uitkomst uit, tot op het artikel." + kept, example: oneCase}, s.explainOne)
}

func (s *server) decideOne(ctx context.Context, in *body[Beslissingsvraag]) (*body[Beslissing], error) {
	d, err := s.decide(ctx, in.Body.Vraag, in.Body.Keuzes, in.Body.Uitleg, in.Body.Bewijs)
	if err != nil {
		return nil, unread(err, "#")
	}
	return &body[Beslissing]{*d}, nil
}

func (s *server) explainOne(ctx context.Context, in *body[Uitlegvraag]) (*body[Beslissing], error) {
	d, err := s.decide(ctx, in.Body.Vraag, in.Body.Keuzes, true, false)
	if err != nil {
		return nil, unread(err, "#")
	}
	return &body[Beslissing]{*d}, nil
}

func (s *server) decideMany(ctx context.Context, in *body[Reeksvraag]) (*body[Beslissingen], error) {
	out := &body[Beslissingen]{Beslissingen{make([]Beslissing, 0, len(in.Body.Vragen))}}
	for _, q := range in.Body.Vragen {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d, err := s.decide(ctx, q, in.Body.Keuzes, in.Body.Uitleg, false)
		if err != nil {
			if d, err = inFaults(q, err); err != nil {
				return nil, err
			}
		}
		out.Body.Beslissingen = append(out.Body.Beslissingen, *d)
	}
	return out, nil
}

// caseUnread is a case that cannot be read, with the places of its nodes.
type caseUnread struct {
	*screen.CaseUnread
	places []string
}

func (s *server) decide(ctx context.Context, q Vraag, k Keuzes, explained, signed bool) (*Beslissing, error) {
	doc, top, places, err := caseOf(q.Dossier)
	if err != nil {
		return nil, err
	}
	in := screen.CaseInput{Regulation: q.Regeling, Doc: doc, Case: top, Reference: q.Zaak, Lang: k.Taal, Explain: explained, Change: k.Veranderingen && explained, Receipt: signed}
	if q.Datum != "" {
		if in.Date, err = rule.ParseDate(q.Datum); err != nil {
			return nil, no(http.StatusBadRequest, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.",
				Fault{In: "body", Location: "#/datum", Code: "datum", Detail: "Dit is geen datum. Schrijf haar als 2026-06-01."})
		}
	}
	v, err := s.Service.DecideCase(ctx, in)
	var u *screen.CaseUnread
	if errors.As(err, &u) {
		return nil, &caseUnread{u, places}
	}
	if err != nil {
		return nil, err
	}
	out := &Beslissing{Regeling: v.Regulation, Datum: day(v.Date), Regelset: v.RuleSet, Volledig: len(v.Faults) == 0, Uitkomsten: make([]Uitkomst, 0, len(v.Outcomes)), Uitrol: v.Rollouts}
	for _, o := range v.Outcomes {
		out.Uitkomsten = append(out.Uitkomsten, Uitkomst{o.Object, o.Attribute, o.Value, o.Unit, o.Period, o.Explained})
	}
	for _, x := range v.Violations {
		out.Schendingen = append(out.Schendingen, Schending{x.Text, x.Rule, x.Name, append([]string{}, x.Objects...)})
	}
	for _, f := range v.Faults {
		out.Fouten = append(out.Fouten, Obstakel{Code: f.Code, Tekst: f.Text, Advies: f.Hint, Object: f.Object, Eigenschap: f.Attribute, Regel: f.Rule})
	}
	if r := v.Receipt; r != nil {
		out.Bewijs = &Bewijs{r.Format, r.Statement, Opening{r.Opening.Format, r.Opening.Salt, r.Opening.Dossier}, Sleutels{r.Keys.Keys, r.Keys.Changes}}
	}
	return out, nil
}

// faults gives every fault of an unread case, with its place under at.
func (u *caseUnread) faults(at string) []Fault {
	var out []Fault
	for _, d := range u.Diagnostics {
		if d.Severity != rule.Error {
			continue
		}
		place := at
		if n := d.Pos.Line; n > 0 && n <= len(u.places) {
			place += u.places[n-1]
		}
		text := d.Message
		if d.Hint != "" {
			text += " – " + d.Hint
		}
		out = append(out, Fault{In: "body", Location: place, Code: d.Code, Detail: text})
	}
	return out
}

// unread makes a 400 of a case that cannot be read.
func unread(err error, at string) error {
	var u *caseUnread
	if !errors.As(err, &u) {
		return err
	}
	return no(http.StatusBadRequest, "onjuist-dossier", "Het dossier is niet te lezen. In errors staat wat en waar.", u.faults(at+"/dossier")...)
}

// inFaults puts what is wrong with one case of a batch beside it.
func inFaults(q Vraag, err error) (*Beslissing, error) {
	out := &Beslissing{Regeling: q.Regeling, Datum: q.Datum, Uitkomsten: []Uitkomst{}}
	var u *caseUnread
	var r *screen.Refusal
	var p *Problem
	switch {
	case errors.As(err, &u):
		for _, f := range u.faults("") {
			out.Fouten = append(out.Fouten, Obstakel{Code: f.Code, Tekst: f.Detail, Plaats: strings.TrimPrefix(f.Location, "#")})
		}
	case errors.As(err, &r):
		out.Fouten = append(out.Fouten, Obstakel{Code: r.Code, Tekst: r.Error()})
	case errors.As(err, &p) && p.Status == http.StatusBadRequest:
		for _, f := range p.Errors {
			out.Fouten = append(out.Fouten, Obstakel{Code: f.Code, Tekst: f.Detail})
		}
	default:
		return nil, err
	}
	return out, nil
}
