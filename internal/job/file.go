package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// files keeps what steps give, and results, in a folder that all processes on the
// queue share.
type files struct {
	folder string
	room   func(folder string) (int64, error)
}

const (
	partsFolder   = "delen"
	resultsFolder = "uitkomsten"
)

func (f files) make() error {
	for _, dir := range []string{partsFolder, resultsFolder} {
		if err := os.MkdirAll(filepath.Join(f.folder, dir), 0o700); err != nil {
			return fmt.Errorf("map voor simulaties: %w", err)
		}
	}
	return nil
}

// of gives the folder of the parts of one start of a run.
func (f files) of(id string, generation int) string {
	return filepath.Join(f.folder, partsFolder, fmt.Sprintf("%s.%d", id, generation))
}

func (f files) part(s step) string {
	return filepath.Join(f.of(s.Run, s.Generation), fmt.Sprintf("%d-%06d", s.Phase, s.Part))
}

func (f files) read(_ context.Context, s step) ([]byte, error) { return os.ReadFile(f.part(s)) }

func (f files) write(_ context.Context, s step, data []byte) error { return put(f.part(s), data) }

// put writes a file whole or not at all.
func put(name string, data []byte) error {
	temp := name + ".half-" + random()
	err := os.WriteFile(temp, data, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(name), 0o700); err == nil {
			err = os.WriteFile(temp, data, 0o600)
		}
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		_ = os.Remove(temp) // only there after a fault
	}
	return err
}

func (f files) drop(_ context.Context, id string, generation int) error {
	return os.RemoveAll(f.of(id, generation))
}

func (f files) resultName(plan string) string {
	return filepath.Join(f.folder, resultsFolder, plan+".uitkomst")
}

func (f files) result(_ context.Context, plan string, used bool) ([]byte, error) {
	data, err := os.ReadFile(f.resultName(plan))
	if err == nil && used {
		now := time.Now()
		_ = os.Chtimes(f.resultName(plan), now, now) // it only goes a little earlier
	}
	return data, err
}

func (f files) keep(_ context.Context, plan string, data []byte) error {
	return put(f.resultName(plan), data)
}

func (f files) free(context.Context) (int64, error) {
	left, err := f.room(f.folder)
	if err != nil {
		return 0, fmt.Errorf("free space of %s: %w", f.folder, err)
	}
	return left, nil
}

func (f files) shrink(_ context.Context, most int64) error {
	dir := filepath.Join(f.folder, resultsFolder)
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var all []os.FileInfo
	var sum int64
	for _, e := range list {
		// One that somebody else took away meanwhile does not count.
		if info, err := e.Info(); err == nil {
			all, sum = append(all, info), sum+info.Size()
		}
	}
	slices.SortFunc(all, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range all {
		if sum <= most {
			break
		}
		if err := os.Remove(filepath.Join(dir, info.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		sum -= info.Size()
	}
	return nil
}

func (f files) tidy(_ context.Context, over func(run string, generation string) (bool, error)) error {
	list, err := os.ReadDir(filepath.Join(f.folder, partsFolder))
	if err != nil {
		return err
	}
	for _, e := range list {
		id, generation, _ := strings.Cut(e.Name(), ".")
		gone, err := over(id, generation)
		if err == nil && gone {
			err = os.RemoveAll(filepath.Join(f.folder, partsFolder, e.Name()))
		}
		if err != nil {
			return err
		}
	}
	halves, err := filepath.Glob(filepath.Join(f.folder, resultsFolder, "*.half-*"))
	if err != nil {
		return err
	}
	for _, name := range halves {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(name) // somebody else may have done it
		}
	}
	return nil
}
