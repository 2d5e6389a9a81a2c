package load_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// job is one request that is planned: its bytes, and when it is to be sent.
type job struct {
	kind   string
	due    time.Duration // after the begin
	text   []byte
	good   []int  // statuses that say that it was done
	marker string // what it leaves in the log; empty for reading
}

// done is what came of a job. A latency counts from when it was due.
type done struct {
	*job
	took   time.Duration
	status int // 0: no answer
}

// sheet collects what came of everything.
type sheet struct {
	mu      sync.Mutex
	all     []done
	fallen  map[string]int // connections that broke, by why
	samples map[string]string
}

func (s *sheet) note(d done) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, d)
}

// fault counts something that went wrong with a connection.
func (s *sheet) fault(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	why := err.Error()
	var op *net.OpError
	if errors.As(err, &op) {
		why = op.Err.Error()
	}
	s.fallen[why]++
}

// surprise keeps the first answer of each kind that was not expected.
func (s *sheet) surprise(kind string, status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprintf("%s %d", kind, status)
	if _, ok := s.samples[key]; !ok {
		s.samples[key] = body[:min(len(body), 1500)]
	}
}

// acknowledged gives the markers of what the server said it had done, and of what
// it did not answer with that: those may be there or not.
func (s *sheet) acknowledged() (yes, open map[string]string) {
	yes, open = map[string]string{}, map[string]string{}
	for _, d := range s.all {
		switch {
		case d.marker == "":
		case slices.Contains(d.good, d.status):
			yes[d.marker] = d.kind
		default:
			open[d.marker] = d.kind
		}
	}
	return yes, open
}

// answerTime bounds one answer: what takes longer has failed.
const answerTime = 30 * time.Second

// line is one connection that stays open. Like a person it asks one thing at a
// time.
type line struct {
	address string
	next    chan *job
	sheet   *sheet
	conn    net.Conn
	in      *bufio.Reader
}

func (l *line) dial(ctx context.Context) error {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	l.conn, l.in = conn, bufio.NewReaderSize(conn, 8<<10)
	return nil
}

func (l *line) hangUp() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

// serve sends what it is given, and says each time that it is free again.
func (l *line) serve(ctx context.Context, began time.Time, free chan<- *line) {
	defer l.hangUp()
	for j := range l.next {
		status, err := l.ask(ctx, j)
		l.sheet.note(done{j, time.Since(began.Add(j.due)), status})
		if err != nil {
			l.sheet.fault(err)
			l.hangUp()
		}
		free <- l
	}
}

func (l *line) ask(ctx context.Context, j *job) (status int, err error) {
	if l.conn == nil {
		if err := l.dial(ctx); err != nil {
			return 0, err
		}
	}
	_ = l.conn.SetDeadline(time.Now().Add(answerTime))
	if _, err := l.conn.Write(j.text); err != nil {
		return 0, err
	}
	w, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return 0, err
	}
	defer w.Body.Close()
	if !slices.Contains(j.good, w.StatusCode) {
		text, err := io.ReadAll(w.Body)
		l.sheet.surprise(j.kind, w.StatusCode, string(text))
		if err != nil {
			return w.StatusCode, err
		}
	} else if _, err := io.Copy(io.Discard, w.Body); err != nil {
		return 0, err
	}
	if w.Close {
		l.hangUp()
	}
	return w.StatusCode, nil
}

// crowd is everybody who is connected.
type crowd struct {
	lines   []*line
	sheet   *sheet
	working sync.WaitGroup
}

// gather opens the connections, all of them, before anything is asked.
func gather(ctx context.Context, address string, n int) (*crowd, error) {
	c := &crowd{sheet: &sheet{fallen: map[string]int{}, samples: map[string]string{}}}
	for range n {
		l := &line{address: address, next: make(chan *job, 1), sheet: c.sheet}
		if err := l.dial(ctx); err != nil {
			c.leave()
			return nil, fmt.Errorf("connection %d: %w", len(c.lines)+1, err)
		}
		c.lines = append(c.lines, l)
	}
	return c, nil
}

func (c *crowd) leave() {
	for _, l := range c.lines {
		l.hangUp()
	}
}

// work sends a plan, in the order of when things are due, over the connection that
// was free for the longest, so that all are used in turn. It waits for what is
// still open. mid is called in the middle.
func (c *crowd) work(ctx context.Context, plan []*job, lasts time.Duration, mid func()) time.Time {
	began := time.Now()
	free := make(chan *line, len(c.lines))
	for _, l := range c.lines {
		free <- l
		c.working.Go(func() { l.serve(ctx, began, free) })
	}
	half := time.AfterFunc(lasts/2, mid)
	defer half.Stop()
	for _, j := range plan {
		time.Sleep(time.Until(began.Add(j.due)))
		l := <-free // when all are waiting, that counts as well
		l.next <- j
	}
	for _, l := range c.lines {
		close(l.next)
	}
	c.working.Wait()
	return began
}

// at spreads a kind evenly over the time: rate of them each second.
func at(kind string, rate float64, lasts time.Duration, fresh func(n int) *job) []*job {
	var out []*job
	for n := 0; ; n++ {
		due := time.Duration(float64(n) / rate * float64(time.Second))
		if rate <= 0 || due >= lasts {
			return out
		}
		j := fresh(n)
		j.kind, j.due = kind, due
		out = append(out, j)
	}
}

// request writes a request as a browser or a program sends it through the proxy.
func request(method, path, from string, headers []string, kind, body string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: lus.voorbeeld.nl\r\nX-Forwarded-For: %s\r\nX-Forwarded-Proto: https\r\n", method, path, from)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if method == http.MethodPost {
		fmt.Fprintf(&b, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	b.WriteString("\r\n" + body)
	return []byte(b.String())
}

// follower reads one stream of server-sent events until the server or the context
// ends it, and begins again.
type follower struct {
	address string
	text    []byte
	opened  *atomic.Int64
	events  *atomic.Int64
	refused *atomic.Int64
}

func (f follower) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := f.once(ctx); err != nil && ctx.Err() == nil {
			time.Sleep(200 * time.Millisecond)
		}
	}
}

func (f follower) once(ctx context.Context) error {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", f.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if _, err := conn.Write(f.text); err != nil {
		return err
	}
	w, err := http.ReadResponse(bufio.NewReaderSize(conn, 4<<10), nil)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		f.refused.Add(1)
		_, err := io.Copy(io.Discard, w.Body)
		time.Sleep(time.Second)
		return err
	}
	f.opened.Add(1)
	lines := bufio.NewScanner(w.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event:") {
			f.events.Add(1)
		}
	}
	return lines.Err()
}
