package snapshot

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unsafe"

	"lemniscaat/internal/event"
)

// leftover is how old a file of a write that was broken off is at least, before it
// is taken away: another process may be writing now.
const leftover = time.Hour

// Save writes the state after event at.Seq. of names what the state depends on
// beside the log and the program. commitment gives that of a personal text; a
// text without one is not in the log. The state must not change
// meanwhile.
//
// It calls read, which may be nil, when it needs the state no longer.
//
// The file is replaced as a whole, on disk; when that fails, the old one stays.
func (f *File) Save(ctx context.Context, of string, at event.Head, commitment func(event.Ref) (event.Hash, bool), read func(), parts ...any) (err error) {
	items, err := f.items(parts)
	if err != nil {
		return err
	}
	h, err := f.label(of, at, parts)
	if err != nil {
		return err
	}
	h.Nonce = make([]byte, 8)
	rand.Read(h.Nonce) // never fails
	dir := filepath.Dir(f.path)
	f.sweep(dir)
	to, err := os.CreateTemp(dir, Name+".*.nieuw")
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer func() { _ = os.Remove(to.Name()) }() // only there after a fault
	w := &writer{file: f, ctx: ctx, to: bufio.NewWriterSize(to, 1<<20), h: h, e: newEncoder()}
	err = w.all(items, commitment)
	if read != nil {
		read()
	}
	if err == nil {
		err = w.to.Flush()
	}
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := os.Rename(to.Name(), f.path); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer folder.Close()
	return folder.Sync()
}

// sweep takes away what writes left that were broken off.
func (f *File) sweep(dir string) {
	names, err := filepath.Glob(filepath.Join(dir, Name+".*.nieuw"))
	if err != nil {
		return
	}
	for _, n := range names {
		if info, err := os.Stat(n); err == nil && time.Since(info.ModTime()) > leftover {
			_ = os.Remove(n) // the next time, then
		}
	}
}

type writer struct {
	file *File
	ctx  context.Context
	to   *bufio.Writer
	h    head
	aad  []byte
	at   int64
	n    uint32
	e    *encoder
	dir  directory
}

func (w *writer) all(items []item, commitment func(event.Ref) (event.Hash, bool)) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refused:
			err = r
		case stopped:
			err = r.error
		default:
			panic(r)
		}
	}()
	text, err := w.h.text()
	if err != nil {
		return err
	}
	w.aad = text
	if err := w.write(text); err != nil {
		return err
	}
	w.dir.Lengths = make([]int, len(items))
	for k, it := range items {
		if err := w.item(k, it); err != nil {
			return err
		}
	}
	if w.dir.Texts, err = w.texts(commitment); err != nil {
		return err
	}
	// Fields of texts are strings too: this table comes after that one.
	for _, s := range w.e.order {
		w.e.uint(uint64(len(s)))
	}
	for _, s := range w.e.order {
		w.e.b = append(w.e.b, s...)
	}
	if w.dir.Strings, err = w.sealed(-1, len(w.e.order)); err != nil {
		return err
	}
	if w.e.b, err = json.Marshal(w.dir); err != nil {
		return err
	}
	w.n = directoryNumber
	last, err := w.sealed(directoryItem, 0)
	if err != nil {
		return err
	}
	return w.write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(last.At)), uint64(last.Size)))
}

// stopped carries an error out of an encoder.
type stopped struct{ error }

func (w *writer) item(k int, it item) error {
	if it.root == nil {
		it.enc(w.e, it.at)
		p, err := w.sealed(k, 0)
		w.dir.Parts = append(w.dir.Parts, p)
		return err
	}
	if *(*unsafe.Pointer)(it.at) == nil {
		w.dir.Lengths[k] = -1
		return nil
	}
	w.dir.Lengths[k] = it.root.length(it.at)
	n := 0
	full := func() {
		p, err := w.sealed(k, n)
		if err != nil {
			panic(stopped{err})
		}
		w.dir.Parts = append(w.dir.Parts, p)
		n = 0
	}
	it.root.each(w.e, it.at, func() {
		if n++; len(w.e.b) >= partSize {
			full()
		}
	})
	if n > 0 {
		full()
	}
	return nil
}

// texts writes where the words are, in the order of the log, each with its number
// and its commitment.
func (w *writer) texts(commitment func(event.Ref) (event.Hash, bool)) (part, error) {
	order := make([]int, len(w.e.where))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := w.e.where[a], w.e.where[b]
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.Field, y.Field))
	})
	was := uint64(0)
	for _, k := range order {
		r := w.e.where[k]
		w.e.uint(r.Seq - was)
		was = r.Seq
		w.e.string(r.Field)
		w.e.uint(uint64(k))
		if event.Bulk(r.Field) {
			continue
		}
		c, ok := commitment(r)
		if !ok {
			return part{}, fmt.Errorf("text %d/%s has no commitment", r.Seq, r.Field)
		}
		w.e.b = append(w.e.b, c[:]...)
	}
	return w.sealed(-1, len(order))
}

// sealed writes what was encoded as one part.
func (w *writer) sealed(item, n int) (part, error) {
	if err := w.ctx.Err(); err != nil {
		return part{}, err
	}
	if len(w.e.b) > maxPart {
		return part{}, fmt.Errorf("a part of %d bytes", len(w.e.b))
	}
	if w.n == directoryNumber && item != directoryItem {
		return part{}, errors.New("too many parts")
	}
	out := w.file.seal.Seal(nil, w.h.number(w.n), w.e.b, w.aad)
	p := part{Item: item, N: n, At: w.at, Size: len(out)}
	w.n++
	w.e.b = w.e.b[:0]
	return p, w.write(out)
}

func (w *writer) write(b []byte) error {
	if w.at += int64(len(b)); w.at > maxFile {
		return fmt.Errorf("larger than %d bytes", int64(maxFile))
	}
	_, err := w.to.Write(b)
	return err
}
