package office

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// maxHelp is how many completions are offered.
const maxHelp = 30

// word is a name or phrase of the rule language with what it means.
type word struct {
	text   string // "zijn vermogen"
	name   string // the declared name in it: "vermogen"
	kind   string
	detail string
}

// phrases are words of the language that more than one rule needs.
var phrases = []string{
	"indien hij aan alle volgende voorwaarden voldoet:", "hij voldoet aan ten minste één van de volgende voorwaarden:",
	"hij voldoet aan geen van de volgende voorwaarden:", "moet gesteld worden op", "moet berekend worden als",
	"is groter dan", "is groter dan of gelijk aan", "is kleiner dan", "is kleiner dan of gelijk aan", "is gelijk aan", "is ongelijk aan",
	"is later dan", "is eerder dan", "is leeg", "is gevuld", "met een minimum van", "met een maximum van", "de rekendatum", "Daarbij geldt:",
	"naar beneden afgerond op 0 decimalen", "rekenkundig afgerond op 0 decimalen", "geldig vanaf",
}

// vocabulary gives the names that a rule can use, and the phrases.
func (o *Office) vocabulary(a *amending) []word {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var out []word
	m := a.d.base.Model
	for _, p := range m.Parameters {
		if !strings.HasPrefix(p.ID, a.d.reg+".") {
			continue
		}
		w := word{text: p.Article + " " + p.Name, name: p.Name, kind: "parameter"}
		if now, ok := p.At(a.d.variant.From); ok {
			w.detail = texts.T("naam.nu", "waarde", written(now.Value, p.Type))
		}
		out = append(out, w)
	}
	for _, t := range m.Objects {
		for _, x := range t.Attributes {
			folder, _, _ := strings.Cut(x.Pos.File, "/")
			if folder != a.d.reg && folder != "gemeenschappelijk" {
				continue
			}
			_, from := o.definition(x.ID())
			w := word{name: x.Name, kind: texts.T("naam.gegeven"), detail: from}
			switch x.Kind {
			case rule.Value:
				w.text = "zijn " + x.Name
			case rule.Possessive:
				w.text, w.kind = "hij heeft "+x.Name, texts.T("naam.kenmerk")
			case rule.Noun:
				w.text, w.kind = "hij is een "+x.Name, texts.T("naam.kenmerk")
			default:
				w.text, w.kind = "hij is "+x.Name, texts.T("naam.kenmerk")
			}
			out = append(out, w)
		}
	}
	for _, f := range m.Facts {
		for _, r := range f.Roles {
			out = append(out, word{text: "zijn " + r.Name, name: r.Name, kind: texts.T("naam.rol"), detail: strings.ToLower(r.Target.Name)})
		}
	}
	for _, s := range phrases {
		out = append(out, word{text: s})
	}
	return out
}

// texting gives the text and a place in it, for somebody who may edit it.
func (o *Office) texting(who string, in view.AmendmentInput, at int) (*amending, []rune, int, error) {
	a, err := o.amend(who, in)
	if err != nil {
		return nil, nil, 0, err
	}
	if !a.edit.Can {
		return nil, nil, 0, refuse("wijzigen-kan-niet", a.edit.Why, "")
	}
	text := []rune(in.Text)
	return a, text, min(at, len(text)), nil
}

// CompleteText gives what can stand at a place in a text that is being typed:
// names and phrases that go on from the words before it.
func (o *Office) CompleteText(_ context.Context, who string, in view.AmendmentInput, at int) ([]view.TextHelp, error) {
	a, text, at, err := o.texting(who, in, at)
	if err != nil {
		return nil, err
	}
	line := at
	for line > 0 && text[line-1] != '\n' {
		line--
	}
	before := []rune(strings.ToLower(string(text[line:at])))
	type hit struct {
		view.TextHelp
		matched int
	}
	var hits []hit
	for _, w := range o.vocabulary(a) {
		for _, form := range []string{w.text, w.name} {
			if form == "" {
				continue
			}
			// What stands there already is no help: Enter has to give a new line.
			letters := []rune(strings.ToLower(form))
			if n := overlap(before, letters); n > 0 && n < len(letters) {
				hits = append(hits, hit{view.TextHelp{Label: form, Kind: w.kind, Detail: w.detail, From: at - n, To: at}, n})
				break
			}
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int {
		return cmp.Or(cmp.Compare(y.matched, x.matched), strings.Compare(x.Label, y.Label))
	})
	out := []view.TextHelp{}
	for _, h := range hits[:min(maxHelp, len(hits))] {
		out = append(out, h.TextHelp)
	}
	return out, nil
}

// overlap gives how many letters at the end of a line are the beginning of a
// form, from the start of a word on.
func overlap(before, form []rune) int {
	for n := min(len(before), len(form)); n > 0; n-- {
		start := len(before) - n
		if start > 0 && !unicode.IsSpace(before[start-1]) && before[start-1] != '(' {
			continue
		}
		if slices.Equal(before[start:], form[:n]) {
			return n
		}
	}
	return 0
}

// ExplainText tells what the name at a place in a text means; nothing gives an
// empty help.
func (o *Office) ExplainText(_ context.Context, who string, in view.AmendmentInput, at int) (view.TextHelp, error) {
	a, text, at, err := o.texting(who, in, at)
	if err != nil {
		return view.TextHelp{}, err
	}
	lower := []rune(strings.ToLower(string(text)))
	if len(lower) != len(text) { // a letter that has another length in lower case
		lower = text
	}
	var best view.TextHelp
	for _, w := range o.vocabulary(a) {
		name := []rune(strings.ToLower(w.name))
		if len(name) == 0 || len(name) <= best.To-best.From {
			continue
		}
		for i := max(0, at-len(name)); i <= min(at, len(lower)-len(name)); i++ {
			whole := (i == 0 || !unicode.IsLetter(lower[i-1])) && (i+len(name) == len(lower) || !unicode.IsLetter(lower[i+len(name)]))
			if whole && slices.Equal(lower[i:i+len(name)], name) {
				best = view.TextHelp{Label: w.name, Kind: w.kind, Detail: w.detail, From: i, To: i + len(name)}
			}
		}
	}
	return best, nil
}
