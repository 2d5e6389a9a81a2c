package postgres_test

import (
	"testing"
	"time"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/storetest"
)

func open(t testing.TB, dsn string, o postgres.Options) *postgres.Store {
	t.Helper()
	if o.Readers == 0 {
		o.Readers = 3
	}
	if o.Poll == 0 {
		o.Poll = 10 * time.Minute // what is heard was announced
	}
	s, err := postgres.Open(t.Context(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Maker{
		Open: func(t *testing.T) (store.Store, func() store.Store) {
			dsn := pgtest.Start(t)
			s := open(t, dsn, postgres.Options{})
			return s, func() store.Store {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = open(t, dsn, postgres.Options{})
				return s
			}
		},
		OpenAt: func(t *testing.T, now func() time.Time) store.Store {
			return open(t, pgtest.Start(t), postgres.Options{Now: now})
		},
		Beside: func(t *testing.T) (store.Store, store.Store) {
			dsn := pgtest.Start(t)
			return open(t, dsn, postgres.Options{}), open(t, dsn, postgres.Options{})
		},
	})
}
