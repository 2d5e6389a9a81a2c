package regulation

import (
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
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
	b := bundle{folders: slices.Clone(s.source.folders), overlays: s.source.overlays}
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
	b.examples()
	b.diags.Sort()
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
		switch {
		case len(reg.Rules()) > 0:
			reg.Level = LevelRules
		case len(reg.steps) > 0:
			reg.Level = LevelSteps
		}
	}
}

// references checks what regeling.yaml and the rules point at.
func (b *builder) references() {
	for _, r := range b.set.Model.Rules {
		for _, s := range r.Source {
			if strings.HasPrefix(s, "jci") && !validSource(s) {
				b.warn(r.Pos, "bron", fmt.Sprintf("%q bij regel %s is geen goede JCI-verwijzing", s, r.ID), "schrijf bijvoorbeeld jci1.3:c:BWBR0018451&artikel=2&lid=1")
			}
		}
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
			switch {
			case a.Type.Kind == rule.Amount:
				reg.Outcomes[i].Unit = "euro"
				if o.Period == "" {
					b.fail(f.metaPos["uitkomst:"+o.Attribute], "ontbrekende-sleutel",
						fmt.Sprintf("de uitkomst %q is een bedrag en mist \"per\"", o.Attribute), "schrijf per: jaar, per: maand of per: eenmalig")
				}
			case o.Period != "":
				b.fail(f.metaPos["uitkomst:"+o.Attribute], "per",
					fmt.Sprintf("de uitkomst %q is geen bedrag en heeft dus geen \"per\"", o.Attribute), "laat per weg")
			}
		}
		for _, g := range reg.Grounds {
			if _, ok := reg.Article(g.Article); g.Article != "" && !ok {
				b.fail(f.metaPos["grond:"+g.ID], "onbekend-artikel", fmt.Sprintf("de grond %q hoort bij artikel %q, maar dat is er niet", g.ID, g.Article), "")
			}
		}
	}
}

// examples reads the worked examples against the model.
func (b *builder) examples() {
	for _, f := range b.bundle.folders {
		reg, _ := b.set.Get(f.reg.ID)
		for _, p := range f.articles {
			for _, text := range p.examples {
				if reg == nil {
					b.fail(rule.Pos{File: text.file, Line: text.line, Column: 1}, "voorbeeld", "in de gedeelde woorden kan geen voorbeeld staan", "zet het bij een artikel van een regeling")
					continue
				}
				a, _ := reg.Article(p.article.ID)
				a.Examples = append(a.Examples, b.example(reg, a, text)...)
			}
		}
	}
}

// example reads one voorbeeld block: one example, or one for each row of its
// table.
func (b *builder) example(reg *Regulation, a *Article, text exampleText) []*Example {
	d := &notation.Doc{File: text.file, Line: text.line, Anchor: reg.ID + "/" + a.ID}
	defer func() { b.diags = append(b.diags, d.Diags...) }()
	top := d.Parse([]byte(text.text))
	if top == nil {
		return nil
	}
	ex := Example{Article: a.ID, Regulation: reg.ID, Pos: rule.Pos{File: text.file, Line: text.line, Column: 1}}
	var expect, table *notation.Node
	ex.Given = dossier.FromNode(d, top, b.set.Model, map[string]notation.Field{
		"naam!":    d.Text(&ex.Name, "naam"),
		"bron!":    d.Text(&ex.Source, "bron"),
		"verwacht": func(_, v *notation.Node) { expect = v },
		"tabel":    func(_, v *notation.Node) { table = v },
		"tolerantie": func(_, v *notation.Node) {
			if dat, ok := d.Datum(v, rule.Type{Kind: rule.Number}, "tolerantie"); ok && !dat.IsEmpty() {
				if dat.Num.Sign() < 0 || dat.Num.Cmp(big.NewRat(100, 1)) > 0 {
					d.Fail(v, "tolerantie", "", "de tolerantie ligt tussen 0 en 100")
					return
				}
				ex.Tolerance = dat.Num
			}
		},
	})
	if d.Diags.Err() != nil {
		return nil
	}
	ex.Date = ex.Given.Date
	if (expect == nil) == (table == nil) {
		d.Fail(top, "voorbeeld", "", "een voorbeeld heeft óf verwacht, óf tabel")
		return nil
	}
	if expect != nil {
		ex.Expect = b.expected(d, ex.Given, expect)
		if d.Diags.Err() != nil {
			return nil
		}
		return []*Example{&ex}
	}
	return b.table(d, ex, table)
}

