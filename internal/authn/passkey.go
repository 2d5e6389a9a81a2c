package authn

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// passkey is a key of an authenticator (WebAuthn level 3). Here is only its public
// half.
type passkey struct {
	ID         []byte    `json:"id"`
	Name       string    `json:"naam"`
	Made       time.Time `json:"gemaakt"`
	Used       time.Time `json:"gebruikt,omitzero"`
	Key        []byte    `json:"openbaar"` // COSE
	Count      uint32    `json:"teller,omitempty"`
	Transports []string  `json:"langs,omitempty"`
	// Eligible says that the key may be copied to other devices of its owner, Synced
	// that it was.
	Eligible bool `json:"te-kopieren,omitempty"`
	Synced   bool `json:"gekopieerd,omitempty"`
	// Doubted is when its counter went back: somebody may have a copy. It signs
	// nobody in any more.
	Doubted time.Time `json:"verdacht,omitzero"`
}

func (k passkey) id() string { return base64.RawURLEncoding.EncodeToString(k.ID) }

const (
	kindCeremony = "passkey-bezig" // digest of a challenge
	kindPasskey  = "passkey"       // digest of a credential id to account

	ceremonyFor    = 5 * time.Minute
	maxPasskeys    = 10 // of one account
	maxPasskeyName = 60
	maxAnswer      = 32 << 10 // bytes of what a browser answers
	maxCredential  = 1023     // bytes of an id, as WebAuthn has it
	triesPasskey   = 60       // ceremonies begun per address or account
)

// What a ceremony is for.
const (
	toSignIn  = "inloggen"
	toStep    = "tweede-stap"
	toConfirm = "bevestigen"
	toMake    = "maken"
)

// ceremony is a challenge that an authenticator has to sign. It is kept under the
// digest of the challenge and used once, by what it is bound to: a session, or the
// cookie of a browser that has none.
type ceremony struct {
	For     string               `json:"voor"`
	Bound   string               `json:"van"`
	Account string               `json:"account,omitempty"`
	Data    webauthn.SessionData `json:"gegevens"`
}

// openPasskeys finds out whether passkeys can work: browsers make them for a name
// and not for a number, and only where nobody can listen.
func (s *Service) openPasskeys() error {
	u, err := url.Parse(s.Site)
	if err != nil || u.Hostname() == "" {
		return nil //nolint:nilerr // no address, no passkeys
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil || protocol.ValidateRPID(host) != nil {
		return nil //nolint:nilerr // a number
	}
	if u.Scheme != "https" && (u.Scheme != "http" || host != "localhost") {
		return nil
	}
	name := "Lemniscaat"
	s.rp, err = webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + strings.ToLower(u.Host)},
		// Which make of authenticator somebody has is none of our business.
		AttestationPreference: protocol.PreferNoAttestation,
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: ceremonyFor, TimeoutUVD: ceremonyFor},
			Registration: webauthn.TimeoutConfig{Timeout: ceremonyFor, TimeoutUVD: ceremonyFor},
		},
	})
	return err
}

// Passkeys reports that passkeys can be used at the address of this installation.
func (s *Service) Passkeys() bool { return s.rp != nil }

// owner is an account as package webauthn sees it.
type owner struct{ *Account }

func (o owner) WebAuthnID() []byte          { return o.Handle }
func (o owner) WebAuthnName() string        { return o.Login }
func (o owner) WebAuthnDisplayName() string { return o.Name }

func (o owner) WebAuthnCredentials() []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range o.Passkeys {
		c := webauthn.Credential{ID: k.ID, PublicKey: k.Key}
		c.Flags.BackupEligible, c.Flags.BackupState = k.Eligible, k.Synced
		c.Authenticator.SignCount = k.Count
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		out = append(out, c)
	}
	return out
}

// keyAlgorithms are the signatures that are asked for: P-256, Ed25519, and RSA for
// older Windows.
var keyAlgorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// keep keeps a ceremony and gives what the browser needs for it.
func (s *Service) keep(ctx context.Context, c ceremony, options any, data *webauthn.SessionData) (screen.PasskeyStart, error) {
	challenge := data.Challenge
	c.Data = *data
	c.Data.Challenge = "" // its digest is the name
	until := s.Now().UTC().Add(ceremonyFor)
	b, err := json.Marshal(options)
	if err != nil {
		return screen.PasskeyStart{}, err
	}
	return screen.PasskeyStart{Options: b, Until: until}, s.Store.Put(ctx, put(kindCeremony, digest(challenge), c, 0, until))
}

