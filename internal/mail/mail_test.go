package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/mail"
	"lemniscaat/internal/notice"
)

// server is an SMTP server of a few lines. answer gives the reply to a command
// ("" is the ordinary one).
type server struct {
	addr   string
	answer func(line string) string
	tls    *tls.Config // STARTTLS is offered when there is one

	mu   sync.Mutex
	got  []string // messages
	said []string // commands
}

func serve(t *testing.T, s *server) *server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s.addr = l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn) {
	defer func() { c.Close() }()
	in := bufio.NewReader(c)
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 proef ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		if s.answer != nil {
			if a := s.answer(line); a != "" {
				say(a)
				continue
			}
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
		case "EHLO":
			if _, secure := c.(*tls.Conn); s.tls != nil && !secure {
				say("250-proef\r\n250-STARTTLS\r\n250 8BITMIME")
			} else {
				say("250-proef\r\n250 8BITMIME")
			}
		case "STARTTLS":
			say("220 ga uw gang")
			c = tls.Server(c, s.tls)
			in = bufio.NewReader(c)
		case "DATA":
			say("354 ga uw gang")
			var b strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			end := "250 aangenomen"
			if s.answer != nil {
				if a := s.answer("<einde>"); a != "" {
					end = a
				}
			}
			if end[0] == '2' {
				s.mu.Lock()
				s.got = append(s.got, b.String())
				s.mu.Unlock()
			}
			say(end)
		case "QUIT":
			say("221 dag")
			return
		default:
			say("250 goed")
		}
	}
}

func sender(t *testing.T, s *server, query string) *mail.Sender {
	t.Helper()
	m, err := mail.New("smtp://"+s.addr+query, "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func message() notice.Message {
	return notice.Message{
		ID: "m-1", To: "femke@voorbeeld.nl", Subject: "Een antwoord op uw signaal – Zorgtoeslag", Text: "Er is een antwoord.\n.\nDag", HTML: "<p>Er is een antwoord.</p>",
	}
}

const from = "?van=lus@voorbeeld.nl"

// TestSend: what arrives is one message with both forms, of which the text is
// that of the message to the letter, also a line with one dot.
func TestSend(t *testing.T) {
	t.Parallel()
	s := serve(t, &server{})
	if err := sender(t, s, from).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if len(s.got) != 1 {
		t.Fatalf("%d messages arrived", len(s.got))
	}
	m, err := netmail.ReadMessage(strings.NewReader(strings.ReplaceAll(s.got[0], "\r\n..", "\r\n.")))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != message().Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	for h, want := range map[string]string{"Message-Id": "<m-1@voorbeeld.nl>", "To": "<femke@voorbeeld.nl>", "From": "<lus@voorbeeld.nl>", "Auto-Submitted": "auto-generated"} {
		if got := m.Header.Get(h); got != want {
			t.Errorf("%s: %q, want %q", h, got, want)
		}
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{"Er is een antwoord.\n.\nDag", "<p>Er is een antwoord.</p>"} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"); got != want {
			t.Errorf("part %q, want %q", got, want)
		}
	}
}

