package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// Simulatievraag asks for a run.
type Simulatievraag struct {
	Variant   string `json:"variant" minLength:"1" maxLength:"100" doc:"Een variant die bij deze installatie hoort; zie GET /simulaties/_keuzes." example:"ruimere-grens"`
	Bevolking string `json:"bevolking" minLength:"1" maxLength:"100" doc:"De bevolking waarop wordt gerekend." example:"nl:100000"`
}

// Simulatie says where a run stands.
type Simulatie struct {
	ID        string     `json:"id"`
	Titel     string     `json:"titel"`
	Stand     string     `json:"stand" enum:"wacht,bezig,klaar,mislukt,geannuleerd"`
	Procent   int        `json:"procent" minimum:"0" maximum:"100"`
	Voorgaand int        `json:"voorgaand" doc:"Hoeveel simulaties eerst gaan."`
	Bevolking string     `json:"bevolking,omitempty"`
	Voorstel  string     `json:"voorstel,omitempty" doc:"Het voorstel waar de simulatie bij hoort."`
	Fout      string     `json:"fout,omitempty"`
	Gevraagd  *time.Time `json:"gevraagdOp,omitempty"`
	Klaar     *time.Time `json:"klaarOp,omitempty"`
	Resultaat string     `json:"resultaat,omitempty" format:"uri-reference" doc:"Waar het resultaat staat, als zij klaar is."`
}

// Simulaties is a list of runs.
type Simulaties struct {
	Total
	Simulaties []Simulatie `json:"simulaties" nullable:"false"`
}

// Simulatiekeuzes are what can be computed.
type Simulatiekeuzes struct {
	Varianten   []Keuze `json:"varianten" nullable:"false"`
	Bevolkingen []Keuze `json:"bevolkingen" nullable:"false"`
}

// Keuze is something to choose.
type Keuze struct {
	ID   string `json:"id"`
	Naam string `json:"naam"`
}

// Resultaat is what a run found, as the command line gives it with --json.
type Resultaat json.RawMessage

// MarshalJSON gives the text.
func (r Resultaat) MarshalJSON() ([]byte, error) { return r, nil }

// Schema implements huma.SchemaProvider.
func (Resultaat) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: true,
		Description: "Aantallen, bedragen en groepen met hun marges, en alle aannames. Hetzelfde als simulate --json geeft; docs/simulatie.md legt de velden uit."}
}

type run struct {
	Simulatie string `path:"simulatie" maxLength:"100" pattern:"^[A-Za-z0-9-]+$" patternDescription:"letters, cijfers en streepjes" example:"r-3f9c0a1b2c3d4e5f" doc:"De simulatie."`
}

type started struct {
	Location string `header:"Location" doc:"Waar de stand staat."`
	Body     Simulatie
}

func (s *server) simulations() {
	const tag = "Simuleren"
	add(s, route{may: "simulatie.starten", id: "startSimulatie", method: http.MethodPost, path: "/simulaties", tag: tag, scope: ScopeSimulate, status: http.StatusAccepted, repeats: true, says: []int{409},
		summary: "Start een simulatie", doc: "Rekent een variant door op een bevolking. Het rekenen gebeurt op de achtergrond: volg de stand op het adres in Location.",
		example: `{"variant": "ruimere-grens", "bevolking": "nl:100000"}`}, s.startRun)
	add(s, route{may: "simulatie.lezen", id: "lijstSimulaties", method: http.MethodGet, path: "/simulaties", tag: tag, scope: ScopeSimulate, summary: "Alle simulaties"}, s.listRuns)
	add(s, route{may: "simulatie.lezen", id: "keuzesSimulatie", method: http.MethodGet, path: "/simulaties/_keuzes", tag: tag, scope: ScopeSimulate, summary: "Wat er door te rekenen is"}, s.runChoices)
	add(s, route{may: "simulatie.lezen", kind: "simulatie", id: "leesSimulatie", method: http.MethodGet, path: "/simulaties/{simulatie}", tag: tag, scope: ScopeSimulate, summary: "De stand van een simulatie"}, s.oneRun)
	add(s, route{may: "simulatie.stoppen", kind: "simulatie", id: "stopSimulatie", method: http.MethodDelete, path: "/simulaties/{simulatie}", tag: tag, scope: ScopeSimulate, status: http.StatusNoContent, says: []int{409, 412},
		summary: "Stop een simulatie", doc: "Een simulatie die klaar is, verandert niet meer. Met If-Match alleen als de stand nog is wat u zag."}, s.cancelRun)
	add(s, route{may: "simulatie.lezen", kind: "simulatie", id: "leesResultaat", method: http.MethodGet, path: "/simulaties/{simulatie}/resultaat", tag: tag, scope: ScopeSimulate, summary: "Wat een simulatie vond",
		doc: "404 zolang zij niet klaar is."}, s.runResult)
}

