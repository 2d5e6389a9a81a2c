package fault_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// diagnosis is what doctor --json says.
type diagnosis struct {
	Good  bool      `json:"goed"`
	Found []finding `json:"bevindingen"`
}

type finding struct {
	Code, Wat, Waar, Doe string
	Ernstig              bool
}

func examine(t *testing.T, env []string, args ...string) (diagnosis, int) {
	t.Helper()
	cmd := exec.Command(program, append([]string{"doctor", "--json"}, args...)...)
	cmd.Env = append(environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	var d diagnosis
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("doctor %v: %v: %s%s", args, err, out.String(), errs.String())
	}
	return d, cmd.ProcessState.ExitCode()
}

// certificate writes a certificate that ends on a day.
func certificate(t *testing.T, ends time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: ends}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "c.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestDoctor: every finding, with an installation that has it, and none on one
// that is well, at rest and at work.
func TestDoctor(t *testing.T) {
	long(t)
	data := busy(t)
	if err := os.Chmod(data, 0o700); err != nil {
		t.Fatal(err)
	}
	well := func(when string, more ...string) {
		t.Helper()
		got, code := examine(t, nil, append([]string{"--data", data, "--alles"}, more...)...)
		for _, f := range got.Found {
			if f.Code != "chromium" && f.Code != "ruimte" {
				t.Errorf("%s: %+v", when, f)
			}
		}
		if code != 0 && !slices.ContainsFunc(got.Found, func(f finding) bool { return f.Ernstig }) {
			t.Errorf("%s: ends with %d", when, code)
		}
	}
	well("at rest")
	s := start(t, data)
	well("at work", "--addr", strings.TrimPrefix(s.url, "http://"))
	b := newBrowser(t, s, "samira", dice(1))
	d := signal("artsz")
	if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
		t.Fatalf("%d %v", a.code, err)
	}
	s.stop()

	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, data string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(names ...string) func(*testing.T, string) {
		return func(_ *testing.T, data string) {
			for _, n := range names {
				_ = os.RemoveAll(filepath.Join(data, n))
			}
		}
	}
	change := func(statement string) func(*testing.T, string) {
		return func(t *testing.T, data string) { t.Helper(); words(t, data, statement) }
	}
	appended := func(at time.Time) func(*testing.T, string) {
		return func(t *testing.T, data string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(data, "installatie"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			log, err := sqlite.Open(t.Context(), data, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = log.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "proef", Type: "proef.1", At: at, Actor: "proef", Data: json.RawMessage(`{}`)}}})
			if err = errors.Join(err, log.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	same := func(*testing.T, string) {}
	empty := t.TempDir()
	old := filepath.Join(t.TempDir())
	if err := os.WriteFile(filepath.Join(old, "k"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(old, "k"), time.Now(), time.Now().AddDate(0, 0, -3)); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		do    func(*testing.T, string)
		args  []string
		env   []string
		code  string
		grave bool
	}{
		"no folder":             {do: func(_ *testing.T, data string) { _ = os.RemoveAll(data) }, code: "map-weg", grave: true},
		"a setting":             {do: same, env: []string{"LEMNISCAAT_SESSIE_STIL=gisteren"}, code: "instelling", grave: true},
		"two settings":          {do: same, env: []string{"LEMNISCAAT_LOG_NIVEAU=hard", "LEMNISCAAT_SESSIE_STIL=x"}, code: "instelling", grave: true},
		"terms":                 {do: write("termijnen.yaml", "antwoord: x"), code: "instelling", grave: true},
		"open to others":        {do: func(_ *testing.T, data string) { _ = os.Chmod(data, 0o755) }, code: "map-rechten"},
		"key open to others":    {do: func(_ *testing.T, data string) { _ = os.Chmod(filepath.Join(data, "pseudoniem.sleutel"), 0o644) }, code: "sleutel-rechten", grave: true},
		"no key":                {do: remove("pseudoniem.sleutel"), code: "sleutel-weg", grave: true},
		"a broken key":          {do: write("pseudoniem.sleutel", "kort"), code: "sleutel-onleesbaar", grave: true},
		"no log":                {do: remove("logboek.sqlite", "logboek.sqlite-wal", "logboek.sqlite-shm"), code: "logboek-weg", grave: true},
		"no database":           {do: write("logboek.sqlite", strings.Repeat("geen database", 100)), code: "logboek-onleesbaar", grave: true},
		"newer":                 {do: change(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`), code: "nieuwer", grave: true},
		"an index of another":   {do: change(`UPDATE found_state SET analysis = 999`), code: "zoekindex"},
		"an index ahead":        {do: change(`UPDATE found_state SET seq = 999999`), code: "zoekindex"},
		"chain":                 {do: change(`UPDATE event SET actor = 'joost' WHERE seq = (SELECT max(seq) FROM event)`), code: "keten", grave: true},
		"an event out":          {do: change(`DELETE FROM event WHERE seq = 7`), code: "keten", grave: true},
		"a text":                {do: change(`UPDATE personal SET words = words || '!' WHERE seq = (SELECT max(seq) FROM personal)`), code: "keten", grave: true},
		"a text away":           {do: change(`DELETE FROM personal WHERE seq = (SELECT max(seq) FROM personal)`), args: []string{"--alles"}, code: "tekst-weg", grave: true},
		"an outcome":            {do: change(`UPDATE fact SET flags = flags + 2 WHERE id = (SELECT max(id) FROM fact)`), args: []string{"--alles"}, code: "uitkomsten", grave: true},
		"counts":                {do: change(`UPDATE cube SET n = n + 1`), args: []string{"--alles"}, code: "tellingen", grave: true},
		"an unknown event":      {do: appended(time.Now().Add(-time.Hour)), args: []string{"--alles"}, code: "vouwen", grave: true},
		"clock":                 {do: appended(time.Now().Add(48 * time.Hour)), code: "klok", grave: true},
		"no https":              {do: same, args: []string{"--addr", "0.0.0.0:8479"}, code: "geen-tls", grave: true},
		"certificate ended":     {do: same, env: []string{"LEMNISCAAT_TLS_SLEUTEL=" + os.DevNull, "LEMNISCAAT_TLS_CERTIFICAAT=" + certificate(t, time.Now().Add(-time.Hour))}, code: "certificaat", grave: true},
		"certificate ends soon": {do: same, env: []string{"LEMNISCAAT_TLS_SLEUTEL=" + os.DevNull, "LEMNISCAAT_TLS_CERTIFICAAT=" + certificate(t, time.Now().Add(72*time.Hour))}, code: "certificaat"},
		"no certificate":        {do: same, env: []string{"LEMNISCAAT_TLS_SLEUTEL=" + os.DevNull, "LEMNISCAAT_TLS_CERTIFICAAT=" + os.DevNull}, code: "certificaat", grave: true},
		"mail":                  {do: same, args: []string{"--smtp", "smtp://127.0.0.1:1?van=a@voorbeeld.nl"}, code: "mail"},
		"no backup":             {do: same, args: []string{"--kopieen", empty}, code: "kopie", grave: true},
		"an old backup":         {do: same, args: []string{"--kopieen", old}, code: "kopie", grave: true},
		"no chromium":           {do: same, env: []string{"PATH=" + empty}, code: "chromium"},
		"no database server":    {do: same, env: []string{"LEMNISCAAT_DATABASE=postgres://127.0.0.1:1/x"}, code: "logboek-onleesbaar", grave: true},
	} {
		bad := filepath.Join(t.TempDir(), "data")
		copyTo(t, data, bad)
		for _, f := range []string{"pseudoniem.sleutel", "ondertekening.sleutel"} {
			_ = os.Chmod(filepath.Join(bad, f), 0o600)
		}
		_ = os.Chmod(bad, 0o700)
		x.do(t, bad)
		got, code := examine(t, x.env, append([]string{"--data", bad}, x.args...)...)
		hit := false
		for _, f := range got.Found {
			hit = hit || f.Code == x.code && f.Ernstig == x.grave
			if f.Wat == "" || f.Waar == "" || f.Doe == "" {
				t.Errorf("%s: %+v says not all of what, where and what to do", name, f)
			}
		}
		if !hit {
			t.Errorf("%s: want %s (grave: %t), got %+v", name, x.code, x.grave, got.Found)
		}
		if x.grave && (code != 1 || got.Good) {
			t.Errorf("%s: ends with %d, good: %t", name, code, got.Good)
		}
	}
}
