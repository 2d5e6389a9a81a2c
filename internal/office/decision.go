package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// found is a case of the case system.
type found struct {
	demoCase
	names []string // its pseudonyms, that of the newest key first
}

// caseFor gives a case by its value in the list ("regeling/zaak"), or by its
// pseudonym.
func (o *Office) caseFor(id string) (found, bool) {
	if o.Demo == nil {
		return found{}, false
	}
	for _, c := range o.Demo.Cases {
		if names := o.namesOf(c.ID); len(names) > 0 && (id == c.Regulation+"/"+c.ID || slices.Contains(names, id)) {
			return found{c, names}, true
		}
	}
	return found{}, false
}

// result is one case under the rules of a date.
type result struct {
	regulation *regulation.Regulation
	outcome    regulation.Outcome
	attribute  *rule.Attribute
	file       *dossier.File
	explained  *explain.Explanation // its Error says why there is no value
	cents      int64                // a year, or once
	applicant  int
	program    *exact.Case
}

// evaluate computes a case and explains it. The rules are those of the set;
// the date says which versions hold, lang is the language
// of the explanation.
func evaluate(set *regulation.Set, c demoCase, on rule.Date, lang string) (result, error) {
	r, ok := set.Get(c.Regulation)
	if !ok || len(r.Outcomes) == 0 {
		return result{}, view.ErrNotFound
	}
	program, ds := set.Program(r.ID)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("regels van %s: %w", r.ID, err)
	}
	f, ds := dossier.Read(c.ID+".yaml", []byte(c.File), set.Model)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	res := result{regulation: r, outcome: r.Outcomes[0], file: f}
	res.attribute = program.Attribute(res.outcome.Attribute)
	who := f.Applicants()
	if len(who) == 0 || res.attribute == nil {
		return result{}, fmt.Errorf("zaak %s: er is geen aanvrager", c.ID)
	}
	ec, ds := f.Case(program, on)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	ctx := explain.Context{Lang: lang, Label: res.outcome.Label, Period: res.outcome.Period, Says: res.outcome.Says}
	for _, a := range append(slices.Clone(f.Assumptions), r.Assumptions...) {
		ctx.Assumptions = append(ctx.Assumptions, a.Text)
	}
	res.applicant, res.program = who[0], ec
	res.explained = explain.Explain(ec, who[0], res.attribute, ctx)
	if res.explained.Error != nil {
		return res, nil
	}
	v, err := ec.Value(who[0], res.attribute)
	if err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	if v.Num != nil {
		c, _ := centsOf(v.Num)
		res.cents = int64(c)
	}
	return res, nil
}

// versionText says which rule version a decision names.
func (o *Office) versionText(d *loop.Decision) string {
	set, err := o.rulesOf(d)
	if err != nil {
		set = o.rules.set
	}
	if r, ok := set.Rule(d.Anchor.Rule); ok {
		if v := r.At(d.Date); v != nil {
			return interval(v)
		}
	}
	return "regels van " + dutch(d.Date)
}

// Decide decides a case under the rules of a date. What burdens somebody waits
// until that person was spoken to.
func (o *Office) Decide(ctx context.Context, who string, in view.DecideInput) (string, error) {
	return o.decideAt(ctx, who, in.Case, in.Date, time.Time{})
}

// decideAt decides at an instant; the zero instant is now.
func (o *Office) decideAt(ctx context.Context, who, zaak string, on rule.Date, at time.Time) (string, error) {
	c, ok := o.caseFor(zaak)
	if !ok {
		return "", refuse("zaak-onbekend", "Deze zaak is er niet.", "Kies een zaak uit de lijst.", view.FieldError{Field: "zaak", Text: "Kies een zaak uit de lijst."})
	}
	if last := o.today().AddYears(1); on.After(last) {
		return "", refuse("datum", "Zo ver vooruit zijn de regels nog niet bekend.", "Kies een dag tot en met "+dutch(last)+".",
			view.FieldError{Field: "datum", Text: "Kies een dag tot en met " + dutch(last) + "."})
	}
	name, err := o.pseudonym(c.ID)
	if err != nil {
		return "", err
	}
	o.mu.RLock()
	set, rollouts, err := o.rulesFor(c.Regulation, o.nameAt(c.ID), on)
	o.mu.RUnlock()
	if err != nil {
		return "", err
	}
	res, err := evaluate(set, c.demoCase, on, i18n.Languages[0])
	if err != nil {
		return "", err
	}
	if p := res.explained.Error; p != nil {
		return "", refuse(p.Code, "Over deze zaak kan niet worden beslist: "+p.Text, p.Asked, view.FieldError{Field: "zaak", Text: "Kies een andere dag of een andere zaak."})
	}
	o.mu.RLock()
	kind, outcome, loss := o.weigh(who, set, c, res)
	o.mu.RUnlock()
	id := o.NewID("b")
	a := loop.Anchor{Regulation: c.Regulation, Article: c.Article}
	for _, l := range res.explained.Lines {
		// The first rule of the article that the explanation names: that is
		// where a signal about this case belongs.
		if l.Rule != "" && l.Article == c.Regulation+"/"+c.Article {
			a.Rule = l.Rule
			break
		}
	}
	if _, err := o.doAt(ctx, who, loop.IntendDecision{
		ID: id, Case: name, Anchor: a, RuleSet: string(set.Digest()), Date: on, Kind: kind, Outcome: outcome,
		Cents: res.cents, Loss: loss, Synthetic: true, Rollouts: rollouts,
	}, request{}, at); err != nil {
		return "", err
	}
	o.mu.RLock()
	burdened := o.world.Decision(id).Burdened
	o.mu.RUnlock()
	if burdened {
		return id, nil
	}
	_, err = o.doAt(ctx, who, loop.TakeDecision{Decision: id}, request{}, at)
	return id, err
}

