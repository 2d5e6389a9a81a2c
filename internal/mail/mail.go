// Package mail sends e-mail over SMTP. It is an adapter: what is sent, and to
// whom, package notice says.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"lemniscaat/internal/notice"
)

// timeout bounds one message: a server that hangs keeps nobody.
const timeout = 30 * time.Second

// Sender sends over one SMTP server. Every message has a connection of its own.
// It is safe for concurrent use.
type Sender struct {
	host    string
	from    string
	options []smtp.Option
}

// New reads the address of a server:
//
//	smtp://gebruiker@mail.voorbeeld.nl:587?van=lemniscaat@voorbeeld.nl
//
// smtps:// speaks TLS from the first byte (port 465). smtp:// (port 587) requires
// STARTTLS, except to this machine itself. The password is given apart, so that
// it does not stand in a list of processes; it is never sent without TLS.
func New(address, password string) (*Sender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("%q is geen mailserver; verwacht: smtp://mail.voorbeeld.nl:587?van=lemniscaat@voorbeeld.nl", Masked(address))
	}
	if _, ok := u.User.Password(); ok {
		return nil, errors.New("zet het wachtwoord van de mailserver niet in het adres, maar in LEMNISCAAT_SMTP_WACHTWOORD")
	}
	s := &Sender{host: u.Hostname(), from: u.Query().Get("van")}
	if err := notice.CheckAddress(s.from); err != nil {
		return nil, fmt.Errorf("de afzender (?van=) van de mailserver: %w", err)
	}
	s.options = []smtp.Option{smtp.WithTimeout(timeout)}
	port := 587
	if u.Scheme == "smtps" {
		port = 465
		s.options = append(s.options, smtp.WithSSL())
	} else if loopback(s.host) {
		s.options = append(s.options, smtp.WithTLSPolicy(smtp.TLSOpportunistic))
	} else {
		s.options = append(s.options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("poort %q van de mailserver kan niet; verwacht: 1 tot en met 65535", p)
		}
	}
	s.options = append(s.options, smtp.WithPort(port))
	if name := u.User.Username(); name != "" {
		// The library refuses to send a password in the clear.
		s.options = append(s.options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(name), smtp.WithPassword(password))
	} else if password != "" {
		return nil, errors.New("er is een wachtwoord voor de mailserver, maar geen gebruiker; verwacht: smtp://gebruiker@mail.voorbeeld.nl")
	}
	return s, nil
}

// Masked gives an address without the secret that somebody may have put in it.
func Masked(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		if from := strings.Index(address, "//"); from >= 0 && from < at {
			return address[:from+2] + "…" + address[at:]
		}
	}
	return address
}

// loopback reports that a host is this machine, by its name alone: what a name
// server says of another name is not trusted.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// Host is the server that is spoken to.
func (s *Sender) Host() string { return s.host }

// Send implements notice.Mailer.
func (s *Sender) Send(ctx context.Context, m notice.Message) error {
	if err := m.Check(); err != nil {
		return fmt.Errorf("%w: %w", notice.ErrRejected, err)
	}
	msg := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	if err := msg.From(s.from); err != nil {
		return fmt.Errorf("mail from: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: %w", notice.ErrRejected, err)
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	_, domain, _ := strings.Cut(s.from, "@")
	if m.ID == "" {
		msg.SetMessageID()
	} else {
		msg.SetMessageIDWithValue(m.ID + "@" + domain)
	}
	// No answer of a machine comes back to us, and none is sent (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(smtp.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(smtp.TypeTextHTML, m.HTML)
	}
	c, err := smtp.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return s.verdict(c.DialAndSendWithContext(ctx, msg), msg.IsDelivered())
}

// verdict tells a refusal of this message from a server that cannot be reached
// now. What a server answers may name the reader: of that only the number is
// kept, for a log is no place for addresses.
func (s *Sender) verdict(err error, delivered bool) error {
	var refused *smtp.SendError
	switch {
	case err == nil || delivered: // accepted, perhaps without a goodbye
		return nil
	case !errors.As(err, &refused):
		return fmt.Errorf("mail server %s: %w", s.host, err)
	}
	code := refused.ErrorCode()
	// 5xx after RCPT TO or DATA is about this message; before that it is about
	// the connection, and may pass.
	if code >= 500 && code < 600 && (refused.Reason == smtp.ErrSMTPRcptTo || refused.Reason == smtp.ErrSMTPDataClose) {
		return fmt.Errorf("%w: mail server %s answers %d", notice.ErrRejected, s.host, code)
	}
	return fmt.Errorf("mail server %s: %s (%d)", s.host, refused.Reason, code)
}
