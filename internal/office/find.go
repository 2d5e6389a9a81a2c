package office

import (
	"context"
	"fmt"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/search"
	"lemniscaat/internal/spelling"
)

// finder looks in ordinary words over the rules in force. It is made once for
// each set of rules.
type finder struct {
	index   *search.Index
	docs    []search.Document
	anchors []loop.Anchor
	kinds   []string
}

// findKey is what a finder depends on: steps hold from a day on.
type findKey struct {
	set *regulation.Set
	on  rule.Date
}

// shownPlaces is how many places a search shows.
const shownPlaces = 8

// finder gives the finder of the rules in force; the caller holds o.mu.
func (o *Office) finder() *finder {
	return o.found.get(2, findKey{o.rules.set, o.today()}, func() *finder { return newFinder(o.rules.sorted(), o) })
}

func newFinder(all []*regulation.Regulation, o *Office) *finder {
	f := &finder{}
	add := func(a loop.Anchor, kind string, fields ...search.Field) {
		f.docs = append(f.docs, search.Document{ID: a.Key(), Fields: fields})
		f.anchors, f.kinds = append(f.anchors, a), append(f.kinds, kind)
	}
	on := o.today()
	for _, r := range all {
		name := search.Field{Name: "regeling", Text: r.Name, Weight: 1.5}
		add(loop.Anchor{Regulation: r.ID}, "regeling", search.Field{Name: "naam", Text: r.Name, Weight: 3}, search.Field{Name: "samenvatting", Text: r.Summary, Weight: 1.5})
		steps := map[string][]string{}
		for _, s := range r.Steps(on) {
			parts := []string{s.Action, s.Trigger, s.IfNothing}
			for _, e := range s.Evidence {
				parts = append(parts, e.Name)
			}
			steps[s.Article] = append(steps[s.Article], s.Action)
			add(loop.Anchor{Regulation: r.ID, Article: s.Article, Step: s.ID}, "stap",
				search.Field{Name: "stap", Text: s.Action, Weight: 2.5}, search.Field{Name: "tekst", Text: sentences(parts[1:]), Weight: 1}, name)
		}
		for _, a := range r.Articles {
			add(loop.Anchor{Regulation: r.ID, Article: a.ID}, "artikel",
				search.Field{Name: "titel", Text: a.Title, Weight: 3}, search.Field{Name: "tekst", Text: a.Text, Weight: 1},
				search.Field{Name: "stap", Text: strings.Join(steps[a.ID], ". "), Weight: 1}, name)
			for _, ru := range a.Rules {
				add(loop.Anchor{Regulation: r.ID, Article: a.ID, Rule: ru.ID}, "regel", search.Field{Name: "regel", Text: ru.Name, Weight: 2}, name)
			}
		}
	}
	f.index = search.New(f.docs)
	return f
}

// sentences joins texts, each with one point behind it.
func sentences(parts []string) string {
	var out []string
	for _, s := range parts {
		if s = strings.TrimRight(strings.TrimSpace(s), "."); s != "" {
			out = append(out, spelling.Capital(s)+".")
		}
	}
	return strings.Join(out, " ")
}

// find looks for places; the caller holds o.mu.
func (o *Office) find(words string) *view.Finding {
	v := &view.Finding{Words: words}
	words, _ = tileIn(words)
	f := o.finder()
	for _, h := range f.index.Search(words, shownPlaces) {
		a := f.anchors[h.Doc]
		doc := f.docs[h.Doc]
		p := view.FoundPlace{Kind: texts.T("vindplaats." + f.kinds[h.Doc])}
		best := 0
		for k, m := range h.Matches {
			p.Why = append(p.Why, matchText(doc, m))
			if doc.Fields[m.Field].Name == "tekst" && doc.Fields[h.Matches[best].Field].Name != "tekst" {
				best = k
			}
		}
		field := doc.Fields[h.Matches[best].Field]
		if field.Name != "tekst" && field.Name != "samenvatting" {
			for _, other := range doc.Fields {
				if other.Name == "tekst" || other.Name == "samenvatting" {
					p.Excerpt = search.Excerpt(other.Text, 0, 160)
				}
			}
		} else {
			p.Excerpt = search.Excerpt(field.Text, h.Matches[best].Start, 160)
			if a.Rule == "" && a.Step == "" {
				a.Paragraph = o.lidAt(a, h.Matches[best].Found, field.Text[h.Matches[best].Start:])
			}
		}
		p.Anchor = o.anchorView(a, "")
		v.Found = append(v.Found, p)
	}
	return v
}

