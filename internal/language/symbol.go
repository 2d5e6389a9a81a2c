package language

import (
	"fmt"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Kind says what a name or a completion stands for.
type Kind string

// The kinds, in the words of the interface.
const (
	Keyword   Kind = "sleutelwoord"
	Parameter Kind = "parameter"
	Attribute Kind = "attribuut"
	Kenmerk   Kind = "kenmerk"
	Role      Kind = "rol"
	Object    Kind = "objecttype"
	Domain    Kind = "domein"
	Variable  Kind = "variabele"
	Rule      Kind = "regel"
	Value     Kind = "waarde"
	Unit      Kind = "eenheid"
)

// symbol is what a name stands for: exactly one field is set. Symbols of one
// workspace can be compared.
type symbol struct {
	attribute *rule.Attribute
	role      *rule.Role
	parameter *rule.Parameter
	object    *rule.ObjectType
	domain    *rule.Domain
	rule      *rule.Rule
	variable  *rule.Variable
}

func (s symbol) kind() Kind {
	switch {
	case s.attribute != nil && s.attribute.Kind.IsKenmerk():
		return Kenmerk
	case s.attribute != nil:
		return Attribute
	case s.role != nil:
		return Role
	case s.parameter != nil:
		return Parameter
	case s.object != nil:
		return Object
	case s.domain != nil:
		return Domain
	case s.rule != nil:
		return Rule
	case s.variable != nil:
		return Variable
	}
	return Keyword
}

// name gives the name as it stands after its article, singular.
func (s symbol) name() string {
	switch {
	case s.attribute != nil:
		return s.attribute.Name
	case s.role != nil:
		return s.role.Name
	case s.parameter != nil:
		return s.parameter.Name
	case s.object != nil:
		return s.object.Name
	case s.domain != nil:
		return s.domain.Name
	case s.rule != nil:
		return s.rule.ID
	case s.variable != nil:
		return s.variable.Name
	}
	return ""
}

func (s symbol) plural() string {
	switch {
	case s.attribute != nil:
		return s.attribute.Plural
	case s.role != nil:
		return s.role.Plural
	case s.object != nil:
		return s.object.Plural
	}
	return ""
}

func (s symbol) pos() rule.Pos {
	switch {
	case s.attribute != nil:
		return s.attribute.Pos
	case s.role != nil:
		return s.role.Pos
	case s.parameter != nil:
		return s.parameter.Pos
	case s.object != nil:
		return s.object.Pos
	case s.domain != nil:
		return s.domain.Pos
	case s.rule != nil:
		return s.rule.Pos
	case s.variable != nil:
		return s.variable.Pos
	}
	return rule.Pos{}
}

// detail gives the type, unit included, or what stands in its place.
func (s symbol) detail() string {
	switch {
	case s.attribute != nil && s.attribute.Kind.IsKenmerk():
		return "kenmerk van " + lower(s.attribute.Owner.Name)
	case s.attribute != nil:
		return typeText(s.attribute.Type) + ", van " + lower(s.attribute.Owner.Name)
	case s.role != nil:
		return "rol van " + lower(s.role.Owner.Name) + ": " + lower(s.role.Target.Name)
	case s.parameter != nil:
		return typeText(s.parameter.Type)
	case s.variable != nil && s.variable.Expr != nil:
		return typeText(s.variable.Expr.Type())
	case s.object != nil:
		return "objecttype"
	case s.domain != nil && s.domain.IsEnum():
		return "'" + strings.Join(s.domain.Values, "', '") + "'"
	case s.domain != nil:
		return typeText(s.domain.Base)
	case s.rule != nil:
		return s.rule.Name
	}
	return ""
}

func typeText(t rule.Type) string {
	if t.Kind == 0 || t.Kind == rule.Enum && t.Domain == nil || t.Kind == rule.Object && t.Object == nil {
		return "type onbekend"
	}
	return regelspraak.PrintType(t)
}

func lower(s string) string { return regelspraak.LowerName(s) }

// symbols gives everything that the model declares, in its order.
func (w *Workspace) symbols() []symbol {
	m := w.set.Model
	var out []symbol
	for _, o := range m.Objects {
		out = append(out, symbol{object: o})
		for _, a := range o.Attributes {
			out = append(out, symbol{attribute: a})
		}
	}
	for _, f := range m.Facts {
		for _, r := range f.Roles {
			out = append(out, symbol{role: r})
		}
	}
	for _, d := range m.Domains {
		out = append(out, symbol{domain: d})
	}
	for _, p := range m.Parameters {
		out = append(out, symbol{parameter: p})
	}
	return out
}

// describe tells in Markdown what a name stands for.
func (w *Workspace) describe(s symbol) string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n\n", a...) }
	switch {
	case s.rule != nil:
		w.describeRule(&b, s.rule)
		return strings.TrimSpace(b.String())
	case s.variable != nil:
		line("**%s** · variabele · %s", s.variable.Name, s.detail())
		if s.variable.Expr != nil {
			line("%s", regelspraak.PrintExpr(s.variable.Expr))
		}
		return strings.TrimSpace(b.String())
	case s.attribute != nil && s.attribute.Kind.IsKenmerk():
		line("**%s %s** · %s", s.attribute.Article, s.name(), s.detail())
	case s.attribute != nil:
		line("**%s %s** · attribuut van %s · %s", s.attribute.Article, s.name(), lower(s.attribute.Owner.Name), typeText(s.attribute.Type))
	case s.role != nil:
		many := "één"
		if s.role.Many {
			many = "meerdere"
		}
		line("**%s %s** · rol van %s (%s) · %s", s.role.Article, s.name(), lower(s.role.Owner.Name), many, lower(s.role.Target.Name))
	case s.parameter != nil:
		line("**%s %s** · parameter van %s · %s", s.parameter.Article, s.name(), regulationOf(s.parameter.ID), typeText(s.parameter.Type))
		w.describeValues(&b, s.parameter)
	default:
		line("**%s** · %s · %s", s.name(), s.kind(), s.detail())
	}
	if d := s.domainOf(); d != nil && d.IsEnum() && s.domain == nil {
		line("Waarden: %s.", symbol{domain: d}.detail())
	}
	if s.attribute != nil {
		if rules := w.writers(s.attribute); len(rules) > 0 {
			line("Volgt uit: %s.", strings.Join(rules, "; "))
		} else {
			line("Geen regel bepaalt dit: het is een gegeven.")
		}
	}
	if p := s.pos(); p.File != "" {
		line("Gedeclareerd in %s, regel %d.", p.File, p.Line)
	}
	return strings.TrimSpace(b.String())
}