// takeCeremony takes a ceremony by its challenge: once, and by what it is bound to.
func (s *Service) takeCeremony(ctx context.Context, challenge, bound string, wanted ...string) (*ceremony, error) {
	late := refuse("passkey-verlopen")
	if challenge == "" || len(challenge) > 200 {
		return nil, late
	}
	id := digest(challenge)
	c, v, err := get[ceremony](ctx, s, kindCeremony, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (c.Bound != bound || !slices.Contains(wanted, c.For)) {
		return nil, late
	}
	if err != nil {
		return nil, err
	}
	err = s.Store.Put(ctx, dropAt(kindCeremony, id, v))
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil, late // somebody else was first
	}
	c.Data.Challenge = challenge
	return &c, err
}

// MaySet refuses who may not set a second factor now: who is not signed in far
// enough, or did not prove a moment ago to be it.
func (s *Service) MaySet(ctx context.Context, token string) error {
	_, _, _, err := s.setting(ctx, token)
	return err
}

// BeginPasskey gives what a browser needs to make a passkey for the own account.
func (s *Service) BeginPasskey(ctx context.Context, token string) (screen.PasskeyStart, error) {
	a, _, id, err := s.setting(ctx, token)
	if err != nil {
		return screen.PasskeyStart{}, err
	}
	if s.rp == nil {
		return screen.PasskeyStart{}, refuse("passkey-hier-niet")
	}
	if err := s.count(ctx, "passkey", a.ID, triesPasskey); err != nil {
		return screen.PasskeyStart{}, err
	}
	if len(a.Passkeys) >= maxPasskeys {
		return screen.PasskeyStart{}, refuse("passkey-genoeg")
	}
	if len(a.Handle) == 0 {
		err := s.change(ctx, a.ID, s.actorOf(a), func(b *Account) ([]note, []store.Change, error) {
			if len(b.Handle) == 0 {
				b.Handle = make([]byte, 32)
				rand.Read(b.Handle) // never fails
			}
			a = b
			return nil, nil, nil
		})
		if err != nil {
			return screen.PasskeyStart{}, err
		}
	}
	var have []protocol.CredentialDescriptor
	for _, c := range (owner{a}).WebAuthnCredentials() {
		have = append(have, c.Descriptor())
	}
	options, data, err := s.rp.BeginRegistration(owner{a}, webauthn.WithExclusions(have), webauthn.WithCredentialParameters(keyAlgorithms),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		}))
	if err != nil {
		return screen.PasskeyStart{}, err
	}
	return s.keep(ctx, ceremony{For: toMake, Bound: id, Account: a.ID}, options, data)
}

// FinishPasskey puts a passkey in use, and gives recovery codes to who had none.
// An empty name becomes that of the browser.
func (s *Service) FinishPasskey(ctx context.Context, token, name, agent, said string) (screen.SignedIn, []string, error) {
	none := screen.SignedIn{}
	a, x, id, err := s.setting(ctx, token)
	if err != nil {
		return none, nil, err
	}
	if name, err = keyName(name, agent, len(a.Passkeys)+1); err != nil {
		return none, nil, err
	}
	parsed, err := parseAnswer(said, protocol.ParseCredentialCreationResponseBytes)
	if err != nil {
		return none, nil, s.noKey(ctx, a.ID, err)
	}
	c, err := s.takeCeremony(ctx, parsed.Response.CollectedClientData.Challenge, id, toMake)
	if err == nil && (c.Account != a.ID || s.rp == nil) {
		err = refuse("passkey-verlopen")
	}
	if err != nil {
		return none, nil, err
	}
	if f := protocol.AttestationFormat(parsed.Response.AttestationObject.Format); f != protocol.AttestationFormatNone && f != protocol.AttestationFormatPacked {
		return none, nil, s.noKey(ctx, a.ID, errors.New("attestation was not asked for"))
	}
	made, err := s.rp.CreateCredential(owner{a}, c.Data, parsed)
	if err != nil {
		return none, nil, s.noKey(ctx, a.ID, err)
	}
	if len(made.ID) == 0 || len(made.ID) > maxCredential {
		return none, nil, s.noKey(ctx, a.ID, errors.New("id is too long"))
	}
	k := passkey{
		ID: made.ID, Name: name, Made: s.Now().UTC(), Key: made.PublicKey, Count: made.Authenticator.SignCount,
		Eligible: made.Flags.BackupEligible, Synced: made.Flags.BackupState, Transports: transports(made.Transport),
	}
	level := authz.LevelTwo
	if made.Flags.UserVerified {
		level = authz.LevelKey
	}
	in, codes, err := s.equip(ctx, a.ID, x, id, level, loop.AccountPasskey, func(a *Account) ([]store.Change, error) {
		// Of nobody yet: a key signs in one account.
		_, _, err := get[string](ctx, s, kindPasskey, digest(k.id()))
		switch {
		case err == nil:
			return nil, refuse("passkey-bekend")
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		case len(a.Passkeys) >= maxPasskeys:
			return nil, refuse("passkey-genoeg")
		}
		a.Passkeys = append(a.Passkeys, k)
		return []store.Change{put(kindPasskey, digest(k.id()), a.ID, 0, time.Time{})}, nil
	})
	if err == nil {
		s.tell(ctx, a, "passkey")
	}
	return in, codes, err
}

