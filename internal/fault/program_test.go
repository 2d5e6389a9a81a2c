package fault_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/audit"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"

	"lemniscaat/internal/seed"
)

// token is what the case system of these tests delivers with.
const token = "geheim-geheim-geheim-geheim-1234"

var (
	program  string // the real binary, built once
	begin    uint64 // where what is drawn begins
	thorough = os.Getenv("FAULTS") == "all"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	begin = seed.Of()
	dir, err := os.MkdirTemp("", "lemniscaat-fault-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(dir)
	flag.Parse()
	if testing.Short() {
		return m.Run()
	}
	program = filepath.Join(dir, "lemniscaat")
	build := exec.Command("go", "build", "-o", program, "lemniscaat/cmd/lemniscaat")
	build.Stderr = os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		return 2
	}
	fmt.Println("SEED =", begin)
	return m.Run()
}

// long skips what takes the real binary in a short run.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the real program")
	}
}

// byHand skips what only make faults runs.
func byHand(t *testing.T) {
	t.Helper()
	if !thorough {
		t.Skip("make faults runs it")
	}
}

// many is how often something is done: everything by hand, a few in make test.
func many(few, all int) int {
	if thorough {
		return all
	}
	return few
}

func dice(n uint64) *rand.Rand { return rand.New(rand.NewPCG(begin, n)) }

// server is one running program.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	data string

	mu    sync.Mutex
	err   bytes.Buffer
	ended chan struct{}
}

// launch starts a server and waits until it listens; nil when it ends before
// that. wrap goes before the program: strace, or a shell that sets limits.
func launch(t *testing.T, data string, wrap []string, args ...string) *server {
	t.Helper()
	key := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(key, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(args) == 0 {
		args = []string{"demo"}
	}
	line := append(append(append([]string{}, wrap...), program), args...)
	line = append(line, "--addr", "127.0.0.1:0", "--data", data, "--intake-token-file", key)
	s := &server{t: t, cmd: exec.Command(line[0], line[1:]...), data: data, ended: make(chan struct{})}
	s.cmd.Env = environ()
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = s
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, rest, ok := strings.Cut(lines.Text(), "draait op "); ok {
				at, _, _ := strings.Cut(rest, " ")
				told <- at
			}
		}
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(s.kill)
	select {
	case s.url = <-told:
		return s
	case <-s.ended:
		return nil
	case <-time.After(patience):
		t.Fatalf("the program does not listen:\n%s", s.said())
		return nil
	}
}

// killable starts a server and does not wait for it.
func killable(t *testing.T, data string) *server {
	t.Helper()
	return spawn(t, "demo", "--addr", "127.0.0.1:0", "--data", data)
}

// spawn starts any command.
func spawn(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{t: t, cmd: exec.Command(program, args...), ended: make(chan struct{})}
	s.cmd.Env = environ()
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	t.Cleanup(s.kill)
	return s
}

// start is launch of a demo that must come up.
func start(t *testing.T, data string, wrap ...string) *server {
	t.Helper()
	s := launch(t, data, wrap)
	if s == nil {
		t.Fatalf("the program ended instead of serving %s", data)
	}
	return s
}

// environ is the environment without settings of whoever runs the tests.
func environ() []string {
	var out []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "LEMNISCAAT_") {
			out = append(out, e)
		}
	}
	return out
}

// Write keeps what the program says on its standard error.
func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err.Write(p)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err.String()
}

// kill ends the program as kill -9 does, with everything that it started.
func (s *server) kill() {
	select {
	case <-s.ended:
		return
	default:
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.ended
}

// patience is how long the program may take to start or to stop on a machine that
// does much else; what takes longer hangs.
const patience = 5 * time.Minute

// stop ends the program as an operator does, and gives its exit code. Of one that
// hangs it shows where.
func (s *server) stop() int {
	s.t.Helper()
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM) // strace passes none on
	select {
	case <-s.ended:
	case <-time.After(patience):
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGQUIT)
		select {
		case <-s.ended:
		case <-time.After(time.Minute):
			s.kill()
		}
		s.t.Fatalf("the program does not stop:\n%s", s.said())
	}
	return s.cmd.ProcessState.ExitCode()
}

// command runs the program once.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environ()
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if strings.Contains(e.String(), "panic") || strings.Contains(e.String(), "goroutine ") {
		t.Errorf("lemniscaat %s panics:\n%s", strings.Join(args, " "), e.String())
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// filled makes a data folder with the demo in it, stopped.
func filled(t *testing.T) string {
	t.Helper()
	return fill(t, onSQLite(t))
}

// fill is filled for a folder that is there already. In a folder the demo is filled
// once, and copied: that a first start fills it is shown by those who start it.
func fill(t *testing.T, data string) string {
	t.Helper()
	first := func(data string) {
		if code := start(t, data).stop(); code != 0 {
			t.Fatalf("a server that is asked to stop ends with %d", code)
		}
	}
	if dsnOf(data) != "" {
		first(data)
		return data
	}
	template.Lock()
	defer template.Unlock()
	if template.data == "" {
		at := filepath.Join(filepath.Dir(program), "demo")
		first(at)
		template.data = at
	}
	copyTo(t, template.data, data)
	if err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(filepath.Join(template.data, strings.TrimPrefix(path, data)))
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode().Perm())
	}); err != nil {
		t.Fatal(err)
	}
	return data
}

// template is a folder with the demo in it, stopped.
var template struct {
	sync.Mutex
	data string
}

// whole inspects everything in a data folder.
func whole(t *testing.T, data string) audit.Inspection {
	t.Helper()
	log, err := readLog(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	got, err := audit.Inspect(t.Context(), log, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// status asks a page and gives what came back; 0 when nothing did.
func (s *server) status(path string) (int, http.Header, string) {
	client := http.Client{Timeout: 3 * time.Minute}
	r, err := client.Get(s.url + path)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, r.Header, string(body)
}

// record is what a test keeps of an event.
type record struct {
	hash   event.Hash
	actor  string
	kind   string
	stream string
	words  string // data and texts
}

// follower reads the log beside the program that writes it.
type follower struct {
	t    *testing.T
	data string
	mu   sync.Mutex
	all  map[uint64]record
	last uint64
	open store.Reader // of a database
}

func follow(t *testing.T, data string) *follower {
	return &follower{t: t, data: data, all: map[uint64]record{}}
}

// read catches up and gives the number of the last event.
func (f *follower) read() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.open
	if log == nil {
		var err error
		if log, err = readLog(context.Background(), f.data); err != nil {
			f.t.Errorf("follow: %v", err)
			return f.last
		}
		if dsnOf(f.data) == "" {
			defer log.Close()
		} else { // a connection is not made for every look
			f.open = log
			f.t.Cleanup(func() { _ = log.Close() })
		}
	}
	for r, err := range log.All(context.Background(), f.last+1) {
		if err != nil {
			f.t.Errorf("follow: %v", err)
			return f.last
		}
		var words strings.Builder
		words.Write(r.Data)
		for _, s := range r.Secrets {
			words.WriteString("\n" + s.Text)
		}
		f.all[r.Seq] = record{r.Hash, r.Actor, r.Type, r.Stream, words.String()}
		f.last = r.Seq
	}
	return f.last
}

// find gives the numbers of the events that a test asks for.
func (f *follower) find(want func(record) bool) []uint64 {
	f.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []uint64
	for n := uint64(1); n <= f.last; n++ {
		if want(f.all[n]) {
			out = append(out, n)
		}
	}
	return out
}
