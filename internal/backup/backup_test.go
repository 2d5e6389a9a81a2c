package backup_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/backup"
)

var files = map[string]string{
	"logboek.sqlite":               strings.Repeat("SQLite format 3\x00 de burger wacht. ", 500),
	"installatie":                  "van een organisatie\n",
	"simulaties/uitkomsten/a.json": "{}",
	"leeg":                         "",
}

func sample(t *testing.T) (dir string, m backup.Manifest) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m = backup.Manifest{Program: "0.1.0", At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC), Head: "0:" + strings.Repeat("0", 64), Source: "sqlite",
		Keys: []backup.Key{{Name: "pseudoniem.sleutel", Fingerprint: backup.Fingerprint([]byte("geheim\n"))}}}
	if err := m.Describe(dir, []string{"logboek.sqlite", "installatie", "simulaties/uitkomsten/a.json", "leeg"}); err != nil {
		t.Fatal(err)
	}
	return dir, m
}

func write(t *testing.T, to ...age.Recipient) ([]byte, backup.Manifest) {
	t.Helper()
	dir, m := sample(t)
	var b bytes.Buffer
	if err := backup.Write(&b, m, dir, to...); err != nil {
		t.Fatal(err)
	}
	m.Format = backup.Format
	return b.Bytes(), m
}

func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestRound: what comes out is what went in, sealed or not.
func TestRound(t *testing.T) {
	t.Parallel()
	id := identity(t)
	for name, x := range map[string]struct {
		to   []age.Recipient
		with []age.Identity
	}{"plain": {}, "sealed": {[]age.Recipient{id.Recipient()}, []age.Identity{id}}} {
		raw, want := write(t, x.to...)
		out := t.TempDir()
		got, err := backup.Read(iotestOneByte(bytes.NewReader(raw)), out, x.with...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: manifest %s", name, d)
		}
		for f, text := range files {
			have, err := os.ReadFile(filepath.Join(out, f))
			if err != nil || string(have) != text {
				t.Errorf("%s: %s is not what was written (%v)", name, f, err)
			}
		}
		if sealed := bytes.Contains(raw, []byte("lemniscaat-reservekopie")); sealed != (name == "plain") {
			t.Errorf("%s: the header is readable: %t", name, sealed)
		}
		if _, err := backup.Read(bytes.NewReader(raw), "", x.with...); err != nil {
			t.Errorf("%s: only checking: %v", name, err)
		}
	}
}

// iotestOneByte gives a reader that never gives more than 7 bytes.
func iotestOneByte(r io.Reader) io.Reader { return &slow{r} }

type slow struct{ r io.Reader }

func (s *slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 7)]) }

// TestEveryByte: whatever byte is changed, and wherever the file ends, it is
// refused.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	id := identity(t)
	for name, x := range map[string]struct {
		to   []age.Recipient
		with []age.Identity
	}{"plain": {}, "sealed": {[]age.Recipient{id.Recipient()}, []age.Identity{id}}} {
		raw, _ := write(t, x.to...)
		known := func(err error) bool {
			return errors.Is(err, backup.ErrDamaged) || errors.Is(err, backup.ErrForeign) || errors.Is(err, backup.ErrNewer) || errors.Is(err, backup.ErrLocked)
		}
		for i := range raw {
			bad := bytes.Clone(raw)
			bad[i] ^= 1 << (i % 8)
			if _, err := backup.Read(bytes.NewReader(bad), "", x.with...); !known(err) {
				t.Fatalf("%s: byte %d of %d changed: %v", name, i, len(raw), err)
			}
			if _, err := backup.Read(bytes.NewReader(raw[:i]), "", x.with...); !known(err) {
				t.Fatalf("%s: cut at %d of %d: %v", name, i, len(raw), err)
			}
		}
		if _, err := backup.Read(bytes.NewReader(append(bytes.Clone(raw), 0)), "", x.with...); !known(err) {
			t.Errorf("%s: one byte more: %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	sealed, _ := write(t, identity(t).Recipient())
	for name, x := range map[string]struct {
		raw  []byte
		with []age.Identity
		want error
	}{
		"empty":       {nil, nil, backup.ErrForeign},
		"a zip":       {[]byte("PK\x03\x04 and so on, and so on, and so on"), nil, backup.ErrForeign},
		"newer":       {[]byte("lemniscaat-reservekopie 2\n and so on"), nil, backup.ErrNewer},
		"no key":      {sealed, nil, backup.ErrLocked},
		"another key": {sealed, []age.Identity{identity(t)}, backup.ErrLocked},
	} {
		if _, err := backup.Read(bytes.NewReader(x.raw), t.TempDir(), x.with...); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
}

// TestNames: a name that leads out of the folder is refused, also when the sum
// is right.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"../x", "/x", "a/../../x", "a//b", "./a", "c:x", `a\b`, "."} {
		dir, m := sample(t)
		m.Files[3].Name = name
		at := filepath.Join(dir, filepath.FromSlash(name))
		_ = os.MkdirAll(filepath.Dir(at), 0o700)
		_ = os.WriteFile(at, nil, 0o600)
		var b bytes.Buffer
		if err := backup.Write(&b, m, dir); err != nil {
			continue // such a file cannot even be read
		}
		if _, err := backup.Read(&b, t.TempDir()); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestChanged: a file that changes after it was described stops the backup, and
// leaves no file.
func TestChanged(t *testing.T) {
	t.Parallel()
	dir, m := sample(t)
	if err := os.WriteFile(filepath.Join(dir, "installatie"), []byte("van een Organisatie\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := backup.Create(filepath.Join(out, "k"), out, m, dir); err == nil {
		t.Error("a backup of something that changed")
	}
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNeverReplaces: a backup does not take the place of another.
func TestNeverReplaces(t *testing.T) {
	t.Parallel()
	dir, m := sample(t)
	out := t.TempDir()
	name := filepath.Join(out, "k")
	if err := os.WriteFile(name, []byte("de vorige"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := backup.Create(name, out, m, dir); !errors.Is(err, backup.ErrExists) {
		t.Errorf("%v, want ErrExists", err)
	}
	if text, _ := os.ReadFile(name); string(text) != "de vorige" {
		t.Error("the file that was there is gone")
	}
}

func FuzzRead(f *testing.F) {
	dir := f.TempDir()
	_ = os.WriteFile(filepath.Join(dir, "a"), []byte("tekst"), 0o600)
	m := backup.Manifest{At: time.Unix(0, 0)}
	if err := m.Describe(dir, []string{"a"}); err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := backup.Write(&b, m, dir); err != nil {
		f.Fatal(err)
	}
	whole := b.Bytes()
	f.Add(whole)
	f.Add([]byte("lemniscaat-reservekopie 1\n"))
	f.Add([]byte("age-encryption.org/v1\n-> X25519 x\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := backup.Read(bytes.NewReader(raw), "")
		if err == nil && !bytes.Equal(raw, whole) && len(m.Files) > 1000 {
			t.Error("read far more than was written")
		}
	})
}
