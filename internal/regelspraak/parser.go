package regelspraak

import (
	"lemniscaat/internal/rule"
)

// parser holds what is shared by all blocks of one call.
type parser struct {
	model    *rule.Model
	names    names
	sources  []*unit
	found    rule.Diagnostics
	perFile  map[string]int
	file     string // of the rule at hand
	errors   int    // of severity Error
	readings int    // kept, less what the words have earned; see earn

	objects    map[string]*rule.ObjectType // by name, first letter in lower case
	domains    map[string]*rule.Domain     // by name
	parameters map[string]*rule.Parameter  // by id
	home       map[*rule.Parameter]string  // the regulation of a parameter
	ruleIDs    map[string]rule.Pos
	groups     map[string]*rule.Group
	units      rule.Units
	memos      [][]memo // free memo tables, see region
}

func newParser() *parser {
	return &parser{
		model:      &rule.Model{},
		perFile:    map[string]int{},
		objects:    map[string]*rule.ObjectType{},
		domains:    map[string]*rule.Domain{},
		parameters: map[string]*rule.Parameter{},
		home:       map[*rule.Parameter]string{},
		ruleIDs:    map[string]rule.Pos{},
		groups:     map[string]*rule.Group{},
		units:      rule.NewUnits(nil),
	}
}

// adopt fills the symbol table from a model that is already there.
func (p *parser) adopt(m *rule.Model) {
	p.model.Objects, p.model.Facts = m.Objects, m.Facts
	p.model.Domains, p.model.Parameters = m.Domains, m.Parameters
	p.model.Units, p.units = m.Units, rule.NewUnits(m.Units)
	for _, g := range m.Groups {
		p.groups[g.Name] = g
	}
	for _, o := range m.Objects {
		p.objects[foldFirst(o.Name)] = o
		p.nameObject(o)
		for _, a := range o.Attributes {
			p.nameAttribute(a)
		}
	}
	for _, d := range m.Domains {
		p.domains[d.Name] = d
	}
	for _, f := range m.Facts {
		for _, r := range f.Roles {
			p.nameRole(r)
		}
	}
	for _, q := range m.Parameters {
		p.parameters[q.ID] = q
		p.home[q] = regulationOf(q)
		p.names.add(q.Name, symbol{parameter: q})
	}
}

func (p *parser) nameObject(o *rule.ObjectType) {
	p.names.add(o.Name, symbol{object: o})
	if o.Plural != "" {
		p.names.add(o.Plural, symbol{object: o, plural: true})
	}
}

func (p *parser) nameAttribute(a *rule.Attribute) {
	p.names.add(a.Name, symbol{attribute: a})
	if a.Plural != "" {
		p.names.add(a.Plural, symbol{attribute: a, plural: true})
	}
}

func (p *parser) nameRole(r *rule.Role) {
	p.names.add(r.Name, symbol{role: r})
	if r.Plural != "" {
		p.names.add(r.Plural, symbol{role: r, plural: true})
	}
}
