package regulation

import (
	"slices"
	"strings"
	"sync"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// scopes keeps what was computed of a set, for all who use it: the models and
// programs of the scopes that were asked for, and its digest.
type scopes struct {
	of *rule.Model // of the set that they are scopes of
	mu sync.Mutex
	// by is named by the regulations that are in, sorted.
	by       map[string]*scope
	digest   func() SetDigest
	contents contents
}

func newScopes(s *Set) *scopes {
	return &scopes{of: s.Model, by: map[string]*scope{}, digest: sync.OnceValue(s.computeDigest), contents: contents{by: map[*Regulation]ContentDigest{}}}
}

// scope is one part of the rules.
type scope struct {
	model   *rule.Model
	compile sync.Once
	program *exact.Program
	diags   rule.Diagnostics
}

// BuildsOn gives the regulations with these ids and all that they build on,
// directly or not, sorted by id. An id that is not in the set is left out.
func (s *Set) BuildsOn(ids ...string) []*Regulation {
	var out []*Regulation
	var add func(id string)
	add = func(id string) {
		r, ok := s.Get(id)
		if !ok || slices.Contains(out, r) {
			return
		}
		out = append(out, r)
		for _, other := range r.BuildsOn {
			add(other)
		}
	}
	for _, id := range ids {
		add(id)
	}
	slices.SortFunc(out, func(a, b *Regulation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Scope gives the model that a decision on these regulations is taken with: the
// rules of the shared words, of the regulations and of what they build on. All
// declarations are those of the set, so that a case can be read with either
// model. What a rule outside the scope would have written is a datum here.
func (s *Set) Scope(ids ...string) *rule.Model { return s.scope(ids).model }

// Program compiles Scope. The program and its diagnostics are kept with the
// set; there is no program when a diagnostic is an error.
func (s *Set) Program(ids ...string) (*exact.Program, rule.Diagnostics) {
	x := s.scope(ids)
	x.compile.Do(func() { x.program, x.diags = exact.Compile(x.model) })
	return x.program, x.diags
}

func (s *Set) scope(ids []string) *scope {
	var key strings.Builder
	in := map[string]bool{}
	regs := s.BuildsOn(ids...)
	for _, r := range regs {
		in[r.ID] = true
		key.WriteString(r.ID + "/")
	}
	k := s.scopes
	if k == nil || k.of != s.Model { // somebody laid another model over the set
		return &scope{model: s.within(in)}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	x := k.by[key.String()]
	if x == nil {
		x = &scope{model: s.within(in)}
		k.by[key.String()] = x
	}
	return x
}

// within gives the model with the rules of no regulation and of those named.
func (s *Set) within(in map[string]bool) *rule.Model {
	m := *s.Model
	m.Rules = slices.DeleteFunc(slices.Clone(s.Model.Rules), func(r *rule.Rule) bool {
		_, known := s.Get(r.Regulation)
		return known && !in[r.Regulation]
	})
	if len(m.Rules) == len(s.Model.Rules) {
		return s.Model
	}
	return &m
}

// IncomeMeasure gives the regulation by which what others give and take meets in
// one disposable income; nil when the set has none.
func (s *Set) IncomeMeasure() *Regulation {
	i := slices.IndexFunc(s.Regulations, func(r *Regulation) bool { return r.MeasuresIncome })
	if i < 0 {
		return nil
	}
	return s.Regulations[i]
}
