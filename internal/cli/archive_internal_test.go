package cli

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

var updateArchive = flag.Bool("update-dossier", false, "write the dossier that the program makes as the one that is expected")

// hashes in a dossier differ each time: the log that they are of has a random salt.
var hashes = regexp.MustCompile(`[0-9a-f]{64}`)

// TestArchiveCommand: the command writes the same dossier as the page, once, and
// nothing when it is refused.
func TestArchiveCommand(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	happened := func(id string, payloads ...loop.Payload) {
		t.Helper()
		for _, p := range payloads {
			data, personal, err := loop.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "voorstel/" + id, Type: p.Type(), At: noon, Actor: "p-1", Data: data, Personal: personal}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	const decided, open1 = "v-0000000000000001", "v-0000000000000002"
	opened := &loop.ProposalOpened{Regulation: "individuele-inkomenstoeslag", Title: "Inkomensgrens naar 120 %"}
	happened(decided, opened, &loop.ContentEdited{Content: loop.Content{Digest: "c1", Summary: []string{"De inkomensgrens wordt 120 % in plaats van 110 %."}}}, &loop.ProposalDecided{Digest: "d1"})
	happened(open1, opened)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "dossier.zip")
	args := func(id string, more ...string) []string {
		return append([]string{"disclose", "dossier", id, "--data", dir, "--out", out}, more...)
	}
	for _, x := range []struct {
		want Code
		says string
		args []string
	}{
		{Usage, "--out", []string{"disclose", "dossier", decided, "--data", dir, "--bewaren", "blijvend"}},
		{Usage, "VOORSTEL", []string{"disclose", "dossier", "--data", dir}},
		{Found, "Kies hoe lang", args(decided)},
		{Found, "P20Y", args(decided, "--bewaren", "tijdelijk", "--termijn", "twintig jaar")},
		{Found, "nog niet besloten", args(open1, "--bewaren", "blijvend")},
		{Input, "v-onbekend", args("v-onbekend", "--bewaren", "blijvend")},
		{Input, "nergens", []string{"disclose", "dossier", decided, "--data", filepath.Join(dir, "nergens"), "--out", out, "--bewaren", "blijvend"}},
		{Input, "kan niet geschreven", append(args(decided, "--bewaren", "blijvend"), "--out", filepath.Join(dir, "weg", "d.zip"))},
	} {
		code, said, errs := ran(t.Context(), noon, x.args...)
		if code != x.want || !strings.Contains(errs, x.says) {
			t.Errorf("%v: %d, want %d: %s%s", x.args, code, x.want, said, errs)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v left a file", x.args)
		}
	}
	keep := []string{"--bewaren", "tijdelijk", "--termijn", "P20Y", "--selectielijst", "Selectielijst gemeenten", "--categorie", "Beleid"}
	if code, said, errs := ran(t.Context(), noon, args(decided, keep...)...); code != Good || !strings.Contains(said, decided) {
		t.Fatalf("%d %s%s", code, said, errs)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := ran(t.Context(), noon, args(decided, keep...)...); code != Input || !strings.Contains(errs, "is er al") {
		t.Errorf("written over: %d %s", code, errs)
	}
	in, err := open(t.Context(), Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	page, err := in.Archive(t.Context(), "p-1", screen.ArchiveInput{Proposal: decided, Keep: "tijdelijk", Term: "P20Y", List: "Selectielijst gemeenten", Category: "Beleid"})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, page) {
		t.Error("the page makes another dossier")
	}
	z, err := zip.NewReader(bytes.NewReader(got), int64(len(got)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString("-- " + f.Name + " --\n" + hashes.ReplaceAllString(string(text), "(hash)") + "\n")
	}
	golden := filepath.Join("testdata", "dossier.golden")
	if *updateArchive {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if all.String() != string(want) {
		t.Errorf("another dossier than %s; is it right? go test ./internal/cli -run TestArchiveCommand -update-dossier\n%s", golden, all.String())
	}
}
