package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"path"
	"slices"
	"strings"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Text is the text of a regulation, and the name of the file that it was read
// from.
type Text struct {
	File string
	*bwb.Text
}

// Imported says what became of a text.
type Imported struct {
	// Regulation is the id of the regulation of level 0 that this text is now;
	// empty when it is not: it stands beside what ships, or a newer text is
	// already here.
	Regulation string
	// Beside are the regulations that ship and rest on this law.
	Beside []string
	// Newer is the date of the newer text that was already here.
	Newer rule.Date
	// Since is the date of the version before it; zero when it is the first.
	Since rule.Date
	// Changes are what changed since then, by article.
	Changes []bwb.Change
}

// ImportText brings in the text of a regulation. A law of the
// Basiswettenbestand is kept with its earlier versions and stands beside the
// regulations that rest on it; when none does, it becomes a regulation that
// takes signals. What hangs on it follows when articles or leden are
// renumbered.
func (o *Office) ImportText(ctx context.Context, who string, t Text) (Imported, error) {
	if t.BWB == "" {
		return Imported{Regulation: t.ID}, o.do(ctx, who, plainImport(t))
	}
	version := lawVersion(t)
	for range maxTries {
		out, c := o.lawImport(t, version)
		err := o.do(ctx, who, c)
		if no, ok := errors.AsType[*view.Refusal](err); ok && no.Code == "tekst-veranderd" {
			continue // somebody else imported at the same time
		}
		return out, err
	}
	return Imported{}, fmt.Errorf("import %s: other imports keep coming in", t.BWB)
}

// restingOn gives the regulations that ship and rest on a law.
func (o *Office) restingOn(id string) []string {
	var out []string
	for _, r := range o.rules.shipped.Regulations {
		if rests(r, id) {
			out = append(out, r.ID)
		}
	}
	return out
}

// lawImport gives the command that brings in a version of a law as the log
// stands, and what that does.
func (o *Office) lawImport(t Text, version loop.LawVersion) (out Imported, c loop.ImportLaw) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	c = loop.ImportLaw{BWB: t.BWB, Version: version}
	out.Beside = o.restingOn(t.BWB)
	var before, newest *loop.LawVersion
	if law := o.world.Law(t.BWB); law != nil {
		before, newest = law.At(t.Date.AddDays(-1)), &law.Versions[len(law.Versions)-1]
	}
	if before != nil {
		out.Since = before.Date
		out.Changes = bwb.Compare(lawText(t.BWB, before), t.Text)
	}
	switch {
	case len(out.Beside) > 0:
		return out, c
	case newest != nil && newest.Date.After(t.Date):
		out.Newer = newest.Date
		return out, c
	}
	out.Regulation = t.ID
	i := plainImport(t)
	if now := o.world.Regulation(t.ID); now != nil && newest != nil && !now.Imported.IsZero() {
		i.After = now.Digest
		since := out.Changes
		if newest != before { // a correction replaces the text of the same date
			since = bwb.Compare(lawText(t.BWB, newest), t.Text)
		}
		for _, m := range bwb.Moves(since) {
			i.Moves = append(i.Moves, loop.Move{
				Article: m.From.Article, Lid: m.From.Lid, NowArticle: m.To.Article, NowLid: m.To.Lid,
			})
		}
	}
	c.Regulation = &i
	return out, c
}

// rests reports whether a regulation, or an article of it, rests on a law.
func rests(r *regulation.Regulation, id string) bool {
	return r.BWB == id || slices.ContainsFunc(r.Articles, func(a *regulation.Article) bool {
		return strings.Contains(a.Source, ":"+id+"&") || strings.HasSuffix(a.Source, ":"+id)
	})
}

func plainImport(t Text) loop.ImportRegulation {
	c := loop.ImportRegulation{ID: t.ID, Name: t.Name, BWB: t.BWB, Source: path.Base(t.File)}
	h := sha256.New()
	fmt.Fprintf(h, "lemniscaat/tekst/1\x00%s\x00%s\x00", t.ID, t.Name)
	for _, a := range t.Articles {
		x := loop.ArticleText{ID: a.ID, Title: a.Heading()}
		var parts []string
		for _, p := range a.Paragraphs {
			// An empty line separates paragraphs there.
			text := strings.ReplaceAll(p.Text, "\n\n", "\n")
			if p.Number == "" {
				parts = append(parts, text)
				continue
			}
			x.Paras = append(x.Paras, p.Number)
			parts = append(parts, p.Number+". "+text)
		}
		x.Text = strings.Join(parts, "\n\n")
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", x.ID, x.Title, x.Text)
		c.Articles = append(c.Articles, x)
	}
	c.Digest = sum(h)
	return c
}

func lawVersion(t Text) loop.LawVersion {
	v := loop.LawVersion{Date: t.Date, Name: t.Name, Source: path.Base(t.File)}
	h := sha256.New()
	fmt.Fprintf(h, "lemniscaat/wet/1\x00%s\x00%s\x00%s\x00", t.BWB, t.Date, t.Name)
	for _, a := range t.Articles {
		x := loop.LawArticle{
			ID: a.ID, Number: a.Number, Title: a.Title, Annex: a.Annex, Path: a.Path, Stam: a.StamID, Key: a.Key, From: a.From,
		}
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00", a.ID, a.Number, a.Title, a.StamID)
		for _, p := range a.Paragraphs {
			x.Leden = append(x.Leden, loop.LawLid{Number: p.Number, Text: p.Text})
			fmt.Fprintf(h, "%s\x00%s\x00", p.Number, p.Text)
		}
		v.Articles = append(v.Articles, x)
	}
	v.Digest = sum(h)
	return v
}

func sum(h hash.Hash) loop.Digest { return loop.Digest(hex.EncodeToString(h.Sum(nil))) }

// lawText is the inverse of lawVersion.
func lawText(id string, v *loop.LawVersion) *bwb.Text {
	t := &bwb.Text{Name: v.Name, BWB: id, Date: v.Date}
	for _, a := range v.Articles {
		x := bwb.Article{
			ID: a.ID, Annex: a.Annex, Key: a.Key, StamID: a.Stam, Number: a.Number, Title: a.Title, Path: a.Path, From: a.From,
		}
		for _, l := range a.Leden {
			x.Paragraphs = append(x.Paragraphs, bwb.Paragraph{Number: l.Number, Text: l.Text})
		}
		t.Articles = append(t.Articles, x)
	}
	return t
}

// textOnly makes an imported text readable as a regulation.
func textOnly(g *loop.Regulation) (*regulation.Regulation, error) {
	var articles []regulation.Text
	for _, a := range g.Articles {
		t := regulation.Text{ID: a.ID, Title: a.Title}
		if !a.Gone.IsZero() {
			t.Title += " (" + texts.T("wet.vervallen") + ")"
		}
		paras := a.Paras // those that are not found yet
		for part := range strings.SplitSeq(a.Text, "\n\n") {
			if len(paras) > 0 {
				if body, ok := strings.CutPrefix(part, paras[0]+". "); ok {
					t.Leden = append(t.Leden, regulation.Lid{Number: paras[0], Text: body})
					paras = paras[1:]
					continue
				}
			}
			if t.Body != "" {
				t.Body += "\n\n"
			}
			t.Body += part
		}
		articles = append(articles, t)
	}
	r, ds := regulation.NewText(g.ID, g.Name, articles...)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("ingelezen tekst %s: %w", g.ID, err)
	}
	r.BWB = g.BWB
	return r, nil
}
