package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/freeport"
)

// podman is podman with a storage of its own, so that nothing of this machine is used or
// changed.
type podman struct {
	t      *testing.T
	global []string
	limits []string
}

func newPodman(t *testing.T) *podman {
	t.Helper()
	if os.Getenv("CONTAINER") == "" {
		t.Skip("make proef-container runs it")
	}
	if _, err := exec.LookPath("podman"); err != nil {
		t.Skip("podman is not here: apt-get install podman")
	}
	dir, err := os.MkdirTemp("", "lemniscaat-beeld-") // not t.TempDir: podman removes what another user wrote
	if err != nil {
		t.Fatal(err)
	}
	p := &podman{t: t, global: []string{
		"--root", filepath.Join(dir, "store"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs",
		"--events-backend", "none", "--cgroup-manager", "cgroupfs",
	}}
	if r := os.Getenv("RUNTIME"); r != "" {
		p.global = append(p.global, "--runtime", r)
	}
	// What podman asks by itself is more than an ordinary machine may give.
	p.limits = []string{"--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1000:1000"}
	t.Cleanup(func() {
		for _, args := range [][]string{{"rm", "--all", "--force", "--time", "0"}, {"volume", "rm", "--all", "--force"}, {"rmi", "--all", "--force"}} {
			if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "podman", append(slices.Clone(p.global), args...)...).CombinedOutput(); err != nil {
				t.Errorf("podman %v: %v\n%s", args, err, out)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

// try runs podman, and gives its exit code with all that was said.
func (p *podman) try(args ...string) (int, string) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "podman", append(slices.Clone(p.global), args...)...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.TrimSpace(string(out))
}

func (p *podman) do(args ...string) string {
	p.t.Helper()
	code, out := p.try(args...)
	if code != 0 {
		p.t.Fatalf("podman %v ends with %d: %s", args, code, out)
	}
	return out
}

// until waits for a container to say something in its log.
func (p *podman) until(name, words string) string {
	p.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		said := p.do("logs", name)
		if strings.Contains(said, words) {
			return said
		}
		if state := p.do("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name); !strings.HasPrefix(state, "running") || time.Now().After(deadline) {
			p.t.Fatalf("%s is %s and does not say %q:\n%s", name, state, words, said)
		}
	}
}

// ends stops a container as an operator does; it has to end by itself.
func (p *podman) ends(name string) {
	p.t.Helper()
	p.do("stop", name)
	if code := p.do("inspect", "--format", "{{.State.ExitCode}}", name); code != "0" {
		p.t.Errorf("%s ends with %s:\n%s", name, code, p.do("logs", name))
	}
}

// TestContainer builds the image of deploy/Containerfile and runs it as its head says,
// with no place to write but /data: it answers, keeps what it has over a restart, and
// ends by itself. Nothing is pulled and nothing listens but on this machine.
func TestContainer(t *testing.T) {
	p := newPodman(t)
	file, folder := "../../deploy/Containerfile", os.Getenv("CONTAINER")
	text := deployed(t, "deploy/Containerfile")
	build := func() string {
		// The newest line is the number of the image.
		said := strings.Split(p.do("build", "--pull=never", "--isolation=chroot", "--timestamp=0", "--no-cache", "--quiet", "-t", "lemniscaat", "-f", file, folder), "\n")
		return said[len(said)-1]
	}
	image := build()
	if again := build(); again != image {
		t.Errorf("the same program gives the image %s, and then %s", image, again)
	}
	if got := p.do("inspect", "--type", "image", "--format", "{{.Config.User}} {{.Config.StopSignal}} {{.Config.Entrypoint}}", "lemniscaat"); got != "65532:65532 SIGTERM [/lemniscaat]" {
		t.Errorf("the image is %s", got)
	}
	t.Logf("image of %s bytes", p.do("inspect", "--type", "image", "--format", "{{.Size}}", "lemniscaat"))

	advice := adviceToRun(t, text)
	if !slices.Contains(advice.options, "--network=host") || !slices.Contains(advice.options, "lemniscaat:/data") {
		t.Fatalf("podman run %v: this test reads it on this machine, and knows the volume lemniscaat", advice.options)
	}
	// Nowhere but in /data can be written, also not in a /tmp that podman would make.
	common := append(slices.Clone(p.limits), "--read-only-tmpfs=false")
	for _, pair := range advice.environ {
		common = append(common, "--env", pair)
	}
	run := func(name, site string) string {
		t.Helper()
		args := append([]string{"run", "--detach", "--name", name}, advice.options...)
		args = append(append(args, common...), "lemniscaat")
		for _, a := range advice.args {
			args = append(args, strings.Replace(a, "127.0.0.1:8080", site, 1))
		}
		p.do(args...)
		return p.until(name, "draait op http://"+site)
	}
	first, second := freeport.Address(t), freeport.Address(t)
	if said := run("een", first); !strings.Contains(said, "https://lemniscaat.voorbeeld.nl/uitnodiging/") {
		t.Errorf("a first start gives no link for who administers:\n%s", said)
	}
	answers(t, first)
	if status := p.do("top", "een", "user", "capeff", "seccomp"); !strings.Contains(status, "65532") || !strings.Contains(status, "none") || !strings.Contains(status, "filter") {
		t.Errorf("it runs as:\n%s", status)
	}
	p.ends("een")
	installed := func() string {
		text, err := os.ReadFile(filepath.Join(p.do("volume", "inspect", "--format", "{{.Mountpoint}}", "lemniscaat"), ownFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := installed()
	run("twee", second)
	answers(t, second)
	p.ends("twee")
	if after := installed(); before == "" || after != before {
		t.Errorf("after a restart it is another installation: %q, was %q", after, before)
	}
	// A command of the same image looks at what was kept.
	once := append([]string{"run", "--rm", "--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--volume", "lemniscaat:/data"}, common...)
	p.do(append(once, "lemniscaat", "audit", "verify", "--data", "/data")...)

	// As the image says by itself, where nobody can reach it.
	p.do(append(append([]string{"run", "--detach", "--name", "drie", "--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--stop-timeout=90"}, common...), "lemniscaat")...)
	p.until("drie", "draait op http://[::]:8080")
	p.ends("drie")
	// Without HTTPS before it, it says so and does not start.
	if code, said := p.try(append(append([]string{"run", "--rm", "--network=none", "--read-only"}, p.limits...), "lemniscaat")...); code != int(Usage) || !strings.Contains(said, "er is geen HTTPS") {
		t.Errorf("without a proxy it ends with %d: %s", code, said)
	}
	// The address of a database comes in as a secret: it is read, and nobody is there. Not
	// in /run/secrets, where podman 4.3 puts none when the rest can only be read.
	if !strings.Contains(text, "--secret database,target=/adres -e LEMNISCAAT_DATABASE_BESTAND=/adres\n") {
		t.Error("the head of the Containerfile tells another way to give the address of a database")
	}
	secret := filepath.Join(t.TempDir(), "adres")
	if err := os.WriteFile(secret, []byte("postgres://lus@127.0.0.1:1/lus?connect_timeout=2"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.do("secret", "create", "database", secret)
	code, said := p.try(append(append([]string{"run", "--rm", "--network=none", "--read-only", "--cap-drop=all", "--secret", "database,target=/adres", "--env", "LEMNISCAAT_DATABASE_BESTAND=/adres"}, common...), "lemniscaat")...)
	if code == 0 || !strings.Contains(said, "127.0.0.1") {
		t.Errorf("with a database that is away it ends with %d: %s", code, said)
	}
	t.Logf("a database that is away: %d %s", code, said)
}

// answers asks a server what a proxy and whoever watches it ask.
func answers(t *testing.T, site string) {
	t.Helper()
	for path, want := range map[string]string{"/healthz": "leeft", "/readyz": "", "/": "<!doctype html>"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+site+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-Proto", "https")
		client := http.Client{Timeout: 2 * time.Minute}
		w, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(w.Body)
		_ = w.Body.Close()
		if err != nil || w.StatusCode != http.StatusOK || !bytes.Contains(bytes.ToLower(text), []byte(want)) {
			t.Errorf("%s answers %d, %v: %.300s", path, w.StatusCode, err, text)
		}
	}
}
