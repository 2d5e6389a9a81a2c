package population

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
	"sync/atomic"

	"lemniscaat/internal/rule"
)

// A file of own data has columns of its own, and says which. In order:
//
//	"LEMNEIG" and a byte with the version of the form
//	blocks of ownBlock households (the last may be smaller)
//	the index: for every block its length and checksum (uint32, uint32)
//	the head (OwnHead) as JSON
//	number of blocks, length of the head (uint32, uint32), checksum of index,
//	head and these two (uint32), "LEMNEINDE"
//
// A block has its columns as a file of synthetic people has them: types, number
// of persons, weights, disposable incomes; ages and what else is known of each
// person; and of each field, if some have none, who has it, and the values. The
// id is a digest of the blocks and of the mapping that made them.
const (
	ownMagic = "LEMNEIG\x01"
	ownBlock = 4096
	maxHead  = 1 << 22
	ownTail  = 4 + 4 + 4 + len(fileEnd)
)

// MaxPersons is how many persons a household can have.
const MaxPersons = 30

// OwnWriter writes a file of own data, one household after another.
type OwnWriter struct {
	w     io.Writer
	head  OwnHead
	block Block
	index []byte
	data  []byte
	sum   hash.Hash
	err   error
}

// NewOwnWriter starts a file. Of the head the id and the numbers are filled in at
// the end.
func NewOwnWriter(w io.Writer, head OwnHead) *OwnWriter {
	for i := range head.Fields {
		head.Fields[i].Kinded = fieldKinds[head.Fields[i].Kind]
	}
	out := &OwnWriter{w: w, head: head, sum: sha256.New()}
	out.block.own = make([]ownValues, len(head.Fields))
	out.block.resetOwn(0)
	fmt.Fprintf(out.sum, "lemniscaat eigen 1\n%s\n%d\n", head.Mapping, head.Year)
	_, out.err = io.WriteString(w, ownMagic)
	return out
}

// Add adds a household; its lists may be used again.
func (w *OwnWriter) Add(h *OwnHousehold) error {
	if w.err != nil {
		return w.err
	}
	n := len(h.Persons)
	if n < 1 || n > MaxPersons || h.Weight < 1 || h.Type >= Types || len(h.Values) != len(w.head.Fields) {
		panic(fmt.Sprintf("BUG: household of %d persons with weight %d", n, h.Weight))
	}
	b := &w.block
	b.Types = append(b.Types, h.Type)
	b.Weights = append(b.Weights, h.Weight)
	b.Disposable = append(b.Disposable, h.Disposable)
	b.Homes = append(b.Homes, h.Home)
	for _, p := range h.Persons {
		b.Ages = append(b.Ages, p.Age)
		b.Statuses = append(b.Statuses, p.Status)
		b.Applicants = append(b.Applicants, p.Applicant)
	}
	b.Starts = append(b.Starts, int32(len(b.Ages)))
	for i, f := range w.head.Fields {
		v := &b.own[i]
		if f.Empty {
			continue
		}
		if f.Partly {
			v.has = append(v.has, h.Known[i]...)
		}
		v.ints = append(v.ints, h.Values[i]...)
	}
	w.head.Households++
	w.head.Persons += n
	w.head.Weight += h.Weight
	if b.Len() == ownBlock {
		w.flush()
	}
	return w.err
}

func (w *OwnWriter) flush() {
	w.data = w.block.encodeOwn(w.data[:0], w.head.Fields)
	w.index = binary.LittleEndian.AppendUint32(w.index, uint32(len(w.data)))
	w.index = binary.LittleEndian.AppendUint32(w.index, crc32.Checksum(w.data, castagnoli))
	w.sum.Write(w.data)
	_, w.err = w.w.Write(w.data)
	w.block.resetOwn(0)
}

// Close writes the end and gives the head as it is in the file. Without it the
// file cannot be opened.
func (w *OwnWriter) Close() (OwnHead, error) {
	if w.err == nil && w.block.Len() > 0 {
		w.flush()
	}
	if w.err != nil {
		return OwnHead{}, w.err
	}
	w.head.Block = ownBlock
	w.head.ID = fmt.Sprintf("eigen:%d-%d-%s", w.head.Households, w.head.Year, hex.EncodeToString(w.sum.Sum(nil))[:16])
	head, err := json.Marshal(w.head)
	if err != nil {
		return OwnHead{}, fmt.Errorf("encode head: %w", err)
	}
	tail := append(slices.Clone(w.index), head...)
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(w.index)/8))
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(head)))
	tail = binary.LittleEndian.AppendUint32(tail, crc32.Checksum(tail, castagnoli))
	_, err = w.w.Write(append(tail, fileEnd...))
	return w.head, err
}