// keyName is what a passkey is called.
func keyName(name, agent string, n int) (string, error) {
	name = strings.Join(strings.Fields(normal(name)), " ")
	if name == "" {
		if name = browser(agent); name == "" {
			name = "Passkey"
		}
		if n > 1 {
			name += " " + string(rune('0'+n/10)) + string(rune('0'+n%10))
			name = strings.Replace(name, " 0", " ", 1)
		}
	}
	if utf8.RuneCountInString(name) > maxPasskeyName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", refuse("passkey-naam", "naam")
	}
	return name, nil
}

// transports keeps the ways that WebAuthn knows, for the browser of next time.
func transports(in []protocol.AuthenticatorTransport) []string {
	var out []string
	for _, t := range in {
		if slices.Contains([]protocol.AuthenticatorTransport{protocol.USB, protocol.NFC, protocol.BLE, protocol.Hybrid, protocol.Internal, protocol.SmartCard}, t) && !slices.Contains(out, string(t)) {
			out = append(out, string(t))
		}
	}
	return out
}

// parseAnswer reads what a browser answered.
func parseAnswer[T any](said string, parse func([]byte) (*T, error)) (*T, error) {
	if said == "" {
		return nil, errNoScript
	}
	if len(said) > maxAnswer {
		return nil, errors.New("answer is too long")
	}
	return parse([]byte(said))
}

// errNoScript: the form came without an answer, so the script of the page did not
// run.
var errNoScript = errors.New("no answer")

// noKey words why a passkey was not accepted. What the page is told is always the
// same; the log has the check that failed, and nothing of what was sent.
func (s *Service) noKey(ctx context.Context, account string, err error) error {
	if errors.Is(err, errNoScript) {
		return refuse("passkey-script")
	}
	why := "niet te lezen"
	var p *protocol.Error
	if errors.As(err, &p) {
		why = p.Details
	}
	s.warned(ctx, "passkey-mislukt", account, "reden", why)
	return refuse("passkey-mislukt")
}

// unkey takes passkeys from an account: those for which gone says so.
func unkey(a *Account, gone func(passkey) bool) []store.Change {
	var out []store.Change
	a.Passkeys = slices.DeleteFunc(a.Passkeys, func(k passkey) bool {
		if gone(k) {
			out = append(out, drop(kindPasskey, digest(k.id())))
			return true
		}
		return false
	})
	return out
}

// passkeyRows shows the passkeys of an account.
func passkeyRows(a *Account) []screen.PasskeyRow {
	var out []screen.PasskeyRow
	for _, k := range a.Passkeys {
		out = append(out, screen.PasskeyRow{ID: k.id(), Name: k.Name, Made: k.Made, Used: k.Used, Synced: k.Synced, Doubted: k.Doubted})
	}
	return out
}

// RemovePasskey takes a passkey from the account of somebody else, who lost it.
// The sessions of that account end.
func (s *Service) RemovePasskey(ctx context.Context, by authz.Principal, id, which string) error {
	if err := may(by); err != nil {
		return err
	}
	if id == by.Account && by.Account != "" {
		return refuse("jezelf")
	}
	a, _, err := s.account(ctx, id)
	if err != nil {
		return notFound(err)
	}
	if slices.Contains(a.Roles, authz.RoleManager) && a.Password == "" && len(a.Linked) == 0 && len(a.Passkeys) == 1 {
		if err := s.lastManager(ctx, id); err != nil {
			return err
		}
	}
	err = s.change(ctx, id, actor(by), func(b *Account) ([]note, []store.Change, error) {
		changes := unkey(b, func(k passkey) bool { return k.id() == which })
		if len(changes) == 0 {
			return nil, nil, refuse("niets-veranderd")
		}
		if !b.second() {
			b.Codes = nil
		}
		b.Epoch++
		return []note{noted(b, loop.AccountPasskeyGone)}, changes, nil
	})
	if err == nil {
		s.happened(ctx, "passkey-weg", id, "door", by.Account)
		s.tell(ctx, a, "passkey-weg")
	}
	return notFound(err)
}
