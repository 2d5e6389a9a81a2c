package snapshot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
)

// log is one in memory.
type log struct {
	store.Reader
	records []event.Record
}

func (l log) All(_ context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for _, r := range l.records[min(from-1, uint64(len(l.records))):] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (l log) Words(_ context.Context, last uint64) iter.Seq2[store.Word, error] {
	return func(yield func(store.Word, error) bool) {
		for _, r := range l.records[:min(last, uint64(len(l.records)))] {
			for f, s := range r.Secrets {
				if !event.Bulk(f) && !yield(store.Word{Ref: event.Ref{Seq: r.Seq, Field: f}, Secret: s}, nil) {
					return
				}
			}
		}
	}
}

func version(s string) func() (string, error) { return func() (string, error) { return s, nil } }

var secret = bytes.Repeat([]byte{7}, 32)

func file(t testing.TB, dir string) *snapshot.File {
	t.Helper()
	f, err := snapshot.New(filepath.Join(dir, snapshot.Name), secret, version("1"), snapshot.World()...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// places is a catalogue in which every place exists.
type places struct{}

func (places) Has(loop.Anchor) bool                  { return true }
func (places) Grounds(loop.Anchor) []string          { return nil }
func (places) ContactThreshold(string) (int64, bool) { return 0, false }

// small is a log of a few events with words in them, and its world.
func small(t testing.TB, n int) (log, *loop.World) {
	t.Helper()
	w := loop.NewWorld(loop.DefaultTerms(), places{})
	var l log
	from := rule.MustDate("2026-01-01")
	at := time.Date(2026, 6, 1, 8, 0, 0, 5, time.UTC)
	for k := range n {
		out, err := w.Decide(loop.System, loop.SetTriangle{
			ID: fmt.Sprintf("gemeente-%d", k), Scope: loop.Anchor{Regulation: fmt.Sprintf("regeling-%d", k)}, From: from,
			Posts: []loop.Post{
				{ID: "directie", Corner: loop.Eigenaar, Organisation: "Gemeente"},
				{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente"},
				{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente"},
			},
			Terms: []loop.Term{{Post: "directie", Person: "eva", Name: loop.Words("Eva Zonneveld"), Signs: true, From: from}},
		}, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range out.Drafts {
			var head event.Head
			if len(l.records) > 0 {
				head = l.records[len(l.records)-1].Head()
			}
			r, err := event.Seal(d, head, 1, func() ([]byte, error) { return make([]byte, event.SaltSize), nil })
			if err == nil {
				err = w.Apply(r)
			}
			if err != nil {
				t.Fatal(err)
			}
			l.records = append(l.records, r)
		}
	}
	return l, w
}

func load(f *snapshot.File, of string, l log) (*loop.World, error) {
	w := loop.NewWorld(loop.DefaultTerms(), places{})
	at, err := f.Load(context.Background(), of, l, w)
	if err == nil && at != w.Head() {
		err = fmt.Errorf("gives %v, holds %v", at, w.Head())
	}
	if err == nil {
		w.Reindex() // as whoever reads one does
	}
	return w, err
}

func save(t testing.TB, f *snapshot.File, w *loop.World) {
	t.Helper()
	if err := f.Save(t.Context(), "zo", w.Head(), w.Commitment, nil, w); err != nil {
		t.Fatal(err)
	}
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	l, w := small(t, 3)
	f := file(t, t.TempDir())
	if _, err := load(f, "zo", l); !errors.Is(err, snapshot.ErrNone) {
		t.Fatalf("without a file: %v", err)
	}
	save(t, f, w)
	got, err := load(f, "zo", l)
	if err != nil || !reflect.DeepEqual(got, w) {
		t.Fatalf("another world, or %v", err)
	}
	if at, err := f.Look(t.Context(), "zo", l, got); err != nil || at != w.Head() {
		t.Fatalf("look: %v, %v", at, err)
	}
	if got.Name("eva").Words != "Eva Zonneveld" {
		t.Fatal("the words did not come from the store")
	}
}

// TestNoWords: the file says nothing, and also opened there are no personal words in
// it: what is erased from the store does not come back.
func TestNoWords(t *testing.T) {
	t.Parallel()
	l, w := small(t, 3)
	dir := t.TempDir()
	f := file(t, dir)
	save(t, f, w)
	plain, err := f.Plain()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(plain, []byte("gemeente-1")) {
		t.Fatal("the test does not see what is in it")
	}
	if bytes.Contains(plain, []byte("Zonneveld")) {
		t.Fatal("there are words of a person in it")
	}
	if sealed, err := os.ReadFile(filepath.Join(dir, snapshot.Name)); err != nil || bytes.Contains(sealed, []byte("gemeente-1")) {
		t.Fatalf("the file can be read by everybody, or %v", err)
	}
	for k := range l.records {
		l.records[k].Secrets = nil
	}
	got, err := load(f, "zo", l)
	if err != nil {
		t.Fatal(err)
	}
	if n := got.Name("eva"); n.Words != "" || !n.Erased() {
		t.Fatalf("erased, and there is %+v", n)
	}
}

// TestChangedWords: words in the store that are not those that were committed to.
func TestChangedWords(t *testing.T) {
	t.Parallel()
	l, w := small(t, 2)
	f := file(t, t.TempDir())
	save(t, f, w)
	for field, s := range l.records[0].Secrets {
		s.Text = "Iemand anders"
		l.records[0].Secrets[field] = s
	}
	var tampered *event.Tampered
	if _, err := load(f, "zo", l); !errors.As(err, &tampered) || tampered.Seq != 1 {
		t.Fatalf("got %v", err)
	}
}

// TestUseless: a snapshot of something else is not used, and says why.
func TestUseless(t *testing.T) {
	t.Parallel()
	l, w := small(t, 4)
	dir := t.TempDir()
	save(t, file(t, dir), w)
	other := func(secret []byte, program string) *snapshot.File {
		f, err := snapshot.New(filepath.Join(dir, snapshot.Name), secret, version(program), snapshot.World()...)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	shorter := log{records: l.records[:2]}
	another := log{records: slices.Clone(l.records)}
	another.records[3].Hash[0] ^= 1
	forged := log{records: slices.Clone(l.records)}
	forged.records[3].Actor = "ander"
	for name, c := range map[string]struct {
		f    *snapshot.File
		of   string
		l    log
		says string
	}{
		"another program":     {other(secret, "2"), "zo", l, "andere versie"},
		"another key":         {other(bytes.Repeat([]byte{8}, 32), "1"), "zo", l, "andere sleutel"},
		"other settings":      {file(t, dir), "anders", l, "andere instellingen"},
		"a log that is short": {file(t, dir), "zo", shorter, "niet bij dit logboek"},
		"another log":         {file(t, dir), "zo", another, "niet bij dit logboek"},
		"a forged event":      {file(t, dir), "zo", forged, "niet bij dit logboek"},
		"an empty log":        {file(t, dir), "zo", log{}, "niet bij dit logboek"},
	} {
		var u *snapshot.Useless
		if _, err := load(c.f, c.of, c.l); !errors.As(err, &u) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var u *snapshot.Useless
	type shape struct{ A, B string }
	if _, err := file(t, dir).Load(t.Context(), "zo", l, &shape{}); !errors.As(err, &u) {
		t.Errorf("another shape: %v", err)
	}
}

// TestBroken: every byte that is changed, and every end that is gone, is noticed; the
// program does not fall over it.
func TestBroken(t *testing.T) {
	t.Parallel()
	l, w := small(t, 2)
	dir := t.TempDir()
	f := file(t, dir)
	save(t, f, w)
	name := filepath.Join(dir, snapshot.Name)
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, b []byte) {
		t.Helper()
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load(f, "zo", l); err == nil || errors.Is(err, snapshot.ErrNone) {
			t.Fatalf("%s: it was used (%v)", what, err)
		}
	}
	for k := range good {
		b := bytes.Clone(good)
		b[k] ^= 0x41
		try(fmt.Sprintf("byte %d of %d", k, len(good)), b)
	}
	for k := 0; k < len(good); k += 7 {
		try(fmt.Sprintf("cut at %d", k), good[:k])
	}
	try("more", append(bytes.Clone(good), 0))
	try("twice", append(bytes.Clone(good), good...))
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(name, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := load(f, "zo", l); err == nil {
		t.Fatal("a folder was used")
	}
}

// TestWholeOrNothing: whoever reads while others write, and after a write that was
// broken off, gets one of the snapshots that were written, whole.
func TestWholeOrNothing(t *testing.T) {
	t.Parallel()
	l, w := small(t, 3)
	short := loop.NewWorld(loop.DefaultTerms(), places{})
	if err := short.Apply(l.records[0]); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	save(t, file(t, dir), w)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := file(t, dir).Save(gone, "zo", w.Head(), w.Commitment, nil, w); err == nil {
		t.Fatal("a write that was called off says that it was done")
	}
	var wg sync.WaitGroup
	for _, state := range []*loop.World{w, short} { // two servers on one folder
		wg.Go(func() {
			f := file(t, dir)
			for range 20 {
				if err := f.Save(t.Context(), "zo", state.Head(), state.Commitment, nil, state); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 40 {
		got, err := load(file(t, dir), "zo", l)
		if err != nil || !reflect.DeepEqual(got, w) && !reflect.DeepEqual(got, short) {
			t.Errorf("neither of the two: %v", err)
		}
	}
	wg.Wait()
	old := filepath.Join(dir, snapshot.Name+".1.nieuw")
	if err := os.WriteFile(old, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	save(t, file(t, dir), w)
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Fatalf("left: %v", left)
	}
}

// TestMain writes snapshots without end when it is told to: for a test that kills it.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SNAPSHOT_SCHRIJF"); dir != "" {
		var t testing.T
		_, w := small(&t, 200)
		f, err := snapshot.New(filepath.Join(dir, snapshot.Name), secret, version("1"), snapshot.World()...)
		for err == nil {
			err = f.Save(context.Background(), "zo", w.Head(), w.Commitment, nil, w)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestKilled: a process that dies while it writes leaves the old snapshot or the new.
func TestKilled(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l, w := small(t, 200)
	dir := t.TempDir()
	for round := range 6 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "SNAPSHOT_SCHRIJF="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir, snapshot.Name)); err == nil {
				break
			}
		}
		time.Sleep(time.Duration(round*7) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		got, err := load(file(t, dir), "zo", l)
		if err != nil || !reflect.DeepEqual(got, w) {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// TestEveryField: whatever there is in any field of a world, also of types that nobody
// thought of when this was written, comes back.
func TestEveryField(t *testing.T) {
	t.Parallel()
	w := loop.NewWorld(loop.Terms{}, nil)
	n := 0
	l, one := small(t, 1)
	ref := event.Ref{Seq: 1}
	for f := range l.records[0].Personal {
		ref.Field = f
	}
	v := reflect.ValueOf(w).Elem()
	for k := range v.NumField() {
		field := v.Type().Field(k)
		if field.Tag.Get("snapshot") == "-" {
			continue // follows from the others, and is made from them
		}
		if name := field.Name; name != "Terms" && name != "Catalogue" && name != "head" {
			fill(t, reflect.NewAt(v.Field(k).Type(), unsafe.Pointer(v.Field(k).UnsafeAddr())).Elem(), ref, l.records[0].Secrets[ref.Field].Text, &n)
		}
	}
	head := v.FieldByName("head")
	reflect.NewAt(head.Type(), unsafe.Pointer(head.UnsafeAddr())).Elem().Set(reflect.ValueOf(one.Head()))
	if n < 500 {
		t.Fatalf("only %d values were filled in", n)
	}
	for _, fast := range [][]snapshot.Fast{nil, snapshot.World()} {
		f, err := snapshot.New(filepath.Join(t.TempDir(), snapshot.Name), secret, version("1"), fast...)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(t.Context(), "zo", w.Head(), one.Commitment, nil, w); err != nil {
			t.Fatal(err)
		}
		got := loop.NewWorld(loop.Terms{}, nil)
		if _, err := f.Load(t.Context(), "zo", l, got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, w) {
			for k := range v.NumField() {
				field := func(w *loop.World) any {
					f := reflect.ValueOf(w).Elem().Field(k)
					return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Interface()
				}
				if a, b := field(w), field(got); !reflect.DeepEqual(a, b) {
					t.Errorf("%s did not come back", v.Type().Field(k).Name)
				}
			}
			t.FailNow()
		}
	}
}

// fill puts something in a value that is not zero, different each time, also in
// fields that are not exported.
func fill(t *testing.T, v reflect.Value, ref event.Ref, words string, n *int) {
	*n++
	switch x := v.Addr().Interface().(type) {
	case *loop.Text:
		*x = loop.Text{Words: words, Given: true, Seq: ref.Seq, Field: ref.Field}
		return
	case *rule.Date:
		*x = rule.Date{Year: 1900 + *n%200, Month: 1 + *n%12, Day: 1 + *n%28}
		return
	case *time.Time:
		*x = time.Unix(int64(*n), int64(*n)).UTC()
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-int64(*n) << 20)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(*n%250) + 1)
	case reflect.String:
		v.SetString(fmt.Sprintf("w%d", *n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), ref, words, n)
	case reflect.Array:
		for k := range v.Len() {
			fill(t, v.Index(k), ref, words, n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for k := range v.Len() {
			fill(t, v.Index(k), ref, words, n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 3 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, k, ref, words, n)
			fill(t, e, ref, words, n)
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for k := range v.NumField() {
			f := v.Field(k)
			fill(t, reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), ref, words, n)
		}
	default:
		t.Fatalf("%s: a kind that the test does not know", v.Type())
	}
}