func (b *Block) resetOwn(first int) {
	b.reset(first)
	for i := range b.own {
		b.own[i].reset()
	}
}

// encodeOwn appends the columns; the values of every field are in ints.
func (b *Block) encodeOwn(dst []byte, fields []Field) []byte {
	dst = encodeColumn(dst, b.Types)
	sizes := make([]uint8, b.Len())
	for i := range sizes {
		sizes[i] = uint8(b.Starts[i+1] - b.Starts[i])
	}
	dst = encodeColumn(dst, sizes)
	dst = encodeColumn(dst, b.Weights)
	dst = encodeColumn(dst, b.Disposable)
	places := make([]uint8, b.Len())
	for i, h := range b.Homes {
		places[i] = uint8(h.Tenure) | uint8(h.Municipality)<<4
	}
	dst = encodeColumn(dst, places)
	dst = encodeColumn(dst, b.Ages)
	flags := make([]uint8, b.Persons())
	for i := range flags {
		flags[i] = uint8(b.Statuses[i]) | bit(b.Applicants[i], 4)
	}
	dst = encodeColumn(dst, flags)
	for i, f := range fields {
		if f.Empty {
			continue
		}
		if f.Partly {
			has := make([]uint8, len(b.own[i].has))
			for k, v := range b.own[i].has {
				has[k] = bit(v, 0)
			}
			dst = encodeColumn(dst, has)
		}
		dst = encodeColumn(dst, b.own[i].ints)
	}
	return dst
}

// decodeOwn reads the columns of n households.
func (b *Block) decodeOwn(data []byte, first, n int, fields []Field) bool {
	b.First = first
	b.own = sized(b.own, len(fields))
	var ok bool
	if b.Types, data, ok = decodeColumn(data, b.Types, n); !ok {
		return false
	}
	var bytesOf []uint8
	if bytesOf, data, ok = decodeColumn(data, b.Ages, n); !ok {
		return false
	}
	b.Starts = append(b.Starts[:0], 0)
	persons := 0
	for i, s := range bytesOf {
		if s == 0 || s > MaxPersons || b.Types[i] >= Types {
			return false
		}
		persons += int(s)
		b.Starts = append(b.Starts, int32(persons))
	}
	if b.Weights, data, ok = decodeColumn(data, b.Weights, n); !ok {
		return false
	}
	if b.Disposable, data, ok = decodeColumn(data, b.Disposable, n); !ok {
		return false
	}
	if bytesOf, data, ok = decodeColumn(data, bytesOf, n); !ok {
		return false
	}
	b.Homes = sized(b.Homes, n)
	for i, p := range bytesOf {
		b.Homes[i] = Home{Tenure: Tenure(p & 15), Municipality: Municipality(p >> 4)}
		if b.Homes[i].Tenure > Owner || b.Homes[i].Municipality >= Municipalities {
			return false
		}
	}
	b.CareStarts = sized(b.CareStarts, n+1)
	clear(b.CareStarts)
	if b.Ages, data, ok = decodeColumn(data, bytesOf, persons); !ok {
		return false
	}
	var flags []uint8
	if flags, data, ok = decodeColumn(data, flags, persons); !ok {
		return false
	}
	b.Statuses, b.Applicants = sized(b.Statuses, persons), sized(b.Applicants, persons)
	for i, f := range flags {
		if b.Statuses[i] = Status(f & 15); b.Statuses[i] > Minor {
			return false
		}
		b.Applicants[i] = f&(1<<4) != 0
	}
	b.Assessed, b.Wealth = sized(b.Assessed, persons), sized(b.Wealth, persons)
	clear(b.Assessed)
	clear(b.Wealth)
	for i, f := range fields {
		if f.Empty {
			continue
		}
		rows := persons
		if f.Household {
			rows = n
		}
		if data, ok = b.own[i].decode(data, f, rows); !ok {
			return false
		}
		// What measures take from every population.
		switch f.ID {
		case "persoon.toetsingsinkomen":
			wholeEuros(b.Assessed, b.own[i].ints)
		case "persoon.vermogen":
			wholeEuros(b.Wealth, b.own[i].ints)
		}
	}
	return len(data) == 0
}

