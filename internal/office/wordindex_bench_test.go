package office_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/event"
	"lemniscaat/internal/likeness"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// TestMeasureWords measures what ADR 27 says: looking for words in 100,000 signals, by
// reading kept words, in an index in memory, and in the index of SQLite and of
// PostgreSQL. It only tells; run it with METEN=1 and -v on a quiet machine. METEN gives
// the number of signals when it is more than 1.
func TestMeasureWords(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("METEN"))
	if n == 0 {
		t.Skip("only measures: set METEN=1")
	}
	if n == 1 {
		n = 100_000
	}
	const asked = 300
	texts, questions := measuredTexts(t, n, asked)
	wants := make([][]search.Want, asked)
	for i, q := range questions {
		for _, w := range search.Asked(q) {
			wants[i] = append(wants[i], w.Want())
		}
	}
	t.Logf("%d signalen, %d vragen", n, asked)

	// What was kept before: the words of every knelpunt and of its title.
	before := inUse()
	began := time.Now()
	type kept struct{ title, all likeness.Text }
	words := make([]kept, n)
	for i, text := range texts {
		words[i] = kept{likeness.New("", "", "", shown(text)), likeness.New("", "", "", text)}
	}
	built, size := time.Since(began), inUse()-before
	found := make([][]uint64, asked)
	took := timed(asked, func(i int) {
		look := likeness.Look(questions[i])
		for k, w := range words {
			if len(look) > 0 && (w.title.Match(look) || w.all.Match(look)) {
				found[i] = append(found[i], uint64(k)+1)
			}
		}
	})
	runtime.KeepAlive(words)
	words = nil
	t.Logf("| woorden van elk knelpunt in het geheugen (was) | %.0f MB | 0 | %s | %s | %s |", size, rounded(built), at(took, 50), at(took, 99))

	before = inUse()
	began = time.Now()
	x := search.NewTexts()
	for i, text := range texts {
		x.Add(uint64(i)+1, search.Terms(text, shown(text)))
	}
	built, size = time.Since(began), inUse()-before
	same := func(i int, hits [][]search.Found) {
		if got := every(hits); !slices.Equal(got, found[i]) {
			t.Errorf("%q finds %d, by reading %d", questions[i], len(got), len(found[i]))
		}
	}
	var hits [][]search.Found
	took = timed(asked, func(i int) { hits = x.Find(wants[i]) }, func(i int) { same(i, hits) })
	runtime.KeepAlive(x)
	x = nil
	t.Logf("| index in het geheugen (zonder database) | %.0f MB | 0 | %s | %s | %s |", size, rounded(built), at(took, 50), at(took, 99))

	dir := t.TempDir()
	lite, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer lite.Close()
	dsn := pgtest.Start(t)
	pg, err := postgres.Open(t.Context(), dsn, postgres.Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close()
	for _, s := range []struct {
		name  string
		store store.Store
		bytes func() float64
	}{
		{"SQLite", lite, func() float64 {
			db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			var sum int64
			if err := db.QueryRowContext(t.Context(), `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`).Scan(&sum); err != nil {
				t.Fatal(err)
			}
			return float64(sum) / (1 << 20)
		}},
		{"PostgreSQL", pg, func() float64 {
			c, err := pgx.Connect(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close(t.Context()) }()
			var sum int64
			if err := c.QueryRow(t.Context(), `SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(ARRAY['found_term', 'found_text', 'found_state']) AS t`).Scan(&sum); err != nil {
				t.Fatal(err)
			}
			return float64(sum) / (1 << 20)
		}},
	} {
		refs := measuredLog(t, s.store, texts)
		empty := s.bytes()
		f := s.store.(store.Finder)
		began := time.Now()
		if err := f.Unindex(t.Context(), search.Analysis); err != nil {
			t.Fatal(err)
		}
		have := store.Indexed{Analysis: search.Analysis}
		before := inUse()
		for from := 0; from < n; from += 100 {
			var list []store.IndexedText
			for k := from; k < min(from+100, n); k++ {
				list = append(list, store.IndexedText{Ref: refs[k], Terms: search.Terms(texts[k], shown(texts[k]))})
			}
			to := list[len(list)-1].Seq
			if err := f.Index(t.Context(), have, to, list); err != nil {
				t.Fatal(err)
			}
			have.Seq = to
		}
		built := time.Since(began)
		var hits [][]search.Found
		took := timed(asked, func(i int) {
			var err error
			if _, hits, err = f.Find(t.Context(), wants[i]); err != nil {
				t.Fatal(err)
			}
		}, func(i int) { same(i, hits) })
		hits = nil
		t.Logf("| index in %s | %.0f MB | %.0f MB | %s | %s | %s |", s.name, max(0, inUse()-before), s.bytes()-empty, rounded(built), at(took, 50), at(took, 99))
		began = time.Now()
		if _, err := f.TextRoots(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: de stammen van alle teksten, voor wat bij elkaar hoort: %s", s.name, rounded(time.Since(began)))
		began = time.Now()
		if _, err := s.store.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "gewist", Type: "proef.1", At: time.Unix(1e9, 0), Actor: "proef", Data: []byte(`{}`)}}, Erase: refs[:1000]}); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: duizend teksten wissen: %s", s.name, rounded(time.Since(began)))
	}
}