func (s symbol) domainOf() *rule.Domain {
	switch {
	case s.attribute != nil:
		return s.attribute.Type.Domain
	case s.parameter != nil:
		return s.parameter.Type.Domain
	}
	return s.domain
}

// writers names the rules that write an attribute, with their sources.
func (w *Workspace) writers(a *rule.Attribute) []string {
	var out []string
	for _, r := range w.set.Model.Rules {
		for _, v := range r.Versions {
			if v.Writes() == a {
				text := r.Name
				if len(r.Source) > 0 {
					text += " (" + strings.Join(r.Source, ", ") + ")"
				}
				out = append(out, text)
				break
			}
		}
	}
	return out
}

// describeValues lists the values of a parameter, today's in bold.
func (w *Workspace) describeValues(b *strings.Builder, p *rule.Parameter) {
	if len(p.Values) == 0 {
		b.WriteString("Nog geen waarde in parameters.yaml.\n\n")
		return
	}
	today, _ := p.At(w.day)
	for i := len(p.Values) - 1; i >= 0; i-- {
		v := p.Values[i]
		text := regelspraak.PrintDatum(v.Value, p.Type)
		if v.From == today.From {
			text = "**" + text + "** (geldt nu)"
		}
		fmt.Fprintf(b, "- vanaf %s: %s%s\n", v.From, text, provenance(v))
	}
	b.WriteString("\n")
}

// provenance tells where a value comes from, and how sure it is.
func provenance(v rule.ParameterValue) string {
	out := ""
	if v.Source != "" {
		out = " – " + v.Source
	}
	switch {
	case v.Example:
		out += " · voorbeeldwaarde"
	case !v.Verified:
		out += " · niet geverifieerd"
	}
	return out
}

// today gives the value of a parameter as one line.
func (w *Workspace) today(p *rule.Parameter) string {
	v, ok := p.At(w.day)
	if !ok {
		return "geen waarde op " + w.day.String()
	}
	return regelspraak.PrintDatum(v.Value, p.Type) + " vanaf " + v.From.String() + provenance(v)
}

func (w *Workspace) describeRule(b *strings.Builder, r *rule.Rule) {
	fmt.Fprintf(b, "**%s** · regel · `%s`\n\n", r.Name, r.ID)
	for _, s := range r.Source {
		fmt.Fprintf(b, "Bron: %s\n\n", sourceLink(s))
	}
	if v := r.At(w.day); v != nil {
		fmt.Fprintf(b, "```regelspraak\n%s```\n", regelspraak.PrintVersion(v))
	} else {
		fmt.Fprintf(b, "Op %s geldt geen versie van deze regel.\n", w.day)
	}
}

// sourceLink makes a link of a JCI reference.
func sourceLink(s string) string {
	if strings.HasPrefix(s, "jci") {
		return "[" + s + "](https://wetten.overheid.nl/" + strings.ReplaceAll(s, ")", "%29") + ")"
	}
	return s
}

func regulationOf(id string) string {
	reg, _, _ := strings.Cut(id, ".")
	return reg
}
