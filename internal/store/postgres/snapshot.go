package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store"
)

// frozen is one connection in one transaction: whatever is asked, and whatever
// others write meanwhile, it answers as it was when the transaction began.
type frozen struct {
	pgx.Tx
	conn *pgx.Conn
}

func (f frozen) still(_ context.Context, do func(pgx.Tx) error) error { return do(f.Tx) }

// Close ends the transaction, which wrote nothing, with its connection.
func (f frozen) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = f.conn.Close(ctx)
}

// Snapshot gives everything in a database as it is now: log, texts, facts, request
// keys and items of one moment, also while others write. It is one connection: one
// question at a time, and when it breaks all that follows fails. While it is open
// the server keeps what was changed and erased since; close it soon.
func Snapshot(ctx context.Context, dsn string, o Options) (store.Whole, error) {
	r, c, err := reading(ctx, dsn, o)
	if err != nil {
		return nil, err
	}
	// Between two questions what was read is written elsewhere.
	c.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	conn, err := pgx.ConnectConfig(ctx, c.ConnConfig)
	if err != nil {
		return nil, cannotConnect(c.ConnConfig, err)
	}
	f := frozen{conn: conn}
	if f.Tx, err = conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}); err == nil {
		// The moment is that of the first question.
		_, err = f.Exec(ctx, `SELECT 1`)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("snapshot: %w: %w", store.ErrUnavailable, err)
	}
	r.from = f
	return r, nil
}
