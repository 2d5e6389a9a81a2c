// Package titrate finds the value of a parameter with which a simulation meets a
// goal: a budget, a number of people who receive something, a poverty rate.
//
// Every value is tried on the same people with the same draws. The range is
// first scanned, then every place where the figure passes the goal is closed in,
// a few values in one run, until two neighbouring values of the parameter lie
// on both sides of the goal. So a figure that goes up and down again has all its
// answers within the scan, and a goal that no value meets is said to be out of
// reach. The definitions are in docs/simulatie.md.
package titrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// ErrSpec is wrapped by the errors of a search that cannot be done.
var ErrSpec = errors.New("titratie")

// Figure is what a run gives for one value: the figure that the goal is about,
// and the bounds of its 95 % interval; without an interval Low = High = Value.
type Figure struct{ Value, Low, High float64 }

// Search asks for a value.
type Search struct {
	// Type is that of the parameter, for the words of values.
	Type rule.Type
	// Low and High bound the values to try, both included.
	Low, High *big.Rat
	// Grain is the difference between neighbouring values.
	Grain *big.Rat
	// Now is the value of today, to say which answer is nearest; nil: none.
	Now *big.Rat
	// Target is the figure to reach.
	Target float64
	// Try gives the figure for each of some values, at most AtOnce. exact asks for
	// intervals as well.
	Try func(ctx context.Context, values []*big.Rat, exact bool) ([]Figure, error)
}

// AtOnce is how many values are tried in one run.
const AtOnce = 4

// Limits of one search.
const (
	scans    = 3   // runs of the scan: 12 values, and the two ends
	maxRoads = 3   // places where the goal is passed that are closed in
	maxGrain = 1e9 // values between Low and High
	maxTries = 160
)

// Trial is a value with its figure.
type Trial struct {
	Value  *big.Rat
	Figure float64
}

// Answer is one value that meets the goal.
type Answer struct {
	// Value is, of the two neighbouring values on both sides of the goal, the one whose
	// figure is nearest.
	Value *big.Rat
	// Figure is what the simulation gives there, with its interval.
	Figure Figure
	// Low and High bound the values for which the goal lies in the 95 % interval of
	// the figure, as far as the values that were tried show; nil: the interval goes on
	// beyond what was tried.
	Low, High *big.Rat
	// Jump says that the figure jumps over the goal: the nearest it comes is off by
	// more than the step to its neighbour would be on an even road.
	Jump bool
}

// Result is what a search found.
type Result struct {
	// Answers are in the order of their distance to the value of today, or from low to
	// high without one. Empty: no value in the range meets the goal.
	Answers []Answer
	// Even: the figure only goes up, or only goes down, over what was tried.
	Even bool
	// Trials are all values that were tried, ascending.
	Trials []Trial
	// Nearest is the trial whose figure is nearest to the goal.
	Nearest Trial
	// Grain is that of the search.
	Grain *big.Rat
}

