package lsp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/lsp"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// client is the side of an editor.
type client struct {
	t    testing.TB
	in   io.WriteCloser
	mu   sync.Mutex
	next int
	// answers by id, and what the server said of its own accord.
	answers map[string]chan answer
	told    chan answer
	ended   chan error
	log     *safeBuffer
	root    string
	version map[string]int
}

type answer struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// connect gives a client for a server over two streams.
func connect(t testing.TB, in io.WriteCloser, out io.Reader) *client {
	c := &client{t: t, in: in, answers: map[string]chan answer{}, told: make(chan answer, 1000), ended: make(chan error, 1), version: map[string]int{}}
	go func() {
		r := bufio.NewReader(out)
		for {
			n := 0
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					close(c.told)
					return
				}
				if line = strings.TrimSpace(line); line == "" {
					break
				}
				if _, err := fmt.Sscanf(line, "Content-Length: %d", &n); err != nil {
					t.Errorf("no message on the output: %q", line)
				}
			}
			body := make([]byte, n)
			if _, err := io.ReadFull(r, body); err != nil {
				t.Errorf("half a message: %v", err)
				close(c.told)
				return
			}
			var a answer
			if err := json.Unmarshal(body, &a); err != nil {
				t.Errorf("%v in %s", err, body)
			}
			if a.Method != "" {
				c.told <- a
				continue
			}
			c.mu.Lock()
			ch := c.answers[string(a.ID)]
			c.mu.Unlock()
			if ch == nil {
				c.told <- a
				continue
			}
			ch <- a
		}
	}()
	return c
}

// start runs a server beside the test.
func start(t testing.TB) *client {
	t.Helper()
	toServer, in := io.Pipe()
	out, fromServer := io.Pipe()
	c := connect(t, in, out)
	c.log = &safeBuffer{}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		err := lsp.Serve(ctx, toServer, fromServer, lsp.Options{
			Day: func() rule.Date { return rule.MustDate("2026-11-22") }, Words: regelingen.Files, Log: c.log, Version: "test", Pause: 10 * time.Millisecond,
		})
		fromServer.Close()
		toServer.Close()
		c.ended <- err
	}()
	t.Cleanup(func() {
		stop()
		in.Close()
		if t.Failed() {
			t.Logf("log of the server:\n%s", c.log)
		}
	})
	return c
}

func (c *client) raw(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.in, text); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) send(body string) {
	c.t.Helper()
	c.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(string(body))
}

// patience is long: a busy machine is no fault of the server.
const patience = 2 * time.Minute

// ask sends a request and waits for its answer.
func (c *client) ask(method string, params any) answer {
	c.t.Helper()
	return c.wait(c.begin(method, params))
}

func (c *client) begin(method string, params any) (string, chan answer) {
	c.t.Helper()
	c.mu.Lock()
	c.next++
	id := fmt.Sprint(c.next)
	ch := make(chan answer, 1)
	c.answers[id] = ch
	c.mu.Unlock()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": c.next, "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(string(body))
	return id, ch
}

func (c *client) wait(id string, ch chan answer) answer {
	c.t.Helper()
	select {
	case a := <-ch:
		return a
	case <-time.After(patience):
		c.t.Fatalf("no answer to request %s", id)
		return answer{}
	}
}

// get asks and reads the result; an error fails the test.
func get[T any](c *client, method string, params any) T {
	c.t.Helper()
	a := c.ask(method, params)
	var out T
	if a.Error != nil {
		c.t.Fatalf("%s: %d %s", method, a.Error.Code, a.Error.Message)
	}
	if err := json.Unmarshal(a.Result, &out); err != nil {
		c.t.Fatalf("%s: %v in %s", method, err, a.Result)
	}
	return out
}

// refused asks and gives the error; a result fails the test.
func (c *client) refused(code int, method string, params any) string {
	c.t.Helper()
	a := c.ask(method, params)
	if a.Error == nil || a.Error.Code != code {
		c.t.Fatalf("%s: want error %d, got %+v %s", method, code, a.Error, a.Result)
	}
	return a.Error.Message
}

// heard waits for something that the server says of its own accord.
func (c *client) heard(what string, is func(answer) bool) answer {
	c.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case a, ok := <-c.told:
			if !ok {
				c.t.Fatalf("the server went away before %s", what)
			}
			if is(a) {
				return a
			}
		case <-timeout:
			c.t.Fatalf("never heard: %s", what)
		}
	}
}

type place struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct {
	Start place `json:"start"`
	End   place `json:"end"`
}

type edit struct {
	Range   span   `json:"range"`
	NewText string `json:"newText"`
}

