package office

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/language"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// maxHelp is how many completions are offered.
const maxHelp = 40

// texting gives the text under hands as the language service sees it, and a
// place in it, for somebody who may edit it. at counts characters from the
// beginning.
func (o *Office) texting(ctx context.Context, who string, in view.AmendmentInput, at int) (*typing, error) {
	a, err := o.amend(who, in)
	if err != nil {
		return nil, err
	}
	if !a.edit.Can {
		return nil, refuse("wijzigen-kan-niet", a.edit.Why, "")
	}
	if err := o.trying.enter(ctx); err != nil {
		return nil, err
	}
	defer o.trying.leave()
	t := &typing{text: strings.ReplaceAll(in.Text, "\r\n", "\n"), file: a.d.reg + "/" + a.base.ID}
	if len(t.text) > amendment.MaxText {
		t.text = ""
	}
	// The rule itself is what is being typed.
	set, model := *a.d.set, *a.d.set.Model
	model.Rules = slices.DeleteFunc(slices.Clone(model.Rules), func(r *rule.Rule) bool { return r.ID == a.base.ID })
	set.Model = &model
	t.Workspace = language.OpenRules(&set, regelspraak.Source{File: t.file, Regulation: a.d.reg, Article: a.base.Article, Text: t.text}, a.d.variant.From)
	t.at = t.place(at)
	return t, nil
}

// typing is a text that is being typed and the place of the cursor.
type typing struct {
	*language.Workspace
	file, text string
	at         language.Place
}

// place gives the line and column of a number of characters.
func (t *typing) place(n int) language.Place {
	p := language.Place{Line: 1, Column: 1}
	for _, c := range t.text {
		if n--; n < 0 {
			break
		}
		if c == '\n' {
			p = language.Place{Line: p.Line + 1, Column: 1}
			continue
		}
		p.Column++
	}
	return p
}

// characters is the inverse of place.
func (t *typing) characters(p language.Place) int {
	n, line := 0, 1
	for l := range strings.Lines(t.text) {
		if line == p.Line {
			break
		}
		n += utf8.RuneCountInString(l)
		line++
	}
	return n + p.Column - 1
}

// CompleteText gives what can stand at a place in a text that is being typed.
func (o *Office) CompleteText(ctx context.Context, who string, in view.AmendmentInput, at int) ([]view.TextHelp, error) {
	t, err := o.texting(ctx, who, in, at)
	if err != nil {
		return nil, err
	}
	out := []view.TextHelp{}
	for _, c := range t.Complete(t.file, t.at) {
		h := view.TextHelp{Label: c.Edit.Text, Kind: string(c.Kind), Detail: c.Detail, From: t.characters(c.Edit.From), To: t.characters(c.Edit.To)}
		// What stands there already is no help: Enter has to give a new line.
		if typed := []rune(t.text); h.To <= len(typed) && strings.EqualFold(string(typed[h.From:h.To]), h.Label) {
			continue
		}
		if out = append(out, h); len(out) == maxHelp {
			break
		}
	}
	return out, nil
}

// ExplainText tells what stands at a place in a text; nothing gives an empty
// help.
func (o *Office) ExplainText(ctx context.Context, who string, in view.AmendmentInput, at int) (view.TextHelp, error) {
	t, err := o.texting(ctx, who, in, at)
	if err != nil {
		return view.TextHelp{}, err
	}
	h, ok := t.Hover(t.file, t.at)
	if !ok {
		return view.TextHelp{}, nil
	}
	from, to := t.characters(h.From), t.characters(h.To)
	out := view.TextHelp{Detail: unmarked(h.Text), From: from, To: to}
	if typed := []rune(t.text); from <= to && to <= len(typed) {
		out.Label = string(typed[from:to])
	}
	return out, nil
}

// unmarked takes the marks of Markdown out of a text of the language service,
// and the file that a name is declared in: the page has no files.
func unmarked(s string) string {
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		p = strings.TrimSpace(strings.NewReplacer("```regelspraak", "", "```", "", "**", "", "`", "").Replace(p))
		if p != "" && !strings.HasPrefix(p, "Gedeclareerd in ") {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}
