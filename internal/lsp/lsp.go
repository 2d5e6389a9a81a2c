// Package lsp speaks the Language Server Protocol (3.17) over two streams, so
// that an editor shows for regulations what package language knows: findings,
// names that fit, meanings, definitions, uses, renaming, formatting.
//
// The messages are read and written here (message.go), without a library. The
// protocol needs little of JSON-RPC, and the Go modules for it do not fit:
// those with types of the whole protocol bring a logging framework along, and
// the small ones close the connection at the first message that is no JSON,
// where this server answers with an error and reads on. Order is what matters
// here: notifications are handled one by one in the order in which they came,
// requests each get the state of that moment and may be cancelled.
//
// Nothing but messages goes to the output. What is worth telling goes to the
// log.
package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/rule"
)

// Options are what a server gets from outside.
type Options struct {
	// Day gives the day of today: which value of a parameter holds now.
	Day func() rule.Date
	// Words is a file system with the folder gemeenschappelijk, for regulations
	// that stand by themselves; may be nil.
	Words fs.FS
	// Log gets one line for everything worth telling.
	Log io.Writer
	// Version is told to the editor.
	Version string
	// Pause is how long nothing may be typed before the slow findings are
	// looked for; zero: 400 ms.
	Pause time.Duration
}

// ErrExit is returned when the editor ended the server, or went away, without
// asking it to shut down first: the protocol wants exit code 1 then.
var ErrExit = errors.New("beëindigd zonder afscheid (shutdown)")

// server is one session.
type server struct {
	o   Options
	out *writer
	log sync.Mutex

	// The loop owns these.
	phase    phase
	enc      encoding
	watch    bool // the editor tells of changes on disk when asked
	projects []*project
	asked    int // requests to the editor

	pending   sync.Map // id → context.CancelFunc
	running   sync.WaitGroup
	slots     chan struct{} // requests that run at once
	publisher *publisher
}

type phase uint8

const (
	fresh phase = iota
	ready
	closing
)

// Serve runs a session until the editor ends it. It gives nil when that went
// as the protocol has it, ErrExit when not, and the error of a stream that
// fails.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Pause == 0 {
		o.Pause = 400 * time.Millisecond
	}
	ctx, stop := context.WithCancel(ctx)
	s := &server{o: o, out: &writer{w: out}, enc: utf16Units, slots: make(chan struct{}, 4)}
	s.publisher = newPublisher(s)
	defer func() {
		stop()
		s.running.Wait()
		s.publisher.close()
	}()
	type read struct {
		m   *message
		err error
	}
	messages := make(chan read)
	go func() { // a stream that blocks must not keep the session alive
		r := reader{bufio.NewReaderSize(in, 64<<10)}
		for {
			m, err := r.next()
			select {
			case messages <- read{m, err}:
			case <-ctx.Done():
				return
			}
			var bad badMessage
			if err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return ErrExit
		case r := <-messages:
			var bad badMessage
			switch {
			case errors.As(r.err, &bad):
				s.tell("%v", bad.wireError)
				if err := s.out.reply(nil, nil, bad.wireError); err != nil {
					return err
				}
				continue
			case errors.Is(r.err, io.EOF):
				return ErrExit
			case r.err != nil:
				return fmt.Errorf("read: %w", r.err)
			}
			if r.m.Method == "exit" {
				if s.phase != closing {
					return ErrExit
				}
				return nil
			}
			if err := s.handle(ctx, r.m); err != nil {
				return err
			}
		}
	}
}

// tell writes a line to the log.
func (s *server) tell(format string, a ...any) {
	s.log.Lock()
	defer s.log.Unlock()
	fmt.Fprintf(s.o.Log, "lemniscaat lsp: "+format+"\n", a...)
}

// handle takes one message; an error ends the session.
func (s *server) handle(ctx context.Context, m *message) error {
	switch {
	case m.Method == "": // an answer to something that was asked
		if m.Error != nil {
			s.tell("de editor weigert: %v", m.Error)
		}
		return nil
	case len(m.ID) == 0:
		s.notification(m)
		return nil
	case s.phase == fresh && m.Method != "initialize":
		return s.out.reply(m.ID, nil, fail(codeNotInitialized, "de server is nog niet begonnen: stuur eerst initialize"))
	case s.phase == closing:
		return s.out.reply(m.ID, nil, fail(codeInvalidRequest, "de server is aan het afsluiten"))
	}
	switch m.Method {
	case "initialize":
		result, err := guard(s, m.Method, func() (any, error) { return s.initialize(m.Params) })
		return s.out.reply(m.ID, result, err)
	case "shutdown":
		s.phase = closing
		s.running.Wait()
		return s.out.reply(m.ID, nil, nil)
	}
	answer, ok := requests[m.Method]
	if !ok {
		return s.out.reply(m.ID, nil, fail(codeNoMethod, "onbekend verzoek: %s", m.Method))
	}
	work, wrong := guard(s, m.Method, func() (job, error) { return answer(s, m.Params) })
	if wrong != nil {
		return s.out.reply(m.ID, nil, wrong)
	}
	ctx, cancel := context.WithCancel(ctx)
	id := string(m.ID)
	s.pending.Store(id, cancel)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer cancel()
		defer s.pending.Delete(id)
		var result any
		var err *wireError
		select {
		case s.slots <- struct{}{}:
			result, err = guard(s, m.Method, func() (any, error) { return work() })
			<-s.slots
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			result, err = nil, fail(codeCancelled, "het verzoek is ingetrokken")
		}
		if err := s.out.reply(m.ID, result, err); err != nil {
			s.tell("%v", err)
		}
	}()
	return nil
}

// job is the part of a request that runs beside the loop, on the state that it
// was given.
type job func() (any, error)

// guard makes an answer of an error and of a panic: a defect in one request is
// not the end of the session.
func guard[T any](s *server, method string, f func() (T, error)) (result T, wrong *wireError) {
	defer func() {
		if p := recover(); p != nil {
			s.tell("interne fout bij %s: %v\n%s", method, p, debug.Stack())
			wrong = fail(codeInternal, "interne fout bij %s; de log zegt meer", method)
		}
	}()
	result, err := f()
	if err == nil {
		return result, nil
	}
	if !errors.As(err, &wrong) {
		wrong = fail(codeFailed, "%v", err)
	}
	return result, wrong
}

// params reads the parameters of a message.
func params[T any](raw json.RawMessage) (T, error) {
	var p T
	if len(raw) == 0 {
		return p, fail(codeParams, "de parameters ontbreken")
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fail(codeParams, "de parameters kloppen niet: %v", err)
	}
	return p, nil
}

// notification takes a message that wants no answer. What is wrong with it can
// only be told in the log.
func (s *server) notification(m *message) {
	if m.Method == "$/cancelRequest" {
		var p struct {
			ID json.RawMessage `json:"id"`
		}
		if json.Unmarshal(m.Params, &p) == nil {
			if cancel, ok := s.pending.Load(string(p.ID)); ok {
				cancel.(context.CancelFunc)()
			}
		}
		return
	}
	f, ok := notifications[m.Method]
	if !ok {
		if !strings.HasPrefix(m.Method, "$/") {
			s.tell("onbekende melding: %s", m.Method)
		}
		return
	}
	if s.phase != ready {
		s.tell("%s kwam te vroeg of te laat", m.Method)
		return
	}
	if _, err := guard(s, m.Method, func() (any, error) { return nil, f(s, m.Params) }); err != nil {
		s.tell("%s: %s", m.Method, err.Message)
	}
}
