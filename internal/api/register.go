package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lemniscaat/internal/screen"
)

// Register is the public register.
type Register struct {
	Regelingen     []Registerregeling `json:"regelingen" nullable:"false" doc:"De eerste 50; alle staan op /register/regelingen."`
	RegelingenAlle int                `json:"regelingenAlle" doc:"Hoeveel regelingen er zijn."`
	TeLaat         []TeLaat           `json:"teLaat" nullable:"false" doc:"Wie iets schuldig is en te laat is. De eerste 50; alles staat op /register/te-laat."`
	TeLaatAlle     int                `json:"teLaatAlle" doc:"Hoeveel er te laat is."`
	Tellingen      []Telling          `json:"tellingen" nullable:"false"`
	Gebeurtenissen int64              `json:"gebeurtenissen" doc:"Hoe lang het logboek is."`
	Kop            string             `json:"kop" doc:"Hash van de laatste gebeurtenis."`
	KopTijd        *time.Time         `json:"kopTijd,omitempty"`
}

// Registerregelingen is a page of the regulations of the register.
type Registerregelingen struct {
	Total
	Regelingen []Registerregeling `json:"regelingen" nullable:"false"`
}

// TeLaatLijst is a page of what is late.
type TeLaatLijst struct {
	Total
	TeLaat []TeLaat `json:"teLaat" nullable:"false"`
}

// Registerregeling is a regulation with the versions that were adopted.
type Registerregeling struct {
	ID      string           `json:"id"`
	Naam    string           `json:"naam"`
	Versies []Registerversie `json:"versies" nullable:"false"`
}

// Registerversie is one version.
type Registerversie struct {
	Vanaf        string         `json:"vanaf,omitempty" format:"date"`
	Vingerafdruk string         `json:"vingerafdruk"`
	Voorstel     string         `json:"voorstel,omitempty"`
	Opmerking    string         `json:"opmerking,omitempty"`
	Sleutels     []Handtekening `json:"sleutels" nullable:"false"`
}

// Handtekening is a key that was given.
type Handtekening struct {
	Hoek   string     `json:"hoek"`
	Houder string     `json:"houder"`
	Op     *time.Time `json:"gegevenOp,omitempty"`
}

// TeLaat is something that is owed and late.
type TeLaat struct {
	Wie       string `json:"wie"`
	Wat       string `json:"wat"`
	Knelpunt  string `json:"knelpunt,omitempty"`
	Uiterlijk string `json:"uiterlijk" format:"date"`
	Dagen     int    `json:"dagen"`
}

// Telling is one number.
type Telling struct {
	Wat    string `json:"wat"`
	Aantal string `json:"aantal" doc:"Zoals mensen het schrijven."`
}

// Feed is a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
type Feed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Language    string     `json:"language"`
	FeedURL     string     `json:"feed_url" format:"uri-reference"`
	Items       []FeedItem `json:"items" nullable:"false"`
}

// FeedItem is one thing that happened.
type FeedItem struct {
	ID        string     `json:"id"`
	URL       string     `json:"url,omitempty" format:"uri-reference"`
	Title     string     `json:"title"`
	Text      string     `json:"content_text"`
	Published *time.Time `json:"date_published,omitempty"`
}

type feed struct {
	Kind string `header:"Content-Type"`
	Body Feed
}

func (s *server) register() {
	s.regulations()
	s.decisions()
	s.simulations()
	s.signals()
	s.issues()
	s.proposals()
	s.events()
	const tag = "Register"
	add(s, route{may: "register.lezen", id: "leesRegister", method: http.MethodGet, path: "/register", tag: tag, summary: "Het openbare register",
		doc: "Welke versies gelden en wie daarvoor tekende, wie te laat is, en de stand van het logboek."}, s.readRegister)
	add(s, route{may: "register.lezen", id: "lijstRegisterRegelingen", method: http.MethodGet, path: "/register/regelingen", tag: tag, summary: "De regelingen van het register",
		doc: "Welke versies gelden en wie daarvoor tekende."}, s.registerRegulations)
	add(s, route{may: "register.lezen", id: "lijstRegisterTeLaat", method: http.MethodGet, path: "/register/te-laat", tag: tag, summary: "Wat openbaar te laat is",
		doc: "Wie iets schuldig is en langer te laat is dan de openbare trede van de ladder."}, s.registerLate)
	add(s, route{may: "register.lezen", id: "feedRegister", method: http.MethodGet, path: "/feeds/register", tag: tag, summary: "Wat er gebeurde, als feed",
		doc: "JSON Feed 1.1 van de laatste gebeurtenissen in het register. Zonder teksten van mensen."}, s.registerFeed)
	add(s, route{may: "voorstel.lezen", id: "feedVeranderagenda", method: http.MethodGet, path: "/feeds/veranderagenda", tag: tag, scope: ScopeProposals, summary: "De Veranderagenda, als feed",
		doc: "JSON Feed 1.1: per uitvoerder en kwartaal wat er is gevraagd en wat er past."}, s.agendaFeed)
}

