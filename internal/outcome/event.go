package outcome

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// EventType is the type of a CloudEvent that tells of an outcome. As the NL GOV
// profile for CloudEvents asks, it is a reverse domain name without the name of
// an organisation.
const EventType = "nl.lemniscaat.uitkomst"

// Limits of a delivery of events.
const (
	MaxEvents    = 10_000   // in one batch
	MaxEventSize = 64 << 10 // bytes of one
)

// Problem is something wrong with an event. Pointer is its place in the body,
// as a JSON pointer: "/3/data/zaak".
type Problem struct {
	Pointer, Code, Message, Hint string
}

// Where gives the place for people: "data.zaak: ".
func (p Problem) Where() string {
	if p.Pointer == "" {
		return ""
	}
	return strings.ReplaceAll(strings.TrimPrefix(p.Pointer, "/"), "/", ".") + ": "
}

// Event reads one CloudEvent (1.0, structured JSON) into a row. The event is
// about nobody: no attribute may hold personal data, and a reference to a case
// becomes a pseudonym.
//
// Attributes: specversion "1.0", id, source (urn:nld:oin:…, or another URI),
// type EventType; time, subject, datacontenttype, dataschema, dataref,
// sequence and sequencetype may be there. data has the columns of a CSV as its
// members, with groups as an object and yes and no as booleans.
func Event(body []byte, o Options) (Row, []Problem) {
	e := eventReader{o: o}
	e.read(body)
	return e.row, e.problems
}

// Batch reads events as application/cloudevents-batch+json: a JSON array. With
// a problem there are no rows.
func Batch(body []byte, o Options) ([]Row, []Problem) {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, []Problem{{"", "geen-lijst", "de inhoud is geen lijst van gebeurtenissen", "verwacht: [ {…}, {…} ]"}}
	}
	var rows []Row
	var problems []Problem
	for n := 0; d.More(); n++ {
		if n == MaxEvents {
			return nil, append(problems, Problem{fmt.Sprint("/", n), "te-veel", fmt.Sprintf("meer dan %d gebeurtenissen", MaxEvents), "lever ze in delen aan"})
		}
		if len(problems) >= MaxProblems {
			return nil, append(problems, Problem{fmt.Sprint("/", n), "te-veel-fouten", fmt.Sprintf("na %d fouten is het lezen gestopt", MaxProblems), "herstel deze eerst"})
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, append(problems, Problem{fmt.Sprint("/", n), "geen-json", "dit is geen geldige JSON", ""})
		}
		row, ps := Event(raw, o)
		row.Line = n + 1
		for _, p := range ps {
			p.Pointer = fmt.Sprint("/", n, p.Pointer)
			problems = append(problems, p)
		}
		rows = append(rows, row)
	}
	if _, err := d.Token(); err != nil {
		return nil, append(problems, Problem{"", "geen-json", "de lijst sluit niet", ""})
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, append(problems, Problem{"", "geen-json", "na de lijst staat nog iets", ""})
	}
	if len(rows) == 0 {
		problems = append(problems, Problem{"", "leeg", "er staat geen enkele gebeurtenis in", ""})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return rows, nil
}

type eventReader struct {
	o        Options
	row      Row
	problems []Problem
}

func (e *eventReader) add(pointer, code, message, hint string) {
	e.problems = append(e.problems, Problem{pointer, code, message, hint})
}

var (
	attributeName = regexp.MustCompile(`^[a-z0-9]{1,20}$`)
	oin           = regexp.MustCompile(`^urn:nld:oin:[0-9]{20}(?::[a-z0-9-]+(?::[a-z0-9-]+)*)?$`)
	uri           = regexp.MustCompile(`^(?:urn:[a-z0-9][a-z0-9-]{1,31}:|https://)[A-Za-z0-9._~:/-]+$`)
)

func (e *eventReader) read(body []byte) {
	if len(body) > MaxEventSize {
		e.add("", "te-groot", fmt.Sprintf("de gebeurtenis is groter dan %d bytes", MaxEventSize), "")
		return
	}
	attributes, ok := e.members("", body)
	if !ok {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "data" {
			continue
		}
		var text string
		at := "/" + name
		if !attributeName.MatchString(name) {
			e.add("", "onjuist-kenmerk", fmt.Sprintf("%q is geen naam van een kenmerk", clip(name)), "kleine letters en cijfers, ten hoogste 20")
			continue
		}
		if json.Unmarshal(attributes[name], &text) != nil {
			// The extensions of a CloudEvent may be numbers and booleans too.
			text = string(attributes[name])
			if name == "data_base64" || strings.ContainsAny(text[:1], "[{") {
				e.add(at, "geen-tekst", "dit kenmerk is geen tekst", "")
				continue
			}
		}
		e.attribute(name, at, text)
	}
	for _, name := range []string{"specversion", "id", "source", "type"} {
		if attributes[name] == nil {
			e.add("/"+name, "leeg", "dit kenmerk ontbreekt", "")
		}
	}
	if attributes["data"] == nil {
		e.add("/data", "leeg", "er zijn geen gegevens", "")
		return
	}
	if data, ok := e.members("/data", attributes["data"]); ok {
		e.data(data)
	}
}

