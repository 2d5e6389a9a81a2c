package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// tags are the chapters of the documentation, in their order.
var tags = []*huma.Tag{
	{Name: "Regelingen", Description: "De regels als gegevens en als tekst. Openbaar."},
	{Name: "Beslissen en uitleggen", Description: "Een zaak uitrekenen, met uitleg tot op het artikel."},
	{Name: "Simuleren", Description: "Doorrekenen wat een andere regel doet."},
	{Name: "Signalen", Description: "Melden wat er in de uitvoering gebeurt, en volgen wat ermee gebeurt."},
	{Name: "Knelpunten", Description: "Waar het knelt, en wie daarop antwoord geeft."},
	{Name: "Voorstellen", Description: "Voorstellen om een regel te veranderen. Lezen alleen."},
	{Name: "Invoer", Description: "Beslissingen van zaaksystemen."},
	{Name: "Register", Description: "Wat iedereen mag zien. Openbaar."},
	{Name: "Beschrijving", Description: "Deze beschrijving zelf."},
}

func (s *server) openAPI() *huma.OpenAPI { return s.huma.OpenAPI() }

// describe finishes the document and makes the page of it.
func (s *server) describe() error {
	doc := s.openAPI()
	doc.Tags = tags
	doc.Components.Schemas.Map()["Uitleg"].Properties["datum"].Format = "date"
	for _, rt := range s.routes {
		op := operation(doc.Paths[rt.path], rt.method)
		if op == nil {
			return fmt.Errorf("api: %s %s is not in the document", rt.method, rt.path)
		}
		if err := rt.describe(op); err != nil {
			return err
		}
	}
	doc.Paths["/openapi.json"] = &huma.PathItem{Get: &huma.Operation{
		OperationID: "leesBeschrijving", Tags: []string{"Beschrijving"}, Summary: "Deze beschrijving", Security: []map[string][]string{},
		Description: "OpenAPI 3.1, voor elke herkomst te lezen.",
		Responses: map[string]*huma.Response{
			"200": {Description: "Het document.", Headers: map[string]*huma.Param{"API-Version": versionHeader()}, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: "object", AdditionalProperties: true}}}},
		},
	}}
	text, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return fmt.Errorf("api: %w", err)
	}
	s.spec = append(b.Bytes(), '\n')
	return s.document(doc)
}

func operation(p *huma.PathItem, method string) *huma.Operation {
	switch {
	case p == nil:
		return nil
	case method == http.MethodGet:
		return p.Get
	case method == http.MethodPost:
		return p.Post
	case method == http.MethodDelete:
		return p.Delete
	}
	return nil
}

func versionHeader() *huma.Param {
	return &huma.Param{Description: "Volledig versienummer van de API.", Schema: &huma.Schema{Type: "string", Examples: []any{Version}}}
}

// describe adds to an operation what huma does not know.
func (rt *route) describe(op *huma.Operation) error {
	for code, r := range op.Responses {
		if r.Headers == nil {
			r.Headers = map[string]*huma.Param{}
		}
		r.Headers["API-Version"] = versionHeader()
		switch {
		case code == "429" || code == "503":
			r.Headers["Retry-After"] = &huma.Param{Description: "Na hoeveel seconden het weer kan.", Schema: &huma.Schema{Type: "integer"}}
		case code == "401":
			r.Headers["WWW-Authenticate"] = &huma.Param{Description: "Bearer.", Schema: &huma.Schema{Type: "string"}}
		case strings.HasPrefix(code, "2"):
			r.Description = map[string]string{"200": "Gelukt.", "201": "Gemaakt.", "202": "Aangenomen; het werk is begonnen.", "204": "Gedaan."}[code]
			if rt.method == http.MethodGet {
				r.Headers["ETag"] = &huma.Param{Description: "Merk van deze inhoud, voor If-None-Match en If-Match.", Schema: &huma.Schema{Type: "string"}}
			}
			if rt.repeats {
				r.Headers["Idempotency-Replayed"] = &huma.Param{Description: "true: dit is het antwoord van de eerste keer.", Schema: &huma.Schema{Type: "string"}}
			}
		}
	}
	if rt.method == http.MethodGet {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "If-None-Match", In: "header", Description: "Merk dat u al heeft; is het nog zo, dan is het antwoord 304.", Schema: &huma.Schema{Type: "string"}})
		op.Responses["304"] = &huma.Response{Description: "Niet veranderd.", Headers: map[string]*huma.Param{"API-Version": versionHeader()}}
	}
	if rt.method == http.MethodDelete {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "If-Match", In: "header", Description: "Alleen als dit merk nog klopt.", Schema: &huma.Schema{Type: "string"}})
	}
	if !rt.takesBody {
		return nil
	}
	op.RequestBody.Required = true
	op.RequestBody.Description = fmt.Sprintf("Hoogstens %d bytes.", rt.max)
	if rt.kinds[0] != "application/json" {
		op.RequestBody.Content = map[string]*huma.MediaType{}
		for _, k := range rt.kinds {
			m := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
			switch k {
			case kindEvent:
				m.Schema = eventSchema()
			case kindEvents:
				m.Schema = &huma.Schema{Type: "array", MinItems: new(1), Items: eventSchema()}
			}
			op.RequestBody.Content[k] = m
		}
	}
	if rt.example != "" {
		var v any
		if err := json.Unmarshal([]byte(rt.example), &v); err != nil {
			return fmt.Errorf("api: example of %s: %w", rt.id, err)
		}
		op.RequestBody.Content[rt.kinds[0]].Example = v
	}
	return nil
}

