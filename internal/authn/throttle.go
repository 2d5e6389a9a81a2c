package authn

import (
	"context"
	"strconv"
	"time"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// Signing in is counted in windows of a fixed length: per account, so that nobody
// guesses on, and per address, so that nobody tries one password on many accounts.
// An office behind one address needs the room.
const (
	tryWindow      = 15 * time.Minute
	triesAccount   = 10
	triesAddress   = 100
	triesCode      = 10 // of a second factor
	triesElsewhere = 60 // sign-ins begun per address
)

// counter is a counter of this window and how long that still is.
func (s *Service) counter(what, of string) (id string, wait time.Duration) {
	now := s.Now()
	begin := now.Truncate(tryWindow)
	return what + "/" + s.masked(what, of) + "/" + strconv.FormatInt(begin.Unix(), 10), begin.Add(tryWindow).Sub(now)
}

// count counts a try before it is carried out, so that many at once count as many.
func (s *Service) count(ctx context.Context, what, of string, most int64) error {
	id, wait := s.counter(what, of)
	n, err := s.Store.Count(ctx, kindTry, id, 1, s.Now().Add(wait+time.Second))
	if err != nil {
		return err
	}
	if n > most {
		if n == most+1 {
			s.warned(ctx, "te-vaak", "", "soort", what)
		}
		return &screen.TooOften{After: wait}
	}
	return nil
}

// forget takes back the tries of somebody who proved to be it.
func (s *Service) forget(what, of string) store.Change {
	id, _ := s.counter(what, of)
	return drop(kindTry, id)
}
