package audit_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/audit"
	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// TestErasedIsNowhere: after an erasure the words, the file and the salts are in no
// file of the data folder, while it is open and after it was closed; the log is still
// right.
func TestErasedIsNowhere(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	d := draft(1)
	words, file := "Zwartebessenstruikgewas "+strings.Repeat("onvindbaar ", 600), strings.Repeat("WmV2ZW5ibGFk", 9000)
	d.Personal = map[string]string{"wat": words, event.BulkPrefix + "1": file}
	add(t, s, store.Batch{Drafts: []event.Draft{d}})
	for i := range 30 {
		add(t, s, store.Batch{Drafts: []event.Draft{draft(i + 2)}})
	}
	secret, err := s.Secret(t.Context(), event.Ref{Seq: 1, Field: "wat"})
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string][]byte{"words": []byte("Zwartebessen"), "middle": []byte("onvindbaar onvindbaar"), "file": []byte("WmV2ZW5ibGFkWmV2"), "salt": secret.Salt}
	count := func() map[string]int {
		out := map[string]int{}
		err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			b, err := os.ReadFile(p)
			for name, m := range marks {
				out[name] += bytes.Count(b, m)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, n := range count() {
		if n == 0 {
			t.Errorf("%s was never on disk: the test shows nothing", name)
		}
	}
	erase(t, s, event.Ref{Seq: 1, Field: "wat"}, event.Ref{Seq: 1, Field: event.BulkPrefix + "1"})
	for name, n := range count() {
		if n != 0 {
			t.Errorf("%s: %d times on disk after erasing, while open", name, n)
		}
	}
	r := ring(t, 1)
	step(t, notary(s, r))
	if b := export(t, s, r, true); bytes.Contains(b, marks["words"]) || bytes.Contains(b, marks["file"]) {
		t.Error("an export made later holds it")
	}
	got, err := audit.Verify(t.Context(), s, r.Public(), audit.Options{})
	if err != nil || got.Erased != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, n := range count() {
		if n != 0 {
			t.Errorf("%s: %d times on disk after closing", name, n)
		}
	}
}
