package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"lemniscaat/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// oldest is the oldest version of PostgreSQL that is tried.
const oldest = 13

// ErrUnsafe says that the server may lose what it said is saved.
var ErrUnsafe = errors.New("deze PostgreSQL-server kan kwijtraken wat hij heeft bevestigd")

// prepare looks whether a server is fit for a log, brings the tables up to date
// when write is true, and gives the schema that they are in. It narrows the
// search_path of c to that schema.
func prepare(ctx context.Context, c *pgx.ConnConfig, write bool) (schema string, err error) {
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return "", cannotConnect(c, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := fit(ctx, conn, c, write); err != nil {
		return "", err
	}
	if write {
		if err := makeSchema(ctx, conn, c.RuntimeParams["search_path"]); err != nil {
			return "", err
		}
	}
	var here *string
	if err := conn.QueryRow(ctx, `SELECT current_schema()`).Scan(&here); err != nil {
		return "", fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	if here == nil {
		return "", errors.New("de database heeft geen schema om in te schrijven; zet er een in het adres: ?search_path=lemniscaat")
	}
	// One schema and no other: a table that is not there yet must not be found in
	// the next one of the path.
	if *here != "public" {
		c.RuntimeParams["search_path"] = pgx.Identifier{*here}.Sanitize()
		if _, err := conn.Exec(ctx, `SELECT set_config('search_path', $1, false)`, c.RuntimeParams["search_path"]); err != nil {
			return "", fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
		}
	}
	return *here, migrate(ctx, conn, c, *here, write)
}

// cannotConnect says where the server is looked for, never with what password.
func cannotConnect(c *pgx.ConnConfig, err error) error {
	hosts := fmt.Sprintf("%s:%d", c.Host, c.Port)
	for _, f := range c.Fallbacks {
		if h := fmt.Sprintf("%s:%d", f.Host, f.Port); !strings.Contains(hosts, h) {
			hosts += ", " + h
		}
	}
	return fmt.Errorf("geen verbinding met database %s op %s: %w: %w", c.Database, hosts, store.ErrUnavailable, err)
}

func fit(ctx context.Context, conn *pgx.Conn, c *pgx.ConnConfig, write bool) error {
	var version int
	var encoding, fsync, pages, commit string
	var standby bool
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('fsync'),
		current_setting('full_page_writes'), current_setting('synchronous_commit'), pg_is_in_recovery()`).Scan(&version, &encoding, &fsync, &pages, &commit, &standby)
	if err != nil {
		return fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	switch {
	case version < oldest*10_000:
		return fmt.Errorf("PostgreSQL %d is te oud; nodig is %d of later", version/10_000, oldest)
	case encoding != "UTF8":
		return fmt.Errorf("de database heeft tekenset %s; maak een database met UTF8", encoding)
	case !write:
		return nil
	case standby:
		return fmt.Errorf("%w: deze server is een standby en kan niet schrijven; noem ook de andere server in het adres", store.ErrUnavailable)
	case c.RuntimeParams[scratch] == "on":
		return nil
	case fsync != "on" || pages != "on":
		return fmt.Errorf("%w: zet fsync en full_page_writes op on", ErrUnsafe)
	case commit != "on" && commit != "remote_apply":
		return fmt.Errorf("%w: synchronous_commit is %s; zet het op on", ErrUnsafe, commit)
	}
	return nil
}

// makeSchema makes the first schema of a search_path that the DSN gave.
func makeSchema(ctx context.Context, conn *pgx.Conn, path string) error {
	first, _, _ := strings.Cut(path, ",")
	first = strings.Trim(strings.TrimSpace(first), `"`)
	if first == "" || first == "$user" {
		return nil
	}
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, first).Scan(&there); err != nil {
		return fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	if there {
		return nil
	}
	if _, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{first}.Sanitize()); err != nil {
		var p *pgconn.PgError
		if errors.As(err, &p) && (p.Code == "23505" || p.Code == "42P06") { // another process was first
			return nil
		}
		return fmt.Errorf("schema %s: %w: %w", first, store.ErrUnavailable, err)
	}
	return nil
}

// migrate brings the tables up to date, one process at a time. A database that is up
// to date is only read, so that the program can do with fewer rights afterwards.
func migrate(ctx context.Context, conn *pgx.Conn, c *pgx.ConnConfig, schema string, write bool) error {
	want, err := newest()
	if err != nil {
		return err
	}
	have, err := version(ctx, conn)
	if err != nil {
		return err
	}
	switch {
	case have == want:
		return nil
	case have > want:
		return fmt.Errorf("het logboek is van een nieuwere versie van Lemniscaat (schema %d, deze kent %d): gebruik de nieuwere versie", have, want)
	case have == 0 && !write:
		return fmt.Errorf("in database %s staat geen logboek", c.Database)
	case !write:
		return fmt.Errorf("het logboek is van een oudere versie van Lemniscaat (schema %d, deze kent %d): start de server één keer om het bij te werken", have, want)
	}
	if _, err := conn.Exec(ctx, `SET lock_timeout = 0; SET statement_timeout = 0`); err != nil {
		return fmt.Errorf("migrate: %w: %w", store.ErrUnavailable, err)
	}
	// The lock goes with the connection.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockKey(schema, "migrate")); err != nil {
		return fmt.Errorf("migrate: %w: %w", store.ErrUnavailable, err)
	}
	slow := c.Copy()
	slow.RuntimeParams["statement_timeout"], slow.RuntimeParams["lock_timeout"] = "0", "0"
	db := stdlib.OpenDB(*slow)
	defer func() { _ = db.Close() }()
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w: %w", store.ErrUnavailable, err)
	}
	return nil
}

func newest() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("BUG: no migrations: %w", err)
	}
	return goose.NumericComponent(files[len(files)-1])
}

// version gives the version of the tables, 0 when there are none.
func version(ctx context.Context, conn *pgx.Conn) (int64, error) {
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&there); err != nil {
		return 0, fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	if !there {
		return 0, nil
	}
	var n int64
	if err := conn.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&n); err != nil {
		return 0, fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	return n, nil
}
