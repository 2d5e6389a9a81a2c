package snapshot

import (
	"fmt"
	"math/bits"
	"reflect"
	"time"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// plan says how values of one type become bytes and back. It is made once per
// type. Both functions get the address of a value; dec gets one that is zero.
type plan struct {
	typ  reflect.Type
	id   int // among the plans of one set
	zero func(p unsafe.Pointer) bool
	enc  func(e *encoder, p unsafe.Pointer)
	dec  func(d *decoder, p unsafe.Pointer)
	root rootMap // of a map: how it goes in parts
}

// rootMap reads and writes a map in parts that know nothing of each other.
type rootMap interface {
	length(p unsafe.Pointer) int
	// each writes entries and asks after each of them whether a part is full.
	each(e *encoder, p unsafe.Pointer, wrote func())
	make(p unsafe.Pointer, n int)
	read(d *decoder, p unsafe.Pointer, n int)
	// part reads n entries; what it gives puts them in the map.
	part(d *decoder, p unsafe.Pointer, n int) func()
}

// skip is the tag of a field that is not kept: `snapshot:"-"`.
const skip = "snapshot"

// planner makes plans. A type that it cannot keep is an error, found when the
// program starts.
type planner struct {
	plans map[reflect.Type]*plan
	fast  map[reflect.Type]func(key, elem *plan) rootMap
	count int
}

func (m *planner) plan(t reflect.Type) (*plan, error) {
	if p := m.plans[t]; p != nil {
		return p, nil
	}
	p := &plan{typ: t, id: m.count}
	m.count++
	m.plans[t] = p // a type may hold itself
	if err := m.fill(p); err != nil {
		return nil, fmt.Errorf("%s: %w", t, err)
	}
	return p, nil
}

func (m *planner) size() int { return m.count }

func (m *planner) fill(p *plan) error {
	switch p.typ {
	case reflect.TypeFor[time.Time]():
		instants(p)
		return nil
	case reflect.TypeFor[rule.Date]():
		dates(p)
		return nil
	case reflect.TypeFor[loop.Text]():
		texts(p)
		return nil
	}
	switch p.typ.Kind() {
	case reflect.Bool:
		p.zero = func(x unsafe.Pointer) bool { return !*(*bool)(x) }
		p.enc = func(e *encoder, x unsafe.Pointer) {
			if *(*bool)(x) {
				e.b = append(e.b, 1)
			} else {
				e.b = append(e.b, 0)
			}
		}
		p.dec = func(d *decoder, x unsafe.Pointer) { *(*bool)(x) = d.byte() == 1 }
	case reflect.Int, reflect.Int64:
		p.zero = func(x unsafe.Pointer) bool { return *(*int64)(x) == 0 }
		p.enc = func(e *encoder, x unsafe.Pointer) { e.int(*(*int64)(x)) }
		p.dec = func(d *decoder, x unsafe.Pointer) { *(*int64)(x) = d.int() }
	case reflect.Uint64:
		p.zero = func(x unsafe.Pointer) bool { return *(*uint64)(x) == 0 }
		p.enc = func(e *encoder, x unsafe.Pointer) { e.uint(*(*uint64)(x)) }
		p.dec = func(d *decoder, x unsafe.Pointer) { *(*uint64)(x) = d.uint() }
	case reflect.Uint8:
		p.zero = func(x unsafe.Pointer) bool { return *(*uint8)(x) == 0 }
		p.enc = func(e *encoder, x unsafe.Pointer) { e.b = append(e.b, *(*uint8)(x)) }
		p.dec = func(d *decoder, x unsafe.Pointer) { *(*uint8)(x) = d.byte() }
	case reflect.String:
		p.zero = func(x unsafe.Pointer) bool { return *(*string)(x) == "" }
		p.enc = func(e *encoder, x unsafe.Pointer) { e.string(*(*string)(x)) }
		p.dec = func(d *decoder, x unsafe.Pointer) { *(*string)(x) = d.string() }
	case reflect.Array:
		return m.array(p)
	case reflect.Slice:
		return m.slice(p)
	case reflect.Pointer:
		return m.pointer(p)
	case reflect.Map:
		return m.maps(p)
	case reflect.Struct:
		return m.structs(p)
	default:
		return fmt.Errorf("kind %s cannot be kept", p.typ.Kind())
	}
	return nil
}

// instants: seconds and nanoseconds; the log knows UTC only.
func instants(p *plan) {
	p.zero = func(x unsafe.Pointer) bool { return *(*time.Time)(x) == time.Time{} }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		t := *(*time.Time)(x)
		if t != time.Unix(t.Unix(), int64(t.Nanosecond())).UTC() {
			panic(refused("an instant that is not UTC"))
		}
		e.int(t.Unix())
		e.uint(uint64(t.Nanosecond()))
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		s := d.int()
		*(*time.Time)(x) = time.Unix(s, int64(d.uint())).UTC()
	}
}

func dates(p *plan) {
	p.zero = func(x unsafe.Pointer) bool { return *(*rule.Date)(x) == rule.Date{} }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		d := *(*rule.Date)(x)
		if d.Month < 0 || d.Month > 15 || d.Day < 0 || d.Day > 31 {
			panic(refused("a date that does not exist"))
		}
		e.int(int64(d.Year)<<9 | int64(d.Month)<<5 | int64(d.Day))
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		n := d.int()
		*(*rule.Date)(x) = rule.Date{Year: int(n >> 9), Month: int(n>>5) & 15, Day: int(n) & 31}
	}
}

