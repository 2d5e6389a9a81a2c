package regulation

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// municipalityFolder holds, in the folder of a regulation, one file for each
// other municipality that has values of its own.
const municipalityFolder = "gemeenten"

// locality is what one municipality has instead: the values of parameters, and
// changes of rules and steps in the form of a variant. Its worked examples take
// the place of those of the regulation, whose amounts are of another
// municipality.
type locality struct {
	who        Municipality
	parameters []parameterText
	changes    Variant
	examples   []localExample
	pos        rule.Pos
}

type localExample struct {
	article string
	text    exampleText
}

// localities reads the folder "gemeenten" of a regulation.
func (r *reader) localities(f *folder, name string) {
	entries, err := fs.ReadDir(r.fsys, name)
	if err != nil {
		r.fail(rule.Pos{File: name}, "map", "de map is niet te lezen", "")
		return
	}
	for _, e := range entries {
		file := path.Join(name, e.Name())
		if e.IsDir() || path.Ext(file) != ".yaml" {
			r.warn(rule.Pos{File: file}, "onbekend-bestand", "dit bestand hoort niet bij een gemeente en wordt niet gelezen", "in deze map staat per gemeente één bestand (.yaml)")
			continue
		}
		if l := r.locality(f, file); l != nil {
			f.localities = append(f.localities, l)
		}
	}
}

func (r *reader) locality(f *folder, file string) *locality {
	d, top, done := r.document(file)
	defer done()
	if top == nil {
		return nil
	}
	l := &locality{pos: rule.Pos{File: file, Line: 1, Column: 1}}
	fields := variantFields(d, &l.changes)
	delete(fields, "variant!")
	delete(fields, "vanaf!")
	delete(fields, "ingrepen") // what a variant tries out
	fields["vanaf"] = d.Date(&l.changes.From, "vanaf")
	fields["gemeente!"] = d.Text(&l.who.ID, "gemeente")
	fields["naam!"] = d.Text(&l.who.Name, "naam")
	fields["voorbeeld"] = d.Bool(&l.who.Fictional, "voorbeeld")
	fields["parameters"] = func(_, n *notation.Node) { l.parameters = readParameters(d, n, "parameters") }
	fields["voorbeelden"] = d.List("voorbeelden", func(n *notation.Node) {
		x := localExample{text: exampleText{file: file, line: d.Pos(n).Line}}
		if notation.IsMap(n) { // "artikel" says where it stands; the rest is a block like any other
			rest := *n
			rest.Content = nil
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == "artikel" {
					d.Text(&x.article, "artikel")(nil, n.Content[i+1])
					continue
				}
				rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
			}
			x.text.text = flow(&rest)
		}
		l.examples = append(l.examples, x)
	})
	d.Fields(top, "een gemeente", fields)
	l.changes.ID, l.changes.Name = l.who.ID, l.who.Name
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); l.who.ID != "" && l.who.ID != want {
		d.Fail(top, "id", "geef het bestand de naam van de gemeente", "%q staat in het bestand van %q", l.who.ID, want)
	}
	return l
}

// localities checks what only the model knows: parameters, rules, steps and
// articles that are named, and the values.
func (b *builder) localities() {
	for _, f := range b.bundle.folders {
		reg, ok := b.set.Get(f.reg.ID)
		if !ok {
			continue
		}
		for _, l := range f.localities {
			if f.reg.Municipality == nil {
				b.fail(l.pos, "gemeente", fmt.Sprintf("%s is van geen gemeente; waarden per gemeente kunnen daar niet bij", f.reg.ID), "noem in regeling.yaml de gemeente waarvan de waarden zijn")
			}
			for _, text := range l.parameters {
				p, ok := b.set.Parameter(f.reg.ID + "." + text.slug)
				if !ok {
					b.fail(text.pos, "onbekende-parameter", fmt.Sprintf("%s heeft geen parameter %q%s", f.reg.ID, text.slug, notation.Suggest(text.slug, parameterSlugs(reg))), "")
					continue
				}
				b.diags = append(b.diags, text.read(p, nil)...)
			}
			for _, o := range l.changes.Rules {
				if x, ok := b.set.Rule(o.ID); !ok || x.Regulation != f.reg.ID {
					b.fail(o.Pos, "onbekend-id", fmt.Sprintf("%s heeft geen regel %q", f.reg.ID, o.ID), "")
				}
			}
			for _, c := range l.changes.Steps {
				if owner, _, _ := cutID(c.ID); owner != f.reg.ID || !slices.Contains(b.bundle.stepIDs(), c.ID) {
					b.fail(c.Pos, "onbekend-id", fmt.Sprintf("%s heeft geen stap %q", f.reg.ID, c.ID), "")
				}
			}
			if len(l.changes.Rules)+len(l.changes.Steps) > 0 && l.changes.From.IsZero() {
				b.fail(l.pos, "vanaf", "zeg vanaf welke dag de andere regels en stappen gelden", "schrijf vanaf: en een datum")
			}
			for _, x := range l.examples {
				if _, ok := reg.Article(x.article); !ok {
					b.fail(rule.Pos{File: x.text.file, Line: x.text.line, Column: 1}, "onbekend-artikel", fmt.Sprintf("%s heeft geen artikel %q", f.reg.ID, x.article), "zeg met artikel: waar het voorbeeld bij hoort")
				}
			}
		}
	}
}

