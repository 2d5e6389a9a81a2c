package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"lemniscaat/internal/authz"
)

// kindLimit counts requests for all replicas.
const kindLimit = "api-limiet"

// limits keeps what this replica took of the allowance of each sender: it takes
// blocks from the database, so that not every request writes there.
type limits struct {
	mu     sync.Mutex
	minute int64
	left   map[string]int64 // what was taken and not used; -1: nothing is left this minute
}

// maxSenders bounds the memory.
const maxSenders = 100_000

// limit counts a request of a sender; after the allowance of a minute there is
// nothing more until the next.
func (s *server) limit(ctx context.Context, r *http.Request, by authz.Principal, _ *route) *Problem {
	sender := by.Account
	if sender == "" {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		sender = "adres-" + digest(host)
	}
	now := s.Now()
	minute := now.Unix() / 60
	full := func() *Problem {
		p := no(http.StatusTooManyRequests, "te-veel", fmt.Sprintf("Meer dan %d verzoeken in een minuut kan niet. Wacht tot de volgende minuut.", s.PerMinute))
		p.after = int(60 - now.Unix()%60)
		return p
	}
	l := &s.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.minute != minute || l.left == nil || len(l.left) > maxSenders {
		l.minute, l.left = minute, map[string]int64{}
	}
	switch left := l.left[sender]; {
	case left > 0:
		l.left[sender] = left - 1
		return nil
	case left < 0:
		return full()
	}
	block := max(1, s.PerMinute/100)
	l.mu.Unlock()
	sum, err := s.Shelf.Count(ctx, kindLimit, fmt.Sprintf("%s/%d", digest(sender), minute), block, time.Unix((minute+2)*60, 0))
	l.mu.Lock()
	if err != nil { // what only reads goes on when nothing can be written
		s.Log.WarnContext(ctx, "api: requests are not counted", "error", err)
		sum = block
	}
	if l.minute != minute {
		return nil // the minute is over
	}
	// What of this block is within the allowance.
	if within := block - max(0, sum-s.PerMinute); within > 0 {
		if l.left[sender] >= 0 {
			l.left[sender] += within - 1
		}
		return nil
	}
	l.left[sender] = -1
	return full()
}
