package language

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// ErrRename is wrapped by every refusal to rename. Its text is Dutch and says
// why.
var ErrRename = errors.New("niet hernoemd")

func refuse(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrRename, fmt.Sprintf(format, a...))
}

// Renamable gives the name at a place and where it stands, or the reason why
// it cannot be renamed.
func (w *Workspace) Renamable(file string, at Place) (Range, string, error) {
	u, err := w.renamable(file, at)
	if err != nil {
		return Range{}, "", err
	}
	return u.Range, u.form(), nil
}

func (w *Workspace) renamable(file string, at Place) (use, error) {
	u, ok := w.index().at(file, at)
	if !ok {
		return use{}, refuse("hier staat geen naam van een attribuut, kenmerk, rol, parameter of variabele")
	}
	switch u.sym.kind() {
	case Attribute, Kenmerk, Role, Parameter, Variable:
	default:
		return use{}, refuse("een %s kan niet worden hernoemd; alleen een attribuut, kenmerk, rol, parameter of variabele", u.sym.kind())
	}
	for _, d := range w.found {
		if d.Severity == rule.Error {
			return use{}, refuse("er staat nog een fout in %s, regel %d (%s); los die eerst op, anders is niet zeker waar de naam staat", d.Pos.File, d.Pos.Line, d.Message)
		}
	}
	return u, nil
}

// form gives the form of the name that stands at a place.
func (u use) form() string {
	if u.plural {
		return u.sym.plural()
	}
	return u.sym.name()
}

// Rename gives the edits, by file, that give the name at a place another text.
// At the plural of a name it is the plural that changes. Ids in YAML and in
// worked examples go along. It is refused unless the set of regulations with
// the edits made is the same set, but for the name.
func (w *Workspace) Rename(file string, at Place, to string) (map[string][]Edit, error) {
	u, err := w.renamable(file, at)
	if err != nil {
		return nil, err
	}
	to = strings.Join(strings.Fields(to), " ")
	if err := goodName(to); err != nil {
		return nil, err
	}
	old := u.form()
	if to == old {
		return nil, nil
	}
	if err := w.variantsAllow(u.sym, old); err != nil {
		return nil, err
	}
	edits := map[string][]Edit{}
	for _, o := range w.index().of(w, u.sym) {
		switch {
		case o.slug && !u.plural:
			edits[o.File] = append(edits[o.File], Edit{o.Range, rule.Slug(to)})
		case !o.slug && o.plural == u.plural:
			text := to
			if written := w.docs[o.File].slice(o.Range); capital(written) && !capital(old) {
				text = spelling.Capital(to)
			}
			edits[o.File] = append(edits[o.File], Edit{o.Range, text})
		}
	}
	files := w.files
	for name, es := range edits {
		files = files.With(name, Apply(files[name], es))
	}
	if err := w.verify(Open(files, w.day), u); err != nil {
		return nil, err
	}
	return edits, nil
}

func capital(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// goodName reports why a text cannot be a name.
func goodName(name string) error {
	tokens := regelspraak.Tokens(regelspraak.Source{Text: name})
	if len(tokens) == 0 {
		return refuse("geef een nieuwe naam")
	}
	for i, t := range tokens {
		if t.Kind != regelspraak.TokenWord && t.Kind != regelspraak.TokenNumber || t.Line > 1 {
			return refuse("«%s» kan niet in een naam staan; een naam bestaat uit woorden", t.Text)
		}
		if i == 0 && (t.Kind == regelspraak.TokenNumber || slices.Contains([]string{"de", "het"}, strings.ToLower(t.Text))) {
			return refuse("een naam begint niet met «%s»; het lidwoord blijft zoals het is", t.Text)
		}
	}
	if strings.Contains(name, "//") {
		return refuse("«//» kan niet in een naam staan")
	}
	return nil
}

// variantsAllow refuses when the text of a rule in a variant has the name: it
// is not known what the name means there.
func (w *Workspace) variantsAllow(s symbol, old string) error {
	if s.variable != nil {
		return nil
	}
	for _, name := range w.Names() {
		if strings.Count(name, "/") < 2 {
			continue
		}
		d := notation.NewDoc(name)
		var err error
		each(d.Parse([]byte(w.files[name])), func(k, v *notation.Node) {
			if k.Value != "regels" {
				return
			}
			each(v, func(k, v *notation.Node) {
				text := " " + strings.ToLower(strings.Join(strings.Fields(v.Value), " "))
				if strings.Contains(text, " "+strings.ToLower(old)) {
					err = refuse("de variant %s geeft regel %s een andere tekst, en daarin staat de naam ook; pas die tekst eerst aan", name, k.Value)
				}
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verify compares the set with the one after renaming.
func (w *Workspace) verify(after *Workspace, u use) error {
	before := map[string]int{}
	for _, d := range w.found {
		before[d.Code]++
	}
	found := slices.Clone(after.found)
	slices.SortStableFunc(found, func(a, b rule.Diagnostic) int { return int(b.Severity) - int(a.Severity) })
	for _, d := range found {
		if before[d.Code]--; before[d.Code] < 0 {
			hint := ""
			if d.Hint != "" {
				hint = " (" + d.Hint + ")"
			}
			return refuse("met deze naam klopt %s, regel %d niet meer: %s%s", d.Pos.File, d.Pos.Line, d.Message, hint)
		}
	}
	s, ok := counterpart(w.set.Model, after.set.Model, u.sym)
	if !ok {
		return refuse("met deze naam is de verzameling regels een andere")
	}
	a, b := summary(w.set, u.sym), summary(after.set, s)
	if len(a) != len(b) {
		return refuse("met deze naam is de verzameling regels een andere")
	}
	for i := range a {
		if a[i].what != b[i].what {
			return refuse("met deze naam krijgt iets anders een andere betekenis: %s", b[i].where)
		}
	}
	return nil
}

// counterpart gives the symbol of another model at the same place in it.
func counterpart(from, to *rule.Model, s symbol) (symbol, bool) {
	for i, o := range from.Objects {
		for j, a := range o.Attributes {
			if a == s.attribute {
				if i < len(to.Objects) && j < len(to.Objects[i].Attributes) {
					return symbol{attribute: to.Objects[i].Attributes[j]}, true
				}
				return symbol{}, false
			}
		}
	}
	for i, f := range from.Facts {
		for j, r := range f.Roles {
			if r == s.role {
				if i < len(to.Facts) && j < len(to.Facts[i].Roles) {
					return symbol{role: to.Facts[i].Roles[j]}, true
				}
				return symbol{}, false
			}
		}
	}
	for i, p := range from.Parameters {
		if p == s.parameter {
			if i < len(to.Parameters) {
				return symbol{parameter: to.Parameters[i]}, true
			}
			return symbol{}, false
		}
	}
	for i, r := range from.Rules {
		for j, v := range r.Versions {
			for k, x := range v.Variables {
				if x == s.variable {
					if i < len(to.Rules) && j < len(to.Rules[i].Versions) && k < len(to.Rules[i].Versions[j].Variables) {
						return symbol{variable: to.Rules[i].Versions[j].Variables[k]}, true
					}
					return symbol{}, false
				}
			}
		}
	}
	return symbol{}, false
}
