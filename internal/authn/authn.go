// Package authn says who asks. It keeps the accounts of an installation, their
// passwords, second factors, sessions and bearer tokens, signs in with an identity
// provider (OpenID Connect), and opens break-glass. It gives an authz.Principal;
// what that may do is for package authz.
//
// Everything is kept on the shelf of the store, so that any number of processes
// share it: what one ends or revokes has ended for all of them with the next
// request. Secrets are kept as digests, a secret of an app encrypted. Changes of
// accounts, tokens and break-glass are events in the log as well, in the same
// transaction.
package authn

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// Kinds of items on the shelf.
const (
	kindAccount   = "account"
	kindLogin     = "account-naam"   // digest of the login name to account
	kindSubject   = "account-extern" // digest of issuer and subject to account
	kindSession   = "sessie"         // account/digest
	kindInvite    = "uitnodiging"    // digest
	kindFirst     = "eerste-beheerder"
	kindTry       = "poging"           // counters
	kindOIDC      = "extern-aanmelden" // a sign-in that is under way elsewhere
	kindToken     = "sleutel"
	kindEmergency = "nood"
	kindActing    = "nood-open" // account to emergency
)

// Config is what a Service needs from outside. Times have defaults.
type Config struct {
	Store store.Store
	// Now is the clock.
	Now func() time.Time
	// Secret is the key of this installation for what has to be read back
	// (secrets of apps) and for digests that nobody may guess; at least 32 bytes.
	Secret []byte
	// Person gives what the log knows of a person: the name and the roles of the
	// place in a triangle; ok is false for who has no place here today. Nil: nobody.
	Person func(id string) (name string, roles []string, ok bool)
	// Organisation names the organisation of accounts that name none.
	Organisation func() string
	// Log gets a line for every security event, without personal data.
	Log *slog.Logger
	// Seen gives how far this server has read the log: at least to what anybody
	// acknowledged before the request that asks. Tokens are remembered as long as it
	// stands still; nil: they are read again with every request.
	Seen func() uint64
	// Tell is told of break-glass, for a message to the managers; nil: only the
	// pages say it.
	Tell func(ctx context.Context, to []string, e screen.EmergencyRow)

	// Idle ends a session that was not used, Most any session.
	Idle, Most time.Duration // 0: 60 minutes, 12 hours
	// Fresh is how long after signing in a sensitive act needs no confirmation.
	Fresh time.Duration // 0: 10 minutes
	// TwoFor are the roles that must have a second factor; managers always must.
	// Everybody stands for every role.
	TwoFor []string
	// Changed is told that how somebody signs in changed, for a message to the one
	// whose account it is: the login name, and what (one of Changes). nil: nobody.
	Changed func(ctx context.Context, login, what string)
	// Site is the address of the pages as browsers see it, for identity providers:
	// "https://lus.voorbeeld.nl".
	Site string
	// Providers can be signed in with. Client asks them; nil: http.DefaultClient.
	Providers []ProviderConfig
	Client    *http.Client
	// Wrote gives what belongs in the transaction of a write about accounts, for the log
	// of processing; nil: nothing.
	Wrote func(ctx context.Context, accounts ...string) ([]store.Change, error)
	// Weak makes passwords cheap to check. Only for tests.
	Weak bool
}

// Service is everything about who asks. It is safe for concurrent use.
type Service struct {
	Config
	hashing   chan struct{} // one place for each password that is being checked
	dummy     string        // of no account, so that an unknown name costs the same
	seal      []byte        // key of secrets that are read back
	mask      []byte        // key of digests
	providers map[string]*provider
	rp        *webauthn.WebAuthn // nil: passkeys cannot work at this address
	memory    memory
}

// Everybody stands for every role in Config.TwoFor.
const Everybody = "iedereen"

// Changes are what Config.Changed is told.
func Changes() []string {
	return []string{"passkey", "passkey-weg", "passkey-verdacht", "app", "app-weg", "wachtwoord", "herstel", "herstelcode", "extern"}
}

// maxHashing bounds how many passwords are checked at a time: each takes memory.
const maxHashing = 4

// New gives a Service.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Now == nil {
		return nil, errors.New("authn: Store and Now are needed")
	}
	if len(c.Secret) < 32 {
		return nil, errors.New("authn: de sleutel voor toegang is korter dan 32 bytes")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Idle <= 0 {
		c.Idle = time.Hour
	}
	if c.Most <= 0 {
		c.Most = 12 * time.Hour
	}
	if c.Fresh <= 0 {
		c.Fresh = 10 * time.Minute
	}
	if c.Person == nil {
		c.Person = func(string) (string, []string, bool) { return "", nil, false }
	}
	if c.Organisation == nil {
		c.Organisation = func() string { return "" }
	}
	s := &Service{Config: c, hashing: make(chan struct{}, maxHashing), providers: map[string]*provider{}}
	var err error
	if s.seal, err = hkdf.Key(sha256.New, c.Secret, nil, "lemniscaat/toegang/geheimen/1", 32); err != nil {
		return nil, fmt.Errorf("authn: %w", err)
	}
	if s.mask, err = hkdf.Key(sha256.New, c.Secret, nil, "lemniscaat/toegang/namen/1", 32); err != nil {
		return nil, fmt.Errorf("authn: %w", err)
	}
	if s.dummy, err = s.hash(rand.Text()); err != nil {
		return nil, fmt.Errorf("authn: %w", err)
	}
	if err := s.openProviders(); err != nil {
		return nil, err
	}
	if err := s.openPasskeys(); err != nil {
		return nil, fmt.Errorf("authn: %w", err)
	}
	return s, nil
}

