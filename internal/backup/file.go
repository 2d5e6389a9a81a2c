package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// ErrExists means that there is a file with this name. A backup never takes the
// place of another.
var ErrExists = errors.New("dit bestand bestaat al")

// Create writes a backup to a file. Until all of it is on disk it has another
// name, so that what was interrupted does not look whole. work is a folder on
// the same disk for that; the file appears in one step.
func Create(name, work string, m Manifest, dir string, recipients ...age.Recipient) (err error) {
	part := filepath.Join(work, "kopie.deel")
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = os.Remove(part) }()
	err = Write(f, m, dir, recipients...)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces a file.
	err = os.Link(part, name)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", name, ErrExists)
	case err != nil: // a file system without links
		if _, there := os.Lstat(name); there == nil {
			return fmt.Errorf("%s: %w", name, ErrExists)
		}
		if err := os.Rename(part, name); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	return SyncDir(filepath.Dir(name))
}

// SyncDir makes the names in a folder durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
