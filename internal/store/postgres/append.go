package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
)

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, b store.Batch) (store.Result, error) {
	return s.append(ctx, b, nil)
}

func (s *Store) append(ctx context.Context, b store.Batch, facts []outcome.Fact) (store.Result, error) {
	if err := b.Check(); err != nil {
		return store.Result{}, err
	}
	return s.log.Send(ctx, &request{batch: b, facts: facts})
}

// writing is one transaction that writes events: what it read under the lock, and
// what it is going to write.
type writing struct {
	s        *Store
	t        *transaction
	head     event.Head
	versions map[string]uint64
	requests map[string]done // known before
	items    shelf

	records []event.Record
	erase   []event.Ref
	keys    []keyed
	facts   factWriter
}

// done is what a request did before.
type done struct {
	intent      string
	first, last uint64
}

type keyed struct {
	key string
	done
}

// writeLog writes a group of batches: one question for all that it must know, and
// one message with all that it writes.
func (s *Store) writeLog(ctx context.Context, t *transaction, all []*request) ([]group.Reply, error) {
	w := &writing{s: s, t: t}
	if err := w.read(ctx, all); err != nil {
		return nil, err
	}
	replies, err := group.Each(all, func(r *request) (store.Result, error) { return w.any(ctx, r) })
	if err != nil {
		return nil, err
	}
	if err := w.write(ctx); err != nil {
		return replies, err // they hold when it turns out to be written after all
	}
	if len(w.erase) > 0 {
		select {
		case s.vacuum <- struct{}{}:
		default:
		}
	}
	return replies, nil
}

// read takes the lock and reads what the requests of a group are decided on.
func (w *writing) read(ctx context.Context, group []*request) error {
	w.versions, w.requests = map[string]uint64{}, map[string]done{}
	streams := map[string]bool{}
	var keys [][]byte
	var changes []store.Change
	for _, r := range group {
		for stream := range r.batch.Expect {
			streams[stream] = true
		}
		for _, d := range r.batch.Drafts {
			streams[d.Stream] = true
		}
		if r.batch.Key != "" {
			keys = append(keys, []byte(r.batch.Key))
		}
		changes = append(changes, r.batch.Changes...)
		if r.fill != nil {
			for _, it := range r.fill.Items {
				changes = append(changes, store.Change{Item: it})
			}
		}
	}
	b := &pgx.Batch{}
	b.Queue(`BEGIN`)
	if takes := w.s.takes(group); takes > 2*w.s.timeout {
		// What is to be written is made between two statements.
		b.Queue(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, millis(min(takes, time.Hour)))
	}
	b.Queue(`SELECT pg_advisory_xact_lock($1)`, lockKey(w.s.schema, "log"))
	b.Queue(`SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1`).Query(func(rows pgx.Rows) error {
		var hash []byte
		for rows.Next() {
			if err := rows.Scan(&w.head.Seq, &hash); err != nil {
				return err
			}
			copy(w.head.Hash[:], hash)
		}
		return rows.Err()
	})
	b.Queue(`SELECT s, coalesce((SELECT max(stream_seq) FROM event WHERE stream = s), 0) FROM unnest($1::text[]) s`, slices.Sorted(maps.Keys(streams))).Query(func(rows pgx.Rows) error {
		var stream string
		var v uint64
		_, err := pgx.ForEachRow(rows, []any{&stream, &v}, func() error { w.versions[stream] = v; return nil })
		return err
	})
	if len(keys) > 0 {
		b.Queue(`SELECT key, intent, first, last FROM request WHERE key = ANY($1::bytea[])`, keys).Query(func(rows pgx.Rows) error {
			var key, intent []byte
			var first, last uint64
			_, err := pgx.ForEachRow(rows, []any{&key, &intent, &first, &last}, func() error {
				w.requests[string(key)] = done{string(intent), first, last}
				return nil
			})
			return err
		})
	}
	w.items.read(b, w.s, changes)
	w.facts.read(b, group)
	return w.t.conn.SendBatch(ctx, b).Close()
}

