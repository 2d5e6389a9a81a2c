package importer

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// record is one row of the data as it was read.
type record struct {
	row    int64
	key    string // of the household
	person string // key of the person, if any
	values []int64
	has    []bool
	bad    bool // something of it could not be read
}

// compareKeys orders keys by length and then by byte: numbers by value.
func compareKeys(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

func (r *record) encode(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(r.key)))
	dst = append(dst, r.key...)
	dst = binary.AppendUvarint(dst, uint64(r.row)<<1|uint64(bit(r.bad)))
	dst = binary.AppendUvarint(dst, uint64(len(r.person)))
	dst = append(dst, r.person...)
	for i, v := range r.values {
		if !r.has[i] {
			dst = append(dst, 0)
			continue
		}
		dst = append(dst, 1)
		dst = binary.AppendVarint(dst, v)
	}
	return dst
}

// records gives records in order.
type records interface {
	// next reads one in r, reusing its lists.
	next(r *record) error
}

// sorter sorts records outside memory: runs that fit in memory go to files, which
// are then read side by side.
type sorter struct {
	folder string
	limit  int
	slots  int
	data   []byte
	index  []entry
	runs   []string
}

// entry is where a record stands in the memory of a run.
type entry struct {
	at, end  int
	key, row int // where its key ends; its number
	from     int
}

func (s *sorter) add(r *record) error {
	from := len(s.data)
	s.data = r.encode(s.data)
	n, width := binary.Uvarint(s.data[from:])
	s.index = append(s.index, entry{at: from, end: len(s.data), from: from + width, key: from + width + int(n), row: int(r.row)})
	if len(s.data)+len(s.index)*40 < s.limit {
		return nil
	}
	return s.spill()
}

func (s *sorter) spill() error {
	slices.SortFunc(s.index, func(a, b entry) int {
		x, y := s.data[a.from:a.key], s.data[b.from:b.key]
		return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y), cmp.Compare(a.row, b.row))
	})
	name := filepath.Join(s.folder, fmt.Sprintf("deel-%d", len(s.runs)))
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	w := bufio.NewWriterSize(f, 1<<18)
	size := make([]byte, 0, binary.MaxVarintLen64)
	for _, e := range s.index {
		w.Write(binary.AppendUvarint(size, uint64(e.end-e.at))) //nolint:errcheck // Flush tells
		w.Write(s.data[e.at:e.end])                             //nolint:errcheck // likewise
	}
	s.runs = append(s.runs, name)
	s.data, s.index = s.data[:0], s.index[:0]
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	return nil
}

// sorted reads the runs side by side.
func (s *sorter) sorted() (*merging, error) {
	if len(s.index) > 0 {
		if err := s.spill(); err != nil {
			return nil, err
		}
	}
	s.data, s.index = nil, nil
	m := &merging{}
	for _, name := range s.runs {
		f, err := os.Open(name)
		if err != nil {
			m.close()
			return nil, fmt.Errorf("sort: %w", err)
		}
		run := &running{file: f, r: bufio.NewReaderSize(f, 1<<16), slots: s.slots}
		if err := run.advance(); err != nil {
			m.close()
			return nil, err
		}
		m.runs = append(m.runs, run)
	}
	for i := len(m.runs)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m, nil
}

// running is one run while it is read.
type running struct {
	file  *os.File
	r     *bufio.Reader
	slots int
	now   record
	data  []byte
}

// advance reads the next record in now; io.EOF at the end.
func (r *running) advance() error {
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return err
	}
	r.data = slices.Grow(r.data[:0], int(n))[:n]
	if _, err := io.ReadFull(r.r, r.data); err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	return r.now.decode(r.data, r.slots)
}

var errRun = errors.New("sort: a run is damaged")

func (r *record) decode(data []byte, slots int) error {
	number := func() uint64 {
		v, n := binary.Uvarint(data)
		if n <= 0 {
			data = nil
			return 0
		}
		data = data[n:]
		return v
	}
	text := func() string {
		n := number()
		if n > uint64(len(data)) {
			data = nil
			return ""
		}
		s := string(data[:n])
		data = data[n:]
		return s
	}
	r.key = text()
	x := number()
	r.row, r.bad = int64(x>>1), x&1 == 1
	r.person = text()
	r.values, r.has = r.values[:0], r.has[:0]
	for range slots {
		if len(data) == 0 {
			return errRun
		}
		has := data[0] == 1
		data = data[1:]
		v := int64(0)
		if has {
			var n int
			if v, n = binary.Varint(data); n <= 0 {
				return errRun
			}
			data = data[n:]
		}
		r.values, r.has = append(r.values, v), append(r.has, has)
	}
	if len(data) > 0 {
		return errRun
	}
	return nil
}

// merging reads several runs in one order: a heap of runs.
type merging struct{ runs []*running }

func (m *merging) less(i, j int) bool {
	a, b := &m.runs[i].now, &m.runs[j].now
	return cmp.Or(compareKeys(a.key, b.key), cmp.Compare(a.row, b.row)) < 0
}

func (m *merging) sink(i int) {
	for {
		least := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < len(m.runs) && m.less(c, least) {
				least = c
			}
		}
		if least == i {
			return
		}
		m.runs[i], m.runs[least] = m.runs[least], m.runs[i]
		i = least
	}
}

func (m *merging) next(r *record) error {
	if len(m.runs) == 0 {
		return io.EOF
	}
	top := m.runs[0]
	*r, top.now = top.now, *r
	switch err := top.advance(); {
	case errors.Is(err, io.EOF):
		top.file.Close()
		last := len(m.runs) - 1
		m.runs[0] = m.runs[last]
		m.runs = m.runs[:last]
	case err != nil:
		return err
	}
	m.sink(0)
	return nil
}

func (m *merging) close() {
	for _, r := range m.runs {
		r.file.Close()
	}
}

// sortAll sorts what reads into files in a folder.
func sortAll(ctx context.Context, from records, slots int, folder string, limit int) (*merging, error) {
	s := &sorter{folder: folder, limit: limit, slots: slots, data: make([]byte, 0, limit)}
	var r record
	for n := int64(0); ; n++ {
		if err := stop(ctx, n); err != nil {
			return nil, err
		}
		switch err := from.next(&r); {
		case errors.Is(err, io.EOF):
			return s.sorted()
		case err != nil:
			return nil, err
		}
		if err := s.add(&r); err != nil {
			return nil, err
		}
	}
}
