package entitlement

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// Form writes a case with the missing data as a file to fill in and give back:
// what is needed now is a line without a value, what may be needed after that a
// comment, and so is what counts when it is given, with its default. name gives the name of a regulation by its id.
func (h *Household) Form(f *dossier.File, name func(id string) string) string {
	var b strings.Builder
	if len(h.Questions)+len(h.Defaults) > 0 {
		b.WriteString("# Vul de lege regels in. Een regel met een hekje ervoor is misschien nodig: haal dan het hekje weg.\n")
	}
	fmt.Fprintf(&b, "datum: %s\n", h.Date)
	var types []*rule.ObjectType
	for _, o := range f.Objects {
		if !o.Assumed() && !slices.Contains(types, o.Type) {
			types = append(types, o.Type)
		}
	}
	for _, t := range types {
		fmt.Fprintf(&b, "%s:\n", dossier.Section(t))
		for _, o := range f.Objects {
			if o.Type == t && !o.Assumed() {
				h.object(&b, o, name)
			}
		}
	}
	if facts := f.Facts(); len(facts) > 0 {
		b.WriteString("feiten:\n")
		for _, s := range facts {
			b.WriteString("  - " + s + "\n")
		}
	}
	return b.String()
}

func (h *Household) object(b *strings.Builder, o dossier.Object, name func(id string) string) {
	var lines []string
	empty := true // a key without any key below it is no mapping
	for _, v := range o.Values {
		if !v.Assumed {
			lines = append(lines, rule.Slug(v.Attribute.Name)+": "+written(v.Datum, v.Attribute.Type))
			empty = false
		}
	}
	for _, q := range slices.Concat(h.Questions, h.Defaults) {
		if q.Object != o.ID {
			continue
		}
		lines = append(lines, "# "+q.note(name))
		key := rule.Slug(q.Attribute.Name) + ":"
		switch {
		case q.Default != nil:
			key = "# " + key + " " + written(*q.Default, q.Attribute.Type)
		case q.Now:
			empty = false
		default:
			key = "# " + key
		}
		lines = append(lines, key)
	}
	if empty {
		fmt.Fprintf(b, "  %s: {}\n", o.ID)
	} else {
		fmt.Fprintf(b, "  %s:\n", o.ID)
	}
	for _, l := range lines {
		b.WriteString("    " + l + "\n")
	}
}

// note says everything about a question in one line.
func (q *Question) note(name func(id string) string) string {
	var who []string
	for _, id := range q.Regulations {
		who = append(who, name(id))
	}
	s := fmt.Sprintf("%s Schrijf %s. Voor: %s.", q.Text(), q.Form(), strings.Join(who, ", "))
	if len(q.Registers) > 0 {
		s += fmt.Sprintf(" Staat in: %s.", strings.Join(q.Registers, ", "))
	}
	switch {
	case q.Default != nil:
		s = "Telt mee als het er is: " + s
	case !q.Now:
		s = "Misschien: " + s
	}
	return s
}

// written writes a value as a case has it.
func written(d rule.Datum, t rule.Type) string {
	s := strings.TrimPrefix(notation.Format(d, t), "€ ")
	switch d.Kind {
	case rule.Amount, rule.Number, rule.Percentage, rule.Text, rule.Enum:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
	}
	return s
}