// wholeEuros fills in cents as euros.
func wholeEuros(into, cents []int64) {
	for i, v := range cents {
		into[i] = v / 100
	}
}

// decode reads the values of one field.
func (v *ownValues) decode(data []byte, f Field, n int) (rest []byte, ok bool) {
	if f.Partly {
		if v.choice, data, ok = decodeColumn(data, v.choice, n); !ok {
			return nil, false
		}
		v.has = truths(v.has, v.choice)
	}
	switch f.Kind {
	case rule.Boolean:
		if v.choice, data, ok = decodeColumn(data, v.choice, n); ok {
			v.flags = truths(v.flags, v.choice)
		}
	case rule.DateKind:
		v.days, data, ok = decodeColumn(data, v.days, n)
	case rule.Enum:
		v.choice, data, ok = decodeColumn(data, v.choice, n)
		for _, c := range v.choice {
			ok = ok && int(c) < len(f.Choices)
		}
	default:
		v.ints, data, ok = decodeColumn(data, v.ints, n)
	}
	return data, ok
}

func truths(into []bool, from []uint8) []bool {
	into = sized(into, len(from))
	for i, v := range from {
		into[i] = v != 0
	}
	return into
}

// Own is a file of own data. It is safe for concurrent use when its reader is.
type Own struct {
	head  OwnHead
	known Knowledge
	blocks
	size int64
	last atomic.Pointer[Block] // that Household read
}

// IsOwn reports whether a file says that it has own data.
func IsOwn(r io.ReaderAt) bool {
	start := make([]byte, len(ownMagic)-1)
	return read(r, start, 0) && string(start) == ownMagic[:len(start)]
}

// OpenOwn reads the head and index of a file of own data of so many bytes.
func OpenOwn(r io.ReaderAt, size int64) (*Own, error) {
	bad := func(format string, args ...any) (*Own, error) {
		return nil, fmt.Errorf("%w: %s; lees de gegevens opnieuw in", ErrFile, fmt.Sprintf(format, args...))
	}
	start := make([]byte, len(ownMagic))
	if !read(r, start, 0) || !IsOwn(r) {
		return bad("dit zijn geen eigen gegevens")
	}
	if v := start[len(start)-1]; v != ownMagic[len(start)-1] {
		return bad("het heeft vorm %d en deze versie leest vorm %d", v, ownMagic[len(start)-1])
	}
	end := make([]byte, ownTail)
	if size < int64(len(start)+len(end)) || !read(r, end, size-int64(len(end))) || !bytes.HasSuffix(end, []byte(fileEnd)) {
		return bad("het einde ontbreekt, het bestand is niet af of afgebroken")
	}
	count, length := int64(binary.LittleEndian.Uint32(end)), int64(binary.LittleEndian.Uint32(end[4:]))
	from := size - int64(len(end)) - length - 8*count
	if length > maxHead || from < int64(len(start)) {
		return bad("het einde is beschadigd")
	}
	tail := make([]byte, 8*count+length+8)
	if !read(r, tail, from) || crc32.Checksum(tail, castagnoli) != binary.LittleEndian.Uint32(end[8:]) {
		return bad("het einde is beschadigd")
	}
	o := &Own{blocks: blocks{r: r}, size: size}
	if err := json.Unmarshal(tail[8*count:8*count+length], &o.head); err != nil {
		return bad("het begin is beschadigd")
	}
	if why := o.head.sound(); why != "" {
		return bad("%s", why)
	}
	if int64(o.head.Households+ownBlock-1)/ownBlock != count {
		return bad("er zijn %d blokken, en dat past niet bij %d huishoudens", count, o.head.Households)
	}
	if at := o.index(int64(len(start)), tail[:8*count]); at != from {
		return bad("het is %d bytes langer of korter dan het zelf zegt", from-at)
	}
	o.known = o.head.known()
	return o, nil
}

// Head says what the data are.
func (o *Own) Head() OwnHead { return o.head }

// Origin gives the name and the source of the data.
func (o *Own) Origin() (name, source string) { return o.head.Name, o.head.Source }

// ID names the data: a digest of them and of the mapping.
func (o *Own) ID() string { return o.head.ID }

