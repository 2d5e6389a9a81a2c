package simulate

import (
	"fmt"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Dossier makes a case file of one household of a population, as a run of these
// sides (today's and any variants) computes it: what rules compute from other
// data is not in it. It is for explaining what a run found, with package
// entitlement. Of data of somebody's own there is no case file: a household in it
// is somebody.
func Dossier(people People, date rule.Date, index int, sides ...Side) (*dossier.File, error) {
	switch {
	case people == nil || len(sides) == 0:
		return nil, fmt.Errorf("%w: er is geen populatie, of er zijn geen regels", ErrSpec)
	case population.KnownOf(people).Own:
		return nil, fmt.Errorf("%w: eigen gegevens worden niet per huishouden uitgelegd", ErrSpec)
	case index < 0 || index >= people.Len():
		return nil, fmt.Errorf("%w: er is geen huishouden %d; deze bevolking heeft 0 tot en met %d", ErrSpec, index, people.Len()-1)
	}
	bounds, err := bindAll(Spec{People: people, Date: date, Baseline: sides[0]}, sides[1:])
	if err != nil {
		return nil, err
	}
	b, h := bounds[0], new(population.Household)
	people.Household(index, h)
	f := &dossier.File{Name: fmt.Sprintf("synthetisch huishouden %d", index), Date: date}
	f.Assumptions = append(f.Assumptions, dossier.Assumption{ID: "synthetisch", Text: fmt.Sprintf(
		"Dit is synthetisch huishouden %d van %s: %s. Er is geen echt mens bij. Zijn gewicht in de simulatie is %s.", index, people.ID(), describe(h), strings.ReplaceAll(fmt.Sprintf("%.1f", float64(h.Weight)/million), ".", ","))})
	p := filing{bound: b, file: f, household: h, house: -1}
	p.members = p.objects("Persoon", "p", len(h.Persons))
	if list := p.objects("Huishouden", "huishouden", 1); len(list) > 0 {
		p.house = list[0]
	}
	p.contracts = p.objects("Opvangovereenkomst", "o", len(h.Contracts))
	p.values()
	p.links()
	return f, nil
}

// filing fills a case file.
type filing struct {
	*bound
	file               *dossier.File
	household          *population.Household
	members, contracts []int
	house              int
}

// objects adds objects of a type, when the rules know it.
func (p *filing) objects(name, id string, n int) []int {
	t := p.program.ObjectType(name)
	if t == nil {
		return nil
	}
	var out []int
	for i := range n {
		x := dossier.Object{ID: fmt.Sprintf("%s%d", id, i+1), Type: t}
		if name == "Huishouden" {
			x.ID = id
		}
		out = append(out, len(p.file.Objects))
		p.file.Objects = append(p.file.Objects, x)
	}
	return out
}

// values gives everybody what the population knows of them and the rules ask for.
func (p *filing) values() {
	for _, col := range p.known.Columns {
		a := p.program.Attribute(col.ID)
		if a == nil || !p.program.IsInput(a, p.date) || p.derived[col.ID] {
			continue
		}
		objects := p.members
		if col.Object() == contractTable {
			objects = p.contracts
		}
		for i, obj := range objects {
			o := &p.file.Objects[obj]
			o.Values = append(o.Values, dossier.Value{Attribute: a, Datum: col.Datum(col.Of(p.household, i))})
		}
	}
}

// links relates them.
func (p *filing) links() {
	for _, rel := range p.known.Relations {
		role := p.program.Role(rel.Role)
		if role == nil {
			continue
		}
		for _, pair := range rel.Pairs(p.household) {
			from, to := p.house, p.members
			if pair[0] >= 0 {
				from = p.members[pair[0]]
			}
			if rel.Between == population.Cared {
				to = p.contracts
			}
			if from >= 0 && pair[1] < len(to) {
				p.file.Links = append(p.file.Links, dossier.Link{Role: role, From: from, To: to[pair[1]]})
			}
		}
	}
}

// NamesOf gives names for who are in the case file of a household: "het hoofd",
// "de partner", "kind 1". Nobody in data of somebody's own has one.
func NamesOf(people People, index int) map[string]string {
	if population.KnownOf(people).Own {
		return nil
	}
	h := new(population.Household)
	people.Household(index, h)
	out, seen := map[string]string{}, map[population.Position]int{}
	for i := range h.Persons {
		pos := h.Persons[i].Position
		seen[pos]++
		name := "het " + pos.String()
		switch {
		case pos == population.Partner:
			name = "de partner"
		case pos == population.Child, pos == population.OtherMember:
			name = fmt.Sprintf("%s %d", pos, seen[pos])
		}
		out[fmt.Sprintf("p%d", i+1)] = name
	}
	return out
}

// Rules gives the set of regulations that a side was made of; nil when it was put
// together otherwise.
func (s Side) Rules() *regulation.Set { return s.set }
