package population

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// A population file holds the columns of a Block for every household, so that
// a large population is read instead of made. In order:
//
//	"LEMNBEV" and a byte with the version of the form
//	length and checksum of the header (uint32, uint32), the header as JSON
//	blocks of fileBlock households (the last may be smaller)
//	the index: for every block its length and checksum (uint32, uint32)
//	number of persons (uint64), checksum of the index and that number (uint32),
//	"LEMNEINDE"
//
// Numbers are little-endian; checksums are CRC-32C. A block is its columns in
// the order of Block, each as the number of bytes per value, the smallest
// value (int64) and the differences with it. What the header says is enough to
// make the same population again, and a file is refused when this program
// would make another one under that name.
const (
	fileMagic  = "LEMNBEV\x03"
	fileEnd    = "LEMNEINDE"
	fileBlock  = 16_384
	maxHeader  = 1 << 16
	trailerLen = 8 + 4 + len(fileEnd)
)

// ErrFile is wrapped by every error about a population file.
var ErrFile = errors.New("populatiebestand")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type fileHeader struct {
	ID         string  `json:"id"`
	Generator  string  `json:"generator"`
	N          int     `json:"huishoudens"`
	Seed       uint64  `json:"zaad"`
	Year       int     `json:"jaar"`
	Households float64 `json:"gewogenNaar"`
	Block      int     `json:"blok"`
}

// Write makes every household of p on a number of workers and writes the file.
// The bytes depend on the population alone. progress may be nil.
func Write(ctx context.Context, w io.Writer, p *Population, workers int, progress func(done, total int)) error {
	head, err := json.Marshal(fileHeader{ID: p.id, Generator: Version, N: p.spec.N, Seed: p.spec.Seed, Year: p.spec.Year, Households: p.spec.Households, Block: fileBlock})
	if err != nil {
		return fmt.Errorf("encode header: %w", err)
	}
	start := append([]byte(fileMagic), make([]byte, 8)...)
	binary.LittleEndian.PutUint32(start[8:], uint32(len(head)))
	binary.LittleEndian.PutUint32(start[12:], crc32.Checksum(head, castagnoli))
	if _, err := w.Write(append(start, head...)); err != nil {
		return err
	}
	var index []byte
	persons := uint64(0)
	err = p.encoded(ctx, workers, func(first int, e *encoded) error {
		index = binary.LittleEndian.AppendUint32(index, uint32(len(e.data)))
		index = binary.LittleEndian.AppendUint32(index, crc32.Checksum(e.data, castagnoli))
		persons += uint64(e.persons)
		if progress != nil {
			progress(min(first+fileBlock, p.spec.N), p.spec.N)
		}
		_, err := w.Write(e.data)
		return err
	})
	if err != nil {
		return err
	}
	index = binary.LittleEndian.AppendUint64(index, persons)
	index = binary.LittleEndian.AppendUint32(index, crc32.Checksum(index, castagnoli))
	_, err = w.Write(append(index, fileEnd...))
	return err
}

// encoded is one block as bytes.
type encoded struct {
	data    []byte
	persons int
}

// encoded makes all blocks on workers and gives them in order to one consumer.
func (p *Population) encoded(ctx context.Context, workers int, consume func(first int, e *encoded) error) error {
	workers = max(1, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	blocks := (p.spec.N + fileBlock - 1) / fileBlock
	free := make(chan *encoded, 2*workers)
	for range 2 * workers {
		free <- new(encoded)
	}
	type job struct {
		block int
		e     *encoded
		done  chan struct{}
	}
	jobs, order := make(chan job), make(chan job, 2*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var b Block
			for j := range jobs {
				first := j.block * fileBlock
				b.Fill(p, first, min(fileBlock, p.spec.N-first))
				j.e.data, j.e.persons = b.encode(j.e.data[:0]), b.Persons()
				close(j.done)
			}
		})
	}
	wg.Go(func() {
		defer close(jobs)
		defer close(order)
		for k := range blocks {
			select {
			case e := <-free:
				j := job{k, e, make(chan struct{})}
				order <- j
				jobs <- j
			case <-ctx.Done():
				return
			}
		}
	})
	var err error
	for j := range order {
		<-j.done
		if err == nil {
			if err = consume(j.block*fileBlock, j.e); err != nil {
				cancel()
			}
		}
		free <- j.e
	}
	wg.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// encode appends the columns.
