package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store"
)

// watching is who waits for announcements, and the one connection that listens.
type watching struct {
	mu      sync.Mutex
	of      map[string]map[chan struct{}]bool
	started bool
	closed  bool
}

// wake lets the watchers of a topic know; of all topics for "".
func (w *watching) wake(topic string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for t, all := range w.of {
		if topic != "" && t != topic {
			continue
		}
		for c := range all {
			select {
			case c <- struct{}{}:
			default: // it was not read yet: one is enough
			}
		}
	}
}

// Watch implements store.Watcher.
func (s *Store) Watch(ctx context.Context, topic string) <-chan struct{} {
	c := make(chan struct{}, 1)
	w := &s.watching
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		close(c)
		return c
	}
	if w.of == nil {
		w.of = map[string]map[chan struct{}]bool{}
	}
	if w.of[topic] == nil {
		w.of[topic] = map[chan struct{}]bool{}
	}
	w.of[topic][c] = true
	if !w.started {
		w.started = true
		s.busy.Go(s.listen)
	}
	context.AfterFunc(ctx, func() { w.leave(topic, c) })
	return c
}

// close closes all channels, now and later.
func (w *watching) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, all := range w.of {
		for c := range all {
			close(c)
		}
	}
	w.of = nil
}

func (w *watching) leave(topic string, c chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[topic][c] {
		delete(w.of[topic], c)
		close(c)
	}
	if len(w.of[topic]) == 0 {
		delete(w.of, topic)
	}
}

// Announce implements store.Watcher.
func (s *Store) Announce(ctx context.Context, topic string) error {
	if topic == "" || len(topic) > 200 || !possible(topic) {
		return fmt.Errorf("%w: onderwerp moet tekst zijn van 1 tot 200 bytes", store.ErrItem)
	}
	return s.ask(ctx, "aankondigen", func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, `SELECT pg_notify($1, $2)`, channelName(s.schema), topic)
		return err
	})
}

// listen hears what is announced until the store closes. When the connection is
// lost it wakes everybody after every poll, so that nothing waits for it.
func (s *Store) listen() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-s.stop
		cancel()
	}()
	for ctx.Err() == nil {
		if err := s.hear(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("verbinding voor aankondigingen verbroken", "fout", reason(err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(s.options.Poll, time.Second)):
			s.watching.wake("")
		}
	}
}

// hear listens on one connection for as long as it lasts.
func (s *Store) hear(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ending)
	}()
	if _, err := conn.Exec(ctx, `LISTEN `+pgx.Identifier{channelName(s.schema)}.Sanitize()); err != nil {
		return err
	}
	s.watching.wake("") // what was announced before is not told any more
	for {
		waiting, cancel := context.WithTimeout(ctx, s.options.Poll)
		n, err := conn.WaitForNotification(waiting)
		quiet := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			s.watching.wake(strings.TrimSpace(n.Payload))
		case ctx.Err() != nil:
			return nil
		case quiet && errors.Is(err, context.DeadlineExceeded):
			// A connection that is dead in silence must show.
			alive, cancel := context.WithTimeout(ctx, s.options.Poll)
			err := conn.Ping(alive)
			cancel()
			if err != nil {
				return err
			}
			s.watching.wake("")
		default:
			return err
		}
	}
}
