package regulation

import (
	"fmt"
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// diffTypes names data whose type is another one. Data that are new or gone
// show in the rules that use them.
func diffTypes(before, after *Set) []Change {
	if before.Model == after.Model {
		return nil
	}
	var out []Change
	attributes := func(m *rule.Model) (ids []string, by map[string]*rule.Attribute) {
		by = map[string]*rule.Attribute{}
		for _, o := range m.Objects {
			for _, a := range o.Attributes {
				id := a.ID()
				by[id] = a
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return ids, by
	}
	ids, was := attributes(before.Model)
	_, is := attributes(after.Model)
	for _, id := range ids {
		old, now := was[id], is[id]
		if now == nil || old.Kind.IsKenmerk() || now.Kind.IsKenmerk() {
			continue
		}
		if was, is := regelspraak.PrintType(old.Type), regelspraak.PrintType(now.Type); was != is {
			out = append(out, Change{Kind: "gegeven", ID: id, Before: was, After: is,
				Text: fmt.Sprintf("Het gegeven ‘%s’ van %s is %s en wordt %s.", now.Name, rule.Slug(now.Owner.Name), was, is)})
		}
	}
	return out
}

// diffUnits names declared units that are worth something else.
func diffUnits(before, after *Set) []Change {
	worth := func(m *rule.Model) (symbols []string, text map[string]string) {
		text = map[string]string{}
		for _, s := range m.Units {
			for _, u := range s.Units {
				symbols = append(symbols, u.Symbol)
				text[u.Symbol] = "een eigen maat"
				if u.Of != nil {
					text[u.Symbol] = notation.FormatNumber(u.Factor) + " " + u.Of.Symbol
				}
			}
		}
		return symbols, text
	}
	symbols, old := worth(before.Model)
	_, now := worth(after.Model)
	var out []Change
	for _, s := range unionIDs(symbols, nil, func(s string) string { return s }) {
		if is, ok := now[s]; ok && is != old[s] {
			out = append(out, Change{Kind: "eenheid", ID: s, Before: old[s], After: is, Text: fmt.Sprintf("De eenheid %s is %s en wordt %s.", s, old[s], is)})
		}
	}
	return out
}
