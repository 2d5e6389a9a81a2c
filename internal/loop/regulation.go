package loop

import (
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// ArticleText is one article of an imported regulation.
type ArticleText struct {
	ID    string   `json:"id"`
	Title string   `json:"titel"`
	Text  string   `json:"tekst"`
	Paras []string `json:"leden,omitempty"` // numbers of the leden, for anchors
	// Gone is the date of the first text without it (zero: it is in the text).
	// It is kept for what hangs on it, and for cases from before.
	Gone rule.Date `json:"-"`
}

// Adoption is a version of a regulation that was decided here: an overlay over
// what ships or was imported.
type Adoption struct {
	Proposal string    `json:"voorstel"`
	From     rule.Date `json:"van"`
	Content  Digest    `json:"inhoud"`
	Variant  string    `json:"variant"`
	Summary  []string  `json:"samenvatting"`
	Keys     []Key     `json:"sleutels"`
	On       rule.Date `json:"-"`
	Seq      uint64    `json:"-"`
}

// OutcomeImport is one import of outcomes from a case system.
type OutcomeImport struct {
	ID        string    `json:"id"`
	File      string    `json:"bestand"` // name, for people
	Digest    Digest    `json:"digest"`  // of the file
	Rows      int       `json:"rijen"`
	From      rule.Date `json:"van"`
	Until     rule.Date `json:"tot"`
	Synthetic bool      `json:"synthetisch,omitempty"`
	By        PersonID  `json:"-"`
	On        rule.Date `json:"-"`
}

// Regulation is what the log knows of a regulation: imported text, adopted
// versions, imported outcomes.
type Regulation struct {
	ID, Name  string
	Version   uint64
	BWB       string
	Source    string
	Imported  rule.Date // zero: it ships with the program
	Digest    Digest
	Articles  []ArticleText
	Adoptions []Adoption // sorted by From, then by moment of adoption
	Imports   []OutcomeImport
}

// RegulationCommand is a command on a regulation.
type RegulationCommand interface {
	Command
	regulationID() string
}

// ImportRegulation brings in a regulation as text (level 0), or a new text of
// one.
type ImportRegulation struct {
	ID, Name, BWB, Source string
	Digest                Digest
	Articles              []ArticleText
	// After is the digest of the text that Moves starts from; zero for a first
	// text, or when nothing moved.
	After Digest
	Moves []Move
}

// ImportOutcomes records that outcomes came in. The same file twice is
// refused.
type ImportOutcomes struct {
	Regulation string
	Import     OutcomeImport
}

func (c ImportRegulation) regulationID() string { return c.ID }
func (c ImportOutcomes) regulationID() string   { return c.Regulation }

// RegulationScope is what a regulation has to know of the rest.
type RegulationScope struct {
	By PersonID
	// Ships reports that the regulation comes with the program, so that its
	// text is not imported.
	Ships bool
	// Member reports that the actor is in its triangle.
	Member bool
}

// limits of an import.
const (
	maxArticles = 5000
	maxArticle  = 200_000 // bytes of one article
)

// DecideRegulation gives the events of a command on a regulation.
func DecideRegulation(g Regulation, s RegulationScope, c RegulationCommand, _ time.Time) ([]Payload, error) {
	switch c := c.(type) {
	case ImportRegulation:
		if err := checkID(c.ID, "de regeling"); err != nil {
			return nil, err
		}
		if err := (Anchor{Regulation: c.ID}).check(); err != nil {
			return nil, err
		}
		if s.Ships {
			return nil, refuse("id-bestaat", "De regeling “"+clip(c.ID)+"” wordt met Lemniscaat geleverd.", "Kies een andere korte naam.")
		}
		if strings.TrimSpace(c.Name) == "" || len(c.Name) > 1000 {
			return nil, refuse("naam-ontbreekt", "De regeling heeft geen naam.", "Geef de naam die mensen kennen.")
		}
		if len(c.Articles) == 0 || len(c.Articles) > maxArticles {
			return nil, refuse("artikelen-ontbreken", "De regeling heeft "+itoa(len(c.Articles))+" artikelen.", "Voer 1 tot "+itoa(maxArticles)+" artikelen in.")
		}
		ids := map[string]bool{}
		for _, a := range c.Articles {
			if err := (Anchor{Regulation: c.ID, Article: a.ID}).check(); err != nil || a.ID == "" || ids[a.ID] {
				return nil, refuse("artikel-onjuist", "Artikel “"+clip(a.ID)+"” heeft geen eigen naam die kan.", "Geef elk artikel een naam zoals artikel-2.")
			}
			ids[a.ID] = true
			if len(a.Text) > maxArticle {
				return nil, refuse("artikel-te-lang", "Artikel “"+clip(a.ID)+"” is te lang.", "Een artikel is ten hoogste "+itoa(maxArticle)+" bytes.")
			}
		}
		if c.Digest != "" && c.Digest == g.Digest {
			return nil, refuse("niets-veranderd", "Deze tekst staat er al.", "")
		}
		if c.After != "" && c.After != g.Digest {
			return nil, refuse("tekst-veranderd", "Er is intussen een andere tekst ingevoerd.", "Voer het bestand nog een keer in.")
		}
		for _, m := range c.Moves {
			from, to := Anchor{Regulation: c.ID, Article: m.Article, Paragraph: m.Lid}, Anchor{Regulation: c.ID, Article: m.NowArticle, Paragraph: m.NowLid}
			next := Regulation{Imported: rule.Date{Year: 1, Month: 1, Day: 1}, Articles: c.Articles}
			if (m.Lid == "") != (m.NowLid == "") || !g.has(from) || !next.has(to) {
				return nil, refuse("hernummering-onjuist", "“"+clip(from.Key())+"” kan niet verhuizen naar “"+clip(to.Key())+"”.", "Beide plaatsen moeten bestaan.")
			}
		}
		return []Payload{&RegulationImported{
			Name: c.Name, BWB: c.BWB, Source: c.Source, Digest: c.Digest, Articles: slices.Clone(c.Articles), Moves: slices.Clone(c.Moves),
		}}, nil
	case ImportOutcomes:
		if s.By != System && !s.Member {
			return nil, refuse("rol-onjuist", "Alleen wie in de driehoek zit voert uitkomsten in.", "Vraag het de uitvoering.")
		}
		i := c.Import
		if err := checkID(i.ID, "de invoer"); err != nil {
			return nil, err
		}
		if !i.Digest.Valid() || i.Rows <= 0 || !i.From.Valid() || i.From.IsZero() || !i.Until.Valid() || i.Until.Before(i.From) {
			return nil, refuse("invoer-onjuist", "De invoer is leeg, of haar periode of digest klopt niet.", "Voer een bestand met rijen in, over een periode.")
		}
		for _, o := range g.Imports {
			if o.Digest == i.Digest || o.ID == i.ID {
				return nil, refuse("invoer-dubbel", "Dit bestand is al ingevoerd op "+o.On.String()+".", "Voer een nieuw bestand in.")
			}
		}
		return []Payload{&OutcomesImported{Import: i}}, nil
	}
	panic("BUG: unknown command on a regulation")
}

func applyRegulation(g *Regulation, p Payload, m moment) error {
	switch p := p.(type) {
	case *RegulationImported:
		g.Articles = append(slices.Clone(p.Articles), gone(g.Articles, p, m.date)...)
		g.Name, g.BWB, g.Source, g.Digest, g.Imported = p.Name, p.BWB, p.Source, p.Digest, m.date
	case *VersionAdopted:
		a := p.Adoption
		a.On, a.Seq = m.date, m.seq
		g.Adoptions = append(g.Adoptions, a)
		slices.SortStableFunc(g.Adoptions, func(a, b Adoption) int { return a.From.Compare(b.From) })
	case *OutcomesImported:
		i := p.Import
		i.By, i.On = m.by, m.date
		g.Imports = append(g.Imports, i)
	default:
		return wrongStream(p, regulationStream(g.ID))
	}
	g.Version++
	return nil
}

// gone gives the articles that the new text does not have, nor has moved.
func gone(old []ArticleText, p *RegulationImported, on rule.Date) []ArticleText {
	there := map[string]bool{}
	for _, a := range p.Articles {
		there[a.ID] = true
	}
	for _, m := range p.Moves {
		if m.Lid == "" {
			there[m.Article] = true
		}
	}
	away := map[string]string{}
	for _, m := range displaced(old, p, on) {
		away[m.Article], there[m.Article] = m.NowArticle, false
	}
	var out []ArticleText
	for _, a := range old {
		if there[a.ID] {
			continue
		}
		if id, ok := away[a.ID]; ok {
			a.ID = id
		}
		if a.Gone.IsZero() {
			a.Gone = on
		}
		out = append(out, a)
	}
	return out
}

// displaced gives the articles that are gone while another got their number.
// They get an id of their own, so that what hangs on them does not come to hang
// on the other.
func displaced(old []ArticleText, p *RegulationImported, on rule.Date) []Move {
	from, to := map[string]bool{}, map[string]bool{}
	for _, m := range p.Moves {
		if m.Lid == "" {
			from[m.Article], to[m.NowArticle] = true, true
		}
	}
	var out []Move
	for _, a := range old {
		if to[a.ID] && !from[a.ID] {
			out = append(out, Move{Article: a.ID, NowArticle: a.ID + "-tot-" + on.String()})
		}
	}
	return out
}

// has reports whether an imported text has the place.
func (g *Regulation) has(a Anchor) bool {
	if g == nil || g.Imported.IsZero() {
		return false
	}
	if a.Article == "" {
		return a.Rule == "" && a.Step == ""
	}
	for _, art := range g.Articles {
		if art.ID == a.Article {
			return a.Rule == "" && a.Step == "" && (a.Paragraph == "" || slices.Contains(art.Paras, a.Paragraph))
		}
	}
	return false
}
