package load_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"
)

// mostMemory is more than a server with this load may ever take: half of what the
// service of systemd gives it.
const mostMemory = 900 << 20

// TestSlow is the other half of make load: a thousand connections on which nothing
// happens, hundreds that send headers drop by drop, and bodies of hundreds of
// megabytes. Pages are served meanwhile, and nothing of it stays.
func TestSlow(t *testing.T) {
	if os.Getenv("LOAD") == "" {
		t.Skip("make load runs it")
	}
	w := settle(t, "", 4, 20)
	s := start(t, w.data, w.settings()...)
	w.await(t, s)
	began := time.Now()
	base := s.uses(began)
	var open []net.Conn
	dial := func() net.Conn {
		c, err := net.Dial("tcp", s.address)
		must(t, err)
		open = append(open, c)
		return c
	}
	for range 1000 {
		dial()
	}
	var dripping sync.WaitGroup
	cut := make(chan time.Duration, 200)
	for range 200 {
		c := dial()
		dripping.Go(func() {
			at := time.Now()
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: lus.voorbeeld.nl\r\nX-A: ")
			for time.Since(at) < 40*time.Second {
				time.Sleep(300 * time.Millisecond)
				if _, err := io.WriteString(c, "a"); err != nil {
					cut <- time.Since(at)
					return
				}
			}
			t.Error("a connection that sends headers drop by drop is still open after 40 s")
		})
	}
	// Others are served.
	for _, path := range w.visited()[:8] {
		c, err := gather(t.Context(), s.address, 1)
		must(t, err)
		if status, err := c.lines[0].ask(t.Context(), w.page(0, path)); err != nil || status != http.StatusOK {
			t.Errorf("%s among slow ones: %d, %v", path, status, err)
		}
		c.leave()
	}
	// A body that is far too large is refused before it was all sent.
	for _, to := range []struct {
		path, kind string
		header     string
	}{
		{"/signaal", "application/x-www-form-urlencoded", w.cookie(0)},
		{"/er-ging-iets-mis", "application/x-www-form-urlencoded", "X-A: b"},
		{"/api/v1/beslissingsgebeurtenissen", "application/cloudevents-batch+json", "Authorization: Bearer " + w.token},
	} {
		status, sent := flood(t, s.address, to.path, to.kind, to.header, 300<<20)
		if status != http.StatusRequestEntityTooLarge && status != 0 {
			t.Errorf("300 MB to %s: %d", to.path, status)
		}
		if sent >= 300<<20 {
			t.Errorf("300 MB to %s was read whole", to.path)
		}
	}
	during := s.uses(began)
	dripping.Wait()
	close(cut)
	var longest time.Duration
	for d := range cut {
		longest = max(longest, d)
	}
	for _, c := range open {
		_ = c.Close()
	}
	after := s.back(t, base, began)
	for _, u := range []usage{during, after} {
		if u.memory > mostMemory {
			t.Errorf("the server takes %s", megabytes(u.memory))
		}
	}
	s.stop()
	fmt.Printf("\n1.000 stille en 200 druppelende verbindingen: geheugen %s, %s, %s; goroutines %.0f, %.0f, %.0f (ervoor, tijdens, erna). De laatste druppelaar was na %.1f s verbroken.\n",
		megabytes(base.memory), megabytes(during.memory), megabytes(after.memory), base.goroutines, during.goroutines, after.goroutines, longest.Seconds())
}

// flood sends a body without an end that is announced, until it is refused.
func flood(t *testing.T, address, path, kind, header string, most int) (status, sent int) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	must(t, err)
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: lus.voorbeeld.nl\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 10.1.1.1\r\nSec-Fetch-Site: same-origin\r\n%s\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", path, header, kind)
	answer := make(chan int, 1)
	go func() {
		w, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			answer <- 0 // reset: the server did not wait for the rest
			return
		}
		_ = w.Body.Close()
		answer <- w.StatusCode
	}()
	part := make([]byte, 64<<10)
	for n := range part {
		part[n] = 'a'
	}
	for sent < most {
		if _, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(part), part); err != nil {
			break
		}
		sent += len(part)
	}
	if sent >= most {
		_, _ = io.WriteString(c, "0\r\n\r\n")
	}
	return <-answer, sent
}
