package office

import (
	"errors"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// faulty says why there is no outcome, as short as can be.
func faulty(err error) string {
	if e, ok := errors.AsType[*exact.Error](err); ok && e.Code == exact.CodeMissing && e.Attribute != nil {
		return texts.T("uitkomst-mist", "gegeven", e.Attribute.Name)
	}
	return texts.T("uitkomst-fout")
}

// outcomes gives the first outcome of every applicant of a worked example under
// the rules of a date, in words.
func outcomes(p *exact.Program, r *regulation.Regulation, e *regulation.Example, on rule.Date) string {
	c, ds := e.Given.Case(p, on)
	if c == nil || ds.Err() != nil {
		return texts.T("uitkomst-fout")
	}
	a := p.Attribute(r.Outcomes[0].Attribute)
	var out []string
	for _, k := range e.Given.Applicants() {
		v, err := c.Value(k, a)
		if err != nil {
			out = append(out, faulty(err))
			continue
		}
		if v.IsEmpty() {
			out = append(out, texts.T("uitkomst-leeg"))
			continue
		}
		out = append(out, written(v, a.Type))
	}
	return texts.List(out)
}