type note struct {
	Range              span   `json:"range"`
	Severity           int    `json:"severity"`
	Code               string `json:"code"`
	Message            string `json:"message"`
	RelatedInformation []struct {
		Location struct {
			URI string `json:"uri"`
		} `json:"location"`
	} `json:"relatedInformation"`
}

// notes waits for the diagnostics of a file that satisfy a test.
func (c *client) notes(name string, is func([]note) bool) []note {
	c.t.Helper()
	var last []note
	defer func() {
		if c.t.Failed() {
			c.t.Logf("last diagnostics of %s: %+v", name, last)
		}
	}()
	c.heard("diagnostics of "+name, func(a answer) bool {
		var p struct {
			URI         string `json:"uri"`
			Diagnostics []note `json:"diagnostics"`
		}
		if a.Method != "textDocument/publishDiagnostics" || json.Unmarshal(a.Params, &p) != nil || p.URI != c.uri(name) {
			return false
		}
		last = p.Diagnostics
		return is(p.Diagnostics)
	})
	return last
}

func has(code string) func([]note) bool {
	return func(ns []note) bool {
		for _, n := range ns {
			if n.Code == code {
				return true
			}
		}
		return false
	}
}

func (c *client) uri(name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(c.root, name))}).String()
}

func (c *client) doc(name string) map[string]any { return map[string]any{"uri": c.uri(name)} }

// initialize begins a session on a copy of some of the regulations that ship:
// enough to build on each other, few enough to be checked at once by many
// servers.
func (c *client) initialize(encodings ...string) json.RawMessage {
	c.t.Helper()
	c.root = c.t.TempDir()
	for _, folder := range []string{"gemeenschappelijk", "zorgtoeslag", "kinderbijslag", "kindgebonden-budget"} {
		sub, err := fs.Sub(regelingen.Files, folder)
		if err == nil {
			err = os.CopyFS(filepath.Join(c.root, folder), sub)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	// Findings that are explained are not shown; these tests want to see some.
	meta := filepath.Join(c.root, "zorgtoeslag", "regeling.yaml")
	text, err := os.ReadFile(meta)
	if err != nil {
		c.t.Fatal(err)
	}
	text, _, _ = bytes.Cut(text, []byte("\nbevindingen:\n"))
	if err := os.WriteFile(meta, append(text, '\n'), 0o600); err != nil {
		c.t.Fatal(err)
	}
	a := c.ask("initialize", map[string]any{"processId": nil, "rootUri": c.uri(""), "capabilities": map[string]any{
		"general": map[string]any{"positionEncodings": encodings}}})
	if a.Error != nil {
		c.t.Fatal(a.Error.Message)
	}
	c.notify("initialized", map[string]any{})
	return a.Result
}

// open opens a file with a text; without one, as it is on disk.
func (c *client) open(name string, text ...string) string {
	c.t.Helper()
	if len(text) == 0 {
		data, err := os.ReadFile(filepath.Join(c.root, name))
		if err != nil {
			c.t.Fatal(err)
		}
		text = []string{string(data)}
	}
	c.version[name] = 1
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "languageId": "markdown", "version": 1, "text": text[0]}})
	return text[0]
}

func (c *client) change(name string, changes ...map[string]any) {
	c.t.Helper()
	c.version[name]++
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "version": c.version[name]}, "contentChanges": changes})
}

// find gives the place of the "|" in a mark that stands in a text, in UTF-16.
func find(t testing.TB, text, mark string) place {
	t.Helper()
	before, _, _ := strings.Cut(mark, "|")
	i := strings.Index(text, strings.Replace(mark, "|", "", 1))
	if i < 0 {
		t.Fatalf("BUG: %q is not in the text", mark)
	}
	i += len(before)
	line := text[strings.LastIndex(text[:i], "\n")+1 : i]
	n := 0
	for _, r := range line {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return place{strings.Count(text[:i], "\n"), n}
}

func (c *client) at(name, text, mark string) map[string]any {
	c.t.Helper()
	return map[string]any{"textDocument": c.doc(name), "position": find(c.t, text, mark)}
}

// apply makes edits in a text, in UTF-16.
func apply(t testing.TB, text string, edits []edit) string {
	t.Helper()
	for i := len(edits) - 1; i >= 0; i-- { // the server gives them in order
		from, to := index(text, edits[i].Range.Start), index(text, edits[i].Range.End)
		text = text[:from] + edits[i].NewText + text[to:]
	}
	return text
}

func index(text string, p place) int {
	at := 0
	for range p.Line {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	n := 0
	for i, r := range text[at:] {
		if n >= p.Character || r == '\n' {
			return at + i
		}
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return len(text)
}

// exit waits for the end of the server.
func (c *client) exit() error {
	c.t.Helper()
	select {
	case err := <-c.ended:
		return err
	case <-time.After(patience):
		c.t.Fatal("the server goes on")
		return errors.New("no end")
	}
}
