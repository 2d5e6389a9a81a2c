package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
)

// Text is a regulation as text, from an importer.
type Text struct {
	ID, Name, BWB string
	Source        string // where it came from, for people
	Articles      []TextArticle
}

// TextArticle is one article with its numbered paragraphs; a paragraph without
// a number is plain text.
type TextArticle struct {
	ID, Title  string
	Paragraphs []regulation.Lid
}

func (t Text) command() loop.ImportRegulation {
	c := loop.ImportRegulation{ID: t.ID, Name: t.Name, BWB: t.BWB, Source: t.Source}
	h := sha256.New()
	fmt.Fprintf(h, "lemniscaat/tekst/1\x00%s\x00%s\x00", t.ID, t.Name)
	for _, a := range t.Articles {
		x := loop.ArticleText{ID: a.ID, Title: a.Title}
		var parts []string
		for _, p := range a.Paragraphs {
			if p.Number == "" {
				parts = append(parts, p.Text)
				continue
			}
			x.Paras = append(x.Paras, p.Number)
			parts = append(parts, p.Number+". "+p.Text)
		}
		x.Text = strings.Join(parts, "\n\n")
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", x.ID, x.Title, x.Text)
		c.Articles = append(c.Articles, x)
	}
	c.Digest = loop.Digest(hex.EncodeToString(h.Sum(nil)))
	return c
}

// ImportText brings a regulation in as text: from then on it takes signals.
func (o *Office) ImportText(ctx context.Context, who string, t Text) error {
	return o.do(ctx, who, t.command())
}

// textOnly makes an imported text readable as a regulation.
func textOnly(g *loop.Regulation) (*regulation.Regulation, error) {
	var articles []regulation.Text
	for _, a := range g.Articles {
		t := regulation.Text{ID: a.ID, Title: a.Title}
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
