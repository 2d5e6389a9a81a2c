package office_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/story"
)

func snapshotIn(t testing.TB, dir string) *snapshot.File {
	t.Helper()
	f, err := snapshot.New(filepath.Join(dir, snapshot.Name), make([]byte, 32), func() (string, error) { return "proef", nil },
		append(snapshot.World(), snapshot.Map[loop.PersonID, []notice.Notice]())...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// resumed checks for several places in a log that a snapshot there, and the events
// after it, give the world of the whole log.
func resumed(t *testing.T, log store.Reader) {
	t.Helper()
	var records []event.Record
	whole := loop.NewWorld(loop.DefaultTerms(), nil)
	for r, err := range log.All(t.Context(), 1) {
		if err == nil {
			err = whole.Apply(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	if len(records) < 20 {
		t.Fatalf("only %d events", len(records))
	}
	var open bytes.Buffer // what the log itself says, such as the name of an organisation
	for _, r := range records {
		open.Write(r.Data)
	}
	said := map[string]uint64{}
	for _, r := range records {
		for _, x := range r.Secrets {
			if len(x.Text) > 12 && !bytes.Contains(open.Bytes(), []byte(x.Text)) {
				said[x.Text] = r.Seq
			}
		}
	}
	if len(said) == 0 {
		t.Fatal("nobody wrote anything")
	}
	wordless(t, reflect.ValueOf(whole).Elem(), said)
	f := snapshotIn(t, t.TempDir())
	w := loop.NewWorld(loop.DefaultTerms(), nil)
	for n, r := range records {
		if err := w.Apply(r); err != nil {
			t.Fatal(err)
		}
		if n%max(1, len(records)/20) != 0 && n != len(records)-1 {
			continue
		}
		if err := f.Save(t.Context(), "", w.Head(), w.Commitment, nil, w); err != nil {
			t.Fatalf("after %d (%s): %v", n+1, r.Type, err)
		}
		again := loop.NewWorld(loop.DefaultTerms(), nil)
		if at, err := f.Load(t.Context(), "", log, again); err != nil || at != w.Head() {
			t.Fatalf("after %d: %v, %v", n+1, at, err)
		}
		again.Reindex()
		for _, r := range records[n+1:] {
			if err := again.Apply(r); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(again, whole) {
			t.Fatalf("a snapshot after %d of %d events gives another world", n+1, len(records))
		}
	}
}

// wordless checks that words of people stand nowhere in a world but in a Text, of
// which a snapshot leaves the words out.
func wordless(t *testing.T, v reflect.Value, said map[string]uint64) {
	t.Helper()
	if v.Type() == reflect.TypeFor[loop.Text]() || v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if seq, ok := said[v.String()]; ok {
			t.Errorf("words of event %d stand in a plain field: %.40q", seq, v.String())
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			wordless(t, v.Elem(), said)
		}
	case reflect.Slice, reflect.Array:
		for k := range v.Len() {
			wordless(t, v.Index(k), said)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			wordless(t, it.Key(), said)
			wordless(t, it.Value(), said)
		}
	case reflect.Struct:
		for k := range v.NumField() {
			wordless(t, v.Field(k), said)
		}
	}
}

// TestSnapshotOfTheDemo: also of the stories.
func TestSnapshotOfTheDemo(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	resumed(t, h.Store)
	stories, err := story.Shipped()
	h.ok(err)
	set, _, err := shipped()
	h.ok(err)
	var mu sync.Mutex
	var logs []store.Store
	dir := t.TempDir()
	shelf := story.NewShelf(stories, set, func(ctx context.Context) (store.Store, error) {
		mu.Lock()
		defer mu.Unlock()
		s, err := sqlite.Open(ctx, filepath.Join(dir, fmt.Sprint(len(logs))), sqlite.Options{Scratch: true})
		logs = append(logs, s)
		return s, err
	})
	defer shelf.Close()
	for _, s := range stories {
		if _, err := shelf.Story(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(logs) < len(stories) {
		t.Fatalf("%d logs of %d stories", len(logs), len(stories))
	}
	for _, l := range logs {
		resumed(t, l)
	}
}

// everything is what everybody sees, without what the clock counts.
func (h *hall) everything(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{}
	put := func(name string, v any, err error) {
		h.ok(err)
		out[name] = v
	}
	for _, who := range []string{"samira", "joost", "karin", "bram", "eva", "ed"} {
		n, err := h.Notices(t.Context(), who, view.Asked{})
		n.Mark = view.NoticeMark{}
		put("notices "+who, n, err)
		s, err := h.MySignals(t.Context(), who, view.Asked{})
		put("signals "+who, s, err)
		f, err := h.Frame(t.Context(), who)
		put("frame "+who, []any{f.Organisation, f.Actor}, err)
	}
	r, err := h.Register(t.Context(), "samira", view.RegisterInput{})
	put("register", r, err)
	return out
}

// TestSnapshotStart: a start from a snapshot shows what a start from the whole log
// shows, with what was acknowledged after the snapshot; what was erased is gone; and
// a snapshot that is no good is not used.
func TestSnapshotStart(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			dsn := ""
			if kind == "postgres" {
				dsn = pgtest.Start(t)
			}
			at := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
			var said bytes.Buffer
			open := func(snapshots bool) (h *hall, thawed uint64) {
				t.Helper()
				var log store.Store
				var err error
				if dsn == "" {
					log, err = sqlite.Open(t.Context(), dir, sqlite.Options{})
				} else {
					log, err = postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3, Poll: 10 * time.Minute})
				}
				if err != nil {
					t.Fatal(err)
				}
				at = at.Add(time.Hour)
				return openHallOn(t, log, at, func(c *office.Config) {
					if !snapshots {
						return
					}
					c.Snapshots, c.SnapshotAfter = snapshotIn(t, dir), 1
					said.Reset()
					c.Log = slog.New(slog.NewTextHandler(&said, nil))
					if c.Thawed = office.Thaw(t.Context(), *c); c.Thawed != nil {
						thawed = c.Thawed.Events()
					}
				}), thawed
			}
			h, n := open(true)
			if n != 0 || said.Len() > 0 {
				t.Fatalf("there is no snapshot yet, and it gives %d: %s", n, &said)
			}
			h.ok(h.Seed(t.Context()))
			h.ok(h.Freeze(t.Context()))
			frozen := h.Folded()
			file := func(k int) string {
				id, err := h.FileSignal(t.Context(), "samira", view.SignalInput{
					Anchor: view.Anchor{Regulation: iit, Case: "Z-2026-00991"}, Tile: view.TileGoingWell, Text: fmt.Sprint("Dat past bij wie wisselt, keer ", k),
					Frequency: view.Once, Key: fmt.Sprint("sleutel-zaak-0000", k),
				})
				h.ok(err)
				return id
			}
			acknowledged := file(1)
			h.shut()

			h, n = open(true)
			if n != frozen || said.Len() > 0 {
				t.Fatalf("the snapshot of %d gives %d: %s", frozen, n, &said)
			}
			h.ok(h.CheckThawed(t.Context()))
			if _, err := h.Receipt(t.Context(), "samira", acknowledged); err != nil {
				t.Fatalf("what was acknowledged after the snapshot is gone: %v", err)
			}
			got := h.everything(t)
			file(2) // and it works on
			h.shut()
			at = at.Add(-time.Hour) // the same hour again
			whole, _ := open(false)
			want := whole.everything(t)
			whole.shut()
			delete(want, "register")
			delete(got, "register") // a signal more
			for k := range want {
				if strings.HasPrefix(k, "signals samira") || strings.HasPrefix(k, "notices") {
					continue
				}
				if diff := cmp.Diff(want[k], got[k], cmp.AllowUnexported(rule.Date{})); diff != "" {
					t.Errorf("%s (-whole +snapshot):\n%s", k, diff)
				}
			}
			h, _ = open(true)
			if diff := cmp.Diff(want, func() map[string]any { m := h.everything(t); delete(m, "register"); return m }()); diff != "" {
				t.Errorf("(-whole +snapshot):\n%s", diff)
			}
			h.ok(h.Freeze(t.Context()))
			frozen = h.Folded()

			// What is erased does not come back from the snapshot.
			r, err := h.ErasePerson(t.Context(), office.Subject{Case: "Z-2026-00991"}, true)
			h.ok(err)
			if r.Erased == 0 {
				t.Fatalf("nothing was erased: %+v", r)
			}
			h.shut()
			h, n = open(true)
			if n != frozen {
				t.Fatalf("the snapshot of before the erasure gives %d, want %d: %s", n, frozen, &said)
			}
			mine, err := h.MySignals(t.Context(), "samira", view.Asked{})
			h.ok(err)
			if strings.Contains(fmt.Sprintf("%+v", mine), "wie wisselt") {
				t.Error("what was erased came back")
			}
			h.shut()

			// No good: the whole log is read, and somebody is told.
			name := filepath.Join(dir, snapshot.Name)
			good, err := os.ReadFile(name)
			h.ok(err)
			for what, b := range map[string][]byte{"cut": good[:len(good)/2], "empty": nil, "changed": append(bytes.Clone(good[:len(good)-30]), make([]byte, 30)...)} {
				h.ok(os.WriteFile(name, b, 0o600))
				var told bytes.Buffer
				c := office.Config{Snapshots: snapshotIn(t, dir), Store: h.Store, People: h.People, Demo: h.Demo, Now: h.Now, Log: slog.New(slog.NewTextHandler(&told, nil))}
				log := reopen(t, dir, dsn)
				c.Store = log
				if office.Thaw(t.Context(), c) != nil || !strings.Contains(told.String(), "het hele logboek wordt gelezen") {
					t.Errorf("%s: it was used, or nobody was told: %s", what, &told)
				}
				h.ok(log.Close())
			}
		})
	}
}

func reopen(t *testing.T, dir, dsn string) store.Store {
	t.Helper()
	if dsn != "" {
		s, err := postgres.Open(t.Context(), dsn, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// counted is a place for snapshots that only counts them; hang lets one that is
// written take for ever.
type counted struct {
	saves int
	hang  bool
	until time.Time
}

func (*counted) Load(context.Context, string, store.Reader, ...any) (event.Head, error) {
	return event.Head{}, fs.ErrNotExist
}

func (c *counted) Save(ctx context.Context, _ string, _ event.Head, _ func(event.Ref) (event.Hash, bool), read func(), _ ...any) error {
	c.until, _ = ctx.Deadline()
	if c.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	read()
	c.saves++
	return nil
}

// TestFreezeAtEnd: at the end of a server a snapshot is made when enough was added since the
// last one, sooner than while it works; and it is not waited for.
func TestFreezeAtEnd(t *testing.T) {
	t.Parallel()
	kept := &counted{}
	h := newHall(t)
	h.Snapshots, h.SnapshotAfter = kept, 1_000_000
	leave := func(want bool, saves int) {
		t.Helper()
		got, err := h.FreezeAtEnd(t.Context())
		h.ok(err)
		if got != want || kept.saves != saves {
			t.Errorf("made %t, want %t; %d snapshots, want %d", got, want, kept.saves, saves)
		}
	}
	leave(false, 0)
	h.SnapshotAfter = 10 * h.Folded()
	h.ok(h.Freeze(t.Context()))
	if kept.saves != 0 {
		t.Fatal("while it works it is made as soon as at the end")
	}
	h.SnapshotAfter += 10
	leave(false, 0)
	h.SnapshotAfter -= 10
	leave(true, 1)
	if left := time.Until(kept.until); kept.until.IsZero() || left > 2*time.Second {
		t.Errorf("it may take %v", left)
	}
	leave(false, 1)

	h.SnapshotAfter = 10
	_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit}, Tile: view.TileGoingWell, Text: "Dat past.", Frequency: view.Once, Key: "sleutel-stoppen-01"})
	h.ok(err)
	kept.hang = true
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := h.FreezeAtEnd(over); got || err == nil || kept.saves != 1 {
		t.Errorf("there is no time left: made %t, %v", got, err)
	}
	kept.hang = false
	leave(true, 2)
}
