package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"lemniscaat/internal/run"
)

// Schema is where the queue is in a PostgreSQL database, apart from the log.
const Schema = "lemniscaat_simulatie"

// Advisory locks: one process migrates at a time, one transaction asks at a time.
const (
	lockMigrate = 0x6c656d6e_72696a01
	lockAlone   = 0x6c656d6e_72696a02
)

// postgresBase is a queue in a PostgreSQL database.
type postgresBase struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

// openPostgres opens the queue in a database and brings it to the present schema.
// workers is how many jobs are done at a time, and so how many connections are
// needed.
func openPostgres(ctx context.Context, dsn string, workers int) (*postgresBase, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("het adres van de database is niet te lezen; schrijf postgres://gebruiker@host/database") // the error holds the address, and so the password
	}
	c.MaxConns = int32(max(workers, 0) + 6)
	c.MinConns = 1
	c.MaxConnIdleTime = 5 * time.Minute
	c.HealthCheckPeriod = 5 * time.Second
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	p := c.ConnConfig.RuntimeParams
	p["search_path"] = Schema
	for name, value := range map[string]string{
		"application_name": "lemniscaat-simulatie",
		// Nothing of the queue takes long: these end what hangs.
		"statement_timeout": "60s", "lock_timeout": "20s", "idle_in_transaction_session_timeout": "60s",
	} {
		if p[name] == "" {
			p[name] = value
		}
	}
	if c.ConnConfig.ValidateConnect == nil { // of several hosts, the one that is no standby
		c.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	b := &postgresBase{}
	if b.pool, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return nil, fault(ctx, err)
	}
	if err := b.migrate(ctx); err != nil {
		b.pool.Close()
		return nil, fault(ctx, err)
	}
	return b, nil
}

func (b *postgresBase) migrate(ctx context.Context) error {
	held, err := b.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer held.Release()
	// Replicas begin at the same time. The lock goes with the connection at the
	// latest.
	if _, err := held.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockMigrate); err != nil {
		return err
	}
	defer held.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, lockMigrate) //nolint:errcheck // see above
	// Whoever may not make a schema can still work in one that was made for it.
	var there bool
	if err := held.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, Schema).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := held.Exec(ctx, `CREATE SCHEMA `+Schema); err != nil {
			return err
		}
	}
	db := stdlib.OpenDBFromPool(b.pool)
	defer db.Close() //nolint:errcheck // the pool stays
	for folder, table := range map[string]string{"migrations": "goose_db_version", "migrations/postgres": "goose_db_version_postgres"} {
		sub, err := fs.Sub(migrations, folder)
		if err != nil {
			return err
		}
		own, err := goose.NewProvider(goose.DialectPostgres, db, sub, goose.WithDisableGlobalRegistry(true), goose.WithTableName(table))
		if err != nil {
			return err
		}
		if _, err := own.Up(ctx); err != nil {
			return err
		}
	}
	m, err := rivermigrate.New(riverpgxv5.New(b.pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// fault marks an error that says that the database is not there now, rather than
// that something was wrong with what was asked.
func fault(ctx context.Context, err error) error {
	var no *pgconn.PgError
	switch {
	case err == nil, errors.Is(err, pgx.ErrNoRows):
		return err
	case errors.Is(ctx.Err(), context.Canceled): // who asked has gone
		return err
	case errors.As(err, &no):
		switch {
		case no.Code[:2] == "08", no.Code[:2] == "53", no.Code[:2] == "57", no.Code[:2] == "40", // connection, resources, shutdown and timeouts, deadlock
			no.Code == "25006", no.Code == "55P03", no.Code == "25P03": // a standby, locks, idle
		default:
			return err
		}
	}
	return fmt.Errorf("%w: %w", run.ErrUnavailable, err)
}

func (b *postgresBase) open(c *river.Config) (err error) {
	c.FetchCooldown, c.FetchPollInterval = 20*time.Millisecond, time.Second // beside LISTEN
	b.client, err = river.NewClient(riverpgxv5.New(b.pool), c)
	return err
}

func (b *postgresBase) start(ctx context.Context) error { return fault(ctx, b.client.Start(ctx)) }
func (b *postgresBase) stop(ctx context.Context) error  { return b.client.Stop(ctx) }

func (b *postgresBase) jobs(ctx context.Context, p *river.JobListParams) ([]*rivertype.JobRow, error) {
	list, err := b.client.JobList(ctx, p)
	if err != nil {
		return nil, fault(ctx, err)
	}
	return list.Jobs, nil
}

func (b *postgresBase) close() error {
	b.pool.Close()
	return nil
}

// The clocks of machines differ; that of the database is the same for all.
func (b *postgresBase) now(ctx context.Context) (t time.Time, err error) {
	err = one(ctx, b, []any{&t}, `SELECT clock_timestamp()`)
	return t, err
}

func (b *postgresBase) each(ctx context.Context, scan func(into func(dest ...any) error) error, query string, args ...any) error {
	return pgEach(ctx, b.pool, scan, query, args...)
}

func (b *postgresBase) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return pgExec(ctx, b.pool, query, args...)
}

func (b *postgresBase) in(ctx context.Context, do func(tx transaction) error) error {
	tx, err := b.pool.Begin(ctx)
	if err != nil {
		return fault(ctx, err)
	}
	if err := do(postgresTx{tx, b}); err != nil {
		// The connection goes back without the transaction, also when ctx ended.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = tx.Rollback(end)
		return err
	}
	return fault(ctx, tx.Commit(ctx))
}

type postgresTx struct {
	tx   pgx.Tx
	base *postgresBase
}

func (t postgresTx) alone(ctx context.Context) error {
	_, err := t.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockAlone)
	return err
}

func (postgresTx) lock() string { return " FOR UPDATE" }

func (t postgresTx) each(ctx context.Context, scan func(into func(dest ...any) error) error, query string, args ...any) error {
	return pgEach(ctx, t.tx, scan, query, args...)
}

func (t postgresTx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return pgExec(ctx, t.tx, query, args...)
}

func (t postgresTx) insert(ctx context.Context, params []river.InsertManyParams) error {
	_, err := t.base.client.InsertManyFastTx(ctx, t.tx, params)
	return fault(ctx, err)
}

func (t postgresTx) complete(ctx context.Context, j *river.Job[step]) error {
	_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, t.tx, j)
	return fault(ctx, err)
}

func pgEach(ctx context.Context, db interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}, scan func(into func(dest ...any) error) error, query string, args ...any,
) error {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return fault(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return fault(ctx, rows.Err())
}

func pgExec(ctx context.Context, db interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
}, query string, args ...any,
) (int64, error) {
	done, err := db.Exec(ctx, query, args...)
	return done.RowsAffected(), fault(ctx, err)
}
