package office

import (
	"context"
	"slices"
	"sync"
	"time"
)

// ahead is what is computed in the background: one regulation at a time, so that
// pages keep a core to themselves, and what a page asks for goes first.
type ahead struct {
	mu      sync.Mutex
	running bool
	again   bool // asked once more meanwhile: rules, or the day, may be others
	wanted  []string
}

// want puts regulations first.
func (a *ahead) want(regs []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range regs {
		if !slices.Contains(a.wanted, r) && len(a.wanted) < maxTested {
			a.wanted = append(a.wanted, r)
		}
	}
}

// begin reports whether the caller is the one that computes.
func (a *ahead) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running {
		a.again = true
		return false
	}
	a.running = true
	return true
}

// next gives what is to be computed now: a regulation that is wanted, else the next
// of all; "" when everything was.
func (a *ahead) next(all []string, known func(reg string) bool) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.wanted) > 0 {
		reg := a.wanted[0]
		a.wanted = a.wanted[1:]
		if slices.Contains(all, reg) && !known(reg) {
			return reg
		}
	}
	for _, reg := range all {
		if !known(reg) {
			return reg
		}
	}
	return ""
}

// end reports that nobody asked for more; the caller has then stopped.
func (a *ahead) end() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.again {
		a.again = false
		return false
	}
	a.running = false
	return true
}

// warm looks for findings in the background, so that pages do not wait for it.
func (o *Office) warm() {
	if !o.ahead.begin() {
		return
	}
	for {
		o.mu.RLock()
		set, today := o.rules.set, o.today()
		o.mu.RUnlock()
		var all []string
		for _, r := range set.Regulations {
			all = append(all, r.ID)
		}
		failed := map[string]bool{}
		for o.life.Err() == nil {
			reg := o.ahead.next(all, func(reg string) bool { return failed[reg] || o.tests.computed(set, reg, today) })
			if reg == "" {
				break
			}
			if o.recall(set, reg, today) {
				continue
			}
			fs, err := o.tests.find(set, reg, today)
			if err != nil {
				failed[reg] = true
				o.Log.Warn("bevindingen", "regeling", reg, "fout", err)
				continue
			}
			o.retain(set, reg, today, fs)
		}
		if o.ahead.end() {
			return
		}
	}
}

// foresee computes ahead in the background, unless that is going on.
func (o *Office) foresee() {
	if !o.Cold && o.life.Err() == nil {
		o.busy.Go(o.warm)
	}
}

// patienceStep is how often a page that waits looks.
const patienceStep = 10 * time.Millisecond

// foundIn reports whether it is known what tests find in regulations. A page waits
// no longer for it than it has patience, and then says that it comes; without a
// limit it waits until it is there. It is called without the lock.
func (o *Office) foundIn(ctx context.Context, regs ...string) (bool, error) {
	if o.Patience == 0 || o.Cold {
		return true, o.tested(ctx, regs...)
	}
	o.mu.RLock()
	set, today := o.rules.set, o.today()
	o.mu.RUnlock()
	known := func() bool {
		for _, r := range regs {
			if _, ok := set.Get(r); ok && !o.tests.computed(set, r, today) {
				return false
			}
		}
		return true
	}
	if !known() {
		o.ahead.want(regs)
		o.foresee()
		enough := time.NewTimer(o.Patience)
		defer enough.Stop()
		look := time.NewTicker(patienceStep)
		defer look.Stop()
		for !known() {
			select {
			case <-ctx.Done():
				return false, ctx.Err()
			case <-enough.C:
				return false, nil
			case <-look.C:
			}
		}
	}
	return true, o.tested(ctx, regs...) // all are there: this only tells of faults
}

// newDay computes ahead when the day has changed: findings are of a day.
func (o *Office) newDay() {
	o.mu.RLock()
	set, today := o.rules.set, o.today()
	o.mu.RUnlock()
	for _, r := range set.Regulations {
		if !o.tests.computed(set, r.ID, today) {
			o.foresee()
			return
		}
	}
}