// lidAt gives the lid that a piece of the text of an article stands in.
func (o *Office) lidAt(a loop.Anchor, _, from string) string {
	r, ok := o.rules.set.Get(a.Regulation)
	if !ok {
		return ""
	}
	art, ok := r.Article(a.Article)
	if !ok || len(art.Leden) < 2 {
		return ""
	}
	at := len(art.Text) - len(from)
	lid := ""
	for _, l := range art.Leden {
		if k := strings.Index(art.Text, l.Number+". "+l.Text); k >= 0 && k <= at && at < k+len(l.Number)+2+len(l.Text) {
			lid = l.Number
		}
	}
	return lid
}

var matchKeys = [...]string{search.Same: "zelfde", search.Stem: "stam", search.Synonym: "ander-woord", search.Compound: "deel", search.Spelling: "spelling"}

// matchText says why a word found a place.
func matchText(d search.Document, m search.Match) string {
	return texts.T("gevonden."+matchKeys[m.How], "gezocht", m.Asked, "woord", strings.ToLower(m.Found), "waar", texts.T("vindplaats-in."+d.Fields[m.Field].Name))
}

// tileWords are ordinary words for a tile.
var tileWords = []struct {
	tile  view.Tile
	words []string
}{
	{view.TileUnclear, []string{"onduidelijk", "onduidelijke", "onbegrijpelijk", "snap het niet"}},
	{view.TileCannot, []string{"kan niet uitgevoerd", "onuitvoerbaar", "niet uitvoerbaar"}},
	{view.TileHarsh, []string{"te hard", "te streng", "schrijnend"}},
	{view.TileClash, []string{"regels botsen", "tegenstrijdig", "tegenstrijdige"}},
	{view.TileData, []string{"gegevens kloppen niet", "dubbel gevraagd", "dubbele uitvraag"}},
	{view.TileDropOut, []string{"mensen haken af", "haken af", "afhaken"}},
	{view.TileGoingWell, []string{"gaat goed", "gaat juist goed", "werkt goed"}},
}

// tileIn takes the words of a tile out of what is looked for. When nothing else
// is left, they are looked for after all.
func tileIn(words string) (rest string, t view.Tile) {
	low := strings.ToLower(words)
	for _, tw := range tileWords {
		for _, w := range tw.words {
			if k := strings.Index(low, w); k >= 0 && len(low) == len(words) {
				rest = strings.TrimSpace(words[:k] + " " + words[k+len(w):])
				if len(search.Words(rest)) == 0 {
					return words, tw.tile
				}
				return rest, tw.tile
			}
		}
	}
	return words, ""
}

func (o *Office) knownIssue(ctx context.Context, i *loop.Issue, who string) view.KnownIssue {
	k := view.KnownIssue{ID: i.ID, Title: o.issueTitle(ctx, i), Tile: tileOf(i.Kind), Mine: mine(i, who)}
	if o.worksOn(who, i) {
		k.Count = len(i.Reporters())
	}
	if ans := i.Answer(); ans != nil {
		k.Standing = answerSentence(ctx, ans)
	}
	return k
}

// seen gives who may see a reporter, as the page says it.
var visibilities = map[view.Visibility]loop.Visibility{
	"": loop.OwnerOnly, view.SeenByOwner: loop.OwnerOnly, view.SeenByNobody: loop.Nobody, view.SeenByEveryone: loop.Everybody,
}

