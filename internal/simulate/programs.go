package simulate

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"lemniscaat/internal/population"
)

// Programs keeps rules that were compiled for a run, so that running them again
// on another population, or beside what somebody just tried, starts at once.
// What is kept is named by the digests of the rule sets, the date, the
// regulations and what the population knows. The zero Programs is ready for use, and safe for concurrent use; a nil one keeps
// nothing.
type Programs struct {
	mu   sync.Mutex
	kept []program // the longest unused first
}

// programsKept is how many there are at most: what some people try in turn.
const programsKept = 8

type program struct {
	key    string
	sides  []*bound
	engine *engine
}

// key names everything that a program is made of; it is empty when a side does
// not say what its rules are.
func (s Spec) key(variants []Side) string {
	var b strings.Builder
	fmt.Fprint(&b, s.Date, s.Plain, s.Advances, "\x00", population.KnownOf(s.People).ID)
	for _, side := range append([]Side{s.Baseline}, variants...) {
		if side.Digest == "" {
			return ""
		}
		fmt.Fprintf(&b, "\x00%s\x00%s\x00%s", side.Digest, side.ID, side.Name)
		for _, x := range side.Schemes {
			fmt.Fprintf(&b, "\x00%s\x00%s\x00%s", x.ID, x.Outcome, x.Digest)
		}
		if x := side.Income; x != nil {
			fmt.Fprintf(&b, "\x02%s\x00%s\x00%s", x.ID, x.Outcome, x.Digest)
		}
		b.WriteString("\x01")
	}
	return b.String()
}

// get gives what is kept under a key, making it when it is not there. Two that
// ask at once may both make it. An error is not kept.
func (p *Programs) get(key string, compile func() (program, error)) (program, error) {
	if p == nil || key == "" {
		return compile()
	}
	if got, ok := p.find(key); ok {
		return got, nil
	}
	made, err := compile()
	if err != nil {
		return program{}, err
	}
	made.key = key
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = slices.DeleteFunc(p.kept, func(x program) bool { return x.key == key })
	if len(p.kept) == programsKept {
		p.kept = slices.Delete(p.kept, 0, 1)
	}
	p.kept = append(p.kept, made)
	return made, nil
}

func (p *Programs) find(key string) (program, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.kept, func(x program) bool { return x.key == key })
	if i < 0 {
		return program{}, false
	}
	got := p.kept[i]
	p.kept = append(slices.Delete(p.kept, i, i+1), got)
	return got, true
}
