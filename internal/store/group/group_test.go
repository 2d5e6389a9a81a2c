package group_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
)

type ask struct {
	group.Caller
	size int
	do   func() error
}

func (a *ask) Size() int { return a.size }

// TestTogether: what waits while a group is written is the next group; each caller gets
// its own answer; one that is refused or has left does not stop the others.
func TestTogether(t *testing.T) {
	t.Parallel()
	stop, busy, free := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var sizes []int
	w := group.Start(stop, func(all []*ask) {
		if len(sizes) == 0 {
			close(busy)
			<-free
		}
		sizes = append(sizes, len(all))
		replies, err := group.Each(all, func(a *ask) (store.Result, error) { return store.Result{Repeated: true}, a.do() })
		group.Answer(all, replies, err)
	})
	fine := func() error { return nil }
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := w.Send(t.Context(), &ask{do: fine}); err != nil {
			t.Errorf("the first: %v", err)
		}
	})
	<-busy
	gone, leave := context.WithCancel(t.Context())
	entered := make(chan struct{}, 3)
	for _, c := range []struct {
		ctx  context.Context
		do   func() error
		want error
	}{
		{t.Context(), fine, nil},
		{t.Context(), func() error { return group.Reject(store.ErrConflict) }, store.ErrConflict},
		{gone, func() error { t.Error("decided for who has left"); return nil }, context.Canceled},
	} {
		wg.Go(func() {
			entered <- struct{}{}
			r, err := w.Send(c.ctx, &ask{do: c.do})
			if !errors.Is(err, c.want) || err == nil && !r.Repeated {
				t.Errorf("got %+v, %v; want %v", r, err, c.want)
			}
		})
	}
	for range 3 {
		<-entered
	}
	leave()
	close(free)
	wg.Wait()
	// An error that is no refusal is of the whole group.
	broken := errors.New("stuk")
	if _, err := w.Send(t.Context(), &ask{do: func() error { return broken }}); !errors.Is(err, broken) {
		t.Errorf("a fault: %v", err)
	}
	close(stop)
	w.Wait()
	if _, err := w.Send(t.Context(), &ask{do: fine}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("after the end: %v, want ErrClosed", err)
	}
	sum := 0
	for _, n := range sizes {
		sum += n
	}
	if sum < 4 || sum > 5 { // who left may have left before it was taken
		t.Errorf("%v requests were taken", sizes)
	}
}

// TestLargeIsAlone: a request of the largest size does not take others along.
func TestLargeIsAlone(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	most := 0
	w := group.Start(stop, func(all []*ask) {
		most = max(most, len(all))
		group.Answer(all, make([]group.Reply, len(all)), nil)
	})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := w.Send(t.Context(), &ask{size: group.MaxBytes}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(stop)
	w.Wait()
	if most != 1 {
		t.Errorf("%d large requests in one group", most)
	}
}