// seesReporter reports whether a reader may see who reported a signal. Every page
// that shows reporters asks here.
func (o *Office) seesReporter(viewer string, s *loop.Signal) bool {
	me := loop.PersonID(viewer)
	if me == s.Reporter && viewer != "" {
		return true
	}
	if !o.sees(reader{person: loop.PersonID(viewer)}, s.Reporter, s.Anchor, loop.DateOf(s.At)) {
		return false // names do not leave the organisation
	}
	if p, ok := o.person(viewer); ok && p.TeamLeader {
		return s.Shown == loop.Everybody || s.Shown == "" && !s.Hidden
	}
	return o.world.SeesReporter(me, s, o.today())
}

// actorName names who did something in the story of a knelpunt. What somebody
// does as a reporter (report, react, and what follows from that) is named only
// for those who may see who reported.
func (o *Office) actorName(ctx context.Context, viewer string, i *loop.Issue, by loop.PersonID, typ string) string {
	if _, reporter := i.Reporters()[by]; !reporter || isCitizen(by) || !reporterActs[trimVersion(typ)] {
		return o.name(ctx, by)
	}
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.Reporter == by && !o.seesReporter(viewer, s) {
			return texts.T("een-melder")
		}
	}
	return o.name(ctx, by)
}

// reporterActs are the events that reporting or reacting gives.
var reporterActs = map[string]bool{
	"signaal.ontvangen": true, "knelpunt.geopend": true, "knelpunt.antwoord-bezorgd": true, "knelpunt.reactie": true,
	"knelpunt.heropend": true, "knelpunt.opgelost": true, "signaal.bijlage": true, "tekst.gewist": true,
}

// recordActor names who is behind a record of the log on a public page.
func (o *Office) recordActor(ctx context.Context, viewer, stream, typ string, by loop.PersonID) string {
	kind, id := cutStream(stream)
	switch kind {
	case "knelpunt":
		if i := o.world.Issue(id); i != nil {
			// Signals that moved away are asked one by one.
			if reporterActs[trimVersion(typ)] && !o.mayName(viewer, by) {
				return texts.T("een-melder")
			}
			return o.actorName(ctx, viewer, i, by, typ)
		}
	case "waardering", "formeel", "tekst":
		if !o.mayName(viewer, by) {
			return texts.T("een-melder")
		}
	}
	return o.name(ctx, by)
}

// mayName reports whether nothing that somebody reported hides that person
// from a reader.
func (o *Office) mayName(viewer string, by loop.PersonID) bool {
	if isCitizen(by) {
		return true // they have no name here
	}
	for _, s := range o.world.SignalsOf(by) {
		if !o.seesReporter(viewer, s) {
			return false
		}
	}
	return true
}

// caseOf gives the pseudonym of a case: a pseudonym stays what it is, any other
// reference becomes one. The reference itself goes no further.
func (o *Office) caseOf(ref string) (string, error) {
	ref = strings.TrimSpace(ref)
	switch {
	case ref == "" || isPseudonym(ref):
		return ref, nil
	case len(ref) > 200:
		return "", refuse("zaak-onjuist", "De verwijzing naar de zaak is te lang.", "Gebruik ten hoogste 200 tekens.")
	}
	return o.pseudonym(ref)
}

// isPseudonym reports whether a name of a case was made by a keyed hash:
// "v1:" and hexadecimal digits.
func isPseudonym(s string) bool {
	version, sum, ok := strings.Cut(s, ":")
	if !ok || len(version) < 2 || len(version) > 4 || version[0] != 'v' || len(sum) < 8 || len(sum) > 64 {
		return false
	}
	var n int
	if _, err := fmt.Sscanf(version[1:], "%d", &n); err != nil {
		return false
	}
	return strings.Trim(sum, "0123456789abcdef") == ""
}