// shown is the beginning of a text.
func shown(text string) string {
	if len(text) <= 80 {
		return text
	}
	return text[:max(0, strings.LastIndexByte(text[:80], ' '))]
}

// every gives the texts that all wants find.
func every(hits [][]search.Found) (out []uint64) {
	if len(hits) == 0 {
		return nil
	}
	for _, f := range hits[0] {
		out = append(out, f.Seq)
	}
	for _, h := range hits[1:] {
		out = slices.DeleteFunc(out, func(seq uint64) bool {
			_, ok := slices.BinarySearchFunc(h, seq, func(f search.Found, seq uint64) int { return cmp.Compare(f.Seq, seq) })
			return !ok
		})
	}
	return out
}

// timed times each question; after is not timed.
func timed(n int, do func(i int), after ...func(i int)) []time.Duration {
	out := make([]time.Duration, n)
	for i := range n {
		began := time.Now()
		do(i)
		out[i] = time.Since(began)
		for _, f := range after {
			f(i)
		}
	}
	slices.Sort(out)
	return out
}

func at(took []time.Duration, percent int) time.Duration {
	return took[(len(took)-1)*percent/100].Round(10 * time.Microsecond)
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// inUse is the heap that is in use, in MB.
func inUse() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// measuredLog writes the texts in a log: text n is that of event n+1.
func measuredLog(t *testing.T, s store.Store, texts []string) []event.Ref {
	t.Helper()
	refs := make([]event.Ref, len(texts))
	for from := 0; from < len(texts); from += 1000 {
		var b store.Batch
		for k := from; k < min(from+1000, len(texts)); k++ {
			b.Drafts = append(b.Drafts, event.Draft{
				Stream: fmt.Sprintf("knelpunt/%d", k), Type: "proef.1", At: time.Unix(1e9, 0), Actor: "proef", Data: []byte(`{}`), Personal: map[string]string{"wat": texts[k]},
			})
			refs[k] = event.Ref{Seq: uint64(k) + 1, Field: "wat"}
		}
		if _, err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return refs
}

// measuredTexts makes texts of some forty words out of sentences of the shipped rules,
// and questions: a word, two words, and the beginning of a long word.
func measuredTexts(t *testing.T, n, asked int) (texts, questions []string) {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	var sentences, words []string
	counts := map[string]int{}
	for _, r := range set.Regulations {
		for _, a := range r.Articles {
			for s := range strings.SplitSeq(a.Text, ". ") {
				if len(s) < 40 || len(s) > 400 {
					continue
				}
				sentences = append(sentences, s)
				for _, w := range search.Words(s) {
					counts[w]++
				}
			}
		}
	}
	for w := range counts {
		if len(w) > 3 {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	d := rand.New(rand.NewPCG(1, 2))
	for k := range n {
		var s []string
		for range 2 + d.IntN(2) {
			s = append(s, sentences[d.IntN(len(sentences))])
		}
		texts = append(texts, strings.Join(s, ". ")+fmt.Sprintf(" Zaak %d.", k)) // every signal has a word of its own
	}
	for i := range asked {
		w := words[d.IntN(len(words))]
		switch i % 3 {
		case 1:
			w += " " + words[d.IntN(len(words))]
		case 2:
			for len(w) < 10 {
				w = words[d.IntN(len(words))]
			}
			w = w[:6]
		}
		questions = append(questions, w)
	}
	return texts, questions
}
