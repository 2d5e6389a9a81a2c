package cli

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// The collector of Go begins when as much was made as is in use: with little in use
// that is every few hundred milliseconds of a busy server, and each time all that is
// in use is walked. Room is what may be made before that, besides as much as is in
// use: the memory of a process is then at most twice what it uses, and the room.

// gcPercent gives GOGC for a room, with so much in use, in bytes. The runtime takes
// 4 MB for in use at least.
func gcPercent(used, room uint64) int {
	return int(math.Round(100 + 100*float64(room)/float64(max(used, 4<<20))))
}

// makeRoom leaves room, in MB, until stop is called. Who sets GOGC knows better.
func makeRoom(mb int) (stop func()) {
	if mb <= 0 || os.Getenv("GOGC") != "" {
		return func() {}
	}
	r := &room{bytes: uint64(mb) << 20}
	before := debug.SetGCPercent(gcPercent(live(), r.bytes))
	r.now = -1
	// It is found to be garbage at every collection: then what is in use is known
	// anew.
	runtime.SetFinalizer(&collected{r}, (*collected).again)
	return func() {
		r.over.Store(true)
		debug.SetGCPercent(before)
	}
}

type room struct {
	bytes uint64
	now   int // of the finalizers alone, which run one at a time
	over  atomic.Bool
}

type collected struct{ of *room }

func (c *collected) again() {
	r := c.of
	if r.over.Load() {
		return
	}
	// Changing it stops the world for a moment.
	if next := gcPercent(live(), r.bytes); r.now < 0 || next < r.now*9/10 || next > r.now*11/10 {
		debug.SetGCPercent(next)
		r.now = next
		if r.over.Load() { // stopped meanwhile
			debug.SetGCPercent(100)
			return
		}
	}
	runtime.SetFinalizer(c, (*collected).again)
}

// live is what the last collection found in use.
func live() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
