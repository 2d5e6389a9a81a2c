//go:build !unix

package sqlite

import (
	"fmt"

	"lemniscaat/internal/store"
)

type lock struct{}

// takeLock refuses: without a lock two processes could write one log.
func takeLock(string) (*lock, error) {
	return nil, fmt.Errorf("%w: op dit systeem kan de datamap niet op slot; gebruik Linux, macOS of BSD", store.ErrUnavailable)
}

func (*lock) release() error { return nil }
