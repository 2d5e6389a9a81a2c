// Package comparison puts two sides of one regulation beside each other: what
// is said differently, and what comes out differently of its worked examples,
// with the first place where the two explanations part.
//
// A side is a set of rules and a day on which it is read. So one comparison
// serves two days under the same rules, a variant or a draft beside what is in
// force, and a version beside the one before it. Nothing here knows where a set
// comes from.
package comparison

import (
	"fmt"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Side is a set of regulations as it reads on one day.
type Side struct {
	Set  *regulation.Set
	Date rule.Date
}

// regulation gives a regulation of the side, or nil.
func (s Side) regulation(id string) *regulation.Regulation {
	r, _ := s.Set.Get(id)
	return r
}

// rule gives a rule and its version on the day; both may be nil.
func (s Side) rule(id string) (*rule.Rule, *rule.Version) {
	r, ok := s.Set.Rule(id)
	if !ok {
		return nil, nil
	}
	return r, r.At(s.Date)
}

// Result is a comparison. Where there is one of something for each side, the
// first is the left one.
type Result struct {
	ID    string
	Sides [2]Side
	// Regulation is the regulation on each side; nil where the set lacks it.
	Regulation [2]*regulation.Regulation
	// Computes says that on that day a rule gives at least one outcome.
	Computes [2]bool
	// Words are the differences in words, by where they stand: the regulation's
	// own articles first, then what it uses of regulations that it builds on.
	Words []Section
	// Effect has one row for each worked example of the regulation, those that
	// come out differently first.
	Effect []*Row

	programs [2]*exact.Program // nil where the set lacks the regulation
	texts    map[*rule.Version]string
}

// Compare compares a regulation on two sides. A regulation that neither side
// has gives an empty result. It is an error when the rules of a side cannot be
// compiled.
func Compare(left, right Side, id string) (*Result, error) {
	r := &Result{ID: id, Sides: [2]Side{left, right}, texts: map[*rule.Version]string{}}
	for i, s := range r.Sides {
		r.Regulation[i] = s.regulation(id)
		if r.Regulation[i] == nil {
			continue
		}
		p, ds := s.Set.Program(id)
		if err := ds.Err(); err != nil {
			return nil, fmt.Errorf("compile rules of %s on %s: %w", id, s.Date, err)
		}
		r.programs[i] = p
	}
	r.words()
	r.effect()
	return r, nil
}

// Reaches reports whether anything in words that a regulation uses differs, its
// own or of what it builds on.
func Reaches(left, right Side, id string) bool {
	r := &Result{ID: id, Sides: [2]Side{left, right}, texts: map[*rule.Version]string{}}
	for i, s := range r.Sides {
		r.Regulation[i] = s.regulation(id)
	}
	r.words()
	return len(r.Words) > 0
}

// Same reports whether nothing is different, in words or in effect.
func (r *Result) Same() bool {
	return len(r.Words) == 0 && r.Count(Unchanged) == len(r.Effect)-r.Count(Neither)
}

// wording gives the text of a version, "" for none.
func (r *Result) wording(v *rule.Version) string {
	if v == nil {
		return ""
	}
	t, ok := r.texts[v]
	if !ok {
		t = regulation.Wording(v)
		r.texts[v] = t
	}
	return t
}
