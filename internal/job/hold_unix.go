//go:build unix

package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// hold is an advisory lock on the folder of a queue, so that nobody sets a queue aside
// with which another process works. The system gives it free when the process ends.
type hold struct{ folder *os.File }

// takeHold waits until nobody opens the queue. alone: nobody else has it; then nobody
// gets it before share.
func takeHold(ctx context.Context, folder string) (h *hold, alone bool, err error) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, false, err
	}
	for {
		for _, how := range []int{unix.LOCK_EX, unix.LOCK_SH} {
			if err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB); err == nil {
				return &hold{f}, how == unix.LOCK_EX, nil
			}
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			break
		}
		select {
		case <-ctx.Done():
			return nil, false, errors.Join(ctx.Err(), f.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil, false, errors.Join(fmt.Errorf("map op slot zetten: %w", err), f.Close())
}

// share lets others open the queue as well.
func (h *hold) share() error { return unix.Flock(int(h.folder.Fd()), unix.LOCK_SH) }

// release unlocks before it closes: a process that is just being started holds the same
// open folder for a moment.
func (h *hold) release() error {
	return errors.Join(unix.Flock(int(h.folder.Fd()), unix.LOCK_UN), h.folder.Close())
}
