//go:build unix

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"lemniscaat/internal/store"
)

// lock is an advisory lock on a file. The system gives it free when the
// process ends, however it ends.
type lock struct{ f *os.File }

func takeLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
		}
		by := ""
		buf := make([]byte, 20)
		if n, _ := f.ReadAt(buf, 0); n > 0 {
			if pid := strings.TrimSpace(string(buf[:n])); strings.Trim(pid, "0123456789") == "" {
				by = " door proces " + pid
			}
		}
		return nil, fmt.Errorf("%w%s: stop dat eerst, of kies een andere datamap", store.ErrLocked, by)
	}
	// The number is only for the message above.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &lock{f}, nil
}

// release unlocks before it closes: a process that is just being started holds
// the same open file for a moment, and closing alone would leave the lock with
// it.
func (l *lock) release() error {
	return errors.Join(syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN), l.f.Close())
}
