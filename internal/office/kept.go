package office

import "sync"

// kept remembers what was computed, for all who ask at the same time: each
// answer is computed once, and nobody waits for another one. The zero value is
// empty.
type kept[K comparable, V any] struct {
	mu    sync.Mutex
	done  map[K]func() V
	ready map[K]V // of those in done, what has been computed
}

// get gives the answer to key. When most answers are there, all are forgotten
// first: that bounds the memory, and what is looked at comes back at once.
func (k *kept[K, V]) get(most int, key K, compute func() V) V {
	k.mu.Lock()
	got := k.done[key]
	if got == nil {
		if k.done == nil || len(k.done) >= most {
			k.done, k.ready = map[K]func() V{}, map[K]V{}
		}
		got = sync.OnceValue(func() V {
			v := compute()
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.done[key] != nil { // not forgotten meanwhile
				k.ready[key] = v
			}
			return v
		})
		k.done[key] = got
	}
	k.mu.Unlock()
	return got()
}

// peek gives an answer that is there; it never waits for one that is not.
func (k *kept[K, V]) peek(key K) (v V, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok = k.ready[key]
	return v, ok
}
