package simulate

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"

	"lemniscaat/internal/population"
)

// ErrForm is wrapped by every error about stored parts, settlements and counts.
var ErrForm = errors.New("tussenstand van een run")

// formVersion is that of the envelope. What is inside is known by its shape.
const formVersion = 1

// form carries the whole numbers of a value to bytes or back: a type has one
// method that names its fields in order, for both ways. Numbers take as few
// bytes as they need, so the bytes do not depend on the machine. A value is only
// read into one that was made for the same plan; after an error everything that
// is read is 0, and the error is told at the end.
type form struct {
	data    []byte // what is left to read, or was written so far
	reading bool
	err     error
}

type whole64 interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

func (f *form) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s", ErrForm, fmt.Sprintf(format, args...))
	}
	f.data = nil
}

func (f *form) int64(v *int64) {
	if !f.reading {
		f.data = binary.AppendVarint(f.data, *v)
		return
	}
	x, n := binary.Varint(f.data)
	if n <= 0 {
		f.fail("er ontbreekt een getal")
		x, n = 0, 0
	}
	*v, f.data = x, f.data[n:]
}

// formNumber carries a whole number of any size.
func formNumber[T whole64](f *form, v *T) {
	x := int64(*v)
	f.int64(&x)
	if f.reading {
		if *v = T(x); int64(*v) != x {
			f.fail("het getal %d past niet", x)
			*v = 0
		}
	}
}

func (f *form) int(v *int) { formNumber(f, v) }

// word carries 64 bits.
func (f *form) word(v *uint64) {
	if !f.reading {
		f.data = binary.AppendUvarint(f.data, *v)
		return
	}
	x, n := binary.Uvarint(f.data)
	if n <= 0 {
		f.fail("er ontbreekt een getal")
		x, n = 0, 0
	}
	*v, f.data = x, f.data[n:]
}

func (f *form) bool(v *bool) {
	x := number(*v)
	formNumber(f, &x)
	*v = x == 1
}

// float carries a float64 bit by bit.
func (f *form) float(v *float64) {
	x := math.Float64bits(*v)
	f.word(&x)
	*v = math.Float64frombits(x)
}

func (f *form) text(v *string) {
	n := f.length(len(*v))
	if !f.reading {
		f.data = append(f.data, *v...)
		return
	}
	*v, f.data = string(f.data[:n]), f.data[n:]
}

// within carries what can be skipped, with its length before it; to read, nil
// skips it.
func (f *form) within(one func(f *form)) {
	inner := form{reading: f.reading}
	if !f.reading {
		one(&inner)
		f.length(len(inner.data))
		f.data = append(f.data, inner.data...)
		return
	}
	n := f.length(0)
	if inner.data, f.data = f.data[:n], f.data[n:]; one == nil {
		return
	}
	if one(&inner); inner.err == nil && len(inner.data) > 0 {
		inner.fail("er staan %d bytes te veel", len(inner.data))
	}
	if inner.err != nil {
		f.err, f.data = inner.err, nil
	}
}

func (f *form) sum(v *population.Sum) {
	hi, lo := v.Words()
	f.int64(&hi)
	f.word(&lo)
	*v = population.SumOf(hi, lo)
}

func (f *form) weighted(v *weighted) {
	f.sum(&v.units)
	f.sum(&v.cents)
}

// length carries the length of what follows, which takes at least a byte each.
func (f *form) length(n int) int {
	x := int64(n)
	f.int64(&x)
	if f.reading && (x < 0 || x > int64(len(f.data))) {
		f.fail("een lijst van %d past er niet in", x)
		return 0
	}
	return int(x)
}

// formEach carries the values of a list whose length the plan fixes.
func formEach[T any](f *form, list []T, one func(f *form, v *T)) {
	if n := f.length(len(list)); n != len(list) {
		f.fail("een lijst heeft %d in plaats van %d", n, len(list))
	}
	for i := range list {
		one(f, &list[i])
	}
}

// formList carries a list of any length.
func formList[T any](f *form, list *[]T, one func(f *form, v *T)) {
	n := f.length(len(*list))
	if f.reading {
		*list = slices.Grow((*list)[:0], n)[:n]
	}
	for i := range *list {
		one(f, &(*list)[i])
	}
}

// formNumbers carries numbers, any number of them.
func formNumbers[T whole64](f *form, list *[]T) { formList(f, list, formNumber[T]) }

// formFixed carries numbers of which the plan fixes how many.
func formFixed[T whole64](f *form, list []T) { formEach(f, list, formNumber[T]) }

// formMap carries a map in the order of its keys.
func formMap[K comparable, V any](f *form, m map[K]*V, compare func(a, b K) int, key func(f *form, k *K), one func(f *form, v *V)) {
	n := f.length(len(m))
	if !f.reading {
		for _, k := range slices.SortedFunc(maps.Keys(m), compare) {
			key(f, &k)
			one(f, m[k])
		}
		return
	}
	for range n {
		var k K
		v := new(V)
		key(f, &k)
		one(f, v)
		m[k] = v
	}
}

func formTexts[V any](f *form, m map[string]*V, one func(f *form, v *V)) {
	formMap(f, m, cmp.Compare[string], (*form).text, one)
}

// Kinds of stored values.
const (
	formPart    = 'd' // a part that was evaluated
	formSettled = 'v' // what all parts together say
	formCounts  = 't' // the counts of a part
)

const formMagic = "LEMNRUN"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// envelope starts the bytes of a value of a plan: the version of the envelope, what
// is inside, the plan and the number of the part.
func envelope(kind byte, plan Digest, part int) []byte {
	out := append([]byte(formMagic), formVersion, kind)
	out = append(out, plan[:]...)
	return binary.LittleEndian.AppendUint32(out, uint32(part))
}

// seal writes a value in an envelope, with a checksum at the end.
func seal(kind byte, plan Digest, part int, write func(f *form)) []byte {
	f := form{data: envelope(kind, plan, part)}
	write(&f)
	return binary.LittleEndian.AppendUint32(f.data, crc32.Checksum(f.data, castagnoli))
}

// unseal reads what seal wrote, and refuses everything else.
func unseal(data []byte, kind byte, plan Digest, part int, read func(f *form)) error {
	start := envelope(kind, plan, part)
	refuse := func(why string) error { return fmt.Errorf("%w: %s", ErrForm, why) }
	end := len(data) - 4
	switch {
	case end < len(start) || !bytes.HasPrefix(data, start[:len(formMagic)]):
		return refuse("dit is er geen, of het einde ontbreekt")
	case crc32.Checksum(data[:end], castagnoli) != binary.LittleEndian.Uint32(data[end:]):
		return refuse("de bytes zijn beschadigd")
	case data[len(formMagic)] != formVersion:
		return refuse(fmt.Sprintf("het heeft vorm %d en deze versie leest vorm %d", data[len(formMagic)], formVersion))
	case !bytes.HasPrefix(data[len(formMagic)+1:], start[len(formMagic)+1:len(start)-4]):
		return refuse("het hoort bij een andere run of stap")
	case !bytes.HasPrefix(data, start):
		return refuse(fmt.Sprintf("het is van een ander deel dan deel %d", part))
	}
	f := form{data: data[len(start):end], reading: true}
	read(&f)
	if f.err == nil && len(f.data) > 0 {
		f.fail("er staan %d bytes te veel", len(f.data))
	}
	return f.err
}