func (b *builder) expected(d *notation.Doc, given *dossier.File, n *notation.Node) []Expected {
	var out []Expected
	d.Each(n, "verwacht", func(id string, k, v *notation.Node) {
		obj, ok := given.Object(id)
		if !ok {
			d.Fail(k, "onbekende-naam", "", "%q staat niet in het voorbeeld", id)
			return
		}
		d.Each(v, id, func(slug string, k, v *notation.Node) {
			t := given.Objects[obj].Type
			i := slices.IndexFunc(t.Attributes, func(a *rule.Attribute) bool { return rule.Slug(a.Name) == slug })
			if i < 0 {
				d.Fail(k, "onbekend-gegeven", "", "een %s heeft geen %q%s", strings.ToLower(t.Name), slug, notation.Suggest(slug, slugs(t)))
				return
			}
			a := t.Attributes[i]
			if val, ok := d.Datum(v, a.Type, slug); ok {
				out = append(out, Expected{Object: id, Attribute: a, Value: val, Pos: d.Pos(k)})
			}
		})
	})
	return out
}

func slugs(t *rule.ObjectType) []string {
	var out []string
	for _, a := range t.Attributes {
		out = append(out, rule.Slug(a.Name))
	}
	return out
}

// table reads "tabel: {invoer: p1.x, uitkomst: p1.y, rijen: {…: …}}": a
// published table, one example for each row.
func (b *builder) table(d *notation.Doc, base Example, n *notation.Node) []*Example {
	var in, out string
	var rows *notation.Node
	var inNode, outNode *notation.Node
	d.Fields(n, "tabel", map[string]notation.Field{
		"invoer!":   func(k, v *notation.Node) { inNode = v; d.Text(&in, "invoer")(k, v) },
		"uitkomst!": func(k, v *notation.Node) { outNode = v; d.Text(&out, "uitkomst")(k, v) },
		"rijen!":    func(_, v *notation.Node) { rows = v },
	})
	if in == "" || out == "" || rows == nil {
		return nil
	}
	inObj, inAttr, ok1 := resolve(d, base.Given, in, inNode)
	outObj, outAttr, ok2 := resolve(d, base.Given, out, outNode)
	if !ok1 || !ok2 {
		return nil
	}
	var examples []*Example
	d.Each(rows, "rijen", func(key string, k, v *notation.Node) {
		given, ok := d.Datum(k, inAttr.Type, in)
		if !ok {
			return
		}
		want, ok := d.Datum(v, outAttr.Type, out)
		if !ok {
			return
		}
		ex := base
		ex.Name = fmt.Sprintf("%s (%s)", base.Name, notation.Format(given, inAttr.Type))
		ex.Pos = d.Pos(k)
		ex.Given = base.Given.With(inObj, inAttr, given)
		ex.Expect = []Expected{{base.Given.Objects[outObj].ID, outAttr, want, d.Pos(v)}}
		examples = append(examples, &ex)
	})
	return examples
}

func resolve(d *notation.Doc, f *dossier.File, path string, n *notation.Node) (int, *rule.Attribute, bool) {
	id, slug, _ := strings.Cut(path, ".")
	obj, ok := f.Object(id)
	if !ok {
		d.Fail(n, "onbekende-naam", "schrijf bijvoorbeeld p1.toetsingsinkomen", "%q staat niet in het voorbeeld", id)
		return 0, nil, false
	}
	t := f.Objects[obj].Type
	i := slices.IndexFunc(t.Attributes, func(a *rule.Attribute) bool { return rule.Slug(a.Name) == slug })
	if i < 0 {
		d.Fail(n, "onbekend-gegeven", "", "een %s heeft geen %q%s", strings.ToLower(t.Name), slug, notation.Suggest(slug, slugs(t)))
		return 0, nil, false
	}
	return obj, t.Attributes[i], true
}
