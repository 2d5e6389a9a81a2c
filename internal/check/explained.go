package check

import (
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Why gives the explanation of a regulation for a kind of finding at one of
// some places: ids of an article, a rule, a step, a parameter or the regulation
// itself; an empty one is no place. It is nil when the regulation does not explain it.
func Why(reg *regulation.Regulation, code string, places ...string) *regulation.Explanation {
	for i := range reg.Explained {
		x := &reg.Explained[i]
		if x.Code == code && slices.ContainsFunc(places, func(at string) bool { return at != "" && slices.Contains(x.At, at) }) {
			return x
		}
	}
	return nil
}

// explain gives findings the explanation that a regulation has for them, and
// finds explanations that explain nothing. An error stays one.
func (c *checker) explain() {
	type place struct {
		x  *regulation.Explanation
		at string
	}
	used := map[place]bool{}
	for _, f := range c.found {
		if f.Severity == rule.Error {
			continue
		}
		for _, reg := range c.set.Regulations {
			places := []string{f.Rule, f.Parameter}
			if reg.ID == f.Regulation { // these have no regulation in their id
				places = append(places, f.Article, f.Step)
				if f.Rule == "" && f.Parameter == "" && f.Article == "" && f.Step == "" { // the whole of it
					places = append(places, reg.ID)
				}
			}
			x := Why(reg, f.Code, places...)
			if x == nil {
				continue
			}
			if f.Explained == nil || reg.ID == f.Regulation {
				f.Explained = x
			}
			for _, at := range places {
				used[place{x, at}] = true
			}
		}
	}
	var codes []string
	for _, k := range Kinds() {
		codes = append(codes, k.Code)
	}
	for _, reg := range c.set.Regulations {
		for i := range reg.Explained {
			x := &reg.Explained[i]
			if !slices.Contains(codes, x.Code) {
				c.add(CodeStale, "Er is geen soort bevinding %q%s.", x.Code, notation.Suggest(x.Code, codes)).in(reg.ID, "", x.Pos)
				continue
			}
			for _, at := range x.At {
				// Without households not every cliff is found.
				if !used[place{x, at}] && (x.Code != CodeCliff || c.o.Cases != nil) {
					c.add(CodeStale, "De uitleg bij %s legt een bevinding %s uit die er niet meer is.", at, x.Code).in(reg.ID, "", x.Pos)
				}
			}
		}
	}
}
