package regulation

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Load reads every folder of fsys that has a regeling.yaml, and the shared
// words in "gemeenschappelijk". The diagnostics hold everything that is wrong,
// sorted by place; what could be read is in the Set, so that one broken
// article does not take down its neighbours. A Set whose diagnostics hold an
// error must not be used to decide.
func Load(fsys fs.FS) (*Set, rule.Diagnostics) {
	r := &reader{fsys: fsys}
	b := bundle{folders: r.folders()}
	set, diags := build(b)
	diags = append(r.diags, diags...)
	diags.Sort()
	return set, diags
}

// Add gives a set with one more regulation, made by NewText or by an importer.
// An id that is taken is an error.
func (s *Set) Add(regs ...*Regulation) (*Set, rule.Diagnostics) {
	b := bundle{folders: slices.Clone(s.source.folders), overlays: s.source.overlays, local: s.source.local}
	var diags rule.Diagnostics
	for _, reg := range regs {
		if slices.ContainsFunc(b.folders, func(f *folder) bool { return f.reg.ID == reg.ID }) {
			diags = append(diags, rule.Diagnostic{Severity: rule.Error, Code: "dubbele-regeling",
				Message: fmt.Sprintf("er is al een regeling met het id %q", reg.ID), Hint: "kies een ander id"})
			continue
		}
		f := &folder{reg: *reg}
		f.reg.Articles = nil
		for i, a := range reg.Articles {
			p := &page{article: *a, order: i + 1}
			p.article.Rules, p.article.Examples = nil, nil
			f.articles = append(f.articles, p)
		}
		b.folders = append(b.folders, f)
	}
	slices.SortStableFunc(b.folders, func(x, y *folder) int { return strings.Compare(x.reg.ID, y.reg.ID) })
	set, more := build(b)
	diags = append(diags, more...)
	diags.Sort()
	return set, diags
}

// builder makes a Set of a bundle. Each pass is one method.
type builder struct {
	bundle bundle
	set    *Set
	diags  rule.Diagnostics
}

func (b *builder) fail(pos rule.Pos, code, message, hint string) {
	b.diags = append(b.diags, rule.Diagnostic{Severity: rule.Error, Code: code, Pos: pos, Message: message, Hint: hint})
}

func (b *builder) warn(pos rule.Pos, code, message, hint string) {
	b.diags = append(b.diags, rule.Diagnostic{Severity: rule.Warning, Code: code, Pos: pos, Message: message, Hint: hint})
}

func build(src bundle) (*Set, rule.Diagnostics) {
	b := &builder{bundle: src, set: &Set{source: src}}
	b.model()
	b.fill()
	b.overlayParameters()
	b.overlayRules()
	b.regulations()
	b.buildSteps()
	b.levels()
	b.references()
	b.localities()
	b.examples()
	b.diags.Sort()
	b.set.diags = slices.Clone(b.diags)
	return b.set, b.diags
}

// model parses all rule blocks together.
func (b *builder) model() {
	var sources []regelspraak.Source
	for _, f := range b.bundle.folders {
		for _, p := range f.articles {
			sources = append(sources, p.blocks...)
		}
	}
	m, diags := regelspraak.Parse(sources)
	b.diags = append(b.diags, diags...)
	b.set.Model = m
	b.set.scopes = newScopes(b.set)
}

// regulations makes the public structs and hangs the rules in their articles.
func (b *builder) regulations() {
	for _, f := range b.bundle.folders {
		if f.shared {
			for _, p := range f.articles {
				a := p.article
				b.set.Shared = append(b.set.Shared, &a)
			}
			continue
		}
		reg := f.reg
		reg.Outcomes = slices.Clone(f.reg.Outcomes)
		reg.Articles = nil
		for _, p := range f.articles {
			a := p.article
			for _, r := range b.set.Model.Rules {
				if r.Regulation == reg.ID && r.Article == a.ID {
					a.Rules = append(a.Rules, r)
				}
			}
			reg.Articles = append(reg.Articles, &a)
		}
		for _, p := range b.set.Model.Parameters {
			if owner, _, _ := cutID(p.ID); owner == reg.ID {
				reg.Parameters = append(reg.Parameters, p)
			}
		}
		b.set.Regulations = append(b.set.Regulations, &reg)
	}
	slices.SortFunc(b.set.Regulations, func(x, y *Regulation) int { return strings.Compare(x.ID, y.ID) })
}

func (b *builder) levels() {
	for _, reg := range b.set.Regulations {
		b.level(reg)
	}
}

func (b *builder) level(reg *Regulation) {
	switch {
	case len(reg.Rules()) > 0:
		reg.Level = LevelRules
	case len(reg.steps) > 0:
		reg.Level = LevelSteps
	default:
		reg.Level = LevelText
	}
}

// perPeriod gives the period of an amount whose unit says it.
var perPeriod = map[string]string{"€/jr": "jaar", "€/kw": "kwartaal", "€/mnd": "maand"}

