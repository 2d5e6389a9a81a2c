// Package sample makes exact cases of synthetic households, so that whoever
// looks for something in the rules (package check) can look at people as they
// are, without knowing a population.
package sample

import (
	"errors"
	"fmt"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// Households are those of a population. They are safe for concurrent use.
type Households struct {
	people    population.Source
	columns   []population.Column
	relations []population.Relation
}

// ErrEmpty says that rules do not know persons, so that there is nobody to make.
var ErrEmpty = errors.New("de regels kennen geen personen")

// New gives the households of a population.
func New(people population.Source) *Households {
	return &Households{people, population.Columns(), population.Relations()}
}

// Len is how many there are.
func (h *Households) Len() int { return h.people.Len() }

// Fill puts household i in an empty case, as far as the rules have a place for
// what is known of it, and describes it. The first person is number 0.
func (h *Households) Fill(i int, c *exact.Case) (string, error) {
	var home population.Household
	h.people.Household(i, &home)
	p := c.Program()
	person := p.ObjectType("Persoon")
	if person == nil {
		return "", ErrEmpty
	}
	for m := range home.Persons {
		c.Add(person, fmt.Sprintf("p%d", m+1))
	}
	first, contracts := len(home.Persons), 0
	if t := p.ObjectType("Opvangovereenkomst"); t != nil {
		contracts = len(home.Contracts)
		for k := range contracts {
			c.Add(t, fmt.Sprintf("o%d", k+1))
		}
	}
	for _, col := range h.columns {
		a := p.Attribute(col.ID)
		if a == nil || !col.Fits(a.Type) || !p.IsInput(a, c.Date()) {
			continue
		}
		at, n := 0, first
		if col.Object() != "persoon" {
			at, n = first, contracts
		}
		for m := range n {
			if err := c.Set(at+m, a, col.Datum(col.Of(&home, m))); err != nil {
				return "", fmt.Errorf("household %d: %w", i, err)
			}
		}
	}
	wholes := map[*rule.ObjectType]int{}
	for _, rel := range h.relations {
		r := p.Role(rel.Role)
		if r == nil {
			continue
		}
		for _, pair := range rel.Pairs(&home) {
			from, to := pair[0], pair[1]
			if rel.Between == population.Cared {
				to += first
			}
			if from < 0 { // the household itself
				whole, ok := wholes[r.Owner]
				if !ok {
					whole = c.Add(r.Owner, rule.Slug(r.Owner.Name))
					wholes[r.Owner] = whole
				}
				from = whole
			}
			if err := c.Link(r, from, to); err != nil {
				return "", fmt.Errorf("household %d: %w", i, err)
			}
		}
	}
	return describe(&home), nil
}

// describe says who a household is: the first person, and how many children.
func describe(h *population.Household) string {
	p := &h.Persons[0]
	return fmt.Sprintf("een verzonnen huishouden: %s, %d jaar, %s", h.Type.Label(), p.Age, p.Status) + h.Minors()
}