// Find searches.
func Find(ctx context.Context, s Search) (*Result, error) {
	f, err := newFinder(s)
	if err != nil {
		return nil, err
	}
	if err := f.scan(ctx); err != nil {
		return nil, err
	}
	roads := f.roads()
	slices.SortStableFunc(roads, func(a, b [2]int64) int { return f.distance(a) - f.distance(b) })
	var found []int64
	for _, r := range roads[:min(len(roads), maxRoads)] {
		n, err := f.close(ctx, r)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	return f.result(ctx, found)
}

// finder counts in grains above Low.
type finder struct {
	Search
	size  int64 // High in grains
	known map[int64]float64
}

func newFinder(s Search) (*finder, error) {
	if s.Grain == nil || s.Grain.Sign() <= 0 {
		return nil, fmt.Errorf("%w: de stap van de waarde moet groter zijn dan nul", ErrSpec)
	}
	if s.Low == nil || s.High == nil || s.Low.Cmp(s.High) >= 0 {
		return nil, fmt.Errorf("%w: het bereik van de waarde is leeg", ErrSpec)
	}
	if math.IsNaN(s.Target) || math.IsInf(s.Target, 0) {
		return nil, fmt.Errorf("%w: het doel is geen getal", ErrSpec)
	}
	n := new(big.Rat).Quo(new(big.Rat).Sub(s.High, s.Low), s.Grain)
	if n.Cmp(new(big.Rat).SetFloat64(maxGrain)) > 0 {
		return nil, fmt.Errorf("%w: in het bereik passen te veel waarden; kies een kleiner bereik of een grotere stap", ErrSpec)
	}
	f := &finder{Search: s, known: map[int64]float64{}}
	f.size = new(big.Int).Quo(n.Num(), n.Denom()).Int64()
	if f.size < 1 {
		return nil, fmt.Errorf("%w: het bereik is kleiner dan één stap", ErrSpec)
	}
	return f, nil
}

// value gives the value of a number of grains.
func (f *finder) value(n int64) *big.Rat {
	return new(big.Rat).Add(f.Low, new(big.Rat).Mul(f.Grain, big.NewRat(n, 1)))
}

// try computes the figures of some values that are not known yet.
func (f *finder) try(ctx context.Context, list []int64) error {
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(n int64) bool {
		_, ok := f.known[n]
		return ok
	})
	for len(list) > 0 {
		if len(f.known) > maxTries {
			return fmt.Errorf("%w: na %d waarden is er nog geen antwoord; kies een kleiner bereik", ErrSpec, len(f.known))
		}
		part := list[:min(len(list), AtOnce)]
		list = list[len(part):]
		values := make([]*big.Rat, len(part))
		for i, n := range part {
			values[i] = f.value(n)
		}
		got, err := f.Try(ctx, values, false)
		if err != nil {
			return err
		}
		for i, n := range part {
			f.known[n] = got[i].Value
		}
	}
	return nil
}

// scan tries values evenly over the range, and the two around today's.
func (f *finder) scan(ctx context.Context) error {
	parts := int64(scans*AtOnce - 1)
	var list []int64
	for i := range parts + 1 {
		list = append(list, f.size*i/parts)
	}
	if f.Now != nil && f.Now.Cmp(f.Low) >= 0 && f.Now.Cmp(f.value(f.size)) <= 0 {
		n := new(big.Rat).Quo(new(big.Rat).Sub(f.Now, f.Low), f.Grain)
		list = append(list, new(big.Int).Quo(n.Num(), n.Denom()).Int64())
	}
	return f.try(ctx, list)
}

