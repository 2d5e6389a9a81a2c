package api

import (
	"context"
	"net/http"
	"net/url"

	"lemniscaat/internal/screen"
)

// Voorstel is one proposal in a list.
type Voorstel struct {
	ID       string `json:"id"`
	Titel    string `json:"titel"`
	Regeling string `json:"regeling" doc:"Naam van de regeling."`
	Stand    string `json:"stand"`
	Geopend  string `json:"geopendOp" format:"date"`
	Door     string `json:"door"`
	Wacht    string `json:"wachtOp,omitempty"`
}

// Voorstellen is a list of proposals.
type Voorstellen struct {
	Total
	Voorstellen []Voorstel `json:"voorstellen" nullable:"false"`
}

// Voorstelheel is one proposal with what it changes and where it stands.
type Voorstelheel struct {
	ID           string    `json:"id"`
	Titel        string    `json:"titel"`
	Regeling     string    `json:"regeling"`
	Knelpunt     string    `json:"knelpunt,omitempty"`
	Stand        string    `json:"stand"`
	Geopend      string    `json:"geopendOp" format:"date"`
	Door         string    `json:"door"`
	Vingerafdruk string    `json:"vingerafdruk" doc:"Wat de sleutels tekenen."`
	Vanaf        string    `json:"vanaf,omitempty" format:"date" doc:"Vanaf wanneer de waarden zouden gelden."`
	InWerking    string    `json:"inWerking,omitempty" format:"date"`
	Wijzigingen  []string  `json:"wijzigingen" nullable:"false" doc:"Wat er verandert, in zinnen."`
	Sleutels     []Sleutel `json:"sleutels" nullable:"false"`
	Ontbreekt    []string  `json:"ontbreekt" nullable:"false" doc:"Wat de volgende stap in de weg staat."`
	Simulatie    string    `json:"simulatie,omitempty"`
}

// Sleutel is a key of one corner.
type Sleutel struct {
	Hoek      string `json:"hoek" enum:"beleid,uitvoering"`
	Houder    string `json:"houder"`
	Gegeven   bool   `json:"gegeven"`
	Vervallen bool   `json:"vervallen" doc:"Gegeven, maar op een eerdere inhoud."`
}

func (s *server) proposals() {
	const tag = "Voorstellen"
	add(s, route{may: "voorstel.lezen", id: "lijstVoorstellen", method: http.MethodGet, path: "/voorstellen", tag: tag, scope: ScopeProposals, summary: "Voorstellen"}, s.listProposals)
	add(s, route{may: "voorstel.lezen", kind: "voorstel", id: "leesVoorstel", method: http.MethodGet, path: "/voorstellen/{voorstel}", tag: tag, scope: ScopeProposals, summary: "Eén voorstel",
		doc: "Lezen alleen: een voorstel maken, tekenen en besluiten doen mensen op de pagina's."}, s.oneProposal)
}

func (s *server) listProposals(ctx context.Context, in *struct {
	Paged
	Regeling string `query:"regeling" maxLength:"100" doc:"Alleen van deze regeling."`
}) (*list[Voorstellen], error) {
	v, err := s.Service.Proposals(ctx, who(ctx), in.Regeling, screen.Asked{Page: in.Pagina})
	if err != nil {
		return nil, err
	}
	out := &list[Voorstellen]{}
	if out.Link, out.Body.Total, err = paged("/voorstellen", url.Values{"regeling": {in.Regeling}}, in.Pagina, v.Paging); err != nil {
		return nil, err
	}
	out.Body.Voorstellen = []Voorstel{}
	for _, r := range v.Rows {
		out.Body.Voorstellen = append(out.Body.Voorstellen, Voorstel{r.ID, r.Title, r.Regulation, string(r.State), day(r.Opened), r.By, r.Waits})
	}
	return out, nil
}

func (s *server) oneProposal(ctx context.Context, in *struct {
	Voorstel string `path:"voorstel" maxLength:"100" pattern:"^[A-Za-z0-9-]+$" patternDescription:"letters, cijfers en streepjes" example:"v-3f9c0a1b2c3d4e5f" doc:"Het voorstel."`
}) (*body[Voorstelheel], error) {
	v, err := s.Service.Proposal(ctx, who(ctx), in.Voorstel)
	if err != nil {
		return nil, err
	}
	out := Voorstelheel{ID: v.ID, Titel: v.Title, Regeling: last(v.Regulation.Href), Stand: string(v.State), Geopend: day(v.Opened), Door: v.OpenedBy.Name,
		Vingerafdruk: v.ProposalDigest, Vanaf: day(v.From), InWerking: day(v.InForce), Wijzigingen: []string{}, Sleutels: []Sleutel{}, Ontbreekt: []string{}}
	if v.Issue != nil {
		out.Knelpunt = last(v.Issue.Href)
	}
	for _, d := range v.Diff {
		out.Wijzigingen = append(out.Wijzigingen, d.Text)
	}
	for _, k := range v.Keys {
		out.Sleutels = append(out.Sleutels, Sleutel{k.Corner, k.Holder, k.Given, k.Fallen})
	}
	for _, m := range v.Missing {
		out.Ontbreekt = append(out.Ontbreekt, m.Text)
	}
	if v.Simulation != nil {
		out.Simulatie = v.Simulation.ID
	}
	return &body[Voorstelheel]{out}, nil
}
