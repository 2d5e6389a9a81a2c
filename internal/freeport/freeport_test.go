package freeport_test

import (
	"net"
	"testing"

	"lemniscaat/internal/freeport"
)

// TestAddress: on what it gives a server can listen, and it is outside of what the system
// gives to connections.
func TestAddress(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", freeport.Address(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if port := l.Addr().(*net.TCPAddr).Port; port < 20_000 || port >= 32_768 {
		t.Errorf("port %d is one that the system gives away", port)
	}
}
