package office

import "sync"

// kept remembers what was computed, for all who ask at the same time: each
// answer is computed once, and nobody waits for another one. The zero value is
// empty.
type kept[K comparable, V any] struct {
	mu   sync.Mutex
	done map[K]func() V
}

// get gives the answer to key. When most answers are there, all are forgotten
// first: that bounds the memory, and what is looked at comes back at once.
func (k *kept[K, V]) get(most int, key K, compute func() V) V {
	k.mu.Lock()
	got := k.done[key]
	if got == nil {
		if k.done == nil || len(k.done) >= most {
			k.done = map[K]func() V{}
		}
		got = sync.OnceValue(compute)
		k.done[key] = got
	}
	k.mu.Unlock()
	return got()
}
