package snapshot

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/store"
)

// Load fills the parts, that are empty, with the state of the file and the words
// of the store, and gives the last event that the state knows of. ErrNone: there
// is no file. *Useless: it is not of this program, this installation or this log;
// the parts may be half filled then. *event.Tampered: a text in the store is not
// the one that was committed to.
func (f *File) Load(ctx context.Context, of string, log store.Reader, parts ...any) (event.Head, error) {
	items, err := f.items(parts)
	if err != nil {
		return event.Head{}, err
	}
	r, at, err := f.open(ctx, of, log, parts)
	if err != nil {
		return event.Head{}, err
	}
	defer r.Close()
	return at, r.fill(ctx, log, at, items)
}

// Look reports what Load would say of the file itself, without reading the state.
func (f *File) Look(ctx context.Context, of string, log store.Reader, parts ...any) (event.Head, error) {
	r, at, err := f.open(ctx, of, log, parts)
	if err != nil {
		return event.Head{}, err
	}
	defer r.Close()
	return at, nil
}

type source struct {
	*os.File
	file *File
	h    head
	aad  []byte
	dir  directory
}

func (f *File) open(ctx context.Context, of string, log store.Reader, parts []any) (r *source, at event.Head, err error) {
	if r, err = f.look(); err != nil {
		return nil, at, err
	}
	opened := r
	defer func() {
		if err != nil {
			opened.Close()
		}
	}()
	want, err := f.label(of, at, parts)
	if err != nil {
		return nil, at, err
	}
	if err := r.h.fits(want); err != nil {
		return nil, at, err
	}
	if err := r.directory(); err != nil {
		return nil, at, err
	}
	if at, err = event.ParseHead(r.h.Log); err != nil || at.Seq == 0 {
		return nil, at, &Useless{"zij zegt niet bij welk logboek zij hoort", err}
	}
	return r, at, belongs(ctx, log, at)
}

// look reads the header.
func (f *File) look() (*source, error) {
	in, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, &Useless{"zij kan niet gelezen worden", err}
	}
	r := &source{File: in, file: f}
	begin := make([]byte, maxHead)
	n, err := in.ReadAt(begin, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		in.Close()
		return nil, &Useless{"zij kan niet gelezen worden", err}
	}
	rest, ok := bytes.CutPrefix(begin[:n], []byte(preface))
	line, _, whole := bytes.Cut(rest, []byte("\n"))
	if !ok || !whole || json.Unmarshal(line, &r.h) != nil || len(r.h.Nonce) != 8 {
		in.Close()
		return nil, &Useless{Reason: "dit bestand is er geen"}
	}
	r.aad = begin[:len(preface)+len(line)+1]
	return r, nil
}

// belongs checks that the log has, at that number, the event that it had.
func belongs(ctx context.Context, log store.Reader, at event.Head) error {
	for e, err := range log.All(ctx, at.Seq) {
		if err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
		if e.Seq == at.Seq && e.Hash == at.Hash && e.Sum() == at.Hash {
			return nil
		}
		break
	}
	return &Useless{Reason: "zij hoort niet bij dit logboek"}
}

func (r *source) directory() error {
	info, err := r.Stat()
	if err != nil {
		return &Useless{"zij kan niet gelezen worden", err}
	}
	var end [trailer]byte
	if info.Size() < int64(len(r.aad)+trailer) {
		return &Useless{Reason: "zij is afgebroken"}
	}
	if _, err := r.ReadAt(end[:], info.Size()-trailer); err != nil {
		return &Useless{"zij kan niet gelezen worden", err}
	}
	p := part{At: int64(binary.BigEndian.Uint64(end[:8])), Size: int(binary.BigEndian.Uint64(end[8:]))}
	if p.At < int64(len(r.aad)) || p.Size < 0 || p.Size > maxPart || p.At+int64(p.Size) != info.Size()-trailer {
		return &Useless{Reason: "zij is afgebroken"}
	}
	sealed := make([]byte, p.Size)
	if _, err := r.ReadAt(sealed, p.At); err != nil {
		return &Useless{"zij kan niet gelezen worden", err}
	}
	plain, err := r.file.seal.Open(sealed[:0], r.h.number(directoryNumber), sealed, r.aad)
	if err != nil {
		return &Useless{"zij is beschadigd, of van een installatie met een andere sleutel", err}
	}
	if err := json.Unmarshal(plain, &r.dir); err != nil {
		return &Useless{"zij is beschadigd", err}
	}
	return nil
}

// plain reads and opens a part.
func (r *source) plain(number uint32, p part, room []byte) ([]byte, error) {
	if p.Size < 0 || p.Size > maxPart {
		return nil, &Useless{Reason: "zij is beschadigd"}
	}
	room = slices.Grow(room[:0], p.Size)[:p.Size]
	if _, err := r.ReadAt(room, p.At); err != nil {
		return nil, &Useless{"zij kan niet gelezen worden", err}
	}
	out, err := r.file.seal.Open(room[:0], r.h.number(number), room, r.aad)
	if err != nil {
		return nil, &Useless{"zij is beschadigd", err}
	}
	return out, nil
}

