package web

import (
	"net/http"
	"sync"
)

// Streams of events that may be open at a time in this process: of one person (who
// may have some pages open), and of all. Each ends after tryTime.
const (
	followEach = 12
	followAll  = 1000
)

// following counts the streams of events that are open.
type following struct {
	mu  sync.Mutex
	of  map[string]int // by person, or by where somebody without a name comes from
	all int
}

// begin counts one more; it is false when that is too much. Call end when the
// stream has ended.
func (f *following) begin(who string, r *http.Request) (end func(), ok bool) {
	if who == "" {
		who = cameFrom(r).String()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all >= followAll || f.of[who] >= followEach {
		return nil, false
	}
	if f.of == nil {
		f.of = map[string]int{}
	}
	f.of[who]++
	f.all++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all--
		if f.of[who]--; f.of[who] == 0 {
			delete(f.of, who)
		}
	}, true
}
