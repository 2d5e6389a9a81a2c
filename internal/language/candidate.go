package language

import (
	"regexp"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// candidate is a text that may stand at the cursor.
type candidate struct {
	text string
	sym  symbol
	kind Kind
	lead string   // the article, or "zijn", when it is part of the text
	bare bool     // stands only after an article, a possessive or its verb
	more []string // ways to go on after it, without which it is no value by itself
}

// preceded is a first sieve: a bare name stands after an article, a possessive
// or the verb that goes with it.
func preceded(b *block, cut int, c candidate) bool {
	before := ""
	if cut > 0 {
		before = strings.ToLower(b.tokens[cut-1].Text)
	}
	kenmerk := rule.Value
	if c.sym.attribute != nil {
		kenmerk = c.sym.attribute.Kind
	}
	of := c.bare && (c.sym.parameter != nil || c.sym.attribute != nil && kenmerk == rule.Value || c.sym.role != nil || c.sym.variable != nil)
	switch before {
	case "zijn":
		return of && c.sym.parameter == nil && c.sym.variable == nil
	case "de", "het", "alle":
		return of || c.bare && (c.sym.object != nil || kenmerk == rule.Noun)
	case "een":
		return c.bare && (c.sym.object != nil || kenmerk == rule.Noun)
	case "aantal":
		if c.sym.role != nil {
			return c.bare && c.text == c.sym.role.Plural
		}
	case "geen", "niet":
		return c.bare && kenmerk != rule.Value
	case "heeft":
		return c.kind == Keyword || c.bare && kenmerk == rule.Possessive
	}
	return !of && c.sym.object == nil || c.lead != ""
}

// numeric reports whether it has a number for a value, which a calculation can
// make another type of.
func (c candidate) numeric() bool {
	t := c.typ()
	return t.Kind == rule.Number || t.Kind == rule.Amount || t.Kind == rule.Percentage
}

// typ gives the type of its value; the zero Type when it has none.
func (c candidate) typ() (t rule.Type) {
	switch {
	case c.sym.attribute != nil:
		t = c.sym.attribute.Type
	case c.sym.parameter != nil:
		t = c.sym.parameter.Type
	case c.sym.variable != nil && c.sym.variable.Expr != nil:
		t = c.sym.variable.Expr.Type()
	}
	return t
}

// wantsDate matches a text after which a part of a date is taken, or a day is
// found from a date: what is wrong with the type of the whole says nothing of
// the date.
var wantsDate = regexp.MustCompile(`(?:\b(?:jaar|maand|dag) uit|\bvolgend op|\bdag van (?:de maand|het jaar) van)(?: (?:de|het|zijn))?\s*$`)

// candidates gives everything that could stand in a sentence.
func (w *Workspace) candidates(t typed, version int) []candidate {
	var out []candidate
	for _, p := range phrases {
		out = append(out, candidate{text: p, kind: Keyword})
	}
	subject, named := w.subject(t.b, version)
	name := func(s symbol, text string, more []string, leads ...string) {
		c := candidate{text: text, sym: s, kind: s.kind(), bare: true, more: more}
		out = append(out, c)
		for _, lead := range leads {
			c.text, c.lead, c.bare = lead+" "+text, lead, false
			out = append(out, c)
		}
	}
	for _, s := range w.symbols() {
		switch {
		case s.parameter != nil:
			name(s, s.parameter.Name, onwards(s.parameter.Type), s.parameter.Article)
		case s.attribute != nil && s.attribute.Kind == rule.Value:
			// After an article it is of somebody.
			more := onwards(s.attribute.Type)
			for _, path := range w.ways(subject, named, s.attribute.Owner) {
				more = append(more, " van "+path)
				for _, tail := range onwards(s.attribute.Type) {
					more = append(more, " van "+path+tail)
				}
			}
			more = append(more, " van een "+lower(s.attribute.Owner.Name))
			if s.attribute.Owner == subject {
				name(s, s.attribute.Name, more, "zijn")
			} else {
				name(s, s.attribute.Name, more)
			}
			if s.attribute.Plural != "" && s.attribute.Owner.Plural != "" {
				name(s, s.attribute.Plural, []string{" van alle " + s.attribute.Owner.Plural + " moeten uniek zijn"})
			}
		case s.attribute != nil:
			name(s, s.attribute.Name, nil)
			if s.attribute.Kind == rule.Noun && s.attribute.Plural != "" {
				name(s, s.attribute.Plural, nil)
			}
		case s.role != nil && s.role.Owner == subject && !s.role.Many:
			name(s, s.role.Name, []string{" van " + named}, "zijn")
		case s.role != nil:
			var more []string
			for _, path := range w.ways(subject, named, s.role.Owner) {
				more = append(more, " van "+path)
			}
			name(s, s.role.Name, more)
			if s.role.Many {
				name(s, s.role.Plural, more)
			}
		case s.object != nil:
			name(s, lower(s.object.Name), nil, s.object.Article)
			if s.object.Plural != "" {
				name(s, s.object.Plural, nil)
			}
		case s.domain != nil:
			for _, v := range s.domain.Values {
				out = append(out, candidate{text: "'" + v + "'", sym: s, kind: Value})
			}
		}
	}
	for _, v := range w.variablesOf(t.b, version) {
		var more []string
		if v.Expr != nil {
			more = onwards(v.Expr.Type())
		}
		if v.Article == "" {
			out = append(out, candidate{text: v.Name, sym: symbol{variable: v}, kind: Variable, more: more})
		} else {
			name(symbol{variable: v}, v.Name, more, v.Article)
		}
	}
	return out
}

// onwards gives what may follow a value of a type that is not wanted by
// itself.
func onwards(t rule.Type) []string {
	const rounded = " rekenkundig afgerond op 0 decimalen"
	switch t.Kind {
	case rule.Percentage:
		return []string{rounded, " van 1 €", " van 1"}
	case rule.Number:
		if t.Unit == "" {
			return []string{rounded, " maal 1 €"}
		}
		return []string{rounded}
	case rule.Amount:
		return []string{rounded}
	}
	return nil
}

// ways gives phrases that lead from the subject to an object type: to one
// object of it, and to several.
func (w *Workspace) ways(subject *rule.ObjectType, named string, to *rule.ObjectType) []string {
	if subject == nil {
		return nil
	}
	var out []string
	if subject == to {
		out = append(out, named)
	}
	one := map[*rule.ObjectType]string{subject: named} // how to get to one object of a type
	roles := func(f func(*rule.Role)) {
		for _, fact := range w.set.Model.Facts {
			for _, r := range fact.Roles {
				f(r)
			}
		}
	}
	roles(func(r *rule.Role) {
		if r.Owner == subject && !r.Many && one[r.Target] == "" {
			one[r.Target] = "zijn " + r.Name
		}
	})
	if subject != to && one[to] != "" {
		out = append(out, one[to])
	}
	roles(func(r *rule.Role) {
		if r.Many && r.Target == to && one[r.Owner] != "" && len(out) < 3 {
			out = append(out, "de "+r.Plural+" van "+one[r.Owner])
		}
	})
	return out
}

// subject finds the object type that a version speaks of, and what to call it.
func (w *Workspace) subject(b *block, version int) (*rule.ObjectType, string) {
	for i := version; i+1 < len(b.tokens) && !b.tokens[i+1].Heading; i++ {
		if !strings.EqualFold(b.tokens[i].Text, "een") {
			continue
		}
		best, object, named := 0, (*rule.ObjectType)(nil), ""
		for _, s := range w.symbols() {
			end := phraseAt(b.tokens, i+1, s.name())
			switch {
			case end <= best:
			case s.object != nil:
				best, object, named = end, s.object, s.object.Article+" "+lower(s.object.Name)
			case s.attribute != nil && s.attribute.Kind == rule.Noun:
				best, object, named = end, s.attribute.Owner, s.attribute.Article+" "+s.attribute.Name
			}
		}
		if object != nil {
			return object, named
		}
	}
	return nil, ""
}

// variablesOf finds the variables of a version by their shape, so that they
// are there in a rule that cannot be read yet.
func (w *Workspace) variablesOf(b *block, version int) []*rule.Variable {
	var out []*rule.Variable
	in := false
	for i := version; i < len(b.tokens); i++ {
		t := b.tokens[i]
		if i > version && (t.Heading || t.First && t.Text == "geldig") {
			break
		}
		if t.First && t.Text == "Daarbij" {
			in = true
			i += 2
			continue
		}
		if !in || !t.First {
			continue
		}
		v := &rule.Variable{Pos: rule.Pos{File: b.doc.name, Line: t.Line, Column: t.Column}}
		j := i
		if t.Text == "de" || t.Text == "het" {
			v.Article = t.Text
			j++
		}
		var words []string
		for j < len(b.tokens) && b.tokens[j].Text != "is" && b.tokens[j].Kind == regelspraak.TokenWord && b.tokens[j].Line == t.Line {
			words = append(words, b.tokens[j].Text)
			j++
		}
		if len(words) > 0 && j < len(b.tokens) && b.tokens[j].Text == "is" {
			v.Name = strings.Join(words, " ")
			out = append(out, v)
		}
	}
	// What the parser knows of them says more.
	for i, v := range out {
		for _, r := range w.set.Model.Rules {
			for _, ver := range r.Versions {
				for _, known := range ver.Variables {
					if known.Pos == v.Pos {
						out[i] = known
					}
				}
			}
		}
	}
	return out
}
