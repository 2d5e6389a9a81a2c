package language

import (
	"fmt"
	"regexp"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// fact is one thing that is so in a set of regulations, written out.
type fact struct{ where, what string }

// summary writes out all that a set says, with a mark in place of the name and
// the id of one symbol: two sets are the same but for that name when their
// summaries are equal. The zero symbol masks nothing.
func summary(set *regulation.Set, s symbol) []fact {
	var out []fact
	add := func(where, format string, a ...any) { out = append(out, fact{where, fmt.Sprintf(format, a...)}) }
	id := func(text string) string {
		if text != "" && text == s.id() {
			return "§"
		}
		return text
	}
	name := func(self symbol, singular, plural string) string {
		if self == s {
			return "§"
		}
		return singular + "/" + plural
	}
	m := set.Model
	for _, o := range m.Objects {
		add(o.Name, "%s %s %s %t", o.Article, o.Name, o.Plural, o.Animate)
		for _, a := range o.Attributes {
			add(a.ID(), "%s %s %d %s", a.Article, name(symbol{attribute: a}, a.Name, a.Plural), a.Kind, typeText(a.Type))
		}
	}
	for _, f := range m.Facts {
		add(f.Name, "%s %t", f.Name, f.Reciprocal)
		for _, r := range f.Roles {
			add(r.ID(), "%s %s %s %s %t", r.Article, name(symbol{role: r}, r.Name, r.Plural), r.Owner.Name, r.Target.Name, r.Many)
		}
	}
	for _, d := range m.Domains {
		add(d.Name, "%s %q %s", d.Name, d.Values, typeText(d.Base))
	}
	for _, p := range m.Parameters {
		add(p.ID, "%s %s %s", p.Article, name(symbol{parameter: p}, p.Name, ""), typeText(p.Type))
		for _, v := range p.Values {
			add(p.ID, "%s %s %s %t %s %t", v.From, v.Value, v.Source, v.Verified, v.Note, v.Example)
		}
	}
	for _, r := range m.Rules {
		add(r.ID, "%s %s %q", r.ID, r.Name, r.Source)
		for _, v := range r.Versions {
			add(r.ID, "%s", version(v, s))
		}
	}
	for _, reg := range set.Regulations {
		for _, o := range reg.Outcomes {
			add(reg.ID, "%s %s %s", id(o.Attribute), o.Period, o.Unit)
		}
		for _, e := range reg.Examples() {
			where := reg.ID + "/" + e.Article + ", voorbeeld " + e.Name
			for _, o := range e.Given.Objects {
				for _, v := range o.Values {
					add(where, "%s %s %s", o.ID, id(v.Attribute.ID()), v.Datum)
				}
			}
			for _, l := range e.Given.Links {
				add(where, "%s %d %d", id(l.Role.ID()), l.From, l.To)
			}
			for _, a := range e.Given.Assumptions {
				add(where, "%s", a.ID)
			}
			for _, x := range e.Expect {
				add(where, "%s %s %s", x.Object, id(x.Attribute.ID()), x.Value)
			}
		}
	}
	return out
}

// padding is what fills the columns of a table: more than one space or dash.
var padding = regexp.MustCompile(`([ -])[ -]+`)

// none is a denial of a name without an article.
var none = regexp.MustCompile(`\bgeen\b`)

// version writes out a version in fragments, each name with its id.
func version(v *rule.Version, s symbol) string {
	own := s.variable == nil
	for _, x := range v.Variables {
		own = own || x == s.variable
	}
	var b strings.Builder
	for _, f := range regelspraak.PrintParameterised(v) {
		switch {
		case f.Ref == "":
			text := f.Text
			if _, table := v.Action.(*rule.Table); table {
				// How wide a column is depends on the names in it.
				text = padding.ReplaceAllString(text, "$1")
			}
			// "geen" and "niet" depend on how the name begins.
			b.WriteString(none.ReplaceAllString(text, "niet"))
		case own && f.Ref == s.id() && f.Kind == s.fragment():
			fmt.Fprintf(&b, "‹%s §›", f.Kind)
		default:
			fmt.Fprintf(&b, "‹%s %s %s›", f.Kind, f.Ref, f.Text)
		}
	}
	return b.String()
}

// fragment is the kind of fragment that a symbol is printed as.
func (s symbol) fragment() regelspraak.FragmentKind {
	switch s.kind() {
	case Attribute:
		return regelspraak.FragmentAttribute
	case Kenmerk:
		return regelspraak.FragmentKenmerk
	case Role:
		return regelspraak.FragmentRole
	case Parameter:
		return regelspraak.FragmentParameter
	case Variable:
		return regelspraak.FragmentVariable
	}
	return ""
}
