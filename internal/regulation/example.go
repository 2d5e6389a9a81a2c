package regulation

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

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
	var expect, table, violations, faults, published *notation.Node
	ex.Given = dossier.FromNode(d, top, b.set.Model, map[string]notation.Field{
		"naam!": d.Text(&ex.Name, "naam"),
		"bron!": d.Text(&ex.Source, "bron"),
		"gepubliceerd": func(k, v *notation.Node) {
			published = k
			d.Choice(&ex.Published, "gepubliceerd", certainties)(k, v)
		},
		"verwacht":    func(_, v *notation.Node) { expect = v },
		"tabel":       func(_, v *notation.Node) { table = v },
		"schendingen": func(_, v *notation.Node) { violations = v },
		"fouten":      func(_, v *notation.Node) { faults = v },
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
	if published != nil && expect == nil && table == nil {
		d.Fail(published, "gepubliceerd", "zet de gepubliceerde bedragen bij verwacht of in een tabel", "er staat geen bedrag dat gepubliceerd kan zijn")
		return nil
	}
	others := violations != nil || faults != nil
	if expect != nil && table != nil || expect == nil && table == nil && !others {
		d.Fail(top, "voorbeeld", "zeg wat eruit komt: verwacht, schendingen of fouten, of een tabel", "een voorbeeld heeft óf verwacht, óf tabel")
		return nil
	}
	if violations != nil {
		ex.Violations = b.expectedViolations(d, ex.Given, violations)
	}
	if faults != nil {
		ex.Faults = b.expectedFaults(d, ex.Given, faults)
	}
	if expect != nil {
		ex.Expect = b.expected(d, ex.Given, expect)
	}
	if d.Diags.Err() != nil {
		return nil
	}
	if table != nil {
		return b.table(d, ex, table)
	}
	return []*Example{&ex}
}

// facts reads a mapping of objects to mappings of their attributes.
func facts(d *notation.Doc, given *dossier.File, n *notation.Node, what string, f func(id string, a *rule.Attribute, k, v *notation.Node)) {
	d.Each(n, what, func(id string, k, v *notation.Node) {
		obj, ok := given.Object(id)
		if !ok {
			d.Fail(k, "onbekende-naam", "", "%q staat niet in het voorbeeld", id)
			return
		}
		d.Each(v, id, func(slug string, k, v *notation.Node) {
			if a := attribute(d, given.Objects[obj].Type, slug, k); a != nil {
				f(id, a, k, v)
			}
		})
	})
}

// attribute finds an attribute by its key; it reports one that is not there.
func attribute(d *notation.Doc, t *rule.ObjectType, slug string, n *notation.Node) *rule.Attribute {
	i := slices.IndexFunc(t.Attributes, func(a *rule.Attribute) bool { return rule.IsSlug(a.Name, slug) })
	if i < 0 {
		d.Fail(n, "onbekend-gegeven", "", "een %s heeft geen %q%s", strings.ToLower(t.Name), slug, notation.Suggest(slug, slugs(t)))
		return nil
	}
	return t.Attributes[i]
}

func (b *builder) expected(d *notation.Doc, given *dossier.File, n *notation.Node) []Expected {
	var out []Expected
	facts(d, given, n, "verwacht", func(id string, a *rule.Attribute, k, v *notation.Node) {
		if val, ok := d.Datum(v, a.Type, rule.Slug(a.Name)); ok {
			out = append(out, Expected{Object: id, Attribute: a, Value: val, Pos: d.Pos(k)})
		}
	})
	return out
}

// expectedFaults reads "fouten: {p1: {bedrag: deling-door-nul}}".
func (b *builder) expectedFaults(d *notation.Doc, given *dossier.File, n *notation.Node) []ExpectedFault {
	var out []ExpectedFault
	known := exact.Codes()
	facts(d, given, n, "fouten", func(id string, a *rule.Attribute, k, v *notation.Node) {
		code := ""
		d.Choice(&code, "de fout", known)(k, v)
		if code != "" {
			out = append(out, ExpectedFault{Object: id, Attribute: a, Code: exact.Code(code), Pos: d.Pos(k)})
		}
	})
	return out
}

// expectedViolations reads "schendingen: {regel-id: [p1, p2]}".
func (b *builder) expectedViolations(d *notation.Doc, given *dossier.File, n *notation.Node) []ExpectedViolation {
	var out []ExpectedViolation
	var known []string
	for _, r := range b.set.Model.Rules {
		if requires(r) {
			known = append(known, r.ID)
		}
	}
	d.Each(n, "schendingen", func(id string, k, v *notation.Node) {
		r, ok := b.set.Rule(id)
		if !ok || !requires(r) {
			d.Fail(k, "onbekend-id", "", "er is geen consistentieregel %q%s", id, notation.Suggest(id, known))
			return
		}
		want := ExpectedViolation{Rule: r, Pos: d.Pos(k)}
		d.Items(v, id, func(v *notation.Node) {
			name, ok := d.Scalar(v, "een verwijzing")
			if _, there := given.Object(name); ok && !there {
				d.Fail(v, "onbekende-naam", "", "%q staat niet in het voorbeeld", name)
			} else if ok {
				want.Objects = append(want.Objects, name)
			}
		})
		if len(want.Objects) == 0 {
			d.Fail(v, "schendingen", "schrijf wie de regel schendt, bijvoorbeeld [p1]", "%s: er staat niet wie de regel schendt", id)
		}
		slices.Sort(want.Objects)
		want.Objects = slices.Compact(want.Objects)
		out = append(out, want)
	})
	return out
}

// requires reports whether a rule is a consistentieregel.
func requires(r *rule.Rule) bool {
	return slices.ContainsFunc(r.Versions, func(v *rule.Version) bool { return v.Writes() == nil })
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
	a := attribute(d, f.Objects[obj].Type, slug, n)
	return obj, a, a != nil
}
