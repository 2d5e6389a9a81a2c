// Command readme executes the commands of a Markdown file and compares what
// they print with what the file says.
//
// A fenced block "console" is a session: a line that starts with "$ " is a
// command, the lines below it are its output. A line "…" stands for any number
// of lines, and "…" inside a line for any text; a command without lines below
// it may print anything. Every command must end with 0. In a block "console
// server" the command is stopped with an interrupt after its output has been
// seen, and the address in it must answer.
//
// Commands run in the folder of the file, with build/ first in the path, and
// with ADDR and DATA set to a free port and an empty folder, so that the demo
// of the reader is not in the way. "127.0.0.1:8080" in the file stands for that
// address.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	documented = "127.0.0.1:8080"
	limit      = 5 * time.Minute // for one command
)

// step is one command with the output that the file shows for it.
type step struct {
	line    int
	server  bool
	command string
	want    []string
}

func main() {
	// With -samen all commands share one address and one folder, and a server that
	// was started in the background serves the later ones.
	together := len(os.Args) == 3 && os.Args[1] == "-samen"
	if together {
		os.Args = slices.Delete(os.Args, 1, 2)
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "gebruik: readme [-samen] BESTAND.md")
		os.Exit(2)
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	steps, err := parse(string(text))
	if err == nil && len(steps) == 0 {
		err = errors.New("geen enkel console-blok met een opdracht")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
	failed := 0
	var one *place
	if together {
		if one, err = newPlace(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		defer os.RemoveAll(one.data)
	}
	for _, s := range steps {
		start := time.Now()
		if err := run(filepath.Dir(os.Args[1]), s, one); err != nil {
			failed++
			fmt.Printf("FOUT  %s:%d  %s\n%v\n", os.Args[1], s.line, s.command, err)
			continue
		}
		fmt.Printf("goed  %s  (%.1f s)\n", s.command, time.Since(start).Seconds())
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// parse finds the commands of all console blocks.
func parse(text string) ([]step, error) {
	var steps []step
	inside, server := false, false
	n, begun := 0, 0 // begun: the number of steps when the block began
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case !inside && strings.HasPrefix(line, "```console"):
			inside, begun = true, len(steps)
			server = strings.TrimSpace(strings.TrimPrefix(line, "```console")) == "server"
		case inside && strings.HasPrefix(line, "```"):
			inside = false
		case inside && strings.HasPrefix(line, "$ "):
			steps = append(steps, step{line: n, server: server, command: line[2:]})
		case inside && len(steps) == begun:
			return nil, fmt.Errorf("regel %d: uitvoer zonder opdracht", n)
		case inside:
			last := &steps[len(steps)-1]
			last.want = append(last.want, line)
		}
	}
	if inside {
		return nil, errors.New("een console-blok is niet gesloten")
	}
	return steps, nil
}

// place is where a command finds its server and its data.
type place struct{ data, addr string }

func newPlace() (*place, error) {
	data, err := os.MkdirTemp("", "readme")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	return &place{data, addr}, err
}

// run runs a command in a place; nil: one of its own.
func run(dir string, s step, at *place) error {
	build := filepath.Join(dir, "build")
	if at == nil {
		var err error
		if at, err = newPlace(); err != nil {
			return err
		}
		defer os.RemoveAll(at.data)
	} else {
		build = "build"
	}
	data, addr := at.data, at.addr
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()

	cmd := exec.CommandContext(ctx, "bash", "-c", strings.ReplaceAll(s.command, documented, addr))
	cmd.Dir = dir
	build, err := filepath.Abs(build)
	if err != nil {
		return err
	}
	// A reader types the command in a shell of his own, not below make.
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=") })
	cmd.Env = append(env, "PATH="+build+":"+os.Getenv("PATH"), "ADDR="+addr, "DATA="+data)
	// A group of its own, so that an interrupt reaches what make has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var out output
	var diagnostics bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	if err := cmd.Start(); err != nil {
		return err
	}
	if s.server {
		return serve(ctx, cmd, &out, &diagnostics, addr, s.want)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("eindigt met %w\n%s%s", err, out.String(), diagnostics.String())
	}
	return compare(s.want, strings.ReplaceAll(out.String(), addr, documented))
}

// serve waits for the documented output, asks the address for a page, and
// interrupts the program, which must end by itself.
func serve(ctx context.Context, cmd *exec.Cmd, out *output, diagnostics *bytes.Buffer, addr string, want []string) error {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("eindigt voor het adres er staat: %w\n%s%s", err, out.String(), diagnostics.String())
		case <-ctx.Done():
			<-ended
			return fmt.Errorf("geen adres binnen %s\n%s%s", limit, out.String(), diagnostics.String())
		case <-tick.C:
		}
		if compare(want, strings.ReplaceAll(out.String(), addr, documented)) != nil {
			continue
		}
		res, err := http.Get("http://" + addr + "/")
		if err == nil {
			res.Body.Close()
			if res.StatusCode != http.StatusOK {
				err = fmt.Errorf("de eerste pagina antwoordt %s", res.Status)
			}
		}
		if killed := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err == nil {
			err = killed
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return errors.Join(err, errors.New("stopt niet na een onderbreking"))
		}
		return err
	}
}

// compare matches the lines of an output with a pattern of lines.
func compare(want []string, got string) error {
	if len(want) == 0 {
		return nil
	}
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for _, line := range want {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		parts := strings.Split(strings.TrimRight(line, " "), "…")
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		pattern.WriteString(strings.Join(parts, ".*") + ` *\n`)
	}
	pattern.WriteString(`\n*\z`)
	if !regexp.MustCompile(pattern.String()).MatchString(strings.TrimRight(got, "\n") + "\n") {
		return fmt.Errorf("verwacht:\n%s\ngekregen:\n%s", strings.Join(want, "\n"), got)
	}
	return nil
}

func freeAddr() (string, error) {
	var fault error
	for range 100 {
		// From 32768 on the system gives ports to connections, and one could be gone again.
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 20_000+rand.IntN(12_000)))
		if err != nil {
			fault = err
			continue
		}
		return l.Addr().String(), l.Close()
	}
	return "", fault
}

// output is a buffer that may be read while the program still writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