// TestNoInjection: nothing that is put in a field becomes a header, a second
// reader or a command. It is refused before a connection is made.
func TestNoInjection(t *testing.T) {
	t.Parallel()
	s := serve(t, &server{})
	m := sender(t, s, from)
	for _, change := range []func(*notice.Message){
		func(m *notice.Message) { m.Subject = "Dag\r\nBcc: elders@voorbeeld.nl" },
		func(m *notice.Message) { m.Subject = "Dag\nBcc: elders@voorbeeld.nl" },
		func(m *notice.Message) { m.Subject = "Dag\u0085Bcc: elders@voorbeeld.nl" },
		func(m *notice.Message) { m.ID = "a>\r\nBcc: elders@voorbeeld.nl" },
		func(m *notice.Message) { m.ID = "a> <b" },
		func(m *notice.Message) { m.To = "femke@voorbeeld.nl\r\nBcc: elders@voorbeeld.nl" },
		func(m *notice.Message) { m.To = "femke@voorbeeld.nl, elders@voorbeeld.nl" },
		func(m *notice.Message) { m.To = "femke@voorbeeld.nl;elders@voorbeeld.nl" },
		func(m *notice.Message) { m.To = "Femke <femke@voorbeeld.nl>" },
		func(m *notice.Message) { m.To = "femke@voorbeeld.nl> RCPT TO:<elders@voorbeeld.nl" },
		func(m *notice.Message) { m.To = `"a b"@voorbeeld.nl` },
		func(m *notice.Message) { m.To = "femke" },
		func(m *notice.Message) { m.To = "" },
		func(m *notice.Message) { m.Text = "" },
		func(m *notice.Message) { m.Subject = strings.Repeat("a", 300) },
	} {
		x := message()
		change(&x)
		if err := m.Send(t.Context(), x); !errors.Is(err, notice.ErrRejected) || !errors.Is(err, notice.ErrMessage) {
			t.Errorf("%+v: %v", x, err)
		}
	}
	// A body with what looks like the end of a message stays a body.
	x := message()
	x.Text = "a\r\n.\r\nMAIL FROM:<x@voorbeeld.nl>\r\nRCPT TO:<elders@voorbeeld.nl>\r\n"
	if err := m.Send(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := strings.Join(s.said, "\n"); len(s.got) != 1 || strings.Contains(all, "elders") || strings.Count(all, "RCPT TO") != 1 {
		t.Errorf("%d messages; the server heard:\n%s", len(s.got), all)
	}
}

// TestVerdict: a refusal of the message is final, the rest may pass, and no
// error names the reader.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at, answer string
		final, ok  bool
	}{
		{"RCPT", "550 <femke@voorbeeld.nl> bestaat niet", true, false},
		{"RCPT", "451 femke@voorbeeld.nl later", false, false},
		{"<einde>", "554 femke@voorbeeld.nl nee", true, false},
		{"<einde>", "452 vol", false, false},
		{"MAIL", "550 u niet", false, false},
		{"LO ", "421 druk", false, false},
		{"QUIT", "421 weg", false, true},
	} {
		s := serve(t, &server{answer: func(line string) string {
			if strings.Contains(line, c.at) {
				return c.answer
			}
			return ""
		}})
		err := sender(t, s, from).Send(t.Context(), message())
		if (err == nil) != c.ok || errors.Is(err, notice.ErrRejected) != c.final {
			t.Errorf("%s at %s: %v", c.answer, c.at, err)
		}
		if err != nil && strings.Contains(err.Error(), "femke") {
			t.Errorf("the error names the reader: %v", err)
		}
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := sender(t, &server{addr: l.Addr().String()}, from).Send(t.Context(), message()); err == nil || errors.Is(err, notice.ErrRejected) {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestStartTLS: another machine has to speak TLS, with a certificate that holds
// for its name; nothing of the message goes in the clear.
func TestStartTLS(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t, "mail.proef")
	send := func(s *server, trust *tls.Config) error {
		m, err := mail.New("smtp://mail.proef:25"+from, "")
		if err != nil {
			t.Fatal(err)
		}
		m.Elsewhere(s.addr, trust)
		return m.Send(t.Context(), message())
	}
	trust := func() *tls.Config {
		return &tls.Config{RootCAs: pool, ServerName: "mail.proef", MinVersion: tls.VersionTLS12}
	}
	plain := serve(t, &server{})
	if err := send(plain, trust()); err == nil || len(plain.got) != 0 || strings.Contains(strings.Join(plain.said, "\n"), "RCPT") {
		t.Errorf("a server without STARTTLS got %v (%v)", plain.said, err)
	}
	good := serve(t, &server{tls: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}})
	if err := send(good, trust()); err != nil || len(good.got) != 1 {
		t.Errorf("with STARTTLS: %d messages, %v", len(good.got), err)
	}
	other, _ := certificate(t, "elders.proef")
	wrong := serve(t, &server{tls: &tls.Config{Certificates: []tls.Certificate{other}, MinVersion: tls.VersionTLS12}})
	if err := send(wrong, trust()); err == nil || len(wrong.got) != 0 {
		t.Errorf("a server with the certificate of another: %v", err)
	}
}

func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestNew: a mistake in the address says what is expected, and keeps a password
// out of the message.
func TestNew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ address, password, want string }{
		{"smtp://mail.voorbeeld.nl" + from, "", ""},
		{"smtps://jan@mail.voorbeeld.nl:465" + from, "geheim", ""},
		{"mail.voorbeeld.nl", "", "verwacht: smtp://"},
		{"http://mail.voorbeeld.nl" + from, "", "verwacht: smtp://"},
		{"smtp://mail.voorbeeld.nl/pad" + from, "", "verwacht: smtp://"},
		{"smtp://mail.voorbeeld.nl", "", "afzender"},
		{"smtp://mail.voorbeeld.nl?van=a%0Db@c.nl", "", "afzender"},
		{"smtp://mail.voorbeeld.nl:99999" + from, "", "poort"},
		{"smtp://jan:g3heim@mail.voorbeeld.nl" + from, "", "LEMNISCAAT_SMTP_WACHTWOORD"},
		{"smpt://jan:g3heim@mail.voorbeeld.nl" + from, "", "verwacht: smtp://"},
		{"smtp://mail.voorbeeld.nl" + from, "geheim", "gebruiker"},
	} {
		_, err := mail.New(c.address, c.password)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.address, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "g3heim") {
			t.Errorf("the message shows the password: %v", err)
		}
	}
}