func (b *Block) encode(dst []byte) []byte {
	dst = encodeColumn(dst, b.Types)
	sizes := make([]uint8, b.Len())
	for i := range sizes {
		sizes[i] = uint8(b.Starts[i+1] - b.Starts[i])
	}
	dst = encodeColumn(dst, sizes)
	dst = encodeColumn(dst, b.Weights)
	dst = encodeColumn(dst, b.Disposable)
	for k := range homeParts {
		part := make([]int32, b.Len())
		for i := range part {
			part[i] = homeParts[k](&b.Homes[i])
		}
		dst = encodeColumn(dst, part)
	}
	dst = encodeColumn(dst, b.Births)
	flags := make([]uint8, b.Persons())
	for i := range flags {
		flags[i] = uint8(b.Statuses[i]) | bit(b.Applicants[i], 4) | bit(b.Insured[i], 5) | bit(b.Hopeful[i], 6) | bit(b.Learners[i] || b.Shorts[i], 7) // of who has AOW the second
	}
	dst = encodeColumn(dst, flags)
	dst = encodeColumn(dst, b.main)
	dst = encodeColumn(dst, b.side)
	dst = encodeColumn(dst, b.Wealth)
	dst = encodeColumn(dst, b.MeanMonth)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(b.Contracts()))
	dst = encodeColumn(dst, b.CareRows)
	dst = encodeColumn(dst, b.CareKinds)
	dst = encodeColumn(dst, b.CareHours)
	return encodeColumn(dst, b.CarePrice)
}

// homeParts are the columns of a dwelling, and setHome puts them back.
var homeParts = [...]func(h *Home) int32{
	func(h *Home) int32 {
		v := int32(h.Tenure) | int32(h.Municipality)<<2
		if h.Room {
			v |= 1 << 5
		}
		return v
	},
	func(h *Home) int32 { return int32(h.Rent) },
	func(h *Home) int32 { return int32(h.Service) },
	func(h *Home) int32 { return int32(h.Equity) },
}

func (h *Home) set(part int, v int32) bool {
	switch part {
	case 0:
		*h = Home{Tenure: Tenure(v & 3), Municipality: Municipality(v >> 2 & 7), Room: v>>5 == 1}
		return v >= 0 && v < 1<<6 && h.Tenure <= Owner && h.Municipality < Municipalities
	case 1:
		h.Rent = int(v)
	case 2:
		h.Service = int(v)
	case 3:
		h.Equity = int(v)
	}
	return v >= 0
}

func bit(v bool, at int) uint8 {
	if v {
		return 1 << at
	}
	return 0
}

type integer interface {
	~uint8 | ~int32 | ~int64
}

// encodeColumn appends one column in as few whole bytes per value as hold all
// of them.
func encodeColumn[T integer](dst []byte, v []T) []byte {
	var low, high T
	if len(v) > 0 {
		low, high = v[0], v[0]
	}
	for _, x := range v {
		low, high = min(low, x), max(high, x)
	}
	span, width := uint64(int64(high)-int64(low)), 0
	for span > 0 {
		span >>= 8
		width++
	}
	dst = append(dst, byte(width))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(int64(low)))
	for _, x := range v {
		d := uint64(int64(x) - int64(low))
		for range width {
			dst = append(dst, byte(d))
			d >>= 8
		}
	}
	return dst
}

// decodeColumn reads n values and gives what is left.
func decodeColumn[T integer](src []byte, into []T, n int) ([]T, []byte, bool) {
	if len(src) < 9 {
		return nil, nil, false
	}
	width, low := int(src[0]), int64(binary.LittleEndian.Uint64(src[1:]))
	src = src[9:]
	if width > 8 || len(src) < n*width {
		return nil, nil, false
	}
	if cap(into) < n {
		into = make([]T, n, n+n/4)
	}
	into = into[:n]
	data := src[:n*width]
	switch width {
	case 0:
		for i := range into {
			into[i] = T(low)
		}
	case 1:
		for i := range into {
			into[i] = T(low + int64(data[i]))
		}
	case 2:
		for i := range into {
			into[i] = T(low + int64(binary.LittleEndian.Uint16(data[2*i:])))
		}
	case 3:
		for i := range into {
			x := data[3*i : 3*i+3 : 3*i+3]
			into[i] = T(low + int64(uint32(x[0])|uint32(x[1])<<8|uint32(x[2])<<16))
		}
	case 4:
		for i := range into {
			into[i] = T(low + int64(binary.LittleEndian.Uint32(data[4*i:])))
		}
	default:
		for i := range into {
			var d uint64
			for k := width - 1; k >= 0; k-- {
				d = d<<8 | uint64(data[i*width+k])
			}
			into[i] = T(low + int64(d))
		}
	}
	return into, src[n*width:], true
}

