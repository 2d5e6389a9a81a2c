package cli

import (
	"errors"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
)

// violation is a consistentieregel that objects of the case do not meet; with
// Fout it is not known whether they do.
type violation struct {
	Tekst      string               `json:"tekst"`
	RegelID    string               `json:"regelId"`
	Naam       string               `json:"naam"`
	Anker      string               `json:"anker"`
	Bron       []string             `json:"bron,omitempty"`
	Objecten   []string             `json:"objecten"`
	Voorwaarde string               `json:"voorwaarde,omitempty"`
	Waarde     string               `json:"waarde,omitempty"`
	Uitleg     *explain.Explanation `json:"uitleg"`
	Fout       *problem             `json:"fout,omitempty"`
}

// judge adds the violations of the regulation's own consistentieregels, told to
// the applicant where there is one.
func (d *decision) judge(c *exact.Case, reader []int, reg *regulation.Regulation, ctx explain.Context) Code {
	code := Good
	if len(reader) == 1 {
		ctx.Reader = &reader[0]
	}
	for _, v := range c.Violations() {
		if v.Rule.Regulation != reg.ID {
			continue
		}
		e := explain.Violation(c, v, ctx)
		out := violation{
			Tekst: e.Sentence, RegelID: v.Rule.ID, Naam: v.Rule.Name, Anker: v.Anchor(), Bron: v.Rule.Source, Objecten: v.ObjectIDs, Uitleg: e,
		}
		code = max(code, Found)
		switch {
		case v.Err != nil:
			out.Fout = faultOf(v.Err)
			if errors.Is(v.Err, exact.ErrMissing) {
				code = Input
			}
		case v.Failed != nil:
			out.Voorwaarde = regelspraak.PrintCondition(v.Failed)
		default:
			out.Waarde = v.Value.String()
		}
		d.Schendingen = append(d.Schendingen, out)
	}
	return code
}

// faultOf tells an error of the case.
func faultOf(fault *exact.Error) *problem {
	p := &problem{Code: string(fault.Code), Tekst: fault.Error(), Object: fault.ObjectID}
	if fault.Attribute != nil {
		p.Eigenschap = fault.Attribute.ID()
	}
	if fault.Rule != nil {
		p.RegelID = fault.Rule.ID
	}
	return p
}
