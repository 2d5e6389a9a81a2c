// Package cutoff recognises a SQLite database of which a part was cut off. SQLite finds
// whole pages that are gone, but reads what is gone of the last page as zeros; and beside
// a write-ahead log it does so with whole pages too, and empties what it then writes.
package cutoff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ErrCut means that a part of the database is gone.
var ErrCut = errors.New("is afgebroken")

// Check refuses a database in a folder of which a part was cut off: ErrCut. What is no
// database it leaves to SQLite. Another error: it could not be read, fs.ErrNotExist when
// it is not there.
func Check(folder fs.FS, name string) error {
	err := wholeNow(folder, name)
	if errors.Is(err, ErrCut) {
		err = wholeNow(folder, name) // again for what somebody wrote in between
	}
	return err
}

func wholeNow(folder fs.FS, name string) error {
	// First the log: what is copied out of it meanwhile is in the database then.
	log, err := readWAL(folder, name+"-wal")
	if err != nil {
		return err
	}
	size, page, err := sizes(folder, name)
	switch gone := errors.Is(err, fs.ErrNotExist); {
	case log.pages > 0 && (gone || err == nil && size == 0): // SQLite would throw the log away
		return fmt.Errorf("%s %w: er staat niets in, en in %s-wal wel", name, ErrCut, name)
	case err != nil:
		return err
	case page == 0:
		return nil // no database: SQLite says so
	case log.pages == 0 && size%page != 0:
		return fmt.Errorf("%s %w: %d bytes is geen heel aantal pagina's van %d", name, ErrCut, size, page)
	}
	for n := size/page + 1; n <= log.pages; n++ {
		if !log.has[n] {
			return fmt.Errorf("%s %w: pagina %d van %d ontbreekt, ook in %s-wal", name, ErrCut, n, log.pages, name)
		}
	}
	return nil
}

// wal is what a write-ahead log holds: how many pages the database has with it, and
// which of them are in it. No pages: nothing was committed in it.
type wal struct {
	pages int64
	has   map[int64]bool
}

// readWAL reads which pages a write-ahead log holds. Frames of an earlier round of
// the log have another salt; SQLite looks at their sums as well, and does not use
// what does not fit.
// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
func readWAL(folder fs.FS, name string) (wal, error) {
	w := wal{has: map[int64]bool{}}
	f, _, err := open(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	defer func() { _ = f.Close() }()
	const headerSize, frameSize, magic = 32, 24, 0x377f0682
	var header [headerSize]byte
	if _, err := f.ReadAt(header[:], 0); errors.Is(err, io.EOF) {
		return w, nil
	} else if err != nil {
		return w, err
	}
	page := int64(binary.BigEndian.Uint32(header[8:]))
	if binary.BigEndian.Uint32(header[:])&^1 != magic || page == 0 {
		return w, nil
	}
	var begun []int64 // of a transaction of which the end is still to come
	for at := int64(headerSize); ; at += frameSize + page {
		var frame [frameSize]byte
		if _, err := f.ReadAt(frame[:], at); errors.Is(err, io.EOF) {
			return w, nil
		} else if err != nil {
			return w, err
		}
		if !bytes.Equal(frame[8:16], header[16:24]) {
			return w, nil
		}
		begun = append(begun, int64(binary.BigEndian.Uint32(frame[:])))
		if pages := int64(binary.BigEndian.Uint32(frame[4:])); pages > 0 {
			w.pages = pages
			for _, n := range begun {
				w.has[n] = true
			}
			begun = nil
		}
	}
}

// sizes gives the bytes of a database and of each of its pages; 0 for pages
// when it is not one.
func sizes(folder fs.FS, name string) (size, page int64, err error) {
	f, size, err := open(folder, name)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }()
	// https://www.sqlite.org/fileformat2.html#the_database_header
	var header [18]byte
	if _, err := f.ReadAt(header[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	if !bytes.HasPrefix(header[:], []byte("SQLite format 3\x00")) {
		return size, 0, nil
	}
	page = int64(binary.BigEndian.Uint16(header[16:]))
	if page == 1 {
		page = 1 << 16
	}
	return size, page, nil
}

// file is read at a place; every file of a disk can.
type file interface {
	fs.File
	io.ReaderAt
}

func open(folder fs.FS, name string) (file, int64, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	at, ok := f.(file)
	switch {
	case err != nil:
	case !ok || info.IsDir():
		err = fmt.Errorf("%s is geen bestand", name)
	default:
		return at, info.Size(), nil
	}
	_ = f.Close()
	return nil, 0, err
}
