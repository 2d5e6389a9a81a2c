package office

import (
	"net/url"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// sentences gives the rules whose sentence has a parameter that this proposal
// can change, in lines, those that it changes first; and the own rules that have
// none. What the proposal changes is shown as it becomes.
func (o *Office) sentences(p *loop.Proposal, d draft) (list []view.EditableSentence, others []view.Ref) {
	r, _ := d.base.Get(p.Regulation)
	var changed, same []view.EditableSentence
	for _, a := range r.Articles {
		for _, ru := range a.Rules {
			ver := ru.At(d.variant.From)
			if ver == nil || !ownRule(r, ru) {
				continue
			}
			amended := slices.ContainsFunc(d.variant.Rules, func(x regulation.Override) bool { return x.ID == ru.ID })
			if next, ok := d.set.Rule(ru.ID); ok && next.At(d.variant.From) != nil {
				ver = next.At(d.variant.From)
			}
			if _, table := ver.Action.(*rule.Table); table || len(parametersOf(d.base, ver)) == 0 && !amended {
				others = append(others, view.Ref{Text: ru.Name, Href: amendHref(p.ID, ru.ID)})
				continue
			}
			s := view.EditableSentence{
				Rule:   view.Ref{Text: ru.Name, Href: articleHref(r.ID, a.ID) + "#" + parameterSlug(ru.ID)},
				Source: view.Ref{Text: articleName(a), Href: articleHref(r.ID, a.ID)},
				Amend:  amendHref(p.ID, ru.ID),
			}
			s.Pieces = pieces(ver, d)
			if amended || slices.ContainsFunc(s.Pieces, func(x view.Piece) bool { return x.Value != x.Now }) {
				changed = append(changed, s)
			} else {
				same = append(same, s)
			}
		}
	}
	return append(changed, same...), others
}

// amendHref is the page on which a rule of a proposal is edited.
func amendHref(proposal, id string) string {
	return proposalHref(proposal) + "/regels/" + url.PathEscape(id)
}

// ownRule reports whether those who decide about a regulation can change a
// rule. What a municipality takes from a national law is not its own.
func ownRule(r *regulation.Regulation, ru *rule.Rule) bool {
	return r.Municipality == nil || !slices.ContainsFunc(ru.Source, func(s string) bool { return strings.HasPrefix(s, "jci") })
}

// parameterPiece is a field in a sentence.
func parameterPiece(par *rule.Parameter, d draft) view.Piece {
	pc := view.Piece{Text: par.Name, Param: par.ID, Hint: notation.Accepts(par.Type)}
	switch par.Type.Kind {
	case rule.Percentage:
		pc.Kind = "percentage"
	case rule.Amount:
		pc.Kind = "bedrag"
	default:
		pc.Kind = "getal"
	}
	if now, ok := par.At(d.variant.From); ok {
		pc.Now = written(now.Value, par.Type)
	}
	pc.Value = pc.Now
	if next, ok := d.set.Parameter(par.ID); ok {
		if val, ok := next.At(d.variant.From); ok {
			pc.Value = written(val.Value, par.Type)
		}
	}
	return pc
}

func stepChoices(d draft, r *regulation.Regulation) []view.StepChoice {
	base, ok := d.base.Get(r.ID)
	if !ok {
		return nil
	}
	var out []view.StepChoice
	for _, s := range base.Steps(d.variant.From) {
		if s.Who != "burger" {
			continue
		}
		id := r.ID + "." + s.ID
		c := view.StepChoice{ID: id, Name: s.Action, Value: d.stepChoice(id, s)}
		c.Changed = c.Value != stepSame
		if a, ok := base.Article(s.Article); ok {
			c.Where = view.Ref{Text: articleName(a), Href: articleHref(r.ID, a.ID)}
		}
		for _, opt := range stepOptions(s) {
			c.Options = append(c.Options, view.Option{Value: opt, Label: texts.T("stap." + opt)})
		}
		if c.Value == "anders" {
			c.Options = append(c.Options, view.Option{Value: "anders", Label: texts.T("stap.anders")})
		}
		out = append(out, c)
	}
	return out
}
