package fault_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// forOthers gives what others on the machine may do something with in a folder, except the
// folder itself: that is of who made it. Nothing in it is meant for others.
func forOthers(t *testing.T, dir string) (out []string, files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if files++; info.Mode().Perm()&0o077 != 0 {
			out = append(out, filepath.Base(path)+" "+info.Mode().String())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

// TestOnlyForItsOwnUser: whatever the umask, and in a folder that everybody may read,
// as that of a volume is, no file or folder of an installation is for others: while it
// runs and afterwards, and also not what an older program left so.
func TestOnlyForItsOwnUser(t *testing.T) {
	long(t)
	for _, args := range [][]string{{"demo"}, {"serve"}} {
		data := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(data, 0o755); err != nil {
			t.Fatal(err)
		}
		run := func(when string) {
			t.Helper()
			s := launch(t, data, []string{"sh", "-c", `umask 0; exec "$@"`, "sh"}, args...)
			if s == nil {
				t.Fatalf("%s %s: the program does not start", args[0], when)
			}
			if code, _, _ := s.status("/register"); code != http.StatusOK && args[0] == "demo" {
				t.Errorf("%s %s: a page answers %d", args[0], when, code)
			}
			got, n := forOthers(t, data)
			if len(got) > 0 {
				t.Errorf("%s %s: others may in %q", args[0], when, got)
			}
			if n < 10 {
				t.Errorf("%s %s: %d files: the test shows too little", args[0], when, n)
			}
			if code := s.stop(); code != 0 {
				t.Errorf("%s %s: it stops with %d: %s", args[0], when, code, s.said())
			}
			if got, _ := forOthers(t, data); len(got) > 0 {
				t.Errorf("%s %s: afterwards others may in %q", args[0], when, got)
			}
		}
		run("in a new folder")
		databases := []string{filepath.Join(data, "logboek.sqlite"), filepath.Join(data, "simulaties", "wachtrij.sqlite")}
		for _, name := range databases {
			if err := os.Chmod(name, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := forOthers(t, data); len(got) != len(databases) || !slices.Contains(got, "logboek.sqlite -rw-r--r--") {
			t.Fatalf("the test sees %q", got)
		}
		run("of an older program")
	}
}
