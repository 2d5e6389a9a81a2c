package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/audit"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

var at = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func open(t testing.TB) (*sqlite.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := sqlite.Open(context.Background(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

func ring(t testing.TB, seed byte) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(rand.NewChaCha8([32]byte{seed}), "lemniscaat-proef")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func draft(i int) event.Draft {
	return event.Draft{
		Stream: fmt.Sprint("proef/", i%3), Type: "proef.1", At: at.Add(time.Duration(i) * time.Minute), Actor: "anna",
		Data:     json.RawMessage(fmt.Sprintf(`{ "n": %d, "html": "<b>&\u2028é" }`, i)),
		Personal: map[string]string{"wat": fmt.Sprintf("Mevrouw De Vries-%d belde <twee> keer.", i)},
	}
}

// fill appends n events, a file, facts, and an erasure.
func fill(t testing.TB, s store.Store, n int) {
	t.Helper()
	for i := range n {
		d := draft(i)
		if i == 1 {
			d.Personal[event.BulkPrefix+"1"] = strings.Repeat("QUJD", 50)
		}
		add(t, s, store.Batch{Drafts: []event.Draft{d}})
	}
	facts := []outcome.Fact{{Row: outcome.Row{Source: "urn:nld:oin:00000001823288444000:systeem:proef", ID: "u-1", Case: "v1:abc", Regulation: "zorgtoeslag", Article: "artikel-2", Date: rule.MustDate("2026-06-01"), Class: outcome.Awarded, Contact: outcome.NoContact}}}
	received := &loop.FactsReceived{Batch: loop.FactBatch{ID: "b-1", Source: facts[0].Source, Rows: 1, Digest: loop.Digest(outcome.Digest(facts)), From: facts[0].Date, Until: facts[0].Date}}
	data, _, err := loop.Encode(received)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendFacts(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "uitkomsten", Type: received.Type(), At: at, Actor: "systeem", Data: data}}}, facts); err != nil {
		t.Fatal(err)
	}
	erase(t, s, event.Ref{Seq: 1, Field: "wat"})
}

func add(t testing.TB, s store.Store, b store.Batch) {
	t.Helper()
	if _, err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func erase(t testing.TB, s store.Store, refs ...event.Ref) {
	t.Helper()
	gone := &loop.TextsErased{Refs: refs, Ground: "verzoek"}
	data, _, err := loop.Encode(gone)
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, store.Batch{Erase: refs, Drafts: []event.Draft{{Stream: "wissen", Type: gone.Type(), At: at, Actor: "anna", Data: data}}})
}

// notary signs after every event.
func notary(s *sqlite.Store, r *seal.Ring, w ...audit.Witness) *audit.Notary {
	return &audit.Notary{Store: s, Ring: r, Now: func() time.Time { return at }, Every: 1, After: time.Hour, Witnesses: w}
}

