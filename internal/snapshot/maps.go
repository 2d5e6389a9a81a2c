package snapshot

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
)

// maps takes the fast way for the types that were named, and reflection for the
// rest. nil is kept apart from empty.
func (m *planner) maps(p *plan) error {
	key, err := m.plan(p.typ.Key())
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	elem, err := m.plan(p.typ.Elem())
	if err != nil {
		return err
	}
	var root rootMap = slow{p.typ, key, elem}
	if fast := m.fast[p.typ]; fast != nil {
		root = fast(key, elem)
	}
	p.root = root
	p.zero = func(x unsafe.Pointer) bool { return *(*unsafe.Pointer)(x) == nil }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		if *(*unsafe.Pointer)(x) == nil {
			e.uint(0)
			return
		}
		e.uint(uint64(root.length(x)) + 1)
		root.each(e, x, func() {})
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		if n, some := d.len(); some {
			root.make(x, n)
			root.read(d, x, n)
		}
	}
	return nil
}

// Map names a type of map that there is much of, so that it is read and written
// without reflection.
func Map[K comparable, V any]() Fast {
	return Fast{reflect.TypeFor[map[K]V](), func(key, elem *plan) rootMap { return typed[K, V]{key, elem} }}
}

// Fast is what Map gives.
type Fast struct {
	typ reflect.Type
	of  func(key, elem *plan) rootMap
}

type typed[K comparable, V any] struct{ key, elem *plan }

func (t typed[K, V]) length(p unsafe.Pointer) int { return len(*(*map[K]V)(p)) }

func (t typed[K, V]) make(p unsafe.Pointer, n int) { *(*map[K]V)(p) = make(map[K]V, n) }

func (t typed[K, V]) each(e *encoder, p unsafe.Pointer, wrote func()) {
	m := *(*map[K]V)(p)
	k, v := new(K), new(V)
	for _, *k = range ordered(m) {
		*v = m[*k]
		t.key.enc(e, unsafe.Pointer(k))
		t.elem.enc(e, unsafe.Pointer(v))
		wrote()
	}
}

// ordered gives the keys of a map: words sorted, so that what belongs together lies
// together.
func ordered[K comparable, V any](m map[K]V) []K {
	keys := slices.Collect(maps.Keys(m))
	switch x := any(keys).(type) {
	case []string:
		slices.Sort(x)
	case []loop.PersonID:
		slices.Sort(x)
	case []event.Ref:
		slices.SortFunc(x, func(a, b event.Ref) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Field, b.Field)) })
	}
	return keys
}

func (t typed[K, V]) read(d *decoder, p unsafe.Pointer, n int) {
	m := *(*map[K]V)(p)
	var noKey K
	var none V
	k, v := new(K), new(V)
	for range n {
		*k, *v = noKey, none
		t.key.dec(d, unsafe.Pointer(k))
		t.elem.dec(d, unsafe.Pointer(v))
		m[*k] = *v
	}
}

func (t typed[K, V]) part(d *decoder, p unsafe.Pointer, n int) func() {
	keys, elems := make([]K, n), make([]V, n)
	for i := range n {
		t.key.dec(d, unsafe.Pointer(&keys[i]))
		t.elem.dec(d, unsafe.Pointer(&elems[i]))
	}
	return func() {
		m := *(*map[K]V)(p)
		for i, k := range keys {
			m[k] = elems[i]
		}
	}
}

// slow is a map of any type.
type slow struct {
	typ       reflect.Type
	key, elem *plan
}

func (s slow) value(p unsafe.Pointer) reflect.Value { return reflect.NewAt(s.typ, p).Elem() }

func (s slow) length(p unsafe.Pointer) int { return s.value(p).Len() }

func (s slow) make(p unsafe.Pointer, n int) { s.value(p).Set(reflect.MakeMapWithSize(s.typ, n)) }

func (s slow) each(e *encoder, p unsafe.Pointer, wrote func()) {
	k, v := reflect.New(s.typ.Key()), reflect.New(s.typ.Elem())
	for it := s.value(p).MapRange(); it.Next(); {
		k.Elem().SetIterKey(it)
		v.Elem().SetIterValue(it)
		s.key.enc(e, k.UnsafePointer())
		s.elem.enc(e, v.UnsafePointer())
		wrote()
	}
}

func (s slow) read(d *decoder, p unsafe.Pointer, n int) {
	m := s.value(p)
	for range n {
		k, v := reflect.New(s.typ.Key()), reflect.New(s.typ.Elem())
		s.key.dec(d, k.UnsafePointer())
		s.elem.dec(d, v.UnsafePointer())
		m.SetMapIndex(k.Elem(), v.Elem())
	}
}

func (s slow) part(d *decoder, p unsafe.Pointer, n int) func() {
	keys, elems := make([]reflect.Value, n), make([]reflect.Value, n)
	for i := range n {
		keys[i], elems[i] = reflect.New(s.typ.Key()), reflect.New(s.typ.Elem())
		s.key.dec(d, keys[i].UnsafePointer())
		s.elem.dec(d, elems[i].UnsafePointer())
	}
	return func() {
		m := s.value(p)
		for i, k := range keys {
			m.SetMapIndex(k.Elem(), elems[i].Elem())
		}
	}
}
