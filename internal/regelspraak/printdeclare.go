package regelspraak

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// columnWidth is where the types of a declaration begin.
const columnWidth = 40

func declaration(left, right string) string {
	pad := max(1, columnWidth-utf8.RuneCountInString(left))
	return "    " + left + strings.Repeat(" ", pad) + right
}

// PrintType gives the canonical text of a data type: "Numeriek (geheel getal)
// met eenheid jr".
func PrintType(t rule.Type) string {
	if t.Domain != nil {
		return t.Domain.Name
	}
	switch t.Kind {
	case rule.Boolean:
		return "Boolean"
	case rule.Amount:
		s := "Bedrag" + restriction(t, "")
		if t.Unit != "€" {
			s += " met eenheid " + t.Unit
		}
		return s
	case rule.Percentage:
		return "Percentage" + restriction(t, "")
	case rule.DateKind:
		return "Datum in dagen"
	case rule.Text:
		return "Tekst"
	case rule.Object:
		return t.Object.Name
	case rule.Number:
		s := "Numeriek" + restriction(t, " (getal)")
		if t.Unit != "" {
			s += " met eenheid " + t.Unit
		}
		return s
	}
	panic("BUG: type without a kind")
}

// restriction gives " (niet-negatief geheel getal)"; none is what there is when
// a type restricts nothing.
func restriction(t rule.Type, none string) string {
	s := "getal"
	switch {
	case t.Whole:
		s = "geheel getal"
	case t.Decimals > 0:
		s += " met " + strconv.Itoa(t.Decimals) + plural(t.Decimals, " decimaal", " decimalen")
	case t.Sign == rule.AnySign:
		return none
	}
	if t.Sign != rule.AnySign {
		s = signs[t.Sign] + " " + s
	}
	return " (" + s + ")"
}

// PrintUnitSystem gives the canonical declaration of an eenheidsysteem.
func PrintUnitSystem(s *rule.UnitSystem) string {
	var b strings.Builder
	b.WriteString("Eenheidsysteem " + s.Name + "\n")
	for _, u := range s.Units {
		left := u.Article + " " + u.Name
		if u.Plural != "" {
			left += " (mv: " + u.Plural + ")"
		}
		right := u.Symbol
		if u.Of != nil {
			n, d := u.Factor.Num().String(), u.Factor.Denom().String()
			if d != "1" {
				n += "/" + d
			}
			right += " = " + n + " " + u.Of.Symbol
		}
		b.WriteString(declaration(left, right) + "\n")
	}
	return b.String()
}

// PrintObjectType gives the canonical declaration of an object type with all
// its attributes.
func PrintObjectType(o *rule.ObjectType) string {
	var b strings.Builder
	b.WriteString("Objecttype " + o.Article + " " + o.Name + " (mv: " + o.Plural + ")")
	if o.Animate {
		b.WriteString(" (bezield)")
	}
	b.WriteString("\n")
	for _, a := range o.Attributes {
		b.WriteString(PrintAttribute(a) + "\n")
	}
	return b.String()
}

// PrintAttribute gives the line that declares an attribute or kenmerk.
func PrintAttribute(a *rule.Attribute) string {
	left := a.Article + " " + a.Name
	switch a.Kind {
	case rule.Adjective:
		return declaration(left, "kenmerk (bijvoeglijk);")
	case rule.Possessive:
		return declaration(left, "kenmerk (bezittelijk);")
	case rule.Noun:
		if a.Plural != "" {
			left += " (mv: " + a.Plural + ")"
		}
		return declaration(left, "kenmerk;")
	}
	if a.Plural != "" {
		left += " (mv: " + a.Plural + ")"
	}
	return declaration(left, PrintType(a.Type)+";")
}

// PrintDomain gives the canonical declaration of a domain.
func PrintDomain(d *rule.Domain) string {
	var b strings.Builder
	if !d.IsEnum() {
		return "Domein " + d.Name + " is van het type " + PrintType(d.Base) + "\n"
	}
	b.WriteString("Domein " + d.Name + " is van het type Enumeratie\n")
	for _, v := range d.Values {
		b.WriteString("    '" + v + "'\n")
	}
	return b.String()
}

// PrintParameter gives the canonical declaration of a parameter; its values
// are not part of the text.
func PrintParameter(q *rule.Parameter) string {
	return "Parameter " + q.Article + " " + q.Name + " : " + PrintType(q.Type) + ";\n"
}

// PrintFactType gives the canonical declaration of a fact type.
func PrintFactType(f *rule.FactType) string {
	var b strings.Builder
	if f.Reciprocal {
		b.WriteString("Wederkerig feittype " + f.Name + "\n")
	} else {
		b.WriteString("Feittype " + f.Name + "\n")
	}
	for _, r := range f.Roles {
		left := r.Article + " " + r.Name
		if r.Many {
			left += " (mv: " + r.Plural + ")"
		}
		b.WriteString(declaration(left, r.Target.Name) + "\n")
	}
	// The sentence is written from the side that has one.
	a, c := f.Roles[0], f.Roles[0]
	if !f.Reciprocal {
		c = f.Roles[1]
		if a.Many && !c.Many {
			a, c = c, a
		}
	}
	switch {
	case a.Many && !f.Reciprocal:
		b.WriteString("    Meerdere " + a.Plural + " hebben meerdere " + c.Plural + "\n")
	case c.Many:
		b.WriteString("    Eén " + a.Name + " heeft meerdere " + c.Plural + "\n")
	default:
		b.WriteString("    Eén " + a.Name + " heeft één " + c.Name + "\n")
	}
	return b.String()
}

// PrintModel gives the whole text of a model as blocks: one with the shared
// declarations, one per regulation with its parameters, and one per article
// with its rules. Reading them again gives an equal model, up to the order of
// parameters and rules when these are not grouped by regulation and article.
func PrintModel(m *rule.Model) []Source {
	var shared []string
	for _, s := range m.Units {
		shared = append(shared, PrintUnitSystem(s))
	}
	for _, d := range m.Domains {
		shared = append(shared, PrintDomain(d))
	}
	for _, o := range m.Objects {
		shared = append(shared, PrintObjectType(o))
	}
	for _, f := range m.Facts {
		shared = append(shared, PrintFactType(f))
	}
	out := []Source{{File: "gegevens", Line: 1, Text: strings.Join(shared, "\n")}}
	add := func(fresh bool, regulation, article, text string) {
		last := &out[len(out)-1]
		if fresh || len(out) == 1 || last.Regulation != regulation || last.Article != article {
			file := regulation
			if article != "" {
				file += "/" + article
			}
			out = append(out, Source{File: file, Line: 1, Regulation: regulation, Article: article, Text: text})
			return
		}
		last.Text += "\n" + text
	}
	for _, q := range m.Parameters {
		add(false, regulationOf(q), "", PrintParameter(q))
	}
	var group *rule.Group
	for _, r := range m.Rules {
		text := Print(r)
		// A group goes on to the end of its block.
		fresh := r.Group == nil && group != nil
		if r.Group != nil && (group == nil || r.Group.Name != group.Name || len(out) == 1 ||
			out[len(out)-1].Regulation != r.Regulation || out[len(out)-1].Article != r.Article) {
			text = "Regelgroep " + r.Group.Name + "\n\n" + text
		}
		group = r.Group
		add(fresh, r.Regulation, r.Article, text)
	}
	return out
}
