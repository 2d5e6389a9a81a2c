package office

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// comparisons remembers what changed between two versions of a law: comparing
// a large law takes tens of milliseconds and its versions never change.
type comparisons struct {
	kept[[2]loop.Digest, []bwb.Change]
}

const maxComparisons = 64

func (c *comparisons) of(id string, old, now *loop.LawVersion) []bwb.Change {
	return c.get(maxComparisons, [2]loop.Digest{old.Digest, now.Digest}, func() []bwb.Change { return bwb.Compare(lawText(id, old), lawText(id, now)) })
}

var jci = regexp.MustCompile(`^jci1\.(?:3|31):[cv]:(BWB[RVW]\d{7})&(artikel|bijlage)=([^&\s]+)`)
var jciDate = regexp.MustCompile(`&g=(\d{4}-\d{2}-\d{2})`)

// lawOf gives the law text of an article, when it was imported: the text itself
// for a regulation that is nothing but the text of a law.
func (o *Office) lawOf(r *regulation.Regulation, a *regulation.Article, today rule.Date) *view.LawText {
	if r.Level != regulation.LevelText || r.BWB == "" {
		return o.lawBeside(a.Source, today)
	}
	law := o.world.Law(r.BWB)
	if law == nil {
		return nil
	}
	last := &law.Versions[len(law.Versions)-1]
	x := byID(last, a.ID)
	if x == nil {
		return nil
	}
	return o.lawText(law, last, x)
}

// lawBlocks shows a law text as the text of the article itself.
func lawBlocks(leden []view.LawLid) []view.Block {
	var out []view.Block
	for _, l := range leden {
		out = append(out, view.Block{Lid: l.Number, Runs: []view.Run{{Text: strings.Join(l.Lines, "\n")}}, Lines: true})
	}
	return out
}

// lawBeside gives the law text that an article rests on, when it was imported.
// The source names a number; that number may since be that of another
// article, so the article is looked up in the version that the source speaks
// of, and then followed by its stable key.
func (o *Office) lawBeside(source string, today rule.Date) *view.LawText {
	m := jci.FindStringSubmatch(source)
	if m == nil {
		return nil
	}
	law := o.world.Law(m[1])
	if law == nil {
		return nil
	}
	shown := law.At(today)
	if shown == nil {
		shown = &law.Versions[0]
	}
	number := strings.ReplaceAll(m[3], "%20", " ")
	a := article(shown, number, m[2] == "bijlage")
	if g := jciDate.FindStringSubmatch(source); g != nil {
		if on, err := rule.ParseDate(g[1]); err == nil && law.At(on) != nil {
			if then := article(law.At(on), number, m[2] == "bijlage"); then != nil {
				a = o.sameArticle(law, law.At(on), shown, then.ID)
			}
		}
	} else if a == nil {
		// Renumbered before the version that is shown: the latest that has it.
		for i := len(law.Versions) - 1; i >= 0; i-- {
			if then := article(&law.Versions[i], number, m[2] == "bijlage"); then != nil {
				a = o.sameArticle(law, &law.Versions[i], shown, then.ID)
				break
			}
		}
	}
	if a == nil {
		return nil
	}
	return o.lawText(law, shown, a)
}

func article(v *loop.LawVersion, number string, annex bool) *loop.LawArticle {
	for i := range v.Articles {
		if a := &v.Articles[i]; strings.EqualFold(a.Number, number) && a.Annex == annex {
			return a
		}
	}
	return nil
}

func byID(v *loop.LawVersion, id string) *loop.LawArticle {
	for i := range v.Articles {
		if v.Articles[i].ID == id {
			return &v.Articles[i]
		}
	}
	return nil
}

// sameArticle follows an article from one version to another, or gives nil.
func (o *Office) sameArticle(law *loop.Law, from, to *loop.LawVersion, id string) *loop.LawArticle {
	if from.Date == to.Date {
		return byID(to, id)
	}
	old, now, forward := from, to, true
	if to.Date.Before(from.Date) {
		old, now, forward = to, from, false
	}
	for _, c := range o.compared.of(law.BWB, old, now) {
		switch {
		case c.Old == nil || c.New == nil:
		case forward && c.Old.ID == id:
			return byID(to, c.New.ID)
		case !forward && c.New.ID == id:
			return byID(to, c.Old.ID)
		}
	}
	return nil
}

func (o *Office) lawText(law *loop.Law, shown *loop.LawVersion, a *loop.LawArticle) *view.LawText {
	t := &view.LawText{
		Law: view.Ref{Text: shown.Name, Href: lawHref(law.BWB)}, Name: lawHeading(a), Date: shown.Date, From: a.From,
		File: shown.Source, Single: len(law.Versions) == 1,
	}
	for _, l := range a.Leden {
		t.Leden = append(t.Leden, view.LawLid{Number: l.Number, Lines: lawLines(l.Text)})
	}
	// From the version that is shown back, each with the one before it.
	id := a.ID
	for i := slices.IndexFunc(law.Versions, func(v loop.LawVersion) bool { return v.Date == shown.Date }); i > 0 && id != ""; i-- {
		before := ""
		for _, c := range o.compared.of(law.BWB, &law.Versions[i-1], &law.Versions[i]) {
			if c.New == nil || c.New.ID != id {
				continue
			}
			if c.Old != nil {
				before = c.Old.ID
			}
			if !c.Still() {
				t.History = append(t.History, lawChange(c, law.Versions[i].Date))
			}
		}
		id = before
	}
	return t
}

