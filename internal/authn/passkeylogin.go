package authn

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// BeginKey gives what a browser needs to sign in with a passkey. Who has done the
// password is asked for a key of that account; who comes with nothing, for any key
// of this installation, with proof that it is its owner who holds it.
func (s *Service) BeginKey(ctx context.Context, in screen.PasskeyInput) (screen.PasskeyStart, error) {
	if s.rp == nil {
		return screen.PasskeyStart{}, refuse("passkey-hier-niet")
	}
	if err := s.count(ctx, "passkey", in.Address, triesPasskey); err != nil {
		return screen.PasskeyStart{}, err
	}
	a, x, id, err := s.current(ctx, in.Token)
	if err != nil && !errors.Is(err, errNobody) {
		return screen.PasskeyStart{}, err
	}
	switch {
	case in.Confirm && (err != nil || x.Step != screen.StepNone):
		return screen.PasskeyStart{}, refuse("niet-aangemeld")
	case in.Confirm:
		return s.beginOwn(ctx, ceremony{For: toConfirm, Bound: id, Account: a.ID}, a, protocol.VerificationRequired)
	case err == nil && x.Step == screen.StepCode:
		return s.beginOwn(ctx, ceremony{For: toStep, Bound: id, Account: a.ID}, a, protocol.VerificationPreferred)
	}
	options, data, err := s.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return screen.PasskeyStart{}, err
	}
	cookie := in.Browser
	if len(cookie) != 43 { // another tab may be under way with the same
		cookie = secret()
	}
	out, err := s.keep(ctx, ceremony{For: toSignIn, Bound: digest(cookie)}, options, data)
	out.Browser = cookie
	return out, err
}

// beginOwn asks for a key of one account.
func (s *Service) beginOwn(ctx context.Context, c ceremony, a *Account, uv protocol.UserVerificationRequirement) (screen.PasskeyStart, error) {
	if len(a.Passkeys) == 0 {
		return screen.PasskeyStart{}, refuse("passkey-geen")
	}
	options, data, err := s.rp.BeginLogin(owner{a}, webauthn.WithUserVerification(uv))
	if err != nil {
		return screen.PasskeyStart{}, err
	}
	return s.keep(ctx, c, options, data)
}

// FinishKey signs in with a passkey: in the place of a password, or after it.
func (s *Service) FinishKey(ctx context.Context, in screen.PasskeyAnswer) (screen.SignedIn, error) {
	none := screen.SignedIn{}
	if err := s.count(ctx, "adres", in.Address, triesAddress); err != nil {
		return none, err
	}
	said, err := parseAnswer(in.Answer, protocol.ParseCredentialRequestResponseBytes)
	if err != nil {
		return none, s.noKey(ctx, "", err)
	}
	_, x, id, err := s.current(ctx, in.Token)
	if err != nil && !errors.Is(err, errNobody) {
		return none, err
	}
	challenge := said.Response.CollectedClientData.Challenge
	next := session{Browser: browser(in.UserAgent)}
	var c *ceremony
	if err == nil && x.Step == screen.StepCode {
		c, err = s.takeCeremony(ctx, challenge, id, toStep)
		next = *x
		next.Step, next.Made = screen.StepNone, time.Time{}
	} else {
		c, err = s.takeCeremony(ctx, challenge, digest(in.Browser), toSignIn)
	}
	if err != nil {
		return none, err
	}
	account := c.Account
	if account == "" {
		if account, _, err = get[string](ctx, s, kindPasskey, digest(passkey{ID: said.RawID}.id())); errors.Is(err, store.ErrNotFound) {
			return none, s.noKey(ctx, "", errors.New("nobody has this key"))
		} else if err != nil {
			return none, err
		}
	}
	out, level, err := s.useKey(ctx, account, c, said, func(a *Account, level string) (screen.SignedIn, []store.Change) {
		next.Level, next.Fresh = level, s.Now().UTC()
		a.Seen = next.Fresh
		signed, change := s.open(a, next)
		changes := []store.Change{change}
		if _, before, ok := cut(in.Token); ok {
			changes = append(changes, drop(kindSession, before))
		}
		return signed, changes
	})
	if err == nil {
		s.happened(ctx, "aangemeld", account, "niveau", level, "met", "passkey")
	}
	return out, err
}

