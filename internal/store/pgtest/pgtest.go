// Package pgtest starts PostgreSQL for tests: one server for each test binary, one
// database for each test. It uses the server programs of the machine (Debian:
// package postgresql) and skips the test when there are none.
//
// A server stops and takes its files along when the test binary ends, in whatever
// way: it runs under a shell that reads a pipe that only the binary holds.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/freeport"

	"github.com/jackc/pgx/v5"
)

// Scratch is the setting in a DSN by which store/postgres accepts a server that
// does not write to disk before it answers. Only for tests.
const Scratch = "lemniscaat.scratch"

// shared is the server of this test binary, and databases numbers its databases.
var (
	shared    = sync.OnceValues(func() (*Server, error) { return start(Options{}) })
	databases atomic.Int64
)

// Start gives the DSN of an empty database of its own, on the server of this test
// binary. That server does not wait for the disk; use Run where durability is
// what is tested.
func Start(t testing.TB) (dsn string) {
	t.Helper()
	need(t)
	s, err := shared()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return s.Database(t)
}

// Options of a server of its own.
type Options struct {
	// Durable waits for the disk before it answers a commit, as in real use.
	Durable bool
	// Settings are lines of postgresql.conf: "max_connections = 10".
	Settings []string
	// Port is where it listens on 127.0.0.1; 0 chooses a free one.
	Port int
	// Folder is where its folder is made; "" is that of temporary files.
	Folder string
}

// Run starts a server for this test alone, which the test may kill, stop and
// promote.
func Run(t testing.TB, o Options) *Server {
	t.Helper()
	need(t)
	s, err := start(o)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(s.end)
	return s
}

func need(t testing.TB) {
	t.Helper()
	if _, err := binary("postgres"); err != nil {
		t.Skip("PostgreSQL is niet geïnstalleerd: voer tools/system.sh uit, of apt-get install postgresql")
	}
	if os.Getuid() == 0 {
		if _, err := user.Lookup("postgres"); err != nil {
			t.Skip("PostgreSQL draait niet als root, en er is geen gebruiker postgres")
		}
	}
}

// binary finds a program of the newest PostgreSQL server.
func binary(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		version := func(p string) int { n, _ := strconv.Atoi(strings.Split(p, "/")[4]); return n }
		slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
		return found[0], nil
	}
	return exec.LookPath(name)
}

// Server is a PostgreSQL server on 127.0.0.1.
type Server struct {
	Port int

	durable bool
	parent  string
	folder  string
	ids     *syscall.Credential
	keeper  *exec.Cmd // the shell that takes the files along
	alive   io.Closer // its end of the pipe
	process *exec.Cmd // nil: not running
}

func start(o Options) (_ *Server, err error) {
	s := &Server{Port: o.Port, durable: o.Durable, parent: o.Folder}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.end()
		}
	}()
	if out, err := s.command("initdb", "-D", s.data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	settings := []string{
		"listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "max_connections = 300", "shared_buffers = 32MB", "logging_collector = off", "log_min_messages = fatal",
		"wal_level = replica", "max_wal_senders = 8", "max_wal_size = 256MB", "autovacuum_naptime = 10s",
	}
	if !o.Durable {
		settings = append(settings, "fsync = off", "full_page_writes = off", "synchronous_commit = off")
	}
	if err := s.Configure(append(settings, o.Settings...)...); err != nil {
		return nil, err
	}
	return s, s.Start()
}

// prepare makes the folder, and the shell that removes it and what runs in it.
func (s *Server) prepare() error {
	var err error
	if s.folder, err = os.MkdirTemp(s.parent, "lemniscaat-pg-"); err != nil {
		return err
	}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return err
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2, os.Chown(s.folder, int(uid), int(gid))); err != nil {
			return err
		}
		s.ids = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	s.keeper = s.as(exec.CommandContext(context.Background(), "/bin/sh", "-c", `read _; p=$(head -1 "$0/data/postmaster.pid" 2>/dev/null) && kill -CONT "$p" && kill -QUIT "$p"
		for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$p" 2>/dev/null || break; sleep 0.2; done; rm -rf "$0"`, s.folder)) //nolint:gosec // a folder of our own
	if s.alive, err = s.keeper.StdinPipe(); err != nil {
		return err
	}
	return s.keeper.Start()
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// as runs a command as the user of the server.
func (s *Server) as(c *exec.Cmd) *exec.Cmd {
	c.Dir = "/"
	c.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + s.folder}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.ids, Setpgid: true}
	return c
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	path, err := binary(name)
	if err != nil {
		path = name
	}
	return s.as(exec.CommandContext(context.Background(), path, args...)) //nolint:gosec // a program of PostgreSQL
}

// Configure adds lines to postgresql.conf; they hold from the next Start or
// Reload.
func (s *Server) Configure(lines ...string) error {
	f, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	return errors.Join(err, f.Close())
}

// Own gives a folder to the user of the server, and makes it when it is not there.
func (s *Server) Own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil || s.ids == nil {
		return err
	}
	return os.Chown(dir, int(s.ids.Uid), int(s.ids.Gid))
}

// Reload makes the server read its settings again.
func (s *Server) Reload() error { return s.signal(syscall.SIGHUP) }

