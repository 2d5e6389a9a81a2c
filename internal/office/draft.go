package office

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// draft is the content of a proposal while it is edited: a variant over the
// set that is in force.
type draft struct {
	base    *regulation.Set
	set     *regulation.Set // base with the variant; base itself when nothing changes
	variant regulation.Variant
	reg     string
}

// draftOf reads the content of a proposal. A proposal that is in force is read
// over the set as it was before.
func (o *Office) draftOf(p *loop.Proposal) (draft, error) {
	d := draft{base: o.rules.set, reg: p.Regulation}
	if b, ok := o.rules.before[p.ID]; ok {
		d.base = b
	}
	d.set = d.base
	d.variant = regulation.Variant{ID: rule.Slug(p.ID), Name: p.Title, From: p.Plan.InForce}
	if p.Content.Variant == "" {
		return d, nil
	}
	v, ds := regulation.ReadVariant(p.ID+".yaml", []byte(p.Content.Variant))
	if err := ds.Err(); err != nil {
		return d, fmt.Errorf("voorstel %s: %w", p.ID, err)
	}
	d.variant = v
	set, ds := o.laid.over(d.base, v)
	if err := ds.Err(); err != nil {
		return d, fmt.Errorf("voorstel %s: %w", p.ID, err)
	}
	d.set = set
	return d, nil
}

func (d draft) empty() bool {
	return d.variant.Empty()
}

// content gives what the loop records: the variant, its digests and the
// difference in words. Leaving everything as it was gives the refusal of the
// loop ("niets veranderd").
func (d draft) content() (loop.Content, error) {
	base, ok := d.base.Get(d.reg)
	if !ok {
		return loop.Content{}, view.ErrNotFound
	}
	c := loop.Content{Baseline: digestOf(base)}
	if d.empty() {
		c.Digest = c.Baseline
		return c, nil
	}
	set, ds := d.base.With(d.variant)
	if err := ds.Err(); err != nil {
		return c, variantRefusal(ds)
	}
	next, _ := set.Get(d.reg)
	c.Digest, c.Variant = digestOf(next), string(d.variant.YAML())
	for _, ch := range regulation.Diff(d.base, set) {
		c.Summary = append(c.Summary, changeText(ch))
	}
	return c, nil
}

// digestOf gives the content digest of a regulation as the loop writes it.
func digestOf(r *regulation.Regulation) loop.Digest {
	_, hex, _ := strings.Cut(string(r.ContentDigest()), ":")
	return loop.Digest(hex)
}

// variantRefusal turns what is wrong with a variant into a no for the page.
func variantRefusal(ds rule.Diagnostics) error {
	for _, d := range ds {
		if d.Severity == rule.Error {
			return refuse(d.Code, d.Message, d.Hint, view.FieldError{Field: "waarde", Text: d.Message})
		}
	}
	return ds.Err()
}

// setParameter changes one parameter; the value in force takes the change
// away.
func (d *draft) setParameter(id, value string) error {
	p, ok := d.base.Parameter(id)
	if !ok {
		return view.ErrNotFound
	}
	if reg, _, _ := strings.Cut(id, "."); reg != d.reg {
		return refuse("andere-regeling", "Deze parameter hoort bij een andere regeling.", "Open daar een voorstel.")
	}
	if r, ok := d.base.Get(d.reg); ok && !ownParameter(d.base, r, p) {
		return refuse("niet-eigen", "Deze waarde staat in een landelijke wet. De gemeente kan haar niet wijzigen.", "Stuur het signaal door naar de eigenaar van die wet.",
			view.FieldError{Field: "waarde", Text: "Deze waarde staat in een landelijke wet."})
	}
	v, err := notation.Parse(value, p.Type)
	if err != nil {
		return refuse("waarde", "Deze waarde kan niet: "+err.Error(), "Vul in: "+notation.Accepts(p.Type)+".",
			view.FieldError{Field: "waarde", Text: "Vul in: " + notation.Accepts(p.Type) + "."})
	}
	if v.IsEmpty() || v.Num != nil && v.Num.Sign() < 0 {
		return refuse("waarde", "Deze waarde kan niet: leeg of onder nul.", "Vul in: "+notation.Accepts(p.Type)+".",
			view.FieldError{Field: "waarde", Text: "Vul in: " + notation.Accepts(p.Type) + "."})
	}
	d.variant.Parameters = slices.DeleteFunc(slices.Clone(d.variant.Parameters), func(x regulation.Override) bool { return x.ID == id })
	now, ok := p.At(d.variant.From)
	if !ok || !now.Value.Equal(v) {
		d.variant.Parameters = append(d.variant.Parameters, regulation.Override{ID: id, Text: notation.Format(v, p.Type)})
		slices.SortFunc(d.variant.Parameters, func(a, b regulation.Override) int { return strings.Compare(a.ID, b.ID) })
	}
	return nil
}

// setRule changes the text of one rule, which must be readable; the text in
// force takes the change away.
func (d *draft) setRule(id, text string) error {
	old, ok := d.base.Rule(id)
	if !ok || old.Regulation != d.reg {
		return view.ErrNotFound
	}
	next, ds := amendment.Read(d.base.Model, old, text)
	if err := ds.Err(); err != nil {
		return err
	}
	d.variant.Rules = slices.DeleteFunc(slices.Clone(d.variant.Rules), func(x regulation.Override) bool { return x.ID == id })
	if amendment.Text(next, d.variant.From) != amendment.Text(old, d.variant.From) {
		d.variant.Rules = append(d.variant.Rules, regulation.Override{ID: id, Text: text})
		slices.SortFunc(d.variant.Rules, func(a, b regulation.Override) int { return strings.Compare(a.ID, b.ID) })
	}
	return nil
}