// sorted gives what was tried, in grains, ascending.
func (f *finder) sorted() []int64 {
	out := make([]int64, 0, len(f.known))
	for n := range f.known {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// side tells on which side of the goal a figure is: 0 is on it.
func (f *finder) side(n int64) int {
	switch v := f.known[n]; {
	case v < f.Target:
		return -1
	case v > f.Target:
		return 1
	}
	return 0
}

// roads gives the neighbouring trials between which the goal is passed. A trial
// that is on the goal is a road by itself; of a run of them the first and the
// last.
func (f *finder) roads() [][2]int64 {
	var out [][2]int64
	all := f.sorted()
	for i, n := range all {
		switch s := f.side(n); {
		case s == 0:
			if i == 0 || i == len(all)-1 || f.side(all[i-1]) != 0 || f.side(all[i+1]) != 0 {
				out = append(out, [2]int64{n, n})
			}
		case i > 0 && s*f.side(all[i-1]) < 0:
			out = append(out, [2]int64{all[i-1], n})
		}
	}
	return out
}

// distance is how far a road is from the value of today, in grains.
func (f *finder) distance(r [2]int64) int {
	if f.Now == nil {
		return int(r[0])
	}
	n := new(big.Rat).Quo(new(big.Rat).Sub(f.Now, f.Low), f.Grain)
	at, _ := n.Float64()
	return int(min(math.Abs(float64(r[0])-at), math.Abs(float64(r[1])-at)))
}

// close closes a road in until its ends are neighbours, and gives the end that is
// nearest to the goal.
func (f *finder) close(ctx context.Context, r [2]int64) (int64, error) {
	for r[1]-r[0] > 1 {
		lo, hi := r[0], r[1]
		// Where a straight line passes the goal, and around it; and the middle, for
		// a line that is not straight.
		part := (f.Target - f.known[lo]) / (f.known[hi] - f.known[lo])
		at := lo + int64(math.Round(part*float64(hi-lo)))
		near := max(1, (hi-lo)/64)
		var list []int64
		for _, n := range []int64{at - near, at, at + near, lo + (hi-lo)/2} {
			list = append(list, min(max(n, lo+1), hi-1))
		}
		if err := f.try(ctx, list); err != nil {
			return 0, err
		}
		all := f.sorted()
		from, _ := slices.BinarySearch(all, lo)
		for i := from + 1; i < len(all) && all[i] <= hi; i++ {
			if f.side(all[i]) == 0 {
				return all[i], nil
			}
			if f.side(all[i])*f.side(all[i-1]) < 0 {
				r = [2]int64{all[i-1], all[i]}
				break
			}
		}
	}
	if math.Abs(f.known[r[1]]-f.Target) < math.Abs(f.known[r[0]]-f.Target) {
		return r[1], nil
	}
	return r[0], nil
}

func (f *finder) result(ctx context.Context, found []int64) (*Result, error) {
	r := &Result{Grain: f.Grain}
	for i, n := range found {
		got, err := f.Try(ctx, []*big.Rat{f.value(n)}, true)
		if err != nil {
			return nil, err
		}
		a := Answer{Value: f.value(n), Figure: got[0], Jump: f.jumps(n)}
		if i == 0 {
			// The neighbours tell what one grain does.
			if err := f.try(ctx, []int64{max(0, n-1), min(f.size, n+1)}); err != nil {
				return nil, err
			}
			a.Jump = f.jumps(n)
		}
		a.Low, a.High = f.reach(n, got[0])
		r.Answers = append(r.Answers, a)
	}
	all := f.sorted()
	up, down := false, false
	for i, n := range all {
		t := Trial{f.value(n), f.known[n]}
		r.Trials = append(r.Trials, t)
		if r.Nearest.Value == nil || math.Abs(t.Figure-f.Target) < math.Abs(r.Nearest.Figure-f.Target) {
			r.Nearest = t
		}
		if i > 0 {
			up = up || f.known[n] > f.known[all[i-1]]
			down = down || f.known[n] < f.known[all[i-1]]
		}
	}
	r.Even = !(up && down)
	return r, nil
}

// jumps reports whether the figure passes the goal at n by a jump: the step to a
// neighbour on the other side is more than ten times what the range as a whole
// gives for one grain.
func (f *finder) jumps(n int64) bool {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, v := range f.known {
		lowest, highest = min(lowest, v), max(highest, v)
	}
	usual := (highest - lowest) / float64(f.size)
	for _, m := range []int64{n - 1, n + 1} {
		v, ok := f.known[m]
		if ok && f.side(m)*f.side(n) < 0 && math.Abs(v-f.known[n]) > 10*usual {
			return true
		}
	}
	return false
}

// reach gives the values around n for which the goal lies within the interval of
// the figure, when that is as wide as at n: along straight lines between trials.
func (f *finder) reach(n int64, at Figure) (low, high *big.Rat) {
	down, up := at.Value-at.Low, at.High-at.Value
	if down <= 0 && up <= 0 {
		v := f.value(n)
		return v, v
	}
	inside := func(v float64) bool { return v-down <= f.Target && f.Target <= v+up }
	all := f.sorted()
	i, _ := slices.BinarySearch(all, n)
	edge := func(step int) *big.Rat {
		for j := i; ; j += step {
			next := j + step
			if next < 0 || next >= len(all) {
				return nil
			}
			if inside(f.known[all[next]]) {
				continue
			}
			a, b := f.known[all[j]], f.known[all[next]]
			bound := f.Target + down
			if b < a {
				bound = f.Target - up
			}
			part := min(max((bound-a)/(b-a), 0), 1)
			return f.value(all[j] + int64(math.Round(part*float64(all[next]-all[j]))))
		}
	}
	return edge(-1), edge(1)
}
