package population

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// blocks are the blocks of households in a file, with where each is and its
// checksum.
type blocks struct {
	r       io.ReaderAt
	offsets []int64 // of each block, and of what comes after the last
	sums    []uint32
	buffers sync.Pool
}

// index takes the length and the checksum of each block, eight bytes a block, of
// which the first is at an offset. It gives where the last ends.
func (b *blocks) index(at int64, entries []byte) (end int64) {
	for ; len(entries) > 0; entries = entries[8:] {
		b.offsets = append(b.offsets, at)
		at += int64(binary.LittleEndian.Uint32(entries))
		b.sums = append(b.sums, binary.LittleEndian.Uint32(entries[4:]))
	}
	b.offsets = append(b.offsets, at)
	return at
}

// read gives block k, counted from 0, to decode, which says whether it could be
// decoded. remedy is what to do about a damaged block.
func (b *blocks) read(k int, remedy string, decode func([]byte) bool) error {
	buf, _ := b.buffers.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	defer b.buffers.Put(buf)
	*buf = sized(*buf, int(b.offsets[k+1]-b.offsets[k]))
	if !read(b.r, *buf, b.offsets[k]) {
		return fmt.Errorf("%w: blok %d kan niet gelezen worden", ErrFile, k+1)
	}
	if crc32.Checksum(*buf, castagnoli) != b.sums[k] || !decode(*buf) {
		return fmt.Errorf("%w: blok %d is beschadigd; %s", ErrFile, k+1, remedy)
	}
	return nil
}

// pieces reads n households from first on, which are in blocks of size households,
// and adds those of each block; from and to count within the block.
func pieces(first, n, size int, read func(k int, into *Block) error, add func(part *Block, from, to int)) error {
	var part Block
	for at := first; at < first+n; {
		k := at / size
		if err := read(k, &part); err != nil {
			return err
		}
		to := min((k+1)*size, first+n)
		add(&part, at-part.First, to-part.First)
		at = to
	}
	return nil
}

func read(r io.ReaderAt, into []byte, at int64) bool {
	n, err := r.ReadAt(into, at)
	return n == len(into) && (err == nil || errors.Is(err, io.EOF))
}
