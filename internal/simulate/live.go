package simulate

import (
	"context"
	"fmt"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

// MaxLive is how many households a Live keeps at most: some 60 MB.
const MaxLive = 200_000

// Live answers one variant after another on the same people, date and rules of
// now: what a page needs that follows a value while somebody moves it. It keeps
// the population in columns, what today's rules give, and how take-up was
// calibrated; a variant computes the rules again of what it touches. The results
// are those of Run. A Live is safe for concurrent use.
type Live struct {
	spec Spec
	// base is a run of today beside itself: two sides that are the same.
	base *run
	// reads are the rules that each scheme stands on, by id, and last those that
	// the measure of income stands on, when there is one.
	reads []map[string]*rule.Rule
}

// NewLive evaluates today's rules. The Variant of the spec has to be nil.
func NewLive(ctx context.Context, spec Spec, progress func(done, total int)) (*Live, error) {
	if spec.Variant != nil {
		return nil, fmt.Errorf("%w: geef de variant als er iets verandert", ErrSpec)
	}
	if spec.People != nil && spec.People.Len() > MaxLive {
		return nil, fmt.Errorf("%w: een bevolking van %d huishoudens is te groot om meteen door te rekenen; neem er hoogstens %d", ErrSpec, spec.People.Len(), MaxLive)
	}
	if spec.Programs == nil {
		spec.Programs = new(Programs)
	}
	l := &Live{spec: spec}
	var err error
	if l.base, err = newRun(spec, []Side{spec.Baseline}); err != nil {
		return nil, err
	}
	r := l.base
	if r.people, err = population.Keep(ctx, r.people, r.size, r.workers); err != nil {
		return nil, err
	}
	if err := r.compute(ctx, progress); err != nil {
		return nil, err
	}
	for _, a := range r.sides[0].counts() {
		l.reads = append(l.reads, r.sides[0].reads(a))
	}
	return l, nil
}

// Households is the number of synthetic households.
func (l *Live) Households() int { return l.spec.People.Len() }

// Today is the result without a variant.
func (l *Live) Today() (*Result, error) {
	r := *l.base
	r.sides = r.sides[:1]
	all, err := r.results()
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Variant gives the result of a variant beside today's rules. Cancelling ctx
// stops it.
func (l *Live) Variant(ctx context.Context, side Side) (*Result, error) {
	r, err := l.beside(side)
	if err != nil {
		return nil, err
	}
	touched := l.touched(r.sides[1])
	again, err := l.again(ctx, side, touched)
	if err != nil {
		return nil, err
	}
	l.assemble(r, again, touched)
	if err := r.conclude(ctx); err != nil {
		return nil, err
	}
	all, err := r.results()
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Plain is Variant without what takes most of the time: see Spec.Plain.
func (l *Live) Plain(ctx context.Context, side Side) (*Result, error) {
	plain := *l
	plain.spec.Plain = true
	return plain.Variant(ctx, side)
}

// beside makes the run of today and a variant, without anything computed.
func (l *Live) beside(side Side) (*run, error) {
	r := &run{spec: l.spec, workers: l.base.workers, people: l.base.people, size: l.base.size, earlier: l.base}
	r.spec.Variant = &side
	side.known = l.base.sides[0].known
	b, err := bind(side, l.spec.Date)
	if err != nil {
		return nil, named(side, err)
	}
	if err := b.comparable(l.base.sides[0]); err != nil {
		return nil, err
	}
	r.sides = []*bound{l.base.sides[0], b}
	r.settles = settles(l.spec, r.sides)
	return r, r.introduceAll()
}

// counts gives what is counted of the schemes, and last what measures income.
func (b *bound) counts() []*rule.Attribute {
	var out []*rule.Attribute
	for _, o := range b.outcomes {
		out = append(out, o.attr)
	}
	if b.income != nil {
		out = append(out, b.income.attr)
	}
	return out
}

// touched gives the schemes of which a side has other rules than today, in
// order; the measure of income is the one after the last.
func (l *Live) touched(b *bound) []int {
	var out []int
	for s, a := range b.counts() {
		if !sameRules(l.reads[s], b.reads(a), l.base.sides[0].Side, b.Side, l.spec.Date) {
			out = append(out, s)
		}
	}
	return out
}

// reads gives the rules in force that an outcome may need, by id.
func (b *bound) reads(outcome *rule.Attribute) map[string]*rule.Rule {
	out := map[string]*rule.Rule{}
	seen := map[*rule.Attribute]bool{}
	var visit func(a *rule.Attribute)
	visit = func(a *rule.Attribute) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, r := range b.program.Writers(a, b.date) {
			if out[r.ID] != nil {
				continue
			}
			out[r.ID] = r
			rule.Reads(r.At(b.date), visit, nil)
		}
	}
	visit(outcome)
	return out
}

// sameRules reports whether two collections of rules are the same on a date.
// Rules that were laid over each other share what did not change; of others the
// digests say so.
func sameRules(now, then map[string]*rule.Rule, a, b Side, date rule.Date) bool {
	if len(now) != len(then) {
		return false
	}
	for id, r := range now {
		other := then[id]
		if other == nil {
			return false
		}
		if r.At(date) == other.At(date) {
			continue
		}
		if a.set == nil || b.set == nil {
			return false
		}
		x, ok := a.set.VersionDigest(id, date)
		y, also := b.set.VersionDigest(id, date)
		if !ok || !also || x != y {
			return false
		}
	}
	return true
}

// only gives a side with some of its schemes, and with the measure of income when
// it is the last of them.
func (s Side) only(schemes []int) Side {
	all, income := s.Schemes, s.Income
	s.Schemes, s.Income = make([]Scheme, 0, len(schemes)), nil
	for _, at := range schemes {
		if at == len(all) {
			s.Income = income
		} else {
			s.Schemes = append(s.Schemes, all[at])
		}
	}
	return s
}

// again evaluates some schemes on both sides; nil when there are none.
func (l *Live) again(ctx context.Context, side Side, schemes []int) (*run, error) {
	if len(schemes) == 0 {
		return nil, nil
	}
	spec := l.spec
	spec.Baseline = spec.Baseline.only(schemes)
	r, err := newRun(spec, []Side{side.only(schemes)})
	if err != nil {
		return nil, err
	}
	r.people, r.size, r.workers = l.base.people, l.base.size, l.base.workers
	return r, r.evaluate(ctx, nil)
}

// assemble gives a run what evaluating everything would have given it: of the
// schemes that were touched what was found again, of the others what today
// gives on both sides.
func (l *Live) assemble(r, again *run, touched []int) {
	from := func(s int) (*run, int) {
		if i := slices.Index(touched, s); i >= 0 {
			return again, i
		}
		return l.base, s
	}
	schemes := len(l.spec.Baseline.Schemes)
	income, _ := from(schemes)
	r.parts = make([]part, len(l.base.parts))
	for i := range r.parts {
		p := &r.parts[i]
		*p = income.parts[i]
		p.claims = make([]claims, schemes)
		for s := range p.claims {
			src, at := from(s)
			p.claims[s] = src.parts[i].claims[at]
		}
	}
	f := *l.base.found
	f.unmeasured = income.found.unmeasured
	f.failures, f.cliffs, f.budgets, f.claimed = slices.Clone(f.failures), slices.Clone(f.cliffs), slices.Clone(f.budgets), slices.Clone(f.claimed)
	for s := range schemes {
		src, at := from(s)
		f.failures[s], f.cliffs[s], f.budgets[s], f.claimed[s] = src.found.failures[at], src.found.cliffs[at], src.found.budgets[at], src.found.claimed[at]
	}
	r.found = &f
}

// model gives a model of take-up that an earlier run calibrated on the same
// units with the same assumption moved; nil when it has none. Interventions of a
// variant bring assumptions of their own.
func (r *run) model(s, model int, moved string, units []takeup.Unit) *takeup.Model {
	if r == nil || r.models == nil || !slices.Equal(r.samples[s], units) || model >= len(r.moved[s]) || r.moved[s][model] != moved {
		return nil
	}
	return r.models[s][model]
}
