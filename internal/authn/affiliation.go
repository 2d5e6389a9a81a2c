package authn

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// affiliationsFor is how long it is remembered who is of which organisation.
const affiliationsFor = 5 * time.Second

// Affiliations remembers of every person with an account the organisation that the
// account names; empty: that of the installation. It is safe for concurrent use.
type Affiliations struct {
	service *Service
	reading sync.Mutex
	last    atomic.Pointer[affiliated]
}

// affiliated is what was read, and when by the clock of the machine.
type affiliated struct {
	at time.Time
	of map[string]string
}

// Affiliations gives them, also as other processes change them. An account that is
// switched off keeps its organisation: what somebody did stays of who it was for.
func (s *Service) Affiliations() *Affiliations { return &Affiliations{service: s} }

// Now gives them as they are, at most a few seconds old. While somebody else reads
// them, or the store does not answer, it gives those of before: nobody waits for it
// twice. The map is not to be changed.
func (f *Affiliations) Now() map[string]string {
	have := f.last.Load()
	if have != nil && time.Since(have.at) < affiliationsFor {
		return have.of
	}
	if have == nil {
		f.reading.Lock()
	} else if !f.reading.TryLock() {
		return have.of
	}
	defer f.reading.Unlock()
	if now := f.last.Load(); now != have {
		return now.of
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	next := &affiliated{at: time.Now(), of: map[string]string{}}
	accounts, err := all[Account](ctx, f.service, kindAccount, "")
	if err != nil {
		f.service.Log.Warn("affiliations not read", "error", err)
		if have != nil {
			next.of = have.of
		}
	}
	for _, a := range accounts {
		if a.Person != "" {
			next.of[a.Person] = a.Organisation
		}
	}
	f.last.Store(next)
	return next.of
}
