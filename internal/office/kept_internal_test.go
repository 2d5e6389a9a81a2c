package office

import (
	"sync"
	"sync/atomic"
	"testing"
)

// An answer is computed once, however many ask, and nobody waits for another
// answer.
func TestKeptOnce(t *testing.T) {
	t.Parallel()
	var k kept[int, int]
	var computed atomic.Int64
	slow := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := k.get(4, 1, func() int { computed.Add(1); <-slow; return 11 }); got != 11 {
				t.Errorf("got %d", got)
			}
		})
	}
	if got := k.get(4, 2, func() int { return 22 }); got != 22 { // while the first is not ready
		t.Errorf("got %d", got)
	}
	if v, ok := k.peek(1); ok {
		t.Errorf("an answer that is not ready: %d", v)
	}
	if v, ok := k.peek(2); !ok || v != 22 {
		t.Errorf("an answer that is ready: %d, %t", v, ok)
	}
	close(slow)
	wg.Wait()
	if v, ok := k.peek(1); !ok || v != 11 {
		t.Errorf("afterwards: %d, %t", v, ok)
	}
	if n := computed.Load(); n != 1 {
		t.Errorf("computed %d times", n)
	}
}

// There are never more answers than may be kept, and what was forgotten is
// computed again.
func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	var k kept[int, int]
	computed := 0
	for i := range 100 {
		if got := k.get(4, i%10, func() int { computed++; return i % 10 }); got != i%10 {
			t.Fatalf("got %d", got)
		}
		if len(k.done) > 4 {
			t.Fatalf("%d answers are kept", len(k.done))
		}
	}
	if computed != 100 {
		t.Errorf("computed %d times", computed)
	}
	if k.get(4, 9, func() int { computed++; return 9 }); computed != 100 {
		t.Error("the last answer was forgotten")
	}
}
