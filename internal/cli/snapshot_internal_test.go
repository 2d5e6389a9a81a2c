package cli

import (
	"path/filepath"
	"runtime/debug"
	"testing"

	"lemniscaat/internal/snapshot"
)

// TestSnapshotIsLeft: a backup holds no snapshot, also not half of one.
func TestSnapshotIsLeft(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{snapshot.Name: true, snapshot.Name + ".123.nieuw": true, "logboek.sqlite": false} {
		if got := left(filepath.Join("gegevens", name)); got != want {
			t.Errorf("%s: left %t, want %t", name, got, want)
		}
	}
}

// TestCollectorWorksAgain: however often it was asked to rest.
func TestCollectorWorksAgain(t *testing.T) {
	was := debug.SetGCPercent(100)
	defer debug.SetGCPercent(was)
	var r rest
	work := r.rest()
	r.rest()
	if got := debug.SetGCPercent(-1); got != -1 {
		t.Fatalf("it works at %d while it rests", got)
	}
	work()
	work()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Fatalf("it works at %d, want 100", got)
	}
}
