package sqlite_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/store"
)

// BenchmarkSignals measures signals per second with durable acknowledgement:
// each is two or three events with a text, decided beforehand, appended with a
// key and an expected version, and answered after fsync.
func BenchmarkSignals(b *testing.B) {
	for _, writers := range []int{1, 16, 128, 1000} {
		b.Run(fmt.Sprint("schrijvers=", writers), func(b *testing.B) {
			s := open(b, b.TempDir())
			var n atomic.Int64
			b.SetParallelism(max(1, writers/2)) // × GOMAXPROCS
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					if _, err := s.Append(b.Context(), signal(i)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signalen/s")
		})
	}
}

func signal(i int64) store.Batch {
	at := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	stream := fmt.Sprint("knelpunt/k-", i)
	a := loop.Anchor{Regulation: "zorgtoeslag", Article: "artikel-2"}
	var drafts []event.Draft
	for _, p := range []loop.Payload{
		&loop.IssueOpened{Anchor: a, Kind: loop.Unclear, Due: loop.DateOf(at).AddDays(42)},
		&loop.SignalReceived{Signal: loop.Signal{
			ID: fmt.Sprint("s-", i), Anchor: a, Kind: loop.Unclear, Frequency: loop.Weekly, Channel: loop.Professional,
			Reporter: "anna", Reachable: true, What: loop.Words("De brief noemt een bedrag dat nergens in de beschikking staat."),
		}},
	} {
		data, personal, err := loop.Encode(p)
		if err != nil {
			panic(err)
		}
		drafts = append(drafts, event.Draft{Stream: stream, Type: p.Type(), At: at, Actor: "anna", Data: data, Personal: personal})
	}
	return store.Batch{Key: stream, Intent: "signaal", Expect: map[string]uint64{stream: 0, "driehoek/gemeente": 0}, Drafts: drafts}
}
