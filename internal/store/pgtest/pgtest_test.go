package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store/pgtest"
)

func one(t *testing.T, dsn, q string) (n int) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.QueryRow(t.Context(), q).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Start(t), pgtest.Start(t)
	if a == b {
		t.Fatal("two tests share a database")
	}
	do(t, a, `CREATE TABLE x (n int)`)
	if n := one(t, b, `SELECT count(*) FROM pg_class WHERE relname = 'x'`); n != 0 {
		t.Error("what one test made, the other sees")
	}
}

func TestKillPausePromote(t *testing.T) {
	t.Parallel()
	s := pgtest.Run(t, pgtest.Options{Durable: true})
	dsn := s.Database(t)
	do(t, dsn, `CREATE TABLE x AS SELECT 7 AS n`)
	b := s.Standby(t, "b")
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if n := one(t, dsn, `SELECT n FROM x`); n != 7 {
		t.Error(n)
	}
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := b.Promote(); err != nil {
		t.Fatal(err)
	}
	if n := one(t, b.DSN("postgres"), `SELECT pg_is_in_recovery()::int`); n != 0 {
		t.Error("not promoted")
	}
}

func do(t *testing.T, dsn, q string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), q); err != nil {
		t.Fatal(err)
	}
}