// references checks what regeling.yaml and the rules point at.
func (b *builder) references() {
	for _, r := range b.set.Model.Rules {
		for _, s := range r.Source {
			if strings.HasPrefix(s, "jci") && !validSource(s) {
				b.warn(r.Pos, "bron", fmt.Sprintf("%q bij regel %s is geen goede JCI-verwijzing", s, r.ID), "schrijf bijvoorbeeld jci1.3:c:BWBR0018451&artikel=2&lid=1")
			}
		}
	}
	for _, r := range b.set.Model.Rules {
		b.borrowed(r)
	}
	for _, f := range b.bundle.folders {
		if f.shared {
			continue
		}
		reg, _ := b.set.Get(f.reg.ID)
		for i, o := range reg.Outcomes {
			a, ok := b.set.Attribute(o.Attribute)
			if !ok {
				var known []string
				for _, obj := range b.set.Model.Objects {
					for _, a := range obj.Attributes {
						known = append(known, a.ID())
					}
				}
				b.fail(f.metaPos["uitkomst:"+o.Attribute], "onbekende-uitkomst",
					fmt.Sprintf("de uitkomst %q is geen gegeven%s", o.Attribute, notation.Suggest(o.Attribute, known)), "")
				continue
			}
			reg.Outcomes[i].Unit = a.Type.Unit
			switch period, per := perPeriod[a.Type.Unit]; {
			case a.Type.Kind == rule.Amount && per:
				// The unit says it: "€/mnd".
				reg.Outcomes[i].Unit, reg.Outcomes[i].Period = "euro", period
				if o.Period != "" && o.Period != period {
					b.fail(f.metaPos["uitkomst:"+o.Attribute], "per",
						fmt.Sprintf("de uitkomst %q heeft de eenheid %s, en dat is niet per %s", o.Attribute, a.Type.Unit, o.Period), "laat per weg, of schrijf per: "+period)
				}
			case a.Type.Kind == rule.Amount && a.Type.Unit != "€":
				if o.Period != "" {
					b.fail(f.metaPos["uitkomst:"+o.Attribute], "per",
						fmt.Sprintf("de uitkomst %q heeft de eenheid %s, en dat is niet per %s", o.Attribute, a.Type.Unit, o.Period),
						"laat per weg, of maak een uitkomst in €/mnd of €/jr; de taal rekent om")
				}
			case a.Type.Kind == rule.Amount:
				reg.Outcomes[i].Unit = "euro"
				if o.Period == "" {
					b.fail(f.metaPos["uitkomst:"+o.Attribute], "ontbrekende-sleutel",
						fmt.Sprintf("de uitkomst %q is een bedrag en mist \"per\"", o.Attribute), "schrijf per: jaar, per: kwartaal, per: maand of per: eenmalig")
				}
			case o.Period != "":
				b.fail(f.metaPos["uitkomst:"+o.Attribute], "per",
					fmt.Sprintf("de uitkomst %q is geen bedrag en heeft dus geen \"per\"", o.Attribute), "laat per weg")
			}
		}
		for _, other := range reg.BuildsOn {
			if _, ok := b.set.Get(other); !ok || other == reg.ID {
				b.fail(f.metaPos["bouwt-op:"+other], "onbekende-regeling", fmt.Sprintf("%s bouwt op %q, maar die regeling is er niet", reg.ID, other),
					"zet de map van die regeling ernaast, of haal haar weg bij bouwt-op")
			}
		}
		b.explained(f, reg)
		for _, g := range reg.Grounds {
			if _, ok := reg.Article(g.Article); g.Article != "" && !ok {
				b.fail(f.metaPos["grond:"+g.ID], "onbekend-artikel", fmt.Sprintf("de grond %q hoort bij artikel %q, maar dat is er niet", g.ID, g.Article), "")
			}
		}
	}
}

// explained checks where the findings stand that a regulation explains.
func (b *builder) explained(f *folder, reg *Regulation) {
	known := reg.places()
	for _, x := range reg.Explained {
		for _, at := range x.At {
			if !slices.Contains(known, at) {
				b.fail(f.metaPos["bevinding:"+at], "onbekende-plaats", fmt.Sprintf("de bevinding %s staat bij %q, maar dat is er niet%s", x.Code, at, notation.Suggest(at, known)),
					"noem een artikel, een regel, een stap of een parameter van deze regeling")
			}
		}
	}
}

// places are the ids of what a finding can be about.
func (r *Regulation) places() []string {
	out := []string{r.ID}
	for _, a := range r.Articles {
		out = append(out, a.ID)
		for _, x := range a.Rules {
			out = append(out, x.ID)
		}
	}
	for _, s := range r.steps {
		out = append(out, s.ID)
	}
	for _, p := range r.Parameters {
		out = append(out, p.ID)
	}
	return out
}

// borrowed warns when a rule uses what another regulation declares and its own
// does not say that it builds on that one: its folder could not stand alone.
func (b *builder) borrowed(r *rule.Rule) {
	reg, ok := b.set.Get(r.Regulation)
	if !ok {
		return
	}
	w := words{}
	for _, v := range r.Versions {
		w.version(v)
	}
	check := func(what string, at rule.Pos) {
		other, _, _ := strings.Cut(at.File, "/")
		if _, known := b.set.Get(other); known && other != reg.ID && !slices.Contains(reg.BuildsOn, other) {
			b.warn(r.Pos, "bouwt-op", fmt.Sprintf("regel %s gebruikt %s van %s, maar %s bouwt daar niet op", r.ID, what, other, reg.ID),
				"zet in regeling.yaml: bouwt-op: ["+other+"]")
		}
	}
	for _, a := range sorted(w.attributes, (*rule.Attribute).ID) {
		check(a.ID(), a.Pos)
	}
	for _, x := range sorted(w.roles, (*rule.Role).ID) {
		check(x.ID(), x.Pos)
	}
	for _, p := range sorted(w.parameters, func(p *rule.Parameter) string { return p.ID }) {
		check(p.ID, p.Pos)
	}
}
