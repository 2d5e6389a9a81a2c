package authn

import (
	"sync"
	"time"
)

// Tokens are asked with every request of a program, and reading one from the
// database takes as long as many a decision. So what was read is remembered, for
// as long as nothing was written in the log since: making and revoking a token are
// events. Where the log cannot be asked, it is remembered for a few seconds.
const (
	rememberFor = 5 * time.Second
	maxRemember = 10_000
)

// memory holds the tokens that were read.
type memory struct {
	mu     sync.RWMutex
	tokens map[string]remembered
	turn   uint64 // how often this process revoked one
}

// remembered is a token as it was at a moment.
type remembered struct {
	bearer
	moment
	at time.Time
}

// moment is before something was read: what was written later is not in it.
type moment struct{ head, turn uint64 }

// moment gives the moment that it is; ok is false when nothing may be remembered.
func (s *Service) moment() (m moment, ok bool) {
	if s.Seen == nil {
		return moment{}, false
	}
	s.memory.mu.RLock()
	defer s.memory.mu.RUnlock()
	return moment{s.Seen(), s.memory.turn}, true
}

// recall gives a token that was read, unless somebody may have revoked it since.
func (s *Service) recall(id string, at moment, now time.Time) (bearer, bool) {
	s.memory.mu.RLock()
	defer s.memory.mu.RUnlock()
	r, ok := s.memory.tokens[id]
	return r.bearer, ok && r.moment == at && !now.Before(r.at) && now.Sub(r.at) < rememberFor
}

// remember keeps a token that was read after a moment.
func (s *Service) remember(id string, b *bearer, at moment, now time.Time) {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if s.memory.tokens == nil || len(s.memory.tokens) >= maxRemember {
		s.memory.tokens = map[string]remembered{}
	}
	s.memory.tokens[id] = remembered{*b, at, now}
}

// outdate is called when a token was revoked here: what was read before is over.
func (s *Service) outdate() {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.memory.turn++
}