// Start starts the server, again after Kill or Stop, and waits until it answers.
func (s *Server) Start() error {
	if s.Port != 0 {
		return s.run()
	}
	// Tests of other packages look for a port as well, and one of them may have it
	// between the look and the start.
	var err error
	for range 5 {
		if s.Port, err = freeport.Find(); err != nil {
			return err
		}
		if err = s.run(); !errors.Is(err, errStopped) {
			return err
		}
	}
	return err
}

var errStopped = errors.New("postgres stopped")

// run starts the server on its port.
func (s *Server) run() error {
	c := s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.Port))
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) //nolint:gosec // a log of a test
	if err != nil {
		return err
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return err
	}
	s.process = c
	var last error
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		conn, err := pgx.Connect(ctx, s.DSN("postgres"))
		if err == nil {
			err = errors.Join(s.answers(ctx, conn), conn.Close(ctx))
		}
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			s.process = nil
			text, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return fmt.Errorf("%w: %s", errStopped, text)
		default:
		}
		last = err
	}
	return fmt.Errorf("postgres does not answer: %w", last)
}

// answers sees to it that what answers is this server, and no other on its port.
func (s *Server) answers(ctx context.Context, conn *pgx.Conn) error {
	var folder string
	if err := conn.QueryRow(ctx, `SHOW data_directory`).Scan(&folder); err != nil {
		return err
	}
	if folder != s.data() {
		return fmt.Errorf("on port %d the server of %s answers", s.Port, folder)
	}
	return nil
}

// DSN gives the address of a database of this server.
func (s *Server) DSN(database string) string {
	return DSN(database, !s.durable, s)
}

// DSN gives the address of a database on one of several servers, tried in this
// order.
func DSN(database string, scratch bool, servers ...*Server) string {
	q := url.Values{"sslmode": {"disable"}}
	if scratch {
		q.Set(Scratch, "on")
	}
	var hosts []string
	for _, s := range servers {
		hosts = append(hosts, fmt.Sprint("127.0.0.1:", s.Port))
	}
	return "postgres://postgres@" + strings.Join(hosts, ",") + "/" + database + "?" + q.Encode()
}

// Database makes an empty database for a test and gives its DSN. It is dropped
// when the test ends.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprint("proef", databases.Add(1))
	s.Exec(t, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		if s.process != nil {
			s.exec(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") //nolint:errcheck // it goes with the server
		}
	})
	return s.DSN(name)
}

// Exec runs statements in the database postgres, as the one who may do
// everything.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if err := s.exec(context.Background(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func (s *Server) exec(ctx context.Context, q string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.DSN("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, q)
	return errors.Join(err, conn.Close(ctx))
}

// Standby starts a streaming standby of this server. With a name that stands in
// synchronous_standby_names, the server waits for it at every commit.
func (s *Server) Standby(t testing.TB, name string) *Server {
	t.Helper()
	n := &Server{durable: s.durable}
	if err := n.prepare(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.end)
	source := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres application_name=%s", s.Port, name)
	if out, err := n.command("pg_basebackup", "-D", n.data(), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	return n
}

// Promote makes a standby the server that writes.
func (s *Server) Promote() error {
	out, err := s.command("pg_ctl", "promote", "-D", s.data(), "-w").CombinedOutput()
	if err != nil {
		return fmt.Errorf("promote: %w: %s", err, out)
	}
	return nil
}

// Kill ends the server as a power cut does: every process of it at once, without a
// word. What reached the system (not: the disk) is there at the next Start.
func (s *Server) Kill() error {
	if s.process == nil {
		return nil
	}
	pids := s.pids()
	err := s.signal(syscall.SIGKILL)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	s.gone()
	_ = os.Remove(filepath.Join(s.data(), "postmaster.pid"))
	return err
}

// Stop ends the server as an administrator who is in a hurry does (fast).
func (s *Server) Stop() error {
	err := s.signal(syscall.SIGINT)
	s.gone()
	return err
}

// Pause stops all processes of the server where they are; Continue lets them go
// on. A paused server keeps its connections and says nothing.
func (s *Server) Pause() error { return s.each(syscall.SIGSTOP) }

// Continue undoes Pause.
func (s *Server) Continue() error { return s.each(syscall.SIGCONT) }

func (s *Server) each(sig syscall.Signal) error {
	err := s.signal(sig)
	for _, pid := range s.pids() {
		_ = syscall.Kill(pid, sig)
	}
	return err
}

// pids are the children of the server: each makes a group of its own.
func (s *Server) pids() []int {
	if s.process == nil {
		return nil
	}
	parent := strconv.Itoa(s.process.Process.Pid)
	var out []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		// "pid (name) state parent …"; a name may hold spaces.
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == parent {
			if pid, err := strconv.Atoi(strings.Split(name, "/")[2]); err == nil {
				out = append(out, pid)
			}
		}
	}
	return out
}

func (s *Server) signal(sig syscall.Signal) error {
	if s.process == nil {
		return errors.New("the server does not run")
	}
	return s.process.Process.Signal(sig)
}

// gone waits until the process has ended (the goroutine of Start reaps it).
func (s *Server) gone() {
	for range 6000 {
		if s.process == nil || s.process.Process.Signal(syscall.Signal(0)) != nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.process = nil
}

// end stops the server and removes its files.
func (s *Server) end() {
	if s.alive != nil {
		_ = s.alive.Close()
		_ = s.keeper.Wait()
	}
	s.process = nil
}
