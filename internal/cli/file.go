package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// openFile opens a file to read; "-" is the standard input.
func openFile(env Env, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(env.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, badInput("%s", fileError(name, err))
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		f.Close()
		return nil, badInput("%s is een map, geen bestand", name)
	}
	return f, nil
}

// fileError says in Dutch why a file cannot be opened.
func fileError(name string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return name + " bestaat niet"
	case errors.Is(err, fs.ErrPermission):
		return name + " mag niet gelezen worden"
	}
	return fmt.Sprintf("%s kan niet gelezen worden: %v", name, err)
}

// maxFile bounds what a command reads into memory of a case or variant file.
const maxFile = 1 << 20

// readFile reads a small file; "-" is the standard input.
func readFile(env Env, name string) ([]byte, error) {
	f, err := openFile(env, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, badInput("%s", fileError(name, err))
	case len(data) > maxFile:
		return nil, badInput("%s is groter dan %d kB", name, maxFile>>10)
	}
	return data, nil
}
