package check

import (
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// examples runs every worked example, and finds rules that apply in none.
func (c *checker) examples() {
	applied := map[string]bool{}
	for _, reg := range c.set.Regulations {
		program, _ := c.set.Program(reg.ID)
		if program == nil {
			continue
		}
		for _, ex := range reg.Examples() {
			for _, m := range ex.Run(program) {
				pos := m.Expected.Pos
				if pos == (rule.Pos{}) {
					pos = ex.Pos
				}
				c.add(CodeExample, "Het voorbeeld komt niet uit. %s.", trimDot(m.String())).in(ex.Regulation, ex.Article, pos)
			}
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
