package office_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// keyFolder is a folder with keys of one server.
type keyFolder struct {
	mu   sync.Mutex
	keys map[int][]byte
}

func (f *keyFolder) read() (map[int][]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.keys), nil
}

func (f *keyFolder) put(version int, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sum := sha256.Sum256([]byte(text))
	f.keys[version] = sum[:]
}

func newFolder(h *hall) *keyFolder {
	f := &keyFolder{keys: map[int][]byte{}}
	f.put(1, "test") // that of openHall
	h.Config.Keys = f.read
	return f
}

// replicasChangeKeys: of two servers on one database one changes the key of the
// pseudonyms. The other follows when it has the file, and until then makes no names.
// A case is one under both keys; what came in before is known again.
func replicasChangeKeys(t *testing.T, a, b *hall) {
	ctx := t.Context()
	fa, fb := newFolder(a), newFolder(b)
	const zaak = "Z-2026-00077"
	name := func(h *hall) string {
		n, err := h.Pseudonym(ctx, zaak)
		h.ok(err)
		return n
	}
	first := name(a)
	if !strings.HasPrefix(first, "v1:") || name(b) != first {
		t.Fatalf("%s and %s", first, name(b))
	}
	record := func(h *hall) string {
		id, err := h.RecordDecision(ctx, "samira", view.RecordInput{Case: zaak, Place: iit, Date: rule.MustDate("2026-09-07"), Kind: "toekenning", Amount: "100"})
		h.ok(err)
		return id
	}
	rows := func(h *hall) []outcome.Row {
		var b bytes.Buffer
		var list []outcome.Row
		list = append(list, outcomesOf(rule.MustDate("2026-08-03"), 1, 3, func(_, _ int, _ *outcome.Row) {})...)
		h.ok(outcome.Write(&b, list))
		text := b.String()
		for k, r := range list {
			text = strings.Replace(text, r.Case, "Z-2026-0100"+string(rune('0'+k)), 1)
		}
		opt := h.IntakeOptions()
		opt.Regulation = iit
		out, ds := outcome.Read("uitkomsten.csv", strings.NewReader(text), opt)
		h.ok(ds.Err())
		return out
	}
	got, err := a.Receive(ctx, "karim", "uitkomsten.csv", rows(a))
	a.ok(err)
	if got.New != 3 {
		t.Fatalf("%+v", got)
	}
	before := record(a)

	a.refused("sleutel-versie", a.Office.TakeKey(ctx, "console", 1, false))
	if err := a.Office.TakeKey(ctx, "console", 2, false); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a key that is not there: %v", err)
	}
	fa.put(2, "test")
	a.refused("sleutel-zelfde", a.Office.TakeKey(ctx, "console", 2, false))
	fa.put(2, "nieuw")
	a.ok(a.Office.TakeKey(ctx, "console", 2, false))
	second := name(a)
	if !strings.HasPrefix(second, "v2:") || strings.TrimPrefix(second, "v2:") == strings.TrimPrefix(first, "v1:") {
		t.Errorf("named %s", second)
	}

	// The other has no file yet: it refuses, and says nothing that is not so.
	b.ok(b.Fresh(ctx))
	_, err = b.Pseudonym(ctx, zaak)
	b.refused("sleutel-ontbreekt", err)
	fb.put(2, "ander")
	for range 2 {
		_, err = b.Pseudonym(ctx, zaak)
		b.refused("sleutel-ontbreekt", err)
	}
	fb.put(2, "nieuw")
	if got := name(b); got != second {
		t.Errorf("the other names the case %s, want %s", got, second)
	}

	// A row that came in before the change is known again.
	again := rows(b)
	if !strings.HasPrefix(again[0].Case, "v2:") {
		t.Fatalf("%+v", again[0])
	}
	got, err = b.Receive(ctx, "karim", "uitkomsten.csv", again)
	b.ok(err)
	if got.New != 0 || got.Known != 3 {
		t.Errorf("delivered again: %+v", got)
	}
	// What the case system does not know any more stays to be found by the person.
	after := record(b)
	file := func(ref string) (office.PersonFile, string) {
		f, err := b.PersonFile(ctx, office.Subject{Case: ref})
		b.ok(err)
		text, err := json.Marshal(f)
		b.ok(err)
		return f, string(text)
	}
	f, text := file(zaak)
	if len(f.Names) != 2 || !strings.Contains(text, before) || !strings.Contains(text, after) {
		t.Errorf("under two keys: %v, %s", f.Names, text)
	}
	if f, _ := file("Z-2026-01000"); len(f.Outcomes) != 1 {
		t.Errorf("outcomes of before: %+v", f)
	}

	// The log tells who and when, and no key.
	keys := b.PseudonymKeys()
	if len(keys) != 2 || keys[0].State != "bewaard" || keys[1].State != "geldt" || keys[1].By != "console" || keys[1].Since.IsZero() {
		t.Errorf("%+v", keys)
	}
	records, err := a.Store.Load(ctx, loop.PseudonymStream)
	a.ok(err)
	list, err := loop.PseudonymKeysOf(records)
	a.ok(err)
	if len(records) != 1 || len(list) != 2 || bytes.Contains(records[0].Data, []byte("nieuw")) || list[0].Check != office.KeyCheck(fa.keys[1]) || list[1].Check != office.KeyCheck(fa.keys[2]) {
		t.Errorf("%s, %+v", records[0].Data, list)
	}

	// The old key stays until the term is over, and then nothing can be led back.
	a.ok(a.Fresh(ctx))
	a.refused("sleutel-geldt", a.RetireKey(ctx, "console", 2, true))
	a.refused("nog-nodig", a.RetireKey(ctx, "console", 1, false))
	u, err := a.UseOf(ctx, 1)
	a.ok(err)
	if u.Decisions == 0 || u.Outcomes < 3 || u.Last.IsZero() {
		t.Errorf("%+v", u)
	}
	a.ok(a.RetireKey(ctx, "console", 1, true))
	a.refused("sleutel-uit", a.RetireKey(ctx, "console", 1, true))
	b.ok(b.Fresh(ctx))
	f, text = file(zaak)
	if len(f.Names) != 1 || f.Names[0] != second || strings.Contains(text, before) {
		t.Errorf("after the key went: %v", f.Names)
	}
	if f, _ := file("Z-2026-01000"); len(f.Outcomes) != 0 {
		t.Errorf("an outcome is led back without its key: %+v", f)
	}
	if f, _ := file(first); !strings.Contains(func() string { t, _ := json.Marshal(f); return string(t) }(), before) {
		t.Error("by its pseudonym the decision is not found")
	}
}

