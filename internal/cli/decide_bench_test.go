package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
)

// asker is a program that asks decisions over one connection. It costs little: the
// requests are written out before, and of an answer it looks at the status, the
// length, and whether there are steps in it.
type asker struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func (s *asker) ask(request []byte) error {
	if _, err := s.conn.Write(request); err != nil {
		return err
	}
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("%s", line)
	}
	length := -1
	for len(line) > 2 {
		if line, err = s.in.ReadSlice('\n'); err != nil {
			return err
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("an answer without a length")
	}
	s.body = slices.Grow(s.body[:0], length)[:length]
	if _, err := io.ReadFull(s.in, s.body); err != nil {
		return err
	}
	if !bytes.Contains(s.body, []byte(`"stappen"`)) {
		return errors.New("an answer without steps")
	}
	return nil
}

// installed is an installation that is served by this program as a process of its
// own, with everything that it does in real use, and a token for it.
type installed struct {
	*exec.Cmd
	address, token string
}

func install(b *testing.B) *installed {
	b.Helper()
	in := &installed{}
	dir := filepath.Join(b.TempDir(), "gegevens")
	in.serve(b, dir)
	in.stop()
	key, err := os.ReadFile(filepath.Join(dir, "toegang.sleutel"))
	if err != nil {
		b.Fatal(err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(key)))
	if err != nil {
		b.Fatal(err)
	}
	log, err := sqlite.Open(b.Context(), dir, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	who, err := authn.New(authn.Config{Store: log, Now: time.Now, Secret: secret, Organisation: func() string { return "Proef" }, Log: slog.New(slog.DiscardHandler), Site: "http://127.0.0.1"})
	if err != nil {
		b.Fatal(err)
	}
	made, err := who.MakeToken(b.Context(), authz.Principal{Account: "console", Roles: []string{authz.RoleConsole}}, screen.TokenInput{Name: "meten", Scopes: []string{"beslissen"}, Days: 1})
	if err != nil {
		b.Fatal(err)
	}
	in.token = made.Secret
	if err := log.Close(); err != nil {
		b.Fatal(err)
	}
	in.serve(b, dir)
	b.Cleanup(in.stop)
	calm(b, time.Second, 50*time.Millisecond, in.processor) // it computes ahead when it starts
	return in
}

func (in *installed) serve(b *testing.B, dir string) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	in.Cmd = exec.CommandContext(context.Background(), self)
	in.Args = []string{"lemniscaat", "serve", "--data", dir, "--addr", "127.0.0.1:0"} // TestMain runs the command of this name
	out, err := in.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := in.Start(); err != nil {
		b.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if site := address.FindString(lines.Text()); site != "" {
			in.address = strings.TrimPrefix(site, "http://")
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	b.Fatal("did not start")
}

func (in *installed) stop() {
	if in.ProcessState == nil {
		_ = in.Process.Signal(os.Interrupt)
		_ = in.Wait()
	}
}

// processor is the processor time of the server.
func (in *installed) processor(b *testing.B) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", in.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func (in *installed) dial(b *testing.B) *asker {
	b.Helper()
	var d net.Dialer
	c, err := d.DialContext(b.Context(), "tcp", in.address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	return &asker{conn: c, in: bufio.NewReaderSize(c, 1<<16)}
}

// requests are decisions with their explanation, of a person each; with each more
// than one, so many in a request.
func (in *installed) requests(n, each int) [][]byte {
	var out [][]byte
	for i := range n {
		path, body := "/api/v1/beslissingen", ""
		for k := range each {
			body += fmt.Sprintf(`, {"regeling": "zorgtoeslag", "dossier": {"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": %d, "vermogen": 3000}}}}`, 20000+37*(i*each+k))
		}
		if body = body[2:]; each == 1 {
			body = `{"uitleg": true, ` + body[1:]
		} else {
			path, body = path+"/_reeks", `{"uitleg": true, "vragen": [`+body+`]}`
		}
		out = append(out, fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, in.address, in.token, len(body), body))
	}
	return out
}

// BenchmarkServe: decisions with their whole explanation from the real program, as
// a process of its own with a token of its own, its log and its numbers: as many
// as it gives, one and a hundred a request, and how long one takes when five hundred
// come a second. The sender runs on the same cores; what it and the server take of
// them is told apart.
func BenchmarkServe(b *testing.B) {
	in := install(b)
	for _, most := range []struct {
		name      string
		each, all int
	}{{"meest", 1, 200}, {"reeks", 100, 10}} {
		b.Run(most.name, func(b *testing.B) {
			requests := in.requests(most.all, most.each)
			var senders []*asker
			for range 4 * runtime.GOMAXPROCS(0) {
				s := in.dial(b)
				for _, r := range requests[:10] {
					if err := s.ask(r); err != nil {
						b.Fatal(err)
					}
				}
				senders = append(senders, s)
			}
			var next, n atomic.Int64
			b.SetParallelism(4)
			before, own := in.processor(b), processor(b)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				s := senders[next.Add(1)-1]
				for pb.Next() {
					if err := s.ask(requests[int(n.Add(1))%len(requests)]); err != nil {
						b.Error(err)
						return
					}
				}
			})
			decisions := float64(most.each * b.N)
			b.ReportMetric(decisions/b.Elapsed().Seconds(), "per_s")
			b.ReportMetric(float64((in.processor(b)-before).Microseconds())/decisions, "server-cpu-us/op")
			b.ReportMetric(float64((processor(b)-own).Microseconds())/decisions, "asker-cpu-us/op")
		})
	}
	requests := in.requests(200, 1)
	b.Run("gestaag", func(b *testing.B) {
		const rate, seconds, connections = 500, 5, 64
		free := make(chan *asker, connections)
		for range connections {
			s := in.dial(b)
			if err := s.ask(requests[0]); err != nil {
				b.Fatal(err)
			}
			free <- s
		}
		for b.Loop() {
			took := make(chan time.Duration, rate*seconds)
			start := time.Now()
			for i := range rate * seconds {
				due := start.Add(time.Duration(i) * time.Second / rate)
				time.Sleep(time.Until(due))
				go func() {
					s := <-free
					if err := s.ask(requests[i%len(requests)]); err != nil {
						b.Error(err)
					}
					free <- s
					took <- time.Since(due) // waiting for a turn counts
				}()
			}
			var all []time.Duration
			for range rate * seconds {
				all = append(all, <-took)
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50_ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99_ms")
		}
	})
}