func simulatie(v screen.SimulationView) Simulatie {
	out := Simulatie{ID: v.ID, Titel: v.Title, Stand: string(v.State), Procent: v.Percent(), Voorgaand: v.Ahead, Bevolking: v.Population,
		Fout: v.Error, Gevraagd: instant(v.Asked), Klaar: instant(v.Finished)}
	if v.Proposal != nil {
		out.Voorstel = last(v.Proposal.Href)
	}
	if v.State == screen.SimulationDone {
		out.Procent, out.Resultaat = 100, Base+"/simulaties/"+url.PathEscape(v.ID)+"/resultaat"
	}
	return out
}

func (s *server) startRun(ctx context.Context, in *body[Simulatievraag]) (*started, error) {
	id, err := s.Service.SimulateVariant(ctx, who(ctx), screen.FreeRunInput{Variant: in.Body.Variant, Population: in.Body.Bevolking})
	if err != nil {
		return nil, err
	}
	v, err := s.Service.SimulationState(ctx, who(ctx), id)
	if err != nil {
		return nil, err
	}
	return &started{Base + "/simulaties/" + url.PathEscape(id), simulatie(v)}, nil
}

func (s *server) listRuns(ctx context.Context, in *struct{ Paged }) (*list[Simulaties], error) {
	v, err := s.Service.Simulations(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	some, p := screen.PageOf(append(v.Busy, v.Over...), screen.Asked{Page: in.Pagina})
	out := &list[Simulaties]{}
	if out.Link, out.Body.Total, err = paged("/simulaties", nil, in.Pagina, p); err != nil {
		return nil, err
	}
	out.Body.Simulaties = []Simulatie{}
	for _, x := range some {
		out.Body.Simulaties = append(out.Body.Simulaties, simulatie(x))
	}
	return out, nil
}

func (s *server) runChoices(ctx context.Context, _ *struct{}) (*body[Simulatiekeuzes], error) {
	v, err := s.Service.Simulations(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	out := &body[Simulatiekeuzes]{Simulatiekeuzes{[]Keuze{}, []Keuze{}}}
	for _, x := range v.Variants {
		out.Body.Varianten = append(out.Body.Varianten, Keuze{x.Value, x.Label})
	}
	for _, x := range v.Populations {
		out.Body.Bevolkingen = append(out.Body.Bevolkingen, Keuze{x.Value, x.Label})
	}
	return out, nil
}

func (s *server) oneRun(ctx context.Context, in *run) (*body[Simulatie], error) {
	v, err := s.Service.SimulationState(ctx, who(ctx), in.Simulatie)
	if err != nil {
		return nil, err
	}
	return &body[Simulatie]{simulatie(v)}, nil
}

func (s *server) cancelRun(ctx context.Context, in *run) (*struct{}, error) {
	v, err := s.Service.SimulationState(ctx, who(ctx), in.Simulatie)
	if err != nil {
		return nil, err
	}
	if v.State.Over() {
		return nil, no(http.StatusConflict, "al-voorbij", "Deze simulatie is al voorbij: "+string(v.State)+".")
	}
	return nil, s.Service.CancelSimulation(ctx, who(ctx), in.Simulatie)
}

func (s *server) runResult(ctx context.Context, in *run) (*body[Resultaat], error) {
	r, err := s.Service.Result(ctx, who(ctx), in.Simulatie)
	if err != nil {
		return nil, err
	}
	return resultOf(r)
}

func resultOf(r *simulate.Result) (*body[Resultaat], error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return &body[Resultaat]{b}, nil
}
