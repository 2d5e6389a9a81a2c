package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/config"
	"lemniscaat/internal/freeport"
	"lemniscaat/internal/job"
	"lemniscaat/internal/outbox"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// ran runs one command and gives what it said.
func ran(ctx context.Context, now time.Time, args ...string) (code Code, out, errs string) {
	var o, e bytes.Buffer
	code = Run(ctx, Env{Args: args, In: strings.NewReader(""), Out: &o, Err: &e, Now: func() time.Time { return now }})
	return code, o.String(), e.String()
}

// begun makes an own installation that was used.
func begun(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := makeOwn(dir); err != nil {
		t.Fatal(err)
	}
	in, err := open(t.Context(), Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := in.NameOrganisation(t.Context(), "begin", "Gemeente Voorbeeldstad"); err != nil {
		t.Logf("name: %v", err) // who may is another test
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// put lays items on the shelf of an installation that stands still.
func put(t *testing.T, dir string, items ...store.Item) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, it := range items {
		if err := s.Put(t.Context(), store.Change{Item: it, Delete: it.Data == nil}); err != nil {
			t.Fatal(err)
		}
	}
}

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDoctorOfWork: what does not get out and what hangs is found, with what to do;
// an installation that is well has none of it.
func TestDoctorOfWork(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	address := freeport.Address(t)
	codes := func(now time.Time, more ...string) []string {
		t.Helper()
		_, out, errs := ran(t.Context(), now, append([]string{"doctor", "--data", dir, "--addr", address, "--json"}, more...)...)
		var a struct {
			Found []ailment `json:"bevindingen"`
		}
		if err := json.Unmarshal([]byte(out), &a); err != nil {
			t.Fatalf("%v: %s %s", err, out, errs)
		}
		var list []string
		for _, f := range a.Found {
			if f.What == "" || f.Where == "" || f.Do == "" {
				t.Errorf("%+v does not say what, where and what to do", f)
			}
			list = append(list, f.Code)
		}
		return list
	}
	of := []string{"aflevering", "geweigerd", "mail-wachtrij", "slot", "simulaties", "klok", "tijdzone", "ontvangers", "certificaat"}
	for _, c := range codes(noon) {
		if slices.Contains(of, c) {
			t.Errorf("well, and yet %s", c)
		}
	}
	has := func(want string, list []string) {
		t.Helper()
		if !slices.Contains(list, want) {
			t.Errorf("no %s in %v", want, list)
		}
	}

	// A damaged queue of simulations is told and left; one that was set aside as well.
	queue := filepath.Join(dir, runsFolder, job.File)
	if err := errors.Join(os.MkdirAll(filepath.Dir(queue), 0o700), os.WriteFile(queue, []byte(strings.Repeat("geen rij ", 1000)), 0o600)); err != nil {
		t.Fatal(err)
	}
	has("simulaties", codes(noon))
	if text, err := os.ReadFile(queue); err != nil || !strings.HasPrefix(string(text), "geen rij") {
		t.Errorf("doctor touches a damaged queue: %v", err)
	}
	aside := strings.TrimSuffix(queue, ".sqlite") + ".beschadigd-20261122T120000.000000Z.sqlite"
	if err := os.Rename(queue, aside); err != nil {
		t.Fatal(err)
	}
	has("simulaties", codes(noon))
	if err := os.Remove(aside); err != nil {
		t.Fatal(err)
	}
	if list := codes(noon); slices.Contains(list, "simulaties") {
		t.Errorf("taken away, and still: %v", list)
	}

	failing := outbox.Cursor{Name: "archief", Failures: 7, Since: noon.Add(-2 * time.Hour), Fault: "de ontvanger antwoordt 503"}
	put(t, dir, store.Item{Kind: "uitgaand-ontvanger", ID: "archief", Data: asJSON(t, failing)})
	has("aflevering", codes(noon))
	failing.Since = noon.Add(-time.Minute) // that passes by itself
	put(t, dir, store.Item{Kind: "uitgaand-ontvanger", ID: "archief", Data: asJSON(t, failing)})
	if list := codes(noon); slices.Contains(list, "aflevering") {
		t.Errorf("after a minute: %v", list)
	}
	put(t, dir, store.Item{Kind: "uitgaand-ontvanger", ID: "archief", Data: asJSON(t, outbox.Cursor{Name: "archief", Gone: true})})
	has("aflevering", codes(noon))
	put(t, dir, store.Item{Kind: "uitgaand-ontvanger", ID: "archief"},
		store.Item{Kind: "uitgaand-geweigerd", ID: "archief/00000000000000000001", Data: asJSON(t, outbox.Dead{Receiver: "archief", Seq: 1, At: noon, Status: 422, What: json.RawMessage(`{"type":"nl.lemniscaat.knelpunt-geopend"}`)})},
		store.Item{Kind: "mail-stand", ID: "mail-stand", Data: []byte(`{"mensen":3,"sinds":"2026-11-22T09:00:00Z"}`)})
	list := codes(noon)
	has("geweigerd", list)
	has("mail-wachtrij", list)

	// The same on the command line, and acted upon.
	code, out, _ := ran(t.Context(), noon, "outbox", "list", "--data", dir)
	if code != Found || !strings.Contains(out, "archief/00000000000000000001") || !strings.Contains(out, "nl.lemniscaat.knelpunt-geopend, antwoord 422") {
		t.Errorf("%d %s", code, out)
	}
	for _, x := range []struct {
		want Code
		args []string
	}{
		{Usage, []string{"drop", "archief/00000000000000000001"}}, {Usage, []string{"drop", "archief/00000000000000000001", "--reden", "zie 111222333 burgerservicenummer 111222333"}},
		{Input, []string{"drop", "archief/9", "--reden", "niet meer nodig"}}, {Input, []string{"retry", "archief/9"}}, {Usage, []string{"retry"}}, {Usage, []string{"retry", "a", "--ontvanger", "b"}},
		{Input, []string{"retry", "--ontvanger", "onbekend"}}, {Good, []string{"retry", "archief/00000000000000000001"}}, {Good, []string{"drop", "archief/00000000000000000001", "--reden", "niet meer nodig"}}, {Good, []string{"list"}},
	} {
		if code, out, errs := ran(t.Context(), noon, append(append([]string{"outbox"}, x.args...), "--data", dir)...); code != x.want {
			t.Errorf("%v: %d, want %d: %s%s", x.args, code, x.want, out, errs)
		}
	}

	// A server that holds the folder and does not answer.
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	has("slot", codes(noon))
	if code, _, errs := ran(t.Context(), noon, "outbox", "retry", "--ontvanger", "archief", "--data", dir); code != Found || !strings.Contains(errs, "in gebruik") {
		t.Errorf("in use: %d %s", code, errs)
	}
	l, err := net.Listen("tcp", address)
	if err == nil {
		if list := codes(noon); slices.Contains(list, "slot") {
			t.Errorf("it answers: %v", list)
		}
		l.Close()
	}
	s.Close()

	has("klok", codes(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)))

	// Receivers: a certificate that is none, and a key that is not there.
	file := filepath.Join(t.TempDir(), "ontvangers.yaml")
	cert := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(cert, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "ontvangers:\n  - naam: archief\n    adres: https://archief.example/x\n    certificaat: " + cert + "\n    certificaat-sleutel: " + cert + "\n    sleutel-bestand: /bestaat/niet\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "lemniscaat.yaml")
	if err := os.WriteFile(config, []byte("ontvangers: "+file+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list = codes(noon, "--config", config)
	has("certificaat", list)
	has("ontvangers", list)
}

// TestStopWhileStarting: who is told to stop before everything has started ends well.
func TestStopWhileStarting(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	for _, after := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond} {
		for _, args := range [][]string{
			{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, {"worker", "--data", dir, "--workers", "1"},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			timer := time.AfterFunc(after, cancel)
			if after == 0 {
				cancel()
			}
			code, _, errs := ran(ctx, time.Now(), args...)
			timer.Stop()
			cancel()
			if code != Good {
				t.Errorf("%s, stopped after %s: %d: %s", args[0], after, code, errs)
			}
		}
	}
	// What is really wrong is still wrong.
	if code, _, _ := ran(t.Context(), noon, "serve", "--data", dir, "--addr", "nergens"); code == Good {
		t.Error("a bad address is fine")
	}
}

// TestWorkerReadsSettings: a worker takes the folder and the rest from the settings
// file, and says what is wrong in it.
func TestWorkerReadsSettings(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	file := filepath.Join(t.TempDir(), "lemniscaat.yaml")
	for _, x := range []struct {
		text string
		want Code
	}{{"data: " + dir + "\nworkers: 0\nlog-niveau: info\n", Good}, {"data: " + dir + "\nworkers: veel\n", Input}, {"data: /bestaat/niet\n", Input}} {
		if err := os.WriteFile(file, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a bad one ends by itself
		out := &lastWord{then: cancel}                                 // and a good one is told to stop when it says that it works
		var errs bytes.Buffer
		code := Run(ctx, Env{Args: []string{"worker", "--config", file}, In: strings.NewReader(""), Out: out, Err: &errs, Now: func() time.Time { return noon }})
		cancel()
		if code != x.want || x.want == Good && (errs.Len() == 0 || out.Len() == 0) {
			t.Errorf("%q: %d, want %d: %s%s", x.text, code, x.want, out, &errs)
		}
	}
}

// lastWord keeps what a command says, and does something when it speaks.
type lastWord struct {
	bytes.Buffer
	then func()
}

func (w *lastWord) Write(p []byte) (int, error) {
	defer w.then()
	return w.Buffer.Write(p)
}

// TestOwnColoursAreChecked: colours that cannot be read stop the start, with the pair.
func TestOwnColoursAreChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"goed.css": ":root { --lem-accent: #154273; }", "slecht.css": ":root { --lem-accent: #7fb5e6; }"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		config := filepath.Join(dir, name+".yaml")
		if err := os.WriteFile(config, []byte("thema: "+filepath.Join(dir, name)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := ran(t.Context(), noon, "config", "check", "--config", config)
		if good := name == "goed.css"; good != (code == Good) || !good && !strings.Contains(errs, "--lem-accent (#7fb5e6) op --lem-paper (#ffffff)") {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
}

// TestRelayNumbers: operators see how far behind a receiver is, for those that the
// settings name and nobody else.
func TestRelayNumbers(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	put(t, dir,
		store.Item{Kind: "uitgaand-ontvanger", ID: "archief", Data: asJSON(t, outbox.Cursor{Name: "archief", Failures: 4, Dead: 2})},
		store.Item{Kind: "uitgaand-ontvanger", ID: "oud", Data: asJSON(t, outbox.Cursor{Name: "oud", Gone: true})})
	env := Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}
	in, err := open(t.Context(), env, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file := filepath.Join(t.TempDir(), "ontvangers.yaml")
	if err := os.WriteFile(file, []byte("ontvangers:\n  - {naam: archief, adres: https://archief.example/x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &config.Loaded{Settings: config.Defaults()}
	s.Receivers, s.Processing = file, "https://logboek.example/v1/traces"
	m, err := newMonitor(t.Context(), env, s)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.relays(in, s)
	w := httptest.NewRecorder()
	m.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		`lemniscaat_relay_failures{receiver="archief"} 4`, `lemniscaat_relay_refused{receiver="archief"} 2`, `lemniscaat_relay_backlog{receiver="logboek-dataverwerkingen"} 0`,
		`lemniscaat_relay_oldest_seconds{receiver="archief"}`, `lemniscaat_mail{state="wacht"} 0`, "lemniscaat_runs_oldest_seconds 0",
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(w.Body.String(), `receiver="oud"`) {
		t.Error("a receiver that is not in the settings is shown")
	}
}

// TestDoctorOfSnapshot: one that a start can use is no finding, also after the key of
// the pseudonyms was changed; one that it cannot use is.
func TestDoctorOfSnapshot(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	address := freeport.Address(t)
	keep := func() {
		t.Helper()
		in, err := open(t.Context(), Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}, dataFolder(dir))
		if err != nil {
			t.Fatal(err)
		}
		in.SnapshotAfter = 1
		if err := errors.Join(in.Freeze(t.Context()), in.Close()); err != nil {
			t.Fatal(err)
		}
	}
	found := func() (what string, ok bool) {
		t.Helper()
		_, out, errs := ran(t.Context(), noon, "doctor", "--data", dir, "--addr", address, "--json")
		var a struct {
			Found []ailment `json:"bevindingen"`
		}
		if err := json.Unmarshal([]byte(out), &a); err != nil {
			t.Fatalf("%v: %s %s", err, out, errs)
		}
		i := slices.IndexFunc(a.Found, func(f ailment) bool { return f.Code == "momentopname" })
		if i < 0 {
			return "", false
		}
		if f := a.Found[i]; f.Grave || f.Where != filepath.Join(dir, snapshot.Name) || f.Do == "" {
			t.Errorf("%+v", f)
		}
		return a.Found[i].What, true
	}
	if what, ok := found(); ok {
		t.Errorf("without a snapshot: %s", what)
	}
	keep()
	name := filepath.Join(dir, snapshot.Name)
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if what, ok := found(); ok {
		t.Errorf("a good one: %s", what)
	}
	for how, b := range map[string][]byte{"cut": good[:len(good)/2], "empty": {}, "changed": append(bytes.Clone(good[:len(good)-40]), make([]byte, 40)...)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if what, ok := found(); !ok || !strings.Contains(what, "momentopname onbruikbaar") {
			t.Errorf("%s: %t %s", how, ok, what)
		}
	}
	if code, out, errs := ran(t.Context(), noon, "keys", "rotate", "--soort", "pseudoniem", "--data", dir); code != Good {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	keep()
	if what, ok := found(); ok {
		t.Errorf("a good one, with a second key: %s", what)
	}
}
