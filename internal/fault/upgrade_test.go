package fault_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/store/pgtest"
)

// formats holds a data folder of every release, as that release left it: the
// demo, used, and stopped. Make one with "make formaat".
const formats = "testdata/formaten"

var newFormat = flag.String("formaat", "", "write a data folder of this program to testdata/formaten under this `NAAM`")

// TestUpgrade: the data folder of every release opens with this program: it
// folds and verifies, pages answer, and it can be written.
func TestUpgrade(t *testing.T) {
	long(t)
	if *newFormat != "" {
		pack(t, busy(t), filepath.Join(formats, *newFormat+".tar.gz"))
	}
	files, err := filepath.Glob(filepath.Join(formats, "*.tar.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no data folders of releases: %v", err)
	}
	for _, name := range files {
		for _, migrates := range []bool{false, true} {
			upgrade(t, name, migrates)
		}
	}
}

// upgrade opens one, in its folder or moved to PostgreSQL.
func upgrade(t *testing.T, name string, migrates bool) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	unpack(t, name, data)
	before := whole(t, data)
	if !before.Good() || before.Head.Seq < 20 || before.Facts == 0 {
		t.Errorf("%s: %+v", name, before)
	}
	if migrates {
		dsn := pgtest.Start(t)
		if code, out, said := command(t, "migrate", "--data", data, "--database", dsn); code != 0 || !strings.Contains(out, "Vergeleken en gelijk") {
			t.Fatalf("%s: migrate ends with %d: %s%s", name, code, out, said)
		}
		if moved := whole(t, data); dsnOf(data) == "" || moved.Head != before.Head || moved.Facts != before.Facts {
			t.Errorf("%s: moved %+v, before %+v", name, moved, before)
		}
	}
	s := launch(t, data, nil)
	if s == nil {
		t.Fatalf("%s: this program does not open it", name)
	}
	for _, path := range []string{"/", "/knelpunten", "/voorstellen", "/beslissingen", "/metingen", "/register", "/verplichtingen", "/regelingen/individuele-inkomenstoeslag"} {
		if code, _, body := s.status(path); code != http.StatusOK || !strings.Contains(body, "<h1") {
			t.Errorf("%s: %s answers %d", name, path, code)
		}
	}
	b := newBrowser(t, s, "samira", dice(1))
	d := signal("opwaarderen")
	if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
		t.Errorf("%s: a signal answers %d (%v)", name, a.code, err)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("%s: stops with %d", name, code)
	}
	after := whole(t, data)
	if !after.Good() || after.Head.Seq <= before.Head.Seq || after.Facts < before.Facts {
		t.Errorf("%s: %+v, before %+v", name, after, before)
	}
}

func pack(t *testing.T, dir, name string) {
	t.Helper()
	if _, err := os.Stat(name); err == nil {
		t.Fatalf("%s is there: a release never changes what an earlier one left", name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z, _ := gzip.NewWriterLevel(f, gzip.BestCompression) // the level is valid
	w := tar.NewWriter(z)
	err = w.AddFS(os.DirFS(dir))
	if err = errors.Join(err, w.Close(), z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Size() > 300<<10 {
		t.Errorf("%s is too large for the repository: %v", name, info.Size())
	}
}

func unpack(t *testing.T, name, dir string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(dir, filepath.Clean("/"+h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(at, 0o700)
		} else if err = os.MkdirAll(filepath.Dir(at), 0o700); err == nil {
			var text []byte
			if text, err = io.ReadAll(io.LimitReader(r, 64<<20)); err == nil {
				err = os.WriteFile(at, text, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
