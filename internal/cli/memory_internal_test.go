package cli

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

func TestGCPercent(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, x := range []struct {
		used, room uint64
		want       int
	}{
		{0, 256 * mb, 6500}, {1, 256 * mb, 6500}, {64 * mb, 256 * mb, 500}, {256 * mb, 256 * mb, 200}, {2560 * mb, 256 * mb, 110}, {1 << 40, 256 * mb, 100}, {64 * mb, 0, 100},
	} {
		got := gcPercent(x.used, x.room)
		if got != x.want {
			t.Errorf("%d in use, room of %d: %d, want %d", x.used, x.room, got, x.want)
		}
		// Together no more than twice what is in use, and the room.
		if most := x.used + x.used*uint64(got)/100; most > 2*max(x.used, 4*mb)+x.room+x.used/100 {
			t.Errorf("%d in use, room of %d: it grows to %d", x.used, x.room, most)
		}
	}
}

// TestRoom: the collector waits for the room, also when more is in use than when it
// was asked, and no longer after it was given back. It is of the whole process, so
// it runs beside nothing else.
func TestRoom(t *testing.T) {
	t.Setenv("GOGC", "")
	goal := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	becomes := func(what string, ok func() bool) {
		t.Helper()
		for range 200 {
			runtime.GC()
			if ok() {
				return
			}
			time.Sleep(20 * time.Millisecond) // the finalizer runs after the collection
		}
		t.Errorf("%s: %d MB in use, the next collection at %d MB", what, live()>>20, goal()>>20)
	}
	const room = 192 << 20
	stop := makeRoom(room >> 20)
	becomes("with room", func() bool { return goal() >= live()+room })
	more := make([][]byte, 300)
	for i := range more {
		more[i] = make([]byte, 1<<20)
	}
	becomes("with more in use", func() bool {
		u := live()
		return u > 300<<20 && goal() >= u+room && goal() <= 2*u+room+room/4+64<<20
	})
	runtime.KeepAlive(more)
	stop()
	becomes("after it was given back", func() bool { u := live(); return goal() <= 2*u+64<<20 })
	t.Setenv("GOGC", "100")
	makeRoom(4096)()
	if goal() > 2*live()+64<<20 {
		t.Error("who sets GOGC is not listened to")
	}
}