// secret gives 256 random bits for an address or a cookie.
func secret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func newID(prefix string) string {
	var b [8]byte
	rand.Read(b[:])
	return prefix + "-" + hex.EncodeToString(b[:])
}

// digest is what is kept of a secret: it is random, so it needs no salt.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// masked is what is kept of something that could be guessed: a name, an address.
func (s *Service) masked(parts ...string) string {
	m := hmac.New(sha256.New, s.mask)
	for _, p := range parts {
		fmt.Fprintf(m, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(m.Sum(nil))
}

func refuse(code string, fields ...string) error {
	r := &screen.Refusal{Code: code}
	for _, f := range fields {
		r.Fields = append(r.Fields, screen.FieldError{Field: f, Text: code})
	}
	return r
}

// get reads one item as JSON; the version is for a change of it.
func get[T any](ctx context.Context, s *Service, kind, id string) (T, uint64, error) {
	var v T
	if id == "" || len(id) > store.MaxItemName {
		return v, 0, store.ErrNotFound
	}
	it, err := s.Store.Item(ctx, kind, id)
	if err != nil {
		return v, 0, err
	}
	if !it.Expires.IsZero() && !s.Now().Before(it.Expires) {
		return v, 0, store.ErrNotFound
	}
	if err := json.Unmarshal(it.Data, &v); err != nil {
		return v, 0, fmt.Errorf("read %s: %w", kind, err)
	}
	return v, it.Version, nil
}

// all reads every item of a kind that begins with a prefix.
func all[T any](ctx context.Context, s *Service, kind, prefix string) (map[string]T, error) {
	out := map[string]T{}
	for it, err := range store.AllItems(ctx, s.Store, kind, prefix) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(it.ID, prefix) {
			break
		}
		if !it.Expires.IsZero() && !s.Now().Before(it.Expires) {
			continue
		}
		var v T
		if err := json.Unmarshal(it.Data, &v); err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
		out[it.ID] = v
	}
	return out, nil
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("BUG: authn: " + err.Error())
	}
	return b
}

// put is a change to an item; expect is the version that was read, 0 for a new
// one.
func put(kind, id string, v any, expect uint64, expires time.Time) store.Change {
	return store.Change{Item: store.Item{Kind: kind, ID: id, Data: encode(v), Expires: expires}, Expect: &expect}
}

func drop(kind, id string) store.Change {
	return store.Change{Item: store.Item{Kind: kind, ID: id}, Delete: true}
}

func dropAt(kind, id string, expect uint64) store.Change {
	c := drop(kind, id)
	c.Expect = &expect
	return c
}

// write makes changes, with events about them in the same transaction.
func (s *Service) write(ctx context.Context, by string, notes []note, changes ...store.Change) error {
	if s.Wrote != nil {
		rows, err := s.Wrote(ctx, whose(changes)...)
		if err != nil {
			return err
		}
		changes = append(slices.Clip(changes), rows...)
	}
	if len(notes) == 0 {
		return s.Store.Put(ctx, changes...)
	}
	b := store.Batch{Changes: changes}
	for _, n := range notes {
		data, personal, err := loop.Encode(n.payload)
		if err != nil {
			return fmt.Errorf("note %s: %w", n.payload.Type(), err)
		}
		b.Drafts = append(b.Drafts, event.Draft{Stream: n.stream, Type: n.payload.Type(), At: s.Now().UTC(), Actor: by, Data: data, Personal: personal})
	}
	_, err := s.Store.Append(ctx, b)
	return err
}

// whose gives the accounts that changes are about: the account itself, or a session.
func whose(changes []store.Change) []string {
	var out []string
	for _, c := range changes {
		switch c.Kind {
		case kindAccount:
			out = append(out, c.ID)
		case kindSession:
			account, _, _ := strings.Cut(c.ID, "/")
			out = append(out, account)
		}
	}
	return out
}

// note is an event about access.
type note struct {
	stream  string
	payload loop.Payload
}

// happened logs a security event: the account, never a name or an address.
func (s *Service) happened(ctx context.Context, what, account string, more ...any) {
	s.Log.InfoContext(ctx, "toegang", append([]any{"wat", what, "account", account}, more...)...)
}

func (s *Service) warned(ctx context.Context, what, account string, more ...any) {
	s.Log.WarnContext(ctx, "toegang", append([]any{"wat", what, "account", account}, more...)...)
}

// tell has the owner of an account told that how it signs in changed.
func (s *Service) tell(ctx context.Context, a *Account, what string) {
	if s.Changed != nil && a != nil {
		s.Changed(ctx, a.Login, what)
	}
}

// again repeats what lost a race for an item.
func again(f func() error) error {
	var err error
	for range 10 {
		if err = f(); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return err
}
