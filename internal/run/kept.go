package run

import (
	"slices"
	"sync"
)

// kept keeps the values that were used last. A value that two ask for at once is
// made once; an error is not kept.
type kept[K comparable, V any] struct {
	most int
	mu   sync.Mutex
	list []*keeping[K, V] // the longest unused first
}

type keeping[K comparable, V any] struct {
	key  K
	mu   sync.Mutex
	made bool
	v    V
}

func (k *kept[K, V]) at(key K) *keeping[K, V] {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.list, func(x *keeping[K, V]) bool { return x.key == key })
	if i >= 0 {
		x := k.list[i]
		k.list = append(slices.Delete(k.list, i, i+1), x)
		return x
	}
	if len(k.list) == k.most {
		k.list = slices.Delete(k.list, 0, 1)
	}
	x := &keeping[K, V]{key: key}
	k.list = append(k.list, x)
	return x
}

func (k *kept[K, V]) get(key K, compute func() (V, error)) (V, error) {
	x := k.at(key)
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.made {
		v, err := compute()
		if err != nil {
			return v, err
		}
		x.v, x.made = v, true
	}
	return x.v, nil
}

func (k *kept[K, V]) put(key K, v V) {
	x := k.at(key)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.v, x.made = v, true
}