// attribute checks one attribute of the envelope.
func (e *eventReader) attribute(name, at, text string) {
	if utf8.RuneCountInString(text) > MaxField {
		e.add(at, "te-lang", fmt.Sprintf("de waarde is langer dan %d tekens", MaxField), "")
		return
	}
	if what, found := Personal(text); found && name != "time" && !(name == "source" && oin.MatchString(text)) {
		e.add(at, "persoonsgegeven", "hier staat "+what, "in de kenmerken van een gebeurtenis staan geen persoonsgegevens")
		return
	}
	switch name {
	case "specversion":
		if text != "1.0" {
			e.add(at, "versie-cloudevents", fmt.Sprintf("%q kan niet", clip(text)), "verwacht: 1.0")
		}
	case "type":
		if text != EventType {
			e.add(at, "onbekend-type", fmt.Sprintf("%q is hier onbekend", clip(text)), "verwacht: "+EventType)
		}
	case "source":
		if e.row.Source = text; !oin.MatchString(text) && !uri.MatchString(text) {
			e.add(at, "onjuiste-bron", fmt.Sprintf("%q is geen bron", clip(text)), "verwacht: urn:nld:oin: en 20 cijfers, of een andere URN of https-adres")
		}
	case "id":
		if e.row.ID = text; !sourceForm.MatchString(text) {
			e.add(at, "onjuist-kenmerk", fmt.Sprintf("%q kan niet", clip(text)), "letters, cijfers, punt, dubbelepunt, streep en schuine streep; een UUID is goed")
		}
	case "time":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			e.add(at, "onjuist-tijdstip", fmt.Sprintf("%q is geen tijdstip", clip(text)), "verwacht: 2026-03-12T10:15:00Z")
		}
	case "datacontenttype":
		if text != "application/json" {
			e.add(at, "onjuiste-inhoud", fmt.Sprintf("%q kan niet", clip(text)), "verwacht: application/json")
		}
	}
}

// members gives the members of a JSON object. One that stands twice is refused:
// which of the two was meant is not known.
func (e *eventReader) members(at string, body []byte) (map[string]json.RawMessage, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	if !utf8.Valid(body) {
		e.add(at, "geen-tekst", "dit is geen tekst in UTF-8", "")
		return nil, false
	}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		e.add(at, "geen-json", "hier hoort een JSON-object te staan", "")
		return nil, false
	}
	out := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		var value json.RawMessage
		if err == nil && ok {
			err = d.Decode(&value)
		}
		if err != nil {
			e.add(at, "geen-json", "dit is geen geldige JSON", "")
			return nil, false
		}
		if out[name] != nil {
			e.add(at, "dubbel-veld", fmt.Sprintf("%q staat er twee keer", clip(name)), "")
			return nil, false
		}
		if string(value) == "null" {
			continue // as if it was not there
		}
		out[name] = value
	}
	if _, err := d.Token(); err != nil {
		e.add(at, "geen-json", "het object sluit niet", "")
		return nil, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		e.add(at, "geen-json", "na het object staat nog iets", "")
		return nil, false
	}
	return out, true
}

// dataNames gives the member of data for each column.
var dataNames = map[string]string{
	"zaak": "zaak", "regeling": "regeling", "regelversie": "regelversie", "datum": "datum", "uitkomst": "uitkomst", "bedrag": "bedrag", "groep": "groepen",
	"contact": "contact", "grond": "grond", "synthetisch": "synthetisch", "artikel": "artikel", "stap": "stap", "verlies": "verlies",
	"deel-van-inkomen": "deelVanInkomen", "uitzondering": "uitzondering", "te-laat": "teLaat", "dubbel-gevraagd": "dubbelGevraagd",
}

func (e *eventReader) data(members map[string]json.RawMessage) {
	before := len(e.problems)
	tell := func(name, code, message, hint string) {
		at := "/data"
		if name != "" {
			at += "/" + dataNames[name]
		}
		e.add(at, code, message, hint)
	}
	for _, column := range columns {
		name, ok := dataNames[column]
		if !ok {
			continue // source and id are in the envelope
		}
		raw := members[name]
		delete(members, name)
		value, ok := dataValue(column, raw)
		if !ok {
			tell(column, "andere-vorm", "de waarde heeft een andere vorm", dataForm(column))
			continue
		}
		e.o.field(&e.row, column, value, tell)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		e.add("/data", "onbekend-veld", fmt.Sprintf("%q is hier onbekend", clip(name)), "toegestaan: "+strings.Join(slices.Sorted(maps.Values(dataNames)), ", "))
	}
	if len(e.problems) == before {
		e.o.whole(&e.row, tell)
	}
}

func dataForm(column string) string {
	switch column {
	case "synthetisch", "te-laat", "dubbel-gevraagd":
		return "verwacht: true of false"
	case "groep":
		return `verwacht: {"huishouden": "alleenstaand"}`
	}
	return "verwacht: een tekst tussen aanhalingstekens"
}

// dataValue gives the member as it would stand in a CSV.
func dataValue(column string, raw json.RawMessage) (string, bool) {
	switch column {
	case "synthetisch", "te-laat", "dubbel-gevraagd":
		switch string(raw) {
		case "":
			return "nee", true
		case "true":
			return "ja", true
		case "false":
			return "nee", true
		}
		return "", false
	case "groep":
		if raw == nil {
			return "", true
		}
		var groups map[string]string
		if json.Unmarshal(raw, &groups) != nil {
			return "", false
		}
		for _, v := range groups {
			if strings.ContainsAny(v, ",=") {
				return "", false
			}
		}
		return Row{Groups: groups}.GroupText(), true
	}
	if raw == nil {
		return "", true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}