// otherReasons leaves out what the sentence said already.
func otherReasons(x *explain.Explanation) []string {
	said := strings.ToLower(x.Sentence)
	return slices.DeleteFunc(slices.Clone(x.Reasons), func(r string) bool {
		return strings.Contains(said, strings.ToLower(strings.TrimSuffix(r, ".")))
	})
}

// before tells what the version before the last change would have given.
func (o *Office) before(c demoCase, d *loop.Decision, now *explain.Explanation, lang string) *view.DecisionBefore {
	g := o.world.Regulation(d.Anchor.Regulation)
	if g == nil {
		return nil
	}
	for k := len(g.Adoptions) - 1; k >= 0; k-- {
		a := g.Adoptions[k]
		set, ok := o.rules.before[a.Proposal]
		if !ok || d.Date.Before(a.From) {
			continue
		}
		old, err := evaluate(set, c, d.Date, lang)
		if err != nil || old.explained.Error != nil {
			return nil
		}
		return &view.DecisionBefore{Version: "vóór " + dutch(a.From), Sentence: old.explained.Sentence, Same: old.explained.Value == now.Value}
	}
	return nil
}

func (o *Office) trace(x *explain.Explanation) []view.TraceLine {
	var out []view.TraceLine
	for _, l := range x.Lines {
		// The page has a mark for a value of the example municipality.
		text := l.Text
		if l.Example {
			text = strings.TrimSuffix(text, " (voorbeeld)")
		}
		t := view.TraceLine{Depth: l.Depth, Text: text, Input: l.Kind == explain.Input, OK: l.OK, Unverified: l.Unverified, Example: l.Example}
		if l.Calculation != "" {
			t.Text += " " + l.Calculation
		}
		if l.Value != nil {
			t.Value = l.Value.Text
		}
		if l.Rule != "" {
			t.Rule = view.Ref{Text: l.Name, Href: "/regelingen/" + l.Article + "#" + parameterSlug(l.Rule)}
		}
		if len(l.Sources) > 0 {
			s := l.Sources[0]
			t.Source = view.Ref{Text: cmp.Or(s.Text, s.JCI), Href: s.URL}
		}
		out = append(out, t)
	}
	return out
}

// called gives the name of an object of a dossier for who reads about it: what
// somebody is to the applicant when that is known, otherwise its id.
func called(f *dossier.File) func(id string) string {
	names := map[int]string{}
	for _, k := range f.Applicants() {
		names[k] = "aanvrager"
	}
	for _, l := range f.Links {
		if !l.Role.Fact.Reciprocal {
			continue
		}
		if names[l.From] == "aanvrager" && names[l.To] == "" {
			names[l.To] = l.Role.Name
		} else if names[l.To] == "aanvrager" && names[l.From] == "" {
			names[l.From] = l.Role.Name
		}
	}
	many := map[string]int{}
	for _, n := range names {
		many[n]++
	}
	return func(id string) string {
		k := slices.IndexFunc(f.Objects, func(ob dossier.Object) bool { return ob.ID == id })
		if names[k] == "" {
			return id
		}
		if many[names[k]] > 1 {
			return spelling.Capital(names[k]) + " " + id
		}
		return spelling.Capital(names[k])
	}
}

// inputs lists the data that were used, by person: the applicant first.
func inputs(f *dossier.File) []view.Fact {
	names := called(f)
	var out []view.Fact
	for _, ob := range f.Objects {
		name := names(ob.ID)
		for _, val := range ob.Values {
			if val.Attribute.Name == "aanvrager" {
				continue // says the label already
			}
			out = append(out, view.Fact{Name: name + ": " + val.Attribute.Name, Value: explain.Show(val.Datum, val.Attribute.Type).Text, Source: "dossier"})
		}
	}
	return out
}
