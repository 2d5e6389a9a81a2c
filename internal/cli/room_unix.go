//go:build unix

package cli

import (
	"errors"
	"os"
	"syscall"
)

// roomLeft is how many bytes are free on the disk of a folder.
func roomLeft(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil //nolint:unconvert // far below the limit; the type differs per system
}

// lockHeld reports that another process holds the lock of a data folder.
func lockHeld(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err // closing lets go
}
