package api

import (
	"context"
	"net/http"
	"net/url"

	"lemniscaat/internal/screen"
)

// Knelpunt is one knelpunt in a list.
type Knelpunt struct {
	ID        string `json:"id"`
	Titel     string `json:"titel"`
	Plaats    Plaats `json:"plaats"`
	Soort     string `json:"soort"`
	Stand     string `json:"stand" enum:"open,beantwoord,opgelost,aanvaard,samengevoegd"`
	Geopend   string `json:"geopendOp" format:"date"`
	Antwoordt string `json:"antwoordt,omitempty" doc:"Wie iets schuldig is."`
	Schuldig  string `json:"schuldig,omitempty" doc:"Wat er schuldig is."`
	Uiterlijk string `json:"uiterlijk,omitempty" format:"date"`
	TeLaat    bool   `json:"teLaat"`
	Ernst     string `json:"ernst,omitempty"`
}

// Knelpunten is a list of them.
type Knelpunten struct {
	Total
	Knelpunten []Knelpunt `json:"knelpunten" nullable:"false"`
}

// Knelpuntheel is one knelpunt with what is around it.
type Knelpuntheel struct {
	Knelpunt
	Antwoord    *Antwoord `json:"antwoord,omitempty"`
	Voorstellen []string  `json:"voorstellen" nullable:"false"`
}

func knelpunt(r screen.IssueRow) Knelpunt {
	return Knelpunt{r.ID, r.Title, plaats(r.Anchor), string(r.Tile), string(r.State), day(r.Opened), r.Owner, r.Owed, day(r.Due), r.Overdue, r.Severity}
}

func (s *server) issues() {
	const tag = "Knelpunten"
	add(s, route{may: "knelpunt.lezen", id: "lijstKnelpunten", method: http.MethodGet, path: "/knelpunten", tag: tag, scope: ScopeIssues, summary: "Knelpunten",
		doc: "Eerst wat het eerst een antwoord vraagt."}, s.listIssues)
	add(s, route{may: "knelpunt.lezen", id: "zoekKnelpunten", method: http.MethodPost, path: "/knelpunten/_zoek", tag: tag, scope: ScopeIssues, summary: "Zoek knelpunten",
		doc: "Met gewone woorden.", example: `{"woorden": "eigen vermogen"}`}, s.findIssues)
	add(s, route{may: "knelpunt.lezen", kind: "knelpunt", id: "leesKnelpunt", method: http.MethodGet, path: "/knelpunten/{knelpunt}", tag: tag, scope: ScopeIssues, summary: "Eén knelpunt"}, s.oneIssue)
}

func (s *server) listIssues(ctx context.Context, in *struct {
	Paged
	Regeling string `query:"regeling" maxLength:"100" doc:"Alleen van deze regeling."`
	Stand    string `query:"stand" enum:"open,beantwoord,opgelost,aanvaard,samengevoegd" doc:"Alleen met deze stand."`
	TeLaat   bool   `query:"teLaat" doc:"Alleen waar iemand te laat is."`
}) (*list[Knelpunten], error) {
	v, err := s.Service.Issues(ctx, who(ctx), screen.IssueListInput{Asked: screen.Asked{Page: in.Pagina}, Regulation: in.Regeling, State: screen.IssueState(in.Stand), Overdue: in.TeLaat})
	if err != nil {
		return nil, err
	}
	q := url.Values{"regeling": {in.Regeling}, "stand": {in.Stand}}
	if in.TeLaat {
		q.Set("teLaat", "true")
	}
	out := &list[Knelpunten]{}
	if out.Link, out.Body.Total, err = paged("/knelpunten", q, in.Pagina, v.Paging); err != nil {
		return nil, err
	}
	out.Body.Knelpunten = knelpunten(v.Rows)
	return out, nil
}

func knelpunten(rows []screen.IssueRow) []Knelpunt {
	out := []Knelpunt{}
	for _, r := range rows {
		out = append(out, knelpunt(r))
	}
	return out
}

func (s *server) findIssues(ctx context.Context, in *body[Woorden]) (*body[Knelpunten], error) {
	v, err := s.Service.Issues(ctx, who(ctx), screen.IssueListInput{Asked: screen.Asked{Words: in.Body.Woorden}})
	if err != nil {
		return nil, err
	}
	return &body[Knelpunten]{Knelpunten{Total{v.Total, 1, v.Pages}, knelpunten(v.Rows)}}, nil
}

func (s *server) oneIssue(ctx context.Context, in *struct {
	Knelpunt string `path:"knelpunt" maxLength:"100" pattern:"^[A-Za-z0-9-]+$" patternDescription:"letters, cijfers en streepjes" example:"k-3f9c0a1b2c3d4e5f" doc:"Het knelpunt."`
}) (*body[Knelpuntheel], error) {
	v, err := s.Service.Issue(ctx, who(ctx), in.Knelpunt)
	if err != nil {
		return nil, err
	}
	out := &body[Knelpuntheel]{Knelpuntheel{knelpunt(v.Row), antwoord(v.Answer), []string{}}}
	for _, p := range v.Proposals {
		out.Body.Voorstellen = append(out.Body.Voorstellen, p.ID)
	}
	return out, nil
}