func parameterSlugs(reg *Regulation) []string {
	var out []string
	for _, p := range reg.Parameters {
		_, slug, _ := cutID(p.ID)
		out = append(out, slug)
	}
	return out
}

// Municipalities are those that the set knows the values of, sorted by id: the
// ones that regulations are written for and the ones that have a file. With ids
// only those of these regulations count.
func (s *Set) Municipalities(ids ...string) []Municipality {
	by := map[string]Municipality{}
	for _, f := range s.source.folders {
		f = f.asWritten()
		if len(ids) > 0 && !slices.Contains(ids, f.reg.ID) {
			continue
		}
		if f.reg.Municipality != nil {
			by[f.reg.Municipality.ID] = *f.reg.Municipality
		}
		for _, l := range f.localities {
			by[l.who.ID] = l.who
		}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b Municipality) int { return strings.Compare(a.ID, b.ID) })
}

// Municipality gives the set as it holds in a municipality: each regulation
// that has a file for it has the values, rules, steps and worked examples of
// that file. Variants that were laid over the set lie over the new one. The
// triangle is that of another municipality and is left out. An id that no
// regulation knows is an error; the set is nil then.
func (s *Set) Municipality(id string) (*Set, rule.Diagnostics) {
	known := s.Municipalities()
	if !slices.ContainsFunc(known, func(m Municipality) bool { return m.ID == id }) {
		var ids []string
		for _, m := range known {
			ids = append(ids, m.ID)
		}
		return nil, rule.Diagnostics{{Severity: rule.Error, Code: "onbekende-gemeente",
			Message: fmt.Sprintf("geen regeling kent de gemeente %q%s", id, notation.Suggest(id, ids)), Hint: "bekend zijn: " + strings.Join(ids, ", ")}}
	}
	b := bundle{overlays: s.source.overlays}
	var changes []Variant
	for _, f := range s.source.folders {
		f = f.asWritten()
		for _, l := range f.localities {
			if l.who.ID == id {
				if len(l.changes.Rules)+len(l.changes.Steps) > 0 {
					changes = append(changes, l.changes)
				}
				f = f.in(l)
				break
			}
		}
		b.folders = append(b.folders, f)
	}
	b.overlays = append(changes, s.source.variants()...)
	b.local = len(changes)
	set, diags := build(b)
	if diags.Err() != nil {
		return nil, diags
	}
	return set, diags
}

// asWritten gives the folder as its files are.
func (f *folder) asWritten() *folder {
	if f.written != nil {
		return f.written
	}
	return f
}

// in gives the folder as it holds in a municipality.
func (f *folder) in(l *locality) *folder {
	out := *f
	out.written = f
	who := l.who
	out.reg.Municipality = &who
	out.reg.Triangle = nil
	out.parameters = slices.Clone(f.parameters)
	for _, p := range l.parameters {
		if i := slices.IndexFunc(out.parameters, func(x parameterText) bool { return x.slug == p.slug }); i >= 0 {
			out.parameters[i] = p
		} else {
			out.parameters = append(out.parameters, p)
		}
	}
	out.articles = nil
	for _, p := range f.articles {
		page := *p
		page.examples = nil
		for _, x := range l.examples {
			if x.article == page.article.ID {
				page.examples = append(page.examples, x.text)
			}
		}
		out.articles = append(out.articles, &page)
	}
	return &out
}
