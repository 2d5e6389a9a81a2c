package office_test

import (
	"testing"
	"time"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// BenchmarkReceive takes in outcomes of a case system, a thousand in a delivery:
// checked, made pseudonymous, counted in the cube and on disk (fsync) before the
// answer, on both stores. One operation is one outcome.
func BenchmarkReceive(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			var log store.Store
			var err error
			if kind == "postgres" {
				log, err = postgres.Open(b.Context(), pgtest.Run(b, pgtest.Options{Durable: true}).Database(b), postgres.Options{})
			} else {
				log, err = sqlite.Open(b.Context(), b.TempDir(), sqlite.Options{})
			}
			if err != nil {
				b.Fatal(err)
			}
			h := openHallOn(b, log, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
			h.ok(h.Seed(b.Context()))
			const size = 1000
			b.ResetTimer()
			n := 0
			for ; n < b.N; n += size {
				if _, err := h.Receive(b.Context(), "koppeling/zaaksysteem", "x.json", outcomes(n, size)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "per_s")
		})
	}
}
