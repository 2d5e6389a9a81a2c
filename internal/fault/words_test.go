package fault_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// openLog opens the log of a stopped data folder, to write in it.
func openLog(t *testing.T, data string) store.Store {
	t.Helper()
	var s store.Store
	var err error
	if dsn := dsnOf(data); dsn != "" {
		s, err = postgres.Open(t.Context(), dsn, postgres.Options{Name: "lemniscaat-proef"})
	} else {
		s, err = sqlite.Open(t.Context(), data, sqlite.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// manySignals adds signals to a stopped data folder, and gives the events of their texts.
func manySignals(t *testing.T, data string, issues int) (seqs []uint64) {
	t.Helper()
	s := openLog(t, data)
	defer s.Close()
	d := dice(7)
	parts := []string{"toeslag", "inkomen", "bewijs", "huur", "zorg", "kind", "partner", "aanvraag", "termijn", "brief", "vermogen", "bijstand", "woning", "besluit", "loket", "erfenis"}
	for k := range issues {
		a := loop.Anchor{Regulation: "zorgtoeslag", Article: fmt.Sprintf("artikel-%d", 1+k%4), Item: fmt.Sprintf("stuk-%d", k)}
		list := []loop.Payload{&loop.IssueOpened{Anchor: a, Kind: loop.TooHarsh, Due: rule.MustDate("2027-10-01")}}
		for n := range 40 {
			var words []string
			for range 12 {
				words = append(words, parts[d.IntN(len(parts))]+parts[d.IntN(len(parts))])
			}
			list = append(list, &loop.SignalReceived{Signal: loop.Signal{
				ID: fmt.Sprintf("s-veel-%d-%d", k, n), Anchor: a, Kind: loop.TooHarsh, What: loop.Words(strings.Join(words, " ")), Frequency: loop.Weekly,
				Channel: loop.Professional, Reporter: "samira", Reachable: true,
			}})
		}
		var b store.Batch
		for _, p := range list {
			text, personal, err := loop.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			b.Drafts = append(b.Drafts, event.Draft{Stream: fmt.Sprintf("knelpunt/k-veel-%d", k), Type: p.Type(), At: time.Now(), Actor: "samira", Data: text, Personal: personal})
		}
		done, err := s.Append(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range done.Records {
			if len(r.Secrets) > 0 {
				seqs = append(seqs, r.Seq)
			}
		}
	}
	if len(seqs) != 40*issues {
		t.Fatalf("%d texts, want %d", len(seqs), 40*issues)
	}
	return seqs
}

// unindexed empties the index of words of a stopped data folder.
func unindexed(t *testing.T, data string) {
	t.Helper()
	s := openLog(t, data)
	defer s.Close()
	if err := s.(store.Finder).Unindex(t.Context(), search.Analysis); err != nil {
		t.Fatal(err)
	}
}

// indexedTo waits until the index of words of a running server goes beyond an event, or
// until the server ended.
func indexedTo(t *testing.T, s *server, data string, beyond uint64) (at store.Indexed) {
	t.Helper()
	log, err := readLog(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(time.Millisecond) {
		if at, err = log.(store.FindReader).Indexed(t.Context()); err != nil {
			t.Fatal(err)
		}
		if at.Analysis == search.Analysis && at.Seq > beyond {
			return at
		}
		select {
		case <-s.ended:
			t.Fatalf("the program ended: %s", s.said())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the index is at %+v and has to go beyond %d", at, beyond)
		}
	}
}

// wordIndex is what an index of words holds, whatever numbers its words have: each word
// with how many texts have it, and each text with its words.
func wordIndex(t *testing.T, data string) (terms, texts []string, at store.Indexed) {
	t.Helper()
	// In SQLite which text has a word stands there twice, once for each direction.
	questions := []string{
		`SELECT text || ' ' || stem || ' ' || root || ' ' || rev || ' ' || docs FROM found_term`,
		`SELECT x.seq || ' ' || x.field || ' ' || t.text || ' ' || i.head FROM found_text x, json_each(x.terms) j JOIN found_term t ON t.id = j.value LEFT JOIN found_in i ON i.term = t.id AND i.seq = x.seq
		UNION ALL SELECT 'los ' || i.seq || ' ' || i.term FROM found_in i LEFT JOIN found_text x ON x.seq = i.seq WHERE x.seq IS NULL`,
		`SELECT analysis || ' ' || seq FROM found_state`,
	}
	driver, source := "sqlite", "file:"+filepath.Join(data, sqlite.File)+"?mode=ro"
	if dsn := dsnOf(data); dsn != "" {
		driver, source = "pgx", dsn
		questions[1] = `SELECT x.seq || ' ' || x.field || ' ' || t.text || ' ' || (t.id = ANY(x.head))::int FROM found_text x CROSS JOIN unnest(x.terms) j LEFT JOIN found_term t ON t.id = j`
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var all [3][]string
	for i, q := range questions {
		rows, err := db.QueryContext(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var line sql.NullString // a word without a number, or the other way round
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			all[i] = append(all[i], line.String)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[i])
	}
	if _, err := fmt.Sscan(all[2][0], &at.Analysis, &at.Seq); err != nil {
		t.Fatal(err)
	}
	return all[0], all[1], at
}

// inIndex are the events of which a text is in an index.
func inIndex(t *testing.T, texts []string) map[uint64]bool {
	t.Helper()
	out := map[uint64]bool{}
	for _, line := range texts {
		var seq uint64
		if _, err := fmt.Sscan(line, &seq); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out[seq] = true
	}
	return out
}

// TestIndexerKilled: a server that is killed while it makes the index of words leaves
// exactly the texts up to the place that it says; the next one goes on there, and in the
// end the index is that of a server that was never killed.
func TestIndexerKilled(t *testing.T) {
	long(t)
	t.Run("sqlite", func(t *testing.T) { indexerKilled(t, onSQLite(t), many(2, 20)) })
	t.Run("postgres", func(t *testing.T) { indexerKilled(t, onPostgres(t), many(2, 20)) })
}

func indexerKilled(t *testing.T, data string, halfway int) {
	fill(t, data)
	seqs := manySignals(t, data, 40)
	last := seqs[len(seqs)-1]
	unindexed(t, data)
	kills, half, was := 0, 0, uint64(0)
	for ; half < halfway; kills++ {
		if kills > 10*halfway {
			t.Fatalf("of %d kills %d were halfway: the test shows too little", kills, half)
		}
		s := killable(t, data)
		indexedTo(t, s, data, was)
		s.kill()
		_, texts, at := wordIndex(t, data)
		there := inIndex(t, texts)
		for _, seq := range seqs {
			if there[seq] != (seq <= at.Seq) {
				t.Fatalf("seed %d, kill %d: the index says that it goes to %d, and that text %d is in it: %t", begin, kills, at.Seq, seq, there[seq])
			}
		}
		if was = at.Seq; was >= last {
			unindexed(t, data)
			was = 0
			continue
		}
		half++
	}
	whole := func() (terms, texts []string) {
		t.Helper()
		s := start(t, data)
		indexedTo(t, s, data, last-1)
		if code := s.stop(); code != 0 {
			t.Errorf("stops with %d: %s", code, s.said())
		}
		terms, texts, _ = wordIndex(t, data)
		return terms, texts
	}
	terms, texts := whole()
	there := inIndex(t, texts)
	for _, seq := range seqs {
		if !there[seq] {
			t.Fatalf("text %d is not in the index", seq)
		}
	}
	unindexed(t, data)
	terms2, texts2 := whole()
	if d := cmp.Diff(terms2, terms); d != "" {
		t.Errorf("words (-never killed +killed):\n%.2000s", d)
	}
	if d := cmp.Diff(texts2, texts); d != "" {
		t.Errorf("texts (-never killed +killed):\n%.2000s", d)
	}
	t.Logf("seed %d: %d kills, %d of them halfway; %d texts, %d words", begin, kills, half, len(there), len(terms))
}

// hits asks the index of a database for the texts that have a word.
func hits(t *testing.T, data, word string) []search.Found {
	t.Helper()
	log, err := readLog(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	_, found, err := log.(store.FindReader).Find(t.Context(), []search.Want{search.Asked(word)[0].Want()})
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

// foundOn counts the knelpunten on a list; a word that stands in one signal is in one.
func foundOn(a answer) int {
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`href="/knelpunten/(k-[^"/?#]+)"`).FindAllStringSubmatch(a.body, -1) {
		seen[m[1]] = true
	}
	return len(seen)
}

// TestSearchOnlyReads: a database that can only be read is still searched, by the server
// and by whoever opens it to read; once it can be written the index goes on.
func TestSearchOnlyReads(t *testing.T) {
	long(t)
	t.Run("sqlite", func(t *testing.T) {
		dir := disk(t, "64m")
		data := filepath.Join(dir, "data")
		fill(t, data)
		seqs := manySignals(t, data, 3)
		s := start(t, data)
		indexedTo(t, s, data, seqs[len(seqs)-1]-1)
		if code := s.stop(); code != 0 {
			t.Fatalf("stops with %d", code)
		}
		before := hits(t, data, "toeslag")
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Skipf("cannot be mounted again: %v", err)
		}
		if after := hits(t, data, "toeslag"); len(before) < 10 || !cmp.Equal(before, after) {
			t.Errorf("%d found, and %d on a disk that can only be read", len(before), len(after))
		}
	})
	t.Run("postgres", func(t *testing.T) {
		db := pgtest.Run(t, pgtest.Options{}) // its own: all its databases are only read
		data := folderAt(t, db.Database(t))
		s := start(t, data)
		samira := newBrowser(t, s, "samira", dice(1))
		report := func(d *deed) int {
			t.Helper()
			a, err := samira.post(d.path, d.values, false)
			if err != nil {
				t.Fatal(err)
			}
			return a.code
		}
		finds := func(word string) {
			t.Helper()
			a, err := samira.get("/knelpunten?zoek=" + word)
			if n := foundOn(a); err != nil || a.code != http.StatusOK || n != 1 {
				t.Errorf("searching %s: %d, %v, %d knelpunten", word, a.code, err, n)
			}
		}
		inIndex := func(word string) {
			t.Helper()
			for deadline := time.Now().Add(5 * time.Minute); len(hits(t, data, word)) != 1; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%s does not come into the index: %s", word, s.said())
				}
			}
		}
		if code := report(signal("zqvoorafq")); code != http.StatusSeeOther {
			t.Fatalf("a signal answers %d", code)
		}
		inIndex("zqvoorafq")
		db.Exec(t, `ALTER SYSTEM SET default_transaction_read_only = on`, `SELECT pg_reload_conf()`)
		// Each process of the database reads its settings in its own time.
		for deadline, n := time.Now().Add(time.Minute), 0; ; n++ {
			code := report(signal("zqtijdens" + strings.Repeat("z", n) + "q"))
			if code == http.StatusServiceUnavailable {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("a database that can only be read: a signal answers %d", code)
			}
		}
		finds("zqvoorafq")
		if len(hits(t, data, "zqvoorafq")) != 1 {
			t.Error("who only reads does not find it in the index")
		}
		if strings.Contains(s.said(), "zoeken in de database lukt niet") {
			t.Errorf("the server did not search in the database:\n%s", s.said())
		}
		db.Exec(t, `ALTER SYSTEM RESET default_transaction_read_only`, `SELECT pg_reload_conf()`)
		for deadline := time.Now().Add(time.Minute); ; {
			code := report(signal("zqdaarnaq"))
			if code == http.StatusSeeOther {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("a database that can be written again: a signal answers %d", code)
			}
		}
		inIndex("zqdaarnaq")
		finds("zqdaarnaq")
		if code := s.stop(); code != 0 {
			t.Errorf("stops with %d: %s", code, s.said())
		}
	})
}

// TestImportBesideServer: with PostgreSQL an old list comes in while the server works and
// people report. Two who bring in the same list at once have it there once, the server
// knows it without a restart, and nothing that was acknowledged is gone.
func TestImportBesideServer(t *testing.T) {
	long(t)
	data := onPostgres(t)
	s := start(t, data)
	const rows = 120
	var list strings.Builder
	list.WriteString("tekst;regeling;soort;datum\n")
	word := func(n int) string { return "zqlijst" + string(rune('a'+n/26)) + string(rune('a'+n%26)) + "q" }
	for n := range rows {
		fmt.Fprintf(&list, "Uit de oude lijst: %s kwam te laat.;zorgtoeslag;onduidelijk;2026-01-%02d\n", word(n), 1+n%28)
	}
	file := filepath.Join(t.TempDir(), "oud.csv")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	ctx, stop := context.WithCancel(t.Context())
	var people, imports sync.WaitGroup
	samira := newBrowser(t, s, "samira", dice(1))
	var told []string
	people.Go(func() {
		for n := 0; ctx.Err() == nil || n < 3; n++ {
			m := "zqbalie" + string(rune('a'+n/26%26)) + string(rune('a'+n%26)) + "q"
			d := signal(m)
			a, err := samira.post(d.path, d.values, false)
			if err != nil || a.code != http.StatusSeeOther {
				t.Errorf("a signal beside the import answers %d, %v", a.code, err)
				return
			}
			told = append(told, m)
		}
	})
	var got [2]struct {
		Nieuw    []json.RawMessage `json:"nieuw"`
		AlBekend int               `json:"alBekend"`
	}
	for i := range got {
		imports.Go(func() {
			code, out, said := command(t, "signals", "import", file, "--melder", "samira", "--data", data, "--json")
			if code != 0 {
				t.Errorf("signals import ends with %d: %s%s", code, out, said)
				return
			}
			if err := json.Unmarshal([]byte(out), &got[i]); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	imports.Wait()
	stop()
	people.Wait()
	if t.Failed() {
		t.Fatal(s.said())
	}
	if a, b := got[0], got[1]; len(a.Nieuw)+len(b.Nieuw) != rows || a.AlBekend+b.AlBekend != rows {
		t.Errorf("of %d rows the one brought in %d and knew %d, the other %d and %d", rows, len(a.Nieuw), a.AlBekend, len(b.Nieuw), b.AlBekend)
	}
	// The server knows what came in beside it, without a restart.
	karim := newBrowser(t, s, "karim", dice(1))
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		a, err := karim.get("/knelpunten?zoek=" + word(rows-1))
		if err != nil {
			t.Fatal(err)
		}
		if foundOn(a) == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not find what was brought in: %d, %d knelpunten", a.code, foundOn(a))
		}
	}
	if a, err := karim.get("/knelpunten?zoek=zqnergensq"); err != nil || foundOn(a) != 0 {
		t.Errorf("a word that nobody wrote is found in %d knelpunten, %v", foundOn(a), err)
	}
	log := follow(t, data)
	all := slices.Clone(told)
	for n := range rows {
		all = append(all, word(n))
	}
	for _, m := range all {
		if n := len(log.find(func(r record) bool { return strings.Contains(r.words, m) && strings.Contains(r.kind, "ontvangen") })); n != 1 {
			t.Errorf("%s was received %d times", m, n)
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d: %s", code, s.said())
	}
	if got := whole(t, data); !got.Good() {
		t.Errorf("%+v", got)
	}
	t.Logf("%d rows by two at once, %d signals beside them", rows, len(told))
}
