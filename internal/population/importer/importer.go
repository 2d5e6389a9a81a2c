// Package importer turns somebody's own data (CSV or Parquet) into a population
// file: Read reads the mapping file, which says what each column is, and
// Mapping.Import reads the data. Nothing leaves the machine.
//
// The data are rows of persons, rows of households, or both. Rows of the same
// household need not stand together. Import reads every file as if they did,
// in the order of the key of the household, which takes no memory; when a file
// turns out not to be in that order it is sorted outside memory, in a folder
// beside the result, and read again. The order is by length and then by byte, so
// that numbers are in the order of their value, and the result does not depend on
// the order of the rows.
//
// What cannot be read is refused with the row: the first twenty and how many
// there are. docs/eigen-gegevens.md is the manual.
package importer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lemniscaat/internal/population"
)

// ErrData is wrapped by every error about the data themselves.
var ErrData = errors.New("gegevens")

// maxShown is how many rows that cannot be read are told.
const maxShown = 20

// Refusal is what cannot be read of the rows of the data.
type Refusal struct {
	Rows  []RowError // the first of them
	Count int        // all of them
}

// RowError is what is wrong with one row.
type RowError struct {
	File    string
	Row     int64  // in a CSV the line, of which the first has the names; in Parquet the row from 1
	Column  string // empty: the row itself
	Message string
}

func (e RowError) String() string {
	at := fmt.Sprintf("%s, rij %d", e.File, e.Row)
	if e.Column != "" {
		at += ", kolom " + e.Column
	}
	return at + ": " + e.Message
}

func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rijen of huishoudens zijn niet te lezen", r.Count)
	if r.Count == 1 {
		b.Reset()
		b.WriteString("1 rij of huishouden is niet te lezen")
	}
	for _, e := range r.Rows {
		b.WriteString("\n  " + e.String())
	}
	if n := r.Count - len(r.Rows); n > 0 {
		fmt.Fprintf(&b, "\n  en nog %d", n)
	}
	return b.String()
}

func (r *Refusal) Unwrap() error { return ErrData }

func (r *Refusal) add(file string, row int64, column, format string, args ...any) {
	r.Count++
	if len(r.Rows) < maxShown {
		r.Rows = append(r.Rows, RowError{file, row, column, fmt.Sprintf(format, args...)})
	}
}

// Options of Import.
type Options struct {
	// Folder is where rows are sorted that do not fit in memory; it has to be
	// there, and is left as it was.
	Folder string
	// Memory is how many bytes of rows are sorted in memory at a time; 0: 64 MB.
	Memory int
	// Progress is told what is going on and how far it is; it may be nil.
	Progress func(what string, done, total int64)
}

// Report is what was read.
type Report struct {
	population.OwnHead
	Files []FileReport
}

// FileReport is what was read of one file.
type FileReport struct {
	Name   string
	Rows   int64
	Sorted bool     // it was not in the order of households
	Unused []string // columns that the mapping does not name
}

// Import reads data files and writes a population file to w, which has to be a
// file or empty itself in the same way (Truncate and Seek). When there is an error
// what was written is not a population file.
func (m *Mapping) Import(ctx context.Context, names []string, w io.Writer, o Options) (*Report, error) {
	files, err := m.assign(names)
	if err != nil {
		return nil, err
	}
	if o.Memory <= 0 {
		o.Memory = 64 << 20
	}
	unsorted := make([]bool, len(files))
	for {
		// A file that was not in order is sorted the next time.
		out := bufio.NewWriterSize(w, 1<<20)
		r, err := m.pass(ctx, files, unsorted, out, o)
		again, ok := errors.AsType[*outOfOrder](err)
		switch {
		case ok && !unsorted[again.file]:
			unsorted[again.file] = true
			if err := restart(w); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		}
		if err := out.Flush(); err != nil {
			return nil, fmt.Errorf("write: %w", err)
		}
		return r, nil
	}
}

// restart makes a file empty again.
func restart(w io.Writer) error {
	f, ok := w.(interface {
		io.Seeker
		Truncate(size int64) error
	})
	if !ok {
		panic("BUG: a result that cannot be started again")
	}
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	return nil
}

// outOfOrder says that the rows of a file are not in the order of households.
type outOfOrder struct{ file int }

func (e *outOfOrder) Error() string { return fmt.Sprintf("bestand %d is niet gesorteerd", e.file) }

// stop looks at the context now and then.
func stop(ctx context.Context, n int64) error {
	if n%4096 == 0 {
		return ctx.Err()
	}
	return nil
}