// eventSchema is a CloudEvent (NL GOV profile) with one decision in it.
func eventSchema() *huma.Schema {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	return &huma.Schema{
		Type: "object", Required: []string{"specversion", "id", "source", "type", "data"}, AdditionalProperties: true,
		Properties: map[string]*huma.Schema{
			"specversion": {Type: "string", Enum: []any{"1.0"}}, "id": text("Uniek bij deze bron."), "source": text("urn:nld:oin:… van wie levert."),
			"type": text("nl.lemniscaat.uitkomst"), "time": {Type: "string", Format: "date-time"}, "datacontenttype": text("application/json"),
			"data": {Type: "object", AdditionalProperties: true, Description: "De beslissing; docs/voorbeelden laat er een paar zien.", Required: []string{"zaak", "regeling", "regelversie", "datum", "uitkomst", "contact"},
				Properties: map[string]*huma.Schema{
					"zaak": text("Nummer of pseudoniem van de zaak; het wordt een pseudoniem voor het bewaard wordt."), "regeling": text("De regeling."), "regelversie": text("Een dag of een vingerafdruk."),
					"datum": {Type: "string", Format: "date"}, "uitkomst": text("Bijvoorbeeld toegekend of afgewezen."), "contact": text("Of er met iemand is gesproken."),
				}},
		},
	}
}

// document makes the page of the document.
func (s *server) document(doc *huma.OpenAPI) error {
	type param struct{ Name, In, Text string }
	type op struct {
		ID, Method, Path, Summary, Text, Scope, Example string
		Params                                          []param
		Codes                                           []string
	}
	type chapter struct {
		Name, Text string
		Ops        []op
	}
	var chapters []chapter
	for _, t := range doc.Tags {
		c := chapter{Name: t.Name, Text: t.Description}
		for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
			for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
				x := operation(doc.Paths[path], m)
				if x == nil || !slices.Contains(x.Tags, t.Name) {
					continue
				}
				o := op{ID: x.OperationID, Method: m, Path: Base + path, Summary: x.Summary, Text: x.Description}
				if rt := s.routes[m+" "+Base+path]; rt != nil {
					o.Scope = rt.scope
					if rt.example != "" {
						var b bytes.Buffer
						if err := json.Indent(&b, []byte(rt.example), "", "  "); err != nil {
							return fmt.Errorf("api: %w", err)
						}
						o.Example = b.String()
					}
				}
				for _, p := range x.Parameters {
					o.Params = append(o.Params, param{p.Name, p.In, p.Description})
				}
				o.Codes = slices.Sorted(maps.Keys(x.Responses))
				c.Ops = append(c.Ops, o)
			}
		}
		if len(c.Ops) > 0 {
			chapters = append(chapters, c)
		}
	}
	var b bytes.Buffer
	err := page.Execute(&b, map[string]any{
		"Title": doc.Info.Title, "Version": Version, "Intro": strings.Split(intro, "\n\n"), "Chapters": chapters, "Scopes": Scopes(),
		"Spec": specPath, "Style": stylePath, "Changes": changes,
	})
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	s.page, s.pageOf = b.Bytes(), style
	return nil
}

// changes is what changed in each version of the API.
var changes = [][2]string{{"1.0.0", "De eerste versie. Het register geeft van regelingen en van wat te laat is de eerste vijftig; de rest staat op eigen adressen, met bladen."}}
