package api

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Kinds of a delivery.
const (
	kindEvent  = "application/cloudevents+json"
	kindEvents = "application/cloudevents-batch+json"
	kindLines  = "application/x-ndjson"
	kindCSV    = "text/csv"
)

// IntakeActor is who the log says delivered, when the token is of no person.
const IntakeActor = "koppeling/zaaksysteem"

// Levering says what became of a delivery.
type Levering struct {
	Ontvangen     int `json:"ontvangen"`
	Nieuw         int `json:"nieuw"`
	Bekend        int `json:"bekend" doc:"Was er al, precies zo."`
	ZonderContact int `json:"zonderContact" doc:"Nadelige beslissingen waarover niemand is gesproken."`
}

const oneEvent = `{"specversion": "1.0", "id": "a-1", "source": "urn:nld:oin:00000001003214345000", "type": "nl.lemniscaat.uitkomst", "data": {"zaak": "v1:00112233445566ff", "regeling": "zorgtoeslag", "regelversie": "2026-01-01", "datum": "2026-03-12", "uitkomst": "afgewezen", "contact": "gesproken"}}`

func (s *server) events() {
	add(s, route{may: "uitkomst.leveren", id: "leverBeslissingsgebeurtenissen", method: http.MethodPost, path: "/beslissingsgebeurtenissen", tag: "Invoer", scope: ScopeIntake, max: maxBatch, says: []int{409},
		kinds:   []string{kindEvent, kindEvents, kindLines, kindCSV},
		summary: "Lever beslissingen van een zaaksysteem",
		doc:     "CloudEvents, één of een reeks, of één per regel, of CSV. Dubbel leveren telt niet. Met één fout komt er niets binnen. Het antwoord komt als alles op schijf staat.",
		example: oneEvent}, s.deliver)
}

func (s *server) deliver(ctx context.Context, in *struct {
	RawBody []byte
}) (*body[Levering], error) {
	o := s.Service.IntakeOptions()
	var rows []outcome.Row
	var problems []outcome.Problem
	switch kindOf(ctx) {
	case kindEvent:
		var row outcome.Row
		row, problems = outcome.Event(in.RawBody, o)
		row.Line, rows = 1, []outcome.Row{row}
	case kindEvents:
		rows, problems = outcome.Batch(in.RawBody, o)
	case kindLines:
		rows, problems = eventLines(in.RawBody, o)
	case kindCSV:
		rows, problems = csvRows(in.RawBody, o)
	}
	if len(problems) > 0 {
		return nil, badDelivery(http.StatusBadRequest, "Er is niets ingelezen: de levering heeft fouten.", "onjuiste-levering", problems)
	}
	by := who(ctx)
	if by == "" {
		by = IntakeActor
	}
	got, err := s.Service.Receive(ctx, by, "", rows)
	var refused *screen.Refusal
	if errors.As(err, &refused) {
		var ps []outcome.Problem
		for _, n := range got.Changed {
			ps = append(ps, outcome.Problem{Pointer: fmt.Sprint("/", n-1), Code: refused.Code, Message: "deze gebeurtenis is er al, met een andere inhoud", Hint: refused.Hint})
		}
		if len(ps) > 0 {
			return nil, badDelivery(http.StatusConflict, refused.Text, refused.Code, ps)
		}
	}
	if err != nil {
		return nil, err
	}
	return &body[Levering]{Levering{got.Received, got.New, got.Known, got.Unheard}}, nil
}

func badDelivery(status int, detail, code string, ps []outcome.Problem) *Problem {
	p := no(status, code, detail)
	for _, x := range ps {
		text := x.Message
		if x.Hint != "" {
			text += " – " + x.Hint
		}
		p.Errors = append(p.Errors, Fault{In: "body", Location: "#" + x.Pointer, Code: x.Code, Detail: text})
	}
	return p
}

// csvRows reads a table.
func csvRows(text []byte, o outcome.Options) ([]outcome.Row, []outcome.Problem) {
	rows, ds := outcome.Read("levering", bytes.NewReader(text), o)
	var ps []outcome.Problem
	for _, d := range ds {
		if d.Severity != rule.Error {
			continue
		}
		if len(ps) >= outcome.MaxProblems {
			break
		}
		ps = append(ps, outcome.Problem{Pointer: fmt.Sprintf("/%d/%d", d.Pos.Line, d.Pos.Column), Code: d.Code, Message: d.Message, Hint: d.Hint})
	}
	if len(rows) == 0 && len(ps) == 0 {
		ps = append(ps, outcome.Problem{Code: "leeg", Message: "er staat geen enkele beslissing in"})
	}
	return rows, ps
}

// eventLines reads one event a line.
func eventLines(text []byte, o outcome.Options) (rows []outcome.Row, problems []outcome.Problem) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, outcome.MaxEventSize+2)
	n := 0
	for lines.Scan() {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if n >= outcome.MaxEvents {
			return nil, append(problems, outcome.Problem{Pointer: fmt.Sprint("/", n), Code: "te-veel", Message: fmt.Sprintf("meer dan %d gebeurtenissen", outcome.MaxEvents), Hint: "lever ze in delen aan"})
		}
		if len(problems) >= outcome.MaxProblems {
			return nil, append(problems, outcome.Problem{Pointer: fmt.Sprint("/", n), Code: "te-veel-fouten", Message: fmt.Sprintf("na %d fouten is het lezen gestopt", outcome.MaxProblems), Hint: "herstel deze eerst"})
		}
		row, ps := outcome.Event(line, o)
		row.Line = n + 1
		for _, p := range ps {
			p.Pointer = fmt.Sprint("/", n, p.Pointer)
			problems = append(problems, p)
		}
		rows = append(rows, row)
		n++
	}
	if lines.Err() != nil {
		problems = append(problems, outcome.Problem{Pointer: fmt.Sprint("/", n), Code: "te-groot", Message: fmt.Sprintf("de regel is groter dan %d bytes", outcome.MaxEventSize)})
	}
	if n == 0 && len(problems) == 0 {
		problems = append(problems, outcome.Problem{Code: "leeg", Message: "er staat geen enkele gebeurtenis in"})
	}
	return rows, problems
}