// ruleText gives the text of a rule in the draft: as it was written there, or
// else as it is in force.
func (d draft) ruleText(r *rule.Rule) string {
	for _, o := range d.variant.Rules {
		if o.ID == r.ID {
			return o.Text
		}
	}
	return amendment.Text(r, d.variant.From)
}

// ownParameter reports whether a rule of the regulation's own reads the
// parameter.
func ownParameter(set *regulation.Set, r *regulation.Regulation, p *rule.Parameter) bool {
	for _, ru := range r.Rules() {
		if !ownRule(r, ru) {
			continue
		}
		for _, v := range ru.Versions {
			if slices.Contains(parametersOf(set, v), p) {
				return true
			}
		}
	}
	return false
}

// What a proposal can do with a step. Longer changes are made in the text of
// the regulation.
const (
	stepSame      = "blijft"
	stepNoProof   = "zelf-ophalen"
	stepAutomatic = "vanzelf"
	stepOnce      = "eenmalig"
	stepShort     = "korter"
	stepGone      = "vervalt"
	stepLetter    = string(regulation.Letter)
	stepPrefilled = string(regulation.Prefilled)
)

// stepFields gives the changed fields of a choice, as in stappen.yaml.
func stepFields(choice string, s regulation.Step) []regulation.Override {
	switch choice {
	case stepNoProof:
		return []regulation.Override{{ID: "bewijs", Text: "[]"}, {ID: "last", Text: quoted(min(s.Load, 1))}}
	case stepAutomatic:
		return []regulation.Override{{ID: "bewijs", Text: "[]"}, {ID: "elk-jaar", Text: `"nee"`}, {ID: "last", Text: quoted(0)}, {ID: "vanzelf", Text: `"ja"`}}
	case stepOnce:
		return []regulation.Override{{ID: "elk-jaar", Text: `"nee"`}}
	case stepShort:
		return []regulation.Override{{ID: "termijn", Text: quoted(7)}}
	}
	return nil
}

func quoted(n int) string { return fmt.Sprintf("%q", fmt.Sprint(n)) }

// choices gives what can be done with a step.
func stepOptions(s regulation.Step) []string {
	out := []string{stepSame}
	if slices.ContainsFunc(s.Evidence, func(e regulation.Evidence) bool { return e.Register != "" }) {
		out = append(out, stepNoProof)
	}
	if s.Yearly {
		out = append(out, stepOnce)
	}
	if !s.Automatic && s.Who == "burger" {
		out = append(out, stepAutomatic)
	}
	if s.Deadline > 7 {
		out = append(out, stepShort)
	}
	if s.Losing() {
		out = append(out, stepLetter, stepPrefilled)
	}
	return append(out, stepGone)
}

// setStep changes one step.
func (d *draft) setStep(id, choice string) error {
	reg, name, _ := strings.Cut(id, ".")
	r, ok := d.base.Get(reg)
	if !ok || reg != d.reg {
		return view.ErrNotFound
	}
	var step *regulation.Step
	for _, s := range r.Steps(d.variant.From) {
		if s.ID == name {
			step = &s
		}
	}
	if step == nil {
		return view.ErrNotFound
	}
	if !slices.Contains(stepOptions(*step), choice) {
		return refuse("stap", "Dat kan bij deze stap niet.", "Kies een van de mogelijkheden in de lijst.",
			view.FieldError{Field: "waarde", Text: "Kies een van de mogelijkheden."})
	}
	d.variant.Steps = slices.DeleteFunc(slices.Clone(d.variant.Steps), func(c regulation.StepChange) bool { return c.ID == id })
	d.variant.Help = slices.DeleteFunc(slices.Clone(d.variant.Help), func(h regulation.Help) bool { return h.Target == id })
	switch choice {
	case stepSame:
	case stepLetter, stepPrefilled:
		d.variant.Help = append(d.variant.Help, regulation.Help{Target: id, Kinds: []regulation.Intervention{regulation.Intervention(choice)}})
	case stepGone:
		d.variant.Steps = append(d.variant.Steps, regulation.StepChange{ID: id, Remove: true})
	default:
		d.variant.Steps = append(d.variant.Steps, regulation.StepChange{ID: id, Fields: stepFields(choice, *step)})
	}
	slices.SortFunc(d.variant.Help, func(a, b regulation.Help) int { return strings.Compare(a.Target, b.Target) })
	slices.SortFunc(d.variant.Steps, func(a, b regulation.StepChange) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// stepChoice tells which choice a draft has for a step.
func (d draft) stepChoice(id string, s regulation.Step) string {
	for _, c := range d.variant.Steps {
		if c.ID != id {
			continue
		}
		if c.Remove {
			return stepGone
		}
		for _, choice := range []string{stepNoProof, stepAutomatic, stepOnce, stepShort} {
			if sameFields(c.Fields, stepFields(choice, s)) {
				return choice
			}
		}
		return "anders"
	}
	for _, h := range d.variant.Help {
		switch {
		case h.Target != id:
		case len(h.Kinds) == 1 && (h.Kinds[0] == regulation.Letter || h.Kinds[0] == regulation.Prefilled):
			return string(h.Kinds[0])
		default:
			return "anders"
		}
	}
	return stepSame
}

func sameFields(a, b []regulation.Override) bool {
	return slices.EqualFunc(a, b, func(x, y regulation.Override) bool { return x.ID == y.ID && x.Text == y.Text })
}

// written gives a value as people read it.
func written(v rule.Datum, t rule.Type) string { return notation.Format(v, t) }

// changeText tells a change and its details in whole sentences.
func changeText(c regulation.Change) string {
	s := c.Text
	for _, d := range c.Details {
		s += " " + spelling.Capital(strings.TrimRight(d, ".")) + "."
	}
	return s
}
