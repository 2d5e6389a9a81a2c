package load_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/freeport"
)

// program is the real binary, built once; with LOAD_PROFILE the same program that
// also writes profiles.
var program string

func TestMain(m *testing.M) { os.Exit(inFolder(m)) }

func inFolder(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lemniscaat-load-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "lemniscaat")
	return m.Run()
}

var built = sync.OnceValue(func() error {
	source := "lemniscaat/cmd/lemniscaat"
	if os.Getenv("LOAD_PROFILE") != "" {
		source = "lemniscaat/internal/load/testdata/profiled"
	}
	build := exec.Command("go", "build", "-trimpath", "-o", program, source)
	build.Stderr = os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	return build.Run()
})

// server is one running program.
type server struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string // host:port of the pages
	metrics string // host:port of the numbers
	ended   chan struct{}

	mu   sync.Mutex
	said bytes.Buffer
}

// Write keeps what the program says on its standard error.
func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

// words is what the program said.
func (s *server) words() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

var listens = regexp.MustCompile(`draait op https?://(\S+)`)

// start starts the program in a data folder, with settings as in the environment.
func start(t *testing.T, data string, settings ...string) *server {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, metrics: freeport.Address(t), ended: make(chan struct{})}
	s.cmd = exec.Command(program, "serve", "--addr", "127.0.0.1:0", "--data", data)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "LEMNISCAAT_") {
			s.cmd.Env = append(s.cmd.Env, e)
		}
	}
	s.cmd.Env = append(append(s.cmd.Env, "LEMNISCAAT_MEETADRES="+s.metrics), settings...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := listens.FindStringSubmatch(lines.Text()); m != nil {
				told <- m[1]
			}
		}
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(s.kill)
	select {
	case s.address = <-told:
	case <-s.ended:
		t.Fatalf("the program ended:\n%s", s.words())
	case <-time.After(2 * time.Minute):
		t.Fatalf("the program does not listen:\n%s", s.words())
	}
	return s
}

// kill ends the program whatever it does.
func (s *server) kill() {
	select {
	case <-s.ended:
		return
	default:
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.ended
}

// stop ends the program as an operator does.
func (s *server) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		s.t.Fatalf("the program does not stop:\n%s", s.words())
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Errorf("the program ends with %d:\n%s", code, s.words())
	}
}

// numbers gives the metrics, by their names with labels.
func (s *server) numbers() map[string]float64 {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+"/metrics", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Close = true
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatalf("metrics: %v\n%s", err, s.words())
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			out[name], _ = strconv.ParseFloat(value, 64)
		}
	}
	return out
}

// usage is what the program takes of the machine.
type usage struct {
	at               time.Duration
	memory           int64 // resident, bytes
	goroutines, heap float64
	processor        time.Duration
	files            int
}

// uses reads it from the system and from the metrics.
func (s *server) uses(began time.Time) usage {
	s.t.Helper()
	n := s.numbers()
	u := usage{at: time.Since(began), goroutines: n["go_goroutines"], heap: n["go_memstats_heap_inuse_bytes"], files: int(n["process_open_fds"])}
	u.memory = int64(n["process_resident_memory_bytes"])
	u.processor = time.Duration(n["process_cpu_seconds_total"] * float64(time.Second))
	return u
}

// settled waits until the program has nothing to do of itself: after a start it
// works out findings. It gives up after a while: then it is measured as it is.
func (s *server) settled(most time.Duration) bool {
	s.t.Helper()
	const look = 500 * time.Millisecond
	before := s.uses(time.Now()).processor
	for end := time.Now().Add(most); time.Now().Before(end); {
		time.Sleep(look)
		now := s.uses(time.Now()).processor
		if now-before < look/10 {
			return true
		}
		before = now
	}
	return false
}

// busy is the processor time of this process, the client.
func busy() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// machine names what was measured on.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	name := runtime.GOARCH
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
			name = strings.TrimSpace(v)
			break
		}
	}
	return fmt.Sprintf("%d kernen van %s", runtime.NumCPU(), name)
}
