package office

import (
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

func compile(set *regulation.Set) (*exact.Program, error) {
	p, ds := exact.Compile(set.Model)
	return p, ds.Err()
}

// outcomes gives the first outcome of every applicant of a worked example under
// the rules of a date, as one text to compare.
func outcomes(p *exact.Program, r *regulation.Regulation, e *regulation.Example, on rule.Date) string {
	c, ds := e.Given.Case(p, on)
	if c == nil || ds.Err() != nil {
		return "fout"
	}
	a := p.Attribute(r.Outcomes[0].Attribute)
	var b strings.Builder
	for _, k := range e.Given.Applicants() {
		v, err := c.Value(k, a)
		if err != nil {
			b.WriteString("fout;")
			continue
		}
		b.WriteString(v.String() + ";")
	}
	return b.String()
}
