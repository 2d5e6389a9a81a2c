package loop

import (
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// Law is the text of a law as the Basiswettenbestand publishes it, in one or
// more versions. It stands beside regulations: one law can be under several,
// and one regulation can rest on several laws.
type Law struct {
	BWB      string       // "BWBR0018451"
	Versions []LawVersion // sorted by Date, one a date
}

// LawVersion is the text on a date (toestand).
type LawVersion struct {
	Date     rule.Date
	Name     string // citation title
	Source   string // name of the file, for people
	Digest   Digest
	Articles []LawArticle
	Imported rule.Date
}

// LawArticle is one article of a law.
type LawArticle struct {
	ID     string    `json:"id"` // "artikel-2a"
	Number string    `json:"nummer,omitempty"`
	Title  string    `json:"opschrift,omitempty"`
	Annex  bool      `json:"bijlage,omitempty"`
	Path   []string  `json:"onder,omitempty"` // headings above it
	Stam   string    `json:"stam,omitempty"`  // stable key of the source
	Key    string    `json:"sleutel,omitempty"`
	From   rule.Date `json:"sinds,omitzero"`
	Leden  []LawLid  `json:"leden"`
}

// LawLid is one lid, or text without a number.
type LawLid struct {
	Number string `json:"nummer,omitempty"`
	Text   string `json:"tekst"`
}

// At gives the version that held on a date, or nil.
func (l *Law) At(d rule.Date) *LawVersion {
	for i := len(l.Versions) - 1; i >= 0; i-- {
		if !d.Before(l.Versions[i].Date) {
			return &l.Versions[i]
		}
	}
	return nil
}

// On gives the version of exactly this date, or nil.
func (l *Law) On(d rule.Date) *LawVersion {
	if v := l.At(d); v != nil && v.Date == d {
		return v
	}
	return nil
}

// ImportLaw brings in one version of a law. Regulation is set when no
// regulation that ships rests on it: its text then becomes a regulation of
// level 0, on which signals can hang.
type ImportLaw struct {
	BWB        string
	Version    LawVersion
	Regulation *ImportRegulation
}

func (ImportLaw) command() {}

// DecideLaw gives the events of bringing in a version of a law.
func DecideLaw(l Law, c ImportLaw) ([]Payload, error) {
	v := c.Version
	switch {
	case !rule.IsBWB(c.BWB):
		return nil, refuse("bwb-onjuist", "“"+clip(c.BWB)+"” is geen nummer uit het Basiswettenbestand.", "Een nummer ziet eruit als BWBR0018451.")
	case v.Date.IsZero() || !v.Date.Valid():
		return nil, refuse("datum-ontbreekt", "De tekst heeft geen datum waarop zij gold.", "Geef een toestandbestand uit het Basiswettenbestand.")
	case strings.TrimSpace(v.Name) == "" || len(v.Name) > 1000:
		return nil, refuse("naam-ontbreekt", "De wet heeft geen naam.", "Geef een toestandbestand met een citeertitel.")
	case len(v.Articles) == 0 || len(v.Articles) > maxArticles:
		return nil, refuse("artikelen-ontbreken", "De wet heeft "+itoa(len(v.Articles))+" artikelen.", "Voer 1 tot "+itoa(maxArticles)+" artikelen in.")
	case !v.Digest.Valid():
		return nil, refuse("invoer-onjuist", "De tekst heeft geen controlegetal.", "")
	}
	if have := l.On(v.Date); have != nil && have.Digest == v.Digest {
		return nil, refuse("niets-veranderd", "De tekst van "+v.Date.String()+" staat er al.", "")
	}
	return []Payload{&LawImported{
		Date: v.Date, Name: v.Name, Source: v.Source, Digest: v.Digest, Articles: slices.Clone(v.Articles),
	}}, nil
}

// applyLaw folds an event. A second text for the same date replaces the first:
// the publisher corrected it.
func applyLaw(l *Law, p Payload, m moment) error {
	i, ok := p.(*LawImported)
	if !ok {
		return wrongStream(p, lawStream(l.BWB))
	}
	l.Versions = slices.DeleteFunc(slices.Clone(l.Versions), func(v LawVersion) bool { return v.Date == i.Date })
	l.Versions = append(l.Versions, LawVersion{
		Date: i.Date, Name: i.Name, Source: i.Source, Digest: i.Digest, Articles: i.Articles, Imported: m.date,
	})
	slices.SortFunc(l.Versions, func(a, b LawVersion) int { return a.Date.Compare(b.Date) })
	return nil
}

func lawStream(bwb string) string { return "wet/" + bwb }

// Law gives the text of a law by its BWB id, or nil.
func (w *World) Law(bwb string) *Law { return w.laws[bwb] }

func (d *deciding) law(c ImportLaw) error {
	l := d.w.laws[c.BWB]
	if l == nil {
		l = &Law{BWB: c.BWB}
	}
	ps, err := DecideLaw(*l, c)
	if err != nil {
		return err
	}
	if err := d.emit(lawStream(c.BWB), ps...); err != nil {
		return err
	}
	if c.Regulation == nil {
		return nil
	}
	return d.regulation(*c.Regulation)
}

// Move says that a place of an imported text is at another place in the text
// that follows it: an article or a lid that was renumbered. Without lids it is
// about the article itself.
type Move struct {
	Article    string `json:"artikel"`
	Lid        string `json:"lid,omitempty"`
	NowArticle string `json:"nuArtikel"`
	NowLid     string `json:"nuLid,omitempty"`
}

// moves finds where a place is now.
type moves struct {
	regulation string
	articles   map[string]string
	leden      map[[2]string][2]string
}

func newMoves(regulation string, list []Move) moves {
	m := moves{regulation, map[string]string{}, map[[2]string][2]string{}}
	for _, x := range list {
		if x.Lid == "" {
			m.articles[x.Article] = x.NowArticle
		} else {
			m.leden[[2]string{x.Article, x.Lid}] = [2]string{x.NowArticle, x.NowLid}
		}
	}
	return m
}

// now gives the place that the text of an anchor went to.
func (m moves) now(a Anchor) Anchor {
	if a.Regulation != m.regulation {
		return a
	}
	if to, ok := m.leden[[2]string{a.Article, a.Paragraph}]; ok {
		a.Article, a.Paragraph = to[0], to[1]
	} else if to, ok := m.articles[a.Article]; ok {
		a.Article = to
	}
	return a
}

func (m moves) ledger(l ledger) ledger {
	l = l.clone()
	for i := range l.list {
		o := &l.list[i]
		o.Anchor, o.Debtor.Scope, o.Creditor.Scope = m.now(o.Anchor), m.now(o.Debtor.Scope), m.now(o.Creditor.Scope)
	}
	return l
}

// relocate moves everything that hangs on a text along with it: all at once, so
// that two articles may change places.
func (w *World) relocate(regulation string, list []Move) {
	if len(list) == 0 {
		return
	}
	m := newMoves(regulation, list)
	for _, i := range w.issues {
		i.Anchors = slices.Clone(i.Anchors)
		for k := range i.Anchors {
			i.Anchors[k] = m.now(i.Anchors[k])
		}
		i.duties = m.ledger(i.duties)
	}
	for _, v := range w.proposals {
		v.duties = m.ledger(v.duties)
	}
	for _, s := range w.signals {
		s.Anchor = m.now(s.Anchor)
	}
	for _, t := range w.triangles {
		t.Scope = m.now(t.Scope)
	}
	for _, b := range w.decisions {
		b.Anchor = m.now(b.Anchor)
		b.duties = m.ledger(b.duties)
	}
	for _, f := range w.formals {
		f.Anchor = m.now(f.Anchor)
		f.duties = m.ledger(f.duties)
	}
	w.byAnchor = m.keys(w.byAnchor)
	w.reindex()
	for key, n := range maps.Clone(w.discretion) {
		ground, place, _ := strings.Cut(key, "\x00")
		if now := m.key(place); now != place {
			w.discretion[key] -= n
			w.discretion[ground+"\x00"+now] += n
		}
	}
}

func (m moves) key(key string) string {
	a, err := ParseAnchor(key)
	if err != nil {
		return key
	}
	return m.now(a).Key()
}

func (m moves) keys(index map[string][]string) map[string][]string {
	out := make(map[string][]string, len(index))
	for _, key := range slices.Sorted(maps.Keys(index)) {
		now := m.key(key)
		for _, id := range index[key] {
			if !slices.Contains(out[now], id) {
				out[now] = append(out[now], id)
			}
		}
	}
	return out
}