func lawHeading(a *loop.LawArticle) string {
	return bwb.Article{Number: a.Number, Title: a.Title, Annex: a.Annex}.Heading()
}

func lawVersions(n int) string {
	if n == 1 {
		return texts.T("wet.een")
	}
	return texts.T("wet.meer", "aantal", texts.Number(int64(n)))
}

func lawHref(id string) string { return "/wetten/" + id }

// lawLines gives the lines of a lid; the indents of lists are kept.
func lawLines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			out = append(out, line)
		}
	}
	return out
}

var lawKinds = [...]view.LawKind{bwb.Unchanged: view.LawSame, bwb.Changed: view.LawChanged, bwb.Added: view.LawAdded, bwb.Removed: view.LawRemoved}

func lawChange(c bwb.Change, on rule.Date) view.LawChange {
	out := view.LawChange{Name: c.Article().Heading(), Kind: lawKinds[c.Kind], Date: on}
	if c.Renumbered {
		out.Was = strings.ToLower(strings.Split(c.Old.Heading(), ".")[0])
	}
	if c.Moved {
		out.Moved = strings.Join(c.New.Path, ", ")
	}
	for _, l := range c.Leden {
		if l.Still() {
			continue
		}
		x := view.LawLidChange{Number: l.Lid().Number, Kind: lawKinds[l.Kind]}
		if l.Renumbered && l.Old != nil {
			x.Was = l.Old.Number
		}
		for _, w := range l.Spans() {
			x.Words = append(x.Words, view.LawSpan{Kind: lawKinds[w.Kind], Text: w.Text})
		}
		out.Leden = append(out.Leden, x)
	}
	return out
}

// Law is the page of one law: its versions, and what changed between two of
// them, the older one first however they were given. Without dates the last two
// are compared; a date that no version has is refused.
func (o *Office) Law(_ context.Context, _, id string, from, until rule.Date) (view.LawView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	law := o.world.Law(id)
	if law == nil {
		return view.LawView{}, view.ErrNotFound
	}
	last := &law.Versions[len(law.Versions)-1]
	v := view.LawView{BWB: id, Name: last.Name, Official: view.Ref{Text: "Officiële tekst", Href: "https://wetten.overheid.nl/" + id}}
	for _, x := range slices.Backward(law.Versions) {
		v.Versions = append(v.Versions, view.LawVersion{Date: x.Date, File: x.Source, Imported: x.Imported, Articles: len(x.Articles)})
	}
	for _, r := range o.rules.set.Regulations {
		if rests(r, id) {
			v.Regulations = append(v.Regulations, view.Ref{Text: r.Name, Href: regulationHref(r.ID)})
		}
	}
	if until.IsZero() {
		until = last.Date
	}
	if from.IsZero() {
		if before := law.At(until.AddDays(-1)); before != nil {
			from = before.Date
		}
	}
	if from.IsZero() && len(law.Versions) == 1 {
		return v, nil
	}
	if until.Before(from) {
		from, until = until, from
	}
	old, now := law.On(from), law.On(until)
	if old == nil || now == nil {
		no := &view.Refusal{Code: "toestand-onbekend", Text: "Van een van deze twee dagen is geen tekst ingelezen."}
		no.Fields = []view.FieldError{{Field: "van", Text: "Kies twee dagen uit de lijst van ingelezen versies."}}
		return v, no
	}
	v.From, v.Until = from, until
	counts := map[view.LawKind]int{}
	for _, c := range o.compared.of(id, old, now) {
		counts[lawKinds[c.Kind]]++
		if c.Still() {
			continue
		}
		x := lawChange(c, until)
		x.Href = o.lawArticleHref(id, c.New)
		v.Changes = append(v.Changes, x)
	}
	for _, k := range []view.LawKind{view.LawChanged, view.LawAdded, view.LawRemoved, view.LawSame} {
		if counts[k] > 0 {
			v.Counts = append(v.Counts, view.LawCount{Kind: k, N: counts[k]})
		}
	}
	return v, nil
}

// lawArticleHref finds the page of the regulation that has this article.
func (o *Office) lawArticleHref(id string, a *bwb.Article) string {
	if a == nil {
		return ""
	}
	for _, r := range o.rules.set.Regulations {
		if r.BWB == id && r.Level == regulation.LevelText {
			if _, ok := r.Article(a.ID); ok {
				return articleHref(r.ID, a.ID)
			}
		}
		for _, x := range r.Articles {
			if m := jci.FindStringSubmatch(x.Source); m != nil && m[1] == id && strings.EqualFold(m[3], a.Number) {
				return articleHref(r.ID, x.ID)
			}
		}
	}
	return ""
}
