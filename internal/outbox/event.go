package outbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lemniscaat/internal/event"
)

// CloudEvent is one event for others: CloudEvents 1.0, as the NL GOV profile for
// CloudEvents (version 1.1, Logius) has it. No attribute and nothing in the data is
// about a person.
type CloudEvent struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"` // urn:nld:oin:<20 digits>:systeem:lemniscaat
	Type        string          `json:"type"`   // nl.lemniscaat.voorstel-besloten
	Subject     string          `json:"subject"`
	Time        time.Time       `json:"time"`
	ContentType string          `json:"datacontenttype"`
	Sequence    string          `json:"sequence"`
	Data        json.RawMessage `json:"data"`
}

// published are the events that go out: the type for others, and which fields of
// the data go along. Fields that are not named stay here. A name of the data source
// leads the type, never that of an organisation (profile, attribute type).
var published = map[string]struct {
	typ    string
	fields []string
}{
	"knelpunt.geopend.1":              {"knelpunt-geopend", []string{"anker", "tegel", "antwoordUiterlijk", "niveau"}},
	"knelpunt.beantwoord.1":           {"knelpunt-beantwoord", []string{"antwoord", "klaarOp", "herzieOp", "voorstel"}},
	"knelpunt.antwoord-ingetrokken.1": {"knelpunt-antwoord-ingetrokken", []string{"antwoordUiterlijk"}},
	"knelpunt.opgelost.1":             {"knelpunt-opgelost", nil}, // how many reporters said what is a number about a few people
	"knelpunt.heropend.1":             {"knelpunt-heropend", []string{"oorzaak", "niveau", "antwoordUiterlijk"}},
	"voorstel.geopend.1":              {"voorstel-geopend", []string{"regeling", "titel", "knelpunten"}},
	"voorstel.voorgelegd.1":           {"voorstel-voorgelegd", []string{"voorstel", "sleutelUiterlijk"}},
	"voorstel.besloten.1":             {"voorstel-besloten", []string{"voorstel"}},
	"voorstel.geldend.1":              {"voorstel-geldend", []string{"van", "invoeringstoetsUiterlijk"}},
	"voorstel.gepauzeerd.1":           {"voorstel-gepauzeerd", []string{"oorzaak", "besluitUiterlijk"}},
	"voorstel.ingetrokken.1":          {"voorstel-ingetrokken", nil},
	"voorstel.vervallen.1":            {"voorstel-vervallen", nil},
	"regeling.vastgesteld.1":          {"regelversie-vastgesteld", []string{"versie.voorstel", "versie.van", "versie.inhoud"}},
	"besluit.genomen.1":               {"besluit-vastgelegd", nil}, // that one was taken, nothing about it
}

// TypePrefix begins the type of every event that goes out.
const TypePrefix = "nl.lemniscaat."

// TypeNames gives the types that go out.
func TypeNames() []string {
	var out []string
	for _, p := range published {
		out = append(out, TypePrefix+p.typ)
	}
	return out
}

// Source names the source of events: the organisation by its OIN, and this system.
func Source(oin string) string {
	if oin == "" {
		return "urn:nld:lemniscaat"
	}
	return "urn:nld:oin:" + oin + ":systeem:lemniscaat"
}

// FromEvent gives what others hear of an event; ok is false when that is nothing.
// log names the log, so that source and id are unique over installations with one
// OIN.
func FromEvent(e event.Event, source, log string) (c CloudEvent, ok bool, err error) {
	p, ok := published[e.Type]
	if !ok {
		return c, false, nil
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(e.Data, &all); err != nil {
		return c, false, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	data := map[string]json.RawMessage{}
	for _, f := range p.fields {
		from := all
		if outer, inner, nested := strings.Cut(f, "."); nested {
			from = nil
			if err := json.Unmarshal(all[outer], &from); err != nil {
				return c, false, fmt.Errorf("event %d: %w", e.Seq, err)
			}
			f = inner
		}
		if v, ok := from[f]; ok {
			data[f] = v
		}
	}
	kind, id, _ := strings.Cut(e.Stream, "/")
	if e.Type != "besluit.genomen.1" { // the id of a decision leads to a case
		data[kind] = json.RawMessage(fmt.Sprintf("%q", id))
	}
	body, err := json.Marshal(data)
	if err != nil {
		return c, false, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	subject := e.Stream
	if e.Type == "besluit.genomen.1" {
		subject = "besluiten"
	}
	return CloudEvent{
		SpecVersion: "1.0", ID: fmt.Sprintf("%s-%d", log, e.Seq), Source: source, Type: TypePrefix + p.typ, Subject: subject,
		Time: e.At.UTC(), ContentType: "application/json", Sequence: fmt.Sprintf("%020d", e.Seq), Data: body,
	}, true, nil
}
