package regulation

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// steps reads stappen.yaml: a mapping of step ids to steps, in order.
func (r *reader) steps(f *folder, file string) {
	d, top, done := r.document(file)
	defer done()
	if top == nil {
		return
	}
	d.Each(top, "stappen.yaml", func(id string, k, v *notation.Node) {
		if !validID(id) {
			d.Fail(k, "id", "gebruik kleine letters, cijfers en streepjes", "%q is geen bruikbaar id", id)
			return
		}
		f.steps = append(f.steps, stepText{id: id, file: file, node: v, pos: d.Pos(k)})
	})
}

// readStep reads the fields of a step.
func readStep(d *notation.Doc, text stepText) Step {
	s := Step{ID: text.id, Who: "burger", Reversible: true, Pos: text.pos, From: text.from, Until: text.until}
	d.Fields(text.node, "stap "+text.id, map[string]notation.Field{
		"artikel!":           d.Text(&s.Article, "artikel"),
		"wie":                d.Choice(&s.Who, "wie", []string{"burger", "uitvoering"}),
		"actie!":             d.Text(&s.Action, "actie"),
		"aanleiding!":        d.Text(&s.Trigger, "aanleiding"),
		"levensgebeurtenis":  d.Bool(&s.LifeEvent, "levensgebeurtenis"),
		"termijn":            d.Int(&s.Deadline, "termijn (in dagen)", 0, 36_500),
		"bewijs":             d.List("bewijs", func(v *notation.Node) { s.Evidence = append(s.Evidence, readEvidence(d, v)) }),
		"keuzes":             d.Int(&s.Choices, "keuzes", 0, 1000),
		"als-niets":          d.Text(&s.IfNothing, "als-niets"),
		"herstelbaar":        d.Bool(&s.Reversible, "herstelbaar"),
		"verliest-recht":     d.Bool(&s.Loses, "verliest-recht"),
		"kanalen":            d.List("kanalen", func(v *notation.Node) { s.Channels = append(s.Channels, readChannel(d, v)) }),
		"elk-jaar":           d.Bool(&s.Yearly, "elk-jaar"),
		"vanzelf":            d.Bool(&s.Automatic, "vanzelf"),
		"beoordeling":        d.Bool(&s.Judgement, "beoordeling"),
		"last":               d.Int(&s.Load, "last", 0, 10),
		"minuten":            d.Int(&s.Minutes, "minuten", 0, 100_000),
		"minuten-uitvoering": d.Int(&s.HandlingMinutes, "minuten-uitvoering", 0, 100_000),
	})
	return s
}

func readEvidence(d *notation.Doc, v *notation.Node) Evidence {
	var e Evidence
	d.Fields(v, "een bewijs", map[string]notation.Field{
		"naam!": d.Text(&e.Name, "naam"), "register": d.Text(&e.Register, "register"), "eigen": d.Bool(&e.Own, "eigen"),
		"gegeven": d.Text(&e.Attribute, "gegeven"),
	})
	return e
}

func readChannel(d *notation.Doc, v *notation.Node) Channel {
	var c Channel
	d.Fields(v, "een kanaal", map[string]notation.Field{
		"naam!": d.Text(&c.Name, "naam"), "mens": d.Bool(&c.Human, "mens"),
	})
	return c
}

// overlaySteps lays the step changes of variants over the steps of a folder:
// the old step ends on the day before, the new one starts on the day itself.
func (b *builder) overlaySteps(f *folder) []stepText {
	steps := slices.Clone(f.steps)
	for _, v := range b.bundle.overlays {
		for _, change := range v.Steps {
			reg, id, ok := cutID(change.ID)
			if !ok || reg != f.reg.ID {
				continue
			}
			steps = b.changeStep(steps, id, v.From, change)
		}
		steps = b.help(steps, f.reg.ID, v)
	}
	return steps
}