// ConfirmKey proves again who it is with a passkey, for a sensitive act.
func (s *Service) ConfirmKey(ctx context.Context, in screen.PasskeyAnswer) (screen.SignedIn, error) {
	a, x, id, err := s.full(ctx, in.Token)
	if err != nil {
		return screen.SignedIn{}, err
	}
	if err := s.count(ctx, "adres", in.Address, triesAddress); err != nil {
		return screen.SignedIn{}, err
	}
	said, err := parseAnswer(in.Answer, protocol.ParseCredentialRequestResponseBytes)
	if err != nil {
		return screen.SignedIn{}, s.noKey(ctx, a.ID, err)
	}
	c, err := s.takeCeremony(ctx, said.Response.CollectedClientData.Challenge, id, toConfirm)
	if err != nil {
		return screen.SignedIn{}, err
	}
	out, _, err := s.useKey(ctx, a.ID, c, said, func(a *Account, level string) (screen.SignedIn, []store.Change) {
		x.Level, x.Fresh = level, s.Now().UTC()
		signed, change := s.open(a, *x)
		return signed, []store.Change{change, drop(kindSession, id)}
	})
	if err == nil {
		s.happened(ctx, "bevestigd", a.ID, "met", "passkey")
	}
	return out, err
}

// useKey checks what an authenticator signed, counts the use of the key, and lets
// then make the session that comes of it. A key whose counter goes back is not
// believed any more: somebody may have a copy.
func (s *Service) useKey(ctx context.Context, account string, c *ceremony, said *protocol.ParsedCredentialAssertionData,
	then func(a *Account, level string) (screen.SignedIn, []store.Change)) (out screen.SignedIn, level string, err error) {
	if s.rp == nil { // the settings changed in between
		return out, "", refuse("passkey-verlopen")
	}
	var failed error
	doubted := false
	var who *Account
	err = s.change(ctx, account, account, func(a *Account) ([]note, []store.Change, error) {
		failed, doubted, who = nil, false, a
		found, err := s.verifyKey(a, c, said)
		if err != nil || a.Disabled {
			if failed = err; failed == nil {
				failed = errors.New("the account is off")
			}
			return nil, nil, failed
		}
		k := &a.Passkeys[slices.IndexFunc(a.Passkeys, func(k passkey) bool { return bytes.Equal(k.ID, found.ID) })]
		if !k.Doubted.IsZero() {
			return nil, nil, refuse("passkey-verdacht")
		}
		if found.Authenticator.CloneWarning {
			k.Doubted, doubted = s.Now().UTC(), true
			return []note{noted(a, loop.AccountPasskeyDoubted)}, nil, nil
		}
		// The flags of a key that is found are those of making it, with the state of
		// today.
		flags := said.Response.AuthenticatorData.Flags
		k.Count, k.Used, k.Synced = found.Authenticator.SignCount, s.Now().UTC(), flags.HasBackupState()
		level = authz.LevelTwo
		if flags.HasUserVerified() {
			level = authz.LevelKey
		}
		var changes []store.Change
		out, changes = then(a, level)
		return nil, changes, nil
	})
	switch {
	case failed != nil:
		return screen.SignedIn{}, "", s.noKey(ctx, account, failed)
	case errors.Is(err, ErrNone):
		return screen.SignedIn{}, "", s.noKey(ctx, account, err)
	case err != nil:
		return screen.SignedIn{}, "", err
	case doubted:
		s.warned(ctx, "passkey-verdacht", account)
		s.tell(ctx, who, "passkey-verdacht")
		return screen.SignedIn{}, "", refuse("passkey-verdacht")
	}
	return out, level, nil
}

// verifyKey checks the answer of an authenticator for an account.
func (s *Service) verifyKey(a *Account, c *ceremony, said *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if c.Account != "" {
		return s.rp.ValidateLogin(owner{a}, c.Data, said)
	}
	_, found, err := s.rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if len(a.Handle) == 0 || !bytes.Equal(handle, a.Handle) {
			return nil, errors.New("another account")
		}
		return owner{a}, nil
	}, c.Data, said)
	return found, err
}

// Step says what somebody can do for the second step of signing in; the zero
// KeyStep when there is none to do.
func (s *Service) Step(ctx context.Context, token string) (screen.PasskeyStep, error) {
	a, x, _, err := s.current(ctx, token)
	if errors.Is(err, errNobody) || err == nil && x.Step != screen.StepCode {
		return screen.PasskeyStep{}, nil
	}
	if err != nil {
		return screen.PasskeyStep{}, err
	}
	return screen.PasskeyStep{App: a.TOTP != nil, Passkey: len(a.Passkeys) > 0 && s.rp != nil, Codes: len(a.Codes) > 0}, nil
}
