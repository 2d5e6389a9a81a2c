package mail

import (
	"context"
	"crypto/tls"
	"net"

	smtp "github.com/wneessen/go-mail"
)

// Elsewhere lets a Sender speak with the server at addr, whatever its name is,
// and trust the given certificates.
func (s *Sender) Elsewhere(addr string, trust *tls.Config) {
	s.options = append(s.options, smtp.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}))
	if trust != nil {
		s.options = append(s.options, smtp.WithTLSConfig(trust))
	}
}