// Len is the number of households.
func (o *Own) Len() int { return o.head.Households }

// Size is that of the file in bytes.
func (o *Own) Size() int64 { return o.size }

// Align is the number of households by which blocks are best read.
func (o *Own) Align() int { return ownBlock }

// Known is what the data have.
func (o *Own) Known() Knowledge { return o.known }

// Assumptions are those of whoever imported the data.
func (o *Own) Assumptions() []Assumption { return o.head.assumptions() }

// Block reads n households from first on.
func (o *Own) Block(first, n int, b *Block) error {
	if first < 0 || n < 0 || first+n > o.Len() {
		panic(fmt.Sprintf("BUG: households %d to %d of %d", first, first+n, o.Len()))
	}
	if first%ownBlock == 0 && n == min(ownBlock, o.Len()-first) {
		return o.readBlock(first/ownBlock, b)
	}
	b.own = sized(b.own, len(o.head.Fields))
	b.resetOwn(first)
	return pieces(first, n, ownBlock, o.readBlock, func(part *Block, from, to int) {
		b.appendOwn(part, o.head.Fields, from, to)
	})
}

func (o *Own) readBlock(k int, b *Block) error {
	return o.read(k, "lees de gegevens opnieuw in", func(data []byte) bool {
		return b.decodeOwn(data, k*ownBlock, min(ownBlock, o.Len()-k*ownBlock), o.head.Fields)
	})
}

// appendOwn appends households from up to to of another block.
func (b *Block) appendOwn(o *Block, fields []Field, from, to int) {
	b.Types = append(b.Types, o.Types[from:to]...)
	b.Weights = append(b.Weights, o.Weights[from:to]...)
	b.Disposable = append(b.Disposable, o.Disposable[from:to]...)
	b.Homes = append(b.Homes, o.Homes[from:to]...)
	b.CareStarts = append(b.CareStarts, o.CareStarts[from:to]...)
	shift := int32(len(b.Ages)) - o.Starts[from]
	for _, s := range o.Starts[from+1 : to+1] {
		b.Starts = append(b.Starts, s+shift)
	}
	p, q := o.Starts[from], o.Starts[to]
	b.Ages = append(b.Ages, o.Ages[p:q]...)
	b.Statuses = append(b.Statuses, o.Statuses[p:q]...)
	b.Applicants = append(b.Applicants, o.Applicants[p:q]...)
	b.Assessed = append(b.Assessed, o.Assessed[p:q]...)
	b.Wealth = append(b.Wealth, o.Wealth[p:q]...)
	for i, f := range fields {
		if f.Household {
			b.own[i].append(&o.own[i], int32(from), int32(to))
		} else {
			b.own[i].append(&o.own[i], p, q)
		}
	}
}

// Household reads household i in h. Of own data it has the place, the age and
// the status of its persons; Column.Of gives the rest.
//
// A run reads blocks, and a file that was damaged after it was opened is an error
// of Block. Nothing that shows people asks for one household of own data: it
// refuses them first (simulate.Dossier, NamesOf, examples of who loses most). So
// a Source has no error here, and a file that cannot be read is a mistake of a
// new caller, who is to use Block.
func (o *Own) Household(i int, h *Household) {
	b := o.last.Load()
	if b == nil || i < b.First || i >= b.First+b.Len() {
		b = new(Block)
		if err := o.readBlock(i/ownBlock, b); err != nil {
			panic(fmt.Sprintf("BUG: one household of own data was asked for, of a file that cannot be read: %v", err))
		}
		o.last.Store(b)
	}
	row := i - b.First
	*h = Household{Index: i, Weight: b.Weights[row], Type: b.Types[row], Disposable: int(b.Disposable[row]), Home: b.Homes[row], Persons: h.Persons[:0], own: b, ownRow: row}
	adults := h.Type.adults()
	for at := b.Starts[row]; at < b.Starts[row+1]; at++ {
		m := int(at - b.Starts[row])
		p := Person{Age: int(b.Ages[at]), Status: b.Statuses[at], Applicant: b.Applicants[at], Position: OtherMember}
		switch {
		case m == 0:
			p.Position = Head
		case m < adults:
			p.Position = Partner
		case p.Age < 18:
			p.Position = Child
		}
		h.Persons = append(h.Persons, p)
	}
}