// TestKeysOfAnother: an office that has other keys than the log speaks of does not
// start.
func TestKeysOfAnother(t *testing.T) {
	t.Parallel()
	h := openHall(t, t.TempDir(), time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	f := newFolder(h)
	f.put(2, "nieuw")
	h.ok(h.Office.TakeKey(t.Context(), "console", 2, true))
	open := func(keys map[int][]byte) error {
		c := h.Config
		c.Keys = func() (map[int][]byte, error) { return keys, nil }
		c.Cold = true
		o, err := office.New(t.Context(), c)
		if err == nil {
			o.Close()
		}
		return err
	}
	if err := open(f.keys); err != nil {
		t.Error(err)
	}
	other := sha256.Sum256([]byte("ander"))
	for name, keys := range map[string]map[int][]byte{
		"the old one alone": {1: f.keys[1]}, "the new one alone": {2: f.keys[2]}, "another new one": {1: f.keys[1], 2: other[:]}, "another old one": {1: other[:], 2: f.keys[2]}, "none": {},
	} {
		if err := open(keys); !errors.Is(err, office.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := open(map[int][]byte{1: {1}}); err == nil {
		t.Error("a key of one byte")
	}
	if rows := h.PseudonymKeys(); !rows[0].Compromised {
		t.Errorf("that the old key leaked is not said: %+v", rows)
	}
}

// TestCaseBeforeAndAfterAChange: a knelpunt counts a case twice that came before and
// after a change of the key, and says so beside the count; as long as all came with
// one key it counts once and says nothing.
func TestCaseBeforeAndAfterAChange(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	f := newFolder(h)
	issue := ""
	file := func(key string) {
		t.Helper()
		id, err := h.FileSignal(ctx, "samira", view.SignalInput{
			Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2", Case: "Z-2026-00077"}, Tile: view.TileUnclear, Frequency: view.Weekly, Text: "De brief is niet te begrijpen.", Key: key,
		})
		h.ok(err)
		r, err := h.Receipt(ctx, "samira", id)
		h.ok(err)
		issue = r.Issue.Href[strings.LastIndexByte(r.Issue.Href, '/')+1:]
	}
	counted := func() view.Number {
		t.Helper()
		for _, n := range h.issue("samira", issue).Numbers {
			if strings.Contains(n.Label, "genoemde") {
				return n
			}
		}
		t.Fatal("no number of cases")
		return view.Number{}
	}
	file("sleutel-wissel-0001")
	before := counted()
	file("sleutel-wissel-0002")
	if n := counted(); n.Value != before.Value || strings.Contains(n.Label, "wissel") {
		t.Errorf("the same case again, with the same key: %+v, before %+v", n, before)
	}
	f.put(2, "nieuw")
	h.ok(h.Office.TakeKey(ctx, "console", 2, false))
	file("sleutel-wissel-0003")
	if n := counted(); n.Value == before.Value || !strings.Contains(n.Label, "telt twee keer") {
		t.Errorf("after the change: %+v, before %+v", n, before)
	}
}