func (s *server) readRegister(ctx context.Context, _ *struct{}) (*body[Register], error) {
	v, err := s.Service.Register(ctx, "", screen.RegisterInput{Part: screen.RegisterRegulations})
	if err != nil {
		return nil, err
	}
	late, err := s.Service.Register(ctx, "", screen.RegisterInput{Part: screen.RegisterOverdue})
	if err != nil {
		return nil, err
	}
	out := Register{
		Regelingen: registerRows(v.Regulations), RegelingenAlle: v.Totals[screen.RegisterRegulations], TeLaat: lateRows(late.Overdue), TeLaatAlle: late.Totals[screen.RegisterOverdue],
		Tellingen: []Telling{}, Gebeurtenissen: v.Events, Kop: v.Head, KopTijd: instant(v.HeadAt),
	}
	for _, n := range v.Counts {
		out.Tellingen = append(out.Tellingen, Telling{n.Label, n.Value})
	}
	return &body[Register]{out}, nil
}

func registerRows(rows []screen.RegisterRegulation) []Registerregeling {
	out := []Registerregeling{}
	for _, r := range rows {
		x := Registerregeling{r.ID, r.Name, []Registerversie{}}
		for _, w := range r.Versions {
			y := Registerversie{Vanaf: day(w.From), Vingerafdruk: w.Digest, Voorstel: last(w.Proposal.Href), Opmerking: w.Note, Sleutels: []Handtekening{}}
			for _, k := range w.Keys {
				y.Sleutels = append(y.Sleutels, Handtekening{k.Corner, k.Holder, instant(k.At)})
			}
			x.Versies = append(x.Versies, y)
		}
		out = append(out, x)
	}
	return out
}

func lateRows(rows []screen.OverdueRow) []TeLaat {
	out := []TeLaat{}
	for _, o := range rows {
		out = append(out, TeLaat{o.Debtor, o.What, last(o.Issue.Href), day(o.Due), o.Days})
	}
	return out
}

func (s *server) registerRegulations(ctx context.Context, in *Paged) (*list[Registerregelingen], error) {
	v, err := s.Service.Register(ctx, "", screen.RegisterInput{Part: screen.RegisterRegulations, Asked: screen.Asked{Page: in.Pagina}})
	if err != nil {
		return nil, err
	}
	out := &list[Registerregelingen]{}
	if out.Link, out.Body.Total, err = paged("/register/regelingen", nil, in.Pagina, v.Paging); err != nil {
		return nil, err
	}
	out.Body.Regelingen = registerRows(v.Regulations)
	return out, nil
}

func (s *server) registerLate(ctx context.Context, in *Paged) (*list[TeLaatLijst], error) {
	v, err := s.Service.Register(ctx, "", screen.RegisterInput{Part: screen.RegisterOverdue, Asked: screen.Asked{Page: in.Pagina}})
	if err != nil {
		return nil, err
	}
	out := &list[TeLaatLijst]{}
	if out.Link, out.Body.Total, err = paged("/register/te-laat", nil, in.Pagina, v.Paging); err != nil {
		return nil, err
	}
	out.Body.TeLaat = lateRows(v.Overdue)
	return out, nil
}

const (
	feedKind    = "application/feed+json"
	feedVersion = "https://jsonfeed.org/version/1.1"
)

func (s *server) registerFeed(ctx context.Context, _ *struct{}) (*feed, error) {
	v, err := s.Service.Register(ctx, "", screen.RegisterInput{})
	if err != nil {
		return nil, err
	}
	out := &feed{feedKind, Feed{feedVersion, "Register", "Wat er gebeurde in het register.", "nl", Base + "/feeds/register", []FeedItem{}}}
	for _, r := range v.Recent {
		out.Body.Items = append(out.Body.Items, FeedItem{ID: fmt.Sprint(r.Event), URL: r.Ref.Href, Title: r.Text, Text: r.Text + ".", Published: instant(r.At)})
	}
	return out, nil
}

func (s *server) agendaFeed(ctx context.Context, _ *struct{}) (*feed, error) {
	v, err := s.Service.Agenda(ctx, "", screen.AgendaInput{})
	if err != nil {
		return nil, err
	}
	out := &feed{feedKind, Feed{feedVersion, "Veranderagenda", "Wat uitvoerders per kwartaal aankunnen, en wat ervan is gevraagd. In uren.", "nl", Base + "/feeds/veranderagenda", []FeedItem{}}}
	for _, g := range v.Groups {
		for _, q := range g.Quarters {
			text := fmt.Sprintf("Gevraagd %d uur, toegezegd %d uur.", q.Asked, q.Promised)
			if q.Known {
				text = fmt.Sprintf("Ruimte %d uur, toegezegd %d uur, gevraagd %d uur, vrij %d uur.", q.Capacity, q.Promised, q.Asked, q.Free)
			}
			out.Body.Items = append(out.Body.Items, FeedItem{ID: g.ID + "/" + q.Quarter, URL: "/veranderagenda?uitvoerder=" + g.ID, Title: g.Name + ", " + q.Quarter, Text: text})
		}
	}
	return out, nil
}
