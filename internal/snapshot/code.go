package snapshot

import (
	"encoding/binary"
	"errors"
	"reflect"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
)

// refused is what an encoder panics with over a value that cannot be kept. Save
// gives it as an error.
type refused string

func (r refused) Error() string { return "snapshot: " + string(r) }

// errBroken is what a decoder panics with over bytes that are not a value.
var errBroken = errors.New("de inhoud is niet te lezen")

// encoder writes values behind one another. Strings and texts are numbered: each
// is written once.
type encoder struct {
	b       []byte
	strings map[string]uint64 // to their number, from 1
	order   []string
	refs    map[event.Ref]uint64
	where   []event.Ref
}

func newEncoder() *encoder {
	return &encoder{strings: map[string]uint64{}, refs: map[event.Ref]uint64{}}
}

func (e *encoder) uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) int(n int64)   { e.b = binary.AppendVarint(e.b, n) }

func (e *encoder) string(s string) {
	if s == "" {
		e.uint(0)
		return
	}
	n, ok := e.strings[s]
	if !ok {
		e.order = append(e.order, s)
		n = uint64(len(e.order))
		e.strings[s] = n
	}
	e.uint(n)
}

func (e *encoder) text(r event.Ref) {
	n, ok := e.refs[r]
	if !ok {
		e.where = append(e.where, r)
		n = uint64(len(e.where))
		e.refs[r] = n
	}
	e.uint(n)
}

// decoder reads what an encoder wrote. It panics over what is not that; whoever
// starts it recovers.
type decoder struct {
	b       []byte
	i       int
	strings []string
	texts   func() []loop.Text // waits until the words are there
	slabs   []slab             // by plan
}

// slab is room for more values of one type, asked for at once: a million values
// of their own would be a million allocations.
type slab struct {
	at   unsafe.Pointer
	left int
}

const perSlab = 256

// room gives n values of a type, zero and behind one another.
func (d *decoder) room(p *plan, n int) unsafe.Pointer {
	size := p.typ.Size()
	s := &d.slabs[p.id]
	if n > s.left {
		if n > perSlab/8 {
			return reflect.MakeSlice(reflect.SliceOf(p.typ), n, n).UnsafePointer()
		}
		*s = slab{reflect.MakeSlice(reflect.SliceOf(p.typ), perSlab, perSlab).UnsafePointer(), perSlab}
	}
	at := s.at
	s.left -= n
	if s.left > 0 {
		s.at = unsafe.Add(s.at, uintptr(n)*size)
	}
	return at
}

func (d *decoder) byte() byte {
	c := d.b[d.i]
	d.i++
	return c
}

func (d *decoder) uint() uint64 {
	if c := d.b[d.i]; c < 0x80 {
		d.i++
		return uint64(c)
	}
	n, k := binary.Uvarint(d.b[d.i:])
	if k <= 0 {
		panic(errBroken)
	}
	d.i += k
	return n
}

func (d *decoder) int() int64 {
	u := d.uint()
	return int64(u>>1) ^ -int64(u&1)
}

// len reads the length of a list; some is false for nil.
func (d *decoder) len() (n int, some bool) {
	u := d.uint()
	if u == 0 {
		return 0, false
	}
	if u-1 > uint64(len(d.b)-d.i) { // everything takes a byte at least
		panic(errBroken)
	}
	return int(u - 1), true
}

func (d *decoder) take(n int) []byte {
	b := d.b[d.i : d.i+n]
	d.i += n
	return b
}

func (d *decoder) string() string {
	n := d.uint()
	if n == 0 {
		return ""
	}
	return d.strings[n-1]
}