// fill reads all parts, side by side.
func (r *source) fill(ctx context.Context, log store.Reader, at event.Head, items []item) error {
	if len(r.dir.Lengths) != len(items) {
		return &Useless{Reason: "zij is beschadigd"}
	}
	n := uint32(len(r.dir.Parts))
	words, err := r.strings(n + 1)
	if err != nil {
		return err
	}
	where, err := r.where(n, words)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var read sync.WaitGroup
	var failed error
	read.Go(func() { failed = where.read(ctx, log, at.Seq) })
	defer read.Wait()
	ready := sync.OnceValue(func() error { read.Wait(); return failed })

	for k, it := range items {
		switch l := r.dir.Lengths[k]; {
		case it.root == nil:
		case l < 0:
			*(*unsafe.Pointer)(it.at) = nil
		default:
			it.root.make(it.at, l)
		}
	}
	// First what has no words in it: those are being read meanwhile.
	order := make([]int, 0, n)
	for _, wordy := range []bool{false, true} {
		for k, p := range r.dir.Parts {
			if p.Item < 0 || p.Item >= len(items) {
				return &Useless{Reason: "zij is beschadigd"}
			}
			if items[p.Item].words == wordy {
				order = append(order, k)
			}
		}
	}
	locks := make([]sync.Mutex, len(items))
	var next sync.Mutex
	take := func() (int, bool) {
		next.Lock()
		defer next.Unlock()
		if len(order) == 0 {
			return 0, false
		}
		k := order[0]
		order = order[1:]
		return k, true
	}
	workers := runtime.GOMAXPROCS(0)
	faults := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			d := &decoder{strings: words, slabs: make([]slab, r.file.plans.size())}
			d.texts = func() []loop.Text {
				if err := ready(); err != nil {
					panic(stopped{err})
				}
				return where.texts
			}
			var room []byte
			for ctx.Err() == nil {
				k, some := take()
				if !some {
					return
				}
				if room, faults[w] = r.part(d, uint32(k), items, locks, room); faults[w] != nil {
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range append(faults, ready()) {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return ctx.Err()
}

// part reads one part into its item.
func (r *source) part(d *decoder, k uint32, items []item, locks []sync.Mutex, room []byte) (_ []byte, err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case stopped:
			err = x.error
		case error: // bytes that are no value: also what the runtime says of an index
			err = &Useless{"zij is beschadigd", x}
		default:
			panic(x)
		}
	}()
	p := r.dir.Parts[k]
	plain, err := r.plain(k, p, room)
	if err != nil {
		return room, err
	}
	d.b, d.i = plain, 0
	it := items[p.Item]
	if it.root == nil {
		it.dec(d, it.at)
	} else {
		put := it.root.part(d, it.at, p.N)
		locks[p.Item].Lock()
		put()
		locks[p.Item].Unlock()
	}
	if d.i != len(d.b) {
		return room, &Useless{Reason: "zij is beschadigd"}
	}
	return plain, nil
}

// strings reads the table of strings. They share one piece of memory.
func (r *source) strings(number uint32) (out []string, err error) {
	defer broken(&err)
	p := r.dir.Strings
	plain, err := r.plain(number, p, nil)
	if err != nil {
		return nil, err
	}
	d := &decoder{b: plain}
	if p.N < 0 || p.N > len(plain) {
		panic(errBroken)
	}
	out = make([]string, p.N)
	lengths := make([]uint32, p.N)
	for k := range lengths {
		lengths[k] = uint32(d.uint())
	}
	all := d.take(len(d.b) - d.i)
	for k, n := range lengths {
		out[k] = unsafe.String(unsafe.SliceData(all[:n]), int(n))
		all = all[n:]
	}
	return out, nil
}

func broken(err *error) {
	switch x := recover().(type) {
	case nil:
	case error:
		*err = &Useless{"zij is beschadigd", x}
	default:
		panic(x)
	}
}

// places are the texts of a state: where each is, and what it was committed to.
type places struct {
	texts   []loop.Text // by number; the words are filled in
	order   []int       // numbers, in the order of the log
	commits []event.Hash
}

func (r *source) where(number uint32, words []string) (w *places, err error) {
	defer broken(&err)
	p := r.dir.Texts
	plain, err := r.plain(number, p, nil)
	if err != nil {
		return nil, err
	}
	d := &decoder{b: plain, strings: words}
	if p.N < 0 || p.N > len(plain) {
		panic(errBroken)
	}
	w = &places{texts: make([]loop.Text, p.N), order: make([]int, p.N), commits: make([]event.Hash, p.N)}
	seq := uint64(0)
	for k := range p.N {
		seq += d.uint()
		t := loop.Text{Given: true, Seq: seq, Field: d.string()}
		n := int(d.uint())
		w.texts[n], w.order[k] = t, n
		if !event.Bulk(t.Field) {
			copy(w.commits[n][:], d.take(len(event.Hash{})))
		}
	}
	return w, nil
}

// read fills in the words that the store still has.
func (w *places) read(ctx context.Context, log store.Reader, last uint64) error {
	k := 0
	for x, err := range log.Words(ctx, last) {
		if err != nil {
			return err
		}
		for k < len(w.order) && w.texts[w.order[k]].Seq < x.Seq {
			k++
		}
		for at := k; at < len(w.order); at++ {
			n := w.order[at]
			t := &w.texts[n]
			if t.Seq != x.Seq {
				break
			}
			if t.Field != x.Field {
				continue
			}
			if !x.Opens(w.commits[n]) {
				return &event.Tampered{Seq: x.Seq, Reason: fmt.Sprintf("tekst %q is veranderd", x.Field)}
			}
			t.Words = x.Text
			break
		}
	}
	return nil
}
