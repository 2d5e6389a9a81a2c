package api

import (
	"context"
	"net/http"
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Regeling is a law, ordinance or policy rule.
type Regeling struct {
	ID           string   `json:"id" example:"zorgtoeslag"`
	Naam         string   `json:"naam"`
	Samenvatting string   `json:"samenvatting"`
	Niveau       int      `json:"niveau" minimum:"0" maximum:"3" doc:"0: tekst, 1: ook stappen, 2: ook uitkomsten, 3: ook regels om mee te rekenen."`
	Bwb          string   `json:"bwb,omitempty" doc:"Nummer in het Basiswettenbestand."`
	Bron         string   `json:"bron,omitempty" doc:"Adres van de officiële tekst."`
	BouwtOp      []string `json:"bouwtOp" nullable:"false" doc:"Regelingen waarvan deze woorden en regels gebruikt."`
	Vingerafdruk string   `json:"vingerafdruk" doc:"Vingerafdruk van de inhoud zoals die nu geldt."`
	KanBeslissen bool     `json:"kanBeslissen" doc:"Of er een zaak mee te beslissen is."`
	Gemeente     string   `json:"gemeente,omitempty"`
	Uitkomsten   []Geeft  `json:"uitkomsten" nullable:"false"`
}

// Geeft is an outcome that a regulation gives.
type Geeft struct {
	Eigenschap string `json:"eigenschap" example:"persoon.zorgtoeslag"`
	Naam       string `json:"naam"`
	Per        string `json:"per,omitempty" doc:"jaar, kwartaal, maand of eenmalig"`
	Eenheid    string `json:"eenheid,omitempty"`
}

// Regelingen is a list of regulations.
type Regelingen struct {
	Total
	Regelingen []Regeling `json:"regelingen" nullable:"false"`
}

// Artikel is an article with its text.
type Artikel struct {
	ID     string   `json:"id" example:"artikel-2"`
	Titel  string   `json:"titel"`
	Nummer string   `json:"nummer,omitempty"`
	Tekst  string   `json:"tekst" doc:"De tekst zonder opmaak; een lege regel tussen alinea's."`
	Leden  []Lid    `json:"leden" nullable:"false"`
	Jci    string   `json:"jci,omitempty" doc:"Juriconnect-verwijzing."`
	Bron   string   `json:"bron,omitempty"`
	Regels []string `json:"regels" nullable:"false" doc:"Regels die in dit artikel staan."`
}

// Lid is a numbered paragraph.
type Lid struct {
	Nummer string `json:"nummer"`
	Tekst  string `json:"tekst"`
}

// Artikelen is the articles of a regulation.
type Artikelen struct {
	Artikelen []Artikel `json:"artikelen" nullable:"false"`
}

// Parameter is a number of the law with its values in time.
type Parameter struct {
	ID      string            `json:"id" example:"zorgtoeslag.drempelinkomen"`
	Naam    string            `json:"naam"`
	Artikel string            `json:"artikel,omitempty"`
	Soort   string            `json:"soort" doc:"Het type, in RegelSpraak."`
	Waarden []Parameterwaarde `json:"waarden" nullable:"false"`
}

// Parameterwaarde holds from its day until the next.
type Parameterwaarde struct {
	Vanaf        string `json:"vanaf" format:"date"`
	Waarde       string `json:"waarde" doc:"Exact: een decimaal, een breuk als 1/3, een datum, ja, nee of leeg."`
	Tekst        string `json:"tekst" doc:"Dezelfde waarde zoals mensen haar schrijven."`
	Bron         string `json:"bron,omitempty"`
	Geverifieerd bool   `json:"geverifieerd" doc:"false: niemand heeft deze waarde nagekeken."`
	Voorbeeld    bool   `json:"voorbeeld" doc:"true: een waarde van de voorbeeldgemeente, niet van een echte."`
	Opmerking    string `json:"opmerking,omitempty"`
}

// Parameters is the parameters of a regulation.
type Parameters struct {
	Parameters []Parameter `json:"parameters" nullable:"false"`
}

// Versies are the versions of a regulation.
type Versies struct {
	Versies []Versie `json:"versies" nullable:"false"`
}

// Versie is a day from which something else holds.
type Versie struct {
	Vanaf      string   `json:"vanaf" format:"date"`
	Regels     []string `json:"regels" nullable:"false" doc:"Regels die op deze dag beginnen."`
	Parameters []string `json:"parameters" nullable:"false" doc:"Parameters die op deze dag een andere waarde krijgen."`
}

// Regelversie is everything that holds on one day.
type Regelversie struct {
	Regeling     string    `json:"regeling"`
	Peildatum    string    `json:"peildatum" format:"date"`
	Vingerafdruk string    `json:"vingerafdruk" doc:"Van de regeling."`
	Regelset     string    `json:"regelset" doc:"Van alle regels samen, zoals bij een beslissing staat."`
	Regels       []Regel   `json:"regels" nullable:"false"`
	Parameters   []Geldend `json:"parameters" nullable:"false"`
	Gegevens     []Gegeven `json:"gegevens" nullable:"false" doc:"Wat een dossier kan geven."`
}

// Regel is a rule as it holds.
type Regel struct {
	ID             string   `json:"id"`
	Naam           string   `json:"naam"`
	Artikel        string   `json:"artikel"`
	GeldigVan      string   `json:"geldigVan,omitempty" format:"date"`
	GeldigTotEnMet string   `json:"geldigTotEnMet,omitempty" format:"date"`
	Tekst          string   `json:"tekst" doc:"De regel in RegelSpraak."`
	Bronnen        []string `json:"bronnen" nullable:"false"`
	Bepaalt        string   `json:"bepaalt,omitempty" doc:"De eigenschap waar de regel over gaat."`
	Vingerafdruk   string   `json:"vingerafdruk,omitempty"`
}

// Geldend is the value of a parameter that holds.
type Geldend struct {
	ID   string `json:"id"`
	Naam string `json:"naam"`
	Parameterwaarde
}

// Gegeven is a datum that a case can give.
type Gegeven struct {
	Eigenschap string `json:"eigenschap" example:"persoon.toetsingsinkomen"`
	Naam       string `json:"naam"`
	Onder      string `json:"onder" doc:"Onder welke sleutel van het dossier het ding staat." example:"personen"`
	Sleutel    string `json:"sleutel" doc:"Hoe het gegeven daar heet." example:"toetsingsinkomen"`
	Soort      string `json:"soort"`
}

// Woorden is what is looked for.
type Woorden struct {
	Woorden string `json:"woorden" minLength:"1" maxLength:"200" example:"eigen vermogen" doc:"Gewone woorden."`
}

// Vindplaatsen is what a search found.
type Vindplaatsen struct {
	Vindplaatsen []Vindplaats `json:"vindplaatsen" nullable:"false"`
}

// Vindplaats is a place in the rules.
type Vindplaats struct {
	Regeling string   `json:"regeling"`
	Artikel  string   `json:"artikel,omitempty"`
	Regel    string   `json:"regel,omitempty"`
	Stap     string   `json:"stap,omitempty"`
	Soort    string   `json:"soort"`
	Fragment string   `json:"fragment"`
	Waarom   []string `json:"waarom" nullable:"false"`
}

// InRegeling names the regulation of an address.
type InRegeling struct {
	Regeling string `path:"regeling" maxLength:"100" pattern:"^[a-z0-9-]+$" patternDescription:"kleine letters, cijfers en streepjes" example:"zorgtoeslag" doc:"De regeling."`
}

type body[T any] struct{ Body T }

type list[T any] struct {
	Linked
	Body T
}

func (s *server) regulations() {
	const tag = "Regelingen"
	add(s, route{may: "regeling.lezen", id: "lijstRegelingen", method: http.MethodGet, path: "/regelingen", tag: tag, summary: "Alle regelingen",
		doc: "De regelingen zoals zij nu gelden in deze installatie: wat meekomt, wat is ingelezen en wat is aangenomen."}, s.listRegulations)
	add(s, route{may: "regeling.lezen", id: "zoekRegelingen", method: http.MethodPost, path: "/regelingen/_zoek", tag: tag, summary: "Zoek een plaats in de regels",
		doc: "Zoekt met gewone woorden in regelingen, artikelen, regels en stappen.", example: `{"woorden": "eigen vermogen"}`}, s.findInRules)
	add(s, route{may: "regeling.lezen", id: "leesRegeling", method: http.MethodGet, path: "/regelingen/{regeling}", tag: tag, summary: "Eén regeling"}, s.oneRegulation)
	add(s, route{may: "regeling.lezen", id: "lijstArtikelen", method: http.MethodGet, path: "/regelingen/{regeling}/artikelen", tag: tag, summary: "De artikelen met hun tekst"}, s.articles)
	add(s, route{may: "regeling.lezen", id: "leesArtikel", method: http.MethodGet, path: "/regelingen/{regeling}/artikelen/{artikel}", tag: tag, summary: "Eén artikel"}, s.oneArticle)
	add(s, route{may: "regeling.lezen", id: "lijstParameters", method: http.MethodGet, path: "/regelingen/{regeling}/parameters", tag: tag, summary: "De getallen van de regeling, door de tijd",
		doc: "Elke waarde heeft een bron en een merk: geverifieerd of niet."}, s.parameters)
	add(s, route{may: "regeling.lezen", id: "lijstVersies", method: http.MethodGet, path: "/regelingen/{regeling}/versies", tag: tag, summary: "De dagen waarop iets anders gaat gelden"}, s.versions)
	add(s, route{may: "regeling.lezen", id: "leesVersie", method: http.MethodGet, path: "/regelingen/{regeling}/versies/{peildatum}", tag: tag, summary: "De regels op één dag",
		doc: "Alles wat op die dag geldt, als tekst en als gegevens. Met elke dag te vragen, ook een dag waarop niets verandert."}, s.version)
}

func (s *server) regulation(id string) (*regulation.Set, *regulation.Regulation, rule.Date, error) {
	set, today := s.Service.InForceNow()
	r, ok := set.Get(id)
	if !ok {
		return nil, nil, today, screen.ErrNotFound
	}
	return set, r, today, nil
}

func regeling(set *regulation.Set, r *regulation.Regulation) Regeling {
	out := Regeling{ID: r.ID, Naam: r.Name, Samenvatting: r.Summary, Niveau: int(r.Level), Bwb: r.BWB, Bron: r.Official,
		BouwtOp: append([]string{}, r.BuildsOn...), Vingerafdruk: string(set.ContentDigest(r)), KanBeslissen: r.Decides(), Uitkomsten: []Geeft{}}
	if r.Municipality != nil {
		out.Gemeente = r.Municipality.Name
	}
	for _, o := range r.Outcomes {
		out.Uitkomsten = append(out.Uitkomsten, Geeft{o.Attribute, o.Label, o.Period, o.Unit})
	}
	return out
}

func (s *server) listRegulations(_ context.Context, in *struct{ Paged }) (*list[Regelingen], error) {
	set, _ := s.Service.InForceNow()
	some, p := screen.PageOf(set.Regulations, screen.Asked{Page: in.Pagina})
	out := &list[Regelingen]{}
	var err error
	if out.Link, out.Body.Total, err = paged("/regelingen", nil, in.Pagina, p); err != nil {
		return nil, err
	}
	out.Body.Regelingen = []Regeling{}
	for _, r := range some {
		out.Body.Regelingen = append(out.Body.Regelingen, regeling(set, r))
	}
	return out, nil
}

func (s *server) oneRegulation(_ context.Context, in *InRegeling) (*body[Regeling], error) {
	set, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	return &body[Regeling]{regeling(set, r)}, nil
}

func artikel(a *regulation.Article) Artikel {
	out := Artikel{ID: a.ID, Titel: a.Title, Nummer: a.Number, Tekst: a.Text, Jci: a.Source, Bron: a.URL, Leden: []Lid{}, Regels: []string{}}
	for _, l := range a.Leden {
		out.Leden = append(out.Leden, Lid{l.Number, l.Text})
	}
	for _, r := range a.Rules {
		out.Regels = append(out.Regels, r.ID)
	}
	return out
}

func (s *server) articles(_ context.Context, in *InRegeling) (*body[Artikelen], error) {
	_, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	out := &body[Artikelen]{Artikelen{[]Artikel{}}}
	for _, a := range r.Articles {
		out.Body.Artikelen = append(out.Body.Artikelen, artikel(a))
	}
	return out, nil
}

func (s *server) oneArticle(_ context.Context, in *struct {
	InRegeling
	Artikel string `path:"artikel" maxLength:"100" pattern:"^[a-z0-9.-]+$" patternDescription:"kleine letters, cijfers, punten en streepjes" example:"artikel-2" doc:"Het artikel."`
}) (*body[Artikel], error) {
	_, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	a, ok := r.Article(in.Artikel)
	if !ok {
		return nil, screen.ErrNotFound
	}
	return &body[Artikel]{artikel(a)}, nil
}

func waarde(p *rule.Parameter, v rule.ParameterValue) Parameterwaarde {
	return Parameterwaarde{Vanaf: day(v.From), Waarde: v.Value.String(), Tekst: notation.Format(v.Value, p.Type), Bron: v.Source,
		Geverifieerd: v.Verified, Voorbeeld: v.Example, Opmerking: v.Note}
}

func (s *server) parameters(_ context.Context, in *InRegeling) (*body[Parameters], error) {
	_, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	out := &body[Parameters]{Parameters{[]Parameter{}}}
	for _, p := range r.Parameters {
		q := Parameter{ID: p.ID, Naam: p.Name, Artikel: p.Article, Soort: regelspraak.PrintType(p.Type), Waarden: []Parameterwaarde{}}
		for _, v := range p.Values {
			q.Waarden = append(q.Waarden, waarde(p, v))
		}
		out.Body.Parameters = append(out.Body.Parameters, q)
	}
	return out, nil
}

func (s *server) versions(_ context.Context, in *InRegeling) (*body[Versies], error) {
	_, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	on := map[rule.Date]*Versie{}
	at := func(d rule.Date) *Versie {
		if on[d] == nil {
			on[d] = &Versie{Vanaf: d.String(), Regels: []string{}, Parameters: []string{}}
		}
		return on[d]
	}
	for _, ru := range r.Rules() {
		for _, v := range ru.Versions {
			if !v.From.IsZero() {
				x := at(v.From)
				x.Regels = append(x.Regels, ru.ID)
			}
		}
	}
	for _, p := range r.Parameters {
		for _, v := range p.Values {
			if !v.From.IsZero() {
				x := at(v.From)
				x.Parameters = append(x.Parameters, p.ID)
			}
		}
	}
	out := &body[Versies]{Versies{[]Versie{}}}
	var days []rule.Date
	for d := range on {
		days = append(days, d)
	}
	slices.SortFunc(days, rule.Date.Compare)
	for _, d := range days {
		out.Body.Versies = append(out.Body.Versies, *on[d])
	}
	return out, nil
}

func (s *server) version(_ context.Context, in *struct {
	InRegeling
	Peildatum string `path:"peildatum" format:"date" example:"2026-01-01" doc:"De dag."`
}) (*body[Regelversie], error) {
	set, r, _, err := s.regulation(in.Regeling)
	if err != nil {
		return nil, err
	}
	on, err := rule.ParseDate(in.Peildatum)
	if err != nil {
		return nil, no(http.StatusBadRequest, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.",
			Fault{In: "path", Location: "peildatum", Code: "datum", Detail: "Dit is geen datum. Schrijf haar als 2026-06-01."})
	}
	out := Regelversie{Regeling: r.ID, Peildatum: on.String(), Vingerafdruk: string(set.ContentDigest(r)), Regelset: string(set.Digest()),
		Regels: []Regel{}, Parameters: []Geldend{}, Gegevens: []Gegeven{}}
	for _, ru := range r.Rules() {
		v := ru.At(on)
		if v == nil {
			continue
		}
		x := Regel{ID: ru.ID, Naam: ru.Name, Artikel: ru.Article, GeldigVan: day(v.From), GeldigTotEnMet: day(v.Until),
			Tekst: regelspraak.PrintVersion(v), Bronnen: append([]string{}, ru.Source...)}
		if a := v.Writes(); a != nil {
			x.Bepaalt = a.ID()
		}
		if d, ok := set.VersionDigest(ru.ID, on); ok {
			x.Vingerafdruk = string(d)
		}
		out.Regels = append(out.Regels, x)
	}
	for _, p := range r.Parameters {
		if v, ok := p.At(on); ok {
			out.Parameters = append(out.Parameters, Geldend{p.ID, p.Name, waarde(p, v)})
		}
	}
	out.Gegevens = inputs(set, r, on)
	return &body[Regelversie]{out}, nil
}

// inputs are the attributes that no rule gives on a day, of what the rules of a
// regulation and those that it builds on speak of.
func inputs(set *regulation.Set, r *regulation.Regulation, on rule.Date) []Gegeven {
	out := []Gegeven{}
	if !r.Decides() {
		return out
	}
	program, ds := set.Program(r.ID)
	if ds.Err() != nil {
		return out
	}
	for _, o := range program.Model().Objects {
		for _, a := range o.Attributes {
			if program.IsInput(a, on) {
				out = append(out, Gegeven{a.ID(), a.Name, section(o), rule.Slug(a.Name), regelspraak.PrintType(a.Type)})
			}
		}
	}
	return out
}

func (s *server) findInRules(ctx context.Context, in *body[Woorden]) (*body[Vindplaatsen], error) {
	v, err := s.Service.SignalForm(ctx, who(ctx), screen.SignalAsk{Words: in.Body.Woorden})
	if err != nil {
		return nil, err
	}
	out := &body[Vindplaatsen]{Vindplaatsen{[]Vindplaats{}}}
	if v.Finding != nil {
		for _, f := range v.Finding.Found {
			out.Body.Vindplaatsen = append(out.Body.Vindplaatsen, Vindplaats{Regeling: f.Anchor.Regulation, Artikel: f.Anchor.Article, Regel: f.Anchor.Rule,
				Stap: f.Anchor.Step, Soort: f.Kind, Fragment: f.Excerpt, Waarom: append([]string{}, f.Why...)})
		}
	}
	return out, nil
}
