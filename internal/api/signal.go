package api

import (
	"context"
	"net/http"
	"net/url"

	"lemniscaat/internal/screen"
)

// Plaats is a place in the rules.
type Plaats struct {
	Regeling string `json:"regeling" minLength:"1" maxLength:"100" example:"zorgtoeslag"`
	Artikel  string `json:"artikel" minLength:"1" maxLength:"100" example:"artikel-2"`
	Lid      string `json:"lid,omitempty" maxLength:"20"`
	Regel    string `json:"regel,omitempty" maxLength:"200"`
	Stap     string `json:"stap,omitempty" maxLength:"100"`
}

func plaats(a screen.Anchor) Plaats {
	return Plaats{a.Regulation, a.Article, a.Lid, a.Rule, a.Step}
}

// Signaalinvoer is a signal to send.
type Signaalinvoer struct {
	Plaats    Plaats `json:"plaats"`
	Soort     string `json:"soort" enum:"onduidelijk,kan-niet,te-hard,botst,gegevens,haken-af,gaat-goed"`
	Tekst     string `json:"tekst" minLength:"1" maxLength:"4000" doc:"Wat er gebeurt, zonder persoonsgegevens." example:"Wie net boven de grens zit, verliest alles."`
	HoeVaak   string `json:"hoeVaak" enum:"een-keer,maandelijks,wekelijks,dagelijks"`
	Zaak      string `json:"zaak,omitempty" maxLength:"200" doc:"Het nummer van een zaak. Het wordt een pseudoniem voor het bewaard wordt."`
	Zichtbaar string `json:"zichtbaar,omitempty" enum:"eigenaar,niemand,iedereen" default:"eigenaar" doc:"Wie mag zien dat u dit meldde."`
}

// Ontvangst says what became of a signal that was sent.
type Ontvangst struct {
	ID        string `json:"id"`
	Knelpunt  string `json:"knelpunt,omitempty"`
	Antwoordt string `json:"antwoordt,omitempty" doc:"Wie antwoord schuldig is."`
	Uiterlijk string `json:"uiterlijk,omitempty" format:"date" doc:"De laatste dag van het antwoord."`
	Anderen   int    `json:"anderen" doc:"Hoeveel anderen dit eerder meldden."`
}

type sent struct {
	Location string `header:"Location" doc:"Waar het signaal staat."`
	Body     Ontvangst
}

// Signaal is one signal of the sender.
type Signaal struct {
	ID        string    `json:"id"`
	Plaats    Plaats    `json:"plaats"`
	Soort     string    `json:"soort"`
	Tekst     string    `json:"tekst"`
	Gemeld    string    `json:"gemeldOp" format:"date"`
	Station   string    `json:"station" doc:"Waar het is in de lus."`
	Stand     string    `json:"stand" doc:"Waar het op wacht, in een zin."`
	Knelpunt  string    `json:"knelpunt,omitempty"`
	Antwoordt string    `json:"antwoordt,omitempty"`
	Uiterlijk string    `json:"uiterlijk,omitempty" format:"date"`
	TeLaat    bool      `json:"teLaat"`
	Antwoord  *Antwoord `json:"antwoord,omitempty"`
	Reageren  bool      `json:"reageren" doc:"Er wordt gevraagd of u het antwoord herkent."`
}

// Antwoord is an answer to a knelpunt.
type Antwoord struct {
	Soort       string `json:"soort"`
	Door        string `json:"door"`
	Datum       string `json:"datum" format:"date"`
	Reden       string `json:"reden"`
	VanafMorgen string `json:"vanafMorgen,omitempty"`
	KlaarOp     string `json:"klaarOp,omitempty" format:"date"`
	HerzienOp   string `json:"herzienOp,omitempty" format:"date"`
	Voorstel    string `json:"voorstel,omitempty"`
}

func antwoord(a *screen.AnswerView) *Antwoord {
	if a == nil {
		return nil
	}
	out := &Antwoord{string(a.Kind), a.By, day(a.Date), a.Reason, a.FromTomorrow, day(a.DeliverBy), day(a.ReviewBy), ""}
	if a.Proposal != nil {
		out.Voorstel = last(a.Proposal.Href)
	}
	return out
}

// Signalen is a list of signals.
type Signalen struct {
	Total
	Signalen []Signaal `json:"signalen" nullable:"false"`
}

// Signaalzoek looks among the own signals.
type Signaalzoek struct {
	Woorden string `json:"woorden,omitempty" maxLength:"200"`
	Zaak    string `json:"zaak,omitempty" maxLength:"200" doc:"Alleen signalen over deze zaak."`
	Pagina  int    `json:"pagina,omitempty" default:"1" minimum:"1" maximum:"1000000"`
}

