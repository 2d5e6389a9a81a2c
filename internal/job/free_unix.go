//go:build unix

package job

import "golang.org/x/sys/unix"

// free asks the system how many bytes this user may still write.
func free(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // of another type on other systems
}