// texts: where the words are, never the words. What is erased from the store is
// not in a snapshot either.
func texts(p *plan) {
	p.zero = func(x unsafe.Pointer) bool { return *(*loop.Text)(x) == loop.Text{} }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		t := (*loop.Text)(x)
		switch {
		case *t == loop.Text{}:
			e.uint(0)
		case !t.Given || t.Seq == 0:
			panic(refused("a text that is not in the log"))
		default:
			e.text(event.Ref{Seq: t.Seq, Field: t.Field})
		}
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		if n := d.uint(); n > 0 {
			*(*loop.Text)(x) = d.texts()[n-1]
		}
	}
}

func (m *planner) array(p *plan) error {
	elem, err := m.plan(p.typ.Elem())
	if err != nil {
		return err
	}
	n, size := p.typ.Len(), p.typ.Elem().Size()
	p.zero = func(x unsafe.Pointer) bool {
		for k := range n {
			if !elem.zero(unsafe.Add(x, uintptr(k)*size)) {
				return false
			}
		}
		return true
	}
	if p.typ.Elem().Kind() == reflect.Uint8 {
		p.enc = func(e *encoder, x unsafe.Pointer) { e.b = append(e.b, unsafe.Slice((*byte)(x), n)...) }
		p.dec = func(d *decoder, x unsafe.Pointer) { copy(unsafe.Slice((*byte)(x), n), d.take(n)) }
		return nil
	}
	p.enc = func(e *encoder, x unsafe.Pointer) {
		for k := range n {
			elem.enc(e, unsafe.Add(x, uintptr(k)*size))
		}
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		for k := range n {
			elem.dec(d, unsafe.Add(x, uintptr(k)*size))
		}
	}
	return nil
}

// header is a slice as it lies in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

// slice keeps nil apart from empty.
func (m *planner) slice(p *plan) error {
	elem, err := m.plan(p.typ.Elem())
	if err != nil {
		return err
	}
	size := p.typ.Elem().Size()
	empty := reflect.MakeSlice(p.typ, 0, 0).UnsafePointer()
	p.zero = func(x unsafe.Pointer) bool { return (*header)(x).data == nil }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		h := (*header)(x)
		if h.data == nil {
			e.uint(0)
			return
		}
		e.uint(uint64(h.len) + 1)
		for k := range h.len {
			elem.enc(e, unsafe.Add(h.data, uintptr(k)*size))
		}
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		n, some := d.len()
		if !some {
			return
		}
		h := (*header)(x)
		if n == 0 {
			h.data = empty
			return
		}
		h.data, h.len, h.cap = d.room(elem, n), n, n
		for k := range n {
			elem.dec(d, unsafe.Add(h.data, uintptr(k)*size))
		}
	}
	return nil
}

func (m *planner) pointer(p *plan) error {
	elem, err := m.plan(p.typ.Elem())
	if err != nil {
		return err
	}
	p.zero = func(x unsafe.Pointer) bool { return *(*unsafe.Pointer)(x) == nil }
	p.enc = func(e *encoder, x unsafe.Pointer) {
		if to := *(*unsafe.Pointer)(x); to == nil {
			e.b = append(e.b, 0)
		} else {
			e.b = append(e.b, 1)
			elem.enc(e, to)
		}
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		if d.byte() == 0 {
			return
		}
		to := d.room(elem, 1)
		*(*unsafe.Pointer)(x) = to
		elem.dec(d, to)
	}
	return nil
}

// structs: a mask of the fields that are not zero, and then those. Most fields of
// most values are zero.
func (m *planner) structs(p *plan) error {
	type field struct {
		at   uintptr
		bool bool // that it is there says it all
		*plan
	}
	var fields []field
	for k := range p.typ.NumField() {
		f := p.typ.Field(k)
		if f.Tag.Get(skip) == "-" {
			continue
		}
		of, err := m.plan(f.Type)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		fields = append(fields, field{f.Offset, f.Type.Kind() == reflect.Bool, of})
	}
	if len(fields) > 64 {
		return fmt.Errorf("%d fields, at most 64 can be kept", len(fields))
	}
	p.zero = func(x unsafe.Pointer) bool {
		for k := range fields {
			if !fields[k].zero(unsafe.Add(x, fields[k].at)) {
				return false
			}
		}
		return true
	}
	p.enc = func(e *encoder, x unsafe.Pointer) {
		var mask uint64
		for k := range fields {
			if !fields[k].zero(unsafe.Add(x, fields[k].at)) {
				mask |= 1 << k
			}
		}
		e.uint(mask)
		for ; mask != 0; mask &= mask - 1 {
			if f := &fields[bits.TrailingZeros64(mask)]; !f.bool {
				f.enc(e, unsafe.Add(x, f.at))
			}
		}
	}
	p.dec = func(d *decoder, x unsafe.Pointer) {
		for mask := d.uint(); mask != 0; mask &= mask - 1 {
			f := &fields[bits.TrailingZeros64(mask)]
			if f.bool {
				*(*bool)(unsafe.Add(x, f.at)) = true
				continue
			}
			f.dec(d, unsafe.Add(x, f.at))
		}
	}
	return nil
}
