package fault_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/store/sqlite"
)

// disk mounts a file system of its own in memory; only the superuser can.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted here (that takes root): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fillUp takes all room but a little. The server goes on writing meanwhile, so
// that it writes until nothing fits and gives the rest back.
func fillUp(t *testing.T, dir string, left int64) (ballast string) {
	t.Helper()
	ballast = filepath.Join(dir, "ballast")
	f, err := os.OpenFile(ballast, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for piece := make([]byte, 64<<10); len(piece) > 0; {
		n, err := f.Write(piece)
		size += int64(n)
		switch {
		case errors.Is(err, syscall.ENOSPC):
			piece = piece[:len(piece)/2]
		case err != nil:
			t.Fatal(err)
		}
	}
	if err := f.Truncate(max(0, size-left)); err != nil {
		t.Fatal(err)
	}
	return ballast
}

// TestDiskFull: without room a write answers 503, with Retry-After and what was
// typed; reading goes on; with room writing resumes, and nothing is there by
// half. A backup that does not fit leaves nothing.
func TestDiskFull(t *testing.T) {
	long(t)
	dir := disk(t, "48m")
	data := fill(t, filepath.Join(dir, "data"))
	s := start(t, data)
	log := follow(t, data)
	samira, citizen := newBrowser(t, s, "samira", dice(1)), newBrowser(t, s, "", dice(1))
	karim := newBrowser(t, s, "karim", dice(1))
	n := 0
	marker := func() string { n++; return "vol" + strings.Repeat("z", n) + "q" }
	send := func(b *browser, d *deed) *deed {
		t.Helper()
		var err error
		if d.body != "" {
			d.answer, err = b.send(d.path, d.kind, strings.NewReader(d.body))
		} else {
			d.answer, err = b.post(d.path, d.values, d.multi)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for round := range many(2, 8) {
		ballast := fillUp(t, dir, 0)
		// What is left in the write-ahead log and in half-used pages of the disk goes
		// first, and what else the server keeps may give room back: each kind of
		// request is sent until one is refused.
		var refused, kept []*deed
		for _, x := range []struct {
			by    *browser
			fresh func(marker string) *deed
		}{{samira, signal}, {samira, signal}, {citizen, message}, {citizen, outcomeEvent}, {karim, importFile}} {
			for n := 0; ; n++ {
				d := send(x.by, x.fresh(marker()))
				if d.answer.code == http.StatusServiceUnavailable {
					refused = append(refused, d)
					break
				}
				if d.answer.code == http.StatusTooManyRequests {
					break // the limit on citizens, after a few rounds; the other kinds show it
				}
				if !acknowledged(d) || n == 400 {
					t.Fatalf("round %d: the disk is full and POST %s answers %d, %d times", round, d.path, d.answer.code, n)
				}
				kept = append(kept, d)
			}
		}
		for _, d := range refused {
			if d.answer.header.Get("Retry-After") == "" {
				t.Errorf("round %d: POST %s answers %d without Retry-After", round, d.path, d.answer.code)
			}
			if d.values != nil && !strings.Contains(d.answer.body, d.marker) {
				t.Errorf("round %d: POST %s loses what was typed", round, d.path)
			}
			if kind := d.answer.header.Get("Content-Type"); d.path == "/invoer/beslissingen" && kind != "application/problem+json" {
				t.Errorf("round %d: POST %s answers %s", round, d.path, kind)
			}
		}
		// Simulations keep their queue in the same folder.
		if a, err := karim.post("/simulaties", map[string][]string{"formulier": {"simulatie"}}, false); err != nil || a.code == http.StatusInternalServerError || a.code == http.StatusSeeOther {
			t.Errorf("round %d: a simulation answers %d (%v)", round, a.code, err)
		}
		for _, path := range []string{"/", "/knelpunten", "/register", "/regelingen/zorgtoeslag"} {
			if code, _, _ := s.status(path); code != http.StatusOK {
				t.Errorf("round %d: GET %s answers %d while the disk is full", round, path, code)
			}
		}
		out := filepath.Join(dir, fmt.Sprint("kopie-", round))
		if code, _, said := command(t, "backup", "--data", data, "--out", out); code != 1 || !strings.Contains(said, "geen reservekopie") {
			t.Errorf("round %d: a backup without room ends with %d: %s", round, code, said)
		}
		if left, _ := filepath.Glob(out + "*"); len(left) > 0 {
			t.Errorf("round %d: a backup without room leaves %v", round, left)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		for _, d := range refused {
			if got := log.find(func(r record) bool { return strings.Contains(r.words, d.marker) }); len(got) > 0 {
				t.Errorf("round %d: POST %s was refused and is in the log: %v", round, d.path, got)
			}
			b := samira
			switch {
			case d.path == "/er-ging-iets-mis" || d.path == "/invoer/beslissingen":
				b = citizen
			case d.path != "/signaal":
				b = karim
			}
			d.answer = answer{}
			deadline := time.Now().Add(time.Minute)
			for send(b, d); d.answer.code == http.StatusServiceUnavailable && time.Now().Before(deadline); send(b, d) {
				time.Sleep(50 * time.Millisecond)
			}
			if !acknowledged(d) {
				t.Errorf("round %d: POST %s answers %d after there is room", round, d.path, d.answer.code)
			}
			kept = append(kept, d)
		}
		for _, d := range kept {
			if got := log.find(func(r record) bool { return strings.Contains(r.words, d.marker) }); len(got) == 0 && !isFact(d) {
				t.Errorf("round %d: POST %s was acknowledged and is not in the log", round, d.path)
			}
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d: %s", code, s.said())
	}
	if got := whole(t, data); !got.Good() {
		t.Errorf("%+v", got)
	}
}

// TestWALGrows: while somebody reads for a long time the write-ahead log can
// only grow. When it fills the disk, writing is refused; when the reader is
// done, it resumes.
func TestWALGrows(t *testing.T) {
	byHand(t)
	dir := disk(t, "48m")
	data := filepath.Join(dir, "data")
	s := start(t, data)
	log, err := sqlite.OpenReader(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	ballast := fillUp(t, dir, 1<<20)
	b := newBrowser(t, s, "samira", dice(1))
	n, full := 0, false
	for range log.All(t.Context(), 1) { // the reader stops at the first record
		for !full && n < 1500 {
			n++
			d := signal("lang" + strings.Repeat("q", n%40) + strings.Repeat("w", n/40) + "z")
			a, err := b.post(d.path, d.values, false)
			if err != nil {
				t.Fatal(err)
			}
			full = a.code == http.StatusServiceUnavailable
		}
		break
	}
	if !full {
		t.Fatal("the disk never was full")
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	d := signal("daarnazzz")
	if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
		t.Errorf("after the reader is done: %d %v", a.code, err)
	}
	s.stop()
	if got := whole(t, data); !got.Good() {
		t.Errorf("%+v", got)
	}
	t.Logf("refused after %d signals", n)
}

// TestReadOnly: on a file system that cannot be written the program says so and
// ends; reading commands work.
func TestReadOnly(t *testing.T) {
	long(t)
	dir := disk(t, "48m")
	data := filepath.Join(dir, "data")
	fill(t, data)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot be mounted again: %v", err)
	}
	code, _, said := command(t, "demo", "--addr", "127.0.0.1:0", "--data", data)
	if code != 3 || !strings.Contains(said, "read-only") {
		t.Errorf("demo on a read-only disk ends with %d: %s", code, said)
	}
	got, _ := examine(t, nil, "--data", data)
	for _, want := range []string{"map-schrijven", "ruimte"} {
		if !slices.ContainsFunc(got.Found, func(f finding) bool { return f.Code == want && f.Ernstig }) {
			t.Errorf("doctor on a read-only disk of 48 MB does not say %s: %+v", want, got)
		}
	}
	if code, out, said := command(t, "audit", "verify", "--data", data); code != 0 {
		t.Errorf("audit verify on a read-only disk ends with %d: %s%s", code, out, said)
	}
	out := filepath.Join(t.TempDir(), "kopie")
	if code, _, said := command(t, "backup", "--data", data, "--out", out); code != 0 {
		t.Errorf("a backup from a read-only disk ends with %d: %s", code, said)
	}
}

// TestRights: without rights on its files the program ends and names the file.
func TestRights(t *testing.T) {
	byHand(t)
	if os.Getuid() != 0 {
		t.Skip("takes another user, and so root")
	}
	data := filled(t)
	// Somebody else may go there, and not read.
	for at := data; at != "/" && at != os.TempDir(); at = filepath.Dir(at) {
		_ = os.Chmod(at, 0o755)
	}
	cmd := exec.Command("setpriv", "--reuid=65534", "--clear-groups", program, "demo", "--addr", "127.0.0.1:0", "--data", data)
	if err := os.Chmod(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	said, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 3 || !strings.Contains(string(said), "permission denied") {
		t.Errorf("without rights: %v: %s", err, said)
	}
}

// TestFewFiles: with few file descriptors the program does not fall over, and
// works again when connections end.
func TestFewFiles(t *testing.T) {
	byHand(t)
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data, "bash", "-c", `ulimit -n 64; exec "$@"`, "bash")
	host := strings.TrimPrefix(s.url, "http://")
	log := follow(t, data)
	for round := range many(1, 5) {
		var held []net.Conn
		for range 150 {
			if c, err := net.DialTimeout("tcp", host, 10*time.Second); err == nil {
				_, _ = c.Write([]byte("GET / HTTP/1.1\r\n")) // and never the rest
				held = append(held, c)
			}
		}
		time.Sleep(300 * time.Millisecond)
		for _, c := range held {
			_ = c.Close()
		}
		worked := false
		for try := range 240 {
			b := &browser{base: s.url, client: &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
			d := message("weinig" + strings.Repeat("z", round+1) + strings.Repeat("w", try) + "q")
			a, err := b.post(d.path, d.values, false)
			d.answer = a
			if err == nil && acknowledged(d) {
				worked = true
				if got := log.find(func(r record) bool { return strings.Contains(r.words, d.marker) }); len(got) == 0 {
					t.Errorf("round %d: acknowledged and not in the log", round)
				}
				break
			}
			time.Sleep(250 * time.Millisecond)
		}
		if !worked {
			t.Fatalf("round %d: the program does not work any more after 150 connections:\n%s", round, s.said())
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d", code)
	}
	if got := whole(t, data); !got.Good() {
		t.Errorf("%+v", got)
	}
}

// TestFolderGone: when the data folder is taken away or replaced while the
// program runs, nothing is acknowledged any more.
func TestFolderGone(t *testing.T) {
	long(t)
	for name, away := range map[string]func(data string) error{
		"removed": os.RemoveAll,
		"moved":   func(data string) error { return os.Rename(data, data+"-elders") },
		"replaced": func(data string) error {
			text, err := os.ReadFile(filepath.Join(data, sqlite.File))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(data, "nieuw"), text, 0o600); err != nil {
				return err
			}
			return os.Rename(filepath.Join(data, "nieuw"), filepath.Join(data, sqlite.File))
		},
	} {
		data := filled(t)
		s := start(t, data)
		b := newBrowser(t, s, "samira", dice(1))
		d := signal("ervoorzzz")
		if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
			t.Fatalf("%s: %d %v", name, a.code, err)
		}
		if err := away(data); err != nil {
			t.Fatal(err)
		}
		d = signal("ernazzz")
		a, err := b.post(d.path, d.values, false)
		if err != nil || a.code != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: a signal answers %d (%v)", name, a.code, err)
		}
		s.kill()
	}
}
