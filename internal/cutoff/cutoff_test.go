package cutoff_test

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/cutoff"
)

const page = 512

// database is a file of so many bytes that begins as a database of pages of 512 bytes.
func database(size int) []byte {
	b := make([]byte, size)
	copy(b, "SQLite format 3\x00")
	if size > 17 {
		binary.BigEndian.PutUint16(b[16:], page)
	}
	return b
}

// log is a write-ahead log with these pages in one transaction, after which the
// database has so many.
func log(after uint32, pages ...uint32) []byte {
	b := make([]byte, 32)
	binary.BigEndian.PutUint32(b, 0x377f0682)
	binary.BigEndian.PutUint32(b[8:], page)
	copy(b[16:], "saltsalt")
	for i, n := range pages {
		f := make([]byte, 24+page)
		binary.BigEndian.PutUint32(f, n)
		if i == len(pages)-1 {
			binary.BigEndian.PutUint32(f[4:], after)
		}
		copy(f[8:], "saltsalt")
		b = append(b, f...)
	}
	return b
}

// TestCheck: what is gone of a database has to be in its log. Real databases, cut at
// many places, are in the tests of packages sqlite and job.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		database, log []byte
		want          error
	}{
		"whole":                        {database(3 * page), nil, nil},
		"empty":                        {database(0), nil, nil},
		"no database":                  {[]byte("iets anders dan een database, zonder begin"), nil, nil},
		"not there":                    {nil, nil, fs.ErrNotExist},
		"a byte less":                  {database(3*page - 1), nil, cutoff.ErrCut},
		"an empty log":                 {database(3 * page), []byte{}, nil},
		"the log has the last page":    {database(2 * page), log(3, 1, 3), nil},
		"the log has not":              {database(2 * page), log(3, 1, 2), cutoff.ErrCut},
		"a page between is gone":       {database(2 * page), log(4, 4), cutoff.ErrCut},
		"half a page, and the log has": {database(2*page + 10), log(3, 3), nil},
		"nothing, beside a log":        {database(0), log(1, 1), cutoff.ErrCut},
		"not there, beside a log":      {nil, log(1, 1), cutoff.ErrCut},
		"a log without an end":         {database(2 * page), log(0, 3), nil},
	} {
		files := fstest.MapFS{}
		if x.database != nil {
			files["x"] = &fstest.MapFile{Data: x.database}
		}
		if x.log != nil {
			files["x-wal"] = &fstest.MapFile{Data: x.log}
		}
		if err := cutoff.Check(files, "x"); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	if err := cutoff.Check(fstest.MapFS{"x/y": {}}, "x"); err == nil || errors.Is(err, cutoff.ErrCut) {
		t.Errorf("a folder: %v", err)
	}
}
