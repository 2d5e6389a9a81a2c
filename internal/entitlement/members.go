package entitlement

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// Members say who is in a household: enough to begin a case with.
type Members struct {
	// Adults and Children are ids. The first adult applies; the second is the
	// partner, when there is one.
	Adults, Children []string
	// Married makes the first two adults partners for every law. Otherwise they
	// are for the laws of Partner: see dossier.Partners.
	Married bool
	Partner []*rule.Role
	// Both says that the second adult cares for the children too.
	Both bool
	// Care gives the id of the care contract of a child, by the id of the child.
	Care map[string]string
}

// What the model and a case call a contract for the care of a child.
const (
	careType    = "Opvangovereenkomst"
	careSection = "opvangovereenkomsten"
	careFact    = "opvang-van-een-kind"
)

// CareType gives the type of a care contract; nil when a model has none.
func CareType(m *rule.Model) *rule.ObjectType {
	i := slices.IndexFunc(m.Objects, func(t *rule.ObjectType) bool { return t.Name == careType })
	if i < 0 {
		return nil
	}
	return m.Objects[i]
}

// Case writes a case file of them without any data.
func (m Members) Case(on rule.Date) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "datum: %s\npersonen:\n", on)
	for _, ids := range [][]string{m.Adults, m.Children} {
		for _, id := range ids {
			fmt.Fprintf(&b, "  %s: {}\n", id)
		}
	}
	if len(m.Care) > 0 {
		b.WriteString(careSection + ":\n")
		for _, child := range m.Children {
			if id := m.Care[child]; id != "" {
				fmt.Fprintf(&b, "  %s: {}\n", id)
			}
		}
	}
	var facts []string
	say := func(fact, x, y string) { facts = append(facts, fmt.Sprintf("%s: [%s, %s]", fact, x, y)) }
	if len(m.Adults) > 1 {
		if m.Married {
			say("huwelijk", m.Adults[0], m.Adults[1])
		} else {
			for _, role := range m.Partner {
				say(rule.Slug(role.Fact.Name), m.Adults[0], m.Adults[1])
			}
		}
	}
	for _, child := range m.Children {
		say("ouderschap", m.Adults[0], child)
		if m.Both && len(m.Adults) > 1 {
			say("ouderschap", m.Adults[1], child)
		}
		if id := m.Care[child]; id != "" {
			say(careFact, child, id)
		}
	}
	if len(facts) > 0 {
		b.WriteString("feiten:\n")
		for _, s := range facts {
			b.WriteString("  - " + s + "\n")
		}
	}
	return []byte(b.String())
}