func (w *writing) any(ctx context.Context, r *request) (store.Result, error) {
	if r.fill != nil {
		return store.Result{}, w.fill(r.fill)
	}
	if r.rebuild != nil {
		return store.Result{}, w.facts.rebuild(ctx, w.t.conn, r.rebuild)
	}
	return w.one(ctx, r.batch, r.facts)
}

// one decides on a batch, and remembers what is to be written of it.
func (w *writing) one(ctx context.Context, b store.Batch, facts []outcome.Fact) (store.Result, error) {
	if b.Key != "" {
		if was, ok := w.requests[b.Key]; ok {
			return w.repeated(ctx, b.Intent, was)
		}
	}
	for stream, want := range b.Expect {
		if have := w.versions[stream]; have != want {
			return store.Result{}, group.Reject(fmt.Errorf("%w (stroom %s: verwacht %d, gevonden %d)", store.ErrConflict, stream, want, have))
		}
	}
	if err := w.items.expect(b.Changes); err != nil {
		return store.Result{}, err
	}
	if err := w.facts.fresh(facts); err != nil {
		return store.Result{}, err
	}
	head, next := w.head, map[string]uint64{}
	records := make([]event.Record, len(b.Drafts))
	for i, d := range b.Drafts {
		v, ok := next[d.Stream]
		if !ok {
			v = w.versions[d.Stream]
		}
		r, err := event.Seal(d, head, v+1, w.s.salt)
		if err != nil {
			return store.Result{}, group.Reject(err)
		}
		records[i], next[d.Stream], head = r, v+1, r.Head()
	}
	// From here on nothing is refused.
	maps.Copy(w.versions, next)
	w.head = head
	w.records = append(w.records, records...)
	w.erase = append(w.erase, b.Erase...)
	w.items.change(b.Changes)
	w.facts.add(records[0].Seq, facts)
	if b.Key != "" {
		d := done{b.Intent, records[0].Seq, records[len(records)-1].Seq}
		w.requests[b.Key] = d
		w.keys = append(w.keys, keyed{b.Key, d})
	}
	return store.Result{Records: records}, nil
}

// repeated gives the result of a request that was done before, in this transaction
// or an earlier one.
func (w *writing) repeated(ctx context.Context, intent string, was done) (store.Result, error) {
	if intent != was.intent {
		return store.Result{}, group.Reject(store.ErrKeyReused)
	}
	var list []event.Record
	for _, r := range w.records {
		if r.Seq >= was.first && r.Seq <= was.last {
			// As it would be read back: without the words of files.
			r.Secrets = maps.Clone(r.Secrets)
			maps.DeleteFunc(r.Secrets, func(field string, _ event.Secret) bool { return event.Bulk(field) })
			list = append(list, r)
		}
	}
	if len(list) > 0 {
		return store.Result{Records: list, Repeated: true}, nil
	}
	list, err := records(ctx, w.t.conn, `seq BETWEEN $1 AND $2 ORDER BY seq`, was.first, was.last)
	return store.Result{Records: list, Repeated: true}, err
}

func (s *Store) salt() ([]byte, error) {
	b := make([]byte, event.SaltSize)
	if _, err := io.ReadFull(s.options.Random, b); err != nil {
		return nil, err
	}
	return b, nil
}

// maxMessage is how many bytes of texts one statement carries at most; PostgreSQL
// refuses a message of a gigabyte.
const maxMessage = 32 << 20

// write sends all that the group adds, and the commit, in one message.
func (w *writing) write(ctx context.Context) error {
	b := &pgx.Batch{}
	if err := w.putRecords(b); err != nil {
		return err
	}
	if len(w.keys) > 0 {
		var keys, intents [][]byte
		var first, last []int64
		for _, k := range w.keys {
			keys, intents = append(keys, []byte(k.key)), append(intents, []byte(k.intent))
			first, last = append(first, int64(k.first)), append(last, int64(k.last))
		}
		// A key that is there already comes from another store that is taken over.
		b.Queue(`INSERT INTO request (key, intent, first, last) SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[])
			ON CONFLICT (key) DO UPDATE SET intent = excluded.intent, first = excluded.first, last = excluded.last`, keys, intents, first, last)
	}
	if len(w.erase) > 0 {
		var seqs []int64
		var fields []string
		for _, ref := range w.erase {
			if strings.ContainsRune(ref.Field, 0) || ref.Seq > 1<<62 {
				continue // no event has it
			}
			seqs, fields = append(seqs, int64(ref.Seq)), append(fields, ref.Field)
		}
		b.Queue(`DELETE FROM personal p USING unnest($1::bigint[], $2::text[]) AS e (seq, field) WHERE p.seq = e.seq AND p.field = e.field`, seqs, fields)
	}
	w.items.write(b)
	w.facts.write(b)
	topics := []string{}
	if len(w.records) > 0 {
		topics = append(topics, store.LogTopic)
	}
	return w.s.end(ctx, w.t, b, topics)
}

