// Package freeport finds a place for a server in a test that has to know where it will
// listen before it does.
package freeport

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
)

// Range that the system gives to no connection and to nobody who asks for any port: it
// takes those from 32768 on. A port of there could be gone before the server is up.
const first, last = 20_000, 32_000

// Find gives a port of 127.0.0.1 on which nobody listens now.
func Find() (int, error) {
	var fault error
	for range 100 {
		port := first + rand.IntN(last-first) //nolint:gosec // no secret
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			fault = err
			continue
		}
		return port, l.Close()
	}
	return 0, fmt.Errorf("no free port from %d to %d: %w", first, last, fault)
}

// Address gives an address of this machine on which nobody listens now ("127.0.0.1:20123").
func Address(t interface {
	Helper()
	Fatal(...any)
}) string {
	t.Helper()
	port, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint("127.0.0.1:", port)
}
