package dossier

import (
	"errors"
	"fmt"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Case makes an exact case of the file on a date (the zero date: the date of
// the file). The objects of the case have the numbers that they have in the
// file. The program may be of another version of the same model: names are
// looked up by id.
func (f *File) Case(p *exact.Program, on rule.Date) (*exact.Case, rule.Diagnostics) {
	if on.IsZero() {
		on = f.Date
	}
	var diags rule.Diagnostics
	fail := func(pos rule.Pos, code, format string, a ...any) {
		diags = append(diags, rule.Diagnostic{Severity: rule.Error, Code: code, Pos: pos, Message: fmt.Sprintf(format, a...)})
	}
	c := p.NewCase(on)
	types := make([]*rule.ObjectType, len(f.Objects))
	for i, o := range f.Objects {
		types[i] = p.ObjectType(o.Type.Name)
	}
	c.Reserve(types...)
	for i, o := range f.Objects {
		t := types[i]
		if t == nil || c.Add(t, o.ID) != i {
			fail(o.Pos, "onbekende-soort", "deze regelset kent geen %s", o.Type.Name)
			return nil, diags
		}
	}
	for i, o := range f.Objects {
		for _, v := range o.Values {
			a := p.Attribute(v.Attribute.ID())
			if a == nil {
				fail(v.Pos, "onbekend-gegeven", "deze regelset kent geen %s", v.Attribute.ID())
				continue
			}
			if err := c.Set(i, a, v.Datum); err != nil {
				fail(v.Pos, code(err, "gegeven"), "%v", err)
			}
		}
	}
	for _, l := range f.Links {
		r := p.Role(l.Role.ID())
		if r == nil {
			fail(l.Pos, "onbekende-relatie", "deze regelset kent geen %s", l.Role.ID())
			continue
		}
		if err := c.Link(r, l.From, l.To); err != nil {
			fail(l.Pos, code(err, "relatie"), "%v", err)
		}
	}
	if diags.Err() != nil {
		return nil, diags
	}
	return c, diags
}

func code(err error, otherwise string) string {
	var e *exact.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return otherwise
}
