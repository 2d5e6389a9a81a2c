package check

import (
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// usage is what the rules of a set read, and what they write.
type usage struct {
	attributes map[*rule.Attribute]bool
	written    map[*rule.Attribute]*rule.Rule // the last that does
	parameters map[*rule.Parameter][]reader
	roles      map[*rule.Role]bool
	types      []rule.Type // of all that is declared and read
}

// reader is a version that reads something.
type reader struct {
	rule    *rule.Rule
	version *rule.Version
}

func usageOf(m *rule.Model) usage {
	u := usage{map[*rule.Attribute]bool{}, map[*rule.Attribute]*rule.Rule{}, map[*rule.Parameter][]reader{}, map[*rule.Role]bool{}, nil}
	for _, o := range m.Objects {
		for _, a := range o.Attributes {
			u.types = append(u.types, a.Type)
		}
	}
	for _, p := range m.Parameters {
		u.types = append(u.types, p.Type)
	}
	for _, d := range m.Domains {
		u.types = append(u.types, d.Base)
	}
	for _, r := range m.Rules {
		for _, v := range r.Versions {
			if a := v.Writes(); a != nil {
				u.written[a] = r
			}
			rule.Reads(v, func(a *rule.Attribute) { u.attributes[a] = true }, func(x *rule.Role) { u.roles[x], u.roles[x.Inverse] = true, true })
			rule.Inspect(v, func(n any) bool {
				if e, ok := n.(rule.Expr); ok {
					u.types = append(u.types, e.Type())
				}
				if p, ok := n.(*rule.ParameterRef); ok {
					if vs := u.parameters[p.Parameter]; len(vs) == 0 || vs[len(vs)-1].version != v {
						u.parameters[p.Parameter] = append(vs, reader{r, v})
					}
				}
				return true
			})
		}
	}
	return u
}

// usage is usageOf the model, made once.
func (c *checker) usage() usage {
	if c.used == nil {
		u := usageOf(c.set.Model)
		c.used = &u
	}
	return *c.used
}

// names finds what is declared and never used: an attribute that is neither
// read nor an outcome, a parameter that no rule reads, a role that no rule
// follows, a domain or unit of nothing.
func (c *checker) names() {
	m := c.set.Model
	u := c.usage()
	outcome := map[string]bool{}
	for _, reg := range c.set.Regulations {
		for _, o := range reg.Outcomes {
			outcome[o.Attribute] = true
		}
	}
	for _, o := range m.Objects {
		for _, a := range o.Attributes {
			switch r := u.written[a]; {
			case u.attributes[a] || outcome[a.ID()]:
			case r != nil:
				c.add(CodeUnused, "Regel %s bepaalt %q, maar geen regel leest dat en het is geen uitkomst.", r.ID, a.Name).
					advise("Noem het als uitkomst in regeling.yaml, of haal de regel weg.").at(r, rule.Pos{})
			default:
				c.add(CodeUnused, "Geen regel leest het gegeven %q van %s.", a.Name, o.Name).
					advise("Haal het gegeven weg, of gebruik het in een regel.").Pos = a.Pos
			}
		}
	}
	for _, p := range m.Parameters {
		if len(u.parameters[p]) == 0 {
			f := c.add(CodeUnused, "Geen regel leest de parameter %s.", p.ID).advise("Haal de parameter weg, of gebruik hem in een regel.")
			f.in(regulationOf(p.ID), "", p.Pos)
			f.Parameter = p.ID
		}
	}
	for _, ft := range m.Facts {
		if !slices.ContainsFunc(ft.Roles, func(r *rule.Role) bool { return u.roles[r] }) {
			c.add(CodeUnused, "Geen regel gebruikt het feittype %q.", ft.Name).less(rule.Info).
				advise("Haal het feittype weg, of gebruik het in een regel.").Pos = ft.Pos
		}
	}
	c.unusedTypes(u)
}

func (c *checker) unusedTypes(u usage) {
	m := c.set.Model
	for _, d := range m.Domains {
		if !slices.ContainsFunc(u.types, func(t rule.Type) bool { return t.Domain == d }) {
			c.add(CodeUnused, "Geen gegeven of parameter is van het domein %q.", d.Name).less(rule.Info).
				advise("Haal het domein weg, of geef een gegeven dit domein.").Pos = d.Pos
		}
	}
	units := map[string]bool{}
	for _, t := range u.types {
		for _, s := range rule.UnitSymbols(t.Unit) {
			units[s] = true
		}
	}
	for _, s := range m.Units {
		if !slices.ContainsFunc(s.Units, func(x *rule.Unit) bool { return units[x.Symbol] }) {
			c.add(CodeUnused, "Niets heeft een eenheid van het eenheidsysteem %q.", s.Name).less(rule.Info).
				advise("Haal het eenheidsysteem weg, of geef een gegeven een van zijn eenheden.").Pos = s.Pos
		}
	}
}

func (c *checker) sources() {
	for _, r := range c.set.Model.Rules {
		if len(r.Source) == 0 {
			c.add(CodeNoSource, "Regel %s noemt geen bron.", r.ID).at(r, rule.Pos{})
		}
	}
}

// maxWords is how many words a version may have to be read in one go: about
// half a page.
const maxWords = 150

func (c *checker) length() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			if _, ok := v.Action.(*rule.Table); ok {
				continue // a table is looked up in, not read
			}
			if n := len(strings.Fields(regelspraak.PrintVersion(v))); n > maxWords {
				c.add(CodeLong, "Regel %s heeft %d woorden; meer dan %d leest niemand in één keer.", r.ID, n, maxWords).at(r, v.Pos)
			}
		}
	}
}