// ageTable gives the age on 1 January of a year by day of birth.
type ageTable struct {
	from int32 // day number
	ages []uint8
}

func newAgeTable(year int) *ageTable {
	t := &ageTable{from: DayNumber(newYear(year - 256))}
	for age := 255; age >= 0; age-- {
		days := DayNumber(newYear(year-age)) - DayNumber(newYear(year-1-age))
		t.ages = append(t.ages, bytes.Repeat([]byte{uint8(age)}, int(days))...)
	}
	return t
}

func (t *ageTable) at(day int32) (uint8, bool) {
	i := int(day - t.from)
	if i < 0 || i >= len(t.ages) {
		return 0, false
	}
	return t.ages[i], true
}

// decode reads the columns of n households.
func (b *Block) decode(data []byte, first, n int, ages *ageTable, m *money) bool {
	b.First = first
	var ok bool
	if b.Types, data, ok = decodeColumn(data, b.Types, n); !ok {
		return false
	}
	var flags []uint8 // shares memory with what is filled last
	if flags, data, ok = decodeColumn(data, b.Ages, n); !ok {
		return false
	}
	b.Starts = append(b.Starts[:0], 0)
	persons := 0
	for i, s := range flags {
		if s == 0 || b.Types[i] >= Types {
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
	b.Homes = sized(b.Homes, n)
	for k := range homeParts {
		var part []int32
		if part, data, ok = decodeColumn(data, b.Births, n); !ok { // its memory is filled next
			return false
		}
		for i, v := range part {
			if !b.Homes[i].set(k, v) {
				return false
			}
		}
		b.Births = part
	}
	if b.Births, data, ok = decodeColumn(data, b.Births, persons); !ok {
		return false
	}
	if flags, data, ok = decodeColumn(data, b.Ages, persons); !ok {
		return false
	}
	b.Statuses = sized(b.Statuses, persons)
	b.Applicants, b.Insured, b.Hopeful = sized(b.Applicants, persons), sized(b.Insured, persons), sized(b.Hopeful, persons)
	b.Learners, b.Shorts = sized(b.Learners, persons), sized(b.Shorts, persons)
	for i, f := range flags {
		if b.Statuses[i] = Status(f & 15); b.Statuses[i] > Minor {
			return false
		}
		b.Applicants[i], b.Insured[i], b.Hopeful[i] = f&(1<<4) != 0, f&(1<<5) != 0, f&(1<<6) != 0
		b.Learners[i], b.Shorts[i] = f&(1<<7) != 0 && b.Statuses[i] != Retired, f&(1<<7) != 0 && b.Statuses[i] == Retired
	}
	b.Ages = flags
	for i, day := range b.Births {
		if b.Ages[i], ok = ages.at(day); !ok {
			return false
		}
	}
	if b.main, data, ok = decodeColumn(data, b.main, persons); !ok {
		return false
	}
	if b.side, data, ok = decodeColumn(data, b.side, persons); !ok {
		return false
	}
	b.split, b.money = false, m
	b.Assessed = sized(b.Assessed, persons)
	for i, s := range b.Statuses {
		b.Assessed[i] = int64(m.assess(s, int(b.main[i]), int(b.side[i])))
	}
	if b.Wealth, data, ok = decodeColumn(data, b.Wealth, persons); !ok {
		return false
	}
	if b.MeanMonth, data, ok = decodeColumn(data, b.MeanMonth, persons); !ok {
		return false
	}
	b.housing.made = false
	b.Means = append(b.Means[:0], b.Wealth...)
	for i, h := range b.Homes {
		if house := int64(m.counted(h)); house > 0 {
			row := b.Starts[i]
			b.Means[row] += house
			if b.Types[i].Couple() && b.Starts[i+1] > row+1 {
				b.Means[row] -= house / 2
				b.Means[row+1] += house / 2
			}
		}
	}
	return b.decodeCare(data)
}

// decodeCare reads the contracts, which stand in the order of the children.
func (b *Block) decodeCare(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	n := int(binary.LittleEndian.Uint32(data))
	if data = data[4:]; n > b.Persons() {
		return false
	}
	var ok bool
	if b.CareRows, data, ok = decodeColumn(data, b.CareRows, n); !ok {
		return false
	}
	if b.CareKinds, data, ok = decodeColumn(data, b.CareKinds, n); !ok {
		return false
	}
	if b.CareHours, data, ok = decodeColumn(data, b.CareHours, n); !ok {
		return false
	}
	if b.CarePrice, data, ok = decodeColumn(data, b.CarePrice, n); !ok || len(data) > 0 {
		return false
	}
	for i, row := range b.CareRows {
		if row < 0 || int(row) >= b.Persons() || i > 0 && row <= b.CareRows[i-1] || b.CareKinds[i] >= uint8(Cares) || b.CareHours[i] < 0 || b.CarePrice[i] < 0 {
			return false
		}
	}
	b.CareStarts = append(b.CareStarts[:0], 0)
	at := int32(0)
	for i := range b.Len() {
		for int(at) < n && b.CareRows[at] < b.Starts[i+1] {
			at++
		}
		b.CareStarts = append(b.CareStarts, at)
	}
	return true
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// File is a population in a file. It is safe for concurrent use when its
// reader is, as a file is.
type File struct {
	*Population
	blocks
	size    int64
	persons int
	ages    *ageTable
}

// Open reads the header and index of a population file of so many bytes.
func Open(r io.ReaderAt, size int64) (*File, error) { return openFile(r, size, nil) }

// Open is the function Open for a file that should hold this population.
func (p *Population) Open(r io.ReaderAt, size int64) (*File, error) { return openFile(r, size, p) }

func openFile(r io.ReaderAt, size int64, p *Population) (*File, error) {
	bad := func(format string, args ...any) (*File, error) {
		return nil, fmt.Errorf("%w: %s", ErrFile, fmt.Sprintf(format, args...))
	}
	start := make([]byte, len(fileMagic)+8)
	if size < int64(len(start)) || !read(r, start, 0) || !bytes.HasPrefix(start, []byte(fileMagic[:7])) {
		return bad("dit is geen populatiebestand; maak er een met lemniscaat population generate")
	}
	if start[7] != fileMagic[7] {
		return bad("het heeft vorm %d en deze versie leest vorm %d; maak het opnieuw", start[7], fileMagic[7])
	}
	n := int64(binary.LittleEndian.Uint32(start[8:]))
	head := make([]byte, min(n, maxHeader))
	if n > maxHeader || !read(r, head, int64(len(start))) || crc32.Checksum(head, castagnoli) != binary.LittleEndian.Uint32(start[12:]) {
		return bad("het begin is beschadigd of ontbreekt; maak het opnieuw")
	}
	var h fileHeader
	if err := json.Unmarshal(head, &h); err != nil || h.Block < 1 || h.Block > 1<<20 {
		return bad("het begin is beschadigd; maak het opnieuw")
	}
	if p == nil {
		var err error
		if p, err = New(Spec{N: h.N, Seed: h.Seed, Year: h.Year, Households: h.Households}); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFile, err)
		}
	} else if spec := (Spec{N: h.N, Seed: h.Seed, Year: h.Year, Households: h.Households}); spec != p.spec {
		return bad("er staat een andere bevolking in: %s, gevraagd is %s", clip(h.ID), p.id)
	}
	if p.id != h.ID || h.Block != fileBlock {
		return bad("het is gemaakt met andere cijfers of een andere versie (%s, nu zou het %s zijn); maak het opnieuw", clip(h.ID), p.id)
	}
	f := &File{Population: p, blocks: blocks{r: r}, size: size, ages: newAgeTable(p.spec.Year)}
	return f, f.readIndex(int64(len(start)) + n)
}

// readIndex reads the index; the blocks start at an offset.
func (f *File) readIndex(at int64) error {
	count := (f.spec.N + fileBlock - 1) / fileBlock
	tail := make([]byte, 8*count+trailerLen)
	from := f.size - int64(len(tail))
	end := len(tail) - len(fileEnd)
	if from < at || !read(f.r, tail, from) || string(tail[end:]) != fileEnd {
		return fmt.Errorf("%w: het einde ontbreekt, het bestand is niet af of afgebroken; maak het opnieuw", ErrFile)
	}
	if crc32.Checksum(tail[:end-4], castagnoli) != binary.LittleEndian.Uint32(tail[end-4:]) {
		return fmt.Errorf("%w: het einde is beschadigd; maak het opnieuw", ErrFile)
	}
	f.persons = int(binary.LittleEndian.Uint64(tail[8*count:]))
	if at = f.index(at, tail[:8*count]); at != from {
		return fmt.Errorf("%w: het is %d bytes langer of korter dan het zelf zegt; maak het opnieuw", ErrFile, from-at)
	}
	return nil
}

// Size is that of the file in bytes.
func (f *File) Size() int64 { return f.size }

// Rows is the number of persons in the file.
func (f *File) Rows() int { return f.persons }

// Align is the number of households by which blocks are best read.
func (f *File) Align() int { return fileBlock }

// Block reads n households from first on.
func (f *File) Block(first, n int, b *Block) error {
	if first < 0 || n < 0 || first+n > f.spec.N {
		panic(fmt.Sprintf("BUG: households %d to %d of %d", first, first+n, f.spec.N))
	}
	if first%fileBlock == 0 && n == min(fileBlock, f.spec.N-first) {
		return f.readBlock(first/fileBlock, b)
	}
	b.reset(first)
	return pieces(first, n, fileBlock, f.readBlock, b.appendRows)
}

func (f *File) readBlock(k int, b *Block) error {
	first := k * fileBlock
	return f.read(k, "maak het bestand opnieuw", func(data []byte) bool {
		return b.decode(data, first, min(fileBlock, f.spec.N-first), f.ages, f.money)
	})
}

// appendRows appends households from up to to of another block.
func (b *Block) appendRows(o *Block, from, to int) {
	b.Types = append(b.Types, o.Types[from:to]...)
	b.Weights = append(b.Weights, o.Weights[from:to]...)
	b.Disposable = append(b.Disposable, o.Disposable[from:to]...)
	b.Homes = append(b.Homes, o.Homes[from:to]...)
	shift, care := int32(len(b.Ages))-o.Starts[from], int32(b.Contracts())-o.CareStarts[from]
	for _, row := range o.CareRows[o.CareStarts[from]:o.CareStarts[to]] {
		b.CareRows = append(b.CareRows, row+shift)
	}
	for _, s := range o.CareStarts[from+1 : to+1] {
		b.CareStarts = append(b.CareStarts, s+care)
	}
	c, d := o.CareStarts[from], o.CareStarts[to]
	b.CareKinds = append(b.CareKinds, o.CareKinds[c:d]...)
	b.CareHours = append(b.CareHours, o.CareHours[c:d]...)
	b.CarePrice = append(b.CarePrice, o.CarePrice[c:d]...)
	for _, s := range o.Starts[from+1 : to+1] {
		b.Starts = append(b.Starts, s+shift)
	}
	p, q := o.Starts[from], o.Starts[to]
	b.Births = append(b.Births, o.Births[p:q]...)
	b.Ages = append(b.Ages, o.Ages[p:q]...)
	b.Statuses = append(b.Statuses, o.Statuses[p:q]...)
	b.Applicants = append(b.Applicants, o.Applicants[p:q]...)
	b.Insured = append(b.Insured, o.Insured[p:q]...)
	b.Hopeful = append(b.Hopeful, o.Hopeful[p:q]...)
	b.Learners = append(b.Learners, o.Learners[p:q]...)
	b.Shorts = append(b.Shorts, o.Shorts[p:q]...)
	b.Assessed = append(b.Assessed, o.Assessed[p:q]...)
	b.Wealth = append(b.Wealth, o.Wealth[p:q]...)
	b.MeanMonth = append(b.MeanMonth, o.MeanMonth[p:q]...)
	b.Means = append(b.Means, o.Means[p:q]...)
	b.main = append(b.main, o.main[p:q]...)
	b.side = append(b.side, o.side[p:q]...)
	source, into := o.bySource().all(), b.sources.all()
	b.sources.elsewhere = append(b.sources.elsewhere, o.sources.elsewhere[p:q]...)
	b.sources.young = append(b.sources.young, o.sources.young[p:q]...)
	b.sources.place = append(b.sources.place, o.sources.place[p:q]...)
	for i := range into {
		*into[i] = append(*into[i], (*source[i])[p:q]...)
	}
}
