// Package snapshot keeps what was folded from a log, so that a start need not fold
// all of it again: a file with the state after event N. It is a cache and never
// the truth. Removing it loses nothing, and one that is not exactly what this
// program would make of this log is not used.
//
// The file is sealed with a key of the installation: nobody reads or changes it
// without that. It holds no personal words; those come from the store, so that
// what is erased there is gone, and are checked against their commitments.
//
// Values go in and out by their types, also fields that are not exported. A type
// with another shape has another digest, and then the file is of no use.
package snapshot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
)

// Name is the name of the file in a data folder.
const Name = "momentopname"

// ErrNone says that there is no snapshot. It is fs.ErrNotExist.
var ErrNone = fmt.Errorf("er is geen momentopname: %w", fs.ErrNotExist)

// Useless says why a snapshot is not used. It can be removed; a new one is made
// by itself.
type Useless struct {
	Reason string // Dutch
	Cause  error  // may be nil
}

// Error gives "momentopname onbruikbaar: …".
func (u *Useless) Error() string {
	s := "momentopname onbruikbaar: " + u.Reason
	if u.Cause != nil {
		s += ": " + u.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (u *Useless) Unwrap() error { return u.Cause }

const (
	format   = 1
	preface  = "lemniscaat-momentopname\n"
	maxHead  = 4 << 10 // bytes of the header
	partSize = 256 << 10
	// maxFile bounds a snapshot; a larger state is folded from the log.
	maxFile = 8 << 30
	// maxPart bounds what is read at once: the table of strings is the largest.
	maxPart = 2 << 30
)

// head is what stands before the parts, readable for everybody.
type head struct {
	Format  int    `json:"vorm"`
	Program string `json:"programma"`
	Schema  string `json:"schema"`
	Of      string `json:"van"` // what the state depends on beside the log
	Log     string `json:"logboek"`
	Nonce   []byte `json:"nonce"`
}

// File is the snapshot of one data folder. It is safe for concurrent use, also by
// several processes: the last that writes wins, whole.
type File struct {
	path    string
	program func() (string, error)
	seal    cipher.AEAD
	plans   *planner
	mu      sync.Mutex // guards plans
}

// New gives the snapshot at a path; there need not be one. secret is that of the
// installation; program names the program by its bytes, and is asked when that is
// needed.
func New(path string, secret []byte, program func() (string, error), fast ...Fast) (*File, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "lemniscaat/momentopname/1", 32)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	f := &File{path: path, program: program}
	if f.seal, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	f.plans = &planner{plans: map[reflect.Type]*plan{}, fast: map[reflect.Type]func(key, elem *plan) rootMap{}}
	for _, x := range fast {
		f.plans.fast[x.typ] = x.of
	}
	return f, nil
}

// Remove takes the file away.
func (f *File) Remove() error {
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// item is one field of a part of the state, or a part that is a map.
type item struct {
	*plan
	at    unsafe.Pointer
	words bool // there are texts in it
}

// items takes parts of a state apart: pointers to structs and to maps.
func (f *File) items(parts []any) ([]item, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []item
	add := func(t reflect.Type, at unsafe.Pointer) error {
		p, err := f.plans.plan(t)
		if err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
		out = append(out, item{p, at, holds(t, map[reflect.Type]bool{})})
		return nil
	}
	for _, part := range parts {
		v := reflect.ValueOf(part)
		if v.Kind() != reflect.Pointer || v.IsNil() {
			return nil, fmt.Errorf("snapshot: %T is no pointer", part)
		}
		t, base := v.Type().Elem(), v.UnsafePointer()
		if t.Kind() != reflect.Struct {
			if err := add(t, base); err != nil {
				return nil, err
			}
			continue
		}
		for k := range t.NumField() {
			x := t.Field(k)
			if x.Tag.Get(skip) == "-" {
				continue
			}
			if err := add(x.Type, unsafe.Add(base, x.Offset)); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", t, x.Name, err)
			}
		}
	}
	return out, nil
}

// holds reports whether a type reaches a text.
func holds(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == reflect.TypeFor[loop.Text]() {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holds(t.Elem(), seen)
	case reflect.Map:
		return holds(t.Key(), seen) || holds(t.Elem(), seen)
	case reflect.Struct:
		for k := range t.NumField() {
			if holds(t.Field(k).Type, seen) {
				return true
			}
		}
	}
	return false
}

// schema gives a digest of the shape of the parts: names, order and types of all
// fields that can be reached.
func schema(parts []any) string {
	sum := sha256.New()
	seen := map[reflect.Type]bool{}
	for _, part := range parts {
		shape(sum, reflect.TypeOf(part), seen)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func shape(to hash.Hash, t reflect.Type, seen map[reflect.Type]bool) {
	fmt.Fprintf(to, "%s %s %s %d\n", t.PkgPath(), t, t.Kind(), t.Size())
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		shape(to, t.Elem(), seen)
	case reflect.Map:
		shape(to, t.Key(), seen)
		shape(to, t.Elem(), seen)
	case reflect.Struct:
		for k := range t.NumField() {
			f := t.Field(k)
			fmt.Fprintf(to, "%s %d %q\n", f.Name, f.Offset, f.Tag)
			if f.Tag.Get(skip) != "-" {
				shape(to, f.Type, seen)
			}
		}
	}
}

// label gives what a file of this program must say.
func (f *File) label(of string, at event.Head, parts []any) (head, error) {
	program, err := f.program()
	if err != nil {
		return head{}, fmt.Errorf("snapshot: %w", err)
	}
	return head{Format: format, Program: program, Schema: schema(parts), Of: of, Log: at.String()}, nil
}

// fits reports why a file is not one of this program, or nil.
func (h head) fits(want head) error {
	switch {
	case h.Format != want.Format || h.Program != want.Program || h.Schema != want.Schema:
		return &Useless{Reason: "zij is van een andere versie van het programma"}
	case h.Of != want.Of:
		return &Useless{Reason: "zij is gemaakt met andere instellingen"}
	}
	return nil
}

// number gives the nonce of a part: which is never the same twice under one key,
// because every file has random bytes of its own.
func (h head) number(part uint32) []byte {
	return append(append(make([]byte, 0, 12), h.Nonce...), byte(part>>24), byte(part>>16), byte(part>>8), byte(part))
}

func (h head) text() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return append(append([]byte(preface), b...), '\n'), nil
}

// part says where one part of the file is, and of what.
type part struct {
	Item int   `json:"i"`
	N    int   `json:"n,omitempty"` // entries of a map
	At   int64 `json:"a"`
	Size int   `json:"s"` // sealed
}

// directory is the last part of a file.
type directory struct {
	Parts   []part `json:"delen"`
	Lengths []int  `json:"lengtes"` // by item: entries of a map, -1 for nil; 0 otherwise
	Strings part   `json:"woorden"`
	Texts   part   `json:"teksten"`
}

// The directory has a number of its own: it is read before anybody knows how many
// parts there are.
const (
	directoryNumber = 1<<32 - 1
	directoryItem   = -2
)

// The last bytes of a file: where the directory is, and its size.
const trailer = 16
