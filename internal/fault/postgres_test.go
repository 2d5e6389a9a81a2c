package fault_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store/pgtest"
)

// atDatabase makes a statement in the database of a data folder, as an administrator.
func atDatabase(t *testing.T, data, statement string, args ...any) {
	t.Helper()
	c := connected(t, data)
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	done, err := c.Exec(t.Context(), statement, args...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if f := strings.Fields(statement); (f[0] == "UPDATE" || f[0] == "DELETE" || f[0] == "INSERT") && done.RowsAffected() == 0 {
		t.Fatalf("%s changes nothing", statement)
	}
}

func connected(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	c, err := pgx.ParseConfig(dsnOf(data))
	if err != nil {
		t.Fatal(err)
	}
	// Triggers that stop mistakes do not stop those who may do everything.
	c.RuntimeParams["session_replication_role"] = "replica"
	conn, err := pgx.ConnectConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// troubled lets people work while something is wrong with the database of a server:
// what is written is refused with 503 and what was typed, nothing of it is in the
// log, pages go on; and when it is over all of it is written, without a restart.
// reads are the pages that go on. While a disk is full what fits in a page that is
// half used is still written: partly says so, and then that has to be there.
func troubled(t *testing.T, s *server, name string, begin, end func(), partly bool, reads ...string) {
	t.Helper()
	log := follow(t, s.data)
	log.read() // its connection is from before
	samira, citizen, karim := newBrowser(t, s, "samira", dice(1)), newBrowser(t, s, "", dice(1)), newBrowser(t, s, "karim", dice(1))
	n := 0
	marker := func() string { n++; return "pech" + name + strings.Repeat("z", n%30) + strings.Repeat("w", n/30) + "q" }
	send := func(d *deed) *deed {
		t.Helper()
		b := samira
		switch {
		case d.path == "/er-ging-iets-mis" || d.path == "/invoer/beslissingen":
			b = citizen
		case strings.HasPrefix(d.path, "/metingen/"):
			b = karim
		}
		var err error
		if d.body != "" {
			d.answer, err = b.send(d.path, d.kind, strings.NewReader(d.body))
		} else {
			d.answer, err = b.post(d.path, d.values, d.multi)
		}
		if err != nil {
			t.Error(err)
		}
		return d
	}
	if d := send(signal(marker())); !acknowledged(d) {
		t.Fatalf("before: a signal answers %d", d.answer.code)
	}
	begin()
	refused := []*deed{signal(marker()), message(marker()), outcomeEvent(marker()), importFile(marker())}
	var all sync.WaitGroup
	for _, d := range refused {
		all.Go(func() { send(d) })
	}
	all.Wait()
	partial := 0
	for _, d := range refused {
		if d.acked = partly && acknowledged(d); d.acked {
			partial++
			continue
		}
		if d.answer.code != http.StatusServiceUnavailable || d.answer.header.Get("Retry-After") == "" {
			t.Errorf("POST %s answers %d, Retry-After %q: %.400s", d.path, d.answer.code, d.answer.header.Get("Retry-After"), d.answer.body)
		}
		if d.values != nil && !strings.Contains(d.answer.body, d.marker) {
			t.Errorf("POST %s loses what was typed", d.path)
		}
		if kind := d.answer.header.Get("Content-Type"); d.path == "/invoer/beslissingen" && kind != "application/problem+json" {
			t.Errorf("POST %s answers %s", d.path, kind)
		}
	}
	for _, path := range append(reads, "/", "/knelpunten", "/regelingen/zorgtoeslag") {
		if code, _, _ := s.status(path); code != http.StatusOK {
			t.Errorf("GET %s answers %d meanwhile", path, code)
		}
	}
	end()
	t.Logf("%d of %d were refused", len(refused)-partial, len(refused))
	for _, d := range refused {
		if d.acked {
			continue
		}
		if got := log.find(func(r record) bool { return strings.Contains(r.words, d.marker) }); len(got) > 0 {
			t.Errorf("POST %s was refused and is in the log: %v", d.path, got)
		}
		deadline := time.Now().Add(time.Minute)
		for send(d); !acknowledged(d) && time.Now().Before(deadline); send(d) {
			time.Sleep(200 * time.Millisecond)
		}
		if !acknowledged(d) {
			t.Errorf("POST %s answers %d afterwards", d.path, d.answer.code)
		}
		got := log.find(func(r record) bool {
			return strings.Contains(r.words, d.marker) && strings.Contains(r.kind, "ontvangen")
		})
		if len(got) != 1 && !isFact(d) {
			t.Errorf("POST %s was acknowledged and received %d times", d.path, len(got))
		}
	}
}

// TestDatabaseTrouble: a database that is set to only read, that has no connection
// left, and of which somebody holds a table.
func TestDatabaseTrouble(t *testing.T) {
	long(t)
	db := pgtest.Run(t, pgtest.Options{Settings: []string{"max_connections = 40", "superuser_reserved_connections = 3"}})
	db.Exec(t, `CREATE ROLE lus LOGIN CREATEDB`, `CREATE DATABASE lus OWNER lus`)
	// As a person who may not everything: the last connections are for those who may.
	dsn := strings.Replace(db.DSN("lus"), "postgres@", "lus@", 1) + "&statement_timeout=2s&pool_max_conns=8"
	s := start(t, folderAt(t, dsn))
	// reads gives a setting and waits until new connections have it: then the others,
	// of the program, were told.
	reads := func(statement, value string) func() {
		return func() {
			db.Exec(t, statement, `SELECT pg_reload_conf()`)
			data := folderAt(t, db.DSN("lus"))
			for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
				c, now := connected(t, data), ""
				err := errors.Join(c.QueryRow(t.Context(), `SHOW default_transaction_read_only`).Scan(&now), c.Close(t.Context()))
				if err == nil && now == value {
					return
				}
				if err != nil || time.Now().After(deadline) {
					t.Fatalf("default_transaction_read_only is %q, want %s: %v", now, value, err)
				}
			}
		}
	}
	t.Run("only reads", func(t *testing.T) {
		troubled(t, s, "lezen", reads(`ALTER SYSTEM SET default_transaction_read_only = on`, "on"), reads(`ALTER SYSTEM RESET default_transaction_read_only`, "off"), false, "/register")
	})
	t.Run("no connection left", func(t *testing.T) {
		troubled(t, s, "druk", func() {
			// The server loses its connections and gets no others.
			db.Exec(t, `ALTER ROLE lus CONNECTION LIMIT 0`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lus'`)
		}, func() {
			db.Exec(t, `ALTER ROLE lus CONNECTION LIMIT -1`)
		}, false)
	})
	t.Run("a table is held", func(t *testing.T) {
		byHand(t)
		c := connected(t, folderAt(t, db.DSN("lus")))
		defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
		var tx pgx.Tx
		troubled(t, s, "slot", func() {
			var err error
			if tx, err = c.Begin(t.Context()); err == nil {
				_, err = tx.Exec(t.Context(), `LOCK TABLE event, item IN EXCLUSIVE MODE`)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, func() {
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, false, "/register")
	})
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d: %s", code, s.said())
	}
	if got := whole(t, s.data); !got.Good() {
		t.Errorf("%+v", got)
	}
}

// TestDamagedDatabase: what was changed in a database behind the back of the program
// is found by audit verify or doctor, with where, and never shown as if it were true.
func TestDamagedDatabase(t *testing.T) {
	long(t)
	data := use(t, onPostgres(t))
	for name, x := range map[string]struct {
		statement, undo string
		starts          bool // reading it does not need what was changed
		code            string
	}{
		"a word of an event":   {`UPDATE event SET data = set_byte(data, octet_length(data) / 2, get_byte(data, octet_length(data) / 2) # 1) WHERE seq = (SELECT max(seq) FROM event)`, "same", false, "keten"},
		"a personal text":      {`UPDATE personal SET words = set_byte(words, 0, get_byte(words, 0) # 1) WHERE (seq, field) = (SELECT seq, field FROM personal WHERE octet_length(words) > 0 AND NOT starts_with(field, 'bestand') ORDER BY seq DESC, field LIMIT 1)`, "same", false, "keten"},
		"who did it":           {`UPDATE event SET actor = 'samirb' WHERE seq = (SELECT max(seq) FROM event WHERE actor = 'samira')`, `UPDATE event SET actor = 'samira' WHERE actor = 'samirb'`, false, "keten"},
		"an event taken out":   {`UPDATE event SET seq = 1000000 WHERE seq = 5`, `UPDATE event SET seq = 5 WHERE seq = 1000000`, false, "keten"},
		"an outcome":           {`UPDATE fact SET flags = flags # 2 WHERE id = (SELECT max(id) FROM fact)`, "same", true, "uitkomsten"},
		"what outcomes add to": {`UPDATE cube SET n = n + 1`, `UPDATE cube SET n = n - 1`, true, "tellingen"},
		"a newer program":      {`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)`, `DELETE FROM goose_db_version WHERE version_id = 999`, false, "logboek-onleesbaar"},
	} {
		atDatabase(t, data, x.statement)
		if got, code := examine(t, nil, "--data", data, "--alles"); code != 1 || !strings.Contains(fmt.Sprint(got.Found), x.code) {
			t.Errorf("%s: doctor ends with %d: %+v", name, code, got.Found)
		}
		if thorough || name == "a word of an event" {
			s := launch(t, data, nil)
			switch {
			case s == nil && x.starts:
				t.Errorf("%s: the program does not start", name)
			case s != nil && !x.starts:
				t.Errorf("%s: the program serves it", name)
			}
			if s != nil {
				s.kill()
			}
		}
		if x.undo == "same" {
			x.undo = x.statement
		}
		atDatabase(t, data, x.undo)
	}
	if got, code := examine(t, nil, "--data", data, "--alles"); code != 0 {
		t.Errorf("undone, and still: %+v", got.Found)
	}
}

// columns of the tables that the program checks, with what says which row. Those of
// items are not among them: they have no chain.
var columns = []struct{ table, column, kind string }{
	{"event", "stream", "text"}, {"event", "type", "text"}, {"event", "actor", "text"}, {"event", "data", "bytea"}, {"event", "personal", "bytea"},
	{"event", "prev", "bytea"}, {"event", "hash", "bytea"}, {"event", "at_second", "bigint"}, {"event", "at_nano", "bigint"}, {"event", "stream_seq", "bigint"},
	{"personal", "words", "bytea"}, {"personal", "salt", "bytea"}, {"personal", "field", "text"},
	{"fact", "name", "text"}, {"fact", "zaak", "text"}, {"fact", "day", "bigint"}, {"fact", "flags", "bigint"}, {"fact", "batch", "bigint"}, {"fact", "amount", "text"},
	{"cube", "n", "bigint"}, {"cube_day", "n", "bigint"}, {"cell", "regulation", "text"}, {"cell", "class", "text"}, {"word", "text", "text"},
}

// TestFlippedBits: a bit that is changed in any value of the log or the outcomes is
// found, or what the log tells is exactly what it told before.
func TestFlippedBits(t *testing.T) {
	long(t)
	data := use(t, onPostgres(t))
	want, good := read1(t, data)
	if !good {
		t.Fatal("the database is not good to begin with")
	}
	d := dice(6)
	c := connected(t, data)
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	found, harmless := 0, 0
	for range many(8, 400) {
		x := columns[d.IntN(len(columns))]
		var row string
		q := fmt.Sprintf(`SELECT ctid::text FROM %s WHERE octet_length(%s::text) > 0 ORDER BY ctid OFFSET floor($1::float8 * (SELECT count(*) FROM %s WHERE octet_length(%s::text) > 0)) LIMIT 1`, x.table, x.column, x.table, x.column)
		if err := c.QueryRow(t.Context(), q, d.Float64()).Scan(&row); err != nil {
			t.Fatalf("%s.%s: %v", x.table, x.column, err)
		}
		tx, err := c.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		change := map[string]string{
			"bytea":  `set_bit(%[1]s, floor($2::float8 * 8 * octet_length(%[1]s))::bigint, 1 - get_bit(%[1]s, floor($2::float8 * 8 * octet_length(%[1]s))::bigint))`,
			"text":   `overlay(%[1]s PLACING chr(97 + (ascii(substr(%[1]s, 1 + floor($2::float8 * length(%[1]s))::int, 1)) + 1) %% 26) FROM 1 + floor($2::float8 * length(%[1]s))::int FOR 1)`,
			"bigint": `%[1]s # (1::bigint << floor($2::float8 * 20)::int)`,
		}[x.kind]
		var old string
		if err := tx.QueryRow(t.Context(), fmt.Sprintf(`SELECT %s::text FROM %s WHERE ctid = $1::tid`, x.column, x.table), row).Scan(&old); err != nil {
			t.Fatal(err)
		}
		var at string
		err = tx.QueryRow(t.Context(), fmt.Sprintf(`UPDATE %s SET %s = %s WHERE ctid = $1::tid RETURNING ctid::text`, x.table, x.column, fmt.Sprintf(change, x.column)), row, d.Float64()).Scan(&at)
		if err != nil { // two values of which only one may be there
			_ = tx.Rollback(t.Context())
			continue
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, good := read1(t, data)
		switch {
		case !good:
			found++
		case got != want:
			t.Errorf("seed %d: %s.%s of %s is changed, is called good and tells something else", begin, x.table, x.column, row)
		default:
			harmless++
		}
		if _, err := c.Exec(t.Context(), fmt.Sprintf(`UPDATE %s SET %s = $2::text::%s WHERE ctid = $1::tid`, x.table, x.column, x.kind), at, old); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("nothing was found: the test shows nothing")
	}
	if got, good := read1(t, data); !good || got != want {
		t.Errorf("undone, and still not what it was: %t", good)
	}
	t.Logf("seed %d: of %d changed values %d were found, %d say nothing", begin, found+harmless, found, harmless)
}

// TestFirstStartKilled: killed at any moment of making the tables of an empty
// database, the next start finishes it. A server without a demo is what is started:
// filling the demo takes twenty times as long as the tables, and TestKilled kills
// that.
func TestFirstStartKilled(t *testing.T) {
	byHand(t)
	serve := func(data string) []string { return []string{"serve", "--addr", "127.0.0.1:0", "--data", data} }
	data := onPostgres(t)
	began := time.Now()
	s := launch(t, data, nil, "serve")
	if s == nil {
		t.Fatal("an empty database is not opened")
	}
	took := time.Since(began) // on this machine, now
	s.stop()
	d := dice(7)
	const rounds = 8
	for n := range rounds {
		data := onPostgres(t)
		for range 3 {
			cmd := spawn(t, serve(data)...)
			time.Sleep(time.Duration(d.Int64N(int64(took))))
			cmd.kill()
		}
		s := launch(t, data, nil, "serve")
		if s == nil {
			t.Fatalf("seed %d, round %d: does not start after it was killed while making its tables", begin, n)
		}
		s.stop()
		if got := whole(t, data); !got.Good() {
			t.Errorf("seed %d, round %d: %+v", begin, n, got)
		}
	}
	t.Logf("seed %d: %d kills within the %s that a first start takes", begin, 3*rounds, took.Round(time.Millisecond))
}
