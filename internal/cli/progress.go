package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// progress shows on the error stream how far a long calculation is: one line
// that is rewritten on a terminal, otherwise a line every quarter.
type progress struct {
	env   Env
	what  string
	begin time.Time
	mu    sync.Mutex
	shown int       // percentage
	at    time.Time // of what is shown
}

func newProgress(env Env, what string) *progress {
	return &progress{env: env, what: what, begin: env.Now(), shown: -1}
}

// step may be called from many threads.
func (p *progress) step(done, total int) {
	if total <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	percent := int(int64(done) * 100 / int64(total))
	if p.env.Interactive {
		now := p.env.Now()
		if percent <= p.shown || percent < 100 && now.Sub(p.at) < 50*time.Millisecond {
			return
		}
		p.shown, p.at = percent, now
		width := percent * 30 / 100
		fmt.Fprintf(p.env.Err, "\r%s [%s%s] %3d %%", p.what, strings.Repeat("█", width), strings.Repeat("·", 30-width), percent)
		return
	}
	if quarter := percent / 25 * 25; quarter > p.shown {
		p.shown = quarter
		fmt.Fprintf(p.env.Err, "%s %d %%\n", p.what, quarter)
	}
}

func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.env.Interactive && p.shown >= 0 {
		fmt.Fprint(p.env.Err, "\r"+strings.Repeat(" ", len(p.what)+40)+"\r")
	}
}
