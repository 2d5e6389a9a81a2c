package notice

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Message is one e-mail. Text and HTML say the same. Nothing in it comes from
// what somebody wrote: only ids, names of regulations and links.
type Message struct {
	// ID makes a message that is sent again recognisable as the same one: it
	// becomes the left side of the Message-ID. Empty: a random one.
	ID string
	// To is one address: "naam@voorbeeld.nl".
	To, Subject, Text, HTML string
}

// Mailer sends e-mail. Send returns nil when the next server has accepted the
// message. An error that wraps ErrRejected is final: the address or the message
// is refused and trying again does not help. Any other error may pass.
type Mailer interface {
	Send(ctx context.Context, m Message) error
}

// Errors of a Mailer and of a message.
var (
	ErrRejected = errors.New("de mailserver weigert dit bericht")
	ErrMessage  = errors.New("dit bericht kan niet verstuurd worden")
)

// limits of a message, in bytes.
const (
	maxAddress = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
	maxSubject = 200
	maxBody    = 256 << 10
)

// Check refuses what must not reach a mail server: more than one address, a line
// break in a header, an empty body.
func (m Message) Check() error {
	if err := CheckAddress(m.To); err != nil {
		return err
	}
	for name, s := range map[string]string{"onderwerp": m.Subject, "kenmerk": m.ID} {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || len(s) > maxSubject {
			return fmt.Errorf("%w: het %s bevat een regeleinde, of is te lang", ErrMessage, name)
		}
	}
	if strings.ContainsAny(m.ID, " <>@") {
		return fmt.Errorf("%w: het kenmerk bevat een teken dat niet kan", ErrMessage)
	}
	if strings.TrimSpace(m.Subject) == "" || strings.TrimSpace(m.Text) == "" {
		return fmt.Errorf("%w: onderwerp of tekst is leeg", ErrMessage)
	}
	if len(m.Text)+len(m.HTML) > maxBody {
		return fmt.Errorf("%w: langer dan %d tekens", ErrMessage, maxBody)
	}
	return nil
}

// CheckAddress refuses what is not exactly one bare e-mail address.
func CheckAddress(s string) error {
	bad := fmt.Errorf("%w: %s", ErrMessage, "het e-mailadres klopt niet; verwacht: naam@voorbeeld.nl")
	if s == "" || len(s) > maxAddress || !utf8.ValidString(s) {
		return bad
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>,;:"()[]\`, r) {
			return bad
		}
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return bad
	}
	_, domain, _ := strings.Cut(s, "@")
	if strings.Contains(domain, "@") || strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") {
		return bad
	}
	return nil
}
