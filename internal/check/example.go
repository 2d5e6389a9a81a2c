package check

import (
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// comesOut adds what does not come out of a worked example.
func (c *checker) comesOut(program *exact.Program, ex *regulation.Example) {
	for _, m := range ex.Run(program) {
		pos := m.Expected.Pos
		if pos == (rule.Pos{}) {
			pos = ex.Pos
		}
		c.add(CodeExample, "Het voorbeeld komt niet uit. %s.", trimDot(m.String())).in(ex.Regulation, ex.Article, pos)
	}
}

// municipalities runs the worked examples of every municipality that has a file,
// with its values. What cannot be read of such a file is an error of the example.
func (c *checker) municipalities() {
	for _, m := range c.set.Municipalities() {
		if slices.ContainsFunc(c.set.Regulations, func(r *regulation.Regulation) bool { return r.Municipality != nil && r.Municipality.ID == m.ID }) {
			continue // it is this set
		}
		local, ds := c.set.Municipality(m.ID)
		for _, d := range ds {
			if d.Severity == rule.Error {
				folder, _, _ := strings.Cut(d.Pos.File, "/")
				c.add(CodeExample, "In %s: %s.", m.Name, trimDot(d.Message)).in(folder, "", d.Pos)
			}
		}
		if local == nil {
			continue
		}
		for _, reg := range local.Regulations {
			if reg.Municipality == nil || reg.Municipality.ID != m.ID {
				continue
			}
			program, _ := local.Program(reg.ID)
			for _, ex := range reg.Examples() {
				c.comesOut(program, ex)
			}
		}
	}
}

// examples runs every worked example, and finds rules that apply in none.
func (c *checker) examples() {
	applied := map[string]bool{}
	for _, reg := range c.set.Regulations {
		program, _ := c.set.Program(reg.ID)
		if program == nil {
			continue
		}
		for _, ex := range reg.Examples() {
			c.comesOut(program, ex)
			for _, v := range ex.Violations {
				applied[v.Rule.ID] = true
			}
			cs, _ := ex.Given.Case(program, ex.Date)
			if cs == nil {
				continue
			}
			for _, want := range ex.Expect {
				obj, ok := ex.Given.Object(want.Object)
				a := program.Attribute(want.Attribute.ID())
				if !ok || a == nil {
					continue
				}
				for _, s := range cs.Derive(obj, a).Steps {
					for _, k := range s.Candidates {
						if k.Outcome == exact.Yes {
							applied[k.Rule.ID] = true
						}
					}
				}
			}
		}
	}
	for _, r := range c.set.Model.Rules {
		switch {
		case applied[r.ID]:
		case r.Versions[0].Writes() == nil:
			c.add(CodeNoExample, "Geen voorbeeld laat zien wie niet aan regel %s voldoet.", r.ID).
				advise("Schrijf een voorbeeld met deze regel onder schendingen.").at(r, rule.Pos{})
		default:
			c.add(CodeNoExample, "Geen voorbeeld laat regel %s zien.", r.ID).at(r, rule.Pos{})
		}
	}
}

func trimDot(s string) string {
	for len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}