func (s *server) signals() {
	const tag = "Signalen"
	add(s, route{may: "signaal.melden", id: "stuurSignaal", method: http.MethodPost, path: "/signalen", tag: tag, scope: ScopeSignal, status: http.StatusCreated, repeats: true, says: []int{409},
		summary: "Stuur een signaal", doc: "Meldt wat er in de uitvoering misgaat (of goed gaat) op een plaats in de regels. Staan er persoonsgegevens in de tekst, dan komt het niet binnen. Het antwoord komt als het op schijf staat.",
		example: `{"plaats": {"regeling": "zorgtoeslag", "artikel": "artikel-2"}, "soort": "te-hard", "tekst": "Wie net boven de grens zit, verliest alles.", "hoeVaak": "wekelijks"}`}, s.sendSignal)
	add(s, route{may: "signaal.lezen", id: "lijstSignalen", method: http.MethodGet, path: "/signalen", tag: tag, scope: ScopeMine, summary: "De eigen signalen",
		doc: "Alleen die van de persoon bij wie het token hoort, de nieuwste eerst."}, s.listSignals)
	add(s, route{may: "signaal.lezen", id: "zoekSignalen", method: http.MethodPost, path: "/signalen/_zoek", tag: tag, scope: ScopeMine, summary: "Zoek in de eigen signalen",
		doc: "Met woorden, of met het nummer van een zaak. Dat nummer staat zo niet in een adres of een logboek.", example: `{"zaak": "Z-2026-0017"}`}, s.findSignals)
	add(s, route{may: "signaal.lezen", kind: "signaal", id: "leesSignaal", method: http.MethodGet, path: "/signalen/{signaal}", tag: tag, scope: ScopeMine, summary: "Eén eigen signaal met zijn stand"}, s.oneSignal)
}

func (s *server) sendSignal(ctx context.Context, in *body[Signaalinvoer]) (*sent, error) {
	b := in.Body
	id, err := s.Service.FileSignal(ctx, who(ctx), screen.SignalInput{
		Anchor: screen.Anchor{Regulation: b.Plaats.Regeling, Article: b.Plaats.Artikel, Lid: b.Plaats.Lid, Rule: b.Plaats.Regel, Step: b.Plaats.Stap, Case: b.Zaak},
		Tile:   screen.Tile(b.Soort), Text: b.Tekst, Frequency: screen.Frequency(b.HoeVaak), Shown: screen.Visibility(b.Zichtbaar), Key: keyOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	r, err := s.Service.Receipt(ctx, who(ctx), id)
	if err != nil {
		return nil, err
	}
	return &sent{Base + "/signalen/" + url.PathEscape(id), Ontvangst{id, last(r.Issue.Href), r.Owner, day(r.Due), r.Others}}, nil
}

func signaal(r screen.MySignalRow) Signaal {
	return Signaal{ID: r.ID, Plaats: plaats(r.Anchor), Soort: string(r.Tile), Tekst: r.Text, Gemeld: day(r.Filed), Station: string(r.Station), Stand: r.State,
		Knelpunt: last(r.Issue.Href), Antwoordt: r.Owes, Uiterlijk: day(r.Due), TeLaat: r.Overdue, Antwoord: antwoord(r.Answer), Reageren: r.React}
}

func (s *server) listSignals(ctx context.Context, in *struct{ Paged }) (*list[Signalen], error) {
	v, err := s.Service.MySignals(ctx, who(ctx), screen.Asked{Page: in.Pagina})
	if err != nil {
		return nil, err
	}
	out := &list[Signalen]{}
	if out.Link, out.Body.Total, err = paged("/signalen", nil, in.Pagina, v.Paging); err != nil {
		return nil, err
	}
	out.Body.Signalen = []Signaal{}
	for _, r := range v.Rows {
		out.Body.Signalen = append(out.Body.Signalen, signaal(r))
	}
	return out, nil
}

func (s *server) findSignals(ctx context.Context, in *body[Signaalzoek]) (*body[Signalen], error) {
	page := max(1, in.Body.Pagina)
	v, err := s.Service.FindMySignals(ctx, who(ctx), in.Body.Zaak, screen.Asked{Words: in.Body.Woorden, Page: page})
	if err != nil {
		return nil, err
	}
	_, total, err := paged("/signalen/_zoek", nil, page, v.Paging)
	if err != nil {
		return nil, err
	}
	out := &body[Signalen]{Signalen{total, []Signaal{}}}
	for _, r := range v.Rows {
		out.Body.Signalen = append(out.Body.Signalen, signaal(r))
	}
	return out, nil
}

func (s *server) oneSignal(ctx context.Context, in *struct {
	Signaal string `path:"signaal" maxLength:"100" pattern:"^[A-Za-z0-9-]+$" patternDescription:"letters, cijfers en streepjes" example:"s-3f9c0a1b2c3d4e5f" doc:"Het signaal."`
}) (*body[Signaal], error) {
	r, err := s.Service.MySignal(ctx, who(ctx), in.Signaal)
	if err != nil {
		return nil, err
	}
	return &body[Signaal]{signaal(r)}, nil
}
