package regulation

import (
	"slices"
	"sync"

	"lemniscaat/internal/rule"
)

// lay is With for a variant that has no text of rules: nothing is read again.
// What the variant does not touch is shared with the set, so that trying one
// value after another is quick. The result is that of build.
func (s *Set) lay(v Variant, source bundle) (*Set, rule.Diagnostics) {
	next := &Set{Regulations: slices.Clone(s.Regulations), Shared: s.Shared, Model: s.Model, source: source, diags: s.diags}
	b := &builder{bundle: source, set: next, diags: slices.Clone(s.diags)}

	changed := map[*rule.Parameter]*rule.Parameter{}
	for _, o := range v.Parameters {
		old, _ := s.Parameter(o.ID)
		own := *old
		b.overlayParameter(&own, v, o)
		changed[old] = &own
	}
	if len(changed) > 0 {
		next.Model = s.Model.WithParameters(changed)
	}
	rules := map[*rule.Rule]*rule.Rule{}
	for i, r := range s.Model.Rules {
		if now := next.Model.Rules[i]; now != r {
			rules[r] = now
		}
	}
	for i, reg := range s.Regulations {
		next.Regulations[i] = reg.with(rules, changed)
	}
	for _, f := range source.folders {
		if !slices.ContainsFunc(v.Steps, func(c StepChange) bool { return owner(c.ID) == f.reg.ID }) &&
			!slices.ContainsFunc(v.Help, func(h Help) bool { return owner(h.Target) == f.reg.ID }) {
			continue
		}
		i := slices.IndexFunc(next.Regulations, func(r *Regulation) bool { return r.ID == f.reg.ID })
		reg := *next.Regulations[i]
		reg.steps = nil
		next.Regulations[i] = &reg
		b.stepsOf(f, &reg)
		b.level(&reg)
		b.explained(f, &reg)
	}
	next.scopes = newScopes(next)
	next.scopes.take(s, next)
	b.diags.Sort()
	return next, b.diags
}

func owner(id string) string {
	reg, _, _ := cutID(id)
	return reg
}

// with gives the regulation with some rules and parameters replaced: itself
// when it has none of them.
func (r *Regulation) with(rules map[*rule.Rule]*rule.Rule, parameters map[*rule.Parameter]*rule.Parameter) *Regulation {
	out := *r
	some := false
	out.Parameters = slices.Clone(r.Parameters)
	for i, p := range r.Parameters {
		if now := parameters[p]; now != nil {
			out.Parameters[i], some = now, true
		}
	}
	out.Articles = slices.Clone(r.Articles)
	for i, a := range r.Articles {
		if now := a.with(rules); now != a {
			out.Articles[i], some = now, true
		}
	}
	if !some {
		return r
	}
	return &out
}

func (a *Article) with(rules map[*rule.Rule]*rule.Rule) *Article {
	out := *a
	some := false
	replace := func(r *rule.Rule) *rule.Rule {
		if now := rules[r]; now != nil {
			some = true
			return now
		}
		return r
	}
	out.Rules = slices.Clone(a.Rules)
	for i, r := range a.Rules {
		out.Rules[i] = replace(r)
	}
	out.Examples = slices.Clone(a.Examples)
	for i, x := range a.Examples {
		if !slices.ContainsFunc(x.Violations, func(v ExpectedViolation) bool { return rules[v.Rule] != nil }) {
			continue
		}
		own := *x
		own.Violations = slices.Clone(x.Violations)
		for k := range own.Violations {
			own.Violations[k].Rule = replace(own.Violations[k].Rule)
		}
		out.Examples[i] = &own
	}
	if !some {
		return a
	}
	return &out
}

// contents keeps the content digests of the regulations of a set.
type contents struct {
	mu sync.Mutex
	by map[*Regulation]ContentDigest
}

// ContentDigest is that of a regulation of the set, kept.
func (s *Set) ContentDigest(r *Regulation) ContentDigest {
	if s.scopes == nil {
		return r.ContentDigest()
	}
	k := &s.scopes.contents
	k.mu.Lock()
	defer k.mu.Unlock()
	d, ok := k.by[r]
	if !ok {
		d = r.ContentDigest()
		if !slices.Contains(s.Regulations, r) {
			return d
		}
		k.by[r] = d
	}
	return d
}

// take takes over what is known of the regulations that two sets share.
func (k *scopes) take(from, to *Set) {
	if from.scopes == nil {
		return
	}
	old := &from.scopes.contents
	old.mu.Lock()
	defer old.mu.Unlock()
	for _, r := range to.Regulations {
		if d, ok := old.by[r]; ok {
			k.contents.by[r] = d
		}
	}
}