// end marks the transaction, announces, and commits. A batch that writes nothing is
// rolled back.
func (s *Store) end(ctx context.Context, t *transaction, b *pgx.Batch, topics []string) error {
	if b.Len() == 0 {
		_, err := t.conn.Exec(ctx, `ROLLBACK`)
		return err
	}
	b.Queue(`INSERT INTO writer (id, tx) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET tx = excluded.tx, at = now()`, t.writer, t.mark)
	for _, topic := range topics {
		b.Queue(`SELECT pg_notify($1, $2)`, channelName(s.schema), topic)
	}
	b.Queue(`COMMIT`)
	t.sent = true
	return t.conn.SendBatch(ctx, b).Close()
}

func (w *writing) putRecords(b *pgx.Batch) error {
	var e eventRows
	var p secretRows
	for _, r := range w.records {
		if err := e.add(r.Event); err != nil {
			return err
		}
		if e.bytes > maxMessage {
			e.queue(b)
			e = eventRows{}
		}
	}
	e.queue(b)
	for _, r := range w.records {
		for _, field := range slices.Sorted(maps.Keys(r.Secrets)) {
			p.add(r.Seq, field, r.Secrets[field])
			if p.bytes > maxMessage {
				p.queue(b)
				p = secretRows{}
			}
		}
	}
	p.queue(b)
	return nil
}

// eventRows are the columns of events to insert.
type eventRows struct {
	seq, streamSeq, second, nano []int64
	stream, kind, actor          []string
	data, personal, prev, hash   [][]byte
	bytes                        int
}

func (c *eventRows) add(e event.Event) error {
	var personal []byte
	if e.Personal != nil {
		var err error
		if personal, err = json.Marshal(e.Personal); err != nil {
			return fmt.Errorf("BUG: commitments: %w", err)
		}
	}
	c.seq, c.streamSeq = append(c.seq, int64(e.Seq)), append(c.streamSeq, int64(e.StreamSeq))
	c.second, c.nano = append(c.second, e.At.Unix()), append(c.nano, int64(e.At.Nanosecond()))
	c.stream, c.kind, c.actor = append(c.stream, e.Stream), append(c.kind, e.Type), append(c.actor, e.Actor)
	c.data, c.personal = append(c.data, e.Data), append(c.personal, personal)
	c.prev, c.hash = append(c.prev, e.PrevHash[:]), append(c.hash, e.Hash[:])
	c.bytes += len(e.Data) + len(personal) + 256
	return nil
}

func (c *eventRows) queue(b *pgx.Batch) {
	if len(c.seq) == 0 {
		return
	}
	b.Queue(`INSERT INTO event (seq, stream, stream_seq, type, at_second, at_nano, actor, data, personal, prev, hash)
		SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[])`,
		c.seq, c.stream, c.streamSeq, c.kind, c.second, c.nano, c.actor, c.data, c.personal, c.prev, c.hash)
}

// secretRows are the columns of personal texts to insert.
type secretRows struct {
	seq         []int64
	field       []string
	words, salt [][]byte
	bytes       int
}

func (c *secretRows) add(seq uint64, field string, s event.Secret) {
	c.seq, c.field = append(c.seq, int64(seq)), append(c.field, field)
	c.words, c.salt = append(c.words, []byte(s.Text)), append(c.salt, s.Salt)
	c.bytes += len(s.Text) + 128
}

func (c *secretRows) queue(b *pgx.Batch) {
	if len(c.seq) > 0 {
		b.Queue(`INSERT INTO personal (seq, field, words, salt) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[])`, c.seq, c.field, c.words, c.salt)
	}
}
