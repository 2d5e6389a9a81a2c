package cli

import (
	"context"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
)

// snapshots are those of a data folder, for office.
type snapshots struct{ *snapshot.File }

// snapshotAt gives the snapshot of a data folder; secret is that of the
// installation.
func snapshotAt(data string, secret []byte, program func() (string, error)) (snapshots, error) {
	f, err := snapshot.New(filepath.Join(data, snapshot.Name), secret, program,
		append(snapshot.World(), snapshot.Map[loop.PersonID, []notice.Notice]())...)
	return snapshots{f}, err
}

// sealingKey is the key that a snapshot is sealed with: the newest.
func sealingKey(keys map[int][]byte) []byte {
	return keys[slices.Max(slices.Collect(maps.Keys(keys)))]
}

// Load implements office.Snapshots.
func (s snapshots) Load(ctx context.Context, of string, log store.Reader, parts ...any) (event.Head, error) {
	// All that is read stays: looking for what can go would only take time.
	busy := collector.rest()
	at, err := s.File.Load(ctx, of, log, parts...)
	if err != nil {
		busy()
	}
	return at, err
}

// rest lets the garbage collector rest for a while: for what a start reads, all of
// which stays. It works again afterwards, or after restTime.
type rest struct {
	mu  sync.Mutex
	was int
	off bool
}

const restTime = 5 * time.Second

// collector is the one of this process.
var collector rest

// program is programDigest, computed once: the program is large.
var program = sync.OnceValues(programDigest)

func (r *rest) rest() (work func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.off {
		r.off, r.was = true, debug.SetGCPercent(-1)
		time.AfterFunc(restTime, r.work)
	}
	return r.work
}

func (r *rest) work() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.off {
		r.off = false
		debug.SetGCPercent(r.was)
	}
}
