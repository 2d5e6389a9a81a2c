package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lemniscaat/internal/store/sqlite"
)

// notLost refuses a data folder whose log is away or empty while something tells
// that there was one: the key is made after the log. Starting would begin an
// empty installation in its place.
func notLost(dir string) error {
	if keys, err := filepath.Glob(filepath.Join(dir, "*"+keyEnding)); err != nil || len(keys) == 0 {
		return err
	}
	name := filepath.Join(dir, sqlite.File)
	info, err := os.Stat(name)
	switch {
	case err == nil && info.Size() >= 512: // the smallest page; below it SQLite begins anew
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return badInput("%s", fileError(name, err))
	}
	if wal, err := os.Stat(name + "-wal"); err == nil && wal.Size() > 0 {
		return nil // it was killed before the first pages were moved
	}
	what := "is weg"
	if info != nil {
		what = "is leeg of afgekapt"
	}
	return &fault{Input, fmt.Errorf("het logboek %s %s, maar de sleutel van een installatie is er nog; zet een reservekopie terug (lemniscaat restore), of kies een lege map", name, what)}
}