func (b *builder) changeStep(steps []stepText, id string, from rule.Date, change StepChange) []stepText {
	// The step that is changed is the one in force on the day, or else the
	// first one after it. Whatever came later is replaced.
	base := -1
	for i, s := range steps {
		if s.id == id && (s.until.IsZero() || !s.until.Before(from)) && (base < 0 || !s.from.After(from)) {
			base = i
		}
	}
	if base < 0 {
		b.fail(change.Pos, "onbekend-id", fmt.Sprintf("de stap %q bestaat niet meer op %s", change.ID, from), "")
		return steps
	}
	next := steps[base]
	next.from, next.until = from, rule.Date{}
	if !change.Remove {
		next.node = mergeFields(b, next.node, change)
		// What was there has been read already: an error is of the variant.
		next.file = change.Pos.File
	}
	var out []stepText
	for i, s := range steps {
		switch {
		case s.id != id || s.from.Before(from) && i != base:
			out = append(out, s)
		case i == base:
			if s.from.Before(from) {
				s.until = from.AddDays(-1)
				out = append(out, s)
			}
			if !change.Remove {
				out = append(out, next)
			}
		}
	}
	return out
}

// mergeFields gives a copy of a mapping with some keys replaced or added.
func mergeFields(b *builder, n *notation.Node, change StepChange) *notation.Node {
	out := *n
	out.Content = slices.Clone(n.Content)
	for _, f := range change.Fields {
		d := &notation.Doc{File: f.Pos.File, Line: max(1, f.Pos.Line)}
		v := d.Parse([]byte(f.Text))
		b.diags = append(b.diags, d.Diags...)
		if v == nil {
			continue
		}
		moveLines(v, max(0, f.Pos.Line-1))
		i := 0
		for i < len(out.Content) && out.Content[i].Value != f.ID {
			i += 2
		}
		if i < len(out.Content) {
			out.Content[i+1] = v
			continue
		}
		key := &notation.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.ID, Line: max(1, f.Pos.Line), Column: max(1, f.Pos.Column)}
		out.Content = append(out.Content, key, v)
	}
	return &out
}

// moveLines makes the places of a text that was read by itself those in its
// file.
func moveLines(n *notation.Node, by int) {
	n.Line += by
	for _, c := range n.Content {
		moveLines(c, by)
	}
}

// buildSteps reads the steps of all regulations, overlays included.
func (b *builder) buildSteps() {
	for _, f := range b.bundle.folders {
		if f.shared {
			continue
		}
		reg, _ := b.set.Get(f.reg.ID)
		b.stepsOf(f, reg)
	}
}

// stepsOf reads the steps of one regulation.
func (b *builder) stepsOf(f *folder, reg *Regulation) {
	useful := usefulHelp{}
	for _, text := range b.overlaySteps(f) {
		d := notation.NewDoc(text.file)
		s := readStep(d, text)
		useful.helped(&s, text.help)
		if _, ok := reg.Article(s.Article); s.Article != "" && !ok {
			var known []string
			for _, a := range reg.Articles {
				known = append(known, a.ID)
			}
			d.Fail(text.node, "onbekend-artikel", "", "stap %q hoort bij artikel %q, maar dat is er niet%s", s.ID, s.Article, notation.Suggest(s.Article, known))
		}
		for _, e := range s.Evidence {
			if _, ok := b.set.Attribute(e.Attribute); e.Attribute != "" && !ok {
				d.Fail(text.node, "onbekend-gegeven", "schrijf bijvoorbeeld gegeven: persoon.vermogen", "stap %q: het bewijs %q is van het gegeven %q, en dat is er niet", s.ID, e.Name, e.Attribute)
			}
		}
		b.diags = append(b.diags, d.Diags...)
		reg.steps = append(reg.steps, s)
	}
	b.useless(reg.ID, useful)
}

// cutID splits "regeling.naam".
func cutID(id string) (regulation, name string, ok bool) {
	return strings.Cut(id, ".")
}

// stepIDs gives all step ids of a bundle, as variants name them.
func (b bundle) stepIDs() []string {
	var out []string
	for _, f := range b.folders {
		for _, s := range f.steps {
			out = append(out, fmt.Sprintf("%s.%s", f.reg.ID, s.id))
		}
	}
	return out
}
