package simulate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/column"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Skipped is a regulation that a run of all regulations leaves out, and why.
type Skipped struct {
	ID, Name string
	// Reason is a sentence for people.
	Reason string
	// Lacks are what the population does not have; none when the reason is
	// another one.
	Lacks []Lack
}

// Lack is a datum or a relation that a rule asks for and the population does
// not have.
type Lack struct {
	Datum string // "persoon.kale-huur", "relatie persoon.ouder"
	Rule  string // id of the first rule that asks for it
	// Ruled: there are rules that compute it, but not on this date.
	Ruled bool
}

func (l Lack) String() string {
	switch {
	case l.Rule == "":
		return l.Datum
	case l.Ruled:
		return fmt.Sprintf("%s (regel %s vraagt erom, en op deze dag geldt geen regel die het bepaalt)", l.Datum, l.Rule)
	}
	return fmt.Sprintf("%s (regel %s vraagt erom)", l.Datum, l.Rule)
}

func lack(datum string, r *rule.Rule) Lack {
	l := Lack{Datum: datum}
	if r != nil {
		l.Rule = r.ID
	}
	return l
}

// ruled reports whether a rule writes an attribute, on whatever date.
func ruled(m *rule.Model, a *rule.Attribute) bool {
	return slices.ContainsFunc(m.Rules, func(r *rule.Rule) bool {
		return slices.ContainsFunc(r.Versions, func(v *rule.Version) bool { return v.Writes() == a })
	})
}

func list(lacks []Lack) string {
	parts := make([]string, len(lacks))
	for i, l := range lacks {
		parts[i] = l.String()
	}
	return strings.Join(parts, "; ")
}

// fewLacks is how many are named in a sentence.
const fewLacks = 3

// choose leaves out the schemes that cannot be run: first those that cannot by
// themselves, then those that cannot beside the others, whose rules may ask for
// more.
func (s *Side) choose(set *regulation.Set, date rule.Date) error {
	income := s.Income // it joins the others at the end, when that can be
	s.Income = nil
	for _, x := range slices.Clone(s.Schemes) {
		if _, err := (&Side{Schemes: []Scheme{x}, known: s.known}).leaveOut(set, date, s); err != nil {
			return err
		}
	}
	for more := true; more && len(s.Schemes) > 0; {
		var err error
		if more, err = s.leaveOut(set, date, s); err != nil {
			return err
		}
	}
	if income == nil {
		return nil
	}
	s.Income = income
	if err := s.within(set); err != nil {
		return err
	}
	no, err := s.Impossible(date)
	if err != nil {
		return err
	}
	if len(no) == 0 {
		wrong, err := s.untypical(date)
		if err != nil || wrong == "" {
			return err
		}
		no = append(no, Skipped{Reason: wrong})
	}
	i := max(slices.IndexFunc(no, func(x Skipped) bool { return x.ID == income.ID }), 0)
	no[i].ID, no[i].Name = income.ID, income.Name // it needs what another one lacks
	s.Skipped, s.Income = append(s.Skipped, no[i]), nil
	return nil
}

// leaveOut takes away from another side what cannot be run with the rules of s.
func (s *Side) leaveOut(set *regulation.Set, date rule.Date, from *Side) (some bool, err error) {
	if err := s.within(set); err != nil {
		return false, err
	}
	no, err := s.Impossible(date)
	if err != nil {
		return false, err
	}
	from.Skipped = append(from.Skipped, no...)
	from.Schemes = slices.DeleteFunc(from.Schemes, func(x Scheme) bool {
		return slices.ContainsFunc(no, func(n Skipped) bool { return n.ID == x.ID })
	})
	return len(no) > 0, nil
}

// within takes the rules of the schemes of a side, and of what they build on.
func (s *Side) within(set *regulation.Set) error {
	program, diags := set.Program(s.IDs()...)
	if err := diags.Err(); err != nil {
		return uncompiled(err)
	}
	s.Model, s.program = program.Model(), program
	return nil
}

// Impossible gives the schemes of a side that cannot be run on a date: without an
// outcome then, or with a datum that the population does not have.
func (s Side) Impossible(date rule.Date) ([]Skipped, error) {
	b, err := newBound(s, date)
	if err != nil {
		return nil, err
	}
	var out []Skipped
	all := s.Schemes
	if s.Income != nil {
		all = append(slices.Clone(all), s.Income.Scheme)
	}
	for _, scheme := range all {
		lacks, err := b.lacks(scheme)
		switch {
		case errors.Is(err, ErrSpec):
			out = append(out, Skipped{ID: scheme.ID, Name: scheme.Name, Reason: spelling.Capital(strings.TrimPrefix(err.Error(), ErrSpec.Error()+": ")) + "."})
		case err != nil:
			return nil, err
		case len(lacks) > 0:
			reason := "de bevolking heeft niet: " + list(lacks[:min(len(lacks), fewLacks)])
			if n := len(lacks) - fewLacks; n > 0 {
				reason += fmt.Sprintf("; en nog %d", n)
			}
			out = append(out, Skipped{ID: scheme.ID, Name: scheme.Name, Reason: spelling.Capital(reason) + ".", Lacks: lacks})
		}
	}
	return out, nil
}

// lacks gives what the population does not have for the outcome of a scheme. An
// ErrSpec is another reason why it cannot be run.
func (b *bound) lacks(s Scheme) ([]Lack, error) {
	o, err := b.outcome(s)
	if err != nil {
		return nil, err
	}
	tables, relations, err := column.Needs(b.columns(o.attr))
	if errors.Is(err, column.ErrSpec) {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if err != nil {
		return nil, err
	}
	return new(matched).supply(b, tables, relations)
}
