package postgres_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/regelingen"
)

// TestFullText measures what ADR 24 says about looking for words in 10,000 signals: the
// index in memory beside the full-text search of PostgreSQL (dutch, GIN). It only
// tells; run it with METEN=1 and -v on a quiet machine.
func TestFullText(t *testing.T) {
	if os.Getenv("METEN") == "" {
		t.Skip("only measures: set METEN=1")
	}
	const n, asked = 10_000, 300
	texts, questions := signals(t, n, asked)

	before := heap()
	began := time.Now()
	docs := make([]search.Document, n)
	for i, text := range texts {
		docs[i] = search.Document{ID: fmt.Sprint(i), Fields: []search.Field{{Name: "tekst", Text: text, Weight: 1}}}
	}
	index := search.New(docs)
	built := time.Since(began)
	size := heap() - before
	var took []time.Duration
	found := make([]map[int]bool, asked)
	for i, q := range questions {
		from := time.Now()
		hits := index.Search(q, n)
		took = append(took, time.Since(from))
		found[i] = map[int]bool{}
		for _, h := range hits {
			found[i][h.Doc] = true
		}
	}
	runtime.KeepAlive(index)
	t.Logf("| in het geheugen | %.0f MB per server | %s | %s | %s |", size, built.Round(time.Millisecond), at(took, 50), at(took, 99))

	c, err := pgx.Connect(t.Context(), pgtest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	began = time.Now()
	if _, err := c.Exec(t.Context(), `CREATE TABLE doc (id int PRIMARY KEY, text text NOT NULL, tsv tsvector GENERATED ALWAYS AS (to_tsvector('dutch', text)) STORED)`); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), `CREATE INDEX ON doc USING gin (tsv)`); err != nil {
		t.Fatal(err)
	}
	b := &pgx.Batch{}
	for i, text := range texts {
		b.Queue(`INSERT INTO doc (id, text) VALUES ($1, $2)`, i, text)
	}
	if err := c.SendBatch(t.Context(), b).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), `ANALYZE doc`); err != nil {
		t.Fatal(err)
	}
	built = time.Since(began)
	var bytes int64
	if err := c.QueryRow(t.Context(), `SELECT pg_total_relation_size('doc')`).Scan(&bytes); err != nil {
		t.Fatal(err)
	}
	took = nil
	var both, missing, extra, same int
	for i, q := range questions {
		// Any of the words, as the index in memory does.
		ask := strings.Join(search.Words(q), " or ")
		from := time.Now()
		rows, err := c.Query(t.Context(), `SELECT id FROM doc, websearch_to_tsquery('dutch', $1) q WHERE tsv @@ q ORDER BY ts_rank(tsv, q) DESC, id`, ask)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(from))
		hit := 0
		for _, id := range list {
			if found[i][id] {
				hit++
			}
		}
		both, missing, extra = both+hit, missing+len(found[i])-hit, extra+len(list)-hit
		if hit == len(found[i]) && hit == len(list) {
			same++
		}
	}
	t.Logf("| PostgreSQL, tsvector | %.0f MB in de database | %s | %s | %s |", float64(bytes)/(1<<20), built.Round(time.Millisecond), at(took, 50), at(took, 99))
	t.Logf("van %d vragen geven er %d dezelfde berichten; van wat het geheugen vindt, vindt PostgreSQL %.1f %% niet; %d berichten vindt alleen PostgreSQL",
		asked, same, 100*float64(missing)/float64(max(1, both+missing)), extra)
}

func at(took []time.Duration, percent int) time.Duration {
	slices.Sort(took)
	return took[(len(took)-1)*percent/100].Round(10 * time.Microsecond)
}

// heap is what is in use, in MB.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// signals makes texts of some forty words out of sentences of the shipped rules, and
// questions: a word, two words, and the end or the beginning of a long word.
func signals(t *testing.T, n, asked int) (texts, questions []string) {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	var sentences []string
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
	var words []string
	for w := range counts {
		if len(w) > 3 {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(a, b) })
	d := rand.New(rand.NewPCG(1, 2))
	for range n {
		var s []string
		for range 2 + d.IntN(2) {
			s = append(s, sentences[d.IntN(len(sentences))])
		}
		texts = append(texts, strings.Join(s, ". "))
	}
	word := func() string { return words[d.IntN(len(words))] }
	for i := range asked {
		w := word()
		switch i % 3 {
		case 1:
			w += " " + word()
		case 2:
			for len(w) < 10 {
				w = word()
			}
			if i%2 == 0 {
				w = w[len(w)-6:]
			} else {
				w = w[:6]
			}
		}
		questions = append(questions, w)
	}
	return texts, questions
}