func step(t testing.TB, n *audit.Notary) {
	t.Helper()
	if err := n.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, s store.Reader, r *seal.Ring, texts bool) []byte {
	t.Helper()
	var b bytes.Buffer
	o := audit.ExportOptions{Texts: texts, Program: "proef", Now: at}
	if r != nil {
		o.Public = r.Public()
	}
	if _, err := audit.Export(t.Context(), &b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fault wants a fault of a kind.
func fault(t testing.TB, err error, codes ...string) {
	t.Helper()
	var f *audit.Fault
	if !errors.As(err, &f) {
		t.Errorf("err = %v, want a fault %v", err, codes)
		return
	}
	for _, c := range codes {
		if f.Code == c {
			return
		}
	}
	if len(codes) > 0 {
		t.Errorf("fault %s (%v), want %v", f.Code, f, codes)
	}
}

// small is a signed log of a few events.
func small(t testing.TB) (*sqlite.Store, *seal.Ring, string) {
	s, dir := open(t)
	r := ring(t, 1)
	n := notary(s, r)
	fill(t, s, 3)
	step(t, n)
	add(t, s, store.Batch{Drafts: []event.Draft{draft(10)}})
	step(t, n)
	add(t, s, store.Batch{Drafts: []event.Draft{draft(11)}})
	return s, r, dir
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s, r, _ := small(t)
	got, err := audit.Verify(t.Context(), s, r.Public(), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Events != 7 || got.Texts != 5 || got.Erased != 1 || got.Heads != 2 || got.Signed.Size != 6 || got.Facts != 1 || got.Deliveries != 1 || got.Pinned {
		t.Errorf("report %+v", got)
	}
	for _, texts := range []bool{true, false} {
		got, err := audit.VerifyExport(bytes.NewReader(export(t, s, r, texts)), audit.Options{Pins: []string{r.Key()}})
		if err != nil {
			t.Fatal(err)
		}
		want := 5
		if !texts {
			want = 0
		}
		if got.Events != 7 || got.Texts != want || got.Heads != 2 || !got.Pinned || got.Facts != 1 {
			t.Errorf("export with texts %t: %+v", texts, got)
		}
	}
	if b := export(t, s, r, false); bytes.Contains(b, []byte("Vries")) || bytes.Contains(b, []byte("QUJD")) || bytes.Contains(b, []byte(`"zout"`)) {
		t.Error("an export without texts holds texts or salts")
	}
	if b := export(t, s, r, true); bytes.Contains(b, []byte("Vries-0")) || !bytes.Contains(b, []byte("Vries-2")) {
		t.Error("an export holds an erased text, or lacks one that is there")
	}
	// Nothing at all is a log too.
	e, _ := open(t)
	if _, err := audit.VerifyExport(bytes.NewReader(export(t, e, nil, true)), audit.Options{}); err != nil {
		t.Error(err)
	}
}

// No byte of an export can be another.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	s, r, _ := small(t)
	whole := export(t, s, r, true)
	step := 1
	if testing.Short() {
		step = 7
	}
	n := 0
	for i := 0; i < len(whole); i += step {
		b := bytes.Clone(whole)
		b[i] ^= 1 << (i % 8)
		if _, err := audit.VerifyExport(bytes.NewReader(b), audit.Options{}); err == nil {
			t.Fatalf("byte %d changed from %q to %q, and the export is right", i, whole[i], b[i])
		}
		n++
	}
	for i := range whole { // cut off anywhere
		if i%11 != 0 {
			continue
		}
		if _, err := audit.VerifyExport(bytes.NewReader(whole[:i]), audit.Options{}); err == nil {
			t.Fatalf("cut off at byte %d, and the export is right", i)
		}
	}
	if _, err := audit.VerifyExport(bytes.NewReader(append(bytes.Clone(whole), '\n')), audit.Options{}); err == nil {
		t.Error("something after the end")
	}
	t.Logf("%d of %d bytes flipped", n, len(whole))
}

// reseal makes the last line right again after somebody changed what is before it.
func reseal(t testing.TB, lines []string) []byte {
	t.Helper()
	body := strings.Join(lines[:len(lines)-1], "")
	var end struct {
		End struct {
			Events uint64     `json:"gebeurtenissen"`
			Head   event.Head `json:"kop"`
			Lines  int        `json:"regels"`
			Digest event.Hash `json:"sha256"`
		} `json:"einde"`
	}
	for _, l := range lines {
		var e struct {
			Event struct {
				Seq  uint64     `json:"nr"`
				Hash event.Hash `json:"hash"`
			} `json:"gebeurtenis"`
		}
		if err := json.Unmarshal([]byte(l), &e); err == nil && e.Event.Seq > 0 {
			end.End.Events, end.End.Head = e.Event.Seq, event.Head{Seq: e.Event.Seq, Hash: e.Event.Hash}
		}
	}
	end.End.Lines, end.End.Digest = len(lines)-1, sha256.Sum256([]byte(body))
	last, err := json.Marshal(end)
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(body), append(last, '\n')...)
}

func linesOf(b []byte) []string { return strings.SplitAfter(strings.TrimSuffix(string(b), "\n"), "\n") }

// Somebody who can write the whole file, the end included, is found out by the
// chain, the commitments and the signatures.
func TestChangedWithItsEnd(t *testing.T) {
	t.Parallel()
	s, r, _ := small(t)
	lines := linesOf(export(t, s, r, true))
	lines[len(lines)-1] += "\n"
	if _, err := audit.VerifyExport(bytes.NewReader(reseal(t, lines)), audit.Options{}); err != nil {
		t.Fatalf("the test itself: %v", err)
	}
	pins := audit.Options{Pins: []string{r.Key()}}
	flips := 0
	for i, l := range lines[1 : len(lines)-1] {
		for j := 0; j < len(l)-1; j += 3 {
			changed := append([]string{}, lines...)
			b := []byte(l)
			b[j] ^= 1
			if b[j] == '\n' {
				continue
			}
			changed[i+1] = string(b)
			_, err := audit.VerifyExport(bytes.NewReader(reseal(t, changed)), pins)
			// The line of the keys adds nothing to what is pinned.
			if err == nil && !strings.HasPrefix(l, `{"sleutels"`) {
				t.Fatalf("line %d byte %d: %s", i+2, j, b)
			}
			flips++
		}
	}
	at := func(prefix string) int {
		for i, l := range lines {
			if strings.HasPrefix(l, prefix) {
				return i
			}
		}
		t.Fatalf("no line %s", prefix)
		return 0
	}
	without := func(i int) []string { return append(append([]string{}, lines[:i]...), lines[i+1:]...) }
	first := at(`{"gebeurtenis"`)
	swapped := append([]string{}, lines...)
	swapped[first], swapped[first+1] = swapped[first+1], swapped[first]
	for _, c := range []struct {
		name  string
		lines []string
		codes []string
	}{
		{"an event removed", without(first), []string{"volgorde"}},
		{"two events in another order", swapped, []string{"volgorde", "tekst"}},
		{"a text removed", without(at(`{"tekst":{"nr":2,"veld":"wat"`)), []string{"tekst"}},
		{"a file removed", without(at(`{"tekst":{"nr":2,"veld":"bijlage-1"`)), []string{"tekst"}},
		{"the facts removed", without(at(`{"uitkomsten"`)), []string{"feiten"}},
		{"the tail removed", append(append([]string{}, lines[:first+4]...), lines[len(lines)-1]), []string{"einde"}},
		{"a text twice", append(append([]string{}, lines[:at(`{"tekst":{"nr":2,"veld":"wat"`)+1]...), lines[at(`{"tekst":{"nr":2,"veld":"wat"`):]...), []string{"tekst"}},
	} {
		_, err := audit.VerifyExport(bytes.NewReader(reseal(t, c.lines)), pins)
		t.Run(c.name, func(t *testing.T) { fault(t, err, c.codes...) })
		if err != nil && !strings.Contains(err.Error(), "regel ") {
			t.Errorf("%s: the fault does not say where: %v", c.name, err)
		}
	}
	t.Logf("%d flips", flips)
}

// A whole log that was made anew has a chain that fits. Only the heads that were
// signed show it, and they also when the export was made of the new log: the heads
// were kept elsewhere.
func TestReplacedLog(t *testing.T) {
	t.Parallel()
	s, r, _ := small(t)
	heads, err := audit.Heads(t.Context(), s)
	if err != nil || len(heads) != 2 {
		t.Fatal(len(heads), err)
	}
	other, _ := open(t)
	for i := range 9 {
		add(t, other, store.Batch{Drafts: []event.Draft{draft(i + 50)}})
	}
	if _, err := audit.Verify(t.Context(), other, seal.Public{}, audit.Options{}); err != nil {
		t.Fatalf("its chain fits: %v", err)
	}
	o := audit.Options{Heads: heads, Pins: []string{r.Key()}}
	_, err = audit.Verify(t.Context(), other, seal.Public{}, o)
	fault(t, err, "kop")
	_, err = audit.VerifyExport(bytes.NewReader(export(t, other, nil, false)), o)
	fault(t, err, "kop")

	// Shorter than what was signed.
	short, _ := open(t)
	_, err = audit.Verify(t.Context(), short, seal.Public{}, o)
	fault(t, err, "einde")
	// Signed with a key of somebody else, on the same name.
	forger := ring(t, 66)
	step(t, notary(other, forger))
	_, err = audit.VerifyExport(bytes.NewReader(export(t, other, forger, false)), audit.Options{Pins: []string{r.Key()}})
	fault(t, err, "handtekening")
	// The head of another installation.
	stranger, err := seal.NewRing(rand.NewChaCha8([32]byte{7}), "lemniscaat-elders")
	if err != nil {
		t.Fatal(err)
	}
	step(t, notary(short, stranger))
	add(t, short, store.Batch{Drafts: []event.Draft{draft(1)}})
	step(t, notary(short, stranger))
	more, err := audit.Heads(t.Context(), short)
	if err != nil {
		t.Fatal(err)
	}
	_, err = audit.Verify(t.Context(), s, r.Public(), audit.Options{Heads: more, Pins: []string{r.Key(), stranger.Key()}})
	fault(t, err, "kop")
}

// Bytes that are changed in the database itself.
func TestTamperedDatabase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, do string
		codes    []string
	}{
		{"data", `UPDATE event SET data = CAST(replace(data, '1', '7') AS BLOB) WHERE seq = 2`, []string{"inhoud"}},
		{"actor", `UPDATE event SET actor = 'piet' WHERE seq = 3`, []string{"inhoud"}},
		{"time", `UPDATE event SET at_nano = 1 WHERE seq = 3`, []string{"inhoud"}},
		{"tail", `DELETE FROM event WHERE seq >= 6`, []string{"einde"}},
		{"gap", `DELETE FROM event WHERE seq = 3`, []string{"volgorde"}},
		{"text", `UPDATE personal SET words = 'iets anders' WHERE seq = 2 AND field = 'wat'`, []string{"tekst"}},
		{"salt", `UPDATE personal SET salt = zeroblob(32) WHERE seq = 2 AND field = 'wat'`, []string{"tekst"}},
		{"text gone without a word", `DELETE FROM personal WHERE seq = 2 AND field = 'wat'`, []string{"tekst"}},
		{"file", `UPDATE personal SET words = 'QUJE' WHERE seq = 2 AND field = 'bijlage-1'`, []string{"tekst"}},
		{"file gone without a word", `DELETE FROM personal WHERE field = 'bijlage-1'`, []string{"tekst"}},
		{"fact", `UPDATE fact SET zaak = 'v1:xyz'`, []string{"feiten"}},
		{"fact gone", `DELETE FROM fact`, []string{"feiten"}},
		{"signed head", `UPDATE item SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE kind = 'logboek-kop'`, []string{"handtekening"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, r, dir := small(t)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range []string{`DROP TRIGGER event_no_update`, `DROP TRIGGER event_no_delete`, `DROP TRIGGER fact_no_update`, `DROP TRIGGER fact_no_delete`, c.do} {
				res, err := db.Exec(q)
				if err != nil {
					t.Fatal(err)
				}
				if n, err := res.RowsAffected(); q == c.do && (err != nil || n == 0) {
					t.Fatalf("%s changes nothing", q)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			log, err := sqlite.OpenReader(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer log.Close()
			_, err = audit.Verify(t.Context(), log, r.Public(), audit.Options{})
			fault(t, err, c.codes...)
		})
	}
}

func TestRotatedKey(t *testing.T) {
	t.Parallel()
	s, r, _ := small(t)
	next, err := r.Rotate(rand.NewChaCha8([32]byte{3}), at)
	if err != nil {
		t.Fatal(err)
	}
	step(t, notary(s, next))
	for _, pin := range []string{r.Key(), next.Key()} {
		got, err := audit.VerifyExport(bytes.NewReader(export(t, s, next, false)), audit.Options{Pins: []string{pin}})
		if err != nil || got.Heads != 3 {
			t.Errorf("%d heads, %v", got.Heads, err)
		}
	}
}

// A key of another installation never signs this log.
func TestOtherKey(t *testing.T) {
	t.Parallel()
	s, _, _ := small(t)
	stranger, err := seal.NewRing(rand.NewChaCha8([32]byte{7}), "lemniscaat-elders")
	if err != nil {
		t.Fatal(err)
	}
	if err := notary(s, stranger).Step(t.Context()); !errors.Is(err, audit.ErrOtherKey) {
		t.Errorf("err = %v", err)
	}
}

// witness remembers, and fails when told to.
type witness struct {
	got  []string
	fail error
}

func (w *witness) Name() string { return "proef" }
func (w *witness) Keep(_ context.Context, _ seal.Head, s string) error {
	if w.fail == nil {
		w.got = append(w.got, s)
	}
	return w.fail
}

func TestNotary(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	now := at
	w := &witness{}
	n := notary(s, ring(t, 1), w)
	n.Now = func() time.Time { return now }
	n.Every, n.After = 10, 5*time.Minute
	step(t, n) // an empty log has no head
	if len(w.got) != 0 {
		t.Error("a head of nothing")
	}
	for i := range 3 {
		add(t, s, store.Batch{Drafts: []event.Draft{draft(i)}})
	}
	step(t, n) // long since the last: now
	step(t, n)
	if st := n.State(); len(w.got) != 1 || st.Signed != 3 {
		t.Fatalf("%d heads, %+v", len(w.got), st)
	}
	add(t, s, store.Batch{Drafts: []event.Draft{draft(4)}})
	step(t, n)
	if st := n.State(); len(w.got) != 1 || st.Size != 4 || st.Signed != 3 {
		t.Errorf("signed before its time: %d heads, %+v", len(w.got), st)
	}
	now = now.Add(5 * time.Minute)
	step(t, n)
	if len(w.got) != 2 {
		t.Errorf("%d heads after the time", len(w.got))
	}
	// A witness that fails shows, and gets the last head later.
	w.fail = errors.New("schijf vol")
	for i := range 10 {
		add(t, s, store.Batch{Drafts: []event.Draft{draft(i + 10)}})
	}
	if err := n.Step(t.Context()); err == nil {
		t.Error("a witness that fails is silent")
	}
	if st := n.State(); st.Fault != nil || st.Signed != 14 || st.Witness[0].Fault != "schijf vol" || st.Witness[0].Since != now || st.Witness[0].Size != 4 {
		t.Errorf("%+v", st)
	}
	w.fail = nil
	step(t, n)
	if st := n.State(); len(w.got) != 3 || st.Witness[0].Fault != "" || st.Witness[0].Size != 14 {
		t.Errorf("%d heads, %+v", len(w.got), st)
	}
	if _, err := audit.Verify(t.Context(), s, n.Ring.Public(), audit.Options{Heads: w.got, Pins: []string{n.Ring.Key()}}); err != nil {
		t.Error(err)
	}
}

// Several processes sign one log: no head is lost, and all of them fit.
func TestNotariesTogether(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	r := ring(t, 1)
	done := make(chan error, 4)
	for range 4 {
		go func() {
			n := notary(s, r)
			for range 25 {
				if err := n.Step(context.Background()); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for i := range 60 {
		add(t, s, store.Batch{Drafts: []event.Draft{draft(i)}})
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	step(t, notary(s, r))
	got, err := audit.Verify(t.Context(), s, r.Public(), audit.Options{})
	if err != nil || got.Signed.Size != 60 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A log that was replaced under the notary is not signed.
func TestNotaryRefusesAnotherLog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, do string }{
		{"tail gone", `DELETE FROM event WHERE seq > 4`},
		{"last replaced", `UPDATE event SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM event)`},
	} {
		s, r, dir := small(t)
		step(t, notary(s, r))
		db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{`DROP TRIGGER event_no_update`, `DROP TRIGGER event_no_delete`, c.do} {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		db.Close()
		if err := notary(s, r).Step(t.Context()); !errors.Is(err, audit.ErrBroken) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestSplitHeads(t *testing.T) {
	t.Parallel()
	s, _, _ := small(t)
	heads, err := audit.Heads(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := audit.SplitHeads(strings.Join(heads, "\n"))
	if err != nil || len(got) != 2 || got[0] != heads[0] || got[1] != heads[1] {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := audit.SplitHeads(heads[0] + "losse tekst\n"); err == nil {
		t.Error("text after the last signature is accepted")
	}
}

// large is a reader of an export of many events that is made as it is read.
func TestExportStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 60,000 events")
	}
	t.Parallel()
	s, _ := open(t)
	const n = 60_000
	for i := 0; i < n; i += 2000 {
		var drafts []event.Draft
		for j := range 2000 {
			d := draft(i + j)
			d.Data = json.RawMessage(fmt.Sprintf("%q", strings.Repeat("x", 700)))
			drafts = append(drafts, d)
		}
		add(t, s, store.Batch{Drafts: drafts})
	}
	r := ring(t, 1)
	step(t, notary(s, r))
	pr, pw := io.Pipe()
	counted := &counter{r: pr}
	go func() {
		_, err := audit.Export(context.Background(), pw, s, audit.ExportOptions{Texts: true, Public: r.Public(), Program: "proef", Now: at})
		pw.CloseWithError(err)
	}()
	got, err := audit.VerifyExport(counted, audit.Options{Pins: []string{r.Key()}})
	if err != nil || got.Events != n {
		t.Fatal(got.Events, err)
	}
	if counted.n < 60<<20 {
		t.Errorf("only %d bytes: the test shows too little", counted.n)
	}
	// Measured while both ran; the export is over 60 MB.
	if counted.peak > 24<<20 {
		t.Errorf("%d MB of heap", counted.peak>>20)
	}
	t.Logf("%d MB, at most %d MB of heap", counted.n>>20, counted.peak>>20)
}

type counter struct {
	r    io.Reader
	n    int64
	last int64
	peak uint64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if c.n-c.last > 8<<20 {
		c.last = c.n
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		c.peak = max(c.peak, m.HeapAlloc)
	}
	return n, err
}
