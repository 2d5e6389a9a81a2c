package column

import "sync"

// Cache keeps programs by a key that names everything they are made of: the
// digests of the regulations, the date and the outcomes. It is safe for
// concurrent use; two that ask for one key at once may both make it.
type Cache struct {
	mu    sync.Mutex
	size  int
	made  map[string]*Program
	order []string // the longest unused first
}

// NewCache gives a cache of at most size programs.
func NewCache(size int) *Cache { return &Cache{size: max(size, 1), made: map[string]*Program{}} }

// Get gives the program of a key, making it when it is not there. An error is
// not kept.
func (c *Cache) Get(key string, compile func() (*Program, error)) (*Program, error) {
	if p := c.find(key); p != nil {
		return p, nil
	}
	p, err := compile()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.made[key]; !ok {
		if len(c.order) == c.size {
			delete(c.made, c.order[0])
			c.order = c.order[1:]
		}
		c.order = append(c.order, key)
	}
	c.made[key] = p
	return p, nil
}

func (c *Cache) find(key string) *Program {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.made[key]
	if p == nil {
		return nil
	}
	for i, k := range c.order {
		if k == key {
			c.order = append(append(c.order[:i:i], c.order[i+1:]...), key)
		}
	}
	return p
}
